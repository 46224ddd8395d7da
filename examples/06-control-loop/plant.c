/* SPDX-License-Identifier: Apache-2.0 */
/* plant - a mass of 2 kg on a rail, simulated. Each step it says where it is and waits for the
 * force. Prints where it ends, and on standard error how long answers took. */
#include "loop.dh.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STEPS = 5000 };

static int64_t took[STEPS];

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

int main(void)
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
    while (err == DH_OK && state.step < STEPS)
        err = step(&states, &commands, &state);
    if (err != DH_OK) {
        fprintf(stderr, "plant: %s\n", dh_error_text(err));
        return 1;
    }
    qsort(took, STEPS, sizeof *took, by_length);
    fprintf(stderr, "there and back: median %.1f us, 99th percentile %.1f us, longest %.1f us\n",
            (double)took[STEPS / 2] / 1e3, (double)took[STEPS * 99 / 100] / 1e3,
            (double)took[STEPS - 1] / 1e3);
    printf("%d steps answered, the mass stands still, %.0f um from the middle\n", STEPS,
           fabs(state.position) * 1e6);
    loop_command_consumer_close(&commands);
    loop_state_producer_close(&states);
}
