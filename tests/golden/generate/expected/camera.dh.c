/* SPDX-License-Identifier: 0BSD */
/* camera.dh.c - written by dhgen 0.1.0 from camera.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "camera.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(vision_image_64_data, 68, 4, "image.dhs:11");
DH_PROVE_STRUCT(vision_image_64, 100, 4, "image.dhs:5");
DH_PROVE_STRUCT(vision_image_1024_data, 1028, 4, "image.dhs:11");
DH_PROVE_STRUCT(vision_image_1024, 1072, 4, "image.dhs:5");
DH_PROVE_STRUCT(vision_signed_m3, 4, 4, "image.dhs:24");
DH_PROVE_STRUCT(vision_stereo_128_4_match, 36, 4, "image.dhs:19");
DH_PROVE_STRUCT(vision_stereo_128_4_depth, 8, 4, "image.dhs:21");
DH_PROVE_STRUCT(vision_stereo_128_4, 260, 4, "image.dhs:17");
DH_PROVE_STRUCT(cam_frame, 1640, 8, "camera.dhs:7");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(vision_image_64_data, length, 0, "image.dhs:11");
DH_PROVE_FIELD(vision_image_64_data, data, 4, "image.dhs:11");
DH_PROVE_FIELD(vision_image_64, width, 0, "image.dhs:8");
DH_PROVE_FIELD(vision_image_64, height, 4, "image.dhs:9");
DH_PROVE_FIELD(vision_image_64, order, 8, "image.dhs:10");
DH_PROVE_FIELD(vision_image_64, data, 12, "image.dhs:11");
DH_PROVE_FIELD(vision_image_64, name, 80, "image.dhs:13");
DH_PROVE_FIELD(vision_image_1024_data, length, 0, "image.dhs:11");
DH_PROVE_FIELD(vision_image_1024_data, data, 4, "image.dhs:11");
DH_PROVE_FIELD(vision_image_1024, width, 0, "image.dhs:8");
DH_PROVE_FIELD(vision_image_1024, height, 4, "image.dhs:9");
DH_PROVE_FIELD(vision_image_1024, order, 8, "image.dhs:10");
DH_PROVE_FIELD(vision_image_1024, data, 12, "image.dhs:11");
DH_PROVE_FIELD(vision_image_1024, name, 1040, "image.dhs:13");
DH_PROVE_FIELD(vision_signed_m3, value, 0, "image.dhs:24");
DH_PROVE_FIELD(vision_stereo_128_4_match, count, 0, "image.dhs:19");
DH_PROVE_FIELD(vision_stereo_128_4_match, items, 4, "image.dhs:19");
DH_PROVE_FIELD(vision_stereo_128_4_depth, value, 0, "image.dhs:21");
DH_PROVE_FIELD(vision_stereo_128_4_depth, present, 4, "image.dhs:21");
DH_PROVE_FIELD(vision_stereo_128_4, eyes, 0, "image.dhs:18");
DH_PROVE_FIELD(vision_stereo_128_4, match, 200, "image.dhs:19");
DH_PROVE_FIELD(vision_stereo_128_4, offset, 236, "image.dhs:20");
DH_PROVE_FIELD(vision_stereo_128_4, depth, 252, "image.dhs:21");
DH_PROVE_FIELD(cam_frame, time, 0, "camera.dhs:8");
DH_PROVE_FIELD(cam_frame, full, 8, "camera.dhs:9");
DH_PROVE_FIELD(cam_frame, small, 1080, "camera.dhs:10");
DH_PROVE_FIELD(cam_frame, same, 1180, "camera.dhs:11");
DH_PROVE_FIELD(cam_frame, pair, 1380, "camera.dhs:12");
#endif

/* What the columns of the tables are stands in <dh/schema.h>. */
DH_STATIC_ASSERT(DH_SCHEMA_ABI == 1, "generate camera.dhs again, with the dhgen of this libdh");
/* clang-format off */

/* ---- channel frames 1.0 ---- */
static const char cam_frames_text[] =
    "dhs 1\n"
    "family lab.camera/frames 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 1640\n"
    "0 u64 time\n"
    "8 u32 full.width\n"
    "12 u32 full.height\n"
    "16 u8 full.order\n"
    "20 bytes<1024> full.data\n"
    "1048 char[32] full.name\n"
    "1080 u32 small.width\n"
    "1084 u32 small.height\n"
    "1088 u8 small.order\n"
    "1092 bytes<64> small.data\n"
    "1160 char[17] small.name\n"
    "1180 array<100>[2] same\n"
    "1180 u32 same[].width\n"
    "1184 u32 same[].height\n"
    "1188 u8 same[].order\n"
    "1192 bytes<64> same[].data\n"
    "1260 char[17] same[].name\n"
    "1380 array<100>[2] pair.eyes\n"
    "1380 u32 pair.eyes[].width\n"
    "1384 u32 pair.eyes[].height\n"
    "1388 u8 pair.eyes[].order\n"
    "1392 bytes<64> pair.eyes[].data\n"
    "1460 char[17] pair.eyes[].name\n"
    "1580 list<4,8> pair.match\n"
    "1584 f32 pair.match[].x\n"
    "1588 f32 pair.match[].y\n"
    "1616 f32[4] pair.offset\n"
    "1632 opt<4> pair.depth\n"
    "1632 i32 pair.depth?.value\n"
    "meaning\n"
    "clock slot time monotonic\n"
    "enum slot full.order u8 closed rows=0 columns=1\n"
    "enum slot pair.eyes[].order u8 closed rows=0 columns=1\n"
    "enum slot same[].order u8 closed rows=0 columns=1\n"
    "enum slot small.order u8 closed rows=0 columns=1\n"
    "range slot full.height 0 1024\n"
    "range slot full.width 0 1024\n"
    "range slot pair.depth?.value -3 _\n"
    "range slot pair.eyes[].height 0 64\n"
    "range slot pair.eyes[].width 0 64\n"
    "range slot pair.offset -4e+00 4e+00\n"
    "range slot same[].height 0 64\n"
    "range slot same[].width 0 64\n"
    "range slot small.height 0 64\n"
    "range slot small.width 0 64\n"
    "unit slot pair.offset \"px\"\n"
    "unit slot time \"ns\"\n"
    ;
DH_STATIC_ASSERT(sizeof cam_frames_text == 1371 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor cam_frames_minors_0[] = {
    { 0, 1640, DH_HASH(0x02a0ce1f3448cc4a, 0x2bff9f64f468f8c5, 0x6dd3c67799ddad60,
                       0xc6abdc354608c64f) },
};

static const struct dh_root cam_frames_roots[] = {
    { "", 1640, 1, cam_frames_minors_0, 0, false },
};

const struct dh_schema cam_frames_schema = {
    DH_SCHEMA_ABI,
    0,
    "lab.camera/frames 1",
    "lab.camera.frames",
    cam_frames_text,
    sizeof cam_frames_text - 1,
    1,
    cam_frames_roots,
    { 2, 16, DH_FULL_OVERWRITE, DH_CHECKSUM_FAST },
    DH_HASH(0x6a26efbd934d69e7, 0x2002d416f5b0bb34, 0x081ec85236522925, 0x5f40081bca531cfa),
};

/* ---- channel plain 1.0 ---- */
static const char cam_plain_text[] =
    "dhs 1\n"
    "family lab.camera/plain 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 1072\n"
    "0 u32 width\n"
    "4 u32 height\n"
    "8 u8 order\n"
    "12 bytes<1024> data\n"
    "1040 char[32] name\n"
    "root zone last align 64\n"
    "minor 0 size 100\n"
    "0 u32 width\n"
    "4 u32 height\n"
    "8 u8 order\n"
    "12 bytes<64> data\n"
    "80 char[17] name\n"
    "meaning\n"
    "enum slot order u8 closed rows=0 columns=1\n"
    "enum zone last order u8 closed rows=0 columns=1\n"
    "range slot height 0 1024\n"
    "range slot width 0 1024\n"
    "range zone last height 0 64\n"
    "range zone last width 0 64\n"
    ;
DH_STATIC_ASSERT(sizeof cam_plain_text == 472 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor cam_plain_minors_0[] = {
    { 0, 1072, DH_HASH(0x2f3c1d3a73bb9a46, 0xd3c293d9fde17260, 0x61a7f2a3312179bd,
                       0x2cd30238b83022ff) },
};
/* zone last */
static const struct dh_minor cam_plain_minors_1[] = {
    { 0, 100, DH_HASH(0x912c664433237ad3, 0x33b435bd2afaea98, 0x495c0c5c8a019896,
                      0x6d5c973c3c2e825c) },
};

static const struct dh_root cam_plain_roots[] = {
    { "", 1072, 1, cam_plain_minors_0, 0, false },
    { "last", 100, 1, cam_plain_minors_1, 0, false },
};

const struct dh_schema cam_plain_schema = {
    DH_SCHEMA_ABI,
    0,
    "lab.camera/plain 1",
    "lab.camera.plain",
    cam_plain_text,
    sizeof cam_plain_text - 1,
    2,
    cam_plain_roots,
    { 2, 16, DH_FULL_WAIT, DH_CHECKSUM_NONE },
    DH_HASH(0x882206c80c1ea9f3, 0x5df4ea3399ac5aeb, 0x2d05ca575232da22, 0x03c7c0a6316d1eee),
};
