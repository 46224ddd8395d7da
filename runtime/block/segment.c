/* SPDX-License-Identifier: Apache-2.0 */
#include "block/segment.h"

#include "base/atomic.h"
#include "base/why.h"
#include "block/front.h"
#include "block/geometry.h"
#include "block/make.h"
#include "block/schema_text.h"
#include "block/strict.h"
#include "os/identity.h"
#include "os/lease.h"
#include "os/membarrier.h"
#include "os/memfd.h"
#include "os/pages.h"
#include "os/process.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

void dhi_fds_close(struct dhi_fds *fds)
{
    int all[] = { fds->data, fds->claims, fds->zones, fds->lease, fds->talk, fds->roll };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i] >= 0) close(all[i]);
    *fds = DHI_NO_FDS;
}

/* NULL with errno. */
static struct dhi_block *new_block(enum dhi_role role, struct dhi_fds fds)
{
    struct dhi_block *made = sodium_init() < 0 ? NULL : calloc(1, sizeof *made);

    if (made == NULL) return NULL;
    made->role = role;
    made->forks = dhi_forks();
    made->fds = fds;
    return made;
}

/* Whether this role's lease is a description of its own, which the registry of lease.h knows. */
static bool owns_lease(const struct dhi_block *block)
{
    return block->role == DHI_PRODUCER || block->role == DHI_CONSUMER ||
           (block->role == DHI_REAPER && !dhi_block_is_strict(block));
}

bool dhi_block_is_inherited(const struct dhi_block *block)
{
    return block->forks != dhi_forks();
}

static void let_go(struct dhi_block *block)
{
    dhi_strict_free(block);
    if (block->data != NULL) munmap(block->data, block->head.data_bytes);
    if (block->claims != NULL) munmap(block->claims, block->head.claims_bytes);
    if (block->zones != NULL) munmap(block->zones, block->head.zones_bytes);
    if (block->fds.roll >= 0 && block->role == DHI_CONSUMER) { /* first: who sees the lease free */
        dhi_lease_close(block->fds.roll);                      /* gives the place to the next one */
        block->fds.roll = -1;
    }
    if (block->fds.lease >= 0 && owns_lease(block)) {
        dhi_lease_close(block->fds.lease);
        block->fds.lease = -1;
    }
}

/* Others may lie where the mappings were, and the leases were closed in the fork (os/lease.h). */
static void forget(struct dhi_block *block)
{
    free(block->strict);
    if (owns_lease(block)) block->fds.lease = -1;
    if (block->role == DHI_CONSUMER) block->fds.roll = -1;
}

void dhi_block_free(struct dhi_block *block)
{
    if (block == NULL) return;
    if (dhi_block_is_inherited(block))
        forget(block);
    else
        let_go(block);
    dhi_fds_close(&block->fds);
    free(block->lineage);
    free(block->text);
    free(block);
}

/* Pointers into the mappings, once head is known to be right. */
static void find_parts(struct dhi_block *block)
{
    const struct dhi_header *head = &block->head;

    block->control = (struct dhi_control *)(void *)(block->data + head->control_offset);
    block->evicted = (uint32_t *)(void *)(block->data + head->evicted_offset);
    block->alarms = (struct dhi_alarm *)(void *)(block->data + head->alarms_offset);
    block->refills = (uint32_t *)(void *)(block->data + head->refills_offset);
    block->metrics = (struct dh_producer_metrics *)(void *)(block->data + head->metrics_offset);
    block->states = (SlotRWState *)(void *)(block->data + head->states_offset);
    block->payload = block->data + head->payload_offset;
    if (block->claims == NULL) return;
    block->shared = (struct dhi_claims *)(void *)block->claims;
    block->records =
        (struct dhi_record *)(void *)(block->claims + dhi_geometry_records_offset(head));
    block->record_stride = dhi_geometry_record_stride(head);
}

static dh_err map_claims(struct dhi_block *block, bool writes, bool present, struct dh_why *why)
{
    bool strict = dhi_block_is_strict(block);

    if (block->role == DHI_OBSERVER) return DH_OK;
    if (strict && block->role == DHI_PRODUCER) return dhi_strict_open(block, why);
    if (strict && block->role == DHI_CONSUMER) return dhi_strict_map(block, why);
    /* The copy is worth as much as the connection on which a new one is asked for. */
    if (strict && block->fds.talk < 0) return DH_OK;
    block->claims =
        dhi_memfd_map(block->fds.claims, block->head.claims_bytes, writes && !strict, present);
    return block->claims != NULL ? DH_OK : dhi_why_errno(why, "mmap of the claims segment");
}

static dh_err map_parts(struct dhi_block *block, struct dh_why *why)
{
    enum dhi_role role = block->role;
    bool writes = role == DHI_PRODUCER || role == DHI_CONSUMER || role == DHI_REAPER;
    bool present = role == DHI_PRODUCER || role == DHI_CONSUMER; /* others look at little of it */
    dh_err err;

    block->data = dhi_pages_map(block->fds.data, block->head.data_bytes,
                                block->head.huge_page_bytes, role == DHI_PRODUCER, present);
    if (block->data == NULL) return dhi_why_errno(why, "mmap of the data segment");
    err = map_claims(block, writes, present, why);
    if (err != DH_OK) return err;
    if (role != DHI_OBSERVER && block->head.zones_bytes > 0) {
        block->zones = dhi_memfd_map(block->fds.zones, block->head.zones_bytes, writes, present);
        if (block->zones == NULL) return dhi_why_errno(why, "mmap of the zones segment");
    }
    find_parts(block);
    return DH_OK;
}

/* The lease on a description of its own in place of the one that was received or made. */
static dh_err own_lease(struct dhi_block *block, struct dh_why *why)
{
    bool lent = dhi_block_is_strict(block) && block->role == DHI_CONSUMER;
    int own = lent ? -1 : dhi_lease_open(block->fds.lease);

    if (lent && dhi_lease_adopt(block->fds.lease) &&
        (block->fds.roll < 0 || dhi_lease_adopt(block->fds.roll)))
        return DH_OK;
    if (own < 0 && errno == EACCES && dhi_lease_adopt(block->fds.lease)) return DH_OK;
    if (own < 0) return dhi_why_errno(why, "opening the lease");
    close(block->fds.lease);
    block->fds.lease = own;
    return DH_OK;
}

/* A successor puts a lock on the roll, and the description that it was given is its producer's. */
static dh_err own_roll(struct dhi_block *block, struct dh_why *why)
{
    int own = dhi_memfd_reopen(block->fds.roll);

    if (own < 0) return dhi_why_errno(why, "opening the roll");
    close(block->fds.roll);
    block->fds.roll = own;
    return DH_OK;
}

/* ---- making
 * ------------------------------------------------------------------------------------------------
 */

static bool channel_name_ok(const char *channel)
{
    size_t bytes =
        strspn(channel, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    return bytes > 0 && bytes <= DH_CHANNEL_MAX && channel[bytes] == '\0';
}

static dh_err describe_roots(struct dhi_block *block, const struct dh_schema *schema,
                             struct dh_why *why)
{
    struct dhi_header *head = &block->head;

    if (schema->abi != DH_SCHEMA_ABI || schema->n_roots < 1 || schema->n_roots > DH_ROOTS_MAX)
        return dhi_why(why, DH_EINVAL,
                       "the schema was made for another release of libdh; run dhgen again");
    head->n_roots = schema->n_roots;
    for (uint32_t i = 0; i < schema->n_roots; i++) {
        const struct dh_root *from = &schema->roots[i];
        struct dhi_root *root = &block->roots[i];

        snprintf(root->name, sizeof root->name, "%s", from->name);
        root->size_bytes = from->size_bytes;
        root->shared = from->shared;
        root->n_spinlocks = from->n_spinlocks;
        root->first_lineage = head->n_lineage;
        root->n_minors = from->n_minors;
        head->n_lineage += from->n_minors;
    }
    assert(head->n_lineage > 0); /* dhi_geometry_check: a root has at least one minor */
    block->lineage = calloc(head->n_lineage, sizeof *block->lineage);
    if (block->lineage == NULL) return dhi_why_errno(why, "malloc");
    for (uint32_t i = 0; i < schema->n_roots; i++)
        for (uint32_t k = 0; k < schema->roots[i].n_minors; k++) {
            struct dhi_lineage *entry = &block->lineage[block->roots[i].first_lineage + k];
            const struct dh_minor *from = &schema->roots[i].minors[k];

            entry->minor = from->minor;
            entry->size_bytes = from->size_bytes;
            memcpy(entry->hash, from->lineage, DH_HASH_BYTES);
        }
    return DH_OK;
}

static dh_err describe_head(struct dhi_block *block, const struct dh_schema *schema,
                            const char *channel, const struct dh_producer_options *options,
                            struct dh_why *why)
{
    struct dhi_header *head = &block->head;
    bool wants_membarrier = options->storeload != DH_STORELOAD_FENCE;
    bool has_membarrier = wants_membarrier && dhi_membarrier_register();

    if (!channel_name_ok(channel))
        return dhi_why(why, DH_EINVAL,
                       "'%.100s' is no channel name: 1 to %d of letters, digits, '_', '-', '.'",
                       channel, DH_CHANNEL_MAX);
    if (strlen(schema->family) >= sizeof head->family)
        return dhi_why(why, DH_ELIMIT, "the schema's family is longer than %zu bytes",
                       sizeof head->family - 1);
    if (options->storeload == DH_STORELOAD_MEMBARRIER && !has_membarrier)
        return dhi_why_errno(why, "membarrier");
    head->magic = DHI_MAGIC;
    head->format = DHI_FORMAT;
    head->byte_order = DHI_BYTE_ORDER;
    head->flags = (has_membarrier ? DHI_FLAG_MEMBARRIER : 0u) |
                  (options->secret != NULL ? DHI_FLAG_SECRET : 0u) |
                  (options->unstamped ? DHI_FLAG_UNSTAMPED : 0u) |
                  (options->strict ? DHI_FLAG_STRICT : 0u);
    head->incarnation = 1;
    head->full = schema->policy.full;
    head->checksum = schema->policy.checksum;
    head->n_slots = options->n_slots > 0 ? options->n_slots : schema->policy.n_slots;
    head->n_consumers =
        options->n_consumers > 0 ? options->n_consumers : schema->policy.n_consumers;
    head->stall_limit_ns = options->stall_limit_ns;
    head->minor = schema->minor;
    head->text_bytes = schema->text_bytes;
    memcpy(head->schema_hash, schema->hash, DH_HASH_BYTES);
    dhi_identity_self(&head->producer);
    snprintf(head->channel, sizeof head->channel, "%s", channel);
    snprintf(head->family, sizeof head->family, "%s", schema->family);
    return DH_OK;
}

static dh_err seal_segments(struct dhi_block *block, struct dh_why *why)
{
    /* After our own mapping: from here on nobody, we included, can map the data segment writable
     * again, nor a strict block's copy of its records. */
    if (!dhi_memfd_seal(block->fds.data, true) ||
        !dhi_memfd_seal(block->fds.claims, dhi_block_is_strict(block)) ||
        !dhi_memfd_seal(block->fds.lease, false) ||
        (block->fds.roll >= 0 && !dhi_memfd_seal(block->fds.roll, false)) ||
        (block->fds.zones >= 0 && !dhi_memfd_seal(block->fds.zones, false)))
        return dhi_why_errno(why, "sealing the block");
    return DH_OK;
}

/* Header, roots, lineage and text into the fresh segment, the magic last. */
static void write_description(struct dhi_block *block, const struct dh_schema *schema)
{
    struct dhi_header *shared = (struct dhi_header *)(void *)block->data;
    struct dhi_header head = block->head;

    memcpy(block->data + head.roots_offset, block->roots, head.n_roots * sizeof *block->roots);
    memcpy(block->data + head.lineage_offset, block->lineage,
           head.n_lineage * sizeof *block->lineage);
    memcpy(block->data + head.text_offset, schema->text, head.text_bytes);
    for (uint32_t i = 0; i < head.n_consumers; i++)
        dhi_store_relaxed(&dhi_record_of(block, i)->claim, DHI_CLAIM_FREE);
    head.magic = 0;
    memcpy(shared, &head, sizeof head);
    dhi_store_release(
        &shared->magic,
        DHI_MAGIC); /* the block is first shown by a message; this is for core dumps */
}

static dh_err create(struct dhi_block *block, const struct dh_schema *schema, const char *channel,
                     const struct dh_producer_options *options, struct dh_why *why)
{
    struct timespec now;
    dh_err err = describe_head(block, schema, channel, options, why);

    if (err == DH_OK) err = describe_roots(block, schema, why);
    if (err == DH_OK && (block->text = malloc(schema->text_bytes + 1)) == NULL)
        err = dhi_why_errno(why, "malloc");
    if (err == DH_OK) err = dhi_block_make(block, options, why);
    if (err == DH_OK) err = map_parts(block, why);
    if (err == DH_OK) err = seal_segments(block, why);
    if (err == DH_OK) err = own_lease(block, why);
    if (err != DH_OK) return err;

    memcpy(block->text, schema->text, schema->text_bytes);
    block->text[schema->text_bytes] = '\0';
    clock_gettime(CLOCK_REALTIME, &now);
    dhi_gate_init(&block->gate, block->control);
    block->head.created_ns = (uint64_t)now.tv_sec * (uint64_t)DH_S + (uint64_t)now.tv_nsec;
    write_description(block, schema);
    if (!dhi_lease_lock(block->fds.lease, DHI_LEASE_PRODUCER))
        return dhi_why_errno(why, "locking the lease");
    return DH_OK;
}

dh_err dhi_block_create(struct dhi_block **block, const struct dh_schema *schema,
                        const char *channel, const struct dh_producer_options *options,
                        struct dh_why *why)
{
    struct dhi_block *made = new_block(DHI_PRODUCER, DHI_NO_FDS);
    dh_err err;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    err = create(made, schema, channel, options, why);
    if (err == DH_OK)
        *block = made;
    else
        dhi_block_free(made);
    return err;
}

/* ---- receiving
 * --------------------------------------------------------------------------------------------- */

static dh_err check_seals(const struct dhi_block *block, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    bool others = block->role != DHI_OBSERVER, strict = dhi_block_is_strict(block);
    const char *bad = NULL;

    if (!dhi_memfd_is_sealed(block->fds.data, true, head->data_bytes))
        bad = "data";
    else if (strict && block->role == DHI_CONSUMER)
        bad = dhi_memfd_is_sealed(block->fds.lease, false, DHI_PAGE) ? NULL : "record";
    else if (strict && others && !dhi_memfd_is_sealed(block->fds.claims, true, head->claims_bytes))
        bad = "copied records'";
    else if (!strict && others &&
             !dhi_memfd_is_sealed(block->fds.claims, false, head->claims_bytes))
        bad = "claims";
    else if (others && head->zones_bytes > 0 &&
             !dhi_memfd_is_sealed(block->fds.zones, false, head->zones_bytes))
        bad = "zones";
    else if (!(strict && block->fds.lease < 0) && /* of a dead one there is none */
             !dhi_memfd_is_sealed(block->fds.lease, false, DHI_PAGE))
        bad = "lease";
    else if (strict && block->fds.roll >= 0 &&
             !dhi_memfd_is_sealed(block->fds.roll, false, DHI_PAGE))
        bad = "roll";
    if (bad == NULL) return DH_OK;
    return dhi_why(why, DH_ESEAL,
                   "the %s descriptor is not memory of the announced size, sealed against change",
                   bad);
}

bool dhi_block_peek(struct dhi_header *head, int data)
{
    struct dhi_front front;

    return dhi_front_read(&front, data) && dhi_front_copy(&front, data, 0, head, sizeof *head);
}

static dh_err read_head(struct dhi_block *block, struct dhi_front *front, struct dh_why *why)
{
    struct dhi_header *head = &block->head;

    if (!dhi_front_read(front, block->fds.data) ||
        !dhi_front_copy(front, block->fds.data, 0, head, sizeof *head))
        return dhi_why(why, DH_ESEAL, "the data descriptor cannot be read as a block");
    if (head->magic != DHI_MAGIC)
        return dhi_why(why, DH_ECORRUPT, "this memory does not begin like a block");
    if (head->byte_order != DHI_BYTE_ORDER)
        return dhi_why(why, DH_EFORMAT, "the block has another byte order");
    if (head->format != DHI_FORMAT)
        return dhi_why(why, DH_EFORMAT, "the block has format %u, this libdh reads format %d",
                       head->format, DHI_FORMAT);
    if (head->n_roots < 1 || head->n_roots > DH_ROOTS_MAX ||
        !dhi_front_copy(front, block->fds.data, dhi_geometry_roots_offset(), block->roots,
                        head->n_roots * sizeof *block->roots))
        return dhi_why(why, DH_ECORRUPT, "the block's header counts %u roots", head->n_roots);
    return dhi_geometry_check(head, block->roots, why);
}

/* The text must have the header's hash, and roots and lineages must follow from it. */
static dh_err check_text(struct dhi_block *block, struct dhi_text *parts, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    unsigned char hash[DH_HASH_BYTES];
    dh_err err;

    dhi_hash(block->text, head->text_bytes, hash);
    if (memcmp(hash, head->schema_hash, sizeof hash) != 0)
        return dhi_why(why, DH_ECORRUPT,
                       "the block's schema hash is not the hash of its schema text");
    err = dhi_text_scan(parts, block->text, head->text_bytes, why);
    if (err != DH_OK) return err;
    if (strcmp(parts->family, head->family) != 0 || parts->n_roots != head->n_roots ||
        parts->newest_minor != head->minor)
        return dhi_why(why, DH_ECORRUPT,
                       "the block's header and its schema text do not speak of the same channel");
    for (uint32_t i = 0; i < head->n_roots; i++) {
        const struct dhi_text_root *told = &parts->roots[i];
        const struct dhi_root *root = &block->roots[i];

        if (strcmp(told->name, root->name) != 0 || told->shared != root->shared ||
            told->n_minors != root->n_minors ||
            told->minors[told->n_minors - 1].size_bytes != root->size_bytes)
            return dhi_why(why, DH_ECORRUPT, "root %u of the block is not as its schema text says",
                           i);
        for (uint32_t k = 0; k < told->n_minors; k++) {
            const struct dhi_lineage *entry = &block->lineage[root->first_lineage + k];

            dhi_text_lineage(parts, told, k, hash);
            if (entry->minor != told->minors[k].number ||
                entry->size_bytes != told->minors[k].size_bytes ||
                memcmp(hash, entry->hash, sizeof hash) != 0)
                return dhi_why(why, DH_ECORRUPT,
                               "a lineage hash of the block is not that of its schema text");
        }
    }
    return DH_OK;
}

static dh_err read_text(struct dhi_block *block, const struct dhi_front *front, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    struct dhi_text *parts = malloc(sizeof *parts);
    dh_err err;

    assert(head->n_lineage > 0); /* dhi_geometry_check: a root has at least one minor */
    block->lineage = calloc(head->n_lineage, sizeof *block->lineage);
    block->text = calloc(head->text_bytes + 1, 1);
    if (parts == NULL || block->lineage == NULL || block->text == NULL)
        err = dhi_why_errno(why, "malloc");
    else if (!dhi_front_copy(front, block->fds.data, head->lineage_offset, block->lineage,
                             head->n_lineage * sizeof *block->lineage) ||
             !dhi_front_copy(front, block->fds.data, head->text_offset, block->text,
                             head->text_bytes))
        err = dhi_why(why, DH_ECORRUPT, "the block is shorter than its header says");
    else
        err = check_text(block, parts, why);
    free(parts);
    return err;
}

static dh_err check(struct dhi_block *block, struct dh_why *why)
{
    struct dhi_front front;
    dh_err err = read_head(block, &front, why);

    if (err == DH_OK) err = check_seals(block, why);
    if (err == DH_OK) err = read_text(block, &front, why);
    return err;
}

static dh_err receive(struct dhi_block *block, struct dh_why *why)
{
    dh_err err = check(block, why);

    if (err == DH_OK && (block->head.flags & DHI_FLAG_MEMBARRIER) != 0 &&
        block->role != DHI_OBSERVER && !dhi_membarrier_register())
        err = dhi_why_errno(why, "membarrier, which this block relies on");
    if (err == DH_OK) err = map_parts(block, why);
    if (err == DH_OK && owns_lease(block)) err = own_lease(block, why);
    if (err == DH_OK && block->role == DHI_REAPER && block->fds.roll >= 0)
        err = own_roll(block, why);
    if (err == DH_OK && !dhi_block_is_strict(block) && block->fds.talk >= 0) {
        close(block->fds.talk); /* there is nothing to be said */
        block->fds.talk = -1;
    }
    return err;
}

dh_err dhi_block_map(struct dhi_block **block, struct dhi_fds fds, enum dhi_role role,
                     struct dh_why *why)
{
    struct dhi_block *mapped = new_block(role, fds);
    dh_err err;

    if (mapped == NULL) {
        err = dhi_why_errno(why, "malloc");
        dhi_fds_close(&fds);
        return err;
    }
    err = receive(mapped, why);
    if (err == DH_OK)
        *block = mapped;
    else
        dhi_block_free(mapped);
    return err;
}

dh_err dhi_block_inspect(struct dhi_block **block, const struct dhi_fds *fds, struct dh_why *why)
{
    struct dhi_block *seen = new_block(DHI_OBSERVER, *fds);
    dh_err err;

    if (seen == NULL) return dhi_why_errno(why, "malloc");
    err = check(seen, why);
    seen->fds = DHI_NO_FDS;
    if (err == DH_OK)
        *block = seen;
    else
        dhi_block_free(seen);
    return err;
}

void dhi_block_take_roll(struct dhi_block *block, struct dhi_block *left)
{
    if (block->fds.roll >= 0) return;
    block->fds.roll = left->fds.roll;
    left->fds.roll = -1;
}

uint64_t dhi_block_head(const struct dhi_block *block)
{
    uint64_t head = 0;

    for (uint32_t i = 0; i < block->head.n_states; i++) {
        /* payload→commit: acquire; who counts a commit may read its payload. Pairs with commit() in
         * ring.c. */
        uint64_t word = dhi_load_acquire(&block->states[i].seq_state);
        uint64_t next = (word >> 2) + ((word & 3) == DH_SLOT_COMMITTED);

        if (next > head) head = next;
    }
    return head;
}
