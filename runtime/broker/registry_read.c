/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/registry_read.h"

#include "base/why.h"
#include "broker/registry_rows.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

struct dhi_registry_reader {
    sqlite3 *handle;
};

dh_err dhi_registry_folder(char *folder, size_t size)
{
    const char *told = secure_getenv("DH_STATE"), *given = secure_getenv("STATE_DIRECTORY");
    const char *state = secure_getenv("XDG_STATE_HOME"), *home = secure_getenv("HOME");
    int length = -1;

    if (told == NULL || *told == 0) told = given;
    if (told != NULL && *told != 0)
        length = snprintf(folder, size, "%s", told);
    else if (geteuid() == 0)
        length = snprintf(folder, size, "/var/lib/dh");
    else if (state != NULL && *state == '/')
        length = snprintf(folder, size, "%s/dh", state);
    else if (home != NULL && *home == '/')
        length = snprintf(folder, size, "%s/.local/state/dh", home);
    return length >= 0 && (size_t)length < size ? DH_OK : DH_EINVAL;
}

/* ---- opening ----------------------------------------------------------------------------- */

/* Any character may stand in a path, and not in an URI. */
static void uri_of(char uri[3 * PATH_BYTES + 32], const char *path, bool immutable)
{
    static const char hex[] = "0123456789ABCDEF";
    char *to = uri + sprintf(uri, "file:");

    for (; *path != 0; path++) {
        unsigned char c = (unsigned char)*path;

        if (c == '%' || c == '?' || c == '#') {
            *to++ = '%';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
        } else {
            *to++ = (char)c;
        }
    }
    strcpy(to, immutable ? "?immutable=1" : "");
}

/* What a first look at it says: SQLite opens nothing before it is asked for something. */
static int first_look(sqlite3 *handle, int *version)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(handle, "PRAGMA user_version", -1, &statement, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) *version = sqlite3_column_int(statement, 0);
        code = sqlite3_finalize(statement);
    }
    return code;
}

static int open_as(sqlite3 **handle, const char *path, bool immutable, int *version)
{
    char uri[3 * PATH_BYTES + 32];
    int code;

    uri_of(uri, path, immutable);
    code = sqlite3_open_v2(uri, handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(*handle, 1000);
        code = first_look(*handle, version);
    }
    if (code == SQLITE_OK) return code;
    sqlite3_close(*handle);
    *handle = NULL;
    return code & 0xff;
}

/* Then somebody writes, or did and was killed: what is new is there and not in the file. */
static bool has_log(const char *path)
{
    char log[PATH_BYTES + 8];

    snprintf(log, sizeof log, "%s-wal", path);
    return access(log, F_OK) == 0;
}

static dh_err explain(int code, const char *path, struct dh_why *why)
{
    switch (code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return dhi_why(why, DH_ECORRUPT, "%.300s is broken", path);
    case SQLITE_NOMEM: return dhi_why(why, DH_ENOMEM, "no memory to read %.300s", path);
    default:
        return dhi_why(why, DH_EREFUSED, "%.300s cannot be read by user %u: %s", path,
                       (unsigned)geteuid(), sqlite3_errstr(code));
    }
}

dh_err dhi_registry_read_open(struct dhi_registry_reader **reader, const char *folder,
                              struct dh_why *why)
{
    char path[PATH_BYTES], mine[PATH_BYTES - 32];
    sqlite3 *handle;
    int code, version = 0;

    if (folder == NULL) {
        if (dhi_registry_folder(mine, sizeof mine) != DH_OK)
            return dhi_why(why, DH_ENOTFOUND, "this user has no home: set DH_STATE to a folder");
        folder = mine;
    }
    if (snprintf(path, sizeof path, "%s/" DHI_REGISTRY_FILE, folder) >= (int)sizeof path)
        return dhi_why(why, DH_EINVAL, "the folder's path is longer than %zu bytes", sizeof path);
    if (access(path, F_OK) != 0)
        return dhi_why(why, errno == EACCES ? DH_EREFUSED : DH_ENOTFOUND, "%.300s: %s", path,
                       strerror(errno));
    code = open_as(&handle, path, false, &version);
    /* Without a log beside it nobody writes: then it can be read where nothing may be made. */
    if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && !has_log(path))
        code = open_as(&handle, path, true, &version);
    if (code != SQLITE_OK) return explain(code, path, why);
    *reader = version == DHI_REGISTRY_VERSION ? calloc(1, sizeof **reader) : NULL;
    if (*reader != NULL) {
        (*reader)->handle = handle;
        return DH_OK;
    }
    sqlite3_close(handle);
    if (version == DHI_REGISTRY_VERSION)
        return dhi_why(why, DH_ENOMEM, "no memory to read %.300s", path);
    return dhi_why(why, DH_EFORMAT, "%.300s has version %d, this program reads %d", path, version,
                   DHI_REGISTRY_VERSION);
}

void dhi_registry_read_close(struct dhi_registry_reader *reader)
{
    if (reader == NULL) return;
    sqlite3_close(reader->handle);
    free(reader);
}

/* ---- looking ----------------------------------------------------------------------------- */

static dh_err failed(struct dhi_registry_reader *reader, struct dh_why *why)
{
    int code = sqlite3_errcode(reader->handle) & 0xff;

    return dhi_why(why, code == SQLITE_NOMEM ? DH_ENOMEM : DH_ECORRUPT, "the registry: %s",
                   sqlite3_errmsg(reader->handle));
}

dh_err dhi_registry_read_schema(struct dhi_registry_reader *reader, const unsigned char hash[32],
                                char **text, size_t *bytes, struct dh_why *why)
{
    sqlite3_stmt *statement;
    dh_err err = DH_OK;
    int code;

    if (sqlite3_prepare_v2(reader->handle, "SELECT text FROM schemas WHERE hash = ?1", -1,
                           &statement, NULL) != SQLITE_OK)
        return failed(reader, why);
    sqlite3_bind_blob(statement, 1, hash, 32, SQLITE_STATIC);
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const unsigned char *found = sqlite3_column_text(statement, 0);
        size_t length = (size_t)sqlite3_column_bytes(statement, 0);
        char *copy = found != NULL ? malloc(length + 1) : NULL;

        if (copy == NULL) {
            err = dhi_why(why, DH_ENOMEM, "no memory for a schema's text");
        } else {
            memcpy(copy, found, length);
            copy[length] = 0;
            *text = copy;
            *bytes = length;
        }
    } else if (code == SQLITE_DONE) {
        err = dhi_why(why, DH_ENOTFOUND, "no schema of that hash was ever registered");
    } else {
        err = failed(reader, why);
    }
    sqlite3_finalize(statement);
    return err;
}

static const char *text_at(sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);

    return text != NULL ? (const char *)text : "";
}

/* A blob of another size than the table's check allows is that of a broken file. */
static const unsigned char *blob_at(sqlite3_stmt *row, int column, int bytes)
{
    static const unsigned char none[32];
    const void *blob = sqlite3_column_blob(row, column);

    return blob != NULL && sqlite3_column_bytes(row, column) == bytes ? blob : none;
}

static uint32_t number_at(sqlite3_stmt *row, int column)
{
    return (uint32_t)sqlite3_column_int64(row, column);
}

static dh_err prepare(struct dhi_registry_reader *reader, const char *text, const char *channel,
                      sqlite3_stmt **rows, struct dh_why *why)
{
    if (sqlite3_prepare_v2(reader->handle, text, -1, rows, NULL) != SQLITE_OK)
        return failed(reader, why);
    if (channel != NULL) sqlite3_bind_text(*rows, 1, channel, -1, SQLITE_STATIC);
    return DH_OK;
}

static dh_err end(struct dhi_registry_reader *reader, sqlite3_stmt *rows, struct dh_why *why)
{
    return sqlite3_finalize(rows) == SQLITE_OK ? DH_OK : failed(reader, why);
}

dh_err dhi_registry_each_schema(struct dhi_registry_reader *reader, dhi_visit_schema *visit,
                                void *context, struct dh_why *why)
{
    sqlite3_stmt *rows;
    dh_err err = prepare(reader,
                         "SELECT hash, family, length(text), uid, first_us FROM schemas"
                         " ORDER BY family, first_us",
                         NULL, &rows, why);
    bool more = true;

    if (err) return err;
    while (more && sqlite3_step(rows) == SQLITE_ROW) {
        struct dhi_registry_schema row = { .hash = blob_at(rows, 0, 32),
                                           .family = text_at(rows, 1),
                                           .text_bytes = (size_t)sqlite3_column_int64(rows, 2),
                                           .uid = number_at(rows, 3),
                                           .first_us = sqlite3_column_int64(rows, 4) };

        more = visit(context, &row);
    }
    return end(reader, rows, why);
}

dh_err dhi_registry_each_history(struct dhi_registry_reader *reader, const char *channel,
                                 const unsigned char hash[32], dhi_visit_history *visit,
                                 void *context, struct dh_why *why)
{
    sqlite3_stmt *rows;
    dh_err err = prepare(reader,
                         "SELECT channel, program, hash, instance, minor, pid, uid, from_us,"
                         " until_us, ended FROM history WHERE (?1 IS NULL OR channel = ?1)"
                         " AND (?2 IS NULL OR hash = ?2) ORDER BY id",
                         channel, &rows, why);
    bool more = true;

    if (err) return err;
    if (hash != NULL) sqlite3_bind_blob(rows, 2, hash, 32, SQLITE_STATIC);
    while (more && sqlite3_step(rows) == SQLITE_ROW) {
        bool ended = sqlite3_column_type(rows, 9) != SQLITE_NULL;
        struct dhi_registry_history row = { .channel = text_at(rows, 0),
                                            .program = text_at(rows, 1),
                                            .hash = blob_at(rows, 2, 32),
                                            .instance = blob_at(rows, 3, 16),
                                            .minor = number_at(rows, 4),
                                            .pid = number_at(rows, 5),
                                            .uid = number_at(rows, 6),
                                            .from_us = sqlite3_column_int64(rows, 7),
                                            .until_us = sqlite3_column_int64(rows, 8),
                                            .ended = ended ? text_at(rows, 9) : NULL };

        more = visit(context, &row);
    }
    return end(reader, rows, why);
}

dh_err dhi_registry_each_audit(struct dhi_registry_reader *reader, const char *channel,
                               dhi_visit_audit *visit, void *context, struct dh_why *why)
{
    sqlite3_stmt *rows;
    dh_err err = prepare(reader,
                         "SELECT at_us, event, channel, program, text, pid, uid FROM audit"
                         " WHERE ?1 IS NULL OR channel = ?1 ORDER BY id DESC",
                         channel, &rows, why);
    bool more = true;

    if (err) return err;
    while (more && sqlite3_step(rows) == SQLITE_ROW) {
        struct dhi_registry_audit row = { .at_us = sqlite3_column_int64(rows, 0),
                                          .event = text_at(rows, 1),
                                          .channel = text_at(rows, 2),
                                          .program = text_at(rows, 3),
                                          .text = text_at(rows, 4),
                                          .pid = number_at(rows, 5),
                                          .uid = number_at(rows, 6) };

        more = visit(context, &row);
    }
    return end(reader, rows, why);
}
