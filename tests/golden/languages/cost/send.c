/* SPDX-License-Identifier: Apache-2.0 */
/* One message sent and one read in C: what send.cpp is held against. */
#include "whole.dh.h"

dh_err send_message(w_gripper_producer *producer, uint64_t time);
dh_err read_message(w_gripper_consumer *consumer, uint64_t *time);

dh_err send_message(w_gripper_producer *producer, uint64_t time)
{
    struct w_gripper *slot;
    dh_err err = w_gripper_loan(producer, DH_FOREVER, &slot);

    if (err != DH_OK) return err;
    slot->time = time;
    return w_gripper_commit(producer);
}

dh_err read_message(w_gripper_consumer *consumer, uint64_t *time)
{
    const struct w_gripper *slot;
    dh_err err = w_gripper_acquire(consumer, DH_FOREVER, &slot);

    if (err != DH_OK) return err;
    *time = slot->time;
    return w_gripper_release(consumer);
}
