/* SPDX-License-Identifier: Apache-2.0
 *
 * Attach messages at random: whole, changed, cut, too long, out of order, with descriptors that are
 * something else or another's, to who answers (a producer, a broker) and to who asked. Nobody
 * crashes, nobody is held up, nothing stays open. The cases that somebody thought of are in
 * tests/process/broker/hostile.c.
 */
#include "../process/broker/world.h"
#include "scribble.h"

#include "client/call.h"
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRONG_MOSTLY = 4 };

static uint64_t state; /* of the random numbers; DH_SEED sets it */

static uint64_t number(uint64_t below)
{
    return any(&state, below);
}

static void seed(unsigned more)
{
    const char *wanted = getenv("DH_SEED");

    state = (wanted != NULL ? strtoull(wanted, NULL, 10) : 1) * 1000003 + more;
}

static int rounds(void)
{
    const char *wanted = getenv("DH_ROUNDS");

    return wanted != NULL ? atoi(wanted) : 150;
}

/* ---- descriptors of every kind ---- */

static struct dhi_block *blocks[2]; /* of nobody that is asked */
static struct dhi_fds parts[2];     /* theirs, of which a forked child keeps the lease, too */

static int one_descriptor(void)
{
    const struct dhi_fds *fds = &parts[number(2)];
    int ends[2];

    switch (number(13)) {
    case 0: return fcntl(fds->data, F_DUPFD_CLOEXEC, 0);
    case 1: return fcntl(fds->claims, F_DUPFD_CLOEXEC, 0);
    case 2: return fcntl(fds->lease, F_DUPFD_CLOEXEC, 0);
    case 3: return dhi_memfd_reopen_read_only(fds->data);
    case 4: return dhi_memfd_create("unsealed", DHI_PAGE);
    case 5: return open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    case 6: return open("/dev/zero", O_RDWR | O_CLOEXEC);
    case 7: return open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    case 8: return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    case 9: return eventfd(0, EFD_CLOEXEC);
    case 10: return epoll_create1(EPOLL_CLOEXEC);
    case 11: return open("/tmp", O_PATH | O_CLOEXEC);
    default: /* a pipe whose other end nobody has */
        if (pipe2(ends, O_CLOEXEC) != 0) return -1;
        close(ends[1]);
        return ends[0];
    }
}

static void load_anything(struct dhi_cargo *cargo)
{
    cargo->n = 0;
    for (uint64_t n = number(DHI_SOCKET_FDS + 1); n > 0; n--) {
        int fd = one_descriptor();

        if (fd >= 0) cargo->fds[cargo->n++] = fd;
    }
}

static void open_blocks(void)
{
    for (unsigned i = 0; i < 2; i++) {
        const char *text = i == 0 ? text_pair : text_zones;

        blocks[i] = block_make(schema_from_text(1 + i, text, policy_wait(8, 4)), NULL);
        parts[i] = fds_of(blocks[i]);
    }
}

static void close_blocks(void)
{
    for (unsigned i = 0; i < 2; i++) {
        dhi_fds_close(&parts[i]);
        dhi_block_free(blocks[i]);
    }
}

/* ---- packets ---- */

/* What it says is changed in some places, and its size perhaps. */
static size_t garble(unsigned char *packet, size_t bytes, size_t room)
{
    if (number(3) == 0) return bytes;
    for (uint64_t n = number(6); n > 0; n--)
        packet[number(number(2) == 0 ? 24 : bytes)] = (unsigned char)number(256);
    switch (number(6)) {
    case 0: return (size_t)number(bytes);
    case 1: return bytes + (size_t)number(room - bytes);
    default: return bytes;
    }
}

static void some_request(struct dhi_wire_request *request, const char *channel)
{
    dhi_request_start(request, (enum dhi_wire_kind)number(5), (uint32_t)number(4));
    request->role = (uint8_t)number(6);
    request->lookup = (uint8_t)number(4);
    request->parts = number(2) == 0 ? 0 : (uint8_t)number(16);
    snprintf(request->channel, sizeof request->channel, "%s", number(8) == 0 ? "*" : channel);
    memcpy(request->instance, blocks[0]->head.producer.instance, sizeof request->instance);
    memcpy(request->schema_hash, blocks[0]->head.schema_hash, sizeof request->schema_hash);
}

static void say_something(int fd, const char *channel)
{
    static unsigned char packet[16384];
    struct dhi_wire_request request;
    struct dhi_cargo cargo;
    size_t bytes;

    some_request(&request, channel);
    memcpy(packet, &request, sizeof request);
    bytes = garble(packet, sizeof request, sizeof packet);
    load_anything(&cargo);
    (void)dhi_socket_send(fd, packet, bytes, &cargo); /* who was shown out cannot speak */
    dhi_cargo_close(&cargo);
}

static void listen_or_not(int fd)
{
    static unsigned char packet[sizeof(struct dhi_wire_reply)];
    struct dhi_cargo cargo = { .n = 0 };

    if (number(2) == 0 || !dhi_socket_wait(fd, POLLIN, dh_in(20 * DH_MS))) return;
    if (dhi_socket_receive(fd, packet, sizeof packet, &cargo) >= 0) dhi_cargo_close(&cargo);
}

/* ---- to who answers: a producer directly (0), a broker (1) ---- */

START_TEST(conversations_at_random_hurt_nobody)
{
    pid_t broker = _i == 1 ? broker_start(0, NULL, NULL) : 0;
    const char *channel = world_channel("victim");
    struct maker maker;
    pid_t answerer;
    int before;

    seed((unsigned)_i);
    open_blocks();
    maker = maker_start(channel, 0, NULL);
    answerer = broker != 0 ? broker : maker.pid;
    before = open_descriptors(answerer);
    for (int round = 0; round < rounds(); round++) {
        struct dh_why why;
        int fd = broker != 0 ? raw_call(world_socket()) : raw_call_direct(0, channel);

        for (uint64_t n = 1 + number(4); n > 0; n--) {
            say_something(fd, channel);
            listen_or_not(fd);
        }
        close(fd);
        if (round % 16 == 15) ck_assert_int_eq(look_up(channel, NULL, &why), DH_OK);
    }
    ck_assert_msg(BECOMES(8000, open_descriptors(answerer) <= before),
                  "%d descriptors are open, %d were before", open_descriptors(answerer), before);
    maker_close(&maker);
    if (broker != 0) process_kill(broker, SIGTERM);
    close_blocks();
}
END_TEST

/* ---- to who asks ---- */

static void some_reply(struct dhi_wire_reply *reply, const struct dhi_wire_request *request,
                       struct dhi_cargo *cargo)
{
    static const uint8_t flags[] = { DHI_WIRE_PARTS_DATA, DHI_WIRE_PARTS_CLAIMS,
                                     DHI_WIRE_PARTS_ZONES, DHI_WIRE_PARTS_LEASE };

    dhi_reply_start(reply, request);
    load_anything(cargo);
    reply->parts = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;
    if (number(3) == 0) reply->status = (uint8_t)number(13);
    if (number(4) == 0) reply->parts = flags[number(4)] | flags[number(4)];
    if (number(3) != 0) { /* nearly right: one of them is not what it should be */
        const struct dhi_fds *fds = &parts[0];
        int right[] = { fds->data, fds->claims, fds->lease };

        dhi_cargo_close(cargo);
        for (size_t i = 0; i < 3; i++)
            cargo->fds[cargo->n++] = fcntl(right[i], F_DUPFD_CLOEXEC, 0);
        if (number(WRONG_MOSTLY) != 0) {
            uint64_t i = number(3);

            close(cargo->fds[i]);
            while ((cargo->fds[i] = one_descriptor()) < 0) {
            }
        }
    }
}

static void answer_once(int fd)
{
    static unsigned char packet[2 * sizeof(struct dhi_wire_reply)];
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;

    while (dhi_socket_wait(fd, POLLIN, dh_in(5 * DH_S)) &&
           dhi_socket_receive(fd, &request, sizeof request, &cargo) == sizeof request) {
        size_t bytes;

        dhi_cargo_close(&cargo);
        some_reply(&reply, &request, &cargo);
        memcpy(packet, &reply, sizeof reply);
        bytes = garble(packet, sizeof reply, sizeof packet);
        if (number(20) != 0) (void)dhi_socket_send(fd, packet, bytes, &cargo);
        dhi_cargo_close(&cargo);
        if (number(4) == 0) break;
    }
    close(fd);
}

/* In the place of a producer. */
static pid_t fork_liar(const char *channel)
{
    struct dhi_address address;
    int listener;
    pid_t child;

    dhi_direct_address(&address, geteuid(), channel);
    listener = dhi_socket_bind(&address);
    ck_assert_int_ge(listener, 0);
    ck_assert_int_eq(listen(listener, 16), 0);
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (dhi_socket_wait(listener, POLLIN, DH_FOREVER)) {
            int fd = dhi_socket_accept(listener);

            if (fd >= 0) answer_once(fd);
        }
        _exit(0);
    }
    close(listener);
    return child;
}

static int own_descriptors(void)
{
    return open_descriptors(getpid());
}

START_TEST(answers_at_random_fool_nobody_into_a_crash)
{
    const char *channel = world_channel("liar");
    int n_open = 0, before;
    pid_t liar;

    seed(7);
    open_blocks();
    liar = fork_liar(channel);
    before = own_descriptors();
    for (int round = 0; round < rounds(); round++) {
        dh_consumer *consumer = NULL;
        struct dh_why why = { .text = "" };
        int64_t start = dh_now();
        dh_err err = dh_consumer_open(&consumer, schema_from_text(1, text_pair, policy_wait(8, 4)),
                                      channel, NULL, &why);

        ck_assert_int_lt(dh_now() - start, 10 * DH_S);
        ck_assert(err == DH_OK || why.text[0] != '\0');
        if (err == DH_OK) {
            const void *payload;

            n_open++;
            err = dh_consumer_acquire(consumer, DH_NOW, &payload);
            ck_assert_msg(err == DH_EEMPTY || err == DH_EDEAD, "%s", dh_error_text(err));
        }
        dh_consumer_close(consumer);
    }
    ck_assert_int_eq(own_descriptors(), before);
    ck_assert_int_gt(n_open, 0); /* some were right: the others were refused for what was wrong */
    ck_assert_int_lt(n_open, rounds() / 2);
    process_kill(liar, SIGKILL);
    close_blocks();
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("attach");
    TCase *tests = tcase_create("attach");

    tcase_add_checked_fixture(tests, world_open, world_close);
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, conversations_at_random_hurt_nobody, 0, 2);
    tcase_add_test(tests, answers_at_random_fool_nobody_into_a_crash);
    suite_add_tcase(all, tests);
    return all;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
