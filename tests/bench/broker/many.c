/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include "support/block.h"
#include "wire/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t ran_ns(pid_t process)
{
    clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
    struct timespec ran = { 0 };

    clock_getcpuclockid(process, &clock);
    clock_gettime(clock, &ran);
    return (int64_t)ran.tv_sec * DH_S + ran.tv_nsec;
}

static double seconds_since(int64_t begin_ns)
{
    return (double)(dh_now() - begin_ns) / 1e9;
}

double make_many(struct offered *offered, int n)
{
    int64_t begin = dh_now();

    for (int i = 0; i < n; i++)
        offered[i] = make_offered(i);
    return seconds_since(begin);
}

struct reckoning register_many(pid_t broker, struct offered *offered, int from, int to)
{
    int64_t begin = dh_now(), broker_ns = ran_ns(broker), ns = ran_ns(0);
    struct reckoning all = { .n = to - from };

    for (int i = from; i < to; i++) {
        offered[i].fd = call();
        send_register(&offered[i]);
    }
    for (int i = from; i < to; i++)
        promise(take_ok(offered[i].fd), "each of many registrations is acknowledged");
    all.seconds = seconds_since(begin);
    all.broker_us = (double)(ran_ns(broker) - broker_ns) / 1e3 / all.n;
    all.client_us = (double)(ran_ns(0) - ns) / 1e3 / all.n;
    return all;
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
double many_clients(int n_channels, int n_clients)
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
pid_t start_nuisance(void)
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
