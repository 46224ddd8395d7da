/* SPDX-License-Identifier: Apache-2.0 */
#include "layout_report.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"

enum { LINE_BYTES = 64, RULE_COLUMNS = 60 };

struct layout_style layout_style_of_terminal(void)
{
    bool terminal = isatty(STDOUT_FILENO) != 0;
    const char *no_colour = getenv("NO_COLOR");

    return (struct layout_style){
        .unicode = terminal && strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .colour = terminal && !(no_colour && *no_colour),
    };
}

struct report {
    const struct dhs_file *file;
    struct layout_style style;
    struct text *out;
    int name_width;
    int type_width;
};

static const char *colour(const struct report *report, const char *code)
{
    return report->style.colour ? code : "";
}

static const char *const BOLD = "\033[1m";
static const char *const DIM = "\033[2m";
static const char *const WARN = "\033[33m";
static const char *const PLAIN = "\033[0m";

/* ---- what is known of a struct ------------------------------------------------------------ */

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) / align * align;
}

static uint64_t field_end(const struct dhs_field *field)
{
    return field->offset + field->size;
}

/* Bytes between and behind the fields that no reserve asks for. */
static uint64_t wasted(const struct dhs_struct *s)
{
    uint64_t used = 0;
    uint64_t reserved_and_free = s->reserve_bytes;

    for (size_t i = 0; i < s->n_fields; i++) {
        const struct dhs_field *f = &s->fields[i];
        used += f->size;
        if (s->reserve_bytes > 0 && f->offset >= s->reserve_offset &&
            field_end(f) <= s->reserve_offset + s->reserve_bytes)
            reserved_and_free -= f->size;
    }
    return s->size - used - reserved_and_free;
}

static bool straddles(const struct dhs_field *field)
{
    return field->size > 0 && field->size <= LINE_BYTES &&
           field->offset / LINE_BYTES != (field_end(field) - 1) / LINE_BYTES;
}

/* How the struct is used: "slot of imu", "zone status of imu"; is_zone for false sharing. */
static const char *use_of(const struct report *report, const struct dhs_struct *s, bool *is_zone)
{
    struct text text = text_new(report->out->arena);

    *is_zone = false;
    for (size_t c = 0; c < report->file->n_channels; c++) {
        const struct dhs_channel *channel = report->file->channels[c];
        for (size_t r = 0; r < channel->n_roots; r++) {
            const struct dhs_root *root = &channel->roots[r];
            if (root->structure != s) continue;
            *is_zone = *is_zone || root->is_zone;
            text_printf(&text, "%s%s%s of channel %s", text.length > 0 ? ", " : "",
                        root->is_zone ? "zone " : "", root->declaration.name,
                        channel->declaration.name);
        }
    }
    return text_string(&text);
}

/* ---- the drawing -------------------------------------------------------------------------- */

static void draw_line(struct report *report, uint64_t line)
{
    const char *dash = report->style.unicode ? "─" : "-";
    const char *label = dhs_printf(report->out->arena, " byte %" PRIu64 ", cache line %" PRIu64 " ",
                                   line * LINE_BYTES, line);

    text_printf(report->out, "  %s%s%s%s", colour(report, DIM), dash, dash, label);
    for (size_t i = strlen(label) + 2; i < RULE_COLUMNS; i++)
        text_add_string(report->out, dash);
    text_printf(report->out, "%s\n", colour(report, PLAIN));
}

static void draw_hole(struct report *report, const struct dhs_struct *s, uint64_t from, uint64_t to)
{
    bool reserved = s->reserve_bytes > 0 && from < s->reserve_offset + s->reserve_bytes &&
                    to > s->reserve_offset;

    if (to <= from) return;
    text_printf(report->out, "  %7" PRIu64 " %7" PRIu64 "        %s%s%s\n", from, to - from,
                colour(report, reserved ? DIM : WARN),
                reserved ? "reserved for later minors"
                         : (report->style.unicode ? "░░ hole" : ".. hole"),
                colour(report, PLAIN));
}

static void draw_field(struct report *report, const struct dhs_field *f)
{
    const char *note =
        describe_note(report->out->arena, NULL, f->declaration.attributes, f->since_minor);
    const char *type = describe_type_text(report->out->arena, f->type);

    text_printf(report->out, "  %7" PRIu64 " %7" PRIu64 " %6" PRIu32 "  %s%-*s%s  %-*s", f->offset,
                f->size, f->align, colour(report, BOLD), report->name_width, f->declaration.name,
                colour(report, PLAIN), report->type_width, type);
    if (*note) text_printf(report->out, "  %s", note);
    if (straddles(f))
        text_printf(report->out, "  %s%s straddles two cache lines%s", colour(report, WARN),
                    report->style.unicode ? "◀" : "<-", colour(report, PLAIN));
    /* no blanks at line ends: reports are compared and pasted */
    while (report->out->data[report->out->length - 1] == ' ')
        report->out->data[--report->out->length] = '\0';
    text_add_char(report->out, '\n');
}

static void draw_fields(struct report *report, const struct dhs_struct *s)
{
    uint64_t end = 0;
    uint64_t next_line = 0; /* the first that is not drawn yet */

    report->name_width = report->type_width = 0;
    for (size_t i = 0; i < s->n_fields; i++) {
        int name = (int)strlen(s->fields[i].declaration.name);
        int type = (int)strlen(describe_type_text(report->out->arena, s->fields[i].type));
        if (name > report->name_width) report->name_width = name;
        if (type > report->type_width) report->type_width = type;
    }
    text_printf(report->out, "  %s offset    size  align  field%s\n", colour(report, DIM),
                colour(report, PLAIN));
    for (size_t i = 0; i < s->n_fields; i++) {
        draw_hole(report, s, end, s->fields[i].offset);
        if (s->fields[i].offset / LINE_BYTES >= next_line) {
            draw_line(report, s->fields[i].offset / LINE_BYTES);
            next_line = s->fields[i].offset / LINE_BYTES + 1;
        }
        draw_field(report, &s->fields[i]);
        end = field_end(&s->fields[i]);
    }
    draw_hole(report, s, end, s->size);
}

/* ---- advice ------------------------------------------------------------------------------- */

/* Two fields of one line with different writers: each store of one takes the line from the other.
 */
static void advise_on_sharing(struct report *report, const struct dhs_struct *s)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct dhs_field *a = &s->fields[i];
        for (size_t k = i + 1; k < s->n_fields; k++) {
            const struct dhs_field *b = &s->fields[k];
            const char *writer_a = a->declaration.attributes->writer.data;
            const char *writer_b = b->declaration.attributes->writer.data;
            if (!writer_a || !writer_b || strcmp(writer_a, writer_b) == 0) continue;
            if ((field_end(a) - 1) / LINE_BYTES != b->offset / LINE_BYTES) continue;
            text_printf(report->out,
                        "  %sfalse sharing%s: '%s' (written by %s) and '%s' (written by %s) share "
                        "cache line %" PRIu64 ";\n  put @cacheline on '%s'\n",
                        colour(report, WARN), colour(report, PLAIN), a->declaration.name, writer_a,
                        b->declaration.name, writer_b, b->offset / LINE_BYTES, b->declaration.name);
        }
    }
}

/* The fields that are there from the start, in an order with few holes: always the one that needs
 * least padding next, of those the one of greatest alignment, of those the first declared. */
static size_t best_order(struct dhs_arena *arena, const struct dhs_struct *s,
                         const struct dhs_field ***order, uint64_t *size)
{
    bool *taken = dhs_alloc_array(arena, s->n_fields, sizeof *taken);
    uint64_t end = 0;
    uint32_t align = 1;
    size_t n = 0;

    *order = dhs_alloc_array(arena, s->n_fields, sizeof **order);
    for (;;) {
        size_t best = s->n_fields;
        uint64_t best_hole = 0;
        for (size_t i = 0; i < s->n_fields; i++) {
            const struct dhs_field *f = &s->fields[i];
            uint64_t hole = align_up(end, f->align) - end;
            if (taken[i] || f->since_minor > 0) continue;
            if (best < s->n_fields &&
                (hole > best_hole || (hole == best_hole && f->align <= s->fields[best].align)))
                continue;
            best = i;
            best_hole = hole;
        }
        if (best == s->n_fields) break;
        taken[best] = true;
        (*order)[n++] = &s->fields[best];
        end += best_hole + s->fields[best].size;
        if (s->fields[best].align > align) align = s->fields[best].align;
    }
    *size = align_up(end, align);
    return n;
}

static void advise_on_order(struct report *report, const struct dhs_struct *s)
{
    const struct dhs_field **order;
    uint64_t size;
    uint64_t now = 0;
    uint32_t align = 1;
    size_t n = best_order(report->out->arena, s, &order, &size);

    for (size_t i = 0; i < s->n_fields; i++) {
        /* who asked for a place of its own did not ask for fewer bytes */
        if (s->fields[i].declaration.attributes->align > 0) return;
    }
    for (size_t i = 0; i < s->n_fields && s->fields[i].since_minor == 0; i++) {
        now = field_end(&s->fields[i]);
        if (s->fields[i].align > align) align = s->fields[i].align;
    }
    now = align_up(now, align);
    if (size >= now) return;
    text_printf(report->out, "  %s%" PRIu64 " bytes fewer%s in this order:", colour(report, WARN),
                now - size, colour(report, PLAIN));
    for (size_t i = 0; i < n; i++)
        text_printf(report->out, "%s %s", i > 0 ? "," : "", order[i]->declaration.name);
    text_add_string(report->out, "\n  (another order is another major version)\n");
}

static void report_struct(struct report *report, const struct dhs_struct *s)
{
    struct dhs_arena *arena = report->out->arena;
    uint64_t lost = wasted(s);
    bool is_zone;
    const char *use = use_of(report, s, &is_zone);

    text_printf(report->out, "%sstruct %s%s  %s%s%s\n", colour(report, BOLD), s->declaration.name,
                colour(report, PLAIN),
                describe_source(arena, s->declaration.file, s->declaration.line), *use ? "  " : "",
                use);
    text_printf(report->out, "  %" PRIu64 " bytes, align %" PRIu32 ", %" PRIu64 " cache line%s",
                s->size, s->align, align_up(s->size, LINE_BYTES) / LINE_BYTES,
                s->size > LINE_BYTES ? "s" : "");
    if (lost > 0)
        text_printf(report->out, ", %" PRIu64 " byte%s in holes (%.1f %%)", lost,
                    lost > 1 ? "s" : "", 100.0 * (double)lost / (double)s->size);
    if (s->is_root && align_up(s->size, LINE_BYTES) != s->size)
        text_printf(report->out, ", stride %" PRIu64, align_up(s->size, LINE_BYTES));
    text_add_string(report->out, "\n\n");
    draw_fields(report, s);
    text_add_char(report->out, '\n');
    if (is_zone) advise_on_sharing(report, s);
    advise_on_order(report, s);
}

void layout_report(const struct dhs_file *file, struct layout_style style, struct text *out)
{
    struct report report = { .file = file, .style = style, .out = out };

    for (size_t i = 0; i < file->n_structs; i++) {
        if (i > 0 && out->data[out->length - 2] != '\n') text_add_char(out, '\n');
        report_struct(&report, file->structs[i]);
    }
    if (file->n_structs == 0)
        text_printf(out, "%s declares no struct.\n", describe_base_name(file->path));
}
