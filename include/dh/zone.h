/* SPDX-License-Identifier: Apache-2.0
 *
 * zone.h - flexible zones: structs of the schema that are updated in place, beside the ring.
 *
 *      producer-written   sequence word │ struct    producer: write; consumers: read a copy
 *      shared             n locks       │ struct    everyone: atomics, or all of it under a lock
 *
 * A handle is got from a producer or a consumer (dh_producer_zone, dh_consumer_zone) and lives as
 * long. One thread at a time for a handle. A call that says nothing of waiting never blocks.
 */
#ifndef DH_ZONE_H
#define DH_ZONE_H

#include <dh/schema.h>
#include <dh/time.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dh_zone dh_zone;

/* The struct in place: for its atomic fields at any time, for the others under one of the zone's
 * locks. dh_zone_mutable() is NULL where this side may not write. */
DH_API const void *dh_zone_data(const dh_zone *zone);
DH_API void *dh_zone_mutable(dh_zone *zone);

/* Producer-written zones. Replace the whole struct, so that each reader sees all of the old or all
 * of the new value. Never blocks. Returns EREFUSED (this side may not, or the zone is shared). */
DH_API DH_MUST_USE dh_err dh_zone_write(dh_zone *zone, const void *value);

/* Copy one consistent value to *value, and try again until deadline_ns while an update is under
 * way; bytes that the producer's minor does not have are 0. Returns EBUSY (an update did not end by
 * the deadline), EDEAD (its writer died in the middle of one), EREFUSED (the zone is shared: read
 * it under a lock). */
DH_API DH_MUST_USE dh_err dh_zone_read(dh_zone *zone, int64_t deadline_ns, void *value);

/* Shared zones. Take lock `lock` (0 … spinlocks - 1) for this producer or consumer; recursive.
 * Waits for its owner until deadline_ns. Returns EBUSY (held by a living process until the
 * deadline), EINVAL (no such lock), EOWNERDEAD: the lock is yours, its last owner died holding it,
 * and so will everyone be told until dh_zone_consistent(). */
DH_API DH_MUST_USE dh_err dh_zone_lock(dh_zone *zone, unsigned lock, int64_t deadline_ns);

/* Give lock `lock` back, once for each time it was taken. Returns EORDER (not yours), EINVAL (no
 * such lock). */
DH_API dh_err dh_zone_unlock(dh_zone *zone, unsigned lock);

/* The zone is mended: the held `lock` is a normal one again. Returns EORDER (not yours), EINVAL (no
 * such lock). */
DH_API dh_err dh_zone_consistent(dh_zone *zone, unsigned lock);

#ifdef __cplusplus
}
#endif
#endif
