/* SPDX-License-Identifier: Apache-2.0
 *
 * dh-crash - kills real processes at every instruction of libdh's calls, and looks whether those
 * who live on can.
 */
#include "hub.h"
#include "report.h"
#include "run.h"
#include "symbols.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 64, EXIT_SKIPPED = 77 };

static struct result *results; /* as many as there are campaigns; the last stays without one */
static size_t n_results;

static const struct campaign *const tables[] = {
    producer_campaigns, consumer_campaigns, zone_campaigns, hub_campaigns,   force_campaigns,
    look_campaigns,     strict_campaigns,   sums_campaigns, broken_campaigns
};

static void usage(FILE *file)
{
    fputs(
        "usage: dh-crash [options] [CAMPAIGN...]\n"
        "\n"
        "Steps a process through a call of libdh, kills it at an instruction, and checks that the\n"
        "others see every committed message once, whole and in order, go on, and lose nothing.\n"
        "CAMPAIGN is a name or how it begins (wait/, zone/lock); all without one.\n"
        "\n"
        "  --full           kill at every instruction; without it, wherever a kill differs from\n"
        "                   one an instruction before (shared memory has changed, or a system\n"
        "                   call was made), and at a sample of the others\n"
        "  --points N       the most of these a campaign (80)\n"
        "  --slots N        verified slots after each kill (200; with --full 10000)\n"
        "  --pairs N        pairs of kills: a second victim in the middle of recovery (100), and "
        "a\n"
        "                   fourth as many where processes come and go\n"
        "  --jobs N         processes at work (2)\n"
        "  --seed N         of the pairs (1)\n"
        "  --replay WHERE   one kill again: CAMPAIGN:K, or CAMPAIGN:K+CAMPAIGN:K for a pair;\n"
        "                   Kz: asleep there; Kb: the survivors go on in the other order\n"
        "  --json FILE      the figures, for programs\n"
        "  --list           the campaigns\n",
        file);
}

static void list(void)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct campaign *campaign = tables[t]; campaign->name != NULL; campaign++)
            printf("%-26s %s\n", campaign->name, campaign->text);
}

static bool chosen(const struct campaign *campaign, char *const *names)
{
    if (*names == NULL) return true;
    for (; *names != NULL; names++)
        if (strncmp(campaign->name, *names, strlen(*names)) == 0) return true;
    return false;
}

static bool make_room(void)
{
    size_t n = 0;

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct campaign *campaign = tables[t]; campaign->name != NULL; campaign++)
            n++;
    results = calloc(n + 1, sizeof *results);
    return results != NULL;
}

/* Record and kill; what broken victims do must be found. */
static void run_tables(const struct options *options, char *const *names, unsigned *passed,
                       unsigned *failed)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (const struct campaign *campaign = tables[t]; campaign->name != NULL; campaign++) {
            struct result *result = &results[n_results];
            bool good;

            if (!chosen(campaign, names)) continue;
            n_results++;
            result->campaign = campaign;
            good = run_record(result, options) && run_campaign(result, options);
            report_campaign(result, good);
            fflush(stdout);
            *(good ? passed : failed) += 1;
        }
    }
}

/* ---- replay ---- */

/* "wait/commit:17" or "wait/acquire-sleep:80z"; what follows is in *rest. */
static bool parse_place(const char *text, struct result *result, struct point *point,
                        const char **rest)
{
    const char *colon = strchr(text, ':');
    char *end;

    if (colon == NULL) return false;
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct campaign *campaign = tables[t]; campaign->name != NULL; campaign++)
            if (strlen(campaign->name) == (size_t)(colon - text) &&
                strncmp(campaign->name, text, (size_t)(colon - text)) == 0)
                result->campaign = campaign;
    errno = 0;
    point->k = strtoul(colon + 1, &end, 10);
    point->asleep = *end == 'z';
    *rest = end + point->asleep;
    point->other = **rest == 'b';
    *rest += point->other;
    return result->campaign != NULL && end != colon + 1 && errno == 0;
}

/* The place must be one that the call has on this machine and in this build. */
static bool find_place(struct result *result, struct point point, const struct options *options)
{
    if (!run_record(result, options)) {
        report_violation(result, &result->total.violations[0]);
        return false;
    }
    if (point.k <= result->trace.n) return true;
    printf("%s has %zu steps here, and no step %zu\n", result->campaign->name, result->trace.n,
           point.k);
    return false;
}

static int replay(const char *text, const struct options *options)
{
    static struct result first, second;
    struct point point, second_point = { 0 };
    struct violation violation;
    const char *rest;
    char where[160];
    bool pair, good;

    if (!parse_place(text, &first, &point, &rest)) rest = "?";
    pair = *rest == '+';
    if (pair && !parse_place(rest + 1, &second, &second_point, &rest)) rest = "?";
    if (*rest != '\0') {
        fprintf(stderr, "dh-crash: '%s' is no place; CAMPAIGN:K, see --list\n", text);
        return EXIT_USAGE;
    }
    if (!find_place(&first, point, options)) return 1;
    if (pair && !find_place(&second, second_point, options)) return 1;
    good = run_once(&first, point, pair ? &second : NULL, second_point, options, &violation);
    symbols_name(violation.pc, where, sizeof where);
    printf("killed at %s: %s\n", where, good ? "nothing is wrong" : violation.text);
    printf("%d passed, %d failed\n", good, !good);
    return good ? 0 : 1;
}

/* ---- options ---- */

struct command {
    struct options options;
    const char *json, *replay;
    bool list;
};

static bool parse_number(const char *text, unsigned *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || value > 100000000) return false;
    *number = (unsigned)value;
    return true;
}

static bool parse(struct command *command, int n, char **arguments)
{
    static const struct option known[] = {
        { "full", no_argument, NULL, 'f' },
        { "points", required_argument, NULL, 'n' },
        { "slots", required_argument, NULL, 's' },
        { "pairs", required_argument, NULL, 'p' },
        { "jobs", required_argument, NULL, 'j' },
        { "seed", required_argument, NULL, 'e' },
        { "replay", required_argument, NULL, 'r' },
        { "json", required_argument, NULL, 'o' },
        { "list", no_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    struct options *options = &command->options;
    bool good = true;
    int option;

    while (good && (option = getopt_long(n, arguments, "h", known, NULL)) >= 0) {
        switch (option) {
        case 'f': options->full = true; break;
        case 'n': good = parse_number(optarg, &options->n_points); break;
        case 's': good = parse_number(optarg, &options->limits.n_slots); break;
        case 'p': good = parse_number(optarg, &options->n_pairs); break;
        case 'j': good = parse_number(optarg, &options->n_jobs) && options->n_jobs > 0; break;
        case 'e': good = parse_number(optarg, &options->seed); break;
        case 'r': command->replay = optarg; break;
        case 'o': command->json = optarg; break;
        case 'l': command->list = true; break;
        case 'h': usage(stdout); exit(0);
        default: good = false;
        }
    }
    if (options->limits.n_slots == 0) options->limits.n_slots = options->full ? 10000 : 200;
    if (options->n_points < 8) options->n_points = 8;
    return good;
}

int main(int n, char **arguments)
{
    struct command command = { .options = {
                                   .n_points = 80, .n_pairs = 100, .n_jobs = 2, .seed = 1 } };
    static struct result pairs[2]; /* without a hub, with one */
    unsigned passed = 0, failed = 0;
    struct coverage coverage;

    if (!parse(&command, n, arguments)) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (!symbols_load()) {
        fprintf(stderr, "dh-crash: its own symbols cannot be read; build it without stripping\n");
        return 1;
    }
    if (command.list) {
        list();
        return 0;
    }
    if (!trace_allowed()) {
        fprintf(stderr,
                "dh-crash: this machine does not let a process trace its children (ptrace); "
                "nothing was tested\n");
        return EXIT_SKIPPED;
    }
    if (!make_room()) {
        perror("dh-crash");
        return 1;
    }
    if (!hub_start()) return 1;
    if (command.replay != NULL) return replay(command.replay, &command.options) | !hub_stop();

    printf(
        "steps of the call; deaths in it that differ for the others; kills, and how many of them\n"
        "on another path than recorded; instructions of libdh: killed at, executed, and in all\n"
        "functions entered\n");
    run_tables(&command.options, arguments + optind, &passed, &failed);
    if (n_results == 0) {
        fprintf(stderr, "dh-crash: no campaign's name begins so; see --list\n");
        return EXIT_USAGE;
    }
    for (int hub = 0; hub < 2 && command.options.n_pairs > 0 && arguments[optind] == NULL; hub++) {
        bool good = run_pairs(results, &command.options, hub, &pairs[hub]);

        report_campaign(&pairs[hub], good);
        *(good ? &passed : &failed) += 1;
    }
    *(hub_stop() ? &passed : &failed) += 1;
    coverage = coverage_of(results, n_results);
    report_coverage(&coverage);
    if (command.json != NULL &&
        !report_json(command.json, &command.options, results, n_results, pairs, passed, failed)) {
        fprintf(stderr, "dh-crash: %s: %s\n", command.json, strerror(errno));
        failed++;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
