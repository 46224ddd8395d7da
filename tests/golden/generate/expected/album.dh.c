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

DH_PROVE_STRUCT(vision_image_64_data, 68, 4, "image.dhs:11");
DH_PROVE_STRUCT(vision_image_64, 100, 4, "image.dhs:5");
DH_PROVE_STRUCT(vision_image_256_data, 260, 4, "image.dhs:11");
DH_PROVE_STRUCT(vision_image_256, 292, 4, "image.dhs:5");
DH_PROVE_STRUCT(lab_album_page, 692, 4, "album.dhs:6");

#ifdef DH_PROVE_FIELDS
DH_PROVE_FIELD(vision_image_64_data, length, 0, "image.dhs:11");
DH_PROVE_FIELD(vision_image_64_data, data, 4, "image.dhs:11");
DH_PROVE_FIELD(vision_image_64, width, 0, "image.dhs:8");
DH_PROVE_FIELD(vision_image_64, height, 4, "image.dhs:9");
DH_PROVE_FIELD(vision_image_64, order, 8, "image.dhs:10");
DH_PROVE_FIELD(vision_image_64, data, 12, "image.dhs:11");
DH_PROVE_FIELD(vision_image_64, name, 80, "image.dhs:13");
DH_PROVE_FIELD(vision_image_256_data, length, 0, "image.dhs:11");
DH_PROVE_FIELD(vision_image_256_data, data, 4, "image.dhs:11");
DH_PROVE_FIELD(vision_image_256, width, 0, "image.dhs:8");
DH_PROVE_FIELD(vision_image_256, height, 4, "image.dhs:9");
DH_PROVE_FIELD(vision_image_256, order, 8, "image.dhs:10");
DH_PROVE_FIELD(vision_image_256, data, 12, "image.dhs:11");
DH_PROVE_FIELD(vision_image_256, name, 272, "image.dhs:13");
DH_PROVE_FIELD(lab_album_page, cover, 0, "album.dhs:6");
DH_PROVE_FIELD(lab_album_page, frames, 100, "album.dhs:6");
DH_PROVE_FIELD(lab_album_page, large, 400, "album.dhs:6");
#endif
