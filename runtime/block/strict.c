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
#include <sys/stat.h>
#include <unistd.h>

enum {
    FRESH_NS = 5 * 1000 * 1000, /* a copy is made no sooner than that after the last one */
    COPY_NS = 250 * 1000 * 1000,
};

struct place {
    int lease; /* ours on its segment: byte 0 is locked; -1: vacant */
    bool kept; /* for who has it on the roll, and has not claimed it here */
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

static uint64_t kept_claim(const struct dhi_block *block)
{
    return dhi_claim(DHI_CLAIM_KEPT, block->head.start);
}

static bool on_roll(const struct dhi_block *block, uint32_t index)
{
    return dhi_lease_held(block->fds.roll, DHI_LEASE_CONSUMER + index);
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

/* Whether it stays kept for who was given it: the answer was lost on the way, say, or came too late
 * for it; then it comes again. */
static bool stays_kept(const struct dhi_block *block, uint32_t index)
{
    return block->strict->places[index].kept && on_roll(block, index) &&
           dhi_load_relaxed(&dhi_record_of(block, index)->claim) == kept_claim(block);
}

/* Under the lock. The words first, with the wake-up of a producer that waits for them; then the
 * memory, since who has the segment can go on writing there. *reaped: it had not left in order. */
static bool take_back(struct dhi_block *block, uint32_t index, bool *reaped)
{
    struct place *place = &block->strict->places[index];
    struct dhi_record *record = dhi_record_of(block, index), *remains;

    if (place->lease < 0 || dhi_lease_held(place->lease, DHI_LEASE_CONSUMER + index)) return false;
    place->kept = stays_kept(block, index);
    *reaped = !place->kept && (dhi_load_relaxed(&record->ended) == DHI_ENDED_NOT ||
                               (dhi_load_relaxed(&record->claim) & DHI_CLAIM_FREE) == 0);
    if (*reaped) dhi_clear_record(block, index);
    remains = remains_of(record);
    if (remains != NULL && place->kept) remains->claim = kept_claim(block);
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

    if (place->kept) first.claim = kept_claim(block); /* the ring waits for it as before */
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

static bool is_vacant(struct dhi_block *block, uint32_t index)
{
    bool reaped;

    return block->strict->places[index].lease < 0 || take_back(block, index, &reaped);
}

/* Whether `roll` is the description that holds that lock: others find it taken. */
static bool holds_on_roll(const struct dhi_block *block, int roll, uint32_t index)
{
    return on_roll(block, index) && !dhi_lease_held(roll, DHI_LEASE_CONSUMER + index);
}

/* The place that is kept for who brought its roll; n_consumers: none is. */
static uint32_t find_kept(struct dhi_block *block, int brought)
{
    uint32_t n = block->head.n_consumers;
    struct stat theirs, ours;

    if (brought < 0 || fstat(brought, &theirs) != 0 || fstat(block->fds.roll, &ours) != 0 ||
        theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino)
        return n;
    for (uint32_t i = 0; i < n; i++)
        if (block->strict->places[i].kept && holds_on_roll(block, brought, i) &&
            is_vacant(block, i))
            return i;
    return n;
}

/* A vacant place, with its lock on the roll on a description of its own. Who is about to end may
 * still hold that lock, as may anybody who opened the roll: then another place. n_consumers: none.
 */
static uint32_t find_vacant(struct dhi_block *block, int *roll)
{
    uint32_t n = block->head.n_consumers;

    *roll = dhi_lease_open(block->fds.roll);
    for (uint32_t i = 0; *roll >= 0 && i < n; i++)
        if (is_vacant(block, i) && !block->strict->places[i].kept &&
            dhi_lease_lock(*roll, DHI_LEASE_CONSUMER + i))
            return i;
    return n;
}

void dhi_strict_lent(struct dhi_lent *lent)
{
    if (lent->record >= 0) dhi_lease_close(lent->record);
    if (lent->roll >= 0) dhi_lease_close(lent->roll);
    *lent = DHI_NOT_LENT;
}

/* Under the lock. */
static dh_err give(struct dhi_block *block, int brought, struct dhi_lent *lent, struct dh_why *why)
{
    uint32_t n = block->head.n_consumers;

    lent->place = find_kept(block, brought);
    if (lent->place == n) lent->place = find_vacant(block, &lent->roll);
    if (lent->place < n) return fill(block, lent->place, &lent->record, why);
    if (lent->roll < 0) return dhi_why_errno(why, "the roll of a strict block");
    return dhi_why(why, DH_ETABLE, "%s: all %u places for consumers are taken", block->head.channel,
                   n);
}

dh_err dhi_strict_give(struct dhi_block *block, const struct dhi_tenant *tenant, int brought,
                       struct dhi_lent *lent, struct dh_why *why)
{
    struct dhi_strict *strict = block->strict;
    dh_err err;

    *lent = DHI_NOT_LENT;
    pthread_mutex_lock(&strict->lock);
    err = give(block, brought, lent, why);
    if (err == DH_OK) strict->places[lent->place].tenant = *tenant;
    pthread_mutex_unlock(&strict->lock);
    if (err != DH_OK) dhi_strict_lent(lent);
    return err;
}

/* ---- from the block before ---- */

int dhi_strict_keep(struct dhi_block *block, const struct dhi_block *old)
{
    int roll = dhi_memfd_reopen(old->fds.roll), n = 0;

    if (roll < 0) return -1;
    close(block->fds.roll);
    block->fds.roll = roll;
    for (uint32_t i = 0; i < old->head.n_consumers && i < block->head.n_consumers; i++) {
        if (!on_roll(block, i)) continue;
        block->strict->places[i].kept = true;
        dhi_store_relaxed(&dhi_record_of(block, i)->claim, kept_claim(block));
        n++;
    }
    return n;
}

/* Under the lock. */
static bool is_on_the_way(struct dhi_block *block, uint32_t index)
{
    struct place *place = &block->strict->places[index];
    bool given = place->lease >= 0;

    if (!place->kept) return false;
    if (!on_roll(block, index)) {
        place->kept = false; /* one that was given is reaped as any is */
        if (!given) dhi_clear_record(block, index);
    } else if (given &&
               dhi_load_relaxed(&dhi_record_of(block, index)->claim) != kept_claim(block)) {
        place->kept = false; /* it is there */
    }
    return place->kept;
}

bool dhi_strict_settle(struct dhi_block *block)
{
    bool left = false;

    pthread_mutex_lock(&block->strict->lock);
    for (uint32_t i = 0; i < block->head.n_consumers; i++)
        left |= is_on_the_way(block, i);
    pthread_mutex_unlock(&block->strict->lock);
    return left;
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

/* Not of the description that was given, whose lock a mapping would keep until it goes: a reader
 * that ends has one thing more to let go of. Another user can open no other. */
static bool map_record(int record, void *at)
{
    int other = dhi_memfd_reopen(record);
    bool mapped;

    if (other < 0) return errno == EACCES && dhi_memfd_map_at(record, DHI_PAGE, at);
    mapped = dhi_memfd_map_at(other, DHI_PAGE, at);
    close(other);
    return mapped;
}

dh_err dhi_strict_map(struct dhi_block *block, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    int record = block->fds.lease;
    uint32_t place;
    dh_err err = check_page_size(why);

    if (err != DH_OK) return err;
    if (pread(record, &place, sizeof place, offsetof(struct dhi_record, place)) != sizeof place)
        return dhi_why_errno(why, "reading a consumer's record");
    if (place >= head->n_consumers)
        return dhi_why(why, DH_ECORRUPT, "the record that was given is number %u of %u", place,
                       head->n_consumers);
    block->claims = dhi_memory_reserve(head->claims_bytes, false);
    if (block->claims == NULL || !map_record(record, record_in(block->claims, head, place)))
        err = dhi_why_errno(why, "mapping a consumer's record");
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
