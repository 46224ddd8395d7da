/* SPDX-License-Identifier: Apache-2.0
 *
 * folder.h - a lock on a folder itself, which leaves no file behind: one broker at a time takes a
 * socket's place, or writes a registry.
 */
#ifndef DHI_BROKER_FOLDER_H
#define DHI_BROKER_FOLDER_H

#include <stdint.h>

/* A descriptor that holds the lock until it is closed; -1 with errno, EWOULDBLOCK: somebody held it
 * all that time. */
int dhi_folder_lock(const char *folder, int64_t patience_ns);

#endif
