/* SPDX-License-Identifier: 0BSD */
/* album.dh.print.h - written by dhgen 0.1.0 from album.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_ALBUM_DH_PRINT_H
#define LAB_ALBUM_DH_PRINT_H

#include "album.dh.h"
#include "camera.dh.print.h"
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

#ifndef VISION_IMAGE_256_ORDER_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_256_ORDER_DEFINED_PRINT

/* Order: the value's name; of one without a name the number. */
static inline void vision_image_256_order_print_to(struct dh_print *out, uint8_t value)
{
    const char *name = vision_image_256_order_name(value);

    if (name[0] == '?')
        dh_print_unsigned(out, value);
    else
        dh_print_text(out, name);
}

static inline size_t vision_image_256_order_print(uint8_t value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_256_order_print_to(&out, value);
    return out.length;
}

#endif /* VISION_IMAGE_256_ORDER_DEFINED_PRINT */

#ifndef VISION_IMAGE_256_HEADER_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_256_HEADER_DEFINED_PRINT

#endif /* VISION_IMAGE_256_HEADER_DEFINED_PRINT */

#ifndef VISION_IMAGE_256_DEFINED_PRINT /* another header may have it, too */
#define VISION_IMAGE_256_DEFINED_PRINT

/* bytes<256> of vision_image_256.data */
static inline void vision_image_256_data_print_to(struct dh_print *out,
                                                  const struct vision_image_256_data *value)
{
    dh_print_hex(out, value->data, value->length < 256 ? value->length : 256);
}

static inline size_t vision_image_256_data_print(const struct vision_image_256_data *value,
                                                 char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_256_data_print_to(&out, value);
    return out.length;
}

/* Image_256 */
static inline void vision_image_256_print_to(struct dh_print *out,
                                             const struct vision_image_256 *value)
{
    dh_print_text(out, "{width: ");
    dh_print_unsigned(out, value->width);
    dh_print_text(out, ", height: ");
    dh_print_unsigned(out, value->height);
    dh_print_text(out, ", order: ");
    vision_image_256_order_print_to(out, value->order);
    dh_print_text(out, ", data: ");
    vision_image_256_data_print_to(out, &value->data);
    dh_print_text(out, ", name: ");
    dh_print_chars(out, value->name, 20);
    dh_print_text(out, "}");
}

static inline size_t vision_image_256_print(const struct vision_image_256 *value, char *text,
                                            size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    vision_image_256_print_to(&out, value);
    return out.length;
}

#endif /* VISION_IMAGE_256_DEFINED_PRINT */

/* Page */
static inline void lab_album_page_print_to(struct dh_print *out, const struct lab_album_page *value)
{
    dh_print_text(out, "{cover: ");
    vision_image_64_print_to(out, &value->cover);
    dh_print_text(out, ", frames: ");
    DH_PRINT_ITEMS(out, struct vision_image_64, value->frames, 3,
                   vision_image_64_print_to(out, &items[i]));
    dh_print_text(out, ", large: ");
    vision_image_256_print_to(out, &value->large);
    dh_print_text(out, "}");
}

static inline size_t lab_album_page_print(const struct lab_album_page *value, char *text,
                                          size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    lab_album_page_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_ALBUM_DH_PRINT_H */
