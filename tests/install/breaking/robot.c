/* SPDX-License-Identifier: Apache-2.0 */
#include "robot.dh.h"

unsigned robot_wheels(const struct lab_robot_state *state)
{
    return state->wheels;
}
