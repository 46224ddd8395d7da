/* SPDX-License-Identifier: Apache-2.0
 *
 * Packets arrive whole, with the descriptors that belong to them, or not at all; and every wait
 * ends.
 */
#include "os/socket.h"

#include <dh/time.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int ends[2];

static void open_pair(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends),
                     0);
}

static void close_pair(void)
{
    close(ends[0]);
    close(ends[1]);
}

static struct dhi_address address_of(const char *what)
{
    struct dhi_address address;
    char name[64];

    snprintf(name, sizeof name, "dh-test/%d/%s", getpid(), what);
    ck_assert(dhi_address_abstract(&address, name));
    return address;
}

START_TEST(a_packet_brings_its_bytes_and_descriptors)
{
    struct dhi_cargo out = { .fds = { 0, 1, 2 }, .n = 3 }, in;
    char packet[8] = "";

    ck_assert(dhi_socket_send(ends[0], "hello", 5, &out));
    ck_assert_int_eq(dhi_socket_receive(ends[1], packet, sizeof packet, &in), 5);
    ck_assert_str_eq(packet, "hello");
    ck_assert_uint_eq(in.n, 3);
    for (size_t i = 0; i < in.n; i++)
        ck_assert_int_eq(fcntl(in.fds[i], F_GETFD), FD_CLOEXEC);
    dhi_cargo_close(&in);
    ck_assert_uint_eq(in.n, 0);
}
END_TEST

START_TEST(a_packet_that_is_too_long_tells_its_size_and_spills_nothing)
{
    char room[] = "....X";
    struct dhi_cargo in;

    ck_assert(dhi_socket_send(ends[0], "much too long", 13, NULL));
    ck_assert_int_eq(dhi_socket_receive(ends[1], room, 4, &in), 13);
    ck_assert_str_eq(room, "muchX");
}
END_TEST

START_TEST(nothing_there_is_eagain_and_a_hang_up_is_zero)
{
    struct dhi_cargo in;
    char byte;

    ck_assert_int_eq(dhi_socket_receive(ends[1], &byte, 1, &in), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(shutdown(ends[0], SHUT_RDWR), 0);
    ck_assert_int_eq(dhi_socket_receive(ends[1], &byte, 1, &in), 0);
    ck_assert(!dhi_socket_send(ends[1], "x", 1, NULL)); /* and no SIGPIPE */
    ck_assert_int_eq(errno, EPIPE);
}
END_TEST

START_TEST(descriptors_that_find_no_room_are_refused_and_leak_nothing)
{
    struct dhi_cargo out = { .fds = { 0, 0, 0, 0 }, .n = 4 }, in;
    struct rlimit before, tight;
    int next = fcntl(0, F_DUPFD_CLOEXEC, 0);
    char byte;

    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = (struct rlimit){ .rlim_cur = (rlim_t)next + 2, .rlim_max = before.rlim_max };
    ck_assert(dhi_socket_send(ends[0], "x", 1, &out));
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
    ck_assert_int_eq(dhi_socket_receive(ends[1], &byte, 1, &in), -1);
    ck_assert_int_eq(errno, EPROTO);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_uint_eq(in.n, 0);
    int after = fcntl(0, F_DUPFD_CLOEXEC, 0);
    ck_assert_int_eq(after, next);
    close(after);
}
END_TEST

START_TEST(waiting_ends_with_the_deadline)
{
    int64_t begin = dh_now();

    ck_assert(!dhi_socket_wait(ends[0], POLLIN, dh_in(30 * DH_MS)));
    ck_assert_int_eq(errno, ETIMEDOUT);
    ck_assert_int_ge(dh_now() - begin, 30 * DH_MS);
    ck_assert(!dhi_socket_wait(ends[0], POLLIN, DH_NOW));
    ck_assert(dhi_socket_wait(ends[0], POLLOUT, DH_FOREVER));
}
END_TEST

START_TEST(a_name_belongs_to_one_socket_and_is_gone_with_it)
{
    struct dhi_address address = address_of("name");
    int first = dhi_socket_bind(&address);

    ck_assert_int_ge(first, 0);
    ck_assert_int_eq(dhi_socket_bind(&address), -1);
    ck_assert_int_eq(errno, EADDRINUSE);
    close(first);
    ck_assert_int_eq(dhi_socket_connect(&address, dh_in(DH_S)), -1);
    ck_assert_int_eq(errno, ECONNREFUSED);
    first = dhi_socket_bind(&address);
    ck_assert_int_ge(first, 0);
    close(first);
}
END_TEST

START_TEST(a_full_backlog_ends_with_the_deadline_too)
{
    struct dhi_address address = address_of("full");
    int listener = dhi_socket_bind(&address), calls[3];
    int64_t begin;

    ck_assert_int_eq(listen(listener, 1), 0);
    calls[0] = dhi_socket_connect(&address, dh_in(DH_S));
    calls[1] = dhi_socket_connect(&address, dh_in(DH_S));
    begin = dh_now();
    calls[2] = dhi_socket_connect(&address, dh_in(50 * DH_MS));
    ck_assert_int_eq(calls[2], -1);
    ck_assert_int_eq(errno, ETIMEDOUT);
    ck_assert_int_lt(dh_now() - begin, DH_S);
    close(calls[0]);
    close(calls[1]);
    close(listener);
}
END_TEST

START_TEST(the_kernel_says_who_is_at_the_other_end)
{
    struct dhi_peer peer;

    ck_assert(dhi_socket_peer(ends[0], &peer));
    ck_assert_uint_eq(peer.pid, (uint32_t)getpid());
    ck_assert_uint_eq(peer.uid, geteuid());
}
END_TEST

START_TEST(a_path_that_does_not_fit_is_refused_and_never_cut)
{
    struct dhi_address address;
    char path[128];

    memset(path, 'a', sizeof path);
    path[108] = 0;
    ck_assert(!dhi_address_file(&address, path));
    ck_assert_int_eq(errno, ENAMETOOLONG);
    path[107] = 0;
    ck_assert(dhi_address_file(&address, path));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire/socket");
    TCase *all = tcase_create("socket");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(all, 60); /* of a busy machine */
    tcase_add_checked_fixture(all, open_pair, close_pair);
    tcase_add_test(all, a_packet_brings_its_bytes_and_descriptors);
    tcase_add_test(all, a_packet_that_is_too_long_tells_its_size_and_spills_nothing);
    tcase_add_test(all, nothing_there_is_eagain_and_a_hang_up_is_zero);
    tcase_add_test(all, descriptors_that_find_no_room_are_refused_and_leak_nothing);
    tcase_add_test(all, waiting_ends_with_the_deadline);
    tcase_add_test(all, a_name_belongs_to_one_socket_and_is_gone_with_it);
    tcase_add_test(all, a_full_backlog_ends_with_the_deadline_too);
    tcase_add_test(all, the_kernel_says_who_is_at_the_other_end);
    tcase_add_test(all, a_path_that_does_not_fit_is_refused_and_never_cut);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
