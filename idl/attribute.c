/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes: one table says where each may stand, how many arguments it takes, how it is written
 * and what it says; one function each reads its arguments.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "foreign.h"
#include "source.h"

const struct dhs_attributes dhs_no_attributes;

/* Where an attribute may stand. */
enum {
    ON_CONSTANT = 1 << 0,
    ON_ALIAS = 1 << 1,
    ON_ENUM = 1 << 2,
    ON_FLAGS = 1 << 3,
    ON_STRUCT = 1 << 4,
    ON_UNION = 1 << 5,
    ON_CHANNEL = 1 << 6,
    ON_ENUMERATOR = 1 << 7,
    ON_FIELD = 1 << 8,
    ON_ARM = 1 << 9,
    ON_SLOT = 1 << 10,
    ON_ZONE = 1 << 11,
    ON_VALUE = ON_ALIAS | ON_FIELD | ON_ARM,
    ON_ANY = (1 << 12) - 1
};

struct reading {
    struct dhs_check *check;
    struct dhs_place place;
    const struct dhs_type *type;
    const struct ast_attribute *attribute;
    struct dhs_marks *marks;
    const struct attribute_row *row;
};

struct attribute_row {
    const char *name;
    unsigned places;
    unsigned least;
    unsigned most;
    const char *usage;
    const char *summary;
    bool (*read)(struct reading *r, const struct ast_argument *arguments);
};

static bool report_usage(struct reading *r, struct dhs_span span, const char *what)
{
    dhs_report(r->check->diag, DHS_ATTRIBUTE_ARGUMENTS, span, "%s", what);
    dhs_help(r->check->diag, "write %s", r->row->usage);
    return false;
}

/* ---- kinds of arguments ------------------------------------------------------------------- */

/* 'abc', which the lexer has reported as no character. */
static bool is_bad_character(const struct reading *r, const struct ast_expression *e)
{
    const char *text = r->place.unit->source->text + e->span.offset;
    return e->kind == AST_CHARACTER && e->span.length != 3 && text[1] != '\\';
}

/* `@unit(ms)`, `@was(old)`: a word that names nothing. */
static bool is_bare_word(const struct reading *r, const struct ast_expression *e)
{
    return e->kind == AST_PATH && !e->path->next && !dhs_lookup(r->check, r->place, e->path, NULL);
}

/* `@unit(m/s)`: what is written is the text. */
static void quote(struct reading *r, struct dhs_span span)
{
    const char *text = span.source->text + span.offset;
    for (uint32_t i = 0; i < span.length; i++)
        if (text[i] == '"' || text[i] == '\\' || (unsigned char)text[i] <= ' ') return;
    dhs_fix(r->check->diag, span, "\"%.*s\"", (int)span.length, text);
}

static bool read_text(struct reading *r, const struct ast_argument *argument, struct dhs_text *text)
{
    const struct ast_expression *e = argument->value;
    if (e->kind == AST_BROKEN || is_bad_character(r, e)) return false; /* was reported */
    if (e->kind != AST_TEXT) {
        report_usage(r, e->span, "a string is wanted here");
        if (e->kind == AST_BINARY || (e->kind == AST_PATH && e->path->next)) quote(r, e->span);
        if (e->kind == AST_CHARACTER)
            dhs_fix(r->check->diag, e->span, "\"%.*s\"", (int)e->span.length - 2,
                    r->place.unit->source->text + e->span.offset + 1);
        if (is_bare_word(r, e))
            dhs_fix(r->check->diag, e->span, "\"%.*s\"", (int)e->span.length,
                    r->place.unit->source->text + e->span.offset);
        return false;
    }
    const char *literal = r->place.unit->source->text + e->token.offset;
    *text = dhs_unescape(r->check->arena, literal, e->token.length);
    return true;
}

/* A bare word that is no constant but a name for this attribute alone. */
static const char *read_word(struct reading *r, const struct ast_argument *argument)
{
    const struct ast_expression *e = argument->value;
    if (e->kind != AST_PATH || e->path->next) return NULL;
    return ast_token_text(r->check->arena, r->place.unit->source, e->path->word);
}

/* The element that values are about, under arrays, optionals and lists. */
static const struct dhs_type *value_type(const struct dhs_type *type)
{
    while (type && (type->kind == DHS_TYPE_ARRAY || type->kind == DHS_TYPE_OPTIONAL ||
                    type->kind == DHS_TYPE_LIST || type->kind == DHS_TYPE_ATOMIC))
        type = type->element;
    return type;
}

static bool read_value(struct reading *r, const struct ast_argument *argument,
                       struct dhs_value *value)
{
    return dhs_evaluate(r->check, r->place, argument->value, value_type(r->type), value);
}

static bool read_real(struct reading *r, const struct ast_argument *argument, double *real)
{
    struct dhs_value value;
    const struct dhs_type *f64 = dhs_scalar_type(DHS_F64);
    if (!dhs_evaluate_as(r->check, r->place, argument->value, f64, &value)) return false;
    *real = value.real;
    if (isfinite(value.real)) return true;
    return report_usage(r, argument->value->span, "a finite number is wanted here");
}

static bool read_count(struct reading *r, const struct ast_argument *argument, uint64_t least,
                       uint64_t most, uint64_t *count)
{
    return dhs_evaluate_count(r->check, r->place, argument->value, least, most,
                              DHS_ATTRIBUTE_ARGUMENTS, "the argument", count);
}

/* ---- one function each -------------------------------------------------------------------- */

static bool read_unit(struct reading *r, const struct ast_argument *a)
{
    return read_text(r, a, &r->marks->attributes.unit);
}

static bool read_frame(struct reading *r, const struct ast_argument *a)
{
    return read_text(r, a, &r->marks->attributes.frame);
}

static bool read_label(struct reading *r, const struct ast_argument *a)
{
    return read_text(r, a, &r->marks->attributes.label);
}

static bool read_doc(struct reading *r, const struct ast_argument *a)
{
    return read_text(r, a, &r->marks->attributes.doc);
}

static bool read_deprecated(struct reading *r, const struct ast_argument *a)
{
    r->marks->attributes.is_deprecated = true;
    r->marks->attributes.deprecated.data = "";
    return !a || read_text(r, a, &r->marks->attributes.deprecated);
}

static bool read_writer(struct reading *r, const struct ast_argument *a)
{
    const char *word = read_word(r, a);
    if (!word) return read_text(r, a, &r->marks->attributes.writer);
    r->marks->attributes.writer.data = word;
    r->marks->attributes.writer.length = strlen(word);
    return true;
}

static bool is_open_bound(const struct ast_argument *argument)
{
    return argument->value->kind == AST_OPEN;
}

static bool read_range(struct reading *r, const struct ast_argument *a)
{
    struct dhs_attributes *attributes = &r->marks->attributes;
    const struct ast_argument *high = a->next;
    if (is_open_bound(a) && is_open_bound(high))
        return report_usage(r, r->attribute->span,
                            "a range that is open on both sides says nothing");
    if (!is_open_bound(a) && !read_value(r, a, &attributes->range_low)) return false;
    if (!is_open_bound(high) && !read_value(r, high, &attributes->range_high)) return false;
    attributes->has_range = true;
    return true;
}

static bool read_invalid(struct reading *r, const struct ast_argument *a)
{
    r->marks->attributes.invalid_first = a->first;
    return read_value(r, a, &r->marks->attributes.invalid);
}

static bool read_scale(struct reading *r, const struct ast_argument *a)
{
    struct dhs_attributes *attributes = &r->marks->attributes;
    attributes->scale_offset = 0;
    if (!read_real(r, a, &attributes->scale_factor)) return false;
    if (a->next && !read_real(r, a->next, &attributes->scale_offset)) return false;
    if (attributes->scale_factor == 0)
        return report_usage(r, a->value->span, "a scale of zero loses every value");
    attributes->has_scale = true;
    return true;
}

static const char *const clocks[] = { "monotonic", "boottime", "realtime", "tai", "gps", "device" };
enum { N_CLOCKS = sizeof clocks / sizeof clocks[0] };

static bool is_known_clock(const char *word)
{
    for (size_t i = 0; i < N_CLOCKS; i++)
        if (strcmp(clocks[i], word) == 0) return true;
    return false;
}

/* The canonical text has one word for a clock, so a user's clock is a name, and none of ours. */
static bool is_clock_name(struct dhs_text name)
{
    if (name.length == 0 || name.length > 63 || is_known_clock(name.data)) return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i], folded = (char)(c | 0x20);
        bool letter = folded >= 'a' && folded <= 'z';
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_'))) return false;
    }
    return true;
}

static bool read_user_clock(struct reading *r, const struct ast_expression *call)
{
    struct dhs_attributes *attributes = &r->marks->attributes;
    const char *word = ast_path_text(r->check->arena, r->place.unit->source, call->path);
    if (strcmp(word, "user") != 0 || call->arguments->next)
        return report_usage(r, call->span, "this is no clock");
    if (!read_text(r, call->arguments, &attributes->clock)) return false;
    attributes->clock_is_user = true;
    if (is_clock_name(attributes->clock)) return true;
    return report_usage(r, call->arguments->value->span,
                        "a clock's own name has letters, digits and '_', and is not a known one");
}

/* `clock("tai")`, `clock(monotonc)`, `clock(utc)` */
static bool report_clock(struct reading *r, const struct ast_expression *e, const char *word)
{
    struct dhs_diag *diag = r->check->diag;
    const char *text = r->place.unit->source->text + e->span.offset;
    struct dhs_near near = word ? dhs_find_near(word, clocks, N_CLOCKS) : (struct dhs_near){ 0 };
    report_usage(r, e->span, "this is no clock");
    if (e->kind == AST_TEXT && e->span.length > 2) {
        const char *inside = dhs_copy_text(r->check->arena, text + 1, e->span.length - 2);
        if (is_known_clock(inside)) dhs_fix(diag, e->span, "%s", inside);
    } else if (near.name) {
        dhs_suggest(diag, e->span, near);
    } else if (word && (strcmp(word, "utc") == 0 || strcmp(word, "UTC") == 0)) {
        dhs_help(diag, "the system's clock is realtime; it jumps at leap seconds, tai does not");
    }
    return false;
}

static bool read_clock(struct reading *r, const struct ast_argument *a)
{
    if (a->value->kind == AST_CALL) return read_user_clock(r, a->value);
    const char *word = read_word(r, a);
    if (word && is_known_clock(word)) {
        r->marks->attributes.clock.data = word;
        r->marks->attributes.clock.length = strlen(word);
        return true;
    }
    return report_clock(r, a->value, word);
}

/* 1.10 is version one, minor ten: it is read as it is written, not as the number 1.1. */
static bool read_since(struct reading *r, const struct ast_argument *a)
{
    const struct ast_expression *e = a->value;
    const char *text = r->place.unit->source->text + e->token.offset;
    const char *wanted = "two whole numbers are wanted here, as in 1.2";
    if (e->kind == AST_INTEGER && memchr(text, '.', e->token.length)) return false; /* reported */
    if (e->kind != AST_REAL) return report_usage(r, e->span, wanted);
    uint64_t numbers[2] = { 0, 0 };
    int part = 0;
    for (size_t i = 0; i < e->token.length; i++) {
        bool is_point = text[i] == '.';
        if (!is_point && (text[i] < '0' || text[i] > '9')) return report_usage(r, e->span, wanted);
        if (!is_point) numbers[part] = numbers[part] * 10 + (unsigned)(text[i] - '0');
        if (is_point) part = 1;
        if (numbers[part] > 0xffff)
            return report_usage(r, e->span, "a version's numbers go to 65535");
    }
    if (numbers[1] == 0)
        return report_usage(r, e->span, "minor 0 is the beginning: leave '@since' out");
    r->marks->has_since = true;
    r->marks->since_major = (uint32_t)numbers[0];
    r->marks->since_minor = (uint32_t)numbers[1];
    return true;
}

static bool is_wire_name(struct dhs_text name)
{
    return is_clock_name(name) || is_known_clock(name.data);
}

/* Several names: the last one is the oldest. */
static bool read_was(struct reading *r, const struct ast_argument *a)
{
    for (; a; a = a->next) {
        struct dhs_text name;
        if (!read_text(r, a, &name)) return false;
        if (!is_wire_name(name))
            return report_usage(r, a->value->span, "this could never have been a name");
        r->marks->was = name.data;
    }
    return true;
}

static bool read_align(struct reading *r, const struct ast_argument *a)
{
    uint64_t align = 0;
    if (!read_count(r, a, 0, 0xffffffffu, &align)) return false;
    if (align && (align & (align - 1)) == 0 && align <= DHS_ROOT_ALIGN) {
        r->marks->attributes.align = (uint32_t)align;
        return true;
    }
    dhs_report(r->check->diag, DHS_ALIGN_BAD, a->value->span,
               "an alignment is 1, 2, 4, 8, 16, 32 or 64");
    dhs_help(r->check->diag, "slots and zones begin at multiples of 64: more cannot be promised");
    return false;
}

static bool read_cacheline(struct reading *r, const struct ast_argument *a)
{
    (void)a;
    r->marks->attributes.align = DHS_ROOT_ALIGN;
    return true;
}

static bool read_reserve(struct reading *r, const struct ast_argument *a)
{
    return read_count(r, a, 1, DHS_MAX_SIZE, &r->marks->reserve_bytes);
}

static bool read_offset(struct reading *r, const struct ast_argument *a)
{
    r->marks->has_offset = read_count(r, a, 0, DHS_MAX_SIZE, &r->marks->offset);
    return r->marks->has_offset;
}

static bool read_size(struct reading *r, const struct ast_argument *a)
{
    r->marks->has_size = read_count(r, a, 1, DHS_MAX_SIZE, &r->marks->size);
    return r->marks->has_size;
}

static bool read_open(struct reading *r, const struct ast_argument *a)
{
    (void)a;
    r->marks->is_open = true;
    return true;
}

static bool read_large(struct reading *r, const struct ast_argument *a)
{
    (void)a;
    r->marks->is_large = true;
    return true;
}

static const struct attribute_row rows[] = {
    { "unit", ON_VALUE | ON_CONSTANT, 1, 1, "@unit(\"m/s\")",
      "the physical unit; part of what the schema hash proves", read_unit },
    { "range", ON_VALUE, 2, 2, "@range(-1, 1), or with _ for an open side",
      "between which values a number lies, both ends included", read_range },
    { "invalid", ON_VALUE, 1, 1, "@invalid(nan), or @invalid(first 0) for arrays",
      "the stored value that means: there is none", read_invalid },
    { "scale", ON_VALUE, 1, 2, "@scale(factor) or @scale(factor, offset)",
      "physical value = stored value * factor + offset", read_scale },
    { "frame", ON_VALUE, 1, 1, "@frame(\"body\")", "the frame of reference of a vector or pose",
      read_frame },
    { "clock", ON_VALUE, 1, 1,
      "@clock(monotonic), boottime, realtime, tai, gps, device or user(\"name\")",
      "which clock a time was read from", read_clock },
    { "since", ON_FIELD | ON_ZONE, 1, 1, "@since(1.2)",
      "the version in which it was added: older peers do without it", read_since },
    { "was", ON_FIELD | ON_ARM | ON_ZONE, 1, 8, "@was(\"old_name\")",
      "an older name: the wire keeps the oldest, so that a new name breaks nobody", read_was },
    { "deprecated", ON_ANY, 0, 1, "@deprecated or @deprecated(\"use x instead\")",
      "still there, and not to be used by new programs", read_deprecated },
    { "label", ON_ANY, 1, 1, "@label(\"text for people\")", "how tools call it when they show it",
      read_label },
    { "align", ON_FIELD | ON_STRUCT, 1, 1, "@align(16)", "moves it to a multiple of so many bytes",
      read_align },
    { "cacheline", ON_FIELD | ON_STRUCT, 0, 0, "@cacheline",
      "begins a cache line of its own, as @align(64) does", read_cacheline },
    { "reserve", ON_STRUCT, 1, 1, "@reserve(32), in bytes",
      "keeps zero bytes for fields of later minor versions, so that the size stays", read_reserve },
    { "offset", ON_FIELD, 1, 1, "@offset(16), in bytes",
      "where you believe it lies: dhgen proves it or refuses", read_offset },
    { "size", ON_STRUCT, 1, 1, "@size(64), in bytes",
      "how large you believe it is: dhgen proves it or refuses", read_size },
    { "large", ON_SLOT | ON_ZONE, 0, 0, "@large",
      "is meant to be larger than 1 GiB; 2 GiB stay the limit", read_large },
    { "writer", ON_FIELD, 1, 1, "@writer(name)",
      "who writes it: dhgen layout finds false sharing between writers", read_writer },
    { "open", ON_ENUM, 0, 0, "@open", "may gain values in a minor version", read_open },
    { "doc", ON_ANY, 1, 1, "@doc(\"text\"), or /// lines above", "what it is, for people",
      read_doc },
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

/* ---- the user's own ----------------------------------------------------------------------- */

static void read_user_value(struct reading *r, const struct ast_argument *argument,
                            struct dhs_value *value)
{
    const struct ast_expression *e = argument->value;
    bool is_name = e->kind == AST_PATH && !dhs_lookup(r->check, r->place, e->path, NULL);
    if (!is_name) {
        dhs_evaluate(r->check, r->place, e, NULL, value);
        return;
    }
    const char *word = ast_path_text(r->check->arena, r->place.unit->source, e->path);
    value->kind = DHS_VALUE_NAME;
    value->text.data = word;
    value->text.length = strlen(word);
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0 || strcmp(word, "nan") == 0 ||
        strcmp(word, "inf") == 0)
        dhs_evaluate(r->check, r->place, e, NULL, value);
}

static void read_user(struct reading *r, const char *name)
{
    struct dhs_attributes *attributes = &r->marks->attributes;
    struct dhs_user_attribute *all =
        dhs_alloc_array(r->check->arena, attributes->n_user + 1, sizeof *all);
    if (attributes->n_user) memcpy(all, attributes->user, attributes->n_user * sizeof *all);
    struct dhs_user_attribute *user = &all[attributes->n_user++];
    attributes->user = all;
    user->name = name;
    for (const struct ast_argument *a = r->attribute->arguments; a; a = a->next)
        user->n_values++;
    struct dhs_value *values = dhs_alloc_array(r->check->arena, user->n_values, sizeof *values);
    user->values = values;
    for (const struct ast_argument *a = r->attribute->arguments; a; a = a->next)
        read_user_value(r, a, values++);
}

/* ---- reading all -------------------------------------------------------------------------- */

static unsigned place_of(enum ast_kind kind)
{
    switch (kind) {
    case AST_CONSTANT: return ON_CONSTANT;
    case AST_ALIAS: return ON_ALIAS;
    case AST_ENUM: return ON_ENUM;
    case AST_FLAGS: return ON_FLAGS;
    case AST_STRUCT: return ON_STRUCT;
    case AST_UNION: return ON_UNION;
    case AST_CHANNEL: return ON_CHANNEL;
    case AST_ENUMERATOR: return ON_ENUMERATOR;
    case AST_FIELD: return ON_FIELD;
    case AST_ARM: return ON_ARM;
    case AST_SLOT: return ON_SLOT;
    case AST_ZONE: return ON_ZONE;
    default: return 0;
    }
}

static const char *place_title(unsigned place)
{
    static const char *const titles[] = { "a constant", "an alias", "an enum",   "flags",
                                          "a struct",   "a union",  "a channel", "a value",
                                          "a field",    "an arm",   "a slot",    "a zone" };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (place == 1u << i) return titles[i];
    return "a setting";
}

static const struct attribute_row *find_row(const char *name)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

/* The '@' is part of what readers look for, but not of the misspelt word. */
static void suggest(struct dhs_check *check, const struct ast_attribute *attribute,
                    struct dhs_near near)
{
    const struct ast_path *name = attribute->name;
    struct dhs_span span = ast_path_span(attribute->span.source, name);
    dhs_help(check->diag, "did you mean '@%s'?", near.name);
    if (near.certain) dhs_fix(check->diag, span, "%s", near.name);
}

static void report_unknown(struct dhs_check *check, const struct ast_attribute *attribute,
                           const char *name)
{
    const char *names[N_ROWS];
    for (size_t i = 0; i < N_ROWS; i++)
        names[i] = rows[i].name;
    struct dhs_span span = ast_path_span(attribute->span.source, attribute->name);
    span.length += span.offset - attribute->span.offset; /* with its '@' */
    span.offset = attribute->span.offset;
    dhs_report(check->diag, DHS_ATTRIBUTE_UNKNOWN, span, "there is no attribute '@%.80s'", name);
    struct dhs_near near = dhs_find_near(name, names, N_ROWS);
    const char *habit = dhs_foreign_attribute(name);
    if (near.name)
        suggest(check, attribute, near);
    else if (habit)
        dhs_help(check->diag, "%s", habit);
    else
        dhs_help(check->diag, "attributes of your own are written '@x.%.80s'", name);
}

static bool is_malformed(const struct reading *r, const struct ast_expression *e)
{
    const char *text = r->place.unit->source->text + e->token.offset;
    return e->kind == AST_BROKEN ||
           (e->kind == AST_INTEGER && memchr(text, '.', e->token.length) != NULL);
}

/* `@since(1, 2)` */
static void join_version(struct reading *r, const struct ast_argument *a)
{
    const struct ast_expression *major = a->value, *minor = a->next->value;
    const char *text = r->place.unit->source->text;
    if (major->kind != AST_INTEGER || minor->kind != AST_INTEGER) return;
    struct dhs_span both = { major->span.source, major->span.offset,
                             minor->span.offset + minor->span.length - major->span.offset };
    dhs_fix(r->check->diag, both, "%.*s.%.*s", (int)major->span.length, text + major->span.offset,
            (int)minor->span.length, text + minor->span.offset);
}

static bool count_is_right(struct reading *r)
{
    unsigned n = 0;
    for (const struct ast_argument *a = r->attribute->arguments; a; a = a->next) {
        n++;
        if (a->first && r->row->read != read_invalid)
            return report_usage(r, a->value->span, "'first' belongs to @invalid");
    }
    if (n >= r->row->least && n <= r->row->most) return true;
    for (const struct ast_argument *a = r->attribute->arguments; a; a = a->next)
        if (is_malformed(r, a->value)) return false; /* 0..5: was reported, and may be two */
    const char *wanted = r->row->most == 0              ? "no arguments"
                         : r->row->least == 1 && n == 0 ? "an argument"
                         : r->row->least == 2           ? "two arguments"
                         : r->row->most == 1            ? "one argument"
                                                        : "fewer arguments";
    report_usage(r, r->attribute->span,
                 dhs_printf(r->check->arena, "'@%s' takes %s", r->row->name, wanted));
    if (r->row->read == read_since && n == 2) join_version(r, r->attribute->arguments);
    return false;
}

/* Where it would mean something: "it stands on a field or a zone". */
static void help_places(struct reading *r)
{
    const char *list = "";
    unsigned left = r->row->places;
    for (unsigned place = 1; left; place <<= 1) {
        if (!(left & place)) continue;
        left &= ~place;
        const char *between = !*list ? "" : left ? ", " : " or ";
        list = dhs_printf(r->check->arena, "%s%s%s", list, between, place_title(place));
    }
    dhs_help(r->check->diag, "it stands on %s", list);
}

static void read_one(struct reading *r, unsigned place)
{
    const char *name = ast_path_text(r->check->arena, r->place.unit->source, r->attribute->name);
    if (strncmp(name, "x.", 2) == 0) {
        read_user(r, name);
        r->marks->any = true;
        return;
    }
    r->row = find_row(name);
    if (!r->row) {
        report_unknown(r->check, r->attribute, name);
    } else if (!(r->row->places & place)) {
        dhs_report(r->check->diag, DHS_ATTRIBUTE_PLACE, r->attribute->span,
                   "'@%s' means nothing on %s", name, place_title(place));
        help_places(r);
    } else if (count_is_right(r) && r->row->read(r, r->attribute->arguments)) {
        r->marks->any = true;
    }
}

static bool same_name(const struct dhs_source *source, const struct ast_path *a,
                      const struct ast_path *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (a->word.length != b->word.length ||
            memcmp(source->text + a->word.offset, source->text + b->word.offset, a->word.length) !=
                0)
            return false;
    return !a && !b;
}

/* Up to here from the first: an author who writes a thousand attributes is not served by speed. */
static bool is_repeated(struct reading *r, const struct ast_attribute *first)
{
    const struct dhs_source *source = r->place.unit->source;
    for (const struct ast_attribute *a = first; a != r->attribute; a = a->next) {
        if (!same_name(source, a->name, r->attribute->name)) continue;
        dhs_report(r->check->diag, DHS_ATTRIBUTE_REPEATED, r->attribute->span,
                   "'@%.80s' is given twice", ast_path_text(r->check->arena, source, a->name));
        dhs_note(r->check->diag, a->span, "given first here");
        return true;
    }
    return false;
}

void dhs_read_attributes(struct dhs_check *check, struct dhs_place place,
                         const struct ast_declaration *ast, const struct dhs_type *type,
                         struct dhs_marks *marks)
{
    enum { MAX_ATTRIBUTES = 64 };
    memset(marks, 0, sizeof *marks);
    struct reading r = { check, place, type, NULL, marks, NULL };
    unsigned n = 0;
    for (const struct ast_attribute *a = ast->attributes; a && n < MAX_ATTRIBUTES; a = a->next) {
        r.attribute = a;
        n++;
        if (!is_repeated(&r, ast->attributes)) read_one(&r, place_of(ast->kind));
        if (n == MAX_ATTRIBUTES && a->next)
            dhs_report(check->diag, DHS_ATTRIBUTE_REPEATED, a->next->span,
                       "more than %d attributes stand here", MAX_ATTRIBUTES);
    }
}

struct dhs_span dhs_attribute_span(const struct dhs_source *source,
                                   const struct ast_declaration *ast, const char *name)
{
    for (const struct ast_attribute *a = ast->attributes; a; a = a->next)
        if (!a->name->next && a->name->word.length == strlen(name) &&
            memcmp(source->text + a->name->word.offset, name, a->name->word.length) == 0)
            return a->span;
    return ast_token_span(source, ast->name);
}

struct dhs_span dhs_argument_span(const struct dhs_source *source,
                                  const struct ast_declaration *ast, const char *name,
                                  unsigned index)
{
    struct dhs_span span = dhs_attribute_span(source, ast, name);
    for (const struct ast_attribute *a = ast->attributes; a; a = a->next) {
        if (a->span.offset != span.offset) continue;
        const struct ast_argument *argument = a->arguments;
        while (argument && index-- > 0)
            argument = argument->next;
        if (argument) span = argument->value->span;
    }
    return span;
}

bool dhs_is_attribute(const char *name)
{
    return find_row(name) != NULL;
}

/* ---- telling of them ---------------------------------------------------------------------- */

bool dhs_attribute_at(size_t index, struct dhs_attribute_info *info)
{
    if (index >= N_ROWS) return false;
    const struct attribute_row *row = &rows[index];
    *info =
        (struct dhs_attribute_info){ row->name, row->usage, row->summary, row->least, row->most };
    return true;
}

bool dhs_attribute_find(const char *name, struct dhs_attribute_info *info)
{
    const struct attribute_row *row = find_row(name);
    return row && dhs_attribute_at((size_t)(row - rows), info);
}

bool dhs_attribute_goes_on(const char *name, enum ast_kind kind)
{
    const struct attribute_row *row = find_row(name);
    return row && (row->places & place_of(kind)) != 0;
}

const char *dhs_clock_at(size_t index)
{
    return index < N_CLOCKS ? clocks[index] : NULL;
}
