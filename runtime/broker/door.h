/* SPDX-License-Identifier: Apache-2.0
 *
 * door.h - the broker's socket file: taken by one broker at a time, also over the stale file of a
 * killed one, and removed by nobody but its own.
 */
#ifndef DHI_BROKER_DOOR_H
#define DHI_BROKER_DOOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct dhi_door {
    int listener;
    dev_t device; /* of the socket file, to know it again */
    ino_t inode;
    bool inherited;
    char path[108];
};

enum { DHI_DOOR_TEXT_BYTES = 256 };

/* Make the folder (owner alone) if it is missing, and listen. Returns 0, or an exit status of
 * sysexits.h with a sentence in `text`: EX_TEMPFAIL (another broker serves this socket),
 * EX_CANTCREAT, EX_USAGE (path too long). */
int dhi_door_open(struct dhi_door *door, const char *path, char text[DHI_DOOR_TEXT_BYTES]);

/* Listen on what the manager holds for us; its file is the manager's to remove. */
void dhi_door_inherit(struct dhi_door *door, int listener);

/* Who is believed to answer there: the user who called listen(). */
uint32_t dhi_door_owner(const struct dhi_door *door);

/* Stop listening, and remove the file if it is still ours. */
void dhi_door_close(struct dhi_door *door);

#endif
