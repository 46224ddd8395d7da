/* SPDX-License-Identifier: Apache-2.0 */
/* A program built with another schema: it is refused, and the exception names the field. It is one
 * of its own, since both schemas declare test::typed::Sample. */
#include "wrong.dh.hpp"

#include "partner.hpp"

#include <cstdlib>

START_TEST(a_wrong_schema_is_refused_and_the_exception_names_the_field)
{
    const Partner partner("send", "test.typed.wrong", "0");
    test::typed::Consumer wrong;
    dh_why why;

    partner.wait_until_ready();
    ck_assert_int_eq(wrong.try_open("test.typed.wrong", {}, &why), DH_ESCHEMA);
    ck_assert(!wrong);
    try {
        wrong = test::typed::Consumer::open("test.typed.wrong");
        ck_abort_msg("it attached");
    } catch (const dh::Error &e) {
        const std::string what = e.what();
        ck_assert(e.code() == DH_ESCHEMA);
        ck_assert_msg(what.find("number: block u64 @0, consumer u32 @0") == 0, "%s", e.what());
        ck_assert(what.find(dh_error_text(DH_ESCHEMA)) != std::string::npos);
        ck_assert_str_eq(e.help(), dh_error_help(DH_ESCHEMA));
    }
    partner.begin();
    partner.check_end();
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("refused");
    TCase *tests = tcase_create("C++");

    if (argc == 2) Partner::program = argv[1];
    tcase_add_test(tests, a_wrong_schema_is_refused_and_the_exception_names_the_field);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
