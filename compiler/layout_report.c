/* SPDX-License-Identifier: Apache-2.0 */
#include "layout_report.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "describe.h"

enum { NARROWEST = 40, RULE_COLUMNS = 74, FIELD_COLOURS = 5 };

static unsigned terminal_width(void)
{
    struct winsize size = { 0 };

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

/* Asked of a locale of its own: with the program's set, toupper("i") would be Turkish in Turkey. */
static bool is_utf8(void)
{
    locale_t user = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool result = user && strcmp(nl_langinfo_l(CODESET, user), "UTF-8") == 0;

    if (user) freelocale(user);
    return result;
}

struct layout_style layout_style_of_terminal(void)
{
    bool terminal = isatty(STDOUT_FILENO) != 0;
    const char *no_colour = getenv("NO_COLOR");

    return (struct layout_style){
        .unicode = terminal && is_utf8(),
        .colour = terminal && !(no_colour && *no_colour),
        .width = terminal ? terminal_width() : 0,
    };
}

const char *layout_colour(const struct layout_page *page, unsigned colour)
{
    static const char *const CODES[] = {
        [LAYOUT_PLAIN] = "\033[0m", [LAYOUT_BOLD] = "\033[1m",  [LAYOUT_DIM] = "\033[2m",
        [LAYOUT_WARN] = "\033[33m", [LAYOUT_GOOD] = "\033[32m",
    };
    static const char *const FIELDS[FIELD_COLOURS] = { "\033[36m", "\033[35m", "\033[34m",
                                                       "\033[32m", "\033[37m" };

    if (!page->style.colour) return "";
    return colour < LAYOUT_FIELD ? CODES[colour] : FIELDS[(colour - LAYOUT_FIELD) % FIELD_COLOURS];
}

/* "1 byte", "2 bytes" */
static const char *count(const struct layout_page *page, uint64_t n, const char *what)
{
    return dhs_printf(page->arena, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

/* ---- the table ------------------------------------------------------------------------------ */

struct columns {
    int name;
    int type;
    unsigned shade;     /* fields so far */
    uint64_t next_line; /* the first that no rule was drawn for */
};

static void draw_rule(const struct layout_page *page, uint64_t line)
{
    const char *dash = page->style.unicode ? "─" : "-";
    char *label =
        dhs_printf(page->arena, " line %" PRIu64 ", byte %" PRIu64 " ", line, line * LINE_BYTES);
    size_t columns = page->style.width > 0 && page->style.width < RULE_COLUMNS ? page->style.width
                                                                               : RULE_COLUMNS;

    text_printf(page->out, "  %s%s%s%s", layout_colour(page, LAYOUT_DIM), dash, dash, label);
    for (size_t i = strlen(label) + 4; i < columns; i++)
        text_add_string(page->out, dash);
    text_printf(page->out, "%s\n", layout_colour(page, LAYOUT_PLAIN));
}

static void draw_gap(const struct layout_page *page, const struct layout_row *row)
{
    static const char *const WHAT[] = { [ROW_HOLE] = "hole",
                                        [ROW_RESERVE] = "reserved for later minors",
                                        [ROW_TAIL] = "padding at the end" };
    const char *glyph = row->kind == ROW_RESERVE ? (page->style.unicode ? "··" : "~~")
                                                 : (page->style.unicode ? "░░" : "..");

    text_printf(page->out, "  %8" PRIu64 " %8" PRIu64 "        %s%s %s%s\n", row->offset, row->size,
                layout_colour(page, row->kind == ROW_RESERVE ? LAYOUT_DIM : LAYOUT_WARN), glyph,
                WHAT[row->kind], layout_colour(page, LAYOUT_PLAIN));
}

/* Characters, not bytes: units may be µm. The first `columns` of a text, with a mark where the rest
 * is missing. */
static const char *fit(const struct layout_page *page, const char *text, size_t columns)
{
    size_t n = 0;
    size_t cut = 0; /* where the mark would go */

    for (size_t i = 0; text[i]; i++) {
        if ((text[i] & 0xc0) == 0x80) continue;
        if (n + 2 == columns) cut = i;
        if (n++ == columns)
            return dhs_printf(page->arena, "%.*s%s", (int)cut, text,
                              page->style.unicode ? "…" : "..");
    }
    return text;
}

static void draw_field(const struct layout_page *page, const struct layout_row *row,
                       struct columns *columns)
{
    const struct dhs_field *f = row->field;
    const char *note = describe_note(page->arena, NULL, f->declaration.attributes, f->since_minor);
    const char *type = describe_type_text(page->arena, f->type);
    const char *mark = row->straddles ? dhs_printf(page->arena, "%s crosses into line %" PRIu64,
                                                   page->style.unicode ? "◀" : "<-",
                                                   (row->offset + row->size - 1) / LINE_BYTES)
                                      : "";
    size_t used = 28 + (size_t)columns->name + 2 + (size_t)columns->type;

    text_printf(page->out, "  %8" PRIu64 " %8" PRIu64 " %5" PRIu32 "  %s%-*s%s  %-*s", row->offset,
                row->size, f->align, layout_colour(page, LAYOUT_FIELD + columns->shade++),
                columns->name, f->declaration.name, layout_colour(page, LAYOUT_PLAIN),
                columns->type, type);
    if (*mark) {
        text_printf(page->out, "  %s%s%s", layout_colour(page, LAYOUT_WARN), mark,
                    layout_colour(page, LAYOUT_PLAIN));
        used += 2 + strlen(mark);
    }
    if (*note && page->style.width == 0)
        text_printf(page->out, "  %s", note);
    else if (*note && used + 8 < page->style.width)
        text_printf(page->out, "  %s", fit(page, note, page->style.width - used - 2));
    /* no blanks at line ends: reports are compared and pasted */
    while (page->out->data[page->out->length - 1] == ' ')
        page->out->data[--page->out->length] = '\0';
    text_add_char(page->out, '\n');
}

static void draw_rule_before(const struct layout_page *page, const struct layout_row *row,
                             struct columns *columns)
{
    uint64_t line = row->offset / LINE_BYTES;

    if (line < columns->next_line) return;
    draw_rule(page, line);
    columns->next_line = line + 1;
}

static void draw_table(const struct layout_page *page, const struct layout_facts *facts)
{
    struct columns columns = { 5, 4, 0, 0 };

    for (size_t i = 0; i < facts->n_rows; i++) {
        const struct dhs_field *f = facts->rows[i].field;
        int name = f ? (int)strlen(f->declaration.name) : 0;
        int type = f ? (int)strlen(describe_type_text(page->arena, f->type)) : 0;
        if (name > columns.name) columns.name = name;
        if (type > columns.type) columns.type = type;
    }
    text_printf(page->out, "  %s  offset     size align  %-*s  type%s\n",
                layout_colour(page, LAYOUT_DIM), columns.name, "field",
                layout_colour(page, LAYOUT_PLAIN));
    for (size_t i = 0; i < facts->n_rows; i++) {
        const struct layout_row *row = &facts->rows[i];
        draw_rule_before(page, row, &columns);
        if (row->field)
            draw_field(page, row, &columns);
        else
            draw_gap(page, row);
    }
}

/* ---- advice --------------------------------------------------------------------------------- */

/* Names with commas, broken before they leave the page. */
static void list_names(const struct layout_page *page, const char *const *names, size_t n,
                       size_t column)
{
    size_t width = page->style.width > 0 ? page->style.width : 80;

    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(names[i]) + 1 + (i + 1 < n);
        if (column + length > width) {
            text_add_string(page->out, "\n     ");
            column = 5;
        }
        text_printf(page->out, " %s%s", names[i], i + 1 < n ? "," : "");
        column += length;
    }
    text_add_char(page->out, '\n');
}

static void advise_on_sharing(const struct layout_page *page, const struct layout_facts *facts)
{
    const char **names = dhs_alloc_array(page->arena, facts->n_apart, sizeof *names);

    for (size_t i = 0; i < facts->n_sharing; i++) {
        const struct layout_sharing *s = &facts->sharing[i];
        text_printf(page->out,
                    "  %sfalse sharing%s in line %" PRIu64 ": %s (written by %s), %s (%s)\n",
                    layout_colour(page, LAYOUT_WARN), layout_colour(page, LAYOUT_PLAIN), s->line,
                    s->first, s->first_writer, s->second, s->second_writer);
    }
    for (size_t i = 0; i < facts->n_apart; i++)
        names[i] = facts->apart[i]->declaration.name;
    if (facts->n_apart > 0) {
        text_printf(page->out, "  %sput @cacheline%s on:", layout_colour(page, LAYOUT_GOOD),
                    layout_colour(page, LAYOUT_PLAIN));
        list_names(page, names, facts->n_apart, 20);
        text_printf(page->out, "    %" PRIu64 " -> %" PRIu64 " bytes%s\n", facts->structure->size,
                    facts->size_apart,
                    facts->inside ? "" : "; then each writer has lines of its own");
    }
    if (facts->inside)
        text_printf(page->out, "  '%s' shares within itself: put @cacheline into its struct %s\n",
                    facts->inside->declaration.name,
                    describe_type_text(page->arena, facts->inside->type));
}

static void advise_on_order(const struct layout_page *page, const struct layout_facts *facts)
{
    const struct dhs_struct *s = facts->structure;
    const char **names = dhs_alloc_array(page->arena, s->n_fields, sizeof *names);
    uint64_t lines = (facts->size_ordered + LINE_BYTES - 1) / LINE_BYTES;
    size_t n = 0;

    if (!facts->better) return;
    for (size_t i = 0; i < s->n_fields && s->fields[facts->order[i]].since_minor == 0; i++)
        names[n++] = s->fields[facts->order[i]].declaration.name;
    const char *saved = count(page, s->size - facts->size_ordered, "byte");
    text_printf(page->out, "  %s%s fewer%s in this order:", layout_colour(page, LAYOUT_GOOD), saved,
                layout_colour(page, LAYOUT_PLAIN));
    list_names(page, names, n, 2 + strlen(saved) + 21);
    text_printf(page->out, "    %" PRIu64 " -> %" PRIu64 " bytes", s->size, facts->size_ordered);
    if (lines < facts->lines)
        text_printf(page->out, ", %s fewer", count(page, facts->lines - lines, "cache line"));
    else if (facts->stride > 0)
        text_printf(page->out, "; slots and zones stay %" PRIu64 " apart", facts->stride);
    text_add_string(page->out, "\n    another order is another major version\n");
}

/* ---- structs and unions --------------------------------------------------------------------- */

static void draw_title(const struct layout_page *page, const char *what,
                       const struct dhs_declaration *declaration, const char *use)
{
    text_printf(page->out, "%s%s %s%s  %s%s%s%s%s\n", layout_colour(page, LAYOUT_BOLD), what,
                declaration->name, layout_colour(page, LAYOUT_PLAIN),
                layout_colour(page, LAYOUT_DIM),
                describe_source(page->arena, declaration->file, declaration->line),
                layout_colour(page, LAYOUT_PLAIN), *use ? "  " : "", use);
}

static void report_struct(const struct layout_page *page, const struct layout_facts *facts)
{
    const struct dhs_struct *s = facts->structure;

    draw_title(page, "struct", &s->declaration, facts->use);
    text_printf(page->out, "  %s in %s, align %" PRIu32, count(page, s->size, "byte"),
                count(page, facts->lines, "cache line"), s->align);
    if (facts->stride > 0) text_printf(page->out, ", stride %" PRIu64, facts->stride);
    if (facts->lost > 0)
        text_printf(page->out, "; %s%" PRIu64 " lost%s in holes (%.1f %%)",
                    layout_colour(page, LAYOUT_WARN), facts->lost,
                    layout_colour(page, LAYOUT_PLAIN),
                    100.0 * (double)facts->lost / (double)s->size);
    if (facts->reserved > 0) text_printf(page->out, "; %" PRIu64 " reserved", facts->reserved);
    text_add_string(page->out, "\n\n");
    draw_table(page, facts);
    text_add_char(page->out, '\n');
    layout_map(page, facts);
    if (facts->n_sharing > 0 || facts->better) text_add_char(page->out, '\n');
    advise_on_sharing(page, facts);
    advise_on_order(page, facts);
}

static void report_union(const struct layout_page *page, const struct dhs_union *onion)
{
    draw_title(page, "union", &onion->declaration, "");
    text_printf(page->out, "  %s, align %" PRIu32 "; tag %s at 0, arms at %" PRIu64 "\n\n",
                count(page, onion->size, "byte"), onion->align, dhs_scalar_name(onion->tag),
                onion->arms_offset);
    text_printf(page->out, "  %s    size   unused  arm%s\n", layout_colour(page, LAYOUT_DIM),
                layout_colour(page, LAYOUT_PLAIN));
    for (size_t i = 0; i < onion->n_arms; i++) {
        const struct dhs_arm *arm = &onion->arms[i];
        uint64_t size = arm->type ? arm->type->size : 0;
        text_printf(page->out, "  %8" PRIu64 " %8" PRIu64 "  %s%s%s\n", size,
                    onion->size - onion->arms_offset - size, arm->declaration.name,
                    arm->type ? "  " : "",
                    arm->type ? describe_type_text(page->arena, arm->type) : "");
    }
}

/* ---- channels ------------------------------------------------------------------------------- */

/* "96 KiB", where that is shorter than the number. */
static const char *amount(const struct layout_page *page, uint64_t bytes)
{
    if (bytes < 10240) return count(page, bytes, "byte");
    if (bytes < UINT64_C(10) << 20)
        return dhs_printf(page->arena, "%.1f KiB", (double)bytes / 1024);
    return dhs_printf(page->arena, "%.1f MiB", (double)bytes / 1048576);
}

static void report_ring(const struct layout_page *page, const struct dhs_channel *channel,
                        const struct layout_block *block)
{
    const struct dhs_root *slot = &channel->roots[0];

    if (slot->size == 0) {
        text_add_string(page->out, "  slot     a signal without payload");
    } else {
        text_printf(page->out, "  slot     %s, %" PRIu64 " of them payload (%.1f %% of ",
                    count(page, slot->size, "byte"), block->payload,
                    100.0 * (double)block->payload /
                        (double)(block->beside ? slot->size : block->buffer_stride));
        if (block->beside)
            text_add_string(page->out, "it)");
        else
            text_printf(page->out, "its stride of %" PRIu64 ")", block->buffer_stride);
    }
    text_printf(page->out, "\n  message  %s%s\n", count(page, block->message_lines, "cache line"),
                slot->size == 0 ? ": the slot's state"
                : block->beside ? ": payload and state lie in one"
                                : ": its payload, and one for the slot's state");
    text_printf(page->out, "  ring     %s, full: %s; ", count(page, channel->n_slots, "slot"),
                channel->full == DHS_FULL_WAIT ? "wait" : "overwrite");
    if (!block->beside && block->buffers != channel->n_slots)
        text_printf(page->out, "%s for %s; ", count(page, block->buffers, "buffer"),
                    count(page, channel->max_consumers, "consumer"));
    text_printf(page->out, "%s\n", amount(page, block->ring_bytes));
}

static void report_channel(const struct layout_page *page, const struct dhs_channel *channel)
{
    struct layout_block block = layout_block(channel);

    draw_title(page, "channel", &channel->declaration,
               dhs_printf(page->arena, "version %" PRIu32 ".%" PRIu32, channel->major,
                          channel->newest_minor));
    report_ring(page, channel, &block);
    for (size_t i = 1; i < channel->n_roots; i++) {
        const struct dhs_root *zone = &channel->roots[i];
        text_printf(page->out, "  zone     %s: %s, stride %" PRIu64 "%s%s\n",
                    zone->declaration.name, count(page, zone->size, "byte"), zone->stride,
                    zone->shared ? ", shared" : "",
                    zone->spinlocks > 0 ? dhs_printf(page->arena, " with %s",
                                                     count(page, zone->spinlocks, "spinlock"))
                                        : "");
    }
    text_printf(page->out, "  block    %s of shared memory in all, for %s\n",
                amount(page, block.block_bytes), count(page, channel->max_consumers, "consumer"));
}

void layout_report(const struct dhs_file *file, struct layout_style style, struct text *out)
{
    struct layout_page page = { out->arena, style, out };
    size_t before = out->length;

    for (size_t i = 0; i < file->n_structs; i++) {
        if (out->length > before) text_add_char(out, '\n');
        report_struct(&page, layout_facts(out->arena, file, file->structs[i]));
    }
    for (size_t i = 0; i < file->n_unions; i++) {
        if (out->length > before) text_add_char(out, '\n');
        report_union(&page, file->unions[i]);
    }
    for (size_t i = 0; i < file->n_channels; i++) {
        if (out->length > before) text_add_char(out, '\n');
        report_channel(&page, file->channels[i]);
    }
    if (out->length == before)
        text_printf(out, "%s declares no struct, union or channel.\n",
                    describe_base_name(file->path));
}
