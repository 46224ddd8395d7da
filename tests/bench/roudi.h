/* SPDX-License-Identifier: Apache-2.0
 *
 * roudi.h - iceoryx's daemon, which it and Cyclone DDS with shared memory need.
 */
#ifndef TESTS_BENCH_ROUDI_H
#define TESTS_BENCH_ROUDI_H

#include <stdbool.h>

/* Start it, once for all rows, and wait until it answers; it ends with dh-bench. False: errno. */
bool roudi_start(void);
void roudi_end(void);

/* In a role or a daemon: what is told on standard error goes nowhere. */
void roudi_hush(void);

#endif
