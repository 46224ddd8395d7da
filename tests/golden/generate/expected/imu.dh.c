/* SPDX-License-Identifier: 0BSD */
/* imu.dh.c - written by dhgen 0.1.0 from imu.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "imu.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_PROVE_STRUCT(imu_sample_label, 36, 4, "imu.dhs:31");
DH_PROVE_STRUCT(imu_sample_taps, 260, 4, "imu.dhs:32");
DH_PROVE_STRUCT(imu_sample, 384, 8, "imu.dhs:23");
DH_PROVE_STRUCT(imu_status, 128, 64, "imu.dhs:37");
DH_PROVE_STRUCT(imu_calibration, 48, 4, "imu.dhs:38");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(imu_sample_label, length, 0, "imu.dhs:31");
DH_PROVE_FIELD(imu_sample_label, text, 4, "imu.dhs:31");
DH_PROVE_FIELD(imu_sample_taps, count, 0, "imu.dhs:32");
DH_PROVE_FIELD(imu_sample_taps, items, 4, "imu.dhs:32");
DH_PROVE_FIELD(imu_sample, time, 0, "imu.dhs:25");
DH_PROVE_FIELD(imu_sample, accel, 8, "imu.dhs:26");
DH_PROVE_FIELD(imu_sample, gyro, 20, "imu.dhs:27");
DH_PROVE_FIELD(imu_sample, cov, 32, "imu.dhs:28");
DH_PROVE_FIELD(imu_sample, quality, 68, "imu.dhs:29");
DH_PROVE_FIELD(imu_sample, faults, 70, "imu.dhs:30");
DH_PROVE_FIELD(imu_sample, label, 72, "imu.dhs:31");
DH_PROVE_FIELD(imu_sample, taps, 108, "imu.dhs:32");
DH_PROVE_FIELD(imu_sample, lat, 368, "imu.dhs:33");
DH_PROVE_FIELD(imu_sample, temp, 376, "imu.dhs:34");
DH_PROVE_FIELD(imu_status, frames, 0, "imu.dhs:37");
DH_PROVE_FIELD(imu_status, rate, 64, "imu.dhs:37");
DH_PROVE_FIELD(imu_calibration, bias, 0, "imu.dhs:38");
DH_PROVE_FIELD(imu_calibration, matrix, 12, "imu.dhs:38");
#endif

/* What the columns of the tables are stands in <dh/schema.h>. */
DH_STATIC_ASSERT(DH_SCHEMA_ABI == 1, "generate imu.dhs again, with the dhgen of this libdh");
/* clang-format off */

/* ---- channel imu 1.1 ---- */
static const char imu_text[] =
    "dhs 1\n"
    "family lab.imu/imu 1\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 376\n"
    "0 u64 time\n"
    "8 f32 accel.x\n"
    "12 f32 accel.y\n"
    "16 f32 accel.z\n"
    "20 f32 gyro.x\n"
    "24 f32 gyro.y\n"
    "28 f32 gyro.z\n"
    "32 f32[3][3] cov\n"
    "68 u8 quality\n"
    "70 u16 faults\n"
    "72 string<31> label\n"
    "108 list<64,4> taps\n"
    "112 f32 taps[]\n"
    "368 i32 lat\n"
    "minor 1 size 384\n"
    "376 f32 temp\n"
    "root zone calibration align 64\n"
    "minor 0 size 48\n"
    "0 f32[3] bias\n"
    "12 f32[3][3] matrix\n"
    "root zone status align 64 shared\n"
    "minor 0 size 128\n"
    "0 atomic<u64> frames\n"
    "64 atomic<f32> rate\n"
    "meaning\n"
    "clock slot time monotonic\n"
    "enum slot quality u8 open good=0 clipped=1 quality_stale=2\n"
    "flags slot faults u16 gyro=0 accel=1 mag=2\n"
    "invalid slot temp nan\n"
    "range slot accel.x -1.6e+02 1.6e+02\n"
    "range slot accel.y -1.6e+02 1.6e+02\n"
    "range slot accel.z -1.6e+02 1.6e+02\n"
    "range slot lat -90 90\n"
    "scale slot lat 1e-07 0e+00\n"
    "spinlocks zone status . 4\n"
    "unit slot accel.x \"m/s^2\"\n"
    "unit slot accel.y \"m/s^2\"\n"
    "unit slot accel.z \"m/s^2\"\n"
    "unit slot gyro.x \"rad/s\"\n"
    "unit slot gyro.y \"rad/s\"\n"
    "unit slot gyro.z \"rad/s\"\n"
    "unit slot lat \"deg\"\n"
    "unit slot temp \"degC\"\n"
    "unit slot time \"ns\"\n"
    "unit zone status rate \"Hz\"\n"
    ;
DH_STATIC_ASSERT(sizeof imu_text == 1070 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor imu_minors_0[] = {
    { 0, 376, {
        0x44, 0x19, 0xe5, 0xe1, 0x59, 0x7e, 0xd9, 0x79, 0x77, 0xc6, 0x24, 0xb6, 0xe6, 0x88, 0xca, 0x3a,
        0x2c, 0xbc, 0x66, 0x82, 0xf6, 0xf0, 0xc4, 0x17, 0xca, 0x61, 0xfb, 0x8d, 0xf9, 0x7b, 0x08, 0x6a,
    } },
    { 1, 384, {
        0x9f, 0xf2, 0x7b, 0x04, 0x60, 0xb3, 0xfd, 0x91, 0x7c, 0x6c, 0x32, 0xcb, 0x4f, 0x8e, 0xea, 0xab,
        0x9c, 0x61, 0x8f, 0xd6, 0x94, 0x40, 0x88, 0xea, 0xdc, 0xa3, 0x2c, 0xcd, 0x48, 0xd9, 0x3e, 0x67,
    } },
};
/* zone calibration */
static const struct dh_minor imu_minors_1[] = {
    { 0, 48, {
        0xba, 0x15, 0x4a, 0xd4, 0x5a, 0xf2, 0x38, 0x30, 0xff, 0x90, 0xee, 0x7b, 0xc2, 0xc4, 0x8c, 0xd5,
        0xb2, 0x83, 0xbe, 0x2d, 0x9e, 0x7b, 0x2e, 0x41, 0x7b, 0xf7, 0x7b, 0x3e, 0xbe, 0x9e, 0xd2, 0x1b,
    } },
};
/* zone status */
static const struct dh_minor imu_minors_2[] = {
    { 0, 128, {
        0xed, 0x2b, 0x12, 0x18, 0xeb, 0x90, 0x73, 0x45, 0xa9, 0x7a, 0x52, 0x87, 0x3a, 0x50, 0x34, 0x7f,
        0x92, 0x7e, 0x6b, 0xb9, 0x43, 0x5f, 0x9d, 0x94, 0xd2, 0xa5, 0xde, 0x2d, 0x92, 0xc5, 0x2a, 0xb9,
    } },
};

static const struct dh_root imu_roots[] = {
    { "", 384, 2, imu_minors_0, 0, false },
    { "calibration", 48, 1, imu_minors_1, 0, false },
    { "status", 128, 1, imu_minors_2, 4, true },
};

const struct dh_schema imu_schema = {
    DH_SCHEMA_ABI,
    1,
    "lab.imu/imu 1",
    "lab.imu.imu",
    imu_text,
    sizeof imu_text - 1,
    3,
    imu_roots,
    { 256, 16, DH_FULL_WAIT, DH_CHECKSUM_NONE },
    {
        0xa8, 0x9e, 0x51, 0x79, 0x86, 0x97, 0x45, 0xbd, 0x5a, 0x10, 0x94, 0xb8, 0x51, 0x1e, 0xb5, 0x30,
        0x53, 0x2c, 0xc2, 0x01, 0xf3, 0xca, 0x82, 0xf2, 0x5d, 0x4e, 0xda, 0x8f, 0xd6, 0x55, 0x12, 0x41,
    },
};
