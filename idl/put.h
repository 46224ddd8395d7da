/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formatting. A run that makes a thousand files puts together a hundred thousand short names and
 * lines, where snprintf() spends more time on getting ready than on the text: what is written with
 * nothing but %s, %.*s, %c, %u, %zu, %lu and %% is put down directly, the rest by the C library.
 */
#ifndef DHS_PUT_H
#define DHS_PUT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As vsnprintf() does: fills `room` bytes at most, NUL included, and returns how long the whole
 * text is; ends the process where the C library cannot format. */
size_t dhs_format(char *to, size_t room, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Puts down the digits of a number, without a NUL; returns how many they are. */
enum { DHS_DECIMAL_BYTES = 20 };
size_t dhs_put_decimal(char *to, uint64_t number);

#ifdef __cplusplus
}
#endif
#endif
