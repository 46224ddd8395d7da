/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin validate: every word of a block that can be checked. */
#include "channel.h"
#include "mend.h"

#include <inttypes.h>
#include <jansson.h>

struct flaws {
    const struct dhi_request *request;
    const char *channel;
    json_t *all; /* NULL: written as they are found */
    bool titled; /* the channel's name stands there */
};

static void write_title(struct flaws *flaws)
{
    const struct dhi_look *look = &flaws->request->look;

    if (flaws->titled) return;
    fprintf(flaws->request->out, "%s%s%s\n", look->bold, flaws->channel, look->plain);
    flaws->titled = true;
}

static void found(void *context, const struct dh_flaw *flaw)
{
    struct flaws *flaws = context;
    const struct dhi_look *look = &flaws->request->look;

    if (flaws->all != NULL)
        json_array_append_new(flaws->all,
                              json_pack("{s:s, s:I, s:s}", "part", dh_part_name(flaw->part),
                                        "index", (json_int_t)flaw->index, "text", flaw->text));
    else {
        write_title(flaws);
        fprintf(flaws->request->out, "  %s%-10s%s %s\n", look->bad, dh_part_name(flaw->part),
                look->plain, flaw->text);
    }
}

static void write_counts(FILE *out, const struct dh_validation *result)
{
    static const char *const units[DH_PARTS] = {
        "header, geometry and schema", "slot words", "checksums", "records", "locks", "zones",
    };

    fprintf(out, "  checked    %s", units[DH_PART_BLOCK]);
    for (int part = 1; part < DH_PARTS; part++)
        if (result->checked[part] > 0)
            fprintf(out, ", %" PRIu64 " %s", result->checked[part], units[part]);
    fputc('\n', out);
}

static void write_json(const struct dhi_request *request, const char *channel,
                       const struct dh_validation *result, json_t *flaws)
{
    json_t *counts = json_object(), *all;

    for (int part = 0; part < DH_PARTS; part++)
        json_object_set_new(counts, dh_part_name((enum dh_part)part),
                            json_integer((json_int_t)result->checked[part]));
    all = json_pack("{s:i, s:s, s:b, s:o, s:O}", "v", 1, "channel", channel, "valid",
                    (int)(result->n_flaws == 0), "checked", counts, "flaws", flaws);
    json_dumpf(all, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(all);
}

static enum dhi_exit validate(const struct dhi_request *request, const char *channel, void *context)
{
    struct dh_recovery_options options = dhi_recovery_options(request);
    struct flaws flaws = { request, channel, request->json ? json_array() : NULL, false };
    const struct dhi_look *look = &request->look;
    struct dh_validation result = { 0 };
    struct dh_why why = { 0 };
    dh_err err;

    (void)context;
    err = dh_recovery_validate(channel, &options, found, &flaws, &result, &why);
    if (err != DH_OK) {
        json_decref(flaws.all);
        return dhi_complain(request, channel, err, &why);
    }
    if (request->json)
        write_json(request, channel, &result, flaws.all);
    else {
        write_title(&flaws);
        write_counts(request->out, &result);
        if (result.n_flaws == 0)
            fprintf(request->out, "  verdict    %svalid%s\n", look->good, look->plain);
        else
            fprintf(request->out, "  verdict    %s%" PRIu64 " flaw%s%s\n", look->bad,
                    result.n_flaws, result.n_flaws == 1 ? "" : "s", look->plain);
    }
    json_decref(flaws.all);
    return result.n_flaws > 0 ? DHI_EXIT_PROBLEMS : DHI_EXIT_FINE;
}

enum dhi_exit dhi_run_validate(const struct dhi_request *request)
{
    return dhi_channel_each(request, validate, NULL);
}
