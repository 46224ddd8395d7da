/* SPDX-License-Identifier: Apache-2.0 */
/* From the facts of a channel to what is wrong with it: consumers. */
#include "findings.h"
#include "quantity.h"

#include <inttypes.h>

/* A consumer that fills the ring and was not seen for so long is a problem, before only busy. */
#define STANDS_STILL_NS UINT64_C(1000000000)

static bool fills_ring(const struct dhi_snapshot *s, const struct dh_consumer_facts *c)
{
    return s->block.policy.full == DH_FULL_WAIT && !c->passed_over &&
           c->lag >= s->block.policy.n_slots;
}

static void of_dead_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                             const struct dh_consumer_facts *c, uint32_t index)
{
    bool producer = s->block.producer_life == DH_LIFE_ALIVE;
    char who[DHI_WHO_BYTES];

    dhi_who(&c->identity, who);
    /* There is a spare buffer for every hold: nobody is the slower for it, until somebody joins. */
    if (s->block.policy.full == DH_FULL_OVERWRITE)
        dhi_finding_add(findings, false, "give its record back, or leave it to whoever joins next:",
                        "Consumer %u, %s, died%s. It blocks nobody.", index, who,
                        c->held_buffer >= 0 ? " with a buffer in its hands" : "");
    else if (c->passed_over)
        dhi_finding_add(findings, false, "give its record back, or leave it to whoever joins next:",
                        "Consumer %u, %s, died, and the producer has gone on without it.", index,
                        who);
    else if (fills_ring(s, c))
        dhi_finding_add(findings, true,
                        producer ? "the producer removes it as soon as it waits for room; at once:"
                                 : "give them back, and start the producer again:",
                        "Consumer %u, %s, died holding all %u slots: the ring is full because of "
                        "it.",
                        index, who, s->block.policy.n_slots);
    else
        dhi_finding_add(findings, true,
                        producer
                            ? "the producer removes it before it could block the ring; at once:"
                            : "give it back:",
                        "Consumer %u, %s, died %" PRIu64 " messages behind and its claim still "
                        "stands.",
                        index, who, c->lag);
    dhi_finding_command(findings, "dhadmin recover %s%s", s->block.channel, s->reach);
}

static enum dh_motion motion_of(const struct dhi_snapshot *s, uint32_t index)
{
    return s->motions != NULL ? s->motions[index] : DH_MOTION_UNKNOWN;
}

static void of_stopped_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                                const struct dh_consumer_facts *c, uint32_t index)
{
    bool traced = motion_of(s, index) == DH_MOTION_TRACED;
    bool gates = fills_ring(s, c);
    char who[DHI_WHO_BYTES], behind[2 * DHI_QUANTITY_BYTES] = "";

    if (gates)
        snprintf(behind, sizeof behind, " and is behind by the whole ring, %u messages%s",
                 s->block.policy.n_slots,
                 s->block.waits_for_room ? ", and the producer waits for it" : "");
    dhi_finding_add(findings, gates,
                    traced ? "let it go on in the debugger, or detach from it" : "let it go on:",
                    "Consumer %u, %s, is %s%s.", index, dhi_who(&c->identity, who),
                    traced ? "held by a debugger" : "stopped (SIGSTOP)", behind);
    if (!traced) dhi_finding_command(findings, "kill -CONT %u", c->identity.pid);
}

static void of_live_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                             const struct dh_consumer_facts *c, uint32_t index)
{
    enum dh_motion motion = motion_of(s, index);
    uint64_t silent = s->now_ns > c->heartbeat_ns ? s->now_ns - c->heartbeat_ns : 0;
    bool still = silent >= STANDS_STILL_NS;
    char who[DHI_WHO_BYTES], ago[DHI_QUANTITY_BYTES];

    if (motion == DH_MOTION_STOPPED || motion == DH_MOTION_TRACED) {
        of_stopped_consumer(findings, s, c, index);
        return;
    }
    if (!fills_ring(s, c)) return;
    dhi_finding_add(findings, still,
                    still ? "see why it stands still; to let the others go on, end it:" : NULL,
                    "Consumer %u, %s, is behind by the whole ring, %u messages%s. It last looked "
                    "for messages %s.",
                    index, dhi_who(&c->identity, who), s->block.policy.n_slots,
                    s->block.waits_for_room ? ", and the producer waits for it" : "",
                    dhi_ago(c->heartbeat_ns, s->now_ns, ago));
    if (still) dhi_finding_command(findings, "kill %u", c->identity.pid);
}

static void of_consumer_counts(struct dhi_findings *findings, const struct dhi_snapshot *s,
                               const struct dh_consumer_facts *c, uint32_t index)
{
    const struct dh_consumer_metrics *m = &c->metrics;
    char who[DHI_WHO_BYTES];

    dhi_who(&c->identity, who);
    if (m->checksum_failures > 0) {
        dhi_finding_add(findings, true,
                        "if it goes on, the producer's memory is damaged, or something writes "
                        "there; what is wrong now:",
                        "Consumer %u, %s, met %" PRIu64 " messages whose checksum was wrong.",
                        index, who, m->checksum_failures);
        dhi_finding_command(findings, "dhadmin validate %s%s", s->block.channel, s->reach);
    }
    if (m->lost > 0 && c->life == DH_LIFE_ALIVE)
        dhi_finding_add(findings, false,
                        "if every message counts, declare the channel `full: wait`",
                        "Consumer %u, %s, lost %" PRIu64
                        " messages that were overwritten before it read them.",
                        index, who, m->lost);
    if (m->last_error == DH_ECORRUPT)
        dhi_finding_add(findings, true, dh_error_help(DH_ECORRUPT),
                        "Consumer %u, %s, found the block damaged.", index, who);
}

static void of_ended_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                              const struct dh_consumer_facts *c, uint32_t index)
{
    char who[DHI_WHO_BYTES], ago[DHI_QUANTITY_BYTES];

    dhi_who(&c->identity, who);
    dhi_ago(c->ended_ns, s->now_ns, ago);
    if (c->life == DH_LIFE_REAPED)
        dhi_finding_add(findings, false, NULL,
                        "Consumer %u, %s, died and was removed %s by process %u.", index, who, ago,
                        c->ended_by_pid);
    else
        dhi_finding_add(findings, false, NULL, "Consumer %u, %s, left %s.", index, who, ago);
}

/* Nobody else can join. Dead ones have a finding of their own; whoever joins takes their place. */
static void of_full_table(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->n_consumers; i++)
        n += s->consumers[i].life == DH_LIFE_ALIVE;
    if (s->n_consumers == 0 || n < s->block.policy.n_consumers) return;
    dhi_finding_add(
        findings, true,
        "stop one of them, or raise `consumers` in the schema or the producer's options; "
        "who they are:",
        "All %u places for consumers are taken by living ones: nobody else can attach.", n);
    dhi_finding_command(findings, "dhadmin info %s%s", s->block.channel, s->reach);
}

void dhi_findings_of_consumers(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    for (uint32_t i = 0; i < s->n_consumers; i++) {
        const struct dh_consumer_facts *c = &s->consumers[i];

        switch (c->life) {
        case DH_LIFE_NONE: continue;
        case DH_LIFE_ALIVE: of_live_consumer(findings, s, c, i); break;
        case DH_LIFE_DEAD: of_dead_consumer(findings, s, c, i); break;
        case DH_LIFE_LEFT:
        case DH_LIFE_REAPED: of_ended_consumer(findings, s, c, i); break;
        }
        of_consumer_counts(findings, s, c, i);
    }
    if (s->admin) of_full_table(findings, s);
}
