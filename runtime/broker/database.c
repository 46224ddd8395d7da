/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/database.h"

#include "broker/database_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PRUNE_EVERY_ROWS = 2048 };

#define DAY_US (INT64_C(24) * 3600 * 1000000)

/* ---- the statements ---------------------------------------------------------------------- */

enum statement { ADD_SCHEMA, BEGIN_HISTORY, RESUME_HISTORY, END_HISTORY, ADD_AUDIT, N_STATEMENTS };

static const char *const texts[N_STATEMENTS] = {
    [ADD_SCHEMA] = "INSERT OR IGNORE INTO schemas (hash, family, text, uid, first_us)"
                   " SELECT ?1, ?2, ?3, ?4, ?5"
                   " WHERE (SELECT count(*) FROM schemas WHERE uid = ?4) < ?6",
    [BEGIN_HISTORY] = "INSERT OR IGNORE INTO history"
                      " (channel, instance, hash, minor, program, pid, uid, from_us)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [RESUME_HISTORY] = "UPDATE history SET until_us = NULL, ended = NULL"
                       " WHERE channel = ?1 AND instance = ?2 AND ended IS NOT NULL",
    [END_HISTORY] = "UPDATE history SET until_us = ?3, ended = ?4"
                    " WHERE channel = ?1 AND instance = ?2 AND ended IS NULL",
    [ADD_AUDIT] = "INSERT INTO audit (at_us, event, channel, program, pid, uid, text)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
};

struct dhi_database {
    sqlite3 *handle;
    int lock;     /* on the folder: one writer */
    dev_t device; /* of the file, to know it again */
    ino_t inode;
    bool lost;
    sqlite3_stmt *statements[N_STATEMENTS];
    struct dhi_keeping keeping;
    unsigned written; /* rows since the last pruning */
};

static bool is_at_its_place(const dhi_database *database)
{
    struct stat status;

    return stat(sqlite3_db_filename(database->handle, NULL), &status) == 0 &&
           status.st_dev == database->device && status.st_ino == database->inode;
}

static bool remember_place(dhi_database *database)
{
    struct stat status;

    if (stat(sqlite3_db_filename(database->handle, NULL), &status) != 0) return false;
    database->device = status.st_dev;
    database->inode = status.st_ino;
    return true;
}

static bool prepare(dhi_database *database)
{
    for (int i = 0; i < N_STATEMENTS; i++)
        if (sqlite3_prepare_v3(database->handle, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &database->statements[i], NULL) != SQLITE_OK)
            return false;
    return true;
}

void dhi_database_close(dhi_database *database)
{
    if (database == NULL) return;
    for (int i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(database->statements[i]);
    sqlite3_close(database->handle);
    if (database->lock >= 0) close(database->lock);
    free(database);
}

enum dhi_opened dhi_database_open(dhi_database **database, const char *folder,
                                  const struct dhi_keeping *keeping,
                                  char text[DHI_DATABASE_TEXT_BYTES])
{
    dhi_database *made = calloc(1, sizeof *made);
    enum dhi_opened opened;

    if (made == NULL) {
        snprintf(text, DHI_DATABASE_TEXT_BYTES, "no memory");
        return DHI_OPENED_NOT;
    }
    made->keeping = *keeping;
    made->lock = -1;
    opened = dhi_database_file_open(&made->handle, &made->lock, folder, text);
    if (opened != DHI_OPENED_NOT && (!prepare(made) || !remember_place(made))) {
        snprintf(text, DHI_DATABASE_TEXT_BYTES, "%s/" DHI_REGISTRY_FILE ": %s", folder,
                 sqlite3_errmsg(made->handle));
        opened = DHI_OPENED_NOT;
    }
    if (opened == DHI_OPENED_NOT)
        dhi_database_close(made);
    else
        *database = made;
    return opened;
}

/* ---- writing ----------------------------------------------------------------------------- */

static bool run(sqlite3_stmt *statement)
{
    bool good = sqlite3_step(statement) == SQLITE_DONE;

    return sqlite3_reset(statement) == SQLITE_OK && good;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static bool add_schema(dhi_database *database, const struct dhi_row *row)
{
    sqlite3_stmt *add = database->statements[ADD_SCHEMA];

    sqlite3_bind_blob(add, 1, row->hash, sizeof row->hash, SQLITE_STATIC);
    bind_text(add, 2, row->family);
    sqlite3_bind_text(add, 3, row->schema, (int)row->schema_bytes, SQLITE_STATIC);
    sqlite3_bind_int64(add, 4, row->uid);
    sqlite3_bind_int64(add, 5, row->at_us);
    sqlite3_bind_int64(add, 6, database->keeping.schemas);
    return run(add);
}

static void bind_instance(sqlite3_stmt *statement, const struct dhi_row *row)
{
    bind_text(statement, 1, row->channel);
    sqlite3_bind_blob(statement, 2, row->instance, sizeof row->instance, SQLITE_STATIC);
}

/* A producer that returns after the broker did goes on in its own row; *news is false then. */
static bool begin_history(dhi_database *database, const struct dhi_row *row, bool *news)
{
    sqlite3_stmt *begin = database->statements[BEGIN_HISTORY];

    bind_instance(begin, row);
    sqlite3_bind_blob(begin, 3, row->hash, sizeof row->hash, SQLITE_STATIC);
    sqlite3_bind_int64(begin, 4, row->minor);
    bind_text(begin, 5, row->program);
    sqlite3_bind_int64(begin, 6, row->pid);
    sqlite3_bind_int64(begin, 7, row->uid);
    sqlite3_bind_int64(begin, 8, row->at_us);
    if (!run(begin)) return false;
    *news = sqlite3_changes(database->handle) > 0;
    if (*news) return true;
    bind_instance(database->statements[RESUME_HISTORY], row);
    return run(database->statements[RESUME_HISTORY]);
}

static bool end_history(dhi_database *database, const struct dhi_row *row)
{
    sqlite3_stmt *end = database->statements[END_HISTORY];

    bind_instance(end, row);
    sqlite3_bind_int64(end, 3, row->at_us);
    bind_text(end, 4, dhi_event_name(row->event));
    return run(end);
}

static bool add_audit(dhi_database *database, const struct dhi_row *row)
{
    sqlite3_stmt *add = database->statements[ADD_AUDIT];

    sqlite3_bind_int64(add, 1, row->at_us);
    bind_text(add, 2, dhi_event_name(row->event));
    bind_text(add, 3, row->channel);
    bind_text(add, 4, row->program);
    sqlite3_bind_int64(add, 5, row->pid);
    sqlite3_bind_int64(add, 6, row->uid);
    bind_text(add, 7, row->text);
    return run(add);
}

static bool add_row(dhi_database *database, const struct dhi_row *row)
{
    bool news = true;

    if (row->schema != NULL && !add_schema(database, row)) return false;
    switch (row->event) {
    case DHI_EVENT_REGISTERED:
        if (!begin_history(database, row, &news)) return false;
        break;
    case DHI_EVENT_DEREGISTERED:
    case DHI_EVENT_DIED:
        if (!end_history(database, row)) return false;
        break;
    default: break;
    }
    return !news || add_audit(database, row);
}

/* ---- retention --------------------------------------------------------------------------- */

static const char *const too_old[] = {
    "DELETE FROM audit WHERE at_us < ?1",
    "DELETE FROM history WHERE until_us < ?1", /* who is registered has no such time yet */
    "DELETE FROM schemas WHERE first_us < ?1 AND NOT EXISTS"
    " (SELECT 1 FROM history WHERE history.hash = schemas.hash)",
};

/* The newest so many of user ?1 stay. */
static const char audit_rows[] =
    "DELETE FROM audit WHERE uid = ?1 AND id <="
    " (SELECT id FROM audit WHERE uid = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
static const char history_rows[] =
    "DELETE FROM history WHERE uid = ?1 AND ended IS NOT NULL AND id <="
    " (SELECT id FROM history WHERE uid = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";

static bool run_with(dhi_database *database, const char *text, int64_t first, int64_t second)
{
    sqlite3_stmt *statement;
    bool good;

    if (sqlite3_prepare_v2(database->handle, text, -1, &statement, NULL) != SQLITE_OK) return false;
    sqlite3_bind_int64(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) > 1) sqlite3_bind_int64(statement, 2, second);
    good = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    return good;
}

static bool prune_users(dhi_database *database)
{
    const struct dhi_keeping *keeping = &database->keeping;
    sqlite3_stmt *users;
    bool good = true;

    if (sqlite3_prepare_v2(database->handle, "SELECT DISTINCT uid FROM audit", -1, &users, NULL) !=
        SQLITE_OK)
        return false;
    while (good && sqlite3_step(users) == SQLITE_ROW) {
        int64_t uid = sqlite3_column_int64(users, 0);

        good = run_with(database, audit_rows, uid, keeping->audit_rows) &&
               run_with(database, history_rows, uid, keeping->history_rows);
    }
    return sqlite3_finalize(users) == SQLITE_OK && good;
}

static bool prune(dhi_database *database, int64_t now_us)
{
    int64_t before_us = now_us - database->keeping.days * DAY_US;

    database->written = 0;
    for (size_t i = 0; i < sizeof too_old / sizeof too_old[0]; i++)
        if (!run_with(database, too_old[i], before_us, 0)) return false;
    return prune_users(database);
}

/* ---- a batch ----------------------------------------------------------------------------- */

static bool add_rows(dhi_database *database, const struct dhi_row *rows)
{
    int64_t now_us = 0;

    for (const struct dhi_row *row = rows; row != NULL; row = row->next) {
        if (!add_row(database, row)) return false;
        now_us = row->at_us;
        database->written++;
    }
    return database->written < PRUNE_EVERY_ROWS || prune(database, now_us);
}

bool dhi_database_write(dhi_database *database, const struct dhi_row *rows,
                        char text[DHI_DATABASE_TEXT_BYTES])
{
    sqlite3 *handle = database->handle;
    int code;

    if (!is_at_its_place(database)) {
        snprintf(text, DHI_DATABASE_TEXT_BYTES, "the file was taken away");
        database->lost = true;
        return false;
    }
    if (sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
        add_rows(database, rows) && sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    snprintf(text, DHI_DATABASE_TEXT_BYTES, "%s", sqlite3_errmsg(handle));
    code = sqlite3_errcode(handle) & 0xff;
    database->lost = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    if (!sqlite3_get_autocommit(handle)) sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool dhi_database_is_lost(const dhi_database *database)
{
    return database->lost;
}
