/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin diagnose --slot: one slot, who holds it, since when, and how that is known. */
#include "channel.h"
#include "diagnose.h"
#include "quantity.h"

#include <inttypes.h>
#include <stdlib.h>

static void write_holder(const struct dhi_request *request, const struct dh_holder *holder,
                         uint64_t now_ns)
{
    const struct dhi_look *look = &request->look;
    bool alive = holder->life == DH_LIFE_ALIVE;
    char who[DHI_WHO_BYTES], since[DHI_QUANTITY_BYTES], number[24];

    snprintf(number, sizeof number, "consumer %d", holder->record);
    fprintf(request->out, "  %sheld by%s   %s, %s\n", look->dim, look->plain,
            holder->record < 0 ? "the producer" : number, dhi_who(&holder->identity, who));
    if (holder->since_ns != 0)
        fprintf(request->out, "            since %s at the earliest\n",
                dhi_ago(holder->since_ns, now_ns, since));
    fprintf(request->out, "            %s%s%s: %s%s%s\n", alive ? look->good : look->bad,
            dh_life_name(holder->life), look->plain, dh_evidence_text(holder->evidence),
            alive ? "; it " : "", alive ? dh_motion_name(holder->motion) : "");
}

/* What helps against a holder: nothing where it is at work. */
static void write_command(const struct dhi_request *request, const char *channel,
                          const struct dh_slot_report *report, const struct dh_holder *holder)
{
    char reach[DHI_REACH_BYTES];
    FILE *out = request->out;

    dhi_reach(request, reach);
    if (holder->life == DH_LIFE_DEAD && holder->record >= 0)
        fprintf(out, "            $ dhadmin reset %s --slot %u%s\n", channel, report->index, reach);
    else if (holder->life == DH_LIFE_DEAD)
        fprintf(out, "            = start the producer again\n");
    else if (holder->motion == DH_MOTION_STOPPED)
        fprintf(out, "            $ kill -CONT %u\n", holder->identity.pid);
    else if (report->stuck)
        fprintf(out, "            $ kill %u\n", holder->identity.pid);
}

static void write_text(const struct dhi_request *request, const char *channel,
                       const struct dh_slot_report *report, const struct dh_holder *holders)
{
    const struct dhi_look *look = &request->look;
    uint64_t now = (uint64_t)dh_now();
    char since[DHI_QUANTITY_BYTES];

    fprintf(request->out, "%s%s slot %u%s\n", look->bold, channel, report->index, look->plain);
    fprintf(request->out, "  %sstate%s     %s, message %" PRIu64, look->dim, look->plain,
            dh_slot_state_name(report->facts.state), report->facts.sequence);
    if (report->since_ns != 0) fprintf(request->out, ", %s", dhi_ago(report->since_ns, now, since));
    fputc('\n', request->out);
    for (uint32_t i = 0; i < report->n_holders; i++) {
        write_holder(request, &holders[i], now);
        write_command(request, channel, report, &holders[i]);
    }
    if (report->n_holders == 0)
        fprintf(request->out, "  %sheld by%s   nobody\n", look->dim, look->plain);
    fprintf(request->out, "  %sverdict%s   %s%s%s\n", look->bold, look->plain,
            report->stuck ? look->bad : look->good, report->stuck ? "stuck" : "fine", look->plain);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static void write_json(const struct dhi_request *request, const char *channel,
                       const struct dh_slot_report *report, const struct dh_holder *holders)
{
    json_t *all = json_array(), *slot;

    for (uint32_t i = 0; i < report->n_holders; i++) {
        const struct dh_holder *h = &holders[i];
        char who[DHI_WHO_BYTES];

        json_array_append_new(all, json_pack("{s:i, s:s, s:i, s:s, s:s, s:s, s:o, s:o}", "record",
                                             h->record, "who", dhi_who(&h->identity, who), "pid",
                                             (int)h->identity.pid, "state", dh_life_name(h->life),
                                             "known_by", dh_evidence_text(h->evidence), "motion",
                                             dh_motion_name(h->motion), "since_ns",
                                             number(h->since_ns), "seen_ns", number(h->seen_ns)));
    }
    slot = json_pack("{s:i, s:s, s:i, s:s, s:o, s:o, s:b, s:o}", "v", 1, "channel", channel, "slot",
                     (int)report->index, "state", dh_slot_state_name(report->facts.state),
                     "sequence", number(report->facts.sequence), "since_ns",
                     number(report->since_ns), "stuck", (int)report->stuck, "holders", all);
    json_dumpf(slot, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(slot);
}

enum dhi_exit dhi_diagnose_slot(const struct dhi_request *request)
{
    char channel[DH_CHANNEL_MAX + 1];
    struct dh_slot_report report;
    struct dh_block_facts facts;
    struct dh_holder *holders;
    dh_observer *observer = NULL;
    bool admin = true;
    enum dhi_exit code = dhi_channel_open(request, request->argument, &admin, channel, &observer);

    if (code != DHI_EXIT_FINE) return code;
    dh_observer_block(observer, &facts);
    holders = calloc(facts.policy.n_consumers + 1, sizeof *holders);
    if (holders == NULL)
        code = dhi_complain(request, channel, DH_ENOMEM, NULL);
    else if (dh_recovery_slot(observer, (uint32_t)request->slot, &report, holders,
                              facts.policy.n_consumers + 1) != DH_OK) {
        fprintf(request->err, "dhadmin: %s has slots 0 to %u\n", channel, facts.n_states - 1);
        code = DHI_EXIT_USAGE;
    } else {
        if (request->json)
            write_json(request, channel, &report, holders);
        else
            write_text(request, channel, &report, holders);
        if (report.stuck) code = DHI_EXIT_PROBLEMS;
    }
    free(holders);
    dh_observer_close(observer);
    return code;
}
