/* SPDX-License-Identifier: Apache-2.0 */
/* <dh/types.hpp>: what the types of a schema can in C++, and that none reaches beyond its room
 * whatever lies in memory. */
#include <dh/dh.hpp>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <vector>

#include <check.h> /* last: it has macros of common words */

using namespace std::chrono_literals;

/* A T as another process may leave it. */
template <class T> static T with_bytes(int byte)
{
    T value;
    std::memset(static_cast<void *>(&value), byte, sizeof value);
    return value;
}

template <class Call> static bool throws_limit(Call &&call)
{
    try {
        call();
    } catch (const dh::Error &e) {
        return e.code() == DH_ELIMIT;
    }
    return false;
}

START_TEST(texts_are_cut_between_characters_and_compare_as_string_views)
{
    dh::string<5> text = "abc";
    dh::chars<4> code;
    std::ostringstream out;

    ck_assert(text == "abc" && "abc" == text && text != std::string_view("abd"));
    ck_assert(std::string(text) + "d" == "abcd");
    ck_assert(!text.assign("abcd\xc3\xa9")); /* é does not fit whole */
    ck_assert(text == "abcd" && text.c_str()[4] == '\0');
    ck_assert(throws_limit([&] { text = "abcdef"; }) && text == "abcd");
    ck_assert(text.assign("12345") && text.size() == 5 && text.c_str()[5] == '\0');
    ck_assert(code.empty() && code.assign("full") && code == "full" && code.size() == 4);
    ck_assert(!code.assign("\xe2\x82\xac\xe2\x82\xac") && code == "\xe2\x82\xac");
    ck_assert(throws_limit([&] { code = "longer"; }));
    out << text << code;
    ck_assert(out.str() == "12345\xe2\x82\xac");
    ck_assert_uint_eq(with_bytes<dh::string<5>>(0xff).view().size(), 5);
    ck_assert_uint_eq(with_bytes<dh::chars<4>>('x').view().size(), 4);
}
END_TEST

START_TEST(lists_and_bytes_hold_no_more_than_they_have_room_for)
{
    dh::list<std::uint16_t, 3> list = { 1, 2 };
    dh::bytes<3> bytes;
    const std::vector<std::uint16_t> many = { 5, 6, 7, 8 };
    const std::uint8_t raw[] = { 1, 2, 3, 4 };

    list.push_back(3);
    ck_assert(list.full() && !list.try_push_back(4) && list.back() == 3);
    ck_assert(throws_limit([&] { list.push_back(4); }) && list.size() == 3);
    ck_assert(throws_limit([&] { list = many; }) && list[0] == 1);
    ck_assert(!list.assign(many) && list.size() == 3 && list[2] == 7);
    ck_assert(!list.resize(4) && list.resize(1) && list.resize(2) && list[1] == 0);
    list.pop_back();
    list.pop_back();
    list.pop_back();
    ck_assert(list.empty() && list.begin() == list.end());
    ck_assert(!bytes.assign(raw, 4) && bytes.size() == 3 && bytes[2] == 3);
    ck_assert(throws_limit([&] { bytes = raw; }) && bytes.view().size() == 3);
    ck_assert(!bytes.resize(4) && bytes.resize(2) && bytes.end() - bytes.begin() == 2);
    ck_assert_uint_eq((with_bytes<dh::list<std::uint16_t, 3>>(0xff).view().size()), 3);
    ck_assert((!with_bytes<dh::list<std::uint16_t, 3>>(0xff).try_push_back(1)));
    ck_assert_uint_eq(with_bytes<dh::bytes<3>>(0xff).view().size(), 3);
}
END_TEST

START_TEST(optionals_go_to_and_from_those_of_the_standard)
{
    dh::optional<double> maybe;
    std::optional<double> standard = maybe;

    ck_assert(!standard && maybe == std::nullopt && maybe.value_or(2) == 2);
    maybe = 3.5;
    standard = maybe;
    ck_assert(standard && *standard == 3.5 && *maybe == 3.5 && maybe.value_or(2) == 3.5);
    maybe = std::optional<double>();
    ck_assert(!maybe && *maybe == 0); /* nothing of it is left */
    maybe = std::optional<double>(4);
    ck_assert(maybe.get() == 4.0);
    maybe.reset();
    ck_assert(maybe.emplace() == 0 && maybe.has_value());
    ck_assert(with_bytes<dh::optional<std::uint8_t>>(0xff).has_value());
}
END_TEST

struct Tenths {
    static constexpr double factor = 0.1, offset = -40;
};

START_TEST(scaled_values_are_rounded_and_never_wrap)
{
    dh::scaled<std::uint8_t, Tenths> small{};
    dh::scaled<std::int64_t, Tenths> large{};

    ck_assert(small.set(-40) && small.raw == 0 && small.set(-14.5) && small.raw == 255);
    ck_assert(small.set(-39.96) && small.raw == 0 && small.set(-39.94) && small.raw == 1);
    ck_assert(!small.set(-40.06) && !small.set(-14.44) && !small.set(NAN) && small.raw == 1);
    ck_assert(throws_limit([&] { small = 1000; }) && small.raw == 1);
    ck_assert(std::fabs(small - -39.9) < 1e-9);
    ck_assert(!large.set(1e18) && large.set(-9.2e17) && large.raw < -9199999999999990000);
    ck_assert(!large.set(-1e18));
}
END_TEST

START_TEST(halves_are_the_nearest_ones)
{
    dh::f16 half{ 0 };

    for (unsigned bits = 0; bits < 0x10000; bits++) {
        const float value = dh::f16{ static_cast<std::uint16_t>(bits) };
        half = value;
        if (std::isnan(value))
            ck_assert((half.bits & 0x7fff) > 0x7c00);
        else
            ck_assert_uint_eq(half.bits, bits);
        if ((bits & 0x7fff) >= 0x7c00) continue;
        /* the middle between two neighbours goes to the even one */
        const float next = dh::f16{ static_cast<std::uint16_t>(bits + 1) };
        if (std::isinf(next)) continue;
        half = (value + next) / 2;
        ck_assert_uint_eq(half.bits, bits + (bits & 1));
        half = std::nextafter((value + next) / 2, next);
        ck_assert_uint_eq(half.bits, bits + 1);
    }
    half = 65519.0f;
    ck_assert_uint_eq(half.bits, 0x7bff);
    half = 65520.0f;
    ck_assert_uint_eq(half.bits, 0x7c00);
    half = -std::numeric_limits<float>::infinity();
    ck_assert_uint_eq(half.bits, 0xfc00);
}
END_TEST

START_TEST(deadlines_are_points_that_no_duration_overflows)
{
    const std::int64_t now = dh_now();

    ck_assert(dh::Deadline(0s).ns() == DH_NOW && dh::Deadline(-5s).ns() <= DH_NOW);
    ck_assert(dh::Deadline(std::chrono::hours::max()).ns() == DH_FOREVER);
    ck_assert(dh::Deadline(std::chrono::duration<double>(1e300)).ns() == DH_FOREVER);
    ck_assert(dh::Deadline(std::chrono::steady_clock::time_point::max()).ns() == DH_FOREVER);
    const std::int64_t soon = dh::Deadline(100s).ns();
    ck_assert(soon >= now + 100 * DH_S && soon < now + 101 * DH_S);
    const std::int64_t point = dh::Deadline(std::chrono::steady_clock::now() + 100s).ns();
    ck_assert(point >= soon && point < soon + DH_S);
}
END_TEST

START_TEST(errors_are_those_of_the_standard)
{
    std::error_code code = DH_EFULL;

    ck_assert(code == DH_EFULL && code != DH_EEMPTY && &code.category() == &dh::category());
    ck_assert(code.message() == dh_error_text(DH_EFULL));
    const dh::Error error(DH_EFULL, "imu");
    ck_assert(std::string(error.what()) == std::string("imu: ") + dh_error_text(DH_EFULL));
    ck_assert(error.err() == DH_EFULL && std::string(error.help()) == dh_error_help(DH_EFULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("types");
    TCase *tests = tcase_create("C++");

    tcase_add_test(tests, texts_are_cut_between_characters_and_compare_as_string_views);
    tcase_add_test(tests, lists_and_bytes_hold_no_more_than_they_have_room_for);
    tcase_add_test(tests, optionals_go_to_and_from_those_of_the_standard);
    tcase_add_test(tests, scaled_values_are_rounded_and_never_wrap);
    tcase_add_test(tests, halves_are_the_nearest_ones);
    tcase_add_test(tests, deadlines_are_points_that_no_duration_overflows);
    tcase_add_test(tests, errors_are_those_of_the_standard);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
