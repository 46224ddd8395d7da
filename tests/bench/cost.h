/* SPDX-License-Identifier: Apache-2.0
 *
 * cost.h - rows about what single calls cost, in time and in memory.
 */
#ifndef TESTS_BENCH_COST_H
#define TESTS_BENCH_COST_H

#include "row.h"

/* Opening, µs: a producer; a consumer, at a producer of another process. */
void cost_play_open(struct scene *scene, unsigned role);
void cost_play_attach(struct scene *scene, unsigned role);
/* The same, found by that broker; NULL: by none. */
void cost_attach_by(struct scene *scene, unsigned role, const char *broker);

/* Row's variant: enum drill_kind. */
void cost_play_commit(struct scene *scene, unsigned role);
void cost_play_send(struct scene *scene, unsigned role); /* all words written */
void cost_play_take(struct scene *scene, unsigned role);
void cost_play_receive(struct scene *scene, unsigned role); /* all words read */
/* All of a message but its last 64 KiB is written untimed; timed is the rest, until consumers see
 * it. `pieces`: each was told with dh_producer_filled(). */
void cost_play_last(struct scene *scene, unsigned role);
void cost_play_last_pieces(struct scene *scene, unsigned role);
/* As send and receive, with a helper thread on the other core: what the calling thread is held for,
 * while that keeps up; and where both make sums without a pause. */
void cost_play_hand_over(struct scene *scene, unsigned role);
void cost_play_two_cores(struct scene *scene, unsigned role);
void cost_play_verified(struct scene *scene, unsigned role);

/* loan + commit of a word with the row's n_readers consumers attached, each of which reads all of
 * it, on the other core, while nobody measures: what they cost the producer, and no more. */
void cost_play_fan(struct scene *scene, unsigned role);

/* The zone of the row's size. */
void cost_play_zone_write(struct scene *scene, unsigned role);
void cost_play_zone_read(struct scene *scene, unsigned role);

/* Bytes of shared memory; the row's variant: enum cost_memory. */
enum cost_memory { COST_BLOCK, COST_CONSUMER, COST_CONSUMER_LATEST };
void cost_play_memory(struct scene *scene, unsigned role);

#endif
