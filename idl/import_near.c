/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file that cannot be found may have been meant to be: schemas in the folders where it was
 * looked for, under its own folder's name or one folder deeper.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "checker.h"

/* Folders of thousands of files are somebody else's. */
enum { MAX_FOUND = 500, MAX_LOOKED_AT = 5000 };

struct found {
    struct dhs_check *check;
    const char *names[MAX_FOUND];
    size_t n;
    size_t n_looked_at;
};

static bool is_schema(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".dhs") == 0;
}

/* Schemas of `root`/`folder`, and of its folders if `deeper`, as an import would name them. */
static void look(struct found *f, const char *root, const char *folder, bool deeper)
{
    DIR *dir = opendir(dhs_printf(f->check->arena, "%s/%s", root, folder));
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) && f->n < MAX_FOUND && f->n_looked_at++ < MAX_LOOKED_AT) {
        if (entry->d_name[0] == '.') continue;
        const char *name = dhs_printf(f->check->arena, "%s%s", folder, entry->d_name);
        if (is_schema(name))
            f->names[f->n++] = name;
        else if (deeper && !strchr(entry->d_name, '.'))
            look(f, root, dhs_printf(f->check->arena, "%s/", name), false);
    }
    if (dir) closedir(dir);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool in_folder_of(const char *path, const char *name)
{
    return strncasecmp(path, name, (size_t)(base_of(name) - name)) == 0;
}

/* The same file but for case and ending; in its own folder if `own`, else in any. Two of them leave
 * it open which is meant. */
static struct dhs_near same_base(const struct found *f, const char *name, bool own)
{
    struct dhs_near near = { NULL, false };
    size_t length = strlen(base_of(name));
    for (size_t i = 0; i < f->n; i++) {
        const char *base = base_of(f->names[i]);
        bool same = strncasecmp(base, base_of(name), length) == 0 &&
                    (!base[length] || strcmp(base + length, ".dhs") == 0);
        if (!same || (own && !in_folder_of(f->names[i], name))) continue;
        if (near.name && strcmp(near.name, f->names[i]) != 0) {
            near.certain = false;
            return near;
        }
        near = (struct dhs_near){ f->names[i], own || !strchr(name, '/') };
    }
    return near;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct dhs_near dhs_import_nearest(struct dhs_check *check, const struct dhs_unit *from,
                                   const char *name)
{
    const struct dhs_options *options = check->options;
    struct found *f = dhs_alloc(check->arena, sizeof *f);
    const char *path = from->file->path, *slash = strrchr(path, '/');
    const char *beside = slash ? dhs_copy_text(check->arena, path, (size_t)(slash - path)) : ".";
    f->check = check;
    if (name[0] == '/') return (struct dhs_near){ NULL, false };
    look(f, beside, "", true);
    for (size_t i = 0; i < options->n_import_dirs; i++)
        look(f, options->import_dirs[i], "", true);
    if (options->std_dir) look(f, options->std_dir, "", true);
    qsort(f->names, f->n, sizeof *f->names, by_name); /* not as the disk has them */
    struct dhs_near near = same_base(f, name, strchr(name, '/') != NULL);
    if (!near.name) near = same_base(f, name, false);
    return near.name ? near : dhs_find_near(name, f->names, f->n);
}
