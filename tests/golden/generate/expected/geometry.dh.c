/* SPDX-License-Identifier: 0BSD */
/* geometry.dh.c - written by dhgen 0.1.0 from geometry.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "geometry.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(geo_vec3f, 12, 4, "geometry.dhs:5");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(geo_vec3f, x, 0, "geometry.dhs:5");
DH_PROVE_FIELD(geo_vec3f, y, 4, "geometry.dhs:5");
DH_PROVE_FIELD(geo_vec3f, z, 8, "geometry.dhs:5");
#endif
