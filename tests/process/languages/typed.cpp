/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generated C++ at work: what it writes C reads and the other way round, what throws commits
 * nothing, and guards give back what they hold.
 */
#include "typed.dh.hpp"

#include "partner.hpp"

#include <check.h>
#include <cstdlib>
#include <vector>

using namespace std::chrono_literals;
using test::typed::BeatConsumer;
using test::typed::BeatProducer;
using test::typed::Fault;
using test::typed::Mode;
using test::typed::Place;
using test::typed::Reading;
using test::typed::Sample;
using test::typed::Setting;
using test::typed::State;
using Consumer = test::typed::Consumer;
using Producer = test::typed::Producer;

/* Handles are moved, never copied. */
template <class T>
constexpr bool moves_only =
    std::is_nothrow_move_constructible_v<T> &&std::is_nothrow_move_assignable_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(moves_only<Producer> && moves_only<Consumer>);
static_assert(moves_only<BeatProducer> && moves_only<BeatConsumer>);
static_assert(moves_only<dh::Message<Sample>> && moves_only<dh::Loan<Sample>>);

/* What the partner calls sample `number`. */
static void fill(Sample &s, std::uint64_t number)
{
    static const std::uint8_t raw[] = { 1, 2, 3, 4, 5, 6 };

    s.number = number;
    s.mode = number % 2 ? Mode::class_ : Mode::moving;
    s.faults = Fault::hot | Fault::cold;
    s.faults &= ~Fault::hot;
    s.label = number % 2 ? "odd" : "a fresh message";
    s.code = "code";
    s.raw = dh::span<const std::uint8_t>(raw, number % 7);
    for (unsigned i = 0; i < number % 4; i++)
        s.points.push_back({ static_cast<double>(i), "there" });
    if (number % 3 == 0) s.best = 0.5f;
    if (number % 3 == 1) s.row = { 7, 8, 9 };
    switch (number % 4) {
    case 0: s.reading.set_nothing(); break;
    case 1: s.reading.set_number(1.5); break;
    case 2: s.reading.set_text("text"); break;
    default: s.reading.set_place().x = 2.5;
    }
    s.lat = -52.25;
    s.half = 1.5f;
    s.matrix[1][2] = static_cast<float>(number);
}

/* Read as a program would, not by bytes: the partner does that. */
static void check_sample(const Sample &s, std::uint64_t number)
{
    ck_assert_uint_eq(s.number, number);
    ck_assert(s.mode == (number % 2 ? Mode::class_ : Mode::moving));
    ck_assert(name_of(s.mode) == (number % 2 ? "class" : "moving"));
    ck_assert(has(s.faults, Fault::cold) && !has(s.faults, Fault::hot));
    ck_assert(s.label == (number % 2 ? "odd" : "a fresh message"));
    ck_assert(s.code == "code");
    ck_assert_uint_eq(s.raw.size(), number % 7);
    for (std::size_t i = 0; i < s.raw.size(); i++)
        ck_assert_uint_eq(s.raw[i], i + 1);
    ck_assert_uint_eq(s.points.view().size(), number % 4);
    double x = 0;
    for (const Place &place : s.points)
        ck_assert(place.x == x++ && place.name == "there");
    ck_assert(s.best.get() == (number % 3 == 0 ? std::optional<float>(0.5f) : std::nullopt));
    ck_assert(s.row.has_value() == (number % 3 == 1) && (!s.row || (*s.row)[2] == 9));
    ck_assert((s.reading.get_number() != nullptr) == (number % 4 == 1));
    ck_assert(!s.reading.get_text() || *s.reading.get_text() == "text");
    ck_assert(static_cast<unsigned>(s.reading.tag) == number % 4);
    ck_assert(s.lat.raw == -522500000 && s.lat > -52.2500001 && s.lat < -52.2499999);
    ck_assert(s.half == 1.5f && s.matrix[1][2] == static_cast<float>(number));
}

/* ---- with a program in C ------------------------------------------------------------------ */

static constexpr const char *N_TEXT = "100";
static constexpr std::uint64_t N = 100;

START_TEST(what_cpp_commits_c_reads_to_the_byte)
{
    auto producer = Producer::open("test.typed.to_c");
    producer.setting().write({ 2.5, "by C++" });
    const Partner partner("receive", "test.typed.to_c", N_TEXT);
    partner.wait_until_ready();

    std::uint64_t i = 0;
    while (i < N) {
        switch (i % 4) { /* each way to send */
        case 0:
            producer.transact([&](Sample &s) { fill(s = {}, i); });
            i++;
            break;
        case 1: {
            auto loan = producer.loan(10s);
            fill(loan.init(), i++);
            loan.commit();
            break;
        }
        case 2: {
            Sample sample;
            fill(sample, i++);
            producer.send(sample, 10s);
            break;
        }
        default: {
            auto loans = producer.try_loan_many<3>(10s);
            ck_assert(loans.size() > 0);
            fill(loans[0] = {}, i++);
            loans.commit(1); /* the rest is nobody's */
        }
        }
    }
    partner.check_end();
}
END_TEST

START_TEST(what_c_commits_cpp_reads)
{
    const Partner partner("send", "test.typed.from_c", N_TEXT);
    partner.wait_until_ready();
    auto consumer = Consumer::open("test.typed.from_c");
    ck_assert(consumer.setting().read().name == "by C");
    partner.begin();

    std::uint64_t i = 0;
    ck_assert_uint_eq(consumer.read(
                          [&](const Sample &s) {
                              check_sample(s, i++);
                              return s.number;
                          },
                          10s),
                      0);
    check_sample(consumer.receive(10s), i++);
    check_sample(*consumer.acquire(10s), i++);
    {
        auto batch = consumer.try_acquire_many<4>(10s);
        ck_assert(batch.size() >= 1);
        for (const Sample &s : batch)
            check_sample(s, i++);
        i -= batch.size() - 1; /* what is not given back comes again */
        batch.release(1);
    }
    auto messages = consumer.messages(10s);
    for (const Sample &s : messages)
        check_sample(s, i++);
    ck_assert_uint_eq(i, N);
    ck_assert_int_eq(messages.error(), DH_ECLOSED);
    ck_assert_uint_eq(consumer.state()->frames, N);
    partner.check_end();
}
END_TEST

/* ---- the strong guarantee ----------------------------------------------------------------- */

struct Oops {
};

START_TEST(a_transaction_that_throws_commits_nothing)
{
    auto producer = Producer::open("test.typed.throws");
    auto consumer = Consumer::open("test.typed.throws");

    try {
        producer.transact([](Sample &s) {
            s.number = 666;
            throw Oops();
        });
        ck_abort_msg("it did not throw");
    } catch (const Oops &) {
    }
    ck_assert(producer.transact([](Sample &) { return dh::Outcome::abort; }) == dh::Outcome::abort);
    ck_assert_int_eq(producer.try_transact([](Sample &) { return dh::Outcome::abort; }), DH_OK);
    { /* texts that do not fit throw, too */
        auto loan = producer.loan();
        try {
            loan->label = "this is longer than its fifteen bytes";
            ck_abort_msg("it fitted");
        } catch (const dh::Error &e) {
            ck_assert(e.code() == DH_ELIMIT);
        }
    }
    ck_assert_uint_eq(producer.metrics().committed, 0);
    ck_assert_uint_eq(producer.metrics().aborted, 4);
    ck_assert_uint_eq(producer.transact([](Sample &s) {
        s = {};
        return ++s.number;
    }),
                      1);
    ck_assert_uint_eq(consumer.receive(dh::no_wait).number, 1);
    ck_assert_int_eq(consumer.try_acquire(dh::no_wait).error(), DH_EEMPTY);
}
END_TEST

START_TEST(a_transaction_says_first_how_long_it_waits_and_has_its_first_name_too)
{
    auto producer = Producer::open("test.typed.named");
    auto consumer = Consumer::open("test.typed.named");

    ck_assert_uint_eq(producer.write(10ms, [](Sample &s) { return s.number = 7; }), 7);
    with_write_transaction(producer, 10ms, [](Sample &s) { s.number = 8; });
    try {
        with_write_transaction(producer, 10ms, [](Sample &) { throw Oops(); });
        ck_abort_msg("it did not throw");
    } catch (const Oops &) {
    }
    ck_assert_uint_eq(consumer.read(10ms, [](const Sample &s) { return s.number; }), 7);
    ck_assert_uint_eq(with_read_transaction(consumer, 10ms,
                                            [](const Sample &s) { return s.number; }),
                      8);
    try {
        with_read_transaction(consumer, 1ms, [](const Sample &) {});
        ck_abort_msg("there was a third");
    } catch (const dh::Error &e) {
        ck_assert(e.code() == DH_EEMPTY);
    }
}
END_TEST

START_TEST(a_zone_that_is_changed_by_what_throws_stays_as_it_was)
{
    auto producer = Producer::open("test.typed.zones");
    auto consumer = Consumer::open("test.typed.zones");

    producer.setting().write({ 1.0, "before" });
    try {
        producer.setting().update([](Setting &s) { s.name = "a name without any end"; });
        ck_abort_msg("it did not throw");
    } catch (const dh::Error &e) {
        ck_assert(e.code() == DH_ELIMIT);
    }
    ck_assert(consumer.setting().read().name == "before");
    producer.setting().update([](Setting &s) { s.gain *= 4; });
    ck_assert(consumer.setting().read(1s).gain == 4.0);

    consumer.state().update([](State &s) { s.low = s.high = 7; });
    try {
        producer.state().update([&](State &s) {
            s.low = 8;
            consumer.state()->frames.fetch_add(3); /* while it works on a copy */
            throw Oops();
        });
        ck_abort_msg("it did not throw");
    } catch (const Oops &) {
    }
    ck_assert_uint_eq(producer.state()->low, 7);
    producer.state().update([&](State &s) {
        s.high = 9;
        consumer.state()->frames.fetch_add(3);
    });
    ck_assert_uint_eq(producer.state()->frames, 6); /* no copy was written over it */
    ck_assert_uint_eq(consumer.state()->high, 9);
    { /* who holds it keeps the other out, and no longer than the scope */
        auto lock = producer.state().lock();
        ck_assert_int_eq(consumer.state().try_lock(1ms).error(), DH_EBUSY);
        auto moved = std::move(lock);
        ck_assert(!lock && moved && !moved.owner_died());
        ck_assert_int_eq(consumer.state().try_lock(dh::no_wait).error(), DH_EBUSY);
    }
    ck_assert(static_cast<bool>(consumer.state().try_lock(dh::no_wait)));
    ck_assert_int_eq(consumer.state().try_lock(dh::no_wait, 5).error(), DH_EINVAL);
}
END_TEST

/* ---- guards ------------------------------------------------------------------------------- */

START_TEST(guards_give_back_once_whoever_has_them)
{
    auto producer = Producer::open("test.typed.guards");
    auto consumer = Consumer::open("test.typed.guards");

    {
        auto loan = producer.loan();
        auto moved = std::move(loan);
        ck_assert(!loan && moved);
        ck_assert_int_eq(loan.try_commit(), DH_EORDER);
        ck_assert_int_eq(producer.try_loan().error(), DH_EORDER); /* one at a time */
        moved.init().number = 5;
        moved.commit();
        ck_assert_int_eq(moved.try_commit(), DH_EORDER);
        loan = producer.loan(); /* dropped: aborted */
    }
    {
        auto message = consumer.acquire();
        auto moved = std::move(message);
        ck_assert(!message && moved->number == 5);
        ck_assert_int_eq(consumer.try_acquire().error(), DH_EORDER);
    }
    ck_assert_int_eq(consumer.try_acquire(dh::no_wait).error(), DH_EEMPTY);
    ck_assert_uint_eq(producer.metrics().committed, 1);
    ck_assert_uint_eq(producer.metrics().aborted, 1);
    ck_assert_uint_eq(consumer.metrics().acquired, 1);

    std::vector<Sample> many(20);
    for (std::size_t i = 0; i < many.size(); i++)
        many[i].number = i;
    ck_assert_uint_eq(producer.send_many(many, dh::no_wait), 8); /* the ring has no more room */
    Consumer other = std::move(consumer);
    ck_assert(!consumer && other);
    for (std::uint64_t i = 0; i < 8; i++)
        ck_assert_uint_eq(other.receive(dh::no_wait).number, i);
    Producer elsewhere;
    elsewhere = std::move(producer);
    ck_assert(!producer && elsewhere.channel() == "test.typed.guards");
    elsewhere.close();
    try {
        (void)other.receive(10s);
        ck_abort_msg("the channel is closed");
    } catch (const dh::Error &e) {
        ck_assert(e.code() == DH_ECLOSED);
    }
}
END_TEST

START_TEST(a_walk_ends_when_nothing_comes)
{
    auto producer = Producer::open("test.typed.walk");
    auto consumer = Consumer::open("test.typed.walk");
    auto messages = consumer.messages(1ms);
    unsigned n = 0;

    for (std::uint64_t i = 0; i < 3; i++)
        producer.transact([&](Sample &s) { fill(s = {}, i); });
    for (const Sample &s : messages)
        check_sample(s, n++);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(messages.error(), DH_EEMPTY);
}
END_TEST

START_TEST(signals_have_no_payload)
{
    auto producer = BeatProducer::open();
    auto consumer = BeatConsumer::open();

    producer.signal();
    consumer.wait(1s);
    ck_assert_int_eq(consumer.try_wait(dh::no_wait), DH_EEMPTY);
}
END_TEST

/* ---- opening ------------------------------------------------------------------------------ */

START_TEST(who_cannot_open_is_told_why)
{
    auto producer = Producer::open();
    try {
        Consumer::open("test.typed.nowhere");
        ck_abort_msg("it attached");
    } catch (const std::system_error &e) {
        ck_assert(e.code() == DH_ENOTFOUND && e.code().category() == dh::category());
    }
    try {
        Producer::open();
        ck_abort_msg("it has two producers");
    } catch (const dh::Error &e) {
        ck_assert(e.code() == DH_ECONFLICT);
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("typed");
    TCase *tests = tcase_create("C++");

    if (argc == 2) Partner::program = argv[1];
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_cpp_commits_c_reads_to_the_byte);
    tcase_add_test(tests, what_c_commits_cpp_reads);
    tcase_add_test(tests, a_transaction_that_throws_commits_nothing);
    tcase_add_test(tests, a_transaction_says_first_how_long_it_waits_and_has_its_first_name_too);
    tcase_add_test(tests, a_zone_that_is_changed_by_what_throws_stays_as_it_was);
    tcase_add_test(tests, guards_give_back_once_whoever_has_them);
    tcase_add_test(tests, a_walk_ends_when_nothing_comes);
    tcase_add_test(tests, signals_have_no_payload);
    tcase_add_test(tests, who_cannot_open_is_told_why);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
