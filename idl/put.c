/* SPDX-License-Identifier: Apache-2.0 */
#include "put.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* What is being filled; `length` counts on where the room has ended. */
struct sink {
    char *to;
    size_t room;
    size_t length;
};

static void put(struct sink *sink, const char *bytes, size_t n)
{
    if (sink->length < sink->room) {
        size_t left = sink->room - sink->length;
        memcpy(sink->to + sink->length, bytes, n < left ? n : left);
    }
    sink->length += n;
}

static void put_piece(struct sink *sink, const char *text, size_t most)
{
    if (!text) text = "(null)"; /* as glibc does */
    put(sink, text, strnlen(text, most));
}

static void put_string(struct sink *sink, const char *text)
{
    if (!text) text = "(null)";
    put(sink, text, strlen(text));
}

size_t dhs_put_decimal(char *to, uint64_t number)
{
    size_t length = 1;

    for (uint64_t left = number; left >= 10; left /= 10)
        length++;
    for (size_t at = length; at-- > 0; number /= 10)
        to[at] = (char)('0' + number % 10);
    return length;
}

static void put_decimal(struct sink *sink, uint64_t number)
{
    char digits[DHS_DECIMAL_BYTES];

    put(sink, digits, dhs_put_decimal(digits, number));
}

/* Puts what the conversion behind a '%' asks for; how long the conversion is, or 0: it is not one
 * of ours. */
static size_t convert(struct sink *sink, const char *conversion, va_list *arguments)
{
    switch (conversion[0]) {
    case '%': put(sink, "%", 1); return 1;
    case 's': put_string(sink, va_arg(*arguments, const char *)); return 1;
    case 'c': put(sink, &(char){ (char)va_arg(*arguments, int) }, 1); return 1;
    case 'u': put_decimal(sink, va_arg(*arguments, unsigned)); return 1;
    case 'l':
        if (conversion[1] != 'u') return 0;
        put_decimal(sink, va_arg(*arguments, unsigned long));
        return 2;
    case 'z':
        if (conversion[1] != 'u') return 0;
        put_decimal(sink, va_arg(*arguments, size_t));
        return 2;
    case '.': {
        if (conversion[1] != '*' || conversion[2] != 's') return 0;
        int most = va_arg(*arguments, int);
        put_piece(sink, va_arg(*arguments, const char *), most < 0 ? SIZE_MAX : (size_t)most);
        return 3;
    }
    default: return 0;
    }
}

/* False: something in it is not ours. */
static bool format_plain(struct sink *sink, const char *format, va_list *arguments)
{
    for (const char *at = format; *at;) {
        const char *literal = at;
        while (*at && *at != '%')
            at++;
        if (at > literal) put(sink, literal, (size_t)(at - literal));
        if (!*at) break;
        size_t length = convert(sink, ++at, arguments);
        if (length == 0) return false;
        at += length;
    }
    if (sink->room > 0) sink->to[sink->length < sink->room ? sink->length : sink->room - 1] = '\0';
    return true;
}

size_t dhs_format(char *to, size_t room, const char *format, va_list arguments)
{
    struct sink sink = { to, room, 0 };
    va_list ours;

    va_copy(ours, arguments);
    bool plain = format_plain(&sink, format, &ours);
    va_end(ours);
    if (plain) return sink.length;
    int length = vsnprintf(to, room, format, arguments);
    if (length >= 0) return (size_t)length;
    fprintf(stderr, "dhs: cannot format a text (%s)\n", format);
    exit(EX_SOFTWARE);
}
