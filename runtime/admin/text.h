/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload for people, in the manner of YAML: what fits on a line stands on it.
 *
 *   time:  123456789 ns
 *   accel: {x: 0.25, y: 0, z: 9.81} m/s^2
 *   val:   num 3.5
 *   taps:  64 items, V
 *     0, 0.5, 1, …
 */
#ifndef DHI_ADMIN_TEXT_H
#define DHI_ADMIN_TEXT_H

#include "decode.h"

/* All of `root`, or with `path` one place below it (checked by dhi_path; one that is not set
 * says so). Lines stay within `columns` where they can. */
void dhi_write_text(FILE *out, const struct dhi_payload *payload, const struct dhc_node *root,
                    const char *path, unsigned columns);

/* One value without its name: "9.81 m/s^2", "stale", "\"left\"". */
void dhi_write_leaf(FILE *out, const struct dhi_place *place, const struct dhi_value *value,
                    bool with_unit);

/* One place on one line, however long; for a cell of a table. */
void dhi_write_flow(FILE *out, const struct dhi_payload *payload, const struct dhi_place *place);

#endif
