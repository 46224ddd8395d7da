/* SPDX-License-Identifier: 0BSD */
/* types.dh.print.h - written by dhgen 0.1.0 from types.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef EVERY_TYPE_TYPES_DH_PRINT_H
#define EVERY_TYPE_TYPES_DH_PRINT_H

#include "types.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Small: the value's name; of one without a name the number. */
static inline void t_small_print_to(struct dh_print *out, int8_t value)
{
    const char *name = t_small_name(value);

    if (name[0] == '?')
        dh_print_signed(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t t_small_print(int8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_small_print_to(&out, value);
    return out.length;
}

/* Wide: the value's name; of one without a name the number. */
static inline void t_wide_print_to(struct dh_print *out, uint64_t value)
{
    const char *name = t_wide_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t t_wide_print(uint64_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_wide_print_to(&out, value);
    return out.length;
}

/* High: the names of all flags that are set, "gyro|mag"; of those without a name the bit's number. */
static inline void t_high_print_to(struct dh_print *out, uint32_t value)
{
    uint64_t left = value;

    if (left == 0) dh_print_text(out, "0");
    for (unsigned bit = 0; left != 0; bit++, left >>= 1) {
        const char *name = t_high_name((uint32_t)(UINT64_C(1) << bit));
        if ((left & 1) == 0) continue;
        if (name[0] == '?') dh_print_text(out, "bit");
        if (name[0] == '?')
            dh_print_unsigned(out, bit);
        else
            dh_print_text(out, name);
        if (left > 1) dh_print_text(out, "|");
    }
}

static inline size_t t_high_print(uint32_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_high_print_to(&out, value);
    return out.length;
}

/* Point */
static inline void t_point_print_to(struct dh_print *out, const struct t_point *value)
{
    dh_print_text(out, "{x: ");
    dh_print_f64(out, value->x);
    dh_print_text(out, ", y: ");
    dh_print_f32(out, value->y);
    dh_print_text(out, "}");
}

static inline size_t t_point_print(const struct t_point *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_point_print_to(&out, value);
    return out.length;
}

/* string<5> of t_value.text */
static inline void t_value_text_print_to(struct dh_print *out, const struct t_value_text *value)
{
    dh_print_chars(out, value->text, value->length < 5 ? value->length : 5);
}

static inline size_t t_value_text_print(const struct t_value_text *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_value_text_print_to(&out, value);
    return out.length;
}

/* Value */
static inline void t_value_print_to(struct dh_print *out, const struct t_value *value)
{
    switch (value->tag) {
    case 0:
        dh_print_text(out, "nothing");
        break;
    case 1:
        dh_print_text(out, "number: ");
        dh_print_f64(out, value->as.number);
        break;
    case 2:
        dh_print_text(out, "text: ");
        t_value_text_print_to(out, &value->as.text);
        break;
    case 7:
        dh_print_text(out, "point: ");
        t_point_print_to(out, &value->as.point);
        break;
    default: dh_print_text(out, "?");
    }
}

static inline size_t t_value_print(const struct t_value *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_value_print_to(&out, value);
    return out.length;
}

/* Scalars */
static inline void t_scalars_print_to(struct dh_print *out, const struct t_scalars *value)
{
    dh_print_text(out, "{flag: ");
    dh_print_bool(out, *(const uint8_t *)(const void *)&value->flag != 0);
    dh_print_text(out, ", a: ");
    dh_print_signed(out, value->a);
    dh_print_text(out, ", b: ");
    dh_print_signed(out, value->b);
    dh_print_text(out, ", c: ");
    dh_print_signed(out, value->c);
    dh_print_text(out, ", d: ");
    dh_print_signed(out, value->d);
    dh_print_text(out, ", e: ");
    dh_print_unsigned(out, value->e);
    dh_print_text(out, ", f: ");
    dh_print_unsigned(out, value->f);
    dh_print_text(out, ", g: ");
    dh_print_unsigned(out, value->g);
    dh_print_text(out, ", h: ");
    dh_print_unsigned(out, value->h);
    dh_print_text(out, ", half: ");
    dh_print_f16(out, value->half);
    dh_print_text(out, ", single: ");
    dh_print_f32(out, value->single);
    dh_print_text(out, ", double: ");
    dh_print_f64(out, value->double_);
    dh_print_text(out, ", small: ");
    t_small_print_to(out, value->small);
    dh_print_text(out, ", wide: ");
    t_wide_print_to(out, value->wide);
    dh_print_text(out, ", high: ");
    t_high_print_to(out, value->high);
    dh_print_text(out, "}");
}

static inline size_t t_scalars_print(const struct t_scalars *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_scalars_print_to(&out, value);
    return out.length;
}

/* string<3> of t_bounded.tag */
static inline void t_bounded_tag_print_to(struct dh_print *out, const struct t_bounded_tag *value)
{
    dh_print_chars(out, value->text, value->length < 3 ? value->length : 3);
}

static inline size_t t_bounded_tag_print(const struct t_bounded_tag *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_tag_print_to(&out, value);
    return out.length;
}

/* string<3> of t_bounded.tags */
static inline void t_bounded_tags_print_to(struct dh_print *out, const struct t_bounded_tags *value)
{
    dh_print_chars(out, value->text, value->length < 3 ? value->length : 3);
}

static inline size_t t_bounded_tags_print(const struct t_bounded_tags *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_tags_print_to(&out, value);
    return out.length;
}

/* bytes<6> of t_bounded.raw */
static inline void t_bounded_raw_print_to(struct dh_print *out, const struct t_bounded_raw *value)
{
    dh_print_hex(out, value->data, value->length < 6 ? value->length : 6);
}

static inline size_t t_bounded_raw_print(const struct t_bounded_raw *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_raw_print_to(&out, value);
    return out.length;
}

/* list<Point, 4> of t_bounded.points */
static inline void t_bounded_points_print_to(struct dh_print *out,
                                             const struct t_bounded_points *value)
{
    size_t n = (size_t)t_bounded_points_count(value) * 1;

    DH_PRINT_ITEMS(out, struct t_point, value->items, n, t_point_print_to(out, &items[i]));
}

static inline size_t t_bounded_points_print(const struct t_bounded_points *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_points_print_to(&out, value);
    return out.length;
}

/* Point? of t_bounded.best */
static inline void t_bounded_best_print_to(struct dh_print *out, const struct t_bounded_best *value)
{
    if (!t_bounded_best_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    t_point_print_to(out, &value->value);
}

static inline size_t t_bounded_best_print(const struct t_bounded_best *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_best_print_to(&out, value);
    return out.length;
}

/* u8? of t_bounded.maybe */
static inline void t_bounded_maybe_print_to(struct dh_print *out,
                                            const struct t_bounded_maybe *value)
{
    if (!t_bounded_maybe_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    dh_print_unsigned(out, value->value);
}

static inline size_t t_bounded_maybe_print(const struct t_bounded_maybe *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_maybe_print_to(&out, value);
    return out.length;
}

/* u16[3]? of t_bounded.whole */
static inline void t_bounded_whole_print_to(struct dh_print *out,
                                            const struct t_bounded_whole *value)
{
    if (!t_bounded_whole_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    DH_PRINT_ITEMS(out, uint16_t, value->value, 3, dh_print_unsigned(out, items[i]));
}

static inline size_t t_bounded_whole_print(const struct t_bounded_whole *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_whole_print_to(&out, value);
    return out.length;
}

/* string<3> of t_bounded.deep[] */
static inline void t_bounded_deep_item_print_to(struct dh_print *out,
                                                const struct t_bounded_deep_item *value)
{
    dh_print_chars(out, value->text, value->length < 3 ? value->length : 3);
}

static inline size_t t_bounded_deep_item_print(const struct t_bounded_deep_item *value, char *text,
                                               size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_deep_item_print_to(&out, value);
    return out.length;
}

/* list<string<3>, 2> of t_bounded.deep */
static inline void t_bounded_deep_print_to(struct dh_print *out, const struct t_bounded_deep *value)
{
    size_t n = (size_t)t_bounded_deep_count(value) * 1;

    DH_PRINT_ITEMS(out, struct t_bounded_deep_item, value->items, n,
                   t_bounded_deep_item_print_to(out, &items[i]));
}

static inline size_t t_bounded_deep_print(const struct t_bounded_deep *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_deep_print_to(&out, value);
    return out.length;
}

/* Bounded */
static inline void t_bounded_print_to(struct dh_print *out, const struct t_bounded *value)
{
    dh_print_text(out, "{id: ");
    dh_print_unsigned(out, value->id);
    dh_print_text(out, ", name: ");
    dh_print_chars(out, value->name, 8);
    dh_print_text(out, ", names: ");
    DH_PRINT_ITEMS(out, char, value->names, 3, dh_print_chars(out, items + i * 4, 4));
    dh_print_text(out, ", tag: ");
    t_bounded_tag_print_to(out, &value->tag);
    dh_print_text(out, ", tags: ");
    DH_PRINT_ITEMS(out, struct t_bounded_tags, value->tags, 2,
                   t_bounded_tags_print_to(out, &items[i]));
    dh_print_text(out, ", raw: ");
    t_bounded_raw_print_to(out, &value->raw);
    dh_print_text(out, ", points: ");
    t_bounded_points_print_to(out, &value->points);
    dh_print_text(out, ", best: ");
    t_bounded_best_print_to(out, &value->best);
    dh_print_text(out, ", maybe: ");
    DH_PRINT_ITEMS(out, struct t_bounded_maybe, value->maybe, 3,
                   t_bounded_maybe_print_to(out, &items[i]));
    dh_print_text(out, ", whole: ");
    t_bounded_whole_print_to(out, &value->whole);
    dh_print_text(out, ", deep: ");
    DH_PRINT_ITEMS(out, struct t_bounded_deep, value->deep, 2,
                   t_bounded_deep_print_to(out, &items[i]));
    dh_print_text(out, ", value: ");
    t_value_print_to(out, &value->value);
    dh_print_text(out, ", inner: ");
    DH_PRINT_ITEMS(out, struct t_scalars, value->inner, 2, t_scalars_print_to(out, &items[i]));
    dh_print_text(out, "}");
}

static inline size_t t_bounded_print(const struct t_bounded *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_bounded_print_to(&out, value);
    return out.length;
}

/* Class */
static inline void t_class_print_to(struct dh_print *out, const struct t_class *value)
{
    dh_print_text(out, "{class: ");
    dh_print_unsigned(out, value->class_);
    dh_print_text(out, ", int: ");
    dh_print_unsigned(out, value->int_);
    dh_print_text(out, ", major: ");
    dh_print_unsigned(out, value->major_);
    dh_print_text(out, ", errno: ");
    dh_print_unsigned(out, value->errno_);
    dh_print_text(out, ", uint8_t: ");
    dh_print_unsigned(out, value->uint8_t_);
    dh_print_text(out, ", apart: ");
    dh_print_unsigned(out, value->apart);
    dh_print_text(out, ", last: ");
    dh_print_unsigned(out, value->last);
    dh_print_text(out, "}");
}

static inline size_t t_class_print(const struct t_class *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    t_class_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* EVERY_TYPE_TYPES_DH_PRINT_H */
