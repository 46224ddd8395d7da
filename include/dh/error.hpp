/* SPDX-License-Identifier: Apache-2.0
 *
 * error.hpp - how C++ is told that a call failed.
 *
 *      try { imu.transact(…); }
 *      catch (const dh::Error &e) { if (e.code() == DH_ECLOSED) … }
 *
 * Every call comes twice: try_…() never throws and says how it went by a dh_err; the one without
 * `try_` throws a dh::Error. Where exceptions are off (-fno-exceptions) what would be thrown is
 * printed, and the program aborts, as the standard library does it: use try_…() there.
 */
#ifndef DH_ERROR_HPP
#define DH_ERROR_HPP

#include <dh/error.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>
#include <type_traits>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "data of the hub is little-endian; this target is not"
#endif

namespace dh
{

/* The library's errors, for std::error_code: its messages are those of dh_error_text(). */
class Category final : public std::error_category
{
  public:
    const char *name() const noexcept override { return "dh"; }
    std::string message(int value) const override
    {
        return dh_error_text(static_cast<dh_err>(value));
    }
};

inline const std::error_category &category() noexcept
{
    static const Category one;
    return one;
}

/* What went wrong: code() compares with DH_EFULL and its like, what() is the whole sentence; of an
 * attach that was refused it names the field: "accel.x: block f64 @8, consumer f32 @8: …". */
class Error : public std::system_error
{
  public:
    Error(dh_err err, const char *detail)
        : std::system_error(std::error_code(static_cast<int>(err), category()), detail)
    {
    }

    dh_err err() const noexcept { return static_cast<dh_err>(code().value()); }

    /* What to do about it. */
    const char *help() const noexcept { return dh_error_help(err()); }
};

namespace detail
{

/* Cold: nothing of it is in the path of a message. */
[[noreturn, gnu::cold, gnu::noinline]] inline void raise(dh_err err, const char *detail)
{
#if defined(__cpp_exceptions)
    throw Error(err, detail);
#else
    std::fprintf(stderr, "dh: %s: %s\n", detail, dh_error_text(err));
    std::abort();
#endif
}

inline void check(dh_err err, const char *what)
{
    if (err != DH_OK) raise(err, what);
}

} // namespace detail
} // namespace dh

template <> struct std::is_error_code_enum<dh_err> : std::true_type {
};

/* Found by std::error_code, so that `e.code() == DH_EFULL` is C++. */
inline std::error_code make_error_code(dh_err err) noexcept
{
    return std::error_code(static_cast<int>(err), dh::category());
}

#endif
