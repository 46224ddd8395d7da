/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comments of .msg files say of a number: in the words that PX4 agreed on ([m], [@range -1,
 * 1],
 * [@invalid NaN], [@frame NED]), and in those that people use: (metres), [rad], in m/s, [-PI, PI],
 * NaN if unknown. Where a comment could be read in two ways nothing is taken from it; the comment
 * itself is kept as documentation in any case.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import_msg.h"

struct comment {
    struct dhs_arena *arena;
    const char *type; /* never NULL here */
    bool is_array;
    bool units_differ; /* a variance beside its value: neither is the unit of both; or one that is
                        * multiplied by something */
    struct comment_facts facts;
};

static const char *trimmed(struct dhs_arena *arena, const char *from, const char *to)
{
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return dhs_copy_text(arena, from, (size_t)(to - from));
}

/* ---- ranges ------------------------------------------------------------------------------- */

/* What stands between two bounds: "..", "..." or ',', or the '-' of "0-1". NULL: nothing does. */
static const char *between_bounds(const char *text, size_t *length)
{
    const char *dots = strstr(text, "..");

    *length = dots ? 2 + (dots[2] == '.') : 1;
    if (dots) return dots;
    size_t digits = strspn(text, "0123456789.");
    if (digits > 0 && text[digits] == '-' && isdigit((unsigned char)text[digits + 1]))
        return text + digits;
    return strchr(text, ',');
}

/* "-1, 1", "0..360", "-PI, PI", "0-1": both bounds, in order. */
static bool take_range(struct comment *c, const char *text)
{
    size_t length;
    const char *between = between_bounds(text, &length);

    if (c->facts.low || !between) return false;
    const char *low = import_literal(c->arena, c->type, trimmed(c->arena, text, between));
    const char *rest = between + length;
    const char *high =
        import_literal(c->arena, c->type, trimmed(c->arena, rest, rest + strlen(rest)));
    const char *open = trimmed(c->arena, rest, rest + strlen(rest));
    if (low && !high && (strcasecmp(open, "inf") == 0 || *open == '\0')) high = "_";
    if (!low || !high || strstr(low, "inf") || strcmp(low, "nan") == 0) return false;
    if (strcmp(high, "inf") == 0) high = "_";
    if (strcmp(high, "_") != 0 && atof(low) > atof(high)) return false;
    c->facts.low = low;
    c->facts.high = high;
    return true;
}

static bool is_bound(char c)
{
    return isalnum((unsigned char)c) || strchr("+-.", c);
}

/* The bounds around `dots`, as a text of their own; what follows them is at `*rest`. */
static const char *bounds_around(struct comment *c, const char *text, const char *dots,
                                 const char **rest)
{
    const char *from = dots, *to = dots;

    while (from > text && is_bound(from[-1]))
        from--;
    while (*to && is_bound(*to))
        to++;
    while (to > dots && to[-1] == '.') /* the end of a sentence */
        to--;
    *rest = to;
    return dhs_copy_text(c->arena, from, (size_t)(to - from));
}

/* "in radians -PI..+PI", "unitless -1..1, can be NaN": one pair in a comment is about the number.
 */
static void take_dots(struct comment *c, const char *text)
{
    const char *dots = strstr(text, ".."), *rest;

    if (!dots || c->facts.low) return;
    const char *bounds = bounds_around(c, text, dots, &rest);
    if (!strstr(rest, "..")) take_range(c, bounds);
}

/* "processor load from 0 to 1". */
static void take_from_to(struct comment *c, const char *text)
{
    char low[32], high[32];
    const char *from = strstr(text, "from ");

    if (!from || sscanf(from, "from %31[-+.0-9] to %31[-+.0-9]", low, high) != 2) return;
    take_range(c, dhs_printf(c->arena, "%s,%s", low, high));
}

/* "Percentage 0-100%", "(0...100%)": the unit, too. */
static bool take_percentage(struct comment *c, const char *text)
{
    const char *percent = strchr(text, '%'), *from = percent;

    while (from && from > text && is_bound(from[-1]))
        from--;
    if (!from || !isdigit((unsigned char)*from)) return false;
    return take_range(c, dhs_copy_text(c->arena, from, (size_t)(percent - from)));
}

/* ---- units -------------------------------------------------------------------------------- */

static bool take_unit(struct comment *c, const char *text)
{
    const char *unit;
    double scale = 0;

    if (!units_find(text, &unit, &scale)) return false;
    if (scale != 0 && (import_is_float(c->type) || strlen(text) < 4)) return false; /* "(cs)" */
    if (c->facts.unit && strcmp(c->facts.unit, unit) != 0) c->units_differ = true;
    if (c->facts.unit) return false;
    c->facts.unit = unit;
    c->facts.scale = scale;
    return true;
}

static bool is_unit(const char *text)
{
    const char *unit;
    double scale;

    return units_find(text, &unit, &scale);
}

/* "rad, [-PI, PI]": the unit stands first, a range may follow. */
static void take_parenthesis(struct comment *c, const char *text)
{
    const char *comma = strchr(text, ',');

    if (take_unit(c, text) || !comma) return;
    take_unit(c, trimmed(c->arena, text, comma));
}

static bool starts_with(const char *text, const char *word)
{
    return strncasecmp(text, word, strlen(word)) == 0;
}

/* Whether these words make another unit of the one before them: degrees per minute, metres squared,
 * degrees Reaumur. */
static bool goes_on(const char *words)
{
    static const char *const more[] = { " per ", " squared", " cubed", " times ", " * ",
                                        " / ",   " cel",     " fahr",  " kelvin", " reau" };

    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (starts_with(words, more[i])) return true;
    return false;
}

/* The words behind "in " or "in units of ": the longest of up to four that are a unit. */
static void take_unit_in(struct comment *c, const char *words)
{
    enum { MOST_WORDS = 4 }; /* metres per second squared */
    size_t ends[MOST_WORDS], n = 0, i = 0;

    if (starts_with(words, "units of ")) words += 9;
    while (n < MOST_WORDS && words[i]) {
        while (words[i] && !strchr(" \t\n,;.()[]", words[i]))
            i++;
        ends[n++] = i;
        if (words[i] != ' ') break;
        i++;
    }
    for (; n > 0; n--) {
        const char *unit = trimmed(c->arena, words, words + ends[n - 1]);
        if (goes_on(words + ends[n - 1]))
            c->units_differ = c->units_differ || is_unit(unit);
        else if (take_unit(c, unit))
            return;
    }
}

/* "rad/s (commanded by user)": a comment that begins with its unit, which a '/' makes certain. */
static void take_unit_first(struct comment *c, const char *text)
{
    size_t n = strcspn(text, " ");
    const char *first = dhs_copy_text(c->arena, text, n);

    if (text[n] == '\0' || (strchr(first, '/') && strncmp(text + n, " (", 2) == 0))
        take_unit(c, first);
}

/* "Fuel pressure, kilopascal": behind the last comma any unit; between two of them words that are
 * nothing else. */
static void take_unit_between(struct comment *c, const char *text)
{
    for (const char *comma = strchr(text, ','); comma && !c->facts.unit;
         comma = strchr(comma + 1, ',')) {
        size_t n = strcspn(comma + 1, ",");
        const char *piece = trimmed(c->arena, comma + 1, comma + 1 + n);
        if (comma[1 + n] == '\0' || strlen(piece) > 4) take_unit(c, piece);
    }
}

/* ---- invalid ------------------------------------------------------------------------------ */

static bool says_invalid(const char *text)
{
    static const char *const words[] = { "invalid",        "unknown",        "unavailable",
                                         "not available",  "not valid",      "not set",
                                         "unset",          "not known",      "not used",
                                         "unused",         "not applicable", "no data",
                                         "not measured",   "not provided",   "not supported",
                                         "not registered", "not reached" };

    if (starts_with(text, "field ")) text += 6;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (starts_with(text, words[i])) return true;
    return false;
}

/* The word that ends before `end`. */
static const char *word_before(const char *start, const char *end)
{
    while (end > start && end[-1] == ' ')
        end--;
    const char *from = end;
    while (from > start && (isalnum((unsigned char)from[-1]) || strchr("_-.", from[-1])))
        from--;
    return from;
}

/* NaN, UINT16_MAX, -1: what is no value among others. A plain number may be one: "0: unknown, 1:
 * on" names values, it does not mark any. */
static bool is_marker(const char *word)
{
    size_t n = strlen(word);

    return strcasecmp(word, "nan") == 0 || (*word == '-' && isdigit((unsigned char)word[1])) ||
           (n > 4 && (strcmp(word + n - 4, "_MAX") == 0 || strcmp(word + n - 4, "_MIN") == 0));
}

/* "NaN if unknown", "-1 if invalid", "First value NaN if ...", and with `joint` ": " or the like
 * "NaN: field not provided". */
static void take_invalid_at(struct comment *c, const char *text, const char *joint, bool any)
{
    for (const char *p = strstr(text, joint); p && !c->facts.invalid; p = strstr(p + 1, joint)) {
        const char *start = word_before(text, p);
        const char *word = trimmed(c->arena, start, p);
        bool is_nan = any && strcasecmp(word, "nan") == 0; /* whatever the condition is */
        if (!is_nan && !says_invalid(p + strlen(joint))) continue;
        if (!any && !is_marker(word)) continue;
        c->facts.invalid = import_literal(c->arena, c->type, word);
        c->facts.invalid_first =
            c->is_array && start - text >= 12 && strncasecmp(start - 12, "first value ", 12) == 0;
    }
}

/* "If unknown, set to: UINT16_MAX". */
static void take_invalid_set_to(struct comment *c, const char *text)
{
    static const char joint[] = ", set to: ";
    const char *p = strstr(text, joint), *condition = p;

    while (condition && condition > text && condition[-1] != '.')
        condition--;
    if (!p || c->facts.invalid) return;
    condition += strspn(condition, " ");
    if (!starts_with(condition, "if ") || !says_invalid(condition + 3)) return;
    const char *word = p + strlen(joint);
    c->facts.invalid =
        import_literal(c->arena, c->type, trimmed(c->arena, word, word + strcspn(word, " ,;.")));
}

static void take_invalid(struct comment *c, const char *text)
{
    take_invalid_at(c, text, " if ", true);
    take_invalid_at(c, text, " for ", false);
    take_invalid_at(c, text, ": ", false);
    take_invalid_at(c, text, " = ", false);
    take_invalid_set_to(c, text);
}

/* ---- frames ------------------------------------------------------------------------------- */

/* One frame, named once: a comment that speaks of two (a rotation) tells no frame of the number. */
static void take_frame(struct comment *c, const char *text)
{
    static const char *const frames[][2] = {
        { "NED earth-fixed frame", "NED" },
        { "in NED", "NED" },
        { "NED frame", "NED" },
        { "NED local", "NED" },
        { "NED position", "NED" },
        { "NED velocity", "NED" },
        { "NED acceleration", "NED" },
        { "meters NED", "NED" },
        { "FRD board frame", "FRD board" },
        { "FRD body frame", "FRD" },
        { "body-fixed frame", "body" },
        { "in body frame", "body" },
        { "in the body frame", "body" },
        { "FRD frame", "FRD" },
        { "in FRD", "FRD" },
        { "in ENU", "ENU" },
        { "ENU frame", "ENU" },
        { "in FLU", "FLU" },
    };
    const char *found = NULL;

    if (c->facts.frame || strcasestr(text, "from ") || strcasestr(text, "relative")) return;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        if (!strcasestr(text, frames[i][0])) continue;
        if (found && strcmp(found, frames[i][1]) != 0) return;
        found = frames[i][1];
    }
    if (found && strcmp(found, "NED") == 0 && strcasestr(text, "body"))
        return; /* its x is forward */
    c->facts.frame = found;
}

/* ---- brackets ----------------------------------------------------------------------------- */

/* [@name arguments]: true if it is in the facts now. */
static bool take_tag(struct comment *c, const char *tag)
{
    const char *argument = tag + strcspn(tag, " ");

    while (*argument == ' ')
        argument++;
    if (starts_with(tag, "@range")) return take_range(c, argument);
    if (starts_with(tag, "@invalid")) {
        const char *value = trimmed(c->arena, argument, argument + strcspn(argument, " ,"));
        const char *rest = argument + strlen(value);
        if (c->facts.invalid) return false;
        c->facts.invalid = import_literal(c->arena, c->type, value);
        return c->facts.invalid && *rest == '\0';
    }
    if (starts_with(tag, "@frame") && *argument) {
        c->facts.frame = argument;
        return true;
    }
    return false;
}

/* The end of the bracket that opens at `at`, with those inside; NULL: it stays open. */
static const char *closing(const char *at)
{
    int depth = 0;

    for (; *at; at++) {
        if (strchr("([", *at)) depth++;
        if (strchr(")]", *at) && --depth == 0) return at;
    }
    return NULL;
}

/* "([m/s])", "[(m/s)]" and "(m/s)" are one. */
static const char *inside(struct dhs_arena *arena, const char *open, const char *close)
{
    const char *text = trimmed(arena, open + 1, close);

    while (strchr("([", text[0]) && text[0] && closing(text) == text + strlen(text) - 1)
        text = trimmed(arena, text + 1, text + strlen(text) - 1);
    return text;
}

/* What stands in a bracket; true if the docs can do without it. */
static bool take_bracket(struct comment *c, const char *open, const char *close)
{
    const char *text = inside(c->arena, open, close);

    if (strncmp(close, ")**2", 4) == 0 || strncmp(close, ")^2", 3) == 0) {
        take_unit(c, dhs_printf(c->arena, "(%s)^2", text));
        return false;
    }
    if (text[0] == '@') return take_tag(c, text);
    if (*open == '[' && take_unit(c, text)) return true;
    if (*open == '[' && strncmp(close, "] to ", 5) == 0)
        return false; /* what is mapped to something is not the number itself */
    if (*open == '[') return take_range(c, text);
    take_parenthesis(c, text);
    return false;
}

/* "range: [-1, 1]", "a factor in [0, 1]": without the bracket the sentence would hang. */
static bool leans(const struct text *docs)
{
    static const char *const words[] = { ":", " in", " of", " to", " from", " between", " range" };
    size_t n = docs->length;

    while (n > 0 && docs->data[n - 1] == ' ')
        n--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        if (n >= length && strncasecmp(docs->data + n - length, words[i], length) == 0) return true;
    }
    return false;
}

/* Reads the brackets; `docs` gets the comment without those that are said by attributes. */
static void read_brackets(struct comment *c, const char *text, struct text *docs)
{
    int depth = 0; /* inside of a parenthesis nothing is left out */

    for (const char *p = text; *p; p++) {
        const char *close = strchr("([", *p) ? closing(p) : NULL;
        depth -= *p == ')' && depth > 0;
        depth += *p == '(' && close;
        if (close && take_bracket(c, p, close) && depth == 0 && !leans(docs)) {
            p = close;
            while (p[1] == ' ' && (docs->length == 0 || docs->data[docs->length - 1] == ' '))
                p++;
        } else {
            text_add_char(docs, *p);
        }
    }
}

struct comment_facts comment_read(struct import *import, const char *type, bool is_array,
                                  const char *text)
{
    struct comment c = { import->arena, type, is_array, false, { .docs = text } };
    struct text docs = text_new(import->arena);

    if (!type || strcmp(type, "bool") == 0) return c.facts;
    read_brackets(&c, text, &docs);
    for (const char *p = text; !c.facts.unit && (p = strstr(p, "in ")); p += 3)
        if (p == text || strchr(" (,[", p[-1])) take_unit_in(&c, p + 3);
    if (!c.facts.unit) take_unit_first(&c, text);
    if (!c.facts.unit) take_unit_between(&c, text);
    if (c.units_differ) {
        c.facts.unit = NULL;
        c.facts.scale = 0;
    }
    take_invalid(&c, text);
    if (take_percentage(&c, text) && !c.facts.unit && !c.units_differ) c.facts.unit = "%";
    take_dots(&c, text);
    take_from_to(&c, text);
    take_frame(&c, text);
    c.facts.docs = trimmed(import->arena, text_string(&docs), text_string(&docs) + docs.length);
    import->counts.units += c.facts.unit != NULL;
    import->counts.ranges += c.facts.low != NULL;
    import->counts.invalids += c.facts.invalid != NULL;
    import->counts.frames += c.facts.frame != NULL;
    return c.facts;
}

/* The word that ends at `end`. */
static const char *name_before(struct dhs_arena *arena, const char *text, const char *end)
{
    const char *from = end;

    while (from > text && (isalnum((unsigned char)from[-1]) || from[-1] == '_'))
        from--;
    return from < end ? trimmed(arena, from, end) : NULL;
}

const char *comment_enum(struct dhs_arena *arena, const char *text)
{
    const char *tag = strstr(text, "[@enum ");
    const char *star = strstr(text, "_*");
    const char *word = strstr(text, " enum"); /* Type from MAV_DISTANCE_SENSOR enum */

    if (tag) return trimmed(arena, tag + 7, tag + 7 + strcspn(tag + 7, " ]"));
    if (star) return name_before(arena, text, star);
    return word ? name_before(arena, text, word) : NULL;
}
