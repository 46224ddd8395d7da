/* SPDX-License-Identifier: Apache-2.0 */
/* plant [FILE] - a mass of 2 kg on a rail, simulated, a thousand steps a second. Each step it says
 * where it is and waits for the force. Prints where it ends, and on standard error how late steps
 * began and how long answers took; in FILE both of each step, in nanoseconds. */
#include "loop.dh.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STEPS = 2000, PERIOD_NS = 1000000 };

static int64_t late[STEPS], took[STEPS];

static int by_length(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* The controller opens its channel when it has found ours. */
static dh_err find_controller(loop_command_consumer *commands)
{
    const struct dh_consumer_options spin = {
        .spin_ns = DH_MS
    }; /* look for a millisecond before sleeping */
    const struct timespec pause = { .tv_nsec = 1000000 };
    int64_t give_up = dh_in(10 * DH_S);
    dh_err err;

    while ((err = loop_command_consumer_open(commands, NULL, &spin, NULL)) == DH_ENOTFOUND &&
           dh_now() < give_up)
        nanosleep(&pause, NULL);
    return err;
}

/* Sleep until a step is due. Returns how late that was: the kernel's part of the jitter. */
static int64_t wait_until(int64_t due)
{
    const struct timespec until = { .tv_sec = due / DH_S, .tv_nsec = due % DH_S };

    while (dh_now() < due)
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    return dh_now() - due;
}

/* One step of a millisecond: the state goes out, the force comes back. */
static dh_err step(loop_state_producer *states, loop_command_consumer *commands,
                   struct loop_state *state)
{
    struct loop_command command;
    int64_t sent = dh_now();
    dh_err err = loop_state_send(states, DH_NOW, state);

    if (err == DH_OK) err = loop_command_receive(commands, dh_in(5 * DH_S), &command);
    if (err != DH_OK || command.step != state->step) return err != DH_OK ? err : DH_EORDER;
    took[state->step] = dh_now() - sent;
    state->speed += command.force / 2 * 1e-3;
    state->position += state->speed * 1e-3;
    state->step++;
    return DH_OK;
}

static dh_err run(loop_state_producer *states, loop_command_consumer *commands,
                  struct loop_state *state)
{
    int64_t due = dh_in(PERIOD_NS);
    dh_err err = DH_OK;

    while (err == DH_OK && state->step < STEPS) {
        late[state->step] = wait_until(due);
        err = step(states, commands, state);
        do /* what took longer than its period leaves out the next */
            due += PERIOD_NS;
        while (due <= dh_now());
    }
    return err;
}

static bool write_file(const char *name)
{
    FILE *file = fopen(name, "w");

    if (file == NULL) return false;
    for (int i = 0; i < STEPS; i++)
        fprintf(file, "%" PRId64 " %" PRId64 "\n", late[i], took[i]);
    return fclose(file) == 0;
}

/* Leaves ns sorted. */
static void tell(const char *what, int64_t *ns)
{
    qsort(ns, STEPS, sizeof *ns, by_length);
    fprintf(stderr, "%s: median %.1f us, 99th percentile %.1f us, longest %.1f us\n", what,
            (double)ns[STEPS / 2] / 1e3, (double)ns[STEPS * 99 / 100] / 1e3,
            (double)ns[STEPS - 1] / 1e3);
}

int main(int argc, char **argv)
{
    struct loop_state state = { .position = 1.0 };
    loop_command_consumer commands;
    loop_state_producer states;
    struct dh_why why;
    dh_err err;

    if (loop_state_producer_open(&states, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "plant: %s\n", why.text);
        return 1;
    }
    err = find_controller(&commands);
    if (err == DH_OK) err = run(&states, &commands, &state);
    if (err != DH_OK) {
        fprintf(stderr, "plant: %s\n", dh_error_text(err));
        return 1;
    }
    if (argc > 1 && !write_file(argv[1])) {
        perror(argv[1]);
        return 1;
    }
    tell("steps began late", late);
    tell("there and back", took);
    printf("%d steps answered, the mass stands still, %.0f um from the middle\n", STEPS,
           fabs(state.position) * 1e6);
    loop_command_consumer_close(&commands);
    loop_state_producer_close(&states);
}
