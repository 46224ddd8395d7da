/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of a declaration, for people: as it was written, what its author says of it, and what
 * the compiler knows: where it lies, what it costs, what it means.
 */
#include <math.h>
#include <string.h>

#include "grammar.h"
#include "layout_facts.h"
#include "lsp_server.h"
#include "source.h"

typedef unsigned long long big;

/* ---- the page ----------------------------------------------------------------------------- */

static struct dhs_arena *arena_of(const struct lsp_page *page)
{
    return page->text.arena;
}

static void add_code(struct lsp_page *page, const char *code)
{
    text_printf(&page->text, page->markdown ? "```dhs\n%s\n```\n" : "%s\n", code);
}

static void add_docs(struct lsp_page *page, const char *docs)
{
    if (*docs) text_printf(&page->text, "\n%s\n", docs);
}

static void add_fact(struct lsp_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A list in Markdown begins behind an empty line. */
static void add_fact(struct lsp_page *page, const char *format, ...)
{
    const char *so_far = text_string(&page->text);
    const char *line = strrchr(dhs_copy_text(arena_of(page), so_far,
                                             page->text.length ? page->text.length - 1 : 0),
                               '\n');
    bool in_list = line && strncmp(line, "\n- ", 3) == 0;
    va_list arguments;
    va_start(arguments, format);
    const char *fact = dhs_vprintf(arena_of(page), format, arguments);
    va_end(arguments);
    text_printf(&page->text, "%s- %s\n", in_list ? "" : "\n", fact);
}

/* ---- as it was written -------------------------------------------------------------------- */

static bool stands_apart(const struct dhs_token *left, const struct dhs_token *right)
{
    return right->offset > left->offset + left->length;
}

const char *lsp_written(struct dhs_arena *arena, const struct lsp_analysis *analysis,
                        const struct dhs_unit *unit, const struct ast_declaration *ast)
{
    enum { LONGEST = 400 };
    struct text text = text_new(arena);
    const struct dhs_source *source = unit->source;
    const struct lsp_statements *all = lsp_statements_of(analysis, source);
    const struct lsp_statement *statement = lsp_statement_at(all, ast->name.offset);
    if (ast->kind == AST_PARAMETER || !statement) return ast_token_text(arena, source, ast->name);
    for (size_t i = 0; i < statement->n_tokens && text.length < LONGEST; i++) {
        const struct dhs_token *token = &all->tokens[statement->first + i];
        if (token->kind == TOKEN_SEMI || (statement->open && token->offset >= statement->open))
            break;
        if (i && stands_apart(token - 1, token)) text_add_char(&text, ' ');
        text_add(&text, source->text + token->offset, token->length);
    }
    return text_string(&text);
}

/* ---- values ------------------------------------------------------------------------------- */

/* The shortest digits that give the number back. */
static const char *real_text(struct dhs_arena *arena, double real)
{
    if (!isfinite(real)) return isnan(real) ? "nan" : real < 0 ? "-inf" : "inf";
    const char *text = "";
    for (int digits = 1; digits <= 17; digits++) {
        text = dhs_printf(arena, "%.*g", digits, real);
        double back = strtod(text, NULL);
        if (back <= real && back >= real) break;
    }
    return text;
}

static const char *value_text(struct dhs_arena *arena, const struct dhs_value *value)
{
    switch (value->kind) {
    case DHS_VALUE_NONE: return "";
    case DHS_VALUE_BOOL: return value->boolean ? "true" : "false";
    case DHS_VALUE_INTEGER:
        return dhs_printf(arena, "%s%llu", value->negative ? "-" : "", (big)value->magnitude);
    case DHS_VALUE_REAL: return real_text(arena, value->real);
    case DHS_VALUE_ENUMERATOR:
        return dhs_printf(arena, "%s (%s%llu)", value->enumerator->declaration.name,
                          value->negative ? "-" : "", (big)value->magnitude);
    case DHS_VALUE_TEXT:
    case DHS_VALUE_NAME: break;
    }
    return value->text.data ? value->text.data : "";
}

/* ---- meaning ------------------------------------------------------------------------------ */

static void add_range(struct lsp_page *page, const struct dhs_attributes *a)
{
    const char *low = value_text(arena_of(page), &a->range_low);
    const char *high = value_text(arena_of(page), &a->range_high);
    if (!*low)
        add_fact(page, "at most %s", high);
    else if (!*high)
        add_fact(page, "at least %s", low);
    else
        add_fact(page, "from %s to %s", low, high);
}

static void add_meaning(struct lsp_page *page, const struct dhs_attributes *a)
{
    struct dhs_arena *arena = arena_of(page);
    if (a->unit.data) add_fact(page, "unit %s", a->unit.data);
    if (a->has_scale && a->scale_offset != 0)
        add_fact(page, "physical value = stored * %s + %s", real_text(arena, a->scale_factor),
                 real_text(arena, a->scale_offset));
    else if (a->has_scale)
        add_fact(page, "physical value = stored * %s", real_text(arena, a->scale_factor));
    if (a->has_range) add_range(page, a);
    if (a->invalid.kind != DHS_VALUE_NONE)
        add_fact(page, "invalid if %s%s", a->invalid_first ? "its first element is " : "",
                 value_text(arena, &a->invalid));
    if (a->frame.data) add_fact(page, "frame %s", a->frame.data);
    if (a->clock.data)
        add_fact(page, "clock %s%s", a->clock_is_user ? "of the user: " : "", a->clock.data);
    if (a->writer.data) add_fact(page, "written by %s", a->writer.data);
    if (a->is_deprecated)
        add_fact(page, "deprecated%s%s", a->deprecated.length ? ": " : "", a->deprecated.data);
}

/* ---- types -------------------------------------------------------------------------------- */

static const char *element_of(struct dhs_arena *arena, const struct dhs_type *type)
{
    return dhs_printf(arena, "%llu bytes", (big)type->element->size);
}

/* What a type's bytes are, where its name does not say it. */
static void add_type(struct lsp_page *page, const struct dhs_type *type)
{
    struct dhs_arena *arena = arena_of(page);
    big n = type->length;
    switch (type->kind) {
    case DHS_TYPE_CHARS: add_fact(page, "text of %llu bytes, zero padded", n); break;
    case DHS_TYPE_STRING: add_fact(page, "u32 length, then up to %llu bytes and a NUL", n); break;
    case DHS_TYPE_BYTES: add_fact(page, "u32 length, then up to %llu bytes", n); break;
    case DHS_TYPE_LIST:
        add_fact(page, "u32 count, then room for %llu items of %s from byte %u on", n,
                 element_of(arena, type), type->inner_offset);
        break;
    case DHS_TYPE_OPTIONAL:
        add_fact(page, "value, then its presence in byte %u", type->inner_offset);
        break;
    case DHS_TYPE_ARRAY: add_fact(page, "%llu elements of %s", n, element_of(arena, type)); break;
    case DHS_TYPE_ENUM:
    case DHS_TYPE_FLAGS:
        add_fact(page, "%s, stored as %s", type->enumeration->is_flags ? "flags" : "enum",
                 dhs_scalar_name(type->scalar));
        break;
    case DHS_TYPE_UNION:
        add_fact(page, "%s tag, then the arms from byte %llu on", dhs_scalar_name(type->scalar),
                 (big)type->onion->arms_offset);
        break;
    default: break;
    }
}

static void add_size(struct lsp_page *page, uint64_t size, uint32_t align)
{
    add_fact(page, "%llu byte%s, aligned to %u", (big)size, size == 1 ? "" : "s", align);
}

/* ---- fields ------------------------------------------------------------------------------- */

const struct dhs_field *lsp_field_of(const struct dhs_symbol *symbol,
                                     const struct ast_declaration *ast)
{
    const struct dhs_struct *s = symbol->structure;
    for (size_t i = 0; s && symbol->progress == DHS_DONE && i < s->n_fields; i++) {
        bool is_it = s->fields[i].declaration.span.offset == ast->name.offset;
        if (is_it && s->fields[i].type->kind != DHS_TYPE_POISON) return &s->fields[i];
    }
    return NULL;
}

/* Only of the start of a struct is known where cache lines are, if it is a root; and the same holds
 * in a struct that is aligned to them. */
static void add_lines(struct lsp_page *page, const struct dhs_field *field)
{
    big first = field->offset / LINE_BYTES;
    big last = (field->offset + (field->size ? field->size : 1) - 1) / LINE_BYTES;
    if (first == last)
        add_fact(page, "in cache line %llu", first);
    else if (field->size <= LINE_BYTES)
        add_fact(page, "straddles cache lines %llu and %llu, and would fit one", first, last);
    else
        add_fact(page, "in cache lines %llu to %llu", first, last);
}

static void add_field(struct lsp_page *page, const struct dhs_struct *structure,
                      const struct dhs_field *field)
{
    const struct dhs_attributes *a = field->declaration.attributes;
    add_fact(page, "offset %llu, %llu byte%s, aligned to %u", (big)field->offset, (big)field->size,
             field->size == 1 ? "" : "s", field->align);
    if (structure->is_root || structure->align >= LINE_BYTES) add_lines(page, field);
    add_type(page, field->type);
    add_meaning(page, a);
    if (field->initial.kind != DHS_VALUE_NONE)
        add_fact(page, "%s unless said", value_text(arena_of(page), &field->initial));
    if (field->since_minor) add_fact(page, "since minor version %u", field->since_minor);
    if (strcmp(field->wire_name, field->declaration.name) != 0)
        add_fact(page, "called %s on the wire", field->wire_name);
}

/* Of a struct with parameters: where the field lies in what was made of it here. */
static void add_in_instances(struct lsp_page *page, const struct dhs_symbol *symbol,
                             const struct ast_declaration *ast)
{
    enum { MOST = 8 };
    size_t shown = 0;
    for (size_t i = 0; i < symbol->instances.n_places && shown < MOST; i++) {
        const struct dhs_name *name = &symbol->instances.places[i];
        const struct dhs_symbol *instance = name->text ? name->item : NULL;
        const struct dhs_field *field = instance ? lsp_field_of(instance, ast) : NULL;
        if (!field) continue;
        add_fact(page, "in %s: offset %llu, %llu bytes, aligned to %u", instance->name,
                 (big)field->offset, (big)field->size, field->align);
        shown++;
    }
}

/* ---- members ------------------------------------------------------------------------------ */

static void add_number(struct lsp_page *page, const struct dhs_enum *e,
                       const struct dhs_enumerator *one)
{
    if (e->is_flags)
        add_fact(page, "bit %llu of %s: 0x%llx", (big)one->magnitude, e->declaration.name,
                 one->magnitude < 64 ? 1ULL << one->magnitude : 0);
    else
        add_fact(page, "%s%llu, a value of %s", one->negative ? "-" : "", (big)one->magnitude,
                 e->declaration.name);
    add_meaning(page, one->declaration.attributes);
}

static void add_enumerator(struct lsp_page *page, const struct dhs_enum *e,
                           const struct ast_declaration *ast)
{
    for (size_t i = 0; e && i < e->n_enumerators; i++)
        if (e->enumerators[i].declaration.span.offset == ast->name.offset)
            add_number(page, e, &e->enumerators[i]);
}

static void add_arm(struct lsp_page *page, const struct dhs_union *onion,
                    const struct ast_declaration *ast)
{
    for (size_t i = 0; onion && i < onion->n_arms; i++) {
        const struct dhs_arm *arm = &onion->arms[i];
        if (arm->declaration.span.offset != ast->name.offset) continue;
        add_fact(page, "tag %s%llu", arm->negative ? "-" : "", (big)arm->magnitude);
        if (!arm->type || arm->type->kind == DHS_TYPE_POISON) continue;
        add_fact(page, "offset %llu, %llu bytes", (big)onion->arms_offset, (big)arm->type->size);
        add_type(page, arm->type);
        add_meaning(page, arm->declaration.attributes);
    }
}

static void describe_member(struct lsp_page *page, const struct dhs_mention *m)
{
    const struct dhs_field *field = NULL;
    switch (m->ast->kind) {
    case AST_FIELD:
        field = m->symbol->ast->parameters ? NULL : lsp_field_of(m->symbol, m->ast);
        if (field) add_field(page, m->symbol->structure, field);
        if (m->symbol->ast->parameters) add_in_instances(page, m->symbol, m->ast);
        break;
    case AST_ENUMERATOR: add_enumerator(page, m->symbol->enumeration, m->ast); break;
    default: add_arm(page, m->symbol->onion, m->ast); break;
    }
}

/* ---- symbols ------------------------------------------------------------------------------ */

static void add_better(struct lsp_page *page, const struct layout_facts *facts)
{
    big lost = facts->lost, saved = facts->structure->size - facts->size_ordered;
    if (lost) add_fact(page, "%llu byte%s of padding", lost, lost == 1 ? "" : "s");
    if (facts->better)
        add_fact(page, "another order of its fields would save %llu bytes: see `dhgen layout`",
                 saved);
    for (size_t i = 0; i < facts->n_sharing; i++)
        add_fact(page, "false sharing: %s (%s) and %s (%s) in one cache line",
                 facts->sharing[i].first, facts->sharing[i].first_writer, facts->sharing[i].second,
                 facts->sharing[i].second_writer);
}

static void add_struct(struct lsp_page *page, const struct dhs_symbol *symbol)
{
    const struct dhs_struct *s = symbol->structure;
    if (!s || symbol->poisoned || s->n_fields == 0) return;
    const struct layout_facts *facts = layout_facts(arena_of(page), symbol->unit->file, s);
    add_size(page, s->size, s->align);
    add_fact(page, "%zu field%s, %llu cache line%s", s->n_fields, s->n_fields == 1 ? "" : "s",
             (big)facts->lines, facts->lines == 1 ? "" : "s");
    if (*facts->use) add_fact(page, "%s: %llu bytes each", facts->use, (big)facts->stride);
    if (s->reserve_bytes)
        add_fact(page, "%llu of its bytes are reserved for later minor versions",
                 (big)s->reserve_bytes);
    add_better(page, facts);
}

static void add_instances(struct lsp_page *page, const struct dhs_symbol *symbol)
{
    for (size_t i = 0; i < symbol->instances.n_places; i++) {
        const struct dhs_name *name = &symbol->instances.places[i];
        const struct dhs_symbol *one = name->text ? name->item : NULL;
        if (one && one->structure && !one->poisoned && one->progress == DHS_DONE)
            add_fact(page, "%s: %llu bytes, aligned to %u", one->name, (big)one->structure->size,
                     one->structure->align);
    }
}

static void add_enum(struct lsp_page *page, const struct dhs_enum *e)
{
    enum { MOST = 32 };
    if (!e) return;
    add_fact(page, "stored as %s%s", dhs_scalar_name(e->base),
             e->is_flags  ? ""
             : e->is_open ? ", open: may gain values in a minor version"
                          : ", closed");
    for (size_t i = 0; i < e->n_enumerators && i < MOST; i++)
        add_fact(page, "%s = %s%llu", e->enumerators[i].declaration.name,
                 e->enumerators[i].negative ? "-" : "", (big)e->enumerators[i].magnitude);
    if (e->n_enumerators > MOST) add_fact(page, "and %zu more", e->n_enumerators - MOST);
}

static void add_constant(struct lsp_page *page, const struct dhs_symbol *symbol)
{
    const struct dhs_constant *c = symbol->constant;
    if (symbol->ast->kind == AST_PARAMETER)
        add_fact(page, "an integer that each use of %s gives", symbol->outer->name);
    if (!c || symbol->poisoned || c->value.kind == DHS_VALUE_NONE) return;
    bool is_long = c->value.kind == DHS_VALUE_INTEGER && c->value.magnitude > 9;
    if (is_long)
        add_fact(page, "value %s (%s0x%llx)", value_text(arena_of(page), &c->value),
                 c->value.negative ? "-" : "", (big)c->value.magnitude);
    else
        add_fact(page, "value %s", value_text(arena_of(page), &c->value));
    if (symbol->ast->kind == AST_CONSTANT) add_meaning(page, c->declaration.attributes);
}

static void describe_symbol(struct lsp_page *page, const struct dhs_symbol *symbol)
{
    bool is_known = symbol->progress == DHS_DONE || symbol->ast->parameters ||
                    symbol->ast->kind == AST_PARAMETER;
    if (!is_known) return;
    switch (symbol->ast->kind) {
    case AST_STRUCT:
        if (symbol->ast->parameters)
            add_instances(page, symbol);
        else
            add_struct(page, symbol);
        break;
    case AST_UNION:
        if (!symbol->onion || symbol->poisoned) break;
        add_size(page, symbol->onion->size, symbol->onion->align);
        add_fact(page, "%s tag, then the arms from byte %llu on",
                 dhs_scalar_name(symbol->onion->tag), (big)symbol->onion->arms_offset);
        break;
    case AST_ENUM:
    case AST_FLAGS: add_enum(page, symbol->enumeration); break;
    case AST_ALIAS:
        if (!symbol->alias || symbol->poisoned) break;
        add_size(page, symbol->alias->type->size, symbol->alias->type->align);
        add_type(page, symbol->alias->type);
        add_meaning(page, symbol->alias->declaration.attributes);
        break;
    default: add_constant(page, symbol); break;
    }
}

/* ---- channels ----------------------------------------------------------------------------- */

static const struct dhs_channel *channel_of(const struct dhs_unit *unit,
                                            const struct ast_declaration *ast)
{
    for (size_t i = 0; i < unit->file->n_channels; i++) {
        const struct dhs_channel *channel = unit->file->channels[i];
        if (channel->declaration.span.offset == ast->name.offset) return channel;
    }
    return NULL;
}

static void add_hash(struct lsp_page *page, const struct dhs_channel *channel)
{
    enum { SHOWN_BYTES = 8 };
    const char *hash = "";
    for (size_t i = 0; i < SHOWN_BYTES; i++)
        hash = dhs_printf(arena_of(page), "%s%02x", hash, channel->hash[i]);
    add_fact(page, "family %s, newest minor version %u", channel->family, channel->newest_minor);
    add_fact(page, "schema hash %s…: `dhgen hash` shows all of it", hash);
}

static void describe_channel(struct lsp_page *page, const struct dhs_channel *channel)
{
    if (!channel) return;
    if (!channel->canonical.data) {
        add_fact(page, "it has no schema hash while there are errors");
        return;
    }
    struct layout_block block = layout_block(channel);
    add_hash(page, channel);
    add_fact(page, "%u slot%s of %llu bytes, %s", channel->n_slots,
             channel->n_slots == 1 ? "" : "s", (big)channel->roots[0].stride,
             channel->full == DHS_FULL_WAIT ? "lossless" : "the newest wins");
    add_fact(page, "%llu bytes of shared memory, %zu zone%s, up to %u consumers",
             (big)block.block_bytes, channel->n_roots - 1, channel->n_roots == 2 ? "" : "s",
             channel->max_consumers);
}

static void describe_root(struct lsp_page *page, const struct dhs_mention *m)
{
    const struct dhs_channel *channel = channel_of(m->unit, m->around);
    const char *word = m->ast->kind == AST_SLOT ? "slot" : "zone";
    add_fact(page, "%s", lsp_word("", word));
    for (size_t i = 0; channel && channel->canonical.data && i < channel->n_roots; i++) {
        const struct dhs_root *root = &channel->roots[i];
        if (root->declaration.span.offset != m->ast->name.offset) continue;
        add_fact(page, "%llu bytes, %llu with what fills the last cache line", (big)root->size,
                 (big)root->stride);
        if (root->spinlocks) add_fact(page, "%u spinlocks", root->spinlocks);
        if (root->since_minor) add_fact(page, "since minor version %u", root->since_minor);
    }
}

/* ---- words -------------------------------------------------------------------------------- */

static void describe_attribute(struct lsp_page *page, const char *word)
{
    struct dhs_attribute_info info;
    if (strncmp(word, "x.", 2) == 0) {
        add_code(page, dhs_printf(arena_of(page), "@%s", word));
        add_fact(page, "your own: templates get it untouched");
    } else if (dhs_attribute_find(word, &info)) {
        add_code(page, info.usage);
        add_fact(page, "%s", info.summary);
    }
}

static void describe_word(struct lsp_page *page, const char *context, const char *word)
{
    const char *line = lsp_word(context, word);
    if (!line) line = lsp_word("type", word);
    if (!line) line = lsp_word("value", word);
    if (!line) return;
    add_code(page, word);
    add_fact(page, "%s", line);
}

/* ---- all of it ---------------------------------------------------------------------------- */

static void describe_file(struct lsp_page *page, const struct dhs_mention *m)
{
    if (!m->unit) return;
    add_code(page, dhs_printf(arena_of(page), "package %s", m->unit->file->package));
    add_docs(page, m->unit->file->docs);
    add_fact(page, "%s", m->unit->file->path);
}

static void describe_qualifier(struct lsp_page *page, const struct lsp_analysis *analysis,
                               const struct dhs_mention *m)
{
    if (m->ast->kind == AST_PACKAGE) {
        add_code(page, dhs_printf(arena_of(page), "package %s", m->unit->file->package));
        add_docs(page, m->unit->file->docs);
        return;
    }
    for (size_t i = 0; i < analysis->mentions.n; i++) {
        const struct dhs_mention *file = &analysis->mentions.items[i];
        if (file->meant == DHS_MEANT_FILE && file->ast == m->ast) describe_file(page, file);
    }
}

void lsp_describe(struct lsp_page *page, const struct lsp_analysis *analysis,
                  const struct dhs_mention *m)
{
    const struct dhs_source *source = m->span.source;
    const char *word = dhs_copy_text(arena_of(page), source->text + m->span.offset, m->span.length);
    bool is_declared = m->meant == DHS_MEANT_SYMBOL || m->meant == DHS_MEANT_MEMBER ||
                       m->meant == DHS_MEANT_CHANNEL || m->meant == DHS_MEANT_ROOT;
    if (is_declared) {
        add_code(page, lsp_written(arena_of(page), analysis, m->unit, m->ast));
        add_docs(page, ast_docs(arena_of(page), m->unit->source, m->ast->name));
    }
    switch (m->meant) {
    case DHS_MEANT_SYMBOL: describe_symbol(page, m->symbol); break;
    case DHS_MEANT_MEMBER: describe_member(page, m); break;
    case DHS_MEANT_CHANNEL: describe_channel(page, channel_of(m->unit, m->ast)); break;
    case DHS_MEANT_ROOT: describe_root(page, m); break;
    case DHS_MEANT_SETTING: describe_word(page, "setting", word); break;
    case DHS_MEANT_FILE: describe_file(page, m); break;
    case DHS_MEANT_QUALIFIER: describe_qualifier(page, analysis, m); break;
    case DHS_MEANT_ATTRIBUTE: describe_attribute(page, word); break;
    case DHS_MEANT_WORD: describe_word(page, m->context, word); break;
    }
}
