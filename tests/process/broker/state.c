/* SPDX-License-Identifier: Apache-2.0
 *
 * The registry under a real broker: what was acknowledged outlives a kill at any moment; a disk
 * that is full, read-only, or broken underneath is said, and discovery goes on.
 */
#include "world.h"

#include "broker/registry_read.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint8_t three = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;

/* Ask for a registration, and do not wait for the answer. */
static int send_registration(const struct dhi_block *block)
{
    struct dhi_cargo cargo = { .fds = { block->fds.data, block->fds.claims, block->fds.lease },
                               .n = 3 };
    struct dhi_wire_request request;
    int fd = raw_call(world_socket());

    dhi_request_start(&request, DHI_WIRE_KIND_REGISTER, 1);
    strcpy(request.channel, block->head.channel);
    memcpy(request.instance, block->head.producer.instance, sizeof request.instance);
    memcpy(request.schema_hash, block->head.schema_hash, sizeof request.schema_hash);
    request.parts = three;
    ck_assert(dhi_socket_send(fd, &request, sizeof request, &cargo));
    return fd;
}

/* Whether an answer is there. */
static bool is_answered(int fd, struct dhi_wire_reply *reply)
{
    struct dhi_cargo cargo;

    return dhi_socket_receive(fd, reply, sizeof *reply, &cargo) == sizeof *reply &&
           reply->status == DHI_WIRE_STATUS_OK;
}

/* ... and says that the registration is on the disk. */
static bool is_acknowledged(int fd)
{
    struct dhi_wire_reply reply;

    return is_answered(fd, &reply) && reply.text[0] == 0;
}

struct sought {
    const unsigned char *instance;
    bool found;
};

static bool compare(void *context, const struct dhi_registry_history *row)
{
    struct sought *sought = context;

    sought->found |= memcmp(row->instance, sought->instance, 16) == 0;
    return !sought->found;
}

static bool in_history(const struct dhi_block *block)
{
    struct sought sought = { .instance = block->head.producer.instance };
    struct dhi_registry_reader *reader;

    if (dhi_registry_read_open(&reader, NULL, NULL) != DH_OK) return false;
    ck_assert_int_eq(dhi_registry_each_history(reader, block->head.channel, NULL, compare, &sought,
                                               NULL),
                     DH_OK);
    dhi_registry_read_close(reader);
    return sought.found;
}

static bool has_text(const struct dhi_block *block)
{
    struct dhi_registry_reader *reader;
    char *text = NULL;
    size_t bytes;
    bool has;

    if (dhi_registry_read_open(&reader, NULL, NULL) != DH_OK) return false;
    has = dhi_registry_read_schema(reader, block->head.schema_hash, &text, &bytes, NULL) == DH_OK &&
          bytes == block->head.text_bytes && memcmp(text, block->text, bytes) == 0;
    free(text);
    dhi_registry_read_close(reader);
    return has;
}

static struct dhi_block *make_block(const char *name, int n)
{
    struct dh_producer_options options = { .secret = NULL };
    struct dhi_block *block;
    char channel[DH_CHANNEL_MAX + 1];

    snprintf(channel, sizeof channel, "%.60s.%d", world_channel(name), n);
    ck_assert_int_eq(dhi_block_create(&block, world_schema(), channel, &options, NULL), DH_OK);
    return block;
}

START_TEST(what_was_acknowledged_outlives_a_kill_at_any_moment)
{
    enum { ROUNDS = 12, MANY = 48 };
    struct dhi_block *blocks[MANY];
    int fds[MANY], acknowledged = 0, unanswered = 0;

    srand(3);
    for (int round = 0; round < ROUNDS; round++) {
        pid_t broker = broker_start(0, NULL, NULL);

        for (int i = 0; i < MANY; i++) {
            blocks[i] = make_block("kill", round * MANY + i);
            fds[i] = send_registration(blocks[i]);
        }
        if (round % 4 != 0) /* some at once, some in the middle of the answers */
            dhi_socket_wait(fds[rand() % MANY], POLLIN, dh_in(DH_S));
        process_kill(broker, SIGKILL);
        for (int i = 0; i < MANY; i++) {
            if (is_acknowledged(fds[i])) {
                acknowledged++;
                ck_assert_msg(in_history(blocks[i]), "round %d, %d", round, i);
                ck_assert(has_text(blocks[i]));
            } else {
                unanswered++;
            }
            close(fds[i]);
            dhi_block_free(blocks[i]);
        }
    }
    ck_assert_int_gt(acknowledged, MANY);
    ck_assert_int_gt(unanswered, 0);
}
END_TEST

START_TEST(a_schema_is_found_by_its_hash_though_its_producer_is_gone_and_the_broker_another)
{
    pid_t broker = broker_start(0, NULL, NULL);
    const char *channel = world_channel("gone");
    struct maker maker = maker_start(channel, 0, NULL);
    const struct dh_schema *schema = world_schema();
    struct dh_why why = { 0 };
    char *text = NULL;
    size_t bytes = 0;

    maker_close(&maker);
    process_kill(broker, SIGKILL);
    broker = broker_start(0, NULL, NULL);
    ck_assert(BECOMES(10000, dh_hub_schema(NULL, schema->hash, dh_in(DH_S), &text, &bytes, &why) ==
                                 DH_OK));
    ck_assert_uint_eq(bytes, schema->text_bytes);
    ck_assert_int_eq(memcmp(text, schema->text, bytes), 0);
    free(text);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_broker_that_is_asked_to_end_answers_who_waits_and_writes_all_down)
{
    enum { MANY = 64 };
    struct dhi_block *blocks[MANY];
    pid_t broker = broker_start(0, NULL, NULL);
    int fds[MANY];

    for (int i = 0; i < MANY; i++) {
        blocks[i] = make_block("drain", i);
        fds[i] = send_registration(blocks[i]);
    }
    ck_assert(dhi_socket_wait(fds[MANY - 1], POLLIN, dh_in(5 * DH_S)));
    process_kill(broker, SIGTERM);
    for (int i = 0; i < MANY; i++) {
        struct dhi_wire_reply reply; /* of a slow disk, that it is: at the end all is there */

        ck_assert(is_answered(fds[i], &reply));
        ck_assert(in_history(blocks[i]));
        close(fds[i]);
        dhi_block_free(blocks[i]);
    }
}
END_TEST

/* ---- disks ---------------------------------------------------------------------------------- */

/* The status of the answer, and its sentence in `text`. */
static int register_block(const struct dhi_block *block, int *fd, char text[256])
{
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;

    *fd = send_registration(block);
    ck_assert(dhi_socket_wait(*fd, POLLIN, dh_in(10 * DH_S)));
    ck_assert_int_eq(dhi_socket_receive(*fd, &reply, sizeof reply, &cargo), sizeof reply);
    dhi_cargo_close(&cargo);
    strcpy(text, reply.text);
    return reply.status;
}

/* On the disk, which may take longer to be opened or to answer than a registration waits for it. */
static int register_written(const struct dhi_block *block)
{
    char text[256] = "";
    int fd = -1;

    do {
        if (fd >= 0) close(fd);
        ck_assert_int_eq(register_block(block, &fd, text), DHI_WIRE_STATUS_OK);
    } while (text[0] != 0);
    return fd;
}

/* Discovery works, the registration says that the registry does not; and when it is mended, what
 * was registered meanwhile is there. */
static void live_with_trouble(const char *what, void (*spoil)(void), void (*mend)(void))
{
    struct dhi_block *before = make_block("before", 0), *during = make_block("during", 0);
    pid_t broker = broker_start(0, NULL, NULL);
    char text[256];
    int fds[2];

    fds[0] = register_written(before);
    spoil();
    ck_assert_int_eq(register_block(during, &fds[1], text), DHI_WIRE_STATUS_OK);
    ck_assert_msg(strstr(text, "in memory alone") != NULL, "%s: '%s'", what, text);
    close(fds[1]); /* and so does each one after it */
    ck_assert_int_eq(register_block(during, &fds[1], text), DHI_WIRE_STATUS_OK);
    ck_assert_msg(strstr(text, "in memory alone") != NULL, "%s, again: '%s'", what, text);
    ck_assert_int_eq(look_up(before->head.channel, NULL, NULL), DH_OK);
    ck_assert_int_eq(look_up(during->head.channel, NULL, NULL), DH_OK);
    ck_assert_ptr_nonnull(strstr(world_log(), "registry cannot be written"));
    mend();
    ck_assert(BECOMES(20000, in_history(during) && in_history(before)));
    ck_assert(has_text(before));
    ck_assert(BECOMES(10000, strstr(world_log(), "written again") != NULL));
    process_kill(broker, SIGTERM);
    close(fds[0]);
    close(fds[1]);
    dhi_block_free(before);
    dhi_block_free(during);
}

/* A small disk of this process's own. False where that is not allowed. */
static bool small_disk(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", world_state(), "tmpfs", 0, "size=1m") != 0) {
        fprintf(stderr,
                "SKIPPED: no disk can be mounted here (%s): full and read-only disks are "
                "tried by unit/broker/registry alone\n",
                strerror(errno));
        return false;
    }
    return true;
}

static void fill(void)
{
    char path[96], noise[4096] = { 1 };
    int fd;

    snprintf(path, sizeof path, "%s/filler", world_state());
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    while (write(fd, noise, sizeof noise) > 0) {
    }
    close(fd);
}

static void empty(void)
{
    char path[96];

    snprintf(path, sizeof path, "%s/filler", world_state());
    ck_assert_int_eq(unlink(path), 0);
}

START_TEST(a_full_disk_is_said_and_discovery_goes_on)
{
    if (small_disk()) live_with_trouble("full", fill, empty);
    umount(world_state());
}
END_TEST

static void spoil_file(void)
{
    char path[96], noise[4096];
    int fd;

    memset(noise, 0x5a, sizeof noise);
    for (int tail = 0; tail < 2; tail++) {
        snprintf(path, sizeof path, "%s/registry.db%s", world_state(), tail ? "-wal" : "");
        fd = open(path, O_WRONLY | O_CLOEXEC);
        for (int page = 0; page < 64; page++)
            ck_assert_int_eq(pwrite(fd, noise, sizeof noise, page * 4096), sizeof noise);
        close(fd);
    }
}

/* All of it under a broker that runs: it begins anew, and tells the new file what it knows. */
START_TEST(a_file_that_is_broken_under_a_running_broker_is_begun_anew_with_all_that_is_known)
{
    struct dhi_block *before = make_block("before", 0), *during = make_block("during", 0);
    pid_t broker = broker_start(0, NULL, NULL);
    char text[256];
    int fds[2];

    fds[0] = register_written(before);
    spoil_file();
    ck_assert_int_eq(register_block(during, &fds[1], text), DHI_WIRE_STATUS_OK);
    ck_assert_int_eq(look_up(before->head.channel, NULL, NULL), DH_OK);
    ck_assert_int_eq(look_up(during->head.channel, NULL, NULL), DH_OK);
    process_kill(broker, SIGTERM);
    broker = broker_start(0, NULL, NULL); /* who looks at it again at the latest */
    close(fds[0]);
    close(fds[1]);
    ck_assert_int_eq(register_block(before, &fds[0], text), DHI_WIRE_STATUS_OK);
    ck_assert_int_eq(register_block(during, &fds[1], text), DHI_WIRE_STATUS_OK);
    ck_assert(BECOMES(20000, in_history(during) && in_history(before) && has_text(before)));
    process_kill(broker, SIGTERM);
    close(fds[0]);
    close(fds[1]);
    dhi_block_free(before);
    dhi_block_free(during);
}
END_TEST

static void take_away(void)
{
    char path[96];

    snprintf(path, sizeof path, "%s/registry.db", world_state());
    ck_assert_int_eq(unlink(path), 0);
}

static void nothing(void) {}

START_TEST(a_file_that_is_taken_away_under_a_running_broker_is_made_again_with_all_that_is_known)
{
    live_with_trouble("taken away", take_away, nothing);
}
END_TEST

START_TEST(backup_copies_the_registry_of_a_running_broker)
{
    char copy[96], text[1024], log[512];
    char *arguments[] = { "dhbroker", "--backup", copy, NULL };
    struct dhi_block *block = make_block("copied", 0);
    pid_t broker = broker_start(0, NULL, NULL);
    int fd;

    snprintf(copy, sizeof copy, "%s/copy.db", world_state());
    fd = register_written(block);
    ck_assert_int_eq(broker_run(arguments, text, sizeof text), 0);
    ck_assert_int_eq(broker_run(arguments, text, sizeof text), 73);
    ck_assert_msg(strstr(text, "File exists") != NULL, "%s", text);
    process_kill(broker, SIGTERM);
    take_away();
    snprintf(log, sizeof log, "%s/registry.db", world_state());
    ck_assert_int_eq(rename(copy, log), 0);
    ck_assert(in_history(block) && has_text(block));
    close(fd);
    dhi_block_free(block);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("state");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(all, world_open_with_state, world_close_with_state);
    tcase_set_timeout(all, 120);
    tcase_add_test(all, what_was_acknowledged_outlives_a_kill_at_any_moment);
    tcase_add_test(
        all, a_schema_is_found_by_its_hash_though_its_producer_is_gone_and_the_broker_another);
    tcase_add_test(all, a_broker_that_is_asked_to_end_answers_who_waits_and_writes_all_down);
    tcase_add_test(all, a_full_disk_is_said_and_discovery_goes_on);
    tcase_add_test(
        all, a_file_that_is_broken_under_a_running_broker_is_begun_anew_with_all_that_is_known);
    tcase_add_test(
        all, a_file_that_is_taken_away_under_a_running_broker_is_made_again_with_all_that_is_known);
    tcase_add_test(all, backup_copies_the_registry_of_a_running_broker);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
