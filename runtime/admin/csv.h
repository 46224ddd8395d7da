/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payloads as rows of comma-separated values (RFC 4180), the same columns in every row: arrays have
 * a column for each element, optionals are empty when absent, a union has a column for the arm's
 * name and those of all its arms, a list is one cell. Scaled numbers are physical.
 */
#ifndef DHI_ADMIN_CSV_H
#define DHI_ADMIN_CSV_H

#include "decode.h"

enum { DHI_CSV_COLUMNS = 4096 };

/* How many columns a row has: those of `path`, or of all of root; more than DHI_CSV_COLUMNS is told
 * as one more than that. */
unsigned dhi_csv_columns(const struct dhc_node *root, const char *path);

/* Names, then values, each behind a comma: other cells stand before. */
void dhi_write_csv_names(FILE *out, const struct dhc_node *root, const char *path);
void dhi_write_csv_values(FILE *out, const struct dhi_payload *payload, const struct dhc_node *root,
                          const char *path);

#endif
