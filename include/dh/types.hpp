/* SPDX-License-Identifier: Apache-2.0
 *
 * types.hpp - what the types of a schema are in C++.
 *
 *      string<31>    dh::string<31>              reads as std::string_view
 *      char[8]       dh::chars<8>                the same, zero padded
 *      bytes<n>      dh::bytes<n>                reads as dh::span<const std::uint8_t>
 *      list<T, n>    dh::list<T, n>              a vector that has room for n
 *      T?            dh::optional<T>             reads as std::optional<T>
 *      T[2][3]       dh::array<T, 2, 3>          std::array of std::array
 *      @scale        dh::scaled<T, factor>       stored raw, reads as the physical double
 *      atomic<T>     dh::atomic<T>               of zones
 *      f16           dh::f16                     reads as float
 *
 * They lie in shared memory as the schema says (generated code proves it), hold no pointers, and
 * are copied by memcpy. What they give never reaches beyond their room, whatever a count in memory
 * says. What does not fit: assign(), try_… return false; operator= and push_back() throw ELIMIT and
 * change nothing.
 */
#ifndef DH_TYPES_HPP
#define DH_TYPES_HPP

#include <dh/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <type_traits>
#if __cplusplus >= 202002L && __has_include(<span>)
#include <span>
#endif

namespace dh
{

/* ---- span --------------------------------------------------------------------------------- */

#if defined(__cpp_lib_span)
template <class T> using span = std::span<T>;
#else
/* As much of std::span as C++17 needs. */
template <class T> class span
{
  public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    using iterator = T *;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <std::size_t N> constexpr span(T (&array)[N]) noexcept : data_(array), size_(N) {}
    template <class Container, class = std::enable_if_t<std::is_convertible_v<
                                   decltype(std::declval<Container &>().data()), T *>>>
    constexpr span(Container &container) noexcept : data_(container.data()), size_(container.size())
    {
    }
    template <class Container, class = std::enable_if_t<std::is_convertible_v<
                                   decltype(std::declval<const Container &>().data()), T *>>>
    constexpr span(const Container &container) noexcept
        : data_(container.data()), size_(container.size())
    {
    }

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr std::size_t size_bytes() const noexcept { return size_ * sizeof(T); }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T &operator[](std::size_t index) const { return data_[index]; }
    constexpr T &front() const { return data_[0]; }
    constexpr T &back() const { return data_[size_ - 1]; }
    constexpr iterator begin() const noexcept { return data_; }
    constexpr iterator end() const noexcept { return data_ + size_; }
    constexpr span first(std::size_t n) const { return span(data_, n); }
    constexpr span last(std::size_t n) const { return span(data_ + (size_ - n), n); }
    constexpr span subspan(std::size_t offset) const
    {
        return span(data_ + offset, size_ - offset);
    }

  private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};
#endif

namespace detail
{

constexpr std::size_t round_up(std::size_t n, std::size_t to)
{
    return (n + to - 1) / to * to;
}

/* What the schema aligns it to: eight bytes to eight, on i386 too. */
template <class T> struct alignment {
    static constexpr std::size_t value =
        std::is_arithmetic_v<T> || std::is_enum_v<T> ? sizeof(T) : alignof(T);
};
template <class T, std::size_t N> struct alignment<std::array<T, N>> : alignment<T> {
};
template <class T> inline constexpr std::size_t align_of = alignment<T>::value;

/* How much of a text fits into `room` bytes: never half a character of UTF-8. */
constexpr std::size_t fitting(std::string_view text, std::size_t room) noexcept
{
    if (text.size() <= room) return text.size();
    while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xc0) == 0x80)
        room--;
    return room;
}

/* Copies, and makes the rest zero. */
constexpr void fill(char *to, std::size_t room, std::string_view text) noexcept
{
    for (std::size_t i = 0; i < room; i++)
        to[i] = i < text.size() ? text[i] : '\0';
}

template <class T, std::size_t... Dims> struct nested;
template <class T> struct nested<T> {
    using type = T;
};
template <class T, std::size_t N, std::size_t... Rest> struct nested<T, N, Rest...> {
    using type = std::array<typename nested<T, Rest...>::type, N>;
};

} // namespace detail

/* array<float, 2, 3> is float[2][3]: two rows of three. */
template <class T, std::size_t... Dims> using array = typename detail::nested<T, Dims...>::type;

/* ---- texts -------------------------------------------------------------------------------- */

namespace detail
{

/* What both texts can, by view() and assign(). */
template <class Self> struct text_access {
    constexpr operator std::string_view() const noexcept { return self().view(); }
    constexpr std::size_t size() const noexcept { return self().view().size(); }
    constexpr bool empty() const noexcept { return self().view().empty(); }
    constexpr auto begin() const noexcept { return self().view().begin(); }
    constexpr auto end() const noexcept { return self().view().end(); }

    friend constexpr bool operator==(const Self &a, const Self &b) { return a.view() == b.view(); }
    friend constexpr bool operator==(const Self &a, std::string_view b) { return a.view() == b; }
    friend constexpr bool operator==(const Self &a, const char *b) { return a.view() == b; }
    friend constexpr bool operator!=(const Self &a, const Self &b) { return a.view() != b.view(); }
    friend constexpr bool operator!=(const Self &a, std::string_view b) { return a.view() != b; }
    friend constexpr bool operator!=(const Self &a, const char *b) { return a.view() != b; }
#if __cplusplus < 202002L /* else the compiler turns the operands round */
    friend constexpr bool operator==(std::string_view a, const Self &b)
    {
        return a == b.view();
    }
    friend constexpr bool operator==(const char *a, const Self &b)
    {
        return a == b.view();
    }
    friend constexpr bool operator!=(std::string_view a, const Self &b)
    {
        return a != b.view();
    }
    friend constexpr bool operator!=(const char *a, const Self &b)
    {
        return a != b.view();
    }
#endif
    template <class Stream>
    friend auto operator<<(Stream &stream, const Self &text)
        -> decltype(stream << std::string_view())
    {
        return stream << text.view();
    }

  private:
    constexpr const Self &self() const noexcept
    {
        return static_cast<const Self &>(*this);
    }
};

} // namespace detail

/* string<N>: UTF-8, always terminated. */
template <std::size_t N> class string : public detail::text_access<string<N>>
{
  public:
    constexpr string() noexcept = default;
    constexpr string(std::string_view text) { *this = text; }
    constexpr string(const char *text) { *this = std::string_view(text); }

    constexpr std::string_view view() const noexcept
    {
        const std::size_t n = length_;
        return std::string_view(text_, n < N ? n : N);
    }
    constexpr const char *c_str() const noexcept { return text_; }
    static constexpr std::size_t capacity() noexcept { return N; }

    /* False: it was cut, between characters, to N bytes. */
    constexpr bool assign(std::string_view text) noexcept
    {
        const std::size_t n = detail::fitting(text, N);

        detail::fill(text_, sizeof text_, text.substr(0, n));
        length_ = static_cast<std::uint32_t>(n);
        return n == text.size();
    }
    constexpr string &operator=(std::string_view text)
    {
        if (text.size() > N) detail::raise(DH_ELIMIT, "a text is longer than its string<n>");
        assign(text);
        return *this;
    }
    constexpr string &operator=(const char *text) { return *this = std::string_view(text); }
    constexpr void clear() noexcept { assign({}); }

  private:
    std::uint32_t length_ = 0;
    char text_[detail::round_up(N + 1, 4)] = {};
};

/* char[N]: zero padded, not terminated when it is full. */
template <std::size_t N> class chars : public detail::text_access<chars<N>>
{
  public:
    constexpr chars() noexcept = default;
    constexpr chars(std::string_view text) { *this = text; }
    constexpr chars(const char *text) { *this = std::string_view(text); }

    constexpr std::string_view view() const noexcept
    {
        const std::string_view all(text_, N);
        return all.substr(0, all.find('\0'));
    }
    constexpr const char *data() const noexcept { return text_; }
    constexpr char *data() noexcept { return text_; }
    static constexpr std::size_t capacity() noexcept { return N; }

    /* False: it was cut, between characters, to N bytes. */
    constexpr bool assign(std::string_view text) noexcept
    {
        const std::size_t n = detail::fitting(text, N);

        detail::fill(text_, N, text.substr(0, n));
        return n == text.size();
    }
    constexpr chars &operator=(std::string_view text)
    {
        if (text.size() > N) detail::raise(DH_ELIMIT, "a text is longer than its char[n]");
        assign(text);
        return *this;
    }
    constexpr chars &operator=(const char *text) { return *this = std::string_view(text); }
    constexpr void clear() noexcept { assign({}); }

  private:
    char text_[N] = {};
};

/* ---- bytes, lists ------------------------------------------------------------------------- */

/* bytes<N>: as many as there are, at most N. */
template <std::size_t N> class bytes
{
  public:
    constexpr bytes() noexcept = default;

    constexpr std::size_t size() const noexcept
    {
        const std::size_t n = length_;
        return n < N ? n : N;
    }
    constexpr bool empty() const noexcept { return length_ == 0; }
    static constexpr std::size_t capacity() noexcept { return N; }
    constexpr const std::uint8_t *data() const noexcept { return data_; }
    constexpr std::uint8_t *data() noexcept { return data_; }
    constexpr const std::uint8_t *begin() const noexcept { return data_; }
    constexpr const std::uint8_t *end() const noexcept { return data_ + size(); }
    constexpr std::uint8_t *begin() noexcept { return data_; }
    constexpr std::uint8_t *end() noexcept { return data_ + size(); }
    constexpr std::uint8_t operator[](std::size_t index) const { return data_[index]; }
    constexpr std::uint8_t &operator[](std::size_t index) { return data_[index]; }
    constexpr span<const std::uint8_t> view() const noexcept { return { data_, size() }; }
    constexpr span<std::uint8_t> view() noexcept { return { data_, size() }; }

    /* How many count; what they are stays. False: n is over N, nothing was done. */
    [[nodiscard]] constexpr bool resize(std::size_t n) noexcept
    {
        if (n > N) return false;
        length_ = static_cast<std::uint32_t>(n);
        return true;
    }
    /* False: they were cut to N. */
    bool assign(const void *from, std::size_t n) noexcept
    {
        length_ = static_cast<std::uint32_t>(n < N ? n : N);
        if (length_ > 0) std::memcpy(data_, from, length_);
        return n <= N;
    }
    bool assign(span<const std::uint8_t> from) noexcept { return assign(from.data(), from.size()); }
    bytes &operator=(span<const std::uint8_t> from)
    {
        if (from.size() > N)
            detail::raise(DH_ELIMIT, "more bytes than their bytes<n> has room for");
        assign(from);
        return *this;
    }
    constexpr void clear() noexcept { length_ = 0; }

  private:
    std::uint32_t length_ = 0;
    std::uint8_t data_[detail::round_up(N, 4)] = {};
};

namespace detail
{

/* Count and items, with what lies between and behind them named. */
template <class T, std::size_t N, std::size_t Between, std::size_t Behind> struct items {
    std::uint32_t count = 0;
    std::uint8_t between[Between] = {};
    alignas(align_of<T>) T item[N] = {};
};
template <class T, std::size_t N> struct items<T, N, 0, 0> {
    std::uint32_t count = 0;
    alignas(align_of<T>) T item[N] = {};
};
template <class T, std::size_t N, std::size_t Behind> struct items<T, N, 0, Behind> {
    std::uint32_t count = 0;
    alignas(align_of<T>) T item[N] = {};
    std::uint8_t behind[Behind] = {};
};

template <class T, std::size_t N>
using items_of =
    items<T, N, round_up(4, align_of<T>) - 4, round_up(N * sizeof(T), 4) - N * sizeof(T)>;

} // namespace detail

/* list<T, N>: a vector that never grows beyond N and allocates nothing. */
template <class T, std::size_t N> class list
{
  public:
    using value_type = T;
    using iterator = T *;
    using const_iterator = const T *;

    constexpr list() noexcept = default;
    constexpr list(std::initializer_list<T> from) { *this = from; }

    constexpr std::size_t size() const noexcept
    {
        const std::size_t n = all_.count;
        return n < N ? n : N;
    }
    constexpr bool empty() const noexcept { return all_.count == 0; }
    constexpr bool full() const noexcept { return all_.count >= N; }
    static constexpr std::size_t capacity() noexcept { return N; }
    constexpr const T *data() const noexcept { return all_.item; }
    constexpr T *data() noexcept { return all_.item; }
    constexpr const_iterator begin() const noexcept { return all_.item; }
    constexpr const_iterator end() const noexcept { return all_.item + size(); }
    constexpr iterator begin() noexcept { return all_.item; }
    constexpr iterator end() noexcept { return all_.item + size(); }
    constexpr const T &operator[](std::size_t index) const { return all_.item[index]; }
    constexpr T &operator[](std::size_t index) { return all_.item[index]; }
    constexpr const T &front() const { return all_.item[0]; }
    constexpr const T &back() const { return all_.item[size() - 1]; }
    constexpr T &back() { return all_.item[size() - 1]; }
    constexpr span<const T> view() const noexcept { return { all_.item, size() }; }
    constexpr span<T> view() noexcept { return { all_.item, size() }; }

    /* False: there are N already. */
    [[nodiscard]] constexpr bool try_push_back(const T &value) noexcept
    {
        const std::size_t n = size();

        if (n == N) return false;
        all_.item[n] = value;
        all_.count = static_cast<std::uint32_t>(n + 1);
        return true;
    }
    constexpr void push_back(const T &value)
    {
        if (!try_push_back(value)) detail::raise(DH_ELIMIT, "a list<T, n> is full");
    }
    /* A new last item, as T{} makes it, to be filled in place. */
    constexpr T &emplace_back()
    {
        push_back(T{});
        return back();
    }
    constexpr void pop_back() noexcept
    {
        if (!empty()) all_.count = static_cast<std::uint32_t>(size() - 1);
    }
    constexpr void clear() noexcept { all_.count = 0; }

    /* How many count; new ones are as T{} makes them. False: n is over N, nothing was done. */
    [[nodiscard]] constexpr bool resize(std::size_t n) noexcept
    {
        if (n > N) return false;
        for (std::size_t i = size(); i < n; i++)
            all_.item[i] = T{};
        all_.count = static_cast<std::uint32_t>(n);
        return true;
    }
    /* False: they were cut to N. */
    constexpr bool assign(span<const T> from) noexcept
    {
        const std::size_t n = from.size() < N ? from.size() : N;

        for (std::size_t i = 0; i < n; i++)
            all_.item[i] = from[i];
        all_.count = static_cast<std::uint32_t>(n);
        return n == from.size();
    }
    constexpr list &operator=(span<const T> from)
    {
        if (from.size() > N)
            detail::raise(DH_ELIMIT, "more items than their list<T, n> has room for");
        assign(from);
        return *this;
    }
    constexpr list &operator=(std::initializer_list<T> from)
    {
        return *this = span<const T>(from.begin(), from.size());
    }

  private:
    detail::items_of<T, N> all_ = {};
};

/* ---- optional ----------------------------------------------------------------------------- */

namespace detail
{

template <class T, std::size_t Behind = align_of<T> - 1> struct maybe {
    alignas(align_of<T>) T value = {};
    std::uint8_t present = 0;
    std::uint8_t behind[Behind] = {};
};
template <class T> struct maybe<T, 0> {
    T value = {};
    std::uint8_t present = 0;
};

} // namespace detail

/* T?: what std::optional<T> is, in shared memory. */
template <class T> class optional
{
  public:
    using value_type = T;

    constexpr optional() noexcept = default;
    constexpr optional(std::nullopt_t) noexcept {}
    constexpr optional(const T &value) noexcept { *this = value; }
    template <class From, class = std::enable_if_t<std::is_same_v<From, std::optional<T>>>>
    constexpr optional(const From &from) noexcept
    {
        *this = from;
    }

    constexpr bool has_value() const noexcept { return all_.present != 0; }
    explicit constexpr operator bool() const noexcept { return has_value(); }
    constexpr const T &operator*() const noexcept { return all_.value; }
    constexpr T &operator*() noexcept { return all_.value; }
    constexpr const T *operator->() const noexcept { return &all_.value; }
    constexpr T *operator->() noexcept { return &all_.value; }
    constexpr T value_or(const T &other) const { return has_value() ? all_.value : other; }
    constexpr std::optional<T> get() const
    {
        return has_value() ? std::optional<T>(all_.value) : std::nullopt;
    }
    constexpr operator std::optional<T>() const { return get(); }

    constexpr optional &operator=(const T &value) noexcept
    {
        all_.value = value;
        all_.present = 1;
        return *this;
    }
    constexpr optional &operator=(std::nullopt_t) noexcept
    {
        all_ = {};
        return *this;
    }
    template <class From, class = std::enable_if_t<std::is_same_v<From, std::optional<T>>>>
    constexpr optional &operator=(const From &from) noexcept
    {
        if (!from) return *this = std::nullopt;
        return *this = *from;
    }
    /* There, as T{} makes it, to be filled in place. */
    constexpr T &emplace() noexcept
    {
        *this = T{};
        return all_.value;
    }
    constexpr void reset() noexcept { *this = std::nullopt; }

    friend constexpr bool operator==(const optional &a, std::nullopt_t) { return !a.has_value(); }
    friend constexpr bool operator!=(const optional &a, std::nullopt_t) { return a.has_value(); }

  private:
    detail::maybe<T> all_ = {};
};

/* ---- numbers ------------------------------------------------------------------------------ */

/* @scale: physical = raw * Scale::factor + Scale::offset. */
template <class T, class Scale> struct scaled {
    alignas(sizeof(T)) T raw;

    constexpr double value() const noexcept
    {
        return static_cast<double>(raw) * Scale::factor + Scale::offset;
    }
    constexpr operator double() const noexcept { return value(); }

    /* The raw value that is nearest to a physical one. False: none is near, nothing is stored. */
    constexpr bool set(double physical) noexcept
    {
        double near = (physical - Scale::offset) / Scale::factor;

        if constexpr (std::is_integral_v<T>) {
            near += near < 0 ? -0.5 : 0.5;
            if (!(near > below() && near < above())) return false;
        }
        raw = static_cast<T>(near);
        return true;
    }
    constexpr scaled &operator=(double physical)
    {
        if (!set(physical))
            detail::raise(DH_ELIMIT, "a physical value that its raw type cannot hold");
        return *this;
    }

  private:
    /* what truncates to a T lies strictly between these */
    static constexpr double above() noexcept
    {
        double limit = 1;
        for (unsigned i = 0; i < sizeof(T) * 8 - (std::is_signed_v<T> ? 1 : 0); i++)
            limit *= 2;
        return limit;
    }
    static constexpr double below() noexcept
    {
        if (!std::is_signed_v<T>) return -1;
        return sizeof(T) < 8 ? -above() - 1 : -above() - 2048; /* the next double below */
    }
};

/* f16: half precision, stored as its 16 bits. */
struct f16 {
    std::uint16_t bits;

    operator float() const noexcept
    {
        const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
        const std::uint32_t rest = bits & 0x7fffu;
        float result;

        if (rest >= 0x7c00u) { /* infinite, or no number */
            result = from_bits(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
        } else { /* small ones become right by the multiplication, too */
            result = from_bits(rest << 13) * 0x1p112f;
            if (sign) result = -result;
        }
        return result;
    }

    /* The nearest half; ties to even. */
    f16 &operator=(float value) noexcept
    {
        std::uint32_t all;
        std::memcpy(&all, &value, sizeof all);
        const std::uint32_t sign = all >> 16 & 0x8000u;
        const std::uint32_t size = all & 0x7fffffffu;

        if (size > 0x7f800000u) { /* no number */
            bits = static_cast<std::uint16_t>(sign | 0x7e00u);
        } else if (size >= 0x477ff000u) { /* 65520 and more round to infinity */
            bits = static_cast<std::uint16_t>(sign | 0x7c00u);
        } else if (size < 0x38800000u) { /* below the normal ones: the adder does the rounding */
            const float shifted = from_bits(size) + 0.5f;
            std::uint32_t low;
            std::memcpy(&low, &shifted, sizeof low);
            bits = static_cast<std::uint16_t>(sign | (low - 0x3f000000u));
        } else {
            const std::uint32_t odd = size >> 13 & 1;
            bits = static_cast<std::uint16_t>(sign | ((size - 0x38000000u + 0xfffu + odd) >> 13));
        }
        return *this;
    }

  private:
    static float from_bits(std::uint32_t all) noexcept
    {
        float value;
        std::memcpy(&value, &all, sizeof value);
        return value;
    }
};

/* atomic<T> of a zone. load is an acquire, store a release, the others both: as in <dh/atomic.h>.
 * A copy of the struct that it is in copies it plainly. */
template <class T> class atomic
{
  public:
    constexpr atomic() noexcept = default;
    constexpr explicit atomic(T value) noexcept : value_(value) {}

    T load() const noexcept
    {
        T value;
        __atomic_load(&value_, &value, __ATOMIC_ACQUIRE);
        return value;
    }
    void store(T value) noexcept { __atomic_store(&value_, &value, __ATOMIC_RELEASE); }
    T exchange(T value) noexcept
    {
        T before;
        __atomic_exchange(&value_, &value, &before, __ATOMIC_ACQ_REL);
        return before;
    }
    operator T() const noexcept { return load(); }
    T operator=(T value) noexcept
    {
        store(value);
        return value;
    }

    /* Integers; return the value before; wrap. */
    T fetch_add(T value) noexcept { return __atomic_fetch_add(&value_, value, __ATOMIC_ACQ_REL); }
    T fetch_or(T value) noexcept { return __atomic_fetch_or(&value_, value, __ATOMIC_ACQ_REL); }
    T fetch_and(T value) noexcept { return __atomic_fetch_and(&value_, value, __ATOMIC_ACQ_REL); }

  private:
    alignas(sizeof(T)) T value_ = {};
};

} // namespace dh
#endif
