/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files on their way out. All go to temporary names beside their places, and only if that worked
 * for each of them, and nothing else failed, do they take their places: one by one, or with their
 * folder where that was not there. A file whose content is there already is left alone, date and
 * all; a device or a pipe is written to.
 */
#ifndef DHGEN_OUTPUT_H
#define DHGEN_OUTPUT_H

#include <stdbool.h>

#include "stage.h"
#include "text.h"

enum output_failure { OUTPUT_OK, OUTPUT_CANNOT_CREATE, OUTPUT_CANNOT_WRITE, OUTPUT_INTERRUPTED };

struct output_error {
    enum output_failure failure;
    const char *path;
    int system_error; /* errno; INTERRUPTED: the signal */
};

struct output {
    const char *path;
    struct text content; /* what was laid down has none any more */
    const char *folder; /* is made if it is missing; NULL: its folder must be there, or a stage's */
    bool is_laid_down;
    bool made_folder;
    bool is_new;    /* nothing lies at its path */
    bool is_folder; /* one lies there */
    bool is_device; /* /dev/null, a pipe: written to, never replaced */
    char *place;    /* within the stage; NULL: its folder is there, or must be */
    char *temporary_path;
    const char *temporary; /* NULL: nothing of it was written */
    int fd;                /* of it, between outputs_begin() and output_end() */
    struct output_error error;
    struct output *next;
    struct output *same_place; /* in the table below */
};

/* What lies in a folder, if that is little: who writes many files into a new one need not ask for
 * each of them, for which the system takes as long as for making a file. */
struct listing {
    const char *prefix; /* of paths: "out/", or "" for the working folder */
    const char **names;
    size_t n;
    bool is_whole; /* false: too much, or it cannot be read */
};

struct outputs {
    struct dhs_arena *arena;
    struct stage *stage;           /* where what goes to a new folder is made; or NULL */
    const struct listing *listing; /* of the folder that most go to; or NULL */
    struct output *first;
    struct output *last;
    struct output **places; /* by path; as many as there are outputs, or up to twice */
    size_t n_places;        /* a power of two, or 0 */
    size_t n;
    int process; /* its number is part of temporary names */
};

struct outputs outputs_new(struct dhs_arena *arena);
struct output *outputs_add(struct outputs *outputs, const char *path, struct text content);

/* Writes the one that was added last beside its place, while its content is in the caches, and lets
 * go of that, so that a large run need not keep all that it writes. What goes wrong is told by
 * outputs_commit(). Other outputs may be laid down at the same time. */
void outputs_lay_down(struct outputs *outputs);

/* Begins to write the one that was added last, without content, beside its place: true if nothing
 * lies there, and it is for output_put() and output_end() to give it its content piece by piece.
 * Else that is wanted as a whole, since it is compared with what is there. */
bool outputs_begin(struct outputs *outputs);
void output_put(struct output *output, const char *bytes, size_t length);
void output_end(struct output *output);

/* Of what ends in `suffix`; no more than `most` entries are read. */
struct listing listing_of(struct dhs_arena *arena, const char *prefix, const char *suffix,
                          size_t most);

/* Whether it is known that nothing lies there. */
bool listing_lacks(const struct listing *listing, const char *path);

/* Moves one that was added to another's. */
void outputs_take(struct outputs *outputs, struct output *output);

/* Whether two have the same content, wherever that is. */
bool output_is_same(const struct output *output, const struct output *other);

/* Removes what was laid down of one, or of all. */
void output_discard(const struct output *output);
void outputs_discard(const struct outputs *outputs);

/* The output that was added under this path already, or NULL. */
const struct output *outputs_find(const struct outputs *outputs, const char *path);

/* Whether somebody wants the run to end, since files of it were begun: there is no use in more. */
bool outputs_interrupted(void);

/* Writes all or nothing. */
struct output_error outputs_commit(struct outputs *outputs);

#endif
