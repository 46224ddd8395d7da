/* SPDX-License-Identifier: Apache-2.0
 *
 * await.c - a producer without room sleeps on one consumer's claim. That the consumer is dead
 * nobody writes there: the producer looks who lives, often at first, then at every thirty-second
 * part of the time that it has waited. Once it looks no longer often it asks the attendant, whom
 * the kernel tells when a process has ended, and who wakes it.
 */
#include "client/attend.h"

#include "base/atomic.h"
#include "os/futex.h"
#include "os/identity.h"
#include "os/process.h"

#include <unistd.h>

static const struct dhi_record *awaited_record(const struct dhi_offer *offer)
{
    return dhi_record_of(offer->block, offer->await.whom - 1);
}

static void wake(const struct dhi_offer *offer)
{
    dhi_futex_wake(dhi_claim_half(awaited_record(offer)));
}

void dhi_await_end(struct dhi_offer *offer)
{
    struct dhi_await *await = &offer->await;

    if (await->process >= 0) close(await->process);
    *await = (struct dhi_await){ .process = -1 };
}

/* What the record says of its consumer, any consumer may have written: at worst the producer is
 * woken for nothing. Whose number is another's by now is gone. */
static void begin(struct dhi_offer *offer, uint32_t whom, uint32_t pid)
{
    struct dhi_await *await = &offer->await;
    const struct dhi_identity *who;

    *await = (struct dhi_await){ .whom = whom, .pid = pid, .process = dhi_process_open(pid) };
    who = &awaited_record(offer)->identity;
    if (await->process >= 0 && dhi_identity_state(pid, dhi_load_relaxed(&who->process_start),
                                                  dhi_load_relaxed(&who->pid_namespace)) == 0)
        dhi_await_over(offer);
    else if (await->process < 0)
        wake(offer);
}

void dhi_await_step(struct dhi_offer *offer)
{
    uint32_t whom = dhi_load_relaxed(&offer->vigil.whom), pid = 0;

    if (whom != 0) pid = dhi_load_relaxed(&dhi_record_of(offer->block, whom - 1)->identity.pid);
    if (whom == offer->await.whom && pid == offer->await.pid) return;
    dhi_await_end(offer);
    if (whom != 0) begin(offer, whom, pid);
}

void dhi_await_over(struct dhi_offer *offer)
{
    close(offer->await.process);
    offer->await.process = -1;
    wake(offer);
}
