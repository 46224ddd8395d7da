/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that knows more than the producer names a field that the producer does not have: it
 * reads 0, never the bytes of a neighbouring slot. And the other way round.
 */
#include "newer.dh.h"
#include "older.dh.h"

#include <check.h>
#include <stdlib.h>

/* Every slot is full of bytes that must not be seen. */
static void send_older(older_grows_producer *producer, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct older_sample sample = { UINT32_C(0xabcd0000) + i };
        ck_assert_int_eq(older_grows_send(producer, DH_NOW, &sample), DH_OK);
    }
}

static void check_absent(const struct newer_sample *sample, uint32_t i)
{
    ck_assert_uint_eq(sample->number, UINT32_C(0xabcd0000) + i);
    ck_assert_uint_eq(sample->again, 0);
    for (size_t t = 0; t < 16; t++)
        ck_assert_uint_eq(sample->taps[t], 0);
    ck_assert_uint_eq(sample->last, 0);
}

START_TEST(fields_that_the_producer_lacks_are_absent_and_zero)
{
    older_grows_producer producer;
    newer_grows_consumer consumer;
    const struct newer_sample *slot = NULL;

    ck_assert_int_eq(older_grows_producer_open(&producer, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(newer_grows_consumer_open(&consumer, NULL, NULL, NULL), DH_OK);
    ck_assert_uint_eq(newer_grows_consumer_minor(&consumer), 0);
    ck_assert(!newer_sample_has_again(newer_grows_consumer_minor(&consumer)));
    for (uint32_t turn = 0; turn < 3; turn++) {
        send_older(&producer, 4);
        for (uint32_t i = 0; i < 4; i++) {
            ck_assert_int_eq(newer_grows_acquire(&consumer, DH_NOW, &slot), DH_OK);
            check_absent(slot, i);
            ck_assert_int_eq(newer_grows_release(&consumer), DH_OK);
        }
    }
    newer_grows_consumer_close(&consumer);
    older_grows_producer_close(&producer);
}
END_TEST

START_TEST(fields_that_the_consumer_does_not_know_disturb_nobody)
{
    newer_grows_producer producer;
    older_grows_consumer consumer;
    struct newer_sample sample;
    struct older_sample known;

    memset(&sample, 0xff, sizeof sample);
    ck_assert_int_eq(newer_grows_producer_open(&producer, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(older_grows_consumer_open(&consumer, NULL, NULL, NULL), DH_OK);
    for (uint32_t i = 0; i < 12; i++) {
        sample.number = i;
        ck_assert_int_eq(newer_grows_send(&producer, DH_NOW, &sample), DH_OK);
        ck_assert_int_eq(older_grows_receive(&consumer, DH_NOW, &known), DH_OK);
        ck_assert_uint_eq(known.number, i);
    }
    older_grows_consumer_close(&consumer);
    newer_grows_producer_close(&producer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("minors");
    TCase *tests = tcase_create("minors");

    tcase_add_test(tests, fields_that_the_producer_lacks_are_absent_and_zero);
    tcase_add_test(tests, fields_that_the_consumer_does_not_know_disturb_nobody);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
