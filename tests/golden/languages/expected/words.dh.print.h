/* SPDX-License-Identifier: 0BSD */
/* words.dh.print.h - written by dhgen 0.1.0 from words.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_STD_CLASS_WORDS_DH_PRINT_H
#define LAB_STD_CLASS_WORDS_DH_PRINT_H

#include "words.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Producer */
static inline void ws_producer_print_to(struct dh_print *out, const struct ws_producer *value)
{
    dh_print_text(out, "{value: ");
    dh_print_unsigned(out, value->value);
    dh_print_text(out, "}");
}

static inline size_t ws_producer_print(const struct ws_producer *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_producer_print_to(&out, value);
    return out.length;
}

/* new: the value's name; of one without a name the number. */
static inline void ws_new_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = ws_new_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t ws_new_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_new_print_to(&out, value);
    return out.length;
}

/* operator: the names of all flags that are set, "gyro|mag"; of those without a name the bit's number. */
static inline void ws_operator_print_to(struct dh_print *out, uint8_t value)
{
    uint64_t left = value;

    if (left == 0) dh_print_text(out, "0");
    for (unsigned bit = 0; left != 0; bit++, left >>= 1) {
        const char *name = ws_operator_name((uint8_t)(UINT64_C(1) << bit));
        if ((left & 1) == 0) continue;
        if (name[0] == '?') dh_print_text(out, "bit");
        if (name[0] == '?')
            dh_print_unsigned(out, bit);
        else
            dh_print_text(out, name);
        if (left > 1) dh_print_text(out, "|");
    }
}

static inline size_t ws_operator_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_operator_print_to(&out, value);
    return out.length;
}

/* string<4> of ws_virtual.lambda */
static inline void ws_virtual_lambda_print_to(struct dh_print *out,
                                              const struct ws_virtual_lambda *value)
{
    dh_print_chars(out, value->text, value->length < 4 ? value->length : 4);
}

static inline size_t ws_virtual_lambda_print(const struct ws_virtual_lambda *value, char *text,
                                             size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_virtual_lambda_print_to(&out, value);
    return out.length;
}

/* list<i16, 2> of ws_virtual.list */
static inline void ws_virtual_list_print_to(struct dh_print *out,
                                            const struct ws_virtual_list *value)
{
    size_t n = (size_t)ws_virtual_list_count(value) * 1;

    DH_PRINT_ITEMS(out, int16_t, value->items, n, dh_print_scaled(out, (double)items[i], 0.5, 0));
}

static inline size_t ws_virtual_list_print(const struct ws_virtual_list *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_virtual_list_print_to(&out, value);
    return out.length;
}

/* virtual */
static inline void ws_virtual_print_to(struct dh_print *out, const struct ws_virtual *value)
{
    switch (value->tag) {
    case 0:
        dh_print_text(out, "void");
        break;
    case 1:
        dh_print_text(out, "this: ");
        dh_print_unsigned(out, value->as.this_);
        break;
    case 2:
        dh_print_text(out, "lambda: ");
        ws_virtual_lambda_print_to(out, &value->as.lambda);
        break;
    case 3:
        dh_print_text(out, "tag: ");
        dh_print_scaled(out, (double)value->as.tag, 0.1, 0);
        dh_print_text(out, " m");
        break;
    case 4:
        dh_print_text(out, "list: ");
        ws_virtual_list_print_to(out, &value->as.list);
        break;
    default: dh_print_text(out, "?");
    }
}

static inline size_t ws_virtual_print(const struct ws_virtual *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_virtual_print_to(&out, value);
    return out.length;
}

/* Mode: the value's name; of one without a name the number. */
static inline void ws_words_mode_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = ws_words_mode_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t ws_words_mode_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_words_mode_print_to(&out, value);
    return out.length;
}

/* Order: the value's name; of one without a name the number. */
static inline void ws_order_print_to(struct dh_print *out, uint32_t value)
{
    const char *name = ws_order_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t ws_order_print(uint32_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_order_print_to(&out, value);
    return out.length;
}

/* dh_err */
static inline void ws_dh_err_print_to(struct dh_print *out, const struct ws_dh_err *value)
{
    dh_print_text(out, "{x: ");
    dh_print_scaled(out, (double)value->x, 0.5, 0);
    dh_print_text(out, "}");
}

static inline size_t ws_dh_err_print(const struct ws_dh_err *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_dh_err_print_to(&out, value);
    return out.length;
}

/* size_t */
static inline void ws_size_t_print_to(struct dh_print *out, const struct ws_size_t *value)
{
    dh_print_text(out, "{dh_err: ");
    DH_PRINT_ITEMS(out, struct ws_dh_err, value->dh_err, 2, ws_dh_err_print_to(out, &items[i]));
    dh_print_text(out, ", text: ");
    dh_print_chars(out, value->text, 3);
    dh_print_text(out, ", BIG_ENDIAN: ");
    dh_print_unsigned(out, value->BIG_ENDIAN_);
    dh_print_text(out, "}");
}

static inline size_t ws_size_t_print(const struct ws_size_t *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_size_t_print_to(&out, value);
    return out.length;
}

/* strlen */
static inline void ws_strlen_print_to(struct dh_print *out, const struct ws_strlen *value)
{
    dh_print_text(out, "{memcpy: ");
    dh_print_chars(out, value->memcpy, 4);
    dh_print_text(out, "}");
}

static inline size_t ws_strlen_print(const struct ws_strlen *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_strlen_print_to(&out, value);
    return out.length;
}

/* memset */
static inline void ws_memset_print_to(struct dh_print *out, const struct ws_memset *value)
{
    dh_print_text(out, "{strlen: ");
    ws_strlen_print_to(out, &value->strlen);
    dh_print_text(out, ", errno: ");
    dh_print_f16(out, value->errno_);
    dh_print_text(out, "}");
}

static inline size_t ws_memset_print(const struct ws_memset *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_memset_print_to(&out, value);
    return out.length;
}

/* timezone */
static inline void ws_timezone_print_to(struct dh_print *out, const struct ws_timezone *value)
{
    dh_print_text(out, "{size_t: ");
    ws_size_t_print_to(out, &value->size_t);
    dh_print_text(out, ", memset: ");
    ws_memset_print_to(out, &value->memset);
    dh_print_text(out, "}");
}

static inline size_t ws_timezone_print(const struct ws_timezone *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_timezone_print_to(&out, value);
    return out.length;
}

/* f32? of ws_words.mutable */
static inline void ws_words_mutable_print_to(struct dh_print *out,
                                             const struct ws_words_mutable *value)
{
    if (!ws_words_mutable_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    dh_print_f32(out, value->value);
}

static inline size_t ws_words_mutable_print(const struct ws_words_mutable *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_words_mutable_print_to(&out, value);
    return out.length;
}

/* string<7> of ws_words.std */
static inline void ws_words_std_print_to(struct dh_print *out, const struct ws_words_std *value)
{
    dh_print_chars(out, value->text, value->length < 7 ? value->length : 7);
}

static inline size_t ws_words_std_print(const struct ws_words_std *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_words_std_print_to(&out, value);
    return out.length;
}

/* list<i16, 4> of ws_words.depths */
static inline void ws_words_depths_print_to(struct dh_print *out,
                                            const struct ws_words_depths *value)
{
    size_t n = (size_t)ws_words_depths_count(value) * 1;

    DH_PRINT_ITEMS(out, int16_t, value->items, n,
                   dh_print_scaled(out, (double)items[i], 0.25, 1e+02));
}

static inline size_t ws_words_depths_print(const struct ws_words_depths *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_words_depths_print_to(&out, value);
    return out.length;
}

/* Words */
static inline void ws_words_print_to(struct dh_print *out, const struct ws_words *value)
{
    dh_print_text(out, "{class: ");
    dh_print_unsigned(out, value->class_);
    dh_print_text(out, ", mutable: ");
    ws_words_mutable_print_to(out, &value->mutable_);
    dh_print_text(out, ", private: ");
    ws_words_mode_print_to(out, value->private_);
    dh_print_text(out, ", import: ");
    ws_new_print_to(out, value->import);
    dh_print_text(out, ", and: ");
    ws_operator_print_to(out, value->and_);
    dh_print_text(out, ", template: ");
    dh_print_chars(out, value->template_, 4);
    dh_print_text(out, ", minor: ");
    ws_virtual_print_to(out, &value->minor_);
    dh_print_text(out, ", EOF: ");
    dh_print_bool(out, *(const uint8_t *)(const void *)&value->EOF_ != 0);
    dh_print_text(out, ", from: ");
    dh_print_unsigned(out, value->from);
    dh_print_text(out, ", def: ");
    DH_PRINT_ITEMS(out, uint8_t, value->def, 3, dh_print_unsigned(out, items[i]));
    dh_print_text(out, ", Producer: ");
    ws_producer_print_to(out, &value->Producer);
    dh_print_text(out, ", Mode: ");
    DH_PRINT_ITEMS(out, uint8_t, value->Mode, 2, ws_words_mode_print_to(out, items[i]));
    dh_print_text(out, ", std: ");
    ws_words_std_print_to(out, &value->std);
    dh_print_text(out, ", dh: ");
    dh_print_scaled(out, (double)value->dh, 0.001, 0);
    dh_print_text(out, " m, depths: ");
    ws_words_depths_print_to(out, &value->depths);
    dh_print_text(out, ", half: ");
    dh_print_f16(out, value->half);
    dh_print_text(out, ", halves: ");
    DH_PRINT_ITEMS(out, uint16_t, value->halves, 2, dh_print_f16(out, items[i]));
    dh_print_text(out, ", order: ");
    ws_order_print_to(out, value->order);
    dh_print_text(out, ", mask: ");
    ws_operator_print_to(out, value->mask);
    dh_print_text(out, ", zones: ");
    ws_timezone_print_to(out, &value->zones);
    dh_print_text(out, ", last: ");
    dh_print_unsigned(out, value->last);
    dh_print_text(out, "}");
}

static inline size_t ws_words_print(const struct ws_words *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_words_print_to(&out, value);
    return out.length;
}

/* Zone */
static inline void ws_zone_print_to(struct dh_print *out, const struct ws_zone *value)
{
    dh_print_text(out, "{gain: ");
    dh_print_f64(out, value->gain);
    dh_print_text(out, ", ready: ");
    dh_print_bool(out, dh_atomic_bool_load(&value->ready));
    dh_print_text(out, ", mode: ");
    dh_print_unsigned(out, dh_atomic_u32_load(&value->mode));
    dh_print_text(out, ", order: ");
    ws_order_print_to(out, dh_atomic_u32_load(&value->order));
    dh_print_text(out, ", rate: ");
    dh_print_f64(out, dh_atomic_f64_load(&value->rate));
    dh_print_text(out, ", last: ");
    dh_print_unsigned(out, value->last);
    dh_print_text(out, "}");
}

static inline size_t ws_zone_print(const struct ws_zone *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_zone_print_to(&out, value);
    return out.length;
}

/* Slot */
static inline void ws_slot_print_to(struct dh_print *out, const struct ws_slot *value)
{
    dh_print_text(out, "{slot: ");
    dh_print_unsigned(out, value->slot);
    dh_print_text(out, "}");
}

static inline size_t ws_slot_print(const struct ws_slot *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    ws_slot_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_STD_CLASS_WORDS_DH_PRINT_H */
