/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logic-less templates: the text of generated files with holes in it (mustache).
 *
 *   {{name}} {{a.b}} {{.}}        a value, escaped for the language of the file (escape.h)
 *   {{{name}}} {{&name}}          a value as it is
 *   {{#name}} … {{/name}}         once for a true value, once per item of a list
 *   {{^name}} … {{/name}}         if the value is false, empty or absent
 *   {{>name}}                     another template; alone on a line, it is indented like the tag
 *   {{! … }}                      a comment
 *   {{=<% %>=}}                   other delimiters from here on
 *
 * A section, a comment, a partial or a change of delimiters that stands alone on its line takes the
 * line away with it. Names are looked up from the innermost section outwards. What differs from
 * the public specification: no HTML by default, empty texts are false, an indented partial leaves
 * its blank lines blank, and lambdas, blocks and inheritance are not there.
 */
#ifndef DHGEN_TEMPLATE_H
#define DHGEN_TEMPLATE_H

#include <stdbool.h>

#include "escape.h"
#include "value.h"

struct template;

/* What is wrong with a template, and where; line and column are 1-based, columns in characters. */
struct template_error {
    const char *file;
    unsigned line;
    unsigned column;
    const char *message;
};

/* Parses `bytes`, which stay borrowed; `file` is for error messages. NULL: see `error`. */
const struct template *template_parse(struct dhs_arena *arena, const char *file, const char *bytes,
                                      size_t length, struct template_error *error);

/* Answers `{{>name}}`: NULL with a NULL `error->message` if there is no such partial. */
typedef const struct template *(*template_loader)(void *context, const char *name,
                                                  struct template_error *error);

/* A name that `load` does know and that is like `name`; or NULL. */
typedef const char *(*template_nearest)(void *context, const char *name);

/* Breaks lines of `text`, from text->whole to `end`, and makes them whole. */
typedef void (*template_breaker)(struct text *text, size_t end);

struct template_options {
    template_loader load;     /* NULL: there are no partials */
    template_nearest nearest; /* NULL: nobody knows */
    void *load_context;
    escape_function escape;       /* NULL: nothing is escaped */
    bool strict;                  /* a name that is nowhere is an error, not an empty text */
    template_breaker break_lines; /* for lines of more bytes than `columns`; NULL: they stay */
    size_t columns;
};

/* Adds the filled template to `out`. False: see `error`; `out` then holds a part of it. */
bool template_render(const struct template *template, struct value *model,
                     const struct template_options *options, struct text *out,
                     struct template_error *error);

#endif
