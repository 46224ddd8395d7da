/* SPDX-License-Identifier: Apache-2.0
 *
 * bench.h - a broker that is started, asked, killed; and promises that need no clock.
 */
#ifndef TESTS_BENCH_BROKER_H
#define TESTS_BENCH_BROKER_H

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

pid_t start_broker(void);
void wait_for_broker(void);
void end_broker(pid_t broker);
int call(void);
void send_discover(int fd, const char *channel);
/* Whether OK comes, without a word that the registry does not work. */
bool take_ok(int fd);

/* Kill the broker again and again for so long, while a producer and a consumer work: the time until
 * it answers again for their channel. */
struct figures killed(int seconds, uint64_t *messages);

#endif
