/* SPDX-License-Identifier: 0BSD */
/* imu.dh.print.h - written by dhgen 0.1.0 from imu.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_IMU_DH_PRINT_H
#define LAB_IMU_DH_PRINT_H

#include "imu.dh.h"
#include "geometry.dh.print.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Quality: the value's name; of one without a name the number. */
static inline void imu_quality_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = imu_quality_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t imu_quality_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_quality_print_to(&out, value);
    return out.length;
}

/* Fault: the names of all flags that are set, "gyro|mag"; of those without a name the bit's number. */
static inline void imu_fault_print_to(struct dh_print *out, uint16_t value)
{
    uint64_t left = value;

    if (left == 0) dh_print_text(out, "0");
    for (unsigned bit = 0; left != 0; bit++, left >>= 1) {
        const char *name = imu_fault_name((uint16_t)(UINT64_C(1) << bit));
        if ((left & 1) == 0) continue;
        if (name[0] == '?') dh_print_text(out, "bit");
        if (name[0] == '?')
            dh_print_unsigned(out, bit);
        else
            dh_print_text(out, name);
        if (left > 1) dh_print_text(out, "|");
    }
}

static inline size_t imu_fault_print(uint16_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_fault_print_to(&out, value);
    return out.length;
}

/* string<31> of imu_sample.label */
static inline void imu_sample_label_print_to(struct dh_print *out,
                                             const struct imu_sample_label *value)
{
    dh_print_chars(out, value->text, value->length < 31 ? value->length : 31);
}

static inline size_t imu_sample_label_print(const struct imu_sample_label *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_sample_label_print_to(&out, value);
    return out.length;
}

/* list<f32, 64> of imu_sample.taps */
static inline void imu_sample_taps_print_to(struct dh_print *out,
                                            const struct imu_sample_taps *value)
{
    size_t n = (size_t)imu_sample_taps_count(value) * 1;

    DH_PRINT_ITEMS(out, float, value->items, n, dh_print_f32(out, items[i]));
}

static inline size_t imu_sample_taps_print(const struct imu_sample_taps *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_sample_taps_print_to(&out, value);
    return out.length;
}

/* Sample */
static inline void imu_sample_print_to(struct dh_print *out, const struct imu_sample *value)
{
    dh_print_text(out, "{time: ");
    dh_print_unsigned(out, value->time);
    dh_print_text(out, " ns, accel: ");
    geo_vec3f_print_to(out, &value->accel);
    dh_print_text(out, " m/s^2, gyro: ");
    geo_vec3f_print_to(out, &value->gyro);
    dh_print_text(out, " rad/s, cov: ");
    DH_PRINT_ITEMS(out, float, value->cov, 9, dh_print_f32(out, items[i]));
    dh_print_text(out, ", quality: ");
    imu_quality_print_to(out, value->quality);
    dh_print_text(out, ", faults: ");
    imu_fault_print_to(out, value->faults);
    dh_print_text(out, ", label: ");
    imu_sample_label_print_to(out, &value->label);
    dh_print_text(out, ", taps: ");
    imu_sample_taps_print_to(out, &value->taps);
    dh_print_text(out, ", lat: ");
    dh_print_scaled(out, (double)value->lat, 1e-07, 0);
    dh_print_text(out, " deg, temp: ");
    dh_print_f32(out, value->temp);
    dh_print_text(out, " degC}");
}

static inline size_t imu_sample_print(const struct imu_sample *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_sample_print_to(&out, value);
    return out.length;
}

/* Status */
static inline void imu_status_print_to(struct dh_print *out, const struct imu_status *value)
{
    dh_print_text(out, "{frames: ");
    dh_print_unsigned(out, dh_atomic_u64_load(&value->frames));
    dh_print_text(out, ", rate: ");
    dh_print_f32(out, dh_atomic_f32_load(&value->rate));
    dh_print_text(out, " Hz}");
}

static inline size_t imu_status_print(const struct imu_status *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_status_print_to(&out, value);
    return out.length;
}

/* Calibration */
static inline void imu_calibration_print_to(struct dh_print *out,
                                            const struct imu_calibration *value)
{
    dh_print_text(out, "{bias: ");
    DH_PRINT_ITEMS(out, float, value->bias, 3, dh_print_f32(out, items[i]));
    dh_print_text(out, ", matrix: ");
    DH_PRINT_ITEMS(out, float, value->matrix, 9, dh_print_f32(out, items[i]));
    dh_print_text(out, "}");
}

static inline size_t imu_calibration_print(const struct imu_calibration *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    imu_calibration_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_IMU_DH_PRINT_H */
