/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen import mavlink`: a dialect, with all that it includes, becomes one file. Enums that
 * several files add to are one enum, as MAVLink has it.
 */
#include "import_mavlink.h"

#include <stdlib.h>
#include <string.h>

static void fail(struct mavlink *m, const struct xml_element *at, const char *what)
{
    dhs_report(m->import->job->diag, DHS_IMPORT_XML, at->span, "<%s> %s", at->name, what);
    dhs_help(m->import->job->diag, "give a MAVLink definition, for example common.xml");
}

/* ---- reading ------------------------------------------------------------------------------ */

struct mav_enum *mav_find_enum(const struct mavlink *mavlink, const char *name)
{
    for (struct mav_enum *e = mavlink->enums; e; e = e->next)
        if (strcmp(e->name, name) == 0) return e;
    return NULL;
}

static uint64_t next_value(const struct mav_enum *to)
{
    uint64_t next = 0;

    for (const struct mav_entry *e = to->entries; e; e = e->next)
        if (!e->value.negative && e->value.magnitude >= next) next = e->value.magnitude + 1;
    return next;
}

static void read_entry(struct mavlink *m, struct mav_enum *to, const struct xml_element *element)
{
    const char *name = xml_attribute(element, "name"), *value = xml_attribute(element, "value");
    struct mav_entry *entry = dhs_alloc(m->import->arena, sizeof *entry);

    *entry = (struct mav_entry){ name, { false, 0 }, element, NULL };
    if (!name) {
        fail(m, element, "has no name");
        return;
    }
    if (!value) {
        entry->value.magnitude = next_value(to);
    } else if (!import_read_integer(value, &entry->value)) {
        dhs_report(m->import->job->diag, DHS_IMPORT_VALUE, element->span,
                   "'%s' is no value for '%s'", value, name);
        dhs_help(m->import->job->diag, "values are whole numbers: 12, 0x0c, 0b1100 or 2**3");
    }
    *to->last_entry = entry;
    to->last_entry = &entry->next;
}

static void read_enum(struct mavlink *m, const struct xml_element *element)
{
    const char *name = xml_attribute(element, "name");
    const char *bitmask = xml_attribute(element, "bitmask");
    struct mav_enum *to = name ? mav_find_enum(m, name) : NULL;

    if (!name) {
        fail(m, element, "has no name");
        return;
    }
    if (!to) {
        to = dhs_alloc(m->import->arena, sizeof *to);
        to->name = name;
        to->element = element;
        to->last_entry = &to->entries;
        *m->last_enum = to;
        m->last_enum = &to->next;
    }
    to->is_bitmask = to->is_bitmask || (bitmask && strcmp(bitmask, "true") == 0);
    for (const struct xml_element *e = xml_child(element, "entry"); e; e = xml_next(e))
        read_entry(m, to, e);
}

static bool check_fields(struct mavlink *m, const struct xml_element *message)
{
    for (const struct xml_element *f = xml_child(message, "field"); f; f = xml_next(f)) {
        const char *type = xml_attribute(f, "type"), *name = xml_attribute(f, "name");
        if (!type || !name) {
            fail(m, f, type ? "has no name" : "has no type");
            return false;
        }
        if (mav_type(m->import->arena, type).scalar) continue;
        dhs_report(m->import->job->diag, DHS_IMPORT_TYPE, f->span, "'%s' is no type of MAVLink",
                   type);
        dhs_help(m->import->job->diag, "types are uint8_t ... int64_t, float, double, char, "
                                       "perhaps with [N]");
        return false;
    }
    return true;
}

static void read_message(struct mavlink *m, const struct xml_element *element)
{
    const char *name = xml_attribute(element, "name"), *id = xml_attribute(element, "id");

    if (!name || !id) {
        fail(m, element, name ? "has no id" : "has no name");
        return;
    }
    for (const struct mav_message *other = m->messages; other; other = other->next) {
        if (strcmp(xml_attribute(other->element, "name"), name) != 0 &&
            strcmp(xml_attribute(other->element, "id"), id) != 0)
            continue;
        dhs_report(m->import->job->diag, DHS_IMPORT_REPEATED, element->span,
                   "message '%s' has the name or the id (%s) of another", name, id);
        dhs_note(m->import->job->diag, other->element->span, "the other one");
        dhs_help(m->import->job->diag, "names and ids are unique in a dialect");
        return;
    }
    if (!check_fields(m, element)) return;
    struct mav_message *message = dhs_alloc(m->import->arena, sizeof *message);
    message->element = element;
    *m->last_message = message;
    m->last_message = &message->next;
}

static const char *beside(struct dhs_arena *arena, const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');

    return slash && name[0] != '/' ? dhs_printf(arena, "%.*s/%s", (int)(slash - path), path, name)
                                   : name;
}

/* Includes first: what a dialect adds comes behind what it adds to. The depth is that of a chain of
 * different files, each read once. */
static void read_dialect(struct mavlink *m, const char *path,
                         struct dhs_span wanted) // NOLINT(misc-no-recursion)
{
    for (size_t i = 0; i < m->files.n; i++)
        if (strcmp(m->files.items[i], path) == 0) return;
    import_strings_add(m->import->arena, &m->files, path);

    const struct xml_element *root = xml_read(m->import, path, wanted);
    if (!root) return;
    if (strcmp(root->name, "mavlink") != 0) {
        fail(m, root, "is not <mavlink>: this is another kind of XML");
        return;
    }
    for (const struct xml_element *i = xml_child(root, "include"); i; i = xml_next(i))
        read_dialect(m, beside(m->import->arena, path, i->text), i->span);
    const struct xml_element *enums = xml_child(root, "enums");
    for (const struct xml_element *e = enums ? xml_child(enums, "enum") : NULL; e; e = xml_next(e))
        read_enum(m, e);
    const struct xml_element *messages = xml_child(root, "messages");
    for (const struct xml_element *e = messages ? xml_child(messages, "message") : NULL; e;
         e = xml_next(e))
        read_message(m, e);
}

/* ---- which enum is stored how ------------------------------------------------------------- */

static struct mav_variant *variant_for(struct mavlink *m, struct mav_enum *of, const char *base)
{
    struct mav_variant **at = &of->variants;

    for (; *at; at = &(*at)->next)
        if (strcmp((*at)->base, base) == 0) return *at;
    *at = dhs_alloc(m->import->arena, sizeof **at);
    (*at)->base = base;
    return *at;
}

/* The smallest unsigned type that holds all; signed where a value is negative. */
static const char *own_base(const struct mav_enum *of)
{
    static const char *const bases[] = { "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64" };
    enum { N_BASES = sizeof bases / sizeof bases[0] };

    for (size_t i = 0; i < N_BASES; i++) {
        bool fits = true;
        for (const struct mav_entry *e = of->entries; e; e = e->next)
            fits = fits && import_fits(bases[i], e->value);
        if (fits) return bases[i];
    }
    return bases[N_BASES - 1];
}

/* The variant that most fields use has the plain name. */
static void name_variants(struct mavlink *m, struct mav_enum *of)
{
    struct dhs_arena *arena = m->import->arena;
    const char *name = import_type_name(arena, of->name);
    struct mav_variant *most = of->variants;

    for (struct mav_variant *v = of->variants; v; v = v->next)
        if (v->uses > most->uses) most = v;
    most->name = import_unique(arena, &m->taken, name);
    for (struct mav_variant *v = of->variants; v; v = v->next) {
        if (v == most) continue;
        const char *suffix = v->base[0] == 'u' ? "U" : "I";
        v->name =
            import_unique(arena, &m->taken, dhs_printf(arena, "%s%s%s", name, suffix, v->base + 1));
    }
}

static void choose_variants(struct mavlink *m)
{
    for (const struct mav_message *message = m->messages; message; message = message->next) {
        const struct xml_element *f = xml_child(message->element, "field");
        for (; f; f = xml_next(f)) {
            const char *display = xml_attribute(f, "display"), *name = xml_attribute(f, "enum");
            struct mav_enum *of = name ? mav_find_enum(m, name) : NULL;
            if (of && display && strcmp(display, "bitmask") == 0) of->is_bitmask = true;
        }
    }
    for (const struct mav_message *message = m->messages; message; message = message->next) {
        const struct xml_element *f = xml_child(message->element, "field");
        for (; f; f = xml_next(f)) {
            struct mav_enum *of = mav_enum_of(m, f, true);
            if (of)
                variant_for(m, of, mav_type(m->import->arena, xml_attribute(f, "type")).scalar)
                    ->uses++;
        }
    }
    for (struct mav_enum *of = m->enums; of; of = of->next) {
        if (!of->variants && of->entries) variant_for(m, of, own_base(of));
        if (of->variants) name_variants(m, of);
    }
}

/* ---- all ---------------------------------------------------------------------------------- */

static void import_dialect(struct import *import, const char *path)
{
    struct mavlink m = { .import = import };
    struct dhs_span nowhere = { NULL, 0, 0 };
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    size_t length = strcspn(file, ".");

    m.last_enum = &m.enums;
    m.last_message = &m.messages;
    read_dialect(&m, path, nowhere);
    if (dhs_diag_errors(import->job->diag) > 0) return;
    struct import_file out = { .path = dhs_printf(import->arena, "%.*s.dhs", (int)length, file),
                               .origin = file,
                               .package = import->package ? import->package : "mavlink" };
    if (m.files.n > 1) {
        const char *others = "";
        for (size_t i = 1; i < m.files.n; i++) {
            const char *base = strrchr(m.files.items[i], '/');
            others = dhs_printf(import->arena, "%s%s%s", others, i > 1 ? ", " : "",
                                base ? base + 1 : m.files.items[i]);
        }
        out.origin = dhs_printf(import->arena, "%s and what it includes: %s", file, others);
    }
    choose_variants(&m);
    mav_write_enums(&m, &out.top);
    for (const struct mav_message *message = m.messages; message; message = message->next) {
        mav_write_message(&m, message->element, &out.top);
        import->counts.messages++;
    }
    import_write(import, &out, NULL);
}

void import_mavlink(struct import *import, const char *const *paths, size_t n_paths)
{
    for (size_t i = 0; i < n_paths; i++)
        import_dialect(import, paths[i]);
}
