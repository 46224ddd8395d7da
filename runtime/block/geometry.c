/* SPDX-License-Identifier: Apache-2.0 */
#include "block/geometry.h"

#include "base/why.h"

#include <string.h>

static uint64_t align_up(uint64_t value, uint64_t to)
{
    return (value + to - 1) / to * to;
}

/* Take `bytes` at the next boundary. Cannot overflow: counts and sizes are bounded before. */
static uint64_t take(uint64_t *end, uint64_t bytes, uint64_t align)
{
    uint64_t at = align_up(*end, align);

    *end = at + bytes;
    return at;
}

uint64_t dhi_geometry_roots_offset(void)
{
    return align_up(sizeof(struct dhi_header), DHI_LINE);
}

static dh_err check_counts(const struct dhi_header *head, const struct dhi_root *roots,
                           struct dh_why *why)
{
    if (head->n_slots < 1 || head->n_slots > DHI_SLOTS_MAX)
        return dhi_why(why, DH_ELIMIT, "%u slots; a ring has 1 to %d", head->n_slots,
                       DHI_SLOTS_MAX);
    if (head->n_consumers < 1 || head->n_consumers > DHI_CONSUMERS_MAX)
        return dhi_why(why, DH_ELIMIT, "%u consumers; a channel has room for 1 to %d",
                       head->n_consumers, DHI_CONSUMERS_MAX);
    if (head->n_roots < 1 || head->n_roots > DH_ROOTS_MAX || head->text_bytes > DHI_TEXT_MAX ||
        head->n_lineage > DH_ROOTS_MAX * DH_MINORS_MAX)
        return dhi_why(why, DH_ELIMIT,
                       "a schema of %u roots, %u minors and %u bytes is over the limits",
                       head->n_roots, head->n_lineage, head->text_bytes);
    if (head->full > DH_FULL_OVERWRITE || head->checksum > DH_CHECKSUM_FAST)
        return dhi_why(why, DH_ELIMIT, "policy full %u, checksum %u is not known", head->full,
                       head->checksum);
    for (uint32_t i = 1; (head->flags & DHI_FLAG_STRICT) != 0 && i < head->n_roots; i++)
        if (roots[i].shared)
            return dhi_why(why, DH_EINVAL,
                           "a strict block has no shared zones, which everybody could write: zone "
                           "%.60s is one",
                           roots[i].name);
    if (head->stall_limit_ns < 0 || (head->stall_limit_ns > 0 && head->full != DH_FULL_WAIT))
        return dhi_why(why, DH_EINVAL,
                       "a stall limit of %lld ns: it is 0 or more, and for `full: wait` channels",
                       (long long)head->stall_limit_ns);
    if (head->huge_page_bytes > DH_HUGE_PAGE_MOST || head->huge_page_bytes % DHI_PAGE != 0 ||
        (head->huge_page_bytes & (head->huge_page_bytes - 1)) != 0)
        return dhi_why(why, DH_ELIMIT, "huge pages of %u bytes; they are powers of two up to %d",
                       head->huge_page_bytes, DH_HUGE_PAGE_MOST);
    for (uint32_t i = 0; i < head->n_roots; i++)
        if (roots[i].size_bytes > INT32_MAX || roots[i].n_spinlocks > DHI_SPINLOCKS_MAX ||
            roots[i].shared > 1)
            return dhi_why(why, DH_ELIMIT, "root %u: %u bytes, %u spinlocks is over the limits", i,
                           roots[i].size_bytes, roots[i].n_spinlocks);
    return DH_OK;
}

static void count_ring(struct dhi_header *head)
{
    bool overwrite = head->full == DH_FULL_OVERWRITE;

    head->n_states = head->n_slots + overwrite;
    /* overwrite: published + one held by each consumer + one loan: one is always free */
    head->n_buffers = overwrite ? head->n_states + head->n_consumers + 1 : head->n_slots;
}

/* Payloads that fit beside the slot word, on channels whose readers cannot be overwritten, lie
 * there: commit and data are then one cache line. */
static bool inlined(const struct dhi_header *head, const struct dhi_root *slot)
{
    return head->full == DH_FULL_WAIT && head->checksum == DH_CHECKSUM_NONE &&
           slot->size_bytes <= DHI_INLINE_BYTES;
}

static void place_ring(struct dhi_header *head, const struct dhi_root *slot, uint64_t *end)
{
    head->states_offset = take(end, (uint64_t)head->n_states * sizeof(SlotRWState), DHI_LINE);
    if (inlined(head, slot)) {
        head->flags |= DHI_FLAG_INLINE;
        head->payload_stride = sizeof(SlotRWState);
        head->payload_offset = head->states_offset + offsetof(SlotRWState, tail);
        return;
    }
    head->flags &= ~(uint32_t)DHI_FLAG_INLINE;
    head->payload_stride = align_up(slot->size_bytes > 0 ? slot->size_bytes : 1, DHI_LINE);
    head->payload_offset = take(end, head->payload_stride * head->n_buffers,
                                head->payload_stride >= DHI_PAGE ? DHI_PAGE : DHI_LINE);
}

static void place_zones(struct dhi_root *roots, uint32_t n_roots, uint64_t *data_end,
                        uint64_t *zones_end)
{
    for (uint32_t i = 1; i < n_roots; i++) {
        struct dhi_root *zone = &roots[i];
        uint64_t *end = zone->shared ? zones_end : data_end;
        uint64_t guard = zone->shared ? zone->n_spinlocks * sizeof(struct dhi_lock) : DHI_LINE;

        zone->guard_offset = take(end, guard, DHI_LINE);
        zone->value_offset = take(end, align_up(zone->size_bytes, DHI_LINE), DHI_LINE);
    }
}

/* A page each, where nobody may write more than one. */
uint32_t dhi_geometry_record_stride(const struct dhi_header *head)
{
    return (head->flags & DHI_FLAG_STRICT) != 0 ? DHI_PAGE : (uint32_t)sizeof(struct dhi_record);
}

uint64_t dhi_geometry_records_offset(const struct dhi_header *head)
{
    return (head->flags & DHI_FLAG_STRICT) != 0 ? DHI_PAGE : sizeof(struct dhi_claims);
}

dh_err dhi_geometry_place(struct dhi_header *head, struct dhi_root *roots, struct dh_why *why)
{
    uint64_t data = dhi_geometry_roots_offset(), claims = dhi_geometry_records_offset(head),
             zones = 0;
    dh_err err = check_counts(head, roots, why);

    if (err != DH_OK) return err;
    count_ring(head);
    head->roots_offset = take(&data, head->n_roots * sizeof(struct dhi_root), DHI_LINE);
    head->lineage_offset = take(&data, head->n_lineage * sizeof(struct dhi_lineage), DHI_LINE);
    head->text_offset = take(&data, head->text_bytes, DHI_LINE);
    head->control_offset = take(&data, sizeof(struct dhi_control), DHI_LINE);
    head->evicted_offset = take(&data, head->n_consumers * sizeof(uint32_t), DHI_LINE);
    head->alarms_offset = take(&data, head->n_consumers * sizeof(struct dhi_alarm), DHI_LINE);
    head->refills_offset =
        take(&data, head->full == DH_FULL_OVERWRITE ? head->n_buffers * sizeof(uint32_t) : 0,
             DHI_LINE);
    head->metrics_offset = take(&data, sizeof(struct dh_producer_metrics), DHI_LINE);
    place_ring(head, &roots[0], &data);
    take(&claims, (uint64_t)head->n_consumers * dhi_geometry_record_stride(head), DHI_LINE);
    roots[0].guard_offset = roots[0].value_offset = 0;
    place_zones(roots, head->n_roots, &data, &zones);

    head->data_bytes = align_up(data, head->huge_page_bytes > 0 ? head->huge_page_bytes : DHI_PAGE);
    head->claims_bytes = align_up(claims, DHI_PAGE);
    head->zones_bytes = align_up(zones, DHI_PAGE);
    if (head->data_bytes > DHI_SEGMENT_MAX || head->zones_bytes > DHI_SEGMENT_MAX)
        return dhi_why(why, DH_ELIMIT, "the block would take %llu MiB",
                       (unsigned long long)head->data_bytes >> 20);
    return DH_OK;
}

static bool is_text(const char *text, size_t bytes)
{
    return memchr(text, '\0', bytes) != NULL;
}

dh_err dhi_geometry_check(const struct dhi_header *head, const struct dhi_root *roots,
                          struct dh_why *why)
{
    struct dhi_root placed_roots[DH_ROOTS_MAX];
    struct dhi_header placed = *head;
    struct dh_why ignored;
    uint32_t n_lineage = 0;

    if (head->n_roots < 1 || head->n_roots > DH_ROOTS_MAX)
        return dhi_why(why, DH_ECORRUPT, "the block's header counts %u roots", head->n_roots);
    memcpy(placed_roots, roots, head->n_roots * sizeof *roots);
    if (dhi_geometry_place(&placed, placed_roots, &ignored) != DH_OK)
        return dhi_why(why, DH_ECORRUPT, "the block's header: %.400s", ignored.text);
    if (memcmp(&placed, head, sizeof placed) != 0 ||
        memcmp(placed_roots, roots, head->n_roots * sizeof *roots) != 0)
        return dhi_why(why, DH_ECORRUPT,
                       "the block's header has offsets that do not follow from its counts");
    if (head->pages == DH_PAGES_HUGE || head->pages > DH_PAGES_POOL ||
        head->asked_pages > DH_PAGES_POOL || head->numa > DH_NUMA_INTERLEAVE ||
        head->asked_numa > DH_NUMA_INTERLEAVE || head->huge_bytes > head->data_bytes)
        return dhi_why(why, DH_ECORRUPT, "the block's header speaks of memory that there is not");
    if (head->start > DHI_START_MAX)
        return dhi_why(why, DH_ECORRUPT, "the block begins with message %llu, which is too far on",
                       (unsigned long long)head->start);
    if (!is_text(head->channel, sizeof head->channel) ||
        !is_text(head->family, sizeof head->family) ||
        !is_text(head->producer.program, sizeof head->producer.program))
        return dhi_why(why, DH_ECORRUPT, "a name in the block's header does not end");
    for (uint32_t i = 0; i < head->n_roots; i++) {
        if (!is_text(roots[i].name, sizeof roots[i].name) || roots[i].first_lineage != n_lineage ||
            roots[i].n_minors < 1 || roots[i].n_minors > DH_MINORS_MAX)
            return dhi_why(why, DH_ECORRUPT, "root %u of the block does not hold", i);
        n_lineage += roots[i].n_minors;
    }
    if (n_lineage != head->n_lineage)
        return dhi_why(why, DH_ECORRUPT, "the block's lineage table has %u entries, its roots %u",
                       head->n_lineage, n_lineage);
    return DH_OK;
}
