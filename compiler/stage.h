/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder that is not there yet, and all that will be in it: files are made in a folder beside it,
 * under their own names, and once all is well that takes the name, so that nobody ever sees a part,
 * and the system renames one folder in place of each file. Of "a/b/c" where "a" is there, "b" is
 * what takes its name.
 */
#ifndef DHGEN_STAGE_H
#define DHGEN_STAGE_H

#include <stdbool.h>

#include "arena.h"

struct stage;

/* For `folder` and what is in it; NULL if something lies there, or it cannot be told. */
struct stage *stage_new(struct dhs_arena *arena, const char *folder, int process);

/* Whether a file will be in that folder; `stage` may be NULL. */
bool stage_has(const struct stage *stage, const char *path);

/* Where it is until then, in `arena`; makes the folder beside, which any thread may, but not those
 * within it. NULL: it cannot be made, errno. */
char *stage_place(struct stage *stage, struct dhs_arena *arena, const char *path);

/* Makes the folders that a file is in, be it there or in its last place; false: errno. The path is
 * cut for a while, and whole again after. */
bool stage_make_folders(char *path);

/* Gives the folder its name; true also where nothing was made. False: errno, and ENOTEMPTY or
 * EEXIST where somebody made a folder of this name meanwhile, and has something in it. */
bool stage_end(struct stage *stage);

/* Removes the folder of a place, and those that it is in, as long as they are empty: that of the
 * stage is the last one. The place is cut for good. */
void stage_remove_folders(const struct stage *stage, char *place);

#endif
