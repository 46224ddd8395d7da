/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "drill.h"
#include "run.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { USAGE = 64 };

static const char help[] =
    "usage: dh-bench [OPTION...]\n"
    "\n"
    "Measure the Data Exchange Hub beside the hardware's limits and other ways of passing data,\n"
    "all rows in turn, several rounds, each row in processes of its own on cores of their own.\n"
    "\n"
    "  --rounds N      how often to go through all rows, 1 to 50 (5)\n"
    "  --ms N          how long to measure a row in a round, 10 to 60000 ms (200)\n"
    "  --quick         two rounds of 30 ms: to see whether all works, not for figures\n"
    "  --filter TEXT   only rows whose names hold TEXT: latency/hub/64, stream, /65536\n"
    "  --json FILE     write all figures with their histograms to FILE too\n"
    "  --list          the names of all rows\n"
    "  --loop NAME N   run one loop N times and nothing else, for callgrind or perf:\n";

static void print_help(void)
{
    fputs(help, stdout);
    (void)drill_loop(NULL, 0);
}

/* A whole number from `least` to `most`. */
static bool read_number(const char *option, const char *text, long long least, long long most,
                        long long *number)
{
    char *end;

    errno = 0;
    *number = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && *number >= least && *number <= most)
        return true;
    fprintf(stderr, "dh-bench: %s takes a number from %lld to %lld, not \"%s\"\n", option, least,
            most, text);
    return false;
}

/* "--loop NAME" has been read; the count is the one argument left. */
static int read_loop_count(struct options *options, int n, char *const arguments[])
{
    long long count;

    if (optind + 1 != n) {
        fprintf(stderr, "dh-bench: --loop takes a name and a number; dh-bench --help has both\n");
        return USAGE;
    }
    if (!read_number("--loop NAME", arguments[optind], 1, INT64_MAX, &count)) return USAGE;
    options->n_loop = (uint64_t)count;
    return -1;
}

static int read_rest(struct options *options, int n, char *const arguments[])
{
    if (options->loop != NULL) return read_loop_count(options, n, arguments);
    if (optind == n) return -1;
    fprintf(stderr, "dh-bench: what is \"%s\"? dh-bench --help tells what there is\n",
            arguments[optind]);
    return USAGE;
}

int options_read(struct options *options, int n, char *const arguments[])
{
    static const struct option known[] = {
        { "rounds", required_argument, NULL, 'r' },
        { "ms", required_argument, NULL, 'm' },
        { "quick", no_argument, NULL, 'q' },
        { "filter", required_argument, NULL, 'f' },
        { "json", required_argument, NULL, 'j' },
        { "list", no_argument, NULL, 'l' },
        { "loop", required_argument, NULL, 'o' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    long long number;
    int option;

    *options = (struct options){ .n_rounds = 5, .row_ns = 200 * DH_MS };
    while ((option = getopt_long(n, arguments, "h", known, NULL)) != -1) {
        switch (option) {
        case 'r':
            if (!read_number("--rounds", optarg, 1, ROUNDS_MAX, &number)) return USAGE;
            options->n_rounds = (unsigned)number;
            break;
        case 'm':
            if (!read_number("--ms", optarg, 10, 60000, &number)) return USAGE;
            options->row_ns = number * DH_MS;
            break;
        case 'q':
            options->n_rounds = 2;
            options->row_ns = 30 * DH_MS;
            break;
        case 'f': options->filter = optarg; break;
        case 'j': options->json = optarg; break;
        case 'l': options->list = true; break;
        case 'o': options->loop = optarg; break;
        case 'h': print_help(); return 0;
        default: fprintf(stderr, "dh-bench --help tells what there is\n"); return USAGE;
        }
    }
    return read_rest(options, n, arguments);
}
