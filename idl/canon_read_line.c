/* SPDX-License-Identifier: Apache-2.0 */
/* The words that lines of canonical text are made of, and the lines of a minor. */
#include "canon_read_inside.h"

#include <string.h>

static const char *const scalar_names[] = {
    [DHC_BOOL] = "bool", [DHC_I8] = "i8",   [DHC_I16] = "i16", [DHC_I32] = "i32",
    [DHC_I64] = "i64",   [DHC_U8] = "u8",   [DHC_U16] = "u16", [DHC_U32] = "u32",
    [DHC_U64] = "u64",   [DHC_F16] = "f16", [DHC_F32] = "f32", [DHC_F64] = "f64",
};
enum { N_SCALARS = sizeof scalar_names / sizeof scalar_names[0] };

const char *dhc_scalar_name(enum dhc_scalar scalar)
{
    return scalar_names[scalar];
}

uint32_t dhc_scalar_size(enum dhc_scalar scalar)
{
    static const unsigned char sizes[N_SCALARS] = { 1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8 };

    return sizes[scalar];
}

bool dhc_is_signed(enum dhc_scalar scalar)
{
    return scalar >= DHC_I8 && scalar <= DHC_I64;
}

bool dhc_is_real(enum dhc_scalar scalar)
{
    return scalar >= DHC_F16;
}

bool dhc_is_leaf(enum dhc_kind kind)
{
    return kind >= DHC_SCALAR && kind <= DHC_BYTES;
}

/* ---- words -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool dhc_take(struct dhc_cursor *cursor, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(cursor->end - cursor->at) < length) return false;
    if (memcmp(cursor->at, word, length) != 0) return false;
    cursor->at += length;
    return true;
}

bool dhc_take_integer(struct dhc_cursor *cursor, bool *negative, uint64_t *magnitude)
{
    struct dhc_cursor c = *cursor;
    uint64_t value = 0;

    *negative = dhc_take(&c, "-");
    if (c.at == c.end || !is_digit(*c.at)) return false;
    if (*c.at == '0' && (*negative || (c.at + 1 < c.end && is_digit(c.at[1])))) return false;
    for (; c.at < c.end && is_digit(*c.at); c.at++) {
        uint64_t digit = (uint64_t)(*c.at - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *magnitude = value;
    *cursor = c;
    return true;
}

bool dhc_take_int(struct dhc_cursor *cursor, uint32_t *value)
{
    struct dhc_cursor c = *cursor;
    bool negative;
    uint64_t magnitude;

    if (!dhc_take_integer(&c, &negative, &magnitude) || negative) return false;
    if (magnitude > INT32_MAX) return false;
    *value = (uint32_t)magnitude;
    *cursor = c;
    return true;
}

bool dhc_take_name(struct dhc_cursor *cursor, struct dhc_cursor *name)
{
    const char *at = cursor->at;

    if (at == cursor->end || !is_letter(*at)) return false;
    while (at < cursor->end && (is_letter(*at) || is_digit(*at) || *at == '_'))
        at++;
    if (at - cursor->at > DHC_NAME_MAX) return false;
    *name = (struct dhc_cursor){ cursor->at, at };
    cursor->at = at;
    return true;
}

/* Whether the path is too deep is told here too: it is then no path. */
bool dhc_take_path(struct dhc_cursor *cursor, struct dhc_cursor *path)
{
    struct dhc_cursor c = *cursor, name;
    unsigned depth = 1;

    if (!dhc_take(&c, ".")) {
        if (!dhc_take_name(&c, &name)) return false;
        for (;; depth++) {
            if (dhc_take(&c, "[]") || dhc_take(&c, "?")) continue;
            if (!dhc_take(&c, ".")) break;
            if (!dhc_take_name(&c, &name)) return false;
        }
    }
    if (depth > DHC_DEPTH_MAX || c.at - cursor->at > DHC_PATH_MAX) return false;
    *path = (struct dhc_cursor){ cursor->at, c.at };
    cursor->at = c.at;
    return true;
}

bool dhc_take_scalar(struct dhc_cursor *cursor, enum dhc_scalar *scalar)
{
    for (int i = 0; i < N_SCALARS; i++)
        if (dhc_take(cursor, scalar_names[i])) {
            *scalar = (enum dhc_scalar)i;
            return true;
        }
    return false;
}

bool dhc_fit(enum dhc_scalar scalar, bool negative, uint64_t magnitude, uint64_t *bits)
{
    unsigned n_bits = dhc_scalar_size(scalar) * 8;
    uint64_t greatest = scalar == DHC_BOOL ? 1 : UINT64_MAX >> (64 - n_bits);

    if (dhc_is_real(scalar)) return false;
    if (dhc_is_signed(scalar))
        greatest = (greatest >> 1) + (negative ? 1 : 0);
    else if (negative)
        return false;
    if (magnitude > greatest) return false;
    *bits = negative ? UINT64_C(0) - magnitude : magnitude;
    return true;
}

/* ---- kinds -------------------------------------------------------------------------------- */

/* "[n]" as often as it stands there. */
static bool take_dims(struct dhc_parser *parser, struct dhc_cursor *c, struct dhc_line *line)
{
    uint32_t dims[DHC_DEPTH_MAX], n = 0, *copy;

    for (; dhc_take(c, "["); n++) {
        if (n == DHC_DEPTH_MAX)
            return dhc_refuse(parser, parser->line, "more than %d dimensions", DHC_DEPTH_MAX);
        if (!dhc_take_int(c, &dims[n]) || dims[n] == 0 || !dhc_take(c, "]"))
            return dhc_refuse(parser, parser->line, "a dimension is not a number from 1 to 2^31-1");
    }
    line->n_dims = n;
    if (n == 0) return true;
    copy = dhc_allocate(parser, n * sizeof *copy);
    if (copy == NULL) return false;
    memcpy(copy, dims, n * sizeof *copy);
    line->dims = copy;
    return true;
}

static bool take_positive(struct dhc_cursor *c, uint32_t *value)
{
    return dhc_take_int(c, value) && *value > 0;
}

static bool is_atomic_scalar(enum dhc_scalar scalar)
{
    return scalar != DHC_F16;
}

static bool take_leaf(struct dhc_cursor *c, struct dhc_line *line)
{
    if (dhc_take(c, "char[")) {
        line->kind = DHC_CHAR;
        return take_positive(c, &line->capacity) && dhc_take(c, "]");
    }
    if (dhc_take(c, "string<")) {
        line->kind = DHC_STRING;
        return take_positive(c, &line->capacity) && dhc_take(c, ">");
    }
    if (dhc_take(c, "bytes<")) {
        line->kind = DHC_BYTES;
        return take_positive(c, &line->capacity) && dhc_take(c, ">");
    }
    if (dhc_take(c, "atomic<")) {
        line->kind = DHC_ATOMIC;
        return dhc_take_scalar(c, &line->scalar) && is_atomic_scalar(line->scalar) &&
               dhc_take(c, ">");
    }
    line->kind = DHC_SCALAR;
    return dhc_take_scalar(c, &line->scalar);
}

/* What a tag's type cannot tell yet is kept as it stands: `-`, digits. */
static bool take_case(struct dhc_cursor *c, struct dhc_line *line)
{
    const char *start = c->at;

    line->kind = DHC_ARM;
    line->is_case = true;
    while (c->at < c->end && (is_digit(*c->at) || *c->at == '-'))
        c->at++;
    line->tag = (struct dhc_cursor){ start, c->at };
    return dhc_take(c, ">");
}

static bool take_composite(struct dhc_cursor *c, struct dhc_line *line)
{
    if (dhc_take(c, "array<")) {
        line->kind = DHC_ARRAY;
        return take_positive(c, &line->stride) && dhc_take(c, ">");
    }
    if (dhc_take(c, "list<")) {
        line->kind = DHC_LIST;
        return take_positive(c, &line->capacity) && dhc_take(c, ",") &&
               take_positive(c, &line->stride) && dhc_take(c, ">");
    }
    if (dhc_take(c, "opt<")) {
        line->kind = DHC_OPT;
        return take_positive(c, &line->inner) && dhc_take(c, ">");
    }
    if (dhc_take(c, "union<")) {
        line->kind = DHC_UNION;
        return dhc_take_scalar(c, &line->scalar) && !dhc_is_real(line->scalar) &&
               line->scalar != DHC_BOOL && dhc_take(c, ",") && take_positive(c, &line->inner) &&
               dhc_take(c, ">");
    }
    if (dhc_take(c, "case<")) return take_case(c, line);
    if (dhc_take(c, "reserve<")) {
        line->kind = DHC_RESERVE;
        return take_positive(c, &line->capacity) && dhc_take(c, ">");
    }
    return false;
}

static bool is_composite(const struct dhc_cursor *c)
{
    static const char *const words[] = { "array<", "list<", "opt<", "union<", "case<", "reserve<" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct dhc_cursor copy = *c;
        if (dhc_take(&copy, words[i])) return true;
    }
    return false;
}

static bool take_kind(struct dhc_parser *parser, struct dhc_cursor *c, struct dhc_line *line)
{
    bool composite = is_composite(c);

    if (!(composite ? take_composite(c, line) : take_leaf(c, line)))
        return dhc_refuse(
            parser, parser->line,
            "this is no kind that canonical text has, or its numbers are out of range");
    if (composite && line->kind != DHC_ARRAY) return true;
    if (!take_dims(parser, c, line)) return false;
    if (composite && line->n_dims == 0)
        return dhc_refuse(parser, parser->line, "an array without a dimension");
    return true;
}

bool dhc_read_layout_line(struct dhc_parser *parser)
{
    struct dhc_cursor c = parser->current, path;
    struct dhc_line *line = &parser->layout;

    *line = (struct dhc_line){ 0 };
    if (!dhc_take_int(&c, &line->offset) || !dhc_take(&c, " "))
        return dhc_refuse(parser, parser->line,
                          "an offset (below 2^31) and one space are expected");
    if (!take_kind(parser, &c, line)) return false;
    if (!dhc_take(&c, " ") || !dhc_take_path(&c, &path) || c.at != c.end)
        return dhc_refuse(parser, parser->line,
                          "one space and a path are expected after the kind: names of at most %d "
                          "bytes, %d parts, %d bytes in all",
                          DHC_NAME_MAX, DHC_DEPTH_MAX, DHC_PATH_MAX);
    line->path = path.at;
    line->path_length = (size_t)(path.end - path.at);
    return true;
}
