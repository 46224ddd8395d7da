/* SPDX-License-Identifier: Apache-2.0
 *
 * deadline.hpp - how long a call may wait, by std::chrono.
 *
 *      imu.loan(dh::no_wait)                             do not wait
 *      imu.loan(5ms)                                     wait at most 5 ms
 *      imu.loan(std::chrono::steady_clock::now() + 5ms)  the same, as a point in time
 *      imu.loan()                                        wait until it comes: dh::forever
 */
#ifndef DH_DEADLINE_HPP
#define DH_DEADLINE_HPP

#include <dh/time.h>

#include <chrono>
#include <cstdint>

namespace dh
{
namespace detail
{

template <class Rep, class Period>
constexpr std::int64_t nanoseconds(std::chrono::duration<Rep, Period> duration) noexcept
{
    const double rough = std::chrono::duration<double, std::nano>(duration).count();

    if (!(rough > 0)) return 0;
    if (rough >= 9.2e18) return DH_FOREVER; /* 292 years */
    return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

} // namespace detail

/* A point of CLOCK_MONOTONIC, which std::chrono::steady_clock reads on Linux. */
class Deadline
{
  public:
    /* As in C: DH_NOW, DH_FOREVER, dh_in(…). */
    explicit constexpr Deadline(std::int64_t ns) noexcept : ns_(ns) {}

    template <class Rep, class Period>
    Deadline(std::chrono::duration<Rep, Period> wait) noexcept
        : ns_(after(detail::nanoseconds(wait)))
    {
    }

    template <class Duration>
    constexpr Deadline(std::chrono::time_point<std::chrono::steady_clock, Duration> point) noexcept
        : ns_(detail::nanoseconds(point.time_since_epoch()))
    {
    }

    constexpr std::int64_t ns() const noexcept { return ns_; }

    /* That long from now; 0 and less is not to wait at all. */
    static std::int64_t after(std::int64_t wait_ns) noexcept
    {
        return wait_ns > 0 && wait_ns < DH_FOREVER ? dh_in(wait_ns) : wait_ns;
    }

  private:
    std::int64_t ns_;
};

inline constexpr Deadline no_wait{ DH_NOW };
inline constexpr Deadline forever{ DH_FOREVER };

} // namespace dh
#endif
