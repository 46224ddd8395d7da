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

static void put_string(struct sink *sink, const char *text, size_t most)
{
    if (!text) text = "(null)"; /* as glibc does */
    put(sink, text, strnlen(text, most));
}

static void put_decimal(struct sink *sink, uint64_t number)
{
    char digits[24];
    char *start = digits + sizeof digits;
    do {
        *--start = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(sink, start, (size_t)(digits + sizeof digits - start));
}

/* How long the conversion behind a '%' is, if it is one of ours; else 0. */
static size_t ours(const char *conversion)
{
    switch (conversion[0]) {
    case '%':
    case 's':
    case 'c':
    case 'u': return 1;
    case 'l':
    case 'z': return conversion[1] == 'u' ? 2 : 0;
    case '.': return conversion[1] == '*' && conversion[2] == 's' ? 3 : 0;
    default: return 0;
    }
}

static bool is_plain(const char *format)
{
    for (const char *at = format; (at = strchr(at, '%')) != NULL;) {
        size_t length = ours(at + 1);
        if (length == 0) return false;
        at += 1 + length;
    }
    return true;
}

static size_t format_plain(struct sink *sink, const char *format, va_list arguments)
{
    for (const char *at = format; *at;) {
        size_t literal = strcspn(at, "%");
        put(sink, at, literal);
        at += literal;
        if (!*at) break;
        switch (at[1]) {
        case '%': put(sink, "%", 1); break;
        case 'c': put(sink, &(char){ (char)va_arg(arguments, int) }, 1); break;
        case 'u': put_decimal(sink, va_arg(arguments, unsigned)); break;
        case 'l': put_decimal(sink, va_arg(arguments, unsigned long)); break;
        case 'z': put_decimal(sink, va_arg(arguments, size_t)); break;
        case '.': {
            int most = va_arg(arguments, int);
            put_string(sink, va_arg(arguments, const char *), most < 0 ? SIZE_MAX : (size_t)most);
            break;
        }
        default: put_string(sink, va_arg(arguments, const char *), SIZE_MAX);
        }
        at += 1 + ours(at + 1);
    }
    if (sink->room > 0) sink->to[sink->length < sink->room ? sink->length : sink->room - 1] = '\0';
    return sink->length;
}

size_t dhs_format(char *to, size_t room, const char *format, va_list arguments)
{
    if (is_plain(format)) return format_plain(&(struct sink){ to, room, 0 }, format, arguments);
    int length = vsnprintf(to, room, format, arguments);
    if (length >= 0) return (size_t)length;
    fprintf(stderr, "dhs: cannot format a text (%s)\n", format);
    exit(EX_SOFTWARE);
}
