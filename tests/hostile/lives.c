/* SPDX-License-Identifier: Apache-2.0 */
#include "lives.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct board *board;
char channel[48];
char why_not[256];
bool full;

/* ---- clocks that jump: linked in front of the C library's ---- */

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    int answer = __real_clock_gettime(clock, time);

    if (board == NULL || clock != CLOCK_REALTIME) return answer;
    time->tv_sec += dhi_load_relaxed(&board->realtime_step_ns) / DH_S;
    __atomic_fetch_add(&board->realtime_asked, 1, __ATOMIC_RELAXED);
    return answer;
}

/* ---- small things ---- */

enum verdict fails(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why_not, sizeof why_not, format, arguments);
    va_end(arguments);
    return FAILED;
}

void rest(int64_t ns)
{
    nanosleep(&(struct timespec){ .tv_sec = ns / DH_S, .tv_nsec = ns % DH_S }, NULL);
}

bool becomes(const uint64_t *word)
{
    int64_t until = dh_in(GENEROUS);

    while (dhi_load_acquire(word) == 0 && dh_now() < until)
        rest(DH_US * 200);
    return dhi_load_acquire(word) != 0;
}

static const struct dh_schema *schema(void)
{
    return schema_from_text(0, text_zones, policy_wait(4, 4));
}

/* A grandchild of the row before may be dying still: it is killed when its parent is gone. */
dh_producer *produce_on(void)
{
    int64_t until = dh_in(GENEROUS);
    dh_producer *producer;
    struct dh_why why;
    dh_err err;

    while ((err = dh_producer_open(&producer, schema(), channel, NULL, &why)) == DH_ECONFLICT &&
           dh_now() < until)
        rest(DH_MS);
    if (err == DH_OK) return producer;
    fprintf(stderr, "producer: %s\n", why.text);
    return NULL;
}

dh_consumer *consume_on(bool event_fd)
{
    const struct dh_consumer_options options = { .event_fd = event_fd };
    int64_t until = dh_in(GENEROUS);
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err;

    while ((err = dh_consumer_open(&consumer, schema(), channel, &options, &why)) == DH_ENOTFOUND &&
           dh_now() < until)
        rest(DH_MS);
    if (err == DH_OK) return consumer;
    fprintf(stderr, "consumer: %s\n", why.text);
    return NULL;
}

dh_err send_number(dh_producer *producer, int64_t deadline_ns, uint64_t n)
{
    return dh_producer_send(producer, deadline_ns, &n, sizeof n);
}

pid_t start(void (*run)(void))
{
    pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run();
    _exit(0);
}

void kill_and_reap(pid_t pid)
{
    if (pid <= 0) return;
    kill(pid, SIGKILL);
    kill(pid, SIGCONT);
    waitpid(pid, NULL, 0);
}

pid_t fork_killer(pid_t victim, int64_t after_ns)
{
    pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    rest(after_ns);
    dhi_store_release(&board->killed_ns, dh_now());
    kill(victim, SIGKILL);
    _exit(0);
}

void clear_board(void)
{
    memset(board, 0, sizeof *board);
}

/* ---- roles ---- */

/* Sends a message now and then until told to stop. */
void be_producer(void)
{
    dh_producer *producer = produce_on();

    if (producer == NULL) return;
    dhi_store_release(&board->ready, 1);
    while (dhi_load_acquire(&board->stop) == 0) {
        if (send_number(producer, dh_in(20 * DH_MS), board->sent) == DH_OK)
            dhi_store_release(&board->sent, board->sent + 1);
        rest(DH_MS);
    }
    dh_producer_close(producer);
}

/* Opens the channel and says nothing. */
void be_silent_producer(void)
{
    if (produce_on() == NULL) return;
    dhi_store_release(&board->ready, 1);
    for (;;)
        pause();
}

void be_holder(void)
{
    dh_consumer *consumer = consume_on(false);
    const void *payload;

    if (consumer == NULL) return;
    dhi_store_release(&board->ready, 1);
    if (dh_consumer_acquire(consumer, DH_FOREVER, &payload) == DH_OK)
        dhi_store_release(&board->sent, 1);
    for (;;)
        pause();
}

void be_owner_of_lock(void)
{
    dh_consumer *consumer = consume_on(false);

    if (consumer == NULL) return;
    if (dh_zone_lock(dh_consumer_zone(consumer, 2), 0, dh_in(GENEROUS)) == DH_OK)
        dhi_store_release(&board->ready, 1);
    for (;;)
        pause();
}
