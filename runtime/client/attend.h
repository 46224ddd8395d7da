/* SPDX-License-Identifier: Apache-2.0
 *
 * attend.h - the one thread of a process that attends to its offers: it keeps them registered at
 * their broker and answers those who come directly.
 *
 *      offer ─┬─ link      to the broker (link.c)
 *             ├─ listener  the abstract socket
 *             ├─ await     the process that its producer waits for (await.c)
 *             └─ visitors  connections to it (visit.c)
 *
 * All of it is touched under the attendant's lock alone. Descriptors of links and visitors are
 * closed by the attendant alone, so that poll never waits on a number that means something else.
 */
#ifndef DHI_CLIENT_ATTEND_H
#define DHI_CLIENT_ATTEND_H

#include "client/call.h"
#include "client/hub.h"
#include "wire/answer.h"

#include <sys/types.h>

/*      ABSENT ──connect, REGISTER──▶ ASKED ──ok──▶ REGISTERED
 *        ▲ ▲                          │ │               │  │
 *        │ └──── refused, hung up ────┘ └──close──┐     │  │close: DEREGISTER
 *        └────────────── hung up ─────────────────│─────┘  ▼
 *                                                 │     LEAVING
 *                              close (also from ABSENT)▼   │ answered, hung up, too late
 *                                                    GONE ◀┘
 */
enum dhi_link_state {
    DHI_LINK_ABSENT,     /* no broker, or it said no: tried again when its socket appears */
    DHI_LINK_ASKED,      /* REGISTER was sent */
    DHI_LINK_REGISTERED, /* the open connection is the producer's sign of life */
    DHI_LINK_LEAVING,    /* DEREGISTER was sent */
    DHI_LINK_GONE,
};

struct dhi_link {
    enum dhi_link_state state;
    int fd;
    int64_t due_ns; /* ABSENT: when to try again; LEAVING: when to stop waiting */
    bool again;     /* it may list another block, and has not answered since: see dhi_link_again */
    struct dhi_wire_request request;
    char path[DHI_SOCKET_PATH_BYTES];
};

struct dhi_visitor {
    struct dhi_visitor *next;
    int fd; /* -1: ended, to be swept */
    struct dhi_peer peer;
    struct dhi_challenge challenge;
    int64_t due_ns; /* when its time is over */
    bool may;       /* was given the descriptors of a consumer */
    bool rung;      /* is in the offer's bells, and stays */
    bool wishes;    /* was given something of a strict block: only wishes come from now on */
    bool placed;    /* a record of its own, number `place`, that is: stays, too */
    uint32_t place;
    bool may_succeed; /* was given the descriptors of a reaper */
    uint8_t granted;  /* the broker has put it through, by its policy, for this role and no other */
};

/* The process that the producer waits for, as long as it does. */
struct dhi_await {
    uint32_t whom; /* as in dhi_vigil */
    uint32_t pid;
    int process; /* a pidfd; -1: nothing will be told */
};

/* Who takes the channel over. */
struct dhi_heir {
    struct dhi_visitor *visitor;     /* NULL: nobody */
    struct dhi_wire_request request; /* what it asked */
    uint32_t pid;
    bool told;          /* that the block is closed for it */
    int64_t give_up_ns; /* waiting for the commit that is under way */
    int64_t reopen_ns;  /* it is gone: the block stays closed until we are listed again, at most
                           until then; 0: it is decided */
};

struct dhi_offer {
    struct dhi_offer *next;
    uint32_t forks; /* dhi_forks() where it was opened: a forked child has no part in it */
    struct dhi_channel channel;
    int listener;
    int64_t deaf_until_ns;        /* no descriptors left to accept with: try again then */
    struct dhi_visitor *visitors; /* newest first */
    struct dhi_bells *bells;      /* NULL in a forked child */
    struct dhi_block *block;      /* borrowed; NULL in a forked child */
    struct dhi_places places;     /* kept in it */
    int64_t places_ns;            /* when to look after them */
    struct dhi_vigil vigil;       /* whom the producer waits for, in its own words */
    struct dhi_await await;       /* and what is done for it */
    bool alarmed;                 /* the block's alarms hang */
    int64_t rouse_ns;             /* when to look whether somebody sleeps unheard */
    uint64_t roused;              /* messages that were seen at such a look */
    struct dhi_link link;
    struct dhi_heir heir;
    bool superseded;   /* the block is over; what is left are its readers */
    bool gone;         /* the attendant is done with it */
    bool closing;      /* set by dhi_offer_close */
    bool answered;     /* the first registration was decided: `verdict`, `why` */
    dh_err verdict;    /* DH_OK also without a broker */
    struct dh_why why; /* particulars of the verdict */
};

/* Begin to attend. Returns when the first registration is decided, or a second is over. Returns the
 * verdict, ENOMEM, ESYS. */
dh_err dhi_attend(struct dhi_offer *offer, struct dh_why *why);
/* Say goodbye to the broker and end all; the offer is the caller's again. */
void dhi_attend_end(struct dhi_offer *offer);

/* What the attendant tells a link. */
enum dhi_link_event {
    DHI_LINK_DUE,      /* its time has come */
    DHI_LINK_READABLE, /* an answer, or a hang-up */
    DHI_LINK_CLOSE,    /* the offer is closing */
};
void dhi_link_open(struct dhi_link *link, const char *path);
/* The one place where a link's state changes. `inotify` watches the folder of the broker's socket;
 * -1: it is made when there is need for it. */
void dhi_link_step(struct dhi_offer *offer, enum dhi_link_event event, int *inotify);
/* The connection is made anew soon, to be registered once more; `again` until the broker has
 * answered, or there is none. */
void dhi_link_again(struct dhi_offer *offer);
/* A file called `name` appeared in a watched folder. */
void dhi_link_notice(struct dhi_offer *offer, const char *name);

/* Let all in who wait at the door, or one whom the broker has put through with what it asks; hear
 * one, end those whose time is over. */
void dhi_visit_accept(struct dhi_offer *offer);
void dhi_visit_put_through(struct dhi_offer *offer, int caller,
                           const struct dhi_wire_request *request, struct dhi_cargo *cargo);
void dhi_visit_hear(struct dhi_offer *offer, struct dhi_visitor *visitor);
void dhi_visit_sweep(struct dhi_offer *offer, int64_t now_ns);
void dhi_visit_end_all(struct dhi_offer *offer);

/* Begin, go on or stop looking out for whom the offer's producer waits for; it has ended; the same
 * without a word, when the offer ends. */
void dhi_await_step(struct dhi_offer *offer);
void dhi_await_over(struct dhi_offer *offer);
void dhi_await_end(struct dhi_offer *offer);

/* A successor asks for the block's end (answered later, unless `out` says why not), confirms that
 * it stands, or is gone. */
void dhi_heir_asks(struct dhi_offer *offer, struct dhi_visitor *visitor,
                   const struct dhi_wire_request *request, struct dhi_answer *out);
void dhi_heir_confirms(struct dhi_offer *offer, const struct dhi_visitor *visitor,
                       struct dhi_answer *out);
void dhi_heir_gone(struct dhi_offer *offer, const struct dhi_visitor *visitor);
/* Look whether its answer is due; when to look again. */
void dhi_heir_step(struct dhi_offer *offer, int64_t now_ns);
int64_t dhi_heir_due(const struct dhi_offer *offer);

#endif
