/* SPDX-License-Identifier: 0BSD */
/* parts.dh.print.h - written by dhgen 0.1.0 from parts.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_PARTS_DH_PRINT_H
#define LAB_PARTS_DH_PRINT_H

#include "parts.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* string<7> of lab_parts_place.name */
static inline void lab_parts_place_name_print_to(struct dh_print *out,
                                                 const struct lab_parts_place_name *value)
{
    dh_print_chars(out, value->text, value->length < 7 ? value->length : 7);
}

static inline size_t lab_parts_place_name_print(const struct lab_parts_place_name *value,
                                                char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    lab_parts_place_name_print_to(&out, value);
    return out.length;
}

/* Place */
static inline void lab_parts_place_print_to(struct dh_print *out,
                                            const struct lab_parts_place *value)
{
    dh_print_text(out, "{x: ");
    dh_print_f64(out, value->x);
    dh_print_text(out, " m, y: ");
    dh_print_f32(out, value->y);
    dh_print_text(out, ", name: ");
    lab_parts_place_name_print_to(out, &value->name);
    dh_print_text(out, "}");
}

static inline size_t lab_parts_place_print(const struct lab_parts_place *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    lab_parts_place_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_PARTS_DH_PRINT_H */
