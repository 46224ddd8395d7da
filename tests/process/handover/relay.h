/* SPDX-License-Identifier: Apache-2.0
 *
 * relay.h - producers in processes of their own, one after the other, on one channel. Each message
 * carries its sequence: who reads 0, 1, 2 … has lost nothing and read nothing twice, whoever wrote
 * it.
 */
#ifndef TESTS_PROCESS_HANDOVER_RELAY_H
#define TESTS_PROCESS_HANDOVER_RELAY_H

#include "process/broker/world.h"

struct pair {
    uint64_t n, check;
};

enum stunt { STUNT_NONE, STUNT_SPIN, STUNT_TRAP };

/* What producers tell the test outside the hub; shared memory. */
struct board {
    uint64_t committed;  /* sequence behind the last commit that was called good */
    uint64_t opened;     /* how many producers opened their channel */
    uint64_t superseded; /* how many were told that they are */
    uint64_t refused;    /* the message that the last of those could not commit */
    uint64_t stop;       /* end in order */
    uint64_t pause;      /* commit nothing for the moment */
    uint64_t stunt;      /* enum stunt, with message stunt_at in hand */
    uint64_t stunt_at;
    uint64_t playing; /* it has come there */
    uint64_t go;      /* it may go on */
    uint64_t called;  /* who was prepared opens the channel */
};
extern struct board *board;

/* Whether all producers make strict blocks: that is what a test program was called with. */
extern bool relay_strict;
void relay_kind(int argc, char **argv);

/* World, board, and the name of the channel. */
void relay_begin(void);
void relay_end(void);
extern char channel[];

/* A process that opens `channel` and commits until it is superseded or told to stop; it exits with
 * the last error of the library, made positive: 0 if it was told to stop. */
pid_t relay_start(const struct dh_schema *schema, const struct dh_producer_options *options);
/* The same, and wait until it is open. */
pid_t relay_start_and_wait(const struct dh_schema *schema,
                           const struct dh_producer_options *options);

/* The same in two steps, where the test has threads when the producer is to come: whoever is forked
 * beside threads may find a lock of theirs held for ever, such as the address sanitizer's own. */
pid_t relay_prepare(const struct dh_schema *schema, const struct dh_producer_options *options);
void relay_call_and_wait(void);

dh_consumer *relay_join(const struct dh_schema *schema, const struct dh_consumer_options *options);
/* Read until `until` messages were seen, the next one being `next`; each whole and in its turn. */
uint64_t relay_read(dh_consumer *consumer, uint64_t next, uint64_t until);

#endif
