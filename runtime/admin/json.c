/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include "spell.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

struct writer {
    FILE *out;
    unsigned depth, damaged;
    bool separate;
};

static void write_key(struct writer *writer, const struct dhi_place *place)
{
    if (writer->separate) fputc(',', writer->out);
    writer->separate = true;
    /* Names are letters, digits and '_': nothing to escape. At the top there is no object yet. */
    if (writer->depth > 0 && place->name != NULL) fprintf(writer->out, "\"%s\":", place->name);
}

static bool json_open(void *context, struct dhi_place *place)
{
    struct writer *writer = context;
    bool array = place->shape == DHI_ARRAY || place->shape == DHI_LIST;

    write_key(writer, place);
    fputc(array ? '[' : '{', writer->out);
    writer->depth++;
    writer->separate = false;
    if (place->shape == DHI_LIST && place->claimed > place->count) writer->damaged++;
    return true;
}

static void json_close(void *context, const struct dhi_place *place)
{
    struct writer *writer = context;
    bool array = place->shape == DHI_ARRAY || place->shape == DHI_LIST;

    fputc(array ? ']' : '}', writer->out);
    writer->depth--;
    writer->separate = true;
}

static void write_flags(FILE *out, const struct dhc_node *node, uint64_t bits)
{
    const char *separator = "";

    fputc('[', out);
    for (uint64_t bit = 0; bit < 8 * dhc_scalar_size(node->scalar); bit++) {
        const char *name;
        if ((bits >> bit & 1) == 0) continue;
        name = dhi_label(node->meaning, bit);
        if (name != NULL)
            fprintf(out, "%s\"%s\"", separator, name);
        else
            fprintf(out, "%s%" PRIu64, separator, bit);
        separator = ",";
    }
    fputc(']', out);
}

/* A spelling of ours as JSON: finite ones are numbers there too. */
static void write_spelling(FILE *out, const char *spelling)
{
    bool special = strpbrk(spelling, "ni") != NULL;

    fprintf(out, special ? "\"%s\"" : "%s", spelling);
}

static void write_number(FILE *out, const struct dhc_node *node, const struct dhi_value *value)
{
    const struct dhc_meaning *meaning = node->meaning;
    const char *label = meaning->naming == DHC_UNNAMED ? NULL : dhi_label(meaning, value->bits);
    char raw[DHI_NUMBER_BYTES], physical[DHI_NUMBER_BYTES];

    dhi_spell_raw(node, value, raw);
    if (meaning->naming == DHC_FLAGS)
        write_flags(out, node, value->bits);
    else if (label != NULL)
        fprintf(out, "\"%s\"", label);
    else if (meaning->has_scale) {
        dhi_spell_physical(meaning, value, physical);
        fputs("{\"value\":", out);
        write_spelling(out, physical);
        fputs(",\"raw\":", out);
        write_spelling(out, raw);
        fputc('}', out);
    } else
        write_spelling(out, raw);
}

static void write_blob(FILE *out, const struct dhi_value *value)
{
    fputc('"', out);
    for (uint32_t i = 0; i < value->length; i++)
        fprintf(out, "%02x", value->data[i]);
    fputc('"', out);
}

static void json_value(void *context, const struct dhi_place *place, const struct dhi_value *value)
{
    struct writer *writer = context;

    write_key(writer, place);
    if (value->claimed > value->length) writer->damaged++;
    if (value->invalid || value->kind == DHI_MISSING || value->kind == DHI_ABSENT)
        fputs("null", writer->out);
    else if (value->kind == DHI_BOOL)
        fputs(value->bits != 0 ? "true" : "false", writer->out);
    else if (value->kind == DHI_TEXT)
        dhi_write_json_string(writer->out, value->data, value->length);
    else if (value->kind == DHI_BLOB)
        write_blob(writer->out, value);
    else
        write_number(writer->out, place->node, value);
}

unsigned dhi_write_json(FILE *out, const struct dhi_payload *payload, const struct dhc_node *root,
                        const char *path)
{
    struct writer writer = { .out = out };
    struct dhi_visitor visitor = { &writer, json_open, json_close, json_value };
    struct dhi_place place = { 0 };
    const char *bad;

    if (path == NULL)
        dhi_decode(payload, root, NULL, &visitor);
    else if (dhi_path(payload, root, path, &place, &bad))
        dhi_decode_place(payload, &place, &visitor);
    else
        fputs("null", out);
    return writer.damaged;
}
