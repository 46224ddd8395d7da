/* SPDX-License-Identifier: 0BSD */
/* whole.dh.print.h - written by dhgen 0.1.0 from whole.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_WHOLE_DH_PRINT_H
#define LAB_WHOLE_DH_PRINT_H

#include "whole.dh.h"
#include "parts.dh.print.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Mode: the value's name; of one without a name the number. */
static inline void w_mode_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = w_mode_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t w_mode_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_mode_print_to(&out, value);
    return out.length;
}

/* Signed: the value's name; of one without a name the number. */
static inline void w_signed_print_to(struct dh_print *out, int16_t value)
{
    const char *name = w_signed_name(value);

    if (name[0] == '?')
        dh_print_signed(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t w_signed_print(int16_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_signed_print_to(&out, value);
    return out.length;
}

/* Wide: the value's name; of one without a name the number. */
static inline void w_wide_print_to(struct dh_print *out, uint64_t value)
{
    const char *name = w_wide_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t w_wide_print(uint64_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_wide_print_to(&out, value);
    return out.length;
}

/* Fault: the names of all flags that are set, "gyro|mag"; of those without a name the bit's number. */
static inline void w_fault_print_to(struct dh_print *out, uint16_t value)
{
    uint64_t left = value;

    if (left == 0) dh_print_text(out, "0");
    for (unsigned bit = 0; left != 0; bit++, left >>= 1) {
        const char *name = w_fault_name((uint16_t)(UINT64_C(1) << bit));
        if ((left & 1) == 0) continue;
        if (name[0] == '?') dh_print_text(out, "bit");
        if (name[0] == '?')
            dh_print_unsigned(out, bit);
        else
            dh_print_text(out, name);
        if (left > 1) dh_print_text(out, "|");
    }
}

static inline size_t w_fault_print(uint16_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_fault_print_to(&out, value);
    return out.length;
}

/* string<5> of w_reading.text */
static inline void w_reading_text_print_to(struct dh_print *out, const struct w_reading_text *value)
{
    dh_print_chars(out, value->text, value->length < 5 ? value->length : 5);
}

static inline size_t w_reading_text_print(const struct w_reading_text *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_reading_text_print_to(&out, value);
    return out.length;
}

/* Reading */
static inline void w_reading_print_to(struct dh_print *out, const struct w_reading *value)
{
    switch (value->tag) {
    case 0:
        dh_print_text(out, "nothing");
        break;
    case 1:
        dh_print_text(out, "number: ");
        dh_print_f64(out, value->as.number);
        dh_print_text(out, " m");
        break;
    case 2:
        dh_print_text(out, "text: ");
        w_reading_text_print_to(out, &value->as.text);
        break;
    case 7:
        dh_print_text(out, "place: ");
        lab_parts_place_print_to(out, &value->as.place);
        break;
    case 8:
        dh_print_text(out, "row: ");
        DH_PRINT_ITEMS(out, float, value->as.row, 4, dh_print_f32(out, items[i]));
        break;
    case 9:
        dh_print_text(out, "code: ");
        dh_print_chars(out, value->as.code, 3);
        break;
    case 10:
        dh_print_text(out, "mode: ");
        w_mode_print_to(out, value->as.mode);
        break;
    default: dh_print_text(out, "?");
    }
}

static inline size_t w_reading_print(const struct w_reading *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_reading_print_to(&out, value);
    return out.length;
}

/* string<15> of w_gripper.label */
static inline void w_gripper_label_print_to(struct dh_print *out,
                                            const struct w_gripper_label *value)
{
    dh_print_chars(out, value->text, value->length < 15 ? value->length : 15);
}

static inline size_t w_gripper_label_print(const struct w_gripper_label *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_label_print_to(&out, value);
    return out.length;
}

/* string<3> of w_gripper.labels */
static inline void w_gripper_labels_print_to(struct dh_print *out,
                                             const struct w_gripper_labels *value)
{
    dh_print_chars(out, value->text, value->length < 3 ? value->length : 3);
}

static inline size_t w_gripper_labels_print(const struct w_gripper_labels *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_labels_print_to(&out, value);
    return out.length;
}

/* bytes<6> of w_gripper.raw */
static inline void w_gripper_raw_print_to(struct dh_print *out, const struct w_gripper_raw *value)
{
    dh_print_hex(out, value->data, value->length < 6 ? value->length : 6);
}

static inline size_t w_gripper_raw_print(const struct w_gripper_raw *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_raw_print_to(&out, value);
    return out.length;
}

/* list<Place, 4> of w_gripper.points */
static inline void w_gripper_points_print_to(struct dh_print *out,
                                             const struct w_gripper_points *value)
{
    size_t n = (size_t)w_gripper_points_count(value) * 1;

    DH_PRINT_ITEMS(out, struct lab_parts_place, value->items, n,
                   lab_parts_place_print_to(out, &items[i]));
}

static inline size_t w_gripper_points_print(const struct w_gripper_points *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_points_print_to(&out, value);
    return out.length;
}

/* list<f32[3], 2> of w_gripper.rows */
static inline void w_gripper_rows_print_to(struct dh_print *out, const struct w_gripper_rows *value)
{
    size_t n = (size_t)w_gripper_rows_count(value) * 3;

    DH_PRINT_ITEMS(out, float, value->items, n, dh_print_f32(out, items[i]));
}

static inline size_t w_gripper_rows_print(const struct w_gripper_rows *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_rows_print_to(&out, value);
    return out.length;
}

/* string<3> of w_gripper.words[] */
static inline void w_gripper_words_item_print_to(struct dh_print *out,
                                                 const struct w_gripper_words_item *value)
{
    dh_print_chars(out, value->text, value->length < 3 ? value->length : 3);
}

static inline size_t w_gripper_words_item_print(const struct w_gripper_words_item *value,
                                                char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_words_item_print_to(&out, value);
    return out.length;
}

/* list<string<3>, 2> of w_gripper.words */
static inline void w_gripper_words_print_to(struct dh_print *out,
                                            const struct w_gripper_words *value)
{
    size_t n = (size_t)w_gripper_words_count(value) * 1;

    DH_PRINT_ITEMS(out, struct w_gripper_words_item, value->items, n,
                   w_gripper_words_item_print_to(out, &items[i]));
}

static inline size_t w_gripper_words_print(const struct w_gripper_words *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_words_print_to(&out, value);
    return out.length;
}

/* Place? of w_gripper.best */
static inline void w_gripper_best_print_to(struct dh_print *out, const struct w_gripper_best *value)
{
    if (!w_gripper_best_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    lab_parts_place_print_to(out, &value->value);
}

static inline size_t w_gripper_best_print(const struct w_gripper_best *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_best_print_to(&out, value);
    return out.length;
}

/* u8? of w_gripper.maybe */
static inline void w_gripper_maybe_print_to(struct dh_print *out,
                                            const struct w_gripper_maybe *value)
{
    if (!w_gripper_maybe_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    dh_print_unsigned(out, value->value);
}

static inline size_t w_gripper_maybe_print(const struct w_gripper_maybe *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_maybe_print_to(&out, value);
    return out.length;
}

/* u16[3]? of w_gripper.trio */
static inline void w_gripper_trio_print_to(struct dh_print *out, const struct w_gripper_trio *value)
{
    if (!w_gripper_trio_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    DH_PRINT_ITEMS(out, uint16_t, value->value, 3, dh_print_unsigned(out, items[i]));
}

static inline size_t w_gripper_trio_print(const struct w_gripper_trio *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_trio_print_to(&out, value);
    return out.length;
}

/* list<Reading, 2> of w_gripper.readings */
static inline void w_gripper_readings_print_to(struct dh_print *out,
                                               const struct w_gripper_readings *value)
{
    size_t n = (size_t)w_gripper_readings_count(value) * 1;

    DH_PRINT_ITEMS(out, struct w_reading, value->items, n, w_reading_print_to(out, &items[i]));
}

static inline size_t w_gripper_readings_print(const struct w_gripper_readings *value, char *text,
                                              size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_readings_print_to(&out, value);
    return out.length;
}

/* list<u8, 3> of w_gripper.sags */
static inline void w_gripper_sags_print_to(struct dh_print *out, const struct w_gripper_sags *value)
{
    size_t n = (size_t)w_gripper_sags_count(value) * 1;

    DH_PRINT_ITEMS(out, uint8_t, value->items, n, dh_print_scaled(out, (double)items[i], 0.25, 1));
}

static inline size_t w_gripper_sags_print(const struct w_gripper_sags *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_sags_print_to(&out, value);
    return out.length;
}

/* i16? of w_gripper.drift */
static inline void w_gripper_drift_print_to(struct dh_print *out,
                                            const struct w_gripper_drift *value)
{
    if (!w_gripper_drift_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    dh_print_scaled(out, (double)value->value, 0.5, 0);
    dh_print_text(out, " mm");
}

static inline size_t w_gripper_drift_print(const struct w_gripper_drift *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_drift_print_to(&out, value);
    return out.length;
}

/* Gripper */
static inline void w_gripper_print_to(struct dh_print *out, const struct w_gripper *value)
{
    dh_print_text(out, "{time: ");
    dh_print_unsigned(out, value->time);
    dh_print_text(out, " ns, stamp: ");
    dh_print_unsigned(out, value->stamp);
    dh_print_text(out, " ns, mode: ");
    w_mode_print_to(out, value->mode);
    dh_print_text(out, ", modes: ");
    DH_PRINT_ITEMS(out, uint8_t, value->modes, 2, w_mode_print_to(out, items[i]));
    dh_print_text(out, ", signed: ");
    w_signed_print_to(out, value->signed_);
    dh_print_text(out, ", wide: ");
    w_wide_print_to(out, value->wide);
    dh_print_text(out, ", faults: ");
    w_fault_print_to(out, value->faults);
    dh_print_text(out, ", ok: ");
    dh_print_bool(out, *(const uint8_t *)(const void *)&value->ok != 0);
    dh_print_text(out, ", lat: ");
    dh_print_scaled(out, (double)value->lat, 1e-07, 0);
    dh_print_text(out, " deg, heat: ");
    dh_print_scaled(out, (double)value->heat, 0.5, -4e+01);
    dh_print_text(out, " degC, heats: ");
    DH_PRINT_ITEMS(out, int16_t, value->heats, 2, dh_print_scaled(out, (double)items[i], 0.01, 0));
    dh_print_text(out, " degC, volts: ");
    dh_print_f32(out, value->volts);
    dh_print_text(out, " V, half: ");
    dh_print_f16(out, value->half);
    dh_print_text(out, ", matrix: ");
    DH_PRINT_ITEMS(out, double, value->matrix, 6, dh_print_f64(out, items[i]));
    dh_print_text(out, ", name: ");
    dh_print_chars(out, value->name, 8);
    dh_print_text(out, ", names: ");
    DH_PRINT_ITEMS(out, char, value->names, 3, dh_print_chars(out, items + i * 4, 4));
    dh_print_text(out, ", label: ");
    w_gripper_label_print_to(out, &value->label);
    dh_print_text(out, ", labels: ");
    DH_PRINT_ITEMS(out, struct w_gripper_labels, value->labels, 2,
                   w_gripper_labels_print_to(out, &items[i]));
    dh_print_text(out, ", raw: ");
    w_gripper_raw_print_to(out, &value->raw);
    dh_print_text(out, ", points: ");
    w_gripper_points_print_to(out, &value->points);
    dh_print_text(out, ", rows: ");
    w_gripper_rows_print_to(out, &value->rows);
    dh_print_text(out, ", words: ");
    w_gripper_words_print_to(out, &value->words);
    dh_print_text(out, ", best: ");
    w_gripper_best_print_to(out, &value->best);
    dh_print_text(out, ", maybe: ");
    DH_PRINT_ITEMS(out, struct w_gripper_maybe, value->maybe, 3,
                   w_gripper_maybe_print_to(out, &items[i]));
    dh_print_text(out, ", trio: ");
    w_gripper_trio_print_to(out, &value->trio);
    dh_print_text(out, ", reading: ");
    w_reading_print_to(out, &value->reading);
    dh_print_text(out, ", readings: ");
    w_gripper_readings_print_to(out, &value->readings);
    dh_print_text(out, ", old: ");
    dh_print_unsigned(out, value->old);
    dh_print_text(out, ", nearer: ");
    dh_print_f32(out, value->nearer);
    dh_print_text(out, ", reserved: ");
    dh_print_unsigned(out, value->reserved);
    dh_print_text(out, ", later: ");
    dh_print_f32(out, value->later);
    dh_print_text(out, " m, latest: ");
    dh_print_unsigned(out, value->latest);
    dh_print_text(out, ", sags: ");
    w_gripper_sags_print_to(out, &value->sags);
    dh_print_text(out, " mm, drift: ");
    DH_PRINT_ITEMS(out, struct w_gripper_drift, value->drift, 2,
                   w_gripper_drift_print_to(out, &items[i]));
    dh_print_text(out, "}");
}

static inline size_t w_gripper_print(const struct w_gripper *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_gripper_print_to(&out, value);
    return out.length;
}

/* State */
static inline void w_state_print_to(struct dh_print *out, const struct w_state *value)
{
    dh_print_text(out, "{frames: ");
    dh_print_unsigned(out, dh_atomic_u64_load(&value->frames));
    dh_print_text(out, ", on: ");
    dh_print_bool(out, dh_atomic_bool_load(&value->on));
    dh_print_text(out, ", rate: ");
    dh_print_f32(out, dh_atomic_f32_load(&value->rate));
    dh_print_text(out, " Hz}");
}

static inline size_t w_state_print(const struct w_state *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_state_print_to(&out, value);
    return out.length;
}

/* Setting */
static inline void w_setting_print_to(struct dh_print *out, const struct w_setting *value)
{
    dh_print_text(out, "{gain: ");
    dh_print_f64(out, value->gain);
    dh_print_text(out, "}");
}

static inline size_t w_setting_print(const struct w_setting *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    w_setting_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_WHOLE_DH_PRINT_H */
