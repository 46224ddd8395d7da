/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places in a text as editors count them: lines end in LF, CR LF or CR, and a character is as many
 * units as the encoding has that was agreed upon. In UTF-16 what lies beyond U+FFFF is two.
 */
#ifndef DHGEN_LSP_TEXT_H
#define DHGEN_LSP_TEXT_H

#include <stdbool.h>

#include "diag.h"

enum lsp_encoding { LSP_UTF8, LSP_UTF16 };

struct lsp_position {
    uint32_t line; /* from 0 */
    uint32_t character;
};

struct lsp_lines {
    const char *text;
    uint32_t length;
    enum lsp_encoding encoding;
    uint32_t n;
    const uint32_t *starts;
};

struct lsp_lines lsp_lines(struct dhs_arena *arena, struct dhs_text text,
                           enum lsp_encoding encoding);

struct lsp_position lsp_position_of(const struct lsp_lines *lines, uint32_t offset);

/* A place behind the end of a line is that end, one behind the last line the end of the text, and
 * one inside of a character its start. */
uint32_t lsp_offset_of(const struct lsp_lines *lines, struct lsp_position position);

/* `text` with the bytes from `begin` to `end` replaced; malloc'd, NUL-terminated. NULL: no memory.
 */
char *lsp_replace(struct dhs_text text, uint32_t begin, uint32_t end, struct dhs_text by,
                  size_t *length);

/* The path that a URI names: of file: the file's; of another kind the URI itself. */
char *lsp_path_of(const char *uri);

/* file:///... of an absolute path; what is none is its own URI. In the arena. */
const char *lsp_uri_of(struct dhs_arena *arena, const char *path);

#endif
