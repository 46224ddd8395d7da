/* SPDX-License-Identifier: Apache-2.0 */
#include "relay.h"

#include "base/atomic.h"
#include "block/ring.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

struct board *board;
char channel[DH_CHANNEL_MAX + 1];
bool relay_strict;

void relay_kind(int argc, char **argv)
{
    relay_strict = argc > 1 && strcmp(argv[1], "strict") == 0;
}

void relay_begin(void)
{
    world_open();
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    snprintf(channel, sizeof channel, "%s", world_channel("relay"));
}

void relay_end(void)
{
    munmap(board, sizeof *board);
    world_close();
}

static void one_more(uint64_t *count)
{
    __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST); /* of several processes */
}

/* Something that goes wrong in a program, between loan and commit. */
static void play(void)
{
    switch ((enum stunt)dhi_load_acquire(&board->stunt)) {
    case STUNT_NONE: return;
    case STUNT_SPIN: /* in a loop of the program's own */
        dhi_store_release(&board->playing, 1);
        while (dhi_load_acquire(&board->go) == 0) {
        }
        return;
    case STUNT_TRAP: /* a debugger has this thread from here on */
        dhi_store_release(&board->playing, 1);
        while (dhi_load_acquire(&board->go) == 0)
            usleep(100);
        raise(SIGTRAP);
        return;
    }
}

/* One message; its sequence is its content. */
static dh_err send_next(dh_producer *producer)
{
    dh_slot_rw *rw = dh_producer_slot_rw(producer);
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_write(rw, dh_in(60 * DH_S), &slot);

    if (err != DH_OK) return err;
    *(struct pair *)slot.data = (struct pair){ .n = slot.sequence, .check = ~slot.sequence };
    if (slot.sequence == dhi_load_acquire(&board->stunt_at)) play();
    err = dh_producer_commit(producer);
    if (err == DH_OK) dhi_store_release(&board->committed, slot.sequence + 1);
    return err;
}

enum { ATTEMPTS = 20 };

static void produce(const struct dh_schema *schema, const struct dh_producer_options *options)
{
    struct dh_producer_options with =
        options != NULL ? *options : (struct dh_producer_options){ 0 };
    dh_producer *producer;
    struct dh_why why;
    dh_err err = DH_OK;

    with.strict |= relay_strict;
    /* One that answers in the moment when our patience ends is left alone, and that is said: again.
     */
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        err = dh_producer_open(&producer, schema, channel, &with, &why);
        if (err != DH_ECONFLICT || with.takeover != DH_TAKEOVER_FORCE) break;
    }
    if (err != DH_OK) {
        fprintf(stderr, "producer: %s: %s\n", dh_error_name(err), why.text);
        _exit(-err);
    }
    one_more(&board->opened);
    while (err == DH_OK && dhi_load_acquire(&board->stop) == 0)
        if (dhi_load_acquire(&board->pause) == 0)
            err = send_next(producer);
        else
            usleep(100);
    if (err == DH_ESUPERSEDED) {
        dhi_store_release(&board->refused, dh_producer_slot_rw(producer)->next);
        one_more(&board->superseded);
    }
    dh_producer_close(producer);
    _exit(-err);
}

static pid_t start(const struct dh_schema *schema, const struct dh_producer_options *options,
                   bool when_called)
{
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
        while (when_called && dhi_load_acquire(&board->called) == 0)
            usleep(100);
        produce(schema, options);
    }
    return child;
}

pid_t relay_start(const struct dh_schema *schema, const struct dh_producer_options *options)
{
    return start(schema, options, false);
}

static void await_opened(uint64_t before)
{
    ck_assert_msg(BECOMES(60000, dhi_load_acquire(&board->opened) > before), "no producer: %s",
                  world_log());
}

pid_t relay_start_and_wait(const struct dh_schema *schema,
                           const struct dh_producer_options *options)
{
    uint64_t before = dhi_load_acquire(&board->opened);
    pid_t child = relay_start(schema, options);

    await_opened(before);
    return child;
}

pid_t relay_prepare(const struct dh_schema *schema, const struct dh_producer_options *options)
{
    return start(schema, options, true);
}

void relay_call_and_wait(void)
{
    uint64_t before = dhi_load_acquire(&board->opened);

    dhi_store_release(&board->called, 1);
    await_opened(before);
}

dh_consumer *relay_join(const struct dh_schema *schema, const struct dh_consumer_options *options)
{
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err = dh_consumer_open(&consumer, schema, channel, options, &why);

    ck_assert_msg(err == DH_OK, "%s: %s", dh_error_name(err), why.text);
    ck_assert_int_eq(dhi_block_is_strict(dh_consumer_slot_rw(consumer)->block), relay_strict);
    return consumer;
}

uint64_t relay_read(dh_consumer *consumer, uint64_t next, uint64_t until)
{
    while (next < until) {
        const void *payload;
        const struct pair *pair;
        dh_err err = dh_consumer_acquire(consumer, dh_in(60 * DH_S), &payload);

        ck_assert_msg(err == DH_OK, "%s at %ju: %s", dh_error_name(err), (uintmax_t)next,
                      dh_consumer_why(consumer)->text);
        pair = payload;
        ck_assert_uint_eq(pair->n, next);
        ck_assert_uint_eq(pair->check, ~next);
        ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
        next++;
    }
    return next;
}
