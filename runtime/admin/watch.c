/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <dh/time.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

void dhi_watch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool dhi_interrupted(void)
{
    return interrupted != 0;
}

bool dhi_rest_until(int64_t at_ns)
{
    struct timespec at = { .tv_sec = (time_t)(at_ns / DH_S), .tv_nsec = (long)(at_ns % DH_S) };

    while (!interrupted && dh_now() < at_ns)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    return !interrupted;
}

/* The page is written to memory first, so that the screen does not flicker. */
static enum dhi_exit one_page(const struct dhi_request *request, bool screen, bool first)
{
    struct dhi_request page = *request;
    enum dhi_exit code;
    char *text = NULL;
    size_t n = 0;

    page.out = open_memstream(&text, &n);
    if (page.out == NULL) return dhi_complain(request, "watch", DH_ENOMEM, NULL);
    code = request->command->run(&page);
    fclose(page.out);
    if (screen)
        fprintf(request->out, "\033[H\033[J");
    else if (!first && !request->json && n > 0)
        fputc('\n', request->out);
    fwrite(text, 1, n, request->out);
    fflush(request->out);
    free(text);
    explicit_bzero(page.secret, sizeof page.secret);
    return code;
}

enum dhi_exit dhi_watch(const struct dhi_request *request)
{
    bool screen = isatty(fileno(request->out)) && !request->json;
    int64_t next = dh_now();
    enum dhi_exit code;
    bool first = true;

    dhi_watch_signals();
    do {
        code = one_page(request, screen, first);
        first = false;
        next += request->interval_ns;
    } while (!ferror(request->out) && code != DHI_EXIT_USAGE && dhi_rest_until(next));
    return code;
}
