# SPDX-License-Identifier: Apache-2.0
"""Every type of the language, written and read: by chance against the module that dhgen makes (which C agrees with), and
case by case what is refused, and in which words."""
import importlib
import math
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import unittest

import numpy

import dh
import support

LIMITS = {f"{sign}{bits}": ((-1 << bits - 1, (1 << bits - 1) - 1) if sign == "i" else (0, (1 << bits) - 1))
          for sign in "iu" for bits in (8, 16, 32, 64)}


def number(rng, node):
    if "enum" in node:
        members = list(node["enum"])
        flags = issubclass(node["enum"], int) and node["name"] == "bits"
        return sum(int(m) for m in members if rng.random() < .5) if flags else rng.choice(members)
    scalar = node["scalar"]
    if scalar == "bool":
        return rng.random() < .5
    factor, shift = node.get("scale", (1, 0))
    low, high = node.get("range", (None, None))
    if scalar[0] == "f":
        low, high = -9.0 if low is None else low, 9.0 if high is None else high
        return struct.unpack("<e", struct.pack("<e", rng.uniform(low, high) * .99))[0]  # exact in each width
    least, most = LIMITS[scalar]
    if low is not None:
        least = max(least, math.ceil((low - shift) / factor + .5))
    if high is not None:
        most = min(most, math.floor((high - shift) / factor - .5))
    return rng.choice((least, most, rng.randint(least, most)))


def leaf(rng, node):
    kind, room = node["kind"], node["capacity"]
    if kind in ("char", "string"):
        text = "".join(rng.choice("abcäö€") for _ in range(rng.randint(0, room)))
        while len(text.encode()) > room:
            text = text[:-1]
        return text
    if kind == "bytes":
        return bytes(rng.randrange(256) for _ in range(rng.randint(0, room)))
    return number(rng, node)


def repeated(dims, make):
    return [repeated(dims[1:], make) for _ in range(dims[0])] if dims else make()


def chance(rng, node):
    """A value for a place, as dh.asdict() gives it."""
    kind, inner = node["kind"], node["children"]
    if kind == "struct":
        return {child["name"]: chance(rng, child) for child in inner}
    if kind == "union":
        arm = rng.choice(inner)
        return {arm["name"]: chance(rng, arm["children"][0]) if arm["children"] else None}
    if kind == "optional":
        return chance(rng, inner[0]) if rng.random() < .7 else None
    if kind == "list":
        return [chance(rng, inner[0]) for _ in range(rng.randint(0, node["capacity"]))]
    if kind == "array":
        return repeated(node["dims"], lambda: chance(rng, inner[0]))
    return repeated(node["dims"], lambda: leaf(rng, node))


class Values(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = dh.schema(support.ALL, "everything")
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run([os.environ["DH_DHGEN"], "build", "--lang", "python", "--out", cls.folder.name, support.ALL],
                       check=True)
        sys.path.insert(0, cls.folder.name)
        cls.module = importlib.import_module("all_dh")

    @classmethod
    def tearDownClass(cls):
        sys.path.remove(cls.folder.name)
        cls.folder.cleanup()

    def setUp(self):
        self.producer = dh.Producer("test.python.values", self.schema)
        self.consumer = dh.Consumer("test.python.values")

    def tearDown(self):
        self.consumer.close()
        self.producer.close()

    def send(self, **fields):
        self.producer.send(**fields)
        return self.consumer.read(1)

    def refused(self, error, words, **fields):
        with self.assertRaises(error) as caught:
            self.producer.send(**fields)
        self.assertIn(words, str(caught.exception))
        self.assertIsNone(self.consumer.poll(), "what was refused is not sent")

    def test_whatever_is_written_is_read_and_its_bytes_are_those_of_the_generated_module(self):
        rng = random.Random(20)
        shape = dh._dh.describe(self.schema)
        for _ in range(300):
            value = chance(rng, shape)
            self.producer.send(value)
            s = self.consumer.read(1)
            self.assertEqual(dh.asdict(s), value)
            raw = bytes(dh.memory(s))
            theirs = self.module.Everything.decode(raw)
            self.assertEqual(theirs.to_bytes(), raw, "padding is zero, and everything lies where they say")
            self.producer.send(theirs)  # a dataclass is a value, too
            again = self.consumer.read(1)
            self.assertEqual(bytes(dh.memory(again)), raw)
            self.producer.send(dh.copy(again))  # and so is a view, by another tree of the same text
            self.assertEqual(bytes(dh.memory(self.consumer.read(1))), raw)
            repr(again)

    def test_dtypes_are_those_of_the_generated_module(self):
        mine, theirs = dh.dtype(self.schema), self.module.Everything.__dh__.dtype()
        self.assertEqual(mine.itemsize, theirs.itemsize)
        self.assertEqual({name: mine.fields[name][1] for name in mine.names},
                         {name.rstrip("_"): theirs.fields[name][1] for name in theirs.names})

    def test_numpy_looks_at_the_slot_itself(self):
        s = self.send(grid=[[1, 2, 3], [4, 5, 6]], numbers=[7, 8], points=[[(1, 2), (3, 4)], [(5, 6), (7, 8)]], raw=b"abc",
                      rows=[(1, 2)], names=["ab", "c"])
        at = numpy.frombuffer(dh.memory(s), "u1").__array_interface__["data"][0]
        whole = numpy.asarray(s)
        for field in ("grid", "numbers", "points", "raw", "names", "lists"):
            array = numpy.asarray(s[field])
            inside = array.__array_interface__["data"][0] - at
            self.assertTrue(0 <= inside < len(dh.memory(s)), field)
            self.assertFalse(array.flags.writeable, field)
        self.assertEqual(whole["grid"].tolist(), [[1, 2, 3], [4, 5, 6]])
        self.assertEqual(numpy.asarray(s.points)["y"].tolist(), [[2, 4], [6, 8]])
        self.assertEqual(numpy.asarray(s.points[1])["y"].tolist(), [6, 8])
        self.assertEqual(numpy.asarray(s.grid[1]).tolist(), [4, 5, 6])
        self.assertEqual(numpy.asarray(s.names).tolist(), [b"ab", b"c"])
        self.assertEqual(numpy.asarray(s.numbers).tolist(), [7, 8])
        self.assertEqual(numpy.asarray(s.rows).tolist(), [[1, 2]])
        with self.assertRaises(ValueError):
            whole["grid"][0, 0] = 1
        self.assertEqual(memoryview(s.grid).shape, (2, 3))
        self.assertEqual(memoryview(s.grid)[1, 2], 6)
        self.assertEqual(bytes(s.raw), b"abc")
        with self.assertRaises(BufferError):
            memoryview(s.points)

    def test_arrays_are_assigned_from_anything_that_has_numbers(self):
        grid = numpy.arange(6.0).reshape(2, 3)
        for given in (grid, grid.astype("f4"), grid.astype("i8"), grid[:, ::-1], numpy.asfortranarray(grid), grid.tolist(),
                      memoryview(grid), tuple(map(tuple, grid)), list(grid)):
            s = self.send(grid=given)
            self.assertEqual(s.grid, numpy.asarray(given).tolist())
        self.assertEqual(self.send(numbers=range(4)).numbers, [0, 1, 2, 3])
        self.assertEqual(self.send(ranges=bytes((1, 2, 3))).ranges, [1, 2, 3])
        structured = numpy.zeros((2, 2), dh.dtype(self.send(u1=1).points).base)
        structured["y"][1, 0] = 6
        self.assertEqual(self.send(points=structured).points[1][0].y, 6)
        self.refused(ValueError, "ranges[1]: 201 is outside @range(1, 200)", ranges=numpy.array([1, 201, 3], "u1"))
        self.refused(TypeError, "numbers[0]: 0.5 is a float", numbers=numpy.array([.5]))
        self.refused(ValueError, "grid: 3 elements, there must be 2", grid=numpy.zeros((3, 2)))
        self.refused(ValueError, "grid[0]: 2 elements, there must be 3", grid=numpy.zeros((2, 2)))

    def test_each_number_of_half_the_width(self):
        for first in range(0, 65536, 4096):
            for half in range(first, first + 4096, 7):
                value = struct.unpack("<e", struct.pack("<H", half))[0]
                with self.producer.write(timeout=1) as s:
                    s.half = value
                    got, raw = s.half, bytes(dh.memory(s))[dh.field(s, "half")["offset"]:][:2]
                    s.half = value * (1 + 2 ** -12)  # rounds to the same one
                    near = s.half
                self.consumer.poll()
                if math.isnan(value):
                    self.assertTrue(math.isnan(got))
                else:
                    self.assertEqual((got, raw), (value, struct.pack("<H", half)))
                    exact = struct.unpack("<e", struct.pack("<e", value * (1 + 2 ** -12)))[0] if abs(value) < 65504 else value
                    self.assertEqual(near, exact)

    def test_bounds_of_each_whole_number(self):
        for name, scalar in dict(i1="i8", i2="i16", i4="i32", eight="i64", u1="u8", u2="u16", u4="u32", ueight="u64").items():
            for value in LIMITS[scalar]:
                self.assertEqual(self.send(**{name: value})[name], value)
            self.refused(ValueError, f"{name}: {LIMITS[scalar][0] - 1} does not fit {scalar}" if scalar != "i64" else
                         "does not fit i64", **{name: LIMITS[scalar][0] - 1})
            self.refused(ValueError, f"does not fit {scalar}", **{name: LIMITS[scalar][1] + 1})
            self.refused(ValueError, f"does not fit {scalar}", **{name: 1 << 80})
            self.assertEqual(self.send(**{name: numpy.int64(5)})[name], 5)

    def test_what_does_not_fit_is_refused_with_its_name_and_what_would(self):
        for error, words, fields in (
                (ValueError, "truth: 2 is neither true nor false", dict(truth=2)),
                (TypeError, "u1: 1.0 is a float; this field takes whole numbers", dict(u1=1.0)),
                (TypeError, "u1: 'x' is no number", dict(u1="x")),
                (TypeError, "u1: None is no number", dict(u1=None)),
                (ValueError, "single: 1e+39 does not fit f32", dict(single=1e39)),
                (ValueError, "half: 65520.0 does not fit f16", dict(half=65520.0)),
                (ValueError, "closed: 1 is no value of its enum: low = -2, none = 0, high = 5", dict(closed=1)),
                (ValueError, "closed: -1 is no value of its enum", dict(closed=-1)),
                (ValueError, "closed: its enum has no 'hihg'; did you mean 'high'?", dict(closed="hihg")),
                (ValueError, "bits: 2 has bits that have no name", dict(bits=2)),
                (ValueError, "volts: 10.5 is outside @range(-10.0, 10.0) V", dict(volts=10.5)),
                (ValueError, "volts: nan is outside", dict(volts=math.nan)),
                (ValueError, "limited: 1001 is outside @range(-5, 1000)", dict(limited=1001)),
                (ValueError, "half_open: 9 is outside @range(10, _)", dict(half_open=9)),
                (ValueError, "scaled: 10001, which means 120.01", dict(scaled=10001)),
                (ValueError, "gap: 1.5 is outside", dict(gap=1.5)),
                (ValueError, "marked: -2 is outside @range(0, 9)", dict(marked=-2)),
                (ValueError, "fixed: 7 bytes of text, there is room for 6", dict(fixed="1234567")),
                (ValueError, "text: 10 bytes of text, there is room for 9", dict(text="ööööö")),
                (TypeError, "text: b'x' is no text", dict(text=b"x")),
                (ValueError, "raw: 13 bytes, there is room for 12", dict(raw=bytes(13))),
                (TypeError, "raw: 'x' is no bytes", dict(raw="x")),
                (ValueError, "codes[1]: 3 is no value", dict(codes=[5, 3])),
                (ValueError, "numbers: 6 items, there is room for 5", dict(numbers=range(6))),
                (TypeError, "numbers: 5 is no sequence", dict(numbers=5)),
                (ValueError, "inners[1].values: 4 items, there is room for 3", dict(inners=[{}, {"values": [1] * 4}])),
                (ValueError, "inners[0].at has no field 'z'", dict(inners=[{"at": {"z": 1}}])),
                (ValueError, "points[1][0]: 3 values, it has 2 fields", dict(points=[[(1, 2), (1, 2)], [(1, 2, 3), (1, 2)]])),
                (ValueError, "lists[1]: 3 items, there is room for 2", dict(lists=[[1], [1, 2, 3]])),
                (ValueError, "each_maybe[1]: 256 does not fit u8", dict(each_maybe=[None, 256])),
                (ValueError, "choice has no field 'wrods'; did you mean 'words'?", dict(choice={"wrods": "x"})),
                (ValueError, "choice.words: 7 bytes of text", dict(choice=("words", "1234567"))),
                (TypeError, "choice.nothing: this arm has no value, 3 is given", dict(choice=("nothing", 3))),
                (TypeError, "choice: 3.5 says not which arm", dict(choice=3.5)),
                (ValueError, "the message has no field 'u9'", dict(u9=1)),
                (TypeError, "maybe_point: 4 has not all fields", dict(maybe_point=4))):
            with self.subTest(words):
                self.refused(error, words, **fields)

    def test_markers_of_what_is_missing_are_no_values_of_a_range(self):
        s = self.send(gap=math.nan, marked=-1, half_open=10)
        self.assertTrue(math.isnan(s.gap))
        self.assertEqual((s.marked, s.half_open), (-1, 10))

    def test_enums_have_names_and_unknown_values_are_numbers(self):
        s = self.send(closed="high", open=40000, bits=0x80000001)
        self.assertEqual((s.closed.name, s.open.name, str(s.bits.name)), ("high", "second", "a|top"))
        self.assertEqual(repr(s.closed), "<closed.high: 5>")
        s = self.send(open=77)
        self.assertEqual((s.open, type(s.open)), (77, int))
        self.assertEqual(self.send(closed=s.closed.__class__(5)).closed, 5)

    def test_unions_optionals_and_lists_are_changed_in_place(self):
        with self.producer.write(timeout=1) as s:
            self.assertEqual(dh.arm(s.choice), "nothing")
            self.assertIsNone(s.maybe_choice)
            s.choice = "nothing"
            s.choice.point = (1, 2)
            s.choice.point.y = 5
            with self.assertRaisesRegex(AttributeError, "'point' is set, not 'words'"):
                s.choice.words
            self.assertFalse(hasattr(s.choice, "words"))
            s.maybe_point = {"x": 1}
            s.maybe_point.y = 3
            s.maybe = 5
            s.maybe = None
            s.numbers.append(4)
            s.numbers.append(5)
            s.numbers[0] = 3
            s.numbers[-1] = 9
            with self.assertRaises(ValueError):
                s.numbers[0] = -1
            with self.assertRaises(IndexError):
                s.numbers[2]
            s.inners.resize(2)
            s.inners[1].tag = "hello"
            s.grid[1] = (1, 2, 3)
            s.grid[0][2] = 7
            s.u2 = s.u1 = 3
            with self.assertRaisesRegex(ValueError, "numbers: 6 items, there is room for 5"):
                s.numbers.resize(6)
            with self.assertRaisesRegex(ValueError, "0 or more"):
                s.numbers.resize(-1)
            s.raw.resize(3)
            memoryview(s.raw)[:] = b"xyz"
            s.numbers[0:2] = (1, 2)
            with self.assertRaises(ValueError):
                s.numbers[0:2] = (1, 2, 3)
            s["class"] = 1
            with self.assertRaises(TypeError):
                del s.u1
        s = self.consumer.read(1)
        self.assertEqual(dh.asdict(s.choice), {"point": {"x": 1, "y": 5}})
        self.assertEqual((s.maybe_point.x, s.maybe_point.y, s.maybe), (1, 3, None))
        self.assertEqual((s.numbers, len(s.inners), s.inners[1].tag), ([1, 2], 2, "hello"))
        self.assertEqual(s.grid, [[0, 0, 7], [1, 2, 3]])
        self.assertEqual((s.raw, s["class"], getattr(s, "import")), (b"xyz", 1, 0))
        self.assertEqual(s.numbers[0:1], [1])
        self.assertIn(2, s.numbers)

    def test_a_field_may_be_called_like_an_argument(self):
        self.assertEqual(self.send(timeout=9).timeout, 9)

    def test_names_that_are_not_there_are_told_with_those_that_are(self):
        s = self.send(u1=1)
        with self.assertRaisesRegex(AttributeError, "the message has no field 'trut'; did you mean 'truth'?"):
            s.trut
        with self.assertRaisesRegex(AttributeError, "points\\[1\\]\\[0\\] has no field 'z'; there is x, y"):
            s.points[1][0].z
        with self.assertRaisesRegex(AttributeError, "the message has no field '0'; there is"):
            s[0]
        with self.assertRaisesRegex(KeyError, "did you mean 'truth'"):
            dh.field(s, "trut")
        self.assertIn("each_maybe", dir(s))
        with self.assertRaisesRegex(TypeError, "read-only"):
            s.u1 = 2
        with self.assertRaisesRegex(TypeError, "read-only"):
            s.numbers[0] = 2
        with self.assertRaises(TypeError):
            hash(s)

    def test_what_people_see_of_a_message(self):
        s = self.send(volts=1.5, scaled=250, closed=5, text="hi", numbers=range(5), choice=("words", "x"), maybe=None)
        for part in ("volts: 1.5 V", "scaled: 22.5 degC", "closed: high", "text: 'hi'", "numbers: [0, 1, 2, 3, 4]",
                     "choice: words: 'x'", "maybe: none", "raw: 0 bytes"):
            self.assertIn(part, repr(s))

    def test_bytes_that_nobody_should_write_are_read_without_harm(self):
        rng = random.Random(21)
        size = dh.dtype(self.schema).itemsize
        for _ in range(200):
            with self.producer.write(timeout=1) as s:
                dh.memory(s)[:] = bytes(rng.randrange(256) for _ in range(size))
            s = self.consumer.read(1)
            dh.asdict(s), repr(s), numpy.asarray(s).tolist()
            numpy.asarray(s.numbers), numpy.asarray(s.inners), bytes(s.raw)

    def test_a_field_that_the_producer_does_not_have_is_absent(self):
        newer = dh.schema(support.ALL, "later")
        older = dh.Schema(newer.text.replace("minor 1 size 8\n4 u32 b\n", ""))
        with dh.Producer("test.python.older", older) as p, dh.Consumer("test.python.older", newer) as c:
            p.send(a=5)
            s = c.read(1)
            self.assertEqual((s.a, s.b, dh.has(s, "a"), dh.has(s, "b"), c.minor), (5, 0, True, False, 0))

    def test_schemas_come_from_where_people_have_them(self):
        texts = {dh.schema(source, channel).text for source, channel in (
            (support.ALL, "everything"), (str(support.ALL), "test.all.everything"), (self.schema.text, None),
            (self.module, "everything"), (self.module.Everything, None), (self.module.__dh__.channels["everything"], None),
            (self.consumer.schema, None))}
        self.assertEqual(len(texts), 1)
        self.assertEqual(dh.schema(self.module.Everything).policy, dict(slots=4, full="wait", checksum="none", consumers=16))
        for wrong, words in ((support.ALL, "which channel? There is everything, later"), (self.module, "which channel"),
                             ("no text\n", "no canonical text, at line 1"), (5, "5 is no schema"),
                             (str(support.ALL) + ".not", "dhgen says")):
            with self.subTest(words), self.assertRaisesRegex(Exception, re.escape(words)):
                dh.schema(wrong)

    def test_a_typed_consumer_reads_what_its_class_says(self):
        with dh.Consumer("test.python.values", self.module.Everything) as c:
            self.producer.send(u1=4)
            self.assertEqual(c.read(1).u1, 4)


if __name__ == "__main__":
    support.main()
