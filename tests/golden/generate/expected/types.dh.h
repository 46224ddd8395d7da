/* SPDX-License-Identifier: 0BSD */
/* types.dh.h - written by dhgen 0.1.0 from types.dhs; edit the schema, not this file.
 *
 *   package every.type
 *   channel every version 3.0: slot of 384 bytes
 *     be6dc39b2f1b8f3073517aca31ee9e7c841cd13abea6589529d4c28c8222caad
 *   channel t version 1.0: slot of 128 bytes, zone scalars of 72
 *     1dab452d9f1be7ee52dc390cb2f6e8c14aede287f8a30206aca17ca61c2e6339
 *
 * Every kind of type, and every name that C has other plans for.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef EVERY_TYPE_TYPES_DH_H
#define EVERY_TYPE_TYPES_DH_H

#include <dh/consumer.h>
#include <dh/producer.h>
#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "types.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

static const uint64_t T_BIG = UINT64_C(18446744073709551600);

static const int64_t T_LEAST = (-INT64_C(9223372036854775807) - 1);

static const float T_RATIO = 0.1f;

static const double T_NOTHING = __builtin_nan("");

static const bool T_YES = true;

/* enum Small, stored as int8_t */
enum t_small {
    T_SMALL_NONE = 0,
    T_SMALL_NEGATIVE = -1,
    T_SMALL_LEAST = -128,
};

/* enum Wide, stored as uint64_t */
static const uint64_t T_WIDE_NONE = UINT64_C(0);
static const uint64_t T_WIDE_HUGE = UINT64_C(281474976710655);

/* flags High, stored as uint32_t */
static const uint32_t T_HIGH_LOW = 1u;
static const uint32_t T_HIGH_TOP = 2147483648u;

/* Point, 16 bytes, align 8 */
struct t_point {
    alignas(8) double x; /*  0 */
    float y;             /*  8 */
    uint8_t pad12_[4];   /* 12  zero */
};

/* string<5> of t_value.text */
struct t_value_text {
    uint32_t length;   /*  0  bytes of text */
    char text[6];      /*  4  UTF-8, always terminated */
    uint8_t pad10_[2]; /* 10  zero */
};

/* Which arm of t_value is set; another value: none is */
enum t_value_tag {
    T_VALUE_NOTHING = 0,
    T_VALUE_NUMBER = 1,
    /* at most five bytes */
    T_VALUE_TEXT = 2,
    T_VALUE_POINT = 7,
};

/* union Value, 24 bytes, align 8 */
struct t_value {
    uint8_t tag;      /* 0  enum t_value_tag */
    uint8_t pad1_[7]; /* 1  zero */
    union {
        alignas(8) double number; /* 8 */
        struct t_value_text text; /* 8  string<5> */
        struct t_point point;     /* 8 */
    } as;
};

/* Scalars, 72 bytes, align 8 */
struct t_scalars {
    bool flag;            /*  0 */
    int8_t a;             /*  1 */
    int16_t b;            /*  2 */
    int32_t c;            /*  4 */
    alignas(8) int64_t d; /*  8 */
    uint8_t e;            /* 16 */
    uint8_t pad17_[1];    /* 17  zero */
    uint16_t f;           /* 18 */
    uint32_t g;           /* 20 */
    uint64_t h;           /* 24 */
    uint16_t half;        /* 32  f16 */
    uint8_t pad34_[2];    /* 34  zero */
    float single;         /* 36 */
    double double_;       /* 40 */
    int8_t small;         /* 48  enum t_small */
    uint8_t pad49_[7];    /* 49  zero */
    uint64_t wide;        /* 56  enum t_wide */
    uint32_t high;        /* 64  enum t_high */
    uint8_t pad68_[4];    /* 68  zero */
};

/* string<3> of t_bounded.tag */
struct t_bounded_tag {
    uint32_t length; /* 0  bytes of text */
    char text[4];    /* 4  UTF-8, always terminated */
};

/* string<3> of t_bounded.tags */
struct t_bounded_tags {
    uint32_t length; /* 0  bytes of text */
    char text[4];    /* 4  UTF-8, always terminated */
};

/* bytes<6> of t_bounded.raw */
struct t_bounded_raw {
    uint32_t length;   /*  0  bytes of data */
    uint8_t data[6];   /*  4 */
    uint8_t pad10_[2]; /* 10  zero */
};

/* list<Point, 4> of t_bounded.points */
struct t_bounded_points {
    uint32_t count;          /* 0  of items */
    uint8_t pad4_[4];        /* 4  zero */
    struct t_point items[4]; /* 8 */
};

/* Point? of t_bounded.best */
struct t_bounded_best {
    struct t_point value; /*  0 */
    uint8_t present;      /* 16  0: there is no value */
    uint8_t pad17_[7];    /* 17  zero */
};

/* u8? of t_bounded.maybe */
struct t_bounded_maybe {
    uint8_t value;   /* 0 */
    uint8_t present; /* 1  0: there is no value */
};

/* u16[3]? of t_bounded.whole */
struct t_bounded_whole {
    uint16_t value[3]; /* 0 */
    uint8_t present;   /* 6  0: there is no value */
    uint8_t pad7_[1];  /* 7  zero */
};

/* string<3> of t_bounded.deep[] */
struct t_bounded_deep_item {
    uint32_t length; /* 0  bytes of text */
    char text[4];    /* 4  UTF-8, always terminated */
};

/* list<string<3>, 2> of t_bounded.deep */
struct t_bounded_deep {
    uint32_t count;                      /* 0  of items */
    struct t_bounded_deep_item items[2]; /* 4 */
};

/* Bounded, 384 bytes, align 8 */
struct t_bounded {
    uint16_t id;                     /*   0 */
    char name[8];                    /*   2 */
    char names[3][4];                /*  10 */
    uint8_t pad22_[2];               /*  22  zero */
    struct t_bounded_tag tag;        /*  24  string<3> */
    struct t_bounded_tags tags[2];   /*  32  string<3>[2] */
    struct t_bounded_raw raw;        /*  48  bytes<6> */
    uint8_t pad60_[4];               /*  60  zero */
    struct t_bounded_points points;  /*  64  list<Point, 4> */
    struct t_bounded_best best;      /* 136  Point? */
    struct t_bounded_maybe maybe[3]; /* 160  u8?[3] */
    struct t_bounded_whole whole;    /* 166  u16[3]? */
    uint8_t pad174_[2];              /* 174  zero */
    struct t_bounded_deep deep[2];   /* 176  list<string<3>, 2>[2] */
    struct t_value value;            /* 216 */
    struct t_scalars inner[2];       /* 240 */
};

/* Class, 128 bytes, align 64 */
/* Ends a comment * / starts one / * and a trigraph ? ?/ */
struct t_class {
    uint8_t class_;             /*  0 */
    uint8_t pad1_[1];           /*  1  zero */
    uint16_t int_;              /*  2 */
    uint32_t major_;            /*  4 */
    alignas(8) uint64_t errno_; /*  8 */
    uint8_t uint8_t_;           /* 16 */
    uint8_t pad17_[47];         /* 17  zero */
    alignas(64) uint8_t apart;  /* 64 */
    uint8_t last;               /* 65 */
    uint8_t pad66_[62];         /* 66  zero */
};

/* What a block's schema is compared with when a program attaches to a channel. Defined in the .c file. */
DH_API extern const struct dh_schema t_every_schema;
DH_API extern const struct dh_schema t_schema;

#ifdef __cplusplus
}
#endif
#endif /* EVERY_TYPE_TYPES_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(EVERY_TYPE_TYPES_DH_H_FUNCTIONS)
#define EVERY_TYPE_TYPES_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

/* The schema's name of a value; "?" if it has none. */
static inline const char *t_small_name(int8_t value)
{
    switch (value) {
    case 0: return "none";
    case -1: return "negative";
    case -128: return "least";
    default: return "?";
    }
}

/* The schema's name of a value; "?" if it has none. */
static inline const char *t_wide_name(uint64_t value)
{
    switch (value) {
    case UINT64_C(0): return "none";
    case UINT64_C(281474976710655): return "huge";
    default: return "?";
    }
}

/* The schema's name of one flag; "?" if it has none. */
static inline const char *t_high_name(uint32_t value)
{
    switch (value) {
    case 1u: return "low";
    case 2147483648u: return "top";
    default: return "?";
    }
}

DH_STATIC_ASSERT(sizeof(struct t_point) == 16, "t_point is not as types.dhs says");

/* All zero, and the schema's defaults. */
static inline void t_point_init(struct t_point *point)
{
    memset(point, 0, sizeof *point);
}

DH_STATIC_ASSERT(sizeof(struct t_value_text) == 12, "t_value_text is not as types.dhs says");

/* Set the text. False: it was cut, between characters, to 5 bytes. */
static inline bool t_value_text_set(struct t_value_text *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 5;

    if (!fits) {
        length = 5;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct t_value) == 24, "t_value is not as types.dhs says");

/* Make it `nothing`, which has no value. */
static inline void t_value_set_nothing(struct t_value *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 0;
}

/* Make it `number`, all zero, and fill what is returned. */
static inline double *t_value_set_number(struct t_value *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 1;
    return &value->as.number;
}

/* `number`, or NULL if it is another arm that is set. */
static inline const double *t_value_get_number(const struct t_value *value)
{
    return value->tag == 1 ? &value->as.number : NULL;
}

/* Make it `text`, all zero, and fill what is returned. */
static inline struct t_value_text *t_value_set_text(struct t_value *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 2;
    return &value->as.text;
}

/* `text`, or NULL if it is another arm that is set. */
static inline const struct t_value_text *t_value_get_text(const struct t_value *value)
{
    return value->tag == 2 ? &value->as.text : NULL;
}

/* Make it `point`, all zero, and fill what is returned. */
static inline struct t_point *t_value_set_point(struct t_value *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 7;
    return &value->as.point;
}

/* `point`, or NULL if it is another arm that is set. */
static inline const struct t_point *t_value_get_point(const struct t_value *value)
{
    return value->tag == 7 ? &value->as.point : NULL;
}

DH_STATIC_ASSERT(sizeof(struct t_scalars) == 72, "t_scalars is not as types.dhs says");

/* All zero, and the schema's defaults. */
static inline void t_scalars_init(struct t_scalars *scalars)
{
    memset(scalars, 0, sizeof *scalars);
    scalars->flag = true;
    scalars->a = -5;
    scalars->c = (-2147483647 - 1);
    scalars->d = INT64_C(-1);
    scalars->g = 4000000000u;
    scalars->half = 0x3e00;
    scalars->single = 0.1f;
    scalars->double_ = 1e+300;
    scalars->small = T_SMALL_LEAST;
    scalars->wide = T_WIDE_HUGE;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_tag) == 8, "t_bounded_tag is not as types.dhs says");

/* Set the text. False: it was cut, between characters, to 3 bytes. */
static inline bool t_bounded_tag_set(struct t_bounded_tag *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 3;

    if (!fits) {
        length = 3;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_tags) == 8, "t_bounded_tags is not as types.dhs says");

/* Set the text. False: it was cut, between characters, to 3 bytes. */
static inline bool t_bounded_tags_set(struct t_bounded_tags *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 3;

    if (!fits) {
        length = 3;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_raw) == 12, "t_bounded_raw is not as types.dhs says");

/* Set the bytes. False: they were cut to 6. */
static inline bool t_bounded_raw_set(struct t_bounded_raw *bytes, const void *data,
                                     size_t size_bytes)
{
    bool fits = size_bytes <= 6;

    bytes->length = fits ? (uint32_t)size_bytes : 6;
    if (size_bytes > 0) memcpy(bytes->data, data, bytes->length);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_points) == 72,
                 "t_bounded_points is not as types.dhs says");

/* How many items there are, never more than 4, whatever the memory says. */
static inline uint32_t t_bounded_points_count(const struct t_bounded_points *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 4 ? n : 4;
}

/* Add an item. False: there are 4 already. */
static inline bool t_bounded_points_append(struct t_bounded_points *list,
                                           const struct t_point *item)
{
    uint32_t n = t_bounded_points_count(list);

    if (n == 4) return false;
    list->items[n] = *item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 4. */
static inline bool t_bounded_points_set(struct t_bounded_points *list, const struct t_point *items,
                                        size_t n)
{
    bool fits = n <= 4;

    list->count = fits ? (uint32_t)n : 4;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const struct t_point *t_bounded_points_at(const struct t_bounded_points *list,
                                                        size_t index)
{
    return index < t_bounded_points_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_best) == 24, "t_bounded_best is not as types.dhs says");

static inline bool t_bounded_best_has(const struct t_bounded_best *optional)
{
    return optional->present != 0;
}

static inline void t_bounded_best_set(struct t_bounded_best *optional, const struct t_point *item)
{
    optional->value = *item;
    optional->present = 1;
}

static inline void t_bounded_best_clear(struct t_bounded_best *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_maybe) == 2, "t_bounded_maybe is not as types.dhs says");

static inline bool t_bounded_maybe_has(const struct t_bounded_maybe *optional)
{
    return optional->present != 0;
}

static inline void t_bounded_maybe_set(struct t_bounded_maybe *optional, uint8_t item)
{
    optional->value = item;
    optional->present = 1;
}

static inline void t_bounded_maybe_clear(struct t_bounded_maybe *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_whole) == 8, "t_bounded_whole is not as types.dhs says");

static inline bool t_bounded_whole_has(const struct t_bounded_whole *optional)
{
    return optional->present != 0;
}

static inline void t_bounded_whole_set(struct t_bounded_whole *optional, const uint16_t *item)
{
    memcpy(&optional->value, item, sizeof optional->value);
    optional->present = 1;
}

static inline void t_bounded_whole_clear(struct t_bounded_whole *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_deep_item) == 8,
                 "t_bounded_deep_item is not as types.dhs says");

/* Set the text. False: it was cut, between characters, to 3 bytes. */
static inline bool t_bounded_deep_item_set(struct t_bounded_deep_item *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 3;

    if (!fits) {
        length = 3;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded_deep) == 20, "t_bounded_deep is not as types.dhs says");

/* How many items there are, never more than 2, whatever the memory says. */
static inline uint32_t t_bounded_deep_count(const struct t_bounded_deep *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 2 ? n : 2;
}

/* Add an item. False: there are 2 already. */
static inline bool t_bounded_deep_append(struct t_bounded_deep *list,
                                         const struct t_bounded_deep_item *item)
{
    uint32_t n = t_bounded_deep_count(list);

    if (n == 2) return false;
    list->items[n] = *item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 2. */
static inline bool t_bounded_deep_set(struct t_bounded_deep *list,
                                      const struct t_bounded_deep_item *items, size_t n)
{
    bool fits = n <= 2;

    list->count = fits ? (uint32_t)n : 2;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const struct t_bounded_deep_item *t_bounded_deep_at(const struct t_bounded_deep *list,
                                                                  size_t index)
{
    return index < t_bounded_deep_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct t_bounded) == 384, "t_bounded is not as types.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 8 bytes. */
static inline bool t_bounded_name_set(struct t_bounded *bounded, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 8;

    if (!fits) {
        length = 8;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(bounded->name, 0, sizeof bounded->name);
    memcpy(bounded->name, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void t_bounded_init(struct t_bounded *bounded)
{
    memset(bounded, 0, sizeof *bounded);
    t_bounded_name_set(bounded, "abc");
    for (size_t i = 0; i < 2; i++)
        t_scalars_init((struct t_scalars *)(void *)bounded->inner + i);
}

DH_STATIC_ASSERT(sizeof(struct t_class) == 128, "t_class is not as types.dhs says");

/* All zero, and the schema's defaults. */
static inline void t_class_init(struct t_class *class_)
{
    memset(class_, 0, sizeof *class_);
}

/* Calls of channels wait and return as those of <dh/producer.h> and <dh/consumer.h> do that they are named after,
 * where more is said of them. Types of their own keep channels apart. */

/* ---- channel every 3.0: 2 slot(s), full: overwrite, checksum: manual ----
 *
 * Its name where NULL is given: "every.type.every".
 */

typedef struct t_every_producer {
    dh_producer *base;
} t_every_producer;

typedef struct t_every_consumer {
    dh_consumer *base;
} t_every_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err t_every_producer_open(t_every_producer *producer,
                                                       const char *channel,
                                                       const struct dh_producer_options *options,
                                                       struct dh_why *why)
{
    return dh_producer_open(&producer->base, &t_every_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void t_every_producer_close(t_every_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err t_every_consumer_open(t_every_consumer *consumer,
                                                       const char *channel,
                                                       const struct dh_consumer_options *options,
                                                       struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &t_every_schema, channel, options, why);
}

static inline void t_every_consumer_close(t_every_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t t_every_consumer_minor(const t_every_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t t_every_lost(const t_every_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * t_bounded_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err t_every_loan(t_every_producer *producer, int64_t deadline_ns,
                                              struct t_bounded **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct t_bounded *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err t_every_commit(t_every_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void t_every_abort(t_every_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err t_every_send(t_every_producer *producer, int64_t deadline_ns,
                                              const struct t_bounded *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* t_every_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(t_every, t_bounded);
DH_LOAN_SCOPE(t_every, t_bounded);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err t_every_acquire(t_every_consumer *consumer, int64_t deadline_ns,
                                                 const struct t_bounded **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct t_bounded *)payload;
    return err;
}

/* Give it back. */
static inline dh_err t_every_release(t_every_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err t_every_receive(t_every_consumer *consumer, int64_t deadline_ns,
                                                 struct t_bounded *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* t_every_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(t_every, t_bounded);
DH_ACQUIRE_SCOPE(t_every, t_bounded);

/* `checksum: manual`: compute the loaned slot's checksum, before the commit. Returns EORDER. */
static inline DH_MUST_USE dh_err t_every_checksum_update(t_every_producer *producer)
{
    return dh_slot_rw_checksum_update(dh_producer_slot_rw(producer->base));
}

/* Compare the acquired slot with its checksum. Returns ECHECKSUM, EORDER. */
static inline DH_MUST_USE dh_err t_every_checksum_verify(t_every_consumer *consumer)
{
    return dh_slot_rw_checksum_verify(dh_consumer_slot_rw(consumer->base));
}

/* ---- channel t 1.0: 1 slot(s), full: overwrite, checksum: none ----
 *
 * Its name where NULL is given: "every.type.t".
 */

typedef struct t_producer {
    dh_producer *base;
} t_producer;

typedef struct t_consumer {
    dh_consumer *base;
} t_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err t_producer_open(t_producer *producer, const char *channel,
                                                 const struct dh_producer_options *options,
                                                 struct dh_why *why)
{
    return dh_producer_open(&producer->base, &t_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void t_producer_close(t_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err t_consumer_open(t_consumer *consumer, const char *channel,
                                                 const struct dh_consumer_options *options,
                                                 struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &t_schema, channel, options, why);
}

static inline void t_consumer_close(t_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t t_consumer_minor(const t_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t t_lost(const t_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * t_class_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err t_loan(t_producer *producer, int64_t deadline_ns,
                                        struct t_class **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct t_class *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err t_commit(t_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void t_abort(t_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err t_send(t_producer *producer, int64_t deadline_ns,
                                        const struct t_class *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* t_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(t, t_class);
DH_LOAN_SCOPE(t, t_class);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err t_acquire(t_consumer *consumer, int64_t deadline_ns,
                                           const struct t_class **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct t_class *)payload;
    return err;
}

/* Give it back. */
static inline dh_err t_release(t_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err t_receive(t_consumer *consumer, int64_t deadline_ns,
                                           struct t_class *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* t_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(t, t_class);
DH_ACQUIRE_SCOPE(t, t_class);

/* Zone scalars: written by the producer alone; a reader gets all of one value. */
static inline DH_MUST_USE dh_err t_producer_scalars_write(t_producer *producer,
                                                          const struct t_scalars *value)
{
    return dh_zone_write(dh_producer_zone(producer->base, 1), value);
}

/* Copy one consistent value. Returns EBUSY, EDEAD, or ENOTFOUND: the producer's minor lacks it. */
static inline DH_MUST_USE dh_err t_consumer_scalars_read(t_consumer *consumer, int64_t deadline_ns,
                                                         struct t_scalars *value)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 1);

    return zone ? dh_zone_read(zone, deadline_ns, value) : DH_ENOTFOUND;
}

#ifdef __cplusplus
}
#endif
#endif /* EVERY_TYPE_TYPES_DH_H_FUNCTIONS */
