/* SPDX-License-Identifier: Apache-2.0
 *
 * Every error of error.def, provoked. A code without a row here, or a row that gets another answer,
 * fails.
 */
#include "os/memfd.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/hub.h>
#include <dh/observer.h>
#include <dh/producer.h>
#include <dh/recovery.h>

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char channel[48];

static const struct dh_schema *pair_schema(void)
{
    return schema_from_text(0, text_pair, policy_wait(2, 2));
}

static dh_producer *producer_of(const struct dh_schema *schema,
                                const struct dh_producer_options *options)
{
    dh_producer *producer;
    struct dh_why why;

    ck_assert_msg(dh_producer_open(&producer, schema, channel, options, &why) == DH_OK, "%s",
                  why.text);
    return producer;
}

static dh_consumer *consumer_of(const struct dh_schema *schema)
{
    dh_consumer *consumer;
    struct dh_why why;

    ck_assert_msg(dh_consumer_open(&consumer, schema, channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    return consumer;
}

static dh_err try_consumer(const struct dh_schema *schema, struct dh_why *why)
{
    dh_consumer *consumer = NULL;
    dh_err err = dh_consumer_open(&consumer, schema, channel, NULL, why);

    dh_consumer_close(consumer);
    return err;
}

static dh_err argument_out_of_range(struct dh_why *why)
{
    dh_producer *producer;

    return dh_producer_open(&producer, pair_schema(), "no spaces", NULL, why);
}

static dh_err call_out_of_order(struct dh_why *why)
{
    dh_producer *producer = producer_of(pair_schema(), NULL);
    dh_err err = dh_producer_commit(producer);

    (void)why;
    dh_producer_close(producer);
    return err;
}

static dh_err ring_full(struct dh_why *why)
{
    dh_producer *producer = producer_of(pair_schema(), NULL);
    dh_consumer *consumer = consumer_of(pair_schema());
    static const uint64_t pair[2];
    dh_err err = DH_OK;

    (void)why;
    for (int i = 0; i < 3 && err == DH_OK; i++)
        err = dh_producer_send(producer, dh_in(DH_MS), pair, sizeof pair);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
    return err;
}

static dh_err put_out(struct dh_why *why)
{
    const struct dh_producer_options options = { .stall_limit_ns = DH_US };
    dh_producer *producer = producer_of(pair_schema(), &options);
    dh_consumer *consumer = consumer_of(pair_schema());
    static const uint64_t pair[2];
    const void *payload;
    dh_err err = DH_OK;

    (void)why;
    for (int i = 0; i < 3 && err == DH_OK; i++) {
        err = dh_producer_send(producer, dh_in(10 * DH_S), pair, sizeof pair);
        if (i == 0 && err == DH_OK) err = dh_consumer_acquire(consumer, DH_NOW, &payload);
    }
    if (err == DH_OK) err = dh_consumer_release(consumer);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
    return err;
}

static dh_err superseded(struct dh_why *why)
{
    const struct dh_producer_options heir = { .takeover = DH_TAKEOVER_HANDOVER };
    dh_producer *first = producer_of(pair_schema(), NULL);
    dh_producer *second = producer_of(pair_schema(), &heir);
    static const uint64_t pair[2];
    dh_err err = dh_producer_send(first, DH_NOW, pair, sizeof pair);

    (void)why;
    dh_producer_close(second);
    dh_producer_close(first);
    return err;
}

static dh_err nothing_new(struct dh_why *why)
{
    dh_producer *producer = producer_of(pair_schema(), NULL);
    dh_consumer *consumer = consumer_of(pair_schema());
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer, dh_in(DH_MS), &payload);

    (void)why;
    dh_consumer_close(consumer);
    dh_producer_close(producer);
    return err;
}

static dh_err producer_closed(struct dh_why *why)
{
    dh_producer *producer = producer_of(pair_schema(), NULL);
    dh_consumer *consumer = consumer_of(pair_schema());
    const void *payload;
    dh_err err;

    (void)why;
    dh_producer_close(producer);
    err = dh_consumer_acquire(consumer, DH_FOREVER, &payload);
    dh_consumer_close(consumer);
    return err;
}

/* Run `body` in a process of its own, wait until it says that it is ready, and kill it when the
 * caller is. */
static pid_t start(void (*body)(int ready))
{
    int ends[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        body(ends[1]);
        pause();
    }
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void stop(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void produce(int ready)
{
    producer_of(pair_schema(), NULL);
    if (write(ready, "x", 1) != 1) _exit(1);
}

static dh_err producer_died(struct dh_why *why)
{
    pid_t child = start(produce);
    dh_consumer *consumer = consumer_of(pair_schema());
    const void *payload;
    dh_err err;

    (void)why;
    stop(child);
    err = dh_consumer_acquire(consumer, DH_FOREVER, &payload);
    dh_consumer_close(consumer);
    return err;
}

static dh_err another_schema(struct dh_why *why)
{
    static const char other[] =
        "dhs 1\nfamily test/pair 1\norder little\nroot slot align 64\nminor 0 size 16\n0 u64 n\n"
        "8 i64 check\nmeaning\n";
    dh_producer *producer = producer_of(pair_schema(), NULL);
    dh_err err = try_consumer(schema_from_text(1, other, policy_wait(2, 2)), why);

    ck_assert_str_eq(why->text, "check: block u64 @8, consumer i64 @8");
    dh_producer_close(producer);
    return err;
}

/* Map a block whose header has one byte changed, sealed or not. */
static dh_err changed_block(size_t offset, bool seal, struct dh_why *why)
{
    struct dhi_block *block = block_make(pair_schema(), NULL), *mapped;
    struct dhi_fds fds = fds_of(block);
    unsigned char *bytes;
    dh_err err;

    close(fds.data);
    fds.data = dhi_memfd_create("changed", block->head.data_bytes);
    bytes = dhi_memfd_map(fds.data, block->head.data_bytes, true, true);
    memcpy(bytes, block->data, block->head.data_bytes);
    bytes[offset] ^= 2;
    munmap(bytes, block->head.data_bytes);
    if (seal) dhi_memfd_seal(fds.data, true);
    err = dhi_block_map(&mapped, fds, DHI_CONSUMER, why);
    dhi_block_free(block);
    return err;
}

static dh_err another_format(struct dh_why *why)
{
    return changed_block(offsetof(struct dhi_header, format), true, why);
}

static dh_err damaged_block(struct dh_why *why)
{
    return changed_block(offsetof(struct dhi_header, magic), true, why);
}

static dh_err unsealed_block(struct dh_why *why)
{
    return changed_block(offsetof(struct dhi_header, created_ns), false, why);
}

static dh_err no_secret(struct dh_why *why)
{
    static const unsigned char secret[DH_SECRET_BYTES] = { 1, 2, 3 };
    dh_producer *producer =
        producer_of(pair_schema(), &(struct dh_producer_options){ .secret = secret });
    dh_err err = try_consumer(pair_schema(), why);

    dh_producer_close(producer);
    return err;
}

static dh_err consumer_writes_a_zone(struct dh_why *why)
{
    const struct dh_schema *schema = schema_from_text(2, text_zones, policy_wait(2, 2));
    dh_producer *producer = producer_of(schema, NULL);
    dh_consumer *consumer = consumer_of(schema);
    static const uint32_t value[25];
    dh_err err = dh_zone_write(dh_consumer_zone(consumer, 1), value);

    (void)why;
    dh_consumer_close(consumer);
    dh_producer_close(producer);
    return err;
}

static dh_err no_such_channel(struct dh_why *why)
{
    return try_consumer(pair_schema(), why);
}

static dh_err second_producer(struct dh_why *why)
{
    dh_producer *producer = producer_of(pair_schema(), NULL), *second = NULL;
    dh_err err = dh_producer_open(&second, pair_schema(), channel, NULL, why);

    dh_producer_close(second);
    dh_producer_close(producer);
    return err;
}

static dh_err broker_away(struct dh_why *why)
{
    static const unsigned char hash[DH_HASH_BYTES];
    size_t bytes;
    char *text;

    return dh_hub_schema("/nonexistent/dh.sock", hash, dh_in(DH_S), &text, &bytes, why);
}

/* A program that sits where a producer would, and answers nonsense. */
static void talk_nonsense(int ready)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int length =
        snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "dh/%u/%s", geteuid(), channel);
    int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), peer;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);

    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4) != 0)
        _exit(1);
    if (write(ready, "x", 1) != 1) _exit(1);
    while ((peer = accept(listener, NULL, NULL)) >= 0)
        if (send(peer, "good day", 8, MSG_NOSIGNAL) != 8) _exit(1);
}

static dh_err nonsense(struct dh_why *why)
{
    pid_t child = start(talk_nonsense);
    dh_err err = try_consumer(pair_schema(), why);

    stop(child);
    return err;
}

static dh_err table_full(struct dh_why *why)
{
    dh_producer *producer = producer_of(pair_schema(), NULL);
    dh_consumer *first = consumer_of(pair_schema()), *second = consumer_of(pair_schema());
    dh_err err = try_consumer(pair_schema(), why);

    dh_consumer_close(first);
    dh_consumer_close(second);
    dh_producer_close(producer);
    return err;
}

static dh_err wrong_checksum(struct dh_why *why)
{
    struct dh_policy policy = { .n_slots = 2, .n_consumers = 1, .checksum = DH_CHECKSUM_ENFORCED };
    const struct dh_schema *schema = schema_from_text(3, text_pair, policy);
    dh_producer *producer = producer_of(schema, NULL);
    dh_consumer *consumer = consumer_of(schema);
    const void *payload;
    void *slot;
    dh_err err;

    (void)why;
    ck_assert_int_eq(dh_producer_loan(producer, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_producer_commit(producer), DH_OK);
    memset(slot, 0x55, 16); /* written after the end of the loan */
    err = dh_consumer_acquire(consumer, DH_NOW, &payload);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
    return err;
}

static void lock_a_zone(int ready)
{
    dh_consumer *consumer = consumer_of(schema_from_text(2, text_zones, policy_wait(2, 2)));

    if (dh_zone_lock(dh_consumer_zone(consumer, 2), 0, DH_NOW) != DH_OK ||
        write(ready, "x", 1) != 1)
        _exit(1);
}

static dh_err lock_held(bool by_the_dead)
{
    dh_producer *producer = producer_of(schema_from_text(2, text_zones, policy_wait(2, 2)), NULL);
    pid_t child = start(lock_a_zone);
    dh_err err;

    if (by_the_dead) stop(child);
    err = dh_zone_lock(dh_producer_zone(producer, 2), 0, dh_in(5 * DH_MS));
    if (!by_the_dead) stop(child);
    dh_producer_close(producer);
    return err;
}

static dh_err owner_died(struct dh_why *why)
{
    (void)why;
    return lock_held(true);
}

static dh_err owner_lives(struct dh_why *why)
{
    (void)why;
    return lock_held(false);
}

static dh_err too_many_slots(struct dh_why *why)
{
    dh_producer *producer;

    return dh_producer_open(&producer, pair_schema(), channel,
                            &(struct dh_producer_options){ .n_slots = 1u << 30 }, why);
}

static dh_err with_limit(int resource, struct dh_why *why)
{
    struct rlimit before, tight;
    dh_producer *producer;
    dh_err err;

    getrlimit((__rlimit_resource_t)resource, &before);
    tight = (struct rlimit){ .rlim_cur = 4, .rlim_max = before.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    setrlimit((__rlimit_resource_t)resource, &tight);
    err = dh_producer_open(&producer, pair_schema(), channel, NULL, why);
    setrlimit((__rlimit_resource_t)resource, &before);
    return err;
}

static dh_err no_descriptors(struct dh_why *why)
{
    return with_limit(RLIMIT_NOFILE, why);
}

static dh_err no_file_size(struct dh_why *why)
{
    return with_limit(RLIMIT_FSIZE, why);
}

static dh_err living_producer(struct dh_why *why)
{
    dh_producer *producer;
    dh_err err = dh_producer_open(&producer, pair_schema(), channel, NULL, why);

    if (err != DH_OK) return err;
    err = dh_recovery_forget(channel, NULL, why);
    dh_producer_close(producer);
    return err;
}

static dh_err stopped_producer(struct dh_why *why)
{
    int ready[2], status;
    dh_consumer *consumer;
    pid_t child;
    dh_err err;
    char byte;

    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        producer_of(pair_schema(), NULL);
        if (write(ready[1], "r", 1) != 1) _exit(1);
        for (;;)
            pause();
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    kill(child, SIGSTOP);
    ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
    err = dh_consumer_open(&consumer, pair_schema(), channel, NULL, why);
    ck_assert_msg(err != DH_OK && strstr(why->text, "is stopped") != NULL, "%s", why->text);
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    close(ready[0]);
    close(ready[1]);
    return err;
}

struct row {
    dh_err err;
    dh_err (*provoke)(struct dh_why *why);
    bool explained; /* the call has a `why` */
};

static const struct row rows[] = {
    { DH_EINVAL, argument_out_of_range, true },
    { DH_EORDER, call_out_of_order, false },
    { DH_EFULL, ring_full, false },
    { DH_EEMPTY, nothing_new, false },
    { DH_ECLOSED, producer_closed, false },
    { DH_EDEAD, producer_died, false },
    { DH_ESCHEMA, another_schema, true },
    { DH_EFORMAT, another_format, true },
    { DH_ECORRUPT, damaged_block, true },
    { DH_ESEAL, unsealed_block, true },
    { DH_ESECRET, no_secret, true },
    { DH_EREFUSED, consumer_writes_a_zone, false },
    { DH_ENOTFOUND, no_such_channel, true },
    { DH_ECONFLICT, second_producer, true },
    { DH_ENOBROKER, broker_away, true },
    { DH_EPROTOCOL, nonsense, true },
    { DH_ETABLE, table_full, true },
    { DH_ECHECKSUM, wrong_checksum, false },
    { DH_EOWNERDEAD, owner_died, false },
    { DH_EBUSY, owner_lives, false },
    { DH_ELIMIT, too_many_slots, true },
    { DH_ENOMEM, no_descriptors, true },
    { DH_EEVICTED, put_out, false },
    { DH_ESUPERSEDED, superseded, false },
    { DH_ESYS, no_file_size, true },
    { DH_EALIVE, living_producer, true },
    { DH_ESILENT, stopped_producer, true },
};

START_TEST(every_error_is_provoked_and_explained)
{
    const struct row *row = &rows[_i];
    struct dh_why why = { .text = "" };
    dh_err err;

    snprintf(channel, sizeof channel, "test.errors.%d", (int)getpid());
    err = row->provoke(&why);
    ck_assert_msg(err == row->err, "%s instead of %s: %s", dh_error_name(err),
                  dh_error_name(row->err), why.text);
    if (row->explained) {
        ck_assert_int_eq(why.err, row->err);
        ck_assert_uint_gt(strlen(why.text), 10);
        ck_assert_ptr_null(strchr(why.text, '\n'));
        printf("%-14s %s\n", dh_error_name(err), why.text);
    }
}
END_TEST

START_TEST(no_error_is_left_out_and_each_has_its_texts)
{
    static const dh_err all[] = {
#define DH_ERROR(name, number, what, help) DH_##name,
#include <dh/error.def>
#undef DH_ERROR
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bool found = false;

        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
            found = found || rows[k].err == all[i];
        ck_assert_msg(found, "%s has no row", dh_error_name(all[i]));
        ck_assert_uint_gt(strlen(dh_error_text(all[i])), 10);
        ck_assert_uint_gt(strlen(dh_error_help(all[i])), 10);
        ck_assert_int_eq(all[i], -(int)i - 1);
    }
    ck_assert_str_eq(dh_error_name((dh_err)-999), "DH_E?");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("errors");
    TCase *tests = tcase_create("errors");
    SRunner *runner = srunner_create(suite);
    int failed;

    setenv("DH_BROKER", "/nonexistent/dh.sock", 1);
    tcase_set_timeout(tests, 30);
    tcase_add_loop_test(tests, every_error_is_provoked_and_explained, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(tests, no_error_is_left_out_and_each_has_its_texts);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
