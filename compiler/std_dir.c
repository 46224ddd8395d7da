/* SPDX-License-Identifier: Apache-2.0 */
#include "std_dir.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *std_dir(struct dhs_arena *arena)
{
    const char *given = getenv("DH_IDL_STD");
    char program[PATH_MAX];
    ssize_t n;

    if (given && *given) return given;
    n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n > 0) {
        program[n] = '\0';
        for (int up = 0; up < 2; up++) {
            char *slash = strrchr(program, '/');
            if (slash) *slash = '\0';
        }
        const char *beside = dhs_printf(arena, "%s/share/dh/idl", program);
        if (access(beside, R_OK | X_OK) == 0) return beside;
    }
    return DHGEN_INSTALLED_STD_DIR;
}
