/* SPDX-License-Identifier: Apache-2.0
 *
 * database_open.h - the registry's file made fit for use: locked, checked, mended, brought up to
 * date.
 *
 *      missing ──make──▶ checked ──migrate──▶ in use
 *      there ──integrity_check──▶ checked
 *              └──broken──▶ set aside, what can be read is carried over ──▶ checked
 */
#ifndef DHI_BROKER_DATABASE_OPEN_H
#define DHI_BROKER_DATABASE_OPEN_H

#include "broker/database.h"

#include <sqlite3.h>

/* The file of `folder` in *handle, the folder's lock in *lock; both are the caller's to close, also
 * after a failure. */
enum dhi_opened dhi_database_file_open(sqlite3 **handle, int *lock, const char *folder,
                                       char text[DHI_DATABASE_TEXT_BYTES]);

/* All rows of the broken file `from` that can be read, and, of schemas, whose hash is right; how
 * many were carried over to `to` in *carried. False: `to` could not be written, and has none. */
bool dhi_database_salvage(sqlite3 *to, const char *from, unsigned *carried);

#endif
