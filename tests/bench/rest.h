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

/* A message of 4 KiB, written and read whole, through a ring of 64 MiB: each lies on pages that
 * were not looked at for long. The row's variant: enum dh_pages. */
void rest_play_turns(struct scene *scene, unsigned role);

/* What a reader that attaches and runs once through a ring of 64 MiB touches first, in page faults.
 * The row's variant: enum dh_pages. */
void rest_play_touches(struct scene *scene, unsigned role);

/* Attach to a block of 1 GiB; the first touches that this takes are counted, too: few. The row's
 * variant: enum dh_pages. */
void rest_play_large(struct scene *scene, unsigned role);

#endif
