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
    { 0, 112, DH_HASH(0xa6b9b9cf8b87a032, 0xd7f7ac90e7ef90b6, 0x6020c03ab83339a2,
                      0xc0d9d0aea587fff7) },
    { 1, 120, DH_HASH(0x55afd93667549736, 0xfc1602af6ab11767, 0xa8a025e971814bc4,
                      0xbbd511abd8e5c152) },
};
/* zone Words: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_1[] = {
    { 0, 32, DH_HASH(0xea5c9a2624fad810, 0x28ff041e32dee157, 0x8b8c816bfbffddb7,
                     0xc96540008b2a3d0d) },
    { 1, 40, DH_HASH(0x163179b42632ba0e, 0x9ae3673810c58f49, 0x8ded9f16a63eb2ac,
                     0x27e73d7176906bce) },
};
/* zone delete: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_2[] = {
    { 0, 32, DH_HASH(0x5704fbcd2de84870, 0x78f5822b1f1cabc1, 0x226c10cb12c2fe89,
                     0xe5750f91eb0e313e) },
    { 1, 40, DH_HASH(0x04a0f9cba183af1b, 0x7f9c4f0d791e6bc9, 0x702f359edf8137f4,
                     0x7584fe5f63055859) },
};
/* zone loan: minor, bytes, lineage hash */
inline constexpr ::dh_minor words_minors_3[] = {
    { 0, 32, DH_HASH(0x291963513d6c2a52, 0x1b2fe8f3e10bb06b, 0x5564ac567fe7db01,
                     0x582abf83713f8f84) },
    { 1, 40, DH_HASH(0xd31e573dd0cf48f2, 0x9670ca07a3da10e1, 0xfdb4477fdb32fb6e,
                     0xb123d5bc3e125788) },
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
    DH_HASH(0xc8c0160367274611, 0xee265846d7e6e409, 0x49e88239658b697f, 0xe7f1d0ae3cb713b5),
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
    { 0, 1, DH_HASH(0x683ac4a44aee6c5a, 0xdd0f63d8e63ffb9a, 0x5ea2c34eaef256c3,
                    0xbaf975d9f137a373) },
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
    DH_HASH(0x9eeb7b90440059a0, 0xd6476e6db64cec4c, 0x187ecbd786598fc2, 0x0eb6055e932e59b8),
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
    { 0, 1, DH_HASH(0x116ddfc6dea38eef, 0x1a0b6a511e7ff96b, 0x96596335f14f17dc,
                    0xa71ecda47c3b219c) },
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
    DH_HASH(0x40330121dd221173, 0x26f7bc0be5c7baae, 0x94fc846f72d8ef4b, 0x1b957de1ae3a01b8),
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
