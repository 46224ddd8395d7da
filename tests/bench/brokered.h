/* SPDX-License-Identifier: Apache-2.0
 *
 * brokered.h - attaching by way of a dhbroker, the one that was built beside dh-bench.
 */
#ifndef TESTS_BENCH_BROKERED_H
#define TESTS_BENCH_BROKERED_H

#include "row.h"

/* Start it, on a socket of its own, without a registry, and wait until it answers; end it. */
bool brokered_prepare(struct scene *scene);
void brokered_dismiss(struct scene *scene);

/* Ask it for the channel of the other role, show that the schema fits, join: all of opening. */
void brokered_play(struct scene *scene, unsigned role);

#endif
