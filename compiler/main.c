/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "help.h"
#include "options.h"
#include "verb.h"

enum { HEAP_BYTES = 1 << 30, HEAP_STEP_BYTES = 4 << 20 };

/* What is closed is opened on nothing, and the wrong way round: else the first file that is opened
 * would get its number, and what is printed would go into it. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/* What standard output did not take is an error, whoever wrote it. */
static int printed_all(int status)
{
    if ((fflush(stdout) == 0 && !ferror(stdout)) || status != EX_OK) return status;
    fprintf(stderr, "dhgen: cannot write to standard output: %s\n", strerror(errno));
    return EX_IOERR;
}

int main(int argc, char **argv)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct options options;
    int status = EX_OK;

    keep_standard_streams();
    /* what is freed is used again at once: the system need not take it back in between, and is
     * asked for more seldom, since asking stops all threads; they take large blocks, and few */
    mallopt(M_MMAP_THRESHOLD, HEAP_BYTES);
    mallopt(M_TRIM_THRESHOLD, HEAP_BYTES);
    mallopt(M_TOP_PAD, HEAP_STEP_BYTES);
    mallopt(M_ARENA_MAX, 1);
    (void)!sodium_init(); /* which code hashes best here: chosen before there are threads; else it
                           * is the plain one */
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
    return printed_all(status);
}
