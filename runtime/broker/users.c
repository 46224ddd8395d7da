/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/users.h"

#include <dh/time.h>

#include <stdlib.h>
#include <string.h>

static size_t place_of(const struct dhi_users *users, uint32_t uid)
{
    size_t low = 0, high = users->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (users->users[middle]->uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool make_room(struct dhi_users *users)
{
    size_t room = users->room == 0 ? 16 : users->room * 2;
    struct dhi_user **grown;

    if (users->n < users->room) return true;
    grown = realloc(users->users, room * sizeof(struct dhi_user *));
    if (grown == NULL) return false;
    users->users = grown;
    users->room = room;
    return true;
}

struct dhi_user *dhi_users_get(struct dhi_users *users, uint32_t uid)
{
    size_t at = place_of(users, uid);
    struct dhi_user *user;

    if (at < users->n && users->users[at]->uid == uid) return users->users[at];
    user = calloc(1, sizeof *user);
    if (user == NULL || !make_room(users)) {
        free(user);
        return NULL;
    }
    user->uid = uid;
    memmove(&users->users[at + 1], &users->users[at], (users->n - at) * sizeof(struct dhi_user *));
    users->users[at] = user;
    users->n++;
    return user;
}

void dhi_users_close(struct dhi_users *users)
{
    for (size_t i = 0; i < users->n; i++)
        free(users->users[i]);
    free(users->users);
    *users = (struct dhi_users){ 0 };
}

bool dhi_ration_take(struct dhi_ration *ration, uint32_t per_second, int64_t now_ns,
                     uint32_t *silent)
{
    *silent = 0;
    if (now_ns - ration->second_ns >= DH_S) {
        *silent = ration->silent;
        *ration = (struct dhi_ration){ .second_ns = now_ns };
    }
    if (ration->aloud < per_second) {
        ration->aloud++;
        return true;
    }
    ration->silent++;
    return false;
}
