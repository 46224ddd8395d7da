# SPDX-License-Identifier: Apache-2.0
"""leak.py [SLOTS] [TEST…]: nothing stays behind, however many messages go through. CI runs some ten thousand, with libasan,
too, as tests/python/CMakeLists.txt has it; by hand: leak.py 10000000 Leaks.test_plain_messages, which then tells what it
counted."""
import gc
import os
import resource
import sys
import time
import tracemalloc
import unittest

import numpy

import dh
import support

SLOTS = int(sys.argv.pop(1)) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 20000


def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def descriptors(most):
    """Of this process; a producer's thread closes those of consumers that joined or left a moment later."""
    for _ in range(200):
        count = len(os.listdir("/proc/self/fd"))
        if count <= most:
            break
        time.sleep(.01)
    return count


class Leaks(unittest.TestCase):
    schema = dh.schema(support.ALL, "everything")

    def unchanged(self, once, slots):
        """`once` handles one message; what Python and C have allocated must not grow with the number of them."""
        memory, more, files = 0, [], len(os.listdir("/proc/self/fd"))
        for _ in range(4):  # the first one fills caches; what leaks leaks each time
            gc.collect()
            blocks, memory = sys.getallocatedblocks(), memory or resident()
            for _ in range(slots // 4):
                once()
            gc.collect()
            more.append(sys.getallocatedblocks() - blocks)
        self.assertLess(min(more), slots // 4 * .4, f"{more} blocks more, {slots // 4} messages each")
        self.assertLessEqual(descriptors(files), files)
        if slots >= 100000:  # then even one byte a message shows
            print(f"{self.id()}: {slots} messages; blocks of Python more in each quarter: {more}; resident bytes more: "
                  f"{resident() - memory}; descriptors more: {descriptors(files) - files}", file=sys.stderr)
            self.assertLess(resident() - memory, max(slots, 1 << 20))

    def setUp(self):
        self.producer = dh.Producer("test.python.leak", self.schema)
        self.consumer = dh.Consumer("test.python.leak")
        self.row = numpy.arange(6.0).reshape(2, 3)

    def tearDown(self):
        self.consumer.close()
        self.producer.close()

    def test_plain_messages(self):
        def once():
            with self.producer.write() as s:
                s.u4 = 7
            self.consumer.read().u4
        self.unchanged(once, SLOTS)

    def test_every_kind_of_field(self):
        value = dict(closed="high", bits=128, text="text", grid=self.row, numbers=[1, 2], inners=[{"tag": "x", "at": (1, 2)}],
                     choice=("words", "x"), maybe_point=(1, 2), raw=b"abc", names=["a", "b"], each_maybe=[None, 4])

        def once():
            self.producer.send(value, u1=5)
            s = self.consumer.read()
            repr(s), dh.asdict(s), dh.copy(s).choice, s.inners[0].at.x, s.grid[1][1], s.numbers.tolist(), s.closed.name
        self.unchanged(once, SLOTS // 5)

    def test_arrays_and_memoryviews(self):
        def once():
            self.producer.send(grid=self.row)
            s = self.consumer.read()
            numpy.asarray(s)["grid"], numpy.asarray(s.grid)[1:], memoryview(s.grid), dh.memory(s), numpy.asarray(s.points)
        self.unchanged(once, SLOTS // 4)

    def test_what_is_refused(self):
        def once():
            for fields in (dict(u1=300), dict(closed="x"), dict(volts=99), dict(text="x" * 99), dict(nobody=1),
                           dict(grid=[[1]]), dict(choice=("x", 1)), dict(numbers=[1, "x"]), dict(inners=[{"at": 3}])):
                try:
                    self.producer.send(**fields)
                except (ValueError, TypeError):
                    pass
            try:
                self.consumer.read(0)
            except dh.EmptyError:
                pass
            self.producer.send(u1=1)
            s = self.consumer.read()
            for wrong in (lambda: s.nobody, lambda: setattr(s, "u1", 1), lambda: memoryview(s.points)):
                try:
                    wrong()
                except (AttributeError, TypeError, BufferError):
                    pass
        self.unchanged(once, SLOTS // 20)

    def test_opening_and_closing(self):
        def once():
            name = "test.python.leaks"
            with dh.Producer(name, self.schema) as p, dh.Consumer(name) as c, dh.Observer(name, admin=True) as o:
                p.send(u1=1)
                array = numpy.asarray(c.read())
                o.facts, o.consumers(), o.slots(), o.latest(), p.metrics, c.metrics, dh.channels(name), dh.dtype(c.schema)
            del array
            try:
                dh.Consumer(name)
            except dh.NotFoundError:
                pass
        self.unchanged(once, SLOTS // 25)

    def test_cycles_through_what_a_subclass_keeps(self):
        class Mine(dh.Consumer):
            pass

        class Own(dh.Producer):
            pass

        name, schema = "test.python.leaks", dh.schema(support.TYPED, "typed")
        keeps = (lambda c, s: s, lambda c, s: s.matrix, lambda c, s: memoryview(s.matrix), lambda c, s: dh.memory(s),
                 lambda c, s: c.zone("state"), lambda c, s: c.zone("state").lock(0), lambda c, s: c.zone("state").atomics)
        with dh.Producer(name, schema) as p:
            for keep in keeps:
                mine = Mine(name)
                p.send(number=1)
                mine.kept = keep(mine, mine.read(1))
                del mine
                self.assertEqual(self.living(name), 1)
                gc.collect()
                self.assertEqual(self.living(name), 0, keep)
        own = Own(name, schema)
        own.kept = own.write()
        own.kept.__enter__().number = 1
        del own
        gc.collect()
        self.assertEqual(dh.channels(name), [])

    def living(self, name):
        with dh.Observer(name, admin=True) as o:
            return [one.life for one in o.consumers()].count("alive")

    def test_tracemalloc_finds_nothing_either(self):
        def once():
            self.producer.send(grid=self.row, text="x")
            s = self.consumer.read()
            numpy.asarray(s), s.text, s.grid[0]

        for _ in range(100):
            once()
        tracemalloc.start(5)
        for _ in range(50):
            once()
        gc.collect()
        before = tracemalloc.take_snapshot()
        for _ in range(500):
            once()
        gc.collect()
        more = [one for one in tracemalloc.take_snapshot().compare_to(before, "lineno") if one.count_diff > 100]
        tracemalloc.stop()
        self.assertEqual(more, [])


if __name__ == "__main__":
    support.main()
