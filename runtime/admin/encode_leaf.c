/* SPDX-License-Identifier: Apache-2.0 */
/* One value of JSON as the bytes of one leaf, or why it is none. */
#include "command.h"
#include "encode.h"
#include "spell.h"

#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void store(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                  uint64_t bits)
{
    uint32_t size = dhc_scalar_size(node->scalar);

    for (uint32_t i = 0; i < size; i++)
        encoder->bytes[at + i] = (unsigned char)(bits >> (8 * i));
}

/* ---- numbers ------------------------------------------------------------------------------ */

static uint64_t half_bits(double value)
{
    uint64_t sign = signbit(value) ? 0x8000 : 0;
    double magnitude = fabs(value), fraction;
    int exponent;

    if (isnan(value)) return 0x7e00;
    if (isinf(value)) return sign | 0x7c00;
    fraction = frexp(magnitude, &exponent); /* 0.5 … 1 */
    if (magnitude == 0 || exponent < -13) return sign | (uint64_t)nearbyint(ldexp(magnitude, 24));
    return sign | (((uint64_t)(exponent + 13) << 10) + (uint64_t)nearbyint(ldexp(fraction, 11)));
}

static uint64_t real_bits(enum dhc_scalar scalar, double value)
{
    float single = (float)value;
    uint32_t low;
    uint64_t bits;

    if (scalar == DHC_F16) return half_bits(value);
    if (scalar == DHC_F32) {
        memcpy(&low, &single, sizeof low);
        return low;
    }
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* A number, also one of the three that JSON lacks. */
static bool real_of(const struct dhi_json *json, double *value)
{
    char *end;

    if (json->kind == DHI_JSON_STRING &&
        (strcmp(json->text, "nan") == 0 || strcmp(json->text, "inf") == 0 ||
         strcmp(json->text, "-inf") == 0)) {
        *value = json->text[0] == 'n'   ? (double)NAN
                 : json->text[0] == '-' ? -(double)INFINITY
                                        : (double)INFINITY;
        return true;
    }
    if (json->kind != DHI_JSON_NUMBER) return false;
    *value = strtod(json->text, &end);
    return *end == 0 && end != json->text;
}

static bool put_real(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                     double value, const struct dhi_json *json)
{
    double most = node->scalar == DHC_F16 ? 65504 : node->scalar == DHC_F32 ? FLT_MAX : DBL_MAX;

    /* "inf" is a text; a number that comes out infinite was too large to be read. */
    if (json->kind == DHI_JSON_NUMBER && fabs(value) > most)
        return dhi_encode_fail(encoder, json, "use a smaller number, or a wider type in the schema",
                               "%s is too large for %s", json->text, dhc_scalar_name(node->scalar));
    store(encoder, node, at, real_bits(node->scalar, value));
    return true;
}

/* The bounds of an integer type. */
static void bounds(const struct dhc_node *node, int64_t *least, uint64_t *most)
{
    uint32_t bits = 8 * dhc_scalar_size(node->scalar);

    *least = dhc_is_signed(node->scalar) ? (int64_t)(UINT64_MAX << (bits - 1)) : 0;
    *most = UINT64_MAX >> (64 - bits + (uint32_t)dhc_is_signed(node->scalar));
}

/* "-12", "3", also "1e3": sign and magnitude. */
static bool integer_of(const char *text, bool *negative, uint64_t *magnitude)
{
    char *end;
    double real;

    *negative = text[0] == '-';
    errno = 0;
    *magnitude = strtoull(text + *negative, &end, 10);
    if (*end == 0 && errno == 0 && end != text + *negative && text[*negative] != '-') return true;
    real = strtod(text, &end);
    if (*end != 0 || real != floor(real) || fabs(real) > 9007199254740992.0) return false;
    *magnitude = (uint64_t)fabs(real);
    return true;
}

static bool put_integer(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                        const char *text, const struct dhi_json *json)
{
    uint64_t magnitude, most;
    int64_t least;
    bool negative;
    char help[200];

    bounds(node, &least, &most);
    snprintf(help, sizeof help, "%s holds %" PRId64 " to %" PRIu64, dhc_scalar_name(node->scalar),
             least, most);
    if (!integer_of(text, &negative, &magnitude))
        return dhi_encode_fail(encoder, json, help, "'%.60s' is no whole number", text);
    if (negative ? magnitude > (uint64_t)0 - (uint64_t)least : magnitude > most)
        return dhi_encode_fail(encoder, json, help, "%.60s does not fit into %s", text,
                               dhc_scalar_name(node->scalar));
    store(encoder, node, at, negative ? 0 - magnitude : magnitude);
    return true;
}

/* ---- what the schema says of them --------------------------------------------------------- */

static void spell_bound(const struct dhc_number *bound, char text[DHI_NUMBER_BYTES])
{
    if (bound->kind == DHC_OPEN)
        snprintf(text, DHI_NUMBER_BYTES, "…");
    else if (bound->kind == DHC_INTEGER)
        snprintf(text, DHI_NUMBER_BYTES, "%s%" PRIu64, bound->negative ? "-" : "",
                 bound->magnitude);
    else
        dhi_spell_real(bound->real, DHC_F64, text);
}

static bool in_range(struct dhi_encoder *encoder, const struct dhc_node *node, double physical,
                     const struct dhi_json *json)
{
    const struct dhc_meaning *m = node->meaning;
    char low[DHI_NUMBER_BYTES], high[DHI_NUMBER_BYTES], help[200], said[DHI_NUMBER_BYTES];
    bool below, above;

    if (!m->has_range || isnan(physical)) return true;
    below = m->low.kind != DHC_OPEN && physical < m->low.real;
    above = m->high.kind != DHC_OPEN && physical > m->high.real;
    if (!below && !above) return true;
    spell_bound(&m->low, low);
    spell_bound(&m->high, high);
    snprintf(help, sizeof help, "the schema's range is %s to %s%s%.*s", low, high,
             m->unit.data != NULL ? " " : "", (int)m->unit.length,
             m->unit.data != NULL ? m->unit.data : "");
    dhi_spell_real(physical, DHC_F64, said);
    return dhi_encode_fail(encoder, json, help, "%s is %s the range", said,
                           below ? "below" : "above");
}

static bool put_raw(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                    double value, const struct dhi_json *json)
{
    if (dhc_is_real(node->scalar)) return put_real(encoder, node, at, value, json);
    return put_integer(encoder, node, at, json->text, json);
}

static bool take_number(struct dhi_encoder *encoder, const struct dhi_json *json, const char *help,
                        double *value)
{
    if (real_of(json, value)) return true;
    if (json->kind != DHI_JSON_STRING && json->kind != DHI_JSON_NUMBER)
        return dhi_encode_fail(encoder, json, help, "a number is expected here, not %s",
                               dhi_json_kind_text(json->kind));
    return dhi_encode_fail(encoder, json, help, "a number is expected here, not '%.60s'",
                           json->text);
}

/* The physical value; or {"raw": …}, which is stored as it is. */
static bool put_scaled(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                       const struct dhi_json *json)
{
    static const char help[] = "write the physical value, or {\"raw\": number}";
    const struct dhc_meaning *m = node->meaning;
    const struct dhi_json *raw = dhi_json_member(json, "raw"), *physical = json;
    char text[DHI_NUMBER_BYTES];
    double value = 0;

    if (raw != NULL) {
        if (!take_number(encoder, raw, help, &value)) return false;
        return in_range(encoder, node, value * m->factor + m->shift, raw) &&
               put_raw(encoder, node, at, value, raw);
    }
    if (dhi_json_member(json, "value") != NULL) physical = dhi_json_member(json, "value");
    if (!take_number(encoder, physical, help, &value)) return false;
    if (!in_range(encoder, node, value, physical)) return false;
    value = (value - m->shift) / m->factor;
    if (dhc_is_real(node->scalar)) return put_real(encoder, node, at, value, physical);
    snprintf(text, sizeof text, "%.0f", value);
    return put_integer(encoder, node, at, text, physical);
}

static bool put_number(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                       const struct dhi_json *json)
{
    double value = 0;

    return take_number(encoder, json, "", &value) && in_range(encoder, node, value, json) &&
           put_raw(encoder, node, at, value, json);
}

/* ---- names -------------------------------------------------------------------------------- */

static const struct dhc_label *label_of(const struct dhc_meaning *meaning, const char *name)
{
    for (uint32_t i = 0; i < meaning->n_labels; i++)
        if (strcmp(meaning->labels[i].name, name) == 0) return &meaning->labels[i];
    return NULL;
}

static bool unknown_label(struct dhi_encoder *encoder, const struct dhc_meaning *meaning,
                          const struct dhi_json *json)
{
    const char *names[256] = { NULL }, *best;
    char help[320];
    size_t n = 0, used = 0;

    for (uint32_t i = 0; i < meaning->n_labels && n < 256; i++)
        names[n++] = meaning->labels[i].name;
    best = dhi_nearest(json->text, names, n);
    if (best != NULL)
        snprintf(help, sizeof help, "did you mean '%s'?", best);
    else
        for (size_t i = 0; i < n && used + 70 < sizeof help; i++)
            used += (size_t)snprintf(help + used, sizeof help - used, "%s%s",
                                     i > 0 ? ", " : "the names are: ", names[i]);
    return dhi_encode_fail(encoder, json, help, "there is no value '%.60s'", json->text);
}

static bool put_enum(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                     const struct dhi_json *json)
{
    const struct dhc_label *label;
    uint64_t magnitude;
    bool negative;

    if (json->kind == DHI_JSON_NUMBER && node->meaning->naming == DHC_ENUM_CLOSED &&
        integer_of(json->text, &negative, &magnitude) &&
        dhi_label(node->meaning, negative ? 0 - magnitude : magnitude) == NULL)
        return unknown_label(encoder, node->meaning, json);
    if (json->kind == DHI_JSON_NUMBER) return put_integer(encoder, node, at, json->text, json);
    if (json->kind != DHI_JSON_STRING)
        return dhi_encode_fail(encoder, json, "", "a name is expected here");
    label = label_of(node->meaning, json->text);
    if (label == NULL) return unknown_label(encoder, node->meaning, json);
    store(encoder, node, at, label->value);
    return true;
}

static bool put_flags(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                      const struct dhi_json *json)
{
    uint32_t n_bits = 8 * dhc_scalar_size(node->scalar);
    uint64_t bits = 0, bit;
    bool negative;

    if (json->kind == DHI_JSON_NUMBER) return put_integer(encoder, node, at, json->text, json);
    if (json->kind != DHI_JSON_ARRAY)
        return dhi_encode_fail(encoder, json, "write [\"name\", …]",
                               "a list of flags is expected here");
    for (const struct dhi_json *item = json->first; item != NULL; item = item->next) {
        const struct dhc_label *label =
            item->kind == DHI_JSON_STRING ? label_of(node->meaning, item->text) : NULL;

        if (label != NULL)
            bits |= UINT64_C(1) << (label->value & 63);
        else if (item->kind == DHI_JSON_NUMBER && integer_of(item->text, &negative, &bit) &&
                 !negative && bit < n_bits)
            bits |= UINT64_C(1) << bit;
        else if (item->kind == DHI_JSON_STRING)
            return unknown_label(encoder, node->meaning, item);
        else
            return dhi_encode_fail(encoder, item, "", "bits are numbered 0 to %u", n_bits - 1);
    }
    store(encoder, node, at, bits);
    return true;
}

/* ---- texts and bytes ---------------------------------------------------------------------- */

static bool put_text(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                     const struct dhi_json *json)
{
    size_t begin = node->kind == DHC_CHAR ? at : at + 4;

    if (json->kind != DHI_JSON_STRING)
        return dhi_encode_fail(encoder, json, "write \"…\"", "a text is expected here");
    if (json->text_bytes > node->capacity)
        return dhi_encode_fail(encoder, json, "shorten it, or give the schema more room",
                               "this text has %zu bytes, and there is room for %u",
                               json->text_bytes, node->capacity);
    memcpy(encoder->bytes + begin, json->text, json->text_bytes);
    if (node->kind == DHC_STRING)
        for (int i = 0; i < 4; i++)
            encoder->bytes[at + (size_t)i] = (unsigned char)(json->text_bytes >> (8 * i));
    return true;
}

static bool put_bytes(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                      const struct dhi_json *json)
{
    size_t n = json->kind == DHI_JSON_STRING ? json->text_bytes / 2 : 0;

    if (json->kind != DHI_JSON_STRING || json->text_bytes % 2 != 0 ||
        strspn(json->text, "0123456789abcdefABCDEF") != json->text_bytes)
        return dhi_encode_fail(encoder, json, "two hexadecimal digits a byte: \"00ff7e\"",
                               "bytes are expected here");
    if (n > node->capacity)
        return dhi_encode_fail(encoder, json, "shorten it, or give the schema more room",
                               "%zu bytes, and there is room for %u", n, node->capacity);
    for (size_t i = 0; i < n; i++) {
        char pair[3] = { json->text[2 * i], json->text[2 * i + 1], 0 };
        encoder->bytes[at + 4 + i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    for (int i = 0; i < 4; i++)
        encoder->bytes[at + (size_t)i] = (unsigned char)(n >> (8 * i));
    return true;
}

/* ---- leaves ------------------------------------------------------------------------------- */

/* What @invalid says stands for null. */
static bool put_invalid(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                        const struct dhi_json *json)
{
    const struct dhc_meaning *m = node->meaning;
    struct dhi_json text = *json;
    const struct dhc_label *label;

    switch (m->invalid) {
    case DHC_INVALID_NOT_SAID:
        return dhi_encode_fail(encoder, json,
                               "only optional fields and those with @invalid may be null",
                               "this field has no value that stands for null");
    case DHC_INVALID_NAME:
        label = label_of(m, m->invalid_name);
        if (label != NULL) store(encoder, node, at, label->value);
        return true;
    case DHC_INVALID_TEXT:
        text.kind = DHI_JSON_STRING;
        text.text = m->invalid_text.data;
        text.text_bytes = m->invalid_text.length;
        return put_text(encoder, node, at, &text);
    case DHC_INVALID_NUMBER: break;
    }
    if (dhc_is_real(node->scalar))
        store(encoder, node, at, real_bits(node->scalar, m->invalid_number.real));
    else
        store(encoder, node, at,
              m->invalid_number.negative ? 0 - m->invalid_number.magnitude
                                         : m->invalid_number.magnitude);
    return true;
}

bool dhi_encode_leaf(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                     const struct dhi_json *json)
{
    if (json->kind == DHI_JSON_NULL) return put_invalid(encoder, node, at, json);
    if (node->kind == DHC_CHAR || node->kind == DHC_STRING)
        return put_text(encoder, node, at, json);
    if (node->kind == DHC_BYTES) return put_bytes(encoder, node, at, json);
    if (node->meaning->naming == DHC_FLAGS) return put_flags(encoder, node, at, json);
    if (node->meaning->naming != DHC_UNNAMED) return put_enum(encoder, node, at, json);
    if (node->scalar == DHC_BOOL) {
        if (json->kind != DHI_JSON_TRUE && json->kind != DHI_JSON_FALSE)
            return dhi_encode_fail(encoder, json, "write true or false",
                                   "a truth value is expected here");
        encoder->bytes[at] = json->kind == DHI_JSON_TRUE;
        return true;
    }
    if (node->meaning->has_scale) return put_scaled(encoder, node, at, json);
    return put_number(encoder, node, at, json);
}
