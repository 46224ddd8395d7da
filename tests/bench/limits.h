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

/* Bytes per second copied from memory to memory by one core. */
void limits_play_memcpy(struct scene *scene, unsigned role);

#endif
