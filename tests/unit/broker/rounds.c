/* SPDX-License-Identifier: Apache-2.0
 *
 * libmicrohttpd as the exporter is given it in its test: before each round somebody is told how
 * many connections it begins with.
 */
#include "rounds.h"

#include <dlfcn.h>
#include <microhttpd.h>

rounds_begin *rounds_watcher;

enum MHD_Result MHD_run(struct MHD_Daemon *daemon)
{
    enum MHD_Result (*run)(struct MHD_Daemon *);

    *(void **)&run = dlsym(RTLD_NEXT, "MHD_run");
    if (rounds_watcher != NULL)
        rounds_watcher(
            MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections);
    return run(daemon);
}
