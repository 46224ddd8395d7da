/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of canonical text, each in the one spelling that it has, and whether bounds of ranges are
 * such as a writer lets pass. */
#include "canon_read_inside.h"

#include <stdlib.h>
#include <string.h>

size_t dhc_spell_real(double value, char spelling[DHC_REAL_BYTES])
{
    int length = 0;

    if (value != value) return (size_t)snprintf(spelling, DHC_REAL_BYTES, "nan");
    if (value == 0) value = 0; /* of both zeros the one without a sign */
    for (int digits = 0; digits <= 16; digits++) {
        length = snprintf(spelling, DHC_REAL_BYTES, "%.*e", digits, value);
        if (strtod(spelling, NULL) == value) break;
    }
    return (size_t)length;
}

bool dhc_take_real(struct dhc_cursor *cursor, double *value)
{
    char word[DHC_REAL_BYTES], spelling[DHC_REAL_BYTES];
    size_t length = 0;
    char *end;

    while (cursor->at + length < cursor->end && cursor->at[length] != ' ')
        length++;
    if (length == 0 || length >= sizeof word || memchr(cursor->at, 0, length) != NULL) return false;
    memcpy(word, cursor->at, length);
    word[length] = 0;
    *value = strtod(word, &end);
    if (*end != 0) return false;
    if (dhc_spell_real(*value, spelling) != length || strcmp(word, spelling) != 0) return false;
    cursor->at += length;
    return true;
}

bool dhc_take_number(struct dhc_cursor *cursor, bool real, struct dhc_number *number)
{
    *number = (struct dhc_number){ .kind = real ? DHC_REAL : DHC_INTEGER };
    if (real) return dhc_take_real(cursor, &number->real);
    if (!dhc_take_integer(cursor, &number->negative, &number->magnitude)) return false;
    number->real = number->negative ? -(double)number->magnitude : (double)number->magnitude;
    return true;
}

/* From -2^63 to 2^64-1: then its spelling is that of an integer. */
static bool is_whole(double value)
{
    double magnitude = value < 0 ? -value : value;

    if (!(magnitude < 18446744073709551616.0) || value < -9223372036854775808.0) return false;
    return (double)(uint64_t)magnitude == magnitude;
}

bool dhc_take_bound(struct dhc_cursor *cursor, bool real, struct dhc_number *number)
{
    struct dhc_cursor whole = *cursor;

    *number = (struct dhc_number){ .kind = DHC_OPEN };
    if (dhc_take(cursor, "_")) return true;
    if (!real && dhc_take_number(&whole, false, number) &&
        (whole.at == whole.end || *whole.at == ' ')) {
        *cursor = whole;
        return true;
    }
    return dhc_take_number(cursor, true, number) && (real || !is_whole(number->real));
}

/* ---- bounds of ranges --------------------------------------------------------------------- */

static double reach(enum dhc_scalar scalar, bool greatest)
{
    static const double low[] = { -128, -32768, -2147483648.0, -9223372036854775808.0 };
    static const double high[] = { 127, 32767, 2147483647, 9223372036854775807.0 };
    static const double most[] = { 255, 65535, 4294967295.0, 18446744073709551615.0 };
    bool is_signed = scalar >= DHC_I8 && scalar <= DHC_I64;

    if (is_signed) return greatest ? high[scalar - DHC_I8] : low[scalar - DHC_I8];
    bool is_unsigned = scalar >= DHC_U8 && scalar <= DHC_U64; /* a bool has no range */
    return greatest && is_unsigned ? most[scalar - DHC_U8] : 0;
}

/* As a writer checked it: within what the type can hold; scaled, within one step of what it then
 * reaches. */
static bool bound_fits(const struct dhc_node *node, const struct dhc_number *bound)
{
    const struct dhc_meaning *m = node->meaning;
    uint64_t bits;
    double a, b, step;

    if (bound->kind == DHC_OPEN || dhc_is_real(node->scalar)) return true;
    if (!m->has_scale)
        return bound->kind == DHC_INTEGER &&
               dhc_fit(node->scalar, bound->negative, bound->magnitude, &bits);
    step = m->factor < 0 ? -m->factor : m->factor;
    a = reach(node->scalar, m->factor < 0) * m->factor + m->shift;
    b = reach(node->scalar, m->factor >= 0) * m->factor + m->shift;
    return bound->real >= a - step && bound->real <= b + step;
}

bool dhc_check_ranges(struct dhc_parser *parser)
{
    for (const struct dhc_range *range = parser->ranges; range != NULL; range = range->next) {
        const struct dhc_meaning *m = range->node->meaning;
        bool open = m->low.kind == DHC_OPEN || m->high.kind == DHC_OPEN;

        if (!bound_fits(range->node, &m->low) || !bound_fits(range->node, &m->high))
            return dhc_refuse(parser, range->line, "a bound that its type cannot have");
        if (!open && !(m->low.real <= m->high.real))
            return dhc_refuse(parser, range->line, "the range ends before it begins");
    }
    return true;
}
