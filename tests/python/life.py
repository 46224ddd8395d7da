# SPDX-License-Identifier: Apache-2.0
"""How long a message is held, and what threads, close(), fork, signals and the interpreter's end do to it."""
import asyncio
import gc
import re
import signal
import threading
import unittest

import numpy

import dh
import support

SLOTS = 4
ERRORS = support.HERE.parents[1] / "include" / "dh" / "error.def"
WAIT = dh.Schema("dhs 1\nfamily test.life/wait 1\norder little\nroot slot align 64\nminor 0 size 72\n0 u64 n\n8 f64[8] row\n"
                 "meaning\n", slots=SLOTS)
ZONED = dh.schema(support.TYPED, "typed")
SUMMED = dh.Schema("dhs 1\nfamily test.life/summed 1\norder little\nroot slot align 64\nminor 0 size 131072\n0 u64 n\n"
                   "8 f64[16383] row\nmeaning\n", slots=SLOTS, checksum="enforced")
OVER = dh.Schema(WAIT.text.replace("life/wait", "life/over"), slots=2, full="overwrite")


class Life(unittest.TestCase):
    def setUp(self):
        self.name = "test.python.life"
        self.producer = dh.Producer(self.name, WAIT)
        self.consumer = dh.Consumer(self.name)

    def tearDown(self):
        self.consumer.close()
        self.producer.close()

    def room(self):
        """How many messages fit now; they are sent."""
        for n in range(SLOTS + 1):
            try:
                self.producer.send(n=n, timeout=0)
            except dh.FullError:
                return n
        raise AssertionError

    def test_a_message_is_held_until_its_last_array_is_gone(self):
        for look in (numpy.asarray, lambda s: memoryview(s.row), lambda s: numpy.asarray(s.row)[2:5][::2], dh.memory):
            self.producer.send(n=1, row=range(8))
            array = look(self.consumer.read(1))
            self.assertIsNone(self.consumer.poll())  # s is no longer the message in hand
            self.assertEqual(self.room(), SLOTS - 1)
            del array
            for n in range(SLOTS - 1):
                self.assertEqual(self.consumer.read(0).n, n)
            self.assertIsNone(self.consumer.poll())
            self.assertEqual(self.room(), SLOTS)
            for n in range(SLOTS):
                self.consumer.read(0)
            self.consumer.poll()

    def test_messages_are_given_back_in_order_whatever_goes_first(self):
        kept = []
        for n in range(3):
            self.producer.send(n=n)
            kept.append(numpy.asarray(self.consumer.read(1)))
        self.consumer.poll()
        self.assertEqual(self.room(), 1)
        del kept[1]
        self.assertEqual(self.room(), 0, "the first is still held")
        del kept[0]
        self.assertEqual(self.room(), 2)
        self.assertEqual(int(kept[0]["n"]), 2)
        self.assertEqual([self.consumer.read(0).n for _ in range(3)], [0, 0, 1])

    def test_a_ring_whose_messages_are_all_looked_at_says_so(self):
        kept = []
        for n in range(SLOTS):
            self.producer.send(n=n)
            kept.append(numpy.asarray(self.consumer.read(1)))
        with self.assertRaisesRegex(BufferError, "still look at 4 messages"):
            self.consumer.read(0)
        self.assertEqual([int(array["n"]) for array in kept], list(range(SLOTS)))
        kept.clear()
        self.assertIsNone(self.consumer.poll())

    def test_a_view_ends_with_its_block_with_the_next_read_and_with_the_consumer(self):
        for n in range(3):
            self.producer.send(n=n)
        with self.consumer.read(1) as s:
            self.assertEqual(s.n, 0)
        row = self.consumer.read(0).row
        self.consumer.read(0)
        last = self.consumer.poll()
        self.assertIsNone(last)
        for view in (lambda: s.n, lambda: row[0], lambda: len(row), lambda: numpy.asarray(s), lambda: dh.copy(s),
                     lambda: s == s, lambda: dh.asdict(row)):
            with self.assertRaises(dh.StaleError):
                view()
        with self.assertRaises(BufferError):
            memoryview(row)
        repr(s), repr(row)

    def test_a_message_that_nobody_keeps_is_given_back_at_once(self):
        self.producer.send(n=1)
        self.consumer.read(1)
        self.assertEqual(self.room(), SLOTS)

    def test_a_copy_stays(self):
        with dh.Consumer(self.name, copy=True) as c:
            for n in range(SLOTS):
                self.producer.send(n=n)
            got = [c.read(0) for _ in range(SLOTS)]
        self.assertEqual([s.n for s in got], list(range(SLOTS)))
        got[0].n = 9
        self.assertEqual(numpy.asarray(got[0])["n"], 9)

    def test_closing_leaves_to_arrays_what_they_look_at(self):
        self.producer.send(n=5, row=range(8))
        array = numpy.asarray(self.consumer.read(1).row)
        self.consumer.close()
        self.assertTrue(self.consumer.closed)
        with self.assertRaisesRegex(ValueError, "this consumer is closed"):
            self.consumer.read(0)
        with dh.Observer(self.name, admin=True) as o:
            self.assertEqual([c.life for c in o.consumers()], ["alive"])
            self.assertEqual(array.tolist(), list(range(8)))
            del array
            self.assertEqual([c.life for c in o.consumers()], ["left"])

    def test_an_array_that_could_still_write_is_not_sent(self):
        with self.assertRaisesRegex(BufferError, "not sent: an array"):
            with self.producer.write() as s:
                array = numpy.asarray(s.row)
                array[:] = 1
        self.assertIsNone(self.consumer.poll())
        with self.assertRaises(BufferError):  # it looks at a slot that is written again
            self.producer.send(n=1)
        del array
        with self.producer.write() as s:
            numpy.asarray(s.row)[:] = 2
        self.assertEqual(self.consumer.read(0).row, [2.0] * 8)
        with self.assertRaises(dh.StaleError):
            s.n = 4

    def test_an_exception_aborts_and_nothing_is_seen(self):
        for broken in (KeyError, KeyboardInterrupt, GeneratorExit):
            with self.assertRaises(broken):
                with self.producer.write() as s:
                    s.n = 7
                    raise broken
        self.assertIsNone(self.consumer.poll())
        self.assertEqual(self.producer.metrics.aborted, 3)
        with self.producer.write() as s:
            self.assertEqual(s.n, 0, "a slot begins as zero")
            with self.assertRaises(dh.OrderError):
                self.producer.send(n=1)
        self.producer.write()  # no `with`: nothing happens
        self.assertEqual(self.consumer.read(0).n, 0)
        self.assertIsNone(self.consumer.poll())

    def test_overwrite_channels_hold_one_and_tell_what_was_lost(self):
        with dh.Producer("test.python.over", OVER) as p, dh.Consumer("test.python.over") as c:
            p.send(n=1)
            array = numpy.asarray(c.read(1))
            for n in range(2, 9):
                p.send(n=n)
            with self.assertRaisesRegex(BufferError, "holds one at a time"):
                c.read(0)
            self.assertEqual(int(array["n"]), 1)
            del array
            self.assertEqual(c.latest().n, 8)
            self.assertEqual(c.lost, 5)
            with dh.Observer("test.python.over") as o:
                self.assertEqual(o.latest(0).n, 8)
                self.assertEqual(o.facts.full, "overwrite")

    def test_loops_end_with_the_producer(self):
        for n in range(3):
            self.producer.send(n=n)
        self.producer.close()
        self.assertEqual([s.n for s in self.consumer], [0, 1, 2])
        with self.assertRaises(dh.ClosedError):
            self.consumer.read(10)

    def test_other_threads_run_while_one_waits_and_may_not_use_its_consumer(self):
        said = []
        begun = threading.Event()

        def wait():
            begun.set()
            said.append(self.consumer.read(10).n)

        thread = threading.Thread(target=wait)
        thread.start()
        begun.wait()
        while True:  # until it is in the call
            try:
                self.consumer.metrics
            except dh.OrderError as error:
                self.assertIn("another thread", str(error))
                break
        self.producer.send(n=3)
        thread.join()
        self.assertEqual(said, [3])

    def test_closing_in_another_thread_ends_the_wait(self):
        said = []

        def wait():
            try:
                self.consumer.read()
            except ValueError as error:
                said.append(str(error))

        thread = threading.Thread(target=wait)
        thread.start()
        while thread.is_alive() and not said:
            try:
                self.consumer.metrics
            except dh.OrderError:
                break
        self.consumer.close()
        thread.join()
        self.assertIn("this consumer is closed", said[0])

    def test_zones_and_loans_end_with_the_producer(self):
        p = dh.Producer("test.python.zoned", ZONED)
        state, loan = p.zone("state"), p.write().__enter__()
        atomics = state.atomics
        with self.assertRaises(dh.StaleError), state.lock(0) as z:
            atomics.frames = 3
            p.close()
            z.low = 1
        for view in (lambda: atomics.frames, lambda: setattr(atomics, "frames", 1), lambda: dh.asdict(atomics), lambda: z.high,
                     lambda: loan.number):
            with self.assertRaises(dh.StaleError):
                view()
        repr(atomics), repr(z), repr(loan)

    def test_closing_amid_a_write_waits_for_its_end(self):
        class Closing:
            def __index__(self):
                consumer.close()
                producer.close()
                return 7

        def opened():
            return dh.Producer("test.python.amid", WAIT), dh.Consumer("test.python.amid")

        for write in (lambda s: setattr(s, "n", Closing()), lambda s: s.row.__setitem__(1, Closing()),
                      lambda s: setattr(s, "row", [Closing()] * 8)):
            producer, consumer = opened()
            with self.assertRaises(dh.StaleError), producer.write() as s:  # there is nothing to commit any more
                write(s)
            self.assertTrue(producer.closed)
        producer, consumer = opened()
        with self.assertRaises(dh.StaleError):
            producer.send(n=Closing(), row=[1] * 8)
        self.assertEqual(dh.channels("test.python.amid"), [])

    def test_the_last_message_of_a_channel_that_ended_is_the_latest(self):
        for n in range(3):
            self.producer.send(n=n)
        self.producer.close()
        self.assertEqual(self.consumer.latest(0).n, 2)
        with self.assertRaises(dh.ClosedError):
            self.consumer.latest(10)

    def test_a_program_may_be_called_anything(self):
        with support.Program("""
            import ctypes
            ctypes.c_char_p.in_dll(ctypes.CDLL(None), 'program_invocation_short_name').value = b'caf\\xe9'
            p = dh.Producer('test.python.bytes', dh.Schema(sys.argv[1])); say(); hear()
            """, WAIT.text) as program:
            program.line()
            self.assertEqual(dh.channels("test.python.bytes")[0].program, "caf\ufffd")
            with dh.Observer("test.python.bytes") as o:
                self.assertEqual(o.facts.producer.program, "caf\ufffd")
            program.tell()
            self.assertEqual(program.end(), (0, ""))

    def test_an_array_that_another_thread_drops_is_given_back(self):
        self.producer.send(n=1)
        arrays = [numpy.asarray(self.consumer.read(1))]
        thread = threading.Thread(target=lambda: self.consumer.read(10))
        thread.start()
        while True:
            try:
                self.consumer.metrics
            except dh.OrderError:
                break
        arrays.clear()  # noted; who waits gives it back
        for n in range(SLOTS):
            self.producer.send(n=n, timeout=10)
        thread.join()

    def test_memory_is_asked_for_and_told(self):
        with dh.Producer("test.python.pages", WAIT, pages="huge", numa=1000) as p, dh.Observer("test.python.pages") as o:
            self.assertEqual((p.memory.asked_pages, p.memory.asked_numa, p.memory.asked_node), ("huge", "node", 1000))
            self.assertIn(p.memory.pages, ("small", "transparent", "pool"))
            self.assertEqual(p.memory.pages == "small", p.memory.huge_bytes == 0)
            self.assertEqual(p.memory.numa, "any")
            self.assertEqual(o.facts.memory, p.memory)

    def test_a_stopped_consumer_is_put_out_and_told(self):
        with dh.Producer("test.python.slow", WAIT, stall_limit=0.02) as p, dh.Consumer("test.python.slow") as c:
            for n in range(SLOTS):
                p.send(n=n)
            s = c.read(1)
            self.assertEqual(s.n, 0)
            p.send(n=SLOTS, timeout=10)
            with self.assertRaises(dh.EvictedError):
                with s:
                    pass
            p.send(n=50)
            self.assertEqual(c.read(1).n, 50)
            self.assertGreater(c.lost, 0)

    def test_event_loops_wait_on_a_descriptor(self):
        async def count(consumer):
            return [s.n async for s in consumer]

        async def both():
            with dh.Consumer(self.name, event_fd=True) as c:
                task = asyncio.ensure_future(count(c))
                for n in range(6):
                    await asyncio.sleep(0)
                    self.producer.send(n=n, timeout=0) if n < SLOTS else None
                await asyncio.sleep(0.01)
                self.producer.close()
                return await asyncio.wait_for(task, 10)

        self.consumer.close()
        self.assertEqual(asyncio.run(both()), list(range(SLOTS)))
        with self.assertRaisesRegex(ValueError, "closed"):
            self.consumer.fileno()

    def test_without_event_fd_loops_are_told_what_they_need(self):
        with self.assertRaisesRegex(dh.OrderError, "event_fd=True"):
            self.consumer.fileno()

    def test_helper_threads_make_and_verify_sums(self):
        name = "test.python.summed"
        with dh.Producer(name, SUMMED, sum_threads=2) as producer, dh.Consumer(name, sum_threads=2) as consumer:
            for turn in range(5):
                for n in range(SLOTS):
                    producer.send(n=turn * SLOTS + n, row=numpy.full(16383, n))
                producer.flush()
                self.assertEqual(producer.metrics.committed, (turn + 1) * SLOTS)
                for n in range(SLOTS):
                    message = consumer.read(0)
                    self.assertEqual((message.n, message.row[16382]), (turn * SLOTS + n, n))
                del message
                self.assertIsNone(consumer.poll())
            producer.flush(timeout=0)
        self.producer.flush()  # nothing to wait for

    def test_arguments_out_of_range(self):
        for call, words in ((lambda: self.consumer.read(-1), "0 or more"), (lambda: self.consumer.read("x"), "must be real"),
                            (lambda: self.consumer.read(float("nan")), "0 or more"),
                            (lambda: dh.Consumer(self.name, secret=b"x"), "a secret has 32 bytes"),
                            (lambda: dh.Consumer("a b"), "name"),
                            (lambda: dh.Schema(WAIT.text, full="never"), "full is 'never'; it is one of wait, overwrite"),
                            (lambda: dh.Producer("a", WAIT, stall_limit=float("inf")), "stall_limit is in seconds"),
                            (lambda: dh.Producer("a", WAIT, pages="vast"), "'transparent' or 'pool', not 'vast'"),
                            (lambda: dh.Producer("a", WAIT, numa=-1), "a node, 0 to 1022, not -1"),
                            (lambda: dh.Producer("a", WAIT, numa="all"), "'interleave' or a node"),
                            (lambda: dh.Producer("a", WAIT, sum_threads=17), "sum_threads is 17: at most 16"),
                            (lambda: dh.Producer("a", OVER, sum_threads=1), "full: wait"),
                            (lambda: dh.Consumer(self.name, sum_threads=17), "at most 16"),
                            (lambda: self.producer.flush(-1), "0 or more"),
                            (lambda: dh.Producer("a", WAIT, numa=1000, memory_required=True), "node 1000 is required"),
                            (lambda: dh.channels(timeout=-1), "0 or more"), (lambda: self.producer.zone(5), "a name, not 5"),
                            (lambda: dh.Producer(self.name, WAIT), "a living producer")):
            with self.subTest(words), self.assertRaisesRegex(Exception, words):
                call()

    def test_every_error_of_the_library_is_a_class(self):
        classes = {c.code: c for c in vars(dh).values()
                   if isinstance(c, type) and issubclass(c, dh.Error) and c is not dh.Error}
        codes = map(int, re.findall(r"^DH_ERROR\(\w+, *(-\d+)", ERRORS.read_text("utf-8"), re.M))
        self.assertEqual(sorted(classes), sorted(codes))
        with self.assertRaises(TimeoutError) as caught:
            self.consumer.read(0)
        error = caught.exception
        self.assertEqual((error.code, error.name), (-4, "DH_EEMPTY"))
        self.assertTrue(error.help and error.__notes__ == ["help: " + error.help])


class Processes(unittest.TestCase):
    """What only shows from outside."""

    def test_a_forked_child_has_its_arrays_as_they_were_and_opens_its_own(self):
        with support.Program("""
            import numpy
            schema = dh.Schema(sys.argv[1])
            p = dh.Producer('test.python.fork', schema)
            c = dh.Consumer('test.python.fork')
            p.send(n=1, row=range(8)); p.send(n=2, row=[5] * 8)
            a, s = numpy.asarray(c.read(1)), c.read(1)
            b = numpy.asarray(s.row)
            child = os.fork()
            if child == 0:
                assert int(a['n']) == 1 and a['row'].tolist() == list(range(8)) and b.tolist() == [5] * 8
                for call in (lambda: c.read(0), lambda: p.send(n=1), lambda: s.n, lambda: c.metrics, p.write, lambda: s.row[0]):
                    try: call()
                    except dh.OrderError as e: assert 'before fork' in str(e)
                    else: raise SystemExit('it went through')
                assert 'given back' in repr(s)
                mine = dh.Consumer('test.python.fork')
                say('child'); assert mine.read(10).n == 3
                del a, b, s, c, p
                raise SystemExit(0)
            assert sys.stdout is not None
            hear(); p.send(n=3)
            _, status = os.waitpid(child, 0)
            assert status == 0, status
            assert c.read(1).n == 3 and int(a['n']) == 1 and b.tolist() == [5] * 8
            say('done')
            """, WAIT.text) as program:
            self.assertEqual(program.line(), "child")
            program.tell()
            self.assertEqual(program.line(), "done")
            self.assertEqual(program.end(), (0, ""))

    def test_control_c_ends_a_wait(self):
        with dh.Producer("test.python.int", WAIT), support.Program("""
            c = dh.Consumer('test.python.int')
            try: say(); c.read()
            except KeyboardInterrupt: say('interrupted')
            """) as program:
            program.line()
            with dh.Observer("test.python.int", admin=True) as o:
                while o.consumers()[0].metrics.sleeps == 0:
                    pass
            program.process.send_signal(signal.SIGINT)
            self.assertEqual(program.line(), "interrupted")
            self.assertEqual(program.end()[0], 0)

    def test_the_end_of_the_interpreter_says_goodbye_whatever_still_lives(self):
        with dh.Producer("test.python.exit", WAIT) as p, support.Program("""
            import numpy
            c = dh.Consumer('test.python.exit'); say()
            s = c.read(10); array = numpy.asarray(s); row = s.row; view = memoryview(row)
            class Late:
                def __init__(self, *kept): self.kept = kept
                def __del__(self): self.said = [repr(one) for one in self.kept], view[0]
            late = Late(s, row, c); late.itself = late
            mine = dh.Producer('test.python.exiting', dh.Schema(sys.argv[1])); mine.send(n=4); say()
            hear()
            """, WAIT.text) as program:
            program.line()
            p.send(n=1)
            program.line()
            with dh.Consumer("test.python.exiting") as c, dh.Observer("test.python.exit", admin=True) as o:
                program.tell()
                self.assertEqual(program.end(), (0, ""))
                with self.assertRaises(dh.ClosedError):
                    c.read(10)
                # its array lived to the end, so it could not leave: the kernel did that
                self.assertIn(o.consumers()[0].life, ("left", "dead"))

    def test_reference_cycles_are_collected_with_what_they_hold(self):
        with dh.Producer("test.python.cycle", WAIT) as p:
            class Mine(dh.Consumer):
                pass
            c = Mine("test.python.cycle")
            p.send(n=1)
            c.itself = c
            array = numpy.asarray(c.read(1))
            del c
            gc.collect()
            self.assertEqual(array["n"], 1)
            del array
            gc.collect()
            with dh.Observer("test.python.cycle", admin=True) as o:
                self.assertEqual([one.life for one in o.consumers()], ["left"])

    def test_without_numpy_all_else_works(self):
        with support.Program("""
            sys.modules['numpy'] = None
            p = dh.Producer('test.python.bare', dh.Schema(sys.argv[1])); c = dh.Consumer('test.python.bare')
            p.send(n=1, row=[1.5] * 8)
            s = c.read(1)
            assert s.row == [1.5] * 8 and memoryview(s.row)[3] == 1.5 and dh.asdict(s)['n'] == 1
            try: dh.dtype(s)
            except ImportError: say('done')
            """, WAIT.text) as program:
            self.assertEqual(program.line(), "done")
            self.assertEqual(program.end(), (0, ""))


if __name__ == "__main__":
    support.main()
