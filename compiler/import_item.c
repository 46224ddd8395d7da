/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of `dhgen import` build their trees with: items, names, numbers. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import.h"
#include "source.h"
#include "token.h"

struct import_item *import_add(struct import *import, struct import_item *to, enum import_kind kind,
                               const char *name)
{
    struct import_item *item = dhs_alloc(import->arena, sizeof *item);

    item->kind = kind;
    item->name = name;
    item->attributes = "";
    if (to->last_member)
        to->last_member->next = item;
    else
        to->members = item;
    to->last_member = item;
    return item;
}

void import_strings_add(struct dhs_arena *arena, struct strings *strings, const char *item)
{
    bool is_full = (strings->n & (strings->n - 1)) == 0; /* room for a power of two */

    if (is_full) {
        const char **items = dhs_alloc_array(arena, strings->n ? 2 * strings->n : 1, sizeof *items);
        if (strings->n) memcpy(items, strings->items, strings->n * sizeof *items);
        strings->items = items;
    }
    strings->items[strings->n++] = item;
}

void import_loss(struct import *import, struct dhs_span span, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    dhs_report(import->job->diag, DHS_IMPORT_LOSS, span, "not kept: %s",
               dhs_vprintf(import->arena, format, arguments));
    va_end(arguments);
}

/* ---- texts -------------------------------------------------------------------------------- */

/* How many bytes the UTF-8 character at `at` has; 0: it is none. */
static size_t utf8_length(const unsigned char *at, const unsigned char *end)
{
    size_t n = *at < 0x80 ? 1 : *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : *at >= 0xc2 ? 2 : 0;

    if (n == 0 || *at > 0xf4 || (size_t)(end - at) < n) return 0;
    for (size_t i = 1; i < n; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    if (n == 3 && ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] >= 0xa0))) return 0;
    if (n == 4 && ((*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] >= 0x90))) return 0;
    return n;
}

static bool is_bidi(const unsigned char *at, size_t n)
{
    return n == 3 && at[0] == 0xe2 &&
           ((at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) ||
            (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9));
}

bool import_check_text(struct import *import, const struct dhs_source *source)
{
    const unsigned char *start = (const unsigned char *)source->text, *at = start;
    const unsigned char *end = start + source->length;

    while (at < end) {
        size_t n = utf8_length(at, end);
        struct dhs_span span = { source, (uint32_t)(at - start), n ? (uint32_t)n : 1 };
        if (n == 0) {
            dhs_report(import->job->diag, DHS_UTF8_BAD, span, "this is not UTF-8");
            dhs_help(import->job->diag, "save the file as UTF-8: iconv -f latin1 -t UTF-8");
            return false;
        }
        if (is_bidi(at, n)) {
            dhs_report(import->job->diag, DHS_CHAR_BIDI, span,
                       "an invisible control of text direction");
            dhs_help(import->job->diag, "remove it: schemas must read as they mean");
            return false;
        }
        at += n;
    }
    return true;
}

const char *import_quote(struct dhs_arena *arena, const char *text)
{
    struct text out = text_new(arena);

    text_add_char(&out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            text_printf(&out, "\\x%02x", c);
        else if (c == '"' || c == '\\')
            text_printf(&out, "\\%c", c);
        else
            text_add_char(&out, *text);
    }
    text_add_char(&out, '"');
    return text_string(&out);
}

/* ---- names -------------------------------------------------------------------------------- */

enum { LONGEST_NAME = 60 }; /* of 63: room for what makes it unique */

const char *import_name(struct dhs_arena *arena, const char *name)
{
    struct text out = text_new(arena);
    bool gap = false;

    for (; *name && out.length < LONGEST_NAME; name++) {
        if (!isalnum((unsigned char)*name)) {
            gap = out.length > 0;
            continue;
        }
        if (out.length == 0 && isdigit((unsigned char)*name)) text_add_string(&out, "n");
        if (gap) text_add_char(&out, '_');
        gap = false;
        text_add_char(&out, *name);
    }
    return out.length ? text_string(&out) : "nameless";
}

static bool is_builtin(const char *name)
{
    static const char *const words[] = { "string", "bytes", "list", "atomic", "char" };

    for (int s = DHS_BOOL; s <= DHS_F64; s++)
        if (strcmp(name, dhs_scalar_name((enum dhs_scalar)s)) == 0) return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0) return true;
    return false;
}

const char *import_type_name(struct dhs_arena *arena, const char *name)
{
    const char *mended = import_name(arena, name);
    struct text out = text_new(arena);
    bool is_upper = true, start = true;

    for (const char *p = mended; *p; p++)
        is_upper = is_upper && !islower((unsigned char)*p);
    for (const char *p = mended; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool digits_meet = *p == '_' && out.length > 0 &&
                           isdigit((unsigned char)out.data[out.length - 1]) &&
                           isdigit((unsigned char)p[1]);
        if (*p == '_' && !digits_meet) {
            start = true;
            continue;
        }
        text_add_char(&out, (char)(start ? toupper(c) : is_upper ? tolower(c) : c));
        start = isdigit(c) && is_upper;
    }
    return is_builtin(text_string(&out)) ? dhs_printf(arena, "%sType", text_string(&out))
                                         : text_string(&out);
}

static bool is_taken(const struct strings *taken, const char *name)
{
    for (size_t i = 0; i < taken->n; i++)
        if (strcasecmp(taken->items[i], name) == 0) return true;
    return false;
}

const char *import_unique(struct dhs_arena *arena, struct strings *taken, const char *name)
{
    const char *unique = name;

    for (int n = 2; is_taken(taken, unique); n++)
        unique = dhs_printf(arena, "%s%d", name, n);
    import_strings_add(arena, taken, unique);
    return unique;
}

/* ---- numbers ------------------------------------------------------------------------------ */

bool import_is_float(const char *type)
{
    return strcmp(type, "f32") == 0 || strcmp(type, "f64") == 0;
}

bool import_is_integer(const char *type)
{
    return (type[0] == 'u' || type[0] == 'i') && type[1] >= '1' && type[1] <= '8' &&
           strlen(type) <= 3;
}

static unsigned bits_of(const char *type)
{
    return (unsigned)strtoul(type + 1, NULL, 10);
}

bool import_fits(const char *type, struct import_integer integer)
{
    unsigned bits = bits_of(type) - (type[0] == 'i');
    uint64_t most = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;

    if (integer.negative && integer.magnitude > 0)
        return type[0] == 'i' && integer.magnitude - 1 <= most;
    return integer.magnitude <= most;
}

static bool read_digits(const char *text, int base, uint64_t *number)
{
    char *end;

    if (!isxdigit((unsigned char)*text)) return false;
    errno = 0;
    *number = strtoull(text, &end, base);
    return errno == 0 && *end == '\0';
}

bool import_read_integer(const char *text, struct import_integer *integer)
{
    integer->negative = *text == '-';
    if (*text == '-' || *text == '+') text++;
    if (strncmp(text, "2**", 3) == 0) {
        if (!read_digits(text + 3, 10, &integer->magnitude) || integer->magnitude > 63)
            return false;
        integer->magnitude = (uint64_t)1 << integer->magnitude;
        return true;
    }
    if (text[0] == '0' && (text[1] | 0x20) == 'x')
        return read_digits(text + 2, 16, &integer->magnitude);
    if (text[0] == '0' && (text[1] | 0x20) == 'b')
        return read_digits(text + 2, 2, &integer->magnitude);
    return read_digits(text, 10, &integer->magnitude);
}

/* 1e-07 as people write it: 1e-7. */
static const char *without_zeros(struct dhs_arena *arena, const char *text)
{
    const char *e = strchr(text, 'e');
    const char *digits = e ? e + 1 + (e[1] == '-' || e[1] == '+') : NULL;

    if (!e) return text;
    return dhs_printf(arena, "%.*se%s%s", (int)(e - text), text, e[1] == '-' ? "-" : "",
                      digits + strspn(digits, "0"));
}

const char *import_number(struct dhs_arena *arena, double number)
{
    const char *text = "0";

    if (number == nearbyint(number) && fabs(number) < 1e6)
        return dhs_printf(arena, "%.0f", number + 0.0); /* 1000 rather than 1e3 */
    for (int digits = 1; digits <= 17; digits++) {
        text = dhs_printf(arena, "%.*g", digits, number);
        if (strtod(text, NULL) == number) break;
    }
    return without_zeros(arena, text);
}

/* A float's literal has a point or an exponent where it is no whole number anyway. */
static const char *float_literal(struct dhs_arena *arena, const char *text)
{
    char *end;
    double number = strtod(text, &end);

    while (*end == ' ' || *end == 'f' || *end == 'F')
        end++;
    if (end == text || !isfinite(number)) return NULL;
    if (strcasecmp(end, "PI") == 0) return import_number(arena, number * M_PI);
    return *end ? NULL : import_number(arena, number);
}

static bool read_limit(const char *text, struct import_integer *integer)
{
    unsigned bits = 0;
    char end[8] = "";
    bool is_signed = strncmp(text, "INT", 3) == 0;

    if (!is_signed && strncmp(text, "UINT", 4) != 0) return false;
    if (sscanf(text + (is_signed ? 3 : 4), "%u_%7s", &bits, end) != 2 || bits < 8 || bits > 64)
        return false;
    *integer = (struct import_integer){ false, UINT64_MAX >> (64 - bits + is_signed) };
    if (strcmp(end, "MIN") == 0 && is_signed)
        *integer = (struct import_integer){ true, (uint64_t)1 << (bits - 1) };
    else if (strcmp(end, "MAX") != 0)
        return false;
    return true;
}

const char *import_literal(struct dhs_arena *arena, const char *type, const char *text)
{
    struct import_integer integer;

    if (import_is_float(type)) {
        if (strcasecmp(text, "nan") == 0) return "nan";
        const char *sign = *text == '-' ? "-" : "";
        const char *word = text + (*text == '-' || *text == '+');
        if (strcasecmp(word, "inf") == 0 || strcasecmp(word, "infinity") == 0)
            return dhs_printf(arena, "%sinf", sign);
        if (strcasecmp(word, "pi") == 0)
            return dhs_printf(arena, "%s%s", sign, import_number(arena, M_PI));
        if (read_limit(text, &integer)) /* an integer's limit, held by a float */
            return dhs_printf(arena, "%s%" PRIu64, integer.negative ? "-" : "", integer.magnitude);
        return float_literal(arena, text);
    }
    if (!import_is_integer(type)) return NULL;
    if (!import_read_integer(text, &integer) && !read_limit(text, &integer)) return NULL;
    if (!import_fits(type, integer)) return NULL;
    return dhs_printf(arena, "%s%" PRIu64, integer.negative && integer.magnitude ? "-" : "",
                      integer.magnitude);
}
