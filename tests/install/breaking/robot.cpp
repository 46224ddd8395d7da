/* SPDX-License-Identifier: Apache-2.0 */
#include "robot.dh.hpp"

unsigned robot_wheels_of(const lab::robot::State &state)
{
    return state.wheels;
}
