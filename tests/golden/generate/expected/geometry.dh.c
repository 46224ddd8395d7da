/* SPDX-License-Identifier: 0BSD */
/* geometry.dh.c - written by dhgen 0.1.0 from geometry.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 */
#include "geometry.dh.h"
