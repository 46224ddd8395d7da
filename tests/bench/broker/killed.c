/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILL_EACH_MS = 100 };

struct stream {
    dh_producer *producer;
    dh_consumer *consumer;
    uint64_t sent, received;
    bool stop, sent_all; /* in this order: who is not read from waits for room in vain */
};

static void *produce(void *context)
{
    struct stream *stream = context;
    uint64_t pair[2] = { 0 };

    while (!__atomic_load_n(&stream->stop, __ATOMIC_RELAXED)) {
        promise(dh_producer_send(stream->producer, dh_in(5 * DH_S), pair, sizeof pair) == DH_OK,
                "each message is sent");
        pair[0]++;
    }
    stream->sent = pair[0];
    return NULL;
}

static void *consume(void *context)
{
    struct stream *stream = context;
    uint64_t pair[2];

    for (;;) {
        bool last = __atomic_load_n(&stream->sent_all, __ATOMIC_ACQUIRE);

        if (dh_consumer_receive(stream->consumer, dh_in(DH_S / 2), pair, sizeof pair) != DH_OK) {
            if (last) return NULL;
            continue;
        }
        promise(pair[0] == stream->received, "no message is lost or doubled");
        stream->received++;
    }
}

/* From its start until it answers for a channel whose producer lives; and what it ran for that. */
static int64_t time_to_discovery(pid_t *broker, const char *channel, int64_t *ran)
{
    int64_t begin = dh_now(), give_up = dh_in(10 * DH_S);
    bool found = false;

    *broker = start_broker();
    while (!found && dh_now() < give_up) {
        int fd = call();

        if (fd >= 0) {
            send_discover(fd, channel);
            found = take_ok(fd);
            close(fd);
        }
        if (!found) nanosleep(&(struct timespec){ .tv_nsec = DH_MS / 4 }, NULL);
    }
    promise(found, "a restarted broker knows who lives");
    *ran = ran_ns(*broker);
    return dh_now() - begin;
}

struct figures killed(int seconds, struct figures *ran, uint64_t *messages)
{
    char channel[32]; /* two benches of one user may run at once */
    const struct dh_schema *schema = schema_from_text(1, text_pair, policy_wait(256, 4));
    int64_t *ns = calloc((size_t)seconds * 20 + 1, sizeof *ns), end = dh_in(seconds * DH_S);
    int64_t *ran_ns_each = calloc((size_t)seconds * 20 + 1, sizeof *ran_ns_each);
    struct stream stream = { .received = 0 };
    pthread_t threads[2];
    struct figures figures;
    pid_t broker;
    int n = 0;

    snprintf(channel, sizeof channel, "bench.stream.%d", getpid());
    broker = start_broker();
    wait_for_broker();
    if (ns == NULL || ran_ns_each == NULL ||
        dh_producer_open(&stream.producer, schema, channel, NULL, NULL) != DH_OK ||
        dh_consumer_open(&stream.consumer, schema, channel, NULL, NULL) != DH_OK)
        exit(2);
    pthread_create(&threads[0], NULL, produce, &stream);
    pthread_create(&threads[1], NULL, consume, &stream);
    while (dh_now() < end && n < seconds * 20) {
        nanosleep(&(struct timespec){ .tv_nsec = KILL_EACH_MS * DH_MS }, NULL);
        kill(broker, SIGKILL);
        waitpid(broker, NULL, 0);
        ns[n] = time_to_discovery(&broker, channel, &ran_ns_each[n]);
        n++;
    }
    __atomic_store_n(&stream.stop, true, __ATOMIC_RELAXED);
    pthread_join(threads[0], NULL);
    __atomic_store_n(&stream.sent_all, true, __ATOMIC_RELEASE);
    pthread_join(threads[1], NULL);
    promise(stream.received == stream.sent, "all that was sent is received");
    dh_consumer_close(stream.consumer);
    dh_producer_close(stream.producer);
    end_broker(broker);
    *messages = stream.received;
    figures = figures_of(ns, n);
    *ran = figures_of(ran_ns_each, n);
    free(ran_ns_each);
    free(ns);
    return figures;
}
