/* SPDX-License-Identifier: Apache-2.0
 *
 * channel.hpp - producers and consumers of a channel, which generated headers give their types:
 *
 *      auto imu = lab::imu::Producer::open();
 *      imu.transact([](lab::imu::Sample &s) { s.temp = 21.5f; });   committed, or never seen
 *
 *      auto imu = lab::imu::Consumer::open();
 *      for (const lab::imu::Sample &s : imu.messages(1s)) …
 *
 * All of them are moved, not copied; a Loan that is dropped is aborted, a Message that is dropped
 * is released. Guards hold a pointer to their producer or consumer: they end first. Nothing here
 * allocates after open; each call is the call of <dh/producer.h> or <dh/consumer.h> that it is
 * named after, inline. One thread at a time for one producer or consumer.
 */
#ifndef DH_CHANNEL_HPP
#define DH_CHANNEL_HPP

#include <dh/consumer.h>
#include <dh/deadline.hpp>
#include <dh/error.hpp>
#include <dh/producer.h>
#include <dh/types.hpp>
#include <dh/zone.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dh
{

using ProducerOptions = ::dh_producer_options;
using ConsumerOptions = ::dh_consumer_options;

/* What a transaction's function may return, where exceptions are not wanted. */
enum class Outcome { commit, abort };

/* ---- guards ------------------------------------------------------------------------------- */

/* A slot to fill in place. Its bytes are those of an earlier message or zero: init() makes it as
 * Slot{} is. False: there is none, and error() says why. */
template <class Slot> class [[nodiscard]] Loan
{
  public:
    Loan() noexcept = default;
    Loan(dh_producer *producer, std::int64_t deadline_ns) noexcept : producer_(producer)
    {
        void *payload;
        err_ = dh_producer_loan(producer, deadline_ns, &payload);
        if (err_ != DH_OK) return;
        slot_ = static_cast<Slot *>(payload);
        if (!slot_) __builtin_unreachable(); /* so that nobody asks again */
    }
    Loan(Loan &&other) noexcept
        : producer_(other.producer_), slot_(std::exchange(other.slot_, nullptr)),
          err_(std::exchange(other.err_, DH_EORDER))
    {
    }
    Loan &operator=(Loan &&other) noexcept
    {
        if (this == &other) return *this;
        abort();
        producer_ = other.producer_;
        slot_ = std::exchange(other.slot_, nullptr);
        err_ = std::exchange(other.err_, DH_EORDER);
        return *this;
    }
    ~Loan() { abort(); }

    explicit operator bool() const noexcept { return slot_ != nullptr; }
    dh_err error() const noexcept { return err_; }

    Slot &operator*() const noexcept { return *slot_; }
    Slot *operator->() const noexcept { return slot_; }

    /* All of it as the schema says: zero and its defaults. */
    Slot &init() const noexcept { return *::new (static_cast<void *>(slot_)) Slot{}; }

    /* Consumers see it from now on. Never blocks. EORDER: there is no loan (any more). */
    [[nodiscard]] dh_err try_commit() noexcept
    {
        if (!slot_) return err_ == DH_OK ? DH_EORDER : err_;
        slot_ = nullptr;
        err_ = DH_EORDER;
        return dh_producer_commit(producer_);
    }
    void commit() { detail::check(try_commit(), "a loan was not committed"); }

    /* Nobody ever sees it. */
    void abort() noexcept
    {
        if (!slot_) return;
        slot_ = nullptr;
        err_ = DH_EORDER;
        dh_producer_abort(producer_);
    }

    /* The first `bytes` bytes of the slot are as they will be committed: with `checksum: enforced`
     * or `fast` they are summed now. Returns what dh_producer_filled() does. */
    [[nodiscard]] dh_err try_filled(std::size_t bytes) noexcept
    {
        return slot_ ? dh_producer_filled(producer_, bytes) : DH_EORDER;
    }
    void filled(std::size_t bytes) { detail::check(try_filled(bytes), "more than was loaned"); }

    /* `checksum: manual`: compute the checksum, before the commit. */
    [[nodiscard]] dh_err try_update_checksum() noexcept
    {
        return slot_ ? dh_slot_rw_checksum_update(dh_producer_slot_rw(producer_)) : DH_EORDER;
    }
    void update_checksum() { detail::check(try_update_checksum(), "no checksum was computed"); }

  private:
    dh_producer *producer_ = nullptr;
    Slot *slot_ = nullptr; /* nullptr: there is no loan */
    dh_err err_ = DH_EORDER;
};

/* A message, read-only and in place. False: there is none, and error() says why. */
template <class Slot> class [[nodiscard]] Message
{
  public:
    Message() noexcept = default;
    Message(dh_consumer *consumer, std::int64_t deadline_ns) noexcept : consumer_(consumer)
    {
        const void *payload;
        err_ = dh_consumer_acquire(consumer, deadline_ns, &payload);
        if (err_ != DH_OK) return;
        slot_ = static_cast<const Slot *>(payload);
        if (!slot_) __builtin_unreachable(); /* so that nobody asks again */
    }
    Message(Message &&other) noexcept
        : consumer_(other.consumer_), slot_(std::exchange(other.slot_, nullptr)),
          err_(std::exchange(other.err_, DH_EORDER))
    {
    }
    Message &operator=(Message &&other) noexcept
    {
        if (this == &other) return *this;
        (void)try_release();
        consumer_ = other.consumer_;
        slot_ = std::exchange(other.slot_, nullptr);
        err_ = std::exchange(other.err_, DH_EORDER);
        return *this;
    }
    ~Message() { (void)try_release(); }

    explicit operator bool() const noexcept { return slot_ != nullptr; }
    dh_err error() const noexcept { return err_; }

    const Slot &operator*() const noexcept { return *slot_; }
    const Slot *operator->() const noexcept { return slot_; }

    /* Give it back. EEVICTED (channels with a stall limit only): it may have been overwritten while
     * it was read, so what was made of it does not count. */
    dh_err try_release() noexcept
    {
        if (!slot_) return DH_EORDER;
        slot_ = nullptr;
        err_ = DH_EORDER;
        return dh_consumer_release(consumer_);
    }
    void release() { detail::check(try_release(), "what was read does not count"); }

    /* `checksum: manual`: compare it with its checksum. Returns ECHECKSUM. */
    [[nodiscard]] dh_err try_verify_checksum() const noexcept
    {
        return slot_ ? dh_slot_rw_checksum_verify(dh_consumer_slot_rw(consumer_)) : DH_EORDER;
    }
    void verify_checksum() const { detail::check(try_verify_checksum(), "a message is damaged"); }

  private:
    dh_consumer *consumer_ = nullptr;
    const Slot *slot_ = nullptr; /* nullptr: nothing is held */
    dh_err err_ = DH_EORDER;
};

/* ---- several at once ---------------------------------------------------------------------- */

namespace detail
{

/* Walks an array of dh_slot as the payloads that they point to. */
template <class Slot> class slot_iterator
{
  public:
    explicit slot_iterator(const dh_slot *at) noexcept : at_(at) {}
    Slot &operator*() const noexcept { return *static_cast<Slot *>(at_->data); }
    Slot *operator->() const noexcept { return static_cast<Slot *>(at_->data); }
    slot_iterator &operator++() noexcept
    {
        at_++;
        return *this;
    }
    bool operator==(const slot_iterator &other) const noexcept { return at_ == other.at_; }
    bool operator!=(const slot_iterator &other) const noexcept { return at_ != other.at_; }

  private:
    const dh_slot *at_;
};

/* Up to N slots in hand. */
template <class Slot, std::size_t N> class batch
{
  public:
    batch() noexcept = default;
    batch(batch &&) = delete; /* given by value all the same; it never moves */

    explicit operator bool() const noexcept { return n_ > 0; }
    dh_err error() const noexcept { return err_; }
    std::size_t size() const noexcept { return n_; }
    Slot &operator[](std::size_t index) const noexcept
    {
        return *static_cast<Slot *>(slots_[index].data);
    }
    slot_iterator<Slot> begin() const noexcept { return slot_iterator<Slot>(slots_); }
    slot_iterator<Slot> end() const noexcept { return slot_iterator<Slot>(slots_ + n_); }

  protected:
    dh_slot slots_[N];
    std::uint32_t n_ = 0;
    dh_err err_ = DH_EORDER;
};

} // namespace detail

/* Several slots to fill, committed with one synchronisation; dropped, all are aborted. */
template <class Slot, std::size_t N> class [[nodiscard]] Loans : public detail::batch<Slot, N>
{
  public:
    Loans(dh_producer *producer, std::int64_t deadline_ns, std::size_t n_max) noexcept
        : producer_(producer)
    {
        this->err_ =
            dh_producer_loan_many(producer, deadline_ns, this->slots_,
                                  static_cast<std::uint32_t>(n_max < N ? n_max : N), &this->n_);
    }
    ~Loans() { abort(); }

    /* The first n are seen from now on, the rest never. EINVAL: there are not as many, and they
     * stay loaned. */
    [[nodiscard]] dh_err try_commit(std::size_t n) noexcept
    {
        if (this->n_ == 0) return DH_EORDER;
        if (n == 0) {
            abort();
            return DH_OK;
        }
        if (n > this->n_) return DH_EINVAL;
        this->n_ = 0;
        return dh_producer_commit_many(producer_, static_cast<std::uint32_t>(n));
    }
    [[nodiscard]] dh_err try_commit() noexcept { return try_commit(this->n_); }
    void commit(std::size_t n) { detail::check(try_commit(n), "loans were not committed"); }
    void commit() { commit(this->n_); }
    void abort() noexcept
    {
        if (this->n_ > 0) dh_producer_abort(producer_);
        this->n_ = 0;
    }

  private:
    dh_producer *producer_;
};

/* Several messages, given back with one synchronisation. */
template <class Slot, std::size_t N> class [[nodiscard]] Batch : public detail::batch<const Slot, N>
{
  public:
    /* `as_they_lie`: the producer's slots are no smaller than ours. Else each message comes as a
     * copy, one at a time. */
    Batch(dh_consumer *consumer, std::int64_t deadline_ns, bool as_they_lie) noexcept
        : consumer_(consumer)
    {
        if (as_they_lie) {
            this->err_ =
                dh_consumer_acquire_many(consumer, deadline_ns, this->slots_, N, &this->n_);
            return;
        }
        const void *payload;
        this->err_ = dh_consumer_acquire(consumer, deadline_ns, &payload);
        if (this->err_ != DH_OK) return;
        this->slots_[0].data = const_cast<void *>(payload);
        this->n_ = 1;
    }
    ~Batch() { (void)try_release(); }

    /* Give back the first n; the rest comes again with the next call. EEVICTED: as
     * Message::try_release(). */
    dh_err try_release(std::size_t n) noexcept
    {
        if (this->n_ == 0) return DH_EORDER;
        if (n > this->n_) return DH_EINVAL;
        this->n_ = 0;
        return dh_consumer_release_many(consumer_, static_cast<std::uint32_t>(n));
    }
    dh_err try_release() noexcept { return try_release(this->n_); }
    void release(std::size_t n) { detail::check(try_release(n), "what was read does not count"); }
    void release() { release(this->n_); }

  private:
    dh_consumer *consumer_;
};

/* ---- the producer ------------------------------------------------------------------------- */

namespace detail
{

[[noreturn, gnu::cold, gnu::noinline]] inline void fail_open(dh_err err, const dh_why &why,
                                                             const char *channel)
{
    raise(err, why.text[0] ? why.text : channel);
}

/* One side of a channel, or none: moved, not copied, and closed when it goes. */
template <class C, void (*Close)(C *)> class side
{
  public:
    side() noexcept = default; /* not open */
    side(side &&other) noexcept : base_(std::exchange(other.base_, nullptr)) {}
    side &operator=(side &&other) noexcept
    {
        if (this == &other) return *this;
        close();
        base_ = std::exchange(other.base_, nullptr);
        return *this;
    }
    ~side() { close(); }

    /* A producer: consumers drain what was committed; an open loan is aborted, its guard must not
     * be used. A consumer: what is held is given back. */
    void close() noexcept
    {
        if (base_) Close(std::exchange(base_, nullptr));
    }
    explicit operator bool() const noexcept { return base_ != nullptr; }

    /* For what C has and this has not. */
    C *c() const noexcept { return base_; }

  protected:
    C *base_ = nullptr;
};

/* What signals and messages have in common. Self is the generated class. */
template <class Self, class Channel> class producer : public side<dh_producer, dh_producer_close>
{
  public:
    /* Make the channel and offer it. `channel` nullptr: the schema's name for it. */
    static Self open(const char *channel = nullptr, const ProducerOptions &options = {})
    {
        Self self;
        dh_why why = {};
        const dh_err err = self.try_open(channel, options, &why);
        if (err != DH_OK) fail_open(err, why, channel ? channel : Channel::schema().channel);
        return self;
    }
    [[nodiscard]] dh_err try_open(const char *channel = nullptr,
                                  const ProducerOptions &options = {},
                                  dh_why *why = nullptr) noexcept
    {
        close();
        return dh_producer_open(&base_, &Channel::schema(), channel, &options, why);
    }

    /* With `sum_threads`: wait until consumers see all that was committed. Returns EBUSY,
     * ESUPERSEDED. */
    [[nodiscard]] dh_err try_flush(Deadline deadline = forever) noexcept
    {
        return dh_producer_flush(base_, deadline.ns());
    }
    void flush(Deadline deadline = forever)
    {
        detail::check(try_flush(deadline), "not all that was committed is seen");
    }

    std::string_view channel() const noexcept { return dh_producer_channel(base_); }
    dh_producer_metrics metrics() const noexcept
    {
        dh_producer_metrics metrics;
        dh_producer_metrics_get(base_, &metrics);
        return metrics;
    }

  protected:
    dh_zone *zone_at(unsigned index) const noexcept { return dh_producer_zone(base_, index); }
};

} // namespace detail

template <class Self, class Channel> class Producer : public detail::producer<Self, Channel>
{
  public:
    using Slot = typename Channel::Slot;

    /* A slot to fill in place. Throws EFULL (until the deadline), EORDER (a loan is open). */
    Loan<Slot> loan(Deadline deadline = forever)
    {
        Loan<Slot> loan = try_loan(deadline);
        if (!loan) detail::raise(loan.error(), "no slot was loaned");
        return loan;
    }
    Loan<Slot> try_loan(Deadline deadline = forever) noexcept
    {
        return Loan<Slot>(this->base_, deadline.ns());
    }

    /* A transaction: fill(Slot &) writes a slot in place, which is committed if it returns, and
     * never seen if it throws or returns Outcome::abort. Gives what fill() returns. */
    template <class Fill> decltype(auto) transact(Fill &&fill, Deadline deadline = forever)
    {
        using Result = std::invoke_result_t<Fill, Slot &>;
        Loan<Slot> loan = this->loan(deadline);

        if constexpr (std::is_void_v<Result>) {
            std::forward<Fill>(fill)(*loan);
            loan.commit();
        } else {
            Result result = std::forward<Fill>(fill)(*loan);
            if constexpr (std::is_same_v<Result, Outcome>) {
                if (result == Outcome::abort) return result;
            }
            loan.commit();
            return result;
        }
    }
    /* The same, and what it waits for is said first. */
    template <class Fill> decltype(auto) write(Deadline deadline, Fill &&fill)
    {
        return transact(std::forward<Fill>(fill), deadline);
    }
    /* The same; returns what loan and commit return, DH_OK also for Outcome::abort. */
    template <class Fill>
    [[nodiscard]] dh_err try_transact(Fill &&fill, Deadline deadline = forever) noexcept(
        std::is_nothrow_invocable_v<Fill, Slot &>)
    {
        Loan<Slot> loan = try_loan(deadline);

        if (!loan) return loan.error();
        if constexpr (std::is_same_v<std::invoke_result_t<Fill, Slot &>, Outcome>) {
            if (std::forward<Fill>(fill)(*loan) == Outcome::abort) return DH_OK;
        } else {
            std::forward<Fill>(fill)(*loan);
        }
        return loan.try_commit();
    }

    /* Loan, copy, commit. */
    [[nodiscard]] dh_err try_send(const Slot &value, Deadline deadline = forever) noexcept
    {
        return dh_producer_send(this->base_, deadline.ns(), &value, sizeof value);
    }
    void send(const Slot &value, Deadline deadline = forever)
    {
        detail::check(try_send(value, deadline), "a message was not sent");
    }

    /* Up to N slots at once, at least one: `auto slots = imu.loan_many<64>();`. */
    template <std::size_t N>
    Loans<Slot, N> try_loan_many(Deadline deadline = forever, std::size_t n_max = N) noexcept
    {
        return Loans<Slot, N>(this->base_, deadline.ns(), n_max);
    }

    /* All of them, in as few steps as the ring has room for. Returns how many were committed: fewer
     * than there are if the deadline came. */
    std::size_t send_many(span<const Slot> values, Deadline deadline = forever)
    {
        std::size_t sent = 0;

        while (sent < values.size()) {
            Loans<Slot, 64> loans(this->base_, deadline.ns(), values.size() - sent);
            if (!loans && loans.error() == DH_EFULL) break;
            if (!loans) detail::raise(loans.error(), "no slots were loaned");
            for (Slot &slot : loans)
                slot = values[sent++];
            loans.commit();
        }
        return sent;
    }
};

/* Of a channel without payload. */
template <class Self, class Channel> class SignalProducer : public detail::producer<Self, Channel>
{
  public:
    /* Every consumer is woken. Returns EFULL. */
    [[nodiscard]] dh_err try_signal(Deadline deadline = forever) noexcept
    {
        void *payload;
        const dh_err err = dh_producer_loan(this->base_, deadline.ns(), &payload);
        return err == DH_OK ? dh_producer_commit(this->base_) : err;
    }
    void signal(Deadline deadline = forever)
    {
        detail::check(try_signal(deadline), "a signal was not given");
    }
};

/* ---- the consumer ------------------------------------------------------------------------- */

namespace detail
{

template <class Self, class Channel> class consumer : public side<dh_consumer, dh_consumer_close>
{
  public:
    /* Find the channel, prove that its schema fits, join. Throws ENOTFOUND, ESCHEMA with the field
     * that differs, and what else dh_consumer_open() returns. */
    static Self open(const char *channel = nullptr, const ConsumerOptions &options = {})
    {
        Self self;
        dh_why why = {};
        const dh_err err = self.try_open(channel, options, &why);
        if (err != DH_OK) fail_open(err, why, channel ? channel : Channel::schema().channel);
        return self;
    }
    [[nodiscard]] dh_err try_open(const char *channel = nullptr,
                                  const ConsumerOptions &options = {},
                                  dh_why *why = nullptr) noexcept
    {
        close();
        return dh_consumer_open(&base_, &Channel::schema(), channel, &options, why);
    }

    /* The newest minor that both sides know: fields and zones of later ones are absent. */
    std::uint32_t minor_version() const noexcept { return dh_consumer_minor(base_); }

    /* How many messages were overwritten before this consumer came to them. */
    std::uint64_t lost() const noexcept { return dh_consumer_lost(base_); }

    /* For an event loop, of a consumer opened with `event_fd`; else -1. See dh_consumer_fd(). */
    int fd() const noexcept { return dh_consumer_fd(base_); }

    dh_consumer_metrics metrics() const noexcept
    {
        dh_consumer_metrics metrics;
        dh_consumer_metrics_get(base_, &metrics);
        return metrics;
    }

  protected:
    /* nullptr: the producer's minor has no such zone */
    dh_zone *zone_at(unsigned index) const noexcept { return dh_consumer_zone(base_, index); }
};

} // namespace detail

/* What `for (const Slot &s : consumer.messages(1s))` walks: one message is held at a time. The walk
 * ends when the producer closed the channel, or when nothing came for as long as it waits; error()
 * then is ECLOSED or EEMPTY. Anything else is thrown: EDEAD, ECHECKSUM, EEVICTED … */
template <class Slot> class Messages
{
  public:
    struct End {
    };
    class Iterator
    {
      public:
        explicit Iterator(Messages *walk) noexcept : walk_(walk) {}
        const Slot &operator*() const noexcept { return *walk_->held_; }
        Iterator &operator++()
        {
            walk_->next();
            return *this;
        }
        bool operator==(End) const noexcept { return !walk_->held_; }
        bool operator!=(End) const noexcept { return static_cast<bool>(walk_->held_); }

      private:
        Messages *walk_;
    };

    Messages(dh_consumer *consumer, std::int64_t wait_ns) noexcept
        : consumer_(consumer), wait_ns_(wait_ns)
    {
    }
    Iterator begin()
    {
        acquire();
        return Iterator(this);
    }
    End end() const noexcept { return {}; }
    dh_err error() const noexcept { return held_.error(); }

  private:
    void next()
    {
        const dh_err err = held_.try_release();
        stop_at(err);
        acquire();
    }
    void acquire()
    {
        held_ = Message<Slot>(consumer_, Deadline::after(wait_ns_));
        if (!held_ && held_.error() != DH_ECLOSED && held_.error() != DH_EEMPTY)
            stop_at(held_.error());
    }
    /* without exceptions error() has it, and the walk ends */
    static void stop_at([[maybe_unused]] dh_err err)
    {
#if defined(__cpp_exceptions)
        detail::check(err, "no message came");
#endif
    }

    dh_consumer *consumer_;
    std::int64_t wait_ns_;
    Message<Slot> held_;
};

template <class Self, class Channel> class Consumer : public detail::consumer<Self, Channel>
{
  public:
    using Slot = typename Channel::Slot;

    /* The next message, read-only and in place. Throws EEMPTY (until the deadline), ECLOSED, EDEAD
     * and what else dh_consumer_acquire() returns. */
    Message<Slot> acquire(Deadline deadline = forever)
    {
        Message<Slot> message = try_acquire(deadline);
        if (!message) detail::raise(message.error(), "no message came");
        return message;
    }
    Message<Slot> try_acquire(Deadline deadline = forever) noexcept
    {
        return Message<Slot>(this->base_, deadline.ns());
    }

    /* A copy of the next message; fields that the producer's minor does not have are 0. */
    [[nodiscard]] dh_err try_receive(Slot &value, Deadline deadline = forever) noexcept
    {
        return dh_consumer_receive(this->base_, deadline.ns(), &value, sizeof value);
    }
    Slot receive(Deadline deadline = forever)
    {
        Slot value;
        detail::check(try_receive(value, deadline), "no message came");
        return value;
    }

    /* A transaction: use(const Slot &) reads the next message, which is released however it ends.
     * Gives what use() returns; throws EEVICTED if that does not count. */
    template <class Use> decltype(auto) read(Use &&use, Deadline deadline = forever)
    {
        using Result = std::invoke_result_t<Use, const Slot &>;
        Message<Slot> message = acquire(deadline);

        if constexpr (std::is_void_v<Result>) {
            std::forward<Use>(use)(*message);
            message.release();
        } else {
            Result result = std::forward<Use>(use)(*message);
            message.release();
            return result;
        }
    }
    /* The same, and what it waits for is said first. */
    template <class Use> decltype(auto) read(Deadline deadline, Use &&use)
    {
        return read(std::forward<Use>(use), deadline);
    }
    template <class Use>
    [[nodiscard]] dh_err try_read(Use &&use, Deadline deadline = forever) noexcept(
        std::is_nothrow_invocable_v<Use, const Slot &>)
    {
        Message<Slot> message = try_acquire(deadline);

        if (!message) return message.error();
        std::forward<Use>(use)(*message);
        return message.try_release();
    }

    /* For a range-for: until the producer closes, or, with a duration, until nothing came for it.
     */
    Messages<Slot> messages() noexcept { return Messages<Slot>(this->base_, DH_FOREVER); }
    template <class Rep, class Period>
    Messages<Slot> messages(std::chrono::duration<Rep, Period> wait) noexcept
    {
        return Messages<Slot>(this->base_, detail::nanoseconds(wait));
    }

    /* Up to N messages that are there, at least one (`full: overwrite`: just one). */
    template <std::size_t N> Batch<Slot, N> try_acquire_many(Deadline deadline = forever) noexcept
    {
        return Batch<Slot, N>(this->base_, deadline.ns(),
                              this->minor_version() == Channel::schema().minor);
    }
};

/* Of a channel without payload. */
template <class Self, class Channel> class SignalConsumer : public detail::consumer<Self, Channel>
{
  public:
    /* The next signal. Returns what dh_consumer_acquire() returns. */
    [[nodiscard]] dh_err try_wait(Deadline deadline = forever) noexcept
    {
        const void *payload;
        const dh_err err = dh_consumer_acquire(this->base_, deadline.ns(), &payload);
        return err == DH_OK ? dh_consumer_release(this->base_) : err;
    }
    void wait(Deadline deadline = forever) { detail::check(try_wait(deadline), "no signal came"); }
};

/* The names that this project's first library had for producer.write() and consumer.read(). */
template <class Self, class Channel, class Fill>
decltype(auto) with_write_transaction(Producer<Self, Channel> &producer, Deadline deadline,
                                      Fill &&fill)
{
    return producer.write(deadline, std::forward<Fill>(fill));
}
template <class Self, class Channel, class Use>
decltype(auto) with_read_transaction(Consumer<Self, Channel> &consumer, Deadline deadline,
                                     Use &&use)
{
    return consumer.read(deadline, std::forward<Use>(use));
}

} // namespace dh
#endif
