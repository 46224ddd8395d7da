/* SPDX-License-Identifier: 0BSD */
/* words.dh.h - written by dhgen 0.1.0 from words.dhs; edit the schema, not this file.
 *
 *   package lab.std.class
 *   channel words version 1.1: slot of 120 bytes, zone Words of 40, zone delete of 40, zone loan of 40
 *     c8c0160367274611ee265846d7e6e40949e88239658b697fe7f1d0ae3cb713b5
 *   channel class version 1.0: slot of 1 bytes
 *     9eeb7b90440059a0d6476e6db64cec4c187ecbd786598fc20eb6055e932e59b8
 *   channel slots version 1.0: slot of 1 bytes
 *     40330121dd22117326f7bc0be5c7baae94fc846f72d8ef4b1b957de1ae3a01b8
 *
 * Names that some language has other plans for: each escapes those that it must, and no others.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_STD_CLASS_WORDS_DH_H
#define LAB_STD_CLASS_WORDS_DH_H

#include <dh/atomic.h>
#include <dh/consumer.h>
#include <dh/producer.h>
#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Producer, 1 bytes, align 1 */
/* A struct called as what stands beside it in C++. */
struct ws_producer {
    uint8_t value; /* 0 */
};

/* enum new, stored as uint8_t */
enum ws_new {
    WS_NEW_DELETE = 0,
    WS_NEW_THROW = 1,
    WS_NEW_NONE = 2,
    WS_NEW_TRUE = 3,
};

/* flags operator, stored as uint8_t */
enum ws_operator {
    WS_OPERATOR_AND = 1 << 0,
    WS_OPERATOR_OR = 1 << 1,
    WS_OPERATOR_NOT = 1 << 2,
};

/* string<4> of ws_virtual.lambda */
struct ws_virtual_lambda {
    uint32_t length;  /* 0  bytes of text */
    char text[5];     /* 4  UTF-8, always terminated */
    uint8_t pad9_[3]; /* 9  zero */
};

/* list<i16, 2> of ws_virtual.list */
struct ws_virtual_list {
    uint32_t count;   /* 0  of items */
    int16_t items[2]; /* 4 */
};

/* Which arm of ws_virtual is set; another value: none is */
enum ws_virtual_tag {
    WS_VIRTUAL_VOID = 0,
    WS_VIRTUAL_THIS = 1,
    WS_VIRTUAL_LAMBDA = 2,
    WS_VIRTUAL_TAG = 3,
    WS_VIRTUAL_LIST = 4,
};

/* union virtual, 24 bytes, align 8 */
struct ws_virtual {
    uint8_t tag;      /* 0  enum ws_virtual_tag */
    uint8_t pad1_[7]; /* 1  zero */
    union {
        uint16_t this_;                  /* 8 */
        struct ws_virtual_lambda lambda; /* 8  string<4> */
        alignas(8) double tag;           /* 8  m, = raw * 0.1 */
        struct ws_virtual_list list;     /* 8  list<i16, 2>, = raw * 0.5 */
        uint8_t room_[16]; /* no arm is as long as their alignment wants */
    } as;
};

/* enum Mode, stored as uint8_t */
enum ws_words_mode {
    WS_WORDS_MODE_ON = 0,
    WS_WORDS_MODE_OFF = 1,
};

enum { WS_WORDS_NULL = 7 };

enum { WS_WORDS_COUNT = INT64_C(-1) };

/* enum Order, stored as uint32_t */
/* Macros of headers that everybody includes. */
enum ws_order {
    WS_ORDER_BIG_ENDIAN = 0u,
    WS_ORDER_LITTLE_ENDIAN = 1u,
    WS_ORDER_ENOENT = 2u,
    WS_ORDER_INFINITY = 3u,
};

/* dh_err, 2 bytes, align 2 */
struct ws_dh_err {
    int16_t x; /* 0  = raw * 0.5 */
};

/* size_t, 8 bytes, align 2 */
/* Types, variables and functions of the C library, which functions that are given such a struct must not hide. */
struct ws_size_t {
    struct ws_dh_err dh_err[2]; /* 0 */
    char text[3];               /* 4 */
    uint8_t BIG_ENDIAN_;        /* 7 */
};

/* strlen, 4 bytes, align 1 */
struct ws_strlen {
    char memcpy[4]; /* 0 */
};

/* memset, 6 bytes, align 2 */
struct ws_memset {
    struct ws_strlen strlen; /* 0 */
    uint16_t errno_;         /* 4  f16, = raw * 2 */
};

/* timezone, 14 bytes, align 2 */
struct ws_timezone {
    struct ws_size_t size_t; /* 0 */
    struct ws_memset memset; /* 8 */
};

/* f32? of ws_words.mutable */
struct ws_words_mutable {
    float value;      /* 0 */
    uint8_t present;  /* 4  0: there is no value */
    uint8_t pad5_[3]; /* 5  zero */
};

/* string<7> of ws_words.std */
struct ws_words_std {
    uint32_t length; /* 0  bytes of text */
    char text[8];    /* 4  UTF-8, always terminated */
};

/* list<i16, 4> of ws_words.depths */
struct ws_words_depths {
    uint32_t count;   /* 0  of items */
    int16_t items[4]; /* 4 */
};

/* Words, 120 bytes, align 8 */
struct ws_words {
    uint32_t class_;                  /*   0 */
    struct ws_words_mutable mutable_; /*   4  f32? */
    uint8_t private_;                 /*  12  enum ws_words_mode */
    uint8_t import;                   /*  13  enum ws_new */
    uint8_t and_;                     /*  14  enum ws_operator */
    char template_[4];                /*  15 */
    uint8_t pad19_[5];                /*  19  zero */
    struct ws_virtual minor_;         /*  24 */
    bool EOF_;                        /*  48 */
    uint8_t from;                     /*  49 */
    uint8_t def[3];                   /*  50 */
    struct ws_producer Producer;      /*  53 */
    uint8_t Mode[2];                  /*  54  enum ws_words_mode */
    struct ws_words_std std;          /*  56  string<7> */
    int32_t dh;                       /*  68  m, = raw * 0.001 */
    struct ws_words_depths depths;    /*  72  list<i16, 4>, = raw * 0.25 + 1e+02 */
    uint16_t half;                    /*  84  f16 */
    uint16_t halves[2];               /*  86  f16 */
    uint8_t pad90_[2];                /*  90  zero */
    uint32_t order;                   /*  92  enum ws_order */
    uint8_t mask;                     /*  96  enum ws_operator */
    uint8_t pad97_[1];                /*  97  zero */
    struct ws_timezone zones;         /*  98 */
    uint8_t last;                     /* 112  since minor 1 */
    uint8_t pad113_[7];               /* 113  zero */
};

/* Zone, 40 bytes, align 8 */
struct ws_zone {
    alignas(8) double gain; /*  0 */
    dh_atomic_bool ready;   /*  8 */
    uint8_t pad9_[3];       /*  9  zero */
    dh_atomic_u32 mode;     /* 12 */
    dh_atomic_u32 order;    /* 16  enum ws_order */
    uint8_t pad20_[4];      /* 20  zero */
    dh_atomic_f64 rate;     /* 24 */
    uint8_t last;           /* 32  since minor 1 */
    uint8_t pad33_[7];      /* 33  zero */
};

/* Slot, 1 bytes, align 1 */
/* A struct called as what its channel has of it. */
struct ws_slot {
    uint8_t slot; /* 0 */
};

/* What a block's schema is compared with when a program attaches to a channel. Defined in the .c file. */
DH_API extern const struct dh_schema ws_words_schema;
DH_API extern const struct dh_schema ws_class_schema;
DH_API extern const struct dh_schema ws_slots_schema;

#ifdef __cplusplus
}
#endif
#endif /* LAB_STD_CLASS_WORDS_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_STD_CLASS_WORDS_DH_H_FUNCTIONS)
#define LAB_STD_CLASS_WORDS_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

DH_STATIC_ASSERT(sizeof(struct ws_producer) == 1, "ws_producer is not as words.dhs says");

/* All zero, and the schema's defaults. */
static inline void ws_producer_init(struct ws_producer *producer)
{
    memset(producer, 0, sizeof *producer);
}

/* The schema's name of a value; "?" if it has none. */
static inline const char *ws_new_name(uint8_t value)
{
    switch (value) {
    case 0: return "delete";
    case 1: return "throw";
    case 2: return "none";
    case 3: return "True";
    default: return "?";
    }
}

/* The schema's name of one flag; "?" if it has none. */
static inline const char *ws_operator_name(uint8_t value)
{
    switch (value) {
    case 1: return "and";
    case 2: return "or";
    case 4: return "not";
    default: return "?";
    }
}

DH_STATIC_ASSERT(sizeof(struct ws_virtual_lambda) == 12,
                 "ws_virtual_lambda is not as words.dhs says");

/* Set the text. False: it was cut, between characters, to 4 bytes. */
static inline bool ws_virtual_lambda_set(struct ws_virtual_lambda *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 4;

    if (!fits) {
        length = 4;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct ws_virtual_list) == 8, "ws_virtual_list is not as words.dhs says");

/* How many items there are, never more than 2, whatever the memory says. */
static inline uint32_t ws_virtual_list_count(const struct ws_virtual_list *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 2 ? n : 2;
}

/* Add an item. False: there are 2 already. */
static inline bool ws_virtual_list_append(struct ws_virtual_list *list, int16_t item)
{
    uint32_t n = ws_virtual_list_count(list);

    if (n == 2) return false;
    list->items[n] = item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 2. */
static inline bool ws_virtual_list_set(struct ws_virtual_list *list, const int16_t *items, size_t n)
{
    bool fits = n <= 2;

    list->count = fits ? (uint32_t)n : 2;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const int16_t *ws_virtual_list_at(const struct ws_virtual_list *list, size_t index)
{
    return index < ws_virtual_list_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct ws_virtual) == 24, "ws_virtual is not as words.dhs says");

/* Make it `void`, which has no value. */
static inline void ws_virtual_set_void(struct ws_virtual *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 0;
}

/* Make it `this`, all zero, and fill what is returned. */
static inline uint16_t *ws_virtual_set_this(struct ws_virtual *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 1;
    return &value->as.this_;
}

/* `this`, or NULL if it is another arm that is set. */
static inline const uint16_t *ws_virtual_get_this(const struct ws_virtual *value)
{
    return value->tag == 1 ? &value->as.this_ : NULL;
}

/* Make it `lambda`, all zero, and fill what is returned. */
static inline struct ws_virtual_lambda *ws_virtual_set_lambda(struct ws_virtual *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 2;
    return &value->as.lambda;
}

/* `lambda`, or NULL if it is another arm that is set. */
static inline const struct ws_virtual_lambda *ws_virtual_get_lambda(const struct ws_virtual *value)
{
    return value->tag == 2 ? &value->as.lambda : NULL;
}

/* Make it `tag`, all zero, and fill what is returned. */
static inline double *ws_virtual_set_tag(struct ws_virtual *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 3;
    return &value->as.tag;
}

/* `tag`, or NULL if it is another arm that is set. */
static inline const double *ws_virtual_get_tag(const struct ws_virtual *value)
{
    return value->tag == 3 ? &value->as.tag : NULL;
}

/* Make it `list`, all zero, and fill what is returned. */
static inline struct ws_virtual_list *ws_virtual_set_list(struct ws_virtual *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 4;
    return &value->as.list;
}

/* `list`, or NULL if it is another arm that is set. */
static inline const struct ws_virtual_list *ws_virtual_get_list(const struct ws_virtual *value)
{
    return value->tag == 4 ? &value->as.list : NULL;
}

/* The schema's name of a value; "?" if it has none. */
static inline const char *ws_words_mode_name(uint8_t value)
{
    switch (value) {
    case 0: return "on";
    case 1: return "off";
    default: return "?";
    }
}

/* The schema's name of a value; "?" if it has none. */
static inline const char *ws_order_name(uint32_t value)
{
    switch (value) {
    case 0u: return "BIG_ENDIAN";
    case 1u: return "LITTLE_ENDIAN";
    case 2u: return "ENOENT";
    case 3u: return "INFINITY";
    default: return "?";
    }
}

DH_STATIC_ASSERT(sizeof(struct ws_dh_err) == 2, "ws_dh_err is not as words.dhs says");

/* All zero, and the schema's defaults. */
static inline void ws_dh_err_init(struct ws_dh_err *dh_err_)
{
    memset(dh_err_, 0, sizeof *dh_err_);
}

/* The physical value of what is stored raw. */
static inline double ws_dh_err_x_get(const struct ws_dh_err *dh_err_)
{
    return (double)dh_err_->x * 0.5;
}

/* Store the raw value that is nearest to a physical one. False: none is near, nothing is stored. */
static inline bool ws_dh_err_x_set(struct ws_dh_err *dh_err_, double physical)
{
    double raw = physical / 0.5;

    raw += raw < 0 ? -0.5 : 0.5;
    if (!(raw > -32769.0 && raw < 32768.0)) return false;
    dh_err_->x = (int16_t)raw;
    return true;
}

DH_STATIC_ASSERT(sizeof(struct ws_size_t) == 8, "ws_size_t is not as words.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 3 bytes. */
static inline bool ws_size_t_text_set(struct ws_size_t *size_t_, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 3;

    if (!fits) {
        length = 3;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(size_t_->text, 0, sizeof size_t_->text);
    memcpy(size_t_->text, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void ws_size_t_init(struct ws_size_t *size_t_)
{
    memset(size_t_, 0, sizeof *size_t_);
    ws_size_t_text_set(size_t_, "abc");
}

DH_STATIC_ASSERT(sizeof(struct ws_strlen) == 4, "ws_strlen is not as words.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 4 bytes. */
static inline bool ws_strlen_memcpy_set(struct ws_strlen *strlen_, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 4;

    if (!fits) {
        length = 4;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(strlen_->memcpy, 0, sizeof strlen_->memcpy);
    memcpy(strlen_->memcpy, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void ws_strlen_init(struct ws_strlen *strlen_)
{
    memset(strlen_, 0, sizeof *strlen_);
    ws_strlen_memcpy_set(strlen_, "x");
}

DH_STATIC_ASSERT(sizeof(struct ws_memset) == 6, "ws_memset is not as words.dhs says");

/* All zero, and the schema's defaults. */
static inline void ws_memset_init(struct ws_memset *memset_)
{
    memset(memset_, 0, sizeof *memset_);
    ws_strlen_init(&memset_->strlen);
}

DH_STATIC_ASSERT(sizeof(struct ws_timezone) == 14, "ws_timezone is not as words.dhs says");

/* All zero, and the schema's defaults. */
static inline void ws_timezone_init(struct ws_timezone *timezone_)
{
    memset(timezone_, 0, sizeof *timezone_);
    ws_size_t_init(&timezone_->size_t);
    ws_memset_init(&timezone_->memset);
}

DH_STATIC_ASSERT(sizeof(struct ws_words_mutable) == 8, "ws_words_mutable is not as words.dhs says");

static inline bool ws_words_mutable_has(const struct ws_words_mutable *optional)
{
    return optional->present != 0;
}

static inline void ws_words_mutable_set(struct ws_words_mutable *optional, float item)
{
    optional->value = item;
    optional->present = 1;
}

static inline void ws_words_mutable_clear(struct ws_words_mutable *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct ws_words_std) == 12, "ws_words_std is not as words.dhs says");

/* Set the text. False: it was cut, between characters, to 7 bytes. */
static inline bool ws_words_std_set(struct ws_words_std *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 7;

    if (!fits) {
        length = 7;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct ws_words_depths) == 12, "ws_words_depths is not as words.dhs says");

/* How many items there are, never more than 4, whatever the memory says. */
static inline uint32_t ws_words_depths_count(const struct ws_words_depths *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 4 ? n : 4;
}

/* Add an item. False: there are 4 already. */
static inline bool ws_words_depths_append(struct ws_words_depths *list, int16_t item)
{
    uint32_t n = ws_words_depths_count(list);

    if (n == 4) return false;
    list->items[n] = item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 4. */
static inline bool ws_words_depths_set(struct ws_words_depths *list, const int16_t *items, size_t n)
{
    bool fits = n <= 4;

    list->count = fits ? (uint32_t)n : 4;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const int16_t *ws_words_depths_at(const struct ws_words_depths *list, size_t index)
{
    return index < ws_words_depths_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct ws_words) == 120, "ws_words is not as words.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 4 bytes. */
static inline bool ws_words_template_set(struct ws_words *words, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 4;

    if (!fits) {
        length = 4;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(words->template_, 0, sizeof words->template_);
    memcpy(words->template_, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void ws_words_init(struct ws_words *words)
{
    memset(words, 0, sizeof *words);
    words->private_ = WS_WORDS_MODE_OFF;
    words->import = WS_NEW_THROW;
    ws_words_template_set(words, "abc");
    ws_words_std_set(&words->std, "std");
    words->order = WS_ORDER_LITTLE_ENDIAN;
    words->mask = 5;
    ws_timezone_init(&words->zones);
}

/* The physical value, in m, of what is stored raw. */
static inline double ws_words_dh_get(const struct ws_words *words)
{
    return (double)words->dh * 0.001;
}

/* Store the raw value that is nearest to a physical one. False: none is near, nothing is stored. */
static inline bool ws_words_dh_set(struct ws_words *words, double physical)
{
    double raw = physical / 0.001;

    raw += raw < 0 ? -0.5 : 0.5;
    if (!(raw > -2147483649.0 && raw < 2147483648.0)) return false;
    words->dh = (int32_t)raw;
    return true;
}

/* Whether `last` is there: it came with minor 1. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool ws_words_has_last(uint32_t minor)
{
    return minor >= 1;
}

DH_STATIC_ASSERT(sizeof(struct ws_zone) == 40, "ws_zone is not as words.dhs says");

/* All zero, and the schema's defaults. */
static inline void ws_zone_init(struct ws_zone *zone)
{
    memset(zone, 0, sizeof *zone);
    zone->gain = 0.5;
    zone->ready.value = true;
    zone->mode.value = 7u;
    zone->order.value = WS_ORDER_ENOENT;
    zone->rate.value = -__builtin_inf();
}

/* Whether `last` is there: it came with minor 1. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool ws_zone_has_last(uint32_t minor)
{
    return minor >= 1;
}

DH_STATIC_ASSERT(sizeof(struct ws_slot) == 1, "ws_slot is not as words.dhs says");

/* All zero, and the schema's defaults. */
static inline void ws_slot_init(struct ws_slot *slot)
{
    memset(slot, 0, sizeof *slot);
}

/* Calls of channels wait and return as those of <dh/producer.h> and <dh/consumer.h> do that they are named after,
 * where more is said of them. Types of their own keep channels apart. */

/* ---- channel words 1.1: 4 slot(s), full: wait, checksum: none ----
 *
 * Its name where NULL is given: "lab.std.class.words".
 */

typedef struct ws_words_producer {
    dh_producer *base;
} ws_words_producer;

typedef struct ws_words_consumer {
    dh_consumer *base;
} ws_words_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err ws_words_producer_open(ws_words_producer *producer,
                                                        const char *channel,
                                                        const struct dh_producer_options *options,
                                                        struct dh_why *why)
{
    return dh_producer_open(&producer->base, &ws_words_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void ws_words_producer_close(ws_words_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err ws_words_consumer_open(ws_words_consumer *consumer,
                                                        const char *channel,
                                                        const struct dh_consumer_options *options,
                                                        struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &ws_words_schema, channel, options, why);
}

static inline void ws_words_consumer_close(ws_words_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t ws_words_consumer_minor(const ws_words_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t ws_words_lost(const ws_words_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * ws_words_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err ws_words_loan(ws_words_producer *producer, int64_t deadline_ns,
                                               struct ws_words **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct ws_words *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err ws_words_commit(ws_words_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void ws_words_abort(ws_words_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err ws_words_send(ws_words_producer *producer, int64_t deadline_ns,
                                               const struct ws_words *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* ws_words_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(ws_words, ws_words);
DH_LOAN_SCOPE(ws_words, ws_words);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err ws_words_acquire(ws_words_consumer *consumer, int64_t deadline_ns,
                                                  const struct ws_words **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct ws_words *)payload;
    return err;
}

/* Give it back. */
static inline dh_err ws_words_release(ws_words_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err ws_words_receive(ws_words_consumer *consumer, int64_t deadline_ns,
                                                  struct ws_words *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* ws_words_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(ws_words, ws_words);
DH_ACQUIRE_SCOPE(ws_words, ws_words);

/* Zone Words: written by the producer alone; a reader gets all of one value. */
static inline DH_MUST_USE dh_err ws_words_producer_words_write(ws_words_producer *producer,
                                                               const struct ws_zone *value)
{
    return dh_zone_write(dh_producer_zone(producer->base, 1), value);
}

/* Copy one consistent value. Returns EBUSY, EDEAD, or ENOTFOUND: the producer's minor lacks it. */
static inline DH_MUST_USE dh_err ws_words_consumer_words_read(ws_words_consumer *consumer,
                                                              int64_t deadline_ns,
                                                              struct ws_zone *value)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 1);

    return zone ? dh_zone_read(zone, deadline_ns, value) : DH_ENOTFOUND;
}

/* The zone in place, for its atomic fields; never NULL. */
static inline struct ws_zone *ws_words_producer_words(ws_words_producer *producer)
{
    return (struct ws_zone *)dh_zone_mutable(dh_producer_zone(producer->base, 1));
}

/* The zone in place, for its atomic fields; NULL if the producer's minor has no such zone. */
static inline const struct ws_zone *ws_words_consumer_words(ws_words_consumer *consumer)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 1);

    return zone ? (const struct ws_zone *)dh_zone_data(zone) : NULL;
}

/* Zone delete: everybody reads and writes it in place, atomic fields at any time, the
 * others under one of its 1 locks. */
static inline struct ws_zone *ws_words_producer_delete(ws_words_producer *producer)
{
    return (struct ws_zone *)dh_zone_mutable(dh_producer_zone(producer->base, 2));
}

/* NULL if the producer's minor has no such zone. */
static inline struct ws_zone *ws_words_consumer_delete(ws_words_consumer *consumer)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? (struct ws_zone *)dh_zone_mutable(zone) : NULL;
}

/* Take a lock, 0 … 1 - 1. Returns EBUSY, EINVAL, or EOWNERDEAD: it is yours, its last owner
 * died holding it; mend the zone and say so with …_delete_consistent(). */
static inline DH_MUST_USE dh_err ws_words_producer_delete_lock(ws_words_producer *producer,
                                                               unsigned lock, int64_t deadline_ns)
{
    return dh_zone_lock(dh_producer_zone(producer->base, 2), lock, deadline_ns);
}

static inline dh_err ws_words_producer_delete_unlock(ws_words_producer *producer, unsigned lock)
{
    return dh_zone_unlock(dh_producer_zone(producer->base, 2), lock);
}

static inline dh_err ws_words_producer_delete_consistent(ws_words_producer *producer, unsigned lock)
{
    return dh_zone_consistent(dh_producer_zone(producer->base, 2), lock);
}

/* The same for a consumer; ENOTFOUND if the producer's minor has no such zone. */
static inline DH_MUST_USE dh_err ws_words_consumer_delete_lock(ws_words_consumer *consumer,
                                                               unsigned lock, int64_t deadline_ns)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_lock(zone, lock, deadline_ns) : DH_ENOTFOUND;
}

static inline dh_err ws_words_consumer_delete_unlock(ws_words_consumer *consumer, unsigned lock)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_unlock(zone, lock) : DH_ENOTFOUND;
}

static inline dh_err ws_words_consumer_delete_consistent(ws_words_consumer *consumer, unsigned lock)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_consistent(zone, lock) : DH_ENOTFOUND;
}

/* Zone loan: written by the producer alone; a reader gets all of one value. */
static inline DH_MUST_USE dh_err ws_words_producer_loan_write(ws_words_producer *producer,
                                                              const struct ws_zone *value)
{
    return dh_zone_write(dh_producer_zone(producer->base, 3), value);
}

/* Copy one consistent value. Returns EBUSY, EDEAD, or ENOTFOUND: the producer's minor lacks it. */
static inline DH_MUST_USE dh_err ws_words_consumer_loan_read(ws_words_consumer *consumer,
                                                             int64_t deadline_ns,
                                                             struct ws_zone *value)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 3);

    return zone ? dh_zone_read(zone, deadline_ns, value) : DH_ENOTFOUND;
}

/* The zone in place, for its atomic fields; never NULL. */
static inline struct ws_zone *ws_words_producer_loan(ws_words_producer *producer)
{
    return (struct ws_zone *)dh_zone_mutable(dh_producer_zone(producer->base, 3));
}

/* The zone in place, for its atomic fields; NULL if the producer's minor has no such zone. */
static inline const struct ws_zone *ws_words_consumer_loan(ws_words_consumer *consumer)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 3);

    return zone ? (const struct ws_zone *)dh_zone_data(zone) : NULL;
}

/* ---- channel class 1.0: 2 slot(s), full: overwrite, checksum: enforced ----
 *
 * Its name where NULL is given: "lab.std.class.class".
 */

typedef struct ws_class_producer {
    dh_producer *base;
} ws_class_producer;

typedef struct ws_class_consumer {
    dh_consumer *base;
} ws_class_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err ws_class_producer_open(ws_class_producer *producer,
                                                        const char *channel,
                                                        const struct dh_producer_options *options,
                                                        struct dh_why *why)
{
    return dh_producer_open(&producer->base, &ws_class_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void ws_class_producer_close(ws_class_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err ws_class_consumer_open(ws_class_consumer *consumer,
                                                        const char *channel,
                                                        const struct dh_consumer_options *options,
                                                        struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &ws_class_schema, channel, options, why);
}

static inline void ws_class_consumer_close(ws_class_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t ws_class_consumer_minor(const ws_class_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t ws_class_lost(const ws_class_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * ws_producer_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err ws_class_loan(ws_class_producer *producer, int64_t deadline_ns,
                                               struct ws_producer **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct ws_producer *)payload;
    return err;
}

/* The loan's first bytes are as they will be committed, and are summed now: the rest is at commit. */
static inline dh_err ws_class_filled(ws_class_producer *producer, size_t bytes)
{
    return dh_producer_filled(producer->base, bytes);
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err ws_class_commit(ws_class_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void ws_class_abort(ws_class_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err ws_class_send(ws_class_producer *producer, int64_t deadline_ns,
                                               const struct ws_producer *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* ws_class_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(ws_class, ws_producer);
DH_LOAN_SCOPE(ws_class, ws_producer);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err ws_class_acquire(ws_class_consumer *consumer, int64_t deadline_ns,
                                                  const struct ws_producer **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct ws_producer *)payload;
    return err;
}

/* Give it back. */
static inline dh_err ws_class_release(ws_class_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err ws_class_receive(ws_class_consumer *consumer, int64_t deadline_ns,
                                                  struct ws_producer *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* ws_class_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(ws_class, ws_producer);
DH_ACQUIRE_SCOPE(ws_class, ws_producer);

/* ---- channel slots 1.0: 1 slot(s), full: overwrite, checksum: none ----
 *
 * Its name where NULL is given: "lab.std.class.slots".
 */

typedef struct ws_slots_producer {
    dh_producer *base;
} ws_slots_producer;

typedef struct ws_slots_consumer {
    dh_consumer *base;
} ws_slots_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err ws_slots_producer_open(ws_slots_producer *producer,
                                                        const char *channel,
                                                        const struct dh_producer_options *options,
                                                        struct dh_why *why)
{
    return dh_producer_open(&producer->base, &ws_slots_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void ws_slots_producer_close(ws_slots_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err ws_slots_consumer_open(ws_slots_consumer *consumer,
                                                        const char *channel,
                                                        const struct dh_consumer_options *options,
                                                        struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &ws_slots_schema, channel, options, why);
}

static inline void ws_slots_consumer_close(ws_slots_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t ws_slots_consumer_minor(const ws_slots_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t ws_slots_lost(const ws_slots_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * ws_slot_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err ws_slots_loan(ws_slots_producer *producer, int64_t deadline_ns,
                                               struct ws_slot **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct ws_slot *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err ws_slots_commit(ws_slots_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void ws_slots_abort(ws_slots_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err ws_slots_send(ws_slots_producer *producer, int64_t deadline_ns,
                                               const struct ws_slot *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* ws_slots_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(ws_slots, ws_slot);
DH_LOAN_SCOPE(ws_slots, ws_slot);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err ws_slots_acquire(ws_slots_consumer *consumer, int64_t deadline_ns,
                                                  const struct ws_slot **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct ws_slot *)payload;
    return err;
}

/* Give it back. */
static inline dh_err ws_slots_release(ws_slots_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err ws_slots_receive(ws_slots_consumer *consumer, int64_t deadline_ns,
                                                  struct ws_slot *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* ws_slots_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(ws_slots, ws_slot);
DH_ACQUIRE_SCOPE(ws_slots, ws_slot);

#ifdef __cplusplus
}
#endif
#endif /* LAB_STD_CLASS_WORDS_DH_H_FUNCTIONS */
