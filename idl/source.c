/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool dhs_source_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

/* How much a file seems to hold, and a byte more, by which its end is seen. */
static size_t likely_capacity(int fd)
{
    struct stat status;
    bool known = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (!known) return 64 * 1024;
    return status.st_size < DHS_SOURCE_MAX_BYTES ? (size_t)status.st_size + 1
                                                 : DHS_SOURCE_MAX_BYTES + 1;
}

/* Reads until the end or until one byte more than the limit was seen; grows by doubling, so that
 * pipes and files that change their size while being read are fine. There is room for a NUL behind
 * the text. NULL: see errno. */
static char *read_all(struct dhs_arena *arena, int fd, size_t *length)
{
    size_t capacity = likely_capacity(fd), used = 0;
    char *text = dhs_grow(arena, NULL, 0, capacity);
    while (used <= DHS_SOURCE_MAX_BYTES) {
        if (used == capacity) {
            text = dhs_grow(arena, text, capacity, capacity * 2);
            capacity *= 2;
        }
        ssize_t got = read(fd, text + used, capacity - used);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return NULL;
        used += (size_t)got;
    }
    *length = used;
    return text;
}

static bool looks_like_utf16(const char *text, size_t length)
{
    if (length < 2) return false;
    const unsigned char *bytes = (const unsigned char *)text;
    bool marked = (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff);
    return marked || (bytes[0] == 0) != (bytes[1] == 0);
}

/* What makes the bytes no text at all; what is wrong with single characters is the lexer's. */
static bool is_text(struct dhs_diag *diag, struct dhs_source *source)
{
    struct dhs_span start = { source, 0, 0 };
    if (looks_like_utf16(source->text, source->length)) {
        dhs_report(diag, DHS_FILE_UTF16, start, "the file is UTF-16, not UTF-8");
        dhs_help(diag, "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8");
        return false;
    }
    const char *nul = memchr(source->text, 0, source->length);
    if (nul) {
        struct dhs_span at = { source, (uint32_t)(nul - source->text), 1 };
        dhs_report(diag, DHS_FILE_NUL, at, "the file holds a NUL byte: this is no text");
        dhs_help(diag, "give dhgen the .dhs file, not something made from it");
        return false;
    }
    return true;
}

static int open_source(const char *path, struct dhs_diag *diag, struct dhs_span wanted)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 && is_stdin) {
        dhs_report(diag, DHS_FILE_UNREADABLE, wanted, "cannot read standard input: %s",
                   strerror(errno));
        dhs_help(diag, "'-' is a schema that is piped in");
    } else if (fd < 0) {
        dhs_report(diag, DHS_FILE_MISSING, wanted, "cannot open '%s': %s", path, strerror(errno));
        dhs_help(diag, "check the path and that you may read it");
    } else if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        dhs_report(diag, DHS_FILE_IS_FOLDER, wanted, "'%s' is a folder, not a schema", path);
        dhs_help(diag, "name a file in it, for example %s/NAME.dhs", path);
        close(fd);
        fd = -1;
    }
    return fd;
}

enum { LIKELY_LINE_BYTES = 24 }; /* shorter than most, so that few files need more room */

/* Line 1 begins behind a byte order mark, so that its columns are what an editor shows. */
static void find_lines(struct dhs_source *source)
{
    const char *end = source->text + source->length;
    size_t room = source->length / LIKELY_LINE_BYTES + 2, n = 0;
    uint32_t *starts = dhs_grow(source->arena, NULL, 0, room * sizeof *starts);
    starts[n++] = source->first;
    for (const char *at = source->text; (at = memchr(at, '\n', (size_t)(end - at))) != NULL;) {
        if (n == room) {
            starts = dhs_grow(source->arena, starts, n * sizeof *starts, 2 * n * sizeof *starts);
            room = 2 * n;
        }
        starts[n++] = (uint32_t)(++at - source->text);
    }
    dhs_shrink(source->arena, starts, room * sizeof *starts, n * sizeof *starts);
    source->n_lines = (uint32_t)n;
    source->line_starts = starts;
}

static bool is_too_large(struct dhs_diag *diag, const char *path, size_t length,
                         struct dhs_span wanted)
{
    if (length <= DHS_SOURCE_MAX_BYTES) return false;
    dhs_report(diag, DHS_FILE_TOO_LARGE, wanted, "'%s' is larger than %d MiB", path,
               DHS_SOURCE_MAX_BYTES / 1024 / 1024);
    dhs_help(diag, "split the schema, or check that this is the file you meant");
    return true;
}

/* Of a text in the arena with room for a NUL behind it; what is no source is reported. */
static struct dhs_source *make_source(struct dhs_arena *arena, struct dhs_diag *diag,
                                      const char *path, char *text, size_t length)
{
    struct dhs_source *source = dhs_alloc(arena, sizeof *source);
    const char *shown = strcmp(path, "-") == 0 ? "<stdin>" : path;
    source->arena = arena;
    source->path = dhs_copy_text(arena, shown, strlen(shown));
    text[length] = '\0';
    source->text = text;
    source->length = (uint32_t)length;
    source->first = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    find_lines(source);
    return is_text(diag, source) ? source : NULL;
}

struct dhs_source *dhs_source_from_text(struct dhs_arena *arena, struct dhs_diag *diag,
                                        const char *path, struct dhs_text text,
                                        struct dhs_span wanted)
{
    if (is_too_large(diag, path, text.length, wanted)) return NULL;
    char *copy = dhs_copy_text(arena, text.data, text.length);
    return make_source(arena, diag, path, copy, text.length);
}

struct dhs_source *dhs_source_read(struct dhs_arena *arena, struct dhs_diag *diag, const char *path,
                                   struct dhs_span wanted)
{
    int fd = open_source(path, diag, wanted);
    if (fd < 0) return NULL;
    size_t length = 0;
    char *text = read_all(arena, fd, &length);
    int error = errno;
    close(fd);
    if (!text) {
        dhs_report(diag, DHS_FILE_UNREADABLE, wanted, "cannot read '%s': %s", path,
                   strerror(error));
        dhs_help(diag, "check the disk or device that it lies on");
        return NULL;
    }
    if (is_too_large(diag, path, length, wanted)) return NULL;
    return make_source(arena, diag, path, text, length);
}

uint32_t dhs_source_line_of(const struct dhs_source *source, uint32_t offset)
{
    uint32_t low = 0, high = source->n_lines;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

uint32_t dhs_source_line_start(const struct dhs_source *source, uint32_t line)
{
    return source->line_starts[line - 1];
}

struct dhs_text dhs_source_line(const struct dhs_source *source, uint32_t line)
{
    uint32_t start = dhs_source_line_start(source, line);
    uint32_t end = line < source->n_lines ? source->line_starts[line] - 1 : source->length;
    if (end > start && source->text[end - 1] == '\r') end--;
    struct dhs_text text = { source->text + start, end - start };
    return text;
}
