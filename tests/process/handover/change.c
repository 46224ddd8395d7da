/* SPDX-License-Identifier: Apache-2.0
 *
 * What changes at a handover besides the process: schema, size, policy, zones, checksums, places.
 * Both producers are here, so that each step can be looked at.
 */
#include "relay.h"

#include "base/atomic.h"

#include <pthread.h>
#include <string.h>

#define HEAD(channel) "dhs 1\nfamily test/" channel " 1\norder little\n"
#define PAIR          HEAD("pair") "root slot align 64\nminor 0 size 16\n0 u64 n\n8 u64 check\n"

static const char newer[] = PAIR "minor 1 size 512\n16 u64[62] more\nmeaning\n";

static const struct dh_producer_options heir = { .takeover = DH_TAKEOVER_HANDOVER };

static dh_producer *produce(const struct dh_schema *schema,
                            const struct dh_producer_options *options)
{
    dh_producer *producer;
    struct dh_why why;
    dh_err err = dh_producer_open(&producer, schema, channel, options, &why);

    ck_assert_msg(err == DH_OK, "%s: %s", dh_error_name(err), why.text);
    return producer;
}

/* Messages from `next` on, until `until`. */
static void commit(dh_producer *producer, uint64_t next, uint64_t until)
{
    for (; next < until; next++) {
        struct pair pair = { .n = next, .check = ~next };

        ck_assert_int_eq(dh_producer_send(producer, dh_in(5 * DH_S), &pair, sizeof pair), DH_OK);
    }
}

static void is_over(dh_producer *producer)
{
    struct pair pair = { 0 };

    ck_assert_int_eq(dh_producer_send(producer, DH_NOW, &pair, sizeof pair), DH_ESUPERSEDED);
    dh_producer_close(producer);
}

/* ---- the schema ---- */

/* A larger slot, too: who knows the older minor reads on; who knows the newer one has the rest from
 * there on. */
START_TEST(a_successor_may_know_a_newer_minor)
{
    const struct dh_schema *grown = schema_from_text(1, newer, policy_wait(8, 4));
    dh_producer *old = produce(world_schema(), NULL), *young;
    dh_consumer *same = relay_join(world_schema(), NULL), *ahead = relay_join(grown, NULL);
    uint64_t message[64] = { 8, ~UINT64_C(8), 17 };
    const void *payload;

    commit(old, 0, 4);
    ck_assert_uint_eq(dh_consumer_minor(ahead), 0);
    young = produce(grown, &heir);
    is_over(old);
    commit(young, 4, 8);
    relay_read(same, 0, 8);
    relay_read(ahead, 0, 8);
    ck_assert_int_eq(dh_producer_send(young, DH_NOW, message, sizeof message), DH_OK);
    relay_read(same, 8, 9);
    ck_assert_uint_eq(dh_consumer_minor(same), 0);
    ck_assert_uint_eq(dh_consumer_minor(ahead), 1);
    ck_assert_int_eq(dh_consumer_acquire(ahead, DH_NOW, &payload), DH_OK);
    ck_assert_uint_eq(((const uint64_t *)payload)[2], 17);
    dh_consumer_close(same);
    dh_consumer_close(ahead);
    dh_producer_close(young);
}
END_TEST

/* And back to an older one, which has not what the newer one had. */
START_TEST(a_successor_may_know_an_older_minor)
{
    const struct dh_schema *grown = schema_from_text(1, newer, policy_wait(8, 4));
    dh_producer *old = produce(grown, NULL), *young;
    dh_consumer *ahead = relay_join(grown, NULL);
    uint64_t message[64] = { 0, ~UINT64_C(0), 17 };
    const void *payload;

    ck_assert_int_eq(dh_producer_send(old, DH_NOW, message, sizeof message), DH_OK);
    young = produce(world_schema(), &heir);
    is_over(old);
    commit(young, 1, 2);
    relay_read(ahead, 0, 1);
    ck_assert_int_eq(dh_consumer_acquire(ahead, dh_in(DH_S), &payload), DH_OK);
    ck_assert_uint_eq(((const uint64_t *)payload)[0], 1);
    ck_assert_uint_eq(((const uint64_t *)payload)[2], 0);
    dh_consumer_close(ahead);
    dh_producer_close(young);
}
END_TEST

static const struct misfit {
    const char *reason, *text;
    enum dh_full full;
    const char *words;
} misfits[] = {
    { "another family",
      HEAD("other") "root slot align 64\nminor 0 size 16\n0 u64 n\n8 u64 check\nmeaning\n",
      DH_FULL_WAIT, "cannot go on as" },
    { "a field that moved",
      HEAD("pair") "root slot align 64\nminor 0 size 16\n0 u64 check\n8 u64 n\nmeaning\n",
      DH_FULL_WAIT, "could not read on" },
    { "another type",
      HEAD("pair") "root slot align 64\nminor 0 size 16\n0 u64 n\n8 f64 check\nmeaning\n",
      DH_FULL_WAIT, "could not read on" },
    { "another `full`", PAIR "meaning\n", DH_FULL_OVERWRITE, "which its readers rely on" },
};
enum { MISFITS = sizeof misfits / sizeof misfits[0] };

START_TEST(a_schema_that_does_not_fit_is_refused_and_the_old_producer_goes_on)
{
    const struct misfit *row = &misfits[_i];
    struct dh_policy policy = { .n_slots = 8, .n_consumers = 4, .full = row->full };
    const struct dh_schema *wrong = schema_from_text(1, row->text, policy);
    dh_producer *old = produce(world_schema(), NULL), *young = NULL;
    dh_consumer *consumer = relay_join(world_schema(), NULL);
    struct dh_why why = { 0 };

    commit(old, 0, 2);
    ck_assert_int_eq(dh_producer_open(&young, wrong, channel, &heir, &why), DH_ESCHEMA);
    ck_assert_msg(strstr(why.text, row->words) != NULL, "%s: %s", row->reason, why.text);
    commit(old, 2, 4); /* nobody closed anything */
    relay_read(consumer, 0, 4);
    dh_consumer_close(consumer);
    dh_producer_close(old);
}
END_TEST

/* ---- full: overwrite ---- */

/* From `next` on until `until`, in order; what is left out is told before it is. */
static void read_newest(dh_consumer *consumer, uint64_t next, uint64_t until)
{
    while (next < until) {
        uint64_t lost = dh_consumer_lost(consumer);
        const void *payload;
        const struct pair *pair;

        ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(5 * DH_S), &payload), DH_OK);
        pair = payload;
        ck_assert_uint_eq(pair->n, next + dh_consumer_lost(consumer) - lost);
        ck_assert_uint_eq(pair->check, ~pair->n);
        next = pair->n + 1;
        ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
    }
    ck_assert_uint_eq(next, until);
}

START_TEST(an_overwrite_channel_goes_on_with_its_numbers_and_tells_what_was_lost)
{
    const struct dh_schema *schema = schema_from_text(1, PAIR "meaning\n", policy_overwrite(4, 4));
    struct dh_producer_options longer = { .takeover = DH_TAKEOVER_HANDOVER, .n_slots = 16 };
    dh_producer *old = produce(schema, NULL), *young;
    dh_consumer *quick = relay_join(schema, NULL), *slow = relay_join(schema, NULL);

    commit(old, 0, 3);
    read_newest(quick, 0, 3); /* the other one reads nothing yet */
    commit(old, 3, 10);
    young = produce(schema, &longer);
    is_over(old);
    read_newest(quick, 3, 10); /* of the old block; it has not moved when the new one is written */
    commit(young, 10, 30);
    read_newest(quick, 10, 30);
    read_newest(slow, 0, 30);
    ck_assert_uint_ge(dh_consumer_lost(slow), 6 - 1); /* one slot word more than slots */
    ck_assert_uint_eq(dh_slot_rw_count(dh_consumer_slot_rw(slow)), 17);
    dh_consumer_close(quick);
    dh_consumer_close(slow);
    dh_producer_close(young);
}
END_TEST

/* ---- zones ---- */

/* Values go along; locks begin free, one that was held with a warning; and the old producer writes
 * nothing any more. */
START_TEST(zones_keep_their_values_and_a_lock_that_was_held_warns)
{
    const struct dh_schema *schema = schema_from_text(1, text_zones, policy_wait(8, 4));
    dh_producer *old = produce(schema, NULL), *young;
    dh_consumer *consumer = relay_join(schema, NULL);
    uint32_t gain[25] = { 7, 8, 9 }, seen[25] = { 0 };
    uint64_t n = 0;

    ck_assert_int_eq(dh_zone_write(dh_producer_zone(old, 1), gain), DH_OK);
    ck_assert_int_eq(dh_zone_lock(dh_producer_zone(old, 2), 1, DH_NOW), DH_OK);
    *(uint64_t *)dh_zone_mutable(dh_consumer_zone(consumer, 2)) = 41;
    young = produce(schema, &heir);
    ck_assert_int_eq(dh_zone_write(dh_producer_zone(old, 1), seen), DH_ESUPERSEDED);
    /* Who has not moved reads the old value still, which is the same. */
    ck_assert_int_eq(dh_zone_read(dh_consumer_zone(consumer, 1), dh_in(DH_S), seen), DH_OK);
    ck_assert_mem_eq(seen, gain, sizeof gain);
    gain[0] = 70;
    ck_assert_int_eq(dh_zone_write(dh_producer_zone(young, 1), gain), DH_OK);
    ck_assert_int_eq(dh_producer_send(young, DH_NOW, &n, sizeof n), DH_OK);
    ck_assert_int_eq(dh_consumer_receive(consumer, dh_in(DH_S), &n, sizeof n), DH_OK);
    ck_assert_int_eq(dh_zone_read(dh_consumer_zone(consumer, 1), dh_in(DH_S), seen), DH_OK);
    ck_assert_mem_eq(seen, gain, sizeof gain);
    ck_assert_uint_eq(*(const uint64_t *)dh_zone_data(dh_producer_zone(young, 2)), 41);
    ck_assert_int_eq(dh_zone_lock(dh_consumer_zone(consumer, 2), 0, DH_NOW), DH_OK);
    ck_assert_int_eq(dh_zone_lock(dh_consumer_zone(consumer, 2), 1, DH_NOW), DH_EOWNERDEAD);
    ck_assert_int_eq(dh_zone_consistent(dh_consumer_zone(consumer, 2), 1), DH_OK);
    *(uint64_t *)dh_zone_mutable(dh_consumer_zone(consumer, 2)) = 42;
    ck_assert_uint_eq(*(const uint64_t *)dh_zone_data(dh_producer_zone(young, 2)), 42);
    dh_producer_close(old);
    dh_consumer_close(consumer);
    dh_producer_close(young);
}
END_TEST

/* ---- checksums and a secret ---- */

/* The key is of the block and the secret: it is another one behind the move. */
START_TEST(keyed_checksums_hold_on_both_sides_of_the_move)
{
    static const unsigned char secret[DH_SECRET_BYTES] = { 1, 2, 3 };
    struct dh_policy policy = { .n_slots = 8, .n_consumers = 4, .checksum = DH_CHECKSUM_ENFORCED };
    const struct dh_schema *schema = schema_from_text(1, PAIR "meaning\n", policy);
    const struct dh_producer_options first = { .secret = secret };
    const struct dh_producer_options next = { .secret = secret, .takeover = DH_TAKEOVER_HANDOVER };
    const struct dh_consumer_options reader = { .secret = secret };
    dh_producer *old = produce(schema, &first), *young;
    dh_consumer *consumer = relay_join(schema, &reader);
    struct dh_consumer_metrics metrics;

    commit(old, 0, 4);
    young = produce(schema, &next);
    is_over(old);
    commit(young, 4, 8);
    relay_read(consumer, 0, 8);
    dh_consumer_metrics_get(consumer, &metrics);
    ck_assert_uint_eq(metrics.moved, 1);
    ck_assert_uint_eq(metrics.checksum_failures, 0);
    dh_consumer_close(consumer);
    dh_producer_close(young);
}
END_TEST

/* ---- places ---- */

START_TEST(a_successor_has_places_for_all_readers_whatever_it_asked_for)
{
    struct dh_producer_options fewer = { .takeover = DH_TAKEOVER_HANDOVER, .n_consumers = 1 };
    dh_producer *old = produce(world_schema(), NULL), *young;
    dh_consumer *consumers[4], *fifth = NULL;

    for (int k = 0; k < 4; k++)
        consumers[k] = relay_join(world_schema(), NULL);
    commit(old, 0, 4);
    young = produce(world_schema(), &fewer);
    is_over(old);
    ck_assert_int_eq(dh_consumer_open(&fifth, world_schema(), channel, NULL, NULL), DH_ETABLE);
    commit(young, 4, 8);
    for (int k = 0; k < 4; k++) {
        relay_read(consumers[k], 0, 8);
        dh_consumer_close(consumers[k]);
    }
    dh_producer_close(young);
}
END_TEST

/* Whoever has not come yet is waited for; one that comes in the end has missed nothing. */
START_TEST(the_next_handover_waits_for_who_is_still_on_the_way)
{
    struct dh_producer_options soon = { .takeover = DH_TAKEOVER_HANDOVER,
                                        .takeover_ns = 50 * DH_MS };
    dh_producer *first = produce(world_schema(), NULL), *second, *third = NULL;
    dh_consumer *late = relay_join(world_schema(), NULL);
    struct dh_why why = { 0 };

    commit(first, 0, 4);
    second = produce(world_schema(), &heir);
    is_over(first);
    commit(second, 4, 8);
    ck_assert_int_eq(dh_producer_open(&third, world_schema(), channel, &soon, &why), DH_ECONFLICT);
    ck_assert_msg(strstr(why.text, "1 consumers") != NULL, "%s", why.text);
    commit(second, 8, 9); /* it was not even asked to stop */
    relay_read(late, 0, 9);
    third = produce(world_schema(), &soon);
    is_over(second);
    commit(third, 9, 12);
    relay_read(late, 9, 12);
    dh_consumer_close(late);
    dh_producer_close(third);
}
END_TEST

static void *read_twelve(void *consumer)
{
    relay_read(consumer, 0, 12);
    return NULL;
}

/* Two changes while it sleeps in acquire, and not a message between them. */
START_TEST(who_sleeps_follows_two_handovers_in_a_row)
{
    dh_producer *first = produce(world_schema(), NULL), *second, *third;
    dh_consumer *sleeper = relay_join(world_schema(), NULL);
    struct dh_consumer_metrics metrics;
    pthread_t thread;

    commit(first, 0, 4);
    ck_assert_int_eq(pthread_create(&thread, NULL, read_twelve, sleeper), 0);
    second = produce(world_schema(), &heir);
    third = produce(world_schema(), &heir);
    commit(third, 4, 12);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    dh_consumer_metrics_get(sleeper, &metrics);
    ck_assert_uint_eq(metrics.moved, 2);
    is_over(first);
    is_over(second);
    dh_consumer_close(sleeper);
    dh_producer_close(third);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("what changes at a handover");
    TCase *tests = tcase_create("a change");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, relay_begin, relay_end);
    tcase_add_test(tests, a_successor_may_know_a_newer_minor);
    tcase_add_test(tests, a_successor_may_know_an_older_minor);
    tcase_add_loop_test(tests, a_schema_that_does_not_fit_is_refused_and_the_old_producer_goes_on,
                        0, MISFITS);
    tcase_add_test(tests, an_overwrite_channel_goes_on_with_its_numbers_and_tells_what_was_lost);
    tcase_add_test(tests, zones_keep_their_values_and_a_lock_that_was_held_warns);
    tcase_add_test(tests, keyed_checksums_hold_on_both_sides_of_the_move);
    tcase_add_test(tests, a_successor_has_places_for_all_readers_whatever_it_asked_for);
    tcase_add_test(tests, the_next_handover_waits_for_who_is_still_on_the_way);
    tcase_add_test(tests, who_sleeps_follows_two_handovers_in_a_row);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
