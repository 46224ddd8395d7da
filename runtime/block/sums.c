/* SPDX-License-Identifier: Apache-2.0
 *
 * sums.c - checksums of the slots in hand: whole, or piece by piece as the writer fills them; by
 * this thread, or by helpers (behind.h, ahead.h).
 */
#include "block/ahead.h"
#include "block/behind.h"
#include "block/checksum.h"

#include <string.h>

static const unsigned char *payload_of(const dh_slot_rw *rw, uint32_t buffer)
{
    return rw->payload + buffer * rw->stride;
}

/* ---- the writer ---- */

void dhi_sum_make(dh_slot_rw *rw)
{
    const unsigned char *payload = payload_of(rw, rw->buffer);

    if (rw->filled == 0) {
        dhi_checksum(rw->checksum, rw->key, payload, rw->payload_bytes, rw->digest);
        return;
    }
    dhi_running_sum_add(rw->running, payload + rw->filled, rw->payload_bytes - rw->filled);
    dhi_running_sum_end(rw->running, rw->digest);
    rw->filled = 0;
}

dh_err dh_slot_rw_filled(dh_slot_rw *rw, uint32_t bytes)
{
    const unsigned char *payload = payload_of(rw, rw->buffer);
    uint32_t in_hand = rw->behind != NULL ? dhi_behind_in_hand(rw->behind) : rw->in_hand;

    if (in_hand != 1) return DH_EORDER;
    if (rw->record != NULL || bytes > rw->payload_bytes) return DH_EINVAL;
    if (rw->running == NULL || rw->behind != NULL) return DH_OK; /* commit makes no sum */
    if (bytes < rw->filled) return DH_EINVAL;
    if (rw->filled == 0) dhi_running_sum_begin(rw->running, rw->checksum, rw->key);
    dhi_running_sum_add(rw->running, payload + rw->filled, bytes - rw->filled);
    rw->filled = bytes;
    return DH_OK;
}

/* ---- the reader ---- */

static bool matches(const dh_slot_rw *rw, uint32_t buffer, const uint64_t *stored)
{
    return dhi_checksum_fits(rw->checksum, rw->key, payload_of(rw, buffer), rw->payload_bytes,
                             stored);
}

static const uint64_t *stored_digest(const dh_slot_rw *rw, uint32_t index)
{
    return (const uint64_t *)(const void *)rw->states[index].tail;
}

bool dhi_sum_fits(const dh_slot_rw *rw, uint32_t k)
{
    uint32_t index = dhi_index_ahead(rw, k);

    if (rw->ahead != NULL) return dhi_ahead_verdict(rw->ahead, rw->next + k);
    return matches(rw, index, stored_digest(rw, index));
}

dh_err dhi_sum_verify(dh_slot_rw *rw)
{
    struct dh_consumer_metrics *metrics = &rw->record->metrics;

    if (rw->overwrite ? matches(rw, rw->buffer, rw->digest) : dhi_sum_fits(rw, 0)) return DH_OK;
    dhi_store_relaxed(&metrics->checksum_failures,
                      dhi_load_relaxed(&metrics->checksum_failures) + 1);
    dhi_store_relaxed(&metrics->last_error, (int32_t)DH_ECHECKSUM);
    return DH_ECHECKSUM;
}

/* ---- checksums by hand ---- */

dh_err dh_slot_rw_checksum_update(dh_slot_rw *rw)
{
    if (rw->in_hand == 0) return DH_EORDER;
    if (rw->checksum == DH_CHECKSUM_NONE || rw->record != NULL) return DH_EINVAL;
    dhi_checksum(rw->checksum, rw->key, payload_of(rw, rw->buffer), rw->payload_bytes, rw->digest);
    return DH_OK;
}

dh_err dh_slot_rw_checksum_verify(dh_slot_rw *rw)
{
    if (rw->in_hand == 0) return DH_EORDER;
    if (rw->checksum == DH_CHECKSUM_NONE || rw->record == NULL) return DH_EINVAL;
    return dhi_sum_verify(rw);
}
