/* SPDX-License-Identifier: Apache-2.0
 *
 * bench.h - a broker that is started, asked, killed; and promises that need no clock.
 */
#ifndef TESTS_BENCH_BROKER_H
#define TESTS_BENCH_BROKER_H

#include "wire/channel.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct figures {
    double median_us, p90_us, p99_us, most_us;
    int n, over_50ms;
};
/* Sorts them. */
struct figures figures_of(int64_t *ns, int n);

/* Where it is not kept it is said, and the program ends with 1. */
void promise(bool kept, const char *what);

pid_t fork_mine(void); /* a child that ends with us, however we end */
pid_t start_broker(void);
void wait_for_broker(void);
void end_broker(pid_t broker);
int call(void);
void send_discover(int fd, const char *channel);
/* Whether OK comes; that the registry does not work is counted. */
bool take_ok(int fd);

/* A block that lives, and what its producer sends. */
struct offered {
    struct dhi_block *block;
    struct dhi_channel channel;
    int fd; /* the connection; -1: not registered yet */
};
struct offered make_offered(int n);
void end_offered(struct offered *offered);
void send_register(const struct offered *offered);

/* What a process (0: this one) has run so far, all its threads, in user and kernel mode. */
int64_t ran_ns(pid_t process);
/* Seconds to make so many blocks, of which the broker knows nothing. */
double make_many(struct offered *offered, int n);
/* What it took to register some of them at once; microseconds of processor, of a registration. */
struct reckoning {
    int n;
    double seconds, broker_us, client_us;
};
struct reckoning register_many(pid_t broker, struct offered *offered, int from, int to);
/* So many processes that wait at a gate: seconds until all are served. */
double many_clients(int n_channels, int n_clients);
/* Connections that say nothing, or too much. */
pid_t start_nuisance(void);

/* Kill the broker again and again for so long, while a producer and a consumer work: the time until
 * it answers again for their channel, and how much of a processor it had for that. */
struct figures killed(int seconds, struct figures *ran, uint64_t *messages);

#endif
