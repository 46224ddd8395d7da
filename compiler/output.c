/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crew.h"
#include "put.h"

struct outputs outputs_new(struct dhs_arena *arena)
{
    return (struct outputs){ .arena = arena, .process = (int)getpid() };
}

static struct output **place_of(const struct outputs *outputs, const char *path)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; *path; path++)
        hash = (hash ^ (unsigned char)*path) * 16777619u;
    return &outputs->places[hash & (outputs->n_places - 1)];
}

static void enter(const struct outputs *outputs, struct output *output)
{
    struct output **place = place_of(outputs, output->path);

    output->same_place = *place;
    *place = output;
}

static void grow(struct outputs *outputs)
{
    outputs->n_places = outputs->n_places ? 2 * outputs->n_places : 16;
    outputs->places = dhs_alloc_array(outputs->arena, outputs->n_places, sizeof outputs->places[0]);
    for (struct output *output = outputs->first; output; output = output->next)
        enter(outputs, output);
}

void outputs_take(struct outputs *outputs, struct output *output)
{
    output->next = NULL;
    if (outputs->last)
        outputs->last->next = output;
    else
        outputs->first = output;
    outputs->last = output;
    if (outputs->n++ == outputs->n_places)
        grow(outputs);
    else
        enter(outputs, output);
}

struct output *outputs_add(struct outputs *outputs, const char *path, struct text content)
{
    struct output *output = dhs_alloc(outputs->arena, sizeof *output);

    output->path = path;
    output->content = content;
    outputs_take(outputs, output);
    return output;
}

const struct output *outputs_find(const struct outputs *outputs, const char *path)
{
    if (outputs->n == 0) return NULL;
    for (const struct output *o = *place_of(outputs, path); o; o = o->same_place) {
        if (strcmp(o->path, path) == 0) return o;
    }
    return NULL;
}

/* Whether the file holds these bytes already; what cannot be read does not. Opening a pipe waits
 * for nobody. */
static bool is_there(struct output *output)
{
    int fd = open(output->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const char *expected = text_string(&output->content);
    size_t left = output->content.length;
    char buffer[16384];
    struct stat status;
    bool known = fd >= 0 && fstat(fd, &status) == 0;
    bool same = known && S_ISREG(status.st_mode) && (uintmax_t)status.st_size == left;

    output->is_new = fd < 0 && errno == ENOENT;
    output->is_folder = known && S_ISDIR(status.st_mode);
    output->is_device = known && !S_ISREG(status.st_mode) && !output->is_folder;
    while (same && left > 0) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) break;
        same = n > 0 && (size_t)n <= left && memcmp(buffer, expected, (size_t)n) == 0;
        expected += n;
        left -= same ? (size_t)n : 0;
    }
    if (fd >= 0) close(fd);
    return same && left == 0;
}

/* Its content, read back where it was laid down already. */
static struct text content_of(const struct output *output)
{
    struct text text = text_new(output->content.arena);
    char buffer[16384];
    size_t n;

    if (!output->is_laid_down || output->is_device) return output->content;
    FILE *file = fopen(output->temporary ? output->temporary : output->path, "rbe");
    while (file && (n = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_add(&text, buffer, n);
    if (file) fclose(file);
    return text;
}

bool output_is_same(const struct output *output, const struct output *other)
{
    if (output->error.failure || other->error.failure) return true; /* that is what will be told */
    const struct text content = content_of(output);
    const struct text other_content = content_of(other);
    return content.length == other_content.length &&
           memcmp(text_string(&content), text_string(&other_content), content.length) == 0;
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

/* ---- temporary files ------------------------------------------------------------------------ */

/* Who is interrupted leaves nothing behind: outputs_commit() looks here, and who gives the signal
 * again ends the process at once. Any thread may get the signal, and any looks; it orders nothing.
 */
static atomic_int interrupted_by;

static void note_interrupt(int number)
{
    atomic_store_explicit(&interrupted_by, number, memory_order_relaxed);
}

static int interrupting_signal(void)
{
    return atomic_load_explicit(&interrupted_by, memory_order_relaxed);
}

bool outputs_interrupted(void)
{
    return interrupting_signal() != 0;
}

static void expect_interrupts(void)
{
    static const int SIGNALS[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction before;
    struct sigaction action = { .sa_handler = note_interrupt,
                                .sa_flags = (int)SA_RESETHAND | SA_RESTART };

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++)
        if (sigaction(SIGNALS[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(SIGNALS[i], &action, NULL);
}

enum { MAX_TEMPORARIES = 100, TEMPORARY_SUFFIX = sizeof ".2147483647-100" };

/* A new file, with the mode that any new file has: mkstemp() is stricter than a source file needs.
 */
static int open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/* One beside the other. `temporary` lacks its last number: a name is taken only where a process of
 * the same number died, or two of one run want the same place. */
static int open_temporary(char *temporary)
{
    char *end = temporary + strlen(temporary);

    for (unsigned i = 0;; i++) {
        end[dhs_put_decimal(end, i)] = '\0';
        int fd = open_new(temporary);
        if (fd >= 0 || errno != EEXIST || i == MAX_TEMPORARIES) return fd;
    }
}

/* In a stage it has its own name, as long as no other of this run has that. */
static int open_in_stage(struct output *output)
{
    int fd = open_new(output->place);

    if (fd < 0 && errno == ENOENT && stage_make_folders(output->place))
        fd = open_new(output->place);
    if (fd < 0 && errno == EEXIST) return open_temporary(output->temporary_path);
    output->temporary_path = output->place;
    return fd;
}

/* The mode of the file whose place it takes stays. */
static bool keep_mode(int fd, const char *path)
{
    struct stat status;

    return stat(path, &status) != 0 || fchmod(fd, status.st_mode & 0777) == 0;
}

static void set_error(struct output *output, enum output_failure failure, int system_error)
{
    if (!output->error.failure)
        output->error = (struct output_error){ failure, NULL, system_error };
}

static void begin_temporary(struct output *output)
{
    output->fd = -1;
    if (output->error.failure) return;
    if (output->folder && !output->place) output->made_folder = mkdir(output->folder, 0777) == 0;
    output->fd = output->place ? open_in_stage(output) : open_temporary(output->temporary_path);
    if (output->fd >= 0)
        output->temporary = output->temporary_path;
    else
        set_error(output, OUTPUT_CANNOT_CREATE, errno);
}

void output_put(struct output *output, const char *bytes, size_t length)
{
    if (output->error.failure) return;
    if (!write_all(output->fd, bytes, length)) set_error(output, OUTPUT_CANNOT_WRITE, errno);
}

void output_end(struct output *output)
{
    if (!output->is_new && output->fd >= 0 && !keep_mode(output->fd, output->path))
        set_error(output, OUTPUT_CANNOT_WRITE, errno);
    if (output->fd >= 0 && close(output->fd) != 0) set_error(output, OUTPUT_CANNOT_WRITE, errno);
    output->fd = -1;
}

static bool write_device(const struct output *output)
{
    int fd = open(output->path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write_all(fd, text_string(&output->content), output->content.length);
    int error = errno;

    if (fd >= 0 && close(fd) != 0 && ok) return false;
    errno = error;
    return ok;
}

void output_discard(const struct output *output)
{
    if (output->temporary) unlink(output->temporary);
    if (output->made_folder) rmdir(output->folder);
}

static void remove_stage(const struct outputs *outputs)
{
    for (const struct output *output = outputs->first; output; output = output->next)
        if (output->place) stage_remove_folders(outputs->stage, output->place);
}

/* A folder goes when the files of all who use it have gone. */
void outputs_discard(const struct outputs *outputs)
{
    for (const struct output *output = outputs->first; output; output = output->next) {
        if (output->temporary) unlink(output->temporary);
    }
    for (const struct output *output = outputs->first; output; output = output->next) {
        if (output->made_folder) rmdir(output->folder);
    }
    remove_stage(outputs);
}

static struct output_error fail(const struct outputs *outputs, const struct output *output,
                                struct output_error error)
{
    error.path = output->path;
    outputs_discard(outputs);
    return error;
}

/* Lays a file beside its place, where it is not there already. */
static void lay_down(struct output *output)
{
    output->is_laid_down = true;
    if (is_there(output) || output->is_device) return;
    if (output->is_folder) { /* only the rename would fail, when others have taken their places */
        set_error(output, OUTPUT_CANNOT_CREATE, EISDIR);
        return;
    }
    begin_temporary(output);
    output_put(output, text_string(&output->content), output->content.length);
    output_end(output);
}

/* Makes a stage, too: from here on something may lie about. */
static void make_temporary_path(const struct outputs *outputs, struct output *output)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *final = output->path;

    pthread_once(&once, expect_interrupts);
    if (stage_has(outputs->stage, final)) {
        output->place = stage_place(outputs->stage, outputs->arena, final);
        if (!output->place) set_error(output, OUTPUT_CANNOT_CREATE, errno);
        if (output->place) final = output->place;
    }
    size_t n = strlen(final);
    char *path = dhs_alloc_text(outputs->arena, n + TEMPORARY_SUFFIX);
    memcpy(path, final, n);
    path[n++] = '.';
    n += dhs_put_decimal(path + n, (uint64_t)outputs->process);
    path[n++] = '-';
    path[n] = '\0';
    output->temporary_path = path;
}

void outputs_lay_down(struct outputs *outputs)
{
    struct output *output = outputs->last;

    make_temporary_path(outputs, output);
    lay_down(output);
    if (output->is_device)
        output->content = text_copy(outputs->arena, &output->content);
    else
        output->content = text_new(outputs->arena);
}

/* Some file systems take names for the same that differ in case. */
static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name);
    size_t n_suffix = strlen(suffix);

    return n >= n_suffix && strcasecmp(name + n - n_suffix, suffix) == 0;
}

enum { FEW_NAMES = 64 };

struct listing listing_of(struct dhs_arena *arena, const char *prefix, const char *suffix,
                          size_t most)
{
    struct listing listing = { prefix, dhs_alloc_array(arena, FEW_NAMES, sizeof(char *)), 0,
                               false };
    DIR *open = opendir(*prefix ? prefix : ".");

    if (!open) return listing;
    for (size_t i = 0; i <= most && listing.n < FEW_NAMES; i++) {
        errno = 0;
        const struct dirent *entry = readdir(open);
        listing.is_whole = !entry && errno == 0;
        if (!entry || i == most) break;
        if (ends_in(entry->d_name, suffix))
            listing.names[listing.n++] = dhs_copy_text(arena, entry->d_name, strlen(entry->d_name));
    }
    closedir(open);
    return listing;
}

/* Its end in the same folder may be spelled in another case. */
bool listing_lacks(const struct listing *listing, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t n_prefix = (size_t)(name - path);

    if (!listing->is_whole || strlen(listing->prefix) != n_prefix ||
        memcmp(path, listing->prefix, n_prefix) != 0)
        return false;
    for (size_t i = 0; i < listing->n; i++)
        if (strcasecmp(listing->names[i], name) == 0) return false;
    return true;
}

static bool is_absent(const struct outputs *outputs, const struct output *output)
{
    struct stat status;

    if (stage_has(outputs->stage, output->path) ||
        (outputs->listing && listing_lacks(outputs->listing, output->path)))
        return true;
    return stat(output->path, &status) != 0 && errno == ENOENT;
}

bool outputs_begin(struct outputs *outputs)
{
    struct output *output = outputs->last;

    output->is_new = is_absent(outputs, output);
    if (!output->is_new) return false;
    make_temporary_path(outputs, output);
    output->is_laid_down = true;
    begin_temporary(output);
    return true;
}

static void lay_down_one(void *context, size_t hand, size_t item)
{
    (void)hand;
    lay_down(((struct output **)context)[item]);
}

enum { OUTPUTS_EACH = 32 }; /* a thread is made in the time of a few */

static void lay_down_others(const struct outputs *outputs)
{
    struct output **list = dhs_alloc_array(outputs->arena, outputs->n, sizeof *list);
    size_t n = 0;

    for (struct output *output = outputs->first; output; output = output->next) {
        if (output->is_laid_down) continue;
        make_temporary_path(outputs, output);
        list[n++] = output;
    }
    crew_run(crew_size(n, OUTPUTS_EACH), n, lay_down_one, list);
}

/* What was laid down goes to its place, which in a stage it mostly has. */
static bool move(struct output *output)
{
    const char *place = output->place ? output->place : output->path;

    if (!output->temporary) return true;
    if (output->temporary != place && rename(output->temporary, place) != 0) return false;
    output->temporary = output->place;
    return true;
}

/* Into the folder that somebody else made meanwhile. */
static bool move_from_stage(const struct outputs *outputs, struct output *output)
{
    char *path = dhs_copy_text(outputs->arena, output->path, strlen(output->path));

    if (!output->temporary) return true;
    if (!stage_make_folders(path) || rename(output->temporary, path) != 0) return false;
    output->temporary = NULL;
    return true;
}

/* The folder of the stage takes its name, or what is in it goes to its place one by one. */
static struct output_error end_stage(const struct outputs *outputs)
{
    if (!outputs->stage || stage_end(outputs->stage))
        return (struct output_error){ OUTPUT_OK, NULL, 0 };
    bool is_there = errno == ENOTEMPTY || errno == EEXIST;
    for (struct output *output = outputs->first; output; output = output->next) {
        if (!output->place || (is_there && move_from_stage(outputs, output))) continue;
        return fail(outputs, output, (struct output_error){ OUTPUT_CANNOT_CREATE, NULL, errno });
    }
    remove_stage(outputs);
    return (struct output_error){ OUTPUT_OK, NULL, 0 };
}

struct output_error outputs_commit(struct outputs *outputs)
{
    lay_down_others(outputs);
    for (const struct output *output = outputs->first; output; output = output->next)
        if (output->error.failure) return fail(outputs, output, output->error);
    if (outputs_interrupted())
        return fail(outputs, outputs->first,
                    (struct output_error){ OUTPUT_INTERRUPTED, NULL, interrupting_signal() });
    for (struct output *output = outputs->first; output; output = output->next) {
        if (output->is_device && !write_device(output))
            return fail(outputs, output, (struct output_error){ OUTPUT_CANNOT_WRITE, NULL, errno });
        if (!move(output))
            return fail(outputs, output,
                        (struct output_error){ OUTPUT_CANNOT_CREATE, NULL, errno });
    }
    return end_stage(outputs);
}
