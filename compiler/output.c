/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct outputs outputs_new(struct dhs_arena *arena)
{
    return (struct outputs){ .arena = arena };
}

struct output *outputs_add(struct outputs *outputs, const char *path, struct text content)
{
    struct output *output = dhs_alloc(outputs->arena, sizeof *output);

    output->path = path;
    output->content = content;
    if (outputs->last)
        outputs->last->next = output;
    else
        outputs->first = output;
    outputs->last = output;
    return output;
}

const struct output *outputs_find(const struct outputs *outputs, const char *path)
{
    for (const struct output *output = outputs->first; output; output = output->next) {
        if (strcmp(output->path, path) == 0) return output;
    }
    return NULL;
}

/* Whether the file holds these bytes already; what cannot be read does not. */
static bool is_there(const struct output *output)
{
    FILE *file = fopen(output->path, "rb");
    const char *expected = text_string(&output->content);
    size_t left = output->content.length;
    char buffer[16384];
    size_t n;
    bool same = true;

    if (!file) return false;
    while (same && (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
        same = n <= left && memcmp(buffer, expected, n) == 0;
        expected += n;
        left -= same ? n : 0;
    }
    same = same && left == 0 && !ferror(file);
    fclose(file);
    return same;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* That of the file whose place it takes; else what open(2) would have given, since mkstemp() is
 * stricter than a source file needs. */
static mode_t mode_of(const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0) return status.st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static enum output_failure write_temporary(struct dhs_arena *arena, struct output *output)
{
    char *path = dhs_printf(arena, "%s.XXXXXX", output->path);
    int fd;

    if (output->folder) output->made_folder = mkdir(output->folder, 0777) == 0;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) return OUTPUT_CANNOT_CREATE;
    output->temporary = path;
    bool ok = write_all(fd, text_string(&output->content), output->content.length) &&
              fchmod(fd, mode_of(output->path)) == 0;
    int error = errno;
    if (close(fd) != 0 && ok) return OUTPUT_CANNOT_WRITE;
    errno = error;
    return ok ? OUTPUT_OK : OUTPUT_CANNOT_WRITE;
}

static void remove_temporaries(const struct outputs *outputs)
{
    for (const struct output *output = outputs->first; output; output = output->next) {
        if (output->temporary) unlink(output->temporary);
    }
    for (const struct output *output = outputs->first; output; output = output->next) {
        if (output->made_folder) rmdir(output->folder);
    }
}

static struct output_error fail(const struct outputs *outputs, const struct output *output,
                                enum output_failure failure)
{
    struct output_error error = { failure, output->path, errno };

    remove_temporaries(outputs);
    return error;
}

struct output_error outputs_commit(struct outputs *outputs)
{
    for (struct output *output = outputs->first; output; output = output->next) {
        if (is_there(output)) continue;
        enum output_failure failure = write_temporary(outputs->arena, output);
        if (failure != OUTPUT_OK) return fail(outputs, output, failure);
    }
    for (struct output *output = outputs->first; output; output = output->next) {
        if (!output->temporary) continue;
        if (rename(output->temporary, output->path) != 0)
            return fail(outputs, output, OUTPUT_CANNOT_CREATE);
        output->temporary = NULL;
    }
    return (struct output_error){ OUTPUT_OK, NULL, 0 };
}
