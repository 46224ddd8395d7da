/* SPDX-License-Identifier: Apache-2.0
 *
 * atomic.h - what `atomic<T>` of a schema becomes: one-member structs and their calls, the same in
 * C11 and C++17.
 *
 *      dh_atomic_u64_add(&imu_producer_status(&imu)->frames, 1);
 *
 * load is an acquire, store a release, add and exchange both: who sees a stored value also sees
 * what was stored before it. Lock-free on every target we support. Any thread, any process,
 * signal-safe.
 */
#ifndef DH_ATOMIC_H
#define DH_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

#define DH_ATOMIC_BASE(name, type, bytes)                                                \
    typedef struct dh_atomic_##name {                                                    \
        __attribute__((aligned(bytes))) type value;                                      \
    } dh_atomic_##name;                                                                  \
    static inline type dh_atomic_##name##_load(const dh_atomic_##name *atomic)           \
    {                                                                                    \
        type value;                                                                      \
        __atomic_load(&atomic->value, &value, __ATOMIC_ACQUIRE);                         \
        return value;                                                                    \
    }                                                                                    \
    static inline void dh_atomic_##name##_store(dh_atomic_##name *atomic, type value)    \
    {                                                                                    \
        __atomic_store(&atomic->value, &value, __ATOMIC_RELEASE);                        \
    }                                                                                    \
    static inline type dh_atomic_##name##_exchange(dh_atomic_##name *atomic, type value) \
    {                                                                                    \
        type before;                                                                     \
        __atomic_exchange(&atomic->value, &value, &before, __ATOMIC_ACQ_REL);            \
        return before;                                                                   \
    }

/* add and or return the value before; integers wrap. */
#define DH_ATOMIC_INTEGER(name, type, bytes)                                        \
    DH_ATOMIC_BASE(name, type, bytes)                                               \
    static inline type dh_atomic_##name##_add(dh_atomic_##name *atomic, type value) \
    {                                                                               \
        return __atomic_fetch_add(&atomic->value, value, __ATOMIC_ACQ_REL);         \
    }                                                                               \
    static inline type dh_atomic_##name##_or(dh_atomic_##name *atomic, type value)  \
    {                                                                               \
        return __atomic_fetch_or(&atomic->value, value, __ATOMIC_ACQ_REL);          \
    }                                                                               \
    static inline type dh_atomic_##name##_and(dh_atomic_##name *atomic, type value) \
    {                                                                               \
        return __atomic_fetch_and(&atomic->value, value, __ATOMIC_ACQ_REL);         \
    }

DH_ATOMIC_BASE(bool, bool, 1)
DH_ATOMIC_BASE(f32, float, 4)
DH_ATOMIC_BASE(f64, double, 8)
DH_ATOMIC_INTEGER(u32, uint32_t, 4)
DH_ATOMIC_INTEGER(i32, int32_t, 4)
DH_ATOMIC_INTEGER(u64, uint64_t, 8)
DH_ATOMIC_INTEGER(i64, int64_t, 8)

#undef DH_ATOMIC_BASE
#undef DH_ATOMIC_INTEGER
#endif
