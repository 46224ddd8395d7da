/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"

#include <assert.h>
#include <string.h>

#include "escape.h"

/* One of each is enough: nobody writes to them. */
static struct value THE_NULL = { .kind = VALUE_NULL };
static struct value THE_BOOLS[] = { { .kind = VALUE_BOOL },
                                    { .kind = VALUE_BOOL, .boolean = true } };

/* Texts and numbers are many and small: they are made without what only lists and maps have. */
static struct value *make_text(struct dhs_arena *arena, enum value_kind kind, const char *text)
{
    struct value *value = dhs_alloc(arena, offsetof(struct value, last));

    value->kind = (uint8_t)kind;
    value->text = text;
    return value;
}

static struct value *make(struct dhs_arena *arena, enum value_kind kind)
{
    struct value *value = dhs_alloc(arena, sizeof *value);

    value->kind = (uint8_t)kind;
    value->arena = arena;
    return value;
}

struct value *value_null(struct dhs_arena *arena)
{
    (void)arena;
    return &THE_NULL;
}

struct value *value_bool(struct dhs_arena *arena, bool boolean)
{
    (void)arena;
    return &THE_BOOLS[boolean];
}

struct value *value_number(struct dhs_arena *arena, const char *decimal)
{
    return make_text(arena, VALUE_NUMBER, decimal);
}

struct value *value_text(struct dhs_arena *arena, const char *text)
{
    return make_text(arena, VALUE_TEXT, text);
}

struct value *value_list(struct dhs_arena *arena)
{
    return make(arena, VALUE_LIST);
}

struct value *value_map(struct dhs_arena *arena)
{
    return make(arena, VALUE_MAP);
}

struct value *value_later(struct dhs_arena *arena, enum value_kind kind, value_filler fill,
                          void *context, const void *subject)
{
    struct value *value = make(arena, kind);

    value->later = true;
    value->subject = subject;
    value->fill = fill;
    value->context = context;
    return value;
}

/* Empty first, since filling adds to it as anyone does. */
static void fill_now(struct value *value)
{
    value_filler fill = value->fill;
    void *context = value->context;
    const void *subject = value->subject;

    value->later = false;
    value->first = value->last = NULL;
    value->names = 0;
    fill(value, context, subject);
}

struct value_entry *value_first(struct value *value)
{
    if (value->later) fill_now(value);
    return value->first;
}

/* One bit for a name: a map without it is passed without a look at its entries. Most are, since
 * templates ask from the innermost section outwards. */
static uint64_t name_bit(const char *name)
{
    size_t length = strlen(name);
    unsigned first = (unsigned char)name[0];
    unsigned last = length > 0 ? (unsigned char)name[length - 1] : 0;

    return UINT64_C(1) << ((length * 7 + first * 5 + last * 11) % 64);
}

static void append_entry(struct value *parent, struct value_entry *entry)
{
    if (parent->last)
        parent->last->next = entry;
    else
        parent->first = entry;
    parent->last = entry;
}

static void add_entry(struct value *parent, const char *name, struct value *value)
{
    struct value_entry *entry = dhs_alloc(parent->arena, sizeof *entry);

    entry->name = name;
    entry->value = value;
    if (name) parent->names |= name_bit(name);
    append_entry(parent, entry);
}

void value_append(struct value *list, struct value *item)
{
    assert(list->kind == VALUE_LIST);
    value_first(list);
    add_entry(list, NULL, item);
}

void value_set(struct value *map, const char *name, struct value *value)
{
    assert(map->kind == VALUE_MAP);
    value_first(map);
    assert(!value_get(map, name));
    add_entry(map, name, value);
}

void value_set_text(struct value *map, const char *name, const char *text)
{
    value_set(map, name, text ? value_text(map->arena, text) : value_null(map->arena));
}

void value_set_bool(struct value *map, const char *name, bool boolean)
{
    value_set(map, name, value_bool(map->arena, boolean));
}

void value_set_number(struct value *map, const char *name, uint64_t number)
{
    char digits[24];
    char *start = digits + sizeof digits;
    uint64_t left = number;

    do {
        *--start = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    size_t length = (size_t)(digits + sizeof digits - start);
    value_set(map, name, value_number(map->arena, dhs_copy_text(map->arena, start, length)));
}

static void fill_lines(struct value *lines, void *context, const void *subject)
{
    const char *text = subject;

    (void)context;
    while (*text) {
        size_t length = strcspn(text, "\n");
        struct value *line = value_map(lines->arena);
        value_set_text(line, "text", dhs_copy_text(lines->arena, text, length));
        value_append(lines, line);
        text += length + (text[length] == '\n');
    }
    value_mark_ends(lines);
}

void value_set_lines(struct value *map, const char *name, const char *text)
{
    value_set(map, name,
              *text ? value_later(map->arena, VALUE_LIST, fill_lines, NULL, text)
                    : value_list(map->arena));
}

void value_mark_ends(struct value *list)
{
    for (struct value_entry *entry = value_first(list); entry; entry = entry->next) {
        value_set_bool(entry->value, "first", entry == list->first);
        value_set_bool(entry->value, "last", entry == list->last);
    }
}

struct value_name value_name_of(const char *text)
{
    return (struct value_name){ text, NULL, name_bit(text) };
}

struct value *value_find(struct value *value, struct value_name *name)
{
    if (value->kind != VALUE_MAP) return NULL;
    const struct value_entry *first = value_first(value);
    if (!(value->names & name->bit)) return NULL;
    for (const struct value_entry *entry = first; entry; entry = entry->next)
        if (entry->name == name->met) return entry->value;
    for (const struct value_entry *entry = first; entry; entry = entry->next) {
        if (entry->name[0] != name->text[0] || strcmp(entry->name, name->text) != 0) continue;
        name->met = entry->name;
        return entry->value;
    }
    return NULL;
}

struct value *value_get(struct value *value, const char *name)
{
    struct value_name wanted = value_name_of(name);

    return value_find(value, &wanted);
}

bool value_is_true(struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL: return false;
    case VALUE_BOOL: return value->boolean;
    case VALUE_NUMBER: return true;
    case VALUE_TEXT: return value->text[0] != '\0';
    case VALUE_LIST: return value_first(value) != NULL;
    case VALUE_MAP: return true;
    }
    return false;
}

static void print_string(const char *string, struct text *out)
{
    text_add_char(out, '"');
    escape_json(out, string);
    text_add_char(out, '"');
}

static void print(struct value *value, int depth, struct text *out);

static void print_entries(struct value *value, int depth, struct text *out)
{
    text_add_char(out, value->kind == VALUE_LIST ? '[' : '{');
    for (const struct value_entry *entry = value_first(value); entry; entry = entry->next) {
        text_printf(out, "\n%*s", 2 * (depth + 1), "");
        if (entry->name) {
            print_string(entry->name, out);
            text_add_string(out, ": ");
        }
        print(entry->value, depth + 1, out);
        if (entry->next) text_add_char(out, ',');
    }
    if (value->first) text_printf(out, "\n%*s", 2 * depth, "");
    text_add_char(out, value->kind == VALUE_LIST ? ']' : '}');
}

static void print(struct value *value, int depth, struct text *out)
{
    switch (value->kind) {
    case VALUE_NULL: text_add_string(out, "null"); break;
    case VALUE_BOOL: text_add_string(out, value->boolean ? "true" : "false"); break;
    case VALUE_NUMBER: text_add_string(out, value->text); break;
    case VALUE_TEXT: print_string(value->text, out); break;
    case VALUE_LIST:
    case VALUE_MAP: print_entries(value, depth, out); break;
    }
}

void value_print_json(struct value *value, struct text *out)
{
    print(value, 0, out);
    text_add_char(out, '\n');
}
