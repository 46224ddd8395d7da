/* SPDX-License-Identifier: Apache-2.0 */
/* Where the schemas that we ship are: what `import "dh/geometry.dhs";` finds last. */
#ifndef DHGEN_STD_DIR_H
#define DHGEN_STD_DIR_H

#include "arena.h"

/* $DH_IDL_STD if set; else ../share/dh/idl beside the running program's folder, which is right for
 * an install tree, wherever it was moved to, and for a build tree; else where it was configured to
 * be installed. */
const char *std_dir(struct dhs_arena *arena);

#endif
