/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a template with partials, filled from any tree: text or an error with its place. A
 * tree whose maps are filled when they are asked for gives the same text as one that is there at
 * once.
 *
 *   template RS partial a RS partial b RS …   GS   bytes that make the tree
 */
#include "property.h"

#include <string.h>

#include "template.h"

enum { RS = 0x1e, GS = 0x1d, MAX_PARTS = 5, MAX_NODES = 200 };

static const char *const NAMES[] = { "a", "b", "c", "name", "items", "first", "last", "d" };

enum { N_NAMES = sizeof NAMES / sizeof NAMES[0] };

struct reader {
    const uint8_t *at;
    const uint8_t *end;
    unsigned nodes;
    bool late;
    struct dhs_arena *arena;
};

static unsigned take(struct reader *reader)
{
    return reader->at < reader->end ? *reader->at++ : 0;
}

static struct value *grow(struct reader *reader, unsigned depth);

static void fill(struct value *value, struct reader *reader, unsigned depth)
{
    unsigned n = take(reader) % 5;

    for (unsigned i = 0; i < n; i++) {
        const char *name = NAMES[take(reader) % N_NAMES];
        struct value *child = grow(reader, depth + 1);
        if (value->kind == VALUE_LIST)
            value_append(value, child);
        else if (!value_get(value, name))
            value_set(value, name, child);
    }
}

/* Later: from a reader of its own that stands where this one does now. */
struct part {
    struct reader reader;
    unsigned depth;
};

static void fill_later(struct value *value, void *context, const void *subject)
{
    const struct part *part = subject;
    struct reader reader = part->reader;

    (void)context;
    fill(value, &reader, part->depth);
}

static struct value *grow_container(struct reader *reader, enum value_kind kind, unsigned depth)
{
    struct value *value = kind == VALUE_LIST ? value_list(reader->arena) : value_map(reader->arena);
    struct part *part = dhs_alloc(reader->arena, sizeof *part);

    *part = (struct part){ *reader, depth };
    fill(value, reader, depth); /* in both: where the reader stands behind it must not differ */
    if (!reader->late) return value;
    return value_later(reader->arena, kind, fill_later, NULL, part);
}

static struct value *grow(struct reader *reader, unsigned depth)
{
    static const char *const TEXTS[] = { "", "x", "a*/b", "two\nlines", "\xc2\xb5m", "{{a}}" };
    unsigned what = take(reader);

    if (reader->nodes++ > MAX_NODES || depth > 6) return value_null(reader->arena);
    switch (what % 7) {
    case 0: return value_null(reader->arena);
    case 1: return value_bool(reader->arena, what & 8);
    case 2: return value_number(reader->arena, "42");
    case 3: return grow_container(reader, VALUE_LIST, depth);
    case 4:
    case 5: return grow_container(reader, VALUE_MAP, depth);
    default: return value_text(reader->arena, TEXTS[what / 7 % 6]);
    }
}

/* ---- templates ------------------------------------------------------------------------------ */

struct parts {
    struct dhs_arena *arena;
    const char *bytes[MAX_PARTS];
    size_t length[MAX_PARTS];
    size_t n;
};

static struct parts split(struct dhs_arena *arena, const uint8_t *data, size_t size)
{
    struct parts parts = { .arena = arena };

    while (parts.n < MAX_PARTS) {
        const uint8_t *end = size ? memchr(data, RS, size) : NULL;
        size_t length = end ? (size_t)(end - data) : size;
        parts.bytes[parts.n] = dhs_copy_text(arena, (const char *)data, length);
        parts.length[parts.n++] = length;
        if (!end) break;
        data = end + 1;
        size -= length + 1;
    }
    return parts;
}

static const struct template *load(void *context, const char *name, struct template_error *error)
{
    const struct parts *parts = context;

    for (size_t i = 1; i < parts->n; i++) {
        if (strcmp(name, NAMES[i - 1]) == 0)
            return template_parse(parts->arena, name, parts->bytes[i], parts->length[i], error);
    }
    return NULL;
}

static struct text render(struct parts *parts, struct reader reader, bool late, bool strict)
{
    struct template_error error = { NULL, 0, 0, NULL };
    struct template_options options = { .load = load, .load_context = parts, .strict = strict };
    struct text out = text_new(parts->arena);

    options.escape = strict ? escape_json : escape_markdown;
    reader.late = late;
    const struct template *template =
        template_parse(parts->arena, "t", parts->bytes[0], parts->length[0], &error);
    if (!template) {
        MUST(error.message != NULL && error.line > 0 && error.column > 0);
        return out;
    }
    struct value *tree = grow_container(&reader, VALUE_MAP, 0);
    if (!template_render(template, tree, &options, &out, &error)) {
        MUST(error.message != NULL && error.line > 0 && error.column > 0);
        text_printf(&out, "%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    }
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dhs_arena *arena = dhs_arena_new();
    const uint8_t *tree = size ? memchr(data, GS, size) : NULL;
    struct parts parts = split(arena, data, tree ? (size_t)(tree - data) : size);
    static const uint8_t USUAL[] = {
        4, 0, 3, 3, 0, 6, 1, 6, 2, 20, 3, 13, 4, 3, 2, 0, 4, 1, 3, 41
    };
    struct reader reader = { .at = tree ? tree + 1 : USUAL,
                             .end = tree ? data + size : USUAL + sizeof USUAL,
                             .arena = arena };

    for (int strict = 0; size < 4096 && strict < 2; strict++) {
        struct text now = render(&parts, reader, false, strict);
        struct text later = render(&parts, reader, true, strict);
        MUST(now.length == later.length &&
             memcmp(text_string(&now), text_string(&later), now.length) == 0);
    }
    dhs_arena_free(arena);
    return 0;
}
