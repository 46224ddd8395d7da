/* SPDX-License-Identifier: Apache-2.0 */
/* Calls whatever generated C++ and its headers have, so that compilers look at all of it; and holds its
 * structs against those of generated C, field by field. Compiled by cpp_compiles.sh, never run. */
#include "whole.dh.h"
#include "whole.dh.hpp"
#include "words.dh.hpp"

#include <vector>

using namespace std::chrono_literals;
namespace whole = lab::whole;
namespace words = lab::std_::class_;

/* ---- the same bytes in both languages ----------------------------------------------------- */

#define SAME_FIELD(cpp, c, field) \
    static_assert(offsetof(cpp, field) == offsetof(c, field) && sizeof(cpp::field) == sizeof(c::field))
#define SAME_STRUCT(cpp, c) static_assert(sizeof(cpp) == sizeof(c) && alignof(cpp) == alignof(c))

SAME_STRUCT(whole::Gripper, w_gripper);
SAME_FIELD(whole::Gripper, w_gripper, time);
SAME_FIELD(whole::Gripper, w_gripper, modes);
SAME_FIELD(whole::Gripper, w_gripper, wide);
SAME_FIELD(whole::Gripper, w_gripper, ok);
SAME_FIELD(whole::Gripper, w_gripper, lat);
SAME_FIELD(whole::Gripper, w_gripper, heats);
SAME_FIELD(whole::Gripper, w_gripper, half);
SAME_FIELD(whole::Gripper, w_gripper, matrix);
SAME_FIELD(whole::Gripper, w_gripper, name);
SAME_FIELD(whole::Gripper, w_gripper, names);
SAME_FIELD(whole::Gripper, w_gripper, label);
SAME_FIELD(whole::Gripper, w_gripper, labels);
SAME_FIELD(whole::Gripper, w_gripper, raw);
SAME_FIELD(whole::Gripper, w_gripper, points);
SAME_FIELD(whole::Gripper, w_gripper, rows);
SAME_FIELD(whole::Gripper, w_gripper, words);
SAME_FIELD(whole::Gripper, w_gripper, best);
SAME_FIELD(whole::Gripper, w_gripper, maybe);
SAME_FIELD(whole::Gripper, w_gripper, trio);
SAME_FIELD(whole::Gripper, w_gripper, reading);
SAME_FIELD(whole::Gripper, w_gripper, readings);
SAME_FIELD(whole::Gripper, w_gripper, nearer);
SAME_FIELD(whole::Gripper, w_gripper, latest);
SAME_STRUCT(whole::Reading, w_reading);
SAME_FIELD(whole::Reading, w_reading, tag);
SAME_FIELD(whole::Reading, w_reading, as);
SAME_STRUCT(whole::State, w_state);
SAME_FIELD(whole::State, w_state, frames);
SAME_FIELD(whole::State, w_state, on);
SAME_FIELD(whole::State, w_state, rate);
SAME_STRUCT(whole::Setting, w_setting);
SAME_FIELD(whole::Setting, w_setting, gain);

/* ---- all members of all templates --------------------------------------------------------- */

template class dh::Producer<whole::GripperProducer, whole::GripperChannel>;
template class dh::Consumer<whole::GripperConsumer, whole::GripperChannel>;
template class dh::SignalProducer<whole::TickProducer, whole::TickChannel>;
template class dh::SignalConsumer<whole::TickConsumer, whole::TickChannel>;
template class dh::Loan<whole::Gripper>;
template class dh::Loans<whole::Gripper, 8>;
template class dh::Message<whole::Gripper>;
template class dh::Batch<whole::Gripper, 8>;
template class dh::Messages<whole::Gripper>;
template class dh::WrittenZone<whole::Setting>;
template class dh::ReadZone<whole::Setting>;
template class dh::SharedZone<whole::State>;
template class dh::ZoneLock<whole::State>;
template class dh::string<5>;
template class dh::chars<4>;
template class dh::bytes<6>;
template class dh::list<whole::Reading, 2>;
template class dh::optional<std::uint8_t>;
template class dh::optional<double>;
template class dh::optional<dh::string<3>>;
template class dh::atomic<std::uint64_t>;

/* ---- as programs write it ----------------------------------------------------------------- */

static void fill(whole::Gripper &g)
{
    static const float three[] = { 1, 2, 3 };
    const std::vector<float> many(4, 0.5f);

    g = {};
    g.mode = whole::Mode::idle;
    g.faults = whole::Fault::hot | whole::Fault::cold;
    g.faults &= ~whole::Fault::hot;
    if (has(g.faults, whole::Fault::class_)) g.faults ^= whole::Fault::class_;
    g.lat = 52.5;
    g.heats[1] = g.heats[0];
    g.half = 1.5f;
    g.matrix[2][1] = g.lat + static_cast<double>(g.half);
    g.name = "gripper";
    g.names[0] = g.name.view().substr(0, 3);
    if (g.label != "none yet" || g.label == g.labels[0].view()) g.label.clear();
    if (!g.label.assign("a text that is cut")) g.labels[1] = "cut";
    g.raw = dh::span<const std::uint8_t>(g.raw.data(), 2);
    g.points.push_back({ 1.0, 2.0f, "here" });
    g.points.emplace_back().name = "there";
    g.rows.push_back({ 1, 2, 3 });
    g.words = { "one", "two" };
    g.best = g.points[0];
    g.best = std::nullopt;
    g.maybe[0] = std::optional<std::uint8_t>(7);
    g.maybe[1] = std::uint8_t{ 8 };
    g.trio.emplace()[2] = 9;
    g.reading.set_number(three[0]);
    g.reading.set_place().name = "place";
    if (auto *row = g.reading.get_row()) (*row)[0] = many[0];
    g.readings.push_back(g.reading);
}

struct Length {
    std::size_t operator()(std::nullopt_t) const { return 0; }
    template <class T> std::size_t operator()(const T &) const { return sizeof(T); }
};

static std::size_t look(const whole::Gripper &g)
{
    std::size_t n = g.label.size() + name_of(g.mode).size() + g.reading.visit(Length{});

    for (const lab::parts::Place &place : g.points)
        n += place.name.view().size();
    for (std::uint8_t byte : g.raw.view())
        n += byte;
    if (std::optional<lab::parts::Place> best = g.best) n += best->name.size();
    return n + g.trio.value_or({ 1, 2, 3 })[0];
}

std::size_t use();
std::size_t use()
{
    whole::GripperProducer producer;
    whole::GripperConsumer consumer;
    dh_why why;
    std::size_t n = 0;

    if (producer.try_open("name", {}, &why) != DH_OK) return n;
    producer = whole::GripperProducer::open();
    consumer = whole::GripperConsumer::open(nullptr, dh::ConsumerOptions{});
    producer.transact(fill, 5ms);
    n += producer.transact([](whole::Gripper &g) { return g.points.size(); });
    producer.flush(5ms);
    if (producer.try_transact([](whole::Gripper &) noexcept { return dh::Outcome::abort; }) != DH_OK)
        return n;
    if (auto loan = producer.try_loan(dh::no_wait)) {
        fill(loan.init());
        loan.filled(8);
        loan.update_checksum();
        loan.commit();
    }
    if (auto loans = producer.try_loan_many<4>()) {
        for (whole::Gripper &g : loans)
            fill(g);
        loans.commit(loans.size() / 2);
    }
    producer.setting().update([](whole::Setting &s) { s.gain *= 2; });
    producer.state()->frames.fetch_add(1);
    producer.state().update([](whole::State &) {}, 1, 1s);
    if (consumer.has_later()) n += look(consumer.receive());
    for (const whole::Gripper &g : consumer.messages(1s))
        n += look(g);
    n += consumer.read(look, std::chrono::steady_clock::now() + 5ms);
    if (auto batch = consumer.try_acquire_many<8>()) {
        n += look(batch[0]);
        batch.release();
    }
    if (auto lock = consumer.state().try_lock(1ms)) {
        if (lock.owner_died()) lock.consistent();
        lock.update([](whole::State &) {});
    }
    whole::TickProducer::open().signal();
    whole::TickConsumer::open().wait(0.5s);
    words::WordsProducer::open().transact([](words::Words &w) {
        w.class_ = 1;
        w.mutable_ = 0.5f;
        w.import = words::new_::delete_;
        w.and_ = words::operator_::and_ | words::operator_::or_;
        w.minor_.set_tag() = 3.5;
        w.Producer.value = words::Words::NULL_ > 0;
        w.Mode[0] = words::Words_Mode::off;
        w.std_ = "std";
        w.dh = 0.25;
        w.depths.emplace_back() = 12.5;
    });
    return n;
}
