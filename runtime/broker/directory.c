/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/directory.h"

#include <dh/observer.h>

#include <stdlib.h>
#include <string.h>

size_t dhi_directory_after(const struct dhi_directory *directory, const char *channel)
{
    size_t low = 0, high = directory->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(directory->listings[middle]->channel.entry.channel, channel) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct dhi_listing *dhi_directory_find(const struct dhi_directory *directory, const char *channel)
{
    size_t after = dhi_directory_after(directory, channel);
    struct dhi_listing *before = after == 0 ? NULL : directory->listings[after - 1];

    if (before == NULL || strcmp(before->channel.entry.channel, channel) != 0) return NULL;
    return before;
}

static bool make_room(struct dhi_directory *directory)
{
    size_t room = directory->room == 0 ? 16 : directory->room * 2;
    struct dhi_listing **grown;

    if (directory->n < directory->room) return true;
    grown = realloc(directory->listings, room * sizeof(struct dhi_listing *));
    if (grown == NULL) return false;
    directory->listings = grown;
    directory->room = room;
    return true;
}

struct dhi_listing *dhi_directory_add(struct dhi_directory *directory,
                                      const struct dhi_channel *channel)
{
    size_t at = dhi_directory_after(directory, channel->entry.channel);
    struct dhi_listing *listing = calloc(1, sizeof *listing);

    if (listing == NULL || !make_room(directory)) {
        free(listing);
        return NULL;
    }
    listing->channel = *channel;
    memmove(&directory->listings[at + 1], &directory->listings[at],
            (directory->n - at) * sizeof(struct dhi_listing *));
    directory->listings[at] = listing;
    directory->n++;
    return listing;
}

static void free_listing(struct dhi_listing *listing)
{
    dh_observer_close(listing->observer);
    dhi_channel_free(&listing->channel);
    free(listing);
}

void dhi_directory_remove(struct dhi_directory *directory, struct dhi_listing *listing)
{
    size_t at = dhi_directory_after(directory, listing->channel.entry.channel) - 1;

    directory->n--;
    memmove(&directory->listings[at], &directory->listings[at + 1],
            (directory->n - at) * sizeof(struct dhi_listing *));
    free_listing(listing);
}

void dhi_directory_clear(struct dhi_directory *directory)
{
    for (size_t i = 0; i < directory->n; i++)
        free_listing(directory->listings[i]);
    free(directory->listings);
    *directory = (struct dhi_directory){ 0 };
}
