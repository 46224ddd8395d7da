/* SPDX-License-Identifier: Apache-2.0 */
/* controller - moves the mass to the middle of the rail and holds it there. */
#include "loop.dh.h"

#include <stdio.h>

static double clamp(double force)
{
    return force < -50 ? -50 : force > 50 ? 50 : force;
}

int main(void)
{
    const struct dh_consumer_options spin = { .spin_ns = DH_MS };
    loop_command_producer commands;
    loop_state_consumer states;
    struct loop_state state;
    struct dh_why why;
    dh_err err;

    if (loop_state_consumer_open(&states, NULL, &spin, &why) != DH_OK ||
        loop_command_producer_open(&commands, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "controller: %s\n", why.text);
        return 1;
    }
    while ((err = loop_state_receive(&states, dh_in(15 * DH_S), &state)) == DH_OK) {
        struct loop_command command = { .step = state.step };

        command.force = clamp(-320 * state.position - 50 * state.speed);
        err = loop_command_send(&commands, DH_NOW, &command);
        if (err != DH_OK) break;
    }
    loop_state_consumer_close(&states);
    loop_command_producer_close(&commands);
    return err == DH_ECLOSED ? 0 : 1;
}
