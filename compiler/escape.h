/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `{{name}}` does to a text on its way into a file of some language; `{{{name}}}` and
 * `{{&name}}` do nothing to it. Output is source text, so nothing is escaped as HTML unless the
 * file is HTML. The language is told by the file's last suffix:
 *
 *   .h .c .hpp .cpp .cc .rs …   a comment's end or start in prose must not end or start a comment
 *   .html .xml .svg             & < > "
 *   .json .py .toml .yaml       as in a JSON string, without the quotes; Python's are the same
 *   .lua                        as in a string of Lua
 *   .csv                        a quotation mark becomes two, as between two of them
 *   .sql                        an apostrophe becomes two
 *   .md                         what would be markup is text; on one line, as in cells of tables
 *   others                      nothing
 */
#ifndef DHGEN_ESCAPE_H
#define DHGEN_ESCAPE_H

#include <stdbool.h>

#include "text.h"

/* Adds a text of that length. True: as it is, and so it is whenever it comes again. */
typedef bool (*escape_function)(struct text *out, const char *text, size_t length);

/* Never NULL. `file_name` may end in ".mustache". */
escape_function escape_for_file(const char *file_name);

bool escape_nothing(struct text *out, const char *text, size_t length);
bool escape_c_comment(struct text *out, const char *text, size_t length);
bool escape_html(struct text *out, const char *text, size_t length);
bool escape_json(struct text *out, const char *text, size_t length);
bool escape_lua(struct text *out, const char *text, size_t length);
bool escape_csv(struct text *out, const char *text, size_t length);
bool escape_sql(struct text *out, const char *text, size_t length);
bool escape_markdown(struct text *out, const char *text, size_t length);

/* Adds text as in a string of C and C++: no trigraph, no byte outside ASCII as it is. */
void escape_c_string(struct text *out, const char *bytes, size_t length);
/* The same with its quotes. */
void escape_c_literal(struct text *out, const char *bytes, size_t length);

#endif
