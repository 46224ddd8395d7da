/* SPDX-License-Identifier: 0BSD */
/* types.dh.c - written by dhgen 0.1.0 from types.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "types.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(t_point, 16, 8, "types.dhs:14");
DH_PROVE_STRUCT(t_value_text, 12, 4, "types.dhs:20");
DH_PROVE_STRUCT(t_value, 24, 8, "types.dhs:16");
DH_PROVE_STRUCT(t_scalars, 72, 8, "types.dhs:24");
DH_PROVE_STRUCT(t_bounded_tag, 8, 4, "types.dhs:46");
DH_PROVE_STRUCT(t_bounded_tags, 8, 4, "types.dhs:47");
DH_PROVE_STRUCT(t_bounded_raw, 12, 4, "types.dhs:48");
DH_PROVE_STRUCT(t_bounded_points, 72, 8, "types.dhs:49");
DH_PROVE_STRUCT(t_bounded_best, 24, 8, "types.dhs:50");
DH_PROVE_STRUCT(t_bounded_maybe, 2, 1, "types.dhs:51");
DH_PROVE_STRUCT(t_bounded_whole, 8, 2, "types.dhs:52");
DH_PROVE_STRUCT(t_bounded_deep_item, 8, 4, "types.dhs:53");
DH_PROVE_STRUCT(t_bounded_deep, 20, 4, "types.dhs:53");
DH_PROVE_STRUCT(t_bounded, 384, 8, "types.dhs:42");
DH_PROVE_STRUCT(t_class, 128, 64, "types.dhs:59");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(t_point, x, 0, "types.dhs:14");
DH_PROVE_FIELD(t_point, y, 8, "types.dhs:14");
DH_PROVE_FIELD(t_value_text, length, 0, "types.dhs:20");
DH_PROVE_FIELD(t_value_text, text, 4, "types.dhs:20");
DH_PROVE_FIELD(t_value, tag, 0, "types.dhs:16");
DH_STATIC_ASSERT(offsetof(struct t_value, as) == 8, "types.dhs:16");
DH_PROVE_FIELD(t_scalars, flag, 0, "types.dhs:25");
DH_PROVE_FIELD(t_scalars, a, 1, "types.dhs:26");
DH_PROVE_FIELD(t_scalars, b, 2, "types.dhs:27");
DH_PROVE_FIELD(t_scalars, c, 4, "types.dhs:28");
DH_PROVE_FIELD(t_scalars, d, 8, "types.dhs:29");
DH_PROVE_FIELD(t_scalars, e, 16, "types.dhs:30");
DH_PROVE_FIELD(t_scalars, f, 18, "types.dhs:31");
DH_PROVE_FIELD(t_scalars, g, 20, "types.dhs:32");
DH_PROVE_FIELD(t_scalars, h, 24, "types.dhs:33");
DH_PROVE_FIELD(t_scalars, half, 32, "types.dhs:34");
DH_PROVE_FIELD(t_scalars, single, 36, "types.dhs:35");
DH_PROVE_FIELD(t_scalars, double_, 40, "types.dhs:36");
DH_PROVE_FIELD(t_scalars, small, 48, "types.dhs:37");
DH_PROVE_FIELD(t_scalars, wide, 56, "types.dhs:38");
DH_PROVE_FIELD(t_scalars, high, 64, "types.dhs:39");
DH_PROVE_FIELD(t_bounded_tag, length, 0, "types.dhs:46");
DH_PROVE_FIELD(t_bounded_tag, text, 4, "types.dhs:46");
DH_PROVE_FIELD(t_bounded_tags, length, 0, "types.dhs:47");
DH_PROVE_FIELD(t_bounded_tags, text, 4, "types.dhs:47");
DH_PROVE_FIELD(t_bounded_raw, length, 0, "types.dhs:48");
DH_PROVE_FIELD(t_bounded_raw, data, 4, "types.dhs:48");
DH_PROVE_FIELD(t_bounded_points, count, 0, "types.dhs:49");
DH_PROVE_FIELD(t_bounded_points, items, 8, "types.dhs:49");
DH_PROVE_FIELD(t_bounded_best, value, 0, "types.dhs:50");
DH_PROVE_FIELD(t_bounded_best, present, 16, "types.dhs:50");
DH_PROVE_FIELD(t_bounded_maybe, value, 0, "types.dhs:51");
DH_PROVE_FIELD(t_bounded_maybe, present, 1, "types.dhs:51");
DH_PROVE_FIELD(t_bounded_whole, value, 0, "types.dhs:52");
DH_PROVE_FIELD(t_bounded_whole, present, 6, "types.dhs:52");
DH_PROVE_FIELD(t_bounded_deep_item, length, 0, "types.dhs:53");
DH_PROVE_FIELD(t_bounded_deep_item, text, 4, "types.dhs:53");
DH_PROVE_FIELD(t_bounded_deep, count, 0, "types.dhs:53");
DH_PROVE_FIELD(t_bounded_deep, items, 4, "types.dhs:53");
DH_PROVE_FIELD(t_bounded, id, 0, "types.dhs:43");
DH_PROVE_FIELD(t_bounded, name, 2, "types.dhs:44");
DH_PROVE_FIELD(t_bounded, names, 10, "types.dhs:45");
DH_PROVE_FIELD(t_bounded, tag, 24, "types.dhs:46");
DH_PROVE_FIELD(t_bounded, tags, 32, "types.dhs:47");
DH_PROVE_FIELD(t_bounded, raw, 48, "types.dhs:48");
DH_PROVE_FIELD(t_bounded, points, 64, "types.dhs:49");
DH_PROVE_FIELD(t_bounded, best, 136, "types.dhs:50");
DH_PROVE_FIELD(t_bounded, maybe, 160, "types.dhs:51");
DH_PROVE_FIELD(t_bounded, whole, 166, "types.dhs:52");
DH_PROVE_FIELD(t_bounded, deep, 176, "types.dhs:53");
DH_PROVE_FIELD(t_bounded, value, 216, "types.dhs:54");
DH_PROVE_FIELD(t_bounded, inner, 240, "types.dhs:55");
DH_PROVE_FIELD(t_class, class_, 0, "types.dhs:60");
DH_PROVE_FIELD(t_class, int_, 2, "types.dhs:61");
DH_PROVE_FIELD(t_class, major_, 4, "types.dhs:62");
DH_PROVE_FIELD(t_class, errno_, 8, "types.dhs:63");
DH_PROVE_FIELD(t_class, uint8_t_, 16, "types.dhs:64");
DH_PROVE_FIELD(t_class, apart, 64, "types.dhs:65");
DH_PROVE_FIELD(t_class, last, 65, "types.dhs:66");
#endif

/* What the columns of the tables are stands in <dh/schema.h>. */
DH_STATIC_ASSERT(DH_SCHEMA_ABI == 1, "generate types.dhs again, with the dhgen of this libdh");
/* clang-format off */

/* ---- channel every 3.0 ---- */
static const char t_every_text[] =
    "dhs 1\n"
    "family every.type/every 3\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 384\n"
    "0 u16 id\n"
    "2 char[8] name\n"
    "10 char[4][3] names\n"
    "24 string<3> tag\n"
    "32 string<3>[2] tags\n"
    "48 bytes<6> raw\n"
    "64 list<4,16> points\n"
    "72 f64 points[].x\n"
    "80 f32 points[].y\n"
    "136 opt<16> best\n"
    "136 f64 best?.x\n"
    "144 f32 best?.y\n"
    "160 array<2>[3] maybe\n"
    "160 opt<1> maybe[]\n"
    "160 u8 maybe[]?\n"
    "166 opt<6> whole\n"
    "166 u16[3] whole?\n"
    "176 array<20>[2] deep\n"
    "176 list<2,8> deep[]\n"
    "180 string<3> deep[][]\n"
    "216 union<u8,24> value\n"
    "224 case<0> value.nothing\n"
    "224 case<1> value.number\n"
    "224 f64 value.number\n"
    "224 case<2> value.text\n"
    "224 string<5> value.text\n"
    "224 case<7> value.point\n"
    "224 f64 value.point.x\n"
    "232 f32 value.point.y\n"
    "240 array<72>[2] inner\n"
    "240 bool inner[].flag\n"
    "241 i8 inner[].a\n"
    "242 i16 inner[].b\n"
    "244 i32 inner[].c\n"
    "248 i64 inner[].d\n"
    "256 u8 inner[].e\n"
    "258 u16 inner[].f\n"
    "260 u32 inner[].g\n"
    "264 u64 inner[].h\n"
    "272 f16 inner[].half\n"
    "276 f32 inner[].single\n"
    "280 f64 inner[].double\n"
    "288 i8 inner[].small\n"
    "296 u64 inner[].wide\n"
    "304 u32 inner[].high\n"
    "meaning\n"
    "enum slot inner[].small i8 closed least=-128 negative=-1 none=0\n"
    "enum slot inner[].wide u64 closed none=0 huge=281474976710655\n"
    "flags slot inner[].high u32 low=0 top=31\n"
    ;
DH_STATIC_ASSERT(sizeof t_every_text == 1146 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor t_every_minors_0[] = {
    { 0, 384, DH_HASH(0x276ee928db3379a7, 0x207a49a75a23bb24, 0x61c9c76b87a615ba,
                      0xddd8688aebe46af9) },
};

static const struct dh_root t_every_roots[] = {
    { "", 384, 1, t_every_minors_0, 0, false },
};

const struct dh_schema t_every_schema = {
    DH_SCHEMA_ABI,
    0,
    "every.type/every 3",
    "every.type.every",
    t_every_text,
    sizeof t_every_text - 1,
    1,
    t_every_roots,
    { 2, 4, DH_FULL_OVERWRITE, DH_CHECKSUM_MANUAL },
    DH_HASH(0xbe6dc39b2f1b8f30, 0x73517aca31ee9e7c, 0x841cd13abea65895, 0x29d4c28c8222caad),
};

/* ---- channel t 1.0 ---- */
static const char t_text[] =
    "dhs 1\n"
    "family every.type/t 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 128\n"
    "0 u8 class\n"
    "2 u16 int\n"
    "4 u32 major\n"
    "8 u64 errno\n"
    "16 u8 uint8_t\n"
    "64 u8 apart\n"
    "65 u8 last\n"
    "root zone scalars align 64\n"
    "minor 0 size 72\n"
    "0 bool flag\n"
    "1 i8 a\n"
    "2 i16 b\n"
    "4 i32 c\n"
    "8 i64 d\n"
    "16 u8 e\n"
    "18 u16 f\n"
    "20 u32 g\n"
    "24 u64 h\n"
    "32 f16 half\n"
    "36 f32 single\n"
    "40 f64 double\n"
    "48 i8 small\n"
    "56 u64 wide\n"
    "64 u32 high\n"
    "meaning\n"
    "enum zone scalars small i8 closed least=-128 negative=-1 none=0\n"
    "enum zone scalars wide u64 closed none=0 huge=281474976710655\n"
    "flags zone scalars high u32 low=0 top=31\n"
    ;
DH_STATIC_ASSERT(sizeof t_text == 531 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor t_minors_0[] = {
    { 0, 128, DH_HASH(0xbe4c64ca39522c55, 0xc8a9ab0a84707a2b, 0x82534340fec878bc,
                      0x62401ee06396d997) },
};
/* zone scalars */
static const struct dh_minor t_minors_1[] = {
    { 0, 72, DH_HASH(0x4b1119140a098d49, 0xa2f98350e7278856, 0x1bd6db787c76350a,
                     0x474a0b7760bd0c22) },
};

static const struct dh_root t_roots[] = {
    { "", 128, 1, t_minors_0, 0, false },
    { "scalars", 72, 1, t_minors_1, 0, false },
};

const struct dh_schema t_schema = {
    DH_SCHEMA_ABI,
    0,
    "every.type/t 1",
    "every.type.t",
    t_text,
    sizeof t_text - 1,
    2,
    t_roots,
    { 1, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_NONE },
    DH_HASH(0x1dab452d9f1be7ee, 0x52dc390cb2f6e8c1, 0x4aede287f8a30206, 0xaca17ca61c2e6339),
};
