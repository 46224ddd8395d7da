/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void dhi_table_add(struct dhi_table *table, const char *style, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    if (table->n_cells == table->room) {
        size_t room = table->room * 2 + 32;
        struct dhi_cell *grown = realloc(table->cells, room * sizeof *grown);
        if (grown == NULL) abort(); /* a few kilobytes: nothing else would go on either */
        table->cells = grown;
        table->room = room;
    }
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) abort();
    va_end(arguments);
    table->cells[table->n_cells++] = (struct dhi_cell){ text, style };
}

/* Columns that UTF-8 text takes, as far as one column a character is true. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text != 0; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

void dhi_table_write(struct dhi_table *table, FILE *out, const struct dhi_look *look,
                     unsigned indent)
{
    int widths[DHI_TABLE_COLUMNS] = { 0 };

    for (size_t i = 0; i < table->n_cells; i++) {
        int width = width_of(table->cells[i].text);
        if (width > widths[i % table->n_columns]) widths[i % table->n_columns] = width;
    }
    for (size_t i = 0; i < table->n_cells; i++) {
        const struct dhi_cell *cell = &table->cells[i];
        unsigned column = (unsigned)(i % table->n_columns);
        bool last = column + 1 == table->n_columns;

        if (column == 0) fprintf(out, "%*s", (int)indent, "");
        fprintf(out, "%s%s%s", cell->style, cell->text, cell->style[0] != 0 ? look->plain : "");
        if (last)
            fputc('\n', out);
        else
            fprintf(out, "%*s", widths[column] - width_of(cell->text) + 2, "");
        free(cell->text);
    }
    free(table->cells);
    *table = (struct dhi_table){ .n_columns = table->n_columns };
}
