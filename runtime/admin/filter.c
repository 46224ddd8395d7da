/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include "command.h"
#include "spell.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum kind { OR, AND, NOT, IS_SET, COMPARE };
enum operator{ EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST, HAS };

enum { TERMS_MAX = 128, DEPTH_MAX = 32, WORD_BYTES = 256 };

struct term {
    enum kind kind;
    int left, right; /* of OR, AND, NOT */
    enum operator op;
    char path[WORD_BYTES];
    char text[WORD_BYTES]; /* the value as it stands, without quotes */
    bool is_number;
    long double number;
};

struct dhi_filter {
    const struct dhc_node *root;
    struct term terms[TERMS_MAX];
    int n, top;
};

struct reader {
    struct dhi_filter *filter;
    const char *text, *at;
    char *wrong;
    int depth;
};

static int fail(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int fail(struct reader *reader, const char *format, ...)
{
    va_list arguments;

    if (reader->wrong[0] != 0) return -1;
    va_start(arguments, format);
    vsnprintf(reader->wrong, DHI_FILTER_WRONG, format, arguments);
    va_end(arguments);
    return -1;
}

static void skip(struct reader *reader)
{
    reader->at += strspn(reader->at, " \t");
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '[' || c == ']';
}

/* Step over that word or sign, if it stands there. */
static bool take(struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    skip(reader);
    if (strncmp(reader->at, word, length) != 0) return false;
    if (is_word_char(word[0]) && is_word_char(reader->at[length])) return false;
    reader->at += length;
    return true;
}

static int add(struct reader *reader, struct term term)
{
    struct dhi_filter *filter = reader->filter;

    if (filter->n == TERMS_MAX) return fail(reader, "more than %d terms", TERMS_MAX);
    filter->terms[filter->n] = term;
    return filter->n++;
}

/* ---- comparisons -------------------------------------------------------------------------- */

static bool read_path(struct reader *reader, char path[WORD_BYTES])
{
    size_t length = 0;

    skip(reader);
    while (is_word_char(reader->at[length]))
        length++;
    if (length == 0 || length >= WORD_BYTES) {
        fail(reader, "a field is expected here");
        return false;
    }
    memcpy(path, reader->at, length);
    path[length] = 0;
    reader->at += length;
    return true;
}

static bool read_operator(struct reader *reader, enum operator* op)
{
    static const char *const signs[] = { "==", "!=", "<=", ">=", "<", ">", "~", "=" };
    static const enum operator ops[] = {
        EQUAL, UNEQUAL, AT_MOST, AT_LEAST, LESS, MORE, HAS, EQUAL
    };

    for (size_t i = 0; i < 8; i++)
        if (take(reader, signs[i])) {
            *op = ops[i];
            return true;
        }
    return false;
}

static bool read_value(struct reader *reader, struct term *term)
{
    size_t length = 0;
    char quote, *end;

    skip(reader);
    quote = *reader->at;
    if (quote == '\'' || quote == '"') {
        const char *close = strchr(reader->at + 1, quote);
        length = close == NULL ? WORD_BYTES : (size_t)(close - reader->at) - 1;
        if (length >= WORD_BYTES) {
            fail(reader, "this text has no end, or is longer than %d bytes", WORD_BYTES - 1);
            return false;
        }
        memcpy(term->text, reader->at + 1, length);
        reader->at = close + 1;
    } else {
        while (is_word_char(reader->at[length]) || reader->at[length] == '-' ||
               reader->at[length] == '+')
            length++;
        if (length == 0 || length >= WORD_BYTES) {
            fail(reader, "a value is expected here");
            return false;
        }
        memcpy(term->text, reader->at, length);
        reader->at += length;
    }
    term->text[length] = 0;
    term->number = strtold(term->text, &end);
    term->is_number = length > 0 && *end == 0 && quote != '\'' && quote != '"';
    return true;
}

/* Behind optionals and arms: what is compared. NULL: no leaf. */
static const struct dhc_node *leaf_of(const struct dhi_place *place)
{
    const struct dhc_node *node = place->node;

    while (node->kind == DHC_OPT)
        node = node->first;
    return dhc_is_leaf(node->kind) && place->level == node->n_dims ? node : NULL;
}

static bool check_name(struct reader *reader, const struct dhc_node *leaf, const struct term *term)
{
    const char *names[256] = { NULL }, *best;
    size_t n = 0;

    for (uint32_t i = 0; i < leaf->meaning->n_labels && n < 256; i++) {
        if (strcmp(leaf->meaning->labels[i].name, term->text) == 0) return true;
        names[n++] = leaf->meaning->labels[i].name;
    }
    best = dhi_nearest(term->text, names, n);
    fail(reader, "%s has no value '%s'%s%s%s", term->path, term->text,
         best != NULL ? ": did you mean '" : "", best != NULL ? best : "",
         best != NULL ? "'?" : "");
    return false;
}

static bool is_text(const struct dhc_node *leaf)
{
    return leaf->kind == DHC_CHAR || leaf->kind == DHC_STRING;
}

/* Whether the value fits the field. */
static bool check(struct reader *reader, const struct term *term)
{
    struct dhi_place place = { 0 };
    const struct dhc_node *leaf;
    const char *bad;

    if (!dhi_path(NULL, reader->filter->root, term->path, &place, &bad)) {
        fail(reader, "there is no field '%s'", term->path);
        return false;
    }
    if (term->kind == IS_SET) return true;
    leaf = leaf_of(&place);
    if (leaf == NULL || leaf->kind == DHC_BYTES) {
        fail(reader, "'%s' is no single value", term->path);
        return false;
    }
    if (is_text(leaf)) return true;
    if (term->op == HAS && leaf->meaning->naming != DHC_FLAGS) {
        fail(reader, "~ is for flags and texts, which '%s' is not", term->path);
        return false;
    }
    if (leaf->meaning->naming != DHC_UNNAMED && !term->is_number)
        return check_name(reader, leaf, term);
    if (leaf->scalar == DHC_BOOL &&
        (strcmp(term->text, "true") == 0 || strcmp(term->text, "false") == 0))
        return true;
    if (!term->is_number)
        fail(reader, "'%s' is compared with a number, not '%s'", term->path, term->text);
    return term->is_number;
}

static int read_comparison(struct reader *reader)
{
    struct term term = { .kind = IS_SET };
    const char *begin;

    skip(reader);
    begin = reader->at;
    if (!read_path(reader, term.path)) return -1;
    if (read_operator(reader, &term.op)) {
        term.kind = COMPARE;
        if (!read_value(reader, &term)) return -1;
    }
    if (check(reader, &term)) return add(reader, term);
    reader->at = begin;
    return -1;
}

/* ---- conditions --------------------------------------------------------------------------- */

static int read_or(struct reader *reader);

static int read_factor(struct reader *reader)
{
    int inner;

    if (reader->depth > DEPTH_MAX) return fail(reader, "too deep");
    if (take(reader, "not") ||
        (reader->at[0] == '!' && reader->at[1] != '=' && take(reader, "!"))) {
        reader->depth++;
        inner = read_factor(reader);
        reader->depth--;
        return inner < 0 ? -1 : add(reader, (struct term){ .kind = NOT, .left = inner });
    }
    if (!take(reader, "(")) return read_comparison(reader);
    reader->depth++;
    inner = read_or(reader);
    reader->depth--;
    if (inner >= 0 && !take(reader, ")")) return fail(reader, "')' is missing");
    return inner;
}

static int read_and(struct reader *reader)
{
    int left = read_factor(reader);

    while (left >= 0 && (take(reader, "and") || take(reader, "&&"))) {
        int right = read_factor(reader);
        if (right < 0) return -1;
        left = add(reader, (struct term){ .kind = AND, .left = left, .right = right });
    }
    return left;
}

static int read_or(struct reader *reader)
{
    int left = read_and(reader);

    while (left >= 0 && (take(reader, "or") || take(reader, "||"))) {
        int right = read_and(reader);
        if (right < 0) return -1;
        left = add(reader, (struct term){ .kind = OR, .left = left, .right = right });
    }
    return left;
}

struct dhi_filter *dhi_filter_read(const char *text, const struct dhc_node *root, size_t *at,
                                   char wrong[DHI_FILTER_WRONG])
{
    struct dhi_filter *filter = calloc(1, sizeof *filter);
    struct reader reader = { .filter = filter, .text = text, .at = text, .wrong = wrong };

    wrong[0] = 0;
    *at = 0;
    if (filter == NULL) {
        snprintf(wrong, DHI_FILTER_WRONG, "memory ran out");
        return NULL;
    }
    filter->root = root;
    filter->top = read_or(&reader);
    skip(&reader);
    if (filter->top >= 0 && *reader.at != 0)
        filter->top = fail(&reader, "'and', 'or' or the end is expected here");
    if (filter->top >= 0) return filter;
    *at = (size_t)(reader.at - text);
    free(filter);
    return NULL;
}

void dhi_filter_free(struct dhi_filter *filter)
{
    free(filter);
}

/* ---- the answer --------------------------------------------------------------------------- */

static bool ordered(enum operator op, int order)
{
    switch (op) {
    case EQUAL: return order == 0;
    case UNEQUAL: return order != 0;
    case LESS: return order < 0;
    case AT_MOST: return order <= 0;
    case MORE: return order > 0;
    case AT_LEAST: return order >= 0;
    case HAS: return false;
    }
    return false;
}

static bool text_holds(const struct term *term, const struct dhi_value *value)
{
    size_t length = strlen(term->text);
    size_t common = length < value->length ? length : value->length;
    int order = memcmp(value->data, term->text, common);

    if (term->op == HAS) return memmem(value->data, value->length, term->text, length) != NULL;
    if (order == 0) order = (value->length > length) - (value->length < length);
    return ordered(term->op, order);
}

static bool name_holds(const struct term *term, const struct dhc_node *leaf,
                       const struct dhi_value *value)
{
    const char *label;

    if (term->op == HAS) {
        for (uint32_t i = 0; i < leaf->meaning->n_labels; i++)
            if (strcmp(leaf->meaning->labels[i].name, term->text) == 0)
                return (value->bits >> (leaf->meaning->labels[i].value & 63) & 1) != 0;
        return false;
    }
    label = dhi_label(leaf->meaning, value->bits);
    return ordered(term->op, label == NULL ? 1 : strcmp(label, term->text));
}

static long double number_of(const struct dhc_node *leaf, const struct dhi_value *value)
{
    if (leaf->meaning->has_scale) return (long double)dhi_physical(leaf->meaning, value);
    if (value->kind == DHI_SIGNED) return (long double)(int64_t)value->bits;
    if (value->kind == DHI_REAL) return (long double)value->real;
    return (long double)value->bits;
}

static bool holds(const struct term *term, const struct dhi_filter *filter,
                  const struct dhi_payload *payload)
{
    struct dhi_place place = { 0 };
    const struct dhc_node *leaf, *node;
    struct dhi_value value;
    long double number;
    const char *bad;

    if (!dhi_path(payload, filter->root, term->path, &place, &bad)) return false;
    for (node = place.node; node->kind == DHC_OPT; node = node->first)
        if (!dhi_is_present(payload, node, place.shift)) return false;
    leaf = leaf_of(&place);
    if (leaf == NULL) return term->kind == IS_SET; /* a group that is there */
    value = dhi_leaf(payload, leaf, place.shift);
    if (value.kind == DHI_MISSING || value.invalid) return false;
    if (value.kind == DHI_TEXT || value.kind == DHI_BLOB)
        return term->kind == IS_SET ? value.length > 0 : text_holds(term, &value);
    number = number_of(leaf, &value);
    if (term->kind == IS_SET) return number != 0;
    if (leaf->meaning->naming != DHC_UNNAMED && !term->is_number)
        return name_holds(term, leaf, &value);
    if (leaf->scalar == DHC_BOOL && !term->is_number)
        return ordered(term->op, (value.bits != 0) - (term->text[0] == 't'));
    if (term->op == HAS) return (value.bits >> ((unsigned)term->number & 63) & 1) != 0;
    if (number != number) return term->op == UNEQUAL; /* nan */
    return ordered(term->op, (number > term->number) - (number < term->number));
}

static bool answer(const struct dhi_filter *filter, int at, const struct dhi_payload *payload)
{
    const struct term *term = &filter->terms[at];

    switch (term->kind) {
    case OR: return answer(filter, term->left, payload) || answer(filter, term->right, payload);
    case AND: return answer(filter, term->left, payload) && answer(filter, term->right, payload);
    case NOT: return !answer(filter, term->left, payload);
    case IS_SET:
    case COMPARE: return holds(term, filter, payload);
    }
    return false;
}

bool dhi_filter_holds(const struct dhi_filter *filter, const struct dhi_payload *payload)
{
    return answer(filter, filter->top, payload);
}
