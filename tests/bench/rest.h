/* SPDX-License-Identifier: Apache-2.0
 *
 * rest.h - rows about who does nothing, and about who is killed.
 */
#ifndef TESTS_BENCH_REST_H
#define TESTS_BENCH_REST_H

#include "row.h"

/* Wake-ups per second of all consumers together, while the producer says nothing; the row's size is
 * how many they are, its variant whether each is a thread that blocks, or all are in one event
 * loop. */
enum rest_way { REST_BLOCKED, REST_POLLED };
void rest_play_idle(struct scene *scene, unsigned role);

/* From the kill until the other side goes on: a producer whose ring a dead consumer held up, a
 * consumer that waits for what will not come. */
enum rest_killed { REST_CONSUMER, REST_PRODUCER };
void rest_play_killed(struct scene *scene, unsigned role);

/* Attach to a block of 1 GiB; the pages of it that a consumer then has are counted, too: few. */
void rest_play_large(struct scene *scene, unsigned role);

#endif
