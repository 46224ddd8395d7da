/* SPDX-License-Identifier: 0BSD */
/* parts.dh.h - written by dhgen 0.1.0 from parts.dhs; edit the schema, not this file.
 *
 *   package lab.parts
 *
 * What several packages share.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_PARTS_DH_H
#define LAB_PARTS_DH_H

#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "parts.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* string<7> of lab_parts_place.name */
struct lab_parts_place_name {
    uint32_t length; /* 0  bytes of text */
    char text[8];    /* 4  UTF-8, always terminated */
};

/* Place, 24 bytes, align 8 */
/* A point with a name. */
struct lab_parts_place {
    alignas(8) double x;              /*  0  m */
    float y;                          /*  8 */
    struct lab_parts_place_name name; /* 12  string<7> */
};

#ifdef __cplusplus
}
#endif
#endif /* LAB_PARTS_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_PARTS_DH_H_FUNCTIONS)
#define LAB_PARTS_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

DH_STATIC_ASSERT(sizeof(struct lab_parts_place_name) == 12,
                 "lab_parts_place_name is not as parts.dhs says");

/* Set the text. False: it was cut, between characters, to 7 bytes. */
static inline bool lab_parts_place_name_set(struct lab_parts_place_name *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 7;

    if (!fits) {
        length = 7;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct lab_parts_place) == 24, "lab_parts_place is not as parts.dhs says");

/* All zero, and the schema's defaults. */
static inline void lab_parts_place_init(struct lab_parts_place *place)
{
    memset(place, 0, sizeof *place);
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_PARTS_DH_H_FUNCTIONS */
