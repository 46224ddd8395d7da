/* SPDX-License-Identifier: Apache-2.0 */
#include "block/strict.h"

#include "base/atomic.h"
#include "base/why.h"
#include "block/geometry.h"
#include "block/observe.h"
#include "block/ring.h"
#include "block/wish.h"
#include "os/lease.h"
#include "os/memfd.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    FRESH_NS = 5 * 1000 * 1000, /* a copy is made no sooner than that after the last one */
    COPY_NS = 250 * 1000 * 1000,
};

struct place {
    int lease; /* ours on its segment: byte 0 is locked; -1: vacant */
    uint32_t turn;
    struct dhi_tenant tenant;
};

struct dhi_strict {
    pthread_mutex_t lock; /* between the producer's threads: who gives, who reaps, who copies */
    unsigned char *copy;  /* the claims segment */
    int64_t copied_ns;
    int look;
    uint64_t pid_namespace;
    struct place places[];
};

static uint64_t offset_of(const struct dhi_header *head, uint32_t index)
{
    return dhi_geometry_records_offset(head) + (uint64_t)index * dhi_geometry_record_stride(head);
}

static struct dhi_record *record_in(unsigned char *range, const struct dhi_header *head,
                                    uint32_t index)
{
    return (struct dhi_record *)(void *)(range + offset_of(head, index));
}

static dh_err check_page_size(struct dh_why *why)
{
    long bytes = sysconf(_SC_PAGESIZE);

    if (bytes == DHI_PAGE) return DH_OK;
    return dhi_why(why, DH_ELIMIT,
                   "a strict block has a page of %d bytes for each consumer; this kernel's pages "
                   "have %ld",
                   DHI_PAGE, bytes);
}

/* ---- the producer ---- */

/* Locked by us, for who looks on. -1 with errno. */
static int make_look(void)
{
    int made = dhi_memfd_create("dh:look", DHI_PAGE), own = -1, saved;

    if (made < 0) return -1;
    if (dhi_memfd_seal(made, false)) own = dhi_lease_open(made);
    if (own >= 0 && !dhi_lease_lock(own, DHI_LEASE_PRODUCER)) {
        saved = errno;
        dhi_lease_close(own);
        own = -1;
        errno = saved;
    }
    saved = errno;
    close(made);
    errno = saved;
    return own;
}

dh_err dhi_strict_open(struct dhi_block *block, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    struct dhi_strict *made;
    dh_err err = check_page_size(why);

    if (err != DH_OK) return err;
    made = calloc(1, sizeof *made + head->n_consumers * sizeof made->places[0]);
    if (made == NULL) return dhi_why_errno(why, "malloc");
    pthread_mutex_init(&made->lock, NULL); /* never fails with the defaults */
    for (uint32_t i = 0; i < head->n_consumers; i++)
        made->places[i].lease = -1;
    made->pid_namespace = head->producer.pid_namespace;
    made->look = make_look();
    if (made->look >= 0)
        made->copy = dhi_memfd_map(block->fds.claims, head->claims_bytes, true, true);
    if (made->copy != NULL) block->claims = dhi_memory_reserve(head->claims_bytes, true);
    block->strict = made;
    return block->claims != NULL ? DH_OK : dhi_why_errno(why, "the records of a strict block");
}

void dhi_strict_free(struct dhi_block *block)
{
    struct dhi_strict *strict = block->strict;

    if (strict == NULL) return;
    for (uint32_t i = 0; i < block->head.n_consumers; i++)
        if (strict->places[i].lease >= 0) dhi_lease_close(strict->places[i].lease);
    if (strict->look >= 0) dhi_lease_close(strict->look);
    if (strict->copy != NULL) munmap(strict->copy, block->head.claims_bytes);
    pthread_mutex_destroy(&strict->lock);
    free(strict);
}

int dhi_strict_look(const struct dhi_block *block)
{
    return block->strict->look;
}

bool dhi_strict_lives(const struct dhi_block *block, uint32_t index)
{
    const struct place *place = &block->strict->places[index];
    bool lives;

    pthread_mutex_lock(&block->strict->lock);
    lives = place->lease >= 0 && dhi_lease_held(place->lease, DHI_LEASE_CONSUMER + index);
    pthread_mutex_unlock(&block->strict->lock);
    return lives;
}

/* Our own page, with what is left of a record whose holder is gone. NULL with errno. */
static struct dhi_record *remains_of(const struct dhi_record *record)
{
    unsigned char *page = dhi_memory_reserve(DHI_PAGE, true);
    struct dhi_record *remains = (struct dhi_record *)(void *)page;

    if (page == NULL) return NULL;
    dhi_copy_relaxed(remains, record, sizeof *remains);
    remains->claim |= DHI_CLAIM_FREE; /* whatever it has written since it was given back */
    remains->hold = 0;
    if (remains->ended != DHI_ENDED_LEFT) remains->ended = DHI_ENDED_REAPED;
    return remains;
}

/* Under the lock. The words first, with the wake-up of a producer that waits for them; then the
 * memory, since who has the segment can go on writing there. *reaped: it had not left in order. */
static bool take_back(struct dhi_block *block, uint32_t index, bool *reaped)
{
    struct place *place = &block->strict->places[index];
    struct dhi_record *record = dhi_record_of(block, index), *remains;

    if (place->lease < 0 || dhi_lease_held(place->lease, DHI_LEASE_CONSUMER + index)) return false;
    *reaped = dhi_load_relaxed(&record->ended) == DHI_ENDED_NOT ||
              (dhi_load_relaxed(&record->claim) & DHI_CLAIM_FREE) == 0;
    if (*reaped) dhi_clear_record(block, index);
    remains = remains_of(record);
    if (remains == NULL || !dhi_memory_move(remains, DHI_PAGE, record)) {
        if (remains != NULL) munmap(remains, DHI_PAGE);
        return false; /* out of memory: once more, when it is asked for again */
    }
    dhi_lease_close(place->lease);
    place->lease = -1;
    return true;
}

bool dhi_strict_reap(struct dhi_block *block, uint32_t index)
{
    bool reaped = false;

    pthread_mutex_lock(&block->strict->lock);
    if (!take_back(block, index, &reaped)) reaped = false;
    pthread_mutex_unlock(&block->strict->lock);
    return reaped;
}

/* What a new holder finds in its segment. */
static dh_err write_first(struct dhi_block *block, int segment, uint32_t index, struct dh_why *why)
{
    struct place *place = &block->strict->places[index];
    struct dhi_record first = { .claim = dhi_claim(++place->turn, 0) | DHI_CLAIM_FREE,
                                .place = index };

    if (pwrite(segment, &first, sizeof first, 0) == sizeof first && dhi_memfd_seal(segment, false))
        return DH_OK;
    return dhi_why_errno(why, "making a consumer's record");
}

/* Both locks, on descriptions of their own: ours stays, the other one is lent. */
static dh_err lock_both(int segment, uint32_t index, int *ours, int *lent, struct dh_why *why)
{
    *ours = dhi_lease_open(segment);
    *lent = dhi_lease_open(segment);
    if (*ours >= 0 && *lent >= 0 && dhi_lease_lock(*ours, DHI_LEASE_PRODUCER) &&
        dhi_lease_lock(*lent, DHI_LEASE_CONSUMER + index))
        return DH_OK;
    return dhi_why_errno(why, "the lease of a consumer's record");
}

/* Under the lock; the place is vacant. The mapping is of neither description with a lock: it would
 * keep that. */
static dh_err fill(struct dhi_block *block, uint32_t index, int *lent, struct dh_why *why)
{
    struct place *place = &block->strict->places[index];
    char name[DH_CHANNEL_MAX + 16];
    int segment, ours = -1;
    dh_err err = DH_OK;

    *lent = -1;
    snprintf(name, sizeof name, "dh:%s:record", block->head.channel);
    segment = dhi_memfd_create(name, DHI_PAGE);
    if (segment < 0) return dhi_why_errno(why, "making a consumer's record");
    err = write_first(block, segment, index, why);
    if (err == DH_OK) err = lock_both(segment, index, &ours, lent, why);
    if (err == DH_OK && !dhi_memfd_map_at(segment, DHI_PAGE, dhi_record_of(block, index)))
        err = dhi_why_errno(why, "mapping a consumer's record");
    close(segment);
    if (err == DH_OK) {
        place->lease = ours;
        return DH_OK;
    }
    if (ours >= 0) dhi_lease_close(ours);
    if (*lent >= 0) dhi_lease_close(*lent);
    return err;
}

dh_err dhi_strict_give(struct dhi_block *block, const struct dhi_tenant *tenant,
                       struct dhi_lent *lent, struct dh_why *why)
{
    struct dhi_strict *strict = block->strict;
    uint32_t index = 0, n = block->head.n_consumers;
    bool reaped;
    dh_err err;

    pthread_mutex_lock(&strict->lock);
    while (index < n && strict->places[index].lease >= 0 && !take_back(block, index, &reaped))
        index++;
    err = index < n ? fill(block, index, &lent->fd, why)
                    : dhi_why(why, DH_ETABLE, "%s: all %u places for consumers are taken",
                              block->head.channel, n);
    if (err == DH_OK) {
        strict->places[index].tenant = *tenant;
        lent->place = index;
    }
    pthread_mutex_unlock(&strict->lock);
    return err;
}

/* Under the lock. What the kernel knows stands in for what a record says of it. */
static void copy_one(struct dhi_block *block, uint32_t index)
{
    const struct dhi_strict *strict = block->strict;
    const struct place *place = &strict->places[index];
    struct dhi_record *to = record_in(strict->copy, &block->head, index), now;

    dhi_copy_relaxed(&now, dhi_record_of(block, index), sizeof now);
    if (place->lease >= 0) {
        now.ended = DHI_ENDED_NOT;
        now.place = index;
        now.identity.uid = place->tenant.uid;
        if (place->tenant.pid != 0) {
            now.identity.pid = place->tenant.pid;
            now.identity.pid_namespace = strict->pid_namespace;
        }
    }
    dhi_copy_relaxed(to, &now, sizeof now);
}

void dhi_strict_copy(struct dhi_block *block)
{
    struct dhi_strict *strict = block->strict;
    int64_t now = dh_now();
    bool reaped;

    pthread_mutex_lock(&strict->lock);
    /* Whoever asks again and again is given the same: it must not keep the attendant busy. */
    for (uint32_t i = 0; now >= strict->copied_ns + FRESH_NS && i < block->head.n_consumers; i++) {
        (void)take_back(block, i, &reaped);
        copy_one(block, i);
    }
    if (now >= strict->copied_ns + FRESH_NS) strict->copied_ns = now;
    pthread_mutex_unlock(&strict->lock);
}

/* ---- a consumer ---- */

dh_err dhi_strict_map(struct dhi_block *block, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    int record = block->fds.lease, own;
    uint32_t place;
    dh_err err = check_page_size(why);

    if (err != DH_OK) return err;
    if (pread(record, &place, sizeof place, offsetof(struct dhi_record, place)) != sizeof place)
        return dhi_why_errno(why, "reading a consumer's record");
    if (place >= head->n_consumers)
        return dhi_why(why, DH_ECORRUPT, "the record that was given is number %u of %u", place,
                       head->n_consumers);
    block->claims = dhi_memory_reserve(head->claims_bytes, false);
    own = dhi_memfd_reopen(record); /* a mapping of `record` itself would keep its lock */
    if (block->claims == NULL || own < 0 ||
        !dhi_memfd_map_at(own, DHI_PAGE, record_in(block->claims, head, place)))
        err = dhi_why_errno(why, "mapping a consumer's record");
    if (own >= 0) close(own);
    block->place = place;
    return err;
}

/* ---- who looks on ---- */

void dhi_strict_refresh(struct dhi_block *block)
{
    int64_t now = dh_now();

    if (!dhi_block_is_strict(block) || block->fds.talk < 0 || now < block->copied_ns + FRESH_NS)
        return;
    (void)dhi_wish(block->fds.talk, DHI_WISH_COPY, &block->wishes, now + COPY_NS);
    block->copied_ns = dh_now();
}
