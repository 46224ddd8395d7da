/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen lsp`: a language server over standard input and output, which editors start.
 *
 * What is typed comes as a burst of changes: diagnostics are made when nothing more is waiting, so
 * that only the last state of a text is compiled.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lsp_server.h"
#include "lsp_wire.h"
#include "verb.h"

static bool send_frame(void *context, const char *body, size_t length)
{
    (void)context;
    return lsp_write(STDOUT_FILENO, body, length);
}

static int serve(struct lsp_server *server, struct lsp_input *input)
{
    const char *body;
    size_t length;
    while (server->state != LSP_EXITED && !server->is_peer_gone) {
        if (!lsp_is_pending(input)) lsp_report(server);
        enum lsp_read got = lsp_read(input, &body, &length);
        if (got == LSP_READ_BAD) {
            fprintf(stderr, "dhgen: lsp: %s\n", input->why);
            return EX_DATAERR;
        }
        if (got == LSP_READ_END) return server->state == LSP_SHUT_DOWN ? EX_OK : EXIT_FAILURE;
        lsp_server_take(server, body, length);
    }
    return server->status;
}

int verb_lsp(struct dhs_arena *arena, const struct options *options)
{
    struct lsp_server server = { .send = send_frame };
    struct lsp_input input = { .fd = STDIN_FILENO };

    if (options->operands.n > 0) {
        fputs("dhgen: lsp takes no files: an editor sends it texts\n", stderr);
        return EX_USAGE;
    }
    if (isatty(STDIN_FILENO))
        fputs("dhgen: lsp talks to an editor: see docs/howto/editors.md; Ctrl-D ends it\n", stderr);
    signal(SIGPIPE, SIG_IGN); /* an editor that is gone is the end, not an accident */
    lsp_server_begin(&server, arena);
    server.import_dirs.items = options->import_dirs.items;
    server.import_dirs.n = options->import_dirs.n;
    int status = serve(&server, &input);
    lsp_server_end(&server);
    lsp_input_free(&input);
    return status;
}
