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
    { 0, 112, DH_HASH(0xa6b9b9cf8b87a032, 0xd7f7ac90e7ef90b6, 0x6020c03ab83339a2,
                      0xc0d9d0aea587fff7) },
    { 1, 120, DH_HASH(0x55afd93667549736, 0xfc1602af6ab11767, 0xa8a025e971814bc4,
                      0xbbd511abd8e5c152) },
};
/* zone Words */
static const struct dh_minor ws_words_minors_1[] = {
    { 0, 32, DH_HASH(0xea5c9a2624fad810, 0x28ff041e32dee157, 0x8b8c816bfbffddb7,
                     0xc96540008b2a3d0d) },
    { 1, 40, DH_HASH(0x163179b42632ba0e, 0x9ae3673810c58f49, 0x8ded9f16a63eb2ac,
                     0x27e73d7176906bce) },
};
/* zone delete */
static const struct dh_minor ws_words_minors_2[] = {
    { 0, 32, DH_HASH(0x5704fbcd2de84870, 0x78f5822b1f1cabc1, 0x226c10cb12c2fe89,
                     0xe5750f91eb0e313e) },
    { 1, 40, DH_HASH(0x04a0f9cba183af1b, 0x7f9c4f0d791e6bc9, 0x702f359edf8137f4,
                     0x7584fe5f63055859) },
};
/* zone loan */
static const struct dh_minor ws_words_minors_3[] = {
    { 0, 32, DH_HASH(0x291963513d6c2a52, 0x1b2fe8f3e10bb06b, 0x5564ac567fe7db01,
                     0x582abf83713f8f84) },
    { 1, 40, DH_HASH(0xd31e573dd0cf48f2, 0x9670ca07a3da10e1, 0xfdb4477fdb32fb6e,
                     0xb123d5bc3e125788) },
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
    DH_HASH(0xc8c0160367274611, 0xee265846d7e6e409, 0x49e88239658b697f, 0xe7f1d0ae3cb713b5),
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
    { 0, 1, DH_HASH(0x683ac4a44aee6c5a, 0xdd0f63d8e63ffb9a, 0x5ea2c34eaef256c3,
                    0xbaf975d9f137a373) },
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
    DH_HASH(0x9eeb7b90440059a0, 0xd6476e6db64cec4c, 0x187ecbd786598fc2, 0x0eb6055e932e59b8),
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
    { 0, 1, DH_HASH(0x116ddfc6dea38eef, 0x1a0b6a511e7ff96b, 0x96596335f14f17dc,
                    0xa71ecda47c3b219c) },
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
    DH_HASH(0x40330121dd221173, 0x26f7bc0be5c7baae, 0x94fc846f72d8ef4b, 0x1b957de1ae3a01b8),
};
