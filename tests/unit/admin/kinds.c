/* SPDX-License-Identifier: Apache-2.0 */
#include "kinds.h"

#include <math.h>
#include <string.h>

const char kinds_text[] = "dhs 1\n"
                          "family test/kinds 1\n"
                          "order little\n"
                          "root slot align 64\n"
                          "minor 0 size 152\n"
                          "0 bool on\n"
                          "1 i8 small\n"
                          "2 i16 mid\n"
                          "4 i32 lat\n"
                          "8 i64 big\n"
                          "16 u64 huge\n"
                          "24 f16 half\n"
                          "28 f32 single\n"
                          "32 f64 wide\n"
                          "40 i8 level\n"
                          "41 u8 faults\n"
                          "42 u16 volts\n"
                          "44 f32[3] gain\n"
                          "56 char[4][2] tags\n"
                          "64 string<5> name\n"
                          "76 bytes<3> blob\n"
                          "84 list<3,2> shorts\n"
                          "88 i16 shorts[]\n"
                          "96 list<2,8> pairs\n"
                          "100 u32 pairs[].a\n"
                          "104 u8 pairs[].b\n"
                          "116 opt<8> best\n"
                          "116 u32 best?.x\n"
                          "120 u32 best?.y\n"
                          "128 opt<2> few\n"
                          "128 u8[2] few?\n"
                          "132 union<u16,8> val\n"
                          "136 case<0> val.none\n"
                          "136 case<1> val.num\n"
                          "136 f32 val.num\n"
                          "136 case<2> val.pt\n"
                          "136 u8 val.pt.x\n"
                          "137 u8 val.pt.y\n"
                          "140 array<2>[2][2] px\n"
                          "140 u8 px[].r\n"
                          "141 u8 px[].g\n"
                          "148 reserve<4> .\n"
                          "meaning\n"
                          "enum slot level i8 closed lo=-1 mid=0 hi=1\n"
                          "flags slot faults u8 gyro=0 accel=1 mag=7\n"
                          "invalid slot gain first nan\n"
                          "invalid slot volts 65535\n"
                          "scale slot lat 1e-07 0e+00\n"
                          "unit slot best?.x \"px\"\n"
                          "unit slot best?.y \"px\"\n"
                          "unit slot gain \"dB\"\n"
                          "unit slot lat \"deg\"\n"
                          "unit slot single \"m/s^2\"\n"
                          "unit slot volts \"V\"\n";

void kinds_put(unsigned char *bytes, size_t offset, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[offset + i] = (unsigned char)(value >> (8 * i));
}

void kinds_put_f32(unsigned char *bytes, size_t offset, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    kinds_put(bytes, offset, bits, sizeof bits);
}

static void put_f64(unsigned char *bytes, size_t offset, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    kinds_put(bytes, offset, bits, sizeof bits);
}

static void fill_scalars(unsigned char *bytes)
{
    kinds_put(bytes, 0, 1, 1);
    kinds_put(bytes, 1, (uint64_t)-128, 1);
    kinds_put(bytes, 2, (uint64_t)-12345, 2);
    kinds_put(bytes, 4, 471234567, 4);
    kinds_put(bytes, 8, UINT64_C(1) << 63, 8);
    kinds_put(bytes, 16, UINT64_MAX, 8);
    kinds_put(bytes, 24, 0x3e00, 2); /* 1.5 */
    kinds_put_f32(bytes, 28, 9.81f);
    put_f64(bytes, 32, 0.1);
    kinds_put(bytes, 40, (uint64_t)-1, 1);
    kinds_put(bytes, 41, 0x91, 1); /* gyro, a bit without name, mag */
    kinds_put(bytes, 42, 230, 2);
    kinds_put_f32(bytes, 44, 0.5f);
    kinds_put_f32(bytes, 48, NAN);
    kinds_put_f32(bytes, 52, INFINITY);
}

static void fill_groups(unsigned char *bytes)
{
    memcpy(bytes + 56, "ab\0\0left", 8);
    kinds_put(bytes, 64, 5, 4);
    memcpy(bytes + 68, "\xc2\xb5\"\x1b\n", 6);
    kinds_put(bytes, 76, 2, 4);
    kinds_put(bytes, 80, 0xff01, 2);
    kinds_put(bytes, 84, 3, 4);
    kinds_put(bytes, 88, 1, 2);
    kinds_put(bytes, 90, (uint64_t)-2, 2);
    kinds_put(bytes, 92, 3, 2);
    kinds_put(bytes, 96, 1, 4);
    kinds_put(bytes, 100, 7, 4);
    kinds_put(bytes, 104, 8, 1);
    kinds_put(bytes, 116, 640, 4);
    kinds_put(bytes, 120, 480, 4);
    kinds_put(bytes, 124, 1, 1);
    kinds_put(bytes, 128, 0x0201, 2);
    kinds_put(bytes, 130, 1, 1);
    kinds_put(bytes, 132, 2, 2);
    kinds_put(bytes, 136, 0x0403, 2);
    for (unsigned i = 0; i < 8; i++)
        kinds_put(bytes, 140 + i, i, 1);
}

void kinds_fill(unsigned char bytes[KINDS_BYTES])
{
    memset(bytes, 0, KINDS_BYTES);
    fill_scalars(bytes);
    fill_groups(bytes);
}
