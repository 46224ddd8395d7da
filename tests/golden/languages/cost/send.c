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

/* ---- the same by raw calls, by a scope, by a transaction ---- */

dh_err send_raw(dh_producer *const *producer, uint64_t time);
dh_err read_raw(dh_consumer *const *consumer, uint64_t *time);
dh_err send_scoped(w_gripper_producer *producer, uint64_t time);
dh_err read_scoped(w_gripper_consumer *consumer, uint64_t *time);
dh_err send_in_transaction(w_gripper_producer *producer, uint64_t time);
dh_err read_in_transaction(w_gripper_consumer *consumer, uint64_t *time);

dh_err send_raw(dh_producer *const *producer, uint64_t time)
{
    void *payload;
    dh_err err = dh_producer_loan(*producer, DH_FOREVER, &payload);

    if (err != DH_OK) return err;
    ((struct w_gripper *)payload)->time = time;
    return dh_producer_commit(*producer);
}

dh_err read_raw(dh_consumer *const *consumer, uint64_t *time)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(*consumer, DH_FOREVER, &payload);

    if (err != DH_OK) return err;
    *time = ((const struct w_gripper *)payload)->time;
    return dh_consumer_release(*consumer);
}

dh_err send_scoped(w_gripper_producer *producer, uint64_t time)
{
    __attribute__((cleanup(w_gripper_loan_end))) w_gripper_loan_scope loan =
        w_gripper_loan_begin(producer, DH_FOREVER);

    if (loan.err != DH_OK) return loan.err;
    loan.slot->time = time;
    return w_gripper_loan_commit(&loan);
}

dh_err read_scoped(w_gripper_consumer *consumer, uint64_t *time)
{
    __attribute__((cleanup(w_gripper_acquire_end))) w_gripper_acquire_scope held =
        w_gripper_acquire_begin(consumer, DH_FOREVER);

    if (held.err == DH_OK) *time = held.slot->time;
    return held.err;
}

static int fill(struct w_gripper *slot, void *time)
{
    slot->time = *(const uint64_t *)time;
    return 0;
}

dh_err send_in_transaction(w_gripper_producer *producer, uint64_t time)
{
    return w_gripper_write(producer, DH_FOREVER, fill, &time, NULL);
}

static int use(const struct w_gripper *slot, void *time)
{
    *(uint64_t *)time = slot->time;
    return 0;
}

dh_err read_in_transaction(w_gripper_consumer *consumer, uint64_t *time)
{
    return w_gripper_read(consumer, DH_FOREVER, use, time, NULL);
}
