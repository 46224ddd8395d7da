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
    { 0, 376, DH_HASH(0x4419e5e1597ed979, 0x77c624b6e688ca3a, 0x2cbc6682f6f0c417,
                      0xca61fb8df97b086a) },
    { 1, 384, DH_HASH(0x9ff27b0460b3fd91, 0x7c6c32cb4f8eeaab, 0x9c618fd6944088ea,
                      0xdca32ccd48d93e67) },
};
/* zone calibration */
static const struct dh_minor imu_minors_1[] = {
    { 0, 48, DH_HASH(0xba154ad45af23830, 0xff90ee7bc2c48cd5, 0xb283be2d9e7b2e41,
                     0x7bf77b3ebe9ed21b) },
};
/* zone status */
static const struct dh_minor imu_minors_2[] = {
    { 0, 128, DH_HASH(0xed2b1218eb907345, 0xa97a52873a50347f, 0x927e6bb9435f9d94,
                      0xd2a5de2d92c52ab9) },
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
    DH_HASH(0xa89e5179869745bd, 0x5a1094b8511eb530, 0x532cc201f3ca82f2, 0x5d4eda8fd6551241),
};
