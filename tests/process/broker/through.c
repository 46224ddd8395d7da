/* SPDX-License-Identifier: Apache-2.0
 *
 * Users whom the broker puts through to another user's producer: to be woken in an event loop, and
 * for a place in a strict block. Needs root, to be other users.
 */
#include "world.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OWNER = STRANGER, OTHER = OTHER_STRANGER, N = 1000 };

static const char SECRET[] = "0123456789abcdef0123456789abcdef";

struct kind {
    const char *name;
    bool strict, secret, loop;
};

static const struct kind kinds[] = {
    { "plain", .loop = true },
    { "plain, with a secret", .loop = true, .secret = true },
    { "strict", .strict = true },
    { "strict, in a loop", .strict = true, .loop = true },
    { "strict, with a secret", .strict = true, .secret = true },
    { "strict, in a loop, with a secret", .strict = true, .loop = true, .secret = true },
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

/* What processes tell each other outside the hub. */
struct board {
    uint64_t offers, attached, received, stop;
    pid_t producer, reader;
    unsigned char instance[16];
};

struct play {
    const struct kind *kind;
    const char *channel;
    struct board *board;
    enum dh_takeover takeover;
    uint64_t first;       /* number that is sent */
    int64_t successor_ns; /* of the reader */
};

static struct board *board;

static void set_stage(void)
{
    world_open_with_policy();
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
}

static void clear_stage(void)
{
    munmap(board, sizeof *board);
    world_close_with_policy();
}

static uint64_t seen(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void say(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* ---- who plays ---------------------------------------------------------------------------- */

static dh_err open_producer(dh_producer **producer, const struct play *play)
{
    const struct dh_producer_options options = { .strict = play->kind->strict,
                                                 .secret = play->kind->secret ? SECRET : NULL,
                                                 .takeover = play->takeover };
    struct dh_why why = { .text = "" };
    dh_err err = dh_producer_open(producer, world_schema(), play->channel, &options, &why);

    if (err) fprintf(stderr, "%s: producer: %s\n", play->kind->name, why.text);
    return err;
}

static dh_err open_consumer(dh_consumer **consumer, const struct play *play, struct dh_why *why)
{
    const struct dh_consumer_options options = { .event_fd = play->kind->loop,
                                                 .secret = play->kind->secret ? SECRET : NULL,
                                                 .successor_ns = play->successor_ns };

    return dh_consumer_open(consumer, world_schema(), play->channel, &options, why);
}

/* N messages, with pauses so that the reader sleeps now and then; and lives on. */
static int produce(const void *argument)
{
    const struct play *play = argument;
    uint64_t pair[2] = { 0 };
    dh_producer *producer;

    if (open_producer(&producer, play) != DH_OK) return 1;
    play->board->producer = getpid();
    say(&play->board->offers, 1);
    if (!BECOMES(20000, seen(&play->board->attached))) return 2;
    for (uint64_t i = 0; i < N; i++) {
        pair[0] = play->first + i;
        if (dh_producer_send(producer, dh_in(20 * DH_S), pair, sizeof pair) != DH_OK) return 3;
        if (i % 100 == 0) nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL);
    }
    if (!BECOMES(60000, seen(&play->board->stop))) return 4;
    dh_producer_close(producer);
    return 0;
}

static dh_err await(dh_consumer *consumer, const struct kind *kind, uint64_t *number)
{
    struct pollfd polled = { .fd = dh_consumer_fd(consumer), .events = POLLIN };
    uint64_t pair[2];
    dh_err err;

    if (!kind->loop) {
        err = dh_consumer_receive(consumer, dh_in(20 * DH_S), pair, sizeof pair);
    } else {
        while ((err = dh_consumer_receive(consumer, DH_NOW, pair, sizeof pair)) == DH_EEMPTY)
            if (poll(&polled, 1, 20000) != 1) return DH_ESILENT;
    }
    *number = pair[0];
    return err;
}

/* As many as come, in order and none left out; then the news that it is over. */
static int consume(const void *argument)
{
    const struct play *play = argument;
    struct dh_why why = { .text = "" };
    dh_consumer *consumer;
    uint64_t number;
    dh_err err = open_consumer(&consumer, play, &why);

    if (err != DH_OK) {
        fprintf(stderr, "%s: consumer: %s\n", play->kind->name, why.text);
        return 1;
    }
    play->board->reader = getpid();
    say(&play->board->attached, 1);
    while ((err = await(consumer, play->kind, &number)) == DH_OK) {
        if (number != play->board->received) return 2;
        say(&play->board->received, number + 1);
    }
    if (err != DH_EDEAD && err != DH_ECLOSED) return 3;
    if (dh_consumer_lost(consumer) != 0) return 4;
    dh_consumer_close(consumer);
    return 0;
}

/* ---- attaching ---------------------------------------------------------------------------- */

static pid_t start_as(uid_t uid, int (*act)(const void *), const void *argument)
{
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(as_user(uid, act, argument));
    }
    return child;
}

struct scene {
    pid_t broker, producer;
};

/* A broker with that policy, and the owner's producer, which offers the channel. */
static struct scene begin(const struct play *play, const char *policy)
{
    struct scene scene;

    world_write_policy(policy, play->channel, "");
    scene.broker = broker_start(0, "--config", world_policy());
    scene.producer = start_as(OWNER, produce, play);
    ck_assert(BECOMES(20000, seen(&board->offers)));
    return scene;
}

/* The producer sends what it has to, and closes. */
static void end(const struct scene *scene)
{
    say(&board->attached, 1);
    say(&board->stop, 1);
    ck_assert_int_eq(process_wait(scene->producer), 0);
    process_kill(scene->broker, SIGTERM);
}

/* While the broker is not there any more: it has put through, and that is all. */
START_TEST(who_is_granted_it_reads_is_woken_and_told_of_the_death)
{
    const struct play play = { .kind = &kinds[_i],
                               .channel = world_channel("through"),
                               .board = board };
    struct scene scene;
    pid_t reader;

    scene = begin(&play, "consumers = 65533\n");
    reader = start_as(OTHER, consume, &play);
    ck_assert_msg(BECOMES(20000, seen(&board->attached)), "%s", play.kind->name);
    process_kill(scene.broker, SIGTERM);
    ck_assert(BECOMES(30000, seen(&board->received) == N));
    kill(board->producer, SIGKILL);
    ck_assert_int_eq(process_wait(scene.producer), 256 - SIGKILL);
    ck_assert_int_eq(process_wait(reader), 0);
}
END_TEST

START_TEST(it_follows_a_successor_and_loses_nothing)
{
    const struct play play = { .kind = &kinds[_i],
                               .channel = world_channel("moves"),
                               .board = board,
                               .successor_ns = 20 * DH_S };
    struct play heirs = play;
    struct scene scene;
    pid_t heir, reader;

    heirs.takeover = DH_TAKEOVER_HANDOVER;
    heirs.first = N;
    scene = begin(&play, "consumers = 65533\n");
    reader = start_as(OTHER, consume, &play);
    ck_assert(BECOMES(30000, seen(&board->received) == N));
    heir = start_as(OWNER, produce, &heirs);
    ck_assert_msg(BECOMES(30000, seen(&board->received) == 2 * N), "%s: %d came", play.kind->name,
                  (int)seen(&board->received));
    kill(board->reader, SIGKILL); /* it would wait for one more */
    ck_assert_int_eq(process_wait(reader), 256 - SIGKILL);
    end(&scene);
    ck_assert_int_eq(process_wait(heir), 0);
}
END_TEST

/* ---- and no more than that ----------------------------------------------------------------- */

static int try_to_consume(const void *argument)
{
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err = open_consumer(&consumer, argument, &why);

    dh_consumer_close(err == DH_OK ? consumer : NULL);
    return -(int)err;
}

static int try_to_observe(const void *argument)
{
    const struct play *play = argument;
    dh_observer *observer;
    dh_err err = dh_observer_open(&observer, play->channel, false, NULL, NULL, NULL);

    dh_observer_close(err == DH_OK ? observer : NULL);
    return -(int)err;
}

static int ask(int fd, enum dhi_wire_kind kind, enum dhi_wire_lookup lookup,
               enum dhi_wire_role role, const struct play *play, struct dhi_wire_reply *reply)
{
    struct dhi_wire_request request;

    dhi_request_start(&request, kind, 1);
    request.lookup = (uint8_t)lookup;
    request.role = (uint8_t)role;
    strcpy(request.channel, play->channel);
    memcpy(request.instance, play->board->instance, sizeof request.instance);
    return raw_ask(fd, &request, NULL, reply);
}

START_TEST(who_may_look_on_may_not_read)
{
    const struct kind kind = { .name = "looked at", .strict = _i == 1 };
    const struct play play = { .kind = &kind, .channel = world_channel("looked"), .board = board };
    struct scene scene;

    scene = begin(&play, "observers = 65533\n");
    ck_assert_int_eq(as_user(OTHER, try_to_consume, &play), -DH_EREFUSED);
    ck_assert_int_eq(as_user(OTHER, try_to_observe, &play), 0);
    ck_assert_int_eq(as_user(OWNER, try_to_consume, &play), 0);
    end(&scene);
}
END_TEST

/* On a line to the producer that was granted for one role: what else one may ask there. */
static int ask_for_more(const void *argument)
{
    static const struct {
        enum dhi_wire_role granted;
        enum dhi_wire_kind kind;
        enum dhi_wire_lookup lookup;
        enum dhi_wire_role role;
    } more[] = {
        { DHI_WIRE_ROLE_OBSERVER, DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_CHANNEL,
          DHI_WIRE_ROLE_CONSUMER },
        { DHI_WIRE_ROLE_OBSERVER, DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_PRODUCER,
          DHI_WIRE_ROLE_CONSUMER },
        { DHI_WIRE_ROLE_OBSERVER, DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_CHANNEL,
          DHI_WIRE_ROLE_REAPER },
        { DHI_WIRE_ROLE_CONSUMER, DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_CHANNEL,
          DHI_WIRE_ROLE_ADMIN },
        { DHI_WIRE_ROLE_OBSERVER, DHI_WIRE_KIND_REGISTER, DHI_WIRE_LOOKUP_CHANNEL,
          DHI_WIRE_ROLE_CONSUMER },
        { DHI_WIRE_ROLE_REAPER, DHI_WIRE_KIND_REGISTER, DHI_WIRE_LOOKUP_CHANNEL,
          DHI_WIRE_ROLE_SUCCESSOR },
    };
    struct dhi_wire_reply reply;
    const struct play *play = argument;

    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        int fd = raw_call(world_socket()), status;

        if (ask(fd, DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_PRODUCER, more[i].granted, play,
                &reply) != DHI_WIRE_STATUS_OK)
            return 100 + (int)i;
        status = ask(fd, more[i].kind, more[i].lookup, more[i].role, play, &reply);
        if (status == DHI_WIRE_STATUS_OK) return 1 + (int)i;
        close(fd);
    }
    return 0;
}

static void find_instance(const struct play *play)
{
    struct dh_block_facts facts;
    dh_observer *observer;

    ck_assert_int_eq(dh_observer_open(&observer, play->channel, false, NULL, NULL, NULL), DH_OK);
    dh_observer_block(observer, &facts);
    memcpy(board->instance, facts.producer.instance, sizeof board->instance);
    dh_observer_close(observer);
}

START_TEST(a_line_is_for_the_role_that_it_was_granted_for)
{
    const struct kind kind = { .name = "asked", .strict = _i == 1 };
    const struct play play = { .kind = &kind, .channel = world_channel("asked"), .board = board };
    struct scene scene;

    scene = begin(&play, "admins = 65533\n");
    find_instance(&play);
    ck_assert_int_eq(as_user(OTHER, ask_for_more, &play), 0);
    end(&scene);
}
END_TEST

/* Whoever may see nothing is told as if nothing were there, on this way, too. */
static int ask_for_nothing(const void *argument)
{
    const struct play *play = argument;
    struct dhi_wire_reply reply;

    return ask(raw_call(world_socket()), DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_PRODUCER,
               DHI_WIRE_ROLE_OBSERVER, play, &reply);
}

/* Lines that are held open, more than a producer keeps for guests. */
static int flood(const void *argument)
{
    const struct play *play = argument;
    struct dhi_wire_reply reply;
    int answered = 0;

    for (int i = 0; i < 200; i++)
        answered += ask(raw_call(world_socket()), DHI_WIRE_KIND_DISCOVER, DHI_WIRE_LOOKUP_PRODUCER,
                        DHI_WIRE_ROLE_OBSERVER, play, &reply) == DHI_WIRE_STATUS_OK;
    if (answered < 100) return 1;
    say(&play->board->received, 1);
    return BECOMES(20000, seen(&play->board->stop)) ? 0 : 2;
}

START_TEST(who_calls_without_end_keeps_nobody_out)
{
    const struct kind kind = { .name = "flooded" };
    const struct play play = { .kind = &kind, .channel = world_channel("flooded"), .board = board };
    struct scene scene;
    pid_t caller;

    scene = begin(&play, "observers = 65533\n");
    caller = start_as(OTHER, flood, &play);
    ck_assert(BECOMES(20000, seen(&board->received)));
    ck_assert_int_le(open_descriptors(board->producer), 90);
    ck_assert_int_eq(as_user(OWNER, try_to_consume, &play), 0);
    world_write_policy("", play.channel, "");
    kill(scene.broker, SIGHUP);
    ck_assert(BECOMES(20000, as_user(OTHER, ask_for_nothing, &play) == DHI_WIRE_STATUS_NOT_FOUND));
    end(&scene);
    ck_assert_int_eq(process_wait(caller), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("through");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;

    if (geteuid() != 0) {
        fputs("SKIPPED: only root can be other users: nobody is put through\n", stderr);
        return 77;
    }
    tcase_add_checked_fixture(all, set_stage, clear_stage);
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, who_is_granted_it_reads_is_woken_and_told_of_the_death, 0, N_KINDS);
    tcase_add_loop_test(all, it_follows_a_successor_and_loses_nothing, 0, N_KINDS);
    tcase_add_loop_test(all, who_may_look_on_may_not_read, 0, 2);
    tcase_add_loop_test(all, a_line_is_for_the_role_that_it_was_granted_for, 0, 2);
    tcase_add_test(all, who_calls_without_end_keeps_nobody_out);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
