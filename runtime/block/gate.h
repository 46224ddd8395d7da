/* SPDX-License-Identifier: Apache-2.0
 *
 * gate.h - how a block ends while its producer lives: two threads of one process agree.
 *
 *      producer's thread     busy = 1 ─▶ StoreLoad ─▶ close? ─▶ commit ─▶ busy = 0
 *      attendant's thread    close = CLOSING ─▶ StoreLoad ─▶ wait for busy == 0 ─▶ (a successor
 * reads where the ring ends) ─▶ close = FINAL
 *
 * Either the attendant sees the commit that is under way and waits for it, or the producer sees
 * that the block closes, before anybody can see its message. So a commit counts for everybody or
 * for nobody, and readers look at nothing more than the slot. Both words are the process's own:
 * nobody else can end a living producer's block.
 */
#ifndef DHI_BLOCK_GATE_H
#define DHI_BLOCK_GATE_H

#include "base/atomic.h"
#include "block/format.h"

struct dhi_gate {
    uint32_t busy;   /* private memory: the producer's thread is in the middle of a change */
    bool membarrier; /* of this process's own threads, in place of the producer's fence */
    uint32_t *close; /* the word that everybody sees */
};

void dhi_gate_init(struct dhi_gate *gate, struct dhi_control *control);

/* ---- the producer's thread ---- */

/* Where the block was found closing: waits until that is decided. False: it is over. */
bool dhi_gate_wait(struct dhi_gate *gate);

/* False: a successor has the channel; nothing may be published here any more. */
static inline bool dhi_gate_enter(struct dhi_gate *gate)
{
    dhi_store_relaxed(&gate->busy, 1);
    /* close↔commit: busy, then a look at close. Pairs with dhi_gate_close(). */
    if (gate->membarrier)
        dhi_fence_compiler();
    else
        dhi_fence_full();
    return dhi_load_relaxed(gate->close) == DHI_CLOSE_OPEN || dhi_gate_wait(gate);
}

static inline void dhi_gate_leave(struct dhi_gate *gate)
{
    /* commit→quiet: release; who sees that we are done sees what was committed. Pairs with
     * dhi_gate_is_quiet(). */
    dhi_store_release(&gate->busy, 0);
}

/* ---- the attendant's thread ---- */

void dhi_gate_close(struct dhi_gate *gate);
/* After dhi_gate_close: whether the last commit is done, and nothing changes any more. */
bool dhi_gate_is_quiet(const struct dhi_gate *gate);
/* The successor died: go on as if nothing had been. */
void dhi_gate_open(struct dhi_gate *gate);
/* The successor stands. */
void dhi_gate_end(struct dhi_gate *gate);

#endif
