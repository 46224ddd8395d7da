/* SPDX-License-Identifier: 0BSD */
/* album.dh.h - written by dhgen 0.1.0 from album.dhs; edit the schema, not this file.
 *
 *   package lab.album
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_ALBUM_DH_H
#define LAB_ALBUM_DH_H

#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "camera.dh.h"
#include "image.dh.h"

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "album.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VISION_IMAGE_64_ORDER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_64_ORDER_DEFINED

/* enum Order, stored as uint8_t */
enum vision_image_64_order {
    VISION_IMAGE_64_ORDER_ROWS = 0,
    VISION_IMAGE_64_ORDER_COLUMNS = 1,
};

#endif /* VISION_IMAGE_64_ORDER_DEFINED */

#ifndef VISION_IMAGE_64_HEADER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_64_HEADER_DEFINED

enum { VISION_IMAGE_64_HEADER = 16u };

#endif /* VISION_IMAGE_64_HEADER_DEFINED */

#ifndef VISION_IMAGE_64_DEFINED /* another header may have it, too */
#define VISION_IMAGE_64_DEFINED

/* bytes<64> of vision_image_64.data */
struct vision_image_64_data {
    uint32_t length;  /* 0  bytes of data */
    uint8_t data[64]; /* 4 */
};

/* Image_64, 100 bytes, align 4 */
/* One plane of bytes: `N` is how many it has room for. */
struct vision_image_64 {
    uint32_t width;                   /*  0  0 to 64 */
    uint32_t height;                  /*  4  0 to 64 */
    uint8_t order;                    /*  8  enum vision_image_64_order */
    uint8_t pad9_[3];                 /*  9  zero */
    struct vision_image_64_data data; /* 12  bytes<64> */
    /* As text, with what it costs. */
    char name[17];     /* 80 */
    uint8_t pad97_[3]; /* 97  zero */
};

#endif /* VISION_IMAGE_64_DEFINED */

#ifndef VISION_IMAGE_256_ORDER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_256_ORDER_DEFINED

/* enum Order, stored as uint8_t */
enum vision_image_256_order {
    VISION_IMAGE_256_ORDER_ROWS = 0,
    VISION_IMAGE_256_ORDER_COLUMNS = 1,
};

#endif /* VISION_IMAGE_256_ORDER_DEFINED */

#ifndef VISION_IMAGE_256_HEADER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_256_HEADER_DEFINED

enum { VISION_IMAGE_256_HEADER = 16u };

#endif /* VISION_IMAGE_256_HEADER_DEFINED */

#ifndef VISION_IMAGE_256_DEFINED /* another header may have it, too */
#define VISION_IMAGE_256_DEFINED

/* bytes<256> of vision_image_256.data */
struct vision_image_256_data {
    uint32_t length;   /* 0  bytes of data */
    uint8_t data[256]; /* 4 */
};

/* Image_256, 292 bytes, align 4 */
/* One plane of bytes: `N` is how many it has room for. */
struct vision_image_256 {
    uint32_t width;                    /*   0  0 to 256 */
    uint32_t height;                   /*   4  0 to 256 */
    uint8_t order;                     /*   8  enum vision_image_256_order */
    uint8_t pad9_[3];                  /*   9  zero */
    struct vision_image_256_data data; /*  12  bytes<256> */
    /* As text, with what it costs. */
    char name[20]; /* 272 */
};

#endif /* VISION_IMAGE_256_DEFINED */

/* Page, 692 bytes, align 4 */
/* Image<64> is declared by camera.dh.h, too: one type, however many headers have it. */
struct lab_album_page {
    struct vision_image_64 cover;     /*   0 */
    struct vision_image_64 frames[3]; /* 100 */
    struct vision_image_256 large;    /* 400 */
};

#ifdef __cplusplus
}
#endif
#endif /* LAB_ALBUM_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_ALBUM_DH_H_FUNCTIONS)
#define LAB_ALBUM_DH_H_FUNCTIONS

#include "camera.dh.h"
#include "image.dh.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VISION_IMAGE_64_ORDER_DEFINED_FUNCTIONS
#define VISION_IMAGE_64_ORDER_DEFINED_FUNCTIONS

/* The schema's name of a value; "?" if it has none. */
static inline const char *vision_image_64_order_name(uint8_t value)
{
    switch (value) {
    case 0: return "rows";
    case 1: return "columns";
    default: return "?";
    }
}

#endif /* VISION_IMAGE_64_ORDER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_64_HEADER_DEFINED_FUNCTIONS
#define VISION_IMAGE_64_HEADER_DEFINED_FUNCTIONS

#endif /* VISION_IMAGE_64_HEADER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_64_DEFINED_FUNCTIONS
#define VISION_IMAGE_64_DEFINED_FUNCTIONS

DH_STATIC_ASSERT(sizeof(struct vision_image_64_data) == 68,
                 "vision_image_64_data is not as album.dhs says");

/* Set the bytes. False: they were cut to 64. */
static inline bool vision_image_64_data_set(struct vision_image_64_data *bytes, const void *data,
                                            size_t size_bytes)
{
    bool fits = size_bytes <= 64;

    bytes->length = fits ? (uint32_t)size_bytes : 64;
    if (size_bytes > 0) memcpy(bytes->data, data, bytes->length);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct vision_image_64) == 100, "vision_image_64 is not as album.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 17 bytes. */
static inline bool vision_image_64_name_set(struct vision_image_64 *image_64, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 17;

    if (!fits) {
        length = 17;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(image_64->name, 0, sizeof image_64->name);
    memcpy(image_64->name, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void vision_image_64_init(struct vision_image_64 *image_64)
{
    memset(image_64, 0, sizeof *image_64);
    image_64->order = VISION_IMAGE_64_ORDER_ROWS;
}

#endif /* VISION_IMAGE_64_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_256_ORDER_DEFINED_FUNCTIONS
#define VISION_IMAGE_256_ORDER_DEFINED_FUNCTIONS

/* The schema's name of a value; "?" if it has none. */
static inline const char *vision_image_256_order_name(uint8_t value)
{
    switch (value) {
    case 0: return "rows";
    case 1: return "columns";
    default: return "?";
    }
}

#endif /* VISION_IMAGE_256_ORDER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_256_HEADER_DEFINED_FUNCTIONS
#define VISION_IMAGE_256_HEADER_DEFINED_FUNCTIONS

#endif /* VISION_IMAGE_256_HEADER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_256_DEFINED_FUNCTIONS
#define VISION_IMAGE_256_DEFINED_FUNCTIONS

DH_STATIC_ASSERT(sizeof(struct vision_image_256_data) == 260,
                 "vision_image_256_data is not as album.dhs says");

/* Set the bytes. False: they were cut to 256. */
static inline bool vision_image_256_data_set(struct vision_image_256_data *bytes, const void *data,
                                             size_t size_bytes)
{
    bool fits = size_bytes <= 256;

    bytes->length = fits ? (uint32_t)size_bytes : 256;
    if (size_bytes > 0) memcpy(bytes->data, data, bytes->length);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct vision_image_256) == 292,
                 "vision_image_256 is not as album.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 20 bytes. */
static inline bool vision_image_256_name_set(struct vision_image_256 *image_256, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 20;

    if (!fits) {
        length = 20;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(image_256->name, 0, sizeof image_256->name);
    memcpy(image_256->name, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void vision_image_256_init(struct vision_image_256 *image_256)
{
    memset(image_256, 0, sizeof *image_256);
    image_256->order = VISION_IMAGE_256_ORDER_ROWS;
}

#endif /* VISION_IMAGE_256_DEFINED_FUNCTIONS */

DH_STATIC_ASSERT(sizeof(struct lab_album_page) == 692, "lab_album_page is not as album.dhs says");

/* All zero, and the schema's defaults. */
static inline void lab_album_page_init(struct lab_album_page *page)
{
    memset(page, 0, sizeof *page);
    vision_image_64_init(&page->cover);
    for (size_t i = 0; i < 3; i++)
        vision_image_64_init((struct vision_image_64 *)(void *)page->frames + i);
    vision_image_256_init(&page->large);
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_ALBUM_DH_H_FUNCTIONS */
