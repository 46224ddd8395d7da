/* SPDX-License-Identifier: Apache-2.0 */
/* A table for people: columns as wide as what stands in them, two spaces between, the header dim.
 */
#ifndef DHI_ADMIN_TABLE_H
#define DHI_ADMIN_TABLE_H

#include "command.h"

enum { DHI_TABLE_COLUMNS = 10 };

struct dhi_table {
    unsigned n_columns;
    size_t n_cells, room;
    struct dhi_cell {
        char *text;
        const char *style; /* an escape sequence or "" */
    } * cells;
};

/* The header's cells are added like any others, first. Styles are borrowed. */
void dhi_table_add(struct dhi_table *table, const char *style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Write it, each line indented, and empty it. */
void dhi_table_write(struct dhi_table *table, FILE *out, const struct dhi_look *look,
                     unsigned indent);

#endif
