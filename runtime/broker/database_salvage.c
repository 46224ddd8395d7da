/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/database_open.h"

#include <sodium.h>
#include <string.h>

/* A page that cannot be read ends a walk; the walk from the other end gets what lies behind it. */
struct table {
    const char *forth, *back, *insert;
    int columns;
    bool hashed; /* column 0 is the hash of column 2 */
};

#define SCHEMAS "hash, family, text, uid, first_us"
#define HISTORY "channel, instance, hash, minor, program, pid, uid, from_us, until_us, ended"
#define AUDIT   "at_us, event, channel, program, pid, uid, text"
#define WALKS(columns, table)                        \
    "SELECT " columns " FROM " table " ORDER BY id", \
        "SELECT " columns " FROM " table " ORDER BY id DESC"

static const struct table tables[] = {
    { WALKS(SCHEMAS, "schemas"),
      "INSERT OR IGNORE INTO schemas (" SCHEMAS ") VALUES (?1, ?2, ?3, ?4, ?5)", 5, true },
    { WALKS(HISTORY, "history"),
      "INSERT OR IGNORE INTO history (" HISTORY
      ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      10, false },
    { WALKS(AUDIT, "audit"),
      "INSERT INTO audit (" AUDIT ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS"
      " (SELECT 1 FROM audit WHERE at_us = ?1 AND event = ?2 AND channel = ?3 AND pid = ?5"
      " AND text = ?7)",
      7, false },
};

static bool hash_is_right(sqlite3_stmt *row)
{
    const void *claimed = sqlite3_column_blob(row, 0), *text = sqlite3_column_blob(row, 2);
    int bytes = sqlite3_column_bytes(row, 2);
    unsigned char hash[crypto_generichash_BYTES];

    if (sqlite3_column_bytes(row, 0) != (int)sizeof hash || claimed == NULL || text == NULL)
        return false;
    crypto_generichash(hash, sizeof hash, text, (unsigned long long)bytes, NULL, 0);
    return memcmp(hash, claimed, sizeof hash) == 0;
}

/* From one file to the other, as far as it has come. */
struct salvage {
    sqlite3 *from, *to;
    unsigned carried;
    bool full; /* a row found no room */
};

static void carry_row(struct salvage *salvage, sqlite3_stmt *insert, sqlite3_stmt *row,
                      const struct table *table)
{
    int code;

    if (table->hashed && !hash_is_right(row)) return;
    for (int i = 0; i < table->columns; i++)
        sqlite3_bind_value(insert, i + 1, sqlite3_column_value(row, i));
    code = sqlite3_step(insert) & 0xff;
    if (code == SQLITE_DONE) salvage->carried += sqlite3_changes(salvage->to) > 0;
    salvage->full = code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_NOMEM;
    sqlite3_reset(insert);
}

/* Returns whether the walk came to its end. */
static bool walk(struct salvage *salvage, const char *select, const struct table *table)
{
    sqlite3_stmt *row = NULL, *insert = NULL;
    int step = SQLITE_ERROR;

    if (sqlite3_prepare_v2(salvage->from, select, -1, &row, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(salvage->to, table->insert, -1, &insert, NULL) == SQLITE_OK)
        while (!salvage->full && (step = sqlite3_step(row)) == SQLITE_ROW)
            carry_row(salvage, insert, row, table);
    sqlite3_finalize(row);
    sqlite3_finalize(insert);
    return step == SQLITE_DONE;
}

bool dhi_database_salvage(sqlite3 *to, const char *from, unsigned *carried)
{
    struct salvage salvage = { .to = to };

    if (sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) return false;
    if (sqlite3_open_v2(from, &salvage.from, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
            if (!walk(&salvage, tables[i].forth, &tables[i]))
                walk(&salvage, tables[i].back, &tables[i]);
    sqlite3_close(salvage.from);
    *carried = salvage.carried;
    return !salvage.full && sqlite3_exec(to, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}
