/* SPDX-License-Identifier: Apache-2.0
 *
 * zone.hpp - zones, by type. Generated producers and consumers have one function a zone, named as
 * the zone is, which gives one of these:
 *
 *      WrittenZone<T>   the producer's side of a zone that it alone writes   write, update, read
 *      ReadZone<T>      the consumers' side of it                            read
 *      SharedZone<T>    of a zone that everybody writes                      ->, lock, update
 *
 * They are as small as a pointer, and live as long as the producer or consumer that gave them.
 */
#ifndef DH_ZONE_HPP
#define DH_ZONE_HPP

#include <dh/deadline.hpp>
#include <dh/error.hpp>
#include <dh/zone.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

namespace dh
{
namespace detail
{

/* A T to work on: on the stack if that is no burden to it. */
template <class T, bool IsSmall = (sizeof(T) <= 4096)> struct scratch {
    T value = {};
    T &operator*() noexcept { return value; }
};
template <class T> struct scratch<T, false> {
    std::unique_ptr<T> value{ new T{} };
    T &operator*() noexcept { return *value; }
};

/* Calls change() on a copy of what lies at `place`, which is then given those bytes that changed,
 * and no others: atomic fields beside them may count on. Nothing changes if change() throws. */
template <class T, class Change> void change_copy(T &place, Change &&change)
{
    scratch<T> before, after;
    std::memcpy(static_cast<void *>(&*before), &place, sizeof(T));
    std::memcpy(static_cast<void *>(&*after), &*before, sizeof(T));
    std::forward<Change>(change)(*after);

    const unsigned char *was = reinterpret_cast<const unsigned char *>(&*before);
    const unsigned char *is = reinterpret_cast<const unsigned char *>(&*after);
    unsigned char *to = reinterpret_cast<unsigned char *>(&place);
    for (std::size_t i = 0; i < sizeof(T); i++) {
        if (is[i] != was[i]) to[i] = is[i];
    }
}

} // namespace detail

/* A zone that its producer alone writes, here: the producer. */
template <class T> class WrittenZone
{
  public:
    explicit WrittenZone(dh_zone *zone) noexcept : zone_(zone) {}

    /* Each reader sees all of the old or all of the new value. Never blocks. */
    [[nodiscard]] dh_err try_write(const T &value) noexcept { return dh_zone_write(zone_, &value); }
    void write(const T &value) { detail::check(try_write(value), "a zone was not written"); }

    /* What was written last. */
    T read() const
    {
        T value = {};
        detail::check(dh_zone_read(zone_, DH_FOREVER, &value), "a zone was not read");
        return value;
    }

    /* A transaction: change(T &) works on a copy, which is written if it returns, and not if it
     * throws. */
    template <class Change> void update(Change &&change)
    {
        detail::scratch<T> copy;
        detail::check(dh_zone_read(zone_, DH_FOREVER, &*copy), "a zone was not read");
        std::forward<Change>(change)(*copy);
        write(*copy);
    }

    /* In place, for its atomic fields. */
    T *operator->() const noexcept { return static_cast<T *>(dh_zone_mutable(zone_)); }
    dh_zone *c() const noexcept { return zone_; }

  private:
    dh_zone *zone_;
};

/* A zone that its producer alone writes, here: a consumer. False: the producer is of an earlier
 * minor that has no such zone; read() is then ENOTFOUND. */
template <class T> class ReadZone
{
  public:
    explicit ReadZone(dh_zone *zone) noexcept : zone_(zone) {}

    explicit operator bool() const noexcept { return zone_ != nullptr; }

    /* Copy one consistent value; fields that the producer's minor does not have are 0. Returns
     * EBUSY, EDEAD, ENOTFOUND. */
    [[nodiscard]] dh_err try_read(T &value, Deadline deadline = forever) const noexcept
    {
        return zone_ ? dh_zone_read(zone_, deadline.ns(), &value) : DH_ENOTFOUND;
    }
    T read(Deadline deadline = forever) const
    {
        T value = {};
        detail::check(try_read(value, deadline), "a zone was not read");
        return value;
    }

    /* In place, for its atomic fields. */
    const T *operator->() const noexcept { return static_cast<const T *>(dh_zone_data(zone_)); }
    dh_zone *c() const noexcept { return zone_; }

  private:
    dh_zone *zone_;
};

/* A lock of a shared zone that is held; it is given back at the end of the scope. */
template <class T> class [[nodiscard]] ZoneLock
{
  public:
    ZoneLock(dh_zone *zone, unsigned lock, dh_err err) noexcept
        : zone_(err == DH_OK || err == DH_EOWNERDEAD ? zone : nullptr), lock_(lock), err_(err)
    {
    }
    ZoneLock(ZoneLock &&other) noexcept
        : zone_(std::exchange(other.zone_, nullptr)), lock_(other.lock_), err_(other.err_)
    {
    }
    ZoneLock &operator=(ZoneLock &&other) noexcept
    {
        if (this == &other) return *this;
        unlock();
        zone_ = std::exchange(other.zone_, nullptr);
        lock_ = other.lock_;
        err_ = other.err_;
        return *this;
    }
    ~ZoneLock() { unlock(); }

    explicit operator bool() const noexcept { return zone_ != nullptr; }
    dh_err error() const noexcept { return err_; }

    T &operator*() const noexcept { return *static_cast<T *>(dh_zone_mutable(zone_)); }
    T *operator->() const noexcept { return static_cast<T *>(dh_zone_mutable(zone_)); }

    /* Its last owner died holding it, perhaps half way through a change: mend the zone, then say
     * consistent(). Until then everybody is told so. */
    bool owner_died() const noexcept { return zone_ && err_ == DH_EOWNERDEAD; }
    void consistent()
    {
        detail::check(dh_zone_consistent(zone_, lock_), "the lock is not held");
        err_ = DH_OK;
    }

    /* A transaction: change(T &) works on a copy; what it changed is written back if it returns,
     * and nothing if it throws. Atomic fields are changed in place instead, by ->. */
    template <class Change> void update(Change &&change)
    {
        detail::change_copy(**this, std::forward<Change>(change));
    }

    void unlock() noexcept
    {
        if (zone_) (void)dh_zone_unlock(std::exchange(zone_, nullptr), lock_);
    }

  private:
    dh_zone *zone_; /* nullptr: not held */
    unsigned lock_;
    dh_err err_;
};

/* A zone that everybody writes: atomic fields at any time, the others under one of its locks.
 * False: the producer is of an earlier minor that has no such zone. */
template <class T> class SharedZone
{
  public:
    explicit SharedZone(dh_zone *zone) noexcept : zone_(zone) {}

    explicit operator bool() const noexcept { return zone_ != nullptr; }
    T &operator*() const noexcept { return *static_cast<T *>(dh_zone_mutable(zone_)); }
    T *operator->() const noexcept { return static_cast<T *>(dh_zone_mutable(zone_)); }

    /* Take one of the zone's locks. Not held: error() is EBUSY, EINVAL, ENOTFOUND. */
    ZoneLock<T> try_lock(Deadline deadline, unsigned lock = 0) const noexcept
    {
        return ZoneLock<T>(zone_, lock,
                           zone_ ? dh_zone_lock(zone_, lock, deadline.ns()) : DH_ENOTFOUND);
    }
    /* The same; whether its last owner died holding it, owner_died() tells. */
    ZoneLock<T> lock(unsigned lock = 0, Deadline deadline = forever) const
    {
        ZoneLock<T> held = try_lock(deadline, lock);
        if (!held) detail::raise(held.error(), "a zone's lock was not taken");
        return held;
    }

    /* A transaction under the lock, as ZoneLock::update(). Throws EOWNERDEAD, and changes nothing,
     * as long as nobody has mended what a dead owner left. */
    template <class Change>
    void update(Change &&change, unsigned lock = 0, Deadline deadline = forever) const
    {
        ZoneLock<T> held = this->lock(lock, deadline);
        if (held.owner_died()) detail::raise(held.error(), "the zone may be half changed");
        held.update(std::forward<Change>(change));
    }

    dh_zone *c() const noexcept { return zone_; }

  private:
    dh_zone *zone_;
};

} // namespace dh
#endif
