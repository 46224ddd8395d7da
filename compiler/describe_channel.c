/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "c_code.h"
#include "describe.h"
#include "escape.h"

static const char *const FULL[] = { [DHS_FULL_WAIT] = "wait", [DHS_FULL_OVERWRITE] = "overwrite" };
static const char *const CHECKSUM[] = {
    [DHS_CHECKSUM_NONE] = "none",
    [DHS_CHECKSUM_MANUAL] = "manual",
    [DHS_CHECKSUM_ENFORCED] = "enforced",
    [DHS_CHECKSUM_FAST] = "fast",
};

/* What C requires compilers to take as one string literal; a longer text is an array of bytes. */
enum { MAX_LITERAL = 4095 };

static const char HEX[] = "0123456789abcdef";

static const char *hex(struct dhs_arena *arena, const uint8_t *hash)
{
    char *text = dhs_alloc(arena, 2 * DHS_HASH_BYTES + 1);

    for (size_t i = 0; i < DHS_HASH_BYTES; i++) {
        text[2 * i] = HEX[hash[i] >> 4];
        text[2 * i + 1] = HEX[hash[i] & 15];
    }
    return text;
}

/* "0x…, 0x…, 0x…, 0x…": four numbers whose first digit is the first byte's. */
static const char *words(struct dhs_arena *arena, const uint8_t *hash)
{
    enum { WORD_BYTES = 8 };
    char *text =
        dhs_alloc(arena, DHS_HASH_BYTES / WORD_BYTES * (sizeof "0x, " - 1) + 2 * DHS_HASH_BYTES);
    char *to = text;

    for (size_t i = 0; i < DHS_HASH_BYTES; i++) {
        if (i % WORD_BYTES == 0) to = stpcpy(to, i > 0 ? ", 0x" : "0x");
        *to++ = HEX[hash[i] >> 4];
        *to++ = HEX[hash[i] & 15];
    }
    return text;
}

/* One line of the canonical text as a literal, or, if the text is long, as character constants. */
static void put_text_line(struct text *text, const char *line, size_t length, bool is_long)
{
    if (!is_long) {
        escape_c_literal(text, line, length);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (i > 0) text_add_string(text, " ");
        if (c == '\n')
            text_add_string(text, "'\\n',");
        else if (c < 0x20 || c >= 0x7f)
            text_printf(text, "'\\%03o',", c);
        else if (c == '\'' || c == '\\')
            text_add(text, (char[]){ '\'', '\\', (char)c, '\'', ',' }, 5);
        else
            text_add(text, (char[]){ '\'', (char)c, '\'', ',' }, 4);
    }
}

static bool text_is_long(const struct dhs_channel *channel)
{
    return channel->canonical.length > MAX_LITERAL;
}

static struct value_line cut_text_line(void *describer, const void *subject, size_t at)
{
    const struct dhs_channel *channel = subject;
    struct text *line = &((struct describer *)describer)->line;
    const char *start = channel->canonical.data + at;
    size_t left = channel->canonical.length - at;
    const char *line_feed = memchr(start, '\n', left);
    size_t length = line_feed ? (size_t)(line_feed - start) + 1 : left;

    line->length = 0;
    put_text_line(line, start, length, text_is_long(channel));
    return (struct value_line){ line->data, line->length, at + length, length == left };
}

/* None where something was wrong. */
static struct value *text_lines(struct describer *d, const struct dhs_channel *channel)
{
    return channel->canonical.length > 0 ? value_texts(d->arena, cut_text_line, d, channel)
                                         : value_list(d->arena);
}

/* ---- roots -------------------------------------------------------------------------------- */

static void fill_minors(struct value *list, void *describer, const void *subject)
{
    const struct dhs_root *root = subject;
    struct describer *d = describer;

    for (size_t i = 0; i < root->n_minors; i++) {
        const struct dhs_root_minor *minor = &root->minors[i];
        struct value *map = value_map(d->arena);
        struct value *c = value_map(d->arena);
        value_set_number(map, "minor", minor->minor);
        value_set_number(map, "size", minor->size);
        value_set_text(map, "lineage", hex(d->arena, minor->lineage));
        value_set_text(c, "lineage_words", words(d->arena, minor->lineage));
        value_set(map, "c", c);
        value_append(list, map);
    }
    value_mark_ends(list);
}

/* Fields that came with a later minor, and may be absent. */
static void fill_later_fields(struct value *list, void *describer, const void *subject)
{
    const struct dhs_root *root = subject;
    struct describer *d = describer;

    for (size_t i = 0; i < root->structure->n_fields; i++) {
        const struct dhs_field *field = &root->structure->fields[i];
        struct value *map = value_map(d->arena);
        if (field->since_minor == 0) continue;
        describe_declaration(d, map, &field->declaration, "field");
        value_set_text(map, "root", root->declaration.name);
        value_set_number(map, "since_minor", field->since_minor);
        value_append(list, map);
    }
    value_mark_ends(list);
}

static struct value *root_link(struct describer *d, const struct dhs_struct *structure)
{
    const struct dhs_declaration *at = &structure->declaration;
    struct value *map = value_map(d->arena);

    value_set_text(map, "text", at->name);
    value_set_text(map, "module", structure->generic ? NULL : describe_module_of(d, at));
    value_set_text(map, "anchor", describe_anchor(d, at, "struct"));
    return map;
}

/* Which struct it is: its name, where that is known, and what of it may be absent. */
static void fill_root(struct value *map, void *describer, const void *subject)
{
    const struct dhs_root *root = subject;
    struct describer *d = describer;
    const struct dhs_declaration *at = root->structure ? &root->structure->declaration : NULL;

    value_set_text(map, "struct", at ? at->name : NULL);
    value_set_text(map, "struct_source", at ? describe_source(d->arena, at->file, at->line) : NULL);
    value_set_text(map, "flat", at ? describe_flat_name(d, at, "struct") : NULL);
    value_set_text(map, "module",
                   at && !root->structure->generic ? describe_module_of(d, at) : NULL);
    value_set(map, "link", at ? root_link(d, root->structure) : value_null(d->arena));
    value_set_bool(map, "is_foreign", at && strcmp(at->file->package, d->file->package) != 0);
    value_set_bool(map, "by_path", at && describe_by_path(d, at->file));
    value_set(map, "struct_path",
              at ? describe_package(d, at->file->package) : value_null(d->arena));
    value_set(map, "later_fields",
              at ? value_later(d->arena, VALUE_LIST, fill_later_fields, d, root)
                 : value_list(d->arena));
}

struct value_part describe_root_part(void)
{
    static const char *const names[] = { "struct",  "struct_source", "flat",
                                         "module",  "link",          "is_foreign",
                                         "by_path", "struct_path",   "later_fields",
                                         NULL };

    return value_part_of(names, fill_root);
}

static struct value *describe_root(struct describer *d, const struct dhs_channel *channel,
                                   size_t index, const char *prefix)
{
    struct value *map = value_map_of(d->arena, 22);
    struct value *c = value_map_of(d->arena, 4);
    const struct dhs_root *root = &channel->roots[index];
    const struct dhs_struct *structure = root->structure;

    describe_declaration(d, map, &root->declaration, "zone");
    value_set_text(map, "wire_name", root->is_zone ? root->wire_name : "");
    value_set_bool(map, "is_zone", root->is_zone);
    value_set_number(map, "index", index);
    value_set_text(map, "channel", channel->declaration.name);
    value_set_part(map, &d->root, d, root);
    value_set_bool(map, "is_deprecated", root->declaration.attributes->is_deprecated);
    value_set_number(map, "size", root->size);
    value_set_number(map, "stride", root->stride);
    value_set_bool(map, "shared", root->shared);
    value_set_number(map, "spinlocks", root->spinlocks);
    value_set_bool(map, "has_spinlocks", root->spinlocks > 0);
    value_set_number(map, "since_minor", root->since_minor);
    value_set_bool(map, "is_later", root->since_minor > 0);
    value_set_bool(map, "has_atomics", structure && structure->has_atomics);
    value_set_bool(map, "in_place", root->shared || (structure && structure->has_atomics));
    value_set_number(map, "n_minors", root->n_minors);
    value_set(map, "minors", value_later(d->arena, VALUE_LIST, fill_minors, d, root));
    value_set_text(c, "prefix", prefix);
    value_set_text(c, "name", names_snake(d->arena, root->declaration.name));
    value_set_text(c, "struct", structure ? c_name(d->arena, &structure->declaration) : NULL);
    /* who may point into it: where nothing is atomic and nothing shared, copies are the only way */
    value_set_bool(c, "in_place", root->shared || (structure && structure->has_atomics));
    value_set(map, "c", c);
    return map;
}

/* ---- channels ----------------------------------------------------------------------------- */

/* "imu" for channel imu of prefix imu, "lab_imu" for it of prefix lab_imu, else "imu_raw": what a
 * prefix says already is not said again. */
static bool is_said(struct describer *d, const struct dhs_channel *channel)
{
    const char *prefix = channel->declaration.file->prefix;
    const char *name = names_snake(d->arena, channel->declaration.name);
    size_t n_prefix = strlen(prefix);
    size_t n = strlen(name);

    return n <= n_prefix && strcmp(prefix + n_prefix - n, name) == 0 &&
           (n == n_prefix || prefix[n_prefix - n - 1] == '_');
}

/* The same of the package, for languages where that is what names stand in. */
static bool is_said_by_package(const struct dhs_channel *channel)
{
    const char *package = channel->declaration.file->package;
    const char *dot = strrchr(package, '.');

    return strcmp(dot ? dot + 1 : package, channel->declaration.name) == 0;
}

static const char *stub_prefix(struct describer *d, const struct dhs_channel *channel)
{
    const char *prefix = channel->declaration.file->prefix;
    const char *name = names_snake(d->arena, channel->declaration.name);

    return is_said(d, channel) ? prefix : dhs_printf(d->arena, "%s_%s", prefix, name);
}

/* Suffixes of what templates/c/channel*.mustache generates for each channel and zone. */
static const char *const STUB_NAMES[DESCRIBE_CHANNEL_NAMES] = {
    "producer",      "consumer",       "schema",         "producer_open",   "producer_close",
    "consumer_open", "consumer_close", "loan",           "filled",          "commit",
    "abort",         "send",           "acquire",        "release",         "receive",
    "lost",          "write",          "read",           "loan_scope",      "loan_begin",
    "loan_commit",   "loan_end",       "acquire_scope",  "acquire_begin",   "acquire_end",
    "signal",        "wait",           "consumer_minor", "checksum_update", "checksum_verify",
};
static const char *const ZONE_NAMES[] = {
    "", "_write", "_read", "_lock", "_unlock", "_consistent"
};

static void note_names(struct describer *d, const struct dhs_channel *channel, const char *prefix)
{
    const struct names_stem stem = names_stem_of(prefix);

    for (size_t i = 0; i < DESCRIBE_CHANNEL_NAMES; i++)
        names_add_to(d->names, stem, STUB_NAMES[i], "stub of a channel", channel->declaration.span);
    for (size_t r = 1; r < channel->n_roots; r++) {
        const struct dhs_declaration *zone = &channel->roots[r].declaration;
        const char *name = names_snake(d->arena, zone->name);
        for (size_t i = 0; i < sizeof ZONE_NAMES / sizeof ZONE_NAMES[0]; i++) {
            names_add(d->names,
                      dhs_printf(d->arena, "%s_producer_%s%s", prefix, name, ZONE_NAMES[i]),
                      "stub of a zone", zone->span);
            names_add(d->names,
                      dhs_printf(d->arena, "%s_consumer_%s%s", prefix, name, ZONE_NAMES[i]),
                      "stub of a zone", zone->span);
        }
    }
}

static void describe_roots(struct describer *d, struct value *map,
                           const struct dhs_channel *channel, const char *prefix)
{
    struct value *roots = value_list(d->arena);
    struct value *zones = value_list(d->arena);
    struct value *slot = NULL;

    for (size_t i = 0; i < channel->n_roots; i++) {
        struct value *root = describe_root(d, channel, i, prefix);
        value_append(roots, root);
        if (i == 0) slot = root;
        if (i > 0) value_append(zones, root);
    }
    value_mark_ends(roots);
    value_set(map, "slot", slot);
    value_set_bool(map, "has_payload", channel->roots[0].structure != NULL);
    value_set(map, "zones", zones);
    value_set(map, "roots", roots);
    value_set_number(map, "n_roots", channel->n_roots);
}

struct value *describe_channel(struct describer *d, const struct dhs_channel *channel)
{
    struct value *map = value_map_of(d->arena, 28);
    struct value *c = value_map_of(d->arena, 8);
    const char *prefix = stub_prefix(d, channel);

    describe_declaration(d, map, &channel->declaration, "channel");
    value_set_text(map, "anchor", describe_anchor(d, &channel->declaration, "channel"));
    value_set_text(map, "family", channel->family);
    value_set_bool(map, "is_said", is_said(d, channel));
    value_set_bool(map, "package_says", is_said_by_package(channel));
    value_set_text(map, "full_name",
                   dhs_printf(d->arena, "%s.%s", channel->declaration.file->package,
                              channel->declaration.name));
    value_set_number(map, "major", channel->major);
    value_set_number(map, "minor", channel->newest_minor);
    value_set_number(map, "slots", channel->n_slots);
    value_set_text(map, "full", FULL[channel->full]);
    value_set_text(map, "checksum", CHECKSUM[channel->checksum]);
    value_set_bool(map, "checksum_is_manual", channel->checksum == DHS_CHECKSUM_MANUAL);
    value_set_number(map, "consumers", channel->max_consumers);
    value_set_text(map, "hash", hex(d->arena, channel->hash));
    value_set_text(map, "canonical", channel->canonical.data);
    /* nothing is canonised once something was wrong, in another schema perhaps */
    value_set_lines(map, "canonical_lines", channel->canonical.data ? channel->canonical.data : "");
    value_set_number(map, "canonical_bytes", channel->canonical.length);
    describe_roots(d, map, channel, prefix);
    value_set_text(c, "prefix", prefix);
    value_set_text(c, "full", names_upper(d->arena, FULL[channel->full]));
    value_set_text(c, "checksum", names_upper(d->arena, CHECKSUM[channel->checksum]));
    value_set_bool(c, "checksum_is_manual", channel->checksum == DHS_CHECKSUM_MANUAL);
    value_set_bool(c, "is_summed",
                   channel->checksum == DHS_CHECKSUM_ENFORCED ||
                       channel->checksum == DHS_CHECKSUM_FAST);
    value_set_bool(c, "text_is_long", text_is_long(channel));
    value_set(c, "text_lines", text_lines(d, channel));
    value_set_text(c, "hash_words", words(d->arena, channel->hash));
    value_set(map, "c", c);
    note_names(d, channel, prefix);
    return map;
}
