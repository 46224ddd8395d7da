/* SPDX-License-Identifier: Apache-2.0
 *
 * check.c - what is promised after a kill: every committed message once, in order, whole; the
 * others go on; nothing of the dead stays.
 */
#include "block/observe.h"
#include "world.h"

#include <string.h>

#define PATIENCE (2 * DH_S)

static unsigned long long number(uint64_t n)
{
    return n;
}

/* ---- messages ---- */

/* A lossless consumer gets the next message; one that can be overtaken gets that or, if it is gone,
 * one not newer than the oldest that is promised to be there. */
static bool sequence_is_right(const struct member *member, uint64_t sequence, uint64_t head)
{
    const struct dhi_header *block = &member->block->head;

    if (sequence == member->expected) return true;
    if (block->full == DH_FULL_WAIT || sequence < member->expected) return false;
    return sequence + block->n_slots <= head;
}

bool read_one(struct world *world, struct member *member, int64_t deadline_ns)
{
    uint64_t head = dhi_block_head(member->block);
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_read(member->rw, deadline_ns, &slot);

    if (err != DH_OK)
        return complain(world, "a survivor got %s where message %llu of %llu is to be read",
                        dh_error_name(err), number(member->expected), number(head));
    if (!sequence_is_right(member, slot.sequence, head))
        return complain(world, "a survivor got message %llu instead of %llu; %llu are committed",
                        number(slot.sequence), number(member->expected), number(head));
    if (!words_are(slot.data, slot.length / 8, slot.sequence))
        return complain(world, "message %llu is torn", number(slot.sequence));
    member->expected = slot.sequence + 1;
    dh_slot_rw_release_read(member->rw);
    return true;
}

static bool drain(struct world *world, struct member *member, uint64_t head)
{
    while (member->expected < head)
        if (!read_one(world, member, dh_in(PATIENCE))) return false;
    return true;
}

/* Slot by slot with `readers`, and nobody waits long. */
static bool run_on(struct world *world, unsigned n_slots, struct member *const *readers, unsigned n)
{
    for (unsigned i = 0; i < n_slots; i++) {
        dh_err err = member_send(&world->producer, dh_in(PATIENCE));

        if (err != DH_OK)
            return complain(world, "the producer got %s at slot %u after the kill",
                            dh_error_name(err), i);
        for (unsigned k = 0; k < n; k++)
            if (!drain(world, readers[k], world->producer.rw->next)) return false;
    }
    return true;
}

/* ---- zones and locks ---- */

bool check_zone(struct world *world, struct member *reader)
{
    const struct board *board = world->board;
    uint64_t value[ZONE_WORDS];
    dh_err err = dh_zone_read(&reader->own, dh_in(DH_S / 5), value);

    if (err == DH_EDEAD && board->writing_zone) return true;
    if (err != DH_OK)
        return complain(world, "the producer's zone cannot be read: %s", dh_error_name(err));
    if (words_are(value, ZONE_WORDS, board->zone) ||
        (board->writing_zone && words_are(value, ZONE_WORDS, board->zone + 1)))
        return true;
    return complain(world, "the producer's zone is torn or old");
}

/* The lock was got with `err`: the others must be told if the last owner was in the middle of
 * something. Leaves it mended and free. */
bool settle_lock(struct world *world, struct member *member, dh_err err)
{
    bool equal = update_ended(&member->shared);

    if (err != DH_OK && err != DH_EOWNERDEAD)
        return complain(world, "a survivor got %s from the lock", dh_error_name(err));
    if (err == DH_OK && (world->board->in_section || !equal))
        return complain(world, "the lock was given as sound after its owner died in an update");
    world->board->in_section = 0;
    end_update(&member->shared);
    if (dh_zone_consistent(&member->shared, 0) != DH_OK)
        return complain(world, "the lock cannot be declared consistent by its owner");
    begin_update(&member->shared);
    end_update(&member->shared);
    if (dh_zone_unlock(&member->shared, 0) == DH_OK) return true;
    return complain(world, "the lock cannot be given back by its owner");
}

bool check_locks(struct world *world, struct member *first, struct member *second)
{
    dh_err err = dh_zone_lock(&first->shared, 0, dh_in(PATIENCE));

    /* who does not mend it passes the answer on */
    if (err == DH_EOWNERDEAD) {
        dh_zone_unlock(&first->shared, 0);
        err = dh_zone_lock(&first->shared, 0, dh_in(PATIENCE));
        if (err != DH_EOWNERDEAD)
            return complain(world, "the owner's death was forgotten at unlock");
    }
    if (!settle_lock(world, first, err)) return false;
    for (unsigned lock = 0; lock < 2; lock++) {
        err = dh_zone_lock(&second->shared, lock, dh_in(PATIENCE));
        if (err != DH_OK)
            return complain(world, "lock %u, mended and free, gave %s", lock, dh_error_name(err));
        dh_zone_unlock(&second->shared, lock);
    }
    return true;
}

/* ---- records and buffers ---- */

bool records_are_free(struct world *world, const struct dhi_block *block, uint32_t n_used)
{
    for (uint32_t i = n_used; i < block->head.n_consumers; i++) {
        const struct dhi_record *record = &block->records[i];
        uint64_t claim = dhi_load_relaxed(&record->claim);

        if ((claim & DHI_CLAIM_FREE) != 0 && dhi_load_relaxed(&record->hold) == 0 &&
            dhi_load_relaxed(&record->ended) != DHI_ENDED_NOT)
            continue;
        return complain(
            world, "record %u belongs to nobody, but is not free: claim %llx, hold %llu, ended %u",
            i, number(claim), number(dhi_load_relaxed(&record->hold)),
            dhi_load_relaxed(&record->ended));
    }
    return true;
}

/* All buffers that are neither shown nor held are found again. */
static bool buffers_are_back(struct world *world, struct member *const *readers, unsigned n)
{
    const struct dhi_header *block = &world->producer.block->head;
    uint32_t most = 0;

    for (uint32_t i = 0; i < 2 * block->n_buffers + block->n_states; i++) {
        if (!run_on(world, 1, readers, n)) return false;
        if (world->producer.rw->n_free > most) most = world->producer.rw->n_free;
    }
    if (most == block->n_buffers - block->n_states - 1) return true;
    return complain(world, "%u of %u buffers are found free, where nobody holds any", most + 1,
                    block->n_buffers - block->n_states);
}

/* Everybody holds a slot, the producer goes on, and what is held does not change. */
static bool holds_hold(struct world *world, struct member *const *readers, unsigned n)
{
    uint32_t n_buffers = world->producer.block->head.n_buffers;
    struct dh_slot held[N_RECORDS_MAX];

    if (!run_on(world, 1, readers, n)) return false;
    for (unsigned i = 0; i < n; i++) {
        if (member_send(&world->producer, DH_NOW) != DH_OK ||
            dh_slot_rw_acquire_read(readers[i]->rw, dh_in(PATIENCE), &held[i]) != DH_OK)
            return complain(world, "no slot can be taken with a full table");
    }
    for (uint32_t i = 0; i < 3 * n_buffers; i++)
        if (member_send(&world->producer, DH_NOW) != DH_OK)
            return complain(world, "the producer is out of buffers");
    for (unsigned i = 0; i < n; i++) {
        if (!words_are(held[i].data, held[i].length / 8, held[i].sequence))
            return complain(world, "a slot was written while it was held");
        readers[i]->expected = held[i].sequence + 1;
        dh_slot_rw_release_read(readers[i]->rw);
    }
    return true;
}

/* The table takes as many as ever, and no more. */
static bool table_is_whole(struct world *world, unsigned n_slots)
{
    struct member late[N_RECORDS_MAX] = { 0 };
    struct member *all[N_RECORDS_MAX] = { &world->consumers[0], &world->consumers[1] };
    unsigned n = world->producer.block->head.n_consumers;
    struct dh_why why;
    bool good = true;

    for (unsigned i = N_SURVIVORS; good && i <= n; i++) /* late[n] finds no place */
        good = member_map(&late[i - N_SURVIVORS], world_fds(world), DHI_CONSUMER, world->complaint);
    for (unsigned i = N_SURVIVORS; good && i < n; i++) {
        all[i] = &late[i - N_SURVIVORS];
        good = member_open(all[i], world->complaint);
        if (good && dhi_load_relaxed(&all[i]->rw->record->hold) != 0)
            good = complain(world, "a newcomer's record still has the dead one's hold");
    }
    if (good && dhi_slot_rw_open(&late[n - N_SURVIVORS].rw, late[n - N_SURVIVORS].block, -1,
                                 &why) != DH_ETABLE)
        good = complain(world, "a table of %u records took one consumer more", n);
    good = good && run_on(world, n_slots, all, n);
    if (good && world->campaign->full == DH_FULL_OVERWRITE) good = holds_hold(world, all, n);
    for (unsigned i = 0; i < N_RECORDS_MAX; i++)
        member_close(&late[i]);
    return good;
}

/* ---- the two cases ---- */

static bool check_among_living(struct world *world, const struct limits *limits, bool other)
{
    struct member *const both[] = { &world->consumers[0], &world->consumers[1] };
    struct member *producer = &world->producer;
    bool overwrite = world->campaign->full == DH_FULL_OVERWRITE, good;

    good = drain(world, both[0], producer->rw->next) && drain(world, both[1], producer->rw->next);
    /* a newcomer comes before the dead was reaped, or after */
    good = good && (!other || table_is_whole(world, 8));
    good = good && run_on(world, limits->n_slots, both, N_SURVIVORS);
    if (!good) return false;
    dhi_block_reap(producer->block);
    if (!records_are_free(world, producer->block, N_SURVIVORS)) return false;
    if (overwrite && !buffers_are_back(world, both, N_SURVIVORS)) return false;
    if (!other && !table_is_whole(world, 8)) return false;
    if (!check_zone(world, both[0]) || !check_zone(world, both[1])) return false;
    if (!check_locks(world, other ? producer : both[0], both[1])) return false;
    for (int i = 0; i < N_SURVIVORS; i++) {
        dhi_slot_rw_close(both[i]->rw);
        both[i]->rw = NULL;
    }
    return records_are_free(world, producer->block, 0);
}

/* All of the dead producer's messages, and then the news of its death rather than silence. */
static bool drain_to_the_end(struct world *world, struct member *member, uint64_t head)
{
    struct dh_slot slot;
    dh_err err;

    if (!drain(world, member, head)) return false;
    err = dh_slot_rw_acquire_read(member->rw, dh_in(PATIENCE), &slot);
    if (err == DH_EDEAD || err == DH_ECLOSED) return true;
    return complain(world, "after the last message a survivor got %s, not EDEAD",
                    err == DH_OK ? "one more" : dh_error_name(err));
}

/* An observer finds the newest ones whole. The oldest of a lossless ring may be in the making, as
 * many as were loaned at once. */
static bool observe_all(struct world *world, const struct dhi_block *block, uint64_t head)
{
    uint32_t loans = world->campaign->loans > 0 ? world->campaign->loans : 1;
    uint64_t n_slots = block->head.n_slots - (block->head.full == DH_FULL_WAIT ? loans : 0);
    uint64_t words[16];
    struct dh_slot_facts facts;

    for (uint64_t n = head > n_slots ? head - n_slots : 0; n < head; n++) {
        dh_err err = dhi_observe(block, n, words, &facts);

        if (err != DH_OK)
            return complain(world, "an observer got %s for message %llu of %llu",
                            dh_error_name(err), number(n), number(head));
        if (!words_are(words, block->roots[0].size_bytes / 8, n))
            return complain(world, "an observer got message %llu torn", number(n));
    }
    return true;
}

/* Who comes after the producer's death has not begun, and leaves nothing behind: a successor may
 * have counted the readers already. */
static bool late_joiner(struct world *world)
{
    struct member late = { 0 };
    struct dh_why why;
    bool good = member_map(&late, world_fds(world), DHI_CONSUMER, world->complaint);
    dh_err err = good ? dhi_slot_rw_open(&late.rw, late.block, -1, &why) : DH_OK;

    if (good && err != DH_EDEAD)
        good = complain(world, "who joins behind the producer's death got %s, not EDEAD",
                        err == DH_OK ? "a place" : dh_error_name(err));
    member_close(&late);
    return good;
}

/* Another block in the dead producer's place serves the same consumers. */
static bool successor(struct world *world, const struct limits *limits)
{
    struct member *const both[] = { &world->consumers[0], &world->consumers[1] };
    bool good = member_make(&world->producer, world->campaign, world->complaint) &&
                member_open(&world->producer, world->complaint);

    for (int i = 0; good && i < N_SURVIVORS; i++)
        good = member_map(both[i], world_fds(world), DHI_CONSUMER, world->complaint) &&
               member_open(both[i], world->complaint);
    return good && run_on(world, limits->n_slots, both, N_SURVIVORS);
}

static bool check_among_orphans(struct world *world, const struct limits *limits, bool other)
{
    struct member *first = &world->consumers[other], *second = &world->consumers[!other];
    uint64_t head = dhi_block_head(first->block), committed = world->board->committed;

    if (head < committed || head > committed + world->board->committing)
        return complain(world, "%llu commits returned, but %llu are there", number(committed),
                        number(head));
    if (!drain_to_the_end(world, first, head) || !drain_to_the_end(world, second, head))
        return false;
    if (!observe_all(world, first->block, head) || !late_joiner(world)) return false;
    if (!check_zone(world, first) || !check_locks(world, first, second)) return false;
    dhi_slot_rw_close(first->rw);
    dhi_slot_rw_close(second->rw);
    first->rw = second->rw = NULL;
    if (!records_are_free(world, first->block, 0)) return false;
    member_close(first);
    member_close(second);
    return successor(world, limits);
}

/* What the sleeper waits for besides the victim. */
static bool read_after(struct world *world)
{
    for (unsigned i = 0; i < N_SURVIVORS * world->campaign->read_after; i++)
        if (!read_one(world, &world->consumers[i % N_SURVIVORS], DH_NOW)) return false;
    return true;
}

bool world_check(struct world *world, const struct limits *limits, bool other)
{
    if (world->campaign->hub) return hub_check(world, limits, other);
    if (world->board->fault) return complain(world, "the victim itself read a torn message");
    if (!read_after(world)) return false;
    if (world->dozer.running && !dozer_end(world)) return false;
    if (world->campaign->survivor_locks && !world->survivor_unlocked)
        dh_zone_unlock(&world->consumers[0].shared, 0);
    return world->campaign->role == VICTIM_PRODUCER ? check_among_orphans(world, limits, other)
                                                    : check_among_living(world, limits, other);
}
