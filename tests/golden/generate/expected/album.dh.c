/* SPDX-License-Identifier: 0BSD */
/* album.dh.c - written by dhgen 0.1.0 from album.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "album.dh.h"
#undef DH_DECLARATIONS_ONLY

DH_STATIC_ASSERT(sizeof(struct vision_image_64_data) == 68 && alignof(struct vision_image_64_data) == 4,
                 "image.dhs:11: vision_image_64_data has 68 bytes, aligned to 4");
DH_STATIC_ASSERT(sizeof(struct vision_image_64) == 100 && alignof(struct vision_image_64) == 4,
                 "image.dhs:5: vision_image_64 has 100 bytes, aligned to 4");
DH_STATIC_ASSERT(sizeof(struct vision_image_256_data) == 260 && alignof(struct vision_image_256_data) == 4,
                 "image.dhs:11: vision_image_256_data has 260 bytes, aligned to 4");
DH_STATIC_ASSERT(sizeof(struct vision_image_256) == 292 && alignof(struct vision_image_256) == 4,
                 "image.dhs:5: vision_image_256 has 292 bytes, aligned to 4");
DH_STATIC_ASSERT(sizeof(struct lab_album_page) == 692 && alignof(struct lab_album_page) == 4,
                 "album.dhs:6: lab_album_page has 692 bytes, aligned to 4");

#ifdef DH_PROVE_FIELDS
DH_STATIC_ASSERT(offsetof(struct vision_image_64_data, length) == 0, "image.dhs:11");
DH_STATIC_ASSERT(offsetof(struct vision_image_64_data, data) == 4, "image.dhs:11");
DH_STATIC_ASSERT(offsetof(struct vision_image_64, width) == 0, "image.dhs:8");
DH_STATIC_ASSERT(offsetof(struct vision_image_64, height) == 4, "image.dhs:9");
DH_STATIC_ASSERT(offsetof(struct vision_image_64, order) == 8, "image.dhs:10");
DH_STATIC_ASSERT(offsetof(struct vision_image_64, data) == 12, "image.dhs:11");
DH_STATIC_ASSERT(offsetof(struct vision_image_64, name) == 80, "image.dhs:13");
DH_STATIC_ASSERT(offsetof(struct vision_image_256_data, length) == 0, "image.dhs:11");
DH_STATIC_ASSERT(offsetof(struct vision_image_256_data, data) == 4, "image.dhs:11");
DH_STATIC_ASSERT(offsetof(struct vision_image_256, width) == 0, "image.dhs:8");
DH_STATIC_ASSERT(offsetof(struct vision_image_256, height) == 4, "image.dhs:9");
DH_STATIC_ASSERT(offsetof(struct vision_image_256, order) == 8, "image.dhs:10");
DH_STATIC_ASSERT(offsetof(struct vision_image_256, data) == 12, "image.dhs:11");
DH_STATIC_ASSERT(offsetof(struct vision_image_256, name) == 272, "image.dhs:13");
DH_STATIC_ASSERT(offsetof(struct lab_album_page, cover) == 0, "album.dhs:6");
DH_STATIC_ASSERT(offsetof(struct lab_album_page, frames) == 100, "album.dhs:6");
DH_STATIC_ASSERT(offsetof(struct lab_album_page, large) == 400, "album.dhs:6");
#endif
