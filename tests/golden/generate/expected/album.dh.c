/* SPDX-License-Identifier: 0BSD */
/* album.dh.c - written by dhgen 0.1.0 from album.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 */
#include "album.dh.h"
