/* SPDX-License-Identifier: Apache-2.0
 *
 * What was open when a process forks is the parent's: the child may close it, which changes nothing
 * for anybody, and opens its own. A C++ program that returns from main in a child does just that.
 */
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 16384 }; /* so large that helpers make the sums */

struct kind {
    const char *name;
    struct dh_producer_options producer;
    struct dh_consumer_options consumer;
};

static const struct kind kinds[] = {
    { "plain", { .spin_ns = -1 }, { .spin_ns = -1 } },
    { "loop", { .spin_ns = -1 }, { .spin_ns = -1, .event_fd = true } },
    { "sums", { .sum_threads = 2 }, { .sum_threads = 2 } },
    { "keyed",
      { .secret = "0123456789abcdef0123456789abcdef" },
      { .secret = "0123456789abcdef0123456789abcdef" } },
    { "strict", { .strict = true }, { .spin_ns = -1 } },
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

struct sides {
    dh_producer *producer;
    dh_consumer *consumer;
    dh_observer *observer;
};

static const struct dh_schema *schema(void)
{
    struct dh_policy policy = {
        .n_slots = 4, .n_consumers = 2, .full = DH_FULL_WAIT, .checksum = DH_CHECKSUM_ENFORCED
    };

    return schema_from_text(0,
                            "dhs 1\nfamily test/forked 1\norder little\nroot slot align 64\n"
                            "minor 0 size 131072\n0 u64[16384] words\nmeaning\n",
                            policy);
}

/* Who fails here is a child that the test has an eye on. */
static void check(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "%d: %s\n", (int)getpid(), what);
    _exit(1);
}

static void open_sides(struct sides *sides, const struct kind *kind, const char *channel)
{
    const char *secret = kind->producer.secret;
    struct dh_why why = { .text = "" };

    check(dh_producer_open(&sides->producer, schema(), channel, &kind->producer, &why) == DH_OK,
          why.text);
    check(dh_consumer_open(&sides->consumer, schema(), channel, &kind->consumer, &why) == DH_OK,
          why.text);
    check(dh_observer_open(&sides->observer, channel, false, NULL, secret, &why) == DH_OK,
          why.text);
}

static void close_sides(const struct sides *sides)
{
    dh_observer_close(sides->observer);
    dh_consumer_close(sides->consumer);
    dh_producer_close(sides->producer);
}

static void send_one(const struct sides *sides, uint64_t n)
{
    void *payload;

    check(dh_producer_loan(sides->producer, dh_in(20 * DH_S), &payload) == DH_OK, "loan");
    for (uint64_t i = 0; i < WORDS; i++)
        ((uint64_t *)payload)[i] = n + i;
    check(dh_producer_commit(sides->producer) == DH_OK, "commit");
}

static void take_one(const struct sides *sides, uint64_t n)
{
    const void *payload;

    check(dh_consumer_acquire(sides->consumer, dh_in(20 * DH_S), &payload) == DH_OK, "acquire");
    for (uint64_t i = 0; i < WORDS; i++)
        check(((const uint64_t *)payload)[i] == n + i, "another message");
    check(dh_consumer_release(sides->consumer) == DH_OK, "release");
}

/* Its own lie where the parent's were: they are not taken away by who closes those. */
static void be_child(const struct kind *kind, const struct sides *parents, const char *channel,
                     unsigned n_fds)
{
    struct sides own;

    open_sides(&own, kind, channel);
    send_one(&own, 7);
    close_sides(parents);
    send_one(&own, 8);
    take_one(&own, 7);
    take_one(&own, 8);
    close_sides(&own);
    check(open_fds() == n_fds, "descriptors are left");
}

static void ends_well(pid_t child)
{
    int status;

    check(waitpid(child, &status, 0) == child && status == 0, "a child that did not end well");
}

/* With a message on its way and one in hand, as anybody may fork. */
static void be_parent(const struct kind *kind)
{
    char channel[48], childs[48];
    unsigned n_fds = open_fds();
    struct sides sides;
    pid_t child;

    snprintf(channel, sizeof channel, "test.forked.%d", (int)getpid());
    snprintf(childs, sizeof childs, "test.forked.%d.child", (int)getpid());
    open_sides(&sides, kind, channel);
    send_one(&sides, 1);
    for (uint64_t n = 1; n < 4; n++) {
        child = fork();
        if (child == 0) {
            be_child(kind, &sides, childs, n_fds);
            _exit(0);
        }
        send_one(&sides, n + 1); /* while the child closes all of it */
        take_one(&sides, n);
        ends_well(child);
    }
    take_one(&sides, 4);
    close_sides(&sides);
    check(open_fds() == n_fds, "descriptors are left");
}

START_TEST(a_child_may_close_what_is_its_parents)
{
    pid_t parent = fork();
    int status;

    if (parent == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(60); /* who hangs is found, too */
        be_parent(&kinds[_i]);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(parent, &status, 0), parent);
    ck_assert_msg(status == 0, "%s: status %x", kinds[_i].name, (unsigned)status);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forked");
    TCase *tcase = tcase_create("forked");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_child_may_close_what_is_its_parents, 0, N_KINDS);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
