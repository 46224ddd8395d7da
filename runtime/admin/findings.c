/* SPDX-License-Identifier: Apache-2.0 */
/* From the facts of a channel to what is wrong with it: producer, zones and locks. */
#include "findings.h"
#include "quantity.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

/* A producer is taken to hang when it is silent for so many of its usual intervals, and so long. */
#define SILENT_TIMES 20
#define SILENT_NS    UINT64_C(3000000000)

static char *vwords(const char *format, va_list arguments)
{
    char *text;

    if (vasprintf(&text, format, arguments) < 0) abort(); /* a sentence: nothing else would go on */
    return text;
}

void dhi_finding_add(struct dhi_findings *findings, bool problem, const char *help,
                     const char *format, ...)
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

void dhi_finding_command(struct dhi_findings *findings, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    findings->all[findings->n - 1].command = vwords(format, arguments);
    va_end(arguments);
}

void dhi_findings_free(struct dhi_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        free(findings->all[i].text);
        free(findings->all[i].help);
        free(findings->all[i].command);
    }
    free(findings->all);
}

/* ---- the producer ------------------------------------------------------------------------- */

static void of_dead_producer(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    char who[DHI_WHO_BYTES], ranges[DHI_RANGES_BYTES], how[64] = "died";

    if (s->block.ended_by_pid != 0)
        snprintf(how, sizeof how, "was ended by force, by process %u", s->block.ended_by_pid);
    dhi_finding_add(
        findings, true,
        "start it again: with DH_TAKEOVER_DEAD it goes on where this one ended, else "
        "consumers open the channel anew; or have the broker forget the channel and its "
        "last data:",
        "The producer, %s, %s: its lease is free and it never closed the channel. "
        "What it committed can still be read.",
        dhi_who(&s->block.producer, who), how);
    dhi_finding_command(findings, "dhadmin cleanup %s%s", s->block.channel, s->reach);
    if (dhi_slot_ranges(s, DH_SLOT_WRITING, ranges) > 0)
        dhi_finding_add(findings, false, NULL,
                        "It was writing slot %s when it died. Nobody ever sees that message.",
                        ranges);
}

/* The mean time between the commits that the ring still shows; 0: not known. */
static uint64_t usual_interval(const struct dhi_snapshot *s)
{
    uint64_t first = UINT64_MAX, last = 0, n = 0;

    for (uint32_t i = 0; i < s->n_slots; i++) {
        uint64_t stamp = s->slots[i].commit_ns;

        if (stamp == 0 || (s->slots[i].state & DH_SLOT_COMMITTED) == 0) continue;
        if (stamp < first) first = stamp;
        if (stamp > last) last = stamp;
        n++;
    }
    return n < 3 ? 0 : (last - first) / (n - 1);
}

/* Alive, and silent for much longer than between the messages before. */
static void of_silent_producer(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    uint64_t interval = usual_interval(s), last = s->metrics.last_commit_ns;
    uint64_t silent = last != 0 && s->now_ns > last ? s->now_ns - last : 0;
    char who[DHI_WHO_BYTES], ago[DHI_QUANTITY_BYTES], usual[DHI_QUANTITY_BYTES];

    if (interval == 0 || s->block.waits_for_room || silent < SILENT_NS ||
        silent / SILENT_TIMES < interval)
        return;
    dhi_finding_add(findings, false,
                    "if it should be at work, make it give way, and start it again:",
                    "The producer, %s, %s and has committed nothing for %s; before, it did every "
                    "%s.",
                    dhi_who(&s->block.producer, who), dh_motion_name(s->producer_motion),
                    dhi_duration(silent, ago), dhi_duration(interval, usual));
    dhi_finding_command(findings, "dhadmin reset %s --force%s", s->block.channel, s->reach);
}

static void of_live_producer(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    char who[DHI_WHO_BYTES];

    dhi_who(&s->block.producer, who);
    if (s->producer_motion == DH_MOTION_STOPPED) {
        dhi_finding_add(
            findings, true,
            "let it go on (if it should not: dhadmin reset --force, and start another):",
            "The producer, %s, is alive and stopped (SIGSTOP): nothing new comes.", who);
        dhi_finding_command(findings, "kill -CONT %u", s->block.producer.pid);
    } else if (s->producer_motion == DH_MOTION_TRACED) {
        dhi_finding_add(findings, true, "let it go on in the debugger, or detach from it",
                        "The producer, %s, is held by a debugger: nothing new comes.", who);
    } else
        of_silent_producer(findings, s);
}

static void of_producer_counts(struct dhi_findings *findings, const struct dhi_snapshot *s)
{
    const struct dh_producer_metrics *m = &s->metrics;
    char duration[DHI_QUANTITY_BYTES], ago[DHI_QUANTITY_BYTES];

    if (m->bad_claims > 0) {
        dhi_finding_add(findings, true,
                        "find the program that writes where it should not, or damaged memory; "
                        "whose records are wrong now:",
                        "%" PRIu64 " claims lay above the head. No consumer of ours writes such a "
                        "claim.",
                        m->bad_claims);
        dhi_finding_command(findings, "dhadmin validate %s%s", s->block.channel, s->reach);
    }
    if (m->full_timeouts > 0)
        dhi_finding_add(findings, false, "make consumers faster, or give the channel more slots",
                        "%" PRIu64
                        " loan%s gave up because the ring stayed full (%s of waiting in all).",
                        m->full_timeouts, m->full_timeouts == 1 ? "" : "s",
                        dhi_duration(m->full_wait_ns, duration));
    else if (m->full_waits > 0)
        dhi_finding_add(findings, false, NULL,
                        "%" PRIu64 " loan%s had to wait for room, %s in all; none gave up.",
                        m->full_waits, m->full_waits == 1 ? "" : "s",
                        dhi_duration(m->full_wait_ns, duration));
    if (m->evicted > 0)
        dhi_finding_add(
            findings, false,
            "make consumers faster, or give the channel more slots or a longer stall limit",
            "%" PRIu64 " living consumer%s stood still for longer than the stall limit and lost "
            "messages, the last %s.",
            m->evicted, m->evicted == 1 ? "" : "s", dhi_ago(m->last_evict_ns, s->now_ns, ago));
    if (m->reaped > 0)
        dhi_finding_add(findings, false, NULL,
                        "Dead consumers removed so far: %" PRIu64 ", the last %s.", m->reaped,
                        dhi_ago(m->last_reap_ns, s->now_ns, ago));
    if (m->last_error != 0)
        dhi_finding_add(findings, false, dh_error_help((dh_err)m->last_error),
                        "The producer's last error: %s, at message %" PRIu64 ", %s.",
                        dh_error_text((dh_err)m->last_error), m->last_error_sequence,
                        dhi_ago(m->last_error_ns, s->now_ns, ago));
}

/* ---- zones -------------------------------------------------------------------------------- */

static void of_zone(struct dhi_findings *findings, const struct dhi_snapshot *s,
                    const struct dhi_zone_facts *zone)
{
    if (!zone->torn || s->block.producer_life == DH_LIFE_ALIVE) return;
    dhi_finding_add(
        findings, true, "start the producer again: it writes the zone anew",
        "Zone %s is in the middle of an update that nobody will end: its value is lost, "
        "and readers are told so.",
        zone->name);
}

static void of_dead_lock(struct dhi_findings *findings, const struct dhi_snapshot *s,
                         const struct dhi_lock_facts *lock, const char *zone)
{
    const struct dh_holder *holder = &lock->report.holder;
    char who[DHI_WHO_BYTES];

    dhi_who(&holder->identity, who);
    if (holder->record < 0)
        dhi_finding_add(findings, true,
                        "nothing: whoever takes it next gets it, and is told to mend the zone",
                        "Lock %u of zone %s was held by the producer, %s, when it died.",
                        lock->lock, zone, who);
    else {
        dhi_finding_add(findings, true, "give it back:",
                        "Lock %u of zone %s was held by consumer %d, %s, when it died.", lock->lock,
                        zone, holder->record, who);
        dhi_finding_command(findings, "dhadmin recover %s%s", s->block.channel, s->reach);
    }
}

static void of_lock(struct dhi_findings *findings, const struct dhi_snapshot *s,
                    const struct dhi_lock_facts *lock)
{
    const struct dh_holder *holder = &lock->report.holder;
    const char *zone = lock->zone < s->n_zones ? s->zones[lock->zone].name : "?";
    char who[DHI_WHO_BYTES];

    if (lock->report.held && lock->report.stuck)
        of_dead_lock(findings, s, lock, zone);
    else if (lock->report.held && holder->motion == DH_MOTION_STOPPED) {
        dhi_finding_add(findings, true, "let it go on:",
                        "Lock %u of zone %s is held by %s, which is stopped (SIGSTOP): who wants "
                        "the lock waits for it.",
                        lock->lock, zone, dhi_who(&holder->identity, who));
        dhi_finding_command(findings, "kill -CONT %u", holder->identity.pid);
    } else if (lock->report.held)
        dhi_finding_add(findings, false, NULL, "Lock %u of zone %s is held by %s, which is alive.",
                        lock->lock, zone, dhi_who(&holder->identity, who));
    if (lock->report.owner_died)
        dhi_finding_add(findings, false,
                        "the next owner is told (EOWNERDEAD); it mends the zone, then calls "
                        "dh_zone_consistent()",
                        "An owner of lock %u of zone %s died with it: the zone may be half "
                        "changed.",
                        lock->lock, zone);
}

void dhi_findings_of(struct dhi_findings *findings, const struct dhi_snapshot *snapshot)
{
    *findings = (struct dhi_findings){ 0 };
    if (snapshot->block.producer_life == DH_LIFE_DEAD) of_dead_producer(findings, snapshot);
    if (snapshot->block.producer_life == DH_LIFE_ALIVE) of_live_producer(findings, snapshot);
    dhi_findings_of_consumers(findings, snapshot);
    for (uint32_t i = 0; i < snapshot->n_zones; i++)
        of_zone(findings, snapshot, &snapshot->zones[i]);
    for (uint32_t i = 0; i < snapshot->n_locks; i++)
        of_lock(findings, snapshot, &snapshot->locks[i]);
    of_producer_counts(findings, snapshot);
}
