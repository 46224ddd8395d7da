/* SPDX-License-Identifier: Apache-2.0 */
#include "slip.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* A number, taken apart as far as it is one. */
struct parts {
    const char *text;
    size_t n;
    unsigned base;
    size_t digits;   /* where they begin, behind the prefix */
    size_t mantissa; /* where it ends */
    size_t suffix;   /* where it begins, behind the exponent */
    bool has_digits;
};

static bool is_digit(char c, unsigned base)
{
    if (base == 16) return isxdigit((unsigned char)c) != 0;
    return c >= '0' && c < (char)('0' + (int)base);
}

/* Behind the digits from `at` on, with single '_' between them. */
static size_t skip_digits(struct parts *parts, size_t at)
{
    while (at < parts->n) {
        bool grouped = parts->text[at] == '_' && at > parts->digits && at + 1 < parts->n &&
                       is_digit(parts->text[at - 1], parts->base) &&
                       is_digit(parts->text[at + 1], parts->base);
        if (!grouped && !is_digit(parts->text[at], parts->base)) break;
        parts->has_digits = true;
        at++;
    }
    return at;
}

static struct parts take_apart(const char *text, size_t n)
{
    struct parts parts = { text, n, 10, 0, 0, 0, false };
    if (n > 2 && text[0] == '0' && strchr("xXbBoO", text[1])) {
        parts.base = tolower((unsigned char)text[1]) == 'x'   ? 16
                     : tolower((unsigned char)text[1]) == 'b' ? 2
                                                              : 8;
        parts.digits = 2;
    }
    size_t at = skip_digits(&parts, parts.digits);
    if (parts.base == 10 && at < n && text[at] == '.') at = skip_digits(&parts, at + 1);
    parts.mantissa = at;
    if (parts.base == 10 && at + 1 < n && tolower((unsigned char)text[at]) == 'e') {
        size_t digits = at + 1 + (text[at + 1] == '+' || text[at + 1] == '-'), end = digits;
        while (end < n && is_digit(text[end], 10))
            end++;
        if (end > digits) at = end;
    }
    parts.suffix = at;
    return parts;
}

/* Of C, C++, Java and Rust. */
static bool is_suffix(const char *text, size_t n)
{
    static const char *const known[] = { "u",   "l",   "ul",  "lu",  "ll",    "ull",  "llu",
                                         "f",   "u8",  "u16", "u32", "u64",   "i8",   "i16",
                                         "i32", "i64", "f32", "f64", "usize", "isize" };
    size_t begin = n > 0 && text[0] == '_';
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i]) == n - begin && strncasecmp(text + begin, known[i], n - begin) == 0)
            return true;
    return false;
}

/* What is written behind numbers elsewhere, and could not have been meant otherwise. */
static bool is_unit(const char *text, size_t n)
{
    static const char *const units[] = { "ns", "us", "ms",  "s",   "min", "h", "m",   "mm", "cm",
                                         "km", "kg", "g",   "Hz",  "kHz", "V", "mV",  "A",  "mA",
                                         "W",  "N",  "deg", "rad", "Pa",  "K", "MHz", "GHz" };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i]) == n && memcmp(text, units[i], n) == 0) return true;
    return false;
}

static const char *mended(struct dhs_arena *arena, const struct parts *parts)
{
    const char *prefix = parts->base == 16  ? "0x"
                         : parts->base == 2 ? "0b"
                         : parts->base == 8 ? "0o"
                                            : "";
    const char *text = parts->text;
    return dhs_printf(arena, "%s%s%.*s%s%.*s", prefix, text[parts->digits] == '.' ? "0" : "",
                      (int)(parts->mantissa - parts->digits), text + parts->digits,
                      text[parts->mantissa - 1] == '.' ? "0" : "",
                      (int)(parts->suffix - parts->mantissa), text + parts->mantissa);
}

/* `1'000` */
static const char *grouped(struct dhs_arena *arena, const char *text, size_t n)
{
    char *copy = dhs_copy_text(arena, text, n);
    for (char *c = copy; *c; c++)
        if (*c == '\'') *c = '_';
    return copy;
}

struct dhs_slip dhs_number_slip(struct dhs_arena *arena, const char *text, size_t n, bool at_word)
{
    struct dhs_slip slip = { "malformed number",
                             "numbers look like 42, 1_000, 0x2a, 0b101, 0o17, 1.5, 2e-3", NULL };
    struct parts parts = take_apart(text, n);
    const char *suffix = text + parts.suffix;
    size_t n_suffix = n - parts.suffix;
    if (memchr(text, '\'', n))
        return (struct dhs_slip){ "digits are grouped by '_'", NULL, grouped(arena, text, n) };
    if (!parts.has_digits || at_word) return slip;
    bool known = n_suffix == 0 || is_suffix(suffix, n_suffix);
    if (!known && parts.base == 10 && is_unit(suffix, n_suffix)) {
        slip.message = "a number has no unit behind it";
        slip.help =
            dhs_printf(arena, "a unit is an attribute: @unit(\"%.*s\")", (int)n_suffix, suffix);
    }
    if (!known) return slip;
    bool before = text[0] == '.', behind = text[parts.mantissa - 1] == '.';
    if (n_suffix > 0)
        slip.message = dhs_printf(arena, "a number has no suffix '%.*s'", (int)n_suffix, suffix);
    else if (before || behind)
        slip.message =
            dhs_printf(arena, "a digit stands %s a number's point", before ? "before" : "behind");
    else if (parts.digits > 0 && isupper((unsigned char)text[1]))
        slip.message = dhs_printf(arena, "a number begins with '0%c'", tolower(text[1]));
    else
        return slip;
    slip.help = NULL;
    slip.mended = mended(arena, &parts);
    return slip;
}
