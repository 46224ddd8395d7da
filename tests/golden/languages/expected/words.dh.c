/* SPDX-License-Identifier: 0BSD */
/* words.dh.c - written by dhgen 0.1.0 from words.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "words.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(ws_producer, 1, 1, "words.dhs:5");
DH_PROVE_STRUCT(ws_virtual_lambda, 12, 4, "words.dhs:9");
DH_PROVE_STRUCT(ws_virtual_list, 8, 4, "words.dhs:9");
DH_PROVE_STRUCT(ws_virtual, 24, 8, "words.dhs:9");
DH_PROVE_STRUCT(ws_dh_err, 2, 2, "words.dhs:54");
DH_PROVE_STRUCT(ws_size_t, 8, 2, "words.dhs:50");
DH_PROVE_STRUCT(ws_strlen, 4, 1, "words.dhs:53");
DH_PROVE_STRUCT(ws_memset, 6, 2, "words.dhs:52");
DH_PROVE_STRUCT(ws_timezone, 14, 2, "words.dhs:51");
DH_PROVE_STRUCT(ws_words_mutable, 8, 4, "words.dhs:16");
DH_PROVE_STRUCT(ws_words_std, 12, 4, "words.dhs:27");
DH_PROVE_STRUCT(ws_words_depths, 12, 4, "words.dhs:29");
DH_PROVE_STRUCT(ws_words, 120, 8, "words.dhs:11");
DH_PROVE_STRUCT(ws_zone, 40, 8, "words.dhs:37");
DH_PROVE_STRUCT(ws_slot, 1, 1, "words.dhs:57");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(ws_producer, value, 0, "words.dhs:5");
DH_PROVE_FIELD(ws_virtual_lambda, length, 0, "words.dhs:9");
DH_PROVE_FIELD(ws_virtual_lambda, text, 4, "words.dhs:9");
DH_PROVE_FIELD(ws_virtual_list, count, 0, "words.dhs:9");
DH_PROVE_FIELD(ws_virtual_list, items, 4, "words.dhs:9");
DH_PROVE_FIELD(ws_virtual, tag, 0, "words.dhs:9");
DH_STATIC_ASSERT(offsetof(struct ws_virtual, as) == 8, "words.dhs:9");
DH_PROVE_FIELD(ws_dh_err, x, 0, "words.dhs:54");
DH_PROVE_FIELD(ws_size_t, dh_err, 0, "words.dhs:50");
DH_PROVE_FIELD(ws_size_t, text, 4, "words.dhs:50");
DH_PROVE_FIELD(ws_size_t, BIG_ENDIAN_, 7, "words.dhs:50");
DH_PROVE_FIELD(ws_strlen, memcpy, 0, "words.dhs:53");
DH_PROVE_FIELD(ws_memset, strlen, 0, "words.dhs:52");
DH_PROVE_FIELD(ws_memset, errno_, 4, "words.dhs:52");
DH_PROVE_FIELD(ws_timezone, size_t, 0, "words.dhs:51");
DH_PROVE_FIELD(ws_timezone, memset, 8, "words.dhs:51");
DH_PROVE_FIELD(ws_words_mutable, value, 0, "words.dhs:16");
DH_PROVE_FIELD(ws_words_mutable, present, 4, "words.dhs:16");
DH_PROVE_FIELD(ws_words_std, length, 0, "words.dhs:27");
DH_PROVE_FIELD(ws_words_std, text, 4, "words.dhs:27");
DH_PROVE_FIELD(ws_words_depths, count, 0, "words.dhs:29");
DH_PROVE_FIELD(ws_words_depths, items, 4, "words.dhs:29");
DH_PROVE_FIELD(ws_words, class_, 0, "words.dhs:15");
DH_PROVE_FIELD(ws_words, mutable_, 4, "words.dhs:16");
DH_PROVE_FIELD(ws_words, private_, 12, "words.dhs:17");
DH_PROVE_FIELD(ws_words, import, 13, "words.dhs:18");
DH_PROVE_FIELD(ws_words, and_, 14, "words.dhs:19");
DH_PROVE_FIELD(ws_words, template_, 15, "words.dhs:20");
DH_PROVE_FIELD(ws_words, minor_, 24, "words.dhs:21");
DH_PROVE_FIELD(ws_words, EOF_, 48, "words.dhs:22");
DH_PROVE_FIELD(ws_words, from, 49, "words.dhs:23");
DH_PROVE_FIELD(ws_words, def, 50, "words.dhs:24");
DH_PROVE_FIELD(ws_words, Producer, 53, "words.dhs:25");
DH_PROVE_FIELD(ws_words, Mode, 54, "words.dhs:26");
DH_PROVE_FIELD(ws_words, std, 56, "words.dhs:27");
DH_PROVE_FIELD(ws_words, dh, 68, "words.dhs:28");
DH_PROVE_FIELD(ws_words, depths, 72, "words.dhs:29");
DH_PROVE_FIELD(ws_words, half, 84, "words.dhs:30");
DH_PROVE_FIELD(ws_words, halves, 86, "words.dhs:31");
DH_PROVE_FIELD(ws_words, order, 92, "words.dhs:32");
DH_PROVE_FIELD(ws_words, mask, 96, "words.dhs:33");
DH_PROVE_FIELD(ws_words, zones, 98, "words.dhs:34");
DH_PROVE_FIELD(ws_words, last, 112, "words.dhs:35");
DH_PROVE_FIELD(ws_zone, gain, 0, "words.dhs:38");
DH_PROVE_FIELD(ws_zone, ready, 8, "words.dhs:39");
DH_PROVE_FIELD(ws_zone, mode, 12, "words.dhs:40");
DH_PROVE_FIELD(ws_zone, order, 16, "words.dhs:41");
DH_PROVE_FIELD(ws_zone, rate, 24, "words.dhs:42");
DH_PROVE_FIELD(ws_zone, last, 32, "words.dhs:43");
DH_PROVE_FIELD(ws_slot, slot, 0, "words.dhs:57");
#endif

/* What the columns of the tables are stands in <dh/schema.h>. */
DH_STATIC_ASSERT(DH_SCHEMA_ABI == 1, "generate words.dhs again, with the dhgen of this libdh");
/* clang-format off */

/* ---- channel words 1.1 ---- */
static const char ws_words_text[] =
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
DH_STATIC_ASSERT(sizeof ws_words_text == 2141 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor ws_words_minors_0[] = {
    { 0, 112, {
        0xa6, 0xb9, 0xb9, 0xcf, 0x8b, 0x87, 0xa0, 0x32, 0xd7, 0xf7, 0xac, 0x90, 0xe7, 0xef, 0x90, 0xb6,
        0x60, 0x20, 0xc0, 0x3a, 0xb8, 0x33, 0x39, 0xa2, 0xc0, 0xd9, 0xd0, 0xae, 0xa5, 0x87, 0xff, 0xf7,
    } },
    { 1, 120, {
        0x55, 0xaf, 0xd9, 0x36, 0x67, 0x54, 0x97, 0x36, 0xfc, 0x16, 0x02, 0xaf, 0x6a, 0xb1, 0x17, 0x67,
        0xa8, 0xa0, 0x25, 0xe9, 0x71, 0x81, 0x4b, 0xc4, 0xbb, 0xd5, 0x11, 0xab, 0xd8, 0xe5, 0xc1, 0x52,
    } },
};
/* zone Words */
static const struct dh_minor ws_words_minors_1[] = {
    { 0, 32, {
        0xea, 0x5c, 0x9a, 0x26, 0x24, 0xfa, 0xd8, 0x10, 0x28, 0xff, 0x04, 0x1e, 0x32, 0xde, 0xe1, 0x57,
        0x8b, 0x8c, 0x81, 0x6b, 0xfb, 0xff, 0xdd, 0xb7, 0xc9, 0x65, 0x40, 0x00, 0x8b, 0x2a, 0x3d, 0x0d,
    } },
    { 1, 40, {
        0x16, 0x31, 0x79, 0xb4, 0x26, 0x32, 0xba, 0x0e, 0x9a, 0xe3, 0x67, 0x38, 0x10, 0xc5, 0x8f, 0x49,
        0x8d, 0xed, 0x9f, 0x16, 0xa6, 0x3e, 0xb2, 0xac, 0x27, 0xe7, 0x3d, 0x71, 0x76, 0x90, 0x6b, 0xce,
    } },
};
/* zone delete */
static const struct dh_minor ws_words_minors_2[] = {
    { 0, 32, {
        0x57, 0x04, 0xfb, 0xcd, 0x2d, 0xe8, 0x48, 0x70, 0x78, 0xf5, 0x82, 0x2b, 0x1f, 0x1c, 0xab, 0xc1,
        0x22, 0x6c, 0x10, 0xcb, 0x12, 0xc2, 0xfe, 0x89, 0xe5, 0x75, 0x0f, 0x91, 0xeb, 0x0e, 0x31, 0x3e,
    } },
    { 1, 40, {
        0x04, 0xa0, 0xf9, 0xcb, 0xa1, 0x83, 0xaf, 0x1b, 0x7f, 0x9c, 0x4f, 0x0d, 0x79, 0x1e, 0x6b, 0xc9,
        0x70, 0x2f, 0x35, 0x9e, 0xdf, 0x81, 0x37, 0xf4, 0x75, 0x84, 0xfe, 0x5f, 0x63, 0x05, 0x58, 0x59,
    } },
};
/* zone loan */
static const struct dh_minor ws_words_minors_3[] = {
    { 0, 32, {
        0x29, 0x19, 0x63, 0x51, 0x3d, 0x6c, 0x2a, 0x52, 0x1b, 0x2f, 0xe8, 0xf3, 0xe1, 0x0b, 0xb0, 0x6b,
        0x55, 0x64, 0xac, 0x56, 0x7f, 0xe7, 0xdb, 0x01, 0x58, 0x2a, 0xbf, 0x83, 0x71, 0x3f, 0x8f, 0x84,
    } },
    { 1, 40, {
        0xd3, 0x1e, 0x57, 0x3d, 0xd0, 0xcf, 0x48, 0xf2, 0x96, 0x70, 0xca, 0x07, 0xa3, 0xda, 0x10, 0xe1,
        0xfd, 0xb4, 0x47, 0x7f, 0xdb, 0x32, 0xfb, 0x6e, 0xb1, 0x23, 0xd5, 0xbc, 0x3e, 0x12, 0x57, 0x88,
    } },
};

static const struct dh_root ws_words_roots[] = {
    { "", 120, 2, ws_words_minors_0, 0, false },
    { "Words", 40, 2, ws_words_minors_1, 0, false },
    { "delete", 40, 2, ws_words_minors_2, 1, true },
    { "loan", 40, 2, ws_words_minors_3, 0, false },
};

const struct dh_schema ws_words_schema = {
    DH_SCHEMA_ABI,
    1,
    "lab.std.class/words 1",
    "lab.std.class.words",
    ws_words_text,
    sizeof ws_words_text - 1,
    4,
    ws_words_roots,
    { 4, 16, DH_FULL_WAIT, DH_CHECKSUM_NONE },
    {
        0xc8, 0xc0, 0x16, 0x03, 0x67, 0x27, 0x46, 0x11, 0xee, 0x26, 0x58, 0x46, 0xd7, 0xe6, 0xe4, 0x09,
        0x49, 0xe8, 0x82, 0x39, 0x65, 0x8b, 0x69, 0x7f, 0xe7, 0xf1, 0xd0, 0xae, 0x3c, 0xb7, 0x13, 0xb5,
    },
};

/* ---- channel class 1.0 ---- */
static const char ws_class_text[] =
    "dhs 1\n"
    "family lab.std.class/class 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 1\n"
    "0 u8 value\n"
    "meaning\n"
    ;
DH_STATIC_ASSERT(sizeof ws_class_text == 101 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor ws_class_minors_0[] = {
    { 0, 1, {
        0x68, 0x3a, 0xc4, 0xa4, 0x4a, 0xee, 0x6c, 0x5a, 0xdd, 0x0f, 0x63, 0xd8, 0xe6, 0x3f, 0xfb, 0x9a,
        0x5e, 0xa2, 0xc3, 0x4e, 0xae, 0xf2, 0x56, 0xc3, 0xba, 0xf9, 0x75, 0xd9, 0xf1, 0x37, 0xa3, 0x73,
    } },
};

static const struct dh_root ws_class_roots[] = {
    { "", 1, 1, ws_class_minors_0, 0, false },
};

const struct dh_schema ws_class_schema = {
    DH_SCHEMA_ABI,
    0,
    "lab.std.class/class 1",
    "lab.std.class.class",
    ws_class_text,
    sizeof ws_class_text - 1,
    1,
    ws_class_roots,
    { 2, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_ENFORCED },
    {
        0x9e, 0xeb, 0x7b, 0x90, 0x44, 0x00, 0x59, 0xa0, 0xd6, 0x47, 0x6e, 0x6d, 0xb6, 0x4c, 0xec, 0x4c,
        0x18, 0x7e, 0xcb, 0xd7, 0x86, 0x59, 0x8f, 0xc2, 0x0e, 0xb6, 0x05, 0x5e, 0x93, 0x2e, 0x59, 0xb8,
    },
};

/* ---- channel slots 1.0 ---- */
static const char ws_slots_text[] =
    "dhs 1\n"
    "family lab.std.class/slots 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 1\n"
    "0 u8 slot\n"
    "meaning\n"
    ;
DH_STATIC_ASSERT(sizeof ws_slots_text == 100 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor ws_slots_minors_0[] = {
    { 0, 1, {
        0x11, 0x6d, 0xdf, 0xc6, 0xde, 0xa3, 0x8e, 0xef, 0x1a, 0x0b, 0x6a, 0x51, 0x1e, 0x7f, 0xf9, 0x6b,
        0x96, 0x59, 0x63, 0x35, 0xf1, 0x4f, 0x17, 0xdc, 0xa7, 0x1e, 0xcd, 0xa4, 0x7c, 0x3b, 0x21, 0x9c,
    } },
};

static const struct dh_root ws_slots_roots[] = {
    { "", 1, 1, ws_slots_minors_0, 0, false },
};

const struct dh_schema ws_slots_schema = {
    DH_SCHEMA_ABI,
    0,
    "lab.std.class/slots 1",
    "lab.std.class.slots",
    ws_slots_text,
    sizeof ws_slots_text - 1,
    1,
    ws_slots_roots,
    { 1, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_NONE },
    {
        0x40, 0x33, 0x01, 0x21, 0xdd, 0x22, 0x11, 0x73, 0x26, 0xf7, 0xbc, 0x0b, 0xe5, 0xc7, 0xba, 0xae,
        0x94, 0xfc, 0x84, 0x6f, 0x72, 0xd8, 0xef, 0x4b, 0x1b, 0x95, 0x7d, 0xe1, 0xae, 0x3a, 0x01, 0xb8,
    },
};
