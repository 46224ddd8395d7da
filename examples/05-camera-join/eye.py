#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""eye.py SCHEMA NAME DROP: as eye.c, in Python. The schema is the .dhs file itself: nothing is generated."""
import sys
import time

import dh

if len(sys.argv) != 4 or not sys.argv[3].isdigit():
    sys.exit("usage: eye.py SCHEMA NAME DROP")
drop = int(sys.argv[3])
TRIGGER_NS = 500_000
with dh.Producer(sys.argv[2], dh.schema(sys.argv[1])) as camera:
    number = time.monotonic_ns() // TRIGGER_NS
    while True:
        time.sleep(max(0, (number + 1) * TRIGGER_NS - time.monotonic_ns()) / 1e9)
        number = max(number + 1, time.monotonic_ns() // TRIGGER_NS)
        if number % drop == drop - 1:
            continue
        grey = number & 0xff
        with camera.write() as picture:
            picture.number, picture.time, picture.mean = number, time.monotonic_ns(), grey
            picture.pixels = memoryview(bytes([grey]) * (64 * 64)).cast("B", (64, 64))
