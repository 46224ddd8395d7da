/* SPDX-License-Identifier: Apache-2.0
 *
 * look.h - how long to look before sleeping. As long as the program asked for. Where it did not
 * ask, for 20 µs, as long as that pays: what comes within that time has spared a sleep, and what
 * does not has cost 20 µs of a core that somebody else may have needed, the one who is waited for
 * above all.
 *
 *      a first round, 1 to 2 µs       it comes: this says nothing
 *      on until 20 µs have passed     it comes: pays + 2    it does not: pays - 1, then sleep
 *      where pays is 0                only one wait of eight goes beyond the first round
 *
 * So looks go on while more than one of three is not in vain.
 */
#ifndef DHI_BLOCK_LOOK_H
#define DHI_BLOCK_LOOK_H

#include "block/ring.h"

enum {
    DHI_LOOK_NS = 20 * 1000,
    DHI_LOOK_PAYS_MOST = 8,
    DHI_LOOK_AGAIN = 8, /* where it does not pay, every so many waits try */
};

static inline void dhi_look_init(dh_slot_rw *rw, int64_t spin_ns)
{
    rw->spin_ns = spin_ns == 0 ? DHI_LOOK_NS : spin_ns;
    rw->look_adapts = spin_ns == 0;
    rw->look_pays = DHI_LOOK_PAYS_MOST;
}

/* After the first round: until when to look. Who will not wait for longer than that does not sleep,
 * and has not looked in vain. */
static inline int64_t dhi_look_until(dh_slot_rw *rw, int64_t now, int64_t deadline_ns)
{
    int64_t until_ns = now + rw->spin_ns;

    if (until_ns >= deadline_ns) return deadline_ns;
    if (rw->look_pays > 0)
        rw->look_pays--; /* dhi_look_paid() gives it back */
    else if (rw->look_adapts && ++rw->looks_left_out % DHI_LOOK_AGAIN != 0)
        return now;
    return until_ns;
}

/* It came while we looked, in the first round if `until_ns` is 0. */
static inline bool dhi_look_paid(dh_slot_rw *rw, int64_t until_ns)
{
    if (until_ns != 0)
        rw->look_pays = (uint8_t)(rw->look_pays + 3 < DHI_LOOK_PAYS_MOST ? rw->look_pays + 3
                                                                         : DHI_LOOK_PAYS_MOST);
    return true;
}

/* A round of looks was in vain: whether to look on. *until_ns: 0 after the first one. */
static inline bool dhi_look_on(dh_slot_rw *rw, int64_t *until_ns, int64_t deadline_ns)
{
    int64_t now = dh_now();

    if (*until_ns == 0) *until_ns = dhi_look_until(rw, now, deadline_ns);
    return now < *until_ns;
}

#endif
