/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "escape.h"

static struct value *make(struct dhs_arena *arena, enum value_kind kind)
{
    struct value *value = dhs_alloc(arena, sizeof *value);

    value->kind = kind;
    value->arena = arena;
    return value;
}

struct value *value_null(struct dhs_arena *arena)
{
    return make(arena, VALUE_NULL);
}

struct value *value_bool(struct dhs_arena *arena, bool boolean)
{
    struct value *value = make(arena, VALUE_BOOL);

    value->boolean = boolean;
    return value;
}

struct value *value_number(struct dhs_arena *arena, const char *decimal)
{
    struct value *value = make(arena, VALUE_NUMBER);

    value->text = decimal;
    return value;
}

struct value *value_text(struct dhs_arena *arena, const char *text)
{
    struct value *value = make(arena, VALUE_TEXT);

    value->text = text;
    return value;
}

struct value *value_list(struct dhs_arena *arena)
{
    return make(arena, VALUE_LIST);
}

struct value *value_map(struct dhs_arena *arena)
{
    return make(arena, VALUE_MAP);
}

static void add_entry(struct value *parent, const char *name, struct value *value)
{
    struct value_entry *entry = dhs_alloc(parent->arena, sizeof *entry);

    entry->name = name;
    entry->value = value;
    if (parent->last)
        parent->last->next = entry;
    else
        parent->first = entry;
    parent->last = entry;
}

void value_append(struct value *list, struct value *item)
{
    assert(list->kind == VALUE_LIST);
    add_entry(list, NULL, item);
}

void value_set(struct value *map, const char *name, struct value *value)
{
    assert(map->kind == VALUE_MAP);
    assert(!value_get(map, name, strlen(name)));
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
    value_set(map, name, value_number(map->arena, dhs_printf(map->arena, "%" PRIu64, number)));
}

void value_set_lines(struct value *map, const char *name, const char *text)
{
    struct value *lines = value_list(map->arena);

    while (*text) {
        size_t length = strcspn(text, "\n");
        struct value *line = value_map(map->arena);
        value_set_text(line, "text", dhs_copy_text(map->arena, text, length));
        value_append(lines, line);
        text += length + (text[length] == '\n');
    }
    value_mark_ends(lines);
    value_set(map, name, lines);
}

void value_mark_ends(struct value *list)
{
    for (struct value_entry *entry = list->first; entry; entry = entry->next) {
        value_set_bool(entry->value, "first", entry == list->first);
        value_set_bool(entry->value, "last", entry == list->last);
    }
}

const struct value *value_get(const struct value *value, const char *name, size_t name_length)
{
    if (value->kind != VALUE_MAP) return NULL;
    for (const struct value_entry *entry = value->first; entry; entry = entry->next) {
        if (strncmp(entry->name, name, name_length) == 0 && entry->name[name_length] == '\0')
            return entry->value;
    }
    return NULL;
}

bool value_is_true(const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL: return false;
    case VALUE_BOOL: return value->boolean;
    case VALUE_NUMBER: return true;
    case VALUE_TEXT: return value->text[0] != '\0';
    case VALUE_LIST: return value->first != NULL;
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

static void print(const struct value *value, int depth, struct text *out);

static void print_entries(const struct value *value, int depth, struct text *out)
{
    text_add_char(out, value->kind == VALUE_LIST ? '[' : '{');
    for (const struct value_entry *entry = value->first; entry; entry = entry->next) {
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

static void print(const struct value *value, int depth, struct text *out)
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

void value_print_json(const struct value *value, struct text *out)
{
    print(value, 0, out);
    text_add_char(out, '\n');
}
