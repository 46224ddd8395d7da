/* SPDX-License-Identifier: Apache-2.0
 *
 * campaign.h - one call that a victim is killed in, and how the world stands when it enters it.
 */
#ifndef TESTS_CRASH_CAMPAIGN_H
#define TESTS_CRASH_CAMPAIGN_H

#include "block/zone.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <stdbool.h>
#include <stdint.h>

enum {
    N_SURVIVORS = 2, /* consumers that live through it */
    N_RECORDS_MAX = 4,
    ZONE_WORDS = 5,
};

enum victim_role {
    VICTIM_PRODUCER, /* made the block; only consumers live on */
    VICTIM_CONSUMER,
    VICTIM_REAPER,
    VICTIM_SUCCESSOR, /* hub: takes the channel over */
};

/* Who else takes the channel over while the victim acts. */
enum heir {
    NO_HEIR,
    HEIR_COMES,  /* asks for it at that time */
    HEIR_ENDS,   /* ends it at that time, and then takes it over */
    HEIR_HELD,   /* the block closes for it, and it stands still until the victim sleeps */
    HEIR_DIES,   /* stands still at `dies_at`, and is killed there when the victim has been, or
                    sleeps */
    HEIR_STANDS, /* has it */
    GUEST_COMES, /* no heir: a consumer in an event loop attaches at that time */
};

/* The producer that is not the victim, when that one acts. */
enum motion {
    GOES_ON,
    STANDS_STILL,    /* as a whole: SIGSTOP */
    HANGS_IN_COMMIT, /* the thread that commits, in the middle; its attendant answers */
};

/* Which survivor sleeps while the victim acts; or the victim itself, woken by `stimulate`. */
enum sleeper {
    NOBODY_SLEEPS,
    CONSUMER_SLEEPS, /* the second, until something is committed */
    PRODUCER_SLEEPS, /* until there is room */
    LOCKER_SLEEPS,   /* the first consumer, until lock 0 is given back */
};

/* What victim and survivors tell each other outside the library: on a page of its own. */
struct board {
    struct dhi_fds fds;  /* of the victim's block, as numbers there */
    uint64_t committed;  /* commits of the victim that returned */
    uint64_t zone;       /* the last value whose dh_zone_write() returned */
    uint32_t committing; /* messages whose commit began and did not return */
    uint32_t writing_zone;
    uint32_t in_section; /* between dh_zone_lock() that returned and dh_zone_unlock() that did not
                            begin */
    int32_t answer;      /* of the call */
    uint32_t fault;      /* the victim saw what it must not see */
};

/* One participant, in whatever process. */
struct member {
    struct dhi_block *block;
    dh_slot_rw *rw;
    uint64_t expected; /* consumer: the sequence it has to get next */
    struct dh_zone own, shared;
};

struct campaign;

struct victim {
    const struct campaign *campaign;
    struct board *board;
    struct member me;
    struct dh_slot slot;
    struct dh_slot slots[3]; /* of calls for several */
    uint32_t n_slots;
    struct dhi_fds fds; /* maps_in_act: what it got */
    /* hub: */
    const char *channel;
    dh_producer *producer;
    dh_consumer *consumer;
    dh_observer *observer;
    void *payload; /* in hand */
};

struct world;

struct campaign {
    const char *name;
    const char *text; /* for people: what the victim does */
    void (*act)(struct victim *victim);
    enum victim_role role;
    enum dh_full full;
    uint32_t n_slots;
    enum dh_checksum checksum;
    bool large;          /* payload beside the slot words rather than in them */
    bool fences;         /* no membarrier */
    unsigned before;     /* messages committed when the victim acts */
    unsigned read;       /* of them, read by each survivor */
    unsigned read_after; /* and after the kill, while a sleeper waits for that */
    unsigned victim_read;
    bool in_hand;    /* the victim has a loan, or a slot */
    uint32_t loans;  /* the most that it loans at once; 0: one */
    bool put_out;    /* the victim has stood still for the channel's stall limit */
    bool holds_lock; /* the victim has lock 0, and is in the middle of an update under it */
    bool joins_in_act;
    bool maps_in_act;
    bool corpse; /* somebody died before, with a slot in hand and in the middle of an update under
                    lock 0 */
    bool survivor_locks; /* the first consumer has lock 0 */
    enum sleeper sleeper;
    void (*stimulate)(struct world *world); /* the victim sleeps; wake it */
    dh_err answer;                          /* of the call, when nobody kills */
    bool broken; /* a victim that does what no process of ours does: violations must be found */
    bool leaks;  /* broken in the harness: a descriptor is left open */
    bool keeps_lease; /* broken in the harness: the victim seems to live on */
    bool recovers;    /* what is done after a death: the second of a pair of victims */
    /* The victim and the others find each other by a channel's name (hub.h); of the above, what
     * says `hub` in campaigns_hub.c counts. */
    bool hub;
    bool dead; /* the producer was killed before the call */
    enum motion motion;
    enum heir heir;
    void (*dies_at)(void); /* a function of libdh's, about to be entered */
    bool updates;          /* the victim changes what lock 0 guards */
    bool gives_way;    /* nobody kills the victim where it stands, but a successor forces its way */
    bool in_loops;     /* consumers wait in event loops */
    bool looks;        /* the victim has an observer */
    bool slow;         /* each kill takes a second or more, of waiting */
    bool opens_in_act; /* the victim is no side of the channel before */
    bool attendant;    /* the thread that answers others is in hand, not the one that calls */
    bool sums;         /* large messages, whose checksums a helper makes */
    bool helper;       /* that one is in hand */
    bool strict;       /* each consumer has a record of its own; no shared zone */
    bool ends;         /* the channel may be over after it: readers are told, and then join anew */
};

/* The tables; each ends with a campaign without name. */
extern const struct campaign producer_campaigns[], consumer_campaigns[], zone_campaigns[],
    hub_campaigns[], force_campaigns[], look_campaigns[], strict_campaigns[], sums_campaigns[],
    broken_campaigns[];

/* ---- payloads: every word follows from the message's number ---- */

void fill_words(uint64_t *words, size_t n, uint64_t number);
/* Whether all words are those of `number`. */
bool words_are(const uint64_t *words, size_t n, uint64_t number);

/* ---- a participant's steps, for victims and survivors ---- */

/* Places in the table: the survivors', the victim's, and that of one who is dead when the victim
 * joins. */
uint32_t campaign_records(const struct campaign *campaign);
const struct dh_schema *campaign_schema(const struct campaign *campaign);
/* With a ring of some hundred slots. */
const struct dh_schema *campaign_larger_schema(const struct campaign *campaign);
/* A producer makes the block; others map `fds`, which are taken. Without opening a side. False:
 * `complaint` says why. */
bool member_make(struct member *member, const struct campaign *campaign, char *complaint);
bool member_map(struct member *member, struct dhi_fds fds, enum dhi_role role, char *complaint);
bool member_open(struct member *member, char *complaint);
void member_close(struct member *member);
dh_err member_send(struct member *member, int64_t deadline_ns);

/* An update under lock 0 in two steps, so that one can be in its middle. */
void begin_update(dh_zone *zone);
void end_update(dh_zone *zone);
bool update_ended(const dh_zone *zone);

/* The victim's steps that set-up and calls have in common. */
dh_err victim_lock(struct victim *victim, int64_t deadline_ns);
dh_err victim_write_zone(struct victim *victim);
dh_err victim_commit(struct victim *victim);

enum { COMPLAINT_BYTES = 240 };

#endif
