/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes of a template + values -> text. */
#include <string.h>

#include "diag.h"
#include "template.h"
#include "template_node.h"

/* Deep enough for any type tree a schema may have; a partial that includes itself for ever ends. */
enum { MAX_PARTIAL_DEPTH = 64 };

/* The sections that we are in, innermost first. Those of one number have the same names: what is no
 * map adds none. No two others of a template's have one number, also in two renderings of it. */
struct scope {
    struct value *value;
    const struct scope *outer;
    uint64_t number;
};

struct renderer {
    const struct template *root;     /* the file's */
    const struct template *template; /* it, or the partial that we are in */
    const struct template_options *options;
    const char *indent;
    unsigned depth; /* of partials */
    struct text *out;
    struct template_error *error;
};

static bool render_nodes(struct renderer *renderer, struct node *node, const struct scope *scope);

static bool fail(struct renderer *renderer, const struct node *node, const char *message)
{
    *renderer->error =
        (struct template_error){ renderer->template->file, node->line, node->column, message };
    return false;
}

static struct scope open_scope(const struct renderer *renderer, struct value *value,
                               const struct scope *outer)
{
    bool adds_names = !outer || value->kind == VALUE_MAP;

    return (struct scope){ value, outer, adds_names ? ++*renderer->root->n_scopes : outer->number };
}

static struct value *find_outwards(const struct scope *scope, struct value_name *name)
{
    for (; scope; scope = scope->outer) {
        struct value *value = value_find(scope->value, name);
        if (value) return value;
    }
    return NULL;
}

/* ---- a name that is nowhere ---------------------------------------------------------------- */

struct candidates {
    const char **names;
    size_t n;
    size_t max;
};

static void add_name(struct dhs_arena *arena, struct candidates *candidates, const char *name)
{
    if (candidates->n == candidates->max) {
        size_t max = candidates->max ? 2 * candidates->max : 64;
        const char **larger = dhs_alloc_array(arena, max, sizeof *larger);
        if (candidates->n) memcpy(larger, candidates->names, candidates->n * sizeof *larger);
        candidates->names = larger;
        candidates->max = max;
    }
    candidates->names[candidates->n++] = name;
}

static void add_names(struct dhs_arena *arena, struct candidates *candidates, struct value *map)
{
    if (map->kind != VALUE_MAP) return;
    struct value_walk walk = value_walk(map);
    for (const struct value_entry *entry; (entry = value_next(&walk)) != NULL;) {
        if (entry->value->is_part)
            add_names(arena, candidates, entry->value);
        else
            add_name(arena, candidates, entry->name);
    }
    if (!map->has_ends) return;
    add_name(arena, candidates, "first");
    add_name(arena, candidates, "last");
}

/* The name of that number, from 0 on. */
static struct value_name *name_of(struct path *path, size_t number)
{
    return number == 0 ? &path->name : &path->others[number - 1];
}

/* A part of the name at `node` was looked for in `holder`, or by scope if that is NULL. */
static bool fail_unknown(struct renderer *renderer, const struct node *node,
                         const struct scope *scope, struct value *holder, size_t part)
{
    struct dhs_arena *arena = renderer->template->arena;
    struct candidates candidates = { NULL, 0, 0 };
    const char *wrong = name_of(node->path, part)->text;
    size_t before = 0;

    for (size_t i = 0; i < part; i++)
        before += strlen(name_of(node->path, i)->text) + 1;

    if (holder) add_names(arena, &candidates, holder);
    for (; scope && !holder; scope = scope->outer)
        add_names(arena, &candidates, scope->value);
    const char *nearest = dhs_nearest(wrong, candidates.names, candidates.n);
    const char *advice =
        nearest ? dhs_printf(arena, "did you mean '%.*s%s%s'?", (int)before, node->bytes, nearest,
                             node->bytes + before + strlen(wrong))
                : "'dhgen --lang json' prints what there is";
    return fail(renderer, node,
                dhs_printf(arena, "nothing is called '%s' here; %s", node->bytes, advice));
}

/* Of a name that was not found, up to the part that was not: whether it is in what has any name, or
 * none. */
static bool may_be_absent(struct renderer *renderer, const struct node *node,
                          const struct scope *scope)
{
    struct path *path = node->path;
    struct value *holder = NULL;
    struct value *value = find_outwards(scope, &path->name);
    size_t n = 1;

    while (value) {
        holder = value;
        value = value_find(holder, name_of(path, n++));
    }
    return (holder && (holder->open || !value_is_true(holder))) ||
           fail_unknown(renderer, node, scope, holder, n - 1);
}

/* The value of a dotted name: its first part by scope, the others inside it. Not found: it is NULL,
 * which is an error where names are checked, unless the map is open to any name. */
static bool look_up_anew(struct renderer *renderer, const struct node *node,
                         const struct scope *scope)
{
    struct path *path = node->path;
    struct value *value = path->is_dot ? scope->value : find_outwards(scope, &path->name);

    for (size_t n = 0; value && n < path->n_others; n++)
        value = value_find(value, &path->others[n]);
    if (!value && renderer->options->strict && !may_be_absent(renderer, node, scope)) return false;
    path->value = value;
    path->is_plain = false;
    path->root = renderer->root;
    path->scope = path->is_dot ? 0 : scope->number; /* "." is each scope's own */
    return true;
}

/* The value is then the path's. */
static inline bool look_up(struct renderer *renderer, const struct node *node,
                           const struct scope *scope)
{
    const struct path *path = node->path;

    return (path->scope == scope->number && path->root == renderer->root) ||
           look_up_anew(renderer, node, scope);
}

static void add_escaped(const struct renderer *renderer, struct path *path)
{
    size_t length = strlen(path->value->text);

    path->is_plain =
        renderer->options->escape(renderer->out, path->value->text, length) && length <= UINT32_MAX;
    path->length = (uint32_t)length;
}

static inline void add_value(const struct renderer *renderer, const struct node *node)
{
    struct path *path = node->path;

    if (node->kind == NODE_RAW || !renderer->options->escape)
        text_add_string(renderer->out, path->value->text);
    else if (path->is_plain)
        text_add(renderer->out, path->value->text, path->length);
    else
        add_escaped(renderer, path);
}

static bool render_variable(struct renderer *renderer, const struct node *node,
                            const struct scope *scope)
{
    if (!look_up(renderer, node, scope)) return false;
    const struct value *value = node->path->value;
    if (!value || value->kind == VALUE_NULL) return true;
    switch (value->kind) {
    case VALUE_NUMBER: /* as it is, in any language */
        text_add_string(renderer->out, value->text);
        return true;
    case VALUE_TEXT: add_value(renderer, node); return true;
    case VALUE_BOOL: text_add_string(renderer->out, value->boolean ? "true" : "false"); return true;
    default:
        return fail(renderer, node,
                    dhs_printf(renderer->template->arena,
                               "'%s' is a %s, which has no text: open a section for it",
                               node->bytes, value->kind == VALUE_LIST ? "list" : "map"));
    }
}

static bool render_section(struct renderer *renderer, const struct node *node,
                           const struct scope *scope)
{
    if (!look_up(renderer, node, scope)) return false;
    struct value *value = node->path->value;
    if (!value || !value_is_true(value))
        return node->kind == NODE_SECTION || render_nodes(renderer, node->first, scope);
    if (node->kind == NODE_INVERTED) return true;
    if (value->kind != VALUE_LIST) {
        const struct scope inner = open_scope(renderer, value, scope);
        return render_nodes(renderer, node->first, &inner);
    }
    struct value_walk walk = value_walk(value);
    for (const struct value_entry *item; (item = value_next(&walk)) != NULL;) {
        const struct scope inner = open_scope(renderer, item->value, scope);
        if (!render_nodes(renderer, node->first, &inner)) return false;
    }
    return true;
}

static bool fail_missing(struct renderer *renderer, const struct node *node)
{
    const struct template_options *options = renderer->options;
    struct dhs_arena *arena = renderer->template->arena;
    const char *nearest =
        options->nearest ? options->nearest(options->load_context, node->bytes) : NULL;

    return fail(renderer, node,
                nearest ? dhs_printf(arena, "there is no partial '%s'; did you mean '%s'?",
                                     node->bytes, nearest)
                        : dhs_printf(arena, "there is no partial '%s'", node->bytes));
}

static bool render_partial(struct renderer *renderer, struct node *node, const struct scope *scope)
{
    struct dhs_arena *arena = renderer->template->arena;
    const struct template_options *options = renderer->options;
    const struct template *partial = NULL;

    renderer->error->message = NULL;
    if (renderer->depth == MAX_PARTIAL_DEPTH)
        return fail(renderer, node, "partials include each other more than 64 deep");
    if (!node->partial && options->load)
        node->partial = options->load(options->load_context, node->bytes, renderer->error);
    partial = node->partial;
    if (!partial && renderer->error->message) return false;
    if (!partial && !options->strict) return true;
    if (!partial) return fail_missing(renderer, node);

    struct renderer inner = *renderer;
    inner.template = partial;
    inner.depth++;
    inner.indent = !node->indent        ? ""
                   : !*renderer->indent ? node->indent
                                        : dhs_printf(arena, "%s%s", renderer->indent, node->indent);
    return render_nodes(&inner, partial->first, scope);
}

static bool is_blank_line(const char *line, size_t length)
{
    return line[0] == '\n' || (line[0] == '\r' && length == 2);
}

/* Inside an indented partial, each line that is not blank is indented as its tag is. */
static void render_indented(struct renderer *renderer, const struct node *node)
{
    const char *at = node->bytes;
    const char *end = at + node->length;

    for (bool starts_line = node->starts_line; at < end; starts_line = true) {
        const char *line_feed = memchr(at, '\n', (size_t)(end - at));
        size_t length = line_feed ? (size_t)(line_feed - at) + 1 : (size_t)(end - at);
        if (starts_line && !is_blank_line(at, length))
            text_add_string(renderer->out, renderer->indent);
        text_add(renderer->out, at, length);
        at += length;
    }
}

/* Once a text of the template was added: lines that it ended, and that are not short, are broken.
 */
static void end_lines(const struct renderer *renderer, const struct node *node)
{
    const struct template_options *options = renderer->options;
    struct text *out = renderer->out;
    size_t end = out->length - node->last_line;

    if (!options->break_lines || node->last_line == node->length) return;
    size_t first = out->length - out->whole - node->length + node->first_line;
    if (end - out->whole > options->columns &&
        (*renderer->indent || first > options->columns || node->longest > options->columns))
        options->break_lines(out, end);
    else
        out->whole = end;
}

static bool render_nodes(struct renderer *renderer, struct node *node, const struct scope *scope)
{
    for (; node; node = node->next) {
        bool ok = true;
        switch (node->kind) {
        case NODE_TEXT:
            if (*renderer->indent)
                render_indented(renderer, node);
            else
                text_add(renderer->out, node->bytes, node->length);
            end_lines(renderer, node);
            break;
        case NODE_LINE_START:
            if (*renderer->indent) text_add_string(renderer->out, renderer->indent);
            break;
        case NODE_VARIABLE:
        case NODE_RAW: ok = render_variable(renderer, node, scope); break;
        case NODE_SECTION:
        case NODE_INVERTED: ok = render_section(renderer, node, scope); break;
        case NODE_PARTIAL: ok = render_partial(renderer, node, scope); break;
        }
        if (!ok) return false;
    }
    return true;
}

bool template_render(const struct template *template, struct value *model,
                     const struct template_options *options, struct text *out,
                     struct template_error *error)
{
    struct renderer renderer = { template, template, options, "", 0, out, error };
    const struct scope scope = open_scope(&renderer, model, NULL);

    if (!render_nodes(&renderer, template->first, &scope)) return false;
    if (options->break_lines) options->break_lines(out, out->length);
    return true;
}
