/* SPDX-License-Identifier: Apache-2.0 */
/* The lines after `meaning`: what they say, of which place, and that they could have been written.
 */
#include "canon_read_inside.h"

#include <stdlib.h>
#include <string.h>

static bool refuse(struct dhc_parser *parser, const char *what)
{
    return dhc_refuse(parser, parser->line, "%s", what);
}

/* ---- strings ------------------------------------------------------------------------------ */

/* Bytes of the UTF-8 character at `at`; 0: there is none, or it is not in its shortest form. */
static size_t utf8_length(const unsigned char *at, const unsigned char *end)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t n = *at < 0x80   ? 1
               : *at < 0xc2 ? 0
               : *at < 0xe0 ? 2
               : *at < 0xf0 ? 3
               : *at < 0xf5 ? 4
                            : 0;
    uint32_t code;

    if (n < 2 || (size_t)(end - at) < n) return n == 1;
    code = *at & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (at[i] & 0x3fu);
    }
    if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0;
    return n;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character as it stands between the quotes; what it means is added to `to`. */
static bool take_character(struct dhc_cursor *c, char **to)
{
    size_t n;

    if (*c->at == '\\') {
        int high, low;
        if (dhc_take(c, "\\\"") || dhc_take(c, "\\\\")) {
            *(*to)++ = c->at[-1];
            return true;
        }
        if (!dhc_take(c, "\\x") || c->end - c->at < 2) return false;
        high = hex_digit(c->at[0]), low = hex_digit(c->at[1]);
        if (high < 0 || low < 0 || (high > 1 && !(high == 7 && low == 15))) return false;
        if (high + low == 0) return false; /* no schema has a NUL */
        *(*to)++ = (char)(high << 4 | low);
        c->at += 2;
        return true;
    }
    if ((unsigned char)*c->at < 0x20 || *c->at == 0x7f) return false;
    n = utf8_length((const unsigned char *)c->at, (const unsigned char *)c->end);
    memcpy(*to, c->at, n);
    *to += n;
    c->at += n;
    return n > 0;
}

static bool take_string(struct dhc_parser *parser, struct dhc_cursor *c, struct dhc_bytes *bytes)
{
    char *data, *to;

    if (!dhc_take(c, "\"")) return false;
    data = to = dhc_allocate(parser, (size_t)(c->end - c->at) + 1);
    if (data == NULL) return false;
    while (c->at < c->end && *c->at != '"')
        if (!take_character(c, &to)) return false;
    *bytes = (struct dhc_bytes){ data, (size_t)(to - data) };
    return dhc_take(c, "\"");
}

/* ---- names of values ---------------------------------------------------------------------- */

static bool label_is_less(enum dhc_scalar scalar, const struct dhc_label *a,
                          const struct dhc_label *b)
{
    if (a->value == b->value) return strcmp(a->name, b->name) < 0;
    if (dhc_is_signed(scalar)) return (int64_t)a->value < (int64_t)b->value;
    return a->value < b->value;
}

static bool take_label(struct dhc_parser *parser, struct dhc_cursor *c, enum dhc_scalar base,
                       bool is_flags, struct dhc_label *label)
{
    struct dhc_cursor name;
    bool negative;
    uint64_t magnitude;

    if (!dhc_take(c, " ") || !dhc_take_name(c, &name) || !dhc_take(c, "=") ||
        !dhc_take_integer(c, &negative, &magnitude))
        return false;
    if (is_flags && (negative || magnitude >= dhc_scalar_size(base) * 8)) return false;
    if (is_flags)
        label->value = magnitude;
    else if (!dhc_fit(base, negative, magnitude, &label->value))
        return false;
    label->name = dhc_copy(parser, name.at, (size_t)(name.end - name.at));
    return label->name != NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct dhc_label *)a)->name, ((const struct dhc_label *)b)->name);
}

/* Order by value was checked; whether a name stands there twice needs another order. */
static bool names_differ(struct dhc_parser *parser, const struct dhc_label *labels, uint32_t n)
{
    struct dhc_label *sorted = malloc(n * sizeof *sorted);
    bool differ = true;

    if (sorted == NULL) return refuse(parser, "memory ran out");
    memcpy(sorted, labels, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_name);
    for (uint32_t i = 1; i < n; i++)
        differ = differ && strcmp(sorted[i - 1].name, sorted[i].name) != 0;
    free(sorted);
    return differ || refuse(parser, "a name stands here twice");
}

static bool take_labels(struct dhc_parser *parser, struct dhc_cursor *c, enum dhc_scalar base,
                        struct dhc_meaning *meaning)
{
    uint32_t n = 0, room = 0;
    struct dhc_label *labels;

    for (const char *at = c->at; at < c->end; at++)
        room += *at == '=';
    if (room == 0) return refuse(parser, "names and values are expected here: name=value");
    labels = dhc_allocate(parser, room * sizeof *labels);
    if (labels == NULL) return false;
    for (; c->at < c->end; n++) {
        if (n == room || !take_label(parser, c, base, meaning->naming == DHC_FLAGS, &labels[n]))
            return refuse(parser, "' name=value' is expected, with a value that the type can hold");
        if (n > 0 && !label_is_less(base, &labels[n - 1], &labels[n]))
            return refuse(parser, "values stand in ascending order, then names");
    }
    meaning->labels = labels;
    meaning->n_labels = n;
    return names_differ(parser, labels, n);
}

/* ---- one function a key ------------------------------------------------------------------- */

/* Each takes the arguments of its key, from the space before the first one on. */
typedef bool (*take_key)(struct dhc_parser *, struct dhc_cursor *, const struct dhc_node *,
                         struct dhc_meaning *);

static bool is_number(const struct dhc_node *node)
{
    return (node->kind == DHC_SCALAR || node->kind == DHC_ATOMIC) && node->scalar != DHC_BOOL;
}

static bool is_integer(const struct dhc_node *node)
{
    return is_number(node) && !dhc_is_real(node->scalar);
}

static bool key_unit(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                     struct dhc_meaning *meaning)
{
    return is_number(node) && meaning->unit.data == NULL && dhc_take(c, " ") &&
           take_string(parser, c, &meaning->unit);
}

static bool key_frame(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                      struct dhc_meaning *meaning)
{
    return is_number(node) && meaning->frame.data == NULL && dhc_take(c, " ") &&
           take_string(parser, c, &meaning->frame);
}

static bool key_clock(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                      struct dhc_meaning *meaning)
{
    struct dhc_cursor name;

    if (!is_number(node) || meaning->clock != NULL || !dhc_take(c, " ") || !dhc_take_name(c, &name))
        return false;
    meaning->clock = dhc_copy(parser, name.at, (size_t)(name.end - name.at));
    return meaning->clock != NULL;
}

static bool key_range(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                      struct dhc_meaning *meaning)
{
    bool real = dhc_is_real(node->scalar);
    struct dhc_range *range;

    if (!is_number(node) || meaning->has_range) return false;
    range = dhc_allocate(parser, sizeof *range);
    if (range == NULL) return false;
    *range = (struct dhc_range){ node, parser->line, parser->ranges };
    parser->ranges = range;
    meaning->has_range = true;
    return dhc_take(c, " ") && dhc_take_bound(c, real, &meaning->low) && dhc_take(c, " ") &&
           dhc_take_bound(c, real, &meaning->high);
}

static bool key_scale(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                      struct dhc_meaning *meaning)
{
    (void)parser;
    if (!is_number(node) || meaning->has_scale) return false;
    meaning->has_scale = true;
    return dhc_take(c, " ") && dhc_take_real(c, &meaning->factor) && dhc_take(c, " ") &&
           dhc_take_real(c, &meaning->shift);
}

/* `enum` lines stand before: the name must be one of theirs. */
static bool take_invalid_name(struct dhc_parser *parser, struct dhc_cursor *c,
                              struct dhc_meaning *meaning)
{
    struct dhc_cursor name;

    if (!dhc_take_name(c, &name)) return false;
    meaning->invalid = DHC_INVALID_NAME;
    meaning->invalid_name = dhc_copy(parser, name.at, (size_t)(name.end - name.at));
    if (meaning->invalid_name == NULL) return false;
    for (uint32_t i = 0; i < meaning->n_labels; i++)
        if (strcmp(meaning->labels[i].name, meaning->invalid_name) == 0) return true;
    return false;
}

static bool key_invalid(struct dhc_parser *parser, struct dhc_cursor *c,
                        const struct dhc_node *node, struct dhc_meaning *meaning)
{
    if (!dhc_is_leaf(node->kind) || meaning->invalid != DHC_INVALID_NOT_SAID) return false;
    meaning->invalid_first = dhc_take(c, " first");
    if (!dhc_take(c, " ")) return false;
    if (meaning->naming == DHC_ENUM_OPEN || meaning->naming == DHC_ENUM_CLOSED)
        return take_invalid_name(parser, c, meaning);
    meaning->invalid = DHC_INVALID_TEXT;
    if (node->kind == DHC_CHAR || node->kind == DHC_STRING)
        return take_string(parser, c, &meaning->invalid_text);
    if (!is_number(node)) return false;
    meaning->invalid = DHC_INVALID_NUMBER;
    return dhc_take_number(c, dhc_is_real(node->scalar), &meaning->invalid_number);
}

static bool take_base(struct dhc_cursor *c, const struct dhc_node *node)
{
    enum dhc_scalar base;

    return is_integer(node) && dhc_take(c, " ") && dhc_take_scalar(c, &base) &&
           base == node->scalar;
}

static bool key_enum(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                     struct dhc_meaning *meaning)
{
    if (meaning->naming != DHC_UNNAMED || !take_base(c, node)) return false;
    meaning->naming = dhc_take(c, " open") ? DHC_ENUM_OPEN : DHC_ENUM_CLOSED;
    if (meaning->naming == DHC_ENUM_CLOSED && !dhc_take(c, " closed")) return false;
    return take_labels(parser, c, node->scalar, meaning);
}

static bool key_flags(struct dhc_parser *parser, struct dhc_cursor *c, const struct dhc_node *node,
                      struct dhc_meaning *meaning)
{
    if (meaning->naming != DHC_UNNAMED || !take_base(c, node)) return false;
    meaning->naming = DHC_FLAGS;
    return take_labels(parser, c, node->scalar, meaning);
}

static bool key_deprecated(struct dhc_parser *parser, struct dhc_cursor *c,
                           const struct dhc_node *node, struct dhc_meaning *meaning)
{
    bool again = meaning->deprecated;

    (void)parser, (void)c, (void)node;
    meaning->deprecated = true;
    return !again;
}

static bool key_spinlocks(struct dhc_parser *parser, struct dhc_cursor *c,
                          const struct dhc_node *node, struct dhc_meaning *meaning)
{
    struct dhc_root *root = parser->root;

    (void)meaning;
    if (node != root->fields || !root->shared || root->has_spinlocks) return false;
    root->has_spinlocks = true;
    return dhc_take(c, " ") && dhc_take_int(c, &root->n_spinlocks);
}

static const struct key {
    const char *word;
    take_key take;
    const char *form;
} keys[] = {
    { "clock ", key_clock, "clock ROOT PATH NAME, of a number" },
    { "deprecated ", key_deprecated, "deprecated ROOT PATH" },
    { "enum ", key_enum, "enum ROOT PATH TYPE open|closed NAME=VALUE …, of that type" },
    { "flags ", key_flags, "flags ROOT PATH TYPE NAME=BIT …, of that type" },
    { "frame ", key_frame, "frame ROOT PATH \"TEXT\", of a number" },
    { "invalid ", key_invalid,
      "invalid ROOT PATH [first] VALUE, of a number or text and in its type" },
    { "range ", key_range, "range ROOT PATH LOW HIGH, of a number, shortest spelling" },
    { "scale ", key_scale, "scale ROOT PATH FACTOR SHIFT, of a number, shortest spelling" },
    { "spinlocks ", key_spinlocks, "spinlocks zone NAME . N, of a shared zone" },
    { "unit ", key_unit, "unit ROOT PATH \"TEXT\", of a number" },
};

/* ---- places ------------------------------------------------------------------------------- */

/* An arm and what it holds have one path: the content, where it has a line. */
static struct dhc_node *content_of(struct dhc_node *node, bool and_struct)
{
    if (node->kind != DHC_ARM || node->first == NULL) return node;
    return and_struct || node->first->kind != DHC_STRUCT ? node->first : node;
}

static struct dhc_node *find_place(const struct dhc_parser *parser, struct dhc_cursor path)
{
    struct dhc_node *node = parser->root->fields;
    struct dhc_cursor name;

    if (path.end - path.at == 1 && *path.at == '.') return node;
    while (node != NULL && path.at < path.end) {
        node = content_of(node, true);
        if (dhc_take(&path, "[]"))
            node = node->kind == DHC_ARRAY || node->kind == DHC_LIST ? node->first : NULL;
        else if (dhc_take(&path, "?"))
            node = node->kind == DHC_OPT ? node->first : NULL;
        else {
            (void)dhc_take(&path, "."); /* not before the first name; the form was checked */
            if (!dhc_take_name(&path, &name)) return NULL;
            node = dhc_child(parser, node, name.at, (size_t)(name.end - name.at));
        }
    }
    return node == NULL ? NULL : content_of(node, false);
}

static bool take_root(struct dhc_parser *parser, struct dhc_cursor *c)
{
    struct dhc_text *text = parser->text;
    struct dhc_cursor name = { "", "" };

    if (!dhc_take(c, "slot") && !(dhc_take(c, "zone ") && dhc_take_name(c, &name))) return false;
    for (uint32_t i = 0; i < text->n_roots; i++) {
        size_t length = strlen(text->roots[i].name);
        if (length != (size_t)(name.end - name.at)) continue;
        if (memcmp(text->roots[i].name, name.at, length) != 0) continue;
        parser->root = &text->roots[i];
        return true;
    }
    return false;
}

/* The node's own meaning, made when its first line comes. */
static struct dhc_meaning *meaning_of(struct dhc_parser *parser, struct dhc_node *node)
{
    struct dhc_meaning *meaning;

    if (node->meaning !=
        &dhc_no_meaning) /* then it is one of ours; const is for who reads the tree */
        return (struct dhc_meaning *)(uintptr_t)node->meaning;
    meaning = dhc_allocate(parser, sizeof *meaning);
    if (meaning != NULL) node->meaning = meaning;
    return meaning;
}

static bool read_line(struct dhc_parser *parser)
{
    struct dhc_cursor c = parser->current, path;
    const struct key *key = NULL;
    struct dhc_meaning *meaning;
    struct dhc_node *node;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && key == NULL; i++)
        if (dhc_take(&c, keys[i].word)) key = &keys[i];
    if (key == NULL) return refuse(parser, "no line of meaning begins like this");
    if (!take_root(parser, &c) || !dhc_take(&c, " ") || !dhc_take_path(&c, &path))
        return refuse(parser, "a root and a path of this text are expected here");
    node = find_place(parser, path);
    if (node == NULL || node->kind == DHC_RESERVE)
        return dhc_refuse(parser, parser->line, "no line above has the path '%.*s'",
                          (int)(path.end - path.at > 80 ? 80 : path.end - path.at), path.at);
    meaning = meaning_of(parser, node);
    if (meaning == NULL) return false;
    if (!key->take(parser, &c, node, meaning) || c.at != c.end)
        return dhc_refuse(parser, parser->line, "expected, once at most: %s", key->form);
    return true;
}

/* memcmp order, the shorter first. */
static bool is_after(struct dhc_cursor line, struct dhc_cursor before)
{
    size_t n = (size_t)(line.end - line.at), m = (size_t)(before.end - before.at);
    int order = memcmp(before.at, line.at, n < m ? n : m);

    return order < 0 || (order == 0 && m < n);
}

bool dhc_read_meaning(struct dhc_parser *parser)
{
    struct dhc_cursor before = { NULL, NULL };

    while (parser->current.at != NULL) {
        if (before.at != NULL && !is_after(parser->current, before))
            return refuse(parser, "lines of meaning stand in the order of their bytes, once each");
        if (!read_line(parser)) return false;
        before = parser->current;
        if (!dhc_next_line(parser)) return false;
    }
    return dhc_check_ranges(parser);
}

/* ---- paths of people ---------------------------------------------------------------------- */

static const struct dhc_node *named(const struct dhc_node *from, struct dhc_cursor name)
{
    size_t length = (size_t)(name.end - name.at);

    for (const struct dhc_node *node = from->first; node != NULL; node = node->next)
        if (strlen(node->name) == length && memcmp(node->name, name.at, length) == 0) return node;
    return NULL;
}

const struct dhc_node *dhc_find(const struct dhc_node *from, const char *path)
{
    struct dhc_cursor c = { path, path + strlen(path) }, name;
    const struct dhc_node *node = from;

    while (c.at < c.end && node != NULL) {
        if (node->kind == DHC_ARM) node = node->first;
        if (node == NULL) return NULL;
        if (dhc_take(&c, "[]"))
            node = node->kind == DHC_ARRAY || node->kind == DHC_LIST ? node->first : NULL;
        else if (dhc_take(&c, "?"))
            node = node->kind == DHC_OPT ? node->first : NULL;
        else {
            if (c.at > path && !dhc_take(&c, ".")) return NULL;
            if (!dhc_take_name(&c, &name)) return NULL;
            node = named(node, name);
        }
    }
    return node;
}
