/* SPDX-License-Identifier: Apache-2.0
 *
 * drill.h - a producer and a consumer in one process, doing one thing over and over: what a call
 * costs by itself, without cache lines that travel. Rows of group cost time it, and `--loop` runs
 * it for callgrind and perf.
 */
#ifndef TESTS_BENCH_DRILL_H
#define TESTS_BENCH_DRILL_H

#include "hub.h"

#include <stdbool.h>
#include <stdint.h>

struct drill {
    struct hub_plan plan;
    size_t words; /* of a message */
    dh_producer *producer;
    dh_consumer *consumer; /* NULL: nobody listens */
    uint64_t sent, received;
    uint64_t *begun; /* by drill_begin() */
};

enum drill_kind {
    DRILL_PLAIN, /* as by default: stamped, membarrier where the kernel has it */
    DRILL_UNSTAMPED,
    DRILL_FENCE,
    DRILL_LATEST,   /* overwrite, one slot */
    DRILL_CHECKSUM, /* enforced, BLAKE2b; messages are written whole */
    DRILL_KEYED,    /* likewise, keyed with the channel's secret */
    DRILL_FAST,     /* likewise, XXH3 */
    DRILL_HELPED,   /* BLAKE2b, and on each side a thread that makes or verifies sums */
    DRILL_STUB,     /* plain, and called as in stub.h: by generated calls … */
    DRILL_SCOPE,
    DRILL_TRANSACTION,
};

void drill_open(struct drill *drill, enum drill_kind kind, size_t size, bool listens);
void drill_close(struct drill *drill); /* after a look whether all that was sent was counted */

/* loan, one word, commit; n times, at most a ring full where somebody listens. */
void drill_commit(struct drill *drill, uint32_t n);
/* The same with all words of each message. */
void drill_send(struct drill *drill, uint32_t n);
/* All but the last piece of a message, told if `pieces`; then that one, and the commit. */
enum { DRILL_PIECE_BYTES = 65536 };
void drill_begin(struct drill *drill, bool pieces);
void drill_finish(struct drill *drill);
/* Until consumers see all that was sent. */
void drill_flush(struct drill *drill);
/* acquire, look at the number, release; n times. */
void drill_take(struct drill *drill, uint32_t n);
/* The same, reading all words. */
void drill_receive(struct drill *drill, uint32_t n);
/* A zone written n times and once more, or read n times; `zone` as in hub.h. */
void drill_zone_write(struct drill *drill, unsigned zone, uint32_t n);
void drill_zone_read(struct drill *drill, unsigned zone, uint32_t n);

/* The message that came is number n; a failure ends the role. */
noreturn void drill_failed(const struct drill *drill, uint64_t n);
static inline void drill_expect(struct drill *drill, uint64_t n)
{
    if (__builtin_expect(n != drill->received, 0)) drill_failed(drill, n);
    drill->received++;
}

uint32_t drill_slots(const struct drill *drill);

/* Run the loop of that name n times in this process; exit status. NULL: list the names. */
int drill_loop(const char *name, uint64_t n);

#endif
