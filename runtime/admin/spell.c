/* SPDX-License-Identifier: Apache-2.0 */
#include "spell.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ------------------------------------------------------------------------------ */

/* Digits and exponent as people write them: "1250", "0.001", "1e-07". */
static void plain(double value, int digits, char spelling[DHI_NUMBER_BYTES])
{
    char scientific[DHI_NUMBER_BYTES];
    int exponent, decimals;

    snprintf(scientific, sizeof scientific, "%.*e", digits - 1, value);
    exponent = atoi(strchr(scientific, 'e') + 1);
    decimals = digits - 1 - exponent;
    if (exponent < -5 || exponent > 15)
        memcpy(spelling, scientific, sizeof scientific);
    else
        snprintf(spelling, DHI_NUMBER_BYTES, "%.*f", decimals > 0 ? decimals : 0, value);
}

static bool spell_special(double value, char spelling[DHI_NUMBER_BYTES])
{
    if (isnan(value))
        snprintf(spelling, DHI_NUMBER_BYTES, "nan");
    else if (isinf(value))
        snprintf(spelling, DHI_NUMBER_BYTES, value > 0 ? "inf" : "-inf");
    else if (value == 0)
        snprintf(spelling, DHI_NUMBER_BYTES, signbit(value) ? "-0" : "0");
    else
        return false;
    return true;
}

/* Would this decimal be stored as that value? */
static bool gives_back(const char *spelling, double value, enum dhc_scalar scalar)
{
    double read = strtod(spelling, NULL);
    int exponent;

    if (scalar == DHC_F64) return read == value;
    if (scalar == DHC_F32) return (double)strtof(spelling, NULL) == value;
    (void)frexp(value, &exponent); /* value = 0.1… * 2^exponent; a half keeps eleven bits */
    if (exponent < -13) exponent = -13;
    return fabs(read - value) < ldexp(1, exponent - 12);
}

void dhi_spell_real(double value, enum dhc_scalar scalar, char spelling[DHI_NUMBER_BYTES])
{
    if (spell_special(value, spelling)) return;
    for (int digits = 1; digits <= 17; digits++) {
        plain(value, digits, spelling);
        if (gives_back(spelling, value, scalar)) return;
    }
}

void dhi_spell_raw(const struct dhc_node *node, const struct dhi_value *value,
                   char spelling[DHI_NUMBER_BYTES])
{
    if (value->kind == DHI_REAL)
        dhi_spell_real(value->real, node->scalar, spelling);
    else if (value->kind == DHI_SIGNED)
        snprintf(spelling, DHI_NUMBER_BYTES, "%" PRId64, (int64_t)value->bits);
    else
        snprintf(spelling, DHI_NUMBER_BYTES, "%" PRIu64, value->bits);
}

double dhi_physical(const struct dhc_meaning *meaning, const struct dhi_value *value)
{
    return value->real * meaning->factor + meaning->shift;
}

void dhi_spell_physical(const struct dhc_meaning *meaning, const struct dhi_value *value,
                        char spelling[DHI_NUMBER_BYTES])
{
    double physical = dhi_physical(meaning, value);

    if (value->kind == DHI_REAL || meaning->factor == 0) {
        dhi_spell_real(physical, DHC_F64, spelling);
        return;
    }
    if (spell_special(physical, spelling)) return;
    for (int digits = 1; digits <= 17; digits++) {
        plain(physical, digits, spelling);
        if (fabs((strtod(spelling, NULL) - meaning->shift) / meaning->factor - value->real) < 0.01)
            return;
    }
}

/* ---- texts -------------------------------------------------------------------------------- */

/* The UTF-8 character at data, its bytes in *n; UINT32_MAX: there is none, and *n is 1. */
static uint32_t character(const unsigned char *data, size_t length, size_t *n)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char c = data[0];
    uint32_t code = c;

    *n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (*n == 1) return code;
    if (*n > length) *n = 0;
    if (*n > 0) code = c & (0xffu >> (*n + 1));
    for (size_t i = 1; i < *n; i++) {
        if ((data[i] & 0xc0) != 0x80)
            *n = 0;
        else
            code = code << 6 | (data[i] & 0x3fu);
    }
    if (*n > 0 && code >= least[*n] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
        return code;
    *n = 1;
    return UINT32_MAX;
}

/* Characters that a terminal obeys, or that change what is seen of others. */
static bool is_unsafe(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == UINT32_MAX ||
           code >= 0xe0000;
}

size_t dhi_write_quoted(FILE *out, const unsigned char *data, size_t length)
{
    size_t columns = 2, n;

    fputc('"', out);
    for (size_t i = 0; i < length; i += n) {
        uint32_t code = character(data + i, length - i, &n);

        if (code == '\n' || code == '\t' || code == '"' || code == '\\') {
            fprintf(out, "\\%c", code == '\n' ? 'n' : code == '\t' ? 't' : (char)code);
            columns += 2;
        } else if (is_unsafe(code)) {
            for (size_t k = 0; k < n; k++)
                fprintf(out, "\\x%02x", data[i + k]);
            columns += 4 * n;
        } else {
            fwrite(data + i, 1, n, out);
            columns += code < 0x1100 ? 1 : 2;
        }
    }
    fputc('"', out);
    return columns;
}

void dhi_write_safe(FILE *out, const char *data, size_t length)
{
    const unsigned char *at = (const unsigned char *)data;
    size_t n;

    for (size_t i = 0; i < length; i += n) {
        bool unsafe = is_unsafe(character(at + i, length - i, &n));

        for (size_t k = 0; k < n; k++)
            fprintf(out, unsafe ? "\\x%02x" : "%c", at[i + k]);
    }
}

const char *dhi_safe(const char *name, char safe[DHI_SAFE_BYTES])
{
    size_t n = 0;

    for (; name[n] != 0 && n < DHI_SAFE_BYTES - 1; n++)
        safe[n] = name[n] > ' ' && name[n] < 0x7f ? name[n] : name[n] == ' ' ? ' ' : '?';
    safe[n] = 0;
    return safe;
}

void dhi_write_json_string(FILE *out, const unsigned char *data, size_t length)
{
    size_t n;

    fputc('"', out);
    for (size_t i = 0; i < length; i += n) {
        uint32_t code = character(data + i, length - i, &n);

        if (code == UINT32_MAX)
            fputs("\xef\xbf\xbd", out);
        else if (code == '"' || code == '\\')
            fprintf(out, "\\%c", (char)code);
        else if (code < 0x20 || code == 0x7f)
            fprintf(out, "\\u%04x", code);
        else
            fwrite(data + i, 1, n, out);
    }
    fputc('"', out);
}
