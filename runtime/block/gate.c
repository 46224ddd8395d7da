/* SPDX-License-Identifier: Apache-2.0 */
#include "block/gate.h"

#include "os/futex.h"
#include "os/membarrier.h"

#include <dh/time.h>

enum { LOOK_NS = 1000 * 1000 };

void dhi_gate_init(struct dhi_gate *gate, struct dhi_control *control)
{
    *gate =
        (struct dhi_gate){ .membarrier = dhi_membarrier_register_own(), .close = &control->close };
}

/* The attendant may be waiting for `busy`, so that goes first. */
bool dhi_gate_wait(struct dhi_gate *gate)
{
    uint32_t seen;

    for (;;) {
        dhi_gate_leave(gate);
        while ((seen = dhi_load_relaxed(gate->close)) == DHI_CLOSE_CLOSING)
            dhi_futex_wait(gate->close, seen, dh_in(LOOK_NS));
        if (seen == DHI_CLOSE_FINAL) return false;
        dhi_store_relaxed(&gate->busy, 1);
        dhi_fence_full(); /* close↔commit: as in dhi_gate_enter() */
        if (dhi_load_relaxed(gate->close) == DHI_CLOSE_OPEN) return true;
    }
}

void dhi_gate_close(struct dhi_gate *gate)
{
    dhi_store_relaxed(gate->close, (uint32_t)DHI_CLOSE_CLOSING);
    dhi_fence_full(); /* close↔commit: close, then looks at busy. Pairs with dhi_gate_enter(). */
    if (gate->membarrier) dhi_membarrier_own();
}

bool dhi_gate_is_quiet(const struct dhi_gate *gate)
{
    /* commit→quiet: acquire; the last commit is done, and what follows comes after it. Pairs with
     * dhi_gate_leave(). */
    return dhi_load_acquire(&gate->busy) == 0;
}

static void decide(struct dhi_gate *gate, enum dhi_close close)
{
    /* final→drain: release; who sees the end sees every commit before it. Pairs with
     * producer_gone(). */
    dhi_store_release(gate->close, (uint32_t)close);
    dhi_futex_wake(gate->close);
}

void dhi_gate_open(struct dhi_gate *gate)
{
    decide(gate, DHI_CLOSE_OPEN);
}

void dhi_gate_end(struct dhi_gate *gate)
{
    decide(gate, DHI_CLOSE_FINAL);
}
