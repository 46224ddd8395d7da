/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A C++ program that knows more than its producer, which is in C: fields that the producer does not
 * have are absent and 0, also where several messages are taken at once.
 */
#include "newer.dh.hpp"
#include "older.dh.h"

#include <cstdlib>

#include <check.h>

static void send_older(older_grows_producer *producer, std::uint32_t n)
{
    for (std::uint32_t i = 0; i < n; i++) {
        const older_sample sample = { 0xabcd0000u + i };
        ck_assert_int_eq(older_grows_send(producer, DH_NOW, &sample), DH_OK);
    }
}

static void check_absent(const lab::grows::Sample &sample, std::uint32_t i)
{
    ck_assert_uint_eq(sample.number, 0xabcd0000u + i);
    ck_assert_uint_eq(sample.again, 0);
    for (std::uint64_t tap : sample.taps)
        ck_assert_uint_eq(tap, 0);
    ck_assert_uint_eq(sample.last, 0);
}

START_TEST(fields_that_the_producer_lacks_are_absent_and_zero)
{
    older_grows_producer producer;

    ck_assert_int_eq(older_grows_producer_open(&producer, nullptr, nullptr, nullptr), DH_OK);
    auto consumer = lab::grows::Consumer::open();
    ck_assert_uint_eq(consumer.minor_version(), 0);
    ck_assert(!consumer.has_again() && !consumer.has_taps() && !consumer.has_last());
    for (unsigned turn = 0; turn < 3; turn++) {
        send_older(&producer, 4);
        check_absent(*consumer.acquire(dh::no_wait), 0);
        check_absent(consumer.receive(dh::no_wait), 1);
        for (std::uint32_t i = 2; i < 4; i++) { /* a copy, so one at a time */
            auto batch = consumer.try_acquire_many<4>(dh::no_wait);
            ck_assert_uint_eq(batch.size(), 1);
            check_absent(batch[0], i);
            if (i == 2) batch.release(1); /* else at the end of the scope */
        }
        ck_assert_int_eq(consumer.try_acquire_many<4>(dh::no_wait).error(), DH_EEMPTY);
    }
    older_grows_producer_close(&producer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("minors");
    TCase *tests = tcase_create("C++");

    tcase_add_test(tests, fields_that_the_producer_lacks_are_absent_and_zero);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
