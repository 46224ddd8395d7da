/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/database_open.h"

#include "broker/folder.h"

#include <dh/time.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_BYTES = 4096,
    LOCK_PATIENCE_MS = 500, /* a killed broker's last fsync may outlive it by that */
    ASIDE_MAX = 1000,
};

static void say(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, DHI_DATABASE_TEXT_BYTES, format, arguments);
    va_end(arguments);
}

/* ---- the folder -------------------------------------------------------------------------- */

/* Each part that is missing, for its owner alone. */
static bool make_folder(const char *folder)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%s", folder);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(path, 0700) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return false;
        *slash = '/';
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* -1: `text` tells why. */
static int lock_folder(const char *folder, char *text)
{
    int fd = dhi_folder_lock(folder, LOCK_PATIENCE_MS * DH_MS);

    if (fd < 0 && errno == EWOULDBLOCK)
        say(text, "another dhbroker keeps its registry in %s: give this one --state", folder);
    else if (fd < 0)
        say(text, "%s: %s", folder, strerror(errno));
    return fd;
}

/* ---- the file ---------------------------------------------------------------------------- */

/* What a version adds to the one before. */
static const char *const migrations[DHI_REGISTRY_VERSION] = {
    "CREATE TABLE schemas ("
    "  id INTEGER PRIMARY KEY,"
    "  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),"
    "  family TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  uid INTEGER NOT NULL," /* who brought it first */
    "  first_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX schemas_of_user ON schemas (uid);"
    "CREATE TRIGGER schemas_are_immutable BEFORE UPDATE ON schemas"
    "  BEGIN SELECT RAISE(ABORT, 'a schema never changes'); END;"
    "CREATE TABLE history ("
    "  id INTEGER PRIMARY KEY,"
    "  channel TEXT NOT NULL,"
    "  instance BLOB NOT NULL CHECK (length(instance) = 16),"
    "  hash BLOB NOT NULL CHECK (length(hash) = 32),"
    "  minor INTEGER NOT NULL,"
    "  program TEXT NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  from_us INTEGER NOT NULL,"
    "  until_us INTEGER,"
    "  ended TEXT,"
    "  UNIQUE (channel, instance)) STRICT;"
    "CREATE INDEX history_of_schema ON history (hash);"
    "CREATE INDEX history_of_user ON history (uid);"
    "CREATE INDEX history_by_end ON history (until_us);"
    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY,"
    "  at_us INTEGER NOT NULL,"
    "  event TEXT NOT NULL,"
    "  channel TEXT NOT NULL,"
    "  program TEXT NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  text TEXT NOT NULL) STRICT;"
    "CREATE INDEX audit_by_time ON audit (at_us);"
    "CREATE INDEX audit_of_user ON audit (uid);",
};

static bool run(sqlite3 *handle, const char *text)
{
    return sqlite3_exec(handle, text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool number_of(sqlite3 *handle, const char *pragma, int *number)
{
    sqlite3_stmt *statement;
    bool good = sqlite3_prepare_v2(handle, pragma, -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;

    if (good) *number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return good;
}

/* Version and tables change together or not at all. */
static bool migrate(sqlite3 *handle, int version)
{
    char numbers[96];

    if (!run(handle, "BEGIN IMMEDIATE")) return false;
    for (; version < DHI_REGISTRY_VERSION; version++)
        if (!run(handle, migrations[version])) return false;
    snprintf(numbers, sizeof numbers, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             DHI_REGISTRY_APPLICATION, DHI_REGISTRY_VERSION);
    return run(handle, numbers) && run(handle, "COMMIT");
}

/* "ok", or the first flaw. */
static bool is_sound(sqlite3 *handle, char *text)
{
    sqlite3_stmt *statement;
    bool sound = false;

    if (sqlite3_prepare_v2(handle, "PRAGMA integrity_check(1)", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const char *verdict = (const char *)sqlite3_column_text(statement, 0);

        sound = verdict != NULL && strcmp(verdict, "ok") == 0;
        if (!sound) say(text, "%s", verdict != NULL ? verdict : "no verdict");
    } else {
        say(text, "%s", sqlite3_errmsg(handle));
    }
    sqlite3_finalize(statement);
    return sound;
}

/* How a file stands. */
enum standing {
    SOUND,
    BROKEN,  /* to be set aside */
    ELSEHOW, /* nothing to be done about it here: it may pass, or is not ours */
};

static enum standing standing_of_error(sqlite3 *handle, char *text)
{
    int code = sqlite3_errcode(handle) & 0xff;

    if (text[0] == 0) say(text, "%s", sqlite3_errmsg(handle));
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? BROKEN : ELSEHOW;
}

/* Who registered before and has not returned yet is not known to live: its row ends with the last
 * thing that was written. It goes on when the producer registers again. */
static const char close_open_rows[] =
    "UPDATE history SET ended = 'not seen since', until_us ="
    " (SELECT coalesce(max(at_us), from_us) FROM audit) WHERE ended IS NULL";

static enum standing bring_up(sqlite3 *handle, char *text)
{
    int version = 0, application = 0;

    text[0] = 0;
    if (!run(handle, "PRAGMA journal_mode = WAL") || !run(handle, "PRAGMA synchronous = FULL") ||
        !number_of(handle, "PRAGMA user_version", &version) ||
        !number_of(handle, "PRAGMA application_id", &application))
        return standing_of_error(handle, text);
    if (version > DHI_REGISTRY_VERSION) {
        say(text, "version %d, by a newer dhbroker; this one knows %d", version,
            DHI_REGISTRY_VERSION);
        return ELSEHOW;
    }
    if (version > 0 && application != DHI_REGISTRY_APPLICATION) {
        say(text, "a database, but no registry of dhbroker");
        return ELSEHOW;
    }
    if (!is_sound(handle, text)) {
        int code = sqlite3_errcode(handle) & 0xff;

        return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE
                   ? BROKEN
                   : standing_of_error(handle, text);
    }
    if ((version < DHI_REGISTRY_VERSION && !migrate(handle, version)) ||
        !run(handle, close_open_rows))
        return standing_of_error(handle, text);
    return SOUND;
}

static enum standing open_file(sqlite3 **handle, const char *path, char *text)
{
    /* One thread at a time uses it: the worker, and at the end who has waited for that. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

    if (sqlite3_open_v2(path, handle, flags, NULL) != SQLITE_OK) {
        say(text, "%s", *handle != NULL ? sqlite3_errmsg(*handle) : "no memory");
        return ELSEHOW;
    }
    sqlite3_extended_result_codes(*handle, 1);
    sqlite3_busy_timeout(*handle, 2000); /* dhadmin reads, and a backup copies */
    return bring_up(*handle, text);
}

/* ---- broken files ------------------------------------------------------------------------ */

/* The file and its log, and what lay at the other place is gone. */
static bool move_file(const char *from, const char *to)
{
    static const char *const tails[] = { "", "-wal", "-shm" };
    char old[PATH_BYTES + 32], new[PATH_BYTES + 32];

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        snprintf(old, sizeof old, "%s%s", from, tails[i]);
        snprintf(new, sizeof new, "%s%s", to, tails[i]);
        if (rename(old, new) == 0) continue;
        if (i == 0 || errno != ENOENT) return false;
        unlink(new);
    }
    return true;
}

/* Under the next free name. */
static bool set_aside(const char *path, char *aside, size_t size)
{
    for (int n = 1; n < ASIDE_MAX; n++) {
        snprintf(aside, size, "%s.broken-%d", path, n);
        if (access(aside, F_OK) != 0) return move_file(path, aside);
    }
    errno = EEXIST;
    return false;
}

/* A new file with all that could be read of the one that is set aside. */
static bool carry_over(sqlite3 **handle, const char *path, const char *aside, unsigned *saved,
                       char *text)
{
    if (open_file(handle, path, text) != SOUND) return false;
    if (dhi_database_salvage(*handle, aside, saved) && run(*handle, close_open_rows)) return true;
    say(text, "%s", sqlite3_errmsg(*handle));
    return false;
}

/* Where there is no room for it now, the broken file stays where it was: the next try saves it. */
static enum dhi_opened begin_anew(sqlite3 **handle, const char *path, char *text)
{
    char aside[PATH_BYTES + 24], flaw[DHI_DATABASE_TEXT_BYTES], why[DHI_DATABASE_TEXT_BYTES];
    unsigned saved = 0;

    snprintf(flaw, sizeof flaw, "%.200s", text);
    for (char *c = flaw; *c != 0; c++)
        if (*c == '\n') *c = ' ';
    sqlite3_close(*handle);
    *handle = NULL;
    if (!set_aside(path, aside, sizeof aside)) {
        say(text, "%.200s is broken (%.120s) and cannot be set aside: %s", path, flaw,
            strerror(errno));
        return DHI_OPENED_NOT;
    }
    if (!carry_over(handle, path, aside, &saved, why)) {
        sqlite3_close(*handle);
        *handle = NULL;
        say(text, "%.160s is broken (%.100s) and no new one can be made: %.100s%.80s", path, flaw,
            why, move_file(aside, path) ? "" : "; the broken one is set aside");
        return DHI_OPENED_NOT;
    }
    say(text, "the registry was broken (%.120s): it is set aside as %.200s, %u rows carried over",
        flaw, aside, saved);
    return DHI_OPENED_ANEW;
}

enum dhi_opened dhi_database_file_open(sqlite3 **handle, int *lock, const char *folder,
                                       char text[DHI_DATABASE_TEXT_BYTES])
{
    char path[PATH_BYTES], why[DHI_DATABASE_TEXT_BYTES] = "";

    if (snprintf(path, sizeof path, "%s/" DHI_REGISTRY_FILE, folder) >= (int)sizeof path - 32) {
        say(text, "the folder's path is too long");
        return DHI_OPENED_NOT;
    }
    if (!make_folder(folder)) {
        say(text, "%s cannot be made: %s", folder, strerror(errno));
        return DHI_OPENED_NOT;
    }
    *lock = lock_folder(folder, text);
    if (*lock < 0) return DHI_OPENED_NOT;
    switch (open_file(handle, path, why)) {
    case SOUND: return DHI_OPENED;
    case BROKEN: say(text, "%s", why); return begin_anew(handle, path, text);
    case ELSEHOW: say(text, "%.200s: %.250s", path, why); return DHI_OPENED_NOT;
    }
    return DHI_OPENED_NOT;
}
