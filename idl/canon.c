/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical text of a channel: what is hashed, stored, compared and read back.
 *
 *   dhs 1 / family / order             head      ┐
 *   root slot align 64                 root line │ lineage of the slot at minor 1:
 *   minor 0 size 376 / lines           section   │ head, root line, sections 0 and 1
 *   minor 1 size 384 / lines           section   ┘
 *   root zone ...
 *   meaning / sorted lines
 *
 * Lines come depth first in declared order; what they mean is collected on the way and sorted at
 * the end. Rules and limits: the design's canon page.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "hash.h"
#include "number.h"
#include "put.h"
#include "real.h"
#include "source.h"

enum { MAX_TEXT = 1 << 20, MAX_LINES = 16384, MAX_LINE = 65535, MAX_PATH_BYTES = 1023 };

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
};

/* How far a walk has come: the path, the offset, and what was said on the way here. */
struct step {
    size_t path_length;
    uint64_t offset;
    unsigned depth;
    const struct dhs_attributes *said;
};

struct writer {
    struct dhs_check *check;
    struct dhs_arena *arena; /* for what ends with the writing */
    const struct dhs_source *source;
    const struct ast_declaration *ast;
    const struct dhs_root *root;
    const struct dhs_field *field; /* of the root: what reports name */
    struct buffer text;
    struct buffer meaning; /* lines, each with its NL, unsorted */
    size_t n_lines;
    size_t n_meaning;
    char path[MAX_PATH_BYTES + 1];
    bool failed;
};

/* ---- bytes -------------------------------------------------------------------------------- */

static void put(struct writer *w, struct buffer *buffer, const char *data, size_t length)
{
    if (buffer->length + length > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : 1024;
        while (capacity < buffer->length + length)
            capacity *= 2;
        buffer->data = dhs_grow(w->arena, buffer->data, buffer->capacity, capacity);
        buffer->capacity = capacity;
    }
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
}

static void put_text(struct writer *w, struct buffer *buffer, const char *text)
{
    put(w, buffer, text, strlen(text));
}

static void put_whole(struct writer *w, struct buffer *buffer, uint64_t number)
{
    char digits[DHS_DECIMAL_BYTES];
    put(w, buffer, digits, dhs_put_decimal(digits, number));
}

static void put_signed(struct writer *w, struct buffer *buffer, bool negative, uint64_t magnitude)
{
    if (negative) put_text(w, buffer, "-");
    put_whole(w, buffer, magnitude);
}

/* One spelling each for zero and NaN. */
static void put_real(struct writer *w, struct buffer *buffer, double real)
{
    char digits[DHS_REAL_BYTES];
    if (isnan(real))
        put_text(w, buffer, "nan");
    else
        put(w, buffer, digits, dhs_put_scientific(digits, real == 0 ? 0 : real));
}

static void put_string(struct writer *w, struct buffer *buffer, struct dhs_text text)
{
    put_text(w, buffer, "\"");
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i], escaped[8];
        if (c == '"' || c == '\\') {
            put(w, buffer, (char[]){ '\\', c }, 2);
        } else if ((c >= 0 && c < 0x20) || c == 0x7f) {
            snprintf(escaped, sizeof escaped, "\\x%02x", c);
            put_text(w, buffer, escaped);
        } else {
            put(w, buffer, &c, 1);
        }
    }
    put_text(w, buffer, "\"");
}

/* ---- limits ------------------------------------------------------------------------------- */

static struct dhs_span blamed(const struct writer *w)
{
    return w->field ? w->field->declaration.span : ast_token_span(w->source, w->ast->name);
}

static void fail(struct writer *w, enum dhs_code code, const char *what)
{
    if (w->failed) return;
    w->failed = true;
    dhs_report(w->check->diag, code, blamed(w), "%s", what);
}

static void check_line(struct writer *w, const struct buffer *buffer, size_t start)
{
    if (buffer->length - start > MAX_LINE)
        fail(w, DHS_TEXT_PATH, "an attribute of this makes a line of more than 65535 bytes");
    if (w->n_lines + w->n_meaning > MAX_LINES || w->text.length + w->meaning.length > MAX_TEXT)
        fail(w, DHS_TEXT_LINES,
             "with this, the channel's canonical text is beyond 16384 lines or 1 MiB");
}

static void end_line(struct writer *w, size_t start)
{
    put_text(w, &w->text, "\n");
    w->n_lines++;
    check_line(w, &w->text, start);
}

/* ---- paths -------------------------------------------------------------------------------- */

static struct step deeper(struct writer *w, struct step step, const char *word)
{
    size_t length = strlen(word);
    step.depth++;
    if (step.depth > DHS_MAX_DEPTH) fail(w, DHS_TEXT_DEPTH, "this nests more than 32 deep");
    if (step.path_length + length > MAX_PATH_BYTES) {
        fail(w, DHS_TEXT_PATH, "the path to a member of this is longer than 1023 bytes");
        return step;
    }
    memcpy(w->path + step.path_length, word, length + 1);
    step.path_length += length;
    return step;
}

static struct step into_name(struct writer *w, struct step step, const char *name)
{
    if (step.path_length) {
        step = deeper(w, step, ".");
        step.depth--;
    }
    return deeper(w, step, name);
}

/* ---- meaning ------------------------------------------------------------------------------ */

static void begin_meaning(struct writer *w, const char *key, struct step step)
{
    struct buffer *m = &w->meaning;
    put_text(w, m, key);
    put_text(w, m, w->root->is_zone ? " zone " : " slot");
    if (w->root->is_zone) put_text(w, m, w->root->wire_name);
    put_text(w, m, " ");
    if (step.path_length)
        put(w, m, w->path, step.path_length);
    else
        put_text(w, m, ".");
}

static void end_meaning(struct writer *w, size_t start)
{
    put_text(w, &w->meaning, "\n");
    w->n_meaning++;
    check_line(w, &w->meaning, start);
}

static void mean_string(struct writer *w, const char *key, struct step step, struct dhs_text text)
{
    size_t start = w->meaning.length;
    if (!text.data) return;
    begin_meaning(w, key, step);
    put_text(w, &w->meaning, " ");
    put_string(w, &w->meaning, text);
    end_meaning(w, start);
}

/* A value in the spelling of its leaf: floats once rounded to f64, integers as they are. */
static void put_value(struct writer *w, enum dhs_scalar scalar, const struct dhs_value *value)
{
    struct dhs_number number = { value->negative, value->magnitude };
    put_text(w, &w->meaning, " ");
    if (value->kind == DHS_VALUE_NONE)
        put_text(w, &w->meaning, "_");
    else if (value->kind == DHS_VALUE_TEXT)
        put_string(w, &w->meaning, value->text);
    else if (value->kind == DHS_VALUE_ENUMERATOR)
        put_text(w, &w->meaning, value->enumerator->declaration.name);
    else if (dhs_is_real(scalar))
        put_real(w, &w->meaning,
                 value->kind == DHS_VALUE_REAL ? value->real : dhs_number_real(number));
    else
        put_signed(w, &w->meaning, value->negative, value->magnitude);
}

/* The bounds of a scaled integer are physical values: whole ones spelled as integers, others as the
 * floats that they are. */
static void put_bound(struct writer *w, enum dhs_scalar scalar, const struct dhs_value *value)
{
    struct dhs_value whole = *value;
    struct dhs_number number;
    bool is_real = value->kind == DHS_VALUE_REAL && !dhs_is_real(scalar);

    if (is_real && dhs_number_of_real(value->real, &number)) {
        whole.kind = DHS_VALUE_INTEGER;
        whole.negative = number.negative;
        whole.magnitude = number.magnitude;
    }
    put_value(w, is_real && whole.kind == DHS_VALUE_REAL ? DHS_F64 : scalar, &whole);
}

static void mean_range(struct writer *w, struct step step, enum dhs_scalar scalar)
{
    size_t start = w->meaning.length;
    if (!step.said->has_range) return;
    begin_meaning(w, "range", step);
    put_bound(w, scalar, &step.said->range_low);
    put_bound(w, scalar, &step.said->range_high);
    end_meaning(w, start);
}

static void mean_invalid(struct writer *w, struct step step, enum dhs_scalar scalar)
{
    size_t start = w->meaning.length;
    if (step.said->invalid.kind == DHS_VALUE_NONE) return;
    begin_meaning(w, "invalid", step);
    if (step.said->invalid_first) put_text(w, &w->meaning, " first");
    put_value(w, scalar, &step.said->invalid);
    end_meaning(w, start);
}

static void mean_scale(struct writer *w, struct step step)
{
    size_t start = w->meaning.length;
    if (!step.said->has_scale) return;
    begin_meaning(w, "scale", step);
    put_text(w, &w->meaning, " ");
    put_real(w, &w->meaning, step.said->scale_factor);
    put_text(w, &w->meaning, " ");
    put_real(w, &w->meaning, step.said->scale_offset);
    end_meaning(w, start);
}

static void mean_clock(struct writer *w, struct step step)
{
    size_t start = w->meaning.length;
    if (!step.said->clock.data) return;
    begin_meaning(w, "clock", step);
    put_text(w, &w->meaning, " ");
    put_text(w, &w->meaning, step.said->clock.data);
    end_meaning(w, start);
}

static int by_value(const void *left, const void *right)
{
    const struct dhs_enumerator *a = *(const struct dhs_enumerator *const *)left;
    const struct dhs_enumerator *b = *(const struct dhs_enumerator *const *)right;
    struct dhs_number x = { a->negative, a->magnitude }, y = { b->negative, b->magnitude };
    int order = dhs_number_compare(x, y);
    return order ? order : strcmp(a->declaration.name, b->declaration.name);
}

static void mean_enum(struct writer *w, struct step step, const struct dhs_enum *enumeration)
{
    size_t start = w->meaning.length, n = enumeration->n_enumerators;
    const struct dhs_enumerator **sorted = dhs_alloc_array(w->arena, n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &enumeration->enumerators[i];
    qsort(sorted, n, sizeof *sorted, by_value);
    begin_meaning(w, enumeration->is_flags ? "flags" : "enum", step);
    put_text(w, &w->meaning, " ");
    put_text(w, &w->meaning, dhs_scalar_name(enumeration->base));
    if (!enumeration->is_flags)
        put_text(w, &w->meaning, enumeration->is_open ? " open" : " closed");
    for (size_t i = 0; i < n; i++) {
        put_text(w, &w->meaning, " ");
        put_text(w, &w->meaning, sorted[i]->declaration.name);
        put_text(w, &w->meaning, "=");
        put_signed(w, &w->meaning, sorted[i]->negative, sorted[i]->magnitude);
    }
    end_meaning(w, start);
}

static void mean_deprecated(struct writer *w, struct step step,
                            const struct dhs_attributes *attributes)
{
    size_t start = w->meaning.length;
    if (!attributes->is_deprecated) return;
    begin_meaning(w, "deprecated", step);
    end_meaning(w, start);
}

static void mean_leaf(struct writer *w, struct step step, const struct dhs_type *leaf)
{
    if (leaf->enumeration) mean_enum(w, step, leaf->enumeration);
    if (dhs_is_numeric(leaf)) {
        mean_string(w, "unit", step, step.said->unit);
        mean_string(w, "frame", step, step.said->frame);
        mean_clock(w, step);
        mean_range(w, step, leaf->scalar);
        mean_scale(w, step);
    }
    bool can = dhs_is_numeric(leaf) || leaf->enumeration || leaf->kind == DHS_TYPE_CHARS ||
               leaf->kind == DHS_TYPE_STRING;
    if (can) mean_invalid(w, step, leaf->scalar);
}

/* ---- lines -------------------------------------------------------------------------------- */

static size_t begin_line(struct writer *w, struct step step)
{
    size_t start = w->text.length;
    put_whole(w, &w->text, step.offset);
    put_text(w, &w->text, " ");
    return start;
}

static void put_path(struct writer *w, struct step step)
{
    put_text(w, &w->text, " ");
    put(w, &w->text, w->path, step.path_length);
}

static void put_count(struct writer *w, const char *before, uint64_t count, const char *after)
{
    put_text(w, &w->text, before);
    put_whole(w, &w->text, count);
    put_text(w, &w->text, after);
}

static void put_leaf(struct writer *w, const struct dhs_type *leaf)
{
    switch (leaf->kind) {
    case DHS_TYPE_CHARS: put_count(w, "char[", leaf->length, "]"); break;
    case DHS_TYPE_STRING: put_count(w, "string<", leaf->length, ">"); break;
    case DHS_TYPE_BYTES: put_count(w, "bytes<", leaf->length, ">"); break;
    case DHS_TYPE_ATOMIC:
        put_text(w, &w->text, "atomic<");
        put_text(w, &w->text, dhs_scalar_name(leaf->scalar));
        put_text(w, &w->text, ">");
        break;
    default: put_text(w, &w->text, dhs_scalar_name(leaf->scalar)); break;
    }
}

static void put_dims(struct writer *w, const struct dhs_type *array)
{
    for (uint32_t i = 0; i < array->n_dims; i++)
        put_count(w, "[", array->dims[i], "]");
}

static void walk(struct writer *w, struct step step, const struct dhs_type *type);

/* A field or arm: what it says of itself goes with what was said around it. */
static void walk_part(struct writer *w, struct step step, const struct dhs_type *type,
                      const struct dhs_attributes *own)
{
    struct dhs_attributes all = *own;
    dhs_merge_meaning(&all, step.said);
    step.said = &all;
    mean_deprecated(w, step, own);
    walk(w, step, type);
}

static void walk_struct(struct writer *w, struct step step, const struct dhs_struct *structure)
{
    for (size_t i = 0; i < structure->n_fields && !w->failed; i++) {
        const struct dhs_field *field = &structure->fields[i];
        struct step inner = into_name(w, step, field->wire_name);
        inner.offset = step.offset + field->offset;
        walk_part(w, inner, field->type, field->declaration.attributes);
    }
}

static int by_tag(const void *left, const void *right)
{
    const struct dhs_arm *a = *(const struct dhs_arm *const *)left;
    const struct dhs_arm *b = *(const struct dhs_arm *const *)right;
    struct dhs_number x = { a->negative, a->magnitude }, y = { b->negative, b->magnitude };
    return dhs_number_compare(x, y);
}

static void walk_arm(struct writer *w, struct step step, const struct dhs_arm *arm)
{
    step = into_name(w, step, arm->wire_name);
    size_t start = begin_line(w, step);
    put_text(w, &w->text, "case<");
    put_signed(w, &w->text, arm->negative, arm->magnitude);
    put_text(w, &w->text, ">");
    put_path(w, step);
    end_line(w, start);
    if (arm->type)
        walk_part(w, step, arm->type, arm->declaration.attributes);
    else
        mean_deprecated(w, step, arm->declaration.attributes);
}

static void walk_union(struct writer *w, struct step step, const struct dhs_union *onion)
{
    size_t start = begin_line(w, step), n = onion->n_arms;
    put_text(w, &w->text, "union<");
    put_text(w, &w->text, dhs_scalar_name(onion->tag));
    put_count(w, ",", onion->size, ">");
    put_path(w, step);
    end_line(w, start);
    const struct dhs_arm **sorted = dhs_alloc_array(w->arena, n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &onion->arms[i];
    qsort(sorted, n, sizeof *sorted, by_tag);
    step.offset += onion->arms_offset;
    for (size_t i = 0; i < n && !w->failed; i++)
        walk_arm(w, step, sorted[i]);
}

static void walk_leaf(struct writer *w, struct step step, const struct dhs_type *leaf,
                      const struct dhs_type *array)
{
    size_t start = begin_line(w, step);
    put_leaf(w, leaf);
    if (array) put_dims(w, array);
    put_path(w, step);
    end_line(w, start);
    mean_leaf(w, step, leaf);
}

static void walk_array(struct writer *w, struct step step, const struct dhs_type *array)
{
    const struct dhs_type *element = array->element;
    struct dhs_attributes all = *step.said;
    if (element->alias) dhs_merge_meaning(&all, element->alias->declaration.attributes);
    step.said = &all;
    if (dhs_is_leaf(element)) {
        walk_leaf(w, step, element, array);
        return;
    }
    size_t start = begin_line(w, step);
    put_count(w, "array<", element->size, ">");
    put_dims(w, array);
    put_path(w, step);
    end_line(w, start);
    walk(w, deeper(w, step, "[]"), element);
}

static void walk_list(struct writer *w, struct step step, const struct dhs_type *list)
{
    size_t start = begin_line(w, step);
    put_count(w, "list<", list->length, ",");
    put_count(w, "", list->element->size, ">");
    put_path(w, step);
    end_line(w, start);
    step = deeper(w, step, "[]");
    step.offset += list->inner_offset;
    walk(w, step, list->element);
}

static void walk_optional(struct writer *w, struct step step, const struct dhs_type *optional)
{
    size_t start = begin_line(w, step);
    put_count(w, "opt<", optional->inner_offset, ">");
    put_path(w, step);
    end_line(w, start);
    walk(w, deeper(w, step, "?"), optional->element);
}

/* Recursion is bounded by DHS_MAX_DEPTH: each level but a part's own adds a word to the path. */
static void walk(struct writer *w, struct step step, const struct dhs_type *type)
{
    struct dhs_attributes all = *step.said;
    if (w->failed) return;
    if (type->alias) dhs_merge_meaning(&all, type->alias->declaration.attributes);
    step.said = &all;
    switch (type->kind) {
    case DHS_TYPE_STRUCT: walk_struct(w, step, type->structure); break;
    case DHS_TYPE_UNION: walk_union(w, step, type->onion); break;
    case DHS_TYPE_LIST: walk_list(w, step, type); break;
    case DHS_TYPE_OPTIONAL: walk_optional(w, step, type); break;
    case DHS_TYPE_ARRAY: walk_array(w, step, type); break;
    case DHS_TYPE_POISON: break;
    default: walk_leaf(w, step, type, NULL); break;
    }
}

/* ---- roots -------------------------------------------------------------------------------- */

static void put_reserve(struct writer *w, const struct dhs_struct *structure)
{
    size_t start = w->text.length;
    put_whole(w, &w->text, structure->reserve_offset);
    put_count(w, " reserve<", structure->reserve_bytes, "> .");
    end_line(w, start);
}

/* Fields with `from` < since <= `to`; `from` is -1 for the minor in which a root was born. */
static void write_fields(struct writer *w, int64_t from, int64_t to)
{
    const struct dhs_struct *structure = w->root->structure;
    bool reserve_due = from < 0 && structure->reserve_bytes > 0;
    for (size_t i = 0; i < structure->n_fields && !w->failed; i++) {
        const struct dhs_field *field = &structure->fields[i];
        if ((int64_t)field->since_minor <= from || (int64_t)field->since_minor > to) continue;
        if (reserve_due && field->since_minor > 0) {
            put_reserve(w, structure);
            reserve_due = false;
        }
        struct step start = { 0, 0, 0, &dhs_no_attributes };
        w->field = field;
        struct step step = into_name(w, start, field->wire_name);
        step.offset = field->offset;
        walk_part(w, step, field->type, field->declaration.attributes);
    }
    if (reserve_due) put_reserve(w, structure);
}

static void write_minor(struct writer *w, const struct dhs_root_minor *minor, int64_t previous)
{
    size_t start = w->text.length;
    put_count(w, "minor ", minor->minor, " size ");
    put_whole(w, &w->text, minor->size);
    end_line(w, start);
    if (w->root->structure) write_fields(w, previous, minor->minor);
}

static void write_root_line(struct writer *w)
{
    size_t start = w->text.length;
    put_text(w, &w->text, w->root->is_zone ? "root zone " : "root slot");
    if (w->root->is_zone) put_text(w, &w->text, w->root->wire_name);
    put_count(w, " align ", DHS_ROOT_ALIGN, w->root->shared ? " shared" : "");
    end_line(w, start);
}

static void mean_root(struct writer *w)
{
    struct step top = { 0, 0, 0, &dhs_no_attributes };
    size_t start;

    mean_deprecated(w, top, w->root->declaration.attributes);
    if (!w->root->spinlocks) return;
    start = w->meaning.length;
    begin_meaning(w, "spinlocks", top);
    put_text(w, &w->meaning, " ");
    put_whole(w, &w->meaning, w->root->spinlocks);
    end_meaning(w, start);
}

/* Also hashes the lineage at each minor: the head, and this root up to there. */
static void write_root(struct writer *w, size_t head_length, struct dhs_root_minor *minors)
{
    size_t start = w->text.length;
    int64_t previous = -1;
    w->field = NULL;
    write_root_line(w);
    mean_root(w);
    for (size_t i = 0; i < w->root->n_minors && !w->failed; i++) {
        write_minor(w, &minors[i], previous);
        previous = minors[i].minor;
        struct dhs_text parts[] = { { w->text.data, head_length },
                                    { w->text.data + start, w->text.length - start } };
        dhs_hash(parts, 2, minors[i].lineage);
    }
}

/* ---- the whole text ----------------------------------------------------------------------- */

static int by_bytes(const void *left, const void *right)
{
    const struct dhs_text *a = left, *b = right;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->data, b->data, shorter);
    if (order) return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

static void write_meaning(struct writer *w)
{
    struct dhs_text *lines = dhs_alloc_array(w->arena, w->n_meaning, sizeof *lines);
    size_t n = 0;
    const char *at = w->meaning.data;
    for (size_t i = 0; i < w->n_meaning; i++) {
        const char *end = memchr(at, '\n', (size_t)(w->meaning.data + w->meaning.length - at));
        lines[n].data = at;
        lines[n++].length = (size_t)(end - at);
        at = end + 1;
    }
    if (n) qsort(lines, n, sizeof *lines, by_bytes);
    put_text(w, &w->text, "meaning\n");
    for (size_t i = 0; i < n; i++) {
        put(w, &w->text, lines[i].data, lines[i].length);
        put_text(w, &w->text, "\n");
    }
}

static bool write_all(struct writer *w, struct dhs_channel *channel, struct dhs_root *roots,
                      struct dhs_root_minor *const *minors)
{
    w->n_lines = 4; /* the head and `meaning` */
    put_text(w, &w->text, "dhs 1\nfamily ");
    put_text(w, &w->text, channel->family);
    put_text(w, &w->text, "\norder little\n");
    size_t head_length = w->text.length;
    for (size_t i = 0; i < channel->n_roots && !w->failed; i++) {
        w->root = &roots[i];
        write_root(w, head_length, minors[i]);
    }
    if (w->failed) return false;
    write_meaning(w);
    channel->canonical.data = dhs_copy_text(w->check->arena, w->text.data, w->text.length);
    channel->canonical.length = w->text.length;
    dhs_hash(&channel->canonical, 1, channel->hash);
    return true;
}

bool dhs_canonise(struct dhs_check *check, const struct dhs_source *source,
                  const struct ast_declaration *ast, struct dhs_channel *channel,
                  struct dhs_root *roots, struct dhs_root_minor *const *minors)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct writer *w = dhs_alloc(arena, sizeof *w);
    w->check = check;
    w->arena = arena;
    w->source = source;
    w->ast = ast;
    bool ok = write_all(w, channel, roots, minors);
    dhs_arena_free(arena);
    return ok;
}
