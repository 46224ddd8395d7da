/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of comma-separated values (RFC 4180) as payloads: the other way round of csv.h. */
#ifndef DHI_ADMIN_CSV_READ_H
#define DHI_ADMIN_CSV_READ_H

#include "encode.h"

#include <stdio.h>

struct dhi_csv_row {
    char **cells;
    size_t n, room;
    bool open; /* the input ended between quotes */
};

/* The next row; a cell between quotes may hold line ends. False: there is none. */
bool dhi_csv_read(FILE *in, struct dhi_csv_row *row);
void dhi_csv_free(struct dhi_csv_row *row);

/* Fill `bytes` from a row whose columns are called as `names` says; those called sequence and
 * commit_ns are passed over. False: `trouble` says why; its places are of no use here. */
bool dhi_csv_encode(unsigned char *bytes, const struct dhc_node *root,
                    const struct dhi_csv_row *names, const struct dhi_csv_row *row,
                    struct dhi_trouble *trouble);

#endif
