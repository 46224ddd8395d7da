/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload as JSON, all of it, written as it is decoded: an image needs no memory.
 *
 *   numbers as numbers, also those of u64 that a reader may not hold; but nan and inf, which JSON
 *                lacks, as "nan", "inf", "-inf"
 *   enum         its name, or the number when it has none
 *   flags        the names of the bits that are set; a bit without name as its number
 *   @scale       {"value": physical, "raw": as stored}
 *   @invalid, absent, missing, tag without arm      null
 *   union        {"arm": content}
 *   bytes        hexadecimal digits
 */
#ifndef DHI_ADMIN_JSON_H
#define DHI_ADMIN_JSON_H

#include "decode.h"

/* One value: an object for a root, or what `path` names (null if it is not set). Answers how many
 * counts and lengths were over their capacity and therefore cut. */
unsigned dhi_write_json(FILE *out, const struct dhi_payload *payload, const struct dhc_node *root,
                        const char *path);

#endif
