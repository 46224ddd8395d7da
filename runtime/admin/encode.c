/* SPDX-License-Identifier: Apache-2.0 */
#include "encode.h"

#include "command.h"

#include <stdarg.h>
#include <string.h>

bool dhi_encode_fail(struct dhi_encoder *encoder, const struct dhi_json *json, const char *help,
                     const char *format, ...)
{
    struct dhi_trouble *trouble = encoder->trouble;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(trouble->text, sizeof trouble->text, format, arguments);
    va_end(arguments);
    snprintf(trouble->help, sizeof trouble->help, "%s", help);
    memcpy(trouble->path, encoder->path, sizeof trouble->path);
    trouble->at = json->at;
    trouble->end = json->end;
    return false;
}

static bool encode(struct dhi_encoder *encoder, const struct dhc_node *node, uint64_t shift,
                   uint32_t level, const struct dhi_json *json);

/* Add a step to the path, and take it off again: "a.b[3]". */
static size_t enter(struct dhi_encoder *encoder, const char *name)
{
    size_t length = strlen(encoder->path);

    snprintf(encoder->path + length, sizeof encoder->path - length, "%s%s",
             length > 0 && name[0] != '[' ? "." : "", name);
    return length;
}

/* ---- structs and unions ------------------------------------------------------------------- */

enum { NAMES_MAX = 256 };

/* "the fields are: a, b, c", or the one that was probably meant. */
static void name_children(const struct dhc_node *group, const char *said, const char *what,
                          char *help, size_t room)
{
    const char *names[NAMES_MAX] = { NULL }, *best;
    size_t n = 0, used;

    for (const struct dhc_node *child = group->first; child != NULL && n < NAMES_MAX;
         child = child->next)
        if (child->kind != DHC_RESERVE) names[n++] = child->name;
    best = dhi_nearest(said, names, n);
    if (best != NULL) {
        snprintf(help, room, "did you mean '%s'?", best);
        return;
    }
    used = (size_t)snprintf(help, room, "%s are: ", what);
    for (size_t i = 0; i < n && used + 70 < room; i++)
        used += (size_t)snprintf(help + used, room - used, "%s%s", i > 0 ? ", " : "", names[i]);
}

static const struct dhc_node *child_named(const struct dhc_node *group, const char *name)
{
    for (const struct dhc_node *child = group->first; child != NULL; child = child->next)
        if (child->kind != DHC_RESERVE && strcmp(child->name, name) == 0) return child;
    return NULL;
}

/* What a complaint about the name itself points at. */
static struct dhi_json name_of(const struct dhi_json *member)
{
    struct dhi_json name = *member;

    name.at = member->key_at;
    name.end = member->key_at + strlen(member->key) + 2;
    return name;
}

static bool repeated_field(struct dhi_encoder *encoder, const struct dhi_json *member)
{
    struct dhi_json name = name_of(member);

    return dhi_encode_fail(encoder, &name, "write each field once",
                           "the field '%.60s' is there already", member->key);
}

static bool unknown_field(struct dhi_encoder *encoder, const struct dhc_node *node,
                          const struct dhi_json *member)
{
    struct dhi_json name = name_of(member);
    char help[320];

    name_children(node, member->key, "the fields", help, sizeof help);
    return dhi_encode_fail(encoder, &name, help, "there is no field '%.60s'", member->key);
}

static bool encode_struct(struct dhi_encoder *encoder, const struct dhc_node *node, uint64_t shift,
                          const struct dhi_json *json)
{
    if (json->kind != DHI_JSON_OBJECT)
        return dhi_encode_fail(encoder, json, "write {\"field\": value, …}",
                               "a struct is written as an object, not as %s",
                               dhi_json_kind_text(json->kind));
    for (const struct dhi_json *member = json->first; member != NULL; member = member->next) {
        const struct dhc_node *field = child_named(node, member->key);
        size_t length;

        if (field == NULL) return unknown_field(encoder, node, member);
        if (dhi_json_member(json, member->key) != member) return repeated_field(encoder, member);
        length = enter(encoder, field->name);
        if (!encode(encoder, field, shift, 0, member)) return false;
        encoder->path[length] = 0;
    }
    return true;
}

static void put(struct dhi_encoder *encoder, size_t at, uint64_t value, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        encoder->bytes[at + i] = (unsigned char)(value >> (8 * i));
}

const struct dhc_node *dhi_encode_tag(struct dhi_encoder *encoder, const struct dhc_node *onion,
                                      size_t at, const char *name, const struct dhi_json *json)
{
    const struct dhc_node *arm = child_named(onion, name);
    char help[320];

    if (arm != NULL) {
        put(encoder, at, arm->tag, dhc_scalar_size(onion->scalar));
        return arm;
    }
    name_children(onion, name, "the arms", help, sizeof help);
    dhi_encode_fail(encoder, json, help, "there is no arm '%.60s'", name);
    return NULL;
}

static bool encode_union(struct dhi_encoder *encoder, const struct dhc_node *node, uint64_t shift,
                         const struct dhi_json *json)
{
    const struct dhc_node *arm;
    size_t length;

    if (json->kind == DHI_JSON_NULL) return true;
    if (json->kind != DHI_JSON_OBJECT || json->n != 1)
        return dhi_encode_fail(encoder, json, "write {\"arm\": value}",
                               "a union is written as an object with one arm");
    arm = dhi_encode_tag(encoder, node, node->offset + shift, json->first->key, json->first);
    if (arm == NULL) return false;
    if (arm->first == NULL) return true;
    length = enter(encoder, arm->name);
    if (!encode(encoder, arm->first, shift, 0, json->first)) return false;
    encoder->path[length] = 0;
    return true;
}

/* ---- arrays and lists --------------------------------------------------------------------- */

static bool encode_members(struct dhi_encoder *encoder, const struct dhi_place *group,
                           const struct dhi_json *json)
{
    uint32_t i = 0;

    for (const struct dhi_json *item = json->first; item != NULL; item = item->next, i++) {
        struct dhi_place place = dhi_element(group, i);
        char name[16];
        size_t length;

        snprintf(name, sizeof name, "[%u]", i);
        length = enter(encoder, name);
        if (!encode(encoder, place.node, place.shift, place.level, item)) return false;
        encoder->path[length] = 0;
    }
    return true;
}

static bool encode_array(struct dhi_encoder *encoder, const struct dhi_place *group,
                         const struct dhi_json *json)
{
    const struct dhc_node *node = group->node;
    uint32_t n = node->dims[group->level];

    if (json->kind == DHI_JSON_NULL && node->meaning->invalid_first && group->level == 0)
        return dhi_encode_leaf(encoder, node, node->offset + group->shift, json);
    if (json->kind != DHI_JSON_ARRAY || json->n != n)
        return dhi_encode_fail(encoder, json, "an array is written with all its elements",
                               "%u element%s are expected here, not %s", n, n == 1 ? "" : "s",
                               json->kind == DHI_JSON_ARRAY ? "another number of them"
                                                            : dhi_json_kind_text(json->kind));
    return encode_members(encoder, group, json);
}

static bool encode_list(struct dhi_encoder *encoder, const struct dhi_place *group,
                        const struct dhi_json *json)
{
    const struct dhc_node *node = group->node;

    if (json->kind != DHI_JSON_ARRAY)
        return dhi_encode_fail(encoder, json, "write [item, …]", "a list is expected here, not %s",
                               dhi_json_kind_text(json->kind));
    if (json->n > node->capacity)
        return dhi_encode_fail(encoder, json, "leave some out, or give the schema more room",
                               "%u items, and the list has room for %u", json->n, node->capacity);
    put(encoder, node->offset + group->shift, json->n, 4);
    return encode_members(encoder, group, json);
}

/* ---- all ---------------------------------------------------------------------------------- */

static bool encode(struct dhi_encoder *encoder, const struct dhc_node *node, uint64_t shift,
                   uint32_t level, const struct dhi_json *json)
{
    struct dhi_place place = { .node = node, .shift = shift, .level = level };

    switch (node->kind) {
    case DHC_STRUCT: return encode_struct(encoder, node, shift, json);
    case DHC_UNION: return encode_union(encoder, node, shift, json);
    case DHC_LIST: return encode_list(encoder, &place, json);
    case DHC_OPT:
        if (json->kind == DHI_JSON_NULL) return true;
        encoder->bytes[node->offset + shift + node->inner] = 1;
        return encode(encoder, node->first, shift, 0, json);
    default: break;
    }
    if (level < node->n_dims) return encode_array(encoder, &place, json);
    return dhi_encode_leaf(encoder, node, node->offset + shift, json);
}

bool dhi_encode(unsigned char *bytes, const struct dhc_node *root, const struct dhi_json *json,
                struct dhi_trouble *trouble)
{
    struct dhi_encoder encoder = { .bytes = bytes, .trouble = trouble };

    memset(bytes, 0, root->size);
    return encode(&encoder, root, 0, 0, json);
}
