/* SPDX-License-Identifier: Apache-2.0
 *
 * Both sides of a ring as threads of one process, over one mapping: so that the thread sanitizer
 * sees what is shared. (It sees acquire and release; fences it does not know.) Without it, a stress
 * test.
 */
#include "block/spinlock.h"
#include "block/zone.h"
#include "os/lease.h"
#include "support/block.h"

#include <check.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 20000, FRAME_WORDS = 127, BATCH = 6 };

struct frame {
    uint64_t n, body[FRAME_WORDS];
};

/* A consumer's side of a block that is mapped once. */
struct side {
    struct dhi_block view;
    dh_slot_rw *rw;
    uint64_t first, received, lost;
    bool lossless;
    uint32_t batch; /* messages a call, at most */
};

static void open_side(struct side *side, const struct dhi_block *block)
{
    const size_t gate = offsetof(struct dhi_block, gate), rest = gate + sizeof block->gate;
    struct dh_why why;

    /* All but the gate, which is the producer's own and at work. */
    memcpy(&side->view, block, gate);
    memcpy((unsigned char *)&side->view + rest, (const unsigned char *)block + rest,
           sizeof *block - rest);
    side->view.role = DHI_CONSUMER;
    side->view.fds.lease = dhi_lease_open(block->fds.lease);
    side->lossless = block->head.full == DH_FULL_WAIT;
    ck_assert_int_eq(dhi_slot_rw_open(&side->rw, &side->view, 0, &why), DH_OK);
    side->first = side->rw->next;
}

static void close_side(struct side *side)
{
    dhi_slot_rw_close(side->rw);
    dhi_lease_close(side->view.fds.lease);
}

static void *consume(void *argument)
{
    struct side *side = argument;
    uint64_t expected = side->first;

    for (;;) {
        struct dh_slot slots[BATCH];
        uint32_t n = 0;
        dh_err err =
            dh_slot_rw_acquire_read_many(side->rw, dh_in(20 * DH_S), slots, side->batch, &n);

        if (err == DH_ECLOSED) break;
        ck_assert_int_eq(err, DH_OK);
        for (uint32_t k = 0; k < n; k++) {
            const struct frame *frame = slots[k].data;

            if (side->lossless) ck_assert_uint_eq(frame->n, expected);
            ck_assert_uint_ge(frame->n, expected);
            for (int i = 0; i < FRAME_WORDS; i += 9)
                ck_assert_uint_eq(frame->body[i], frame->n);
            expected = frame->n + 1;
        }
        side->received += n;
        ck_assert_int_eq(dh_slot_rw_release_read_many(side->rw, n), DH_OK);
    }
    side->lost = side->rw->lost;
    ck_assert_uint_eq(expected, MESSAGES);
    return NULL;
}

static void fill(const struct dh_slot *slot)
{
    struct frame *frame = slot->data;

    frame->n = slot->sequence;
    for (int i = 0; i < FRAME_WORDS; i++)
        frame->body[i] = slot->sequence;
}

/* In calls for at most `batch`; every seventh of those for several keeps its last one back. */
static void produce(dh_slot_rw *rw, uint32_t batch)
{
    for (uint64_t sent = 0, call = 0; sent < MESSAGES; call++) {
        struct dh_slot slots[BATCH];
        uint32_t most = sent + batch < MESSAGES ? batch : (uint32_t)(MESSAGES - sent), n = 0, kept;

        ck_assert_int_eq(dh_slot_rw_acquire_write_many(rw, dh_in(20 * DH_S), slots, most, &n),
                         DH_OK);
        for (uint32_t k = 0; k < n; k++)
            fill(&slots[k]);
        kept = n > 1 && call % 7 == 0 ? n - 1 : n;
        ck_assert_int_eq(dh_slot_rw_commit_many(rw, kept, sizeof(struct frame)), DH_OK);
        sent += kept;
    }
}

static void run(struct dh_policy policy, enum dh_storeload storeload, uint32_t batch)
{
    struct dh_producer_options options = { .storeload = storeload };
    struct dhi_block *block = block_make(schema_from_text(0, text_frame, policy), &options);
    struct side sides[3];
    pthread_t threads[3];
    dh_slot_rw *writer;
    struct dh_why why;

    ck_assert_int_eq(dhi_slot_rw_open(&writer, block, 0, &why), DH_OK);
    for (int i = 0; i < 3; i++) {
        sides[i] = (struct side){ .batch = i == 0 ? 1 : batch };
        open_side(&sides[i], block);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, consume, &sides[i]), 0);
    }
    produce(writer, batch);
    dhi_slot_rw_close(writer);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(sides[i].received + sides[i].lost, MESSAGES - sides[i].first);
        close_side(&sides[i]);
    }
    dhi_block_free(block);
}

START_TEST(a_lossless_ring_with_fences)
{
    run(policy_wait(8, 4), DH_STORELOAD_FENCE, 1);
}
END_TEST

START_TEST(a_lossless_ring_with_membarrier)
{
    run(policy_wait(8, 4), DH_STORELOAD_AUTO, 1);
}
END_TEST

START_TEST(an_overwrite_ring)
{
    run(policy_overwrite(4, 4), DH_STORELOAD_FENCE, 1);
}
END_TEST

START_TEST(a_lossless_ring_in_batches)
{
    run(policy_wait(8, 4), DH_STORELOAD_FENCE, BATCH);
}
END_TEST

START_TEST(an_overwrite_ring_in_batches)
{
    run(policy_overwrite(4, 4), DH_STORELOAD_AUTO, BATCH);
}
END_TEST

START_TEST(a_latest_value)
{
    run(policy_overwrite(1, 4), DH_STORELOAD_FENCE, 1);
}
END_TEST

static void *come_and_go(void *argument)
{
    const struct dhi_block *block = argument;

    for (int i = 0; i < 300; i++) {
        struct side side = { .received = 0 };
        struct dh_slot slot;

        open_side(&side, block);
        for (int k = 0; k < 3; k++) {
            const struct frame *frame;

            if (dh_slot_rw_acquire_read(side.rw, dh_in(DH_MS), &slot) != DH_OK) continue;
            frame = slot.data;
            ck_assert_uint_eq(frame->body[0], frame->n);
            ck_assert_uint_eq(frame->body[FRAME_WORDS - 1], frame->n);
            dh_slot_rw_release_read(side.rw);
        }
        close_side(&side);
    }
    return NULL;
}

START_TEST(consumers_that_come_and_go_see_whole_messages)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_frame, policy_wait(4, 4)), NULL);
    pthread_t threads[2];
    dh_slot_rw *writer;
    struct dh_why why;

    ck_assert_int_eq(dhi_slot_rw_open(&writer, block, 0, &why), DH_OK);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, come_and_go, block), 0);
    produce(writer, 1);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    dhi_slot_rw_close(writer);
    dhi_block_free(block);
}
END_TEST

struct reaper {
    struct dhi_block *block;
    bool stop;
};

static void *reap_for_ever(void *argument)
{
    struct reaper *reaper = argument;

    while (!dhi_load_acquire(&reaper->stop))
        dhi_block_reap(reaper->block);
    return NULL;
}

START_TEST(a_table_with_a_free_place_takes_a_newcomer_while_somebody_reaps)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_frame, policy_wait(4, 1)), NULL);
    struct reaper reaper = { .block = block_join(block, DHI_REAPER) };
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, reap_for_ever, &reaper), 0);
    for (int i = 0; i < 1000; i++) {
        struct side side = { .received = 0 };

        open_side(&side, block);
        close_side(&side);
    }
    dhi_store_release(&reaper.stop, true);
    pthread_join(thread, NULL);
    dhi_block_free(reaper.block);
    dhi_block_free(block);
}
END_TEST

struct counted {
    uint64_t frames;
    uint32_t a, b;
};

static void *count_under_lock(void *argument)
{
    struct dh_zone *zone = argument;

    for (int n = 0; n < 20000; n++) {
        struct counted *value = dh_zone_mutable(zone);

        ck_assert_int_eq(dh_zone_lock(zone, 1, dh_in(20 * DH_S)), DH_OK);
        ck_assert_uint_eq(value->a, value->b);
        value->a++;
        value->b++;
        ck_assert_int_eq(dh_zone_unlock(zone, 1), DH_OK);
    }
    return NULL;
}

START_TEST(a_zone_under_its_lock)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_zones, policy_wait(4, 4)), NULL);
    struct dh_zone zones[2];
    struct side side = { .received = 0 };
    pthread_t threads[2];

    open_side(&side, block);
    ck_assert(dhi_zone_find(&zones[0], block, "stat", sizeof(struct counted), DHI_LOCK_PRODUCER));
    ck_assert(dhi_zone_find(&zones[1], &side.view, "stat", sizeof(struct counted),
                            dhi_lock_owner_of_record(side.rw->record_index)));
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, count_under_lock, &zones[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(((const struct counted *)dh_zone_data(&zones[0]))->a, 40000);
    close_side(&side);
    dhi_block_free(block);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_lossless_ring_with_fences);
    tcase_add_test(tests, a_lossless_ring_with_membarrier);
    tcase_add_test(tests, an_overwrite_ring);
    tcase_add_test(tests, a_latest_value);
    tcase_add_test(tests, a_lossless_ring_in_batches);
    tcase_add_test(tests, an_overwrite_ring_in_batches);
    tcase_add_test(tests, consumers_that_come_and_go_see_whole_messages);
    tcase_add_test(tests, a_table_with_a_free_place_takes_a_newcomer_while_somebody_reaps);
    tcase_add_test(tests, a_zone_under_its_lock);
    suite_add_tcase(suite, tests);
    srunner_set_fork_status(runner, CK_NOFORK); /* sanitizers and threads do not like forks */
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
