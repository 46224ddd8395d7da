/* SPDX-License-Identifier: Apache-2.0
 *
 * print.h - what generated `…_print()` functions write with: values as text, into a buffer that is
 * never overrun. Included by generated imu.dh.print.h alone, so that programs which do not print
 * their structs do not pay for it; nothing of it is in libdh.so.
 *
 *      char text[400];
 *      imu_sample_print(&sample, text, sizeof text);
 *      puts(text);     {time: 12 ns, quality: clipped, label: "left", best: none, …}
 *
 * Everything counts bytes as snprintf() does: also those for which there was no room.
 */
#ifndef DH_PRINT_H
#define DH_PRINT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dh_print {
    char *text;    /* always terminated, unless size is 0 */
    size_t size;   /* of the buffer */
    size_t length; /* bytes wanted so far, without the terminator */
};

static inline struct dh_print dh_print_begin(char *text, size_t size)
{
    struct dh_print out = { text, size, 0 };

    if (size > 0) text[0] = '\0';
    return out;
}

static inline void dh_print_bytes(struct dh_print *out, const char *bytes, size_t n)
{
    if (out->length + 1 < out->size) {
        size_t room = out->size - out->length - 1;
        size_t taken = n < room ? n : room;
        memcpy(out->text + out->length, bytes, taken);
        out->text[out->length + taken] = '\0';
    }
    out->length += n;
}

static inline void dh_print_text(struct dh_print *out, const char *text)
{
    dh_print_bytes(out, text, strlen(text));
}

/* `n` items of that type from `array` on, "[1, 2]"; `print` is the call that prints items[i]. */
#define DH_PRINT_ITEMS(out, type, array, n, print)               \
    do {                                                         \
        const type *items = (const type *)(const void *)(array); \
        const size_t n_items = (n);                              \
        dh_print_text(out, "[");                                 \
        for (size_t i = 0; i < n_items; i++) {                   \
            if (i > 0) dh_print_text(out, ", ");                 \
            print;                                               \
        }                                                        \
        dh_print_text(out, "]");                                 \
    } while (0)

static inline void dh_print_bool(struct dh_print *out, bool value)
{
    dh_print_text(out, value ? "true" : "false");
}

static inline void dh_print_signed(struct dh_print *out, int64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, value);
    dh_print_text(out, digits);
}

static inline void dh_print_unsigned(struct dh_print *out, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, value);
    dh_print_text(out, digits);
}

/* The fewest of `least` to `most` digits that come back as the same number; a point in any locale.
 */
static inline void dh_print_digits(struct dh_print *out, double value, int least, int most)
{
    char digits[40];

    for (int precision = least; precision <= most; precision++) {
        double back = 0;
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (sscanf(digits, "%lf", &back) != 1) break; /* nan in some C library */
        if (most < 10 ? !((float)back < (float)value || (float)back > (float)value)
                      : !(back < value || back > value))
            break;
    }
    for (char *p = digits; *p; p++) {
        if (*p == ',') *p = '.';
    }
    dh_print_text(out, digits);
}

static inline void dh_print_f32(struct dh_print *out, float value)
{
    dh_print_digits(out, (double)value, 6, 9);
}

static inline void dh_print_f64(struct dh_print *out, double value)
{
    dh_print_digits(out, value, 6, 17);
}

/* An f16 by its bits. */
static inline void dh_print_f16(struct dh_print *out, uint16_t bits)
{
    unsigned exponent = (unsigned)bits >> 10 & 0x1f;
    double value = bits & 0x3ff;

    if (exponent == 0x1f) {
        dh_print_text(out, value > 0 ? "nan" : bits & 0x8000 ? "-inf" : "inf");
        return;
    }
    value = exponent > 0 ? (value + 1024) / 33554432.0 : value / 16777216.0;
    for (; exponent > 0; exponent--)
        value *= 2;
    dh_print_f64(out, bits & 0x8000 ? -value : value);
}

/* The physical value of what is stored raw: `@scale`. */
static inline void dh_print_scaled(struct dh_print *out, double raw, double factor, double offset)
{
    dh_print_digits(out, raw * factor + offset, 6, 15);
}

/* At most `most` bytes of text, in quotes, up to a zero byte; what a terminal would act on escaped.
 */
static inline void dh_print_chars(struct dh_print *out, const char *text, size_t most)
{
    dh_print_text(out, "\"");
    for (size_t i = 0; i < most && text[i]; i++) {
        unsigned char c = (unsigned char)text[i];
        char escaped[8];
        if (c == '"' || c == '\\')
            snprintf(escaped, sizeof escaped, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            snprintf(escaped, sizeof escaped, "\\x%02x", c);
        else
            snprintf(escaped, sizeof escaped, "%c", c);
        dh_print_text(out, escaped);
    }
    dh_print_text(out, "\"");
}

/* Bytes in hexadecimal. */
static inline void dh_print_hex(struct dh_print *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", bytes[i]);
        dh_print_text(out, digits);
    }
}

#ifdef __cplusplus
}
#endif
#endif
