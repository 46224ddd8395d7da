/* SPDX-License-Identifier: Apache-2.0
 *
 * lives.h - the processes of dh-liveness: what they are, what they tell each other outside of the
 * hub, and what its rows are made of.
 */
#ifndef DH_TESTS_HOSTILE_LIVES_H
#define DH_TESTS_HOSTILE_LIVES_H

#include "base/atomic.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <sys/types.h>

#define GENEROUS (5 * DH_S) /* a death that nobody has noticed by then is not noticed at all */

enum verdict { PASSED, FAILED, SKIPPED };

/* What processes tell each other outside the hub. */
struct board {
    uint64_t ready, stop, sent, asleep, noticed;
    int64_t killed_ns, noticed_ns;
    int64_t answer; /* of the call that was waiting */
    int64_t realtime_step_ns;
    uint64_t realtime_asked; /* how often anybody read that clock */
    uint32_t futex;          /* of a row without a hub */
};

extern struct board *board;
extern char channel[48];
extern char why_not[256]; /* of the row: why it failed or was skipped */
extern bool full;

/* Says why in why_not; FAILED. */
enum verdict fails(const char *format, ...) __attribute__((format(printf, 1, 2)));
void rest(int64_t ns);
/* Whether it is set within GENEROUS. */
bool becomes(const uint64_t *word);
void clear_board(void);

/* NULL, and said why: it does not open. */
dh_producer *produce_on(void);
dh_consumer *consume_on(bool event_fd);
dh_err send_number(dh_producer *producer, int64_t deadline_ns, uint64_t n);

/* A child that dies with us. */
pid_t start(void (*run)(void));
void kill_and_reap(pid_t pid);
/* A child that kills it, and says when: whoever waits for it is asleep by then, or has waited for
 * so long that it looks seldom who lives. */
enum { IN_A_MOMENT = 15 * DH_MS, AFTER_A_WHILE = 300 * DH_MS };
pid_t fork_killer(pid_t victim, int64_t after_ns);

void be_producer(void);
void be_silent_producer(void);
void be_holder(void);
void be_owner_of_lock(void);

/* ---- noticed.c: how long until a death is noticed ---- */

enum { TRIALS_MAX = 1000 };

extern unsigned n_trials;
/* Of the row that was measured last, in nanoseconds. */
int64_t percentile(unsigned p);

/* The first beside two that are the kernel's alone, in turn. */
enum verdict noticed_by_a_sleeping_consumer(void);
enum verdict noticed_through_a_pidfd(void);
enum verdict noticed_through_a_robust_futex(void);
enum verdict noticed_by_three_sleeping_consumers(void);
enum verdict noticed_in_an_event_loop(void);
enum verdict noticed_by_a_producer_that_waits_for_room(void);
enum verdict noticed_by_who_waits_for_a_lock(void);

#endif
