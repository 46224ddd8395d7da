/* SPDX-License-Identifier: Apache-2.0 */
#include "hub.h"

#include "stage.h"
#include "support/block.h"

#include <stdio.h>

/* No figure depends on who else runs. */
static const char no_broker[] = "/nonexistent/dh-bench.sock";

static const unsigned char secret[DH_SECRET_BYTES];

enum { TEXT_BYTES = 512 };

const struct dh_schema *hub_schema(const struct hub_plan *plan)
{
    static char texts[2][TEXT_BYTES];
    char *text = texts[plan->number];

    snprintf(text, TEXT_BYTES,
             "dhs 1\nfamily bench/lane 1\norder little\n"
             "root slot align 64\nminor 0 size %zu\n0 u64[%zu] word\n"
             "root zone a align 64\nminor 0 size 64\n0 u64[8] word\n"
             "root zone b align 64\nminor 0 size 256\n0 u64[32] word\n"
             "meaning\n",
             plan->size, plan->size / sizeof(uint64_t));
    return schema_from_text(plan->number, text, plan->policy);
}

dh_producer *hub_producer(const struct hub_plan *plan)
{
    struct dh_producer_options options = { .storeload = plan->storeload,
                                           .broker = plan->broker ? plan->broker : no_broker,
                                           .secret = plan->secret ? secret : NULL,
                                           .unstamped = plan->unstamped,
                                           .pages = plan->pages,
                                           .sum_threads = plan->behind,
                                           .memory_required = true };
    dh_producer *producer;
    struct dh_why why;

    if (dh_producer_open(&producer, hub_schema(plan), plan->channel, &options, &why) != DH_OK)
        stage_fail("opening the producer: %.200s", why.text);
    return producer;
}

dh_consumer *hub_consumer(const struct hub_plan *plan)
{
    struct dh_consumer_options options = { .broker = plan->broker ? plan->broker : no_broker,
                                           .secret = plan->secret ? secret : NULL,
                                           .event_fd = plan->event_fd,
                                           .sum_threads = plan->ahead,
                                           .spin_ns = plan->spin_ns };
    dh_consumer *consumer;
    struct dh_why why;

    if (dh_consumer_open(&consumer, hub_schema(plan), plan->channel, &options, &why) != DH_OK)
        stage_fail("opening the consumer: %.200s", why.text);
    return consumer;
}

noreturn void hub_failed(dh_err err, const char *call)
{
    stage_fail("%s: %s: %s", call, dh_error_name(err), dh_error_text(err));
}
