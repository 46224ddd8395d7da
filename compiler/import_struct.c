/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a ROS message as a struct with its constants, enums and channels. */
#include "import_struct.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "names.h"

enum { USUAL_SLOTS = 16 };

struct making {
    struct import *import;
    const struct ros_message *message;
    struct import_item *structure;
    const char *pending;   /* comment lines that the next line may take; NULL: none */
    const char *docs;      /* of the struct */
    struct strings fields; /* names that are taken */
    struct strings nested;
    struct strings topics;
    const char *n_slots;
    struct import_item *last; /* what a continued comment belongs to */
    struct made_group *groups;
};

/* A group of constants that has become an enum or flags. */
struct made_group {
    const struct msg_group *group;
    struct import_item *item;
    const char *name;
    struct made_group *next;
};

static const char *joined(struct making *m, const char *a, const char *b)
{
    if (!a || !*a) return b;
    return b && *b ? dhs_printf(m->import->arena, "%s\n%s", a, b) : a;
}

/* ---- messages without fields -------------------------------------------------------------- */

static const struct ros_reference *reference_of(const struct ros_message *message,
                                                const struct msg_line *line)
{
    const struct ros_reference *r = message->references;

    while (r && strcmp(r->type, line->type) != 0)
        r = r->next;
    return r;
}

/* Whether nothing is stored of it: it has no fields, or only such as are of messages without any.
 * That no message contains itself was checked. */
static bool is_nothing(const struct ros_message *message) // NOLINT(misc-no-recursion)
{
    for (const struct msg_line *line = message->lines; line; line = line->next) {
        if (line->kind != MSG_FIELD) continue;
        const struct ros_reference *r = reference_of(message, line);
        if (!r || !r->message || !is_nothing(r->message)) return false;
    }
    return true;
}

/* A field of a message that has none. */
static bool holds_nothing(const struct ros_message *message, const struct msg_line *line)
{
    const struct ros_reference *r = reference_of(message, line);

    return r && r->message && is_nothing(r->message);
}

/* ---- imports ------------------------------------------------------------------------------ */

static void add_once(struct dhs_arena *arena, struct strings *strings, const char *item)
{
    for (size_t i = 0; i < strings->n; i++)
        if (strcmp(strings->items[i], item) == 0) return;
    import_strings_add(arena, strings, item);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void ros_imports(struct import *import, const struct ros_message *message, struct import_file *file)
{
    for (const struct ros_reference *r = message->references; r; r = r->next) {
        bool same = strcmp(r->package, message->package) == 0;
        if (r->message && is_nothing(r->message)) continue;
        if (!r->message)
            add_once(import->arena, &file->imports, r->shipped);
        else if (same)
            add_once(import->arena, &file->imports,
                     dhs_printf(import->arena, "%s.dhs", r->message->file));
        else
            add_once(import->arena, &file->imports,
                     dhs_printf(import->arena, "%s/%s.dhs", r->package, r->message->file));
    }
    if (file->imports.n > 1)
        qsort(file->imports.items, file->imports.n, sizeof *file->imports.items, compare_texts);
}

/* ---- types -------------------------------------------------------------------------------- */

static const char *referred(struct making *m, const struct msg_line *line)
{
    const struct ros_reference *r = reference_of(m->message, line);

    const char *name = r->message ? r->message->name : r->name;
    return strcmp(r->package, m->message->package) == 0
               ? name
               : dhs_printf(m->import->arena, "%s.%s", r->package, name);
}

static const char *element_type(struct making *m, const struct msg_line *line, bool *bounded)
{
    const char *scalar = msg_scalar(line->type);

    if (strcmp(line->type, "string") == 0) {
        *bounded = *bounded || line->text_bound == 0;
        return dhs_printf(m->import->arena, "string<%llu>",
                          (unsigned long long)(line->text_bound ? line->text_bound
                                                                : m->import->bound));
    }
    return scalar ? scalar : referred(m, line);
}

static struct made_group *made(const struct making *m, const struct msg_group *group)
{
    for (struct made_group *g = m->groups; g; g = g->next)
        if (g->group == group) return g;
    return NULL;
}

static const char *group_name(struct making *m, const struct msg_group *group)
{
    struct made_group *g = made(m, group);

    if (g) return g->name;
    g = dhs_alloc(m->import->arena, sizeof *g);
    *g = (struct made_group){ group, NULL, import_unique(m->import->arena, &m->nested, group->name),
                              m->groups };
    m->groups = g;
    return g->name;
}

static const char *type_of(struct making *m, const struct msg_line *line, bool *bounded)
{
    struct dhs_arena *arena = m->import->arena;
    bool is_text = strcmp(line->type, "char") == 0 && line->array == MSG_FIXED;
    const char *element = is_text       ? "char"
                          : line->group ? group_name(m, line->group)
                                        : element_type(m, line, bounded);

    switch (line->array) {
    case MSG_FIXED: return dhs_printf(arena, "%s[%llu]", element, (unsigned long long)line->length);
    case MSG_BOUNDED:
        return dhs_printf(arena, "list<%s, %llu>", element, (unsigned long long)line->length);
    case MSG_UNBOUNDED:
        *bounded = true;
        return dhs_printf(arena, "list<%s, %llu>", element, (unsigned long long)m->import->bound);
    default: return element;
    }
}

/* ---- values ------------------------------------------------------------------------------- */

static const char *bool_literal(const char *text)
{
    if (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0) return "true";
    return strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0 ? "false" : NULL;
}

static const char *unquoted(struct dhs_arena *arena, const char *text)
{
    size_t n = strlen(text);
    bool quoted = n >= 2 && strchr("\"'", text[0]) && text[n - 1] == text[0];

    return quoted ? dhs_copy_text(arena, text + 1, n - 2) : text;
}

/* A text as a literal, or NULL after it was said that it does not fit. */
static const char *text_literal(struct making *m, const struct msg_line *line)
{
    struct import *import = m->import;
    const char *text = unquoted(import->arena, line->value);
    uint64_t bound = line->text_bound ? line->text_bound : import->bound;

    if (strlen(text) <= bound) return import_quote(import->arena, text);
    dhs_report(import->job->diag, DHS_IMPORT_VALUE, line->value_span,
               "the default of '%s' has %zu bytes, and there is room for %llu", line->name,
               strlen(text), (unsigned long long)bound);
    dhs_help(import->job->diag, "%s",
             line->text_bound ? "correct the value or the bound in the source"
                              : "give more room: --bound N");
    return NULL;
}

/* A value as a literal, or NULL after it was said why not. */
static const char *literal_of(struct making *m, const struct msg_line *line)
{
    struct import *import = m->import;
    const char *scalar = msg_scalar(line->type), *literal = NULL;

    if (line->array == MSG_SINGLE && scalar)
        literal = strcmp(scalar, "bool") == 0 ? bool_literal(line->value)
                                              : import_literal(import->arena, scalar, line->value);
    else if (line->array == MSG_SINGLE && line->kind == MSG_FIELD &&
             strcmp(line->type, "string") == 0)
        return text_literal(m, line);
    if (literal) return literal;
    if (scalar && line->array == MSG_SINGLE) {
        dhs_report(import->job->diag, DHS_IMPORT_VALUE, line->value_span,
                   "'%s' is no value of type %s", line->value, line->type);
        dhs_help(import->job->diag, "correct the value in the source");
    } else {
        import_loss(import, line->value_span, "%s '%s' of type %s",
                    line->kind == MSG_CONSTANT ? "the constant" : "the default of", line->name,
                    line->type);
    }
    return NULL;
}

/* ---- headings ----------------------------------------------------------------------------- */

/* A comment above several lines of a kind, the first of which has a comment beside it or has none
 * as the others have none, is about all of them. */
static bool is_heading(const struct making *m, const struct msg_line *line)
{
    size_t n = 0, n_commented = 0, n_alike = 0;

    if (!m->pending) return false;
    for (const struct msg_line *l = line; l && l->kind == line->kind; l = l->next, n++) {
        n_commented += l->comment[0] != '\0';
        n_alike += strcmp(l->type, line->type) == 0;
    }
    if (n_commented > 0) return n_commented >= 2 && line->comment[0] != '\0';
    return n >= 3 && n_alike == n;
}

/* What heads the lines from here on stands for itself. */
static void take_heading(struct making *m, const struct msg_line *line)
{
    if (!is_heading(m, line)) return;
    struct import_item *remark = import_add(m->import, m->structure, IMPORT_REMARK, NULL);
    remark->docs = m->pending;
    remark->heads = true;
    m->pending = NULL;
}

/* ---- members ------------------------------------------------------------------------------ */

/* Keeps what the source calls it, where that is no name here. */
static const char *label(struct making *m, const char *name, const char *original)
{
    if (strcmp(name, original) == 0) return "";
    return dhs_printf(m->import->arena, " @label(%s)", import_quote(m->import->arena, original));
}

static struct import_item *enum_item(struct making *m, const struct msg_group *group)
{
    const char *name = group_name(m, group);
    struct made_group *g = made(m, group);

    if (!g->item) {
        g->item = import_add(m->import, m->structure, IMPORT_ENUM, name);
        g->item->type = group->is_flags ? "flags" : "enum";
        g->item->value = msg_scalar(group->type);
        g->item->attributes = group->is_flags ? "" : " @open";
        g->item->docs = m->pending;
        m->pending = NULL;
        m->import->counts.enums++;
    }
    return g->item;
}

static void add_enumerator(struct making *m, const struct msg_line *line, const char *literal)
{
    struct import *import = m->import;
    struct import_integer value;
    struct import_item *to = enum_item(m, line->group);
    struct strings taken = { NULL, 0 };

    for (const struct import_item *e = to->members; e; e = e->next)
        import_strings_add(import->arena, &taken, e->name);
    const char *name = import_unique(import->arena, &taken, import_name(import->arena, line->name));
    struct import_item *item = import_add(import, to, IMPORT_ENUMERATOR, name);
    item->docs = joined(m, m->pending, line->comment);
    item->attributes = label(m, name, line->name);
    item->value = literal;
    if (line->group->is_flags && import_read_integer(literal, &value))
        item->value = dhs_printf(import->arena, "%d", __builtin_ctzll(value.magnitude));
    m->pending = NULL;
    m->last = item;
}

static void add_constant(struct making *m, const struct msg_line *line)
{
    struct import *import = m->import;
    const char *literal = literal_of(m, line);

    if (!literal) {
        m->pending = joined(m, m->pending, line->comment);
        struct import_item *kept = import_add(import, m->structure, IMPORT_REMARK, NULL);
        kept->docs =
            joined(m, m->pending,
                   dhs_printf(import->arena, "%s %s = %s", line->type, line->name, line->value));
        m->pending = NULL;
        return;
    }
    if (strcmp(line->name, "ORB_QUEUE_LENGTH") == 0 && literal[0] != '0') m->n_slots = literal;
    bool is_nothing = line->group && line->group->is_flags && strcmp(literal, "0") == 0;
    if (line->group && !is_nothing) {
        add_enumerator(m, line, literal);
        return;
    }
    const char *name =
        import_unique(import->arena, &m->nested, import_name(import->arena, line->name));
    take_heading(m, line);
    struct import_item *item = import_add(import, m->structure, IMPORT_CONSTANT, name);
    item->type = msg_scalar(line->type);
    item->value = literal;
    item->docs = joined(m, m->pending, line->comment);
    item->attributes = label(m, name, line->name);
    m->pending = NULL;
    m->last = item;
}

static const char *attributes_of(struct making *m, const struct comment_facts *facts)
{
    struct text out = text_new(m->import->arena);

    if (facts->scale != 0) text_printf(&out, " @scale(%s)", import_number(out.arena, facts->scale));
    if (facts->unit) text_printf(&out, " @unit(%s)", import_quote(out.arena, facts->unit));
    if (facts->low) text_printf(&out, " @range(%s, %s)", facts->low, facts->high);
    if (facts->invalid)
        text_printf(&out, " @invalid(%s%s)", facts->invalid_first ? "first " : "", facts->invalid);
    if (facts->frame) text_printf(&out, " @frame(%s)", import_quote(out.arena, facts->frame));
    return text_string(&out);
}

static const char *default_of(struct making *m, const struct msg_line *line)
{
    const char *literal = line->value ? literal_of(m, line) : NULL;

    if (!literal || !line->group) return literal;
    for (const struct msg_line *c = m->message->lines; c; c = c->next)
        if (c->kind == MSG_CONSTANT && c->group == line->group &&
            strcmp(c->value, line->value) == 0)
            return import_name(m->import->arena, c->name);
    import_loss(m->import, line->value_span, "the default of '%s', which none of its values is",
                line->name);
    return NULL;
}

static void add_field(struct making *m, const struct msg_line *line)
{
    struct import *import = m->import;
    bool bounded = false,
         is_number = !line->group && msg_scalar(line->type) && strcmp(line->type, "char") != 0;
    struct comment_facts facts = comment_read(import, is_number ? msg_scalar(line->type) : NULL,
                                              line->array != MSG_SINGLE, line->comment);
    const char *name =
        import_unique(import->arena, &m->fields, import_name(import->arena, line->name));
    const char *type = type_of(m, line, &bounded);
    take_heading(m, line);
    struct import_item *item = import_add(import, m->structure, IMPORT_FIELD, name);

    item->type = type;
    item->value = default_of(m, line);
    item->attributes =
        dhs_printf(import->arena, "%s%s", attributes_of(m, &facts), label(m, name, line->name));
    item->docs = joined(m, m->pending, facts.docs);
    if (bounded) {
        item->docs =
            joined(m, item->docs,
                   dhs_printf(import->arena, "The source sets no bound: %llu was given by --bound.",
                              (unsigned long long)import->bound));
        import->counts.bounded++;
    }
    import->counts.fields++;
    m->pending = NULL;
    m->last = item;
}

/* Nothing is stored of it, so nothing of it can be sent: it stays a remark. */
static void add_nothing(struct making *m, const struct msg_line *line)
{
    import_loss(m->import, line->span, "the field '%s': '%s' has no fields, so nothing is stored",
                line->name, line->type);
    struct import_item *kept = import_add(m->import, m->structure, IMPORT_REMARK, NULL);
    kept->docs = joined(m, joined(m, m->pending, line->comment),
                        dhs_printf(m->import->arena, "%s %s", line->type, line->name));
    m->pending = NULL;
}

/* ---- comments ----------------------------------------------------------------------------- */

/* "# TOPICS sensor_gps vehicle_gps_position": PX4's names for the channels. */
static bool take_topics(struct making *m, const char *comment)
{
    if (strncmp(comment, "TOPICS ", 7) != 0) return false;
    for (const char *p = comment + 7; *p;) {
        size_t n = strcspn(p, " \t");
        if (n > 0)
            add_once(m->import->arena, &m->topics,
                     import_name(m->import->arena, dhs_copy_text(m->import->arena, p, n)));
        p += n + (p[n] != '\0');
    }
    return true;
}

/* Comments that no field follows: the first are about the message, others stand for themselves. */
static void flush_comments(struct making *m)
{
    if (m->pending && !m->structure->members) {
        m->docs =
            m->docs ? dhs_printf(m->import->arena, "%s\n\n%s", m->docs, m->pending) : m->pending;
    } else if (m->pending) {
        struct import_item *remark = import_add(m->import, m->structure, IMPORT_REMARK, NULL);
        remark->docs = m->pending;
    }
    m->pending = NULL;
    m->last = NULL;
}

/* "# esc_online_flags bit 0: ..." right below that field. */
static bool speaks_of_last(const struct making *m, const char *comment)
{
    size_t n = strlen(m->last->name);

    return n > 3 && strncmp(comment, m->last->name, n) == 0 && strchr(" :", comment[n]);
}

static void take_comment(struct making *m, const struct msg_line *line)
{
    if (take_topics(m, line->comment)) return;
    if (m->last && !m->pending && (line->indented || speaks_of_last(m, line->comment)))
        m->last->docs = joined(m, m->last->docs, line->comment);
    else
        m->pending = joined(m, m->pending, line->comment);
}

static void take_line(struct making *m, const struct msg_line *line)
{
    bool at_top = !m->docs && !m->structure->members && m->pending;

    switch (line->kind) {
    case MSG_BLANK: flush_comments(m); break;
    case MSG_COMMENT: take_comment(m, line); break;
    case MSG_CONSTANT:
        if (at_top) flush_comments(m);
        add_constant(m, line);
        break;
    default:
        if (at_top) flush_comments(m);
        if (holds_nothing(m->message, line))
            add_nothing(m, line);
        else
            add_field(m, line);
    }
}

/* ---- the message -------------------------------------------------------------------------- */

static void add_channels(struct making *m, struct import_item *top, bool is_empty)
{ /* an empty message has no struct to carry its docs */
    if (m->topics.n == 0) import_strings_add(m->import->arena, &m->topics, m->message->file);
    for (size_t i = 0; i < m->topics.n; i++) {
        struct import_item *channel =
            import_add(m->import, top, IMPORT_CHANNEL, m->topics.items[i]);
        channel->docs = is_empty ? m->docs : NULL;
        channel->type = is_empty ? "none" : m->message->name;
        channel->value = m->n_slots ? m->n_slots : dhs_printf(m->import->arena, "%d", USUAL_SLOTS);
        m->import->counts.channels++;
    }
}

void ros_struct(struct import *import, const struct ros_message *message, struct import_item *top)
{
    struct import_item holder = { .kind = IMPORT_STRUCT };
    struct making m = { .import = import, .message = message, .structure = &holder };
    bool is_signal = is_nothing(message);

    msg_group(import, message->lines);
    for (const struct msg_line *line = message->lines; line; line = line->next)
        take_line(&m, line);
    flush_comments(&m);
    if (!is_signal) {
        struct import_item *structure = import_add(import, top, IMPORT_STRUCT, message->name);
        structure->docs = m.docs;
        structure->members = holder.members;
    } else { /* a signal; its constants stand alone */
        top->members = holder.members;
        top->last_member = holder.last_member;
    }
    add_channels(&m, top, is_signal);
}
