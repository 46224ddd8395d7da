/* SPDX-License-Identifier: 0BSD */
/* whole.dh.h - written by dhgen 0.1.0 from whole.dhs; edit the schema, not this file.
 *
 *   package lab.whole
 *   channel gripper version 2.2: slot of 704 bytes, zone setting of 24, zone state of 128
 *     fb3f1983fd863ce2ac22574ed203ef0c3b92c3f03b674e7d1c58b213cf19ca6e
 *   channel tick version 0.0: signal without payload
 *     7468304d9ecf0b48c64b6f99f5974a0efd8db61b60608d3c83f80ee3e2843f52
 *
 * A schema that uses everything: what each language makes of it is in expected/.
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_WHOLE_DH_H
#define LAB_WHOLE_DH_H

#include <dh/atomic.h>
#include <dh/consumer.h>
#include <dh/producer.h>
#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "parts.dh.h"

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "whole.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* How many axes there are. */
enum { W_AXES = 3u };

static const int64_t W_LIMIT = INT64_C(-5000000000);

static const double W_NAME_OF_DAY = 0.5;

/* enum Mode, stored as uint8_t */
/* What a gripper does. */
enum w_mode {
    W_MODE_IDLE = 0,
    W_MODE_MOVING = 1,
    W_MODE_HELD = 2,
    W_MODE_REST = 0,
};

/* open enum Signed, stored as int16_t */
enum w_signed {
    W_SIGNED_NONE = 0,
    W_SIGNED_BELOW = -300,
};

/* enum Wide, stored as uint64_t */
static const uint64_t W_WIDE_NONE = UINT64_C(0);
static const uint64_t W_WIDE_HUGE = UINT64_C(281474976710655);

/* flags Fault, stored as uint16_t */
enum w_fault {
    W_FAULT_HOT = 1 << 0,
    W_FAULT_COLD = 1 << 3,
    W_FAULT_CLASS = 1 << 15,
};

/* string<5> of w_reading.text */
struct w_reading_text {
    uint32_t length;   /*  0  bytes of text */
    char text[6];      /*  4  UTF-8, always terminated */
    uint8_t pad10_[2]; /* 10  zero */
};

/* Which arm of w_reading is set; another value: none is */
enum w_reading_tag {
    W_READING_NOTHING = 0,
    /* straight from the sensor */
    W_READING_NUMBER = 1,
    W_READING_TEXT = 2,
    W_READING_PLACE = 7,
    W_READING_ROW = 8,
    W_READING_CODE = 9,
    W_READING_MODE = 10,
};

/* union Reading, 32 bytes, align 8 */
/* One of several, told by its tag. */
struct w_reading {
    uint8_t tag;      /* 0  enum w_reading_tag */
    uint8_t pad1_[7]; /* 1  zero */
    union {
        alignas(8) double number;     /* 8  m */
        struct w_reading_text text;   /* 8  string<5> */
        struct lab_parts_place place; /* 8 */
        float row[4];                 /* 8 */
        char code[3];                 /* 8 */
        uint8_t mode;                 /* 8  enum w_mode */
    } as;
};

enum { W_GRIPPER_FINGERS = 2u };

/* string<15> of w_gripper.label */
struct w_gripper_label {
    uint32_t length; /* 0  bytes of text */
    char text[16];   /* 4  UTF-8, always terminated */
};

/* string<3> of w_gripper.labels */
struct w_gripper_labels {
    uint32_t length; /* 0  bytes of text */
    char text[4];    /* 4  UTF-8, always terminated */
};

/* bytes<6> of w_gripper.raw */
struct w_gripper_raw {
    uint32_t length;   /*  0  bytes of data */
    uint8_t data[6];   /*  4 */
    uint8_t pad10_[2]; /* 10  zero */
};

/* list<Place, 4> of w_gripper.points */
struct w_gripper_points {
    uint32_t count;                  /* 0  of items */
    uint8_t pad4_[4];                /* 4  zero */
    struct lab_parts_place items[4]; /* 8 */
};

/* list<f32[3], 2> of w_gripper.rows */
struct w_gripper_rows {
    uint32_t count;    /* 0  of items */
    float items[2][3]; /* 4 */
};

/* string<3> of w_gripper.words[] */
struct w_gripper_words_item {
    uint32_t length; /* 0  bytes of text */
    char text[4];    /* 4  UTF-8, always terminated */
};

/* list<string<3>, 2> of w_gripper.words */
struct w_gripper_words {
    uint32_t count;                       /* 0  of items */
    struct w_gripper_words_item items[2]; /* 4 */
};

/* Place? of w_gripper.best */
struct w_gripper_best {
    struct lab_parts_place value; /*  0 */
    uint8_t present;              /* 24  0: there is no value */
    uint8_t pad25_[7];            /* 25  zero */
};

/* u8? of w_gripper.maybe */
struct w_gripper_maybe {
    uint8_t value;   /* 0 */
    uint8_t present; /* 1  0: there is no value */
};

/* u16[3]? of w_gripper.trio */
struct w_gripper_trio {
    uint16_t value[3]; /* 0 */
    uint8_t present;   /* 6  0: there is no value */
    uint8_t pad7_[1];  /* 7  zero */
};

/* list<Reading, 2> of w_gripper.readings */
struct w_gripper_readings {
    uint32_t count;            /* 0  of items */
    uint8_t pad4_[4];          /* 4  zero */
    struct w_reading items[2]; /* 8 */
};

/* list<u8, 3> of w_gripper.sags */
struct w_gripper_sags {
    uint32_t count;   /* 0  of items */
    uint8_t items[3]; /* 4 */
    uint8_t pad7_[1]; /* 7  zero */
};

/* i16? of w_gripper.drift */
struct w_gripper_drift {
    int16_t value;    /* 0 */
    uint8_t present;  /* 2  0: there is no value */
    uint8_t pad3_[1]; /* 3  zero */
};

/* Gripper, 704 bytes, align 64 */
struct w_gripper {
    /* When it was read. */
    alignas(8) uint64_t time;           /*   0  ns, monotonic clock */
    uint64_t stamp;                     /*   8  ns, plant clock */
    uint8_t mode;                       /*  16  enum w_mode */
    uint8_t modes[2];                   /*  17  enum w_mode */
    uint8_t pad19_[1];                  /*  19  zero */
    int16_t signed_;                    /*  20  enum w_signed */
    uint8_t pad22_[2];                  /*  22  zero */
    uint64_t wide;                      /*  24  enum w_wide */
    uint16_t faults;                    /*  32  enum w_fault */
    bool ok;                            /*  34 */
    uint8_t pad35_[1];                  /*  35  zero */
    int32_t lat;                        /*  36  deg, = raw * 1e-07, -90 to 90, frame wgs84 */
    uint8_t heat;                       /*  40  degC, = raw * 0.5 - 4e+01 */
    uint8_t pad41_[1];                  /*  41  zero */
    int16_t heats[2];                   /*  42  degC, = raw * 0.01 */
    uint8_t pad46_[2];                  /*  46  zero */
    float volts;                        /*  48  V, at least 0, nan: invalid */
    uint16_t half;                      /*  52  f16 */
    uint8_t pad54_[2];                  /*  54  zero */
    double matrix[3][2];                /*  56 */
    char name[8];                       /* 104 */
    char names[3][4];                   /* 112 */
    struct w_gripper_label label;       /* 124  string<15> */
    struct w_gripper_labels labels[2];  /* 144  string<3>[2] */
    struct w_gripper_raw raw;           /* 160  bytes<6> */
    uint8_t pad172_[4];                 /* 172  zero */
    struct w_gripper_points points;     /* 176  list<Place, 4> */
    struct w_gripper_rows rows;         /* 280  list<f32[3], 2> */
    struct w_gripper_words words;       /* 308  list<string<3>, 2> */
    struct w_gripper_best best;         /* 328  Place? */
    struct w_gripper_maybe maybe[3];    /* 360  u8?[3] */
    struct w_gripper_trio trio;         /* 366  u16[3]? */
    uint8_t pad374_[2];                 /* 374  zero */
    struct w_reading reading;           /* 376 */
    struct w_gripper_readings readings; /* 408  list<Reading, 2> */
    uint32_t old;                       /* 480  deprecated: use time */
    uint8_t pad484_[28];                /* 484  zero */
    alignas(64) float nearer;           /* 512 */
    uint8_t reserved;                   /* 516  255: invalid */
    uint8_t pad517_[59];                /* 517  zero */
    float later;                        /* 576  m, since minor 1 */
    uint8_t pad580_[60];                /* 580  zero */
    uint16_t latest;                    /* 640  since minor 2 */
    uint8_t pad642_[2];                 /* 642  zero */
    struct w_gripper_sags sags;         /* 644  list<u8, 3>, mm, = raw * 0.25 + 1, since minor 2 */
    struct w_gripper_drift drift[2];    /* 652  i16?[2], mm, = raw * 0.5, since minor 2 */
    uint8_t pad660_[44];                /* 660  zero */
};

/* State, 128 bytes, align 64 */
struct w_state {
    dh_atomic_u64 frames;           /*  0 */
    dh_atomic_bool on;              /*  8 */
    uint8_t pad9_[55];              /*  9  zero */
    alignas(64) dh_atomic_f32 rate; /* 64  Hz */
    uint8_t pad68_[60];             /* 68  zero */
};

/* Setting, 24 bytes, align 8 */
struct w_setting {
    alignas(8) double gain; /* 0 */
    uint8_t pad8_[16];      /* 8  zero, reserved for later minors */
};

/* What a block's schema is compared with when a program attaches to a channel. Defined in the .c file. */
DH_API extern const struct dh_schema w_gripper_schema;
DH_API extern const struct dh_schema w_tick_schema;

#ifdef __cplusplus
}
#endif
#endif /* LAB_WHOLE_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_WHOLE_DH_H_FUNCTIONS)
#define LAB_WHOLE_DH_H_FUNCTIONS

#include "parts.dh.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The schema's name of a value; "?" if it has none. */
static inline const char *w_mode_name(uint8_t value)
{
    switch (value) {
    case 0: return "idle";
    case 1: return "moving";
    case 2: return "mode_held";
    default: return "?";
    }
}

/* The schema's name of a value; "?" if it has none. */
static inline const char *w_signed_name(int16_t value)
{
    switch (value) {
    case 0: return "none";
    case -300: return "below";
    default: return "?";
    }
}

/* The schema's name of a value; "?" if it has none. */
static inline const char *w_wide_name(uint64_t value)
{
    switch (value) {
    case UINT64_C(0): return "none";
    case UINT64_C(281474976710655): return "huge";
    default: return "?";
    }
}

/* The schema's name of one flag; "?" if it has none. */
static inline const char *w_fault_name(uint16_t value)
{
    switch (value) {
    case 1: return "hot";
    case 8: return "cold";
    case 32768: return "class";
    default: return "?";
    }
}

DH_STATIC_ASSERT(sizeof(struct w_reading_text) == 12, "w_reading_text is not as whole.dhs says");

/* Set the text. False: it was cut, between characters, to 5 bytes. */
static inline bool w_reading_text_set(struct w_reading_text *string, const char *text)
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

DH_STATIC_ASSERT(sizeof(struct w_reading) == 32, "w_reading is not as whole.dhs says");

/* Make it `nothing`, which has no value. */
static inline void w_reading_set_nothing(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 0;
}

/* Make it `number`, all zero, and fill what is returned. */
static inline double *w_reading_set_number(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 1;
    return &value->as.number;
}

/* `number`, or NULL if it is another arm that is set. */
static inline const double *w_reading_get_number(const struct w_reading *value)
{
    return value->tag == 1 ? &value->as.number : NULL;
}

/* Make it `text`, all zero, and fill what is returned. */
static inline struct w_reading_text *w_reading_set_text(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 2;
    return &value->as.text;
}

/* `text`, or NULL if it is another arm that is set. */
static inline const struct w_reading_text *w_reading_get_text(const struct w_reading *value)
{
    return value->tag == 2 ? &value->as.text : NULL;
}

/* Make it `place`, all zero, and fill what is returned. */
static inline struct lab_parts_place *w_reading_set_place(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 7;
    return &value->as.place;
}

/* `place`, or NULL if it is another arm that is set. */
static inline const struct lab_parts_place *w_reading_get_place(const struct w_reading *value)
{
    return value->tag == 7 ? &value->as.place : NULL;
}

/* Make it `row`, all zero, and fill what is returned. */
static inline float *w_reading_set_row(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 8;
    return (float *)(void *)&value->as.row;
}

/* `row`, or NULL if it is another arm that is set. */
static inline const float *w_reading_get_row(const struct w_reading *value)
{
    return value->tag == 8 ? (const float *)(const void *)&value->as.row : NULL;
}

/* Make it `code`, all zero, and fill what is returned. */
static inline char *w_reading_set_code(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 9;
    return (char *)(void *)&value->as.code;
}

/* `code`, or NULL if it is another arm that is set. */
static inline const char *w_reading_get_code(const struct w_reading *value)
{
    return value->tag == 9 ? (const char *)(const void *)&value->as.code : NULL;
}

/* Make it `mode`, all zero, and fill what is returned. */
static inline uint8_t *w_reading_set_mode(struct w_reading *value)
{
    memset(value, 0, sizeof *value);
    value->tag = 10;
    return &value->as.mode;
}

/* `mode`, or NULL if it is another arm that is set. */
static inline const uint8_t *w_reading_get_mode(const struct w_reading *value)
{
    return value->tag == 10 ? &value->as.mode : NULL;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_label) == 20, "w_gripper_label is not as whole.dhs says");

/* Set the text. False: it was cut, between characters, to 15 bytes. */
static inline bool w_gripper_label_set(struct w_gripper_label *string, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 15;

    if (!fits) {
        length = 15;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(string->text, 0, sizeof string->text);
    memcpy(string->text, text, length);
    string->length = (uint32_t)length;
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_labels) == 8, "w_gripper_labels is not as whole.dhs says");

/* Set the text. False: it was cut, between characters, to 3 bytes. */
static inline bool w_gripper_labels_set(struct w_gripper_labels *string, const char *text)
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

DH_STATIC_ASSERT(sizeof(struct w_gripper_raw) == 12, "w_gripper_raw is not as whole.dhs says");

/* Set the bytes. False: they were cut to 6. */
static inline bool w_gripper_raw_set(struct w_gripper_raw *bytes, const void *data,
                                     size_t size_bytes)
{
    bool fits = size_bytes <= 6;

    bytes->length = fits ? (uint32_t)size_bytes : 6;
    if (size_bytes > 0) memcpy(bytes->data, data, bytes->length);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_points) == 104,
                 "w_gripper_points is not as whole.dhs says");

/* How many items there are, never more than 4, whatever the memory says. */
static inline uint32_t w_gripper_points_count(const struct w_gripper_points *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 4 ? n : 4;
}

/* Add an item. False: there are 4 already. */
static inline bool w_gripper_points_append(struct w_gripper_points *list,
                                           const struct lab_parts_place *item)
{
    uint32_t n = w_gripper_points_count(list);

    if (n == 4) return false;
    list->items[n] = *item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 4. */
static inline bool w_gripper_points_set(struct w_gripper_points *list,
                                        const struct lab_parts_place *items, size_t n)
{
    bool fits = n <= 4;

    list->count = fits ? (uint32_t)n : 4;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const struct lab_parts_place *w_gripper_points_at(const struct w_gripper_points *list,
                                                                size_t index)
{
    return index < w_gripper_points_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_rows) == 28, "w_gripper_rows is not as whole.dhs says");

/* How many items there are, never more than 2, whatever the memory says. */
static inline uint32_t w_gripper_rows_count(const struct w_gripper_rows *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 2 ? n : 2;
}

/* Add an item, all of its elements. False: there are 2 already. */
static inline bool w_gripper_rows_append(struct w_gripper_rows *list, const float *item)
{
    uint32_t n = w_gripper_rows_count(list);

    if (n == 2) return false;
    memcpy(&list->items[n], item, sizeof list->items[n]);
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 2. */
static inline bool w_gripper_rows_set(struct w_gripper_rows *list, const float *items, size_t n)
{
    bool fits = n <= 2;

    list->count = fits ? (uint32_t)n : 2;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_words_item) == 8,
                 "w_gripper_words_item is not as whole.dhs says");

/* Set the text. False: it was cut, between characters, to 3 bytes. */
static inline bool w_gripper_words_item_set(struct w_gripper_words_item *string, const char *text)
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

DH_STATIC_ASSERT(sizeof(struct w_gripper_words) == 20, "w_gripper_words is not as whole.dhs says");

/* How many items there are, never more than 2, whatever the memory says. */
static inline uint32_t w_gripper_words_count(const struct w_gripper_words *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 2 ? n : 2;
}

/* Add an item. False: there are 2 already. */
static inline bool w_gripper_words_append(struct w_gripper_words *list,
                                          const struct w_gripper_words_item *item)
{
    uint32_t n = w_gripper_words_count(list);

    if (n == 2) return false;
    list->items[n] = *item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 2. */
static inline bool w_gripper_words_set(struct w_gripper_words *list,
                                       const struct w_gripper_words_item *items, size_t n)
{
    bool fits = n <= 2;

    list->count = fits ? (uint32_t)n : 2;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const struct w_gripper_words_item *
w_gripper_words_at(const struct w_gripper_words *list, size_t index)
{
    return index < w_gripper_words_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_best) == 32, "w_gripper_best is not as whole.dhs says");

static inline bool w_gripper_best_has(const struct w_gripper_best *optional)
{
    return optional->present != 0;
}

static inline void w_gripper_best_set(struct w_gripper_best *optional,
                                      const struct lab_parts_place *item)
{
    optional->value = *item;
    optional->present = 1;
}

static inline void w_gripper_best_clear(struct w_gripper_best *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_maybe) == 2, "w_gripper_maybe is not as whole.dhs says");

static inline bool w_gripper_maybe_has(const struct w_gripper_maybe *optional)
{
    return optional->present != 0;
}

static inline void w_gripper_maybe_set(struct w_gripper_maybe *optional, uint8_t item)
{
    optional->value = item;
    optional->present = 1;
}

static inline void w_gripper_maybe_clear(struct w_gripper_maybe *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_trio) == 8, "w_gripper_trio is not as whole.dhs says");

static inline bool w_gripper_trio_has(const struct w_gripper_trio *optional)
{
    return optional->present != 0;
}

static inline void w_gripper_trio_set(struct w_gripper_trio *optional, const uint16_t *item)
{
    memcpy(&optional->value, item, sizeof optional->value);
    optional->present = 1;
}

static inline void w_gripper_trio_clear(struct w_gripper_trio *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_readings) == 72,
                 "w_gripper_readings is not as whole.dhs says");

/* How many items there are, never more than 2, whatever the memory says. */
static inline uint32_t w_gripper_readings_count(const struct w_gripper_readings *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 2 ? n : 2;
}

/* Add an item. False: there are 2 already. */
static inline bool w_gripper_readings_append(struct w_gripper_readings *list,
                                             const struct w_reading *item)
{
    uint32_t n = w_gripper_readings_count(list);

    if (n == 2) return false;
    list->items[n] = *item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 2. */
static inline bool w_gripper_readings_set(struct w_gripper_readings *list,
                                          const struct w_reading *items, size_t n)
{
    bool fits = n <= 2;

    list->count = fits ? (uint32_t)n : 2;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const struct w_reading *w_gripper_readings_at(const struct w_gripper_readings *list,
                                                            size_t index)
{
    return index < w_gripper_readings_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_sags) == 8, "w_gripper_sags is not as whole.dhs says");

/* How many items there are, never more than 3, whatever the memory says. */
static inline uint32_t w_gripper_sags_count(const struct w_gripper_sags *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 3 ? n : 3;
}

/* Add an item. False: there are 3 already. */
static inline bool w_gripper_sags_append(struct w_gripper_sags *list, uint8_t item)
{
    uint32_t n = w_gripper_sags_count(list);

    if (n == 3) return false;
    list->items[n] = item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 3. */
static inline bool w_gripper_sags_set(struct w_gripper_sags *list, const uint8_t *items, size_t n)
{
    bool fits = n <= 3;

    list->count = fits ? (uint32_t)n : 3;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const uint8_t *w_gripper_sags_at(const struct w_gripper_sags *list, size_t index)
{
    return index < w_gripper_sags_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct w_gripper_drift) == 4, "w_gripper_drift is not as whole.dhs says");

static inline bool w_gripper_drift_has(const struct w_gripper_drift *optional)
{
    return optional->present != 0;
}

static inline void w_gripper_drift_set(struct w_gripper_drift *optional, int16_t item)
{
    optional->value = item;
    optional->present = 1;
}

static inline void w_gripper_drift_clear(struct w_gripper_drift *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct w_gripper) == 704, "w_gripper is not as whole.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 8 bytes. */
static inline bool w_gripper_name_set(struct w_gripper *gripper, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 8;

    if (!fits) {
        length = 8;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(gripper->name, 0, sizeof gripper->name);
    memcpy(gripper->name, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void w_gripper_init(struct w_gripper *gripper)
{
    memset(gripper, 0, sizeof *gripper);
    gripper->mode = W_MODE_MOVING;
    gripper->ok = true;
    gripper->half = 0x3e00;
    w_gripper_name_set(gripper, "abc");
    w_gripper_label_set(&gripper->label, "none yet");
}

/* The physical value, in deg, of what is stored raw. */
static inline double w_gripper_lat_get(const struct w_gripper *gripper)
{
    return (double)gripper->lat * 1e-07;
}

/* Store the raw value that is nearest to a physical one. False: none is near, nothing is stored. */
static inline bool w_gripper_lat_set(struct w_gripper *gripper, double physical)
{
    double raw = physical / 1e-07;

    raw += raw < 0 ? -0.5 : 0.5;
    if (!(raw > -2147483649.0 && raw < 2147483648.0)) return false;
    gripper->lat = (int32_t)raw;
    return true;
}

/* The physical value, in degC, of what is stored raw. */
static inline double w_gripper_heat_get(const struct w_gripper *gripper)
{
    return (double)gripper->heat * 0.5 + -4e+01;
}

/* Store the raw value that is nearest to a physical one. False: none is near, nothing is stored. */
static inline bool w_gripper_heat_set(struct w_gripper *gripper, double physical)
{
    double raw = (physical - -4e+01) / 0.5;

    raw += raw < 0 ? -0.5 : 0.5;
    if (!(raw > -1.0 && raw < 256.0)) return false;
    gripper->heat = (uint8_t)raw;
    return true;
}

/* Whether `later` is there: it came with minor 1. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool w_gripper_has_later(uint32_t minor)
{
    return minor >= 1;
}

/* Whether `latest` is there: it came with minor 2. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool w_gripper_has_latest(uint32_t minor)
{
    return minor >= 2;
}

/* Whether `sags` is there: it came with minor 2. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool w_gripper_has_sags(uint32_t minor)
{
    return minor >= 2;
}

/* Whether `drift` is there: it came with minor 2. `minor` is what both sides know, as
 * the channel's …_consumer_minor() tells. */
static inline bool w_gripper_has_drift(uint32_t minor)
{
    return minor >= 2;
}

DH_STATIC_ASSERT(sizeof(struct w_state) == 128, "w_state is not as whole.dhs says");

/* All zero, and the schema's defaults. */
static inline void w_state_init(struct w_state *state)
{
    memset(state, 0, sizeof *state);
}

DH_STATIC_ASSERT(sizeof(struct w_setting) == 24, "w_setting is not as whole.dhs says");

/* All zero, and the schema's defaults. */
static inline void w_setting_init(struct w_setting *setting)
{
    memset(setting, 0, sizeof *setting);
    setting->gain = 1.0;
}

/* Calls of channels wait and return as those of <dh/producer.h> and <dh/consumer.h> do that they are named after,
 * where more is said of them. Types of their own keep channels apart. */

/* ---- channel gripper 2.2: 8 slot(s), full: wait, checksum: manual ----
 * What the gripper tells.
 *
 * Its name where NULL is given: "lab.whole.gripper".
 */

typedef struct w_gripper_producer {
    dh_producer *base;
} w_gripper_producer;

typedef struct w_gripper_consumer {
    dh_consumer *base;
} w_gripper_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err w_gripper_producer_open(w_gripper_producer *producer,
                                                         const char *channel,
                                                         const struct dh_producer_options *options,
                                                         struct dh_why *why)
{
    return dh_producer_open(&producer->base, &w_gripper_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void w_gripper_producer_close(w_gripper_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err w_gripper_consumer_open(w_gripper_consumer *consumer,
                                                         const char *channel,
                                                         const struct dh_consumer_options *options,
                                                         struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &w_gripper_schema, channel, options, why);
}

static inline void w_gripper_consumer_close(w_gripper_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t w_gripper_consumer_minor(const w_gripper_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t w_gripper_lost(const w_gripper_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * w_gripper_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err w_gripper_loan(w_gripper_producer *producer, int64_t deadline_ns,
                                                struct w_gripper **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct w_gripper *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err w_gripper_commit(w_gripper_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void w_gripper_abort(w_gripper_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err w_gripper_send(w_gripper_producer *producer, int64_t deadline_ns,
                                                const struct w_gripper *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* w_gripper_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(w_gripper, w_gripper);
DH_LOAN_SCOPE(w_gripper, w_gripper);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err w_gripper_acquire(w_gripper_consumer *consumer,
                                                   int64_t deadline_ns,
                                                   const struct w_gripper **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct w_gripper *)payload;
    return err;
}

/* Give it back. */
static inline dh_err w_gripper_release(w_gripper_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err w_gripper_receive(w_gripper_consumer *consumer,
                                                   int64_t deadline_ns, struct w_gripper *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* w_gripper_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(w_gripper, w_gripper);
DH_ACQUIRE_SCOPE(w_gripper, w_gripper);

/* `checksum: manual`: compute the loaned slot's checksum, before the commit. Returns EORDER. */
static inline DH_MUST_USE dh_err w_gripper_checksum_update(w_gripper_producer *producer)
{
    return dh_slot_rw_checksum_update(dh_producer_slot_rw(producer->base));
}

/* Compare the acquired slot with its checksum. Returns ECHECKSUM, EORDER. */
static inline DH_MUST_USE dh_err w_gripper_checksum_verify(w_gripper_consumer *consumer)
{
    return dh_slot_rw_checksum_verify(dh_consumer_slot_rw(consumer->base));
}

/* Zone setting: written by the producer alone; a reader gets all of one value. */
static inline DH_MUST_USE dh_err w_gripper_producer_setting_write(w_gripper_producer *producer,
                                                                  const struct w_setting *value)
{
    return dh_zone_write(dh_producer_zone(producer->base, 1), value);
}

/* Copy one consistent value. Returns EBUSY, EDEAD, or ENOTFOUND: the producer's minor lacks it. */
static inline DH_MUST_USE dh_err w_gripper_consumer_setting_read(w_gripper_consumer *consumer,
                                                                 int64_t deadline_ns,
                                                                 struct w_setting *value)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 1);

    return zone ? dh_zone_read(zone, deadline_ns, value) : DH_ENOTFOUND;
}

/* Zone state: everybody reads and writes it in place, atomic fields at any time, the
 * others under one of its 2 locks. */
static inline struct w_state *w_gripper_producer_state(w_gripper_producer *producer)
{
    return (struct w_state *)dh_zone_mutable(dh_producer_zone(producer->base, 2));
}

/* NULL if the producer's minor has no such zone. */
static inline struct w_state *w_gripper_consumer_state(w_gripper_consumer *consumer)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? (struct w_state *)dh_zone_mutable(zone) : NULL;
}

/* Take a lock, 0 … 2 - 1. Returns EBUSY, EINVAL, or EOWNERDEAD: it is yours, its last owner
 * died holding it; mend the zone and say so with …_state_consistent(). */
static inline DH_MUST_USE dh_err w_gripper_producer_state_lock(w_gripper_producer *producer,
                                                               unsigned lock, int64_t deadline_ns)
{
    return dh_zone_lock(dh_producer_zone(producer->base, 2), lock, deadline_ns);
}

static inline dh_err w_gripper_producer_state_unlock(w_gripper_producer *producer, unsigned lock)
{
    return dh_zone_unlock(dh_producer_zone(producer->base, 2), lock);
}

static inline dh_err w_gripper_producer_state_consistent(w_gripper_producer *producer,
                                                         unsigned lock)
{
    return dh_zone_consistent(dh_producer_zone(producer->base, 2), lock);
}

/* The same for a consumer; ENOTFOUND if the producer's minor has no such zone. */
static inline DH_MUST_USE dh_err w_gripper_consumer_state_lock(w_gripper_consumer *consumer,
                                                               unsigned lock, int64_t deadline_ns)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_lock(zone, lock, deadline_ns) : DH_ENOTFOUND;
}

static inline dh_err w_gripper_consumer_state_unlock(w_gripper_consumer *consumer, unsigned lock)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_unlock(zone, lock) : DH_ENOTFOUND;
}

static inline dh_err w_gripper_consumer_state_consistent(w_gripper_consumer *consumer,
                                                         unsigned lock)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 2);

    return zone ? dh_zone_consistent(zone, lock) : DH_ENOTFOUND;
}

/* ---- channel tick 0.0: 4 slot(s), full: overwrite, checksum: none ----
 *
 * Its name where NULL is given: "lab.whole.tick".
 */

typedef struct w_tick_producer {
    dh_producer *base;
} w_tick_producer;

typedef struct w_tick_consumer {
    dh_consumer *base;
} w_tick_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err w_tick_producer_open(w_tick_producer *producer,
                                                      const char *channel,
                                                      const struct dh_producer_options *options,
                                                      struct dh_why *why)
{
    return dh_producer_open(&producer->base, &w_tick_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void w_tick_producer_close(w_tick_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err w_tick_consumer_open(w_tick_consumer *consumer,
                                                      const char *channel,
                                                      const struct dh_consumer_options *options,
                                                      struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &w_tick_schema, channel, options, why);
}

static inline void w_tick_consumer_close(w_tick_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t w_tick_consumer_minor(const w_tick_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t w_tick_lost(const w_tick_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* Signal every consumer; there is no payload. Returns as dh_producer_loan() does. */
static inline DH_MUST_USE dh_err w_tick_signal(w_tick_producer *producer, int64_t deadline_ns)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    return err == DH_OK ? dh_producer_commit(producer->base) : err;
}

/* Wait for the next signal. Returns as dh_consumer_acquire() does. */
static inline DH_MUST_USE dh_err w_tick_wait(w_tick_consumer *consumer, int64_t deadline_ns)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    return err == DH_OK ? dh_consumer_release(consumer->base) : err;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_WHOLE_DH_H_FUNCTIONS */
