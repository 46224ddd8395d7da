/* SPDX-License-Identifier: Apache-2.0 */
#include "put.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

size_t dhs_put_decimal(char *to, uint64_t number)
{
    size_t length = 1;

    for (uint64_t left = number; left >= 10; left /= 10)
        length++;
    for (size_t at = length; at-- > 0; number /= 10)
        to[at] = (char)('0' + number % 10);
    return length;
}

/* What is put down next. */
struct piece {
    const char *bytes;
    size_t n;
    char digits[DHS_DECIMAL_BYTES];
};

static void take_string(struct piece *piece, const char *text)
{
    piece->bytes = text ? text : "(null)"; /* as glibc does */
    piece->n = strlen(piece->bytes);
}

static void take_start(struct piece *piece, const char *text, int most)
{
    piece->bytes = text ? text : "(null)";
    piece->n = strnlen(piece->bytes, most < 0 ? SIZE_MAX : (size_t)most);
}

static void take_number(struct piece *piece, uint64_t number)
{
    piece->bytes = piece->digits;
    piece->n = dhs_put_decimal(piece->digits, number);
}

/* What the conversion behind a '%' asks for; how long the conversion is, or 0: it is not one of
 * ours. */
static size_t convert(struct piece *piece, const char *conversion, va_list *arguments)
{
    switch (conversion[0]) {
    case 's': take_string(piece, va_arg(*arguments, const char *)); return 1;
    case 'u': take_number(piece, va_arg(*arguments, unsigned)); return 1;
    case '%':
    case 'c':
        piece->digits[0] = conversion[0] == '%' ? '%' : (char)va_arg(*arguments, int);
        piece->bytes = piece->digits;
        piece->n = 1;
        return 1;
    case 'l':
        if (conversion[1] != 'u') return 0;
        take_number(piece, va_arg(*arguments, unsigned long));
        return 2;
    case 'z':
        if (conversion[1] != 'u') return 0;
        take_number(piece, va_arg(*arguments, size_t));
        return 2;
    case '.': {
        if (conversion[1] != '*' || conversion[2] != 's') return 0;
        int most = va_arg(*arguments, int);
        take_start(piece, va_arg(*arguments, const char *), most);
        return 3;
    }
    default: return 0;
    }
}

/* How long the text is, whether there is room for it or not; -1: something in it is not ours. */
static ptrdiff_t format_plain(char *to, size_t room, const char *format, va_list *arguments)
{
    struct piece piece;
    size_t length = 0;

    for (const char *at = format; *at;) {
        if (*at == '%') {
            size_t n = convert(&piece, at + 1, arguments);
            if (n == 0) return -1;
            at += 1 + n;
        } else {
            piece.bytes = at;
            while (*at && *at != '%')
                at++;
            piece.n = (size_t)(at - piece.bytes);
        }
        size_t left = length < room ? room - length : 0;
        if (left > 0) memcpy(to + length, piece.bytes, piece.n < left ? piece.n : left);
        length += piece.n;
    }
    if (room > 0) to[length < room ? length : room - 1] = '\0';
    return (ptrdiff_t)length;
}

size_t dhs_format(char *to, size_t room, const char *format, va_list arguments)
{
    va_list ours;

    va_copy(ours, arguments);
    ptrdiff_t plain = format_plain(to, room, format, &ours);
    va_end(ours);
    if (plain >= 0) return (size_t)plain;
    int length = vsnprintf(to, room, format, arguments);
    if (length >= 0) return (size_t)length;
    fprintf(stderr, "dhs: cannot format a text (%s)\n", format);
    exit(EX_SOFTWARE);
}
