/* SPDX-License-Identifier: Apache-2.0
 *
 * zone.c - a zone of the producer's: a copy that is called good is one of the values that were
 * written, whole.
 *
 *      -DN_VALUES=2
 */
#include "world.h"

#include "block/zone.c"

#ifndef N_VALUES
#define N_VALUES 2
#endif

static struct {
    uint64_t guard;
    uint64_t value[2];
} zone_memory;
static dh_zone theirs, ours;

/* Locks of shared zones have their own model. */
dh_err dhi_lock_take(const struct dhi_block *block, struct dhi_lock *lock, uint32_t owner,
                     int64_t deadline_ns)
{
    (void)block, (void)lock, (void)owner, (void)deadline_ns;
    return DH_EINVAL;
}
dh_err dhi_lock_give(struct dhi_lock *lock, uint32_t owner)
{
    (void)lock, (void)owner;
    return DH_EINVAL;
}
dh_err dhi_lock_consistent(struct dhi_lock *lock, uint32_t owner)
{
    (void)lock, (void)owner;
    return DH_EINVAL;
}

static void *write_values(void *none)
{
    for (uint64_t n = 1; n <= N_VALUES; n++) {
        uint64_t value[2] = { n, n };
        dh_err err = dh_zone_write(&ours, value);

        assert(err == DH_OK);
    }
    return none;
}

static void *read_value(void *none)
{
    uint64_t value[2];

    /* One look of those that dh_zone_read() repeats. */
    AWAIT(dhi_observe_guarded(theirs.guard, theirs.value, value, sizeof value) == DH_OK);
    assert(value[0] == value[1]);
    return none;
}

int main(void)
{
    pthread_t writer, reader;

    side(PRODUCER);
    ours = (dh_zone){ .block = &blocks[PRODUCER],
                      .gate = &blocks[PRODUCER].gate,
                      .guard = &zone_memory.guard,
                      .value = (unsigned char *)zone_memory.value,
                      .our_bytes = sizeof zone_memory.value,
                      .bytes = sizeof zone_memory.value,
                      .writable = true };
    theirs = ours;
    pthread_create(&writer, NULL, write_values, NULL);
    pthread_create(&reader, NULL, read_value, NULL);
    return 0;
}
