/* SPDX-License-Identifier: 0BSD */
/* image.dh.c - written by dhgen 0.1.0 from image.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "image.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(vision_point, 8, 4, "image.dhs:25");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(vision_point, x, 0, "image.dhs:25");
DH_PROVE_FIELD(vision_point, y, 4, "image.dhs:25");
#endif
