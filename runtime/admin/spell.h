/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and texts of a payload as people and JSON read them. */
#ifndef DHI_ADMIN_SPELL_H
#define DHI_ADMIN_SPELL_H

#include "decode.h"

enum { DHI_NUMBER_BYTES = 48 };

/* The shortest decimal that gives the value back in the width of `scalar` (DHC_F16, F32, F64):
 * "0.1", "1e+30", "nan", "-inf". */
void dhi_spell_real(double value, enum dhc_scalar scalar, char spelling[DHI_NUMBER_BYTES]);

/* An integer or a real as it lies in memory. */
void dhi_spell_raw(const struct dhc_node *node, const struct dhi_value *value,
                   char spelling[DHI_NUMBER_BYTES]);

/* raw * factor + shift, with as few digits as tell the raw value apart from its neighbours. */
double dhi_physical(const struct dhc_meaning *meaning, const struct dhi_value *value);
void dhi_spell_physical(const struct dhc_meaning *meaning, const struct dhi_value *value,
                        char spelling[DHI_NUMBER_BYTES]);

/* Text between quotes, safe for a terminal: control characters, those that turn the direction of
 * writing, and bytes that are no UTF-8 come out as \xHH, quotes and backslashes with a backslash.
 * Returns how many columns it takes at most. */
size_t dhi_write_quoted(FILE *out, const unsigned char *data, size_t length);

/* A text of the schema that may hold anything, such as a unit: unsafe characters as \xHH, no
 * quotes. */
void dhi_write_safe(FILE *out, const char *data, size_t length);

/* What another process calls itself or its channel, as printable ASCII: all else becomes '?'. */
enum { DHI_SAFE_BYTES = 192 };
const char *dhi_safe(const char *name, char safe[DHI_SAFE_BYTES]);

/* Text between quotes for JSON: escapes as JSON has them; bytes that are no UTF-8 become U+FFFD. */
void dhi_write_json_string(FILE *out, const unsigned char *data, size_t length);

#endif
