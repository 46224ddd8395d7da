/* SPDX-License-Identifier: 0BSD */
/* whole.dh.hpp - written by dhgen 0.1.0 from whole.dhs; edit the schema, not this file.
 *
 *   package lab.whole
 *   channel gripper version 2.2: slot of 704 bytes, zone setting of 24, zone state of 128
 *     fb3f1983fd863ce2ac22574ed203ef0c3b92c3f03b674e7d1c58b213cf19ca6e
 *   channel tick version 0.0: signal without payload
 *     7468304d9ecf0b48c64b6f99f5974a0efd8db61b60608d3c83f80ee3e2843f52
 *
 * A schema that uses everything: what each language makes of it is in expected/.
 */
#ifndef LAB_WHOLE_DH_HPP
#define LAB_WHOLE_DH_HPP

#include <dh/dh.hpp>

#include "parts.dh.hpp"

namespace lab::whole {

/* How many axes there are. */
inline constexpr std::uint32_t AXES{ 3u };

inline constexpr std::int64_t LIMIT{ INT64_C(-5000000000) };

inline constexpr double NAME_OF_DAY{ 0.5 };

/* enum Mode */
/* What a gripper does. */
enum class Mode : std::uint8_t {
    idle = 0,
    moving = 1,
    mode_held = 2,
    rest = 0,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(Mode value) noexcept
{
    switch (value) {
    case Mode::idle: return "idle";
    case Mode::moving: return "moving";
    case Mode::mode_held: return "mode_held";
    }
    return "?";
}

/* open enum Signed */
enum class Signed : std::int16_t {
    none = 0,
    below = -300,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(Signed value) noexcept
{
    switch (value) {
    case Signed::none: return "none";
    case Signed::below: return "below";
    }
    return "?";
}

/* enum Wide */
enum class Wide : std::uint64_t {
    none = UINT64_C(0),
    huge = UINT64_C(281474976710655),
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(Wide value) noexcept
{
    switch (value) {
    case Wide::none: return "none";
    case Wide::huge: return "huge";
    }
    return "?";
}

/* flags Fault */
enum class Fault : std::uint16_t {
    hot = 1,
    cold = 8,
    class_ = 32768,
};

/* What the schema calls a value; "?": it has no name. */
constexpr std::string_view name_of(Fault value) noexcept
{
    switch (value) {
    case Fault::hot: return "hot";
    case Fault::cold: return "cold";
    case Fault::class_: return "class";
    }
    return "?";
}

constexpr Fault operator|(Fault a, Fault b) noexcept
{
    return static_cast<Fault>(static_cast<std::uint64_t>(a) | static_cast<std::uint64_t>(b));
}
constexpr Fault operator&(Fault a, Fault b) noexcept
{
    return static_cast<Fault>(static_cast<std::uint64_t>(a) & static_cast<std::uint64_t>(b));
}
/* What is set in one of the two alone. */
constexpr Fault operator^(Fault a, Fault b) noexcept
{
    return static_cast<Fault>(static_cast<std::uint64_t>(a) ^ static_cast<std::uint64_t>(b));
}
/* For `set &= ~flag`: what is not named is set, too. */
constexpr Fault operator~(Fault a) noexcept
{
    return static_cast<Fault>(~static_cast<std::uint16_t>(a));
}
constexpr Fault &operator|=(Fault &a, Fault b) noexcept { return a = a | b; }
constexpr Fault &operator&=(Fault &a, Fault b) noexcept { return a = a & b; }
constexpr Fault &operator^=(Fault &a, Fault b) noexcept { return a = a ^ b; }
/* Whether one of `flags` is set. */
constexpr bool has(Fault set, Fault flags) noexcept { return (set & flags) != Fault{}; }

/* union Reading, 32 bytes: one of its arms, told by `tag` */
/* One of several, told by its tag. */
struct alignas(8) Reading {
    enum class Tag : std::uint8_t {
        nothing = 0,
        /* straight from the sensor */
        number = 1,
        text = 2,
        place = 7,
        row = 8,
        code = 9,
        mode = 10,
    };

    Tag tag{};
    std::uint8_t pad1_[7]{}; /* zero */
    union {
        std::uint8_t bytes_[24]{};
        alignas(8) double number; /* m */
        ::dh::string<5> text;
        ::lab::parts::Place place;
        ::dh::array<float, 4> row;
        ::dh::chars<3> code;
        Mode mode;
    } as{};

    /* Make it `nothing`, which has no value. */
    void set_nothing() noexcept { become(Tag::nothing); }

    /* `number`, or nullptr if it is another arm that is set. */
    const double *get_number() const noexcept
    {
        return tag == Tag::number ? &as.number : nullptr;
    }
    double *get_number() noexcept
    {
        return tag == Tag::number ? &as.number : nullptr;
    }
    /* Make it `number`, as its type is by itself, and fill what is returned. */
    double &set_number() noexcept
    {
        become(Tag::number);
        return *::new (static_cast<void *>(&as.number)) double{};
    }
    void set_number(const double &value) noexcept
    {
        const double copy = value; /* it may lie in here */
        become(Tag::number);
        ::new (static_cast<void *>(&as.number)) double(copy);
    }

    /* `text`, or nullptr if it is another arm that is set. */
    const ::dh::string<5> *get_text() const noexcept
    {
        return tag == Tag::text ? &as.text : nullptr;
    }
    ::dh::string<5> *get_text() noexcept
    {
        return tag == Tag::text ? &as.text : nullptr;
    }
    /* Make it `text`, as its type is by itself, and fill what is returned. */
    ::dh::string<5> &set_text() noexcept
    {
        become(Tag::text);
        return *::new (static_cast<void *>(&as.text)) ::dh::string<5>{};
    }
    void set_text(const ::dh::string<5> &value) noexcept
    {
        const ::dh::string<5> copy = value; /* it may lie in here */
        become(Tag::text);
        ::new (static_cast<void *>(&as.text)) ::dh::string<5>(copy);
    }

    /* `place`, or nullptr if it is another arm that is set. */
    const ::lab::parts::Place *get_place() const noexcept
    {
        return tag == Tag::place ? &as.place : nullptr;
    }
    ::lab::parts::Place *get_place() noexcept
    {
        return tag == Tag::place ? &as.place : nullptr;
    }
    /* Make it `place`, as its type is by itself, and fill what is returned. */
    ::lab::parts::Place &set_place() noexcept
    {
        become(Tag::place);
        return *::new (static_cast<void *>(&as.place)) ::lab::parts::Place{};
    }
    void set_place(const ::lab::parts::Place &value) noexcept
    {
        const ::lab::parts::Place copy = value; /* it may lie in here */
        become(Tag::place);
        ::new (static_cast<void *>(&as.place)) ::lab::parts::Place(copy);
    }

    /* `row`, or nullptr if it is another arm that is set. */
    const ::dh::array<float, 4> *get_row() const noexcept
    {
        return tag == Tag::row ? &as.row : nullptr;
    }
    ::dh::array<float, 4> *get_row() noexcept
    {
        return tag == Tag::row ? &as.row : nullptr;
    }
    /* Make it `row`, as its type is by itself, and fill what is returned. */
    ::dh::array<float, 4> &set_row() noexcept
    {
        become(Tag::row);
        return *::new (static_cast<void *>(&as.row)) ::dh::array<float, 4>{};
    }
    void set_row(const ::dh::array<float, 4> &value) noexcept
    {
        const ::dh::array<float, 4> copy = value; /* it may lie in here */
        become(Tag::row);
        ::new (static_cast<void *>(&as.row)) ::dh::array<float, 4>(copy);
    }

    /* `code`, or nullptr if it is another arm that is set. */
    const ::dh::chars<3> *get_code() const noexcept
    {
        return tag == Tag::code ? &as.code : nullptr;
    }
    ::dh::chars<3> *get_code() noexcept
    {
        return tag == Tag::code ? &as.code : nullptr;
    }
    /* Make it `code`, as its type is by itself, and fill what is returned. */
    ::dh::chars<3> &set_code() noexcept
    {
        become(Tag::code);
        return *::new (static_cast<void *>(&as.code)) ::dh::chars<3>{};
    }
    void set_code(const ::dh::chars<3> &value) noexcept
    {
        const ::dh::chars<3> copy = value; /* it may lie in here */
        become(Tag::code);
        ::new (static_cast<void *>(&as.code)) ::dh::chars<3>(copy);
    }

    /* `mode`, or nullptr if it is another arm that is set. */
    const Mode *get_mode() const noexcept
    {
        return tag == Tag::mode ? &as.mode : nullptr;
    }
    Mode *get_mode() noexcept
    {
        return tag == Tag::mode ? &as.mode : nullptr;
    }
    /* Make it `mode`, as its type is by itself, and fill what is returned. */
    Mode &set_mode() noexcept
    {
        become(Tag::mode);
        return *::new (static_cast<void *>(&as.mode)) Mode{};
    }
    void set_mode(const Mode &value) noexcept
    {
        const Mode copy = value; /* it may lie in here */
        become(Tag::mode);
        ::new (static_cast<void *>(&as.mode)) Mode(copy);
    }

    /* Calls f with the value of the arm that is set; with std::nullopt where there is none. */
    template <class F> decltype(auto) visit(F &&f) const
    {
        switch (tag) {
        case Tag::nothing: break;
        case Tag::number: return std::forward<F>(f)(as.number);
        case Tag::text: return std::forward<F>(f)(as.text);
        case Tag::place: return std::forward<F>(f)(as.place);
        case Tag::row: return std::forward<F>(f)(as.row);
        case Tag::code: return std::forward<F>(f)(as.code);
        case Tag::mode: return std::forward<F>(f)(as.mode);
        }
        return std::forward<F>(f)(std::nullopt);
    }

  private:
    void become(Tag arm) noexcept
    {
        ::new (static_cast<void *>(this)) Reading{};
        tag = arm;
    }
};
static_assert(std::is_trivially_copyable_v<Reading> && std::is_standard_layout_v<Reading>);
static_assert(sizeof(Reading) == 32, "Reading has 32 bytes in whole.dhs");
static_assert(alignof(Reading) == 8, "Reading is aligned to 8 in whole.dhs");
static_assert(offsetof(Reading, as) == 8, "not as whole.dhs says");

inline constexpr std::uint32_t Gripper_FINGERS{ 2u };

/* Gripper, 704 bytes */
struct alignas(64) Gripper {
    static constexpr auto FINGERS = Gripper_FINGERS;

    /* When it was read. */
    alignas(8) std::uint64_t time{}; /* 0  ns, monotonic clock */
    alignas(8) std::uint64_t stamp{}; /* 8  ns, plant clock */
    Mode mode{ Mode::moving }; /* 16 */
    ::dh::array<Mode, 2> modes{}; /* 17 */
    std::uint8_t pad19_[1]{}; /* zero */
    Signed signed_{}; /* 20 */
    std::uint8_t pad22_[2]{}; /* zero */
    alignas(8) Wide wide{}; /* 24 */
    Fault faults{}; /* 32 */
    bool ok{ true }; /* 34 */
    std::uint8_t pad35_[1]{}; /* zero */
    struct lat_scale_ {
        static constexpr double factor = 1e-07, offset = 0;
    };
    ::dh::scaled<std::int32_t, lat_scale_> lat{}; /* 36  deg, = raw * 1e-07, -90 to 90, frame wgs84 */
    struct heat_scale_ {
        static constexpr double factor = 0.5, offset = -4e+01;
    };
    ::dh::scaled<std::uint8_t, heat_scale_> heat{}; /* 40  degC, = raw * 0.5 - 4e+01 */
    std::uint8_t pad41_[1]{}; /* zero */
    struct heats_scale_ {
        static constexpr double factor = 0.01, offset = 0;
    };
    ::dh::array<::dh::scaled<std::int16_t, heats_scale_>, 2> heats{}; /* 42  degC, = raw * 0.01 */
    std::uint8_t pad46_[2]{}; /* zero */
    float volts{}; /* 48  V, at least 0, nan: invalid */
    ::dh::f16 half{ 0x3e00 }; /* 52 */
    std::uint8_t pad54_[2]{}; /* zero */
    alignas(8) ::dh::array<double, 3, 2> matrix{}; /* 56 */
    ::dh::chars<8> name{ "abc" }; /* 104 */
    ::dh::array<::dh::chars<4>, 3> names{}; /* 112 */
    ::dh::string<15> label{ "none yet" }; /* 124 */
    ::dh::array<::dh::string<3>, 2> labels{}; /* 144 */
    ::dh::bytes<6> raw{}; /* 160 */
    std::uint8_t pad172_[4]{}; /* zero */
    ::dh::list<::lab::parts::Place, 4> points{}; /* 176 */
    ::dh::list<::dh::array<float, 3>, 2> rows{}; /* 280 */
    ::dh::list<::dh::string<3>, 2> words{}; /* 308 */
    ::dh::optional<::lab::parts::Place> best{}; /* 328 */
    ::dh::array<::dh::optional<std::uint8_t>, 3> maybe{}; /* 360 */
    ::dh::optional<::dh::array<std::uint16_t, 3>> trio{}; /* 366 */
    std::uint8_t pad374_[2]{}; /* zero */
    Reading reading{}; /* 376 */
    ::dh::list<Reading, 2> readings{}; /* 408 */
    std::uint32_t old{}; /* 480  deprecated: use time */
    std::uint8_t pad484_[28]{}; /* zero */
    alignas(64) float nearer{}; /* 512 */
    std::uint8_t reserved{}; /* 516  255: invalid */
    std::uint8_t pad517_[59]{}; /* zero */
    float later{}; /* 576  m, since minor 1 */
    std::uint8_t pad580_[60]{}; /* zero */
    std::uint16_t latest{}; /* 640  since minor 2 */
    std::uint8_t pad642_[2]{}; /* zero */
    struct sags_scale_ {
        static constexpr double factor = 0.25, offset = 1;
    };
    ::dh::list<::dh::scaled<std::uint8_t, sags_scale_>, 3> sags{}; /* 644  mm, = raw * 0.25 + 1, since minor 2 */
    struct drift_scale_ {
        static constexpr double factor = 0.5, offset = 0;
    };
    ::dh::array<::dh::optional<::dh::scaled<std::int16_t, drift_scale_>>, 2> drift{}; /* 652  mm, = raw * 0.5, since minor 2 */
    std::uint8_t pad660_[44]{}; /* zero */
};
static_assert(std::is_trivially_copyable_v<Gripper> && std::is_standard_layout_v<Gripper>);
static_assert(sizeof(Gripper) == 704, "Gripper has 704 bytes in whole.dhs");
static_assert(alignof(Gripper) == 64, "Gripper is aligned to 64 in whole.dhs");
static_assert(offsetof(Gripper, time) == 0, "not as whole.dhs says");
static_assert(offsetof(Gripper, stamp) == 8, "not as whole.dhs says");
static_assert(offsetof(Gripper, mode) == 16, "not as whole.dhs says");
static_assert(offsetof(Gripper, modes) == 17, "not as whole.dhs says");
static_assert(offsetof(Gripper, signed_) == 20, "not as whole.dhs says");
static_assert(offsetof(Gripper, wide) == 24, "not as whole.dhs says");
static_assert(offsetof(Gripper, faults) == 32, "not as whole.dhs says");
static_assert(offsetof(Gripper, ok) == 34, "not as whole.dhs says");
static_assert(offsetof(Gripper, lat) == 36, "not as whole.dhs says");
static_assert(offsetof(Gripper, heat) == 40, "not as whole.dhs says");
static_assert(offsetof(Gripper, heats) == 42, "not as whole.dhs says");
static_assert(offsetof(Gripper, volts) == 48, "not as whole.dhs says");
static_assert(offsetof(Gripper, half) == 52, "not as whole.dhs says");
static_assert(offsetof(Gripper, matrix) == 56, "not as whole.dhs says");
static_assert(offsetof(Gripper, name) == 104, "not as whole.dhs says");
static_assert(offsetof(Gripper, names) == 112, "not as whole.dhs says");
static_assert(offsetof(Gripper, label) == 124, "not as whole.dhs says");
static_assert(offsetof(Gripper, labels) == 144, "not as whole.dhs says");
static_assert(offsetof(Gripper, raw) == 160, "not as whole.dhs says");
static_assert(offsetof(Gripper, points) == 176, "not as whole.dhs says");
static_assert(offsetof(Gripper, rows) == 280, "not as whole.dhs says");
static_assert(offsetof(Gripper, words) == 308, "not as whole.dhs says");
static_assert(offsetof(Gripper, best) == 328, "not as whole.dhs says");
static_assert(offsetof(Gripper, maybe) == 360, "not as whole.dhs says");
static_assert(offsetof(Gripper, trio) == 366, "not as whole.dhs says");
static_assert(offsetof(Gripper, reading) == 376, "not as whole.dhs says");
static_assert(offsetof(Gripper, readings) == 408, "not as whole.dhs says");
static_assert(offsetof(Gripper, old) == 480, "not as whole.dhs says");
static_assert(offsetof(Gripper, nearer) == 512, "not as whole.dhs says");
static_assert(offsetof(Gripper, reserved) == 516, "not as whole.dhs says");
static_assert(offsetof(Gripper, later) == 576, "not as whole.dhs says");
static_assert(offsetof(Gripper, latest) == 640, "not as whole.dhs says");
static_assert(offsetof(Gripper, sags) == 644, "not as whole.dhs says");
static_assert(offsetof(Gripper, drift) == 652, "not as whole.dhs says");

/* State, 128 bytes */
struct alignas(64) State {
    ::dh::atomic<std::uint64_t> frames{}; /* 0 */
    ::dh::atomic<bool> on{}; /* 8 */
    std::uint8_t pad9_[55]{}; /* zero */
    alignas(64) ::dh::atomic<float> rate{}; /* 64  Hz */
    std::uint8_t pad68_[60]{}; /* zero */
};
static_assert(std::is_trivially_copyable_v<State> && std::is_standard_layout_v<State>);
static_assert(sizeof(State) == 128, "State has 128 bytes in whole.dhs");
static_assert(alignof(State) == 64, "State is aligned to 64 in whole.dhs");
static_assert(offsetof(State, frames) == 0, "not as whole.dhs says");
static_assert(offsetof(State, on) == 8, "not as whole.dhs says");
static_assert(offsetof(State, rate) == 64, "not as whole.dhs says");

/* Setting, 24 bytes */
struct alignas(8) Setting {
    alignas(8) double gain{ 1.0 }; /* 0 */
    std::uint8_t pad8_[16]{}; /* zero */
};
static_assert(std::is_trivially_copyable_v<Setting> && std::is_standard_layout_v<Setting>);
static_assert(sizeof(Setting) == 24, "Setting has 24 bytes in whole.dhs");
static_assert(alignof(Setting) == 8, "Setting is aligned to 8 in whole.dhs");
static_assert(offsetof(Setting, gain) == 0, "not as whole.dhs says");

/* ---- channel gripper 2.2: 8 slot(s), full: wait, checksum: manual ----
 * What the gripper tells.
 */

namespace tables_ {
/* channel gripper: what the block's schema is compared with when a program attaches */
/* clang-format off */
inline constexpr char gripper_text[] =
    "dhs 1\n"
    "family lab.whole/gripper 2\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 576\n"
    "0 u64 time\n"
    "8 u64 stamp\n"
    "16 u8 mode\n"
    "17 u8[2] modes\n"
    "20 i16 signed\n"
    "24 u64 wide\n"
    "32 u16 faults\n"
    "34 bool ok\n"
    "36 i32 lat\n"
    "40 u8 heat\n"
    "42 i16[2] heats\n"
    "48 f32 volts\n"
    "52 f16 half\n"
    "56 f64[3][2] matrix\n"
    "104 char[8] name\n"
    "112 char[4][3] names\n"
    "124 string<15> label\n"
    "144 string<3>[2] labels\n"
    "160 bytes<6> raw\n"
    "176 list<4,24> points\n"
    "184 f64 points[].x\n"
    "192 f32 points[].y\n"
    "196 string<7> points[].name\n"
    "280 list<2,12> rows\n"
    "284 f32[3] rows[]\n"
    "308 list<2,8> words\n"
    "312 string<3> words[]\n"
    "328 opt<24> best\n"
    "328 f64 best?.x\n"
    "336 f32 best?.y\n"
    "340 string<7> best?.name\n"
    "360 array<2>[3] maybe\n"
    "360 opt<1> maybe[]\n"
    "360 u8 maybe[]?\n"
    "366 opt<6> trio\n"
    "366 u16[3] trio?\n"
    "376 union<u8,32> reading\n"
    "384 case<0> reading.nothing\n"
    "384 case<1> reading.number\n"
    "384 f64 reading.number\n"
    "384 case<2> reading.text\n"
    "384 string<5> reading.text\n"
    "384 case<7> reading.place\n"
    "384 f64 reading.place.x\n"
    "392 f32 reading.place.y\n"
    "396 string<7> reading.place.name\n"
    "384 case<8> reading.row\n"
    "384 f32[4] reading.row\n"
    "384 case<9> reading.code\n"
    "384 char[3] reading.code\n"
    "384 case<10> reading.mode\n"
    "384 u8 reading.mode\n"
    "408 list<2,32> readings\n"
    "416 union<u8,32> readings[]\n"
    "424 case<0> readings[].nothing\n"
    "424 case<1> readings[].number\n"
    "424 f64 readings[].number\n"
    "424 case<2> readings[].text\n"
    "424 string<5> readings[].text\n"
    "424 case<7> readings[].place\n"
    "424 f64 readings[].place.x\n"
    "432 f32 readings[].place.y\n"
    "436 string<7> readings[].place.name\n"
    "424 case<8> readings[].row\n"
    "424 f32[4] readings[].row\n"
    "424 case<9> readings[].code\n"
    "424 char[3] readings[].code\n"
    "424 case<10> readings[].mode\n"
    "424 u8 readings[].mode\n"
    "480 u32 old\n"
    "512 f32 nearer\n"
    "516 u8 reserved\n"
    "minor 1 size 640\n"
    "576 f32 later\n"
    "minor 2 size 704\n"
    "640 u16 latest\n"
    "644 list<3,1> sags\n"
    "648 u8 sags[]\n"
    "652 array<4>[2] drift\n"
    "652 opt<2> drift[]\n"
    "652 i16 drift[]?\n"
    "root zone setting align 64\n"
    "minor 0 size 24\n"
    "0 f64 gain\n"
    "8 reserve<16> .\n"
    "root zone state align 64 shared\n"
    "minor 0 size 128\n"
    "0 atomic<u64> frames\n"
    "8 atomic<bool> on\n"
    "64 atomic<f32> rate\n"
    "meaning\n"
    "clock slot stamp plant\n"
    "clock slot time monotonic\n"
    "deprecated slot old\n"
    "enum slot mode u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
    "enum slot modes u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
    "enum slot reading.mode u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
    "enum slot readings[].mode u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
    "enum slot signed i16 open below=-300 none=0\n"
    "enum slot wide u64 closed none=0 huge=281474976710655\n"
    "flags slot faults u16 hot=0 cold=3 class=15\n"
    "frame slot lat \"wgs84\"\n"
    "invalid slot reserved 255\n"
    "invalid slot volts nan\n"
    "range slot lat -90 90\n"
    "range slot volts 0e+00 _\n"
    "scale slot drift[]? 5e-01 0e+00\n"
    "scale slot heat 5e-01 -4e+01\n"
    "scale slot heats 1e-02 0e+00\n"
    "scale slot lat 1e-07 0e+00\n"
    "scale slot sags[] 2.5e-01 1e+00\n"
    "spinlocks zone state . 2\n"
    "unit slot best?.x \"m\"\n"
    "unit slot drift[]? \"mm\"\n"
    "unit slot heat \"degC\"\n"
    "unit slot heats \"degC\"\n"
    "unit slot lat \"deg\"\n"
    "unit slot later \"m\"\n"
    "unit slot points[].x \"m\"\n"
    "unit slot reading.number \"m\"\n"
    "unit slot reading.place.x \"m\"\n"
    "unit slot readings[].number \"m\"\n"
    "unit slot readings[].place.x \"m\"\n"
    "unit slot sags[] \"mm\"\n"
    "unit slot stamp \"ns\"\n"
    "unit slot time \"ns\"\n"
    "unit slot volts \"V\"\n"
    "unit zone state rate \"Hz\"\n"
    ;
static_assert(sizeof gripper_text == 3115 + 1, "the canonical text is whole");
/* slot: minor, bytes, lineage hash */
inline constexpr ::dh_minor gripper_minors_0[] = {
    { 0, 576, DH_HASH(0xee60be6a7e108b2a, 0x115f42bfdf9ba430, 0x445bf91f95b3e000,
                      0xfe4fb25d0b19faf0) },
    { 1, 640, DH_HASH(0x8c30ec0bf90f6f9d, 0x4ac1fbe833d836d0, 0x264c8a271167328f,
                      0x5a324fab265c8ca4) },
    { 2, 704, DH_HASH(0x2f40d60e11c0bb03, 0x34131d0f506103f6, 0x5374513bf7b8f8da,
                      0xaa5d77e2b4c158d9) },
};
/* zone setting: minor, bytes, lineage hash */
inline constexpr ::dh_minor gripper_minors_1[] = {
    { 0, 24, DH_HASH(0xed28a4c2cbc8ae78, 0x45c0f7b4e9a21a66, 0x679e6fed21c5c3c4,
                     0x9608a593dd2c6c31) },
};
/* zone state: minor, bytes, lineage hash */
inline constexpr ::dh_minor gripper_minors_2[] = {
    { 0, 128, DH_HASH(0x0ac3ec13b97e937c, 0xa7a2bbda72d27478, 0xee631dc94df37be8,
                      0xf9f9b58a189c7c3d) },
};
/* name, bytes, number of minors, minors, spinlocks, shared */
inline constexpr ::dh_root gripper_roots[] = {
    { "", 704, 3, gripper_minors_0, 0, false },
    { "setting", 24, 1, gripper_minors_1, 0, false },
    { "state", 128, 1, gripper_minors_2, 2, true },
};
static_assert(DH_SCHEMA_ABI == 1, "generate whole.dhs again, with the dhgen of this libdh");
inline constexpr ::dh_schema gripper_schema = {
    DH_SCHEMA_ABI,
    2, /* newest minor */
    "lab.whole/gripper 2",
    "lab.whole.gripper",
    gripper_text,
    sizeof gripper_text - 1,
    3,
    gripper_roots,
    { 8, 4, DH_FULL_WAIT, DH_CHECKSUM_MANUAL },
    DH_HASH(0xfb3f1983fd863ce2, 0xac22574ed203ef0c, 0x3b92c3f03b674e7d, 0x1c58b213cf19ca6e),
};
/* clang-format on */
} // namespace tables_

struct GripperChannel {
    using Slot = ::lab::whole::Gripper;
    static constexpr const ::dh_schema &schema() noexcept { return tables_::gripper_schema; }
};

/* The side that writes: GripperProducer::open(), "lab.whole.gripper" if no other name is given. */
struct GripperProducer : ::dh::Producer<GripperProducer, GripperChannel> {
    /* Zone setting: this producer alone writes it. */
    ::dh::WrittenZone<Setting> setting() noexcept
    {
        return ::dh::WrittenZone<Setting>(this->zone_at(1));
    }
    /* Zone state: everybody writes it. */
    ::dh::SharedZone<State> state() noexcept
    {
        return ::dh::SharedZone<State>(this->zone_at(2));
    }
};

/* The side that reads: GripperConsumer::open(). */
struct GripperConsumer : ::dh::Consumer<GripperConsumer, GripperChannel> {
    /* Whether `later` is there: it came with minor 1. */
    bool has_later() const noexcept { return this->minor_version() >= 1; }
    /* Whether `latest` is there: it came with minor 2. */
    bool has_latest() const noexcept { return this->minor_version() >= 2; }
    /* Whether `sags` is there: it came with minor 2. */
    bool has_sags() const noexcept { return this->minor_version() >= 2; }
    /* Whether `drift` is there: it came with minor 2. */
    bool has_drift() const noexcept { return this->minor_version() >= 2; }
    /* Zone setting. */
    ::dh::ReadZone<Setting> setting() noexcept
    {
        return ::dh::ReadZone<Setting>(this->zone_at(1));
    }
    /* Zone state. */
    ::dh::SharedZone<State> state() noexcept
    {
        return ::dh::SharedZone<State>(this->zone_at(2));
    }
};

/* ---- channel tick 0.0: 4 slot(s), full: overwrite, checksum: none ----
 */

namespace tables_ {
/* channel tick: what the block's schema is compared with when a program attaches */
/* clang-format off */
inline constexpr char tick_text[] =
    "dhs 1\n"
    "family lab.whole/tick 0\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 0\n"
    "meaning\n"
    ;
static_assert(sizeof tick_text == 85 + 1, "the canonical text is whole");
/* slot: minor, bytes, lineage hash */
inline constexpr ::dh_minor tick_minors_0[] = {
    { 0, 0, DH_HASH(0x742195b391c5d543, 0x999387da29a731f7, 0x4d426650b1be283d,
                    0x69432c042223b698) },
};
/* name, bytes, number of minors, minors, spinlocks, shared */
inline constexpr ::dh_root tick_roots[] = {
    { "", 0, 1, tick_minors_0, 0, false },
};
static_assert(DH_SCHEMA_ABI == 1, "generate whole.dhs again, with the dhgen of this libdh");
inline constexpr ::dh_schema tick_schema = {
    DH_SCHEMA_ABI,
    0, /* newest minor */
    "lab.whole/tick 0",
    "lab.whole.tick",
    tick_text,
    sizeof tick_text - 1,
    1,
    tick_roots,
    { 4, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_NONE },
    DH_HASH(0x7468304d9ecf0b48, 0xc64b6f99f5974a0e, 0xfd8db61b60608d3c, 0x83f80ee3e2843f52),
};
/* clang-format on */
} // namespace tables_

struct TickChannel {
    static constexpr const ::dh_schema &schema() noexcept { return tables_::tick_schema; }
};

/* The side that writes: TickProducer::open(), "lab.whole.tick" if no other name is given. */
struct TickProducer : ::dh::SignalProducer<TickProducer, TickChannel> {
};

/* The side that reads: TickConsumer::open(). */
struct TickConsumer : ::dh::SignalConsumer<TickConsumer, TickChannel> {
};

} // namespace lab::whole
#endif /* LAB_WHOLE_DH_HPP */
