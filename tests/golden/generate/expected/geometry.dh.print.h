/* SPDX-License-Identifier: 0BSD */
/* geometry.dh.print.h - written by dhgen 0.1.0 from geometry.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef DH_GEOMETRY_DH_PRINT_H
#define DH_GEOMETRY_DH_PRINT_H

#include "geometry.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Vec3f */
static inline void geo_vec3f_print_to(struct dh_print *out, const struct geo_vec3f *value)
{
    dh_print_text(out, "{x: ");
    dh_print_f32(out, value->x);
    dh_print_text(out, ", y: ");
    dh_print_f32(out, value->y);
    dh_print_text(out, ", z: ");
    dh_print_f32(out, value->z);
    dh_print_text(out, "}");
}

static inline size_t geo_vec3f_print(const struct geo_vec3f *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    geo_vec3f_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* DH_GEOMETRY_DH_PRINT_H */
