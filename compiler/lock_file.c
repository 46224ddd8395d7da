/* SPDX-License-Identifier: Apache-2.0 */
/* The file: from channels to bytes, and back by writing again. */
#include <string.h>

#include "hash.h"
#include "lock.h"
#include "source.h"

static const char HEAD[] = "dhs-lock 1\n"
                           "# What was released. 'dhgen lock' writes this file and every build "
                           "checks it: keep it with the schema, do not edit it.\n";

const char *lock_path(struct dhs_arena *arena, const char *schema_path)
{
    return dhs_printf(arena, "%s.lock", schema_path);
}

/* ---- writing ------------------------------------------------------------------------------ */

static void add_hash(struct text *out, const struct dhs_text *parts, size_t n)
{
    uint8_t hash[DHS_HASH_BYTES];

    dhs_hash(parts, n, hash);
    for (size_t i = 0; i < DHS_HASH_BYTES; i++)
        text_printf(out, "%02x", hash[i]);
    text_add_char(out, '\n');
}

static bool begins_with(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

static const char *after_line(const char *line)
{
    return strchr(line, '\n') + 1;
}

/* At the end of each minor section its lineage: head, root line, and all minors so far. */
static void add_lineages(struct text *out, const struct diff_side *side)
{
    const char *head = side->text.data, *head_end = after_line(after_line(after_line(head)));
    const char *root = head_end, *at = head_end;
    const struct diff_root *roots = side->roots;
    uint32_t n_roots = 0, n_minors = 0;

    for (;; at = after_line(at)) {
        bool is_root = begins_with(at, "root "), is_minor = begins_with(at, "minor ");
        bool is_meaning = begins_with(at, "meaning\n");
        if (n_minors > 0 && (is_root || is_minor || is_meaning)) {
            struct dhs_text parts[] = { { head, (size_t)(head_end - head) },
                                        { root, (size_t)(at - root) } };
            const struct dhc_root *tree = roots[n_roots - 1].tree;
            text_printf(out, "lineage %s%s %u ", *tree->name ? "zone " : "slot", tree->name,
                        tree->minors[n_minors - 1].number);
            add_hash(out, parts, 2);
        }
        if (is_meaning) return;
        if (is_root) {
            root = at;
            n_roots++;
            n_minors = 0;
        }
        n_minors += is_minor;
    }
}

struct text lock_write(struct dhs_arena *arena, const struct lock *lock)
{
    struct text out = text_new(arena);

    text_add_string(&out, HEAD);
    for (size_t i = 0; i < lock->n_channels; i++) {
        const struct diff_side *side = lock->channels[i];
        text_printf(&out, "channel %s %u.%u hash ", side->tree->channel, side->tree->major,
                    side->tree->minor);
        add_hash(&out, &side->text, 1);
        add_lineages(&out, side);
        text_add_string(&out, "text\n");
        text_add(&out, side->text.data, side->text.length);
        text_add_string(&out, "end\n");
    }
    return out;
}

/* ---- reading ------------------------------------------------------------------------------ */

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

struct reader {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    const struct dhs_source *source;
    struct lock *lock;
};

static void *refuse(struct reader *reader, uint32_t line, const char *why)
{
    struct dhs_span span = NOWHERE;

    if (line >= 1 && line <= reader->source->n_lines) {
        span.source = reader->source;
        span.offset = dhs_source_line_start(reader->source, line);
        span.length = (uint32_t)dhs_source_line(reader->source, line).length;
    }
    dhs_report(reader->diag, DHS_LOCK_BAD, span, "this is no lock that 'dhgen lock' wrote: %s",
               why);
    dhs_help(reader->diag,
             "bring it back from version control, or write it anew with 'dhgen lock --force'");
    return NULL;
}

/* The texts between lines `text` and `end`; everything else is compared in the end. */
static bool read_texts(struct reader *reader)
{
    const struct dhs_source *source = reader->source;
    uint32_t begin = 0;

    reader->lock->channels =
        dhs_alloc_array(reader->arena, source->n_lines, sizeof(struct diff_side *));
    for (uint32_t line = 1; line <= source->n_lines; line++) {
        struct dhs_text words = dhs_source_line(source, line);
        struct dhc_trouble trouble = { 0 };
        if (!begin && diff_text_is(words, "text")) begin = line + 1;
        if (!begin || !diff_text_is(words, "end")) continue;
        uint32_t from = dhs_source_line_start(source, begin);
        struct dhs_text text = { source->text + from, dhs_source_line_start(source, line) - from };
        struct diff_side *side = diff_read(reader->arena, text, NULL, &trouble);
        if (!side) {
            refuse(reader, begin + (trouble.line ? trouble.line - 1 : 0), trouble.what);
            return false;
        }
        reader->lock->channels[reader->lock->n_channels++] = side;
        begin = 0;
    }
    return true;
}

static struct lock *read(struct reader *reader)
{
    const struct lock *lock = reader->lock;
    uint32_t line = 1;

    if (!read_texts(reader)) return NULL;
    for (size_t i = 1; i < lock->n_channels; i++)
        if (strcmp(lock->channels[i - 1]->tree->channel, lock->channels[i]->tree->channel) >= 0)
            return refuse(reader, 1, "its channels are not in the order of their names");
    struct text written = lock_write(reader->arena, lock);
    const char *want = text_string(&written), *have = reader->source->text;
    for (; *want && *want == *have; want++, have++)
        line += *want == '\n';
    if (*want || have != reader->source->text + reader->source->length)
        return refuse(reader, line, "it was edited, or a merge of two");
    return reader->lock;
}

struct lock *lock_read(struct dhs_arena *arena, struct dhs_diag *diag, const char *path)
{
    struct reader reader = { arena, diag, dhs_source_read(arena, diag, path, NOWHERE),
                             dhs_alloc(arena, sizeof *reader.lock) };
    struct lock *lock;

    if (!reader.source) return NULL;
    reader.lock->path = path;
    lock = read(&reader);
    if (!lock) lock_release(reader.lock);
    return lock;
}

void lock_release(struct lock *lock)
{
    for (size_t i = 0; lock && i < lock->n_channels; i++)
        diff_release(lock->channels[i]);
}
