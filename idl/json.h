/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one JSON document, two spaces a level. Names are NULL in lists and for the document
 * itself.
 *
 *   struct dhs_json json = { .out = file };
 *   dhs_json_open(&json, NULL, '{');
 *   dhs_json_text(&json, "name", "imu");
 *   dhs_json_close(&json, '}');
 */
#ifndef DHS_JSON_H
#define DHS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct dhs_json {
    FILE *out;
    int depth;
    bool filled; /* the innermost open list or object has an item */
};

/* `bracket` is '{' or '[', and the closing one of the same kind. */
void dhs_json_open(struct dhs_json *json, const char *name, char bracket);
void dhs_json_close(struct dhs_json *json, char bracket);

/* What is not UTF-8 becomes U+FFFD: any text makes a document that readers accept. */
void dhs_json_text(struct dhs_json *json, const char *name, const char *text);
void dhs_json_number(struct dhs_json *json, const char *name, uint64_t number);
void dhs_json_bool(struct dhs_json *json, const char *name, bool boolean);

#endif
