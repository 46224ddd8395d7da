/* SPDX-License-Identifier: Apache-2.0 */
#include "depfile.h"

#include <string.h>

void dependencies_add(struct dependencies *dependencies, const char *path)
{
    for (const struct dependency *d = dependencies->first; d; d = d->next) {
        if (strcmp(d->path, path) == 0) return;
    }
    struct dependency *dependency = dhs_alloc(dependencies->arena, sizeof *dependency);
    dependency->path = dhs_copy_text(dependencies->arena, path, strlen(path));
    if (dependencies->last)
        dependencies->last->next = dependency;
    else
        dependencies->first = dependency;
    dependencies->last = dependency;
}

static void add_path(struct text *text, const char *path)
{
    for (const char *p = path; *p; p++) {
        if (*p == ' ' || *p == '#' || *p == '\t') text_add_char(text, '\\');
        if (*p == '$') text_add_char(text, '$');
        text_add_char(text, *p);
    }
}

struct text depfile_text(const struct outputs *outputs, const struct dependencies *dependencies)
{
    struct text text = text_new(outputs->arena);

    for (const struct output *output = outputs->first; output; output = output->next) {
        add_path(&text, output->path);
        text_add_string(&text, output->next ? " \\\n" : ":");
    }
    for (const struct dependency *d = dependencies->first; d; d = d->next) {
        text_add_string(&text, " \\\n  ");
        add_path(&text, d->path);
    }
    text_add_char(&text, '\n');
    return text;
}
