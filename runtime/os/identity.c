/* SPDX-License-Identifier: Apache-2.0 */
#include "os/identity.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fields 3 and 22 of /proc/PID/stat: the state's letter (may be NULL), and the start; 0: not told.
 * The name in field 2 may hold anything, so count from its last ')'. */
static uint64_t process_start(const char *path, char *state)
{
    FILE *file = fopen(path, "re");
    char line[1024] = "";
    uint64_t start = 0;
    const char *at;

    if (file == NULL) return 0;
    if (fgets(line, sizeof line, file) == NULL) line[0] = '\0';
    fclose(file);
    at = strrchr(line, ')');
    if (state != NULL && at != NULL && at[1] == ' ') *state = at[2];
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (at != NULL && sscanf(at, " %" SCNu64, &start) != 1) start = 0;
    return start;
}

static uint64_t own_namespace(void)
{
    struct stat namespace;

    return stat("/proc/self/ns/pid", &namespace) == 0 ? namespace.st_ino : 0;
}

char dhi_identity_state(uint32_t pid, uint64_t start, uint64_t pid_namespace)
{
    char path[32], state = 0;

    if (pid_namespace != 0 && pid_namespace != own_namespace()) return 0;
    snprintf(path, sizeof path, "/proc/%u/stat", pid);
    return process_start(path, &state) == start || start == 0 ? state : 0;
}

/* /proc is of our pid namespace: others number processes otherwise. */
static bool proc_is_ours(void)
{
    char text[16];
    ssize_t bytes = readlink("/proc/self", text, sizeof text - 1);

    if (bytes <= 0) return false;
    text[bytes] = '\0';
    return strtol(text, NULL, 10) == (long)getpid();
}

/* The link to a thread's program goes through its memory: where that is gone there is none, and
 * ENOENT says so. The kernel looks under the lock under which the thread let go, behind a full
 * fence. */
static bool thread_let_go(int threads, const char *id)
{
    char path[32], program[1];

    snprintf(path, sizeof path, "%.20s/exe", id);
    return readlinkat(threads, path, program, sizeof program) < 0 && errno == ENOENT;
}

enum { THREADS_MAX = 256 };

struct threads {
    long ids[THREADS_MAX];
    unsigned n;
};

static bool contains(const struct threads *threads, long id)
{
    for (unsigned i = 0; i < threads->n; i++)
        if (threads->ids[i] == id) return true;
    return false;
}

/* Each that is listed was seen without memory, now or before. False also where none is listed. */
static bool all_let_go(DIR *folder, struct threads *seen, bool anew)
{
    const struct dirent *entry;
    bool any = false;

    rewinddir(folder);
    while ((entry = readdir(folder)) != NULL) {
        long id = strtol(entry->d_name, NULL, 10);

        if (id <= 0) continue;
        any = true;
        if (contains(seen, id)) continue;
        if (!anew || seen->n == THREADS_MAX || !thread_let_go(dirfd(folder), entry->d_name))
            return false;
        seen->ids[seen->n++] = id;
    }
    return any;
}

bool dhi_identity_let_go(uint32_t pid, uint64_t pid_namespace)
{
    struct threads seen = { .n = 0 };
    char path[32];
    DIR *folder;
    bool gone;

    if (pid == 0 || !proc_is_ours()) return false;
    if (pid_namespace != 0 && pid_namespace != own_namespace()) return false;
    snprintf(path, sizeof path, "/proc/%u/task", pid);
    folder = opendir(path);
    if (folder == NULL) return false;
    /* Twice: one that was not listed yet can have been made by one that had not ended yet. Who is
     * in the second list was seen in the first, so nobody was left to make another. */
    gone = all_let_go(folder, &seen, true) && all_let_go(folder, &seen, false);
    closedir(folder);
    return gone;
}

/* The boot id is written as hex digits in groups; its sixteen bytes are what is kept. */
static void boot_id(unsigned char boot[16])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    unsigned byte;
    int digits = 0, c;

    if (file == NULL) return;
    for (unsigned value = 0; digits < 32 && (c = fgetc(file)) != EOF;) {
        if (!isxdigit(c)) continue;
        byte = isdigit(c) ? (unsigned)(c - '0') : (unsigned)(tolower(c) - 'a' + 10);
        value = value << 4 | byte;
        if (digits++ % 2 == 1) {
            boot[digits / 2 - 1] = (unsigned char)value;
            value = 0;
        }
    }
    fclose(file);
}

void dhi_identity_self(struct dhi_identity *identity)
{
    memset(identity, 0, sizeof *identity);
    identity->pid = (uint32_t)getpid();
    identity->uid = (uint32_t)geteuid();
    identity->pid_namespace = own_namespace();
    identity->process_start = process_start("/proc/self/stat", NULL);
    boot_id(identity->boot);
    randombytes_buf(identity->instance, sizeof identity->instance);
    snprintf(identity->program, sizeof identity->program, "%s", program_invocation_short_name);
}
