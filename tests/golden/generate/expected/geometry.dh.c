/* SPDX-License-Identifier: 0BSD */
/* geometry.dh.c - written by dhgen 0.1.0 from geometry.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says.
 */
#include "geometry.dh.h"

DH_STATIC_ASSERT(sizeof(struct geo_vec3f) == 12, "geometry.dhs:5: geo_vec3f has 12 bytes");
DH_STATIC_ASSERT(alignof(struct geo_vec3f) == 4, "geometry.dhs:5: geo_vec3f is aligned to 4");
DH_STATIC_ASSERT(offsetof(struct geo_vec3f, x) == 0, "geometry.dhs:5");
DH_STATIC_ASSERT(offsetof(struct geo_vec3f, y) == 4, "geometry.dhs:5");
DH_STATIC_ASSERT(offsetof(struct geo_vec3f, z) == 8, "geometry.dhs:5");
