/* SPDX-License-Identifier: Apache-2.0 */
/* What a channel takes in memory. The sizes of the block's own parts are those of
 * runtime/block/format.h, which dhgen does not include: tests/unit/compiler/layout_block.c
 * compares. */
#include "layout_facts.h"

enum {
    HEADER_BYTES = 584,
    ROOT_BYTES = 104,
    LINEAGE_BYTES = 40,
    CONTROL_BYTES = 192,
    METRICS_BYTES = 256,
    STATE_BYTES = 64,
    BESIDE_BYTES = 32, /* the greatest payload that lies in its slot's line */
    CLAIMS_BYTES = 128,
    RECORD_BYTES = 320,
    LOCK_BYTES = 64,
    WORD_BYTES = 4,
    LEASE_BYTES = 4096,
    PAGE_BYTES = 4096
};

static uint64_t take(uint64_t *end, uint64_t bytes, uint64_t align)
{
    uint64_t at = (*end + align - 1) / align * align;

    *end = at + bytes;
    return at;
}

static uint64_t pages(uint64_t bytes)
{
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

static uint64_t struct_payload(const struct dhs_struct *structure)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < structure->n_fields; i++)
        sum += layout_payload(structure->fields[i].type);
    return sum;
}

static uint64_t union_payload(const struct dhs_union *onion)
{
    uint64_t largest = 0;

    for (size_t i = 0; i < onion->n_arms; i++) {
        uint64_t arm = onion->arms[i].type ? layout_payload(onion->arms[i].type) : 0;
        if (arm > largest) largest = arm;
    }
    return dhs_scalar_size(onion->tag) + largest;
}

uint64_t layout_payload(const struct dhs_type *type)
{
    switch (type->kind) {
    case DHS_TYPE_STRUCT: return struct_payload(type->structure);
    case DHS_TYPE_UNION: return union_payload(type->onion);
    case DHS_TYPE_STRING: return 4 + type->length + 1;
    case DHS_TYPE_BYTES: return 4 + type->length;
    case DHS_TYPE_LIST: return 4 + type->length * layout_payload(type->element);
    case DHS_TYPE_ARRAY: return type->length * layout_payload(type->element);
    case DHS_TYPE_OPTIONAL: return layout_payload(type->element) + 1;
    default: return type->size;
    }
}

static void place_ring(const struct dhs_channel *channel, struct layout_block *block, uint64_t *end)
{
    bool overwrite = channel->full == DHS_FULL_OVERWRITE;
    uint64_t size = channel->roots[0].size;
    uint64_t n_states = (uint64_t)channel->n_slots + overwrite;

    block->beside = !overwrite && channel->checksum == DHS_CHECKSUM_NONE && size <= BESIDE_BYTES;
    block->buffer_stride =
        size > 0 ? (size + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES : LINE_BYTES;
    if (block->beside) block->buffer_stride = 0;
    block->message_lines = 1 + (block->beside ? 0 : (size + LINE_BYTES - 1) / LINE_BYTES);
    block->ring_bytes = n_states * STATE_BYTES + block->buffers * block->buffer_stride;
    take(end, n_states * STATE_BYTES, LINE_BYTES);
    if (!block->beside)
        take(end, block->buffers * block->buffer_stride,
             block->buffer_stride >= PAGE_BYTES ? PAGE_BYTES : LINE_BYTES);
}

struct layout_block layout_block(const struct dhs_channel *channel)
{
    const struct dhs_root *slot = &channel->roots[0];
    struct layout_block block = { .payload =
                                      slot->structure ? struct_payload(slot->structure) : 0 };
    uint64_t data = 0, claims = CLAIMS_BYTES, zones = 0, n_lineage = 0;
    bool overwrite = channel->full == DHS_FULL_OVERWRITE;

    block.buffers =
        overwrite ? (uint64_t)channel->n_slots + channel->max_consumers + 2 : channel->n_slots;
    for (size_t i = 0; i < channel->n_roots; i++)
        n_lineage += channel->roots[i].n_minors;
    take(&data, HEADER_BYTES, LINE_BYTES);
    take(&data, channel->n_roots * ROOT_BYTES, LINE_BYTES);
    take(&data, n_lineage * LINEAGE_BYTES, LINE_BYTES);
    take(&data, channel->canonical.length, LINE_BYTES);
    take(&data, CONTROL_BYTES, LINE_BYTES);
    take(&data, (uint64_t)channel->max_consumers * WORD_BYTES, LINE_BYTES); /* who was put out */
    take(&data, overwrite ? block.buffers * WORD_BYTES : 0, LINE_BYTES);    /* refills */
    take(&data, METRICS_BYTES, LINE_BYTES);
    place_ring(channel, &block, &data);
    take(&claims, (uint64_t)channel->max_consumers * RECORD_BYTES, LINE_BYTES);
    for (size_t i = 1; i < channel->n_roots; i++) {
        const struct dhs_root *zone = &channel->roots[i];
        uint64_t *end = zone->shared ? &zones : &data;
        take(end, zone->shared ? (uint64_t)zone->spinlocks * LOCK_BYTES : LINE_BYTES, LINE_BYTES);
        take(end, (zone->size + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES, LINE_BYTES);
    }
    block.block_bytes = pages(data) + pages(claims) + pages(zones) + LEASE_BYTES;
    return block;
}
