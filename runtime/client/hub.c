/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/hub.h>

#include "base/why.h"
#include "block/format.h"
#include "client/call.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A row of the list while it is made: the instance tells one producer from its successor. */
struct row {
    struct dh_channel_entry entry;
    unsigned char instance[16];
};

struct rows {
    struct row *rows;
    size_t n, room;
};

static bool rows_add(struct rows *rows, const struct row *row)
{
    if (rows->n == rows->room) {
        size_t room = rows->room == 0 ? 16 : rows->room * 2;
        struct row *grown = realloc(rows->rows, room * sizeof *grown);

        if (grown == NULL) return false;
        rows->rows = grown;
        rows->room = room;
    }
    rows->rows[rows->n++] = *row;
    return true;
}

static struct row row_of(const struct dhi_wire_entry *wire, enum dh_via via)
{
    struct row row = { .entry = { .pid = wire->pid,
                                  .uid = wire->uid,
                                  .via = via,
                                  .alive = wire->alive != 0,
                                  .full = wire->full == 0 ? DH_FULL_WAIT : DH_FULL_OVERWRITE,
                                  .n_slots = wire->n_slots } };

    /* As long on the wire as here, and zero terminated: dhi_reply_check saw to it. */
    memcpy(row.entry.channel, wire->channel, sizeof row.entry.channel);
    memcpy(row.entry.family, wire->family, sizeof row.entry.family);
    memcpy(row.entry.program, wire->program, sizeof row.entry.program);
    memcpy(row.entry.schema_hash, wire->schema_hash, sizeof row.entry.schema_hash);
    memcpy(row.instance, wire->instance, sizeof row.instance);
    return row;
}

static void ask_for_page(struct dhi_wire_request *request, const char *pattern)
{
    dhi_request_start(request, DHI_WIRE_KIND_DISCOVER, 1);
    request->lookup = DHI_WIRE_LOOKUP_PATTERN;
    if (pattern != NULL) snprintf(request->channel, sizeof request->channel, "%s", pattern);
}

/* All pages of the broker. ENOBROKER, EPROTOCOL and ESYS: it does not answer. */
static dh_err list_broker(struct rows *rows, const char *broker, const char *pattern,
                          int64_t deadline_ns, struct dh_why *why)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply = { .more = 1 };
    struct dhi_cargo cargo;
    int fd;
    dh_err err = dhi_call_broker(&fd, broker, deadline_ns, why);

    if (err) return err;
    ask_for_page(&request, pattern);
    while (!err && reply.more) {
        err = dhi_exchange(fd, &request, NULL, &reply, &cargo, deadline_ns, why);
        if (err) break;
        dhi_cargo_close(&cargo);
        if (reply.status != DHI_WIRE_STATUS_OK) {
            err = dhi_why(why, DH_EPROTOCOL, "%s", reply.text);
            break;
        }
        for (uint32_t i = 0; !err && i < reply.n_entries; i++) {
            struct row row = row_of(&reply.entries[i], DH_VIA_BROKER);

            if (!rows_add(rows, &row)) err = dhi_why_errno(why, "the list of channels");
        }
        if (reply.n_entries == 0) break;
        memcpy(request.after, reply.entries[reply.n_entries - 1].channel, sizeof request.after);
        request.serial++;
    }
    close(fd);
    return err;
}

/* A producer that was asked for its particulars, and did not answer yet. */
struct question {
    const struct dhi_direct_name *name;
    struct dhi_wire_request request;
    struct dhi_peer peer;
    int fd; /* -1: it is gone, or a stranger */
};

static void question_ask(struct question *question, const struct dhi_direct_name *name,
                         int64_t deadline_ns)
{
    struct dhi_address address;

    question->name = name;
    question->fd = -1;
    dhi_direct_address(&address, name->uid, name->channel);
    if (dhi_call(&question->fd, &address, name->channel, DH_ENOTFOUND, &question->peer, deadline_ns,
                 NULL) != DH_OK)
        return;
    ask_for_page(&question->request, name->channel);
    if (dhi_request_send(question->fd, &question->request, NULL, NULL) == DH_OK) return;
    close(question->fd);
    question->fd = -1;
}

/* One that stands still (in a debugger, say) is listed with what the kernel knows of it. */
static struct row silent_row(const struct question *question)
{
    struct row row = { .entry = { .pid = question->peer.pid,
                                  .uid = question->peer.uid,
                                  .via = DH_VIA_DIRECT,
                                  .alive = true,
                                  .silent = true } };

    memcpy(row.entry.channel, question->name->channel, sizeof row.entry.channel);
    return row;
}

/* False: nothing to list. */
static bool question_answer(struct question *question, int64_t deadline_ns, struct row *row)
{
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo = { .n = 0 };
    struct dh_why why = { 0 };
    dh_err err = DH_OK;

    if (question->fd < 0) return false;
    if (!dhi_socket_wait(question->fd, POLLIN, deadline_ns)) {
        close(question->fd);
        *row = silent_row(question);
        return true;
    }
    err = dhi_reply_take(question->fd, &question->request, &reply, &cargo, &why);
    close(question->fd);
    if (err) return false;
    dhi_cargo_close(&cargo);
    if (reply.status != DHI_WIRE_STATUS_OK || reply.n_entries != 1) return false;
    *row = row_of(&reply.entries[0], DH_VIA_DIRECT);
    return strcmp(row->entry.channel, question->name->channel) == 0;
}

/* What the broker listed too is one row. */
static bool rows_merge(struct rows *rows, const struct row *row)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct row *other = &rows->rows[i];
        bool same = memcmp(other->instance, row->instance, sizeof row->instance) == 0 ||
                    (row->entry.silent && other->entry.pid == row->entry.pid);

        if (!same || strcmp(other->entry.channel, row->entry.channel) != 0) continue;
        other->entry.via = DH_VIA_BOTH;
        other->entry.silent = row->entry.silent;
        return true;
    }
    return rows_add(rows, row);
}

enum { QUESTIONS_AT_ONCE = 64 };

/* All are asked first and heard afterwards: one that stands still costs no more than one wait. */
static dh_err list_batch(struct rows *rows, const struct dhi_direct_name *names, size_t n,
                         int64_t deadline_ns)
{
    struct question questions[QUESTIONS_AT_ONCE];
    int64_t patience = dh_in(DH_S / 2);
    bool room = true;
    struct row row;

    if (patience > deadline_ns) patience = deadline_ns;
    for (size_t i = 0; i < n; i++)
        question_ask(&questions[i], &names[i], patience);
    for (size_t i = 0; i < n; i++)
        if (question_answer(&questions[i], patience, &row)) room = room && rows_merge(rows, &row);
    return room ? DH_OK : DH_ENOMEM;
}

static dh_err list_direct(struct rows *rows, const char *pattern, int64_t deadline_ns,
                          struct dh_why *why)
{
    struct dhi_direct_name *names;
    size_t n_names, n = 0;
    dh_err err = dhi_direct_scan(&names, &n_names, why);

    if (err) return err;
    for (size_t i = 0; i < n_names; i++)
        if (pattern == NULL || fnmatch(pattern, names[i].channel, 0) == 0) names[n++] = names[i];
    for (size_t at = 0; !err && at < n; at += QUESTIONS_AT_ONCE) {
        size_t batch = n - at < QUESTIONS_AT_ONCE ? n - at : QUESTIONS_AT_ONCE;

        err = list_batch(rows, names + at, batch, deadline_ns);
        if (err) dhi_why(why, err, "no memory for the list of channels");
    }
    free(names);
    return err;
}

static int by_name(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int order = strcmp(left->entry.channel, right->entry.channel);

    if (order != 0) return order;
    return left->entry.uid < right->entry.uid ? -1 : left->entry.uid > right->entry.uid;
}

static dh_err hand_out(const struct rows *rows, struct dh_channel_entry **entries,
                       size_t *n_entries, struct dh_why *why)
{
    struct dh_channel_entry *list = malloc((rows->n + 1) * sizeof *list);

    if (list == NULL) return dhi_why_errno(why, "the list of channels");
    if (rows->n > 0) qsort(rows->rows, rows->n, sizeof *rows->rows, by_name);
    for (size_t i = 0; i < rows->n; i++)
        list[i] = rows->rows[i].entry;
    *entries = list;
    *n_entries = rows->n;
    return DH_OK;
}

dh_err dh_hub_list(const char *broker, const char *pattern, int64_t deadline_ns,
                   struct dh_channel_entry **entries, size_t *n_entries, bool *broker_answers,
                   struct dh_why *why)
{
    struct rows rows = { 0 };
    dh_err err, broker_err;

    if (entries == NULL || n_entries == NULL || broker_answers == NULL)
        return dhi_why(why, DH_EINVAL, "no place for the list");
    if (pattern != NULL && strlen(pattern) > DH_CHANNEL_MAX)
        return dhi_why(why, DH_EINVAL, "a pattern has at most %d bytes", (int)DH_CHANNEL_MAX);
    deadline_ns = dhi_call_deadline(deadline_ns);
    broker_err = list_broker(&rows, broker, pattern, dhi_call_half(deadline_ns), why);
    err = broker_err == DH_EINVAL || broker_err == DH_ENOMEM ? broker_err : DH_OK;
    if (!err) err = list_direct(&rows, pattern, deadline_ns, why);
    if (!err) err = hand_out(&rows, entries, n_entries, why);
    if (!err) *broker_answers = broker_err == DH_OK;
    free(rows.rows);
    return err;
}

/* The memory may be anybody's: it must not change or shrink while we read it. */
static dh_err read_text(int fd, const unsigned char *hash, char **text, size_t *bytes,
                        struct dh_why *why)
{
    int frozen = F_SEAL_SHRINK | F_SEAL_GROW, seals = fcntl(fd, F_GET_SEALS);
    unsigned char real[DH_HASH_BYTES];
    struct stat status;
    char *copy;

    if (seals < 0 || (seals & frozen) != frozen || fstat(fd, &status) != 0 ||
        status.st_size > DHI_TEXT_MAX)
        return dhi_why(why, DH_EPROTOCOL, "the schema did not come as sealed memory");
    copy = malloc((size_t)status.st_size + 1);
    if (copy == NULL) return dhi_why_errno(why, "the schema's text");
    copy[status.st_size] = 0;
    if (pread(fd, copy, (size_t)status.st_size, 0) != status.st_size) {
        free(copy);
        return dhi_why_errno(why, "pread");
    }
    crypto_generichash(real, sizeof real, (const unsigned char *)copy,
                       (unsigned long long)status.st_size, NULL, 0);
    if (memcmp(real, hash, sizeof real) != 0) {
        free(copy);
        return dhi_why(why, DH_EPROTOCOL,
                       "the broker's text has another hash than the one asked for");
    }
    *text = copy;
    *bytes = (size_t)status.st_size;
    return DH_OK;
}

dh_err dh_hub_schema(const char *broker, const unsigned char hash[DH_HASH_BYTES],
                     int64_t deadline_ns, char **text, size_t *bytes, struct dh_why *why)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    int fd;
    dh_err err;

    deadline_ns = dhi_call_deadline(deadline_ns);
    err = dhi_call_broker(&fd, broker, deadline_ns, why);
    if (err) return err;
    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.lookup = DHI_WIRE_LOOKUP_SCHEMA;
    memcpy(request.schema_hash, hash, sizeof request.schema_hash);
    err = dhi_exchange(fd, &request, NULL, &reply, &cargo, deadline_ns, why);
    close(fd);
    if (err) return err;
    if (reply.status != DHI_WIRE_STATUS_OK)
        err = dhi_why(why, dhi_status_err(reply.status), "%s", reply.text);
    else if (reply.parts != DHI_WIRE_PARTS_TEXT)
        err = dhi_why(why, DH_EPROTOCOL, "other descriptors came than a schema's text");
    else
        err = read_text(cargo.fds[0], hash, text, bytes, why);
    dhi_cargo_close(&cargo);
    return err;
}
