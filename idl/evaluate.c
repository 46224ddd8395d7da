/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions, evaluated exactly over integers; floats are literals rounded once to f64, and each
 * operation on them is rounded once more. Recursion is bounded by AST_MAX_EXPRESSION_DEPTH.
 */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "grammar.h"
#include "number.h"
#include "source.h"

struct evaluation {
    struct dhs_check *check;
    struct dhs_place place;
    const struct dhs_type *wanted;
};

static bool evaluate(struct evaluation *e, const struct ast_expression *expression,
                     struct dhs_value *value);

static struct dhs_number number_of(const struct dhs_value *value)
{
    struct dhs_number number = { value->negative, value->magnitude };
    return number;
}

static void set_number(struct dhs_value *value, struct dhs_number number)
{
    memset(value, 0, sizeof *value);
    value->kind = DHS_VALUE_INTEGER;
    value->negative = number.negative;
    value->magnitude = number.magnitude;
}

static void set_real(struct dhs_value *value, double real)
{
    memset(value, 0, sizeof *value);
    value->kind = DHS_VALUE_REAL;
    value->real = real;
}

static bool is_whole(const struct dhs_value *value)
{
    return value->kind == DHS_VALUE_INTEGER || value->kind == DHS_VALUE_ENUMERATOR;
}

static const char *kind_title(const struct dhs_value *value)
{
    switch (value->kind) {
    case DHS_VALUE_BOOL: return "a bool";
    case DHS_VALUE_INTEGER: return "an integer";
    case DHS_VALUE_REAL: return "a float";
    case DHS_VALUE_TEXT: return "a text";
    case DHS_VALUE_ENUMERATOR: return "an enum's value";
    default: return "nothing";
    }
}

const char *dhs_value_text(struct dhs_check *check, const struct dhs_value *value)
{
    switch (value->kind) {
    case DHS_VALUE_BOOL: return value->boolean ? "true" : "false";
    case DHS_VALUE_INTEGER:
        return dhs_printf(check->arena, "%s%llu", value->negative ? "-" : "",
                          (unsigned long long)value->magnitude);
    case DHS_VALUE_REAL: return dhs_printf(check->arena, "%g", value->real);
    case DHS_VALUE_ENUMERATOR: return value->enumerator->declaration.name;
    default: return kind_title(value);
    }
}

/* ---- literals ----------------------------------------------------------------------------- */

static unsigned digit_of(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
}

/* What the lexer found malformed has been reported: such a literal is 0. */
static bool read_integer(struct evaluation *e, const struct ast_expression *expression,
                         struct dhs_value *value)
{
    const char *text = e->place.unit->source->text + expression->token.offset;
    size_t length = expression->token.length, i = 0;
    unsigned base = 10;
    if (length > 2 && text[0] == '0' && (text[1] | 0x20) >= 'a') {
        base = text[1] == 'x' ? 16 : text[1] == 'b' ? 2 : 8;
        i = 2;
    }
    struct dhs_number number = { false, 0 };
    for (; i < length; i++) {
        if (text[i] == '_') continue;
        unsigned digit = digit_of(text[i]);
        if (digit >= base) return false;
        if (number.magnitude > (UINT64_MAX - digit) / base) {
            dhs_report(e->check->diag, DHS_EXPRESSION_OVERFLOW, expression->span,
                       "this number does not fit in 64 bits");
            return false;
        }
        number.magnitude = number.magnitude * base + digit;
    }
    set_number(value, number);
    return true;
}

static bool read_real(struct evaluation *e, const struct ast_expression *expression,
                      struct dhs_value *value)
{
    const char *text = e->place.unit->source->text + expression->token.offset;
    char *digits = dhs_alloc(e->check->arena, expression->token.length + 1);
    size_t n = 0;
    for (size_t i = 0; i < expression->token.length; i++)
        if (text[i] != '_') digits[n++] = text[i];
    set_real(value, strtod(digits, NULL));
    if (!isinf(value->real)) return true;
    dhs_report(e->check->diag, DHS_EXPRESSION_OVERFLOW, expression->span,
               "this number is beyond the range of f64");
    return false;
}

static bool read_literal(struct evaluation *e, const struct ast_expression *expression,
                         struct dhs_value *value)
{
    if (expression->kind == AST_INTEGER) return read_integer(e, expression, value);
    if (expression->kind == AST_REAL) return read_real(e, expression, value);
    struct dhs_text text =
        dhs_unescape(e->check->arena, e->place.unit->source->text + expression->token.offset,
                     expression->token.length);
    memset(value, 0, sizeof *value);
    value->kind = DHS_VALUE_TEXT;
    value->text = text;
    if (expression->kind != AST_CHARACTER) return true;
    if (text.length != 1) return false; /* 'abc': was reported */
    struct dhs_number number = { false, (unsigned char)text.data[0] };
    set_number(value, number);
    return true;
}

/* ---- names -------------------------------------------------------------------------------- */

static bool read_word(const char *word, struct dhs_value *value)
{
    if (strcmp(word, "nan") == 0 || strcmp(word, "inf") == 0) {
        set_real(value, word[0] == 'n' ? (double)NAN : (double)INFINITY);
        return true;
    }
    if (strcmp(word, "true") != 0 && strcmp(word, "false") != 0) return false;
    memset(value, 0, sizeof *value);
    value->kind = DHS_VALUE_BOOL;
    value->boolean = word[0] == 't';
    return true;
}

/* A flag stands for its bit's weight, so that flags can be joined with |. */
static void set_enumerator(const struct dhs_enum *enumeration, const struct dhs_enumerator *one,
                           struct dhs_value *value)
{
    struct dhs_number number = { one->negative, one->magnitude };
    if (enumeration->is_flags) number.magnitude = (uint64_t)1 << (one->magnitude & 63);
    set_number(value, number);
    if (enumeration->is_flags) return;
    value->kind = DHS_VALUE_ENUMERATOR;
    value->enumerator = one;
}

static bool find_enumerator(const struct dhs_enum *enumeration, const char *word,
                            struct dhs_value *value)
{
    for (size_t i = 0; i < enumeration->n_enumerators; i++) {
        if (strcmp(enumeration->enumerators[i].declaration.name, word) != 0) continue;
        set_enumerator(enumeration, &enumeration->enumerators[i], value);
        return true;
    }
    return false;
}

static struct dhs_near nearest_enumerator(struct dhs_check *check,
                                          const struct dhs_enum *enumeration, const char *word)
{
    size_t n = enumeration->n_enumerators;
    const char **names = dhs_alloc_array(check->arena, n, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = enumeration->enumerators[i].declaration.name;
    return dhs_find_near(word, names, n);
}

/* What others call the absence of a value. */
static bool is_nothing(const char *name)
{
    static const char *const words[] = {
        "none", "None", "null", "NULL", "nullptr", "nil", "default"
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0) return true;
    return false;
}

static bool report_unknown(struct evaluation *e, const struct ast_expression *expression)
{
    const struct dhs_source *source = e->place.unit->source;
    const char *name = ast_path_text(e->check->arena, source, expression->path);
    const struct dhs_enum *wanted = e->wanted ? e->wanted->enumeration : NULL;
    struct dhs_near near = wanted ? nearest_enumerator(e->check, wanted, name)
                                  : dhs_lookup_nearest(e->check, e->place, expression->path, false);
    if (dhs_may_be_lost(e->place, expression->path, near)) return false;
    bool is_type = !expression->path->next && dhs_is_builtin(name);
    if (is_type) {
        dhs_report(e->check->diag, DHS_NAME_KIND, expression->span,
                   "a value is wanted here, and '%s' is a type", name);
        return false;
    }
    if (wanted)
        dhs_report(e->check->diag, DHS_NAME_UNKNOWN, expression->span, "'%s' has no value '%.80s'",
                   wanted->declaration.name, name);
    else
        dhs_report(e->check->diag, DHS_NAME_UNKNOWN,
                   dhs_unknown_span(e->check, e->place, expression->path),
                   "no constant '%.80s' is visible here", name);
    if (!near.name && is_nothing(name))
        dhs_help(e->check->diag,
                 "memory begins as zero, and what is optional absent: leave this out");
    dhs_suggest(e->check->diag, expression->span, near);
    return false;
}

/* E.x, where E is an enum: bare names were tried before. */
static bool read_enumerator(struct evaluation *e, const struct ast_expression *expression,
                            struct dhs_symbol *symbol, const struct ast_path *rest,
                            struct dhs_value *value)
{
    if (!dhs_resolve(e->check, symbol, expression->span)) return false;
    const struct dhs_source *source = e->place.unit->source;
    const char *word = ast_token_text(e->check->arena, source, rest->word);
    if (find_enumerator(symbol->enumeration, word, value)) return true;
    if (symbol->ast->damaged) return false;
    dhs_report(e->check->diag, DHS_NAME_UNKNOWN, ast_token_span(source, rest->word),
               "'%s' has no value '%.80s'", symbol->name, word);
    dhs_suggest(e->check->diag, ast_token_span(source, rest->word),
                nearest_enumerator(e->check, symbol->enumeration, word));
    return false;
}

static bool read_path(struct evaluation *e, const struct ast_expression *expression,
                      struct dhs_value *value)
{
    struct dhs_check *check = e->check;
    const struct ast_path *path = expression->path, *rest = NULL;
    const char *word = ast_token_text(check->arena, e->place.unit->source, path->word);
    if (!path->next) {
        const struct dhs_enum *enumeration = e->wanted ? e->wanted->enumeration : NULL;
        if (enumeration && find_enumerator(enumeration, word, value)) return true;
        if (read_word(word, value)) return true;
    }
    struct dhs_symbol *symbol = dhs_lookup(check, e->place, path, &rest);
    if (!symbol) return report_unknown(e, expression);
    if (rest) return read_enumerator(e, expression, symbol, rest, value);
    bool is_value = symbol->ast->kind == AST_CONSTANT || symbol->ast->kind == AST_PARAMETER;
    if (!is_value) {
        dhs_report(check->diag, DHS_NAME_KIND, expression->span, "'%s' is no constant",
                   symbol->name);
        dhs_note(check->diag, ast_token_span(symbol->unit->source, symbol->ast->name),
                 "declared here");
        return false;
    }
    if (!dhs_resolve(check, symbol, expression->span)) return false;
    *value = symbol->constant->value;
    return true;
}

/* ---- operators ---------------------------------------------------------------------------- */

/* Where a float is wanted, 22 / 7 is meant to be one. */
static void report_remainder(struct evaluation *e, const struct ast_expression *expression)
{
    struct dhs_diag *diag = e->check->diag;
    bool wants_real =
        e->wanted && e->wanted->kind == DHS_TYPE_SCALAR && dhs_is_real(e->wanted->scalar);
    dhs_report(diag, DHS_EXPRESSION_INEXACT, expression->span, "this division leaves a remainder");
    if (!wants_real) {
        dhs_help(diag, "write (a - a %% b) / b to round towards zero");
        return;
    }
    struct dhs_span behind = expression->left->span;
    const char *digits = behind.source->text + behind.offset;
    dhs_help(diag, "both are integers, and so would the result be: make one a float");
    if (expression->left->kind != AST_INTEGER || strspn(digits, "0123456789") < behind.length)
        return;
    behind.offset += behind.length;
    behind.length = 0;
    dhs_fix(diag, behind, ".0");
}

static bool report_outcome(struct evaluation *e, const struct ast_expression *expression,
                           enum dhs_outcome outcome)
{
    struct dhs_diag *diag = e->check->diag;
    switch (outcome) {
    case DHS_EXACT: return true;
    case DHS_TOO_LARGE:
        dhs_report(diag, DHS_EXPRESSION_OVERFLOW, expression->span,
                   "the result does not fit in 64 bits");
        break;
    case DHS_BAD_SHIFT:
        dhs_report(diag, DHS_EXPRESSION_OVERFLOW, expression->right->span,
                   "a shift goes by 0 to 63 bits");
        break;
    case DHS_BY_ZERO:
        dhs_report(diag, DHS_EXPRESSION_ZERO, expression->right->span, "this is zero");
        break;
    case DHS_REMAINDER: report_remainder(e, expression); break;
    }
    return false;
}

static bool report_operands(struct evaluation *e, const struct ast_expression *expression,
                            const struct dhs_value *wrong)
{
    dhs_report(e->check->diag, DHS_EXPRESSION_KIND,
               ast_token_span(e->place.unit->source, expression->token), "%s does not go with %s",
               dhs_token_title(expression->token.kind), kind_title(wrong));
    return false;
}

static enum dhs_outcome apply_whole(int operation, struct dhs_number a, struct dhs_number b,
                                    struct dhs_number *out)
{
    switch (operation) {
    case TOKEN_PLUS: return dhs_number_add(a, b, out);
    case TOKEN_MINUS: return dhs_number_subtract(a, b, out);
    case TOKEN_STAR: return dhs_number_multiply(a, b, out);
    case TOKEN_SLASH: return dhs_number_divide(a, b, out);
    case TOKEN_PERCENT: return dhs_number_modulo(a, b, out);
    case TOKEN_SHIFT_LEFT: return dhs_number_shift_left(a, b, out);
    case TOKEN_SHIFT_RIGHT: return dhs_number_shift_right(a, b, out);
    case TOKEN_AND: return dhs_number_and(a, b, out);
    default: return dhs_number_or(a, b, out);
    }
}

static enum dhs_outcome apply_real(int operation, double a, double b, double *out)
{
    if (operation == TOKEN_SLASH && b == 0) return DHS_BY_ZERO;
    *out = operation == TOKEN_PLUS    ? a + b
           : operation == TOKEN_MINUS ? a - b
           : operation == TOKEN_STAR  ? a * b
                                      : a / b;
    return isfinite(a) && isfinite(b) && !isfinite(*out) ? DHS_TOO_LARGE : DHS_EXACT;
}

static bool takes_reals(int operation)
{
    return operation == TOKEN_PLUS || operation == TOKEN_MINUS || operation == TOKEN_STAR ||
           operation == TOKEN_SLASH;
}

static bool binary(struct evaluation *e, const struct ast_expression *expression,
                   struct dhs_value *value)
{
    struct dhs_value left, right;
    bool left_good = evaluate(e, expression->left, &left);
    if (!evaluate(e, expression->right, &right) || !left_good) return false;
    int operation = expression->token.kind;
    if (is_whole(&left) && is_whole(&right)) {
        struct dhs_number result = { false, 0 };
        enum dhs_outcome outcome =
            apply_whole(operation, number_of(&left), number_of(&right), &result);
        set_number(value, result);
        return report_outcome(e, expression, outcome);
    }
    const struct dhs_value *sides[] = { &left, &right };
    double reals[2] = { 0, 0 };
    for (int i = 0; i < 2; i++) {
        bool is_real = sides[i]->kind == DHS_VALUE_REAL;
        if (!is_real && !is_whole(sides[i])) return report_operands(e, expression, sides[i]);
        if (is_real && !takes_reals(operation)) return report_operands(e, expression, sides[i]);
        reals[i] = is_real ? sides[i]->real : dhs_number_real(number_of(sides[i]));
    }
    double result = 0;
    enum dhs_outcome outcome = apply_real(operation, reals[0], reals[1], &result);
    set_real(value, result);
    return report_outcome(e, expression, outcome);
}

static bool unary(struct evaluation *e, const struct ast_expression *expression,
                  struct dhs_value *value)
{
    struct dhs_value operand;
    if (!evaluate(e, expression->left, &operand)) return false;
    bool is_minus = expression->token.kind == TOKEN_MINUS;
    if (is_minus && operand.kind == DHS_VALUE_REAL) {
        set_real(value, -operand.real);
        return true;
    }
    if (!is_whole(&operand)) return report_operands(e, expression, &operand);
    struct dhs_number result = { false, 0 };
    enum dhs_outcome outcome;
    if (is_minus) {
        outcome = dhs_number_negate(number_of(&operand), &result);
    } else {
        const struct dhs_type *type = e->wanted;
        bool has_width = type && type->kind != DHS_TYPE_POISON && dhs_is_integer(type->scalar);
        if (!has_width) {
            dhs_report(e->check->diag, DHS_EXPRESSION_KIND, expression->span,
                       "'~' has no width here");
            dhs_help(e->check->diag, "give it one with a constant: const MASK: u32 = ~0;");
            return false;
        }
        outcome = dhs_number_invert(number_of(&operand), dhs_scalar_size(type->scalar) * 8,
                                    dhs_is_signed(type->scalar), &result);
    }
    set_number(value, result);
    return report_outcome(e, expression, outcome);
}

static bool evaluate(struct evaluation *e, const struct ast_expression *expression,
                     struct dhs_value *value)
{
    memset(value, 0, sizeof *value);
    switch (expression->kind) {
    case AST_INTEGER:
    case AST_REAL:
    case AST_TEXT:
    case AST_CHARACTER: return read_literal(e, expression, value);
    case AST_PATH: return read_path(e, expression, value);
    case AST_UNARY: return unary(e, expression, value);
    case AST_BINARY: return binary(e, expression, value);
    case AST_BROKEN: return false;
    case AST_CALL:
    case AST_OPEN: break;
    }
    dhs_report(e->check->diag, DHS_VALUE_KIND, expression->span, "a value is wanted here");
    return false;
}

bool dhs_evaluate(struct dhs_check *check, struct dhs_place place,
                  const struct ast_expression *expression, const struct dhs_type *wanted,
                  struct dhs_value *value)
{
    struct evaluation e = { check, place, wanted };
    return evaluate(&e, expression, value);
}

/* ---- values of a type --------------------------------------------------------------------- */

static bool report_kind(struct dhs_check *check, struct dhs_span span, const char *wanted,
                        const struct dhs_value *value)
{
    dhs_report(check->diag, DHS_VALUE_KIND, span, "%s is wanted here, not %s", wanted,
               kind_title(value));
    return false;
}

static bool is_written(struct dhs_span span, const char *text)
{
    return span.source && span.length == strlen(text) &&
           memcmp(span.source->text + span.offset, text, span.length) == 0;
}

static bool fit_bool(struct dhs_check *check, struct dhs_span span, const struct dhs_value *value)
{
    if (value->kind == DHS_VALUE_BOOL) return true;
    report_kind(check, span, "true or false", value);
    if (is_written(span, "1")) dhs_fix(check->diag, span, "true");
    if (is_written(span, "0")) dhs_fix(check->diag, span, "false");
    return false;
}

static bool fit_text(struct dhs_check *check, struct dhs_span span, const struct dhs_type *type,
                     const struct dhs_value *value)
{
    if (value->kind != DHS_VALUE_TEXT) {
        report_kind(check, span, "a text", value);
        const char *written = span.source ? span.source->text + span.offset : "";
        if (written[0] == '\'' && span.length == 3)
            dhs_fix(check->diag, span, "\"%c\"", written[1]);
        return false;
    }
    if (value->text.length <= type->length) return true;
    dhs_report(check->diag, DHS_VALUE_FIT, span, "a text of %zu bytes does not fit in %s",
               value->text.length, dhs_type_title(check, type));
    return false;
}

static bool fit_integer(struct dhs_check *check, struct dhs_span span, enum dhs_scalar scalar,
                        struct dhs_value *value)
{
    if (!is_whole(value)) return report_kind(check, span, "an integer", value);
    set_number(value, number_of(value));
    unsigned bits = dhs_scalar_size(scalar) * 8;
    if (dhs_number_fits(number_of(value), bits, dhs_is_signed(scalar))) return true;
    dhs_report(check->diag, DHS_VALUE_FIT, span, "%s does not fit in %s",
               dhs_value_text(check, value), dhs_scalar_name(scalar));
    unsigned long long half = 1ULL << (bits - 1);
    if (dhs_is_signed(scalar))
        dhs_help(check->diag, "%s goes from -%llu to %llu", dhs_scalar_name(scalar), half,
                 half - 1);
    else
        dhs_help(check->diag, "%s goes from 0 to %llu", dhs_scalar_name(scalar), half - 1 + half);
    return false;
}

static bool fit_real(struct dhs_check *check, struct dhs_span span, enum dhs_scalar scalar,
                     struct dhs_value *value)
{
    if (is_whole(value)) set_real(value, dhs_number_real(number_of(value)));
    if (value->kind != DHS_VALUE_REAL) return report_kind(check, span, "a number", value);
    double limit = scalar == DHS_F16 ? 65504.0 : scalar == DHS_F32 ? (double)FLT_MAX : DBL_MAX;
    if (!isfinite(value->real) || fabs(value->real) <= limit) return true;
    dhs_report(check->diag, DHS_VALUE_FIT, span, "%s does not fit in %s",
               dhs_value_text(check, value), dhs_scalar_name(scalar));
    dhs_help(check->diag, "the greatest %s is %.17g", dhs_scalar_name(scalar), limit);
    return false;
}

/* The value whose number was given instead of its name, or its name in quotes. */
static const struct dhs_enumerator *meant_by(const struct dhs_enum *enumeration,
                                             const struct dhs_value *value)
{
    for (size_t i = 0; i < enumeration->n_enumerators; i++) {
        const struct dhs_enumerator *one = &enumeration->enumerators[i];
        if (value->kind == DHS_VALUE_TEXT && strcmp(one->declaration.name, value->text.data) == 0)
            return one;
        if (value->kind == DHS_VALUE_INTEGER && one->magnitude == value->magnitude &&
            one->negative == value->negative)
            return one;
    }
    return NULL;
}

/* 3, "idle": no name and no sum, of which it would not be certain what is meant. */
static bool is_literal(struct dhs_span span)
{
    if (!span.source) return false;
    const char *text = span.source->text + span.offset;
    return strspn(text, "0123456789") == span.length ||
           (text[0] == '"' && text[span.length - 1] == '"');
}

static bool fit_enum(struct dhs_check *check, struct dhs_span span, const struct dhs_type *type,
                     struct dhs_value *value)
{
    const struct dhs_enum *enumeration = type->enumeration;
    for (size_t i = 0; i < enumeration->n_enumerators; i++)
        if (value->kind == DHS_VALUE_ENUMERATOR &&
            value->enumerator == &enumeration->enumerators[i])
            return true;
    report_kind(check, span,
                dhs_printf(check->arena, "a value of '%s'", enumeration->declaration.name), value);
    const struct dhs_enumerator *meant = meant_by(enumeration, value);
    if (meant) {
        dhs_help(check->diag, "name it: '%s'", meant->declaration.name);
        if (is_literal(span)) dhs_fix(check->diag, span, "%s", meant->declaration.name);
    } else if (enumeration->n_enumerators) {
        dhs_help(check->diag, "name one of them, for example '%s'",
                 enumeration->enumerators[0].declaration.name);
    }
    return false;
}

static bool fit_flags(struct dhs_check *check, struct dhs_span span, const struct dhs_type *type,
                      struct dhs_value *value)
{
    if (!fit_integer(check, span, type->scalar, value)) return false;
    uint64_t known = 0;
    for (size_t i = 0; i < type->enumeration->n_enumerators; i++)
        known |= (uint64_t)1 << (type->enumeration->enumerators[i].magnitude & 63);
    if ((value->magnitude & ~known) == 0) return true;
    dhs_report(check->diag, DHS_VALUE_FIT, span, "this sets bits that '%s' does not name",
               type->enumeration->declaration.name);
    return false;
}

bool dhs_fit_value(struct dhs_check *check, struct dhs_span span, const struct dhs_type *type,
                   struct dhs_value *value)
{
    switch (type->kind) {
    case DHS_TYPE_POISON: return false;
    case DHS_TYPE_ENUM: return fit_enum(check, span, type, value);
    case DHS_TYPE_FLAGS: return fit_flags(check, span, type, value);
    case DHS_TYPE_SCALAR:
        if (dhs_is_integer(type->scalar)) return fit_integer(check, span, type->scalar, value);
        if (dhs_is_real(type->scalar)) return fit_real(check, span, type->scalar, value);
        return fit_bool(check, span, value);
    case DHS_TYPE_CHARS:
    case DHS_TYPE_STRING: return fit_text(check, span, type, value);
    default:
        dhs_report(check->diag, DHS_VALUE_KIND, span, "%s cannot be given a value here",
                   dhs_type_title(check, type));
        dhs_help(check->diag, "%s",
                 type->kind == DHS_TYPE_OPTIONAL
                     ? "an optional begins absent; programs set it"
                     : "bool, numbers, enums, flags, char[n] and string<n> can be given one");
        return false;
    }
}

bool dhs_evaluate_as(struct dhs_check *check, struct dhs_place place,
                     const struct ast_expression *expression, const struct dhs_type *type,
                     struct dhs_value *value)
{
    return dhs_evaluate(check, place, expression, type, value) &&
           dhs_fit_value(check, expression->span, type, value);
}

bool dhs_evaluate_count(struct dhs_check *check, struct dhs_place place,
                        const struct ast_expression *expression, uint64_t least, uint64_t most,
                        enum dhs_code code, const char *what, uint64_t *count)
{
    struct dhs_value value;
    if (!dhs_evaluate(check, place, expression, NULL, &value)) return false;
    if (!is_whole(&value)) return report_kind(check, expression->span, "an integer", &value);
    set_number(&value, number_of(&value));
    if (!value.negative && value.magnitude >= least && value.magnitude <= most) {
        *count = value.magnitude;
        return true;
    }
    dhs_report(check->diag, code, expression->span, "%s is %llu to %llu, not %s", what,
               (unsigned long long)least, (unsigned long long)most, dhs_value_text(check, &value));
    return false;
}
