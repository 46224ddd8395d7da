/* SPDX-License-Identifier: Apache-2.0 */
/* From the facts of a channel to what is wrong with it. */
#include "diagnose.h"
#include "quantity.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

/* A consumer that fills the ring and was not seen for so long is a problem, before only busy. */
#define STANDS_STILL_NS UINT64_C(1000000000)

static char *vwords(const char *format, va_list arguments)
{
    char *text;

    if (vasprintf(&text, format, arguments) < 0) abort(); /* a sentence: nothing else would go on */
    return text;
}

/* One more finding; `help` may be NULL. */
static void add(struct dhi_findings *findings, bool problem, const char *help, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

static void add(struct dhi_findings *findings, bool problem, const char *help, const char *format,
                ...)
{
    struct dhi_finding *grown = realloc(findings->all, (findings->n + 1) * sizeof *findings->all);
    va_list arguments;

    if (grown == NULL) abort();
    va_start(arguments, format);
    grown[findings->n] =
        (struct dhi_finding){ .problem = problem, .text = vwords(format, arguments) };
    va_end(arguments);
    if (help != NULL && asprintf(&grown[findings->n].help, "%s", help) < 0) abort();
    findings->all = grown;
    findings->n++;
    findings->n_problems += problem;
}

void dhi_findings_free(struct dhi_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        free(findings->all[i].text);
        free(findings->all[i].help);
    }
    free(findings->all);
}

/* ---- the producer ------------------------------------------------------------------------- */

static void of_dead_producer(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    char who[DHI_WHO_BYTES], ranges[DHI_RANGES_BYTES];

    add(findings, true, "start it again: consumers then open the channel anew",
        "The producer, %s, died: its lease is free and it never closed the channel. What it "
        "committed can still be read.",
        dhi_who(&s->block.producer, who));
    if (dhi_slot_ranges(s, DH_SLOT_WRITING, ranges) > 0)
        add(findings, false, NULL,
            "It was writing slot %s when it died. Nobody ever sees that message.", ranges);
}

static void of_producer_counts(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    const struct dh_producer_metrics *m = &s->metrics;
    char duration[DHI_QUANTITY_BYTES], ago[DHI_QUANTITY_BYTES];

    if (m->bad_claims > 0)
        add(findings, true, "find the program that writes where it should not, or damaged memory",
            "%" PRIu64 " claims lay above the head. No consumer of ours writes such a claim.",
            m->bad_claims);
    if (m->full_timeouts > 0)
        add(findings, false, "make consumers faster, or give the channel more slots",
            "%" PRIu64 " loan%s gave up because the ring stayed full (%s of waiting in all).",
            m->full_timeouts, m->full_timeouts == 1 ? "" : "s",
            dhi_duration(m->full_wait_ns, duration));
    else if (m->full_waits > 0)
        add(findings, false, NULL,
            "%" PRIu64 " loan%s had to wait for room, %s in all; none gave up.", m->full_waits,
            m->full_waits == 1 ? "" : "s", dhi_duration(m->full_wait_ns, duration));
    if (m->evicted > 0)
        add(findings, false,
            "make consumers faster, or give the channel more slots or a longer stall limit",
            "%" PRIu64 " living consumer%s stood still for longer than the stall limit and lost "
            "messages, the last %s.",
            m->evicted, m->evicted == 1 ? "" : "s", dhi_ago(m->last_evict_ns, s->now_ns, ago));
    if (m->reaped > 0)
        add(findings, false, NULL, "Dead consumers removed so far: %" PRIu64 ", the last %s.",
            m->reaped, dhi_ago(m->last_reap_ns, s->now_ns, ago));
    if (m->last_error != 0)
        add(findings, false, dh_error_help((dh_err)m->last_error),
            "The producer's last error: %s, at message %" PRIu64 ", %s.",
            dh_error_text((dh_err)m->last_error), m->last_error_sequence,
            dhi_ago(m->last_error_ns, s->now_ns, ago));
}

/* ---- the consumers ------------------------------------------------------------------------ */

static bool fills_ring(const struct dhi_snapshot *s, const struct dh_consumer_facts *c)
{
    return s->block.policy.full == DH_FULL_WAIT && c->lag >= s->block.policy.n_slots;
}

static void of_dead_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                             const struct dh_consumer_facts *c, uint32_t index)
{
    bool producer = s->block.producer_life == DH_LIFE_ALIVE;
    char who[DHI_WHO_BYTES];

    dhi_who(&c->identity, who);
    /* There is a spare buffer for every hold: nobody is the slower for it, until somebody joins. */
    if (s->block.policy.full == DH_FULL_OVERWRITE)
        add(findings, false, NULL,
            "Consumer %u, %s, died%s. It blocks nobody; its record serves whoever joins next.",
            index, who, c->held_buffer >= 0 ? " with a buffer in its hands" : "");
    else if (fills_ring(s, c))
        add(findings, true,
            producer ? "nothing: the producer removes it as soon as it waits for room"
                     : "start the producer again",
            "Consumer %u, %s, died holding all %u slots: the ring is full because of it.", index,
            who, s->block.policy.n_slots);
    else
        add(findings, true,
            producer ? "nothing: the producer removes it before it could block the ring" : NULL,
            "Consumer %u, %s, died %" PRIu64 " messages behind and its claim still stands.", index,
            who, c->lag);
}

static void of_live_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                             const struct dh_consumer_facts *c, uint32_t index)
{
    char who[DHI_WHO_BYTES], help[DHI_QUANTITY_BYTES], ago[DHI_QUANTITY_BYTES];

    uint64_t silent = s->now_ns > c->heartbeat_ns ? s->now_ns - c->heartbeat_ns : 0;

    if (!fills_ring(s, c)) return;
    snprintf(help, sizeof help, "see why it stands still; to let the others go on: kill %u",
             c->identity.pid);
    add(findings, silent >= STANDS_STILL_NS, silent >= STANDS_STILL_NS ? help : NULL,
        "Consumer %u, %s, is behind by the whole ring, %u messages%s. It last looked for messages "
        "%s.",
        index, dhi_who(&c->identity, who), s->block.policy.n_slots,
        s->block.waits_for_room ? ", and the producer waits for it" : "",
        dhi_ago(c->heartbeat_ns, s->now_ns, ago));
}

static void of_consumer_counts(struct dhi_findings *findings, const struct dh_consumer_facts *c,
                               uint32_t index)
{
    const struct dh_consumer_metrics *m = &c->metrics;
    char who[DHI_WHO_BYTES];

    dhi_who(&c->identity, who);
    if (m->checksum_failures > 0)
        add(findings, true,
            "if it goes on, the producer's memory is damaged, or something writes there",
            "Consumer %u, %s, met %" PRIu64 " messages whose checksum was wrong.", index, who,
            m->checksum_failures);
    if (m->lost > 0 && c->life == DH_LIFE_ALIVE)
        add(findings, false, "if every message counts, declare the channel `full: wait`",
            "Consumer %u, %s, lost %" PRIu64 " messages that were overwritten before it read them.",
            index, who, m->lost);
    if (m->last_error == DH_ECORRUPT)
        add(findings, true, dh_error_help(DH_ECORRUPT), "Consumer %u, %s, found the block damaged.",
            index, who);
}

static void of_ended_consumer(struct dhi_findings *findings, const struct dhi_snapshot *s,
                              const struct dh_consumer_facts *c, uint32_t index)
{
    char who[DHI_WHO_BYTES], ago[DHI_QUANTITY_BYTES];

    dhi_who(&c->identity, who);
    dhi_ago(c->ended_ns, s->now_ns, ago);
    if (c->life == DH_LIFE_REAPED)
        add(findings, false, NULL, "Consumer %u, %s, died and was removed %s by process %u.", index,
            who, ago, c->ended_by_pid);
    else
        add(findings, false, NULL, "Consumer %u, %s, left %s.", index, who, ago);
}

static void of_consumers(struct dhi_findings *findings, const struct dhi_snapshot *s)
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
        of_consumer_counts(findings, c, i);
    }
}

void dhi_findings_of(struct dhi_findings *findings, const struct dhi_snapshot *snapshot)
{
    *findings = (struct dhi_findings){ 0 };
    if (snapshot->block.producer_life == DH_LIFE_DEAD) of_dead_producer(findings, snapshot);
    of_consumers(findings, snapshot);
    of_producer_counts(findings, snapshot);
}
