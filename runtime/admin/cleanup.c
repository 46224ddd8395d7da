/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin cleanup: what the dead left behind, in blocks, at the broker and in the file system. */
#include "channel.h"
#include "doctor.h"
#include "mend.h"

#include <dh/hub.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* What was done, or would be: as a sentence or as an object. */
static void tell(const struct dhi_request *request, const char *what, const char *did,
                 const char *would)
{
    const char *action = request->dry_run ? would : did;
    json_t *json;

    if (!request->json) {
        fprintf(request->out, "%s: %s\n", what, action);
        return;
    }
    json = json_pack("{s:i, s:s, s:s}", "v", 1, "what", what, "action", action);
    json_dumpf(json, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(json);
}

static enum dhi_exit forget(const struct dhi_request *request, const char *channel)
{
    struct dh_recovery_options options = dhi_recovery_options(request);
    struct dh_why why = { 0 };
    dh_err err = request->dry_run ? DH_OK : dh_recovery_forget(channel, &options, &why);

    if (err != DH_OK) return dhi_complain(request, channel, err, &why);
    tell(request, channel, "its producer is dead; the broker has forgotten it",
         "its producer is dead; the broker would forget it");
    return DHI_EXIT_FINE;
}

static enum dhi_exit clean_channel(const struct dhi_request *request,
                                   const struct dh_channel_entry *entry)
{
    uint32_t n = 0;
    enum dhi_exit code;

    if (dhi_channel_is_mute(entry)) { /* it lives: what is its own is not the dead's */
        fprintf(request->err, "%s: its producer, process %u, does not answer: left alone\n",
                entry->channel, entry->pid);
        return DHI_EXIT_FINE;
    }
    code = dhi_release_channel(request, entry->channel, &n);

    if (code == DHI_EXIT_FINE && !entry->alive) code = forget(request, entry->channel);
    return code;
}

/* A socket in the file system that nobody listens on any more: a broker was killed. */
static enum dhi_exit clean_socket(const struct dhi_request *request)
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    struct stat status;

    if (dh_hub_socket_path(request->broker, path, sizeof path) != DH_OK) return DHI_EXIT_FINE;
    if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode)) return DHI_EXIT_FINE;
    if (dhi_socket_try(path) != ECONNREFUSED) return DHI_EXIT_FINE;
    if (!request->dry_run && unlink(path) != 0) {
        fprintf(request->err, "dhadmin: %s: %s\n", path, strerror(errno));
        return DHI_EXIT_NOT_ALLOWED;
    }
    tell(request, path, "no broker listens there; removed", "no broker listens there; would go");
    return DHI_EXIT_FINE;
}

enum dhi_exit dhi_run_cleanup(const struct dhi_request *request)
{
    char channel[DH_CHANNEL_MAX + 1] = "";
    struct dh_channel_entry *entries = NULL;
    struct dh_why why = { 0 };
    enum dhi_exit code = DHI_EXIT_FINE;
    size_t n = 0, n_met = 0;
    bool broker;
    dh_err err;

    if (request->argument != NULL) code = dhi_channel_name(request, request->argument, channel);
    if (code != DHI_EXIT_FINE) return code;
    err = dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, &why);
    if (err != DH_OK) return dhi_complain(request, "list", err, &why);
    for (size_t i = 0; i < n; i++) {
        enum dhi_exit one;
        if (channel[0] != 0 && strcmp(channel, entries[i].channel) != 0) continue;
        n_met++;
        one = clean_channel(request, &entries[i]);
        if (one != DHI_EXIT_FINE && one != DHI_EXIT_NO_CHANNEL) code = DHI_EXIT_PROBLEMS;
    }
    free(entries);
    if (channel[0] != 0 && n_met == 0) return dhi_complain(request, channel, DH_ENOTFOUND, NULL);
    if (channel[0] == 0 && clean_socket(request) != DHI_EXIT_FINE) code = DHI_EXIT_PROBLEMS;
    return code;
}
