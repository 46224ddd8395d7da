#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""As book.c, in Python. As long as it reads, the others wait for it: nothing is lost for whoever is slower."""
import dh

with dh.Consumer("demo.orders.orders") as orders:
    taken = bought = wrong = 0
    for order in orders:
        if taken == 0:
            following = order.number  # where we joined
        wrong += order.number != following
        bought += order.side.name == "buy"
        following += 1
        taken += 1
        if taken == 100_000:
            break
print(f"Python: {taken} orders, {bought} of them to buy, {wrong} missing or out of order")
