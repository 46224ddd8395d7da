/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a secret, and the key that is made of it, do not lie: in shared memory, in the log, in the
 * registry, in what a core dump of the broker would hold; and a proof that was seen once opens
 * nothing again.
 */
#include "world.h"

#include "wire/proof.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char secret[DH_SECRET_BYTES] = {
    0xd1, 0x5e, 0xc4, 0xe7, 0x01, 0x9b, 0x77, 0x3c, 0xa0, 0x42, 0x6f, 0x18, 0xbb, 0x90, 0x2d, 0xf3,
    0x11, 0x22, 0x93, 0x44, 0x55, 0x66, 0xf7, 0x88, 0x99, 0xaa, 0xb6, 0xcc, 0xdd, 0xee, 0x8f, 0x31
};

static bool file_holds(const char *name, const unsigned char *bytes)
{
    char path[128];
    struct stat status;
    bool holds;
    void *at;
    int fd;

    snprintf(path, sizeof path, "%s/%s", world_state(), name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_int_gt(status.st_size, 0);
    at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    ck_assert_ptr_ne(at, MAP_FAILED);
    holds = memmem(at, (size_t)status.st_size, bytes, 16) != NULL;
    munmap(at, (size_t)status.st_size);
    close(fd);
    return holds;
}

/* ---- memory of a process -------------------------------------------------------------------- */

struct part {
    unsigned long begin, end;
    bool dumped; /* a core dump has it */
};

/* The next mapping of /proc/pid/smaps: its first line has the addresses, its last one the flags. */
static bool next_part(FILE *maps, struct part *part)
{
    char line[4352];

    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long begin, end;

        if (sscanf(line, "%lx-%lx ", &begin, &end) == 2) {
            part->begin = begin;
            part->end = end;
        }
        if (strncmp(line, "VmFlags:", 8) != 0) continue;
        part->dumped = strstr(line, " dd") == NULL;
        return true;
    }
    return false;
}

/* How often 16 bytes of `bytes` lie in the memory of the process: of what a core dump would have,
 * and of all that can be read. */
static void search_process(pid_t pid, const unsigned char *bytes, int *dumped, int *all)
{
    char path[32];
    struct part part;
    FILE *maps;
    int memory;

    *dumped = *all = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps", pid);
    maps = fopen(path, "re");
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    memory = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert(maps != NULL && memory >= 0);
    while (next_part(maps, &part)) {
        size_t size = part.end - part.begin;
        char *copy = size < (64U << 20) ? malloc(size) : NULL;

        if (copy != NULL && pread(memory, copy, size, (off_t)part.begin) == (ssize_t)size)
            for (char *at = copy; (at = memmem(at, size - (size_t)(at - copy), bytes, 16)) != NULL;
                 at++) {
                (*all)++;
                *dumped += part.dumped;
            }
        free(copy);
    }
    fclose(maps);
    close(memory);
}

START_TEST(the_broker_holds_the_key_where_no_dump_has_it_and_the_secret_nowhere)
{
    const char *channel = world_channel("secret");
    pid_t broker = broker_start(0, NULL, NULL);
    struct maker maker = maker_start(channel, 0, secret);
    struct dh_block_facts facts;
    unsigned char key[DHI_KEY_BYTES];
    dh_observer *observer;
    struct dh_why why;
    int dumped, all;

    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, secret, &why), DH_OK);
    dh_observer_block(observer, &facts);
    dhi_attach_key(key, secret, facts.producer.instance);
    ck_assert_int_eq(look_up(channel, NULL, &why), DH_ESECRET);

    search_process(broker, secret, &dumped, &all);
    ck_assert_int_eq(all, 0); /* it was never told */
    search_process(broker, key, &dumped, &all);
    ck_assert_int_eq(dumped, 0);
    search_process(broker, facts.producer.instance, &dumped, &all);
    ck_assert_int_gt(dumped, 0); /* what is there is found: the search works */

    dh_observer_close(observer);
    maker_close(&maker);
    ck_assert(BECOMES(10000, listed(channel).via == 0));
    search_process(broker, key, &dumped, &all);
    ck_assert_int_eq(all, 0); /* wiped when its channel left */
    ck_assert_ptr_null(memmem(world_log(), strlen(world_log()), secret, 16));
    process_kill(broker, SIGTERM);
    for (int i = 0; i < 2; i++) {
        const unsigned char *bytes = i == 0 ? secret : key;

        ck_assert(!file_holds("registry.db", bytes));
        ck_assert(!file_holds("registry.db-wal", bytes));
    }
    ck_assert(file_holds("registry.db", facts.producer.instance)); /* so does this one */
}
END_TEST

static bool segment_holds(int fd, const unsigned char *bytes)
{
    struct stat status;
    bool holds;
    char *copy;

    ck_assert_int_eq(fstat(fd, &status), 0);
    copy = malloc((size_t)status.st_size);
    ck_assert_int_eq(pread(fd, copy, (size_t)status.st_size, 0), status.st_size);
    holds = memmem(copy, (size_t)status.st_size, bytes, 16) != NULL;
    free(copy);
    return holds;
}

START_TEST(no_segment_of_a_block_holds_its_secret_or_the_key)
{
    struct dh_producer_options options = { .secret = secret };
    unsigned char key[DHI_KEY_BYTES];
    struct dhi_block *block;

    ck_assert_int_eq(dhi_block_create(&block, world_schema(), world_channel("segments"), &options,
                                      NULL),
                     DH_OK);
    dhi_attach_key(key, secret, block->head.producer.instance);
    for (int i = 0; i < 2; i++) {
        ck_assert(!segment_holds(block->fds.data, i ? key : secret));
        ck_assert(!segment_holds(block->fds.claims, i ? key : secret));
        ck_assert(!segment_holds(block->fds.lease, i ? key : secret));
    }
    ck_assert(segment_holds(block->fds.data, block->head.producer.instance));
    dhi_block_free(block);
}
END_TEST

/* A stranger to the secret, who has seen a whole exchange, sends all of it again. */
START_TEST(a_proof_that_was_seen_opens_nothing_again)
{
    const char *channel = world_channel("replay");
    pid_t broker = broker_start(0, NULL, NULL);
    struct maker maker = maker_start(channel, 0, secret);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    unsigned char key[DHI_KEY_BYTES];
    int fd = raw_call(world_socket());

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.role = DHI_WIRE_ROLE_CONSUMER;
    strcpy(request.channel, channel);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    dhi_attach_key(key, secret, reply.instance);
    dhi_proof_make(request.proof, key, reply.nonce, &request);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_OK);
    /* On the same connection, on another, for another role, before any question was asked. */
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_BAD_PROOF);
    close(fd);
    fd = raw_call(world_socket());
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_BAD_PROOF);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    dhi_proof_make(request.proof, key, reply.nonce, &request);
    request.role = DHI_WIRE_ROLE_ADMIN; /* a proof for one role is none for another */
    ck_assert_int_ne(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_OK);
    close(fd);
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("secrets");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(all, world_open_with_state, world_close_with_state);
    tcase_set_timeout(all, 120);
    tcase_add_test(all, the_broker_holds_the_key_where_no_dump_has_it_and_the_secret_nowhere);
    tcase_add_test(all, no_segment_of_a_block_holds_its_secret_or_the_key);
    tcase_add_test(all, a_proof_that_was_seen_opens_nothing_again);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
