/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of the language server protocol, over two descriptors:
 *
 *   Content-Length: 52\r\n
 *   \r\n
 *   {"jsonrpc":"2.0", ...            52 bytes of UTF-8
 *
 * What a peer sends is read strictly: behind a bad header nobody knows where the next message
 * begins, so that the only thing to do is to say what was wrong, and to end.
 */
#ifndef DHGEN_LSP_WIRE_H
#define DHGEN_LSP_WIRE_H

#include <stdbool.h>
#include <stddef.h>

enum { LSP_MAX_BODY_BYTES = 64 * 1024 * 1024, LSP_MAX_HEADER_BYTES = 4096 };

enum lsp_read {
    LSP_READ_MESSAGE,
    LSP_READ_END, /* between two messages */
    LSP_READ_BAD  /* `why` says what */
};

struct lsp_input {
    int fd;
    char *buffer;
    size_t begin; /* of what was not handed out yet */
    size_t end;
    size_t capacity;
    char why[160];
};

/* Waits for the next message. `body` is good until the next call. */
enum lsp_read lsp_read(struct lsp_input *input, const char **body, size_t *length);

/* Whether more was sent already. */
bool lsp_is_pending(const struct lsp_input *input);

void lsp_input_free(struct lsp_input *input);

/* Writes one frame; false: the peer is gone. */
bool lsp_write(int fd, const char *body, size_t length);

#endif
