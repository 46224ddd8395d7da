/* SPDX-License-Identifier: Apache-2.0 */
/* gateway - sends orders as fast as the book takes them, in batches, until it is told to end. */
#include "orders.dh.h"

#include <stdio.h>

enum { BATCH = 32 };

static void fill(struct orders_order *order, uint64_t number)
{
    order->number = number;
    order->price = 1000000 + (int64_t)(number % 1000);
    order->quantity = 1 + (uint32_t)(number % 500);
    order->side = number % 2 ? ORDERS_SIDE_SELL : ORDERS_SIDE_BUY;
    memcpy(order->symbol, "ACME\0\0\0", sizeof order->symbol);
}

int main(void)
{
    struct dh_slot slots[BATCH];
    orders_producer producer;
    struct dh_why why;
    uint32_t n;

    if (orders_producer_open(&producer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "gateway: %s\n", why.text);
        return 1;
    }
    while (dh_producer_loan_many(producer.base, DH_FOREVER, slots, BATCH, &n) == DH_OK) {
        for (uint32_t i = 0; i < n; i++)
            fill(slots[i].data, slots[i].sequence);
        dh_producer_commit_many(producer.base, n);
    }
}
