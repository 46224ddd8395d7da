/* SPDX-License-Identifier: Apache-2.0
 *
 * dh-hot-path - what a processor executes in the calls that each message needs: no locked
 * instruction, no system call, with membarrier no fence, no look at other consumers' claims.
 * Counted from the recorded steps of real calls, not from a listing: what is not on the path does
 * not count. The same calls in other circumstances must show what is absent here, or the counting
 * would be blind.
 */
#include "run.h"
#include "symbols.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_SKIPPED = 77 };

/* ---- x86-64 instructions, as far as they order memory or enter the kernel ---- */

enum kind { PLAIN, LOCKED, FENCE, SYSTEM_CALL };

static bool is_prefix(uint8_t byte)
{
    static const uint8_t prefixes[] = {
        0x66, 0x67, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0xf2, 0xf3
    };

    return memchr(prefixes, byte, sizeof prefixes) != NULL;
}

static enum kind kind_of(const uint8_t *code)
{
    while (is_prefix(*code))
        code++;
    if (*code == 0xf0) return LOCKED;
    if ((*code & 0xf0) == 0x40) code++;                                    /* REX */
    if ((*code == 0x86 || *code == 0x87) && code[1] < 0xc0) return LOCKED; /* xchg with memory */
    if (*code != 0x0f) return PLAIN;
    if (code[1] == 0x05) return SYSTEM_CALL;
    return code[1] == 0xae && code[2] >= 0xe8 ? FENCE : PLAIN; /* lfence, mfence, sfence */
}

struct census {
    unsigned steps, in_dh, ordered, calls; /* locked instructions and fences; system calls */
    bool scans;                            /* looks at the claims of all consumers */
};

/* The victims are forks of this process: their code lies here at the same addresses. */
static struct census count(const struct trace *trace)
{
    struct census census = { .steps = (unsigned)trace->n };

    for (size_t i = 0; i < trace->n; i++) {
        enum kind kind = kind_of((const uint8_t *)(uintptr_t)trace->pcs[i]);
        char where[160];

        census.calls += kind == SYSTEM_CALL;
        if (!symbols_in_dh(trace->pcs[i])) continue;
        census.in_dh++;
        census.ordered += kind == LOCKED || kind == FENCE;
        symbols_name(trace->pcs[i], where, sizeof where);
        census.scans |= strncmp(where, "dhi_smallest_claim", 18) == 0;
    }
    return census;
}

/* ---- what must hold ---- */

enum { NONE = 0, SOME = 1, ANY = 2 };

static const struct expectation {
    const char *campaign;
    int ordered, calls, scans;
    const char *text;
} expectations[] = {
    { "wait/loan", NONE, NONE, NONE, "a loan while there is room" },
    { "wait/commit", NONE, NONE, NONE, "a commit while nobody sleeps" },
    { "wait/acquire", NONE, NONE, NONE, "an acquire of what is there" },
    { "wait/release", NONE, NONE, NONE, "a release while the producer does not wait" },
    { "wait/release-beyond", NONE, NONE, NONE, "one while it waits, but not for this message" },
    { "wait/release-other", SOME, NONE, NONE, "one that it waits for, but for another's as well" },
    { "wait/release-wake", SOME, SOME, NONE, "the one that wakes it" },
    { "overwrite/commit", NONE, NONE, NONE, "a commit of the newest value" },
    { "overwrite/release", NONE, NONE, NONE, "a hold that is dropped" },
    { "overwrite/acquire", SOME, NONE, NONE, "a hold: one full fence, by design" },
    { "wait/commit-fences", SOME, NONE, NONE, "the same commit without membarrier" },
    { "wait/commit-wake", ANY, SOME, NONE, "a commit that wakes a sleeper" },
    { "wait/loan-rescan", SOME, NONE, SOME, "a loan that looks for room" },
    { "zone/lock", SOME, NONE, NONE, "a lock of a shared zone" },
};

static const struct campaign *find(const char *name)
{
    static const struct campaign *const tables[] = { producer_campaigns, consumer_campaigns,
                                                     zone_campaigns };

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct campaign *c = tables[t]; c->name != NULL; c++)
            if (strcmp(c->name, name) == 0) return c;
    return NULL;
}

static bool fits(int expected, unsigned found)
{
    return expected == ANY || (expected == SOME) == (found > 0);
}

static bool check(const struct expectation *e)
{
    static const struct options options = { .limits = { .n_slots = 1 } };
    struct result result = { .campaign = find(e->campaign) };
    struct census census;
    bool good;

    if (result.campaign == NULL || !run_record(&result, &options)) {
        printf("FAILED %-20s cannot be recorded: %s\n", e->campaign,
               result.total.violations[0].text);
        return false;
    }
    census = count(&result.trace);
    good = fits(e->ordered, census.ordered) && fits(e->calls, census.calls) &&
           fits(e->scans, census.scans);
    printf("%-6s %-20s %4u steps, %3u of libdh, %u locked or fences, %u system calls%s  %s\n",
           good ? "ok" : "FAILED", e->campaign, census.steps, census.in_dh, census.ordered,
           census.calls, census.scans ? ", looks at all claims" : "", e->text);
    return good;
}

int main(void)
{
    unsigned passed = 0, n = sizeof expectations / sizeof expectations[0];

    if (!symbols_load() || !trace_allowed()) {
        fprintf(stderr,
                "dh-hot-path: no symbols, or no ptrace on this machine; nothing was tested\n");
        return EXIT_SKIPPED;
    }
    for (unsigned i = 0; i < n; i++)
        passed += check(&expectations[i]);
    printf("%u passed, %u failed\n", passed, n - passed);
    return passed == n ? 0 : 1;
}
