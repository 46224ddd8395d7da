/* SPDX-License-Identifier: Apache-2.0 */
#include "channel.h"
#include "quantity.h"
#include "snapshot.h"
#include "spell.h"
#include "top.h"

#include <curses.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { GOOD = 1, BAD = 2, DIM = 3, RING_CELLS = 8 };

static attr_t style(const struct dhi_top *top, int pair)
{
    if (top->color) return (attr_t)COLOR_PAIR(pair);
    return pair == BAD ? A_BOLD : A_NORMAL;
}

/* How many bytes of UTF-8 text take `width` columns, one a character. */
static int bytes_of(const char *text, int width)
{
    int n = 0;

    while (text[n] != 0 && (width > 0 || ((unsigned char)text[n] & 0xc0) == 0x80)) {
        width -= ((unsigned char)text[n] & 0xc0) != 0x80;
        n++;
    }
    return n;
}

/* Text at a place, cut at the right edge and padded to `width` columns. */
static void cell(int y, int x, int width, attr_t attributes, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static void cell(int y, int x, int width, attr_t attributes, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (x >= COLS || y >= LINES) return;
    if (width > COLS - x) width = COLS - x;
    attron(attributes);
    mvprintw(y, x, "%*s", width, "");
    mvaddnstr(y, x, text, bytes_of(text, width));
    attroff(attributes);
}

/* ---- columns ------------------------------------------------------------------------------ */

enum column {
    NAME,
    STATE,
    HZ,
    BYTES,
    READS,
    LAG,
    LOST,
    RING,
    HISTORY,
    FULL,
    LAST,
    PRODUCER,
    COLUMNS
};

/* In the order in which they stand; `rank`: the smaller, the longer it stays on a narrow terminal.
 */
static const struct {
    const char *title;
    int width, rank;
    bool right;
} columns[COLUMNS] = {
    [NAME] = { "CHANNEL", 20, 0, false },
    [STATE] = { "STATE", 6, 1, false },
    [HZ] = { "HZ", 10, 2, true },
    [BYTES] = { "BYTES/S", 11, 3, true },
    [READS] = { "READS", 5, 5, true },
    [LAG] = { "LAG", 7, 4, true },
    [LOST] = { "LOST", 6, 6, true },
    [RING] = { "RING", RING_CELLS, 7, false },
    [HISTORY] = { "HISTORY", 40, 9, false },
    [FULL] = { "WAITED", 8, 8, true },
    [LAST] = { "LAST", 12, 10, true },
    [PRODUCER] = { "PRODUCER", 32, 11, false },
};

struct layout {
    int x[COLUMNS], width[COLUMNS]; /* width 0: left out */
};

static int name_width(const struct dhi_top *top)
{
    size_t width = 16;

    for (size_t i = 0; i < top->watching.n; i++) {
        size_t length = strlen(top->watching.all[i]->entry.channel);
        if (length > width) width = length;
    }
    return width > (size_t)COLS / 3 ? COLS / 3 : (int)width;
}

static void lay_out(struct layout *layout, const struct dhi_top *top)
{
    int left = COLS, x = 0;

    memset(layout, 0, sizeof *layout);
    for (int rank = 0; rank < COLUMNS; rank++)
        for (int c = 0; c < COLUMNS; c++) {
            int width = c == NAME ? name_width(top) : columns[c].width;
            if (columns[c].rank != rank || width > left) continue;
            layout->width[c] = width;
            left -= width + 1;
        }
    for (int c = 0; c < COLUMNS; c++) {
        if (layout->width[c] == 0) continue;
        layout->x[c] = x;
        x += layout->width[c] + 1;
    }
}

static void put(const struct layout *layout, int y, enum column c, attr_t attributes,
                const char *text)
{
    int width = layout->width[c];

    if (width > 0)
        cell(y, layout->x[c], width, attributes, columns[c].right ? "%*.*s" : "%-*.*s", width,
             width, text);
}

/* ---- small pictures ----------------------------------------------------------------------- */

static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const plain_bars[] = { " ", ".", ".", ":", ":", "=", "=", "#", "#" };

static void draw_bars(const struct dhi_top *top, int y, int x, const double *values, int n,
                      double most)
{
    attron(style(top, DIM));
    for (int i = 0; i < n && x + i < COLS; i++) {
        int level = most <= 0 ? 0 : (int)ceil(values[i] / most * 8);
        if (level > 8) level = 8;
        if (level < 0) level = 0;
        mvaddstr(y, x + i, top->wide_chars ? bars[level] : plain_bars[level]);
    }
    attroff(style(top, DIM));
}

static void draw_history(const struct dhi_top *top, const struct layout *layout, int y,
                         const struct dhi_watched *w)
{
    int n = layout->width[HISTORY];
    const double *values = w->history + DHI_HISTORY - n;
    double most = 0;

    for (int i = 0; i < n; i++)
        if (values[i] > most) most = values[i];
    if (n > 0) draw_bars(top, y, layout->x[HISTORY], values, n, most);
}

/* How much of the ring the slowest consumer keeps. */
static void draw_ring(const struct dhi_top *top, const struct layout *layout, int y,
                      const struct dhi_watched *w)
{
    double used = w->facts.policy.n_slots == 0 || w->facts.policy.full != DH_FULL_WAIT
                      ? 0
                      : (double)w->now.lag / (double)w->facts.policy.n_slots;
    int full = used <= 0 ? 0 : used >= 1 ? RING_CELLS : (int)ceil(used * RING_CELLS);

    if (layout->width[RING] == 0 || w->facts.policy.full != DH_FULL_WAIT) return;
    attron(style(top, used >= 0.9 ? BAD : GOOD));
    for (int i = 0; i < RING_CELLS; i++)
        mvaddstr(y, layout->x[RING] + i,
                 i < full ? (top->wide_chars ? "█" : "#") : (top->wide_chars ? "░" : "-"));
    attroff(style(top, used >= 0.9 ? BAD : GOOD));
}

/* ---- rows --------------------------------------------------------------------------------- */

static const char *state_of(const struct dhi_watched *w)
{
    if (w->observer == NULL)
        return w->err == DH_EREFUSED || w->err == DH_ESECRET ? "locked" : "silent";
    if (w->now.life != DH_LIFE_ALIVE) return dh_life_name(w->now.life);
    return w->now.waits ? "waits" : "alive";
}

static void draw_figures(const struct layout *layout, int y, const struct dhi_watched *w,
                         attr_t base)
{
    char text[DHI_QUANTITY_BYTES], size[DHI_QUANTITY_BYTES];

    snprintf(text, sizeof text, w->rate.hz >= 1e7 ? "%.3g" : "%.1f", w->rate.hz);
    put(layout, y, HZ, base, w->has_rate ? text : "…");
    snprintf(text, sizeof text, "%.70s/s", dhi_size((uint64_t)w->rate.bytes_per_s, size));
    put(layout, y, BYTES, base, w->has_rate ? text : "…");
    snprintf(text, sizeof text, "%u", w->now.n_alive);
    put(layout, y, READS, base, w->admin ? text : "?");
    snprintf(text, sizeof text, "%" PRIu64, w->now.lag);
    put(layout, y, LAG, base, w->admin ? text : "?");
    snprintf(text, sizeof text, "%" PRIu64, w->now.lost);
    put(layout, y, LOST, base, w->admin ? text : "?");
    put(layout, y, FULL, base, dhi_duration(w->now.metrics.full_wait_ns, text));
    put(layout, y, LAST, base, dhi_ago(w->now.commit_ns, w->now.at_ns, text));
}

static void draw_row(const struct dhi_top *top, const struct layout *layout, int y,
                     const struct dhi_watched *w)
{
    bool chosen = strcmp(w->entry.channel, top->chosen) == 0;
    attr_t base = chosen ? A_REVERSE : A_NORMAL;
    char who[256], safe[DHI_SAFE_BYTES], user[DHI_USER_BYTES];
    bool bad = dhi_top_problem(w) != NULL;

    if (chosen) mvchgat(y, 0, -1, A_REVERSE, 0, NULL);
    put(layout, y, NAME, base | A_BOLD, dhi_safe(w->entry.channel, safe));
    put(layout, y, STATE, base | style(top, bad ? BAD : GOOD), state_of(w));
    snprintf(who, sizeof who, "%.100s[%u] %s", dhi_safe(w->entry.program, safe), w->entry.pid,
             dhi_user(w->entry.uid, user));
    put(layout, y, PRODUCER, base, who);
    if (w->observer == NULL) return;
    draw_figures(layout, y, w, base);
    draw_history(top, layout, y, w);
    draw_ring(top, layout, y, w);
}

static void draw_list(struct dhi_top *top, const struct layout *layout, int y, int rows)
{
    size_t n = top->watching.n, chosen = 0;

    for (int c = 0; c < COLUMNS; c++)
        put(layout, y, (enum column)c, style(top, DIM), columns[c].title);
    for (size_t i = 0; i < n; i++)
        if (strcmp(top->order[i]->entry.channel, top->chosen) == 0) chosen = i;
    if (chosen < top->first) top->first = chosen;
    if (chosen >= top->first + (size_t)rows) top->first = chosen - (size_t)rows + 1;
    for (int i = 0; i < rows && top->first + (size_t)i < n; i++)
        draw_row(top, layout, y + 1 + i, top->order[top->first + (size_t)i]);
    if (n == 0)
        cell(y + 1, 0, COLS, A_NORMAL, "%s",
             top->watching.broker ? "no channels" : "no channels, and no broker answers");
}

/* ---- the chosen channel ------------------------------------------------------------------- */

static const struct dhi_watched *chosen_of(const struct dhi_top *top)
{
    for (size_t i = 0; i < top->watching.n; i++)
        if (strcmp(top->order[i]->entry.channel, top->chosen) == 0) return top->order[i];
    return NULL;
}

static int draw_consumers(const struct dhi_top *top, const struct dhi_watched *w, int y, int last)
{
    cell(y++, 0, COLS, style(top, DIM), "%-3s %-22s %-5s %7s %7s %10s %8s  %s", "#", "CONSUMER",
         "STATE", "LAG", "LOST", "READ", "SLEPT", "SEEN");
    for (uint32_t i = 0; i < w->facts.policy.n_consumers && y < last; i++) {
        struct dh_consumer_facts c;
        char program[DHI_SAFE_BYTES], who[DHI_SAFE_BYTES], ago[DHI_QUANTITY_BYTES];

        if (dh_observer_consumer(w->observer, i, &c) != DH_OK) continue;
        if (c.life != DH_LIFE_ALIVE && c.life != DH_LIFE_DEAD) continue;
        snprintf(who, sizeof who, "%.60s[%u]", dhi_safe(c.identity.program, program),
                 c.identity.pid);
        cell(y, 0, COLS, A_NORMAL,
             "%-3u %-22.22s %-5s %7" PRIu64 " %7" PRIu64 " %10" PRIu64 " %8" PRIu64 "  %s", i, who,
             dh_life_name(c.life), c.lag, c.metrics.lost, c.metrics.acquired, c.metrics.sleeps,
             dhi_ago(c.heartbeat_ns, w->now.at_ns, ago));
        if (c.life == DH_LIFE_DEAD) mvchgat(y, 27, 5, style(top, BAD), top->color ? BAD : 0, NULL);
        y++;
    }
    return y;
}

static void draw_chosen(const struct dhi_top *top, int y, int last)
{
    const struct dhi_watched *w = chosen_of(top);
    char size[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];
    const char *problem;

    if (w == NULL) return;
    problem = dhi_top_problem(w);
    cell(y, 0, COLS, A_BOLD, "%s", dhi_safe(w->entry.channel, safe));
    cell(y++, (int)strlen(safe) + 2, COLS, A_NORMAL, "%s, %s %u, %s a message, %" PRIu64 " so far",
         w->entry.family, w->facts.policy.full == DH_FULL_WAIT ? "wait" : "overwrite",
         w->facts.policy.n_slots, dhi_size(w->facts.payload_bytes, size), w->now.committed);
    if (problem != NULL && y < last)
        cell(y++, 0, COLS, style(top, BAD), "%s: dhadmin diagnose %s", problem, safe);
    if (w->observer != NULL && w->admin && y < last) draw_consumers(top, w, y, last);
    if (w->observer != NULL && !w->admin && y < last)
        cell(y, 0, COLS, A_NORMAL, "consumers are shown to the channel's owner only");
}

/* ---- all of it ---------------------------------------------------------------------------- */

static void draw_head(const struct dhi_top *top)
{
    const struct dhi_watching *watching = &top->watching;
    uint64_t now = (uint64_t)dh_now() + (uint64_t)dhi_realtime_offset();
    char clock[DHI_QUANTITY_BYTES], every[DHI_QUANTITY_BYTES];
    char channels[40], problems[40];
    size_t n_problems = 0;
    int x = 24;

    for (size_t i = 0; i < watching->n; i++)
        n_problems += dhi_top_problem(watching->all[i]) != NULL;
    snprintf(channels, sizeof channels, "%zu channel%s, ", watching->n,
             watching->n == 1 ? "" : "s");
    snprintf(problems, sizeof problems, "%zu problem%s", n_problems, n_problems == 1 ? "" : "s");
    cell(0, 0, COLS, A_BOLD, "dhadmin top  %.8s", dhi_clock(now, clock));
    if (COLS < 78) return;
    cell(0, x, COLS, A_NORMAL, "%s", channels);
    x += (int)strlen(channels);
    cell(0, x, COLS, style(top, n_problems > 0 ? BAD : GOOD), "%s", problems);
    x += (int)strlen(problems) + 3;
    cell(0, x, COLS, A_NORMAL, "%s", watching->broker ? "broker answers" : "no broker");
    cell(0, COLS - 14, 14, style(top, DIM), "%14s",
         top->paused ? "paused" : dhi_duration((uint64_t)top->request->interval_ns, every));
}

void dhi_top_draw(struct dhi_top *top)
{
    static const char *const sorts[] = { "name", "hz", "bytes", "lag" };
    int n = (int)top->watching.n, below = LINES >= 16 ? LINES / 3 : 0;
    struct layout layout;
    int rows = LINES - 3 - below;

    if (rows > n + 1) rows = n + 1;
    if (rows < 1) rows = 1;
    erase();
    lay_out(&layout, top);
    draw_head(top);
    draw_list(top, &layout, 1, rows);
    if (below > 0) draw_chosen(top, rows + 3, LINES - 1);
    cell(LINES - 1, 0, COLS, style(top, DIM), "q quit  %s choose  s sort: %s  p %s  +- interval",
         top->wide_chars ? "↑↓" : "jk", sorts[top->sort], top->paused ? "go on" : "pause");
    refresh();
}
