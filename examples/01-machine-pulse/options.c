/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <dh/time.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int signal)
{
    (void)signal;
    asked_to_stop = 1;
}

/* Without SA_RESTART: whoever waits returns, looks, and ends in order. */
static void stop_on_signals(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void print_help(FILE *to, const char *program, const char *about)
{
    fprintf(to,
            "%s: %s\n\n"
            "  --channel NAME   another channel than the schema's\n"
            "  --seconds N      stop after so long (default: when told to by Ctrl-C)\n"
            "  --quiet          print nothing but the last line\n",
            program, about);
}

static bool read_seconds(const char *word, int64_t *seconds)
{
    char *end;

    errno = 0;
    *seconds = strtoll(word, &end, 10);
    return errno == 0 && end != word && *end == '\0' && *seconds > 0 && *seconds < 1000000000;
}

/* One option and what belongs to it. Returns how many words that were, 0: it is not right. */
static int take(char **word, struct options *options)
{
    int64_t seconds;

    if (strcmp(word[0], "--quiet") == 0) {
        options->quiet = true;
        return 1;
    }
    if (strcmp(word[0], "--channel") == 0 && word[1] != NULL) {
        options->channel = word[1];
        return 2;
    }
    if (strcmp(word[0], "--seconds") == 0 && word[1] != NULL && read_seconds(word[1], &seconds)) {
        options->end_ns = dh_in(seconds * DH_S);
        return 2;
    }
    return 0;
}

bool options_parse(int argc, char **argv, const char *about, struct options *options, int *status)
{
    const char *slash = strrchr(argv[0], '/');
    int used;

    *options =
        (struct options){ .program = slash != NULL ? slash + 1 : argv[0], .end_ns = DH_FOREVER };
    for (int i = 1; i < argc; i += used) {
        bool help = strcmp(argv[i], "--help") == 0;

        used = help ? 0 : take(argv + i, options);
        if (used > 0) continue;
        if (!help) fprintf(stderr, "%s: '%s' is not right here\n", options->program, argv[i]);
        print_help(help ? stdout : stderr, options->program, about);
        *status = help ? 0 : STATUS_USAGE;
        return false;
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* a line is seen when it is said, in files too */
    stop_on_signals();
    return true;
}

bool options_time_is_up(const struct options *options)
{
    return asked_to_stop || dh_now() >= options->end_ns;
}

int options_complain(const struct options *options, const struct dh_why *why)
{
    fprintf(stderr, "%s: %s: %s\n%s: %s\n", options->program, dh_error_text(why->err), why->text,
            options->program, dh_error_help(why->err));
    return STATUS_SHUT;
}
