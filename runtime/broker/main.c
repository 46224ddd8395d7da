/* SPDX-License-Identifier: Apache-2.0
 *
 * dhbroker - lets producers and consumers of one machine find each other, and nothing else: kill it
 * and data still flows; start it and all is registered again.
 */
#include "broker/audit.h"
#include "broker/door.h"
#include "broker/log.h"
#include "broker/options.h"
#include "broker/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    DESCRIPTORS_WANTED = 65536,
    PER_CHANNEL = 6, /* data, claims, zones, two leases, the connection */
    USERS_SHARE = 4, /* one user gets at most a quarter of all channels */
};

static size_t raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
    return (size_t)limit.rlim_cur;
}

/* In the background, standard error is kept only where it is a file: whoever reads our output to
 * its end would wait as long as we live. */
static void detach_streams(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct stat status;

    if (null < 0) return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (fstat(STDERR_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) dup2(null, STDERR_FILENO);
    close(null);
}

/* Who started us goes on when we serve, or learns with our status why not. */
static void wait_for_child(pid_t child, int ready)
{
    char byte;
    int status;

    if (read(ready, &byte, 1) == 1) exit(0);
    if (waitpid(child, &status, 0) == child && WIFEXITED(status)) exit(WEXITSTATUS(status));
    exit(EX_SOFTWARE);
}

/* Go to the background; returns what to write a byte to when we serve. */
static int go_to_background(void)
{
    int ends[2];
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0 || (child = fork()) < 0) {
        fprintf(stderr, "dhbroker: %s\n", strerror(errno));
        exit(EX_OSERR);
    }
    if (child != 0) {
        close(ends[1]);
        wait_for_child(child, ends[0]);
    }
    close(ends[0]);
    setsid();
    return ends[1];
}

static void tell_ready(int ready)
{
    if (ready < 0) return;
    detach_streams();
    if (write(ready, "!", 1) != 1) dhi_log(DHI_LOG_DEBUG, "nobody waits for us to be ready");
    close(ready);
}

/* Who finds the socket may tell us to end before the event loop runs: the signal waits for it. */
static void hold_signals(void)
{
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
}

static const struct dhi_keeping keeping = {
    .schemas = 4096,
    .audit_rows = 20000,
    .history_rows = 20000,
    .days = 400,
};

static void limits_of(struct dhi_limits *limits, size_t channels)
{
    *limits = (struct dhi_limits){ .connections = 256,
                                   .channels = (uint32_t)(channels / USERS_SHARE),
                                   .kept_bytes = UINT64_C(1) << 30,
                                   .refusals_per_s = 10 };
}

static int serve(const struct dhi_broker_options *options, struct dhi_door *door, int ready)
{
    size_t descriptors = raise_descriptor_limit(), channels = descriptors / PER_CHANNEL;
    const char *state = options->state[0] != 0 ? options->state : NULL;
    dhi_registry *registry = dhi_registry_open(state, &keeping);
    struct dhi_limits limits;
    struct dhi_desk desk;
    int status;

    if (registry == NULL) return EX_OSERR;
    limits_of(&limits, channels);
    dhi_desk_open(&desk, registry, geteuid(), options->keep_ns, &limits);
    dhi_audit_broker(registry, DHI_EVENT_STARTED,
                     "serves %s (pid %d, room for %zu channels); the registry is %s%s", door->path,
                     getpid(), channels, state != NULL ? "in " : "in memory alone",
                     state != NULL ? state : "");
    tell_ready(ready);
    status = dhi_serve(&desk, door->listener, channels + descriptors / 8);
    dhi_audit_broker(registry, DHI_EVENT_ENDED, "ended as asked (pid %d)", getpid());
    dhi_desk_close(&desk);
    dhi_registry_close(registry);
    return status;
}

static int run(const struct dhi_broker_options *options)
{
    int ready = options->foreground ? -1 : go_to_background();
    char text[DHI_DOOR_TEXT_BYTES];
    struct dhi_door door;
    int status;

    hold_signals();
    umask(077);
    status = dhi_door_open(&door, options->socket, text);
    if (status != 0) {
        fprintf(stderr, "dhbroker: %s\n", text);
        return status;
    }
    status = serve(options, &door, ready);
    dhi_door_close(&door);
    return status;
}

static int back_up(const struct dhi_broker_options *options)
{
    char text[DHI_DATABASE_TEXT_BYTES];

    if (dhi_database_backup(options->state, options->backup, text)) return 0;
    fprintf(stderr, "dhbroker: no backup: %s\n", text);
    return EX_CANTCREAT;
}

int main(int argc, char **argv)
{
    struct dhi_broker_options options;
    int status;

    if (dhi_broker_options_read(&options, argc, argv, &status)) return status;
    if (sodium_init() < 0) {
        fprintf(stderr, "dhbroker: libsodium does not start\n");
        return EX_OSERR;
    }
    dhi_log_verbose(options.verbose);
    if (options.backup != NULL) return back_up(&options);
    dhi_log_open();
    return run(&options);
}
