/* SPDX-License-Identifier: 0BSD */
/* imu.dh.h - written by dhgen 0.1.0 from imu.dhs; edit the schema, not this file.
 *
 *   package lab.imu
 *   channel imu version 1.1: slot of 384 bytes, zone calibration of 48, zone status of 128
 *     a89e5179869745bd5a1094b8511eb530532cc201f3ca82f25d4eda8fd6551241
 *
 * Inertial data of one vehicle.
 *
 * The example of the language's design page.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_IMU_DH_H
#define LAB_IMU_DH_H

#include <dh/atomic.h>
#include <dh/consumer.h>
#include <dh/producer.h>
#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "geometry.dh.h"

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "imu.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum { IMU_AXES = 3u };

/* Standard gravity. */
static const double IMU_GRAVITY = 9.80665;

/* open enum Quality, stored as uint8_t */
/* How the filter judged a sample. */
enum imu_quality {
    IMU_QUALITY_GOOD = 0,
    /* at least one axis reached full scale */
    IMU_QUALITY_CLIPPED = 1,
    IMU_QUALITY_STALE = 2,
};

/* flags Fault, stored as uint16_t */
enum imu_fault {
    IMU_FAULT_GYRO = 1 << 0,
    IMU_FAULT_ACCEL = 1 << 1,
    IMU_FAULT_MAG = 1 << 2,
};

/* string<31> of imu_sample.label */
struct imu_sample_label {
    uint32_t length; /* 0  bytes of text */
    char text[32];   /* 4  UTF-8, always terminated */
};

/* list<f32, 64> of imu_sample.taps */
struct imu_sample_taps {
    uint32_t count;  /* 0  of items */
    float items[64]; /* 4 */
};

/* Sample, 384 bytes, align 8 */
/* One sample of all sensors,
 * in the vehicle's own axes. */
struct imu_sample {
    /* When the sensor was read. */
    alignas(8) uint64_t time;      /*   0  ns, monotonic clock */
    struct geo_vec3f accel;        /*   8  m/s^2, -160 to 160 */
    struct geo_vec3f gyro;         /*  20  rad/s */
    float cov[3][3];               /*  32 */
    uint8_t quality;               /*  68  enum imu_quality */
    uint8_t pad69_[1];             /*  69  zero */
    uint16_t faults;               /*  70  enum imu_fault */
    struct imu_sample_label label; /*  72  string<31> */
    struct imu_sample_taps taps;   /* 108  list<f32, 64> */
    int32_t lat;                   /* 368  deg, = raw * 1e-07, -90 to 90 */
    uint8_t pad372_[4];            /* 372  zero */
    float temp;                    /* 376  degC, nan: invalid, since minor 1 */
    uint8_t pad380_[4];            /* 380  zero */
};

/* Status, 128 bytes, align 64 */
struct imu_status {
    dh_atomic_u64 frames;           /*  0 */
    uint8_t pad8_[56];              /*  8  zero */
    alignas(64) dh_atomic_f32 rate; /* 64  Hz */
    uint8_t pad68_[60];             /* 68  zero */
};

/* Calibration, 48 bytes, align 4 */
struct imu_calibration {
    float bias[3];      /*  0 */
    float matrix[3][3]; /* 12 */
};

/* What a block's schema is compared with when a program attaches to a channel. Defined in the .c file. */
DH_API extern const struct dh_schema imu_schema;

#ifdef __cplusplus
}
#endif
#endif /* LAB_IMU_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_IMU_DH_H_FUNCTIONS)
#define LAB_IMU_DH_H_FUNCTIONS

#include "geometry.dh.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The schema's name of a value; "?" if it has none. */
static inline const char *imu_quality_name(uint8_t value)
{
    switch (value) {
    case 0: return "good";
    case 1: return "clipped";
    case 2: return "quality_stale";
    default: return "?";
    }
}

/* The schema's name of one flag; "?" if it has none. */
static inline const char *imu_fault_name(uint16_t value)
{
    switch (value) {
    case 1: return "gyro";
    case 2: return "accel";
    case 4: return "mag";
    default: return "?";
    }
}

DH_STATIC_ASSERT(sizeof(struct imu_sample_label) == 36, "imu_sample_label is not as imu.dhs says");

/* Set the text. False: it was cut, between characters, to 31 bytes. */
static inline bool imu_sample_label_set(struct imu_sample_label *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 31;

    if (!fits) {
        length = 31;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct imu_sample_taps) == 260, "imu_sample_taps is not as imu.dhs says");

/* How many items there are, never more than 64, whatever the memory says. */
static inline uint32_t imu_sample_taps_count(const struct imu_sample_taps *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 64 ? n : 64;
}

/* Add an item. False: there are 64 already. */
static inline bool imu_sample_taps_append(struct imu_sample_taps *list, float item)
{
    uint32_t n = imu_sample_taps_count(list);

    if (n == 64) return false;
    list->items[n] = item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 64. */
static inline bool imu_sample_taps_set(struct imu_sample_taps *list, const float *items, size_t n)
{
    bool fits = n <= 64;

    list->count = fits ? (uint32_t)n : 64;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const float *imu_sample_taps_at(const struct imu_sample_taps *list, size_t index)
{
    return index < imu_sample_taps_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct imu_sample) == 384, "imu_sample is not as imu.dhs says");

/* All zero, and the schema's defaults. */
static inline void imu_sample_init(struct imu_sample *sample)
{
    memset(sample, 0, sizeof *sample);
    sample->quality = IMU_QUALITY_CLIPPED;
    imu_sample_label_set(&sample->label, "unnamed");
}

/* The physical value, in deg, of what is stored raw. */
static inline double imu_sample_lat_get(const struct imu_sample *sample)
{
    return (double)sample->lat * 1e-07;
}

/* Store the raw value that is nearest to a physical one. False: none is near, nothing is stored. */
static inline bool imu_sample_lat_set(struct imu_sample *sample, double physical)
{
    double raw = physical / 1e-07;

    raw += raw < 0 ? -0.5 : 0.5;
    if (!(raw > -2147483649.0 && raw < 2147483648.0)) return false;
    sample->lat = (int32_t)raw;
    return true;
}

/* Whether `temp` is there: it came with minor 1. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool imu_sample_has_temp(uint32_t minor)
{
    return minor >= 1;
}

DH_STATIC_ASSERT(sizeof(struct imu_status) == 128, "imu_status is not as imu.dhs says");

/* All zero, and the schema's defaults. */
static inline void imu_status_init(struct imu_status *status)
{
    memset(status, 0, sizeof *status);
}

DH_STATIC_ASSERT(sizeof(struct imu_calibration) == 48, "imu_calibration is not as imu.dhs says");

/* All zero, and the schema's defaults. */
static inline void imu_calibration_init(struct imu_calibration *calibration)
{
    memset(calibration, 0, sizeof *calibration);
}

/* Calls of channels wait and return as those of <dh/producer.h> and <dh/consumer.h> do that they are named after,
 * where more is said of them. Types of their own keep channels apart. */

/* ---- channel imu 1.1: 256 slot(s), full: wait, checksum: none ----
 * What the vehicle felt.
 *
 * Its name where NULL is given: "lab.imu.imu".
 */

typedef struct imu_producer {
    dh_producer *base;
} imu_producer;

typedef struct imu_consumer {
    dh_consumer *base;
} imu_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err imu_producer_open(imu_producer *producer, const char *channel,
                                                   const struct dh_producer_options *options,
                                                   struct dh_why *why)
{
    return dh_producer_open(&producer->base, &imu_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void imu_producer_close(imu_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err imu_consumer_open(imu_consumer *consumer, const char *channel,
                                                   const struct dh_consumer_options *options,
                                                   struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &imu_schema, channel, options, why);
}

static inline void imu_consumer_close(imu_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t imu_consumer_minor(const imu_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t imu_lost(const imu_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * imu_sample_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err imu_loan(imu_producer *producer, int64_t deadline_ns,
                                          struct imu_sample **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct imu_sample *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err imu_commit(imu_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void imu_abort(imu_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err imu_send(imu_producer *producer, int64_t deadline_ns,
                                          const struct imu_sample *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* imu_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(imu, imu_sample);
DH_LOAN_SCOPE(imu, imu_sample);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err imu_acquire(imu_consumer *consumer, int64_t deadline_ns,
                                             const struct imu_sample **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct imu_sample *)payload;
    return err;
}

/* Give it back. */
static inline dh_err imu_release(imu_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err imu_receive(imu_consumer *consumer, int64_t deadline_ns,
                                             struct imu_sample *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* imu_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(imu, imu_sample);
DH_ACQUIRE_SCOPE(imu, imu_sample);

/* Zone calibration: written by the producer alone; a reader gets all of one value. */
static inline DH_MUST_USE dh_err imu_producer_calibration_write(imu_producer *producer,
                                                                const struct imu_calibration *value)
{
    return dh_zone_write(dh_producer_zone(producer->base, 1), value);
}

/* Copy one consistent value. Returns EBUSY, EDEAD, or ENOTFOUND: the producer's minor lacks it. */
static inline DH_MUST_USE dh_err imu_consumer_calibration_read(imu_consumer *consumer,
                                                               int64_t deadline_ns,
                                                               struct imu_calibration *value)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 1);

    return zone ? dh_zone_read(zone, deadline_ns, value) : DH_ENOTFOUND;
}

/* Zone status: everybody reads and writes it in place, atomic fields at any time, the
 * others under one of its 4 locks. */
static inline struct imu_status *imu_producer_status(imu_producer *producer)
{
    return (struct imu_status *)dh_zone_mutable(dh_producer_zone(producer->base, 2));
}

/* NULL if the producer's minor has no such zone. */
static inline struct imu_status *imu_consumer_status(imu_consumer *consumer)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? (struct imu_status *)dh_zone_mutable(zone) : NULL;
}

/* Take a lock, 0 … 4 - 1. Returns EBUSY, EINVAL, or EOWNERDEAD: it is yours, its last owner
 * died holding it; mend the zone and say so with …_status_consistent(). */
static inline DH_MUST_USE dh_err imu_producer_status_lock(imu_producer *producer, unsigned lock,
                                                          int64_t deadline_ns)
{
    return dh_zone_lock(dh_producer_zone(producer->base, 2), lock, deadline_ns);
}

static inline dh_err imu_producer_status_unlock(imu_producer *producer, unsigned lock)
{
    return dh_zone_unlock(dh_producer_zone(producer->base, 2), lock);
}

static inline dh_err imu_producer_status_consistent(imu_producer *producer, unsigned lock)
{
    return dh_zone_consistent(dh_producer_zone(producer->base, 2), lock);
}

/* The same for a consumer; ENOTFOUND if the producer's minor has no such zone. */
static inline DH_MUST_USE dh_err imu_consumer_status_lock(imu_consumer *consumer, unsigned lock,
                                                          int64_t deadline_ns)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_lock(zone, lock, deadline_ns) : DH_ENOTFOUND;
}

static inline dh_err imu_consumer_status_unlock(imu_consumer *consumer, unsigned lock)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_unlock(zone, lock) : DH_ENOTFOUND;
}

static inline dh_err imu_consumer_status_consistent(imu_consumer *consumer, unsigned lock)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_consistent(zone, lock) : DH_ENOTFOUND;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_IMU_DH_H_FUNCTIONS */
