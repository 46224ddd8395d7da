/* SPDX-License-Identifier: 0BSD */
/* plain.dh.c - written by dhgen 0.1.0 from plain.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "plain.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(plain_pair, 8, 4, "plain.dhs:3");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(plain_pair, first, 0, "plain.dhs:3");
DH_PROVE_FIELD(plain_pair, second, 4, "plain.dhs:3");
#endif
