/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/options.h"

#include "broker/exporter.h"
#include "broker/registry_read.h"

#include <dh/hub.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum { KEEP_S = 300, KEEP_MAX_S = 365 * 24 * 3600 };

static const char help[] =
    "dhbroker: lets the producers and consumers of one machine find each other\n"
    "\n"
    "usage: dhbroker [--foreground] [--socket PATH] [--config FILE] [--state FOLDER]\n"
    "                [--keep SECONDS] [--metrics ADDRESS] [--verbose]\n"
    "       dhbroker --check [--config FILE]\n"
    "       dhbroker --backup FILE [--state FOLDER]\n"
    "\n"
    "  -f, --foreground    stay; otherwise it returns once the broker serves\n"
    "  -s, --socket PATH   listen there\n"
    "                      ($DH_BROKER, $XDG_RUNTIME_DIR/dh/broker.sock, /run/dh/broker.sock)\n"
    "  -c, --config FILE   the policy, and FILE.d/*.conf; SIGHUP reads it again\n"
    "                      (/etc/dh/dh.conf for root, ~/.config/dh/dh.conf for others)\n"
    "  -C, --check         read the policy, say what it comes to, and end\n"
    "  -S, --state FOLDER  keep the registry there ($DH_STATE; else, on the default socket,\n"
    "                      /var/lib/dh for root, $XDG_STATE_HOME/dh for others)\n"
    "  -b, --backup FILE   copy the registry to a new file, also while a broker writes it\n"
    "  -k, --keep SECONDS  how long a dead producer's last data can be looked at (300)\n"
    "  -m, --metrics ADDR  offer metrics to Prometheus on http://ADDR/metrics: PORT on\n"
    "                      loopback, ADDRESS:PORT, [ADDRESS]:PORT\n"
    "  -v, --verbose       log each request\n"
    "  -h, --help          this text\n"
    "  -V, --version       the version\n"
    "\n"
    "It logs to standard error; in the background only if that is a file.\n"
    "SIGTERM and SIGINT end it. Data flows on without it, and producers register\n"
    "again when it is back.\n"
    "\n"
    "exit status: 0 ended as asked, 64 wrong usage, 65 a policy that cannot be read,\n"
    "71 a system error, 73 the socket or the copy cannot be made, 75 another dhbroker\n"
    "serves it\n";

static const struct option table[] = {
    { "foreground", no_argument, NULL, 'f' },   { "socket", required_argument, NULL, 's' },
    { "config", required_argument, NULL, 'c' }, { "check", no_argument, NULL, 'C' },
    { "state", required_argument, NULL, 'S' },  { "backup", required_argument, NULL, 'b' },
    { "keep", required_argument, NULL, 'k' },   { "metrics", required_argument, NULL, 'm' },
    { "verbose", no_argument, NULL, 'v' },      { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },      { NULL, 0, NULL, 0 },
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

static bool read_metrics(struct dhi_broker_options *options, const char *address)
{
    options->metrics = address;
    if (dhi_exporter_understands(address)) return true;
    fprintf(stderr,
            "dhbroker: --metrics wants PORT, ADDRESS:PORT or [ADDRESS]:PORT, not '%.100s'\n",
            address);
    return false;
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

/* Nobody's home is no reason to end: then there is no policy, and owners alone may. */
static void find_policy(struct dhi_broker_options *options, const char *config)
{
    const char *folder = secure_getenv("XDG_CONFIG_HOME"), *home = secure_getenv("HOME");
    size_t size = sizeof options->policy;

    options->must = config != NULL;
    if (config != NULL)
        snprintf(options->policy, size, "%s", config);
    else if (geteuid() == 0)
        snprintf(options->policy, size, "/etc/dh/dh.conf");
    else if (folder != NULL && *folder == '/')
        snprintf(options->policy, size, "%s/dh/dh.conf", folder);
    else if (home != NULL && *home == '/')
        snprintf(options->policy, size, "%s/.config/dh/dh.conf", home);
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
    const char *socket = NULL, *state = NULL, *config = NULL;
    int letter;

    *options = (struct dhi_broker_options){ .keep_ns = KEEP_S * DH_S };
    while ((letter = getopt_long(argc, argv, "fs:c:CS:b:k:m:vhV", table, NULL)) != -1) {
        switch (letter) {
        case 'f': options->foreground = true; break;
        case 's': socket = optarg; break;
        case 'c': config = optarg; break;
        case 'C': options->check = true; break;
        case 'S': state = optarg; break;
        case 'b': options->backup = optarg; break;
        case 'k':
            if (!read_keep(options, optarg)) return end_with(status, EX_USAGE);
            break;
        case 'm':
            if (!read_metrics(options, optarg)) return end_with(status, EX_USAGE);
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
    find_policy(options, config);
    return finish(options, socket, state, status);
}
