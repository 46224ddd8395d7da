/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

#include "help.h"
#include "options.h"
#include "verb.h"

enum { HEAP_BYTES = 1 << 30, HEAP_STEP_BYTES = 1 << 20 };

int main(int argc, char **argv)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct options options;
    int status = EX_OK;

    /* what is freed is used again at once: the system need not take it back in between */
    mallopt(M_MMAP_THRESHOLD, HEAP_BYTES);
    mallopt(M_TRIM_THRESHOLD, HEAP_BYTES);
    mallopt(M_TOP_PAD, HEAP_STEP_BYTES);
    setlocale(LC_CTYPE, "");  /* is the terminal one for UTF-8? Numbers stay as in C. */
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error like a full disk, not the end */
    if (!options_parse(arena, argc, argv, &options, stderr))
        status = EX_USAGE;
    else if (options.help)
        status = help(arena, options.verb_given ? options.verb : NULL);
    else if (options.version)
        puts("dhgen " DHGEN_VERSION);
    else
        status = options.verb->run(arena, &options);
    dhs_arena_free(arena);
    return status;
}
