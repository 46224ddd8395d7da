/* SPDX-License-Identifier: 0BSD */
/* parts.dh.c - written by dhgen 0.1.0 from parts.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says.
 */
#include "parts.dh.h"

DH_STATIC_ASSERT(sizeof(struct lab_parts_place_name) == 12,
                 "parts.dhs:5: lab_parts_place_name has 12 bytes");
DH_STATIC_ASSERT(alignof(struct lab_parts_place_name) == 4,
                 "parts.dhs:5: lab_parts_place_name is aligned to 4");
DH_STATIC_ASSERT(offsetof(struct lab_parts_place_name, length) == 0, "parts.dhs:5");
DH_STATIC_ASSERT(offsetof(struct lab_parts_place_name, text) == 4, "parts.dhs:5");
DH_STATIC_ASSERT(sizeof(struct lab_parts_place) == 24, "parts.dhs:5: lab_parts_place has 24 bytes");
DH_STATIC_ASSERT(alignof(struct lab_parts_place) == 8,
                 "parts.dhs:5: lab_parts_place is aligned to 8");
DH_STATIC_ASSERT(offsetof(struct lab_parts_place, x) == 0, "parts.dhs:5");
DH_STATIC_ASSERT(offsetof(struct lab_parts_place, y) == 8, "parts.dhs:5");
DH_STATIC_ASSERT(offsetof(struct lab_parts_place, name) == 12, "parts.dhs:5");
