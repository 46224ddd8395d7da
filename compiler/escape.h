/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `{{name}}` does to a text on its way into a file of some language; `{{{name}}}` and
 * `{{&name}}` do nothing to it. Output is source text, so nothing is escaped as HTML unless the
 * file is HTML. The language is told by the file's last suffix:
 *
 *   .h .c .hpp .cpp .cc .rs …   a comment's end or start in prose must not end or start a comment
 *   .html .xml .svg             & < > "
 *   .json                       as in a JSON string, without the quotes
 *   others                      nothing
 */
#ifndef DHGEN_ESCAPE_H
#define DHGEN_ESCAPE_H

#include "text.h"

typedef void (*escape_function)(struct text *out, const char *text);

/* Never NULL. `file_name` may end in ".mustache". */
escape_function escape_for_file(const char *file_name);

void escape_nothing(struct text *out, const char *text);
void escape_c_comment(struct text *out, const char *text);
void escape_html(struct text *out, const char *text);
void escape_json(struct text *out, const char *text);

/* Adds `"text"` as a literal of C and C++: no trigraph, no byte outside ASCII as it is. */
void escape_c_literal(struct text *out, const char *bytes, size_t length);

#endif
