/* SPDX-License-Identifier: Apache-2.0 */
/* MAVLink's enums and messages as declarations. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import_mavlink.h"
#include "import_msg.h"
#include "names.h"

enum { USUAL_SLOTS = 16, MOST_MINORS = 63 };

/* ---- types -------------------------------------------------------------------------------- */

struct mav_type mav_type(struct dhs_arena *arena, const char *text)
{
    static const char *const pairs[][2] = {
        { "uint8_t", "u8" },   { "int8_t", "i8" },    { "uint16_t", "u16" },
        { "int16_t", "i16" },  { "uint32_t", "u32" }, { "int32_t", "i32" },
        { "uint64_t", "u64" }, { "int64_t", "i64" },  { "float", "f32" },
        { "double", "f64" },   { "char", "u8" },      { "uint8_t_mavlink_version", "u8" },
    };
    struct mav_type type = { NULL, false, 0 };
    size_t n = strcspn(text, "[");
    const char *name = dhs_copy_text(arena, text, n);
    char *end = NULL;

    if (text[n] == '[') {
        type.length = strtoul(text + n + 1, &end, 10);
        if (type.length == 0 || type.length > 65535 || strcmp(end, "]") != 0) return type;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (strcmp(pairs[i][0], name) == 0) type.scalar = pairs[i][1];
    type.is_char = strcmp(name, "char") == 0;
    return type;
}

/* Of a field that was checked when it was read. */
static struct mav_type type_of(struct mavlink *m, const struct xml_element *field)
{
    struct mav_type type = mav_type(m->import->arena, xml_attribute(field, "type"));

    assert(type.scalar != NULL);
    return type;
}

static bool is_bit(struct import_integer value)
{
    return !value.negative && value.magnitude && (value.magnitude & (value.magnitude - 1)) == 0;
}

static const char *obstacle(const struct mav_enum *of, const char *base)
{
    if (!import_is_integer(base)) return "the field is a float";
    if (of->is_bitmask && base[0] != 'u') return "the bits are in a signed field";
    if (!of->entries) return "the enum is empty";
    for (const struct mav_entry *e = of->entries; e; e = e->next)
        if (!import_fits(base, e->value)) return "not all of its values fit the field";
    return NULL;
}

struct mav_enum *mav_enum_of(struct mavlink *mavlink, const struct xml_element *field, bool said)
{
    const char *name = xml_attribute(field, "enum");
    struct mav_enum *of = name ? mav_find_enum(mavlink, name) : NULL;
    struct mav_type type = type_of(mavlink, field);

    if (!name) return NULL;
    const char *why = of ? obstacle(of, type.scalar) : "there is no such enum";
    if (!why) return of;
    if (said)
        import_loss(mavlink->import, field->span, "that '%s' is of '%s': %s",
                    xml_attribute(field, "name"), name, why);
    return NULL;
}

/* ---- docs --------------------------------------------------------------------------------- */

static const char *add_line(struct dhs_arena *arena, const char *docs, const char *line)
{
    if (!line || !*line) return docs;
    return docs && *docs ? dhs_printf(arena, "%s\n%s", docs, line) : line;
}

static const char *docs_of(struct dhs_arena *arena, const struct xml_element *element)
{
    const struct xml_element *description = xml_child(element, "description");
    const char *docs = description ? description->text : NULL;

    return xml_child(element, "wip") ? add_line(arena, docs, "Work in progress: may change.")
                                     : docs;
}

const char *mav_deprecated(struct dhs_arena *arena, const struct xml_element *element)
{
    const struct xml_element *deprecated = xml_child(element, "deprecated");
    struct text text = text_new(arena);

    if (!deprecated) return "";
    const char *since = xml_attribute(deprecated, "since");
    const char *by = xml_attribute(deprecated, "replaced_by");
    if (since && *since) text_printf(&text, "since %s", since);
    if (by && *by)
        text_printf(&text, "%suse %.*s", text.length ? "; " : "", (int)strcspn(by, " "), by);
    if (*deprecated->text) text_printf(&text, "%s%s", text.length ? ": " : "", deprecated->text);
    if (text.length == 0) return " @deprecated";
    return dhs_printf(arena, " @deprecated(%s)", import_quote(arena, text_string(&text)));
}

static void add_part(struct text *text, const char *before, const char *part)
{
    if (part && *part) text_printf(text, "%s%s%s", text->length ? ", " : "", before, part);
}

/* "Param 1 (Hold, s, 0 or more): ...": what the seven numbers of a command mean. */
static const char *param_line(struct dhs_arena *arena, const struct xml_element *param)
{
    const char *index = xml_attribute(param, "index");
    struct text facts = text_new(arena);

    if (!index || (!*param->text && !xml_attribute(param, "label"))) return NULL;
    add_part(&facts, "", xml_attribute(param, "label"));
    add_part(&facts, "", xml_attribute(param, "units"));
    add_part(&facts, "enum ", xml_attribute(param, "enum"));
    add_part(&facts, "from ", xml_attribute(param, "minValue"));
    add_part(&facts, "to ", xml_attribute(param, "maxValue"));
    add_part(&facts, "step ", xml_attribute(param, "increment"));
    add_part(&facts, "default ", xml_attribute(param, "default"));
    return dhs_printf(arena, "Param %s%s%s%s: %s", index, facts.length ? " (" : "",
                      text_string(&facts), facts.length ? ")" : "", param->text);
}

static const char *entry_docs(struct dhs_arena *arena, const struct xml_element *entry)
{
    const char *docs = docs_of(arena, entry);

    for (const struct xml_element *p = xml_child(entry, "param"); p; p = xml_next(p))
        docs = add_line(arena, docs, param_line(arena, p));
    return docs;
}

/* ---- enums -------------------------------------------------------------------------------- */

static const char *number(struct dhs_arena *arena, struct import_integer value)
{
    return dhs_printf(arena, "%s%" PRIu64, value.negative && value.magnitude ? "-" : "",
                      value.magnitude);
}

static const char *label(struct dhs_arena *arena, const char *name, const char *original)
{
    if (strcmp(name, original) == 0) return "";
    return dhs_printf(arena, " @label(%s)", import_quote(arena, original));
}

static void write_entry(struct mavlink *m, struct import_item *to, const struct mav_entry *entry,
                        struct strings *names, bool is_flag)
{
    struct dhs_arena *arena = m->import->arena;
    const char *name = import_unique(arena, names, import_name(arena, entry->name));
    struct import_item *item = import_add(m->import, to, IMPORT_ENUMERATOR, name);

    item->docs = entry_docs(arena, entry->element);
    item->attributes = dhs_printf(arena, "%s%s", mav_deprecated(arena, entry->element),
                                  label(arena, name, entry->name));
    item->value = is_flag ? dhs_printf(arena, "%d", __builtin_ctzll(entry->value.magnitude))
                          : number(arena, entry->value);
}

/* 0 and several bits at once are no bits, and what is reserved is no meaning yet: constants. */
static void write_constant(struct mavlink *m, struct import_item *top, const char *base,
                           const struct mav_entry *entry)
{
    struct dhs_arena *arena = m->import->arena;
    const char *name = import_unique(arena, &m->taken, import_name(arena, entry->name));
    struct import_item *item = import_add(m->import, top, IMPORT_CONSTANT, name);

    item->type = base;
    item->value = number(arena, entry->value);
    item->docs = entry_docs(arena, entry->element);
    item->attributes = dhs_printf(arena, "%s%s", mav_deprecated(arena, entry->element),
                                  label(arena, name, entry->name));
}

/* MAV_TYPE_VTOL_RESERVED4: the name holds a place until there is a better one. As a value of the
 * enum it would contradict that one, and refuse those who have it. */
static bool is_reserved(const struct mav_entry *entry)
{
    const char *word = strstr(entry->name, "_RESERVED");

    if (!word) return false;
    word += strlen("_RESERVED");
    return word[strspn(word, "_0123456789")] == '\0';
}

static bool is_all_reserved(const struct mav_enum *of)
{
    for (const struct mav_entry *e = of->entries; e; e = e->next)
        if (!is_reserved(e)) return false;
    return true;
}

static bool is_value(const struct mav_enum *of, const struct mav_entry *entry, bool is_flags)
{
    if (is_flags && !is_bit(entry->value)) return false;
    return !is_reserved(entry) || is_all_reserved(of); /* an enum has a value at least */
}

static bool has_bits(const struct mav_enum *of)
{
    for (const struct mav_entry *e = of->entries; e; e = e->next)
        if (is_bit(e->value)) return true;
    return false;
}

static void write_enum(struct mavlink *m, struct import_item *top, const struct mav_enum *of,
                       const struct mav_variant *variant)
{
    struct dhs_arena *arena = m->import->arena;
    bool is_flags = of->is_bitmask && variant->base[0] == 'u' && has_bits(of);
    struct import_item *item = import_add(m->import, top, IMPORT_ENUM, variant->name);
    struct strings names = { NULL, 0 };

    item->type = is_flags ? "flags" : "enum";
    item->value = variant->base;
    item->docs = docs_of(arena, of->element);
    item->attributes =
        dhs_printf(arena, "%s%s", is_flags ? "" : " @open", mav_deprecated(arena, of->element));
    for (const struct mav_entry *e = of->entries; e; e = e->next)
        if (is_value(of, e, is_flags)) write_entry(m, item, e, &names, is_flags);
    for (const struct mav_entry *e = of->entries; e; e = e->next)
        if (!is_value(of, e, is_flags)) write_constant(m, top, variant->base, e);
    m->import->counts.enums++;
}

void mav_write_enums(struct mavlink *mavlink, struct import_item *top)
{
    for (const struct mav_enum *of = mavlink->enums; of; of = of->next)
        for (const struct mav_variant *v = of->variants; v; v = v->next)
            write_enum(mavlink, top, of, v);
}

/* ---- fields ------------------------------------------------------------------------------- */

/* "1E-2", "360/255": what MAVLink multiplies with. */
static double multiplier(const char *text)
{
    char *end;
    double factor = text ? strtod(text, &end) : 1;

    if (text && *end == '/') {
        double divisor = strtod(end + 1, NULL);
        factor = divisor != 0 ? factor / divisor : 1;
    }
    return factor != 0 ? factor : 1;
}

static void add_unit(struct mavlink *m, struct text *out, const struct xml_element *field)
{
    const char *unit = xml_attribute(field, "units");
    double scale = 0, factor = multiplier(xml_attribute(field, "multiplier"));

    if (unit) units_find(unit, &unit, &scale);
    if (scale == 0) scale = 1;
    if (scale * factor != 1)
        text_printf(out, " @scale(%s)", import_number(out->arena, scale * factor));
    if (unit && *unit) text_printf(out, " @unit(%s)", import_quote(out->arena, unit));
    m->import->counts.units += unit && *unit;
}

static void add_range(struct mavlink *m, struct text *out, const struct xml_element *field,
                      const char *scalar)
{
    const char *low = xml_attribute(field, "minValue"), *high = xml_attribute(field, "maxValue");

    if (!low && !high) return;
    const char *from = low ? import_literal(out->arena, scalar, low) : "_";
    const char *to = high ? import_literal(out->arena, scalar, high) : "_";
    if (!from || !to) {
        import_loss(m->import, field->span, "the range of '%s'", xml_attribute(field, "name"));
        return;
    }
    text_printf(out, " @range(%s, %s)", from, to);
    m->import->counts.ranges++;
}

/* The value of an enum that has this name, or this number; NULL: none has, and flags have none. */
static const char *enumerator(struct mavlink *m, const struct mav_enum *of, const char *base,
                              const char *name, const char *literal)
{
    struct dhs_arena *arena = m->import->arena;

    for (const struct mav_entry *e = of->is_bitmask ? NULL : of->entries; e; e = e->next) {
        if (is_reserved(e)) continue;
        bool same =
            literal ? strcmp(number(arena, e->value), literal) == 0 : strcmp(e->name, name) == 0;
        for (const struct mav_variant *v = of->variants; same && v; v = v->next)
            if (strcmp(v->base, base) == 0)
                return dhs_printf(arena, "%s.%s", v->name, import_name(arena, e->name));
    }
    return NULL;
}

/* invalid="UINT16_MAX", "[NaN]" for each element, "[NaN:]" for the first. */
static void add_invalid(struct mavlink *m, struct text *out, const struct xml_element *field,
                        const struct mav_type *type, const struct mav_enum *of)
{
    const char *value = xml_attribute(field, "invalid");
    bool first = false;

    if (!value) return;
    const char *original = value;
    if (*value == '[') {
        size_t n = strcspn(value + 1, ":]");
        first = value[n + 1] == ':' && type->length > 0;
        value = dhs_copy_text(out->arena, value + 1, n);
    }
    const char *literal = import_literal(out->arena, type->scalar, value);
    if (of) literal = enumerator(m, of, type->scalar, value, literal);
    if (!literal) {
        import_loss(m->import, field->span, "invalid=\"%s\" of '%s'", original,
                    xml_attribute(field, "name"));
        return;
    }
    text_printf(out, " @invalid(%s%s)", first ? "first " : "", literal);
    m->import->counts.invalids++;
}

/* A float that is marked by an integer's limit: what it was in the source is said. */
static const char *field_docs(struct mavlink *m, const struct xml_element *field,
                              const char *scalar)
{
    const char *value = xml_attribute(field, "invalid");

    if (!value || !import_is_float(scalar) || !strstr(value, "INT")) return field->text;
    return add_line(m->import->arena, field->text,
                    dhs_printf(m->import->arena,
                               "The source has invalid=\"%s\", which is for integers.", value));
}

static const char *initial(struct mavlink *m, const struct xml_element *field,
                           const struct mav_type *type, const struct mav_enum *of)
{
    const char *value = xml_attribute(field, "default");
    const char *literal = value ? import_literal(m->import->arena, type->scalar, value) : NULL;

    if (!value || (literal && strcmp(literal, "0") == 0)) return NULL; /* as a fresh slot is */
    if (of) literal = enumerator(m, of, type->scalar, value, literal);
    if (literal && type->length == 0) return literal;
    import_loss(m->import, field->span, "default=\"%s\" of '%s'", value,
                xml_attribute(field, "name"));
    return NULL;
}

static const char *type_name(struct mavlink *m, const struct mav_type *type,
                             const struct mav_enum *of)
{
    const char *name = type->is_char && type->length ? "char" : type->scalar;

    for (const struct mav_variant *v = of ? of->variants : NULL; v; v = v->next)
        if (strcmp(v->base, type->scalar) == 0) name = v->name;
    return type->length ? dhs_printf(m->import->arena, "%s[%lu]", name, type->length) : name;
}

static void write_field(struct mavlink *m, struct import_item *to, const struct xml_element *field,
                        struct strings *taken, unsigned since)
{
    struct dhs_arena *arena = m->import->arena;
    struct mav_type type = type_of(m, field);
    const struct mav_enum *of = mav_enum_of(m, field, false);
    const char *original = xml_attribute(field, "name");
    const char *name = import_unique(arena, taken, import_name(arena, original));
    const char *instance = xml_attribute(field, "instance");
    struct import_item *item = import_add(m->import, to, IMPORT_FIELD, name);
    struct text attributes = text_new(arena);
    bool is_text = type.is_char && type.length;

    if (!is_text && !of) add_unit(m, &attributes, field);
    if (!is_text && !of) add_range(m, &attributes, field, type.scalar);
    if (!is_text) add_invalid(m, &attributes, field, &type, of);
    if (since) text_printf(&attributes, " @since(1.%u)", since);
    text_add_string(&attributes, mav_deprecated(arena, field));
    text_add_string(&attributes, label(arena, name, original));
    if (instance && strcmp(instance, "true") == 0)
        text_add_string(&attributes, " @x.mavlink_instance");
    item->type = type_name(m, &type, of);
    item->value = is_text ? NULL : initial(m, field, &type, of);
    item->docs = field_docs(m, field, type.scalar);
    item->attributes = text_string(&attributes);
    m->import->counts.fields++;
}

/* ---- messages ----------------------------------------------------------------------------- */

/* Extensions are what was appended to a message over the years, one by one: each is a minor version
 * of its own, so that a peer with fewer of them attaches. */
static void write_fields(struct mavlink *m, struct import_item *to,
                         const struct xml_element *message)
{
    struct strings taken = { NULL, 0 };
    bool extended = false;
    unsigned minor = 0;

    for (const struct xml_element *e = message->first; e; e = e->next) {
        if (strcmp(e->name, "extensions") == 0) extended = true;
        if (strcmp(e->name, "field") != 0) continue;
        if (extended && minor < MOST_MINORS) minor++;
        write_field(m, to, e, &taken, minor);
    }
}

void mav_write_message(struct mavlink *mavlink, const struct xml_element *message,
                       struct import_item *top)
{
    struct import *import = mavlink->import;
    const char *name = xml_attribute(message, "name");
    struct import_item *structure = NULL;

    if (xml_child(message, "field")) {
        structure = import_add(import, top, IMPORT_STRUCT,
                               import_unique(import->arena, &mavlink->taken,
                                             import_type_name(import->arena, name)));
        structure->docs = docs_of(import->arena, message);
        structure->attributes =
            dhs_printf(import->arena, "%s @x.mavlink_id(%s)",
                       mav_deprecated(import->arena, message), xml_attribute(message, "id"));
        write_fields(mavlink, structure, message);
    }
    struct import_item *channel =
        import_add(import, top, IMPORT_CHANNEL,
                   structure ? names_snake(import->arena, structure->name)
                             : names_snake(import->arena, import_type_name(import->arena, name)));
    channel->docs = structure ? NULL : docs_of(import->arena, message);
    channel->type = structure ? structure->name : "none";
    channel->value = dhs_printf(import->arena, "%d", USUAL_SLOTS);
    import->counts.channels++;
}
