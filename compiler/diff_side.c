/* SPDX-License-Identifier: Apache-2.0 */
/* One side of a comparison: a canonical text, its tree, and its lines taken apart. */
#include <assert.h>
#include <string.h>

#include "diff.h"

struct dhs_text diff_word(struct dhs_text *rest)
{
    const char *space = memchr(rest->data, ' ', rest->length);
    struct dhs_text word = { rest->data, space ? (size_t)(space - rest->data) : rest->length };

    rest->data += word.length + (space != NULL);
    rest->length -= word.length + (space != NULL);
    return word;
}

int diff_text_compare(struct dhs_text a, struct dhs_text b)
{
    int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);

    return order ? order : (a.length > b.length) - (a.length < b.length);
}

bool diff_text_is(struct dhs_text text, const char *string)
{
    return text.length == strlen(string) && memcmp(text.data, string, text.length) == 0;
}

const struct diff_root *diff_root_named(const struct diff_side *side, const char *name)
{
    for (uint32_t i = 0; i < side->tree->n_roots; i++)
        if (strcmp(side->tree->roots[i].name, name) == 0) return &side->roots[i];
    return NULL;
}

int diff_minor_at(const struct dhc_root *root, uint32_t limit)
{
    int found = -1;

    for (uint32_t i = 0; i < root->n_minors && root->minors[i].number <= limit; i++)
        found = (int)i;
    return found;
}

/* A position in a text that was read already: lines need no checking. */
struct reader {
    struct dhs_text left;
    uint32_t line;
};

static struct dhs_text next_line(struct reader *reader)
{
    const char *end = memchr(reader->left.data, '\n', reader->left.length);
    struct dhs_text line = { reader->left.data, (size_t)(end - reader->left.data) };

    reader->left.data += line.length + 1;
    reader->left.length -= line.length + 1;
    reader->line++;
    return line;
}

static uint32_t to_number(struct dhs_text digits)
{
    uint32_t number = 0;

    for (size_t i = 0; i < digits.length; i++)
        number = number * 10 + (uint32_t)(digits.data[i] - '0');
    return number;
}

/* Lines of one root lie side by side, and the table by line number finds that of a node. */
static void read_lines(struct dhs_arena *arena, struct diff_side *side, struct reader *reader,
                       size_t n_lines)
{
    struct diff_line *line = dhs_alloc_array(arena, n_lines, sizeof *line);
    struct diff_root *root = NULL;
    uint32_t minor = 0;

    side->by_line = dhs_alloc_array(arena, n_lines + 1, sizeof(struct diff_line *));
    side->roots = dhs_alloc_array(arena, side->tree->n_roots, sizeof *side->roots);
    for (;;) {
        struct dhs_text rest = next_line(reader), offset = diff_word(&rest), kind;
        if (diff_text_is(offset, "meaning")) return;
        kind = diff_word(&rest);
        if (diff_text_is(offset, "root")) {
            root = root ? root + 1 : side->roots;
            root->tree = &side->tree->roots[root - side->roots];
            root->lines = line;
        } else if (diff_text_is(offset, "minor")) {
            minor = to_number(kind);
        } else {
            *line = (struct diff_line){ offset, kind, rest, minor };
            side->by_line[reader->line] = line++;
            assert(root); /* the reader of canonical text saw to it that a root comes first */
            root->n_lines++;
        }
    }
}

static struct diff_meaning take_apart(struct dhs_arena *arena, struct dhs_text line)
{
    struct dhs_text rest = line;
    struct diff_meaning meaning = { .key = diff_word(&rest), .root = "" };
    struct dhs_text path, place = rest;

    if (diff_text_is(diff_word(&rest), "zone")) {
        struct dhs_text name = diff_word(&rest);
        meaning.root = dhs_copy_text(arena, name.data, name.length);
    }
    path = diff_word(&rest);
    meaning.path = dhs_copy_text(arena, path.data, path.length);
    meaning.place = (struct dhs_text){ place.data, (size_t)(path.data + path.length - place.data) };
    meaning.subject = (struct dhs_text){ line.data, (size_t)(path.data + path.length - line.data) };
    meaning.argument = rest;
    return meaning;
}

static size_t count_lines(struct dhs_text text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.length; i++)
        n += text.data[i] == '\n';
    return n;
}

struct diff_side *diff_read(struct dhs_arena *arena, struct dhs_text text,
                            const struct dhs_channel *model, struct dhc_trouble *trouble)
{
    struct diff_side *side = dhs_alloc(arena, sizeof *side);
    struct reader reader = { text, 0 };
    size_t n_lines = count_lines(text);

    side->text = text;
    side->model = model;
    side->tree = dhc_read(text.data, text.length, trouble);
    if (!side->tree) return NULL;
    next_line(&reader);
    side->family = next_line(&reader);
    side->family.data += strlen("family ");
    side->family.length -= strlen("family ");
    next_line(&reader);
    read_lines(arena, side, &reader, n_lines);
    side->meaning = dhs_alloc_array(arena, n_lines - reader.line + 1, sizeof *side->meaning);
    while (reader.left.length > 0)
        side->meaning[side->n_meaning++] = take_apart(arena, next_line(&reader));
    return side;
}

void diff_release(struct diff_side *side)
{
    if (side) dhc_free(side->tree);
}
