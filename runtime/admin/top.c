/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin top: every channel, live, on a terminal. */
#include "top.h"

#include "stat.h"
#include "watch.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- order -------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct dhi_watched *const *x = a, *const *y = b;

    return strcmp((*x)->entry.channel, (*y)->entry.channel);
}

static int down(double x, double y, const void *a, const void *b)
{
    return x > y ? -1 : x < y ? 1 : by_name(a, b);
}

static int by_hz(const void *a, const void *b)
{
    const struct dhi_watched *const *x = a, *const *y = b;

    return down((*x)->rate.hz, (*y)->rate.hz, a, b);
}

static int by_bytes(const void *a, const void *b)
{
    const struct dhi_watched *const *x = a, *const *y = b;

    return down((*x)->rate.bytes_per_s, (*y)->rate.bytes_per_s, a, b);
}

static int by_lag(const void *a, const void *b)
{
    const struct dhi_watched *const *x = a, *const *y = b;

    return down((double)(*x)->now.lag, (double)(*y)->now.lag, a, b);
}

static void sort(struct dhi_top *top)
{
    static int (*const orders[])(const void *, const void *) = { by_name, by_hz, by_bytes, by_lag };
    const struct dhi_watching *watching = &top->watching;

    free(top->order);
    top->order = calloc(watching->n + 1, sizeof *top->order);
    if (top->order == NULL) abort(); /* a few pointers: nothing else would go on either */
    memcpy(top->order, watching->all, watching->n * sizeof *top->order);
    qsort(top->order, watching->n, sizeof *top->order, orders[top->sort]);
}

const char *dhi_top_problem(const struct dhi_watched *watched)
{
    if (watched->observer == NULL) return "cannot be looked at";
    if (watched->now.life == DH_LIFE_DEAD) return "producer dead";
    if (watched->now.n_dead > 0) return "dead consumer";
    if (watched->now.waits) return "waits for room";
    return NULL;
}

/* ---- keys --------------------------------------------------------------------------------- */

static size_t chosen_row(const struct dhi_top *top)
{
    for (size_t i = 0; i < top->watching.n; i++)
        if (strcmp(top->order[i]->entry.channel, top->chosen) == 0) return i;
    return 0;
}

static void choose(struct dhi_top *top, int64_t step)
{
    int64_t row = (int64_t)chosen_row(top) + step;

    if (top->watching.n == 0) return;
    if (row < 0) row = 0;
    if (row >= (int64_t)top->watching.n) row = (int64_t)top->watching.n - 1;
    memcpy(top->chosen, top->order[row]->entry.channel, sizeof top->chosen);
}

/* False: the end. */
static bool obey(struct dhi_top *top, struct dhi_request *request, int key)
{
    switch (key) {
    case 'q':
    case 27: return false;
    case KEY_DOWN:
    case 'j': choose(top, 1); break;
    case KEY_UP:
    case 'k': choose(top, -1); break;
    case KEY_NPAGE: choose(top, 10); break;
    case KEY_PPAGE: choose(top, -10); break;
    case KEY_HOME: choose(top, INT32_MIN); break;
    case KEY_END: choose(top, INT32_MAX); break;
    case 's':
        top->sort = (enum dhi_sort)((top->sort + 1) % DHI_SORTS);
        sort(top);
        break;
    case 'p': top->paused = !top->paused; break;
    case '+':
        if (request->interval_ns < 60 * DH_S) request->interval_ns *= 2;
        break;
    case '-':
        if (request->interval_ns > DH_S / 8) request->interval_ns /= 2;
        break;
    default: break;
    }
    return true;
}

/* Keys until it is time for the next look. False: the end. */
static bool wait_for_keys(struct dhi_top *top, struct dhi_request *request, int64_t until_ns)
{
    while (!dhi_interrupted()) {
        int64_t left = until_ns - dh_now();
        int key;

        if (left <= 0) return true;
        timeout((int)(left / DH_MS) + 1);
        key = getch();
        if (key == ERR) continue; /* time is up, or a signal came */
        if (!obey(top, request, key)) return false;
        dhi_top_draw(top);
    }
    return false;
}

/* ---- the loop ----------------------------------------------------------------------------- */

static dh_err look(struct dhi_top *top, struct dh_why *why)
{
    dh_err err = dhi_watching_list(&top->watching, why);

    if (err != DH_OK) return err;
    dhi_watching_sample(&top->watching);
    sort(top);
    choose(top, 0);
    return DH_OK;
}

static dh_err run(struct dhi_top *top, struct dhi_request *request, struct dh_why *why)
{
    uint64_t limit = request->once ? 1 : request->count;
    int64_t next = dh_now();
    dh_err err = dhi_watching_list(&top->watching, why);

    for (uint64_t n = 0; err == DH_OK; n++) {
        if (!top->paused) err = look(top, why);
        if (err != DH_OK) break;
        dhi_top_draw(top);
        next += request->interval_ns;
        if (next < dh_now()) next = dh_now() + request->interval_ns;
        if (limit != 0 && n == limit) break;
        if (!wait_for_keys(top, request, next)) break;
    }
    return err;
}

static void begin_screen(struct dhi_top *top)
{
    const char *no_color = getenv("NO_COLOR");

    setlocale(LC_CTYPE, "");
    top->wide_chars = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    initscr();
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    top->color = (no_color == NULL || no_color[0] == 0) && has_colors();
    if (!top->color) return;
    start_color();
    use_default_colors();
    init_pair(1, COLOR_GREEN, -1);
    init_pair(2, COLOR_RED, -1);
    init_pair(3, COLOR_CYAN, -1);
}

enum dhi_exit dhi_run_top(const struct dhi_request *request)
{
    struct dhi_request own = *request;
    struct dhi_top top = { .request = &own, .watching = { .request = &own } };
    struct dh_why why = { 0 };
    dh_err err;

    if (request->json) return dhi_run_stat(request);
    if (!isatty(fileno(request->out)) || !isatty(STDIN_FILENO)) {
        fprintf(request->err, "dhadmin: top wants a terminal; without one: dhadmin stat\n");
        return DHI_EXIT_USAGE;
    }
    dhi_watch_signals();
    begin_screen(&top);
    err = run(&top, &own, &why);
    endwin();
    dhi_watching_end(&top.watching);
    free(top.order);
    explicit_bzero(own.secret, sizeof own.secret);
    return err == DH_OK ? DHI_EXIT_FINE : dhi_complain(request, "top", err, &why);
}
