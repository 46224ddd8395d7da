#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench.py [--json FILE] [--seconds S] | --instructions: the Python binding beside what Python has, in one run.

Two processes. `pass`: one sends as fast as it can, lossless, the other reads a field of each message. `echo`: a message goes
there and another comes back, one at a time. The ways take turns, several rounds of each, so that a busy machine is busy for
all of them; the median round counts. --instructions counts by valgrind what one message of 64 bytes takes, sent and received in one
process: the same on a busy machine, but without what the kernel does for it.

    dh           a ring of 64 slots; s.n, or a numpy array on the slot
    dh copy      the same with copy=True
    shm+queue    multiprocessing.shared_memory with 64 places, their numbers by multiprocessing.Queue, numpy arrays on them
    pipe         multiprocessing.Pipe: the bytes are copied twice
"""
import argparse
import json
import multiprocessing
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from multiprocessing import shared_memory

import numpy

import dh

PLACES = 64
SIZES = (64, 4096, 1 << 20)


def schema(size):
    return dh.Schema(f"dhs 1\nfamily bench.python/b{size} 1\norder little\nroot slot align 64\nminor 0 size {size}\n0 u64 n\n"
                     f"8 u8[{size - 8}] data\nmeaning\n", slots=PLACES)


class Hub:
    """dh, one direction."""
    copy = False

    def __init__(self, size, channel):
        self.schema, self.channel, self.size = schema(size), f"bench.python.{channel}", size

    def writer(self):
        self.producer = dh.Producer(self.channel, self.schema)
        self.body = numpy.arange(self.size - 8, dtype="u1")

    def reader(self):
        while True:
            try:
                self.consumer = dh.Consumer(self.channel, copy=self.copy)
                return
            except dh.NotFoundError:
                time.sleep(.001)

    def send(self, n):
        with self.producer.write(clear=False) as s:
            s.n = n
            s.data = self.body

    def receive(self):
        s = self.consumer.read()
        data = numpy.asarray(s.data)
        return s.n, data[-1]


class HubCopy(Hub):
    copy = True


class Shared:
    """Places in shared memory, whose numbers go through queues."""

    def __init__(self, size, channel):
        self.size = size
        self.memory = shared_memory.SharedMemory(create=True, size=size * PLACES)
        self.full, self.free = multiprocessing.Queue(), multiprocessing.Queue()
        for place in range(PLACES):
            self.free.put(place)

    def look(self):
        self.places = [numpy.ndarray(self.size, "u1", self.memory.buf, place * self.size) for place in range(PLACES)]
        self.body = numpy.arange(self.size - 8, dtype="u1")

    writer = reader = look

    def send(self, n):
        place = self.free.get()
        array = self.places[place]
        array[:8].view("u8")[0] = n
        array[8:] = self.body
        self.full.put(place)

    def receive(self):
        place = self.full.get()
        array = self.places[place]
        got = int(array[:8].view("u8")[0]), array[-1]
        self.free.put(place)
        return got

    def end(self):
        self.memory.close()
        self.memory.unlink()


class Pipe:
    def __init__(self, size, channel):
        self.size = size
        self.out, self.into = multiprocessing.Pipe(False)

    def writer(self):
        self.array = numpy.zeros(self.size, "u1")
        self.body = numpy.arange(self.size - 8, dtype="u1")

    def reader(self):
        pass

    def send(self, n):
        self.array[:8].view("u8")[0] = n
        self.array[8:] = self.body
        self.into.send_bytes(self.array)

    def receive(self):
        array = numpy.frombuffer(self.out.recv_bytes(), "u1")
        return int(array[:8].view("u8")[0]), array[-1]


WAYS = {"dh": Hub, "dh copy": HubCopy, "shm+queue": Shared, "pipe": Pipe}


def passing(way, result):
    """In the child: read until the end, which is n = 0, and tell messages a second."""
    way.reader()
    result.put("ready")
    count, begun = 0, None
    while True:
        n, _ = way.receive()
        begun = begun or time.perf_counter()
        if n == 0:
            break
        count += 1
    result.put(count / (time.perf_counter() - begun))


def echoing(there, back, result):
    back.writer()
    result.put("ready")
    there.reader()
    while True:
        n, _ = there.receive()
        back.send(n)
        if n == 0:
            return


def run_pass(make, size, seconds):
    way, result = make(size, "pass"), multiprocessing.Queue()
    way.writer()
    child = multiprocessing.Process(target=passing, args=(way, result))
    child.start()
    result.get()
    until, n = time.perf_counter() + seconds, 1
    while time.perf_counter() < until:
        for _ in range(32):
            way.send(n)
            n += 1
    way.send(0)
    rate = result.get()
    child.join()
    finish(way)
    return rate


def run_echo(make, size, seconds):
    there, back, result = make(size, "there"), make(size, "back"), multiprocessing.Queue()
    there.writer()
    child = multiprocessing.Process(target=echoing, args=(there, back, result))
    child.start()
    result.get()
    back.reader()
    times, until = [], time.perf_counter() + seconds
    time.sleep(.05)  # the child opens its side
    while time.perf_counter() < until or len(times) < 100:
        begun = time.perf_counter_ns()
        there.send(1 + len(times))
        back.receive()
        times.append((time.perf_counter_ns() - begun) / 1000)
    there.send(0)
    back.receive()
    child.join()
    finish(there)
    finish(back)
    times.sort()
    return times[len(times) // 2]


def finish(way):
    for name in ("producer", "consumer"):
        if hasattr(way, name):
            getattr(way, name).close()
    if hasattr(way, "end"):
        way.places = None
        way.end()


def loop(make, n):
    """n messages, there and back in this process."""
    way = make(64, "loop")
    way.writer()
    way.reader()
    for i in range(n):
        way.send(i)
        way.receive()
    finish(way)


def instructions(way):
    """Of one message: those of many less those of few."""
    counts = []
    for n in (500, 2000):
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, __file__, "--loop", way,
                               str(n)], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": "0"})
        counts.append(int(re.search(r"Collected : (\d+)", done.stderr).group(1)))
    return (counts[1] - counts[0]) // 1500


def write_json(options, **figures):
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            json.dump(dict(v=1, python=platform.python_version(), numpy=numpy.__version__, cores=os.cpu_count(), **figures), out, indent=1)
            out.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json")
    parser.add_argument("--seconds", type=float, default=1.0, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--loop", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["DH_BROKER"] = "/nonexistent/dh.sock"
    if options.loop:
        loop(WAYS[options.loop[0]], int(options.loop[1]))
        return
    if options.instructions:
        counts = {way: instructions(way) for way in WAYS}
        for way, count in counts.items():
            print(f"{way:<10} {count:>8,} instructions")
        write_json(options, instructions=counts)
        return
    rows = []
    print(f"{'bytes':>8} {'way':<10} {'messages/s':>12} {'MiB/s':>9} {'round trip µs':>14}")
    for size in SIZES:
        rates, trips = {way: [] for way in WAYS}, {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way, make in WAYS.items():
                rates[way].append(run_pass(make, size, options.seconds))
                trips[way].append(run_echo(make, size, options.seconds))
        for way in WAYS:
            rate, trip = statistics.median(rates[way]), statistics.median(trips[way])
            rows.append(dict(bytes=size, way=way, messages_per_s=round(rate), mib_per_s=round(rate * size / 2**20, 1),
                             round_trip_us=round(trip, 2), rounds_messages_per_s=[round(r) for r in rates[way]],
                             rounds_round_trip_us=[round(t, 2) for t in trips[way]]))
            print(f"{size:>8} {way:<10} {rate:>12,.0f} {rate * size / 2**20:>9,.0f} {trip:>14.1f}", flush=True)
    write_json(options, seconds=options.seconds, rounds=options.rounds, rows=rows)


if __name__ == "__main__":
    main()
