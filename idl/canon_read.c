/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines into a tree. Each line's path is compared with the place that is being read, so that child
 * and parent are told by `.`, `[]` and `?`, and arms by `case`; nothing is guessed, and a line that
 * continues nothing is refused by whoever it comes back to.
 */
#include "canon_read_inside.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const struct dhc_meaning dhc_no_meaning;

/* ---- memory ------------------------------------------------------------------------------- */

struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
};

/* The public struct stands first, so that its address is that of the whole. */
struct memory {
    struct dhc_text text;
    struct chunk *chunks;
};

static struct chunk *chunk_new(struct memory *memory, size_t at_least)
{
    size_t size = memory->chunks == NULL ? 4096 : memory->chunks->size * 2;
    struct chunk *chunk;

    if (size > (size_t)1 << 20) size = (size_t)1 << 20;
    if (size < at_least) size = at_least;
    chunk = calloc(1, sizeof *chunk + size);
    if (chunk == NULL) return NULL;
    chunk->size = size;
    chunk->next = memory->chunks;
    memory->chunks = chunk;
    return chunk;
}

void *dhc_allocate(struct dhc_parser *parser, size_t bytes)
{
    struct memory *memory = (struct memory *)parser->text;
    struct chunk *chunk = memory->chunks;
    size_t rounded = (bytes + 15) & ~(size_t)15;
    void *got;

    if (chunk == NULL || chunk->size - chunk->used < rounded) chunk = chunk_new(memory, rounded);
    if (chunk == NULL) {
        dhc_refuse(parser, parser->line, "memory ran out");
        return NULL;
    }
    got = chunk->bytes + chunk->used;
    chunk->used += rounded;
    return got;
}

const char *dhc_copy(struct dhc_parser *parser, const char *bytes, size_t length)
{
    char *copy = dhc_allocate(parser, length + 1);

    if (copy != NULL) memcpy(copy, bytes, length); /* the NUL is there: memory comes zeroed */
    return copy;
}

void dhc_free(struct dhc_text *text)
{
    struct memory *memory = (struct memory *)text;

    if (text == NULL) return;
    for (struct chunk *chunk = memory->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(memory);
}

bool dhc_refuse(struct dhc_parser *parser, uint32_t line, const char *format, ...)
{
    va_list arguments;

    if (parser->trouble->what[0] != 0) return false;
    va_start(arguments, format);
    vsnprintf(parser->trouble->what, sizeof parser->trouble->what, format, arguments);
    va_end(arguments);
    parser->trouble->line = line;
    return false;
}

/* ---- names -------------------------------------------------------------------------------- */

struct dhc_slot {
    struct dhc_node *node;
};

static size_t name_hash(const struct dhc_node *parent, const char *name, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)((uintptr_t)parent >> 4);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 29);
}

/* The slot that holds this name, or the empty one where it belongs. */
static struct dhc_slot *name_slot(const struct dhc_parser *parser, const struct dhc_node *parent,
                                  const char *name, size_t length)
{
    size_t mask = parser->n_slots - 1;

    for (size_t i = name_hash(parent, name, length) & mask;; i = (i + 1) & mask) {
        struct dhc_slot *slot = &parser->names[i];
        if (slot->node == NULL) return slot;
        if (slot->node->parent == parent && strncmp(slot->node->name, name, length) == 0 &&
            slot->node->name[length] == 0)
            return slot;
    }
}

struct dhc_node *dhc_child(const struct dhc_parser *parser, const struct dhc_node *parent,
                           const char *name, size_t length)
{
    if (parser->n_slots == 0) return NULL;
    return name_slot(parser, parent, name, length)->node;
}

static bool names_grow(struct dhc_parser *parser)
{
    struct dhc_slot *old = parser->names;
    size_t n_old = parser->n_slots;

    parser->n_slots = n_old == 0 ? 64 : n_old * 2;
    parser->names = calloc(parser->n_slots, sizeof *parser->names);
    if (parser->names == NULL) {
        parser->names = old;
        parser->n_slots = n_old;
        return dhc_refuse(parser, parser->line, "memory ran out");
    }
    for (size_t i = 0; i < n_old; i++)
        if (old[i].node != NULL)
            *name_slot(parser, old[i].node->parent, old[i].node->name, strlen(old[i].node->name)) =
                old[i];
    free(old);
    return true;
}

/* ---- nodes -------------------------------------------------------------------------------- */

static struct dhc_node *node_new(struct dhc_parser *parser, struct dhc_node *parent,
                                 enum dhc_kind kind, const char *name)
{
    struct dhc_node *node = dhc_allocate(parser, sizeof *node);

    if (node == NULL) return NULL;
    *node = (struct dhc_node){ .kind = kind,
                               .name = name,
                               .offset = parser->layout.offset,
                               .minor = parser->minor,
                               .line = parser->line,
                               .meaning = &dhc_no_meaning,
                               .parent = parent };
    if (parent != NULL && parent->last != NULL)
        parent->last->next = node;
    else if (parent != NULL)
        parent->first = node;
    if (parent != NULL) parent->last = node;
    parser->text->n_nodes++;
    return node;
}

/* A field or an arm: its name is its parent's only one of that kind. */
static struct dhc_node *named_node(struct dhc_parser *parser, struct dhc_node *parent,
                                   struct dhc_cursor name)
{
    size_t length = (size_t)(name.end - name.at);
    struct dhc_node *node;
    const char *copy;

    if (dhc_child(parser, parent, name.at, length) != NULL) {
        dhc_refuse(parser, parser->line, "'%.*s' is there already", (int)length, name.at);
        return NULL;
    }
    if (2 * (parser->n_names + 1) > parser->n_slots && !names_grow(parser)) return NULL;
    copy = dhc_copy(parser, name.at, length);
    if (copy == NULL) return NULL;
    node = node_new(parser, parent, DHC_STRUCT, copy);
    if (node == NULL) return NULL;
    name_slot(parser, parent, copy, length)->node = node;
    parser->n_names++;
    return node;
}

/* Where the tree has been read to: the path of the node whose lines come next. */
static size_t place_enter(struct dhc_parser *parser, const char *separator, struct dhc_cursor name)
{
    size_t before = parser->place_length, n = strlen(separator);
    size_t length = (size_t)(name.end - name.at);

    /* It stands in the path of the line in hand, which is no longer than DHC_PATH_MAX. */
    memcpy(parser->place + before, separator, n);
    memcpy(parser->place + before + n, name.at, length);
    parser->place_length = before + n + length;
    return before;
}

/* What follows the place in the line's path; NULL: the line lies elsewhere. */
static const char *below_place(const struct dhc_parser *parser, size_t *length)
{
    const struct dhc_line *line = &parser->layout;

    if (!parser->is_layout || line->path_length < parser->place_length) return NULL;
    if (memcmp(line->path, parser->place, parser->place_length) != 0) return NULL;
    *length = line->path_length - parser->place_length;
    return line->path + parser->place_length;
}

static bool is_at_place(const struct dhc_parser *parser)
{
    size_t length;

    return below_place(parser, &length) != NULL && length == 0;
}

static bool read_value(struct dhc_parser *parser, struct dhc_node *node);

/* Fields as long as lines lie below the place. */
static bool read_fields(struct dhc_parser *parser, struct dhc_node *parent)
{
    for (;;) {
        size_t length, before;
        const char *below = below_place(parser, &length);
        struct dhc_cursor rest, name;
        struct dhc_node *node;

        if (below == NULL || length == 0) return true;
        rest = (struct dhc_cursor){ below, below + length };
        if (parser->place_length > 0 && !dhc_take(&rest, ".")) return true;
        if (!dhc_take_name(&rest, &name)) return true;
        node = named_node(parser, parent, name);
        if (node == NULL) return false;
        before = place_enter(parser, parser->place_length > 0 ? "." : "", name);
        if (rest.at < rest.end && *rest.at != '.')
            return dhc_refuse(parser, parser->line, "'%.*s' has no line of its own before this one",
                              (int)parser->place_length, parser->place);
        if (rest.at == rest.end ? !read_value(parser, node) : !read_fields(parser, node))
            return false;
        parser->place_length = before;
    }
}

/* What an array, list, optional or arm holds: a line at this very place, or a struct's fields. */
static bool read_content(struct dhc_parser *parser, struct dhc_node *parent)
{
    uint32_t line = parser->line;
    struct dhc_node *node;

    if (is_at_place(parser) && !parser->layout.is_case) {
        node = node_new(parser, parent, DHC_STRUCT, "");
        return node != NULL && read_value(parser, node);
    }
    node = node_new(parser, parent, DHC_STRUCT, "");
    if (node == NULL || !read_fields(parser, node)) return false;
    if (node->first != NULL) return true;
    return dhc_refuse(parser, line, "what '%.*s' holds is expected here", (int)parser->place_length,
                      parser->place);
}

static bool read_inner(struct dhc_parser *parser, struct dhc_node *node, const char *mark)
{
    static const struct dhc_cursor nothing = { "", "" };
    size_t before;
    enum dhc_kind kind;

    if (parser->place_length + strlen(mark) > DHC_PATH_MAX)
        return dhc_refuse(parser, parser->line, "a path over %d bytes", DHC_PATH_MAX);
    before = place_enter(parser, mark, nothing);
    if (!read_content(parser, node)) return false;
    parser->place_length = before;
    kind = node->first->kind;
    if (node->kind == DHC_ARRAY && (dhc_is_leaf(kind) || kind == DHC_ARRAY))
        return dhc_refuse(parser, node->first->line, "an array of this is one line, not two");
    if (node->kind == DHC_OPT && kind == DHC_OPT)
        return dhc_refuse(parser, node->first->line, "an optional of an optional");
    return true;
}

static bool is_below_place(const struct dhc_parser *parser)
{
    size_t length;
    const char *below = below_place(parser, &length);

    return below != NULL && length > 0 && *below == '.';
}

static bool read_arm(struct dhc_parser *parser, struct dhc_node *onion, struct dhc_cursor name)
{
    struct dhc_cursor tag = parser->layout.tag;
    struct dhc_node *arm = named_node(parser, onion, name);
    bool negative;
    uint64_t magnitude;
    size_t before;

    if (arm == NULL) return false;
    arm->kind = DHC_ARM;
    arm->scalar = onion->scalar;
    if (!dhc_take_integer(&tag, &negative, &magnitude) || tag.at != tag.end ||
        !dhc_fit(onion->scalar, negative, magnitude, &arm->tag))
        return dhc_refuse(parser, parser->line, "the tag's value is no %s",
                          dhc_scalar_name(onion->scalar));
    if (!dhc_next_line(parser)) return false;
    before = place_enter(parser, ".", name);
    if (((is_at_place(parser) && !parser->layout.is_case) || is_below_place(parser)) &&
        !read_content(parser, arm))
        return false;
    parser->place_length = before;
    return true;
}

static bool tag_is_less(enum dhc_scalar scalar, uint64_t a, uint64_t b)
{
    return dhc_is_signed(scalar) ? (int64_t)a < (int64_t)b : a < b;
}

static bool read_arms(struct dhc_parser *parser, struct dhc_node *node)
{
    while (parser->is_layout && parser->layout.is_case && is_below_place(parser)) {
        const struct dhc_line *line = &parser->layout;
        struct dhc_cursor rest = { line->path + parser->place_length + 1,
                                   line->path + line->path_length };
        struct dhc_node *before = node->last;
        uint32_t number = parser->line;
        struct dhc_cursor name;

        if (!dhc_take_name(&rest, &name) || rest.at != rest.end) break;
        if (!read_arm(parser, node, name)) return false;
        if (before != NULL && !tag_is_less(node->scalar, before->tag, node->last->tag))
            return dhc_refuse(parser, number, "arms stand in the order of their tags' values");
    }
    if (node->first == NULL)
        return dhc_refuse(parser, parser->line, "a union's first case is expected here");
    return true;
}

/* The line in hand is this node's own. */
static bool read_value(struct dhc_parser *parser, struct dhc_node *node)
{
    const struct dhc_line *line = &parser->layout;

    node->kind = line->kind;
    node->scalar = line->scalar;
    node->capacity = line->capacity;
    node->stride = line->stride;
    node->inner = line->inner;
    node->n_dims = line->n_dims;
    node->dims = line->dims;
    if (line->is_case) return dhc_refuse(parser, parser->line, "a case without its union");
    if (line->kind == DHC_RESERVE)
        return dhc_refuse(parser, parser->line, "a reserve has the path '.'");
    if (line->kind == DHC_ATOMIC && parser->root->name[0] == 0)
        return dhc_refuse(parser, parser->line, "atomics live in zones only");
    if (!dhc_next_line(parser)) return false;
    switch (node->kind) {
    case DHC_ARRAY:
    case DHC_LIST: return read_inner(parser, node, "[]");
    case DHC_OPT: return read_inner(parser, node, "?");
    case DHC_UNION: return read_arms(parser, node);
    default: return true;
    }
}

/* ---- roots -------------------------------------------------------------------------------- */

/* A root's reserve has no name. It stands in the minor that the root was born in, behind the fields
 * of version 1.0: those of later minors that the root was born with come after it. */
static bool read_reserve(struct dhc_parser *parser, bool first)
{
    const struct dhc_line *line = &parser->layout;
    struct dhc_node *node;

    if (!parser->is_layout || line->kind != DHC_RESERVE || line->path_length != 1 ||
        line->path[0] != '.')
        return true;
    if (!first || parser->root->fields->first == NULL)
        return dhc_refuse(parser, parser->line,
                          "a reserve stands after the first minor's fields, and nowhere else");
    node = node_new(parser, parser->root->fields, DHC_RESERVE, "");
    if (node == NULL) return false;
    node->capacity = line->capacity;
    if (!dhc_next_line(parser)) return false;
    return parser->minor == 0 || read_fields(parser, parser->root->fields);
}

/* "minor 1 size 376" and its lines. */
static bool read_minor(struct dhc_parser *parser, struct dhc_minor *minor, bool first)
{
    struct dhc_cursor c = parser->current;
    const struct dhc_node *before = parser->root->fields->last;
    uint32_t line = parser->line;

    if (!dhc_take(&c, "minor ") || !dhc_take_int(&c, &minor->number) || !dhc_take(&c, " size ") ||
        !dhc_take_int(&c, &minor->size) || c.at != c.end)
        return dhc_refuse(parser, line, "'minor NUMBER size BYTES' is expected here");
    parser->minor = minor->number;
    parser->place_length = 0;
    if (!dhc_next_line(parser) || !read_fields(parser, parser->root->fields) ||
        !read_reserve(parser, first))
        return false;
    if (parser->is_layout)
        return dhc_refuse(parser, parser->line,
                          "this line continues nothing that stands before it");
    if (parser->root->fields->last != before) return true;
    if (first && minor->size == 0 && parser->root->name[0] == 0) return true;
    return dhc_refuse(parser, line, "a minor that brings no field");
}

static bool read_minors(struct dhc_parser *parser, struct dhc_root *root)
{
    struct dhc_minor minors[DHC_MINORS_MAX], *copy;
    struct dhc_cursor c;
    uint32_t n = 0;

    do {
        uint32_t line = parser->line;
        if (n == DHC_MINORS_MAX)
            return dhc_refuse(parser, line, "more than %d minors of a root", DHC_MINORS_MAX);
        if (!read_minor(parser, &minors[n], n == 0)) return false;
        if (n > 0 && minors[n].number <= minors[n - 1].number)
            return dhc_refuse(parser, line, "minors stand in ascending order");
        if (n > 0 && root->fields->first == NULL)
            return dhc_refuse(parser, line, "a slot without payload does not grow");
        n++;
        c = parser->current;
    } while (c.at != NULL && dhc_take(&c, "minor "));
    copy = dhc_allocate(parser, n * sizeof *copy);
    if (copy == NULL) return false;
    memcpy(copy, minors, n * sizeof *copy);
    root->minors = copy;
    root->n_minors = n;
    return true;
}

/* "root slot align 64", "root zone NAME align 64 shared". */
static bool read_root_line(struct dhc_parser *parser, struct dhc_root *root, bool first)
{
    struct dhc_cursor c = parser->current, name = { "", "" };

    if (!dhc_take(&c, "root ") ||
        (first ? !dhc_take(&c, "slot") : !(dhc_take(&c, "zone ") && dhc_take_name(&c, &name))) ||
        !dhc_take(&c, " align ") || !dhc_take_int(&c, &root->align))
        return dhc_refuse(parser, parser->line,
                          first ? "'root slot align BYTES' is expected here"
                                : "'root zone NAME align BYTES', or 'meaning', is expected here");
    root->shared = !first && dhc_take(&c, " shared");
    if (c.at != c.end) return dhc_refuse(parser, parser->line, "more than a root line has");
    if (root->align < 64 || (root->align & (root->align - 1)) != 0)
        return dhc_refuse(parser, parser->line, "a root's alignment is a power of two from 64");
    root->name = dhc_copy(parser, name.at, (size_t)(name.end - name.at));
    return root->name != NULL && dhc_next_line(parser);
}

static bool read_root(struct dhc_parser *parser)
{
    struct dhc_text *text = parser->text;
    struct dhc_root *root = &text->roots[text->n_roots];
    bool first = text->n_roots == 0;
    uint32_t line = parser->line;

    if (text->n_roots == DHC_ROOTS_MAX)
        return dhc_refuse(parser, line, "more than %d roots", DHC_ROOTS_MAX);
    parser->root = root;
    if (!read_root_line(parser, root, first)) return false;
    if (text->n_roots > 1 && strcmp(root[-1].name, root->name) >= 0)
        return dhc_refuse(parser, line, "zones stand in the order of their names");
    parser->layout.offset = 0;
    root->fields = node_new(parser, NULL, DHC_STRUCT, "");
    if (root->fields == NULL) return false;
    text->n_roots++;
    if (!read_minors(parser, root)) return false;
    if (first && root->minors[0].number != 0)
        return dhc_refuse(parser, line, "the slot's first minor is 0");
    return dhc_check_root(parser, root);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Each minor of the channel brought something somewhere, so their numbers leave no gap. */
static bool check_minors(struct dhc_parser *parser)
{
    struct dhc_text *text = parser->text;
    uint32_t numbers[DHC_ROOTS_MAX * DHC_MINORS_MAX], n = 0;

    for (uint32_t r = 0; r < text->n_roots; r++)
        for (uint32_t m = 0; m < text->roots[r].n_minors; m++)
            numbers[n++] = text->roots[r].minors[m].number;
    qsort(numbers, n, sizeof numbers[0], by_number);
    for (uint32_t i = 1; i < n; i++)
        if (numbers[i] > numbers[i - 1] + 1)
            return dhc_refuse(parser, 0, "no root has minor %u, but one has minor %u",
                              numbers[i - 1] + 1, numbers[i]);
    text->minor = numbers[n - 1];
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------- */

bool dhc_next_line(struct dhc_parser *parser)
{
    const char *newline;

    parser->is_layout = false;
    parser->current = (struct dhc_cursor){ NULL, NULL };
    parser->line++;
    if (parser->at == parser->end) return true;
    if (parser->line > DHC_LINES_MAX)
        return dhc_refuse(parser, parser->line, "more than %d lines", DHC_LINES_MAX);
    newline = memchr(parser->at, '\n', (size_t)(parser->end - parser->at));
    if (newline == NULL)
        return dhc_refuse(parser, parser->line, "the last line does not end in a newline");
    if (newline - parser->at > DHC_LINE_MAX)
        return dhc_refuse(parser, parser->line, "a line over %d bytes", DHC_LINE_MAX);
    parser->current = (struct dhc_cursor){ parser->at, newline };
    parser->at = newline + 1;
    if (newline == parser->current.at || *parser->current.at < '0' || *parser->current.at > '9')
        return true;
    parser->is_layout = true;
    return dhc_read_layout_line(parser);
}

static bool expect_line(struct dhc_parser *parser, const char *words)
{
    struct dhc_cursor c = parser->current;

    if (c.at == NULL || !dhc_take(&c, words) || c.at != c.end)
        return dhc_refuse(parser, parser->line, "'%s' is expected here", words);
    return dhc_next_line(parser);
}

/* "family lab.imu/imu 1". */
static bool read_family(struct dhc_parser *parser)
{
    struct dhc_cursor c = parser->current, name;
    const char *package;
    bool good = c.at != NULL && dhc_take(&c, "family ");

    package = c.at;
    do
        good = good && dhc_take_name(&c, &name);
    while (good && dhc_take(&c, "."));
    if (good) parser->text->package = dhc_copy(parser, package, (size_t)(c.at - package));
    good = good && dhc_take(&c, "/") && dhc_take_name(&c, &name);
    if (good) parser->text->channel = dhc_copy(parser, name.at, (size_t)(name.end - name.at));
    if (!good || !dhc_take(&c, " ") || !dhc_take_int(&c, &parser->text->major) || c.at != c.end)
        return dhc_refuse(parser, parser->line, "'family PACKAGE/CHANNEL MAJOR' is expected here");
    return parser->text->package != NULL && parser->text->channel != NULL && dhc_next_line(parser);
}

static bool read_text(struct dhc_parser *parser)
{
    struct dhc_cursor c;

    if (parser->end - parser->at > DHC_TEXT_MAX)
        return dhc_refuse(parser, 0, "the text is longer than %d bytes", DHC_TEXT_MAX);
    parser->text->roots = dhc_allocate(parser, DHC_ROOTS_MAX * sizeof *parser->text->roots);
    if (parser->text->roots == NULL || !dhc_next_line(parser) || !expect_line(parser, "dhs 1") ||
        !read_family(parser) || !expect_line(parser, "order little"))
        return false;
    do {
        if (parser->current.at == NULL)
            return dhc_refuse(parser, parser->line, "a root is expected here, not the end");
        if (!read_root(parser)) return false;
        c = parser->current;
    } while (c.at != NULL && dhc_take(&c, "root "));
    return check_minors(parser) && expect_line(parser, "meaning") && dhc_read_meaning(parser);
}

struct dhc_text *dhc_read(const char *bytes, size_t length, struct dhc_trouble *trouble)
{
    struct dhc_trouble unwanted;
    struct memory *memory = calloc(1, sizeof *memory);
    struct dhc_parser parser = { .trouble = trouble != NULL ? trouble : &unwanted,
                                 .at = bytes,
                                 .end = bytes + length };
    bool good;

    *parser.trouble = (struct dhc_trouble){ 0 };
    if (memory == NULL) {
        dhc_refuse(&parser, 0, "memory ran out");
        return NULL;
    }
    parser.text = &memory->text;
    good = read_text(&parser);
    free(parser.names);
    if (good) return parser.text;
    dhc_free(parser.text);
    return NULL;
}
