/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which constants of a .msg file are the values of which field. ROS does not say, so only what is
 * certain is taken, and everything else stays a constant:
 *
 *   by name     ARMING_STATE_ARMED and `arming_state`, of one type
 *   by place    a run of constants with a common first word, beside a field that shares that word
 *   by comment  "one of PREFIX_*", [@enum PREFIX]
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "import_msg.h"

struct grouping {
    struct import *import;
    struct msg_line *lines;
    struct msg_group *groups;
};

static bool is_number_line(const struct msg_line *line, enum msg_kind kind)
{
    const char *scalar = line->kind == kind ? msg_scalar(line->type) : NULL;
    return scalar && import_is_integer(scalar);
}

/* How much of the constant's name is the field's name, without regard to '_' and case, up to a '_';
 * 0: it does not begin with it. */
static size_t named_like(const char *constant, const char *field)
{
    size_t i = 0;

    for (; *field; field++) {
        if (*field == '_') continue;
        while (constant[i] == '_')
            i++;
        if (tolower((unsigned char)constant[i]) != tolower((unsigned char)*field)) return 0;
        i++;
    }
    return constant[i] == '_' && constant[i + 1] ? i : 0;
}

static struct msg_group *group_of(struct grouping *g, const char *prefix, size_t length,
                                  const char *type)
{
    struct dhs_arena *arena = g->import->arena;
    const char *name = dhs_copy_text(arena, prefix, length);

    for (struct msg_group *group = g->groups; group; group = group->next)
        if (strcmp(group->prefix, name) == 0 && strcmp(group->type, type) == 0) return group;
    struct msg_group *group = dhs_alloc(arena, sizeof *group);
    *group = (struct msg_group){ name, import_type_name(arena, name), type, false, g->groups };
    g->groups = group;
    return group;
}

static bool has_prefix(const struct msg_line *line, const struct msg_group *group)
{
    size_t n = strlen(group->prefix);
    return strncmp(line->name, group->prefix, n) == 0 && line->name[n] == '_' && line->name[n + 1];
}

/* ..._MAX, ..._COUNT are about a field, not values of it. */
static bool is_about(const char *name)
{
    const char *rest = strrchr(name, '_') + 1;
    static const char *const words[] = { "MIN",  "MAX",     "COUNT", "NUM",   "LENGTH",
                                         "SIZE", "DEFAULT", "STEP",  "LIMIT", "VERSION" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(rest, words[i]) == 0) return true;
    return false;
}

/* Those of them that tell how many values there are. */
static bool counts(const char *name)
{
    const char *rest = strrchr(name, '_') + 1;

    return strcasecmp(rest, "MAX") == 0 || strcasecmp(rest, "COUNT") == 0 ||
           strcasecmp(rest, "NUM") == 0;
}

/* Two values at least, and not all of them are about the field. */
static bool is_worth_it(const struct grouping *g, const struct msg_group *group)
{
    size_t n = 0;

    for (const struct msg_line *line = g->lines; line; line = line->next)
        n += line->kind == MSG_CONSTANT && line->group == group && !is_about(line->name);
    return n >= 2;
}

static void drop(struct grouping *g, const struct msg_group *group)
{
    for (struct msg_line *line = g->lines; line; line = line->next)
        if (line->group == group) line->group = NULL;
}

static void group_by_name(struct grouping *g)
{
    for (struct msg_line *c = g->lines; c; c = c->next) {
        size_t longest = 0;
        struct msg_line *owner = NULL;
        if (!is_number_line(c, MSG_CONSTANT)) continue;
        for (struct msg_line *f = g->lines; f; f = f->next) {
            if (!is_number_line(f, MSG_FIELD) || strcmp(f->type, c->type) != 0) continue;
            size_t n = named_like(c->name, f->name);
            if (n > longest) {
                longest = n;
                owner = f;
            }
        }
        if (!owner) continue;
        struct msg_group *group = group_of(g, c->name, longest, c->type);
        c->group = group;
        if (!owner->group) owner->group = group;
    }
    for (struct msg_group *group = g->groups; group; group = group->next)
        if (!is_worth_it(g, group)) drop(g, group);
}

/* ---- by place ----------------------------------------------------------------------------- */

/* The common words of two names: "NAVIGATION_STATE" of ..._MANUAL and ..._ALTCTL. */
static size_t common_words(const char *a, size_t length, const char *b)
{
    size_t n = 0, word = 0;

    for (; n < length && a[n] == b[n]; n++)
        if (a[n] == '_') word = n;
    if (n == length && b[n] == '_') word = n;
    return word;
}

/* Whether a word of the prefix is a word of the field's name, in the singular or plural. */
static bool shares_word(const char *prefix, size_t length, const char *field)
{
    for (size_t i = 0; i < length;) {
        size_t n = 0;
        while (i + n < length && prefix[i + n] != '_')
            n++;
        for (const char *f = field; n > 2 && *f; f++) {
            bool starts = f == field || f[-1] == '_';
            if (!starts || strncasecmp(f, prefix + i, n) != 0) continue;
            const char *rest = f + n + (f[n] == 's');
            if (*rest == '\0' || *rest == '_') return true;
        }
        i += n + 1;
    }
    return false;
}

static bool could_own(const struct msg_line *field, const struct msg_line *first, size_t length)
{
    return field && is_number_line(field, MSG_FIELD) && !field->group &&
           strcmp(field->type, first->type) == 0 && shares_word(first->name, length, field->name);
}

static bool same_first_word(const char *a, const char *b)
{
    size_t n = strcspn(a, "_");
    return strncmp(a, b, n) == 0 && b[n] == '_';
}

/* Whether behind this blank line comes a constant that goes on with the run. */
static bool goes_on(const struct msg_line *blank, const struct msg_line *first)
{
    while (blank && (blank->kind == MSG_BLANK || blank->kind == MSG_COMMENT))
        blank = blank->next;
    return blank && blank->kind == MSG_CONSTANT && same_first_word(first->name, blank->name);
}

/* The run of constants from `first`: how long their common prefix is, and what stands behind. */
static size_t measure_run(struct msg_line *first, size_t *n, struct msg_line **behind)
{
    size_t length = strlen(first->name);

    *n = 0;
    *behind = first;
    for (; *behind && (*behind)->kind != MSG_FIELD; *behind = (*behind)->next) {
        if ((*behind)->kind == MSG_BLANK && !goes_on(*behind, first)) break;
        if ((*behind)->kind != MSG_CONSTANT) continue;
        if (!is_number_line(*behind, MSG_CONSTANT) || (*behind)->group ||
            strcmp((*behind)->type, first->type) != 0)
            return 0;
        if (*n > 0) length = common_words(first->name, length, (*behind)->name);
        ++*n;
    }
    return *n > 1 ? length : 0;
}

/* Whether only the run's constants begin as they do: else some values would be missing. */
static bool is_all(const struct grouping *g, const struct msg_line *first, size_t n)
{
    size_t all = 0;

    for (const struct msg_line *line = g->lines; line; line = line->next)
        all += line->kind == MSG_CONSTANT && same_first_word(first->name, line->name);
    return all == n;
}

/* The run's constants become the values of `field`, and of those right above it that are alike. */
static void adopt(struct grouping *g, struct msg_line *first, const struct msg_line *behind,
                  size_t length, struct msg_line *field)
{
    struct msg_group *group = group_of(g, first->name, length, first->type);

    for (struct msg_line *c = first; c != behind; c = c->next)
        if (c->kind == MSG_CONSTANT) c->group = group;
    for (struct msg_line *f = field; f && could_own(f, first, length); f = f->before)
        f->group = group;
    if (!is_worth_it(g, group)) drop(g, group);
}

static void group_by_place(struct grouping *g)
{
    struct msg_line *behind;
    size_t n;

    for (struct msg_line *line = g->lines; line; line = line->next) {
        struct msg_line *before = line->before;
        if (!is_number_line(line, MSG_CONSTANT) || (before && before->kind == MSG_CONSTANT))
            continue;
        size_t length = measure_run(line, &n, &behind);
        if (length == 0 || !is_all(g, line, n)) continue;
        struct msg_line *above = could_own(before, line, length) ? before : NULL;
        struct msg_line *below = could_own(behind, line, length) ? behind : NULL;
        if (!above == !below) continue; /* none, or two: not certain */
        adopt(g, line, behind, length, above ? above : below);
    }
}

/* ---- by comment --------------------------------------------------------------------------- */

static void group_by_comment(struct grouping *g)
{
    for (struct msg_line *f = g->lines; f; f = f->next) {
        const char *prefix =
            is_number_line(f, MSG_FIELD) ? comment_enum(g->import->arena, f->comment) : NULL;
        if (!prefix) continue;
        struct msg_group *group = group_of(g, prefix, strlen(prefix), f->type);
        for (struct msg_line *c = g->lines; c; c = c->next)
            if (is_number_line(c, MSG_CONSTANT) && !c->group && strcmp(c->type, f->type) == 0 &&
                has_prefix(c, group))
                c->group = group;
        if (is_worth_it(g, group))
            f->group = group;
        else
            drop(g, group);
    }
}

/* ---- what counts the values ----------------------------------------------------------------- */

/* MODE_MAX and MODE_COUNT, where they are the greatest: they grow with every value that is added,
 * so as values they would refuse peers that know one more. */
static void release_counts(struct grouping *g, const struct msg_group *group)
{
    struct import_integer greatest = { true, UINT64_MAX }, value;

    for (const struct msg_line *line = g->lines; line; line = line->next)
        if (line->kind == MSG_CONSTANT && line->group == group && !is_about(line->name) &&
            import_read_integer(line->value, &value) && !value.negative &&
            (greatest.negative || value.magnitude > greatest.magnitude))
            greatest = value;
    for (struct msg_line *line = g->lines; line; line = line->next)
        if (line->kind == MSG_CONSTANT && line->group == group && counts(line->name) &&
            import_read_integer(line->value, &value) && !value.negative && !greatest.negative &&
            value.magnitude >= greatest.magnitude)
            line->group = NULL;
}

/* ---- enum or flags ------------------------------------------------------------------------ */

static bool speaks_of_bits(const char *comment)
{
    return strcasestr(comment, "flag") || strcasestr(comment, "bitmask") ||
           strcasestr(comment, "bitfield") || strcasestr(comment, "bit mask") ||
           strstr(comment, "1 <<") || strstr(comment, "1<<");
}

/* Flags: every value is 0 or one bit, and somebody says that they are bits. Where nobody does, but
 * 1, 2, 4 look like it, the constants stay constants. */
static void decide(struct grouping *g, struct msg_group *group)
{
    bool said = false, are_bits = msg_scalar(group->type)[0] == 'u';
    uint64_t seen = 0, n = 0;

    for (const struct msg_line *line = g->lines; line; line = line->next) {
        struct import_integer value;
        if (line->group != group) continue;
        said = said || speaks_of_bits(line->comment) || strcasestr(line->name, "flag");
        if (line->kind != MSG_CONSTANT) continue;
        if (!import_read_integer(line->value, &value) || value.negative) are_bits = false;
        bool is_bit = value.magnitude && (value.magnitude & (value.magnitude - 1)) == 0;
        if (value.magnitude && (!is_bit || (seen & value.magnitude))) are_bits = false;
        seen |= value.magnitude;
        n += value.magnitude != 0;
    }
    group->is_flags = said && are_bits && seen != 0;
    if (!said && are_bits && n >= 3) drop(g, group);
}

struct msg_group *msg_group(struct import *import, struct msg_line *lines)
{
    struct grouping g = { import, lines, NULL };

    group_by_name(&g);
    group_by_place(&g);
    group_by_comment(&g);
    for (struct msg_group *group = g.groups; group; group = group->next) {
        release_counts(&g, group);
        decide(&g, group);
    }
    return g.groups;
}
