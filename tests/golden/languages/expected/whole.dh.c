/* SPDX-License-Identifier: 0BSD */
/* whole.dh.c - written by dhgen 0.1.0 from whole.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "whole.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(w_reading_text, 12, 4, "whole.dhs:23");
DH_PROVE_STRUCT(w_reading, 32, 8, "whole.dhs:19");
DH_PROVE_STRUCT(w_gripper_label, 20, 4, "whole.dhs:49");
DH_PROVE_STRUCT(w_gripper_labels, 8, 4, "whole.dhs:50");
DH_PROVE_STRUCT(w_gripper_raw, 12, 4, "whole.dhs:51");
DH_PROVE_STRUCT(w_gripper_points, 104, 8, "whole.dhs:52");
DH_PROVE_STRUCT(w_gripper_rows, 28, 4, "whole.dhs:53");
DH_PROVE_STRUCT(w_gripper_words_item, 8, 4, "whole.dhs:54");
DH_PROVE_STRUCT(w_gripper_words, 20, 4, "whole.dhs:54");
DH_PROVE_STRUCT(w_gripper_best, 32, 8, "whole.dhs:55");
DH_PROVE_STRUCT(w_gripper_maybe, 2, 1, "whole.dhs:56");
DH_PROVE_STRUCT(w_gripper_trio, 8, 2, "whole.dhs:57");
DH_PROVE_STRUCT(w_gripper_readings, 72, 8, "whole.dhs:59");
DH_PROVE_STRUCT(w_gripper_sags, 8, 4, "whole.dhs:65");
DH_PROVE_STRUCT(w_gripper_drift, 4, 2, "whole.dhs:66");
DH_PROVE_STRUCT(w_gripper, 704, 64, "whole.dhs:30");
DH_PROVE_STRUCT(w_state, 128, 64, "whole.dhs:69");
DH_PROVE_STRUCT(w_setting, 24, 8, "whole.dhs:70");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(w_reading_text, length, 0, "whole.dhs:23");
DH_PROVE_FIELD(w_reading_text, text, 4, "whole.dhs:23");
DH_PROVE_FIELD(w_reading, tag, 0, "whole.dhs:19");
DH_STATIC_ASSERT(offsetof(struct w_reading, as) == 8, "whole.dhs:19");
DH_PROVE_FIELD(w_gripper_label, length, 0, "whole.dhs:49");
DH_PROVE_FIELD(w_gripper_label, text, 4, "whole.dhs:49");
DH_PROVE_FIELD(w_gripper_labels, length, 0, "whole.dhs:50");
DH_PROVE_FIELD(w_gripper_labels, text, 4, "whole.dhs:50");
DH_PROVE_FIELD(w_gripper_raw, length, 0, "whole.dhs:51");
DH_PROVE_FIELD(w_gripper_raw, data, 4, "whole.dhs:51");
DH_PROVE_FIELD(w_gripper_points, count, 0, "whole.dhs:52");
DH_PROVE_FIELD(w_gripper_points, items, 8, "whole.dhs:52");
DH_PROVE_FIELD(w_gripper_rows, count, 0, "whole.dhs:53");
DH_PROVE_FIELD(w_gripper_rows, items, 4, "whole.dhs:53");
DH_PROVE_FIELD(w_gripper_words_item, length, 0, "whole.dhs:54");
DH_PROVE_FIELD(w_gripper_words_item, text, 4, "whole.dhs:54");
DH_PROVE_FIELD(w_gripper_words, count, 0, "whole.dhs:54");
DH_PROVE_FIELD(w_gripper_words, items, 4, "whole.dhs:54");
DH_PROVE_FIELD(w_gripper_best, value, 0, "whole.dhs:55");
DH_PROVE_FIELD(w_gripper_best, present, 24, "whole.dhs:55");
DH_PROVE_FIELD(w_gripper_maybe, value, 0, "whole.dhs:56");
DH_PROVE_FIELD(w_gripper_maybe, present, 1, "whole.dhs:56");
DH_PROVE_FIELD(w_gripper_trio, value, 0, "whole.dhs:57");
DH_PROVE_FIELD(w_gripper_trio, present, 6, "whole.dhs:57");
DH_PROVE_FIELD(w_gripper_readings, count, 0, "whole.dhs:59");
DH_PROVE_FIELD(w_gripper_readings, items, 8, "whole.dhs:59");
DH_PROVE_FIELD(w_gripper_sags, count, 0, "whole.dhs:65");
DH_PROVE_FIELD(w_gripper_sags, items, 4, "whole.dhs:65");
DH_PROVE_FIELD(w_gripper_drift, value, 0, "whole.dhs:66");
DH_PROVE_FIELD(w_gripper_drift, present, 2, "whole.dhs:66");
DH_PROVE_FIELD(w_gripper, time, 0, "whole.dhs:33");
DH_PROVE_FIELD(w_gripper, stamp, 8, "whole.dhs:34");
DH_PROVE_FIELD(w_gripper, mode, 16, "whole.dhs:35");
DH_PROVE_FIELD(w_gripper, modes, 17, "whole.dhs:36");
DH_PROVE_FIELD(w_gripper, signed_, 20, "whole.dhs:37");
DH_PROVE_FIELD(w_gripper, wide, 24, "whole.dhs:38");
DH_PROVE_FIELD(w_gripper, faults, 32, "whole.dhs:39");
DH_PROVE_FIELD(w_gripper, ok, 34, "whole.dhs:40");
DH_PROVE_FIELD(w_gripper, lat, 36, "whole.dhs:41");
DH_PROVE_FIELD(w_gripper, heat, 40, "whole.dhs:42");
DH_PROVE_FIELD(w_gripper, heats, 42, "whole.dhs:43");
DH_PROVE_FIELD(w_gripper, volts, 48, "whole.dhs:44");
DH_PROVE_FIELD(w_gripper, half, 52, "whole.dhs:45");
DH_PROVE_FIELD(w_gripper, matrix, 56, "whole.dhs:46");
DH_PROVE_FIELD(w_gripper, name, 104, "whole.dhs:47");
DH_PROVE_FIELD(w_gripper, names, 112, "whole.dhs:48");
DH_PROVE_FIELD(w_gripper, label, 124, "whole.dhs:49");
DH_PROVE_FIELD(w_gripper, labels, 144, "whole.dhs:50");
DH_PROVE_FIELD(w_gripper, raw, 160, "whole.dhs:51");
DH_PROVE_FIELD(w_gripper, points, 176, "whole.dhs:52");
DH_PROVE_FIELD(w_gripper, rows, 280, "whole.dhs:53");
DH_PROVE_FIELD(w_gripper, words, 308, "whole.dhs:54");
DH_PROVE_FIELD(w_gripper, best, 328, "whole.dhs:55");
DH_PROVE_FIELD(w_gripper, maybe, 360, "whole.dhs:56");
DH_PROVE_FIELD(w_gripper, trio, 366, "whole.dhs:57");
DH_PROVE_FIELD(w_gripper, reading, 376, "whole.dhs:58");
DH_PROVE_FIELD(w_gripper, readings, 408, "whole.dhs:59");
DH_PROVE_FIELD(w_gripper, old, 480, "whole.dhs:60");
DH_PROVE_FIELD(w_gripper, nearer, 512, "whole.dhs:61");
DH_PROVE_FIELD(w_gripper, reserved, 516, "whole.dhs:62");
DH_PROVE_FIELD(w_gripper, later, 576, "whole.dhs:63");
DH_PROVE_FIELD(w_gripper, latest, 640, "whole.dhs:64");
DH_PROVE_FIELD(w_gripper, sags, 644, "whole.dhs:65");
DH_PROVE_FIELD(w_gripper, drift, 652, "whole.dhs:66");
DH_PROVE_FIELD(w_state, frames, 0, "whole.dhs:69");
DH_PROVE_FIELD(w_state, on, 8, "whole.dhs:69");
DH_PROVE_FIELD(w_state, rate, 64, "whole.dhs:69");
DH_PROVE_FIELD(w_setting, gain, 0, "whole.dhs:70");
#endif

/* What the columns of the tables are stands in <dh/schema.h>. */
DH_STATIC_ASSERT(DH_SCHEMA_ABI == 1, "generate whole.dhs again, with the dhgen of this libdh");
/* clang-format off */

/* ---- channel gripper 2.2 ---- */
static const char w_gripper_text[] =
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
DH_STATIC_ASSERT(sizeof w_gripper_text == 3115 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor w_gripper_minors_0[] = {
    { 0, 576, DH_HASH(0xee60be6a7e108b2a, 0x115f42bfdf9ba430, 0x445bf91f95b3e000,
                      0xfe4fb25d0b19faf0) },
    { 1, 640, DH_HASH(0x8c30ec0bf90f6f9d, 0x4ac1fbe833d836d0, 0x264c8a271167328f,
                      0x5a324fab265c8ca4) },
    { 2, 704, DH_HASH(0x2f40d60e11c0bb03, 0x34131d0f506103f6, 0x5374513bf7b8f8da,
                      0xaa5d77e2b4c158d9) },
};
/* zone setting */
static const struct dh_minor w_gripper_minors_1[] = {
    { 0, 24, DH_HASH(0xed28a4c2cbc8ae78, 0x45c0f7b4e9a21a66, 0x679e6fed21c5c3c4,
                     0x9608a593dd2c6c31) },
};
/* zone state */
static const struct dh_minor w_gripper_minors_2[] = {
    { 0, 128, DH_HASH(0x0ac3ec13b97e937c, 0xa7a2bbda72d27478, 0xee631dc94df37be8,
                      0xf9f9b58a189c7c3d) },
};

static const struct dh_root w_gripper_roots[] = {
    { "", 704, 3, w_gripper_minors_0, 0, false },
    { "setting", 24, 1, w_gripper_minors_1, 0, false },
    { "state", 128, 1, w_gripper_minors_2, 2, true },
};

const struct dh_schema w_gripper_schema = {
    DH_SCHEMA_ABI,
    2,
    "lab.whole/gripper 2",
    "lab.whole.gripper",
    w_gripper_text,
    sizeof w_gripper_text - 1,
    3,
    w_gripper_roots,
    { 8, 4, DH_FULL_WAIT, DH_CHECKSUM_MANUAL },
    DH_HASH(0xfb3f1983fd863ce2, 0xac22574ed203ef0c, 0x3b92c3f03b674e7d, 0x1c58b213cf19ca6e),
};

/* ---- channel tick 0.0 ---- */
static const char w_tick_text[] =
    "dhs 1\n"
    "family lab.whole/tick 0\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 0\n"
    "meaning\n"
    ;
DH_STATIC_ASSERT(sizeof w_tick_text == 85 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor w_tick_minors_0[] = {
    { 0, 0, DH_HASH(0x742195b391c5d543, 0x999387da29a731f7, 0x4d426650b1be283d,
                    0x69432c042223b698) },
};

static const struct dh_root w_tick_roots[] = {
    { "", 0, 1, w_tick_minors_0, 0, false },
};

const struct dh_schema w_tick_schema = {
    DH_SCHEMA_ABI,
    0,
    "lab.whole/tick 0",
    "lab.whole.tick",
    w_tick_text,
    sizeof w_tick_text - 1,
    1,
    w_tick_roots,
    { 4, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_NONE },
    DH_HASH(0x7468304d9ecf0b48, 0xc64b6f99f5974a0e, 0xfd8db61b60608d3c, 0x83f80ee3e2843f52),
};
