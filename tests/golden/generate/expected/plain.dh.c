/* SPDX-License-Identifier: 0BSD */
/* plain.dh.c - written by dhgen 0.1.0 from plain.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says.
 */
#include "plain.dh.h"

DH_STATIC_ASSERT(sizeof(struct plain_pair) == 8, "plain.dhs:3: plain_pair has 8 bytes");
DH_STATIC_ASSERT(alignof(struct plain_pair) == 4, "plain.dhs:3: plain_pair is aligned to 4");
DH_STATIC_ASSERT(offsetof(struct plain_pair, first) == 0, "plain.dhs:3");
DH_STATIC_ASSERT(offsetof(struct plain_pair, second) == 4, "plain.dhs:3");
