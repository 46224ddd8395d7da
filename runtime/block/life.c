/* SPDX-License-Identifier: Apache-2.0
 *
 * life.c - whether anything may still come from a block's producer. A killed process ends in steps:
 *
 *      its threads stop ─▶ the alarms ring ─▶ they let go of its memory ─▶
 *      that is put away ─▶ its files are closed: the lease is free, its sockets hang up
 *
 * What is put away takes the time, for a large one. From the third step on nothing comes from it;
 * its name and its place are free with the lease.
 */
#include "block/segment.h"

#include "base/atomic.h"
#include "os/alarm.h"
#include "os/identity.h"
#include "os/lease.h"

bool dhi_block_producer_lives(const struct dhi_block *block)
{
    if (block->role == DHI_PRODUCER) return true;
    /* Only of a strict block there may be no lease: who keeps it knows that its producer is dead.
     */
    return block->fds.lease >= 0 && dhi_lease_held(block->fds.lease, DHI_LEASE_PRODUCER);
}

/* Where nothing has rung nobody is asked, so that a look at the living costs no more. */
bool dhi_block_producer_writes(struct dhi_block *block)
{
    const struct dhi_identity *who = &block->head.producer;

    if (dhi_load_relaxed(&block->producer_let_go) != 0 || !dhi_block_producer_lives(block))
        return false;
    if (block->role == DHI_PRODUCER ||
        !dhi_alarm_rang(dhi_load_relaxed(&block->control->alarm.word)))
        return true;
    if (!dhi_identity_let_go(who->pid, who->pid_namespace)) return true;
    dhi_store_relaxed(&block->producer_let_go, 1);
    return false;
}
