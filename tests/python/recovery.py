# SPDX-License-Identifier: Apache-2.0
"""recovery.py DHBROKER: what is stuck is seen, with who holds it; what the dead held is given back, the living keep theirs; a
producer takes a channel over from a dead one and from a living one."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy

import dh
import support

DHBROKER = sys.argv.pop(1)
SCHEMA = dh.schema(support.TYPED, "typed")
HOLDER = """
    import numpy
    c = dh.Consumer(sys.argv[1]); say()
    kept = [numpy.asarray(c.read(10)) for _ in range(3)]; say(); hear()
    """
LOCKER = """
    c = dh.Consumer(sys.argv[1])
    with c.zone('state').lock(0) as z:
        z.low = 1
        say(); hear()
    """


def until(true):
    for _ in range(1000):
        found = true()
        if found:
            return found
        time.sleep(.01)
    raise AssertionError(f"it never came true: {found!r}")


class Looking(unittest.TestCase):
    def setUp(self):
        self.name = "test.python.stuck"
        self.producer = dh.Producer(self.name, SCHEMA, slots=4)
        self.addCleanup(self.producer.close)

    def holder(self, code=HOLDER):
        program = support.Program(code, self.name)
        self.addCleanup(program.__exit__)
        program.line()
        return program

    def test_a_slot_tells_who_holds_it_and_a_dead_holder_makes_it_stuck(self):
        program = self.holder()
        for n in range(3):
            self.producer.send(number=n)
        program.line()
        with dh.Observer(self.name, admin=True) as o:
            report = o.slot(0)
            self.assertEqual((report.index, report.stuck, report.facts.sequence), (0, False, 0))
            [holder] = [one for one in report.holders if one.record is not None]
            self.assertEqual((holder.record, holder.life, holder.identity.pid), (0, "alive", program.process.pid))
            self.assertRegex(holder.evidence, "holds its lease|holds its lock")
            os.kill(program.process.pid, signal.SIGSTOP)
            until(lambda: "stopped" in o.slot(0).holders[0].motion)
            program.kill()
            until(lambda: o.slot(0).stuck)
            self.assertEqual(o.slot(0).holders[0].life, "dead")
            with self.assertRaisesRegex(IndexError, "has slots 0 to 3, no 4"):
                o.slot(4)
            with self.assertRaises(TypeError):
                o.slot("0")

    def test_what_the_dead_held_is_given_back_and_who_did_it_is_told(self):
        program = self.holder()
        for n in range(3):
            self.producer.send(number=n)
        program.line()
        self.assertEqual(dh.recovery.release(self.name), [])
        with self.assertRaisesRegex(dh.AliveError, str(program.process.pid)) as alive:
            dh.recovery.reset(self.name, 0)
        self.assertEqual(alive.exception.released, [])
        program.kill()
        problems = [one for one in dh.recovery.diagnose(self.name) if one.problem]
        self.assertRegex(problems[0].text, r"Consumer 0.*died 3 messages behind")
        self.assertTrue(problems[0].command.startswith(f"dhadmin recover {self.name}"), problems[0])
        [dry] = dh.recovery.release(self.name, dry_run=True)
        self.assertEqual((dry.record, dry.n_messages, dry.done, dry.identity.pid), (0, 3, False, program.process.pid))
        [done] = dh.recovery.reset(self.name, 0)
        self.assertEqual((done.done, done.held_buffer, done.n_locks), (True, None, 0))
        self.assertEqual(dh.recovery.release(self.name), [])
        for n in range(4):
            self.producer.send(number=n, timeout=0)
        self.assertEqual([one for one in dh.recovery.diagnose(self.name) if one.problem], [])

    def test_locks_tell_who_has_them_and_who_died_with_them(self):
        program = self.holder(LOCKER)
        with dh.Observer(self.name, admin=True) as o:
            [lock] = [one for one in o.locks() if one.held]
            self.assertEqual((lock.zone, lock.lock, lock.stuck, lock.holder.identity.pid),
                             ("state", 0, False, program.process.pid))
            program.kill()
            until(lambda: o.locks()[0].stuck)
            self.assertEqual([one.n_locks for one in dh.recovery.release(self.name)], [1])
            self.assertEqual((o.locks()[0].held, o.locks()[0].owner_died, o.locks()[0].holder), (False, True, None))
            self.assertFalse(o.torn("setting"))
            with self.assertRaises(dh.ArgumentError):
                o.torn("state")
            with self.assertRaises(KeyError):
                o.torn("nothing")
        with dh.Observer(self.name) as o, self.assertRaises(dh.RefusedError):
            o.locks()

    def test_a_block_is_validated_while_it_lives(self):
        self.producer.send(number=1)
        found = dh.recovery.validate(self.name)
        self.assertEqual((found.flaws, found.n_flaws), ([], 0))
        self.assertEqual(found.checked["sequences"], 4)

    def test_what_is_not_there_and_what_makes_no_sense(self):
        for call in (dh.recovery.validate, dh.recovery.release, dh.recovery.reset, dh.recovery.forget, dh.recovery.diagnose):
            with self.assertRaises((dh.NotFoundError, dh.NoBrokerError), msg=call):
                call("test.python.nothing")
        with self.assertRaisesRegex(ValueError, "a slot is 0 or more; None: all of them"):
            dh.recovery.reset(self.name, -2)
        with self.assertRaises(dh.ArgumentError):
            dh.recovery.reset(self.name, 99)
        with self.producer.write(), self.assertRaisesRegex(dh.AliveError, f"{os.getpid()}"):
            dh.recovery.reset(self.name, 0)

    def test_with_a_secret(self):
        name, secret = "test.python.stuck.secret", bytes(range(32))
        with dh.Producer(name, SCHEMA, secret=secret):
            for call in (dh.recovery.validate, dh.recovery.release, dh.recovery.diagnose):
                with self.assertRaises(dh.SecretError, msg=call):
                    call(name)
            self.assertEqual(dh.recovery.validate(name, secret=secret).n_flaws, 0)
            self.assertEqual(dh.recovery.release(name, secret=secret), [])
            self.assertEqual(dh.recovery.diagnose(name, secret=secret), [])


class TakingOver(unittest.TestCase):
    def test_a_successor_goes_on_and_readers_follow_into_a_ring_of_another_size(self):
        name = "test.python.heir"
        with dh.Producer(name, SCHEMA, slots=2) as first, dh.Consumer(name) as c:
            with first.zone("setting").write() as z:
                z.gain = 2.5
            with self.assertRaises(dh.ConflictError):
                dh.Producer(name, SCHEMA)
            first.send(number=0)
            with dh.Producer(name, SCHEMA, slots=6, takeover="handover", takeover_timeout=5) as second:
                with self.assertRaises(dh.SupersededError):
                    first.send(number=99, timeout=0)
                self.assertEqual(second.zone("setting").read().gain, 2.5)
                self.assertEqual([c.read(5).number], [0])
                kept = []
                for n in range(1, 7):  # as many as the new ring has, where the old one had two
                    second.send(number=n, timeout=5)
                    kept.append(numpy.asarray(c.read(5)))
                self.assertEqual([one["number"] for one in kept], list(range(1, 7)))
                with self.assertRaisesRegex(BufferError, "look at 6 messages, as many as the ring has"):
                    c.read(0)
                kept.clear()

    def test_a_takeover_is_spelt_as_it_is(self):
        for wrong in (dict(takeover="handoff"), dict(takeover="handover", takeover_timeout=-1)):
            with self.assertRaisesRegex(ValueError, "takeover is 'never'|takeover_timeout is in seconds"):
                dh.Producer("test.python.heir", SCHEMA, **wrong)

    def test_after_a_death_the_broker_has_the_last_data_for_a_successor_or_forgets_it(self):
        with tempfile.TemporaryDirectory() as folder:
            socket = str(pathlib.Path(folder, "broker.sock"))
            with subprocess.Popen([DHBROKER, "--foreground", "--socket", socket, "--state", folder],
                                  stderr=subprocess.DEVNULL) as broker:
                try:
                    self.with_broker(socket)
                finally:
                    broker.terminate()

    def with_broker(self, socket):
        name = "test.python.orphan"
        until(lambda: os.path.exists(socket))
        with support.Program("""
            p = dh.Producer(sys.argv[2], dh.schema(sys.argv[1], 'typed'), broker=sys.argv[3]); say(); hear()
            for n in range(5): p.send(number=n)
            say(); hear()
            """, support.TYPED, name, socket) as program:
            program.line()
            with dh.Consumer(name, broker=socket) as c:
                program.tell()
                program.line()
                self.assertEqual(c.read(5).number, 0)
                with self.assertRaises(dh.AliveError):
                    dh.recovery.forget(name, broker=socket)
                program.kill()
                until(lambda: any(one.problem and "died" in one.text for one in dh.recovery.diagnose(name, broker=socket)))
                with dh.Producer(name, SCHEMA, broker=socket, takeover="dead") as p:
                    p.send(number=5, timeout=5)
                    self.assertEqual([c.read(5).number for _ in range(5)], [1, 2, 3, 4, 5])
        with support.Program("""
            p = dh.Producer(sys.argv[2], dh.schema(sys.argv[1], 'typed'), broker=sys.argv[3]); say(); hear()
            """, support.TYPED, name, socket) as program:
            program.line()
            program.kill()
        until(lambda: [one.alive for one in dh.channels(name, broker=socket)] == [False])
        dh.recovery.forget(name, broker=socket)
        self.assertEqual(dh.channels(name, broker=socket), [])


if __name__ == "__main__":
    support.main()
