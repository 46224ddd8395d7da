/* SPDX-License-Identifier: 0BSD */
/* words.dh.hpp - written by dhgen 0.1.0 from words.dhs; edit the schema, not this file.
 *
 *   package lab.std.class
 *   channel words version 1.1: slot of 120 bytes, zone Words of 40, zone delete of 40, zone loan of 40
 *     c8c0160367274611ee265846d7e6e40949e88239658b697fe7f1d0ae3cb713b5
 *   channel class version 1.0: slot of 1 bytes
 *     9eeb7b90440059a0d6476e6db64cec4c187ecbd786598fc20eb6055e932e59b8
 *   channel slots version 1.0: slot of 1 bytes
 *     40330121dd22117326f7bc0be5c7baae94fc846f72d8ef4b1b957de1ae3a01b8
 *
 * Names that some language has other plans for: each escapes those that it must, and no others.
 */
#ifndef LAB_STD_CLASS_WORDS_DH_HPP
#define LAB_STD_CLASS_WORDS_DH_HPP

#include <dh/dh.hpp>

namespace lab::std_::class_ {

/* Producer, 1 bytes */
/* A struct called as what stands beside it in C++. */
struct alignas(1) Producer_ {
    std::uint8_t value{}; /* 0 */
};
static_assert(std::is_trivially_copyable_v<Producer_> && std::is_standard_layout_v<Producer_>);
static_assert(sizeof(Producer_) == 1, "Producer has 1 bytes in words.dhs");
static_assert(alignof(Producer_) == 1, "Producer is aligned to 1 in words.dhs");
static_assert(offsetof(Producer_, value) == 0, "not as words.dhs says");

/* enum new */
enum class new_ : std::uint8_t {
    delete_ = 0,
    throw_ = 1,
    none = 2,
    True = 3,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(new_ value) noexcept
{
    switch (value) {
    case new_::delete_: return "delete";
    case new_::throw_: return "throw";
    case new_::none: return "none";
    case new_::True: return "True";
    }
    return "?";
}

/* flags operator */
enum class operator_ : std::uint8_t {
    and_ = 1,
    or_ = 2,
    not_ = 4,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(operator_ value) noexcept
{
    switch (value) {
    case operator_::and_: return "and";
    case operator_::or_: return "or";
    case operator_::not_: return "not";
    }
    return "?";
}

constexpr operator_ operator|(operator_ a, operator_ b) noexcept
{
    return static_cast<operator_>(static_cast<std::uint64_t>(a) | static_cast<std::uint64_t>(b));
}
constexpr operator_ operator&(operator_ a, operator_ b) noexcept
{
    return static_cast<operator_>(static_cast<std::uint64_t>(a) & static_cast<std::uint64_t>(b));
}
/* What is set in one of the two alone. */
constexpr operator_ operator^(operator_ a, operator_ b) noexcept
{
    return static_cast<operator_>(static_cast<std::uint64_t>(a) ^ static_cast<std::uint64_t>(b));
}
/* For `set &= ~flag`: what is not named is set, too. */
constexpr operator_ operator~(operator_ a) noexcept
{
    return static_cast<operator_>(~static_cast<std::uint8_t>(a));
}
constexpr operator_ &operator|=(operator_ &a, operator_ b) noexcept { return a = a | b; }
constexpr operator_ &operator&=(operator_ &a, operator_ b) noexcept { return a = a & b; }
constexpr operator_ &operator^=(operator_ &a, operator_ b) noexcept { return a = a ^ b; }
/* Whether one of `flags` is set. */
constexpr bool has(operator_ set, operator_ flags) noexcept { return (set & flags) != operator_{}; }

/* union virtual, 24 bytes: one of its arms, told by `tag` */
struct alignas(8) virtual_ {
    struct tag_scale_ {
        static constexpr double factor = 0.1, offset = 0;
    };
    struct list_scale_ {
        static constexpr double factor = 0.5, offset = 0;
    };
    enum class Tag : std::uint8_t {
        void_ = 0,
        this_ = 1,
        lambda = 2,
        tag = 3,
        list = 4,
    };

    Tag tag{};
    std::uint8_t pad1_[7]{}; /* zero */
    union {
        std::uint8_t bytes_[16]{};
        std::uint16_t this_;
        ::dh::string<4> lambda;
        alignas(8) ::dh::scaled<double, tag_scale_> tag; /* m, = raw * 0.1 */
        ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2> list; /* = raw * 0.5 */
    } as{};

    /* Make it `void`, which has no value. */
    void set_void() noexcept { become(Tag::void_); }

    /* `this`, or nullptr if it is another arm that is set. */
    const std::uint16_t *get_this() const noexcept
    {
        return tag == Tag::this_ ? &as.this_ : nullptr;
    }
    std::uint16_t *get_this() noexcept
    {
        return tag == Tag::this_ ? &as.this_ : nullptr;
    }
    /* Make it `this`, as its type is by itself, and fill what is returned. */
    std::uint16_t &set_this() noexcept
    {
        become(Tag::this_);
        return *::new (static_cast<void *>(&as.this_)) std::uint16_t{};
    }
    void set_this(const std::uint16_t &value) noexcept
    {
        const std::uint16_t copy = value; /* it may lie in here */
        become(Tag::this_);
        ::new (static_cast<void *>(&as.this_)) std::uint16_t(copy);
    }

    /* `lambda`, or nullptr if it is another arm that is set. */
    const ::dh::string<4> *get_lambda() const noexcept
    {
        return tag == Tag::lambda ? &as.lambda : nullptr;
    }
    ::dh::string<4> *get_lambda() noexcept
    {
        return tag == Tag::lambda ? &as.lambda : nullptr;
    }
    /* Make it `lambda`, as its type is by itself, and fill what is returned. */
    ::dh::string<4> &set_lambda() noexcept
    {
        become(Tag::lambda);
        return *::new (static_cast<void *>(&as.lambda)) ::dh::string<4>{};
    }
    void set_lambda(const ::dh::string<4> &value) noexcept
    {
        const ::dh::string<4> copy = value; /* it may lie in here */
        become(Tag::lambda);
        ::new (static_cast<void *>(&as.lambda)) ::dh::string<4>(copy);
    }

    /* `tag`, or nullptr if it is another arm that is set. */
    const ::dh::scaled<double, tag_scale_> *get_tag() const noexcept
    {
        return tag == Tag::tag ? &as.tag : nullptr;
    }
    ::dh::scaled<double, tag_scale_> *get_tag() noexcept
    {
        return tag == Tag::tag ? &as.tag : nullptr;
    }
    /* Make it `tag`, as its type is by itself, and fill what is returned. */
    ::dh::scaled<double, tag_scale_> &set_tag() noexcept
    {
        become(Tag::tag);
        return *::new (static_cast<void *>(&as.tag)) ::dh::scaled<double, tag_scale_>{};
    }
    void set_tag(const ::dh::scaled<double, tag_scale_> &value) noexcept
    {
        const ::dh::scaled<double, tag_scale_> copy = value; /* it may lie in here */
        become(Tag::tag);
        ::new (static_cast<void *>(&as.tag)) ::dh::scaled<double, tag_scale_>(copy);
    }

    /* `list`, or nullptr if it is another arm that is set. */
    const ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2> *get_list() const noexcept
    {
        return tag == Tag::list ? &as.list : nullptr;
    }
    ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2> *get_list() noexcept
    {
        return tag == Tag::list ? &as.list : nullptr;
    }
    /* Make it `list`, as its type is by itself, and fill what is returned. */
    ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2> &set_list() noexcept
    {
        become(Tag::list);
        return *::new (static_cast<void *>(&as.list)) ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2>{};
    }
    void set_list(const ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2> &value) noexcept
    {
        const ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2> copy = value; /* it may lie in here */
        become(Tag::list);
        ::new (static_cast<void *>(&as.list)) ::dh::list<::dh::scaled<std::int16_t, list_scale_>, 2>(copy);
    }

    /* Calls f with the value of the arm that is set; with std::nullopt where there is none. */
    template <class F> decltype(auto) visit(F &&f) const
    {
        switch (tag) {
        case Tag::void_: break;
        case Tag::this_: return std::forward<F>(f)(as.this_);
        case Tag::lambda: return std::forward<F>(f)(as.lambda);
        case Tag::tag: return std::forward<F>(f)(as.tag);
        case Tag::list: return std::forward<F>(f)(as.list);
        }
        return std::forward<F>(f)(std::nullopt);
    }

  private:
    void become(Tag arm) noexcept
    {
        ::new (static_cast<void *>(this)) virtual_{};
        tag = arm;
    }
};
static_assert(std::is_trivially_copyable_v<virtual_> && std::is_standard_layout_v<virtual_>);
static_assert(sizeof(virtual_) == 24, "virtual has 24 bytes in words.dhs");
static_assert(alignof(virtual_) == 8, "virtual is aligned to 8 in words.dhs");
static_assert(offsetof(virtual_, as) == 8, "not as words.dhs says");

/* enum Mode */
enum class Words_Mode : std::uint8_t {
    on = 0,
    off = 1,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(Words_Mode value) noexcept
{
    switch (value) {
    case Words_Mode::on: return "on";
    case Words_Mode::off: return "off";
    }
    return "?";
}

inline constexpr std::uint16_t Words_NULL{ 7 };

inline constexpr std::int64_t Words_count{ INT64_C(-1) };

/* enum Order */
/* Macros of headers that everybody includes. */
enum class Order : std::uint32_t {
    BIG_ENDIAN_ = 0u,
    LITTLE_ENDIAN_ = 1u,
    ENOENT_ = 2u,
    INFINITY_ = 3u,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(Order value) noexcept
{
    switch (value) {
    case Order::BIG_ENDIAN_: return "BIG_ENDIAN";
    case Order::LITTLE_ENDIAN_: return "LITTLE_ENDIAN";
    case Order::ENOENT_: return "ENOENT";
    case Order::INFINITY_: return "INFINITY";
    }
    return "?";
}

/* dh_err, 2 bytes */
struct alignas(2) dh_err {
    struct x_scale_ {
        static constexpr double factor = 0.5, offset = 0;
    };
    ::dh::scaled<std::int16_t, x_scale_> x{}; /* 0  = raw * 0.5 */
};
static_assert(std::is_trivially_copyable_v<dh_err> && std::is_standard_layout_v<dh_err>);
static_assert(sizeof(dh_err) == 2, "dh_err has 2 bytes in words.dhs");
static_assert(alignof(dh_err) == 2, "dh_err is aligned to 2 in words.dhs");
static_assert(offsetof(dh_err, x) == 0, "not as words.dhs says");

/* size_t, 8 bytes */
/* Types, variables and functions of the C library, which functions that are given such a struct must not hide. */
struct alignas(2) size_t {
    ::dh::array<::lab::std_::class_::dh_err, 2> dh_err{}; /* 0 */
    ::dh::chars<3> text{ "abc" }; /* 4 */
    std::uint8_t BIG_ENDIAN_{}; /* 7 */
};
static_assert(std::is_trivially_copyable_v<size_t> && std::is_standard_layout_v<size_t>);
static_assert(sizeof(size_t) == 8, "size_t has 8 bytes in words.dhs");
static_assert(alignof(size_t) == 2, "size_t is aligned to 2 in words.dhs");
static_assert(offsetof(size_t, dh_err) == 0, "not as words.dhs says");
static_assert(offsetof(size_t, text) == 4, "not as words.dhs says");
static_assert(offsetof(size_t, BIG_ENDIAN_) == 7, "not as words.dhs says");

/* strlen, 4 bytes */
struct alignas(1) strlen {
    ::dh::chars<4> memcpy{ "x" }; /* 0 */
};
static_assert(std::is_trivially_copyable_v<strlen> && std::is_standard_layout_v<strlen>);
static_assert(sizeof(strlen) == 4, "strlen has 4 bytes in words.dhs");
static_assert(alignof(strlen) == 1, "strlen is aligned to 1 in words.dhs");
static_assert(offsetof(strlen, memcpy) == 0, "not as words.dhs says");

/* memset, 6 bytes */
struct alignas(2) memset {
    ::lab::std_::class_::strlen strlen{}; /* 0 */
    ::dh::f16 errno_{}; /* 4  = raw * 2 */
};
static_assert(std::is_trivially_copyable_v<memset> && std::is_standard_layout_v<memset>);
static_assert(sizeof(memset) == 6, "memset has 6 bytes in words.dhs");
static_assert(alignof(memset) == 2, "memset is aligned to 2 in words.dhs");
static_assert(offsetof(memset, strlen) == 0, "not as words.dhs says");
static_assert(offsetof(memset, errno_) == 4, "not as words.dhs says");

/* timezone, 14 bytes */
struct alignas(2) timezone {
    ::lab::std_::class_::size_t size_t{}; /* 0 */
    ::lab::std_::class_::memset memset{}; /* 8 */
};
static_assert(std::is_trivially_copyable_v<timezone> && std::is_standard_layout_v<timezone>);
static_assert(sizeof(timezone) == 14, "timezone has 14 bytes in words.dhs");
static_assert(alignof(timezone) == 2, "timezone is aligned to 2 in words.dhs");
static_assert(offsetof(timezone, size_t) == 0, "not as words.dhs says");
static_assert(offsetof(timezone, memset) == 8, "not as words.dhs says");

/* Words, 120 bytes */
struct alignas(8) Words {
    static constexpr auto NULL_ = Words_NULL;
    static constexpr auto count = Words_count;

    std::uint32_t class_{}; /* 0 */
    ::dh::optional<float> mutable_{}; /* 4 */
    ::lab::std_::class_::Words_Mode private_{ ::lab::std_::class_::Words_Mode::off }; /* 12 */
    ::lab::std_::class_::new_ import{ ::lab::std_::class_::new_::throw_ }; /* 13 */
    ::lab::std_::class_::operator_ and_{}; /* 14 */
    ::dh::chars<4> template_{ "abc" }; /* 15 */
    std::uint8_t pad19_[5]{}; /* zero */
    ::lab::std_::class_::virtual_ minor_{}; /* 24 */
    bool EOF_{}; /* 48 */
    std::uint8_t from{}; /* 49 */
    ::dh::array<std::uint8_t, 3> def{}; /* 50 */
    ::lab::std_::class_::Producer_ Producer{}; /* 53 */
    ::dh::array<::lab::std_::class_::Words_Mode, 2> Mode{}; /* 54 */
    ::dh::string<7> std_{ "std" }; /* 56 */
    struct dh_scale_ {
        static constexpr double factor = 0.001, offset = 0;
    };
    ::dh::scaled<std::int32_t, dh_scale_> dh{}; /* 68  m, = raw * 0.001 */
    struct depths_scale_ {
        static constexpr double factor = 0.25, offset = 1e+02;
    };
    ::dh::list<::dh::scaled<std::int16_t, depths_scale_>, 4> depths{}; /* 72  = raw * 0.25 + 1e+02 */
    ::dh::f16 half{}; /* 84 */
    ::dh::array<::dh::f16, 2> halves{}; /* 86 */
    std::uint8_t pad90_[2]{}; /* zero */
    ::lab::std_::class_::Order order{ ::lab::std_::class_::Order::LITTLE_ENDIAN_ }; /* 92 */
    ::lab::std_::class_::operator_ mask{ 5 }; /* 96 */
    std::uint8_t pad97_[1]{}; /* zero */
    ::lab::std_::class_::timezone zones{}; /* 98 */
    std::uint8_t last{}; /* 112  since minor 1 */
    std::uint8_t pad113_[7]{}; /* zero */
};
static_assert(std::is_trivially_copyable_v<Words> && std::is_standard_layout_v<Words>);
static_assert(sizeof(Words) == 120, "Words has 120 bytes in words.dhs");
static_assert(alignof(Words) == 8, "Words is aligned to 8 in words.dhs");
static_assert(offsetof(Words, class_) == 0, "not as words.dhs says");
static_assert(offsetof(Words, mutable_) == 4, "not as words.dhs says");
static_assert(offsetof(Words, private_) == 12, "not as words.dhs says");
static_assert(offsetof(Words, import) == 13, "not as words.dhs says");
static_assert(offsetof(Words, and_) == 14, "not as words.dhs says");
static_assert(offsetof(Words, template_) == 15, "not as words.dhs says");
static_assert(offsetof(Words, minor_) == 24, "not as words.dhs says");
static_assert(offsetof(Words, EOF_) == 48, "not as words.dhs says");
static_assert(offsetof(Words, from) == 49, "not as words.dhs says");
static_assert(offsetof(Words, def) == 50, "not as words.dhs says");
static_assert(offsetof(Words, Producer) == 53, "not as words.dhs says");
static_assert(offsetof(Words, Mode) == 54, "not as words.dhs says");
static_assert(offsetof(Words, std_) == 56, "not as words.dhs says");
static_assert(offsetof(Words, dh) == 68, "not as words.dhs says");
static_assert(offsetof(Words, depths) == 72, "not as words.dhs says");
static_assert(offsetof(Words, half) == 84, "not as words.dhs says");
static_assert(offsetof(Words, halves) == 86, "not as words.dhs says");
static_assert(offsetof(Words, order) == 92, "not as words.dhs says");
static_assert(offsetof(Words, mask) == 96, "not as words.dhs says");
static_assert(offsetof(Words, zones) == 98, "not as words.dhs says");
static_assert(offsetof(Words, last) == 112, "not as words.dhs says");

/* Zone, 40 bytes */
struct alignas(8) Zone {
    alignas(8) double gain{ 0.5 }; /* 0 */
    ::dh::atomic<bool> ready{ bool{ true } }; /* 8 */
    std::uint8_t pad9_[3]{}; /* zero */
    ::dh::atomic<std::uint32_t> mode{ std::uint32_t{ 7u } }; /* 12 */
    ::dh::atomic<::lab::std_::class_::Order> order{ ::lab::std_::class_::Order::ENOENT_ }; /* 16 */
    std::uint8_t pad20_[4]{}; /* zero */
    ::dh::atomic<double> rate{ double{ -__builtin_inf() } }; /* 24 */
    std::uint8_t last{}; /* 32  since minor 1 */
    std::uint8_t pad33_[7]{}; /* zero */
};
static_assert(std::is_trivially_copyable_v<Zone> && std::is_standard_layout_v<Zone>);
static_assert(sizeof(Zone) == 40, "Zone has 40 bytes in words.dhs");
static_assert(alignof(Zone) == 8, "Zone is aligned to 8 in words.dhs");
static_assert(offsetof(Zone, gain) == 0, "not as words.dhs says");
static_assert(offsetof(Zone, ready) == 8, "not as words.dhs says");
static_assert(offsetof(Zone, mode) == 12, "not as words.dhs says");
static_assert(offsetof(Zone, order) == 16, "not as words.dhs says");
static_assert(offsetof(Zone, rate) == 24, "not as words.dhs says");
static_assert(offsetof(Zone, last) == 32, "not as words.dhs says");

/* Slot, 1 bytes */
/* A struct called as what its channel has of it. */
struct alignas(1) Slot {
    std::uint8_t slot{}; /* 0 */
};
static_assert(std::is_trivially_copyable_v<Slot> && std::is_standard_layout_v<Slot>);
static_assert(sizeof(Slot) == 1, "Slot has 1 bytes in words.dhs");
static_assert(alignof(Slot) == 1, "Slot is aligned to 1 in words.dhs");
static_assert(offsetof(Slot, slot) == 0, "not as words.dhs says");

/* ---- channel words 1.1: 4 slot(s), full: wait, checksum: none ----
 */

namespace tables_ {
/* channel words: what the block's schema is compared with when a program attaches */
/* clang-format off */
inline constexpr char words_text[] =
    "dhs 1\n"
    "family lab.std.class/words 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 112\n"
    "0 u32 class\n"
    "4 opt<4> mutable\n"
    "4 f32 mutable?\n"
    "12 u8 private\n"
    "13 u8 import\n"
    "14 u8 and\n"
    "15 char[4] template\n"
    "24 union<u8,24> minor\n"
    "32 case<0> minor.void\n"
    "32 case<1> minor.this\n"
    "32 u16 minor.this\n"
    "32 case<2> minor.lambda\n"
    "32 string<4> minor.lambda\n"
    "32 case<3> minor.tag\n"
    "32 f64 minor.tag\n"
    "32 case<4> minor.list\n"
    "32 list<2,2> minor.list\n"
    "36 i16 minor.list[]\n"
    "48 bool EOF\n"
    "49 u8 from\n"
    "50 u8[3] def\n"
    "53 u8 Producer.value\n"
    "54 u8[2] Mode\n"
    "56 string<7> std\n"
    "68 i32 dh\n"
    "72 list<4,2> depths\n"
    "76 i16 depths[]\n"
    "84 f16 half\n"
    "86 f16[2] halves\n"
    "92 u32 order\n"
    "96 u8 mask\n"
    "98 array<2>[2] zones.size_t.dh_err\n"
    "98 i16 zones.size_t.dh_err[].x\n"
    "102 char[3] zones.size_t.text\n"
    "105 u8 zones.size_t.BIG_ENDIAN\n"
    "106 char[4] zones.memset.strlen.memcpy\n"
    "110 f16 zones.memset.errno\n"
    "minor 1 size 120\n"
    "112 u8 last\n"
    "root zone Words align 64\n"
    "minor 0 size 32\n"
    "0 f64 gain\n"
    "8 atomic<bool> ready\n"
    "12 atomic<u32> mode\n"
    "16 atomic<u32> order\n"
    "24 atomic<f64> rate\n"
    "minor 1 size 40\n"
    "32 u8 last\n"
    "root zone delete align 64 shared\n"
    "minor 0 size 32\n"
    "0 f64 gain\n"
    "8 atomic<bool> ready\n"
    "12 atomic<u32> mode\n"
    "16 atomic<u32> order\n"
    "24 atomic<f64> rate\n"
    "minor 1 size 40\n"
    "32 u8 last\n"
    "root zone loan align 64\n"
    "minor 0 size 32\n"
    "0 f64 gain\n"
    "8 atomic<bool> ready\n"
    "12 atomic<u32> mode\n"
    "16 atomic<u32> order\n"
    "24 atomic<f64> rate\n"
    "minor 1 size 40\n"
    "32 u8 last\n"
    "meaning\n"
    "enum slot Mode u8 closed on=0 off=1\n"
    "enum slot import u8 closed delete=0 throw=1 none=2 True=3\n"
    "enum slot order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
    "enum slot private u8 closed on=0 off=1\n"
    "enum zone Words order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
    "enum zone delete order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
    "enum zone loan order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
    "flags slot and u8 and=0 or=1 not=2\n"
    "flags slot mask u8 and=0 or=1 not=2\n"
    "scale slot depths[] 2.5e-01 1e+02\n"
    "scale slot dh 1e-03 0e+00\n"
    "scale slot minor.list[] 5e-01 0e+00\n"
    "scale slot minor.tag 1e-01 0e+00\n"
    "scale slot zones.memset.errno 2e+00 0e+00\n"
    "scale slot zones.size_t.dh_err[].x 5e-01 0e+00\n"
    "spinlocks zone delete . 1\n"
    "unit slot dh \"m\"\n"
    "unit slot minor.tag \"m\"\n"
    ;
static_assert(sizeof words_text == 2141 + 1, "the canonical text is whole");
/* slot: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_0[] = {
    { 0, 112, {
        0xa6, 0xb9, 0xb9, 0xcf, 0x8b, 0x87, 0xa0, 0x32, 0xd7, 0xf7, 0xac, 0x90, 0xe7, 0xef, 0x90, 0xb6,
        0x60, 0x20, 0xc0, 0x3a, 0xb8, 0x33, 0x39, 0xa2, 0xc0, 0xd9, 0xd0, 0xae, 0xa5, 0x87, 0xff, 0xf7,
    } },
    { 1, 120, {
        0x55, 0xaf, 0xd9, 0x36, 0x67, 0x54, 0x97, 0x36, 0xfc, 0x16, 0x02, 0xaf, 0x6a, 0xb1, 0x17, 0x67,
        0xa8, 0xa0, 0x25, 0xe9, 0x71, 0x81, 0x4b, 0xc4, 0xbb, 0xd5, 0x11, 0xab, 0xd8, 0xe5, 0xc1, 0x52,
    } },
};
/* zone Words: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_1[] = {
    { 0, 32, {
        0xea, 0x5c, 0x9a, 0x26, 0x24, 0xfa, 0xd8, 0x10, 0x28, 0xff, 0x04, 0x1e, 0x32, 0xde, 0xe1, 0x57,
        0x8b, 0x8c, 0x81, 0x6b, 0xfb, 0xff, 0xdd, 0xb7, 0xc9, 0x65, 0x40, 0x00, 0x8b, 0x2a, 0x3d, 0x0d,
    } },
    { 1, 40, {
        0x16, 0x31, 0x79, 0xb4, 0x26, 0x32, 0xba, 0x0e, 0x9a, 0xe3, 0x67, 0x38, 0x10, 0xc5, 0x8f, 0x49,
        0x8d, 0xed, 0x9f, 0x16, 0xa6, 0x3e, 0xb2, 0xac, 0x27, 0xe7, 0x3d, 0x71, 0x76, 0x90, 0x6b, 0xce,
    } },
};
/* zone delete: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_2[] = {
    { 0, 32, {
        0x57, 0x04, 0xfb, 0xcd, 0x2d, 0xe8, 0x48, 0x70, 0x78, 0xf5, 0x82, 0x2b, 0x1f, 0x1c, 0xab, 0xc1,
        0x22, 0x6c, 0x10, 0xcb, 0x12, 0xc2, 0xfe, 0x89, 0xe5, 0x75, 0x0f, 0x91, 0xeb, 0x0e, 0x31, 0x3e,
    } },
    { 1, 40, {
        0x04, 0xa0, 0xf9, 0xcb, 0xa1, 0x83, 0xaf, 0x1b, 0x7f, 0x9c, 0x4f, 0x0d, 0x79, 0x1e, 0x6b, 0xc9,
        0x70, 0x2f, 0x35, 0x9e, 0xdf, 0x81, 0x37, 0xf4, 0x75, 0x84, 0xfe, 0x5f, 0x63, 0x05, 0x58, 0x59,
    } },
};
/* zone loan: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_3[] = {
    { 0, 32, {
        0x29, 0x19, 0x63, 0x51, 0x3d, 0x6c, 0x2a, 0x52, 0x1b, 0x2f, 0xe8, 0xf3, 0xe1, 0x0b, 0xb0, 0x6b,
        0x55, 0x64, 0xac, 0x56, 0x7f, 0xe7, 0xdb, 0x01, 0x58, 0x2a, 0xbf, 0x83, 0x71, 0x3f, 0x8f, 0x84,
    } },
    { 1, 40, {
        0xd3, 0x1e, 0x57, 0x3d, 0xd0, 0xcf, 0x48, 0xf2, 0x96, 0x70, 0xca, 0x07, 0xa3, 0xda, 0x10, 0xe1,
        0xfd, 0xb4, 0x47, 0x7f, 0xdb, 0x32, 0xfb, 0x6e, 0xb1, 0x23, 0xd5, 0xbc, 0x3e, 0x12, 0x57, 0x88,
    } },
};
/* name, bytes, number of minors, minors, spinlocks, shared */
inline constexpr ::dh_root words_roots[] = {
    { "", 120, 2, words_minors_0, 0, false },
    { "Words", 40, 2, words_minors_1, 0, false },
    { "delete", 40, 2, words_minors_2, 1, true },
    { "loan", 40, 2, words_minors_3, 0, false },
};
static_assert(DH_SCHEMA_ABI == 1, "generate words.dhs again, with the dhgen of this libdh");
inline constexpr ::dh_schema words_schema = {
    DH_SCHEMA_ABI,
    1, /* newest minor */
    "lab.std.class/words 1",
    "lab.std.class.words",
    words_text,
    sizeof words_text - 1,
    4,
    words_roots,
    { 4, 16, DH_FULL_WAIT, DH_CHECKSUM_NONE },
    {
        0xc8, 0xc0, 0x16, 0x03, 0x67, 0x27, 0x46, 0x11, 0xee, 0x26, 0x58, 0x46, 0xd7, 0xe6, 0xe4, 0x09,
        0x49, 0xe8, 0x82, 0x39, 0x65, 0x8b, 0x69, 0x7f, 0xe7, 0xf1, 0xd0, 0xae, 0x3c, 0xb7, 0x13, 0xb5,
    },
};
/* clang-format on */
} // namespace tables_

struct WordsChannel {
    using Slot = ::lab::std_::class_::Words;
    static constexpr const ::dh_schema &schema() noexcept { return tables_::words_schema; }
};

/* The side that writes: WordsProducer::open(), "lab.std.class.words" if no other name is given. */
struct WordsProducer : ::dh::Producer<WordsProducer, WordsChannel> {
    /* Zone Words: this producer alone writes it. */
    ::dh::WrittenZone<::lab::std_::class_::Zone> Words() noexcept
    {
        return ::dh::WrittenZone<::lab::std_::class_::Zone>(this->zone_at(1));
    }
    /* Zone delete: everybody writes it. */
    ::dh::SharedZone<::lab::std_::class_::Zone> delete_() noexcept
    {
        return ::dh::SharedZone<::lab::std_::class_::Zone>(this->zone_at(2));
    }
    /* Zone loan: this producer alone writes it. */
    ::dh::WrittenZone<::lab::std_::class_::Zone> loan_() noexcept
    {
        return ::dh::WrittenZone<::lab::std_::class_::Zone>(this->zone_at(3));
    }
};

/* The side that reads: WordsConsumer::open(). */
struct WordsConsumer : ::dh::Consumer<WordsConsumer, WordsChannel> {
    /* Whether `last` is there: it came with minor 1. */
    bool has_last() const noexcept { return this->minor_version() >= 1; }
    /* Zone Words. */
    ::dh::ReadZone<::lab::std_::class_::Zone> Words() noexcept
    {
        return ::dh::ReadZone<::lab::std_::class_::Zone>(this->zone_at(1));
    }
    bool Words_has_last() const noexcept { return this->minor_version() >= 1; }
    /* Zone delete. */
    ::dh::SharedZone<::lab::std_::class_::Zone> delete_() noexcept
    {
        return ::dh::SharedZone<::lab::std_::class_::Zone>(this->zone_at(2));
    }
    bool delete_has_last() const noexcept { return this->minor_version() >= 1; }
    /* Zone loan. */
    ::dh::ReadZone<::lab::std_::class_::Zone> loan_() noexcept
    {
        return ::dh::ReadZone<::lab::std_::class_::Zone>(this->zone_at(3));
    }
    bool loan_has_last() const noexcept { return this->minor_version() >= 1; }
};

/* ---- channel class 1.0: 2 slot(s), full: overwrite, checksum: enforced ----
 */

namespace tables_ {
/* channel class: what the block's schema is compared with when a program attaches */
/* clang-format off */
inline constexpr char class_text[] =
    "dhs 1\n"
    "family lab.std.class/class 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 1\n"
    "0 u8 value\n"
    "meaning\n"
    ;
static_assert(sizeof class_text == 101 + 1, "the canonical text is whole");
/* slot: minor, bytes, lineage hash */
inline constexpr ::dh_minor class_minors_0[] = {
    { 0, 1, {
        0x68, 0x3a, 0xc4, 0xa4, 0x4a, 0xee, 0x6c, 0x5a, 0xdd, 0x0f, 0x63, 0xd8, 0xe6, 0x3f, 0xfb, 0x9a,
        0x5e, 0xa2, 0xc3, 0x4e, 0xae, 0xf2, 0x56, 0xc3, 0xba, 0xf9, 0x75, 0xd9, 0xf1, 0x37, 0xa3, 0x73,
    } },
};
/* name, bytes, number of minors, minors, spinlocks, shared */
inline constexpr ::dh_root class_roots[] = {
    { "", 1, 1, class_minors_0, 0, false },
};
static_assert(DH_SCHEMA_ABI == 1, "generate words.dhs again, with the dhgen of this libdh");
inline constexpr ::dh_schema class_schema = {
    DH_SCHEMA_ABI,
    0, /* newest minor */
    "lab.std.class/class 1",
    "lab.std.class.class",
    class_text,
    sizeof class_text - 1,
    1,
    class_roots,
    { 2, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_ENFORCED },
    {
        0x9e, 0xeb, 0x7b, 0x90, 0x44, 0x00, 0x59, 0xa0, 0xd6, 0x47, 0x6e, 0x6d, 0xb6, 0x4c, 0xec, 0x4c,
        0x18, 0x7e, 0xcb, 0xd7, 0x86, 0x59, 0x8f, 0xc2, 0x0e, 0xb6, 0x05, 0x5e, 0x93, 0x2e, 0x59, 0xb8,
    },
};
/* clang-format on */
} // namespace tables_

struct Channel {
    using Slot = ::lab::std_::class_::Producer_;
    static constexpr const ::dh_schema &schema() noexcept { return tables_::class_schema; }
};

/* The side that writes: Producer::open(), "lab.std.class.class" if no other name is given. */
struct Producer : ::dh::Producer<Producer, Channel> {
};

/* The side that reads: Consumer::open(). */
struct Consumer : ::dh::Consumer<Consumer, Channel> {
};

/* ---- channel slots 1.0: 1 slot(s), full: overwrite, checksum: none ----
 */

namespace tables_ {
/* channel slots: what the block's schema is compared with when a program attaches */
/* clang-format off */
inline constexpr char slots_text[] =
    "dhs 1\n"
    "family lab.std.class/slots 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 1\n"
    "0 u8 slot\n"
    "meaning\n"
    ;
static_assert(sizeof slots_text == 100 + 1, "the canonical text is whole");
/* slot: minor, bytes, lineage hash */
inline constexpr ::dh_minor slots_minors_0[] = {
    { 0, 1, {
        0x11, 0x6d, 0xdf, 0xc6, 0xde, 0xa3, 0x8e, 0xef, 0x1a, 0x0b, 0x6a, 0x51, 0x1e, 0x7f, 0xf9, 0x6b,
        0x96, 0x59, 0x63, 0x35, 0xf1, 0x4f, 0x17, 0xdc, 0xa7, 0x1e, 0xcd, 0xa4, 0x7c, 0x3b, 0x21, 0x9c,
    } },
};
/* name, bytes, number of minors, minors, spinlocks, shared */
inline constexpr ::dh_root slots_roots[] = {
    { "", 1, 1, slots_minors_0, 0, false },
};
static_assert(DH_SCHEMA_ABI == 1, "generate words.dhs again, with the dhgen of this libdh");
inline constexpr ::dh_schema slots_schema = {
    DH_SCHEMA_ABI,
    0, /* newest minor */
    "lab.std.class/slots 1",
    "lab.std.class.slots",
    slots_text,
    sizeof slots_text - 1,
    1,
    slots_roots,
    { 1, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_NONE },
    {
        0x40, 0x33, 0x01, 0x21, 0xdd, 0x22, 0x11, 0x73, 0x26, 0xf7, 0xbc, 0x0b, 0xe5, 0xc7, 0xba, 0xae,
        0x94, 0xfc, 0x84, 0x6f, 0x72, 0xd8, 0xef, 0x4b, 0x1b, 0x95, 0x7d, 0xe1, 0xae, 0x3a, 0x01, 0xb8,
    },
};
/* clang-format on */
} // namespace tables_

struct SlotsChannel {
    using Slot = ::lab::std_::class_::Slot;
    static constexpr const ::dh_schema &schema() noexcept { return tables_::slots_schema; }
};

/* The side that writes: SlotsProducer::open(), "lab.std.class.slots" if no other name is given. */
struct SlotsProducer : ::dh::Producer<SlotsProducer, SlotsChannel> {
};

/* The side that reads: SlotsConsumer::open(). */
struct SlotsConsumer : ::dh::Consumer<SlotsConsumer, SlotsChannel> {
};

} // namespace lab::std_::class_
#endif /* LAB_STD_CLASS_WORDS_DH_HPP */
