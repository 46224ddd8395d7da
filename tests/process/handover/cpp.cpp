/* SPDX-License-Identifier: Apache-2.0 */
/* Both sides of a handover and of a takeover are programs in C++: nothing is lost or read twice,
 * and who is put out, or reads what ends, is told by an exception that says what happened. */
#include "relay.dh.hpp"

#include <atomic>
#include <check.h>
#include <csignal>
#include <new>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern "C" { /* of process/broker/world.h, which is C */
void world_open(void);
void world_close(void);
const char *world_channel(const char *name);
pid_t broker_start(uid_t uid, const char *option, const char *value);
void process_kill(pid_t pid, int signal);
int process_wait(pid_t pid);
}

using namespace std::chrono_literals;
using test::relay::Consumer;
using test::relay::Item;
using test::relay::Producer;

/* What the processes tell each other outside the hub. */
struct Board {
    std::atomic<std::uint64_t> opened, go;
    std::atomic<std::uint64_t> committed; /* of the first producer, those that returned */
    std::atomic<std::uint64_t> first;     /* number of the second producer's first */
};
static Board *board;
static std::string channel;
static pid_t broker;

static void begin()
{
    void *page;

    world_open();
    page = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(page, MAP_FAILED);
    board = ::new (page) Board{};
    channel = world_channel("relay");
    broker = broker_start(0, nullptr, nullptr);
}

static void end()
{
    process_kill(broker, SIGTERM);
    munmap(board, sizeof *board);
    world_close();
}

/* ---- producers ---- */

static void send(Producer &producer, std::uint64_t number)
{
    producer.transact(
        [number](Item &item) {
            item.number = number;
            item.check = ~number;
        },
        10s);
}

/* Until another one has the channel; what it was told is its exit status. */
static int be_first()
{
    Producer producer = Producer::open(channel.c_str());

    board->opened++;
    while (!board->go)
        std::this_thread::sleep_for(1ms);
    try {
        for (std::uint64_t number = 0;; number++) {
            send(producer, number);
            board->committed = number + 1;
        }
    } catch (const dh::Error &e) {
        if (std::string(e.what()).find(dh_error_text(e.err())) == std::string::npos) return 1;
        return -e.err();
    }
}

/* So many more, and the end. */
static int be_second(dh_takeover takeover, std::uint64_t n)
{
    dh::ProducerOptions options = {};

    options.takeover = takeover;
    options.takeover_ns = 10 * DH_S;
    Producer producer = Producer::open(channel.c_str(), options);
    const std::uint64_t first = producer.metrics().committed;
    board->first = first;
    for (std::uint64_t number = first; number < first + n; number++)
        send(producer, number);
    return 0;
}

template <class Act> static pid_t start(Act act)
{
    const pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        _exit(act());
    } catch (const dh::Error &e) {
        fprintf(stderr, "%s\n", e.what());
        _exit(-e.err());
    }
}

static void await(const std::atomic<std::uint64_t> &word)
{
    for (int i = 0; i < 10000 && !word; i++)
        std::this_thread::sleep_for(1ms);
    ck_assert_uint_ne(word, 0);
}

static pid_t start_first()
{
    const pid_t child = start(be_first);

    await(board->opened);
    return child;
}

/* ---- readers ---- */

static Consumer join(std::int64_t successor_ns)
{
    dh::ConsumerOptions options = {};

    options.successor_ns = successor_ns;
    return Consumer::open(channel.c_str(), options);
}

/* The next `n`, each whole and in its turn. */
static void read(Consumer &consumer, std::uint64_t &next, std::uint64_t n)
{
    for (; n > 0; n--) {
        auto message = consumer.acquire(10s);

        ck_assert_uint_eq(message->number, next);
        ck_assert_uint_eq(message->check, ~next);
        next++;
    }
}

/* All of it, by a walk; how that ended. */
static dh_err walk_on(Consumer &consumer, std::uint64_t &next)
{
    auto walk = consumer.messages(10s);

    for (const Item &item : walk) {
        ck_assert_uint_eq(item.number, next);
        ck_assert_uint_eq(item.check, ~next);
        next++;
    }
    return walk.error();
}

/* ---- tests ---- */

START_TEST(a_living_one_is_followed_and_told_by_an_exception)
{
    const pid_t old = start_first();
    Consumer consumer = join(0);
    std::uint64_t next = 0;

    board->go = 1;
    read(consumer, next, 500);
    const pid_t young = start([] { return be_second(DH_TAKEOVER_HANDOVER, 500); });
    ck_assert_int_eq(walk_on(consumer, next), DH_ECLOSED);
    ck_assert_int_eq(process_wait(old), -DH_ESUPERSEDED);
    ck_assert_int_eq(process_wait(young), 0);
    /* what threw was delivered to nobody, and all else to us */
    ck_assert_uint_eq(board->first, board->committed);
    ck_assert_uint_eq(next, board->first + 500);
    ck_assert_uint_eq(consumer.lost(), 0);
    ck_assert_uint_eq(consumer.metrics().moved, 1);
}
END_TEST

START_TEST(a_dead_one_is_followed_by_who_waits_and_the_other_is_told_by_an_exception)
{
    const pid_t old = start_first();
    Consumer patient = join(10 * DH_S), hasty = join(0);
    std::uint64_t next = 0, read_by_hasty = 0;
    dh_err told = DH_OK;

    board->go = 1;
    for (int i = 0; i < 300; i++) {
        read(patient, next, 1);
        read(hasty, read_by_hasty, 1);
    }
    process_kill(old, SIGKILL);
    try {
        (void)walk_on(hasty, read_by_hasty);
    } catch (const dh::Error &e) {
        told = e.err();
    }
    ck_assert_int_eq(told, DH_EDEAD);
    hasty.close();
    const pid_t young = start([] { return be_second(DH_TAKEOVER_DEAD, 300); });
    await(board->first);
    read(patient, next, board->first + 300 - next);
    ck_assert_int_eq(process_wait(young), 0);
    ck_assert_uint_eq(read_by_hasty, board->first); /* it had all before it was told */
    ck_assert_uint_ge(board->first, board->committed);
    ck_assert_uint_le(board->first, board->committed + 1); /* one may have been on its way */
    ck_assert_uint_eq(patient.lost(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("C++ on both sides of a handover");
    TCase *tests = tcase_create("C++ on both sides of a handover");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_living_one_is_followed_and_told_by_an_exception);
    tcase_add_test(tests,
                   a_dead_one_is_followed_by_who_waits_and_the_other_is_told_by_an_exception);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
