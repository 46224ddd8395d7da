/* SPDX-License-Identifier: Apache-2.0 */
/* Channels: settings, roots in canonical order, and the minors that they share. */
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "source.h"

enum {
    MAX_ZONES = 32,
    MAX_MINORS = 64,
    MAX_SLOTS = 1 << 20,
    MAX_CONSUMERS = 1024,
    MAX_SPINLOCKS = 1024,
    MAX_FULL_NAME = 79, /* of package.channel, the name that programs find it by */
    DEFAULT_CONSUMERS = 16
};

/* A root while its channel is in work. */
struct draft {
    const struct ast_declaration *ast;
    struct dhs_symbol *symbol; /* of its struct; NULL: `none` */
    struct dhs_root root;
    struct dhs_marks marks;
};

struct work {
    struct dhs_check *check;
    struct dhs_unit *unit;
    struct dhs_place place;
    const struct ast_declaration *ast;
    struct dhs_channel *channel;
    struct draft *drafts; /* as many as there are roots, up to 1 + MAX_ZONES */
    size_t n_drafts;
    const struct ast_declaration *slot;
    const struct ast_declaration *slots;
    const struct ast_declaration *full;
    const struct ast_declaration *checksum;
    const struct ast_declaration *consumers;
    bool major_lost; /* the version was reported: nothing can be compared with it */
    bool misspelt;   /* a setting that was reported may be one that seems to be missing */
    bool broken;
};

static struct dhs_span name_span(const struct work *w, const struct ast_declaration *ast)
{
    return ast_token_span(w->unit->source, ast->name);
}

static const char *name_text(const struct work *w, const struct ast_declaration *ast)
{
    return ast_token_text(w->check->arena, w->unit->source, ast->name);
}

/* ---- settings ----------------------------------------------------------------------------- */

struct choice {
    const char *word;
    int value;
};

/* A setting that is one of some words. */
static int choose(struct work *w, const struct ast_declaration *setting,
                  const struct choice *choices, size_t n, const char *usage)
{
    const struct ast_expression *e = setting->value;
    const char *names[4];
    const char *word = "";
    if (e->kind == AST_BROKEN) { /* was reported */
        w->broken = true;
        return choices[0].value;
    }
    if (e->kind == AST_PATH && !e->path->next)
        word = ast_token_text(w->check->arena, w->unit->source, e->path->word);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(choices[i].word, word) == 0) return choices[i].value;
        names[i] = choices[i].word;
    }
    dhs_report(w->check->diag, DHS_SETTING_VALUE, e->span, "'%s' is %s", name_text(w, setting),
               usage);
    dhs_suggest(w->check->diag, e->span, dhs_find_near(word, names, n));
    w->broken = true;
    return choices[0].value;
}

static void read_full(struct work *w)
{
    static const struct choice choices[] = { { "wait", DHS_FULL_WAIT },
                                             { "overwrite", DHS_FULL_OVERWRITE } };
    if (!w->full) return;
    w->channel->full =
        (enum dhs_full)choose(w, w->full, choices, 2,
                              "wait (lossless, back-pressure) or overwrite (newest wins)");
}

static void read_checksum(struct work *w)
{
    static const struct choice choices[] = { { "none", DHS_CHECKSUM_NONE },
                                             { "manual", DHS_CHECKSUM_MANUAL },
                                             { "enforced", DHS_CHECKSUM_ENFORCED },
                                             { "fast", DHS_CHECKSUM_FAST } };
    if (!w->checksum) return;
    w->channel->checksum =
        (enum dhs_checksum)choose(w, w->checksum, choices, 4, "none, manual, enforced or fast");
}

static uint32_t read_number(struct work *w, const struct ast_declaration *setting, uint64_t most,
                            uint32_t otherwise, const char *what)
{
    uint64_t count = otherwise;
    if (!setting) return otherwise;
    if (!dhs_evaluate_count(w->check, w->place, setting->value, 1, most, DHS_SETTING_VALUE, what,
                            &count))
        w->broken = true;
    return (uint32_t)count;
}

static const struct ast_declaration **setting_named(struct work *w, const char *name)
{
    return strcmp(name, "slots") == 0       ? &w->slots
           : strcmp(name, "full") == 0      ? &w->full
           : strcmp(name, "checksum") == 0  ? &w->checksum
           : strcmp(name, "consumers") == 0 ? &w->consumers
                                            : NULL;
}

static void report_unknown_setting(struct work *w, const struct ast_declaration *setting)
{
    static const char *const known[] = { "slot", "zone", "slots", "full", "checksum", "consumers" };
    const char *name = name_text(w, setting);
    dhs_report(w->check->diag, DHS_SETTING_UNKNOWN, name_span(w, setting),
               "a channel has no setting '%s'", name);
    struct dhs_near near = dhs_find_near(name, known, sizeof known / sizeof known[0]);
    dhs_suggest(w->check->diag, name_span(w, setting), near);
    w->misspelt = near.name != NULL;
    if (!near.name)
        dhs_help(w->check->diag, "settings are slot, zone, slots, full, checksum, consumers");
}

/* Each setting once. */
static void keep_setting(struct work *w, const struct ast_declaration **kept,
                         const struct ast_declaration *setting)
{
    if (!*kept) {
        *kept = setting;
        return;
    }
    dhs_report(w->check->diag, DHS_NAME_DUPLICATE, name_span(w, setting), "'%s' is set already",
               name_text(w, setting));
    dhs_note(w->check->diag, name_span(w, *kept), "first set here");
}

static void sort_settings(struct work *w)
{
    for (const struct ast_declaration *m = w->ast->members; m; m = m->next) {
        if (m->kind == AST_SLOT) keep_setting(w, &w->slot, m);
        if (m->kind != AST_SETTING) continue;
        const struct ast_declaration **kept = setting_named(w, name_text(w, m));
        if (kept)
            keep_setting(w, kept, m);
        else
            report_unknown_setting(w, m);
        struct dhs_marks marks;
        dhs_read_attributes(w->check, w->place, m, NULL, &marks);
    }
}

static void require(struct work *w, const struct ast_declaration *setting, const char *name,
                    const char *example)
{
    if (setting) return;
    w->broken = true;
    if (w->ast->damaged || w->misspelt) return;
    dhs_report(w->check->diag, DHS_SETTING_MISSING, name_span(w, w->ast),
               "channel '%s' does not say '%s'", w->channel->declaration.name, name);
    dhs_help(w->check->diag, "add %s", example);
}

static void read_settings(struct work *w)
{
    struct dhs_channel *channel = w->channel;
    sort_settings(w);
    require(w, w->slot, "slot", "slot: NameOfAStruct; or slot: none; for a signal");
    require(w, w->slots, "slots", "slots: 1; for the latest value, 2 for a double buffer, or more");
    require(w, w->full, "full", "full: wait; (lossless) or full: overwrite; (newest wins)");
    channel->n_slots = read_number(w, w->slots, MAX_SLOTS, 1, "the number of slots");
    channel->max_consumers =
        read_number(w, w->consumers, MAX_CONSUMERS, DEFAULT_CONSUMERS, "the number of consumers");
    read_full(w);
    read_checksum(w);
}

/* ---- roots -------------------------------------------------------------------------------- */

static bool is_word(const struct work *w, const struct ast_type *type, const char *word)
{
    return type->kind == AST_TYPE_NAMED && !type->path->next &&
           strcmp(ast_token_text(w->check->arena, w->unit->source, type->path->word), word) == 0;
}

/* What a type names, with its arguments; NULL: nothing, or reported. */
static struct dhs_symbol *named_symbol(struct dhs_check *check, struct dhs_place place,
                                       const struct ast_type *type)
{
    struct dhs_symbol *symbol = dhs_lookup(check, place, type->path, NULL);
    bool is_struct = symbol && symbol->ast->kind == AST_STRUCT;
    return is_struct ? dhs_with_arguments(check, place, type, symbol) : symbol;
}

/* The struct of a slot or zone; NULL: reported, or `none`. */
static struct dhs_symbol *root_symbol(struct work *w, const struct ast_declaration *ast)
{
    struct dhs_check *check = w->check;
    size_t errors = dhs_diag_said(check->diag);
    struct dhs_symbol *symbol = NULL;
    if (ast->type->kind == AST_TYPE_NAMED) symbol = named_symbol(check, w->place, ast->type);
    /* Resolving first: it refuses aliases that name each other. */
    while (symbol && symbol->ast->kind == AST_ALIAS &&
           dhs_resolve(check, symbol, ast->type->span)) {
        struct dhs_place there = { symbol->unit, NULL };
        const struct ast_type *named = symbol->ast->type;
        symbol = named->kind == AST_TYPE_NAMED ? named_symbol(check, there, named) : NULL;
    }
    w->broken = true;
    if (symbol && symbol->ast->kind == AST_STRUCT) {
        w->broken = dhs_resolve_type(check, w->place, ast->type)->kind == DHS_TYPE_POISON;
        return w->broken ? NULL : symbol;
    }
    if (dhs_diag_said(check->diag) != errors) return NULL;
    const struct dhs_type *type = dhs_resolve_type(check, w->place, ast->type);
    if (dhs_diag_said(check->diag) != errors || type->kind == DHS_TYPE_POISON) return NULL;
    dhs_report(check->diag, DHS_ROOT_KIND, ast->type->span, "a %s is a struct, and %s is none",
               ast->kind == AST_SLOT ? "slot" : "zone", dhs_type_title(check, type));
    dhs_help(check->diag, "put it into a struct with one field");
    return NULL;
}

/* `slot: none;` is a signal; a type of that name may be what was meant. */
static void check_none(struct work *w, const struct ast_declaration *slot)
{
    const struct dhs_symbol *symbol = dhs_lookup(w->check, w->place, slot->type->path, NULL);
    if (!symbol) return;
    dhs_report(w->check->diag, DHS_ROOT_KIND, slot->type->span,
               "'none' is a signal here, and the name of a type, too");
    dhs_note(w->check->diag, ast_token_span(symbol->unit->source, symbol->ast->name),
             "this is called so");
    dhs_help(w->check->diag, "rename the type; or write '%s.none' if it is meant",
             symbol->unit->file->package);
    w->broken = true;
}

static const struct dhs_field *largest_field(const struct dhs_struct *structure)
{
    const struct dhs_field *largest = NULL;
    for (size_t i = 0; i < structure->n_fields; i++)
        if (!largest || structure->fields[i].size > largest->size) largest = &structure->fields[i];
    return largest;
}

static const struct dhs_symbol *symbol_of(const struct work *w, const struct dhs_struct *structure)
{
    for (const struct dhs_unit *unit = w->check->units; unit; unit = unit->next)
        for (const struct dhs_symbol *s = unit->symbols; s; s = s->next)
            if (s->structure == structure && s->ast->kind == AST_STRUCT) return s;
    return NULL;
}

static const struct ast_declaration *find_member(const struct dhs_symbol *symbol, const char *name);

static void report_atomic(struct work *w, const struct draft *draft, struct dhs_span span,
                          const char *name)
{
    dhs_report(w->check->diag, DHS_ATOMIC_PLACE, span,
               "'%s' is in a slot, and atomics belong in zones", name);
    if (span.source != draft->ast->type->span.source ||
        span.offset != draft->ast->type->span.offset)
        dhs_note(w->check->diag, draft->ast->type->span, "the slot");
    dhs_help(w->check->diag, "slots are handed over whole: leave atomic<> out");
}

/* Each atomic field of a slot, wherever it was declared; one inside a union at the slot. */
static void report_atomics(struct work *w, const struct draft *draft,
                           const struct dhs_struct *structure, unsigned depth)
{
    const struct dhs_symbol *symbol =
        structure == draft->root.structure ? draft->symbol : symbol_of(w, structure);
    if (!symbol) /* an instance of a struct with parameters */
        report_atomic(w, draft, draft->ast->type->span, structure->written);
    for (size_t i = 0; symbol && i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        const struct dhs_type *type = field->type;
        while (type->element && type->kind != DHS_TYPE_ATOMIC)
            type = type->element;
        if (type->kind == DHS_TYPE_STRUCT && type->structure->has_atomics && depth < DHS_MAX_DEPTH)
            report_atomics(w, draft, type->structure, depth + 1);
        bool in_union = type->kind == DHS_TYPE_UNION && type->onion->has_atomics;
        if (!in_union && type->kind != DHS_TYPE_ATOMIC) continue;
        const struct ast_declaration *ast = find_member(symbol, field->declaration.name);
        report_atomic(w, draft, ast->type->span, field->declaration.name);
    }
}

static void check_root_struct(struct work *w, const struct draft *draft)
{
    const struct dhs_struct *structure = draft->root.structure;
    struct dhs_diag *diag = w->check->diag;
    if (structure->size > DHS_MAX_ROOT_SIZE && !draft->marks.is_large) {
        const struct dhs_field *field = largest_field(structure);
        dhs_report(diag, DHS_ROOT_TOO_LARGE, draft->ast->type->span,
                   "'%s' has %llu bytes, most of them in '%s'; a slot or zone has at most 1 GiB",
                   structure->written, (unsigned long long)structure->size,
                   field->declaration.name);
        dhs_note(diag, field->declaration.span, "this field has %llu bytes",
                 (unsigned long long)field->size);
        dhs_help(diag, "if that is meant, say so: '%s%s: %s @large;' goes up to 2 GiB",
                 draft->root.is_zone ? "zone " : "", draft->root.declaration.name,
                 structure->written);
        w->broken = true;
    }
    if (!draft->root.is_zone && structure->has_atomics) {
        report_atomics(w, draft, structure, 0);
        w->broken = true;
    }
}

/* `shared` and `spinlocks` of a zone. */
static void check_said_once(struct work *w, const struct ast_declaration *zone)
{
    if (zone->again.length == 0) return;
    const struct dhs_source *source = w->place.unit->source;
    dhs_report(w->check->diag, DHS_NAME_DUPLICATE, ast_token_span(source, zone->again),
               "'%s' is said already", ast_token_text(w->check->arena, source, zone->again));
    dhs_note(w->check->diag, name_span(w, zone), "of this zone");
    w->broken = true;
}

static void read_spinlocks(struct work *w, struct draft *draft)
{
    uint64_t count = 0;
    if (!draft->ast->spinlocks) return;
    if (!dhs_evaluate_count(w->check, w->place, draft->ast->spinlocks, 1, MAX_SPINLOCKS,
                            DHS_SETTING_VALUE, "the number of spinlocks", &count))
        w->broken = true;
    draft->root.spinlocks = (uint32_t)count;
    if (draft->root.shared) return;
    dhs_report(w->check->diag, DHS_SETTING_VALUE, draft->ast->spinlocks->span,
               "spinlocks need a shared zone");
    dhs_help(w->check->diag, "say 'shared': a zone that one process writes needs no locks");
    w->broken = true;
}

static void add_root(struct work *w, const struct ast_declaration *ast)
{
    struct draft *draft = &w->drafts[w->n_drafts++];
    struct dhs_root *root = &draft->root;
    draft->ast = ast;
    root->declaration = dhs_declaration_of(w->check, w->place, ast);
    root->is_zone = ast->kind == AST_ZONE;
    dhs_read_attributes(w->check, w->place, ast, NULL, &draft->marks);
    if (draft->marks.any) {
        struct dhs_attributes *attributes = dhs_alloc(w->check->arena, sizeof *attributes);
        *attributes = draft->marks.attributes;
        root->declaration.attributes = attributes;
    }
    root->wire_name = draft->marks.was ? draft->marks.was : root->declaration.name;
    root->since_minor = draft->marks.since_minor;
    root->shared = ast->shared;
    check_said_once(w, ast);
    read_spinlocks(w, draft);
    if (!root->is_zone && is_word(w, ast->type, "none")) {
        check_none(w, ast);
        return;
    }
    draft->symbol = root_symbol(w, ast);
    if (!draft->symbol) {
        w->broken = true;
        return;
    }
    struct dhs_struct *structure = draft->symbol->structure;
    structure->is_root = true;
    root->structure = structure;
    root->size = structure->size;
    root->stride = dhs_round_up(structure->size, DHS_ROOT_ALIGN);
    check_root_struct(w, draft);
}

/* Zones differ in their names, and in what those were first. */
static void add_zone_name(struct work *w, struct dhs_names *names, const char *name,
                          const struct ast_declaration *zone)
{
    struct dhs_name *first = dhs_names_find(names, name);
    if (!first) {
        dhs_names_add(w->check->scratch, names, name, name_span(w, zone), NULL);
        return;
    }
    w->broken = true;
    dhs_report(w->check->diag, DHS_NAME_DUPLICATE, name_span(w, zone), "zone '%s' exists already",
               name);
    dhs_note(w->check->diag, first->span, "first declared here");
}

static void add_zones(struct work *w)
{
    struct dhs_names names = { NULL, 0, 0 }, wire_names = { NULL, 0, 0 };
    for (const struct ast_declaration *m = w->ast->members; m; m = m->next) {
        if (m->kind != AST_ZONE) continue;
        if (w->n_drafts == 1 + MAX_ZONES) {
            dhs_report(w->check->diag, DHS_ZONES_MANY, name_span(w, m),
                       "a channel has at most %d zones", MAX_ZONES);
            w->broken = true;
            return;
        }
        add_root(w, m);
        struct draft *draft = &w->drafts[w->n_drafts - 1];
        const char *name = draft->root.declaration.name, *wire_name = draft->root.wire_name;
        dhs_check_name(w->check, w->unit->source, m->name, name);
        size_t errors = dhs_diag_said(w->check->diag);
        add_zone_name(w, &names, name, m);
        if (dhs_diag_said(w->check->diag) == errors) add_zone_name(w, &wire_names, wire_name, m);
    }
}

static int by_wire_name(const void *a, const void *b)
{
    const struct draft *left = a, *right = b;
    return strcmp(left->root.wire_name, right->root.wire_name);
}

static void read_roots(struct work *w)
{
    if (!w->slot) return;
    add_root(w, w->slot);
    add_zones(w);
    if (w->n_drafts > 2) qsort(w->drafts + 1, w->n_drafts - 1, sizeof *w->drafts, by_wire_name);
}

/* ---- versions ----------------------------------------------------------------------------- */

/* Which minors the channel has: one bit for each that a version can have. */
struct seen {
    unsigned char bits[0x10000 / 8];
};

static bool is_seen(const struct seen *seen, uint32_t minor)
{
    return seen->bits[minor / 8] >> minor % 8 & 1;
}

static void mark_minor(struct seen *seen, uint32_t minor, uint32_t *newest)
{
    seen->bits[minor / 8] |= (unsigned char)(1u << minor % 8);
    if (minor > *newest) *newest = minor;
}

static const struct ast_declaration *find_member(const struct dhs_symbol *symbol, const char *name)
{
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next)
        if (m->kind == AST_FIELD && strlen(name) == m->name.length &&
            memcmp(symbol->unit->source->text + m->name.offset, name, m->name.length) == 0)
            return m;
    return symbol->ast;
}

/* The major of each @since(major.minor): read again from the syntax tree, since the model of a
 * struct does not know of channels. */
static uint32_t major_of(struct work *w, const struct dhs_symbol *symbol,
                         const struct ast_declaration *field)
{
    const struct dhs_source *source = symbol->unit->source;
    (void)w;
    for (const struct ast_attribute *a = field->attributes; a; a = a->next)
        if (a->name->word.length == 5 && !a->name->next && a->arguments &&
            memcmp(source->text + a->name->word.offset, "since", 5) == 0)
            return (uint32_t)strtoul(source->text + a->arguments->value->token.offset, NULL, 10);
    return w->channel->major;
}

static void check_major(struct work *w, struct dhs_span span, uint32_t major)
{
    if (major == w->channel->major || w->major_lost) return;
    dhs_report(w->check->diag, DHS_SINCE_MAJOR, span,
               "this is version %u, but channel '%s' is version %u", major,
               w->channel->declaration.name, w->channel->major);
    dhs_note(w->check->diag, w->ast->value->span, "the channel's version");
    w->broken = true;
}

/* A field whose @since was reported as wrong: which minor it means, nobody knows. */
static bool has_lost_since(const struct work *w)
{
    for (size_t i = 0; i < w->n_drafts; i++) {
        const struct draft *draft = &w->drafts[i];
        const struct dhs_struct *structure = draft->root.structure;
        for (size_t k = 0; draft->symbol && structure && k < structure->n_fields; k++) {
            const struct dhs_field *field = &structure->fields[k];
            if (field->since_minor > 0) continue;
            const struct ast_declaration *ast = find_member(draft->symbol, field->declaration.name);
            struct dhs_span span = dhs_attribute_span(draft->symbol->unit->source, ast, "since");
            if (span.offset != ast->name.offset) return true;
        }
    }
    return false;
}

/* From the birth of a root on: minors in which it gained a field. */
static void take_minors(struct work *w, struct draft *draft, struct seen *seen, uint32_t *newest)
{
    const struct dhs_struct *structure = draft->root.structure;
    mark_minor(seen, draft->root.since_minor, newest);
    if (draft->marks.has_since)
        check_major(w, dhs_attribute_span(w->unit->source, draft->ast, "since"),
                    draft->marks.since_major);
    for (size_t i = 0; structure && i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        if (field->since_minor == 0) continue;
        /* what is older than its zone came with it, and makes no version of its own */
        if (field->since_minor > draft->root.since_minor)
            mark_minor(seen, field->since_minor, newest);
        const struct ast_declaration *ast = find_member(draft->symbol, field->declaration.name);
        bool new_minor = i == 0 || structure->fields[i - 1].since_minor != field->since_minor;
        if (new_minor)
            check_major(w, dhs_attribute_span(draft->symbol->unit->source, ast, "since"),
                        major_of(w, draft->symbol, ast));
    }
}

static bool has_minors(const struct work *w)
{
    for (size_t i = 0; i < w->n_drafts; i++) {
        const struct dhs_struct *structure = w->drafts[i].root.structure;
        if (w->drafts[i].root.since_minor > 0 || (structure && structure->n_minors > 1))
            return true;
    }
    return false;
}

/* The @since of the first minor behind one that is missing. */
static struct dhs_span first_since_behind(struct work *w, uint32_t missing)
{
    struct dhs_span span = name_span(w, w->ast);
    uint32_t nearest = UINT32_MAX;
    for (size_t i = 0; i < w->n_drafts; i++) {
        const struct draft *draft = &w->drafts[i];
        const struct dhs_struct *structure = draft->root.structure;
        uint32_t born = draft->root.since_minor;
        if (born > missing && born < nearest) {
            nearest = born;
            span = dhs_argument_span(w->unit->source, draft->ast, "since", 0);
        }
        for (size_t k = 0; structure && k < structure->n_fields; k++) {
            const struct dhs_field *field = &structure->fields[k];
            if (field->since_minor <= missing || field->since_minor >= nearest) continue;
            nearest = field->since_minor;
            span =
                dhs_argument_span(draft->symbol->unit->source,
                                  find_member(draft->symbol, field->declaration.name), "since", 0);
        }
    }
    return span;
}

/* A field of the missing minor came with its zone: it makes no version of its own. */
static bool explain_older_than_zone(struct work *w, uint32_t missing)
{
    struct dhs_diag *diag = w->check->diag;
    uint32_t major = w->channel->major;
    for (size_t i = 0; i < w->n_drafts; i++) {
        const struct draft *draft = &w->drafts[i];
        const struct dhs_struct *structure = draft->root.structure;
        for (size_t k = 0; structure && k < structure->n_fields; k++) {
            const struct dhs_field *field = &structure->fields[k];
            if (field->since_minor != missing) continue;
            dhs_note(diag, field->declaration.span,
                     "'%s' is of %u.%u, older than its zone '%s', which brought it with %u.%u",
                     field->declaration.name, major, missing, draft->root.declaration.name, major,
                     draft->root.since_minor);
            dhs_help(diag, "did the zone come with it? Then say '@since(%u.%u)' of '%s'", major,
                     missing, draft->root.declaration.name);
            return true;
        }
    }
    return false;
}

static void check_minors(struct work *w)
{
    uint32_t newest = 0;
    if (!has_minors(w)) return; /* most have none, and the table is large */
    struct seen seen = { { 0 } };
    for (size_t i = 0; i < w->n_drafts; i++)
        take_minors(w, &w->drafts[i], &seen, &newest);
    w->channel->newest_minor = newest;
    for (uint32_t minor = 1; minor < newest; minor++) {
        if (is_seen(&seen, minor) || w->major_lost || has_lost_since(w)) continue;
        dhs_report(w->check->diag, DHS_SINCE_GAP, first_since_behind(w, minor),
                   "channel '%s' has a version %u.%u, but none %u.%u", w->channel->declaration.name,
                   w->channel->major, newest, w->channel->major, minor);
        if (!explain_older_than_zone(w, minor))
            dhs_help(w->check->diag, "minors count up from 1 without a gap");
        w->broken = true;
        return;
    }
}

/* The minors of a root: its birth, with all older fields, and each later one. */
static struct dhs_root_minor *make_minors(struct work *w, struct dhs_root *root)
{
    const struct dhs_struct *structure = root->structure;
    size_t most = structure ? structure->n_minors + 1 : 1;
    struct dhs_root_minor *minors = dhs_alloc_array(w->check->arena, most, sizeof *minors);
    minors[0].minor = root->since_minor;
    size_t n = 1;
    for (size_t i = 0; structure && i < structure->n_minors; i++) {
        if (structure->minors[i].minor > root->since_minor)
            minors[n++].minor = structure->minors[i].minor;
        minors[n - 1].size = structure->minors[i].size;
    }
    root->minors = minors;
    root->n_minors = n;
    if (n > MAX_MINORS) {
        dhs_report(w->check->diag, DHS_MINORS_MANY, root->declaration.span,
                   "'%s' has %zu minors; %d can be told apart", root->declaration.name, n,
                   MAX_MINORS);
        w->broken = true;
    }
    return minors;
}

/* ---- a channel ---------------------------------------------------------------------------- */

static void check_full_name(struct work *w)
{
    const char *package = w->unit->file->package, *name = w->channel->declaration.name;
    if (strlen(package) + 1 + strlen(name) <= MAX_FULL_NAME) return;
    dhs_report(w->check->diag, DHS_NAME_BAD, name_span(w, w->ast),
               "'%.80s.%.80s' is longer than %d bytes", package, name, MAX_FULL_NAME);
    dhs_help(w->check->diag, "programs find a channel by package.channel: shorten one of them");
    w->broken = true;
}

/* `version 1.2`, `version "1"`: reported, with what was meant. */
static bool is_no_major(struct work *w)
{
    const struct ast_expression *value = w->ast->value;
    const char *text = w->unit->source->text + value->span.offset;
    bool quoted = value->kind == AST_TEXT;
    size_t digits = strspn(text + quoted, "0123456789");
    if (value->kind != AST_REAL && !quoted) return false;
    dhs_report(w->check->diag, DHS_SETTING_VALUE, value->span,
               "a channel's version is one integer, its major");
    dhs_help(w->check->diag, "minors come with the fields that they bring: '@since(1.1)'");
    if (digits > 0 && (quoted || strncmp(text + digits, ".0", value->span.length - digits) == 0))
        dhs_fix(w->check->diag, value->span, "%.*s", (int)digits, text + quoted);
    return true;
}

static void read_head(struct work *w)
{
    struct dhs_channel *channel = w->channel;
    struct dhs_marks marks;
    uint64_t major = 0;
    channel->declaration = dhs_declaration_of(w->check, w->place, w->ast);
    dhs_read_attributes(w->check, w->place, w->ast, NULL, &marks);
    if (marks.any) {
        struct dhs_attributes *attributes = dhs_alloc(w->check->arena, sizeof *attributes);
        *attributes = marks.attributes;
        channel->declaration.attributes = attributes;
        if (marks.attributes.doc.data && !*channel->declaration.docs)
            channel->declaration.docs = marks.attributes.doc.data;
    }
    w->major_lost =
        is_no_major(w) || !dhs_evaluate_count(w->check, w->place, w->ast->value, 0, 0xffff,
                                              DHS_SETTING_VALUE, "a major version", &major);
    w->broken = w->broken || w->major_lost;
    channel->major = (uint32_t)major;
    check_full_name(w);
    channel->family = dhs_printf(w->check->arena, "%s/%s %u", w->unit->file->package,
                                 channel->declaration.name, channel->major);
}

static void finish(struct work *w)
{
    struct dhs_channel *channel = w->channel;
    struct dhs_root *roots = dhs_alloc_array(w->check->arena, w->n_drafts, sizeof *roots);
    struct dhs_root_minor *minors[1 + MAX_ZONES];
    for (size_t i = 0; i < w->n_drafts; i++) {
        roots[i] = w->drafts[i].root;
        minors[i] = make_minors(w, &roots[i]);
    }
    channel->roots = roots;
    channel->n_roots = w->n_drafts;
    /* Only a schema without errors has a canonical text. */
    if (w->broken || dhs_diag_errors(w->check->diag)) return;
    dhs_canonise(w->check, w->unit->source, w->ast, channel, roots, minors);
}

static size_t count_zones(const struct ast_declaration *channel)
{
    size_t n = 0;
    for (const struct ast_declaration *m = channel->members; m && n < MAX_ZONES; m = m->next)
        n += m->kind == AST_ZONE;
    return n;
}

static const struct dhs_channel *check_channel(struct dhs_check *check, struct dhs_unit *unit,
                                               const struct ast_declaration *ast)
{
    struct work work = { .check = check }, *w = &work;
    w->unit = unit;
    w->place.unit = unit;
    w->ast = ast;
    w->channel = dhs_alloc(check->arena, sizeof *w->channel);
    w->drafts = dhs_alloc_array(check->scratch, 1 + count_zones(ast), sizeof *w->drafts);
    read_head(w);
    read_settings(w);
    read_roots(w);
    check_minors(w);
    finish(w);
    return w->channel;
}

void dhs_check_channels(struct dhs_check *check, struct dhs_unit *unit)
{
    struct dhs_names names = { NULL, 0, 0 };
    size_t n = 0;
    for (const struct ast_declaration *d = unit->tree->declarations; d; d = d->next)
        n += d->kind == AST_CHANNEL;
    const struct dhs_channel **channels = dhs_alloc_array(check->arena, n, sizeof *channels);
    n = 0;
    for (const struct ast_declaration *d = unit->tree->declarations; d; d = d->next) {
        if (d->kind != AST_CHANNEL) continue;
        struct dhs_span span = ast_token_span(unit->source, d->name);
        const struct dhs_channel *channel = check_channel(check, unit, d);
        const char *name = channel->declaration.name;
        dhs_check_name(check, unit->source, d->name, name);
        struct dhs_name *first = dhs_names_find(&names, name);
        if (first) {
            dhs_report(check->diag, DHS_NAME_DUPLICATE, span, "channel '%s' exists already", name);
            dhs_note(check->diag, first->span, "first declared here");
        } else {
            dhs_names_add(check->scratch, &names, name, span, NULL);
        }
        channels[n++] = channel;
    }
    unit->file->channels = channels;
    unit->file->n_channels = n;
}
