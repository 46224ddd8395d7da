/* SPDX-License-Identifier: Apache-2.0 */
/* A consumer of a strict block that has gone wrong, or means harm: it tries each way from what it
 * was given to what is another's, and scribbles over all that is its own; the others lose nothing,
 * sleep and wake, and are told the truth about who lives. */
#include "block/wish.h"
#include "client/ask.h"
#include "client/hub.h"
#include "os/lease.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLACES = 4, N_HONEST = 2, N_SLOTS = 8 };

/* What the processes tell each other outside the hub. */
struct board {
    uint64_t sent, stop, follows;
    uint64_t read[N_HONEST], sleeps[N_HONEST], timeouts[N_HONEST];
    char complaint[256];
};

static struct board *board;
static char channel[48];
static pid_t producer, honest[N_HONEST];
static enum dh_full policy;
static dh_consumer *thief; /* ours */
static struct dhi_block *block;

static const struct dh_schema *schema(void)
{
    return schema_from_text(1, text_frame,
                            policy == DH_FULL_WAIT ? policy_wait(N_SLOTS, PLACES)
                                                   : policy_overwrite(N_SLOTS, PLACES));
}

static void complain(const char *who, const char *what, long number)
{
    snprintf(board->complaint, sizeof board->complaint, "%s: %s (%ld)", who, what, number);
    _exit(1);
}

static pid_t spawn(void (*run)(int), int number)
{
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run(number);
    _exit(0);
}

/* In bursts, so that readers fall asleep between them. */
static void produce(int follows)
{
    struct dh_producer_options options = { .strict = true,
                                           .takeover =
                                               follows ? DH_TAKEOVER_HANDOVER : DH_TAKEOVER_NEVER };
    uint64_t frame[128];
    dh_producer *made;
    struct dh_why why;

    if (dh_producer_open(&made, schema(), channel, &options, &why) != DH_OK)
        complain("producer", why.text, follows);
    dhi_store_release(&board->follows, (uint64_t)follows);
    for (uint64_t n = dh_producer_slot_rw(made)->next; dhi_load_acquire(&board->stop) == 0; n++) {
        dh_err err;

        for (int i = 0; i < 128; i++)
            frame[i] = n;
        err = dh_producer_send(made, dh_in(10 * DH_S), frame, sizeof frame);
        if (err == DH_ESUPERSEDED) break;
        if (err != DH_OK) complain("producer", dh_error_name(err), (long)n);
        dhi_store_release(&board->sent, n + 1);
        if (n % 16 == 15) usleep(500);
    }
    dh_producer_close(made);
}

/* Until the end; what the policy promises is looked at. */
static void read_on(int number)
{
    struct dh_consumer_options options = { .spin_ns = -1 };
    struct dh_consumer_metrics metrics;
    uint64_t next = 0;
    const void *payload;
    dh_consumer *made;
    struct dh_why why;
    dh_err err;

    if (dh_consumer_open(&made, schema(), channel, &options, &why) != DH_OK)
        complain("reader", why.text, number);
    while ((err = dh_consumer_acquire(made, dh_in(10 * DH_S), &payload)) == DH_OK) {
        const uint64_t *frame = payload;
        uint64_t n = frame[0];

        for (int i = 0; i < 128; i++)
            if (frame[i] != n) complain("reader", "torn", (long)n);
        if (next != 0 && (n < next || (policy == DH_FULL_WAIT && n != next)))
            complain("reader", "not the next one", (long)n);
        next = n + 1;
        err = dh_consumer_release(made);
        if (err != DH_OK) complain("reader, at release", dh_error_name(err), (long)n);
        dh_consumer_metrics_get(made, &metrics);
        dhi_store_relaxed(&board->sleeps[number], metrics.sleeps);
        dhi_store_relaxed(&board->timeouts[number], metrics.timeouts);
        dhi_store_release(&board->read[number], next);
    }
    if (err != DH_ECLOSED && err != DH_EDEAD) complain("reader", dh_error_name(err), (long)next);
    dh_consumer_close(made);
    _exit(err == DH_ECLOSED ? 0 : 7);
}

static void check_board(void)
{
    ck_assert_msg(board->complaint[0] == '\0', "%s", board->complaint);
}

/* All read on from here, or it is said who does not. */
static void all_go_on(uint64_t messages)
{
    uint64_t goal = dhi_load_acquire(&board->sent) + messages;
    int64_t until = dh_in(60 * DH_S);

    for (int i = 0; i < N_HONEST; i++)
        while (dhi_load_acquire(&board->read[i]) < goal) {
            check_board();
            ck_assert_msg(dh_now() < until, "reader %d stands at %lu of %lu", i,
                          (unsigned long)board->read[i], (unsigned long)board->sent);
            usleep(200);
        }
}

static dh_consumer *attach(void)
{
    int64_t until = dh_in(10 * DH_S);
    dh_consumer *made;
    struct dh_why why;
    dh_err err;

    while ((err = dh_consumer_open(&made, schema(), channel, NULL, &why)) == DH_ENOTFOUND &&
           dh_now() < until)
        usleep(500);
    ck_assert_msg(err == DH_OK, "%s", why.text);
    return made;
}

static void begin(enum dh_full full)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    snprintf(channel, sizeof channel, "test.hostile.strict.%d", (int)getpid());
    policy = full;
    producer = spawn(produce, 0);
    dh_consumer_close(attach()); /* it is there */
    for (int i = 0; i < N_HONEST; i++)
        honest[i] = spawn(read_on, i);
    for (int i = 0; i < N_HONEST; i++)
        while (dhi_load_acquire(&board->read[i]) == 0) {
            check_board();
            usleep(200);
        }
    thief = attach();
    block = dh_consumer_slot_rw(thief)->block;
}

/* A lawful claim would be waited for; this one holds nobody up. */
static void hold_nobody_up(void)
{
    struct dhi_record *own = dhi_record_of(block, block->place);

    dhi_store_relaxed(&own->claim, dhi_claim(1, 0) | DHI_CLAIM_FREE);
    dhi_store_relaxed(&own->hold, 0);
}

static void begin_wait(void)
{
    begin(DH_FULL_WAIT);
    hold_nobody_up();
}

static void wait_for(pid_t child, int wanted)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    check_board();
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == wanted, "ended with %x", status);
}

/* The end in order: everybody has read everything. */
static void finish(void)
{
    all_go_on(200);
    dhi_store_release(&board->stop, 1);
    wait_for(producer, 0);
    for (int i = 0; i < N_HONEST; i++) {
        wait_for(honest[i], 0);
        if (policy == DH_FULL_WAIT) ck_assert_uint_eq(board->read[i], board->sent);
        ck_assert_uint_gt(board->sleeps[i], 0);
        ck_assert_uint_eq(board->timeouts[i], 0);
    }
    dh_consumer_close(thief);
}

/* ---- ways to another's record ---- */

static bool can_read(const void *at)
{
    unsigned char byte;
    struct iovec ours = { &byte, 1 }, theirs = { (void *)(uintptr_t)at, 1 };

    return process_vm_readv(getpid(), &ours, 1, &theirs, 1, 0) == 1;
}

/* Around its own page there is nothing; what it makes writable there is its private memory. */
START_TEST(the_address_range_around_its_own_record)
{
    for (uint64_t at = 0; at < block->head.claims_bytes; at += DHI_PAGE) {
        unsigned char *page = block->claims + at;
        bool own = page == (unsigned char *)dhi_record_of(block, block->place);

        ck_assert_int_eq(can_read(page), own);
        if (own) continue;
        ck_assert_int_eq(mprotect(page, DHI_PAGE, PROT_READ | PROT_WRITE), 0);
        memset(page, 0xff, DHI_PAGE);
    }
    finish();
}
END_TEST

static bool is_record(int fd)
{
    char path[32], target[128];
    ssize_t n;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    n = readlink(path, target, sizeof target - 1);
    if (n < 0) return false;
    target[n] = '\0';
    return strstr(target, ":record") != NULL;
}

static ino_t inode_of(int fd)
{
    struct stat status;

    ck_assert_int_eq(fstat(fd, &status), 0);
    return status.st_ino;
}

/* The records that this process has open: all are of the one file that was given. */
START_TEST(its_descriptors)
{
    ino_t own = inode_of(block->fds.lease);

    ck_assert_int_eq(block->fds.claims, -1);
    ck_assert_int_eq(block->fds.zones, -1);
    for (int fd = 0; fd < 256; fd++)
        if (is_record(fd)) ck_assert_uint_eq(inode_of(fd), own);
    ck_assert_int_eq(lseek(block->fds.lease, 0, SEEK_END), DHI_PAGE); /* nothing behind it */
    ck_assert_int_ne(ftruncate(block->fds.lease, 2L * DHI_PAGE), 0);
    ck_assert_int_ne(ftruncate(block->fds.lease, 0), 0);
    finish();
}
END_TEST

START_TEST(a_second_attach_gives_another_record)
{
    dh_consumer *second = attach();
    const struct dhi_block *theirs = dh_consumer_slot_rw(second)->block;

    ck_assert_uint_ne(inode_of(theirs->fds.lease), inode_of(block->fds.lease));
    ck_assert_uint_ne(theirs->place, block->place);
    dh_consumer_close(second);
    finish();
}
END_TEST

static void no_way_to_write(int fd, uint64_t bytes)
{
    char path[32];
    unsigned char *memory;
    int again;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    again = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_ptr_eq(mmap(NULL, bytes, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    if (again >= 0) {
        ck_assert_ptr_eq(mmap(NULL, bytes, PROT_WRITE, MAP_SHARED, again, 0), MAP_FAILED);
        ck_assert_int_lt(pwrite(again, "x", 1, 0), 0);
        close(again);
    }
    memory = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    ck_assert_int_ne(mprotect(memory, bytes, PROT_READ | PROT_WRITE), 0);
    munmap(memory, bytes);
}

/* Who looks on is given copies: nothing that anybody reads but people. */
START_TEST(what_an_admin_is_given)
{
    const struct dhi_block *seen;
    dh_observer *observer;
    struct dh_consumer_facts facts;
    struct dh_why why;

    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, NULL, &why), DH_OK);
    ck_assert_int_eq(dh_observer_consumer(observer, 0, &facts), DH_OK);
    seen = *(struct dhi_block *const *)(const void *)observer; /* its first member */
    no_way_to_write(seen->fds.claims, seen->head.claims_bytes);
    no_way_to_write(seen->fds.data, seen->head.data_bytes);
    dh_observer_close(observer);
    finish();
}
END_TEST

/* ---- who lives ---- */

/* A lock on all of it, shared or not, as far as the kernel grants one. */
static void lock_all(int fd)
{
    struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    char path[32];
    int again;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    again = open(path, O_RDWR);
    for (unsigned byte = 0; byte < PLACES + 2; byte++)
        (void)dhi_lease_lock(again >= 0 ? again : fd, byte);
    (void)fcntl(again >= 0 ? again : fd, F_OFD_SETLK, &all);
    all.l_type = F_RDLCK;
    (void)fcntl(fd, F_OFD_SETLK, &all);
    /* not closed: locks are to be kept */
}

/* Whatever it can lock, and keeps locked in the moment of the producer's death and after it: the
 * others are told of that death. */
START_TEST(it_cannot_make_a_dead_producer_look_alive)
{
    dh_observer *observer;
    struct dh_why why;

    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, NULL, &why), DH_OK);
    kill(producer, SIGSTOP);
    lock_all(block->fds.lease);
    lock_all(block->fds.roll); /* as if somebody came: they wait for it a while, and no more */
    lock_all((*(struct dhi_block *const *)(const void *)observer)->fds.lease);
    kill(producer, SIGKILL);
    for (int i = 0; i < 100; i++) {
        lock_all(block->fds.lease);
        lock_all((*(struct dhi_block *const *)(const void *)observer)->fds.lease);
    }
    ck_assert_int_eq(waitpid(producer, NULL, 0), producer);
    for (int i = 0; i < N_HONEST; i++)
        wait_for(honest[i], 7); /* EDEAD */
    dh_observer_close(observer);
    dh_consumer_close(thief);
}
END_TEST

/* Its lease is a lock on its record, and one on the roll. */
static void give_up_lease(const struct dhi_block *own)
{
    dhi_lease_unlock(own->fds.roll, DHI_LEASE_CONSUMER + own->place);
    dhi_lease_unlock(own->fds.lease, DHI_LEASE_CONSUMER + own->place);
}

static int roll_anew(void)
{
    char path[32];
    int fd;

    snprintf(path, sizeof path, "/proc/self/fd/%d", block->fds.roll);
    fd = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    return fd;
}

/* What place it gets by showing that descriptor; PLACES: none. */
static uint32_t place_for(int shown)
{
    const struct dhi_search search = { .channel = channel, .role = DHI_CONSUMER, .roll = shown };
    struct dhi_record first;
    struct dhi_fds fds;
    struct dh_why why;
    dh_err err = dhi_discover_as(&fds, &search, NULL, dh_in(5 * DH_S), &why);

    if (err == DH_ETABLE) return PLACES;
    ck_assert_msg(err == DH_OK, "%s: %s", dh_error_name(err), why.text);
    ck_assert_int_eq(pread(fds.lease, &first, sizeof first, 0), sizeof first);
    dhi_fds_close(&fds);
    return first.place;
}

static void stop_or_continue(int signal)
{
    int status;

    for (int i = 0; i < N_HONEST; i++) {
        kill(honest[i], signal);
        ck_assert_int_eq(waitpid(honest[i], &status, WUNTRACED | WCONTINUED), honest[i]);
    }
}

/* The others stand still while the channel is taken over; what it locks and shows on the roll gets
 * it nothing of theirs, and they go on where they were. */
START_TEST(it_cannot_have_anothers_place_in_a_takeover)
{
    int idle = roll_anew(), greedy = roll_anew(), pair[2];
    uint32_t own = block->place;
    pid_t old = producer;

    ck_assert_uint_ge(own, N_HONEST); /* those were first */
    stop_or_continue(SIGSTOP);
    for (unsigned i = 0; i < PLACES; i++)
        ck_assert_int_eq(dhi_lease_lock(greedy, DHI_LEASE_CONSUMER + i), i > own);
    producer = spawn(produce, 1);
    wait_for(old, 0);
    while (dhi_load_acquire(&board->follows) == 0) {
        check_board();
        usleep(200);
    }
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    for (int i = 0; i < 20; i++) {
        ck_assert_uint_eq(place_for(idle), PLACES); /* all are kept */
        ck_assert_uint_eq(place_for(pair[0]), PLACES);
        ck_assert_uint_eq(place_for(block->fds.data), PLACES);
        ck_assert_uint_gt(place_for(greedy), own);
        ck_assert_uint_eq(place_for(block->fds.roll), own);
        for (unsigned k = 0; k < N_HONEST; k++)
            ck_assert(!dhi_lease_lock(greedy, DHI_LEASE_CONSUMER + k));
    }
    close(pair[0]);
    close(pair[1]);
    for (unsigned i = 0; i < PLACES; i++) /* else it is waited for; the successor has a copy */
        dhi_lease_unlock(greedy, DHI_LEASE_CONSUMER + i);
    dhi_lease_unlock(block->fds.roll, DHI_LEASE_CONSUMER + own);
    close(idle);
    close(greedy);
    stop_or_continue(SIGCONT);
    finish();
}
END_TEST

/* Unlocking its own lease makes itself dead, and nobody else; its record is given to the next one
 * as new memory, and what it then writes there is seen by nobody. */
START_TEST(it_gives_up_its_lease_and_goes_on_writing)
{
    uint32_t place = block->place;
    uint64_t *own = (uint64_t *)(void *)dhi_record_of(block, place);
    dh_consumer *next;
    const struct dhi_record *theirs;
    const void *payload;
    struct dh_consumer_facts facts;
    dh_observer *observer;
    struct dh_why why;

    dhi_store_relaxed(own, dhi_claim(5, 0)); /* as if it were to be waited for */
    give_up_lease(block);
    all_go_on(100); /* so it was given back */
    dhi_store_relaxed(own, dhi_claim(6, dhi_block_head(block)));
    all_go_on(100);
    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, NULL, &why), DH_OK);
    ck_assert_int_eq(dh_observer_consumer(observer, place, &facts), DH_OK);
    ck_assert_int_ne(facts.life, DH_LIFE_ALIVE);
    next = attach();
    ck_assert_uint_eq(dh_consumer_slot_rw(next)->block->place, place);
    theirs = dh_consumer_slot_rw(next)->record;
    for (int i = 0; i < 200; i++) {
        const uint64_t *frame;

        for (size_t k = 0; k < DHI_PAGE / sizeof *own; k++)
            dhi_store_relaxed(&own[k], k == 0 ? dhi_claim(5, 0) : UINT64_MAX);
        ck_assert_int_eq(dh_consumer_acquire(next, dh_in(10 * DH_S), &payload), DH_OK);
        frame = payload;
        ck_assert_uint_eq(frame[0], frame[127]);
        ck_assert_int_eq(dh_consumer_release(next), DH_OK);
        ck_assert_uint_eq(dhi_load_relaxed(&theirs->hold), 0);
    }
    /* the lease that it has given up is nobody's: taking it again proves nothing */
    ck_assert(dhi_lease_lock(block->fds.lease, DHI_LEASE_CONSUMER + place));
    dh_consumer_close(next);
    ck_assert_int_eq(dh_observer_consumer(observer, place, &facts), DH_OK);
    usleep(10000); /* the copy is of this moment again */
    ck_assert_int_eq(dh_observer_consumer(observer, place, &facts), DH_OK);
    ck_assert_int_eq(facts.life, DH_LIFE_LEFT);
    dh_observer_close(observer);
    finish();
}
END_TEST

/* It says that it is another process; people are told which one the kernel saw. */
START_TEST(it_cannot_pass_for_another_process)
{
    struct dhi_record *own = dhi_record_of(block, block->place);
    struct dh_consumer_facts facts;
    dh_observer *observer;
    struct dh_why why;

    dhi_store_relaxed(&own->identity.pid, (uint32_t)producer);
    dhi_store_relaxed(&own->identity.uid, 4711);
    dhi_store_relaxed(&own->ended, (uint32_t)DHI_ENDED_LEFT);
    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, NULL, &why), DH_OK);
    ck_assert_int_eq(dh_observer_consumer(observer, block->place, &facts), DH_OK);
    ck_assert_uint_eq(facts.identity.pid, (unsigned)getpid());
    ck_assert_uint_eq(facts.identity.uid, geteuid());
    ck_assert_int_eq(facts.life, DH_LIFE_ALIVE);
    dh_observer_close(observer);
    finish();
}
END_TEST

/* ---- what else the kernel lends it ---- */

static unsigned descriptors_of(pid_t pid)
{
    char path[32];
    unsigned n = 0;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n;
}

/* Places taken and let go, their connections kept: the producer keeps as many as there are places.
 */
START_TEST(it_collects_connections)
{
    unsigned before = descriptors_of(producer);
    dh_consumer *taken[64];

    for (int i = 0; i < 64; i++) {
        const struct dhi_block *theirs;

        taken[i] = attach();
        theirs = dh_consumer_slot_rw(taken[i])->block;
        dhi_store_relaxed(&dhi_record_of(theirs, theirs->place)->claim, DHI_CLAIM_FREE);
        give_up_lease(theirs);
    }
    ck_assert_uint_le(descriptors_of(producer), before + 2 * PLACES);
    finish();
    for (int i = 0; i < 64; i++)
        dh_consumer_close(taken[i]);
}
END_TEST

/* Who can read a futex can move those who sleep on it to another one, where no wake-up finds them:
 * they are late, and lose nothing. */
START_TEST(it_moves_sleepers_to_where_nobody_wakes_them)
{
    static uint32_t elsewhere;
    int64_t until = dh_in(3 * DH_S);
    long moved = 0;

    while (dh_now() < until) {
        long n = syscall(SYS_futex, &block->control->wake_epoch, 3 /* FUTEX_REQUEUE */, 0,
                         (void *)(uintptr_t)INT32_MAX, &elsewhere, 0);

        ck_assert_int_ge(n, 0);
        moved += n;
        check_board();
        usleep(20); /* so that they fall asleep, and are heard before */
    }
    ck_assert_int_gt(moved, 0);
    finish();
}
END_TEST

/* ---- noise ---- */

static uint64_t seed = 88172645463325252;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* What its connection bears: wishes by the dozen, half packets, descriptors, nothing. */
static void babble(int talk)
{
    uint64_t packet[64];
    uint32_t serial = (uint32_t)next_random();
    size_t bytes = next_random() % sizeof packet;

    for (size_t i = 0; i < 64; i++)
        packet[i] = next_random();
    if (next_random() % 8 != 0)
        (void)dhi_wish(talk, next_random() % 2 ? DHI_WISH_WAKE : DHI_WISH_COPY, &serial, DH_NOW);
    else
        (void)send(talk, packet, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Claims that could be lawful, and all else: a store anywhere in its record. */
static void scribble(struct dhi_record *own)
{
    uint64_t *words = (uint64_t *)(void *)own, head = dhi_block_head(block);

    for (int i = 0; i < 64; i++) {
        words[next_random() % (DHI_PAGE / sizeof *words)] = next_random();
        dhi_store_relaxed(&own->claim,
                          dhi_claim((uint32_t)next_random() % 8, head - next_random() % 16));
        dhi_store_relaxed(&own->hold, next_random() % (block->head.n_buffers + 3));
    }
}

START_TEST(a_vandal_among_readers)
{
    struct dhi_record *own;
    int64_t until = dh_in(DH_S);

    begin(_i == 0 ? DH_FULL_WAIT : DH_FULL_OVERWRITE);
    own = dhi_record_of(block, block->place);
    for (int round = 0; dh_now() < until; round++) {
        scribble(own);
        babble(block->fds.talk);
        if (round % 16 == 0) {
            dh_consumer *again;

            check_board();
            if (round % 256 == 0 &&
                dh_consumer_open(&again, schema(), channel, NULL, NULL) == DH_OK)
                dh_consumer_close(again);
            usleep(100);
        }
    }
    hold_nobody_up();
    finish();
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("hostile/strict");
    TCase *tricks = tcase_create("tricks"), *noise = tcase_create("noise");

    tcase_add_checked_fixture(tricks, begin_wait, NULL);
    tcase_set_timeout(tricks, 120);
    tcase_add_test(tricks, the_address_range_around_its_own_record);
    tcase_add_test(tricks, its_descriptors);
    tcase_add_test(tricks, a_second_attach_gives_another_record);
    tcase_add_test(tricks, what_an_admin_is_given);
    tcase_add_test(tricks, it_cannot_make_a_dead_producer_look_alive);
    tcase_add_test(tricks, it_gives_up_its_lease_and_goes_on_writing);
    tcase_add_test(tricks, it_cannot_have_anothers_place_in_a_takeover);
    tcase_add_test(tricks, it_cannot_pass_for_another_process);
    tcase_add_test(tricks, it_collects_connections);
    tcase_add_test(tricks, it_moves_sleepers_to_where_nobody_wakes_them);
    suite_add_tcase(all, tricks);
    tcase_set_timeout(noise, 120);
    tcase_add_loop_test(noise, a_vandal_among_readers, 0, 2);
    suite_add_tcase(all, noise);
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
