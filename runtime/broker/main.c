/* SPDX-License-Identifier: Apache-2.0
 *
 * dhbroker - lets producers and consumers of one machine find each other, and nothing else: kill it
 * and data still flows; start it and all is registered again.
 */
#include "broker/audit.h"
#include "broker/door.h"
#include "broker/log.h"
#include "broker/manager.h"
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
    DESCRIPTORS_MOST = 1 << 20, /* where there is no limit: as kernels have it by themselves */
    PER_CHANNEL = 5,            /* data, claims, zones, lease, the connection */
    PER_CHANNEL_SEEN = 1,       /* the lease once more, for metrics */
    USERS_SHARE = 4,            /* one user gets at most a quarter of all channels */
};

/* To the hard limit: who started us chose that one. */
static size_t raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MOST ? limit.rlim_max : DESCRIPTORS_MOST;
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
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL);
}

static int serve(const struct dhi_broker_options *options, struct dhi_door *door,
                 dhi_policy *policy, int ready)
{
    size_t descriptors = raise_descriptor_limit(),
           channels = descriptors /
                      (PER_CHANNEL + (options->metrics != NULL ? (size_t)PER_CHANNEL_SEEN : 0));
    const char *state = options->state[0] != 0 ? options->state : NULL;
    dhi_registry *registry = dhi_registry_open(state, dhi_policy_keeping(policy));
    struct dhi_serving serving = { .listener = door->listener,
                                   .connections_max = channels + descriptors / 8,
                                   .channels_default = (uint32_t)(channels / USERS_SHARE),
                                   .policy = policy,
                                   .policy_path = options->policy,
                                   .policy_must = options->must,
                                   .metrics = options->metrics };
    struct dhi_desk desk;
    int status;

    if (registry == NULL) {
        fputs("dhbroker: no memory for the registry\n", stderr);
        dhi_policy_free(policy);
        return EX_OSERR;
    }
    dhi_policy_set_channels(policy, serving.channels_default);
    dhi_desk_open(&desk, registry, dhi_door_owner(door), options->keep_ns, policy);
    dhi_audit_broker(
        registry, DHI_EVENT_STARTED,
        "serves %s (pid %d, room for %zu channels in %zu descriptors); the registry is %s%s",
        door->path, getpid(), channels, descriptors, state != NULL ? "in " : "in memory alone",
        state != NULL ? state : "");
    tell_ready(ready);
    dhi_manager_tell("READY=1\nSTATUS=serving");
    status = dhi_serve(&desk, &serving);
    dhi_audit_broker(registry, DHI_EVENT_ENDED,
                     status == 0 ? "ended as asked (pid %d)" : "could not serve (pid %d)",
                     getpid());
    dhi_desk_close(&desk);
    dhi_policy_free(serving.policy);
    dhi_registry_close(registry);
    return status;
}

/* Before anything else: with a policy that cannot be read, nobody is let in by mistake. */
static dhi_policy *read_policy(const struct dhi_broker_options *options)
{
    char text[DHI_POLICY_TEXT_BYTES];
    const char *path = options->policy[0] != 0 ? options->policy : NULL;
    dhi_policy *policy = dhi_policy_read(path, options->must, text);

    if (policy == NULL) fprintf(stderr, "dhbroker: %s\n", text);
    return policy;
}

static int check(const struct dhi_broker_options *options)
{
    dhi_policy *policy = read_policy(options);

    if (policy == NULL) return EX_DATAERR;
    printf("# %zu files, from %s\n", dhi_policy_files(policy), options->policy);
    dhi_policy_print(policy, stdout);
    dhi_policy_free(policy);
    return 0;
}

/* The manager's socket if it holds one, else our own. */
static int open_door(struct dhi_door *door, const struct dhi_broker_options *options)
{
    int inherited = dhi_manager_listener(), status;
    char text[DHI_DOOR_TEXT_BYTES];

    if (inherited >= 0) {
        dhi_door_inherit(door, inherited);
        return 0;
    }
    if (inherited == -2) {
        fputs("dhbroker: what LISTEN_FDS hands over is not one Unix SOCK_SEQPACKET socket that"
              " listens: ListenSequentialPacket= in the socket unit\n",
              stderr);
        return EX_USAGE;
    }
    status = dhi_door_open(door, options->socket, text);
    if (status != 0) fprintf(stderr, "dhbroker: %s\n", text);
    return status;
}

static int run(const struct dhi_broker_options *options)
{
    dhi_policy *policy = read_policy(options);
    struct dhi_door door;
    int status, ready;

    if (policy == NULL) return EX_DATAERR;
    ready = options->foreground ? -1 : go_to_background();
    hold_signals();
    umask(077);
    status = open_door(&door, options);
    if (status != 0) {
        dhi_policy_free(policy);
        return status;
    }
    status = serve(options, &door, policy, ready);
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
    if (options.check) return check(&options);
    if (options.backup != NULL) return back_up(&options);
    dhi_log_open();
    return run(&options);
}
