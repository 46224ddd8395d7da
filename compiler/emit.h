/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tree -> files. A language is a folder of templates, so that a new one needs no C: those whose
 * name begins with "schema" and a dot or '_' are the texts of files, the others are their parts.
 * Users bring a folder of their own (a language with a '/' in its name) or single templates.
 *
 *   schema.dh.h.mustache     imu.dh.h, dh/geometry.dh.h
 *   schema_dh.py.mustache    imu_dh.py, dh_geometry_dh.py: all in one folder, and an identifier
 *   table.csv.mustache       imu.table.csv: only as a template by name
 */
#ifndef DHGEN_EMIT_H
#define DHGEN_EMIT_H

#include "depfile.h"
#include "diag.h"
#include "output.h"
#include "value.h"
#include "words.h"

struct embedded_template {
    const char *path; /* "c/schema.dh.h.mustache" */
    const unsigned char *bytes;
    size_t length;
};

/* Made at build time by embed.cmake from templates/; ends in a NULL path. */
extern const struct embedded_template EMBEDDED_TEMPLATES[];

/* The names of the languages: folders of templates, and "json", in *names. */
size_t emit_languages(struct dhs_arena *arena, const char *const **names);

/* Whether a language is a folder of the user's. */
bool emit_is_folder(const char *language);

/* What emissions of one run share: each template is parsed once, and so is what an embedded
 * language keeps for itself; all texts pass through the same place. All zero to begin with. */
struct emission_cache {
    struct cached_template *templates;
    const struct words *words;
    bool has_words; /* these may be NULL */
    struct text rendered;
};

struct emission {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    const char *out_dir;
    const char *language;
    const char *const *templates; /* the user's own, instead of a language's */
    size_t n_templates;
    struct outputs *outputs;
    bool lays_down; /* files go to their disk at once: nobody wants to look at them */
    struct dependencies *dependencies;
    struct emission_cache *cache;
};

/* What the language keeps for itself: reserved.txt in its folder, or beside the user's template.
 * NULL: there is none. */
const struct words *emit_words(const struct emission *emission);

/* Renders all files of one schema ("imu" of imu.dhs). What is wrong is in emission->diag. */
void emit(const struct emission *emission, const char *base, struct value *tree);

#endif
