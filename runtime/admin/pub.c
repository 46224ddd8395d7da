/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin pub: messages from JSON or CSV, checked against the schema before they are committed. */
#include "channel.h"
#include "csv_read.h"
#include "encode.h"
#include "schema.h"
#include "watch.h"

#include <dh/producer.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_NS (200 * DH_MS) /* waits for room no longer without a look at Ctrl-C */

struct pub {
    const struct dhi_request *request;
    char channel[DH_CHANNEL_MAX + 1];
    struct dhi_schema schema;
    struct dhc_text *text;
    struct dh_schema *made;
    dh_producer *producer; /* NULL: --dry-run */
    unsigned char *payload;
    uint64_t line, n_committed;
};

/* ---- complaining -------------------------------------------------------------------------- */

enum { SHOWN = 72 };

/* The part of the line around the place, and a mark below it. */
static void show_place(FILE *err, const char *line, size_t length, size_t at, size_t end)
{
    size_t begin = at > SHOWN / 2 ? at - SHOWN / 2 : 0, mark = end > at ? end - at : 1;
    size_t n = length - begin < SHOWN ? length - begin : SHOWN;

    while (n > 0 && (line[begin + n - 1] == '\n' || line[begin + n - 1] == '\r'))
        n--;
    fprintf(err, "  ");
    for (size_t i = 0; i < n; i++)
        fputc((unsigned char)line[begin + i] < 0x20 ? ' ' : line[begin + i], err);
    if (at > begin + n) at = begin + n; /* it is missing at the end */
    fprintf(err, "\n  %*s^", (int)(at - begin), "");
    for (size_t i = 1; i < mark && at - begin + i < n; i++)
        fputc('^', err);
    fputc('\n', err);
}

static enum dhi_exit complain(const struct pub *pub, const struct dhi_trouble *trouble,
                              const char *line, size_t length)
{
    FILE *err = pub->request->err;

    fprintf(err, "dhadmin: line %" PRIu64 ": %s%s%s\n", pub->line, trouble->path,
            trouble->path[0] != 0 ? ": " : "", trouble->text);
    if (line != NULL) show_place(err, line, length, trouble->at, trouble->end);
    if (trouble->help[0] != 0) fprintf(err, "  = %s\n", trouble->help);
    if (pub->n_committed > 0)
        fprintf(err, "  %" PRIu64 " message%s before it stand%s\n", pub->n_committed,
                pub->n_committed == 1 ? "" : "s", pub->n_committed == 1 ? "s" : "");
    return DHI_EXIT_DATA;
}

/* ---- one message -------------------------------------------------------------------------- */

static enum dhi_exit commit(struct pub *pub)
{
    size_t n = pub->text->roots[0].fields->size;
    dh_err err = DH_EFULL;

    while (pub->producer != NULL && err == DH_EFULL && !dhi_interrupted())
        err = dh_producer_send(pub->producer, dh_in(SLICE_NS), pub->payload, n);
    if (pub->producer != NULL && err != DH_OK && err != DH_EFULL)
        return dhi_complain(pub->request, pub->channel, err, NULL);
    pub->n_committed += pub->producer != NULL && err == DH_OK;
    return DHI_EXIT_FINE;
}

static int zone_named(const struct pub *pub, const char *name)
{
    for (uint32_t i = 1; i < pub->text->n_roots; i++)
        if (strcmp(pub->text->roots[i].name, name) == 0) return (int)i;
    return 0;
}

/* {"zone": "cal", "value": {…}}, as echo --zones --json writes it. */
static enum dhi_exit take_zone(struct pub *pub, const struct dhi_json *root,
                               const struct dhi_json *name, const char *line, size_t length)
{
    const struct dhi_json *value = dhi_json_member(root, "value");
    int zone = name->kind == DHI_JSON_STRING ? zone_named(pub, name->text) : 0;
    struct dhi_trouble trouble = { .at = name->at, .end = name->end };
    dh_err err = DH_OK;

    if (zone == 0 || value == NULL || pub->text->roots[zone].shared) {
        snprintf(trouble.text, sizeof trouble.text, "%s",
                 zone == 0       ? "there is no such zone"
                 : value == NULL ? "a zone is written as {\"zone\": name, \"value\": {…}}"
                                 : "this zone is shared: programs write it under its locks");
        return complain(pub, &trouble, line, length);
    }
    if (!dhi_encode(pub->payload, pub->text->roots[zone].fields, value, &trouble))
        return complain(pub, &trouble, line, length);
    if (pub->producer != NULL)
        err = dh_zone_write(dh_producer_zone(pub->producer, (unsigned)zone), pub->payload);
    return err == DH_OK ? DHI_EXIT_FINE : dhi_complain(pub->request, pub->channel, err, NULL);
}

/* A message, a zone, or a line of echo with either in it. */
static enum dhi_exit take_line(struct pub *pub, const char *line, size_t length)
{
    struct dhi_trouble trouble = { .path = "" };
    struct dhi_json_text text;
    const struct dhi_json *message;
    enum dhi_exit code;

    dhi_json_read(&text, line, length);
    if (text.root == NULL) {
        trouble.at = trouble.end = text.at;
        snprintf(trouble.text, sizeof trouble.text, "%s", text.wrong);
        code = complain(pub, &trouble, line, length);
        dhi_json_free(&text);
        return code;
    }
    message = dhi_json_member(text.root, "v") != NULL ? dhi_json_member(text.root, "slot") : NULL;
    if (dhi_json_member(text.root, "v") != NULL && dhi_json_member(text.root, "zone") != NULL)
        code = take_zone(pub, text.root, dhi_json_member(text.root, "zone"), line, length);
    else if (dhi_encode(pub->payload, pub->text->roots[0].fields,
                        message != NULL ? message : text.root, &trouble))
        code = commit(pub);
    else
        code = complain(pub, &trouble, line, length);
    dhi_json_free(&text);
    return code;
}

/* ---- the input ---------------------------------------------------------------------------- */

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t\r\n")] == 0;
}

static bool goes_on(const struct pub *pub)
{
    return !dhi_interrupted() &&
           (pub->request->count == 0 || pub->n_committed < pub->request->count);
}

static enum dhi_exit take_json(struct pub *pub, FILE *in)
{
    enum dhi_exit code = DHI_EXIT_FINE;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;

    while (code == DHI_EXIT_FINE && goes_on(pub) && (n = getline(&line, &room, in)) >= 0) {
        pub->line++;
        if (!is_blank(line)) code = take_line(pub, line, (size_t)n);
    }
    free(line);
    return code;
}

static enum dhi_exit take_csv(struct pub *pub, FILE *in)
{
    struct dhi_csv_row names = { 0 }, row = { 0 };
    enum dhi_exit code = DHI_EXIT_FINE;

    pub->line = dhi_csv_read(in, &names);
    while (code == DHI_EXIT_FINE && goes_on(pub) && dhi_csv_read(in, &row)) {
        struct dhi_trouble trouble = { .path = "" };

        pub->line++;
        if (row.n == 1 && row.cells[0][0] == 0) continue;
        if (dhi_csv_encode(pub->payload, pub->text->roots[0].fields, &names, &row, &trouble))
            code = commit(pub);
        else
            code = complain(pub, &trouble, NULL, 0);
    }
    dhi_csv_free(&names);
    dhi_csv_free(&row);
    return code;
}

/* ---- opening ------------------------------------------------------------------------------ */

static struct dh_policy policy_of(const struct pub *pub)
{
    struct dh_policy policy = { .n_slots = 64, .n_consumers = 16, .full = DH_FULL_WAIT };

    if (pub->schema.has_policy) policy = pub->schema.policy;
    if (pub->request->slots > 0)
        policy.n_slots =
            pub->request->slots > UINT32_MAX ? UINT32_MAX : (uint32_t)pub->request->slots;
    if (pub->request->overwrite) policy.full = DH_FULL_OVERWRITE;
    return policy;
}

static enum dhi_exit open_producer(struct pub *pub)
{
    const struct dhi_request *request = pub->request;
    struct dh_producer_options options = { .broker = request->broker,
                                           .secret = dhi_secret(request) };
    struct dh_policy policy = policy_of(pub);
    struct dh_why why = { 0 };
    dh_err err = dh_schema_read(&pub->made, pub->schema.text, pub->schema.n, &policy, &why);

    if (err == DH_OK)
        err = dh_producer_open(&pub->producer, pub->made, pub->channel, &options, &why);
    return err == DH_OK ? DHI_EXIT_FINE : dhi_complain(request, pub->channel, err, &why);
}

/* With a schema of its own a channel may be new: then what was said is all of its name. Else it is
 * one that is there, and may be called by its end. */
static enum dhi_exit name_channel(struct pub *pub)
{
    const struct dhi_request *request = pub->request;

    if (request->schema == NULL) return dhi_channel_name(request, request->argument, pub->channel);
    return dhi_channel_whole(request, request->argument, pub->channel);
}

static enum dhi_exit prepare(struct pub *pub)
{
    const struct dhi_request *request = pub->request;
    struct dhc_trouble trouble;
    uint32_t room = 8;
    enum dhi_exit code = name_channel(pub);

    if (code != DHI_EXIT_FINE) return code;
    code = dhi_schema_find(request, request->schema != NULL ? request->schema : pub->channel,
                           &pub->schema);
    if (code == DHI_EXIT_NO_CHANNEL && request->schema == NULL)
        fprintf(request->err,
                "  a new channel needs --schema CHANNEL, HASH, or a FILE that dhgen canon "
                "wrote\n");
    if (code != DHI_EXIT_FINE) return code;
    pub->text = dhc_read(pub->schema.text, pub->schema.n, &trouble);
    if (pub->text == NULL) {
        fprintf(request->err, "dhadmin: the schema is damaged: line %u: %s\n", trouble.line,
                trouble.what);
        return DHI_EXIT_DATA;
    }
    for (uint32_t i = 0; i < pub->text->n_roots; i++)
        if (pub->text->roots[i].fields->size > room) room = pub->text->roots[i].fields->size;
    pub->payload = calloc(1, room);
    if (pub->payload == NULL) return dhi_complain(request, "pub", DH_ENOMEM, NULL);
    return request->dry_run ? DHI_EXIT_FINE : open_producer(pub);
}

enum dhi_exit dhi_run_pub(const struct dhi_request *request)
{
    struct pub pub = { .request = request };
    enum dhi_exit code;

    dhi_watch_signals();
    code = prepare(&pub);
    if (code == DHI_EXIT_FINE) code = request->csv ? take_csv(&pub, stdin) : take_json(&pub, stdin);
    if (code == DHI_EXIT_FINE && request->dry_run)
        fprintf(request->err, "%" PRIu64 " line%s, all fine\n", pub.line, pub.line == 1 ? "" : "s");
    while (code == DHI_EXIT_FINE && request->keep && pub.producer != NULL && !dhi_interrupted())
        dhi_rest_until(dh_in(DH_S));
    dh_producer_close(pub.producer);
    dh_schema_free(pub.made);
    dhc_free(pub.text);
    free(pub.payload);
    free(pub.schema.text);
    return code;
}
