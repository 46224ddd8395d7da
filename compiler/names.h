/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of generated things: how a schema's names are respelled, and one table of all that a file
 * generates, so that two declarations never end up under one name.
 */
#ifndef DHGEN_NAMES_H
#define DHGEN_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "diag.h"

/* "CalibrationData" -> "calibration_data", "IMUState" -> "imu_state", "Vec3f" -> "vec3f". */
const char *names_snake(struct dhs_arena *arena, const char *name);

/* The same in capitals: "CALIBRATION_DATA". */
const char *names_upper(struct dhs_arena *arena, const char *name);

/* "dh/geometry" -> "dh_geometry", "my-imu" -> "my_imu": an identifier of a path without suffix. */
const char *names_identifier(struct dhs_arena *arena, const char *path);

/* `name`, with '_' behind it if C, C++ or a header that everybody includes has other plans for it:
 * "class" -> "class_". No schema name ends in '_', so this never meets another. */
const char *names_for_c(struct dhs_arena *arena, const char *name);

/* The table. Each name is noted with the declaration that it comes from. */
struct names;

/* `n_likely`: about how many names there will be. */
struct names *names_new(struct dhs_arena *arena, struct dhs_diag *diag, size_t n_likely);

/* Notes `name`, made for `what` ("struct", "function that …") from `origin`. A second declaration
 * with the same name is reported with both places; false then. */
bool names_add(struct names *names, const char *name, const char *what, struct dhs_span origin);

/* What many names begin with: "imu_sample" of "imu_sample_init", which nobody has to put together
 * to know that it is the only one. */
struct names_stem {
    const char *text;
    uint32_t hash;
};
struct names_stem names_stem_of(const char *text);

/* names_add() of the stem, '_' and `rest`, which stays as it is. */
bool names_add_to(struct names *names, struct names_stem stem, const char *rest, const char *what,
                  struct dhs_span origin);

#endif
