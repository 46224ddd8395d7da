/* SPDX-License-Identifier: 0BSD */
/* camera.dh.h - written by dhgen 0.1.0 from camera.dhs; edit the schema, not this file.
 *
 *   package lab.camera
 *   channel frames version 1.0: slot of 1640 bytes
 *     6a26efbd934d69e72002d416f5b0bb34081ec852365229255f40081bca531cfa
 *   channel plain version 1.0: slot of 1072 bytes, zone last of 100
 *     882206c80c1ea9f35df4ea3399ac5aeb2d05ca575232da2203c7c0a6316d1eee
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_CAMERA_DH_H
#define LAB_CAMERA_DH_H

#include <dh/consumer.h>
#include <dh/producer.h>
#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image.dh.h"

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "camera.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum { CAM_PIXELS = 1024u };

#ifndef VISION_IMAGE_64_ORDER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_64_ORDER_DEFINED

/* enum Order, stored as uint8_t */
enum vision_image_64_order {
    VISION_IMAGE_64_ORDER_ROWS = 0,
    VISION_IMAGE_64_ORDER_COLUMNS = 1,
};

#endif /* VISION_IMAGE_64_ORDER_DEFINED */

#ifndef VISION_IMAGE_64_HEADER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_64_HEADER_DEFINED

enum { VISION_IMAGE_64_HEADER = 16u };

#endif /* VISION_IMAGE_64_HEADER_DEFINED */

#ifndef VISION_IMAGE_64_DEFINED /* another header may have it, too */
#define VISION_IMAGE_64_DEFINED

/* bytes<64> of vision_image_64.data */
struct vision_image_64_data {
    uint32_t length;  /* 0  bytes of data */
    uint8_t data[64]; /* 4 */
};

/* Image_64, 100 bytes, align 4 */
/* One plane of bytes: `N` is how many it has room for. */
struct vision_image_64 {
    uint32_t width;                   /*  0  0 to 64 */
    uint32_t height;                  /*  4  0 to 64 */
    uint8_t order;                    /*  8  enum vision_image_64_order */
    uint8_t pad9_[3];                 /*  9  zero */
    struct vision_image_64_data data; /* 12  bytes<64> */
    /* As text, with what it costs. */
    char name[17];     /* 80 */
    uint8_t pad97_[3]; /* 97  zero */
};

#endif /* VISION_IMAGE_64_DEFINED */

#ifndef VISION_IMAGE_1024_ORDER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_1024_ORDER_DEFINED

/* enum Order, stored as uint8_t */
enum vision_image_1024_order {
    VISION_IMAGE_1024_ORDER_ROWS = 0,
    VISION_IMAGE_1024_ORDER_COLUMNS = 1,
};

#endif /* VISION_IMAGE_1024_ORDER_DEFINED */

#ifndef VISION_IMAGE_1024_HEADER_DEFINED /* another header may have it, too */
#define VISION_IMAGE_1024_HEADER_DEFINED

enum { VISION_IMAGE_1024_HEADER = 16u };

#endif /* VISION_IMAGE_1024_HEADER_DEFINED */

#ifndef VISION_IMAGE_1024_DEFINED /* another header may have it, too */
#define VISION_IMAGE_1024_DEFINED

/* bytes<1024> of vision_image_1024.data */
struct vision_image_1024_data {
    uint32_t length;    /* 0  bytes of data */
    uint8_t data[1024]; /* 4 */
};

/* Image_1024, 1072 bytes, align 4 */
/* One plane of bytes: `N` is how many it has room for. */
struct vision_image_1024 {
    uint32_t width;                     /*    0  0 to 1024 */
    uint32_t height;                    /*    4  0 to 1024 */
    uint8_t order;                      /*    8  enum vision_image_1024_order */
    uint8_t pad9_[3];                   /*    9  zero */
    struct vision_image_1024_data data; /*   12  bytes<1024> */
    /* As text, with what it costs. */
    char name[32]; /* 1040 */
};

#endif /* VISION_IMAGE_1024_DEFINED */

#ifndef VISION_SIGNED_M3_DEFINED /* another header may have it, too */
#define VISION_SIGNED_M3_DEFINED

/* Signed_m3, 4 bytes, align 4 */
struct vision_signed_m3 {
    int32_t value; /* 0  at least -3 */
};

#endif /* VISION_SIGNED_M3_DEFINED */

#ifndef VISION_STEREO_128_4_DEFINED /* another header may have it, too */
#define VISION_STEREO_128_4_DEFINED

/* list<Point, 4> of vision_stereo_128_4.match */
struct vision_stereo_128_4_match {
    uint32_t count;               /* 0  of items */
    struct vision_point items[4]; /* 4 */
};

/* Signed_m3? of vision_stereo_128_4.depth */
struct vision_stereo_128_4_depth {
    struct vision_signed_m3 value; /* 0 */
    uint8_t present;               /* 4  0: there is no value */
    uint8_t pad5_[3];              /* 5  zero */
};

/* Stereo_128_4, 260 bytes, align 4 */
/* Nested: each eye sees an image of half the size, and knows where both agree. */
struct vision_stereo_128_4 {
    struct vision_image_64 eyes[2];         /*   0 */
    struct vision_stereo_128_4_match match; /* 200  list<Point, 4> */
    float offset[4];                        /* 236  px, -4 to 4 */
    struct vision_stereo_128_4_depth depth; /* 252  Signed_m3? */
};

#endif /* VISION_STEREO_128_4_DEFINED */

/* Frame, 1640 bytes, align 8 */
struct cam_frame {
    alignas(8) uint64_t time;        /*    0  ns, monotonic clock */
    struct vision_image_1024 full;   /*    8 */
    struct vision_image_64 small;    /* 1080 */
    struct vision_image_64 same[2];  /* 1180 */
    struct vision_stereo_128_4 pair; /* 1380 */
};

/* What a block's schema is compared with when a program attaches to a channel. Defined in the .c file. */
DH_API extern const struct dh_schema cam_frames_schema;
DH_API extern const struct dh_schema cam_plain_schema;

#ifdef __cplusplus
}
#endif
#endif /* LAB_CAMERA_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_CAMERA_DH_H_FUNCTIONS)
#define LAB_CAMERA_DH_H_FUNCTIONS

#include "image.dh.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VISION_IMAGE_64_ORDER_DEFINED_FUNCTIONS
#define VISION_IMAGE_64_ORDER_DEFINED_FUNCTIONS

/* The schema's name of a value; "?" if it has none. */
static inline const char *vision_image_64_order_name(uint8_t value)
{
    switch (value) {
    case 0: return "rows";
    case 1: return "columns";
    default: return "?";
    }
}

#endif /* VISION_IMAGE_64_ORDER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_64_HEADER_DEFINED_FUNCTIONS
#define VISION_IMAGE_64_HEADER_DEFINED_FUNCTIONS

#endif /* VISION_IMAGE_64_HEADER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_64_DEFINED_FUNCTIONS
#define VISION_IMAGE_64_DEFINED_FUNCTIONS

DH_STATIC_ASSERT(sizeof(struct vision_image_64_data) == 68,
                 "vision_image_64_data is not as camera.dhs says");

/* Set the bytes. False: they were cut to 64. */
static inline bool vision_image_64_data_set(struct vision_image_64_data *bytes, const void *data,
                                            size_t size_bytes)
{
    bool fits = size_bytes <= 64;

    bytes->length = fits ? (uint32_t)size_bytes : 64;
    if (size_bytes > 0) memcpy(bytes->data, data, bytes->length);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct vision_image_64) == 100,
                 "vision_image_64 is not as camera.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 17 bytes. */
static inline bool vision_image_64_name_set(struct vision_image_64 *image_64, const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 17;

    if (!fits) {
        length = 17;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(image_64->name, 0, sizeof image_64->name);
    memcpy(image_64->name, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void vision_image_64_init(struct vision_image_64 *image_64)
{
    memset(image_64, 0, sizeof *image_64);
    image_64->order = VISION_IMAGE_64_ORDER_ROWS;
}

#endif /* VISION_IMAGE_64_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_1024_ORDER_DEFINED_FUNCTIONS
#define VISION_IMAGE_1024_ORDER_DEFINED_FUNCTIONS

/* The schema's name of a value; "?" if it has none. */
static inline const char *vision_image_1024_order_name(uint8_t value)
{
    switch (value) {
    case 0: return "rows";
    case 1: return "columns";
    default: return "?";
    }
}

#endif /* VISION_IMAGE_1024_ORDER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_1024_HEADER_DEFINED_FUNCTIONS
#define VISION_IMAGE_1024_HEADER_DEFINED_FUNCTIONS

#endif /* VISION_IMAGE_1024_HEADER_DEFINED_FUNCTIONS */

#ifndef VISION_IMAGE_1024_DEFINED_FUNCTIONS
#define VISION_IMAGE_1024_DEFINED_FUNCTIONS

DH_STATIC_ASSERT(sizeof(struct vision_image_1024_data) == 1028,
                 "vision_image_1024_data is not as camera.dhs says");

/* Set the bytes. False: they were cut to 1024. */
static inline bool vision_image_1024_data_set(struct vision_image_1024_data *bytes,
                                              const void *data, size_t size_bytes)
{
    bool fits = size_bytes <= 1024;

    bytes->length = fits ? (uint32_t)size_bytes : 1024;
    if (size_bytes > 0) memcpy(bytes->data, data, bytes->length);
    return fits;
}

DH_STATIC_ASSERT(sizeof(struct vision_image_1024) == 1072,
                 "vision_image_1024 is not as camera.dhs says");

/* Set the text, zero padded. False: it was cut, between characters, to 32 bytes. */
static inline bool vision_image_1024_name_set(struct vision_image_1024 *image_1024,
                                              const char *text)
{
    size_t length = strlen(text);
    bool fits = length <= 32;

    if (!fits) {
        length = 32;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memset(image_1024->name, 0, sizeof image_1024->name);
    memcpy(image_1024->name, text, length);
    return fits;
}

/* All zero, and the schema's defaults. */
static inline void vision_image_1024_init(struct vision_image_1024 *image_1024)
{
    memset(image_1024, 0, sizeof *image_1024);
    image_1024->order = VISION_IMAGE_1024_ORDER_ROWS;
}

#endif /* VISION_IMAGE_1024_DEFINED_FUNCTIONS */

#ifndef VISION_SIGNED_M3_DEFINED_FUNCTIONS
#define VISION_SIGNED_M3_DEFINED_FUNCTIONS

DH_STATIC_ASSERT(sizeof(struct vision_signed_m3) == 4,
                 "vision_signed_m3 is not as camera.dhs says");

/* All zero, and the schema's defaults. */
static inline void vision_signed_m3_init(struct vision_signed_m3 *signed_m3)
{
    memset(signed_m3, 0, sizeof *signed_m3);
}

#endif /* VISION_SIGNED_M3_DEFINED_FUNCTIONS */

#ifndef VISION_STEREO_128_4_DEFINED_FUNCTIONS
#define VISION_STEREO_128_4_DEFINED_FUNCTIONS

DH_STATIC_ASSERT(sizeof(struct vision_stereo_128_4_match) == 36,
                 "vision_stereo_128_4_match is not as camera.dhs says");

/* How many items there are, never more than 4, whatever the memory says. */
static inline uint32_t vision_stereo_128_4_match_count(const struct vision_stereo_128_4_match *list)
{
    uint32_t n = *(const volatile uint32_t *)&list->count; /* once: it may change */

    return n < 4 ? n : 4;
}

/* Add an item. False: there are 4 already. */
static inline bool vision_stereo_128_4_match_append(struct vision_stereo_128_4_match *list,
                                                    const struct vision_point *item)
{
    uint32_t n = vision_stereo_128_4_match_count(list);

    if (n == 4) return false;
    list->items[n] = *item;
    list->count = n + 1;
    return true;
}

/* Set all items. False: they were cut to 4. */
static inline bool vision_stereo_128_4_match_set(struct vision_stereo_128_4_match *list,
                                                 const struct vision_point *items, size_t n)
{
    bool fits = n <= 4;

    list->count = fits ? (uint32_t)n : 4;
    if (n > 0) memcpy(list->items, items, list->count * sizeof list->items[0]);
    return fits;
}

/* An item, or NULL if there are not as many. */
static inline const struct vision_point *
vision_stereo_128_4_match_at(const struct vision_stereo_128_4_match *list, size_t index)
{
    return index < vision_stereo_128_4_match_count(list) ? &list->items[index] : NULL;
}

DH_STATIC_ASSERT(sizeof(struct vision_stereo_128_4_depth) == 8,
                 "vision_stereo_128_4_depth is not as camera.dhs says");

static inline bool vision_stereo_128_4_depth_has(const struct vision_stereo_128_4_depth *optional)
{
    return optional->present != 0;
}

static inline void vision_stereo_128_4_depth_set(struct vision_stereo_128_4_depth *optional,
                                                 const struct vision_signed_m3 *item)
{
    optional->value = *item;
    optional->present = 1;
}

static inline void vision_stereo_128_4_depth_clear(struct vision_stereo_128_4_depth *optional)
{
    memset(optional, 0, sizeof *optional);
}

DH_STATIC_ASSERT(sizeof(struct vision_stereo_128_4) == 260,
                 "vision_stereo_128_4 is not as camera.dhs says");

/* All zero, and the schema's defaults. */
static inline void vision_stereo_128_4_init(struct vision_stereo_128_4 *stereo_128_4)
{
    memset(stereo_128_4, 0, sizeof *stereo_128_4);
    for (size_t i = 0; i < 2; i++)
        vision_image_64_init((struct vision_image_64 *)(void *)stereo_128_4->eyes + i);
}

#endif /* VISION_STEREO_128_4_DEFINED_FUNCTIONS */

DH_STATIC_ASSERT(sizeof(struct cam_frame) == 1640, "cam_frame is not as camera.dhs says");

/* All zero, and the schema's defaults. */
static inline void cam_frame_init(struct cam_frame *frame)
{
    memset(frame, 0, sizeof *frame);
    vision_image_1024_init(&frame->full);
    vision_image_64_init(&frame->small);
    for (size_t i = 0; i < 2; i++)
        vision_image_64_init((struct vision_image_64 *)(void *)frame->same + i);
    vision_stereo_128_4_init(&frame->pair);
}

/* Calls of channels wait and return as those of <dh/producer.h> and <dh/consumer.h> do that they are named after,
 * where more is said of them. Types of their own keep channels apart. */

/* ---- channel frames 1.0: 2 slot(s), full: overwrite, checksum: fast ----
 *
 * Its name where NULL is given: "lab.camera.frames".
 */

typedef struct cam_frames_producer {
    dh_producer *base;
} cam_frames_producer;

typedef struct cam_frames_consumer {
    dh_consumer *base;
} cam_frames_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err cam_frames_producer_open(cam_frames_producer *producer,
                                                          const char *channel,
                                                          const struct dh_producer_options *options,
                                                          struct dh_why *why)
{
    return dh_producer_open(&producer->base, &cam_frames_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void cam_frames_producer_close(cam_frames_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err cam_frames_consumer_open(cam_frames_consumer *consumer,
                                                          const char *channel,
                                                          const struct dh_consumer_options *options,
                                                          struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &cam_frames_schema, channel, options, why);
}

static inline void cam_frames_consumer_close(cam_frames_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t cam_frames_consumer_minor(const cam_frames_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t cam_frames_lost(const cam_frames_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * cam_frame_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err cam_frames_loan(cam_frames_producer *producer, int64_t deadline_ns,
                                                 struct cam_frame **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct cam_frame *)payload;
    return err;
}

/* The loan's first bytes are as they will be committed, and are summed now: the rest is at commit. */
static inline dh_err cam_frames_filled(cam_frames_producer *producer, size_t bytes)
{
    return dh_producer_filled(producer->base, bytes);
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err cam_frames_commit(cam_frames_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void cam_frames_abort(cam_frames_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err cam_frames_send(cam_frames_producer *producer, int64_t deadline_ns,
                                                 const struct cam_frame *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* cam_frames_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(cam_frames, cam_frame);
DH_LOAN_SCOPE(cam_frames, cam_frame);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err cam_frames_acquire(cam_frames_consumer *consumer,
                                                    int64_t deadline_ns,
                                                    const struct cam_frame **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct cam_frame *)payload;
    return err;
}

/* Give it back. */
static inline dh_err cam_frames_release(cam_frames_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err cam_frames_receive(cam_frames_consumer *consumer,
                                                    int64_t deadline_ns, struct cam_frame *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* cam_frames_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(cam_frames, cam_frame);
DH_ACQUIRE_SCOPE(cam_frames, cam_frame);

/* ---- channel plain 1.0: 2 slot(s), full: wait, checksum: none ----
 *
 * Its name where NULL is given: "lab.camera.plain".
 */

typedef struct cam_plain_producer {
    dh_producer *base;
} cam_plain_producer;

typedef struct cam_plain_consumer {
    dh_consumer *base;
} cam_plain_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err cam_plain_producer_open(cam_plain_producer *producer,
                                                         const char *channel,
                                                         const struct dh_producer_options *options,
                                                         struct dh_why *why)
{
    return dh_producer_open(&producer->base, &cam_plain_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void cam_plain_producer_close(cam_plain_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err cam_plain_consumer_open(cam_plain_consumer *consumer,
                                                         const char *channel,
                                                         const struct dh_consumer_options *options,
                                                         struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &cam_plain_schema, channel, options, why);
}

static inline void cam_plain_consumer_close(cam_plain_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t cam_plain_consumer_minor(const cam_plain_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t cam_plain_lost(const cam_plain_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* A slot to fill in place, yours until you commit or abort it. Its bytes are those of an earlier message or zero:
 * vision_image_1024_init() makes them defined. Returns EFULL, EORDER. */
static inline DH_MUST_USE dh_err cam_plain_loan(cam_plain_producer *producer, int64_t deadline_ns,
                                                struct vision_image_1024 **slot)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (struct vision_image_1024 *)payload;
    return err;
}

/* End the loan: consumers see the slot from now on. */
static inline dh_err cam_plain_commit(cam_plain_producer *producer)
{
    return dh_producer_commit(producer->base);
}

/* End the loan: nobody ever sees it. */
static inline void cam_plain_abort(cam_plain_producer *producer)
{
    dh_producer_abort(producer->base);
}

/* Loan, copy, commit. */
static inline DH_MUST_USE dh_err cam_plain_send(cam_plain_producer *producer, int64_t deadline_ns,
                                                const struct vision_image_1024 *value)
{
    return dh_producer_send(producer->base, deadline_ns, value, sizeof *value);
}

/* cam_plain_write(): a transaction; what fill() wrote is committed if it returned 0, and else never seen.
 * _loan_begin(), _loan_commit(), _loan_end(): a loan that ends with its scope. */
DH_WRITE(cam_plain, vision_image_1024);
DH_LOAN_SCOPE(cam_plain, vision_image_1024);

/* The next message, read-only and in place, yours until you release it. Returns EEMPTY, ECLOSED, EDEAD,
 * ECHECKSUM (that message is skipped), ECORRUPT, EORDER. */
static inline DH_MUST_USE dh_err cam_plain_acquire(cam_plain_consumer *consumer,
                                                   int64_t deadline_ns,
                                                   const struct vision_image_1024 **slot)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    if (err == DH_OK) *slot = (const struct vision_image_1024 *)payload;
    return err;
}

/* Give it back. */
static inline dh_err cam_plain_release(cam_plain_consumer *consumer)
{
    return dh_consumer_release(consumer->base);
}

/* Acquire, copy, release; fields that the producer's minor does not have are 0. */
static inline DH_MUST_USE dh_err cam_plain_receive(cam_plain_consumer *consumer,
                                                   int64_t deadline_ns,
                                                   struct vision_image_1024 *value)
{
    return dh_consumer_receive(consumer->base, deadline_ns, value, sizeof *value);
}

/* cam_plain_read(): use() reads the next message, which is released however that ends.
 * _acquire_begin(), _acquire_end(): a message that is released with its scope. */
DH_READ(cam_plain, vision_image_1024);
DH_ACQUIRE_SCOPE(cam_plain, vision_image_1024);

/* Zone last: written by the producer alone; a reader gets all of one value. */
static inline DH_MUST_USE dh_err cam_plain_producer_last_write(cam_plain_producer *producer,
                                                               const struct vision_image_64 *value)
{
    return dh_zone_write(dh_producer_zone(producer->base, 1), value);
}

/* Copy one consistent value. Returns EBUSY, EDEAD, or ENOTFOUND: the producer's minor lacks it. */
static inline DH_MUST_USE dh_err cam_plain_consumer_last_read(cam_plain_consumer *consumer,
                                                              int64_t deadline_ns,
                                                              struct vision_image_64 *value)
{
    dh_zone *zone = dh_consumer_zone(consumer->base, 1);

    return zone ? dh_zone_read(zone, deadline_ns, value) : DH_ENOTFOUND;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_CAMERA_DH_H_FUNCTIONS */
