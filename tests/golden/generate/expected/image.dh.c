/* SPDX-License-Identifier: 0BSD */
/* image.dh.c - written by dhgen 0.1.0 from image.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says.
 */
#include "image.dh.h"

DH_STATIC_ASSERT(sizeof(struct vision_point) == 8, "image.dhs:25: vision_point has 8 bytes");
DH_STATIC_ASSERT(alignof(struct vision_point) == 4, "image.dhs:25: vision_point is aligned to 4");
DH_STATIC_ASSERT(offsetof(struct vision_point, x) == 0, "image.dhs:25");
DH_STATIC_ASSERT(offsetof(struct vision_point, y) == 4, "image.dhs:25");
