/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting says what the C library says, whoever does it. */
#include <check.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <put.h>

static size_t ours(char *to, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static size_t ours(char *to, size_t room, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    size_t length = dhs_format(to, room, format, arguments);
    va_end(arguments);
    return length;
}

/* In rooms of every size around the text's: the same bytes, the same length. */
#define SAME(...)                                                                          \
    for (size_t room = 0; room < 80; room++) {                                             \
        char wanted[80], got[80];                                                          \
        memset(wanted, '#', sizeof wanted);                                                \
        memset(got, '#', sizeof got);                                                      \
        int length = snprintf(wanted, room, __VA_ARGS__);                                  \
        ck_assert_uint_eq(ours(got, room, __VA_ARGS__), (size_t)length);                   \
        ck_assert_msg(memcmp(wanted, got, sizeof got) == 0, "room %zu: %s", room, wanted); \
    }

START_TEST(plain_formats_give_what_the_c_library_gives)
{
    SAME("%s", "");
    SAME("no conversion, 100%% of it");
    SAME("%s_%s", "imu", "producer_open");
    SAME("%s:%u:%u: %s", "a.dhs", 12U, 0U, "what");
    SAME("%.*s|%.*s|%.*s", 3, "abcdef", 9, "ab", -1, "all of it");
    SAME("%c%c%c", 'a', 0x80, 'z');
    SAME("%zu %lu %u", SIZE_MAX, ULONG_MAX, UINT_MAX);
    SAME("%" PRIu64 "/%" PRIu32, UINT64_MAX, UINT32_MAX);
}
END_TEST

START_TEST(other_formats_are_left_to_the_c_library)
{
    SAME("%d %ld %lld", INT_MIN, LONG_MIN, LLONG_MIN);
    SAME("%s %5s|%-5s|%05u %x", "mixed", "ab", "cd", 42U, 255U);
    SAME("%s = %.17g, %a", "real", 0.1, 1.5);
    SAME("%.2s|%2c|%#o", "cut", 'x', 8U);
}
END_TEST

START_TEST(a_text_without_end_is_read_no_further_than_asked)
{
    const char two[2] = { 'a', 'b' };

    SAME("%.*s", 2, two);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("put");
    TCase *tests = tcase_create("put");

    tcase_add_test(tests, plain_formats_give_what_the_c_library_gives);
    tcase_add_test(tests, other_formats_are_left_to_the_c_library);
    tcase_add_test(tests, a_text_without_end_is_read_no_further_than_asked);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
