/* SPDX-License-Identifier: 0BSD */
/* camera.dh.print.h - written by dhgen 0.1.0 from camera.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_CAMERA_DH_PRINT_H
#define LAB_CAMERA_DH_PRINT_H

#include "camera.dh.h"
#include "image.dh.print.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VISION_IMAGE_64_ORDER_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_64_ORDER_DEFINED_PRINT

/* Order: the value's name; of one without a name the number. */
static inline void vision_image_64_order_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = vision_image_64_order_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t vision_image_64_order_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_64_order_print_to(&out, value);
    return out.length;
}

#endif /* VISION_IMAGE_64_ORDER_DEFINED_PRINT */

#ifndef VISION_IMAGE_64_HEADER_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_64_HEADER_DEFINED_PRINT

#endif /* VISION_IMAGE_64_HEADER_DEFINED_PRINT */

#ifndef VISION_IMAGE_64_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_64_DEFINED_PRINT

/* bytes<64> of vision_image_64.data */
static inline void vision_image_64_data_print_to(struct dh_print *out,
                                                 const struct vision_image_64_data *value)
{
    dh_print_hex(out, value->data, value->length < 64 ? value->length : 64);
}

static inline size_t vision_image_64_data_print(const struct vision_image_64_data *value,
                                                char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_64_data_print_to(&out, value);
    return out.length;
}

/* Image_64 */
static inline void vision_image_64_print_to(struct dh_print *out,
                                            const struct vision_image_64 *value)
{
    dh_print_text(out, "{width: ");
    dh_print_unsigned(out, value->width);
    dh_print_text(out, ", height: ");
    dh_print_unsigned(out, value->height);
    dh_print_text(out, ", order: ");
    vision_image_64_order_print_to(out, value->order);
    dh_print_text(out, ", data: ");
    vision_image_64_data_print_to(out, &value->data);
    dh_print_text(out, ", name: ");
    dh_print_chars(out, value->name, 17);
    dh_print_text(out, "}");
}

static inline size_t vision_image_64_print(const struct vision_image_64 *value, char *text,
                                           size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_64_print_to(&out, value);
    return out.length;
}

#endif /* VISION_IMAGE_64_DEFINED_PRINT */

#ifndef VISION_IMAGE_1024_ORDER_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_1024_ORDER_DEFINED_PRINT

/* Order: the value's name; of one without a name the number. */
static inline void vision_image_1024_order_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = vision_image_1024_order_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t vision_image_1024_order_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_1024_order_print_to(&out, value);
    return out.length;
}

#endif /* VISION_IMAGE_1024_ORDER_DEFINED_PRINT */

#ifndef VISION_IMAGE_1024_HEADER_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_1024_HEADER_DEFINED_PRINT

#endif /* VISION_IMAGE_1024_HEADER_DEFINED_PRINT */

#ifndef VISION_IMAGE_1024_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_1024_DEFINED_PRINT

/* bytes<1024> of vision_image_1024.data */
static inline void vision_image_1024_data_print_to(struct dh_print *out,
                                                   const struct vision_image_1024_data *value)
{
    dh_print_hex(out, value->data, value->length < 1024 ? value->length : 1024);
}

static inline size_t vision_image_1024_data_print(const struct vision_image_1024_data *value,
                                                  char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_1024_data_print_to(&out, value);
    return out.length;
}

/* Image_1024 */
static inline void vision_image_1024_print_to(struct dh_print *out,
                                              const struct vision_image_1024 *value)
{
    dh_print_text(out, "{width: ");
    dh_print_unsigned(out, value->width);
    dh_print_text(out, ", height: ");
    dh_print_unsigned(out, value->height);
    dh_print_text(out, ", order: ");
    vision_image_1024_order_print_to(out, value->order);
    dh_print_text(out, ", data: ");
    vision_image_1024_data_print_to(out, &value->data);
    dh_print_text(out, ", name: ");
    dh_print_chars(out, value->name, 32);
    dh_print_text(out, "}");
}

static inline size_t vision_image_1024_print(const struct vision_image_1024 *value, char *text,
                                             size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_1024_print_to(&out, value);
    return out.length;
}

#endif /* VISION_IMAGE_1024_DEFINED_PRINT */

#ifndef VISION_SIGNED_M3_DEFINED_PRINT /* another header may have it, too */
#define VISION_SIGNED_M3_DEFINED_PRINT

/* Signed_m3 */
static inline void vision_signed_m3_print_to(struct dh_print *out,
                                             const struct vision_signed_m3 *value)
{
    dh_print_text(out, "{value: ");
    dh_print_signed(out, value->value);
    dh_print_text(out, "}");
}

static inline size_t vision_signed_m3_print(const struct vision_signed_m3 *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_signed_m3_print_to(&out, value);
    return out.length;
}

#endif /* VISION_SIGNED_M3_DEFINED_PRINT */

#ifndef VISION_STEREO_128_4_DEFINED_PRINT /* another header may have it, too */
#define VISION_STEREO_128_4_DEFINED_PRINT

/* list<Point, 4> of vision_stereo_128_4.match */
static inline void vision_stereo_128_4_match_print_to(struct dh_print *out,
                                                      const struct vision_stereo_128_4_match *value)
{
    size_t n = (size_t)vision_stereo_128_4_match_count(value) * 1;

    DH_PRINT_ITEMS(out, struct vision_point, value->items, n,
                   vision_point_print_to(out, &items[i]));
}

static inline size_t vision_stereo_128_4_match_print(const struct vision_stereo_128_4_match *value,
                                                     char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_stereo_128_4_match_print_to(&out, value);
    return out.length;
}

/* Signed_m3? of vision_stereo_128_4.depth */
static inline void vision_stereo_128_4_depth_print_to(struct dh_print *out,
                                                      const struct vision_stereo_128_4_depth *value)
{
    if (!vision_stereo_128_4_depth_has(value)) {
        dh_print_text(out, "none");
        return;
    }
    vision_signed_m3_print_to(out, &value->value);
}

static inline size_t vision_stereo_128_4_depth_print(const struct vision_stereo_128_4_depth *value,
                                                     char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_stereo_128_4_depth_print_to(&out, value);
    return out.length;
}

/* Stereo_128_4 */
static inline void vision_stereo_128_4_print_to(struct dh_print *out,
                                                const struct vision_stereo_128_4 *value)
{
    dh_print_text(out, "{eyes: ");
    DH_PRINT_ITEMS(out, struct vision_image_64, value->eyes, 2,
                   vision_image_64_print_to(out, &items[i]));
    dh_print_text(out, ", match: ");
    vision_stereo_128_4_match_print_to(out, &value->match);
    dh_print_text(out, ", offset: ");
    DH_PRINT_ITEMS(out, float, value->offset, 4, dh_print_f32(out, items[i]));
    dh_print_text(out, " px, depth: ");
    vision_stereo_128_4_depth_print_to(out, &value->depth);
    dh_print_text(out, "}");
}

static inline size_t vision_stereo_128_4_print(const struct vision_stereo_128_4 *value, char *text,
                                               size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_stereo_128_4_print_to(&out, value);
    return out.length;
}

#endif /* VISION_STEREO_128_4_DEFINED_PRINT */

/* Frame */
static inline void cam_frame_print_to(struct dh_print *out, const struct cam_frame *value)
{
    dh_print_text(out, "{time: ");
    dh_print_unsigned(out, value->time);
    dh_print_text(out, " ns, full: ");
    vision_image_1024_print_to(out, &value->full);
    dh_print_text(out, ", small: ");
    vision_image_64_print_to(out, &value->small);
    dh_print_text(out, ", same: ");
    DH_PRINT_ITEMS(out, struct vision_image_64, value->same, 2,
                   vision_image_64_print_to(out, &items[i]));
    dh_print_text(out, ", pair: ");
    vision_stereo_128_4_print_to(out, &value->pair);
    dh_print_text(out, "}");
}

static inline size_t cam_frame_print(const struct cam_frame *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    cam_frame_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_CAMERA_DH_PRINT_H */
