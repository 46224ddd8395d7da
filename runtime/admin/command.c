/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- the tables --------------------------------------------------------------------------- */

enum option_bit {
    BROKER = 1,
    SECRET = 2,
    JSON = 4,
    COUNT = 8,
    ONCE = 16,
    FOLLOW = 32,
    FIELD = 64,
    CSV = 128,
    ZONES = 256,
};

static bool set_broker(struct dhi_request *request, const char *value);
static bool set_secret(struct dhi_request *request, const char *value);
static bool set_json(struct dhi_request *request, const char *value);
static bool set_count(struct dhi_request *request, const char *value);
static bool set_once(struct dhi_request *request, const char *value);
static bool set_follow(struct dhi_request *request, const char *value);
static bool set_field(struct dhi_request *request, const char *value);
static bool set_csv(struct dhi_request *request, const char *value);
static bool set_zones(struct dhi_request *request, const char *value);

static const struct option {
    enum option_bit bit;
    const char *name, *value, *summary;
    bool (*set)(struct dhi_request *request, const char *value); /* false: it complained */
} options[] = {
    { COUNT, "--count", "N", "end after N messages", set_count },
    { ONCE, "--once", NULL, "the newest message, then end", set_once },
    { FOLLOW, "--follow", NULL, "go on as messages come (what echo does anyway)", set_follow },
    { FIELD, "--field", "a.b", "only this part: a.b, taps[2], best.x", set_field },
    { ZONES, "--zones", NULL, "the flexible zones too, before the messages", set_zones },
    { CSV, "--csv", NULL, "rows of comma-separated values, names first", set_csv },
    { JSON, "--json", NULL, "JSON, with \"v\":1; streams have one object a line", set_json },
    { BROKER, "--broker", "PATH", "the broker's socket, instead of $DH_BROKER", set_broker },
    { SECRET, "--secret-file", "FILE", "32 bytes: the channel's secret", set_secret },
};
enum { N_OPTIONS = sizeof options / sizeof options[0] };

static const struct dhi_command commands[] = {
    { "list", "[PATTERN]", BROKER | JSON, "the channels that are there",
      "Names each channel that the broker knows and each that a producer of this\n"
      "user offers directly. PATTERN is as in the shell: 'cam.*'.\n",
      dhi_run_list },
    { "info", "CHANNEL", BROKER | SECRET | JSON, "all that is known of one channel",
      "Schema, policy, memory, producer, consumers with their lag, counters. The\n"
      "consumers are shown to the channel's owner.\n",
      dhi_run_info },
    { "diagnose", "[CHANNEL]", BROKER | SECRET | JSON, "who holds what, and what is wrong",
      "Looks at one channel, or at all: is the producer alive, what does each\n"
      "consumer hold, who died and what did that leave behind, which counters hint at\n"
      "trouble. Changes nothing. Ends with 1 when it found a problem.\n",
      dhi_run_diagnose },
    { "echo", "CHANNEL", BROKER | SECRET | JSON | COUNT | ONCE | FOLLOW | FIELD | CSV | ZONES,
      "the messages, decoded",
      "Decodes messages by the schema that travels with the channel: no schema file\n"
      "is needed. It never holds a slot, so nobody waits for it; what it is too slow\n"
      "for, it leaves out and says so. Begins with the newest message; of a dead\n"
      "producer it shows what is still there. Long arrays are shown by their\n"
      "beginning; --json and --csv have all of them.\n",
      dhi_run_echo },
    { "schema", "CHANNEL|HASH", BROKER | SECRET | JSON, "the schema's canonical text",
      "Prints the text that the schema hash is of, so that anyone can check it:\n"
      "  dhadmin schema imu | b2sum -l 256\n"
      "HASH is the hash in hexadecimal, or the beginning of one that a listed channel\n"
      "has.\n",
      dhi_run_schema },
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- help --------------------------------------------------------------------------------- */

static void write_option(FILE *out, const struct option *option)
{
    char left[40];

    snprintf(left, sizeof left, "%s%s%s", option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    fprintf(out, "  %-20s %s\n", left, option->summary);
}

static void write_help(const struct dhi_request *request)
{
    FILE *out = request->out;
    char left[40];

    fprintf(out, "usage: dhadmin VERB [ARGUMENT] [OPTIONS]\n\n"
                 "See every channel of this machine without disturbing it.\n\n");
    for (int i = 0; i < N_COMMANDS; i++) {
        snprintf(left, sizeof left, "%s %s", commands[i].verb, commands[i].argument);
        fprintf(out, "  %-20s %s\n", left, commands[i].summary);
    }
    fprintf(out, "\nA channel may be named by its end: 'echo pulse' finds 'machine.pulse'.\n"
                 "dhadmin VERB --help tells more. All verbs take --json and --broker PATH.\n\n"
                 "exit status: 0 fine, 1 problems found, 64 usage, 65 bad data, 66 no such\n"
                 "channel, 69 no broker, 75 try again, 77 not allowed\n");
}

static void write_verb_help(const struct dhi_request *request)
{
    const struct dhi_command *command = request->command;

    fprintf(request->out, "usage: dhadmin %s %s [OPTIONS]\n\n%s\n", command->verb,
            command->argument, command->details);
    for (int i = 0; i < N_OPTIONS; i++)
        if ((command->options & options[i].bit) != 0) write_option(request->out, &options[i]);
}

static unsigned least_of(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Letters put in, left out, changed, or swapped with their neighbour: each counts one. */
unsigned dhi_distance(const char *a, const char *b)
{
    enum { LONGEST = 100 };
    unsigned char d[LONGEST + 1][LONGEST + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST) return LONGEST;
    for (size_t i = 0; i <= n; i++) {
        for (size_t k = 0; k <= m; k++) {
            unsigned best;
            if (i == 0 || k == 0) {
                d[i][k] = (unsigned char)(i + k);
                continue;
            }
            best = least_of(d[i - 1][k] + 1u, d[i][k - 1] + 1u,
                            d[i - 1][k - 1] + (unsigned)(a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                best = least_of(best, best, d[i - 2][k - 2] + 1u);
            d[i][k] = (unsigned char)best;
        }
    }
    return d[n][m];
}

/* The name that was probably meant: no more than a third of its letters differ. */
static void suggest(const struct dhi_request *request, const char *said, const char *const *names,
                    size_t n)
{
    const char *best = NULL;
    unsigned least = 100;

    for (size_t i = 0; i < n; i++) {
        unsigned distance = dhi_distance(said, names[i]);
        if (distance < least) best = names[i], least = distance;
    }
    if (best != NULL && 3 * least <= strlen(best) + 1)
        fprintf(request->err, "  did you mean '%s'?\n", best);
}

/* ---- options ------------------------------------------------------------------------------ */

static bool set_broker(struct dhi_request *request, const char *value)
{
    request->broker = value;
    return true;
}

static bool set_secret(struct dhi_request *request, const char *value)
{
    unsigned char bytes[DH_SECRET_BYTES + 1];
    int fd = open(value, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

    if (n < 0)
        fprintf(request->err, "dhadmin: %s: %s\n", value, strerror(errno));
    else if (n != DH_SECRET_BYTES)
        fprintf(request->err, "dhadmin: %s has %s than the %d bytes of a secret\n", value,
                n > DH_SECRET_BYTES ? "more" : "fewer", DH_SECRET_BYTES);
    if (fd >= 0) close(fd);
    request->has_secret = n == DH_SECRET_BYTES;
    if (request->has_secret) memcpy(request->secret, bytes, DH_SECRET_BYTES);
    explicit_bzero(bytes, sizeof bytes);
    return request->has_secret;
}

static bool set_json(struct dhi_request *request, const char *value)
{
    (void)value;
    request->json = true;
    return true;
}

static bool set_count(struct dhi_request *request, const char *value)
{
    char *end;

    errno = 0;
    request->count = strtoull(value, &end, 10);
    if (errno == 0 && *end == 0 && value[0] >= '0' && value[0] <= '9' && request->count > 0)
        return true;
    fprintf(request->err, "dhadmin: --count takes a number from 1, not '%s'\n", value);
    return false;
}

static bool set_once(struct dhi_request *request, const char *value)
{
    (void)value;
    request->once = true;
    return true;
}

static bool set_follow(struct dhi_request *request, const char *value)
{
    (void)value;
    request->once = false;
    return true;
}

static bool set_field(struct dhi_request *request, const char *value)
{
    request->field = value;
    return true;
}

static bool set_csv(struct dhi_request *request, const char *value)
{
    (void)value;
    request->csv = true;
    return true;
}

static bool set_zones(struct dhi_request *request, const char *value)
{
    (void)value;
    request->zones = true;
    return true;
}

const void *dhi_secret(const struct dhi_request *request)
{
    return request->has_secret ? request->secret : NULL;
}

/* ---- parsing ------------------------------------------------------------------------------ */

static int usage(const struct dhi_request *request)
{
    if (request->command != NULL)
        fprintf(request->err, "  dhadmin %s --help tells what it takes\n", request->command->verb);
    else
        fprintf(request->err, "  dhadmin --help lists the verbs\n");
    return DHI_EXIT_USAGE;
}

static int find_command(struct dhi_request *request, const char *verb)
{
    const char *names[N_COMMANDS];

    for (int i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].verb;
        if (strcmp(verb, names[i]) != 0) continue;
        request->command = &commands[i];
        return DHI_RUN;
    }
    fprintf(request->err, "dhadmin: there is no verb '%s'\n", verb);
    suggest(request, verb, names, N_COMMANDS);
    return usage(request);
}

static int unknown_option(const struct dhi_request *request, const char *word, size_t length)
{
    const char *names[N_OPTIONS];
    size_t n = 0;
    char name[64];

    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), word);
    for (int i = 0; i < N_OPTIONS; i++)
        if ((request->command->options & options[i].bit) != 0) names[n++] = options[i].name;
    fprintf(request->err, "dhadmin: %s has no option '%s'\n", request->command->verb, name);
    suggest(request, name, names, n);
    return usage(request);
}

/* "--name", "--name value" or "--name=value". */
static int parse_option(struct dhi_request *request, const char *word, const char *next, int *used)
{
    size_t length = strcspn(word, "=");
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    const struct option *option = NULL;

    for (int i = 0; i < N_OPTIONS; i++)
        if ((request->command->options & options[i].bit) != 0 &&
            strlen(options[i].name) == length && memcmp(options[i].name, word, length) == 0)
            option = &options[i];
    if (option == NULL) return unknown_option(request, word, length);
    if (option->value == NULL && value != NULL) {
        fprintf(request->err, "dhadmin: %s takes no value\n", option->name);
        return usage(request);
    }
    if (option->value != NULL && value == NULL) {
        value = next;
        *used = 1;
    }
    if (option->value != NULL && value == NULL) {
        fprintf(request->err, "dhadmin: %s takes %s: %s\n", option->name, option->value,
                option->summary);
        return usage(request);
    }
    return option->set(request, value) ? DHI_RUN : DHI_EXIT_USAGE;
}

static int parse_argument(struct dhi_request *request, const char *word)
{
    if (request->argument != NULL) {
        fprintf(request->err, "dhadmin: %s takes one %s, not '%s' and '%s'\n",
                request->command->verb, request->command->argument, request->argument, word);
        return usage(request);
    }
    request->argument = word;
    return DHI_RUN;
}

/* What one option alone cannot know. */
static int check(const struct dhi_request *request)
{
    if (request->argument == NULL && request->command->argument[0] != '[') {
        fprintf(request->err, "dhadmin: %s takes a %s; dhadmin list shows what is there\n",
                request->command->verb, request->command->argument);
        return usage(request);
    }
    if (request->json && request->csv) {
        fprintf(request->err, "dhadmin: --json and --csv exclude each other\n");
        return usage(request);
    }
    if (request->csv && request->zones) {
        fprintf(request->err, "dhadmin: --zones are no rows of a table: leave --csv out\n");
        return usage(request);
    }
    if (request->once && request->count > 1) {
        fprintf(request->err, "dhadmin: --once and --count exclude each other\n");
        return usage(request);
    }
    return DHI_RUN;
}

int dhi_parse(int argc, const char *const *argv, struct dhi_request *request)
{
    int code = DHI_RUN;
    bool only_arguments = false;

    if (argc < 2) {
        write_help(request);
        return DHI_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        write_help(request);
        return DHI_EXIT_FINE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        fprintf(request->out, "dhadmin %s\n", DH_VERSION);
        return DHI_EXIT_FINE;
    }
    code = find_command(request, argv[1]);
    for (int i = 2; i < argc && code == DHI_RUN; i++) {
        int used = 0;
        if (only_arguments || argv[i][0] != '-')
            code = parse_argument(request, argv[i]);
        else if (strcmp(argv[i], "--") == 0)
            only_arguments = true;
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            write_verb_help(request);
            return DHI_EXIT_FINE;
        } else
            code = parse_option(request, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used);
        i += used;
    }
    return code == DHI_RUN ? check(request) : code;
}

/* ---- what all verbs say ------------------------------------------------------------------- */

static enum dhi_exit exit_of(dh_err err)
{
    switch (err) {
    case DH_OK: return DHI_EXIT_FINE;
    case DH_EINVAL: return DHI_EXIT_USAGE;
    case DH_ECORRUPT:
    case DH_EFORMAT:
    case DH_ESEAL:
    case DH_EPROTOCOL:
    case DH_ECHECKSUM: return DHI_EXIT_DATA;
    case DH_ENOTFOUND: return DHI_EXIT_NO_CHANNEL;
    case DH_ENOBROKER: return DHI_EXIT_NO_BROKER;
    case DH_EREFUSED:
    case DH_ESECRET: return DHI_EXIT_NOT_ALLOWED;
    default: return DHI_EXIT_TRY_AGAIN;
    }
}

enum dhi_exit dhi_complain(const struct dhi_request *request, const char *what, dh_err err,
                           const struct dh_why *why)
{
    fprintf(request->err, "dhadmin: %s: %s\n", what, dh_error_text(err));
    if (why != NULL && why->text[0] != 0) fprintf(request->err, "  %s\n", why->text);
    if (err == DH_ESECRET)
        fprintf(request->err, "  give the channel's secret with --secret-file FILE\n");
    else if (err == DH_ENOTFOUND)
        fprintf(request->err, "  dhadmin list shows what is there\n");
    else
        fprintf(request->err, "  %s\n", dh_error_help(err));
    return exit_of(err);
}

struct dhi_look dhi_look_of(FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    struct dhi_look look = { "", "", "", "", "", 80 };
    struct winsize size;

    if (!isatty(fileno(out))) return look;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 && size.ws_col <= 1000)
        look.columns = size.ws_col;
    if (no_color != NULL && no_color[0] != 0) return look;
    return (
        struct dhi_look){ "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m", look.columns };
}
