/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin audit: what happened to channels, and who did it, as the broker's registry has it. */
#include "channel.h"
#include "spell.h"
#include "table.h"

#include "broker/registry_read.h"

#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES = 50 }; /* without --count */

struct line {
    int64_t at_us;
    char event[32], channel[DH_CHANNEL_MAX + 1], program[DHI_SAFE_BYTES], text[300];
    uint32_t pid, uid;
};

/* The newest lines, newest first. */
struct lines {
    const char *pattern; /* NULL: of all */
    struct line *lines;
    size_t n, room, most;
    bool full; /* no memory for more */
};

static bool is_meant(const char *pattern, const char *channel)
{
    return pattern == NULL || fnmatch(pattern, channel, 0) == 0 ||
           (channel[0] != 0 && dhi_channel_is_called(channel, pattern));
}

static bool take(void *context, const struct dhi_registry_audit *row)
{
    struct lines *lines = context;
    struct line *line;

    if (!is_meant(lines->pattern, row->channel)) return true;
    if (lines->n == lines->room) {
        size_t room = lines->room * 2 + LINES;
        struct line *grown = realloc(lines->lines, room * sizeof *grown);

        lines->full = grown == NULL;
        if (lines->full) return false;
        lines->lines = grown;
        lines->room = room;
    }
    line = &lines->lines[lines->n++];
    *line = (struct line){ .at_us = row->at_us, .pid = row->pid, .uid = row->uid };
    snprintf(line->event, sizeof line->event, "%s", row->event);
    snprintf(line->channel, sizeof line->channel, "%s", row->channel);
    dhi_safe(row->program, line->program);
    snprintf(line->text, sizeof line->text, "%s", row->text);
    for (char *c = line->text; *c != 0; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
    return lines->n < lines->most;
}

static const char *when(int64_t at_us, char text[40])
{
    time_t seconds = (time_t)(at_us / 1000000);
    struct tm parts;
    size_t n;

    if (gmtime_r(&seconds, &parts) == NULL) return "?";
    n = strftime(text, 24, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + n, 40 - n, ".%03dZ", (int)(at_us % 1000000 / 1000));
    return text;
}

/* Oldest first: what happened last is nearest to the prompt. */
static void write_table(const struct dhi_request *request, const struct lines *lines)
{
    const struct dhi_look *look = &request->look;
    struct dhi_table table = { .n_columns = 3 };

    dhi_table_add(&table, look->dim, "WHEN");
    dhi_table_add(&table, look->dim, "EVENT");
    dhi_table_add(&table, look->dim, "WHAT");
    for (size_t i = lines->n; i-- > 0;) {
        const struct line *line = &lines->lines[i];
        char text[40];

        dhi_table_add(&table, look->dim, "%s", when(line->at_us, text));
        dhi_table_add(&table, strcmp(line->event, "refused") == 0 ? look->bad : look->bold, "%s",
                      line->event);
        dhi_table_add(&table, "", "%s", line->text);
    }
    dhi_table_write(&table, request->out, look, 0);
}

static void write_json(const struct dhi_request *request, const struct lines *lines)
{
    for (size_t i = lines->n; i-- > 0;) {
        const struct line *line = &lines->lines[i];
        char text[40];
        json_t *json =
            json_pack("{s:i, s:s, s:I, s:s, s:s, s:s, s:I, s:I, s:s}", "v", 1, "when",
                      when(line->at_us, text), "at_us", (json_int_t)line->at_us, "event",
                      line->event, "channel", line->channel, "program", line->program, "pid",
                      (json_int_t)line->pid, "uid", (json_int_t)line->uid, "text", line->text);

        json_dumpf(json, request->out, JSON_COMPACT);
        fputc('\n', request->out);
        json_decref(json);
    }
}

static enum dhi_exit complain(const struct dhi_request *request, dh_err err,
                              const struct dh_why *why)
{
    if (err != DH_ENOTFOUND) return dhi_complain(request, "audit", err, why);
    fprintf(
        request->err,
        "dhadmin: no registry: %s\n"
        "  A broker keeps one where dhbroker --state or $DH_STATE says: give that to --state.\n",
        why->text);
    return DHI_EXIT_NO_BROKER;
}

enum dhi_exit dhi_run_audit(const struct dhi_request *request)
{
    struct lines lines = { .pattern = request->argument,
                           .most = request->count > 0 ? (size_t)request->count : LINES };
    struct dhi_registry_reader *reader;
    enum dhi_exit code = DHI_EXIT_FINE;
    struct dh_why why = { 0 };
    dh_err err = dhi_registry_read_open(&reader, request->state, &why);

    if (err != DH_OK) return complain(request, err, &why);
    err = dhi_registry_each_audit(reader, NULL, take, &lines, &why);
    dhi_registry_read_close(reader);
    if (lines.full) err = DH_ENOMEM;
    if (request->json)
        write_json(request, &lines);
    else if (lines.n > 0)
        write_table(request, &lines);
    if (err != DH_OK) {
        code = dhi_complain(request, "audit", err, &why);
    } else if (lines.n == 0 && request->argument != NULL) {
        fprintf(request->err, "nothing is written about '%s'\n", request->argument);
        code = DHI_EXIT_NO_CHANNEL;
    }
    free(lines.lines);
    return code;
}
