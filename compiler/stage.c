/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct stage {
    char *folder; /* the outermost that is missing */
    size_t n_folder;
    char *temporary; /* beside it */
    int process;
    pthread_mutex_t lock; /* for what follows */
    bool is_made;
};

enum { MAX_STAGES = 100, STAGE_SUFFIX = sizeof ".2147483647-100" };

static bool is_missing(const char *path)
{
    struct stat status;

    return lstat(path, &status) != 0 && errno == ENOENT; /* a link into nowhere is not missing */
}

/* Whether a path leads out of where it is in. */
static bool goes_up(const char *path)
{
    for (const char *p = path; (p = strstr(p, "/..")); p += 3)
        if (p[3] == '/' || p[3] == '\0') return true;
    return false;
}

struct stage *stage_new(struct dhs_arena *arena, const char *folder, int process)
{
    char *path = dhs_copy_text(arena, folder, strlen(folder));

    if (!is_missing(path)) return NULL;
    for (char *p = path + strspn(path, "/"); (p = strchr(p, '/')); p += strspn(p, "/")) {
        *p = '\0';
        if (is_missing(path)) {
            *p = '/';
            if (goes_up(p)) return NULL;
            *p = '\0';
            break;
        }
        *p = '/';
    }
    struct stage *stage = dhs_alloc(arena, sizeof *stage);
    *stage = (struct stage){ .folder = path,
                             .n_folder = strlen(path),
                             .process = process,
                             .lock = PTHREAD_MUTEX_INITIALIZER };
    stage->temporary = dhs_alloc_text(arena, stage->n_folder + STAGE_SUFFIX);
    return stage;
}

bool stage_has(const struct stage *stage, const char *path)
{
    return stage && strncmp(path, stage->folder, stage->n_folder) == 0 &&
           path[stage->n_folder] == '/';
}

/* A name is taken only where a process of the same number died, or one in another container runs.
 */
static bool make(struct stage *stage)
{
    for (int i = 0; !stage->is_made; i++) {
        sprintf(stage->temporary, "%s.%d-%d", stage->folder, stage->process, i);
        stage->is_made = mkdir(stage->temporary, 0777) == 0;
        if (!stage->is_made && (errno != EEXIST || i == MAX_STAGES)) return false;
    }
    return true;
}

char *stage_place(struct stage *stage, struct dhs_arena *arena, const char *path)
{
    pthread_mutex_lock(&stage->lock);
    bool is_made = make(stage);
    pthread_mutex_unlock(&stage->lock);
    return is_made ? dhs_printf(arena, "%s%s", stage->temporary, path + stage->n_folder) : NULL;
}

bool stage_make_folders(char *path)
{
    for (char *p = path + strspn(path, "/"); (p = strchr(p, '/')); p += strspn(p, "/")) {
        *p = '\0';
        bool is_there = mkdir(path, 0777) == 0 || errno == EEXIST;
        *p = '/';
        if (!is_there) return false;
    }
    return true;
}

bool stage_end(struct stage *stage)
{
    if (!stage->is_made) return true;
    if (rename(stage->temporary, stage->folder) != 0) return false;
    stage->is_made = false;
    return true;
}

void stage_remove_folders(const struct stage *stage, char *place)
{
    const size_t n_stage = strlen(stage->temporary);

    for (char *end; (end = strrchr(place, '/')) && end >= place + n_stage;) {
        *end = '\0';
        if (rmdir(place) != 0 && errno != ENOENT) return;
    }
}
