/* SPDX-License-Identifier: Apache-2.0 */
/* A template's text -> nodes. One walk over the text; open sections are a stack. */
#include "template.h"

#include <string.h>

#include "template_node.h"

enum { MAX_SECTION_DEPTH = 64, MAX_DELIMITER = 15, MAX_RECENT_PATHS = 64, NODES_AT_ONCE = 16 };

struct open_section {
    struct node *section;
    struct node **tail; /* where the enclosing list goes on */
};

struct parser {
    struct template *template;
    const char *bytes;
    size_t length;
    size_t at;       /* the next byte to look at */
    bool line_start; /* nothing of this line was taken yet */
    char open[MAX_DELIMITER + 1];
    char close[MAX_DELIMITER + 1];
    struct node **tail;
    struct node *spare; /* nodes that are not used yet */
    size_t n_spare;
    struct open_section stack[MAX_SECTION_DEPTH];
    size_t depth;
    struct template_error *error;
    size_t located; /* the offset that line and column below are of */
    unsigned line;
    unsigned column;
};

/* One tag of the text: [start, end) with its delimiters, `name` trimmed. */
struct tag {
    char sigil; /* 0: a variable */
    size_t start;
    size_t end;
    const char *name;
    size_t name_length;
};

/* Lines and columns are asked for in nearly ascending order: count on from the last answer. */
static void locate(struct parser *parser, size_t offset, unsigned *line, unsigned *column)
{
    if (offset < parser->located || parser->line == 0) {
        parser->located = 0;
        parser->line = 1;
        parser->column = 1;
    }
    for (; parser->located < offset; parser->located++) {
        if (parser->bytes[parser->located] == '\n') {
            parser->line++;
            parser->column = 1;
        } else if ((parser->bytes[parser->located] & 0xc0) != 0x80) {
            parser->column++;
        }
    }
    *line = parser->line;
    *column = parser->column;
}

static bool fail(struct parser *parser, size_t offset, const char *message)
{
    parser->error->file = parser->template->file;
    locate(parser, offset, &parser->error->line, &parser->error->column);
    parser->error->message = message;
    return false;
}

static struct node *next_node(struct parser *parser)
{
    if (parser->n_spare == 0) {
        parser->spare =
            dhs_alloc_array(parser->template->arena, NODES_AT_ONCE, sizeof *parser->spare);
        parser->n_spare = NODES_AT_ONCE;
    }
    parser->n_spare--;
    return parser->spare++;
}

static struct node *add_node(struct parser *parser, enum node_kind kind, size_t offset,
                             const char *bytes, size_t length)
{
    struct node *node = next_node(parser);

    node->kind = (uint8_t)kind;
    node->bytes = bytes;
    node->length = (uint32_t)length;
    locate(parser, offset, &node->line, &node->column);
    *parser->tail = node;
    parser->tail = &node->next;
    return node;
}

/* "a.b" is looked up in two steps, often: it is taken apart here. */
static struct path *split_name(struct dhs_arena *arena, const char *name)
{
    struct path *path = dhs_alloc(arena, sizeof *path);
    size_t n = strcspn(name, ".");
    size_t n_dots = 0;

    path->text = name;
    path->is_dot = n == 0;
    if (path->is_dot) return path;
    path->name = value_name_of(dhs_copy_text(arena, name, n));
    for (const char *at = name + n; *at; at++)
        n_dots += *at == '.';
    path->others = dhs_alloc_array(arena, n_dots, sizeof *path->others);
    for (const char *at = name + n; *at; at += n) {
        n = strcspn(++at, ".");
        path->others[path->n_others++] = value_name_of(dhs_copy_text(arena, at, n));
    }
    return path;
}

/* One for all tags of a name, as far as they stand near each other. */
static struct path *path_of(struct parser *parser, const struct tag *tag)
{
    struct template *template = parser->template;
    struct path *recent = template->paths;

    for (unsigned n = 0; recent && n < MAX_RECENT_PATHS; n++, recent = recent->next)
        if (strcmp(recent->text, tag->name) == 0) return recent;
    struct path *path = split_name(template->arena, tag->name);
    path->next = template->paths;
    template->paths = path;
    return path;
}

/* Marks the start of a line once, before the first thing that it shows. */
static void show_line_start(struct parser *parser, size_t offset)
{
    if (parser->line_start) add_node(parser, NODE_LINE_START, offset, NULL, 0);
    parser->line_start = false;
}

/* What a renderer asks for that breaks long lines. */
static void measure_lines(struct node *node)
{
    const char *at = node->bytes;
    const char *end = at + node->length;

    for (const char *line_feed; (line_feed = memchr(at, '\n', (size_t)(end - at))) != NULL;
         at = line_feed + 1) {
        uint32_t length = (uint32_t)(line_feed - at);
        if (at == node->bytes)
            node->first_line = length;
        else if (length > node->longest)
            node->longest = length;
    }
    node->last_line = (uint32_t)(end - at);
}

static void add_text(struct parser *parser, size_t start, size_t end)
{
    if (start == end) return;
    struct node *node = add_node(parser, NODE_TEXT, start, parser->bytes + start, end - start);
    node->starts_line = parser->line_start;
    measure_lines(node);
    parser->line_start = parser->bytes[end - 1] == '\n';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The offset of `what` at or behind `at`, or the text's length. */
static size_t find(const struct parser *parser, size_t at, const char *what)
{
    const char *found = memmem(parser->bytes + at, parser->length - at, what, strlen(what));

    return found ? (size_t)(found - parser->bytes) : parser->length;
}

/* Reads the tag whose opening delimiter stands at `start`. */
static bool read_tag(struct parser *parser, size_t start, struct tag *tag)
{
    size_t from = start + strlen(parser->open);
    char close[MAX_DELIMITER + 3];

    while (from < parser->length && (parser->bytes[from] == ' ' || parser->bytes[from] == '\t'))
        from++;
    tag->start = start;
    tag->sigil = '\0';
    if (from < parser->length && parser->bytes[from] && strchr("#^/>!&={", parser->bytes[from]))
        tag->sigil = parser->bytes[from++];

    const char *twin = tag->sigil == '{' ? "}" : tag->sigil == '=' ? "=" : "";
    strcpy(close, twin);
    strcat(close, parser->close);
    size_t to = find(parser, from, close);
    if (to == parser->length)
        return fail(parser, start,
                    dhs_printf(parser->template->arena, "this tag has no closing '%s'", close));

    tag->end = to + strlen(close);
    while (from < to && is_space(parser->bytes[from]))
        from++;
    while (to > from && is_space(parser->bytes[to - 1]))
        to--;
    tag->name_length = to - from;
    tag->name = dhs_copy_text(parser->template->arena, parser->bytes + from, to - from);
    return true;
}

static bool check_name(struct parser *parser, const struct tag *tag)
{
    const char *name = tag->name;
    bool dotted = strcmp(name, ".") != 0;

    if (name[0] == '\0') return fail(parser, tag->start, "this tag has no name");
    if (strpbrk(name, " \t\r\n"))
        return fail(parser, tag->start,
                    dhs_printf(parser->template->arena,
                               "the name '%s' has a space in it: is a delimiter missing?", name));
    if (tag->sigil != '>' && dotted &&
        (name[0] == '.' || name[tag->name_length - 1] == '.' || strstr(name, "..")))
        return fail(parser, tag->start,
                    dhs_printf(parser->template->arena,
                               "the name '%s' has a dot without a name on both sides", name));
    return true;
}

static bool set_delimiters(struct parser *parser, const struct tag *tag)
{
    size_t open_length = strcspn(tag->name, " \t\r\n");
    const char *close = tag->name + open_length;

    close += strspn(close, " \t\r\n");
    if (open_length == 0 || *close == '\0' || strpbrk(close, " \t\r\n") || strpbrk(tag->name, "="))
        return fail(parser, tag->start, "new delimiters are written like this: {{=<% %>=}}");
    if (open_length > MAX_DELIMITER || strlen(close) > MAX_DELIMITER)
        return fail(parser, tag->start, "a delimiter may have 15 characters at most");
    memcpy(parser->open, tag->name, open_length);
    parser->open[open_length] = '\0';
    strcpy(parser->close, close);
    return true;
}

static bool open_section(struct parser *parser, const struct tag *tag)
{
    if (parser->depth == MAX_SECTION_DEPTH)
        return fail(parser, tag->start, "sections may be nested 64 deep at most");
    struct node *section = add_node(parser, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED,
                                    tag->start, tag->name, tag->name_length);
    section->path = path_of(parser, tag);
    parser->stack[parser->depth++] = (struct open_section){ section, parser->tail };
    parser->tail = &section->first;
    return true;
}

static bool close_section(struct parser *parser, const struct tag *tag)
{
    struct dhs_arena *arena = parser->template->arena;

    if (parser->depth == 0)
        return fail(parser, tag->start,
                    dhs_printf(arena, "'%s' is closed here but no section is open", tag->name));
    const struct node *section = parser->stack[parser->depth - 1].section;
    if (strcmp(section->bytes, tag->name) != 0)
        return fail(parser, tag->start,
                    dhs_printf(arena, "'%s' is closed here but line %u opened '%s'", tag->name,
                               section->line, section->bytes));
    parser->tail = parser->stack[--parser->depth].tail;
    return true;
}

static bool take_tag(struct parser *parser, const struct tag *tag, const char *indent)
{
    enum node_kind kind = tag->sigil == '>'    ? NODE_PARTIAL
                          : tag->sigil == '\0' ? NODE_VARIABLE
                                               : NODE_RAW;

    if (tag->sigil == '!') return true;
    if (tag->sigil == '=') return set_delimiters(parser, tag);
    if (!check_name(parser, tag)) return false;
    if (tag->sigil == '#' || tag->sigil == '^') return open_section(parser, tag);
    if (tag->sigil == '/') return close_section(parser, tag);
    struct node *node = add_node(parser, kind, tag->start, tag->name, tag->name_length);
    if (kind == NODE_PARTIAL)
        node->indent = indent;
    else
        node->path = path_of(parser, tag);
    return true;
}

/* Whether the tag is all there is on its line or lines: then [*from, *to) goes with it. */
static bool stands_alone(const struct parser *parser, const struct tag *tag, size_t *from,
                         size_t *to)
{
    if (tag->sigil == '\0' || tag->sigil == '{' || tag->sigil == '&') return false;
    *from = tag->start;
    while (*from > 0 && (parser->bytes[*from - 1] == ' ' || parser->bytes[*from - 1] == '\t'))
        --*from;
    if (*from > 0 && parser->bytes[*from - 1] != '\n') return false;
    *to = tag->end;
    while (*to < parser->length && (parser->bytes[*to] == ' ' || parser->bytes[*to] == '\t'))
        ++*to;
    if (*to + 1 < parser->length && memcmp(parser->bytes + *to, "\r\n", 2) == 0) ++*to;
    if (*to == parser->length) return true;
    return parser->bytes[(*to)++] == '\n';
}

static bool take_next(struct parser *parser)
{
    size_t start = find(parser, parser->at, parser->open);
    struct tag tag;
    size_t from;
    size_t to;

    if (start == parser->length) {
        add_text(parser, parser->at, start);
        parser->at = start;
        return true;
    }
    if (!read_tag(parser, start, &tag)) return false;
    if (stands_alone(parser, &tag, &from, &to)) {
        const char *indent =
            dhs_copy_text(parser->template->arena, parser->bytes + from, start - from);
        add_text(parser, parser->at, from);
        parser->line_start = true;
        parser->at = to;
        return take_tag(parser, &tag, indent);
    }
    add_text(parser, parser->at, start);
    show_line_start(parser, start);
    parser->at = tag.end;
    return take_tag(parser, &tag, NULL);
}

const struct template *template_parse(struct dhs_arena *arena, const char *file, const char *bytes,
                                      size_t length, struct template_error *error)
{
    struct template *template = dhs_alloc(arena, sizeof *template);
    struct parser *parser = dhs_alloc(arena, sizeof *parser);

    template->arena = arena;
    template->file = file;
    template->n_scopes = dhs_alloc(arena, sizeof *template->n_scopes);
    *parser = (struct parser){ .template = template,
                               .bytes = bytes,
                               .length = length,
                               .line_start = true,
                               .open = "{{",
                               .close = "}}",
                               .tail = &template->first,
                               .error = error };
    if (length > UINT32_MAX) {
        fail(parser, 0, "a template may have 4 GiB at most");
        return NULL;
    }
    while (parser->at < length) {
        if (!take_next(parser)) return NULL;
    }
    if (parser->depth > 0) {
        const struct node *section = parser->stack[parser->depth - 1].section;
        *error = (struct template_error){ file, section->line, section->column,
                                          dhs_printf(arena, "the section '%s' is never closed",
                                                     section->bytes) };
        return NULL;
    }
    return template;
}
