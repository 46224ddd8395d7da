/* SPDX-License-Identifier: 0BSD */
/* parts.dh.c - written by dhgen 0.1.0 from parts.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "parts.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(lab_parts_place_name, 12, 4, "parts.dhs:5");
DH_PROVE_STRUCT(lab_parts_place, 24, 8, "parts.dhs:5");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(lab_parts_place_name, length, 0, "parts.dhs:5");
DH_PROVE_FIELD(lab_parts_place_name, text, 4, "parts.dhs:5");
DH_PROVE_FIELD(lab_parts_place, x, 0, "parts.dhs:5");
DH_PROVE_FIELD(lab_parts_place, y, 8, "parts.dhs:5");
DH_PROVE_FIELD(lab_parts_place, name, 12, "parts.dhs:5");
#endif
