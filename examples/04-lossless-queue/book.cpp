/* SPDX-License-Identifier: Apache-2.0 */
/* book - as book.c, in C++, an order at a time. */
#include "orders.dh.hpp"

#include <cstdio>

using namespace std::chrono_literals;

int main()
try {
    auto orders = demo::orders::Consumer::open();
    std::uint64_t next = 0;
    unsigned taken = 0, bought = 0, wrong = 0;

    for (const demo::orders::Order &order : orders.messages(1s)) {
        if (taken == 0) next = order.number; /* where we joined */
        wrong += order.number != next++;
        bought += order.side == demo::orders::Side::buy;
        if (++taken == 100000) break;
    }
    std::printf("C++: %u orders, %u of them to buy, %u missing or out of order\n", taken, bought,
                wrong);
} catch (const dh::Error &e) {
    std::fprintf(stderr, "book: %s\n", e.what());
    return 1;
}
