/* SPDX-License-Identifier: Apache-2.0 */
#include "lsp_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, KEPT_BYTES = 1024 * 1024 };

static enum lsp_read bad(struct lsp_input *input, const char *why)
{
    snprintf(input->why, sizeof input->why, "%s", why);
    return LSP_READ_BAD;
}

/* Room for so many bytes more; what was handed out goes, and a buffer that one large message needed
 * is given back after it. */
static bool make_room(struct lsp_input *input, size_t bytes)
{
    size_t used = input->end - input->begin;
    if (used && input->begin) memmove(input->buffer, input->buffer + input->begin, used);
    input->begin = 0;
    input->end = used;
    size_t wanted = used + bytes;
    bool too_large = input->capacity > KEPT_BYTES && wanted < KEPT_BYTES / 2;
    if (wanted <= input->capacity && !too_large) return true;
    char *larger = realloc(input->buffer, wanted);
    if (!larger) return false;
    input->buffer = larger;
    input->capacity = wanted;
    return true;
}

/* Reads what is there; false: nothing will come any more. */
static bool fill(struct lsp_input *input, size_t wanted)
{
    if (!make_room(input, wanted > CHUNK_BYTES ? wanted : CHUNK_BYTES)) return false;
    for (;;) {
        ssize_t n = read(input->fd, input->buffer + input->end, input->capacity - input->end);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        input->end += (size_t)n;
        return true;
    }
}

bool lsp_is_pending(const struct lsp_input *input)
{
    struct pollfd ready = { .fd = input->fd, .events = POLLIN };
    if (input->end > input->begin) return true;
    return poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN);
}

/* ---- headers ------------------------------------------------------------------------------ */

static bool begins_with(const char *line, size_t length, const char *name)
{
    size_t n = strlen(name);
    return length >= n && strncasecmp(line, name, n) == 0;
}

/* Digits alone, with blanks around; nothing that is larger than a message may be. */
static bool read_length(const char *text, size_t length, size_t *value)
{
    size_t i = 0, n = 0;
    while (i < length && (text[i] == ' ' || text[i] == '\t'))
        i++;
    while (length > i && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    if (i == length) return false;
    for (; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        n = n * 10 + (size_t)(text[i] - '0');
        if (n > LSP_MAX_BODY_BYTES) n = LSP_MAX_BODY_BYTES + 1;
    }
    *value = n;
    return true;
}

static bool is_utf8(const char *text, size_t length)
{
    for (size_t i = 0; i + 8 <= length; i++) {
        if (strncasecmp(text + i, "charset=", 8) != 0) continue;
        const char *name = text + i + 8;
        size_t n = length - i - 8;
        if (n > 0 && *name == '"') name++, n--;
        return begins_with(name, n, "utf-8") || begins_with(name, n, "utf8");
    }
    return true;
}

/* One line without its end. NULL, or what is wrong with it. */
static const char *read_header(const char *line, size_t length, size_t *body, bool *has_length)
{
    static const char LENGTH[] = "Content-Length:", TYPE[] = "Content-Type:";
    if (begins_with(line, length, LENGTH)) {
        if (*has_length) return "a message has two headers 'Content-Length'";
        *has_length = true;
        if (!read_length(line + sizeof LENGTH - 1, length - (sizeof LENGTH - 1), body))
            return "the header 'Content-Length' holds no number";
        return *body > LSP_MAX_BODY_BYTES ? "a message is larger than 64 MiB" : NULL;
    }
    if (begins_with(line, length, TYPE))
        return is_utf8(line + sizeof TYPE - 1, length - (sizeof TYPE - 1))
                   ? NULL
                   : "a message is said not to be UTF-8";
    return memchr(line, ':', length) ? NULL : "a line that is no header stands before a message";
}

/* The header section at the front of the buffer: its length with the empty line; 0: it is not all
 * there yet. */
static size_t read_headers(struct lsp_input *input, size_t *body, const char **why)
{
    const char *start = input->buffer + input->begin, *at = start;
    const char *limit = input->buffer + input->end;
    bool has_length = false;
    for (;;) {
        const char *end = at < limit ? memchr(at, '\n', (size_t)(limit - at)) : NULL;
        if (!end) break;
        if (end == at || end[-1] != '\r') {
            *why = "a header line does not end in CR LF";
            return 0;
        }
        size_t length = (size_t)(end - 1 - at);
        if (length == 0) {
            if (!has_length) *why = "a message has no header 'Content-Length'";
            return (size_t)(end + 1 - start);
        }
        *why = read_header(at, length, body, &has_length);
        if (*why) return 0;
        at = end + 1;
    }
    if (limit - start > LSP_MAX_HEADER_BYTES) *why = "the headers of a message have no end";
    return 0;
}

enum lsp_read lsp_read(struct lsp_input *input, const char **body, size_t *length)
{
    size_t headers = 0, wanted = 0;
    const char *why = NULL;
    for (;;) {
        if (input->end > input->begin) headers = read_headers(input, &wanted, &why);
        if (why) return bad(input, why);
        if (headers) break;
        if (!fill(input, 0))
            return input->end == input->begin ? LSP_READ_END
                                              : bad(input, "the input ends inside of a message");
    }
    while (input->end - input->begin < headers + wanted)
        if (!fill(input, headers + wanted - (input->end - input->begin)))
            return bad(input, "the input ends inside of a message");
    *body = input->buffer + input->begin + headers;
    *length = wanted;
    input->begin += headers + wanted;
    return LSP_READ_MESSAGE;
}

void lsp_input_free(struct lsp_input *input)
{
    free(input->buffer);
    input->buffer = NULL;
}

/* ---- out ---------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

bool lsp_write(int fd, const char *body, size_t length)
{
    char header[64];
    int n = snprintf(header, sizeof header, "Content-Length: %zu\r\n\r\n", length);
    return write_all(fd, header, (size_t)n) && write_all(fd, body, length);
}
