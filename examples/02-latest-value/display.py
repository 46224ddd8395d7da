#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""As display.c, in Python; what a reading has is told by the channel."""
import time

import dh

with dh.Consumer("demo.weather.weather") as weather:
    before, newer = -1, 0
    for _ in range(5):
        now = weather.latest(timeout=1)
        newer += now.number > before
        before = now.number
        time.sleep(0.2)
    skipped = "hundreds" if weather.lost > 100 else "few"
print(f"Python: 5 looks, {newer} of them at a newer reading than before, {skipped} skipped on the way")
