/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, BUSY_MS = 5000 };

static bool say(char *text, const char *file, const char *what)
{
    snprintf(text, DHI_DATABASE_TEXT_BYTES, "%.300s: %.200s", file, what);
    return false;
}

/* At once: who reads beside a write-ahead log sees one moment, and holds up nobody who writes. */
static bool copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int code;

    if (backup == NULL) return false;
    code = sqlite3_backup_step(backup, -1);
    return sqlite3_backup_finish(backup) == SQLITE_OK && code == SQLITE_DONE;
}

/* One file that needs no log beside it. */
static bool make_one(sqlite3 *to)
{
    return sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) == SQLITE_OK;
}

/* Checked before it is said to be there. */
static bool is_sound(sqlite3 *to)
{
    sqlite3_stmt *statement;
    bool sound;

    if (sqlite3_prepare_v2(to, "PRAGMA integrity_check(1)", -1, &statement, NULL) != SQLITE_OK)
        return false;
    sound = sqlite3_step(statement) == SQLITE_ROW &&
            strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    return sqlite3_finalize(statement) == SQLITE_OK && sound;
}

static bool back_up(const char *path, const char *file, char *text)
{
    sqlite3 *from, *to = NULL;
    bool good = false;

    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        say(text, path, sqlite3_errmsg(from));
    } else if (sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        say(text, file, sqlite3_errmsg(to));
    } else {
        sqlite3_busy_timeout(from, BUSY_MS);
        if (!copy(to, from) || !make_one(to))
            snprintf(text, DHI_DATABASE_TEXT_BYTES, "%.200s to %.200s: %.90s", path, file,
                     sqlite3_errmsg(to));
        else if (!is_sound(to))
            say(text, path, "it is broken; the broker mends it when it starts");
        else
            good = true;
    }
    sqlite3_close(from);
    sqlite3_close(to);
    return good;
}

bool dhi_database_backup(const char *folder, const char *file, char text[DHI_DATABASE_TEXT_BYTES])
{
    char path[PATH_BYTES];
    int fd;

    if (snprintf(path, sizeof path, "%s/" DHI_REGISTRY_FILE, folder) >= (int)sizeof path)
        return say(text, folder, "the path is too long");
    if (access(path, F_OK) != 0) return say(text, path, strerror(errno));
    fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return say(text, file, strerror(errno));
    close(fd);
    if (back_up(path, file, text)) return true;
    unlink(file);
    return false;
}
