/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static size_t hash_without_case(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 'A' && c <= 'Z') c = (unsigned char)(c | 0x20u);
        hash = (hash ^ c) * 16777619u;
    }
    return hash;
}

/* Where `text` stands, or the empty place where it would be put; one place is always empty. */
static struct dhs_name *place_of(const struct dhs_names *names, const char *text)
{
    size_t mask = names->n_places - 1;
    size_t i = hash_without_case(text) & mask;
    while (names->places[i].text && strcasecmp(names->places[i].text, text) != 0)
        i = (i + 1) & mask;
    return &names->places[i];
}

struct dhs_name *dhs_names_find(const struct dhs_names *names, const char *text)
{
    if (names->n_places == 0) return NULL;
    struct dhs_name *place = place_of(names, text);
    return place->text ? place : NULL;
}

struct dhs_name *dhs_names_exact(const struct dhs_names *names, const char *text)
{
    struct dhs_name *name = dhs_names_find(names, text);
    while (name && strcmp(name->text, text) != 0)
        name = name->spelled;
    return name;
}

enum { FIRST_PLACES = 8 };

/* At most three of four places are taken. */
static bool has_room(const struct dhs_names *names, size_t n)
{
    return n * 4 <= names->n_places * 3;
}

struct dhs_names dhs_names_for(struct dhs_arena *arena, size_t n)
{
    struct dhs_names names = { NULL, 1, 0 };
    while (!has_room(&names, n))
        names.n_places *= 2;
    names.places = dhs_alloc_array(arena, names.n_places, sizeof *names.places);
    return names;
}

static void grow(struct dhs_arena *arena, struct dhs_names *names)
{
    struct dhs_names larger = { NULL, names->n_places ? names->n_places * 2 : FIRST_PLACES,
                                names->n_names };
    larger.places = dhs_alloc_array(arena, larger.n_places, sizeof *larger.places);
    for (size_t i = 0; i < names->n_places; i++)
        if (names->places[i].text) *place_of(&larger, names->places[i].text) = names->places[i];
    *names = larger;
}

void dhs_names_add(struct dhs_arena *arena, struct dhs_names *names, const char *text,
                   struct dhs_span span, void *item)
{
    if (!has_room(names, names->n_names + 1)) grow(arena, names);
    struct dhs_name *place = place_of(names, text);
    if (place->text) {
        struct dhs_name *spelled = dhs_alloc(arena, sizeof *spelled);
        spelled->spelled = place->spelled;
        place->spelled = spelled;
        place = spelled;
    } else {
        names->n_names++;
    }
    place->text = text;
    place->span = span;
    place->item = item;
}
