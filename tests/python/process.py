# SPDX-License-Identifier: Apache-2.0
"""process.py PARTNER FEEDER: Python with generated C, both ways, and with programs that die."""
import signal
import subprocess
import sys
import time
import unittest

import numpy

import dh
import support

PARTNER, FEEDER = sys.argv.pop(1), sys.argv.pop(1)
N = 500


def sample(number):
    """What the partner calls sample `number`: as its fill()."""
    return dict(
        number=number, mode="class" if number % 2 else "moving", faults=8, label="odd" if number % 2 else "a fresh message",
        code="code", raw=bytes(range(1, 7))[:number % 7], points=[(i, "there") for i in range(number % 4)],
        best=.5 if number % 3 == 0 else None, row=(7, 8, 9) if number % 3 == 1 else None,
        reading=("nothing", ("number", 1.5), ("text", "text"), ("place", {"x": 2.5}))[number % 4], lat=-522500000, half=1.5,
        matrix=((0, 0, 0), (0, 0, number)))


def started(test, version):
    program = subprocess.Popen([FEEDER, version])
    test.addCleanup(program.wait)
    test.addCleanup(program.kill)
    return program


def joined(channel):
    """Its consumer, as soon as it is there."""
    while True:
        try:
            return dh.Consumer(channel)
        except dh.NotFoundError:
            time.sleep(.01)


class WithC(unittest.TestCase):
    schema = dh.schema(support.TYPED, "typed")

    def partner(self, what, channel):
        program = subprocess.Popen([PARTNER, what, channel, str(N)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(program.wait)
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.stdin.close)
        self.addCleanup(program.kill)
        return program

    def test_what_python_writes_are_the_bytes_that_c_writes(self):
        with dh.Producer("test.python.to_c", self.schema) as p:
            with p.zone("setting").write() as z:
                z.gain, z.name = 2.5, "by C++"  # as the partner wants it
            program = self.partner("receive", "test.python.to_c")
            self.assertEqual(program.stdout.read(1), b"r")
            for i in range(N):
                p.send(sample(i), timeout=10)
            self.assertEqual(program.wait(), 0)

    def test_a_consumer_follows_from_one_producer_to_the_next(self):
        feeders = [started(self, "1")]
        consumer = joined("demo.belt.belt")
        self.addCleanup(consumer.close)
        number, feeder = consumer.read(10).number, 1
        while feeder < 3:
            s = consumer.read(10)
            self.assertEqual(s.number, number + 1)
            number, feeder = s.number, s.feeder
            if len(feeders) == feeder < 3:
                feeders.append(started(self, str(feeder + 1)))

    def test_what_c_writes_is_read_by_its_names(self):
        program = self.partner("send", "test.python.from_c")
        self.assertEqual(program.stdout.read(1), b"r")
        with dh.Consumer("test.python.from_c") as c, dh.Consumer("test.python.from_c", self.schema) as proven:
            program.stdin.write(b"g")
            program.stdin.flush()
            state = c.zone("state")
            for i, s in enumerate(c):
                expected = sample(i)
                self.assertEqual((s.number, s.mode.name, s.label, s.raw, len(s.points)),
                                 (i, expected["mode"], expected["label"], expected["raw"], i % 4))
                self.assertEqual((s.best, s.row and s.row.tolist()), (expected["best"], expected["row"] and [7, 8, 9]))
                self.assertEqual(dh.arm(s.reading), ("nothing", "number", "text", "place")[i % 4])
                self.assertEqual(numpy.asarray(s.matrix)[1, 2], i)
                self.assertEqual(dh.asdict(proven.read(10)), dh.asdict(s))
            self.assertEqual(i, N - 1)
            self.assertEqual(c.zone("setting").read(1).name, "by C")
            self.assertGreaterEqual(state.atomics.frames, N - 1)
        self.assertEqual(program.wait(), 0)

    def test_another_schema_is_refused_and_the_field_is_named(self):
        with dh.Producer("test.python.other", self.schema):
            other = dh.Schema(self.schema.text.replace("f32[2][3] matrix", "u32[2][3] matrix"))
            with self.assertRaisesRegex(dh.SchemaError, r"matrix: block f32\[2\]\[3\] @184, consumer u32\[2\]\[3\] @184"):
                dh.Consumer("test.python.other", other)

    def test_who_does_not_know_the_secret_does_not_attach(self):
        secret = bytes(range(32))
        with dh.Producer("test.python.secret", self.schema, secret=secret) as p:
            with self.assertRaises(dh.SecretError):
                dh.Consumer("test.python.secret")
            with dh.Consumer("test.python.secret", secret=secret) as c, dh.Observer("test.python.secret", secret=secret) as o:
                p.send(number=4)
                self.assertEqual((c.read(1).number, o.latest(1).number), (4, 4))


class TheDead(unittest.TestCase):
    schema = WithC.schema

    def test_a_dead_producer_is_told_after_its_last_message(self):
        with support.Program("""
            p = dh.Producer('test.python.dead', dh.schema(sys.argv[1], 'typed')); say(); hear()
            for n in range(5): p.send(number=n)
            with p.write() as s:
                s.number = 99
                os.kill(os.getpid(), 9)
            """, support.TYPED) as program:
            program.line()
            with dh.Consumer("test.python.dead") as c:
                program.tell()
                got = []
                with self.assertRaises(dh.ProducerDiedError):
                    for s in c:
                        got.append(s.number)
                self.assertEqual(got, list(range(5)))
                self.assertEqual(program.end()[0], -signal.SIGKILL)
        with self.assertRaises(dh.NotFoundError):
            dh.Consumer("test.python.dead")

    def test_a_dead_consumer_holds_nobody_up(self):
        with dh.Producer("test.python.holder", self.schema) as p, support.Program("""
            import numpy
            c = dh.Consumer('test.python.holder'); say()
            kept = [numpy.asarray(c.read(10)) for _ in range(3)]
            os.kill(os.getpid(), 9)
            """) as program:
            program.line()
            for n in range(30):
                p.send(number=n, timeout=10)
            self.assertEqual(p.metrics.reaped, 1)

    def test_who_takes_the_lock_of_the_dead_is_told_and_may_mend(self):
        with dh.Producer("test.python.lock", self.schema) as p:
            zone = p.zone("state")
            with support.Program("""
                c = dh.Consumer('test.python.lock')
                with c.zone('state').lock(0) as z:
                    z.low = 1
                    os.kill(os.getpid(), 9)
                """) as program:
                program.end()
            with self.assertRaises(dh.OwnerDiedError):
                with zone.lock(0, timeout=1):
                    self.fail("the zone is not whole")
            with self.assertRaises(KeyError), zone.lock(0, timeout=1, mend=True):
                raise KeyError("it could not be mended")
            with zone.lock(0, timeout=1, mend=True) as z:
                self.assertEqual(z.low, 1)
                z.low = z.high = 2
            with zone.lock(0, timeout=1) as z:
                self.assertEqual((z.low, z.high), (2, 2))
                row = dh.memory(z)
                del row
            with self.assertRaises(BufferError), zone.lock(0) as z:
                row = dh.memory(z)
            del row
            with self.assertRaises(dh.StaleError):
                z.low


if __name__ == "__main__":
    support.main()
