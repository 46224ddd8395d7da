/* SPDX-License-Identifier: Apache-2.0 */
/* An imported tree as the text of a .dhs file, in the style of `dhgen fmt`. */
#include <string.h>

#include "format.h"
#include "import.h"

enum { LINE_WIDTH = 100 };

static void indent(struct text *out, int depth)
{
    for (int i = 0; i < depth; i++)
        text_add_string(out, "    ");
}

/* One line of prose behind `mark`, broken between words where it is too long. */
static void write_line(struct text *out, int depth, const char *mark, const char *line,
                       size_t length)
{
    size_t width = (size_t)(LINE_WIDTH - 4 * depth) - strlen(mark) - 1;

    do {
        size_t n = length;
        if (n > width) {
            n = width;
            while (n > 0 && line[n] != ' ')
                n--;
            if (n == 0) /* one long word: a link */
                for (n = width; n < length && line[n] != ' ';)
                    n++;
        }
        indent(out, depth);
        text_add_string(out, mark);
        if (n > 0) text_add_char(out, ' ');
        text_add(out, line, n);
        text_add_char(out, '\n');
        while (n < length && line[n] == ' ')
            n++;
        line += n;
        length -= n;
    } while (length > 0);
}

static size_t without_blanks(const char *line, size_t length)
{
    while (length > 0 && strchr(" \t\r", line[length - 1]))
        length--;
    return length;
}

static void write_prose(struct text *out, int depth, const char *mark, const char *text)
{
    while (text && *text) {
        size_t n = strcspn(text, "\n");
        write_line(out, depth, mark, text, without_blanks(text, n));
        text += n;
        if (*text == '\n') text++;
    }
}

static void write_items(struct text *out, int depth, const struct import_item *first);

static void write_enum(struct text *out, int depth, const struct import_item *item)
{
    text_printf(out, "%s %s : %s%s {\n", item->type, item->name, item->value, item->attributes);
    for (const struct import_item *e = item->members; e; e = e->next) {
        write_prose(out, depth + 1, "///", e->docs);
        indent(out, depth + 1);
        text_printf(out, "%s = %s%s%s\n", e->name, e->value, e->attributes, e->next ? "," : "");
    }
    indent(out, depth);
    text_add_string(out, "}\n");
}

static void write_channel(struct text *out, const struct import_item *item)
{
    text_printf(out, "channel %s version 1%s {\n", item->name, item->attributes);
    text_printf(out, "    slot: %s;\n    slots: %s;\n    full: overwrite;\n}\n", item->type,
                item->value);
}

static void write_item(struct text *out, int depth, const struct import_item *item)
{
    write_prose(out, depth, item->kind == IMPORT_REMARK ? "//" : "///", item->docs);
    if (item->kind == IMPORT_REMARK) return;
    indent(out, depth);
    switch (item->kind) {
    case IMPORT_CONSTANT:
        text_printf(out, "const %s: %s = %s%s;\n", item->name, item->type, item->value,
                    item->attributes);
        break;
    case IMPORT_FIELD:
        text_printf(out, "%s: %s%s%s%s;\n", item->name, item->type, item->value ? " = " : "",
                    item->value ? item->value : "", item->attributes);
        break;
    case IMPORT_STRUCT:
        text_printf(out, "struct %s%s {\n", item->name, item->attributes);
        write_items(out, depth + 1, item->members);
        text_add_string(out, "}\n");
        break;
    case IMPORT_CHANNEL: write_channel(out, item); break;
    default: write_enum(out, depth, item); break;
    }
}

/* Blocks stand apart; so does a comment of its own from what is around it, but for a heading from
 * what it heads. */
static bool stands_apart(const struct import_item *before, const struct import_item *item,
                         int depth)
{
    bool is_line = item->kind == IMPORT_FIELD || item->kind == IMPORT_CONSTANT;
    bool was_line = before->kind == IMPORT_FIELD || before->kind == IMPORT_CONSTANT;

    if (before->kind == IMPORT_REMARK && before->heads && is_line) return false;
    return !is_line || !was_line || (depth == 0 && item->kind != before->kind);
}

static void write_items(struct text *out, int depth, const struct import_item *first)
{
    const struct import_item *before = NULL;

    for (const struct import_item *item = first; item; before = item, item = item->next) {
        if (before && stands_apart(before, item, depth)) text_add_char(out, '\n');
        write_item(out, depth, item);
    }
}

/* As dhgen fmt would have it. */
static struct text formatted(struct import *import, const char *path, const struct text *text)
{
    struct dhs_span nowhere = { NULL, 0, 0 };
    struct dhs_text bytes = { text_string(text), text->length };
    const struct dhs_source *source =
        dhs_source_from_text(import->arena, import->job->diag, path, bytes, nowhere);

    return source ? format_source(import->arena, source) : *text;
}

void import_write(struct import *import, const struct import_file *file, const char *folder)
{
    struct text out = text_new(import->arena);
    const char *out_dir = import->job->options->out_dir;
    const char *dir = folder ? dhs_printf(import->arena, "%s/%s", out_dir, folder) : out_dir;
    const char *path = dhs_printf(import->arena, "%s/%s", dir, file->path);

    text_printf(&out, "// Made by dhgen import from %s.\n\n", file->origin);
    write_prose(&out, 0, "///", file->docs);
    text_printf(&out, "package %s", file->package);
    if (import->prefix) text_printf(&out, " as %s", import->prefix);
    text_add_string(&out, ";\n\n");
    for (size_t i = 0; i < file->imports.n; i++)
        text_printf(&out, "import \"%s\";\n%s", file->imports.items[i],
                    i + 1 == file->imports.n ? "\n" : "");
    write_items(&out, 0, file->top.members);

    struct output *output = outputs_add(&import->job->outputs, path, formatted(import, path, &out));
    if (folder) output->folder = dir;
    import->counts.files++;
}
