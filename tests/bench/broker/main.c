/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dh-broker-bench BROKER [--json FILE] [--channels N] [--clients N] [--seconds S]: figures of a
 * real dhbroker with its registry on the disk.
 *
 * Round trips of REGISTER (acknowledged: on the disk) and DISCOVER beside 1, 100 and N channels;
 * how fast N channels register at once; a thousand clients at once, alone and beside silent and
 * flooding ones; and a broker killed each 100 ms for S seconds while a producer and a consumer
 * work: no message may be lost, and discovery answers again soon. Ends with 1 if a promise that
 * needs no clock is broken.
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

enum { ROUNDS = 300 };

static char folder[64], socket_path[96];
static const char *broker_path;
static int broken, n_clients = 1000;

void promise(bool kept, const char *what)
{
    if (kept) return;
    broken = 1;
    fprintf(stderr, "BROKEN: %s\n", what);
}

/* ---- the broker -------------------------------------------------------------------------- */

/* A child that ends with us, however we end. */
static pid_t fork_mine(void)
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

static struct dhi_block *make_block(int n)
{
    static const struct dh_schema *schema;
    struct dh_producer_options options = { .secret = NULL };
    struct dhi_block *block;
    struct dh_why why;
    char channel[32];

    if (schema == NULL) schema = schema_from_text(0, text_pair, policy_wait(2, 1));
    snprintf(channel, sizeof channel, "bench.%06d", n);
    if (dhi_block_create(&block, schema, channel, &options, &why) == DH_OK) return block;
    fprintf(stderr, "no block %d: %s\n", n, why.text);
    exit(2);
}

static void send_register(int fd, const struct dhi_block *block)
{
    struct dhi_cargo cargo = { .fds = { block->fds.data, block->fds.claims, block->fds.lease },
                               .n = 3 };
    struct dhi_wire_request request;

    dhi_request_start(&request, DHI_WIRE_KIND_REGISTER, 1);
    strcpy(request.channel, block->head.channel);
    memcpy(request.instance, block->head.producer.instance, sizeof request.instance);
    memcpy(request.schema_hash, block->head.schema_hash, sizeof request.schema_hash);
    request.parts = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;
    promise(dhi_socket_send(fd, &request, sizeof request, &cargo), "a registration can be sent");
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
    return got == sizeof reply && reply.status == DHI_WIRE_STATUS_OK && reply.text[0] == 0;
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
    int64_t ns[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        struct dhi_block *block = make_block(first + i);
        int fd = call();
        int64_t begin = dh_now();

        send_register(fd, block);
        promise(take_ok(fd), "a registration is acknowledged");
        ns[i] = dh_now() - begin;
        dhi_block_free(block);
        close(fd);
    }
    return figures_of(ns, ROUNDS);
}

static struct figures discover_trips(int n_channels)
{
    int64_t ns[ROUNDS];
    char channel[32];

    for (int i = 0; i < ROUNDS; i++) {
        int fd = call();
        int64_t begin;

        snprintf(channel, sizeof channel, "bench.%06d", i * 7919 % n_channels);
        begin = dh_now();
        send_discover(fd, channel);
        promise(take_ok(fd), "a registered channel is found");
        ns[i] = dh_now() - begin;
        close(fd);
    }
    return figures_of(ns, ROUNDS);
}

/* ---- many at once ------------------------------------------------------------------------ */

/* Register blocks from..to; all at once. Seconds. */
static double register_many(struct dhi_block **blocks, int *fds, int from, int to)
{
    int64_t begin = dh_now();

    for (int i = from; i < to; i++) {
        fds[i] = call();
        send_register(fds[i], blocks[i]);
    }
    for (int i = from; i < to; i++)
        promise(take_ok(fds[i]), "each of many registrations is acknowledged");
    return (double)(dh_now() - begin) / 1e9;
}

/* A client process: connects, asks, is answered. */
static void be_client(int gate, int ready, int n_channels, int n)
{
    char channel[32], byte;
    int fd;

    /* What it inherited is closed before the time runs, not at its end. */
    if (write(ready, "!", 1) != 1 || dup2(gate, 3) != 3 || close_range(4, ~0U, 0) != 0 ||
        read(3, &byte, 1) != 0)
        _exit(1);
    snprintf(channel, sizeof channel, "bench.%06d", n % n_channels);
    for (int tries = 0; tries < 3; tries++) {
        fd = call();
        if (fd < 0) continue;
        send_discover(fd, channel);
        if (take_ok(fd)) _exit(0);
        close(fd);
    }
    _exit(1);
}

/* A thousand processes that wait at a gate. Seconds until all are served. */
static double many_clients(int n_channels)
{
    int64_t begin;
    int gate[2], ready[2], failed = 0, status;
    char byte;

    if (pipe(gate) != 0 || pipe(ready) != 0) exit(2);
    for (int i = 0; i < n_clients; i++) {
        if (fork_mine() != 0) continue;
        close(gate[1]);
        close(ready[0]);
        be_client(gate[0], ready[1], n_channels, i);
    }
    close(gate[0]);
    close(ready[1]);
    while (read(ready[0], &byte, 1) == 1) /* to its end: each client closed it, at the gate */
        ;
    close(ready[0]);
    begin = dh_now();
    close(gate[1]);
    for (int i = 0; i < n_clients; i++)
        failed += wait(&status) > 0 && status != 0;
    if (failed > 0) fprintf(stderr, "%d of %d clients were not served\n", failed, n_clients);
    promise(failed == 0, "a thousand clients at once are all served");
    return (double)(dh_now() - begin) / 1e9;
}

/* Two hundred that connect and say nothing, and one that asks without reading and starts over. */
static pid_t start_nuisance(void)
{
    pid_t child = fork_mine();

    if (child != 0) return child;
    for (int round = 0;; round++) {
        int fds[200];

        for (int i = 0; i < 200; i++)
            fds[i] = call();
        for (int i = 0; i < 20000; i++) {
            struct dhi_wire_request request;

            dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
            request.lookup = DHI_WIRE_LOOKUP_PATTERN;
            if (!dhi_socket_send(fds[i % 200], &request, sizeof request, NULL) && errno != EAGAIN)
                break;
        }
        for (int i = 0; i < 200; i++)
            close(fds[i]);
    }
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

/* Five descriptors a channel here, six there. */
static int most_channels(int wanted)
{
    struct rlimit limit;
    int most;

    getrlimit(RLIMIT_NOFILE, &limit);
    most = (int)(limit.rlim_cur < 1000000 ? limit.rlim_cur : 1000000) / 6 - 100;
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
            "  \"trips_%d\": {\"register_median_us\": %.1f, \"register_p99_us\": %.1f, "
            "\"discover_median_us\": %.1f, \"discover_p99_us\": %.1f},\n",
            n, reg.median_us, reg.p99_us, dis.median_us, dis.p99_us);
}

static void print_at_once(FILE *out, int n, double seconds, double clients_s, double beside_s)
{
    printf("%6d channels registered at once in %.3f s: %.0f a second\n", n, seconds, n / seconds);
    printf("%6d clients at once are served in %.2f s; beside silent and flooding ones in %.2f s\n",
           n_clients, clients_s, beside_s);
    fprintf(out,
            "  \"at_once\": {\"channels\": %d, \"seconds\": %.3f, \"per_second\": %.0f},\n"
            "  \"clients\": {\"n\": %d, \"seconds\": %.3f, \"beside_nuisance_seconds\": %.3f},\n",
            n, seconds, n / seconds, n_clients, clients_s, beside_s);
}

static void print_killed(FILE *out, const struct figures *again, int seconds, uint64_t messages)
{
    double load[3] = { 0 };

    if (getloadavg(load, 3) < 1) load[0] = -1;
    printf(
        "%6d kills in %d s: discovery is back after %.1f ms median, %.1f ms 90 %%, %.1f ms 99 %%, "
        "%.1f ms at most, %d times after 50 ms; %llu messages, none lost; load %.1f\n",
        again->n, seconds, again->median_us / 1000, again->p90_us / 1000, again->p99_us / 1000,
        again->most_us / 1000, again->over_50ms, (unsigned long long)messages, load[0]);
    fprintf(out,
            "  \"killed\": {\"kills\": %d, \"seconds\": %d, \"back_median_ms\": %.2f, "
            "\"back_p90_ms\": %.2f, \"back_p99_ms\": %.2f, \"back_most_ms\": %.2f, "
            "\"over_50_ms\": %d, \"messages\": %llu, \"load\": %.1f}\n",
            again->n, seconds, again->median_us / 1000, again->p90_us / 1000, again->p99_us / 1000,
            again->most_us / 1000, again->over_50ms, (unsigned long long)messages, load[0]);
}

static void measure(FILE *out, int channels, int seconds)
{
    int steps[] = { 1, 100, channels }, done = 0;
    struct dhi_block **blocks = calloc((size_t)channels, sizeof *blocks);
    int *fds = calloc((size_t)channels, sizeof *fds);
    pid_t broker = start_broker(), nuisance;
    double all_s = 0, clients_s, beside_s;
    struct figures again;
    uint64_t messages;

    if (blocks == NULL || fds == NULL) exit(2);
    wait_for_broker();
    for (int i = 0; i < channels; i++)
        blocks[i] = make_block(i);
    for (int s = 0; s < 3; s++) {
        all_s = register_many(blocks, fds, done, steps[s]);
        done = steps[s] > done ? steps[s] : done;
        print_trips(out, done, register_trips(900000), discover_trips(done));
    }
    clients_s = many_clients(channels);
    nuisance = start_nuisance();
    beside_s = many_clients(channels);
    kill(nuisance, SIGKILL);
    waitpid(nuisance, NULL, 0);
    print_at_once(out, channels - 100, all_s, clients_s, beside_s);
    for (int i = 0; i < channels; i++) {
        close(fds[i]);
        dhi_block_free(blocks[i]);
    }
    end_broker(broker);
    again = killed(seconds, &messages);
    print_killed(out, &again, seconds, messages);
    free(blocks);
    free(fds);
}

int main(int argc, char **argv)
{
    int channels = 10000, seconds = 600;
    const char *json = "/dev/null";
    FILE *out;

    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--json") == 0) json = argv[i + 1];
        if (strcmp(argv[i], "--channels") == 0) channels = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--clients") == 0) n_clients = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--seconds") == 0) seconds = atoi(argv[i + 1]);
    }
    if (argc < 2 || argc % 2 != 0 || channels < 200 || seconds < 1) {
        fputs("usage: dh-broker-bench BROKER [--json FILE] [--channels N] [--clients N] "
              "[--seconds S]\n",
              stderr);
        return 64;
    }
    broker_path = argv[1];
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    set_up();
    out = fopen(json, "we");
    if (out == NULL) return 73;
    fprintf(out, "{\n  \"v\": 1,\n");
    measure(out, most_channels(channels), seconds);
    fprintf(out, "}\n");
    fclose(out);
    clean_up();
    return broken;
}
