/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was released. `imu.dhs.lock` stands beside `imu.dhs` and holds, for each channel of a
 * version from 1 on, its hash, the lineage of each root at each minor, and the canonical text, so
 * that a build that would break a promise can say which field breaks it:
 *
 *   dhs-lock 1
 *   # …
 *   channel imu 1.1 hash 6f1c…
 *   lineage slot 0 83aa…
 *   lineage slot 1 09d2…
 *   text
 *   dhs 1
 *   …                                 the canonical text, to its last line
 *   end
 *
 * There is one spelling: a lock that is not what `dhgen lock` would write from its own texts is
 * refused.
 */
#ifndef DHGEN_LOCK_H
#define DHGEN_LOCK_H

#include "diff.h"
#include "job.h"

struct lock {
    const char *path;
    bool is_own; /* stands beside the schema; else: what --against names */
    size_t n_channels;
    struct diff_side **channels; /* by name, bytewise */
};

/* "imu.dhs.lock" of "imu.dhs". */
const char *lock_path(struct dhs_arena *arena, const char *schema_path);

/* The bytes of a lock of these channels. */
struct text lock_write(struct dhs_arena *arena, const struct lock *lock);

/* What stands in a lock file; NULL: it is wrong, and that was reported. */
struct lock *lock_read(struct dhs_arena *arena, struct dhs_diag *diag, const char *path);
void lock_release(struct lock *lock); /* accepts NULL */

/* Reports what the main file of a program changed after its release. */
void lock_compare(struct dhs_arena *arena, struct dhs_diag *diag, const struct lock *lock,
                  const struct dhs_file *file);

/* The same, of the lock beside the main file, if there is one, and of what --against names: both
 * are dependencies of what is built. */
void lock_verify(struct job *job, const struct dhs_program *program);

#endif
