/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload from JSON, the other way round of json.h, checked against the schema: names, kinds of
 * values, ranges, room. What is written by echo --json comes back as the same bytes.
 *
 *   numbers      in the range of their type and of @range; "nan", "inf", "-inf" where reals may be
 *   enum         its name, or a number where it is open; flags: names and numbers of bits
 *   @scale       the physical value, or {"raw": …} as it is stored
 *   null         an optional without value; what @invalid says; a member that is left out
 *   union        {"arm": content};  bytes: hexadecimal digits
 */
#ifndef DHI_ADMIN_ENCODE_H
#define DHI_ADMIN_ENCODE_H

#include "decode.h"
#include "json_read.h"

struct dhi_trouble {
    size_t at, end; /* bytes of the line that it is about */
    char path[256];
    char text[320]; /* what is wrong */
    char help[320]; /* what would be right; "": nothing */
};

/* Fill `bytes`, all of root's size, from `json`. False: `trouble` says why. */
bool dhi_encode(unsigned char *bytes, const struct dhc_node *root, const struct dhi_json *json,
                struct dhi_trouble *trouble);

/* ---- parts, for rows of a table ---- */

struct dhi_encoder {
    unsigned char *bytes;
    struct dhi_trouble *trouble;
    char path[256];
};

/* One leaf at `at` of the bytes. */
bool dhi_encode_leaf(struct dhi_encoder *encoder, const struct dhc_node *node, size_t at,
                     const struct dhi_json *json);
/* The tag of the arm of that name; NULL: there is none, `trouble` says so. */
const struct dhc_node *dhi_encode_tag(struct dhi_encoder *encoder, const struct dhc_node *onion,
                                      size_t at, const char *name, const struct dhi_json *json);
/* Say what is wrong; always false. */
bool dhi_encode_fail(struct dhi_encoder *encoder, const struct dhi_json *json, const char *help,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
