/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dh-broker-bench BROKER [--json FILE] [--channels N] [--rounds N] [--clients N] [--seconds S]:
 * figures of a real dhbroker with its registry on the disk.
 *
 * Round trips of REGISTER (acknowledged: on the disk) and DISCOVER beside 1, 100 and N channels;
 * how fast N channels register at once; a thousand clients at once, alone and beside silent and
 * flooding ones; and a broker killed each 100 ms for S seconds while a producer and a consumer
 * work: no message may be lost, and discovery answers again soon. 0 clients or seconds: without
 * that part. Ends with 1 if a promise that needs no clock is broken.
 */
#include "bench.h"

#include "client/call.h"
#include "support/block.h"
#include "wire/message.h"

#include <dh/producer.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MOST = 300 };

struct command {
    const char *json;
    int channels, seconds;
};

static char folder[64], socket_path[96];
static const char *broker_path;
static int broken, n_clients = 1000, n_rounds = ROUNDS_MOST;
static int n_unwritten; /* registrations whose answer did not wait for the disk any longer */

void promise(bool kept, const char *what)
{
    static const char *said; /* often the same again and again */

    if (kept) return;
    broken = 1;
    if (said != what) fprintf(stderr, "BROKEN: %s\n", what);
    said = what;
}

/* ---- the broker -------------------------------------------------------------------------- */

pid_t fork_mine(void)
{
    pid_t child = fork();

    if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

pid_t start_broker(void)
{
    pid_t child = fork_mine();

    if (child == 0) {
        char config[96];

        snprintf(config, sizeof config, "%s/dh.conf", folder);
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(126);
        execl(broker_path, "dhbroker", "--foreground", "--config", config, (char *)NULL);
        _exit(127);
    }
    return child;
}

int call(void)
{
    struct dhi_address address;

    dhi_address_file(&address, socket_path);
    return dhi_socket_connect(&address, dh_in(10 * DH_S));
}

void wait_for_broker(void)
{
    int fd;

    while ((fd = call()) < 0)
        nanosleep(&(struct timespec){ .tv_nsec = DH_MS / 4 }, NULL);
    close(fd);
}

void end_broker(pid_t broker)
{
    int status;

    kill(broker, SIGTERM);
    waitpid(broker, &status, 0);
    if (status != 0) fprintf(stderr, "the broker's status is %#x\n", (unsigned)status);
    promise(status == 0, "the broker ends well");
}

/* ---- requests ---------------------------------------------------------------------------- */

struct offered make_offered(int n)
{
    static const struct dh_schema *schema;
    struct dh_producer_options options = { .secret = NULL };
    struct offered made = { .fd = -1 };
    struct dh_why why;
    char channel[32];

    if (schema == NULL) schema = schema_from_text(0, text_pair, policy_wait(2, 1));
    snprintf(channel, sizeof channel, "bench.%06d", n);
    if (dhi_block_create(&made.block, schema, channel, &options, &why) != DH_OK ||
        dhi_channel_make(&made.channel, &made.block->head, &made.block->fds, NULL, &why) != DH_OK) {
        fprintf(stderr, "no block %d: %s\n", n, why.text);
        exit(2);
    }
    close(made.block->fds.data); /* mapped; as few descriptors as the broker has for it */
    close(made.block->fds.claims);
    made.block->fds.data = made.block->fds.claims = -1;
    return made;
}

void end_offered(struct offered *offered)
{
    if (offered->fd >= 0) close(offered->fd);
    dhi_channel_free(&offered->channel);
    dhi_block_free(offered->block);
}

void send_register(const struct offered *offered)
{
    const struct dhi_wire_entry *entry = &offered->channel.entry;
    struct dhi_wire_request request;
    struct dhi_cargo cargo;
    int owned;

    dhi_request_start(&request, DHI_WIRE_KIND_REGISTER, 1);
    memcpy(request.channel, entry->channel, sizeof request.channel);
    memcpy(request.instance, entry->instance, sizeof request.instance);
    memcpy(request.schema_hash, entry->schema_hash, sizeof request.schema_hash);
    request.parts = dhi_channel_parts(&offered->channel, DHI_WIRE_ROLE_CONSUMER, &cargo, &owned);
    promise(dhi_socket_send(offered->fd, &request, sizeof request, &cargo),
            "a registration can be sent");
}

void send_discover(int fd, const char *channel)
{
    struct dhi_wire_request request;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.role = DHI_WIRE_ROLE_OBSERVER;
    snprintf(request.channel, sizeof request.channel, "%s", channel);
    promise(dhi_socket_send(fd, &request, sizeof request, NULL), "a question can be sent");
}

bool take_ok(int fd)
{
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    ssize_t got;

    if (!dhi_socket_wait(fd, POLLIN, dh_in(30 * DH_S))) return false;
    got = dhi_socket_receive(fd, &reply, sizeof reply, &cargo);
    dhi_cargo_close(&cargo);
    if (got != sizeof reply || reply.status != DHI_WIRE_STATUS_OK) return false;
    n_unwritten += reply.text[0] != 0;
    return true;
}

/* ---- round trips ------------------------------------------------------------------------- */

static int compare(const void *one, const void *other)
{
    int64_t a, b;

    memcpy(&a, one, sizeof a);
    memcpy(&b, other, sizeof b);
    return (a > b) - (a < b);
}

struct figures figures_of(int64_t *ns, int n)
{
    qsort(ns, (size_t)n, sizeof *ns, compare);
    struct figures figures = { .median_us = (double)ns[n / 2] / 1000.0,
                               .p90_us = (double)ns[n * 9 / 10] / 1000.0,
                               .p99_us = (double)ns[n * 99 / 100] / 1000.0,
                               .most_us = (double)ns[n - 1] / 1000.0,
                               .n = n };

    for (int i = 0; i < n; i++)
        figures.over_50ms += ns[i] > 50 * DH_MS;
    return figures;
}

static struct figures register_trips(int first)
{
    int64_t ns[ROUNDS_MOST];

    for (int i = 0; i < n_rounds; i++) {
        struct offered offered = make_offered(first + i);
        int64_t begin;

        offered.fd = call();
        begin = dh_now();
        send_register(&offered);
        promise(take_ok(offered.fd), "a registration is acknowledged");
        ns[i] = dh_now() - begin;
        end_offered(&offered);
    }
    return figures_of(ns, n_rounds);
}

static struct figures discover_trips(int n_channels)
{
    int64_t ns[ROUNDS_MOST];
    char channel[32];

    for (int i = 0; i < n_rounds; i++) {
        int fd = call();
        int64_t begin;

        snprintf(channel, sizeof channel, "bench.%06d", i * 7919 % n_channels);
        begin = dh_now();
        send_discover(fd, channel);
        promise(take_ok(fd), "a registered channel is found");
        ns[i] = dh_now() - begin;
        close(fd);
    }
    return figures_of(ns, n_rounds);
}

/* ---- all of it ---------------------------------------------------------------------------- */

static void set_up(void)
{
    struct rlimit limit;
    char path[128];
    FILE *out;

    strcpy(folder, "/tmp/dh-broker-bench-XXXXXX");
    if (mkdtemp(folder) == NULL) exit(2);
    snprintf(socket_path, sizeof socket_path, "%s/broker.sock", folder);
    setenv("DH_BROKER", socket_path, 1);
    snprintf(path, sizeof path, "%s/state", folder);
    setenv("DH_STATE", path, 1);
    snprintf(path, sizeof path, "%s/dh.conf", folder);
    out = fopen(path, "we");
    if (out == NULL || fputs("[limits]\nchannels = 1000000\nconnections = 4000\n", out) < 0 ||
        fclose(out) != 0)
        exit(2);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void clean_up(void)
{
    char command[96];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0) fprintf(stderr, "%s stays\n", folder);
}

/* A channel takes five descriptors here and four there, and there is room for others there. */
static int most_channels(int wanted)
{
    struct rlimit limit;
    int most;

    getrlimit(RLIMIT_NOFILE, &limit);
    most = (int)(limit.rlim_cur < 1000000 ? limit.rlim_cur : 1000000) / 5 - 100;
    if (most < wanted)
        fprintf(stderr, "the limit of descriptors (%d) allows %d channels, not %d\n",
                (int)limit.rlim_cur, most, wanted);
    return most < wanted ? most : wanted;
}

static void print_trips(FILE *out, int n, struct figures reg, struct figures dis)
{
    printf("%6d channels: register %8.0f us median, %8.0f us 99 %%; discover %6.0f us median, "
           "%6.0f us "
           "99 %%\n",
           n, reg.median_us, reg.p99_us, dis.median_us, dis.p99_us);
    fprintf(out,
            ",\n  \"trips_%d\": {\"register_median_us\": %.1f, \"register_p99_us\": %.1f, "
            "\"discover_median_us\": %.1f, \"discover_p99_us\": %.1f}",
            n, reg.median_us, reg.p99_us, dis.median_us, dis.p99_us);
}

static void print_at_once(FILE *out, struct reckoning all, double make_s)
{
    printf("%6d channels registered at once in %.3f s: %.0f a second; of processor %.1f us the "
           "broker, %.1f us who asks; to make a block took %.1f us more\n",
           all.n, all.seconds, all.n / all.seconds, all.broker_us, all.client_us, make_s * 1e6);
    fprintf(out,
            ",\n  \"at_once\": {\"channels\": %d, \"seconds\": %.3f, \"per_second\": %.0f, "
            "\"broker_cpu_us\": %.1f, \"client_cpu_us\": %.1f, \"make_block_us\": %.1f}",
            all.n, all.seconds, all.n / all.seconds, all.broker_us, all.client_us, make_s * 1e6);
}

static void print_clients(FILE *out, double clients_s, double beside_s)
{
    printf("%6d clients at once are served in %.2f s; beside silent and flooding ones in %.2f s\n",
           n_clients, clients_s, beside_s);
    fprintf(out,
            ",\n  \"clients\": {\"n\": %d, \"seconds\": %.3f, \"beside_nuisance_seconds\": %.3f}",
            n_clients, clients_s, beside_s);
}

static void print_killed(FILE *out, const struct figures *again, const struct figures *ran,
                         int seconds, uint64_t messages)
{
    double load[3] = { 0 };

    if (getloadavg(load, 3) < 1) load[0] = -1;
    printf(
        "%6d kills in %d s: discovery is back after %.1f ms median, %.1f ms 90 %%, %.1f ms 99 %%, "
        "%.1f ms at most, %d times after 50 ms; of a processor it takes %.1f ms median, %.1f ms 99 "
        "%%; %llu messages, none lost; load %.1f\n",
        again->n, seconds, again->median_us / 1000, again->p90_us / 1000, again->p99_us / 1000,
        again->most_us / 1000, again->over_50ms, ran->median_us / 1000, ran->p99_us / 1000,
        (unsigned long long)messages, load[0]);
    fprintf(out,
            ",\n  \"killed\": {\"kills\": %d, \"seconds\": %d, \"back_median_ms\": %.2f, "
            "\"back_p90_ms\": %.2f, \"back_p99_ms\": %.2f, \"back_most_ms\": %.2f, "
            "\"over_50_ms\": %d, \"cpu_median_ms\": %.2f, \"cpu_p99_ms\": %.2f, "
            "\"messages\": %llu, \"load\": %.1f}",
            again->n, seconds, again->median_us / 1000, again->p90_us / 1000, again->p99_us / 1000,
            again->most_us / 1000, again->over_50ms, ran->median_us / 1000, ran->p99_us / 1000,
            (unsigned long long)messages, load[0]);
}

/* Round trips beside 1, 100 and all channels, which register at once. */
static void measure_channels(FILE *out, pid_t broker, struct offered *offered, int n)
{
    int steps[] = { 1, 100, n }, done = 0;
    double make_s = make_many(offered, n) / n;
    struct reckoning all = { 0 };

    for (int s = 0; s < 3; s++) {
        all = register_many(broker, offered, done, steps[s]);
        done = steps[s];
        if (n_rounds > 0) print_trips(out, done, register_trips(900000), discover_trips(done));
    }
    print_at_once(out, all, make_s);
}

static void measure_clients(FILE *out, int channels)
{
    double clients_s = many_clients(channels, n_clients), beside_s;
    pid_t nuisance = start_nuisance();

    beside_s = many_clients(channels, n_clients);
    kill(nuisance, SIGKILL);
    waitpid(nuisance, NULL, 0);
    print_clients(out, clients_s, beside_s);
}

static void measure_kills(FILE *out, int seconds)
{
    uint64_t messages;
    struct figures ran, again = killed(seconds, &ran, &messages);

    print_killed(out, &again, &ran, seconds, messages);
}

static void measure(FILE *out, int channels, int seconds)
{
    struct offered *offered = calloc((size_t)channels, sizeof *offered);
    pid_t broker = start_broker();

    if (offered == NULL) exit(2);
    wait_for_broker();
    measure_channels(out, broker, offered, channels);
    if (n_clients > 0) measure_clients(out, channels);
    for (int i = 0; i < channels; i++)
        end_offered(&offered[i]);
    end_broker(broker);
    if (seconds > 0) measure_kills(out, seconds);
    free(offered);
}

/* False: there is no such option, or it has no such value. */
static bool take_option(const char *name, const char *value, struct command *command)
{
    const struct {
        const char *name;
        int *number, least, most;
    } numbers[] = {
        { "--channels", &command->channels, 200, 1000000 },
        { "--clients", &n_clients, 0, 100000 },
        { "--rounds", &n_rounds, 0, ROUNDS_MOST },
        { "--seconds", &command->seconds, 0, 1000000 },
    };

    if (strcmp(name, "--json") == 0) {
        command->json = value;
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(name, numbers[i].name) != 0) continue;
        *numbers[i].number = atoi(value);
        return *numbers[i].number >= numbers[i].least && *numbers[i].number <= numbers[i].most;
    }
    return false;
}

static bool parse(int argc, char **argv, struct command *command)
{
    bool good = argc >= 2 && argc % 2 == 0 && argv[1][0] != '-';

    for (int i = 2; good && i < argc; i += 2)
        good = take_option(argv[i], argv[i + 1], command);
    return good;
}

int main(int argc, char **argv)
{
    struct command command = { .json = "/dev/null", .channels = 10000, .seconds = 600 };
    FILE *out;

    if (!parse(argc, argv, &command)) {
        fprintf(stderr,
                "usage: dh-broker-bench BROKER [--json FILE] [--channels N, at least 200] "
                "[--rounds N, at most %d] [--clients N] [--seconds S]\n",
                ROUNDS_MOST);
        return 64;
    }
    if (access(argv[1], X_OK) != 0) {
        perror(argv[1]);
        return 66;
    }
    broker_path = argv[1];
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    set_up();
    out = fopen(command.json, "we");
    if (out == NULL) return 73;
    fprintf(out, "{\n  \"v\": 1");
    measure(out, most_channels(command.channels), command.seconds);
    fprintf(out, ",\n  \"unwritten\": %d\n}\n", n_unwritten);
    fclose(out);
    clean_up();
    if (n_unwritten > 0)
        printf("%6d registrations were acknowledged in memory alone: the disk took too long\n",
               n_unwritten);
    return broken;
}
