/* SPDX-License-Identifier: Apache-2.0 */
/* book - takes a million orders and finds none missing, twice or out of order. */
#include "orders.dh.h"

#include <inttypes.h>
#include <stdio.h>

enum { BATCH = 32, ENOUGH = 1000000 };

int main(void)
{
    struct dh_slot slots[BATCH];
    orders_consumer consumer;
    struct dh_why why;
    uint64_t next = 0, bought = 0, wrong = 0;
    uint32_t n, taken = 0;

    if (orders_consumer_open(&consumer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "book: %s\n", why.text);
        return 1;
    }
    for (; taken < ENOUGH; taken += n) {
        if (dh_consumer_acquire_many(consumer.base, dh_in(DH_S), slots, BATCH, &n) != DH_OK)
            return 1;
        if (taken == 0) next = slots[0].sequence; /* where we joined */
        if (n > ENOUGH - taken) n = ENOUGH - taken;
        for (uint32_t i = 0; i < n; i++, next++) {
            const struct orders_order *order = slots[i].data;

            wrong += order->number != next;
            bought += order->side == ORDERS_SIDE_BUY;
        }
        dh_consumer_release_many(consumer.base, n);
    }
    printf("%u orders, %" PRIu64 " of them to buy, %" PRIu64 " missing or out of order\n", taken,
           bought, wrong);
    orders_consumer_close(&consumer);
}
