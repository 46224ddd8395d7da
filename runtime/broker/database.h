/* SPDX-License-Identifier: Apache-2.0
 *
 * database.h - the registry's file: SQLite with a write-ahead log, synchronous=FULL.
 *
 * Every call blocks on the disk, so none is made by the thread that serves. A file that cannot be
 * read is set aside (registry.db.broken-1, …) with all that can still be read of it carried over; a
 * disk that is full or read-only is an error that may pass.
 */
#ifndef DHI_BROKER_DATABASE_H
#define DHI_BROKER_DATABASE_H

#include "broker/registry_rows.h"

#include <stdbool.h>

typedef struct dhi_database dhi_database;

enum { DHI_DATABASE_TEXT_BYTES = 512 };

/* What is kept, of each user and for how long. */
struct dhi_keeping {
    uint32_t schemas, audit_rows, history_rows; /* of each user */
    uint32_t waiting_rows; /* in memory, while the disk does not take them: some 640 bytes each */
    int64_t days;
};

enum dhi_opened {
    DHI_OPENED,
    DHI_OPENED_ANEW, /* the old file is set aside; `text` tells where */
    DHI_OPENED_NOT,  /* `text` tells why; try again later */
};

/* Open or make `folder`/registry.db: lock the folder, check the file, bring it up to date. */
enum dhi_opened dhi_database_open(dhi_database **database, const char *folder,
                                  const struct dhi_keeping *keeping,
                                  char text[DHI_DATABASE_TEXT_BYTES]);
void dhi_database_close(dhi_database *database);

/* All rows in one transaction: on true they are on the disk, on false none is, and `text` tells
 * why. Forgets what is over its time or its number now and then. */
bool dhi_database_write(dhi_database *database, const struct dhi_row *rows,
                        char text[DHI_DATABASE_TEXT_BYTES]);

/* Whether it cannot go on as it is: what was read is no sense, or the file is no longer at its
 * place. Close it and open it again. */
bool dhi_database_is_lost(const dhi_database *database);

/* A copy while it is in use, in `file`, which must not exist. False, and `text` tells why. */
bool dhi_database_backup(const char *folder, const char *file, char text[DHI_DATABASE_TEXT_BYTES]);

#endif
