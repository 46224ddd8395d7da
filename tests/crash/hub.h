/* SPDX-License-Identifier: Apache-2.0
 *
 * hub.h - the victim among processes that find each other by a channel's name: a broker that all
 * campaigns share, producers in processes of their own that do as they are told, and consumers that
 * follow from one to the next.
 *
 *      producer ──▶ channel ──▶ two consumers, in the tracer
 *      heir ─ takes it over ┘        victim: any of these, or somebody who recovers or looks on
 */
#ifndef TESTS_CRASH_HUB_H
#define TESTS_CRASH_HUB_H

#include "trace.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a hand is there for. */
enum task {
    BEGIN,     /* a producer's */
    TAKE_OVER, /* from a dead one or a living one */
    ENLARGE,   /* the same, with a larger ring */
    FORCE,     /* the same, and who does not answer is ended */
    END_FIRST, /* ends the channel by force, and then takes it over */
    VISIT,     /* a consumer in an event loop */
};

/* A producer in a process of its own, or a guest. */
struct hand {
    pid_t pid;   /* 0: none */
    int orders;  /* a socket: what it is told, and answers */
    bool opened; /* it has answered for its opening */
};

struct hub {
    char channel[40];
    struct hand producer, heir;
    struct hand last; /* the one after them, where many messages are to pass */
    dh_consumer *consumers[2];
    uint64_t expected[2]; /* the number that each has to read next */
    struct tracee
        held; /* an heir that stands still on its way, or a producer that hangs; pid 0: none */
};

struct world;
struct limits;
struct campaign;

/* ---- the broker ---- */

/* In a folder of its own; false: why was printed, or there is none in this build. */
bool hub_start(void);
/* It has ended in order and left nothing: no descriptor more than at the start, no file. False:
 * what is left was printed. True if none was started. */
bool hub_stop(void);

/* ---- a world with a hub, as in world.h ---- */

bool hub_build(struct world *world);
bool hub_check(struct world *world, const struct limits *limits, bool other);
void hub_end(struct world *world);

/* ---- inside: producers ---- */

enum what { SEND, CLOSE };

struct order {
    enum what what;
    uint32_t n; /* messages to send */
};

struct told {
    dh_err err;
    uint64_t next; /* the number of the next message */
};

/* Does that, and answers; `traced`: it stops before that. */
bool hand_start(struct world *world, struct hand *hand, enum task task, bool traced);
/* It was started; *start: the number that it begins with. Readers do not stand still meanwhile: one
 * who does not come to a block before the next producer takes that over is told of losses. */
bool hand_opens(struct world *world, struct hand *hand, uint64_t *start);
void hand_tell(const struct hand *hand, enum what what, uint32_t n);
/* False: it does not answer, or is dead. */
bool hand_listen(const struct hand *hand, struct told *told);
/* The same, of one that must live. */
bool hand_hear(struct world *world, const struct hand *hand, struct told *told);
/* One message more; its answer in *err. */
bool hand_sends(struct world *world, const struct hand *hand, dh_err *err);
/* Closed in order, or killed. */
void hand_end(struct world *world, struct hand *hand, bool in_order);
dh_err hub_open_producer(dh_producer **producer, const struct world *world,
                         enum dh_takeover takeover);
/* The next message, which follows from its number. */
dh_err hub_send(dh_producer *producer);

/* ---- inside: where no one is killed, or two are ---- */

/* The producer stands still from now on, as the campaign has it. */
bool hub_freeze(struct world *world);
/* It goes on and answers, unless force has ended it. */
bool hub_thaw(struct world *world);
/* The heir that is to die comes to where it stands still; and dies. */
bool hub_hold_heir(struct world *world, void (*at)(void));
void hub_kill_heir(struct world *world);
/* A successor forces the victim, which stands still in its call, out of its way; then that goes on
 * if it lives. */
bool hub_make_way(struct world *world);

/* ---- inside: consumers ---- */

bool hub_join(struct world *world);
/* The next message; all up to one; what is there now. */
bool hub_read(struct world *world, unsigned k);
bool hub_drain(struct world *world, unsigned k, uint64_t until);
bool hub_look_around(struct world *world);

/* ---- inside ---- */

struct victim;
struct dhi_block;

/* The victim's part: a side of the channel, unless that is the call; and what it does before. */
bool hub_enter(struct victim *victim, const struct world *world);
dh_err hub_set_up(struct victim *victim);
/* The block that the first survivor reads; NULL: it reads none. */
const struct dhi_block *hub_block(const struct world *world);
/* How many descriptors of the channel's blocks the broker has when it had time to let them go. */
unsigned hub_broker_keeps(const char *channel, int64_t patience_ns);

#endif
