/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/registry.h"

#include "broker/log.h"

#include <dh/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RETRY_MS = 2000,
    CROWD = 8, /* rows of one batch that tell of many who register at once */
    GATHER_MS =
        2, /* the next batch of a crowd waits for more of it: each costs the disk the same */
};

struct dhi_batch {
    dhi_registry *registry;
    struct dhi_row *rows; /* oldest first */
    struct dhi_row **last;
    bool written;
    int64_t write_ns;
    enum dhi_opened opened; /* of this time */
    bool tried_to_open;
    char text[DHI_DATABASE_TEXT_BYTES];
};

struct dhi_registry {
    dhi_texts *texts;
    char *folder;
    struct dhi_keeping keeping;
    dhi_database *database; /* the worker's while a batch is under way */
    struct dhi_registry_reader *reader;
    struct dhi_batch *batch; /* under way */
    struct dhi_row *first, **last;
    uint64_t settled;            /* the last ticket that is */
    int64_t retry_ns, gather_ns; /* not before */
    bool silent;                 /* the trouble was logged */
    bool has_file;               /* it was opened once */
    bool forgot;                 /* and then again: what it knew is to be told once more */
    char trouble[DHI_DATABASE_TEXT_BYTES];
    struct dhi_registry_facts facts;
};

const char *dhi_event_name(enum dhi_event event)
{
    static const char *const names[DHI_EVENTS] = {
        [DHI_EVENT_REGISTERED] = "registered",
        [DHI_EVENT_DEREGISTERED] = "deregistered",
        [DHI_EVENT_DIED] = "died",
        [DHI_EVENT_FORGOTTEN] = "forgotten",
        [DHI_EVENT_RECOVERED] = "recovered",
        [DHI_EVENT_REFUSED] = "refused",
        [DHI_EVENT_ADMITTED] = "admitted",
        [DHI_EVENT_MENDED] = "mended",
        [DHI_EVENT_STARTED] = "started",
        [DHI_EVENT_ENDED] = "ended",
        [DHI_EVENT_POLICY] = "policy",
        [DHI_EVENT_SET_ASIDE] = "set aside",
    };

    return names[event];
}

/* ---- rows -------------------------------------------------------------------------------- */

struct dhi_row *dhi_row_new(enum dhi_event event)
{
    struct dhi_row *row = calloc(1, sizeof *row);
    struct timespec now;

    if (row == NULL) return NULL;
    clock_gettime(CLOCK_REALTIME, &now);
    row->event = event;
    row->at_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    return row;
}

static void free_row(struct dhi_row *row)
{
    free(row->schema);
    free(row);
}

static void free_rows(struct dhi_row *row)
{
    while (row != NULL) {
        struct dhi_row *next = row->next;

        free_row(row);
        row = next;
    }
}

/* From here on tickets are settled by a sentence. */
static void degrade(dhi_registry *registry, const char *trouble)
{
    snprintf(registry->trouble, sizeof registry->trouble, "%s", trouble);
    registry->facts.state = DHI_REGISTRY_DEGRADED;
    registry->settled = registry->facts.told;
    if (!registry->silent)
        dhi_log(DHI_LOG_ERROR,
                "the registry cannot be written: %s: discovery goes on, %llu rows wait in memory",
                trouble, (unsigned long long)registry->facts.waiting);
    registry->silent = true;
}

uint64_t dhi_registry_tell(dhi_registry *registry, struct dhi_row *row)
{
    struct dhi_registry_facts *facts = &registry->facts;

    if (row == NULL) return 0;
    if (facts->state == DHI_REGISTRY_MEMORY || facts->waiting >= registry->keeping.waiting_rows) {
        free_row(row);
        if (facts->state == DHI_REGISTRY_MEMORY) return 0;
        facts->dropped++;
        degrade(registry, "more rows wait for the disk than memory is kept for");
        return 0;
    }
    row->next = NULL;
    row->ticket = ++facts->told;
    *registry->last = row;
    registry->last = &row->next;
    facts->waiting++;
    if (facts->state == DHI_REGISTRY_DEGRADED) registry->settled = row->ticket;
    return row->ticket;
}

bool dhi_registry_settled(const dhi_registry *registry, uint64_t ticket)
{
    return ticket <= registry->settled;
}

/* ---- beginning and end ------------------------------------------------------------------- */

dhi_registry *dhi_registry_open(const char *folder, const struct dhi_keeping *keeping)
{
    dhi_registry *registry = calloc(1, sizeof *registry);

    if (registry == NULL) return NULL;
    registry->texts = dhi_texts_open(keeping->schemas);
    registry->last = &registry->first;
    if (folder != NULL) {
        registry->folder = strdup(folder);
        registry->keeping = *keeping;
        registry->facts.state = DHI_REGISTRY_OPENING;
        snprintf(registry->trouble, sizeof registry->trouble, "it is still being opened");
    }
    if (registry->texts != NULL && (folder == NULL || registry->folder != NULL)) return registry;
    dhi_registry_close(registry);
    return NULL;
}

void dhi_registry_close(dhi_registry *registry)
{
    struct dhi_batch *last;
    int64_t due;

    if (registry == NULL) return;
    last = registry->first != NULL ? dhi_registry_take(registry, DH_FOREVER, &due) : NULL;
    if (last != NULL) {
        dhi_batch_write(last);
        dhi_registry_done(registry, last);
    }
    free_rows(registry->first);
    dhi_registry_read_close(registry->reader);
    dhi_database_close(registry->database);
    dhi_texts_close(registry->texts);
    free(registry->folder);
    free(registry);
}

/* ---- schemas ----------------------------------------------------------------------------- */

static bool attach_text(struct dhi_row *row, const char *text, size_t bytes)
{
    row->schema = malloc(bytes);
    if (row->schema == NULL) return false;
    memcpy(row->schema, text, bytes);
    row->schema_bytes = bytes;
    return true;
}

enum dhi_recorded dhi_registry_record(dhi_registry *registry, const unsigned char hash[32],
                                      const char *text, size_t bytes, uint32_t uid,
                                      struct dhi_row *row)
{
    enum dhi_recorded recorded = dhi_texts_record(registry->texts, hash, text, bytes, uid);

    if (row == NULL || recorded != DHI_RECORDED_NEW || registry->folder == NULL) return recorded;
    return attach_text(row, text, bytes) ? recorded : DHI_RECORDED_NO_MEMORY;
}

uint64_t dhi_registry_tell_again(dhi_registry *registry, struct dhi_row *row)
{
    size_t bytes;
    const char *text = row != NULL ? dhi_texts_find(registry->texts, row->hash, &bytes) : NULL;

    if (text != NULL) attach_text(row, text, bytes);
    return dhi_registry_tell(registry, row);
}

/* Beside the worker: a write-ahead log lets a reader look while a batch is written. NULL: not now.
 */
static struct dhi_registry_reader *reader_of(dhi_registry *registry)
{
    if (registry->folder == NULL || !registry->has_file) return NULL;
    if (registry->reader == NULL &&
        dhi_registry_read_open(&registry->reader, registry->folder, NULL) != DH_OK)
        return NULL;
    return registry->reader;
}

void dhi_registry_carriers(dhi_registry *registry, const unsigned char hash[32],
                           dhi_visit_history *visit, void *context)
{
    struct dhi_registry_reader *reader = reader_of(registry);

    if (reader == NULL) return;
    if (dhi_registry_each_history(reader, NULL, hash, visit, context, NULL) != DH_OK)
        dhi_log(DHI_LOG_WARNING, "the registry's history cannot be read");
}

static char *text_on_disk(dhi_registry *registry, const unsigned char hash[32], size_t *bytes)
{
    struct dhi_registry_reader *reader = reader_of(registry);
    char *text = NULL;

    if (reader == NULL || dhi_registry_read_schema(reader, hash, &text, bytes, NULL) != DH_OK)
        return NULL;
    return text;
}

char *dhi_registry_text(dhi_registry *registry, const unsigned char hash[32], size_t *bytes)
{
    const char *known = dhi_texts_find(registry->texts, hash, bytes);
    char *copy;

    if (known == NULL) return text_on_disk(registry, hash, bytes);
    copy = malloc(*bytes + 1);
    if (copy != NULL) memcpy(copy, known, *bytes + 1);
    return copy;
}

/* ---- batches ----------------------------------------------------------------------------- */

struct dhi_batch *dhi_registry_take(dhi_registry *registry, int64_t now_ns, int64_t *due_ns)
{
    struct dhi_batch *batch;

    *due_ns = DH_FOREVER;
    if (registry->folder == NULL || registry->batch != NULL) return NULL;
    if (registry->first == NULL && registry->database != NULL) return NULL;
    if (now_ns < registry->retry_ns || now_ns < registry->gather_ns) {
        *due_ns =
            registry->retry_ns > registry->gather_ns ? registry->retry_ns : registry->gather_ns;
        return NULL;
    }
    batch = calloc(1, sizeof *batch);
    if (batch == NULL) return NULL;
    batch->registry = registry;
    batch->rows = registry->first;
    batch->last = registry->last;
    registry->first = NULL;
    registry->last = &registry->first;
    registry->batch = batch;
    return batch;
}

void dhi_batch_write(struct dhi_batch *batch)
{
    dhi_registry *registry = batch->registry;
    int64_t begin = dh_now();

    if (registry->database == NULL) {
        batch->tried_to_open = true;
        batch->opened = dhi_database_open(&registry->database, registry->folder, &registry->keeping,
                                          batch->text);
        if (batch->opened == DHI_OPENED_NOT) return;
    }
    batch->written =
        batch->rows == NULL || dhi_database_write(registry->database, batch->rows, batch->text);
    batch->write_ns = dh_now() - begin;
    if (batch->written || !dhi_database_is_lost(registry->database)) return;
    dhi_database_close(registry->database); /* opened again, it is looked at */
    registry->database = NULL;
}

/* What could not be written waits before what came since. */
static void put_back(dhi_registry *registry, struct dhi_batch *batch)
{
    if (batch->rows == NULL) return;
    *batch->last = registry->first;
    if (registry->first == NULL) registry->last = batch->last;
    registry->first = batch->rows;
}

static void recover(dhi_registry *registry)
{
    if (registry->silent)
        dhi_log(DHI_LOG_INFO, "the registry is written again: %llu rows since, %llu lost",
                (unsigned long long)registry->facts.written,
                (unsigned long long)registry->facts.dropped);
    registry->facts.state = DHI_REGISTRY_WRITES;
    registry->trouble[0] = 0;
    registry->silent = false;
    registry->retry_ns = 0;
}

static void tell_set_aside(dhi_registry *registry, const char *text)
{
    struct dhi_row *row = dhi_row_new(DHI_EVENT_SET_ASIDE);

    dhi_log(DHI_LOG_ERROR, "%s", text);
    if (row != NULL) snprintf(row->text, sizeof row->text, "%.255s", text);
    dhi_registry_tell(registry, row);
}

static void settle(dhi_registry *registry, const struct dhi_batch *batch)
{
    struct dhi_registry_facts *facts = &registry->facts;
    uint64_t written = facts->written;

    for (const struct dhi_row *row = batch->rows; row != NULL; row = row->next) {
        if (row->ticket > registry->settled) registry->settled = row->ticket;
        facts->written++;
        facts->waiting--;
    }
    registry->gather_ns = facts->written - written >= CROWD ? dh_in(GATHER_MS * DH_MS) : 0;
    facts->batches++;
    facts->write_ns += batch->write_ns;
    recover(registry);
}

void dhi_registry_done(dhi_registry *registry, struct dhi_batch *batch)
{
    registry->batch = NULL;
    if (batch->tried_to_open && batch->opened != DHI_OPENED_NOT) {
        registry->forgot = registry->has_file;
        dhi_registry_read_close(registry->reader); /* it may be another file now */
        registry->reader = NULL;
        registry->has_file = true;
    }
    if (batch->tried_to_open && batch->opened == DHI_OPENED_ANEW)
        tell_set_aside(registry, batch->text);
    if (batch->written) {
        settle(registry, batch);
        free_rows(batch->rows);
    } else {
        put_back(registry, batch);
        registry->facts.failures++;
        registry->retry_ns = dh_in(RETRY_MS * DH_MS);
        degrade(registry, batch->text);
    }
    free(batch);
}

void dhi_registry_give_up_waiting(dhi_registry *registry)
{
    degrade(registry, registry->has_file ? "the disk takes very long to answer"
                                         : "it is still being opened and checked");
}

bool dhi_registry_forgot(dhi_registry *registry)
{
    bool forgot = registry->forgot;

    registry->forgot = false;
    return forgot;
}

const char *dhi_registry_trouble(const dhi_registry *registry)
{
    return registry->trouble[0] != 0 ? registry->trouble : NULL;
}

void dhi_registry_facts(const dhi_registry *registry, struct dhi_registry_facts *facts)
{
    *facts = registry->facts;
}
