/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin: everything visible, nothing disturbed. */
#include "watch.h"

#include <string.h>

int main(int argc, char **argv)
{
    struct dhi_request request = { .out = stdout, .err = stderr, .look = dhi_look_of(stdout) };
    int code = dhi_parse(argc, (const char *const *)argv, &request);

    if (code == DHI_RUN)
        code = (int)(request.watch ? dhi_watch(&request) : request.command->run(&request));
    explicit_bzero(request.secret, sizeof request.secret);
    if (fflush(stdout) != 0 && code == DHI_EXIT_FINE) {
        perror("dhadmin: the output could not be written");
        code = DHI_EXIT_TRY_AGAIN;
    }
    return code;
}
