/* SPDX-License-Identifier: Apache-2.0
 *
 * validate.c - every word of a block that can be checked is checked, live or dead.
 *
 * The block may be at work: a word that looks wrong is looked at again, and only what stands still
 * and stays wrong is a flaw. Seals, sizes, header, geometry, text and hashes were checked when the
 * block was mapped; here the header is compared with what was checked then.
 */
#include "block/checksum.h"
#include "block/observe.h"
#include "block/recover.h"
#include "block/spinlock.h"
#include "block/who.h"

#include "base/atomic.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOKS = 8, REST_NS = 200 * 1000 };

struct check {
    const struct dhi_block *block;
    const unsigned char *key;
    unsigned char *payload;
    dh_flaw_found found;
    void *context;
    struct dh_validation *result;
};

static void flaw(struct check *check, enum dh_part part, int64_t index, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void flaw(struct check *check, enum dh_part part, int64_t index, const char *format, ...)
{
    struct dh_flaw flaw = { .part = part, .index = index };
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(flaw.text, sizeof flaw.text, format, arguments);
    va_end(arguments);
    check->result->n_flaws++;
    if (check->found != NULL) check->found(check->context, &flaw);
}

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = REST_NS }, NULL);
}

/* ---- the header --------------------------------------------------------------------------- */

static void check_header(struct check *check)
{
    const struct dhi_block *block = check->block;

    check->result->checked[DH_PART_BLOCK] = 1;
    if (memcmp(block->data, &block->head, sizeof block->head) != 0 ||
        memcmp(block->data + block->head.roots_offset, block->roots,
               block->head.n_roots * sizeof block->roots[0]) != 0 ||
        memcmp(block->data + block->head.text_offset, block->text, block->head.text_bytes) != 0)
        flaw(check, DH_PART_BLOCK, -1, "header, roots or text change while they are looked at");
}

/* ---- slot words --------------------------------------------------------------------------- */

/* What is wrong with a slot word; NULL: nothing. `low` and `high` are the head before and after the
 * look: whatever was seen in between lies between them. */
static const char *word_flaw(const struct dhi_block *block, uint32_t index, uint64_t word,
                             const struct dh_slot_facts *facts, uint64_t low, uint64_t high)
{
    const struct dhi_header *head = &block->head;
    uint64_t sequence = word >> 2;

    if (facts->buffer >= head->n_buffers) return "names a buffer that there is not";
    if (facts->length > block->roots[0].size_bytes) return "is longer than its struct";
    switch (word & 3) {
    case DH_SLOT_DRAINING: return "has a state that no producer stores";
    case DH_SLOT_COMMITTED:
        if (sequence % head->n_states != index) return "shows a message of another slot";
        if (sequence >= high) return "shows a message above the head";
        if (sequence + head->n_states < low) return "shows a message that is long overwritten";
        if (head->full == DH_FULL_WAIT && facts->buffer != index)
            return "shows the buffer of another slot";
        return NULL;
    default: return sequence > high ? "is marked for a message above the head" : NULL;
    }
}

static void check_word(struct check *check, uint32_t index)
{
    const SlotRWState *state = &check->block->states[index];
    const char *wrong = NULL;
    uint64_t word = 0;

    for (int look = 0; look < LOOKS; look++) {
        uint64_t low = dhi_block_head(check->block), high;
        struct dh_slot_facts facts;

        word = dhi_load_relaxed(&state->seq_state);
        facts = (struct dh_slot_facts){ .buffer = dhi_load_relaxed(&state->buffer),
                                        .length = dhi_load_relaxed(&state->length) };
        high = dhi_block_head(check->block);
        wrong = word_flaw(check->block, index, word, &facts, low, high);
        if (wrong == NULL) break;
        rest();
    }
    if (wrong != NULL)
        flaw(check, DH_PART_SEQUENCES, index, "slot %u, message %" PRIu64 " (%s), %s", index,
             word >> 2, dh_slot_state_name((enum dh_slot_state)(word & 3)), wrong);
}

/* Two slots that show one buffer: the next fill would change both. Meaningful while nothing moves.
 */
static void check_published_once(struct check *check)
{
    const struct dhi_block *block = check->block;
    uint64_t before = dhi_block_head(block);
    int64_t *shown;

    if (block->head.full != DH_FULL_OVERWRITE) return;
    shown = calloc(block->head.n_buffers, sizeof *shown);
    if (shown == NULL) return;
    for (uint32_t i = 0; i < block->head.n_states; i++) {
        uint64_t word = dhi_load_relaxed(&block->states[i].seq_state);
        uint32_t buffer = dhi_load_relaxed(&block->states[i].buffer);

        if ((word & 3) != DH_SLOT_COMMITTED || buffer >= block->head.n_buffers) continue;
        if (shown[buffer] > 0 && dhi_block_head(block) == before)
            flaw(check, DH_PART_SEQUENCES, i, "slots %" PRId64 " and %u show the same buffer %u",
                 shown[buffer] - 1, i, buffer);
        shown[buffer] = (int64_t)i + 1;
    }
    free(shown);
}

static void check_sequences(struct check *check)
{
    for (uint32_t i = 0; i < check->block->head.n_states; i++) {
        check_word(check, i);
        check->result->checked[DH_PART_SEQUENCES]++;
    }
    check_published_once(check);
}

/* ---- checksums ---------------------------------------------------------------------------- */

/* 1: right, 0: wrong, -1: it was overwritten meanwhile, or is not there. */
static int checksum_holds(struct check *check, uint64_t sequence)
{
    const struct dhi_block *block = check->block;
    const SlotRWState *state = &block->states[sequence % block->head.n_states];
    uint64_t stored[4], digest[4];
    struct dh_slot_facts facts;

    for (int i = 0; i < 4; i++)
        stored[i] = dhi_load_relaxed((const uint64_t *)(const void *)state->tail + i);
    if (dhi_observe(block, sequence, check->payload, &facts) != DH_OK) return -1;
    dhi_checksum((enum dh_checksum)block->head.checksum, check->key, check->payload,
                 block->roots[0].size_bytes, digest);
    if (memcmp(stored, digest, sizeof digest) == 0) return 1;
    /* The sum was read before the payload: it may be of an earlier turn. */
    for (int i = 0; i < 4; i++)
        if (dhi_load_relaxed((const uint64_t *)(const void *)state->tail + i) != stored[i])
            return -1;
    return dhi_load_relaxed(&state->seq_state) == (sequence << 2 | DH_SLOT_COMMITTED) ? 0 : -1;
}

static void check_checksums(struct check *check)
{
    const struct dhi_header *head = &check->block->head;
    uint64_t end = dhi_block_head(check->block);
    uint64_t begin = end > head->n_states ? end - head->n_states : 0;
    bool keyed = (head->flags & DHI_FLAG_SECRET) != 0 && head->checksum == DH_CHECKSUM_ENFORCED;

    if (!dhi_checksum_is_enforced((enum dh_checksum)head->checksum)) return;
    if (keyed && check->key == NULL) return;
    for (uint64_t sequence = begin; sequence < end; sequence++) {
        int holds = checksum_holds(check, sequence);

        if (holds < 0) continue;
        check->result->checked[DH_PART_CHECKSUMS]++;
        if (holds == 0)
            flaw(check, DH_PART_CHECKSUMS, (int64_t)(sequence % head->n_states),
                 "message %" PRIu64 " does not have the checksum that it was committed with",
                 sequence);
    }
}

/* ---- records ------------------------------------------------------------------------------ */

static const char *claim_flaw(const struct dhi_block *block, const struct dhi_record *record)
{
    uint64_t claim = dhi_load_relaxed(&record->claim);
    uint32_t behind;

    if (dhi_load_relaxed(&record->ended) > DHI_ENDED_REAPED) return "has ended in no known way";
    if (dhi_load_relaxed(&record->hold) > block->head.n_buffers)
        return "holds a buffer that there is not";
    if ((claim & DHI_CLAIM_FREE) != 0) return NULL;
    behind = ((uint32_t)dhi_block_head(block) - (uint32_t)claim) & DHI_CLAIM_POSITION;
    return behind > DHI_CLAIM_POSITION / 2 ? "claims a message above the head" : NULL;
}

static void check_record(struct check *check, uint32_t index)
{
    const struct dhi_record *record = dhi_record_of(check->block, index);
    const char *wrong = NULL;
    struct dh_identity who;

    for (int look = 0; look < LOOKS; look++) {
        wrong = claim_flaw(check->block, record);
        if (wrong == NULL) return;
        rest();
    }
    who = dhi_who_copy(&record->identity);
    flaw(check, DH_PART_CLAIMS, index, "record %u, of %.40s[%u] (%s), %s", index, who.program,
         who.pid, dh_life_name(dhi_who_consumer(check->block, index)), wrong);
}

static void check_claims(struct check *check)
{
    const struct dhi_block *block = check->block;

    for (uint32_t i = 0; block->records != NULL && i < block->head.n_consumers; i++) {
        check_record(check, i);
        check->result->checked[DH_PART_CLAIMS]++;
    }
}

/* ---- zones -------------------------------------------------------------------------------- */

static void check_locks(struct check *check, uint32_t root)
{
    const struct dhi_root *zone = &check->block->roots[root];

    for (uint32_t k = 0; check->block->zones != NULL && k < zone->n_spinlocks; k++) {
        struct dh_lock_report report;

        if (dhi_report_lock(check->block, root, k, &report) != DH_OK) continue;
        check->result->checked[DH_PART_LOCKS]++;
        if (report.held && report.holder.record == INT32_MAX)
            flaw(check, DH_PART_LOCKS, root - 1,
                 "lock %u of zone %s is held by a participant that there cannot be", k, zone->name);
    }
}

/* A living producer ends its update; a dead one does not. */
static void check_guard(struct check *check, uint32_t root)
{
    const struct dhi_root *zone = &check->block->roots[root];

    check->result->checked[DH_PART_ZONES]++;
    for (int look = 0; look < LOOKS; look++) {
        if (!dhi_zone_is_torn(check->block, zone)) return;
        rest();
    }
    if (!dhi_block_producer_lives(check->block))
        flaw(check, DH_PART_ZONES, root - 1,
             "zone %s: its producer died in the middle of an update; the value is lost",
             zone->name);
}

static void check_zones(struct check *check)
{
    for (uint32_t i = 1; i < check->block->head.n_roots; i++)
        if (check->block->roots[i].shared)
            check_locks(check, i);
        else
            check_guard(check, i);
}

dh_err dhi_validate(const struct dhi_block *block, const void *secret, dh_flaw_found found,
                    void *context, struct dh_validation *result)
{
    size_t room = block->roots[0].size_bytes + sizeof(uint64_t);
    struct check check = { .block = block, .found = found, .context = context, .result = result };
    unsigned char *key = NULL;

    check.payload = calloc(1, room);
    if (secret != NULL && block->head.checksum == DH_CHECKSUM_ENFORCED)
        check.key = key = dhi_checksum_key_new(secret, block->head.producer.instance);
    if (check.payload == NULL ||
        (secret != NULL && key == NULL && block->head.checksum == DH_CHECKSUM_ENFORCED)) {
        dhi_checksum_key_free(key);
        free(check.payload);
        return DH_ENOMEM;
    }
    check_header(&check);
    check_sequences(&check);
    check_checksums(&check);
    check_claims(&check);
    check_zones(&check);
    dhi_checksum_key_free(key);
    free(check.payload);
    return DH_OK;
}
