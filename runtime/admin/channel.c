/* SPDX-License-Identifier: Apache-2.0 */
#include "channel.h"
#include "doctor.h"

#include "spell.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

enum { SUGGESTIONS = 3 };

bool dhi_channel_is_called(const char *channel, const char *said)
{
    size_t whole = strlen(channel), part = strlen(said);

    if (part > whole || strcmp(channel + (whole - part), said) != 0) return false;
    return part == whole || (part > 0 && channel[whole - part - 1] == '.');
}

bool dhi_channel_is_mute(const struct dh_channel_entry *entry)
{
    return entry->silent && entry->via == DH_VIA_DIRECT;
}

const char *dhi_user(uint32_t uid, char name[DHI_USER_BYTES])
{
    const struct passwd *user = getpwuid(uid);

    if (user != NULL)
        snprintf(name, DHI_USER_BYTES, "%.60s", user->pw_name);
    else
        snprintf(name, DHI_USER_BYTES, "uid %u", uid);
    return name;
}

static enum dhi_exit complain_ambiguous(const struct dhi_request *request, const char *said,
                                        const struct dh_channel_entry *entries, size_t n)
{
    char safe[DHI_SAFE_BYTES];

    fprintf(request->err, "dhadmin: several channels are called '%s':\n", said);
    for (size_t i = 0; i < n; i++)
        if (dhi_channel_is_called(entries[i].channel, said))
            fprintf(request->err, "  %s\n", dhi_safe(entries[i].channel, safe));
    return DHI_EXIT_USAGE;
}

/* How far what was said is from a channel's name, or from its last word; a part of it is near. */
static unsigned distance_of(const char *said, const char *channel)
{
    const char *dot = strrchr(channel, '.');
    unsigned whole = dhi_distance(said, channel);
    unsigned end = dot == NULL ? whole : dhi_distance(said, dot + 1);

    if (strlen(said) >= 2 && strstr(channel, said) != NULL) return 0;
    return whole < end ? whole : end;
}

/* Of several that are equally near, as many as a line is good for. */
static void suggest(FILE *err, const char *said, const struct dh_channel_entry *entries, size_t n)
{
    unsigned least = (unsigned)(strlen(said) + 2) / 3;
    const char *separator = "  did you mean ";
    char safe[DHI_SAFE_BYTES];
    size_t n_named = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned distance = distance_of(said, entries[i].channel);

        if (distance < least) least = distance;
    }
    for (size_t i = 0; i < n && n_named < SUGGESTIONS; i++) {
        if (distance_of(said, entries[i].channel) > least) continue;
        fprintf(err, "%s'%s'", separator, dhi_safe(entries[i].channel, safe));
        separator = " or ";
        n_named++;
    }
    if (n_named > 0) fputs("?\n", err);
}

void dhi_channel_suggest(const struct dhi_request *request, const char *said)
{
    struct dh_channel_entry *entries = NULL;
    size_t n = 0;
    bool broker;

    if (dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, NULL) !=
        DH_OK)
        return;
    suggest(request->err, said, entries, n);
    free(entries);
}

enum dhi_exit dhi_channel_whole(const struct dhi_request *request, const char *name,
                                char channel[DH_CHANNEL_MAX + 1])
{
    if (strlen(name) > DH_CHANNEL_MAX) {
        fprintf(request->err, "dhadmin: a channel's name has at most %d bytes\n", DH_CHANNEL_MAX);
        return DHI_EXIT_USAGE;
    }
    snprintf(channel, DH_CHANNEL_MAX + 1, "%s", name);
    return DHI_EXIT_FINE;
}

/* The name to open: the one channel of that name, or else what was said: a producer may be there
 * that is on no list. */
static enum dhi_exit choose(const struct dhi_request *request, const char *said,
                            const struct dh_channel_entry *entries, size_t n,
                            char channel[DH_CHANNEL_MAX + 1])
{
    const char *found = NULL;
    size_t n_found = 0;

    for (size_t i = 0; i < n; i++) {
        if (!dhi_channel_is_called(entries[i].channel, said)) continue;
        found = entries[i].channel;
        n_found++;
        if (strcmp(found, said) == 0) {
            n_found = 1;
            break;
        }
    }
    if (n_found > 1) return complain_ambiguous(request, said, entries, n);
    return dhi_channel_whole(request, found != NULL ? found : said, channel);
}

/* Who was asked a moment ago, and did not answer, is not asked again. */
static dh_err say_if_mute(const struct dh_channel_entry *entries, size_t n, const char *channel,
                          struct dh_why *why)
{
    for (size_t i = 0; i < n; i++) {
        struct dh_identity identity = { .pid = entries[i].pid };

        if (strcmp(entries[i].channel, channel) != 0 || !dhi_channel_is_mute(&entries[i])) continue;
        snprintf(why->text, sizeof why->text, "its producer, process %u, %s", entries[i].pid,
                 dh_motion_name(dh_recovery_motion(&identity)));
        return DH_ESILENT;
    }
    return DH_OK;
}

static dh_err open_observer(const struct dhi_request *request, const char *channel, bool *admin,
                            dh_observer **observer, struct dh_why *why)
{
    dh_err err =
        dh_observer_open(observer, channel, *admin, request->broker, dhi_secret(request), why);

    if (err != DH_EREFUSED || !*admin) return err;
    *admin = false;
    return dh_observer_open(observer, channel, false, request->broker, dhi_secret(request), why);
}

enum dhi_exit dhi_channel_open(const struct dhi_request *request, const char *said, bool *admin,
                               char channel[DH_CHANNEL_MAX + 1], dh_observer **observer)
{
    struct dh_channel_entry *entries = NULL;
    struct dh_why why = { 0 };
    enum dhi_exit code;
    size_t n = 0;
    bool broker;
    dh_err err =
        dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, &why);

    if (err != DH_OK) n = 0; /* a list is only needed for names that are not whole */
    code = choose(request, said, entries, n, channel);
    if (code == DHI_EXIT_FINE) {
        why = (struct dh_why){ 0 };
        err = say_if_mute(entries, n, channel, &why);
        if (err == DH_OK) err = open_observer(request, channel, admin, observer, &why);
        if (err != DH_OK) code = dhi_complain(request, channel, err, &why);
    }
    free(entries);
    return code;
}

enum dhi_exit dhi_channel_name(const struct dhi_request *request, const char *said,
                               char channel[DH_CHANNEL_MAX + 1])
{
    struct dh_channel_entry *entries = NULL;
    enum dhi_exit code;
    size_t n = 0;
    bool broker;

    if (dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, NULL) !=
        DH_OK)
        n = 0;
    code = choose(request, said, entries, n, channel);
    free(entries);
    return code;
}

/* A socket that a killed broker left: what it knew is on no list until one runs again. */
static void mention_stale_socket(const struct dhi_request *request)
{
    char path[108];

    if (dh_hub_socket_path(request->broker, path, sizeof path) == DH_OK &&
        dhi_socket_try(path) == ECONNREFUSED)
        fprintf(request->err,
                "dhadmin: no broker listens at %s, which one left behind: start it again, or see\n"
                "  dhadmin doctor; only what producers offer directly is shown\n",
                path);
}

enum dhi_exit dhi_channel_list(const struct dhi_request *request, struct dh_channel_entry **entries,
                               size_t *n, bool *broker)
{
    struct dh_why why = { 0 };
    dh_err err = dh_hub_list(request->broker, request->argument, dh_in(DHI_LIST_NS), entries, n,
                             broker, &why);

    if (err != DH_OK) return dhi_complain(request, "list", err, &why);
    if (request->broker != NULL && !*broker)
        fprintf(request->err,
                "dhadmin: no broker answers at %s; channels offered directly follow\n",
                request->broker);
    else if (!*broker && !request->names)
        mention_stale_socket(request);
    if (*n > 0) return DHI_EXIT_FINE;
    if (request->argument != NULL) {
        fprintf(request->err, "no channel matches '%s'\n", request->argument);
        dhi_channel_suggest(request, request->argument);
        return DHI_EXIT_NO_CHANNEL;
    }
    if (!request->json && !request->names)
        fprintf(request->err, "no channels%s\n",
                *broker ? "" : "; no broker answers, and no producer of yours offers one directly");
    return DHI_EXIT_FINE;
}

enum dhi_exit dhi_channel_each(const struct dhi_request *request, dhi_channel_do done,
                               void *context)
{
    struct dh_channel_entry *entries = NULL;
    char channel[DH_CHANNEL_MAX + 1];
    struct dh_why why = { 0 };
    enum dhi_exit code = DHI_EXIT_FINE;
    size_t n = 0;
    bool broker;
    dh_err err;

    if (request->argument != NULL) {
        code = dhi_channel_name(request, request->argument, channel);
        return code == DHI_EXIT_FINE ? done(request, channel, context) : code;
    }
    err = dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, &why);
    if (err != DH_OK) return dhi_complain(request, "list", err, &why);
    for (size_t i = 0; i < n; i++) {
        enum dhi_exit one = done(request, entries[i].channel, context);
        /* One that ended since it was listed is none the worse for it. */
        if (one != DHI_EXIT_FINE && one != DHI_EXIT_NO_CHANNEL) code = DHI_EXIT_PROBLEMS;
    }
    if (n == 0 && !request->json) fprintf(request->err, "no channels\n");
    free(entries);
    return code;
}
