/* SPDX-License-Identifier: Apache-2.0 */
#include "watched.h"

#include "channel.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static struct dhi_watched *find(const struct dhi_watching *watching, const char *channel)
{
    for (size_t i = 0; i < watching->n; i++)
        if (strcmp(watching->all[i]->entry.channel, channel) == 0) return watching->all[i];
    return NULL;
}

static bool is_wanted(const struct dhi_request *request, const char *channel)
{
    return request->argument == NULL || fnmatch(request->argument, channel, 0) == 0 ||
           dhi_channel_is_called(channel, request->argument);
}

/* A producer that is not the one of before has another block. */
static void open_channel(const struct dhi_watching *watching, struct dhi_watched *watched)
{
    const struct dhi_request *request = watching->request;
    const char *channel = watched->entry.channel;

    watched->admin = true;
    watched->has_rate = false;
    watched->err = DH_ESILENT;
    if (dhi_channel_is_mute(&watched->entry)) return;
    watched->err = dh_observer_open(&watched->observer, channel, true, request->broker,
                                    dhi_secret(request), NULL);
    if (watched->err == DH_EREFUSED) {
        watched->admin = false;
        watched->err = dh_observer_open(&watched->observer, channel, false, request->broker,
                                        dhi_secret(request), NULL);
    }
    if (watched->err != DH_OK) return;
    dh_observer_block(watched->observer, &watched->facts);
    dhi_sample_take(&watched->now, watched->observer, watched->admin);
}

static bool is_another(const struct dhi_watched *watched, const struct dh_channel_entry *entry)
{
    return watched->observer == NULL || (entry->alive && watched->now.life != DH_LIFE_ALIVE) ||
           watched->entry.pid != entry->pid;
}

static dh_err add(struct dhi_watching *watching, const struct dh_channel_entry *entry)
{
    struct dhi_watched **grown = realloc(watching->all, (watching->n + 1) * sizeof *grown);
    struct dhi_watched *made = calloc(1, sizeof *made);
    size_t at = watching->n;

    if (grown != NULL) watching->all = grown;
    if (grown == NULL || made == NULL) {
        free(made);
        return DH_ENOMEM;
    }
    made->entry = *entry;
    made->listed = true;
    while (at > 0 && strcmp(grown[at - 1]->entry.channel, entry->channel) > 0)
        at--;
    memmove(&grown[at + 1], &grown[at], (watching->n - at) * sizeof *grown);
    grown[at] = made;
    watching->n++;
    open_channel(watching, made);
    return DH_OK;
}

static void end_one(struct dhi_watched *watched)
{
    dh_observer_close(watched->observer);
    free(watched);
}

static void drop_unlisted(struct dhi_watching *watching)
{
    size_t kept = 0;

    for (size_t i = 0; i < watching->n; i++) {
        if (watching->all[i]->listed)
            watching->all[kept++] = watching->all[i];
        else
            end_one(watching->all[i]);
    }
    watching->n = kept;
}

dh_err dhi_watching_list(struct dhi_watching *watching, struct dh_why *why)
{
    struct dh_channel_entry *entries = NULL;
    size_t n = 0;
    dh_err err = dh_hub_list(watching->request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n,
                             &watching->broker, why);

    if (err != DH_OK) return err;
    for (size_t i = 0; i < watching->n; i++)
        watching->all[i]->listed = false;
    for (size_t i = 0; i < n && err == DH_OK; i++) {
        struct dhi_watched *known = find(watching, entries[i].channel);

        if (!is_wanted(watching->request, entries[i].channel)) continue;
        if (known == NULL) {
            err = add(watching, &entries[i]);
            continue;
        }
        if (is_another(known, &entries[i])) {
            dh_observer_close(known->observer);
            known->observer = NULL;
            known->entry = entries[i];
            open_channel(watching, known);
        }
        known->entry = entries[i];
        known->listed = true;
    }
    if (err == DH_OK) drop_unlisted(watching);
    free(entries);
    return err;
}

void dhi_watching_sample(struct dhi_watching *watching)
{
    for (size_t i = 0; i < watching->n; i++) {
        struct dhi_watched *watched = watching->all[i];

        if (watched->observer == NULL) continue;
        watched->before = watched->now;
        dhi_sample_take(&watched->now, watched->observer, watched->admin);
        watched->rate = dhi_rate_between(&watched->before, &watched->now);
        watched->has_rate = true;
        memmove(watched->history, watched->history + 1,
                sizeof watched->history - sizeof watched->history[0]);
        watched->history[DHI_HISTORY - 1] = watched->rate.hz;
    }
}

void dhi_watching_end(struct dhi_watching *watching)
{
    for (size_t i = 0; i < watching->n; i++)
        end_one(watching->all[i]);
    free(watching->all);
    *watching = (struct dhi_watching){ .request = watching->request };
}
