/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/options.h"

#include "broker/registry_read.h"

#include <dh/hub.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

enum { KEEP_S = 300, KEEP_MAX_S = 365 * 24 * 3600 };

static const char help[] =
    "dhbroker: lets the producers and consumers of one machine find each other\n"
    "\n"
    "usage: dhbroker [--foreground] [--socket PATH] [--state FOLDER] [--keep SECONDS] [--verbose]\n"
    "       dhbroker --backup FILE [--state FOLDER]\n"
    "\n"
    "  -f, --foreground    stay; otherwise it returns once the broker serves\n"
    "  -s, --socket PATH   listen there\n"
    "                      ($DH_BROKER, $XDG_RUNTIME_DIR/dh/broker.sock, /run/dh/broker.sock)\n"
    "  -S, --state FOLDER  keep the registry there ($DH_STATE; else, on the default socket,\n"
    "                      /var/lib/dh for root, $XDG_STATE_HOME/dh for others)\n"
    "  -b, --backup FILE   copy the registry to a new file, also while a broker writes it\n"
    "  -k, --keep SECONDS  how long a dead producer's last data can be looked at (300)\n"
    "  -v, --verbose       log each request\n"
    "  -h, --help          this text\n"
    "  -V, --version       the version\n"
    "\n"
    "It logs to standard error; in the background only if that is a file.\n"
    "SIGTERM and SIGINT end it. Data flows on without it, and producers register\n"
    "again when it is back.\n"
    "\n"
    "exit status: 0 ended as asked, 64 wrong usage, 71 a system error,\n"
    "73 the socket or the copy cannot be made, 75 another dhbroker serves it\n";

static const struct option table[] = {
    { "foreground", no_argument, NULL, 'f' },
    { "socket", required_argument, NULL, 's' },
    { "state", required_argument, NULL, 'S' },
    { "backup", required_argument, NULL, 'b' },
    { "keep", required_argument, NULL, 'k' },
    { "verbose", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
};

static bool read_keep(struct dhi_broker_options *options, const char *text)
{
    char *end;
    long seconds;

    errno = 0;
    seconds = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != 0 || seconds < 0 || seconds > KEEP_MAX_S) {
        fprintf(stderr, "dhbroker: --keep wants seconds, 0 to %d, not '%s'\n", (int)KEEP_MAX_S,
                text);
        return false;
    }
    options->keep_ns = seconds * DH_S;
    return true;
}

static bool end_with(int *status, int value)
{
    *status = value;
    return true;
}

/* A broker on a socket of its own, as tests and demos start them, leaves the user's registry alone
 * unless told. */
static bool find_state(struct dhi_broker_options *options, const char *state, bool own_socket)
{
    const char *told = secure_getenv("DH_STATE");

    if (state == NULL && own_socket && options->backup == NULL && (told == NULL || *told == 0))
        return true;
    if (state == NULL) return dhi_registry_folder(options->state, sizeof options->state) == DH_OK;
    return snprintf(options->state, sizeof options->state, "%s", state) <
           (int)sizeof options->state;
}

static bool finish(struct dhi_broker_options *options, const char *socket, const char *state,
                   int *status)
{
    const char *own = secure_getenv("DH_BROKER");

    if (dh_hub_socket_path(socket, options->socket, sizeof options->socket) != DH_OK) {
        fprintf(stderr, "dhbroker: the socket's path is longer than %zu bytes\n",
                sizeof options->socket - 1);
        return end_with(status, EX_USAGE);
    }
    if (find_state(options, state, socket != NULL || (own != NULL && *own != 0))) return false;
    fprintf(stderr, "dhbroker: no folder for the registry: its path is too long, or this user has "
                    "no home; give --state\n");
    return end_with(status, EX_USAGE);
}

bool dhi_broker_options_read(struct dhi_broker_options *options, int argc, char **argv, int *status)
{
    const char *socket = NULL, *state = NULL;
    int letter;

    *options = (struct dhi_broker_options){ .keep_ns = KEEP_S * DH_S };
    while ((letter = getopt_long(argc, argv, "fs:S:b:k:vhV", table, NULL)) != -1) {
        switch (letter) {
        case 'f': options->foreground = true; break;
        case 's': socket = optarg; break;
        case 'S': state = optarg; break;
        case 'b': options->backup = optarg; break;
        case 'k':
            if (!read_keep(options, optarg)) return end_with(status, EX_USAGE);
            break;
        case 'v': options->verbose = true; break;
        case 'h': fputs(help, stdout); return end_with(status, 0);
        case 'V': puts("dhbroker " DHI_VERSION); return end_with(status, 0);
        default:
            fputs("dhbroker: 'dhbroker --help' shows what there is\n", stderr);
            return end_with(status, EX_USAGE);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "dhbroker: '%s' is no option; 'dhbroker --help' shows what there is\n",
                argv[optind]);
        return end_with(status, EX_USAGE);
    }
    return finish(options, socket, state, status);
}
