/* SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include <math.h>
#include <string.h>

struct decoder {
    const struct dhi_payload *payload;
    const struct dhi_visitor *visitor;
};

/* ---- bytes -------------------------------------------------------------------------------- */

/* Where n bytes lie in the payload; NULL: it ends before. */
static const unsigned char *bytes_at(const struct dhi_payload *payload, uint64_t offset, uint64_t n)
{
    if (offset > payload->n_bytes || payload->n_bytes - offset < n) return NULL;
    return payload->bytes + offset;
}

static uint64_t little(const unsigned char *at, uint32_t n)
{
    uint64_t bits = 0;

    for (uint32_t i = 0; i < n; i++)
        bits |= (uint64_t)at[i] << (8 * i);
    return bits;
}

static double half(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023), magnitude;

    if (exponent == 31)
        magnitude = fraction != 0 ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        magnitude = ldexp(fraction, -24);
    else
        magnitude = ldexp(fraction + 1024, exponent - 25);
    return bits >> 15 != 0 ? -magnitude : magnitude;
}

static double real_of(enum dhc_scalar scalar, uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float single;
    double wide;

    if (scalar == DHC_F16) return half(bits);
    if (scalar == DHC_F32) {
        memcpy(&single, &low, sizeof single);
        return (double)single;
    }
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* ---- leaves ------------------------------------------------------------------------------- */

static struct dhi_value scalar_leaf(const unsigned char *at, enum dhc_scalar scalar)
{
    uint32_t size = dhc_scalar_size(scalar);
    struct dhi_value value = { .kind = DHI_UNSIGNED, .bits = little(at, size) };

    if (scalar == DHC_BOOL)
        value.kind = DHI_BOOL;
    else if (dhc_is_real(scalar)) {
        value.kind = DHI_REAL;
        value.real = real_of(scalar, value.bits);
        return value;
    } else if (dhc_is_signed(scalar)) {
        value.kind = DHI_SIGNED;
        if (size > 0 && size < 8 && value.bits >> (size * 8 - 1) != 0)
            value.bits |= UINT64_MAX << (size * 8);
        value.real = (double)(int64_t)value.bits;
        return value;
    }
    value.real = (double)value.bits;
    return value;
}

/* Text ends at its first NUL, or where its room does. */
static struct dhi_value char_leaf(const unsigned char *at, uint32_t capacity)
{
    const unsigned char *nul = memchr(at, 0, capacity);
    uint32_t length = nul == NULL ? capacity : (uint32_t)(nul - at);

    return (struct dhi_value){ .kind = DHI_TEXT, .data = at, .length = length, .claimed = length };
}

static struct dhi_value counted_leaf(const unsigned char *at, enum dhi_value_kind kind,
                                     uint32_t capacity)
{
    uint32_t claimed = (uint32_t)little(at, 4);

    return (struct dhi_value){ .kind = kind,
                               .data = at + 4,
                               .length = claimed < capacity ? claimed : capacity,
                               .claimed = claimed };
}

static bool is_invalid(const struct dhc_node *node, const struct dhi_value *value)
{
    const struct dhc_meaning *meaning = node->meaning;
    const struct dhc_number *number = &meaning->invalid_number;
    const char *label;

    switch (meaning->invalid) {
    case DHC_INVALID_NOT_SAID: return false;
    case DHC_INVALID_NAME:
        label = dhi_label(meaning, value->bits);
        return label != NULL && strcmp(label, meaning->invalid_name) == 0;
    case DHC_INVALID_TEXT:
        return value->data != NULL && value->length == meaning->invalid_text.length &&
               memcmp(value->data, meaning->invalid_text.data, value->length) == 0;
    case DHC_INVALID_NUMBER: break;
    }
    if (value->kind != DHI_REAL)
        return value->bits == (number->negative ? 0 - number->magnitude : number->magnitude);
    if (isnan(number->real)) return isnan(value->real);
    /* The schema's literal was rounded to f64, the field to its own width. */
    if (node->scalar == DHC_F32) return (float)value->real == (float)number->real;
    return value->real == number->real;
}

struct dhi_value dhi_leaf(const struct dhi_payload *payload, const struct dhc_node *node,
                          uint64_t shift)
{
    const unsigned char *at = bytes_at(payload, node->offset + shift, node->stride);
    struct dhi_value value = { .kind = DHI_MISSING };

    if (at == NULL) return value;
    switch (node->kind) {
    case DHC_CHAR: value = char_leaf(at, node->capacity); break;
    case DHC_STRING: value = counted_leaf(at, DHI_TEXT, node->capacity); break;
    case DHC_BYTES: value = counted_leaf(at, DHI_BLOB, node->capacity); break;
    default: value = scalar_leaf(at, node->scalar);
    }
    value.invalid = !node->meaning->invalid_first && is_invalid(node, &value);
    return value;
}

const char *dhi_label(const struct dhc_meaning *meaning, uint64_t bits)
{
    for (uint32_t i = 0; i < meaning->n_labels; i++)
        if (meaning->labels[i].value == bits) return meaning->labels[i].name;
    return NULL;
}

/* ---- groups ------------------------------------------------------------------------------- */

bool dhi_is_present(const struct dhi_payload *payload, const struct dhc_node *opt, uint64_t shift)
{
    const unsigned char *at = bytes_at(payload, opt->offset + shift + opt->inner, 1);

    return at != NULL && *at != 0;
}

const struct dhc_node *dhi_arm(const struct dhi_payload *payload, const struct dhc_node *onion,
                               uint64_t shift, uint64_t *tag)
{
    const unsigned char *at =
        bytes_at(payload, onion->offset + shift, dhc_scalar_size(onion->scalar));

    *tag = 0;
    if (at == NULL) return NULL;
    *tag = scalar_leaf(at, onion->scalar).bits;
    for (const struct dhc_node *arm = onion->first; arm != NULL; arm = arm->next)
        if (arm->tag == *tag) return arm;
    return NULL;
}

static void tell(const struct decoder *decoder, const struct dhi_place *place);

static void tell_value(const struct decoder *decoder, const struct dhi_place *place,
                       struct dhi_value value)
{
    decoder->visitor->value(decoder->visitor->context, place, &value);
}

static void tell_fields(const struct decoder *decoder, const struct dhi_place *group)
{
    uint32_t left = group->visit;

    for (const struct dhc_node *field = group->node->first; field != NULL && left > 0;
         field = field->next) {
        if (field->kind == DHC_RESERVE) continue;
        tell(decoder,
             &(struct dhi_place){ .node = field, .name = field->name, .shift = group->shift });
        left--;
    }
}

/* From one element of this dimension, or item, to the next. */
static uint64_t pitch(const struct dhc_node *node, uint32_t level)
{
    uint64_t pitch = node->stride;

    for (uint32_t i = level + 1; i < node->n_dims; i++)
        pitch *= node->dims[i];
    return pitch;
}

struct dhi_place dhi_element(const struct dhi_place *group, uint32_t index)
{
    const struct dhc_node *node = group->node;
    struct dhi_place place = { .node = node,
                               .index = index,
                               .shift = group->shift + index * pitch(node, group->level),
                               .level = group->level + 1 };

    /* All dimensions are chosen: the element itself, with its own dimensions to choose. */
    if (!dhc_is_leaf(node->kind) && (node->kind == DHC_LIST || place.level == node->n_dims)) {
        place.node = node->first;
        place.level = 0;
    }
    return place;
}

static void tell_members(const struct decoder *decoder, const struct dhi_place *group)
{
    struct dhi_place member;

    switch (group->shape) {
    case DHI_STRUCT: tell_fields(decoder, group); break;
    case DHI_ARRAY:
    case DHI_LIST:
        for (uint32_t i = 0; i < group->visit; i++) {
            member = dhi_element(group, i);
            tell(decoder, &member);
        }
        break;
    case DHI_UNION:
        member = (struct dhi_place){ .node = group->arm->first,
                                     .name = group->arm->name,
                                     .shift = group->shift };
        if (member.node != NULL)
            tell(decoder, &member);
        else
            tell_value(decoder, &member, (struct dhi_value){ .kind = DHI_ABSENT });
        break;
    }
}

static void tell_group(const struct decoder *decoder, struct dhi_place *place)
{
    place->visit = place->count;
    if (!decoder->visitor->open(decoder->visitor->context, place)) return;
    tell_members(decoder, place);
    decoder->visitor->close(decoder->visitor->context, place);
}

/* The value is there, absent, or nothing is known of it: the payload ends before its presence. */
static void tell_opt(const struct decoder *decoder, struct dhi_place *place)
{
    const struct dhc_node *node = place->node;
    const unsigned char *at =
        bytes_at(decoder->payload, node->offset + place->shift + node->inner, 1);

    if (at == NULL || *at == 0) {
        tell_value(decoder, place,
                   (struct dhi_value){ .kind = at == NULL ? DHI_MISSING : DHI_ABSENT });
        return;
    }
    place->node = node->first;
    tell(decoder, place);
}

static void tell_union(const struct decoder *decoder, struct dhi_place *place)
{
    const struct dhc_node *node = place->node;
    uint64_t tag;
    bool there = bytes_at(decoder->payload, node->offset + place->shift,
                          dhc_scalar_size(node->scalar)) != NULL;

    place->arm = dhi_arm(decoder->payload, node, place->shift, &tag);
    if (place->arm == NULL) {
        tell_value(decoder, place,
                   (struct dhi_value){ .kind = there ? DHI_ABSENT : DHI_MISSING, .bits = tag });
        return;
    }
    place->shape = DHI_UNION;
    place->count = 1;
    tell_group(decoder, place);
}

static void tell_list(const struct decoder *decoder, struct dhi_place *place)
{
    const unsigned char *at = bytes_at(decoder->payload, place->node->offset + place->shift, 4);

    if (at == NULL) {
        tell_value(decoder, place, (struct dhi_value){ .kind = DHI_MISSING });
        return;
    }
    place->shape = DHI_LIST;
    place->claimed = (uint32_t)little(at, 4);
    place->count = place->claimed < place->node->capacity ? place->claimed : place->node->capacity;
    tell_group(decoder, place);
}

/* One more dimension, unless the first element says that the whole array is invalid. */
static void tell_array(const struct decoder *decoder, struct dhi_place *place)
{
    const struct dhc_node *node = place->node;

    if (place->level == 0 && node->meaning->invalid_first && dhc_is_leaf(node->kind)) {
        struct dhi_value value = dhi_leaf(decoder->payload, node, place->shift);
        value.invalid = value.kind != DHI_MISSING && is_invalid(node, &value);
        if (value.invalid) {
            tell_value(decoder, place, value);
            return;
        }
    }
    place->shape = DHI_ARRAY;
    place->count = node->dims[place->level];
    tell_group(decoder, place);
}

static void tell(const struct decoder *decoder, const struct dhi_place *from)
{
    struct dhi_place place = *from;
    const struct dhc_node *node = place.node;

    switch (node->kind) {
    case DHC_STRUCT:
        place.shape = DHI_STRUCT;
        place.count = 0;
        for (const struct dhc_node *field = node->first; field != NULL; field = field->next)
            place.count += field->kind != DHC_RESERVE;
        tell_group(decoder, &place);
        return;
    case DHC_OPT: tell_opt(decoder, &place); return;
    case DHC_UNION: tell_union(decoder, &place); return;
    case DHC_LIST: tell_list(decoder, &place); return;
    default: break;
    }
    if (place.level < node->n_dims)
        tell_array(decoder, &place);
    else
        tell_value(decoder, &place, dhi_leaf(decoder->payload, node, place.shift));
}

void dhi_decode(const struct dhi_payload *payload, const struct dhc_node *node, const char *name,
                const struct dhi_visitor *visitor)
{
    struct decoder decoder = { payload, visitor };

    tell(&decoder, &(struct dhi_place){ .node = node, .name = name });
}

void dhi_decode_place(const struct dhi_payload *payload, const struct dhi_place *place,
                      const struct dhi_visitor *visitor)
{
    struct decoder decoder = { payload, visitor };

    tell(&decoder, place);
}

/* ---- paths -------------------------------------------------------------------------------- */

/* One step of a path, taken without looking at bytes. False: `at` is no step from here. */
static bool step(struct dhi_place *place, const char **at)
{
    const struct dhc_node *node = place->node;
    size_t length;

    while (node->kind == DHC_OPT)
        node = node->first;
    if (**at == '[') {
        uint64_t index = 0;
        const char *digit = *at + 1;
        bool list = node->kind == DHC_LIST;
        uint32_t room;

        if (!list && place->level >= node->n_dims) return false;
        room = list ? node->capacity : node->dims[place->level];
        for (; *digit >= '0' && *digit <= '9' && index < room; digit++)
            index = index * 10 + (uint64_t)(*digit - '0');
        if (digit == *at + 1 || *digit != ']' || index >= room) return false;
        place->node = node;
        *place = dhi_element(place, (uint32_t)index);
        *at = digit + 1;
        return true;
    }
    if (**at == '.') ++*at;
    length = strcspn(*at, ".[");
    if (length == 0 || (node->kind != DHC_STRUCT && node->kind != DHC_UNION)) return false;
    for (const struct dhc_node *child = node->first; child != NULL; child = child->next) {
        if (strlen(child->name) != length || strncmp(child->name, *at, length) != 0) continue;
        *place = (struct dhi_place){ .node = child, .name = child->name, .shift = place->shift };
        *at += length;
        return true;
    }
    return false;
}

/* An arm stands for what it holds. */
static bool enter_arm(struct dhi_place *place)
{
    if (place->node->kind != DHC_ARM) return true;
    if (place->node->first == NULL) return false;
    place->node = place->node->first;
    return true;
}

/* Do the bytes have what the path goes through: the optional, the arm, the item? */
static bool is_set(const struct dhi_payload *payload, const struct dhi_place *from,
                   const struct dhi_place *to)
{
    const struct dhc_node *node = from->node;
    const unsigned char *at;
    uint64_t tag;

    for (; node->kind == DHC_OPT; node = node->first)
        if (!dhi_is_present(payload, node, from->shift)) return false;
    if (node->kind == DHC_UNION) return dhi_arm(payload, node, from->shift, &tag) == to->node;
    if (node->kind != DHC_LIST) return true;
    at = bytes_at(payload, node->offset + from->shift, 4);
    return at != NULL && to->index < little(at, 4);
}

bool dhi_path(const struct dhi_payload *payload, const struct dhc_node *root, const char *path,
              struct dhi_place *place, const char **bad)
{
    struct dhi_place here = { .node = root, .name = path }, next;

    *bad = path;
    if (*path == 0 || *path == '.') return false;
    while (*path != 0) {
        *bad = path;
        next = here;
        if (!step(&next, &path)) return false;
        if (payload != NULL && !is_set(payload, &here, &next)) return false;
        if (!enter_arm(&next)) return false;
        here = next;
    }
    here.name = place->name;
    *place = here;
    return true;
}
