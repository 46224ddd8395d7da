/* SPDX-License-Identifier: Apache-2.0 */
#include "block/schema_text.h"

#include "base/why.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

void dhi_hash(const void *data, size_t bytes, unsigned char hash[DH_HASH_BYTES])
{
    crypto_generichash(hash, DH_HASH_BYTES, data, bytes, NULL, 0);
}

bool dhi_line_next(const char *text, size_t end, size_t *at, struct dhi_line *line)
{
    const char *newline;

    if (*at >= end) return false;
    newline = memchr(text + *at, '\n', end - *at);
    line->text = text + *at;
    line->bytes = newline != NULL ? (size_t)(newline - line->text) : end - *at;
    *at += line->bytes + 1;
    return true;
}

/* If the line begins with `word`, step over it. */
static bool take(struct dhi_line *line, const char *word)
{
    size_t bytes = strlen(word);

    if (line->bytes < bytes || memcmp(line->text, word, bytes) != 0) return false;
    line->text += bytes;
    line->bytes -= bytes;
    return true;
}

static bool take_number(struct dhi_line *line, uint32_t *number)
{
    uint64_t value = 0;
    size_t digits = 0;

    while (digits < line->bytes && digits < 10 && line->text[digits] >= '0' &&
           line->text[digits] <= '9')
        value = value * 10 + (uint64_t)(line->text[digits++] - '0');
    if (digits == 0 || value > INT32_MAX || (digits > 1 && line->text[0] == '0')) return false;
    line->text += digits;
    line->bytes -= digits;
    *number = (uint32_t)value;
    return true;
}

static bool take_name(struct dhi_line *line, char name[DH_NAME_MAX + 1])
{
    size_t bytes = 0;

    while (bytes < line->bytes && line->text[bytes] != ' ')
        bytes++;
    if (bytes == 0 || bytes > DH_NAME_MAX) return false;
    memcpy(name, line->text, bytes);
    name[bytes] = '\0';
    line->text += bytes;
    line->bytes -= bytes;
    return true;
}

static bool is(const struct dhi_line *line, const char *text)
{
    return line->bytes == strlen(text) && memcmp(line->text, text, line->bytes) == 0;
}

static bool read_head(struct dhi_text *parts, size_t *at)
{
    struct dhi_line line;

    if (!dhi_line_next(parts->text, parts->bytes, at, &line) || !is(&line, "dhs 1")) return false;
    if (!dhi_line_next(parts->text, parts->bytes, at, &line) || !take(&line, "family "))
        return false;
    if (line.bytes == 0 || line.bytes >= sizeof parts->family) return false;
    memcpy(parts->family, line.text, line.bytes);
    parts->family[line.bytes] = '\0';
    if (!dhi_line_next(parts->text, parts->bytes, at, &line) || !is(&line, "order little"))
        return false;
    parts->head_bytes = *at;
    return true;
}

/* "slot align 64", "zone NAME align 64", "zone NAME align 64 shared" */
static bool read_root(struct dhi_text *parts, struct dhi_line *line, size_t begin)
{
    struct dhi_text_root *root = &parts->roots[parts->n_roots];
    uint32_t align;

    if (parts->n_roots == DH_ROOTS_MAX) return false;
    memset(root, 0, sizeof *root);
    root->begin = begin;
    if (parts->n_roots == 0 ? !take(line, "slot")
                            : !take(line, "zone ") || !take_name(line, root->name))
        return false;
    if (!take(line, " align ") || !take_number(line, &align) || align != DH_ROOT_ALIGN)
        return false;
    root->shared = take(line, " shared");
    parts->n_roots++;
    return line->bytes == 0;
}

/* "3 size 120" of the newest root; minors ascend, and sizes do not shrink */
static bool read_minor(struct dhi_text *parts, struct dhi_line *line, size_t begin)
{
    struct dhi_text_root *root = parts->n_roots > 0 ? &parts->roots[parts->n_roots - 1] : NULL;
    struct dhi_text_minor minor = { .begin = begin };

    if (root == NULL || root->n_minors == DH_MINORS_MAX) return false;
    if (!take_number(line, &minor.number) || !take(line, " size ") ||
        !take_number(line, &minor.size_bytes))
        return false;
    if (line->bytes != 0) return false;
    if (root->n_minors > 0) {
        const struct dhi_text_minor *before = &root->minors[root->n_minors - 1];
        if (minor.number <= before->number || minor.size_bytes < before->size_bytes) return false;
    }
    if (minor.number > parts->newest_minor) parts->newest_minor = minor.number;
    root->minors[root->n_minors++] = minor;
    return true;
}

/* Roots, minors and field lines up to the `meaning` line. */
static bool read_roots(struct dhi_text *parts, size_t *at, struct dhi_line *line)
{
    for (size_t begin = *at; dhi_line_next(parts->text, parts->bytes, at, line); begin = *at) {
        struct dhi_text_root *root = parts->n_roots > 0 ? &parts->roots[parts->n_roots - 1] : NULL;

        if (is(line, "meaning")) {
            parts->meaning = *at;
            return root != NULL && root->n_minors > 0;
        }
        if (take(line, "root ")) {
            if ((root != NULL && root->n_minors == 0) || !read_root(parts, line, begin))
                return false;
        } else if (take(line, "minor ")) {
            if (!read_minor(parts, line, begin)) return false;
        } else if (root == NULL || root->n_minors == 0) {
            return false;
        }
        if (parts->roots[parts->n_roots - 1].n_minors > 0) {
            root = &parts->roots[parts->n_roots - 1];
            root->minors[root->n_minors - 1].end = *at;
        }
    }
    return false;
}

/* Meaning lines ascend, so that two texts can be compared in one pass. */
static bool read_meaning(const struct dhi_text *parts, size_t *at)
{
    struct dhi_line line, before = { NULL, 0 };

    while (dhi_line_next(parts->text, parts->bytes, at, &line)) {
        size_t common = line.bytes < before.bytes ? line.bytes : before.bytes;
        int order = before.text != NULL ? memcmp(before.text, line.text, common) : -1;

        if (line.bytes == 0 || order > 0 || (order == 0 && before.bytes >= line.bytes))
            return false;
        before = line;
    }
    return true;
}

dh_err dhi_text_scan(struct dhi_text *parts, const char *text, size_t bytes, struct dh_why *why)
{
    struct dhi_line line = { text, 0 };
    size_t at = 0, number = 1;

    memset(parts, 0, offsetof(struct dhi_text, roots));
    parts->text = text;
    parts->bytes = bytes;
    if (bytes > 0 && bytes <= DHI_TEXT_MAX && text[bytes - 1] == '\n' &&
        memchr(text, '\0', bytes) == NULL && read_head(parts, &at) &&
        read_roots(parts, &at, &line) && read_meaning(parts, &at))
        return DH_OK;
    for (size_t i = 0; i + 1 < at && i < bytes; i++)
        number += text[i] == '\n';
    return dhi_why(why, DH_ECORRUPT, "the block's schema text is not canonical at line %zu",
                   number);
}

void dhi_text_lineage(const struct dhi_text *parts, const struct dhi_text_root *root,
                      uint32_t index, unsigned char hash[DH_HASH_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, DH_HASH_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)parts->text, parts->head_bytes);
    crypto_generichash_update(&state, (const unsigned char *)parts->text + root->begin,
                              root->minors[index].end - root->begin);
    crypto_generichash_final(&state, hash, DH_HASH_BYTES);
}

const struct dhi_text_root *dhi_text_root_named(const struct dhi_text *parts, const char *name)
{
    for (uint32_t i = 0; i < parts->n_roots; i++)
        if (strcmp(parts->roots[i].name, name) == 0) return &parts->roots[i];
    return NULL;
}
