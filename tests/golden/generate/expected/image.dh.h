/* SPDX-License-Identifier: 0BSD */
/* image.dh.h - written by dhgen 0.1.0 from image.dhs; edit the schema, not this file.
 *
 *   package vision
 *
 * Pictures of any size, and what is made of them.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef VISION_IMAGE_DH_H
#define VISION_IMAGE_DH_H

#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "image.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Point, 8 bytes, align 4 */
struct vision_point {
    float x; /* 0 */
    float y; /* 4 */
};

#ifdef __cplusplus
}
#endif
#endif /* VISION_IMAGE_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(VISION_IMAGE_DH_H_FUNCTIONS)
#define VISION_IMAGE_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

DH_STATIC_ASSERT(sizeof(struct vision_point) == 8, "vision_point is not as image.dhs says");

/* All zero, and the schema's defaults. */
static inline void vision_point_init(struct vision_point *point)
{
    memset(point, 0, sizeof *point);
}

#ifdef __cplusplus
}
#endif
#endif /* VISION_IMAGE_DH_H_FUNCTIONS */
