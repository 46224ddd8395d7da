/* SPDX-License-Identifier: Apache-2.0 */
#include "dump.h"

#include <string.h>

#include "grammar.h"

/* ---- what both have ----------------------------------------------------------------------- */

/* "12:5" and blanks up to a column that lines of a long file share. */
static void add_place(struct text *out, struct dhs_span span)
{
    enum { WIDTH = 10 };
    uint32_t line, column;
    size_t from = out->length;

    dhs_span_position(span, &line, &column);
    text_printf(out, "%u:%u", line, column);
    do
        text_add_char(out, ' ');
    while (out->length - from < WIDTH);
}

/* Source bytes on one line: nothing that moves a terminal's cursor. */
static void add_bytes(struct text *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n')
            text_add_string(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            text_printf(out, "\\x%02x", c);
        else
            text_add_char(out, (char)c);
    }
}

static void add_token(struct text *out, const struct dhs_source *source, struct dhs_token token)
{
    add_bytes(out, source->text + token.offset, token.length);
}

/* ---- tokens ------------------------------------------------------------------------------- */

static const char *kind_of(int kind)
{
    switch (kind) {
    case TOKEN_WORD: return "name";
    case TOKEN_INTEGER: return "integer";
    case TOKEN_REAL: return "real";
    case TOKEN_TEXT: return "string";
    case TOKEN_CHARACTER: return "character";
    case TOKEN_COMMENT: return "comment";
    case TOKEN_DOCS: return "docs";
    default: return dhs_is_word(kind) ? "keyword" : "mark";
    }
}

void dump_tokens(const struct dhs_source *source, struct dhs_diag *diag, struct text *out)
{
    struct dhs_lexer lexer;
    struct dhs_token token;

    dhs_lexer_start(&lexer, source, diag);
    while ((token = dhs_lex_piece(&lexer)).kind != 0) {
        add_place(out, ast_token_span(source, token));
        text_printf(out, "%-9s ", kind_of(token.kind));
        add_token(out, source, token);
        text_add_char(out, '\n');
    }
    add_place(out, ast_token_span(source, token));
    text_add_string(out, "end\n");
}

/* ---- the tree ----------------------------------------------------------------------------- */

struct dump {
    struct dhs_arena *arena;
    const struct dhs_source *source;
    struct text *out;
    int depth;
    const char *role; /* of the next node, where its kind does not tell; or NULL */
};

static void begin(struct dump *dump, struct dhs_span span, const char *kind)
{
    add_place(dump->out, span);
    text_printf(dump->out, "%*s%s%s", 2 * dump->depth, "", dump->role ? dump->role : "", kind);
    dump->role = NULL;
}

static void begin_at(struct dump *dump, uint32_t offset, uint32_t length, const char *kind)
{
    begin(dump, (struct dhs_span){ dump->source, offset, length }, kind);
}

static void end(struct dump *dump)
{
    text_add_char(dump->out, '\n');
}

static void add_expression(struct dump *dump, const struct ast_expression *expression);

static void add_arguments(struct dump *dump, const struct ast_argument *argument)
{
    dump->depth++;
    for (; argument; argument = argument->next) {
        if (argument->first) dump->role = "first ";
        add_expression(dump, argument->value);
    }
    dump->depth--;
}

static const char *name_of_expression(enum ast_expression_kind kind)
{
    static const char *const names[] = {
        [AST_INTEGER] = "integer",     [AST_REAL] = "real",   [AST_TEXT] = "string",
        [AST_CHARACTER] = "character", [AST_PATH] = "path",   [AST_CALL] = "call",
        [AST_OPEN] = "open",           [AST_UNARY] = "unary", [AST_BINARY] = "binary",
        [AST_BROKEN] = "broken",
    };
    return names[kind];
}

static void add_expression(struct dump *dump, const struct ast_expression *e)
{
    if (!e) return;
    begin(dump, e->span, name_of_expression(e->kind));
    if (e->path) text_printf(dump->out, " %s", ast_path_text(dump->arena, dump->source, e->path));
    if (e->kind != AST_PATH && e->kind != AST_CALL && e->kind != AST_OPEN &&
        e->kind != AST_BROKEN) {
        text_add_char(dump->out, ' ');
        add_token(dump->out, dump->source, e->token);
    }
    end(dump);
    if (e->kind == AST_BROKEN) return;
    dump->depth++;
    add_expression(dump, e->left);
    add_expression(dump, e->right);
    dump->depth--;
    add_arguments(dump, e->arguments);
}

static const char *name_of_type(enum ast_type_kind kind)
{
    static const char *const names[] = {
        [AST_TYPE_NAMED] = "named",       [AST_TYPE_STRING] = "string", [AST_TYPE_BYTES] = "bytes",
        [AST_TYPE_LIST] = "list",         [AST_TYPE_ATOMIC] = "atomic", [AST_TYPE_ARRAY] = "array",
        [AST_TYPE_OPTIONAL] = "optional", [AST_TYPE_BROKEN] = "broken",
    };
    return names[kind];
}

static void add_type(struct dump *dump, const struct ast_type *type)
{
    if (!type) return;
    begin(dump, type->span, "type ");
    text_add_string(dump->out, name_of_type(type->kind));
    if (type->path)
        text_printf(dump->out, " %s", ast_path_text(dump->arena, dump->source, type->path));
    end(dump);
    if (type->kind == AST_TYPE_BROKEN) return;
    add_arguments(dump, type->arguments);
    dump->depth++;
    add_type(dump, type->element);
    add_expression(dump, type->bound);
    dump->depth--;
}

static void add_attributes(struct dump *dump, const struct ast_attribute *attribute)
{
    for (; attribute; attribute = attribute->next) {
        begin(dump, attribute->span, "attribute @");
        text_add_string(dump->out, ast_path_text(dump->arena, dump->source, attribute->name));
        if (attribute->repeated) text_add_string(dump->out, " (repeated)");
        end(dump);
        add_arguments(dump, attribute->arguments);
    }
}

static const char *name_of_declaration(enum ast_kind kind)
{
    static const char *const names[] = {
        [AST_PACKAGE] = "package",
        [AST_IMPORT] = "import",
        [AST_CONSTANT] = "const",
        [AST_ALIAS] = "alias",
        [AST_ENUM] = "enum",
        [AST_FLAGS] = "flags",
        [AST_STRUCT] = "struct",
        [AST_UNION] = "union",
        [AST_CHANNEL] = "channel",
        [AST_PARAMETER] = "parameter",
        [AST_ENUMERATOR] = "enumerator",
        [AST_FIELD] = "field",
        [AST_ARM] = "arm",
        [AST_SLOT] = "slot",
        [AST_ZONE] = "zone",
        [AST_SETTING] = "setting",
    };
    return names[kind];
}

/* "struct Sample", "package lab.imu as imu", "import "a.dhs" as a" */
static void add_head(struct dump *dump, const struct ast_declaration *d)
{
    bool is_named_behind = d->kind == AST_PACKAGE || d->kind == AST_IMPORT;

    begin_at(dump, d->name.length || !is_named_behind ? d->name.offset : d->text.offset,
             d->name.length, name_of_declaration(d->kind));
    if (d->path) text_printf(dump->out, " %s", ast_path_text(dump->arena, dump->source, d->path));
    if (d->text.length > 0) text_add_char(dump->out, ' ');
    if (d->text.length > 0) add_token(dump->out, dump->source, d->text);
    if (d->name.length > 0 && d->kind != AST_SLOT) {
        text_add_string(dump->out, is_named_behind ? " as " : " ");
        add_token(dump->out, dump->source, d->name);
    }
    if (d->shared) text_add_string(dump->out, " (shared)");
    if (d->damaged) text_add_string(dump->out, " (damaged)");
    end(dump);
}

static void add_docs(struct dump *dump, struct dhs_token token)
{
    if (token.docs_length == 0) return;
    begin_at(dump, token.docs_offset, token.docs_length, "docs ");
    const char *docs = ast_docs(dump->arena, dump->source, token);
    add_bytes(dump->out, docs, strlen(docs));
    end(dump);
}

static void add_declarations(struct dump *dump, const struct ast_declaration *d)
{
    for (; d; d = d->next) {
        add_head(dump, d);
        dump->depth++;
        add_docs(dump, d->name);
        add_declarations(dump, d->parameters);
        add_type(dump, d->type);
        if (d->kind == AST_CHANNEL) dump->role = "version ";
        add_expression(dump, d->value);
        dump->role = "spinlocks ";
        add_expression(dump, d->spinlocks);
        dump->role = NULL;
        add_attributes(dump, d->attributes);
        add_declarations(dump, d->members);
        dump->depth--;
    }
}

/* The list has the latest first. */
static void add_lost(struct dump *dump, const struct ast_lost *latest)
{
    size_t n = 0, at = 0;

    for (const struct ast_lost *lost = latest; lost; lost = lost->next)
        n++;
    const struct ast_lost **all = dhs_alloc_array(dump->arena, n, sizeof *all);
    for (const struct ast_lost *lost = latest; lost; lost = lost->next)
        all[n - ++at] = lost;
    for (size_t i = 0; i < n; i++) {
        begin_at(dump, all[i]->offset, all[i]->length, "lost ");
        add_bytes(dump->out, dump->source->text + all[i]->offset, all[i]->length);
        end(dump);
    }
}

void dump_tree(struct dhs_arena *arena, const struct ast_file *file, struct text *out)
{
    struct dump dump = { arena, file->source, out, 0, NULL };

    add_declarations(&dump, file->declarations);
    add_lost(&dump, file->lost);
    if (file->damaged) text_add_string(out, "a declaration was lost\n");
}
