/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include "alias.h"
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- the tables --------------------------------------------------------------------------- */

enum {
#define OPTION(bit, name, value, kind, member, summary) AT_##bit,
#include "options.def"
#undef OPTION
    N_OPTIONS
};

enum option_bit {
#define OPTION(bit, name, value, kind, member, summary) bit = 1 << AT_##bit,
#include "options.def"
#undef OPTION
};

enum kind { KIND_FLAG, KIND_TEXT, KIND_COUNT, KIND_INDEX, KIND_SECONDS, KIND_SECRET };

static const struct dhi_option_row rows[] = {
#define OPTION(bit, name, value, kind, member, summary) { bit, name, value, summary },
#include "options.def"
#undef OPTION
};

static const struct option {
    enum kind kind;
    size_t member;
} options[] = {
#define OPTION(bit, name, value, kind, member, summary) \
    { kind, offsetof(struct dhi_request, member) },
#include "options.def"
#undef OPTION
};

#define SEE   DHI_GROUP_SEE
#define READ  DHI_GROUP_READ
#define MEND  DHI_GROUP_MEND
#define OTHER DHI_GROUP_OTHER
static const struct dhi_command commands[] = {
#define VERB(name, arguments, least, most, options, group, summary, details) \
    { #name, arguments, least, most, options, group, summary, details, dhi_run_##name },
#include "verbs.def"
#undef VERB
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

const struct dhi_command *dhi_commands(size_t *n)
{
    *n = N_COMMANDS;
    return commands;
}

const struct dhi_option_row *dhi_option_rows(size_t *n)
{
    *n = N_OPTIONS;
    return rows;
}

/* ---- what was meant ----------------------------------------------------------------------- */

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

const char *dhi_nearest(const char *said, const char *const *names, size_t n)
{
    const char *best = NULL;
    unsigned least = 100;

    for (size_t i = 0; i < n; i++) {
        unsigned distance = dhi_distance(said, names[i]);
        if (distance < least) best = names[i], least = distance;
    }
    return best != NULL && 3 * least <= strlen(best) + 1 ? best : NULL;
}

static void suggest(const struct dhi_request *request, const char *said, const char *const *names,
                    size_t n)
{
    const char *best = dhi_nearest(said, names, n);

    if (best != NULL) fprintf(request->err, "  did you mean '%s'?\n", best);
}

/* ---- options ------------------------------------------------------------------------------ */

static bool take_secret(struct dhi_request *request, const char *value)
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
    request->secret_file = value;
    if (request->has_secret) memcpy(request->secret, bytes, DH_SECRET_BYTES);
    explicit_bzero(bytes, sizeof bytes);
    return request->has_secret;
}

/* A decimal number from `least`, nothing behind it. */
static bool take_number(const char *value, uint64_t least, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(value, &end, 10);
    return errno == 0 && *end == 0 && value[0] >= '0' && value[0] <= '9' && *number >= least;
}

static bool take_seconds(const char *value, int64_t *ns)
{
    char *end;
    double seconds = strtod(value, &end);

    if (end == value || *end != 0 || !isfinite(seconds) || seconds < 0.001 || seconds > 86400)
        return false;
    *ns = (int64_t)(seconds * 1e9);
    return true;
}

static bool wants(const struct dhi_request *request, const char *option, const char *what,
                  const char *value)
{
    fprintf(request->err, "dhadmin: %s takes %s, not '%s'\n", option, what, value);
    return false;
}

/* False: it complained. */
static bool set(struct dhi_request *request, int at, const char *value)
{
    void *member = (char *)request + options[at].member;
    const char *name = rows[at].name;
    uint64_t number;

    switch (options[at].kind) {
    case KIND_FLAG: *(bool *)member = true; return true;
    case KIND_TEXT: *(const char **)member = value; return true;
    case KIND_SECRET: return take_secret(request, value);
    case KIND_COUNT:
        return take_number(value, 1, (uint64_t *)member) ||
               wants(request, name, "a number from 1", value);
    case KIND_INDEX:
        if (!take_number(value, 0, &number) || number > INT32_MAX)
            return wants(request, name, "a number from 0", value);
        *(int64_t *)member = (int64_t)number;
        return true;
    case KIND_SECONDS:
        return take_seconds(value, (int64_t *)member) ||
               wants(request, name, "seconds, 0.001 to 86400", value);
    }
    return false;
}

const void *dhi_secret(const struct dhi_request *request)
{
    return request->has_secret ? request->secret : NULL;
}

const char *dhi_reach(const struct dhi_request *request, char reach[DHI_REACH_BYTES])
{
    int used = 0;

    reach[0] = 0;
    if (request->broker != NULL && strchr(request->broker, '\'') == NULL)
        used = snprintf(reach, DHI_REACH_BYTES, " --broker '%.200s'", request->broker);
    if (request->has_secret && strchr(request->secret_file, '\'') == NULL)
        snprintf(reach + used, DHI_REACH_BYTES - (size_t)used, " --secret-file '%.200s'",
                 request->secret_file);
    return reach;
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
        if ((request->command->options & rows[i].bit) != 0) names[n++] = rows[i].name;
    fprintf(request->err, "dhadmin: %s has no option '%s'\n", request->command->verb, name);
    suggest(request, name, names, n);
    return usage(request);
}

/* "--name", "--name value" or "--name=value". */
static int parse_option(struct dhi_request *request, const char *word, const char *next, int *used)
{
    size_t length = strcspn(word, "=");
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    int found = -1;

    for (int i = 0; i < N_OPTIONS; i++)
        if ((request->command->options & rows[i].bit) != 0 && strlen(rows[i].name) == length &&
            memcmp(rows[i].name, word, length) == 0)
            found = i;
    if (found < 0) return unknown_option(request, word, length);
    if (rows[found].value == NULL && value != NULL) {
        fprintf(request->err, "dhadmin: %s takes no value\n", rows[found].name);
        return usage(request);
    }
    if (rows[found].value != NULL && value == NULL) {
        value = next;
        *used = 1;
    }
    if (rows[found].value != NULL && value == NULL) {
        fprintf(request->err, "dhadmin: %s takes %s: %s\n", rows[found].name, rows[found].value,
                rows[found].summary);
        return usage(request);
    }
    return set(request, found, value) ? DHI_RUN : DHI_EXIT_USAGE;
}

static int parse_argument(struct dhi_request *request, const char *word)
{
    const struct dhi_command *command = request->command;

    if (request->n_arguments == command->most) {
        if (command->most == 1)
            fprintf(request->err, "dhadmin: %s takes one %s, not '%s' and '%s'\n", command->verb,
                    command->arguments, request->arguments[0], word);
        else
            fprintf(request->err, "dhadmin: %s takes %s, and no '%s'\n", command->verb,
                    command->most == 0 ? "no argument" : command->arguments, word);
        return usage(request);
    }
    request->arguments[request->n_arguments++] = word;
    request->argument = request->arguments[0];
    return DHI_RUN;
}

/* What one option alone cannot know. */
static int check(struct dhi_request *request)
{
    const char *flaw = NULL;

    if (request->n_arguments < request->command->least) {
        fprintf(request->err, "dhadmin: %s takes a %s; dhadmin list shows what is there\n",
                request->command->verb, request->command->arguments);
        return usage(request);
    }
    if (request->json && request->csv) flaw = "--json and --csv exclude each other";
    if (request->csv && request->zones) flaw = "--zones are no rows of a table: leave --csv out";
    if (request->json && request->prometheus) flaw = "--json and --prometheus exclude each other";
    if (request->reset && (request->prometheus || request->watch))
        flaw = "--reset is done once, and shows nothing: leave the other out";
    if (request->once && request->count > 1) flaw = "--once and --count exclude each other";
    if (request->once && request->follow) flaw = "--once and --follow exclude each other";
    if (request->slot >= 0 && request->argument == NULL)
        flaw = "--slot is one of a CHANNEL: name it";
    if (request->interval_ns == 0) request->interval_ns = 1000 * 1000 * 1000;
    if (flaw == NULL) return DHI_RUN;
    fprintf(request->err, "dhadmin: %s\n", flaw);
    return usage(request);
}

static int parse_words(int argc, const char *const *argv, struct dhi_request *request)
{
    int code = find_command(request, argv[1]);
    bool only_arguments = false;

    for (int i = 2; i < argc && code == DHI_RUN; i++) {
        int used = 0;
        if (only_arguments || argv[i][0] != '-' || argv[i][1] == 0)
            code = parse_argument(request, argv[i]);
        else if (strcmp(argv[i], "--") == 0)
            only_arguments = true;
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            dhi_write_verb_help(request->out, request->command);
            return DHI_EXIT_FINE;
        } else
            code = parse_option(request, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used);
        i += used;
    }
    return code == DHI_RUN ? check(request) : code;
}

int dhi_parse(int argc, const char *const *argv, struct dhi_request *request)
{
    const char *words[DHI_WORDS_MAX];
    int n;

    request->slot = -1;
    if (argc < 2) {
        dhi_write_help(request->out);
        return DHI_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        dhi_write_help(request->out);
        return DHI_EXIT_FINE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        fprintf(request->out, "dhadmin %s\n", DH_VERSION);
        return DHI_EXIT_FINE;
    }
    n = dhi_alias(argc, argv, words);
    return n == 0 ? parse_words(argc, argv, request) : parse_words(n, words, request);
}

/* ---- what all verbs say ------------------------------------------------------------------- */

static enum dhi_exit exit_of(dh_err err)
{
    switch (err) {
    case DH_OK: return DHI_EXIT_FINE;
    case DH_EALIVE: return DHI_EXIT_PROBLEMS;
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

static void suggest_channel(const struct dhi_request *request, const char *said)
{
    fprintf(request->err, "  dhadmin list shows what is there\n");
    dhi_channel_suggest(request, said);
}

/* What helps, with the channel's own name: it is to be typed. */
static void write_error_help(const struct dhi_request *request, dh_err err, const char *channel)
{
    const char *help = dh_error_help(err), *word = strstr(help, "CHANNEL");

    if (word == NULL)
        fprintf(request->err, "  %s\n", help);
    else
        fprintf(request->err, "  %.*s%s%s\n", (int)(word - help), help, channel,
                word + strlen("CHANNEL"));
}

enum dhi_exit dhi_complain(const struct dhi_request *request, const char *what, dh_err err,
                           const struct dh_why *why)
{
    fprintf(request->err, "dhadmin: %s: %s\n", what, dh_error_text(err));
    if (why != NULL && why->text[0] != 0) fprintf(request->err, "  %s\n", why->text);
    if (err == DH_ESECRET)
        fprintf(request->err, "  give the channel's secret with --secret-file FILE\n");
    else if (err == DH_ENOTFOUND)
        suggest_channel(request, what);
    else if (err == DH_EINVAL) /* whose own help is for who calls the library */
        usage(request);
    else
        write_error_help(request, err, what);
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
