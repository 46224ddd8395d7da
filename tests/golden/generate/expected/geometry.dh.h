/* SPDX-License-Identifier: 0BSD */
/* geometry.dh.h - written by dhgen 0.1.0 from geometry.dhs; edit the schema, not this file.
 *
 *   package dh.geometry
 *
 * Vectors that several packages share.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef DH_GEOMETRY_DH_H
#define DH_GEOMETRY_DH_H

#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "geometry.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Vec3f, 12 bytes, align 4 */
/* Three components, in the axes of whoever uses it. */
struct geo_vec3f {
    float x; /* 0 */
    float y; /* 4 */
    float z; /* 8 */
};

#ifdef __cplusplus
}
#endif
#endif /* DH_GEOMETRY_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(DH_GEOMETRY_DH_H_FUNCTIONS)
#define DH_GEOMETRY_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

DH_STATIC_ASSERT(sizeof(struct geo_vec3f) == 12, "geo_vec3f is not as geometry.dhs says");

/* All zero, and the schema's defaults. */
static inline void geo_vec3f_init(struct geo_vec3f *vec3f)
{
    memset(vec3f, 0, sizeof *vec3f);
}

#ifdef __cplusplus
}
#endif
#endif /* DH_GEOMETRY_DH_H_FUNCTIONS */
