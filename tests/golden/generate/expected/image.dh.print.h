/* SPDX-License-Identifier: 0BSD */
/* image.dh.print.h - written by dhgen 0.1.0 from image.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef VISION_IMAGE_DH_PRINT_H
#define VISION_IMAGE_DH_PRINT_H

#include "image.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Point */
static inline void vision_point_print_to(struct dh_print *out, const struct vision_point *value)
{
    dh_print_text(out, "{x: ");
    dh_print_f32(out, value->x);
    dh_print_text(out, ", y: ");
    dh_print_f32(out, value->y);
    dh_print_text(out, "}");
}

static inline size_t vision_point_print(const struct vision_point *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_point_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* VISION_IMAGE_DH_PRINT_H */
