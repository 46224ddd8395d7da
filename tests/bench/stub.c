/* SPDX-License-Identifier: Apache-2.0 */
#include "stub.h"

#include "sample.dh.h"

#include <assert.h>

static_assert(sizeof(bench_sample_producer) == sizeof(dh_producer *), "nothing but the raw handle");
static_assert(sizeof(bench_sample_consumer) == sizeof(dh_consumer *), "nothing but the raw handle");

void stub_commit(struct drill *drill, uint32_t n)
{
    bench_sample_producer producer = { drill->producer };

    for (uint32_t i = 0; i < n; i++) {
        struct bench_sample *slot;

        hub_expect(bench_sample_loan(&producer, DH_FOREVER, &slot), "loan");
        slot->word[0] = drill->sent++;
        hub_expect(bench_sample_commit(&producer), "commit");
    }
}

void stub_commit_scope(struct drill *drill, uint32_t n)
{
    bench_sample_producer producer = { drill->producer };

    for (uint32_t i = 0; i < n; i++) {
        __attribute__((cleanup(bench_sample_loan_end))) bench_sample_loan_scope loan =
            bench_sample_loan_begin(&producer, DH_FOREVER);

        hub_expect(loan.err, "loan");
        loan.slot->word[0] = drill->sent++;
        hub_expect(bench_sample_loan_commit(&loan), "commit");
    }
}

static int fill(struct bench_sample *slot, void *drill)
{
    slot->word[0] = ((struct drill *)drill)->sent++;
    return 0;
}

void stub_commit_transaction(struct drill *drill, uint32_t n)
{
    bench_sample_producer producer = { drill->producer };

    for (uint32_t i = 0; i < n; i++)
        hub_expect(bench_sample_write(&producer, DH_FOREVER, fill, drill, NULL), "write");
}

void stub_take(struct drill *drill, uint32_t n)
{
    bench_sample_consumer consumer = { drill->consumer };

    for (uint32_t i = 0; i < n; i++) {
        const struct bench_sample *slot;

        hub_expect(bench_sample_acquire(&consumer, DH_FOREVER, &slot), "acquire");
        drill_expect(drill, slot->word[0]);
        hub_expect(bench_sample_release(&consumer), "release");
    }
}

void stub_take_scope(struct drill *drill, uint32_t n)
{
    bench_sample_consumer consumer = { drill->consumer };

    for (uint32_t i = 0; i < n; i++) {
        __attribute__((cleanup(bench_sample_acquire_end))) bench_sample_acquire_scope held =
            bench_sample_acquire_begin(&consumer, DH_FOREVER);

        hub_expect(held.err, "acquire");
        drill_expect(drill, held.slot->word[0]);
    }
}

static int use(const struct bench_sample *slot, void *drill)
{
    drill_expect(drill, slot->word[0]);
    return 0;
}

void stub_take_transaction(struct drill *drill, uint32_t n)
{
    bench_sample_consumer consumer = { drill->consumer };

    for (uint32_t i = 0; i < n; i++)
        hub_expect(bench_sample_read(&consumer, DH_FOREVER, use, drill, NULL), "read");
}
