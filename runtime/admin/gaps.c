/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dhadmin gaps: where messages came much later than usual, by their own commit times, and which
 * consumers lost some. Nothing is claimed: what the ring overwrote between two looks is counted as
 * not seen.
 */
#include "channel.h"
#include "quantity.h"
#include "spell.h"
#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A gap is so many times as long as the usual interval. */
#define GAP_TIMES 5

struct stamp {
    uint64_t sequence, ns;
};

struct gaps {
    const struct dhi_request *request;
    char channel[DH_CHANNEL_MAX + 1];
    dh_observer *observer;
    bool admin, begun;
    struct dh_block_facts facts;
    struct stamp *stamps; /* of the ring, by sequence */
    size_t n_stamps;
    uint64_t *intervals, *lost; /* room; of each consumer so far */
    struct stamp last;          /* newest that was looked at */
    uint64_t n_found, n_unseen;
};

static int by_sequence(const void *a, const void *b)
{
    const struct stamp *x = a, *y = b;

    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void look(struct gaps *gaps)
{
    gaps->n_stamps = 0;
    for (uint32_t i = 0; i < gaps->facts.n_states; i++) {
        struct dh_slot_facts facts;

        if (dh_observer_slot(gaps->observer, i, &facts) != DH_OK || facts.commit_ns == 0) continue;
        if (facts.state == DH_SLOT_COMMITTED || facts.state == DH_SLOT_DRAINING)
            gaps->stamps[gaps->n_stamps++] = (struct stamp){ facts.sequence, facts.commit_ns };
    }
    qsort(gaps->stamps, gaps->n_stamps, sizeof *gaps->stamps, by_sequence);
}

/* The median of what the ring shows; 0: too few to tell. */
static uint64_t usual(const struct gaps *gaps)
{
    size_t n = 0;

    for (size_t i = 1; i < gaps->n_stamps; i++)
        if (gaps->stamps[i].sequence == gaps->stamps[i - 1].sequence + 1 &&
            gaps->stamps[i].ns >= gaps->stamps[i - 1].ns)
            gaps->intervals[n++] = gaps->stamps[i].ns - gaps->stamps[i - 1].ns;
    if (n < 3) return 0;
    qsort(gaps->intervals, n, sizeof *gaps->intervals, by_size);
    return gaps->intervals[n / 2];
}

static void tell_gap(struct gaps *gaps, const struct stamp *stamp, uint64_t ns, uint64_t usual_ns)
{
    FILE *out = gaps->request->out;
    char gap[DHI_QUANTITY_BYTES], often[DHI_QUANTITY_BYTES], clock[DHI_QUANTITY_BYTES];
    uint64_t at = stamp->ns + (uint64_t)dhi_realtime_offset();

    gaps->n_found++;
    if (gaps->request->json)
        fprintf(out,
                "{\"v\":1,\"channel\":\"%s\",\"time\":\"%s\",\"sequence\":%" PRIu64
                ",\"gap_ns\":%" PRIu64 ",\"usual_ns\":%" PRIu64 "}\n",
                gaps->channel, dhi_rfc3339(at, clock), stamp->sequence, ns, usual_ns);
    else
        fprintf(out, "%s  message %" PRIu64 " came %s after the one before; usual is %s\n",
                dhi_clock(at, clock), stamp->sequence, dhi_duration(ns, gap),
                dhi_duration(usual_ns, often));
}

static void find_gaps(struct gaps *gaps)
{
    uint64_t usual_ns = usual(gaps);

    for (size_t i = 0; i < gaps->n_stamps; i++) {
        const struct stamp *stamp = &gaps->stamps[i];
        uint64_t ns = stamp->ns > gaps->last.ns ? stamp->ns - gaps->last.ns : 0;

        if (gaps->begun && stamp->sequence <= gaps->last.sequence) continue;
        if (gaps->begun && stamp->sequence != gaps->last.sequence + 1)
            gaps->n_unseen += stamp->sequence - gaps->last.sequence - 1;
        else if (gaps->begun && usual_ns > 0 && ns > GAP_TIMES * usual_ns)
            tell_gap(gaps, stamp, ns, usual_ns);
        gaps->last = *stamp;
        gaps->begun = true;
    }
}

static void find_losses(struct gaps *gaps)
{
    FILE *out = gaps->request->out;
    struct dh_consumer_facts facts;

    for (uint32_t i = 0; gaps->admin && i < gaps->facts.policy.n_consumers; i++) {
        char safe[DHI_SAFE_BYTES];
        uint64_t lost;

        if (dh_observer_consumer(gaps->observer, i, &facts) != DH_OK) continue;
        lost = facts.metrics.lost > gaps->lost[i] ? facts.metrics.lost - gaps->lost[i] : 0;
        gaps->lost[i] = facts.metrics.lost;
        if (lost == 0) continue;
        gaps->n_found++;
        dhi_safe(facts.identity.program, safe);
        if (gaps->request->json) {
            fprintf(out, "{\"v\":1,\"channel\":\"%s\",\"consumer\":%u,\"program\":", gaps->channel,
                    i);
            dhi_write_json_string(out, (const unsigned char *)safe, strlen(safe));
            fprintf(out, ",\"pid\":%u,\"lost\":%" PRIu64 "}\n", facts.identity.pid, lost);
        } else
            fprintf(out, "consumer %u, %s[%u], lost %" PRIu64 " message%s\n", i, safe,
                    facts.identity.pid, lost, lost == 1 ? "" : "s");
    }
}

static void sum_up(const struct gaps *gaps)
{
    if (gaps->request->json) return;
    if (gaps->n_found == 0) fprintf(gaps->request->out, "no gaps\n");
    if (gaps->n_unseen > 0)
        fprintf(gaps->request->err,
                "%s: %" PRIu64 " messages came and went between looks: use a shorter --interval\n",
                gaps->channel, gaps->n_unseen);
}

static enum dhi_exit follow(struct gaps *gaps)
{
    const struct dhi_request *request = gaps->request;
    int64_t next = dh_now();

    do {
        struct dh_block_facts facts;

        dh_observer_block(gaps->observer, &facts); /* its life before the look: nothing is missed */
        look(gaps);
        find_gaps(gaps);
        find_losses(gaps);
        fflush(request->out);
        if (ferror(request->out)) return DHI_EXIT_TRY_AGAIN;
        if (request->once || facts.producer_life != DH_LIFE_ALIVE) break;
        if (request->count > 0 && gaps->n_found >= request->count) break;
        next += request->interval_ns;
    } while (dhi_rest_until(next));
    sum_up(gaps);
    return gaps->n_found > 0 ? DHI_EXIT_PROBLEMS : DHI_EXIT_FINE;
}

enum dhi_exit dhi_run_gaps(const struct dhi_request *request)
{
    struct gaps gaps = { .request = request, .admin = true };
    enum dhi_exit code =
        dhi_channel_open(request, request->argument, &gaps.admin, gaps.channel, &gaps.observer);

    if (code != DHI_EXIT_FINE) return code;
    dhi_watch_signals();
    dh_observer_block(gaps.observer, &gaps.facts);
    gaps.stamps = calloc(gaps.facts.n_states, sizeof *gaps.stamps);
    gaps.intervals = calloc(gaps.facts.n_states, sizeof *gaps.intervals);
    gaps.lost = calloc(gaps.facts.policy.n_consumers, sizeof *gaps.lost);
    if (gaps.stamps == NULL || gaps.intervals == NULL || gaps.lost == NULL)
        code = dhi_complain(request, gaps.channel, DH_ENOMEM, NULL);
    else
        code = follow(&gaps);
    free(gaps.stamps);
    free(gaps.intervals);
    free(gaps.lost);
    dh_observer_close(gaps.observer);
    return code;
}
