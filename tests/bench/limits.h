/* SPDX-License-Identifier: Apache-2.0
 *
 * limits.h - rows about the hardware alone.
 */
#ifndef TESTS_BENCH_LIMITS_H
#define TESTS_BENCH_LIMITS_H

#include "row.h"

/* A cache line handed to the other core and back: half of it. */
bool limits_prepare_line(struct scene *scene);
void limits_dismiss_line(struct scene *scene);
void limits_play_line(struct scene *scene, unsigned role);

/* Before a row, by its roles 0 and 1: how far their cores are apart just now, into stage->line_ns.
 */
void limits_probe(struct stage *stage, unsigned role);

/* Bytes per second copied from memory to memory by one core. */
void limits_play_memcpy(struct scene *scene, unsigned role);

#endif
