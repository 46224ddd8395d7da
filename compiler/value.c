/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"

#include <assert.h>
#include <string.h>

#include "escape.h"
#include "put.h"

/* One of each is enough: nobody writes to them. */
static struct value THE_NULL = { .kind = VALUE_NULL };
static struct value THE_EMPTY_LIST = { .kind = VALUE_LIST };
static struct value THE_BOOLS[] = { { .kind = VALUE_BOOL },
                                    { .kind = VALUE_BOOL, .boolean = true } };

/* Texts and numbers are many and small: they are made without what only lists and maps have. */
enum { TEXT_BYTES = offsetof(struct value, last) };

static struct value *make_text(struct dhs_arena *arena, enum value_kind kind, const char *text)
{
    struct value *value = dhs_alloc(arena, TEXT_BYTES);

    value->kind = (uint8_t)kind;
    value->text = text;
    return value;
}

/* What most lists and maps are about as long as. */
enum { LIST_ROOM = 2, MAP_ROOM = 4 };

static struct value *make(struct dhs_arena *arena, enum value_kind kind)
{
    struct value *value = dhs_alloc(arena, sizeof *value);

    value->kind = (uint8_t)kind;
    value->room = kind == VALUE_LIST ? LIST_ROOM : MAP_ROOM;
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

struct value *value_list_of(struct dhs_arena *arena, uint8_t n)
{
    struct value *list = make(arena, VALUE_LIST);

    list->room = n;
    return list;
}

struct value *value_map_of(struct dhs_arena *arena, uint8_t n)
{
    struct value *map = make(arena, VALUE_MAP);

    map->room = n;
    return map;
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

/* The bits of what value_mark_ends() adds. */
static uint64_t bits_of_ends(void)
{
    return value_bit("first") | value_bit("last");
}

/* Empty first, since filling adds to it as anyone does. */
static void fill_now(struct value *value)
{
    value_filler fill = value->is_part ? value->part->fill : value->fill;
    void *context = value->context;
    const void *subject = value->subject;

    value->later = false;
    value->first = value->last = NULL;
    value->names = value->has_ends ? bits_of_ends() : 0;
    fill(value, context, subject);
}

static void make_sure(struct value *value)
{
    if (value->later) fill_now(value);
}

struct value *value_texts(struct dhs_arena *arena, value_cutter cut, void *context,
                          const void *subject)
{
    struct value *list = make(arena, VALUE_LIST);

    list->by_lines = true;
    list->subject = subject;
    list->cut = cut;
    list->context = context;
    return list;
}

/* What passes the lines of a list; behind it lies the map's block. Its memory, and that of each
 * line, is used again, unless who looks at a line allocates what stays. */
struct value_lines {
    struct value *list;
    struct value_entry item; /* `text`, or a map of it */
    struct value map;
    struct value text;
    char *text_place; /* its bytes */
    size_t text_bytes;
    size_t at; /* the next line */
    bool is_behind_last;
};

enum {
    LINES_BYTES =
        sizeof(struct value_lines) + sizeof(struct value_block) + sizeof(struct value_entry)
};

static void make_map_of_text(struct value_lines *lines)
{
    struct value_block *block = (struct value_block *)(void *)(lines + 1);

    block->n = block->room = 1;
    block->entries[0] = (struct value_entry){ "text", &lines->text };
    lines->map = (struct value){ .kind = VALUE_MAP,
                                 .has_ends = true,
                                 .first = block,
                                 .last = block,
                                 .names = value_bit("text") | bits_of_ends(),
                                 .arena = lines->list->arena };
}

static struct value_lines *open_lines(struct value *list)
{
    struct value_lines *lines = dhs_alloc(list->arena, LINES_BYTES);

    lines->list = list;
    lines->text.kind = VALUE_TEXT;
    if (list->lines_are_maps) make_map_of_text(lines);
    lines->item.value = list->lines_are_maps ? &lines->map : &lines->text;
    return lines;
}

struct value_entry *value_next_line(struct value_lines *lines)
{
    const struct value *list = lines->list;
    bool is_first = lines->at == 0;

    if (!is_first) dhs_shrink(list->arena, lines->text_place, lines->text_bytes, 0);
    if (lines->is_behind_last) {
        dhs_shrink(list->arena, lines, LINES_BYTES, 0);
        return NULL;
    }
    struct value_line line = list->cut(list->context, list->subject, lines->at);
    lines->text_place = dhs_copy_text(list->arena, line.text, line.length);
    lines->text_bytes = line.length + 1;
    lines->text.text = lines->text_place;
    lines->map.first_item = is_first;
    lines->map.last_item = line.is_last;
    lines->is_behind_last = line.is_last;
    lines->at = line.next;
    return &lines->item;
}

struct value_walk value_walk(struct value *value)
{
    make_sure(value);
    if (value->by_lines) return (struct value_walk){ .lines = open_lines(value) };
    return (struct value_walk){ .block = value->first };
}

static struct value_block *add_block(struct value *parent)
{
    uint32_t room = !parent->last               ? parent->room
                    : parent->kind == VALUE_MAP ? parent->last->room
                                                : 2 * parent->last->room;
    struct value_block *block =
        dhs_alloc(parent->arena, sizeof *block + room * sizeof block->entries[0]);

    block->room = room;
    if (parent->last)
        parent->last->next = block;
    else
        parent->first = block;
    parent->last = block;
    return block;
}

static void add_entry(struct value *parent, const char *name, struct value *value)
{
    struct value_block *block = parent->last;

    if (!block || block->n == block->room) block = add_block(parent);
    block->entries[block->n++] = (struct value_entry){ name, value };
}

void value_append(struct value *list, struct value *item)
{
    assert(list->kind == VALUE_LIST);
    make_sure(list);
    add_entry(list, NULL, item);
}

/* What is set first of all makes sure that a map is filled that was to be filled later. */
static void open_map(struct value *map, const char *name, uint64_t bit)
{
    assert(map->kind == VALUE_MAP);
    make_sure(map);
    assert(!name || !value_get(map, name));
    (void)name;
    map->names |= bit;
}

void value_set_with(struct value *map, const char *name, uint64_t bit, struct value *value)
{
    open_map(map, name, bit);
    add_entry(map, name, value);
}

void value_set_text_with(struct value *map, const char *name, uint64_t bit, const char *text)
{
    value_set_with(map, name, bit, text ? value_text(map->arena, text) : &THE_NULL);
}

void value_set_number_with(struct value *map, const char *name, uint64_t bit, uint64_t number)
{
    char digits[DHS_DECIMAL_BYTES];
    size_t length = dhs_put_decimal(digits, number);

    value_set_with(map, name, bit,
                   value_number(map->arena, dhs_copy_text(map->arena, digits, length)));
}

struct value_part value_part_of(const char *const *names, value_filler fill)
{
    struct value_part part = { .names = names, .fill = fill };

    for (; *names; names++, part.n++)
        part.bits |= value_bit(*names);
    return part;
}

struct value *value_part(struct dhs_arena *arena, const struct value_part *part, void *context,
                         const void *subject)
{
    struct value *added = value_later(arena, VALUE_MAP, NULL, context, subject);

    added->is_part = true;
    added->room = part->n;
    added->part = part;
    return added;
}

/* A part that is filled has the same bits as one that is not. */
void value_share_part(struct value *map, struct value *part)
{
    uint64_t bits = part->later ? part->part->bits : part->names;

    open_map(map, NULL, bits);
    add_entry(map, NULL, part);
    map->has_parts = true;
}

void value_set_part(struct value *map, const struct value_part *part, void *context,
                    const void *subject)
{
    value_share_part(map, value_part(map->arena, part, context, subject));
}

static struct value_line cut_line(void *context, const void *subject, size_t at)
{
    const char *text = (const char *)subject + at;
    size_t length = strcspn(text, "\n");
    const char *rest = text + length + (text[length] == '\n');

    (void)context;
    return (struct value_line){ text, length, at + (size_t)(rest - text), *rest == '\0' };
}

void value_set_lines(struct value *map, const char *name, const char *text)
{
    struct value *lines = &THE_EMPTY_LIST;

    if (*text) lines = value_texts(map->arena, cut_line, NULL, text);
    if (*text) lines->lines_are_maps = true;
    value_set(map, name, lines);
}

void value_mark_ends(struct value *list)
{
    struct value_walk walk = value_walk(list);
    struct value *last = NULL;

    for (struct value_entry *entry; (entry = value_next(&walk)) != NULL; last = entry->value) {
        assert(entry->value->kind == VALUE_MAP && !entry->value->has_ends);
        entry->value->has_ends = true;
        if (!entry->value->later) entry->value->names |= bits_of_ends();
        entry->value->first_item = last == NULL;
    }
    if (last) last->last_item = true;
}

struct value_name value_name_of(const char *text)
{
    return (struct value_name){ .text = text,
                                .bit = value_bit(text),
                                .index = UINT32_MAX,
                                .is_first = strcmp(text, "first") == 0,
                                .is_last = strcmp(text, "last") == 0 };
}

/* Whether a part that may not be filled yet would have a name. */
static bool part_has(const struct value *added, const struct value_name *name)
{
    const struct value_part *part = added->part;

    if (!added->later) return true; /* its map is asked */
    if (!(part->bits & name->bit)) return false;
    for (const char *const *one = part->names; *one; one++)
        if (*one == name->met || strcmp(*one, name->text) == 0) return true;
    return false;
}

/* The entry of this number, if it is what the name was met as last. */
static struct value *find_met(const struct value *map, const struct value_name *name)
{
    uint32_t index = name->index;

    for (const struct value_block *block = map->first; block; block = block->next) {
        if (index < block->n)
            return block->entries[index].name == name->met ? block->entries[index].value : NULL;
        index -= block->n;
    }
    return NULL;
}

static struct value *find_in_parts(struct value *map, struct value_name *name)
{
    struct value_walk walk = value_walk(map);

    for (const struct value_entry *entry; (entry = value_next(&walk)) != NULL;) {
        if (entry->name || !part_has(entry->value, name)) continue;
        struct value *found = value_find(entry->value, name);
        if (found) return found;
    }
    return NULL;
}

static struct value *find_by_text(struct value *map, struct value_name *name)
{
    struct value_walk walk = value_walk(map);
    uint32_t index = 0;

    for (const struct value_entry *entry; (entry = value_next(&walk)) != NULL; index++) {
        if (!entry->name || entry->name[0] != name->text[0]) continue;
        if (strcmp(entry->name, name->text) != 0) continue;
        if (map->open) return entry->value;
        name->met = entry->name;
        name->index = index;
        return entry->value;
    }
    return NULL;
}

struct value *value_find_anew(struct value *map, struct value_name *name)
{
    struct value *found;

    if (map->has_ends && name->is_first) return &THE_BOOLS[map->first_item];
    if (map->has_ends && name->is_last) return &THE_BOOLS[map->last_item];
    make_sure(map);
    if (!(map->names & name->bit)) return NULL;
    if (name->met && (found = find_met(map, name)) != NULL) return found;
    if (map->has_parts && (found = find_in_parts(map, name)) != NULL) return found;
    return find_by_text(map, name);
}

struct value *value_get(struct value *value, const char *name)
{
    struct value_name wanted = value_name_of(name);

    return value_find(value, &wanted);
}

static void print_string(const char *string, struct text *out)
{
    text_add_char(out, '"');
    escape_json(out, string, strlen(string));
    text_add_char(out, '"');
}

static void print(struct value *value, int depth, struct text *out);

static void print_entry(const char *name, struct value *value, int depth, struct text *out)
{
    text_printf(out, "\n%*s", 2 * depth, "");
    if (name) {
        print_string(name, out);
        text_add_string(out, ": ");
    }
    print(value, depth, out);
}

/* *comma is what stands before the next entry. */
static void print_entries(struct value *value, int depth, struct text *out, const char **comma)
{
    struct value_walk walk = value_walk(value);

    for (const struct value_entry *entry; (entry = value_next(&walk)) != NULL;) {
        if (entry->value->is_part) {
            print_entries(entry->value, depth, out, comma);
            continue;
        }
        text_add_string(out, *comma);
        print_entry(entry->name, entry->value, depth, out);
        *comma = ",";
    }
}

static void print_ends(const struct value *map, int depth, struct text *out, const char **comma)
{
    text_add_string(out, *comma);
    print_entry("first", &THE_BOOLS[map->first_item], depth, out);
    text_add_char(out, ',');
    print_entry("last", &THE_BOOLS[map->last_item], depth, out);
    *comma = ",";
}

static void print_holder(struct value *value, int depth, struct text *out)
{
    const char *comma = "";

    text_add_char(out, value->kind == VALUE_LIST ? '[' : '{');
    print_entries(value, depth + 1, out, &comma);
    if (value->has_ends) print_ends(value, depth + 1, out, &comma);
    if (*comma) text_printf(out, "\n%*s", 2 * depth, "");
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
    case VALUE_MAP: print_holder(value, depth, out); break;
    }
}

void value_print_json(struct value *value, struct text *out)
{
    print(value, 0, out);
    text_add_char(out, '\n');
}
