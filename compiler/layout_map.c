/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The map: a row a cache line, a cell a byte. A field shows its name as far as it fits.
 *
 *            0       8       16      24      32      40      48      56
 *     line 0 |time---|accel------|gyro-------|cov----------------------------
 *     line 1 ----q.|f|label------------------------------|taps---------------
 *   line 2-5 ----------------------------------------------------------------
 */
#include <inttypes.h>
#include <string.h>

#include "layout_report.h"

struct glyphs {
    const char *edge;
    const char *fill;
    const char *hole;
    const char *reserve;
};

static const struct glyphs UNICODE = { "▏", "─", "░", "·" };
static const struct glyphs ASCII = { "|", "-", ".", "~" };

struct map {
    const struct layout_page *page;
    const struct layout_facts *facts;
    const struct glyphs *glyphs;
    size_t row;        /* of the facts: the first that reaches into the line */
    unsigned shade;    /* fields so far */
    unsigned in_force; /* colour */
};

static void paint(struct map *map, unsigned colour)
{
    struct text *out = map->page->out;

    if (colour == map->in_force) return;
    if (map->in_force != LAYOUT_PLAIN) text_add_string(out, layout_colour(map->page, LAYOUT_PLAIN));
    text_add_string(out, layout_colour(map->page, colour));
    map->in_force = colour;
}

/* The cell of a field `at` bytes behind its start: its edge, its name, or what fills it up. A byte
 * alone is its initial: neighbours that are bytes all stay apart. */
static void draw_field_cell(struct map *map, const struct layout_row *row, uint64_t at)
{
    const char *name = row->field->declaration.name;
    struct text *out = map->page->out;

    if (row->size == 1)
        text_add(out, name, 1);
    else if (at == 0)
        text_add_string(out, map->glyphs->edge);
    else if (at <= strlen(name))
        text_add(out, name + at - 1, 1);
    else
        text_add_string(out, map->glyphs->fill);
}

static void draw_cell(struct map *map, uint64_t byte)
{
    const struct layout_facts *facts = map->facts;

    while (map->row < facts->n_rows &&
           byte >= facts->rows[map->row].offset + facts->rows[map->row].size) {
        map->shade += facts->rows[map->row].kind == ROW_FIELD;
        map->row++;
    }
    if (map->row == facts->n_rows) return; /* behind the end */
    const struct layout_row *row = &facts->rows[map->row];
    switch (row->kind) {
    case ROW_FIELD:
        paint(map, LAYOUT_FIELD + map->shade);
        draw_field_cell(map, row, byte - row->offset);
        break;
    case ROW_RESERVE:
        paint(map, LAYOUT_DIM);
        text_add_string(map->page->out, map->glyphs->reserve);
        break;
    default: paint(map, LAYOUT_WARN); text_add_string(map->page->out, map->glyphs->hole);
    }
}

/* How many whole lines from `line` on show nothing but the middle of one field, or of one gap. */
static uint64_t alike(const struct map *map, uint64_t line)
{
    uint64_t start = line * LINE_BYTES;

    for (size_t i = map->row; i < map->facts->n_rows; i++) {
        const struct layout_row *row = &map->facts->rows[i];
        if (row->offset + row->size <= start) continue;
        uint64_t named = row->kind == ROW_FIELD ? strlen(row->field->declaration.name) + 1 : 0;
        if (start < row->offset + named) return 0;
        return (row->offset + row->size - start) / LINE_BYTES;
    }
    return 0;
}

static void draw_line(struct map *map, uint64_t line, uint64_t n)
{
    struct text *out = map->page->out;
    const char *label =
        n > 1 ? dhs_printf(map->page->arena, "%" PRIu64 "-%" PRIu64, line, line + n - 1)
              : dhs_printf(map->page->arena, "%" PRIu64, line);

    text_printf(out, "  %s%7s%s ", layout_colour(map->page, LAYOUT_DIM), label,
                layout_colour(map->page, LAYOUT_PLAIN));
    for (uint64_t i = 0; i < LINE_BYTES; i++)
        draw_cell(map, line * LINE_BYTES + i);
    paint(map, LAYOUT_PLAIN);
    text_add_char(out, '\n');
}

void layout_map(const struct layout_page *page, const struct layout_facts *facts)
{
    struct map map = { .page = page,
                       .facts = facts,
                       .glyphs = page->style.unicode ? &UNICODE : &ASCII };

    text_printf(page->out,
                "  %s   line 0       8       16      24      32      40      48      56%s\n",
                layout_colour(page, LAYOUT_DIM), layout_colour(page, LAYOUT_PLAIN));
    for (uint64_t line = 0; line < facts->lines;) {
        uint64_t n = alike(&map, line);
        n = n > 0 ? n : 1;
        draw_line(&map, line, n);
        line += n;
    }
}
