#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second implementation of layout, canonical text and hashes, from the design's pages alone.

It reads the JSON model (dhgen --dump model) for what the author wrote: types, names, lengths, dimensions, attributes, minors.
Offsets, sizes, strides, orders, spellings and hashes it computes itself; those of the model are only compared with.

    second.py DHGEN [-I DIR]... FILE.dhs...      each channel must come out the same, to the byte

Of alignment it takes @align from the model, which shows there as an alignment greater than that of the type.
"""
import hashlib
import json
import os
import subprocess
import sys
from fractions import Fraction

SIZES = {"bool": 1, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "f16": 2, "i32": 4, "u32": 4, "f32": 4, "i64": 8, "u64": 8, "f64": 8}
REALS = ("f16", "f32", "f64")
SPOKEN = ("unit", "frame", "clock", "range", "invalid", "invalid_first", "scale")


class Wrong(Exception):
    pass


def up(value, align):
    return (value + align - 1) // align * align


class Files:
    """Models by path; of one schema and its imports the declarations, by name and place."""

    def __init__(self, dhgen, folders):
        self.dhgen = dhgen
        self.folders = folders
        self.models = {}
        self.declared = {}

    def load(self, path):
        path = os.path.normpath(path)
        if path not in self.models:
            self.models[path] = self.model(path)
        model = self.models[path]
        for step in model["declarations"]:
            for kind in ("enum", "struct", "union"):
                if step[kind]:
                    self.declared[(kind, step[kind]["name"], step[kind]["source"])] = step[kind]
        for entry in model["imports"]:
            self.load(self.find(entry["file"], os.path.dirname(path)))
        return model

    def model(self, path):
        command = [self.dhgen, "build", "--dump", "model"]
        for folder in self.folders:
            command += ["-I", folder]
        run = subprocess.run(command + [path], capture_output=True, check=False)
        if run.returncode != 0:
            raise Wrong(run.stderr.decode())
        return json.loads(run.stdout)

    def find(self, name, beside):
        for folder in [beside] + self.folders:
            if os.path.exists(os.path.join(folder, name)):
                return os.path.join(folder, name)
        raise Wrong("no file " + name)


class Layout:
    """Size and alignment of types, offsets of fields."""

    def __init__(self, files):
        self.files = files
        self.structs = {}

    def named(self, kind, of):
        if kind == "flags":
            kind = "enum"
        key = (kind, of["named"], of["named_source"])
        if key in self.files.declared:
            return self.files.declared[key]
        raise Wrong("no declaration of %s" % (key,))

    def of(self, t):
        """(size, align) of a type."""
        kind = t["kind"]
        if kind in ("scalar", "atomic", "enum", "flags"):
            return SIZES[t["scalar"]], SIZES[t["scalar"]]
        if kind == "chars":
            return t["length"], 1
        if kind == "string":
            return up(4 + t["length"] + 1, 4), 4
        if kind == "bytes":
            return up(4 + t["length"], 4), 4
        if kind == "struct":
            placed = self.struct(t)
            return placed["size"], placed["align"]
        if kind == "union":
            size, align, _ = self.union(t)
            return size, align
        size, align = self.of(t["element"])
        if kind == "optional":
            return up(size + 1, align), align
        if kind == "list":
            return up(up(4, align) + t["length"] * size, max(4, align)), max(4, align)
        if kind == "array":
            for n in t["dims"]:
                size *= n
            return size, align
        raise Wrong("what is a " + kind)

    def union(self, t):
        onion = self.named("union", t)
        tag = SIZES[onion["tag"]]
        arms = [self.of(a["type"]) for a in onion["arms"] if a["type"]]
        align = max([1] + [a[1] for a in arms])
        start = up(tag, align)
        size = max([start] + [start + a[0] for a in arms])
        if not arms:
            start, size = tag, tag
        align = max(tag, align)
        return up(size, align), align, start

    def struct(self, t):
        return self.place(self.named("struct", t))

    def place(self, s):
        key = id(s)
        if key not in self.structs:
            self.structs[key] = self.place_fields(s)
            for mine, field in zip(self.structs[key]["offsets"], s["fields"]):
                if mine != field["offset"]:
                    raise Wrong("%s.%s lies at %s, dhgen says %s" % (s["name"], field["name"], mine, field["offset"]))
        return self.structs[key]

    def place_fields(self, s):
        """Fields of a minor begin behind the whole size of the minor before, or in the reserve."""
        offsets, sizes = [], {}
        end, align, minor, size, start = 0, 1, 0, 0, 0
        reserve_at, reserve_end = 0, 0
        filled = 0
        for field in s["fields"] + [None]:
            since = field["since_minor"] if field else None
            if since != minor:
                if minor == 0:
                    reserve_at, reserve_end, filled = end, end, end
                    if s["reserve"]:
                        align = max(align, 8)
                        reserve_at = end
                        reserve_end = reserve_at + s["reserve"]
                        filled, end = reserve_at, reserve_end
                size = up(end, align)
                sizes[minor] = (size, end)
                if field is None:
                    break
                minor, start = since, size
            own_size, own_align = self.of(field["type"])
            own_align = max(own_align, field["align"])
            align = max(align, own_align)
            if minor == 0:
                at = up(end, own_align)
                end = at + own_size
            elif up(filled, own_align) + own_size <= reserve_end:
                at = up(filled, own_align)
                filled = at + own_size
            else:
                at = up(max(end, start), own_align)
                end = at + own_size
                reserve_end = 0  # what did not fit closes it
            offsets.append(at)
        align = max(align, s["align"])
        return {"offsets": offsets, "sizes": sizes, "size": up(size, align), "align": align,
                "reserve_at": reserve_at}


def spell_real(value):
    """The shortest %.Ne that reads back."""
    value = float(value)
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0e+00"
    for digits in range(17):
        text = "%.*e" % (digits, value)
        if float(text) == value:
            return text
    raise Wrong("no spelling")


def spell_string(text):
    out = b'"'
    for byte in text.encode():
        if byte in b'"\\':
            out += b"\\" + bytes([byte])
        elif byte < 0x20 or byte == 0x7F:
            out += b"\\x%02x" % byte
        else:
            out += bytes([byte])
    return out.decode() + '"'


class Text:
    """The canonical text of one channel."""

    def __init__(self, layout, channel):
        self.layout = layout
        self.channel = channel
        self.lines = []
        self.meaning = []
        self.root = None

    def write(self):
        c = self.channel
        head = ["dhs 1", "family " + c["family"], "order little"]
        body, lineages = [], []
        roots = sorted(c["roots"], key=lambda r: (r["is_zone"], r["wire_name"].encode()))
        for root in roots:
            mine = self.write_root(root)
            for k in range(len(mine)):
                lineages.append(self.hash(head + [line for part in mine[: k + 1] for line in part]))
            body += [line for part in mine for line in part]
        lines = head + body + ["meaning"] + sorted(self.meaning, key=str.encode)
        return "".join(line + "\n" for line in lines), lineages

    @staticmethod
    def hash(lines):
        data = "".join(line + "\n" for line in lines).encode()
        return hashlib.blake2b(data, digest_size=32).hexdigest()

    def struct_of(self, root):
        if root["struct"] is None:
            return None
        return self.layout.named("struct", {"named": root["struct"], "named_source": root["struct_source"]})

    def write_root(self, root):
        """Parts: the root line with its first minor, then a part a minor."""
        self.root = "zone " + root["wire_name"] if root["is_zone"] else "slot"
        line = "root %s align 64" % self.root + (" shared" if root["shared"] else "")
        structure = self.struct_of(root)
        if root["spinlocks"]:
            self.meaning.append("spinlocks %s . %d" % (self.root, root["spinlocks"]))
        if root["is_deprecated"]:
            self.meaning.append("deprecated %s ." % self.root)
        if structure is None:
            return [[line, "minor 0 size 0"]]
        placed = self.layout.place(structure)
        born = root["since_minor"]
        minors = sorted({born} | {f["since_minor"] for f in structure["fields"] if f["since_minor"] > born})
        parts = []
        for minor in minors:
            older = [m for m in placed["sizes"] if m <= minor]
            self.lines = ["minor %d size %d" % (minor, placed["sizes"][max(older)][0])]
            self.write_minor(structure, placed, minor, minor == born)
            parts.append(self.lines)
        parts[0] = [line] + parts[0]
        return parts

    def write_minor(self, structure, placed, minor, first):
        due = first and structure["reserve"]
        for at, field in zip(placed["offsets"], structure["fields"]):
            since = field["since_minor"]
            if (since > minor) or (not first and since != minor):
                continue
            if due and since > 0:
                self.lines.append("%d reserve<%d> ." % (placed["reserve_at"], structure["reserve"]))
                due = False
            self.part(field["wire_name"], at, field["type"], field, {})
        if due:
            self.lines.append("%d reserve<%d> ." % (placed["reserve_at"], structure["reserve"]))

    def said(self, own, around):
        """What is said of a thing, and what was said around it."""
        return {key: own.get(key) if own.get(key) not in (None, False) else around.get(key) for key in SPOKEN}

    def part(self, path, at, t, own, around):
        if own["is_deprecated"]:
            self.meaning.append("deprecated %s %s" % (self.root, path))
        self.type(path, at, t, self.said(own, around))

    def type(self, path, at, t, said):
        if t["alias_says"]:
            said = self.said(said, t["alias_says"])
        kind = t["kind"]
        if kind == "struct":
            s = self.layout.named("struct", t)
            for offset, field in zip(self.layout.place(s)["offsets"], s["fields"]):
                self.part(path + "." + field["wire_name"], at + offset, field["type"], field, said)
        elif kind == "union":
            self.union(path, at, t, said)
        elif kind == "list":
            size, align = self.layout.of(t["element"])
            self.lines.append("%d list<%d,%d> %s" % (at, t["length"], size, path))
            self.type(path + "[]", at + up(4, align), t["element"], said)
        elif kind == "optional":
            size, _ = self.layout.of(t["element"])
            self.lines.append("%d opt<%d> %s" % (at, size, path))
            self.type(path + "?", at, t["element"], said)
        elif kind == "array":
            self.array(path, at, t, said)
        else:
            self.leaf(path, at, t, [], said)

    def array(self, path, at, t, said):
        element = t["element"]
        if element["alias_says"]:
            said = self.said(said, element["alias_says"])
        if element["kind"] not in ("struct", "union", "list", "optional", "array"):
            self.leaf(path, at, element, t["dims"], said)
            return
        dims = "".join("[%d]" % n for n in t["dims"])
        self.lines.append("%d array<%d>%s %s" % (at, self.layout.of(element)[0], dims, path))
        self.type(path + "[]", at, element, said)

    def union(self, path, at, t, said):
        onion = self.layout.named("union", t)
        size, _, start = self.layout.union(t)
        self.lines.append("%d union<%s,%d> %s" % (at, onion["tag"], size, path))
        for arm in sorted(onion["arms"], key=lambda a: int(a["tag"])):
            inner = path + "." + arm["wire_name"]
            self.lines.append("%d case<%d> %s" % (at + start, int(arm["tag"]), inner))
            if arm["type"]:
                self.part(inner, at + start, arm["type"], arm, said)
            elif arm["is_deprecated"]:
                self.meaning.append("deprecated %s %s" % (self.root, inner))

    def leaf(self, path, at, t, dims, said):
        kind = t["kind"]
        word = {"chars": "char[%d]", "string": "string<%d>", "bytes": "bytes<%d>"}.get(kind)
        word = word % t["length"] if word else t["scalar"]
        if kind == "atomic":
            word = "atomic<%s>" % word
        self.lines.append("%d %s%s %s" % (at, word, "".join("[%d]" % n for n in dims), path))
        self.mean(path, t, said)

    def mean(self, path, t, said):
        kind = t["kind"]
        inner = t["element"] if kind == "atomic" else t
        place = "%s %s" % (self.root, path)
        named = inner["kind"] in ("enum", "flags")
        numeric = inner["kind"] == "scalar" and inner["scalar"] != "bool"
        if named:
            self.enum(place, inner)
        if numeric:
            for key in ("unit", "frame"):
                if said[key] is not None:
                    self.meaning.append("%s %s %s" % (key, place, spell_string(said[key])))
            if said["clock"]:
                self.meaning.append("clock %s %s" % (place, said["clock"]))
            if said["range"]:
                bounds = [self.bound(inner, said["range"][end]) for end in ("low", "high")]
                self.meaning.append("range %s %s %s" % (place, bounds[0], bounds[1]))
            if said["scale"]:
                self.meaning.append("scale %s %s %s" % (place, spell_real(said["scale"]["factor"]),
                                                        spell_real(said["scale"]["offset"])))
        if said["invalid"] is not None and (numeric or named or kind in ("chars", "string")):
            value = spell_string(said["invalid"]) if kind in ("chars", "string") else self.number(inner, said["invalid"])
            first = "first " if said["invalid_first"] else ""
            self.meaning.append("invalid %s %s%s" % (place, first, value))

    def bound(self, t, text):
        """A physical value: of an integer whole where it can be."""
        if text is None or t["scalar"] in REALS:
            return self.number(t, text)
        value = Fraction(str(text))
        whole = value.denominator == 1 and -(2**63) <= value < 2**64
        return str(value.numerator) if whole else spell_real(text)

    @staticmethod
    def number(t, text):
        if text is None:
            return "_"
        if t["kind"] == "scalar" and t["scalar"] in REALS:
            return spell_real(text)
        return text

    def enum(self, place, t):
        e = self.layout.named("enum", t)
        pairs = [(int(v["bit"] if e["is_flags"] else v["value"]), v["name"]) for v in e["enumerators"]]
        words = ["%s=%d" % (name, value) for value, name in sorted(pairs, key=lambda p: (p[0], p[1].encode()))]
        if not e["is_flags"]:
            words.insert(0, "open" if e["is_open"] else "closed")
        self.meaning.append(" ".join(["flags" if e["is_flags"] else "enum", place, e["base"]] + words))


def first_difference(mine, theirs):
    for number, (a, b) in enumerate(zip(mine.split("\n"), theirs.split("\n")), 1):
        if a != b:
            return "line %d: second %r, dhgen %r" % (number, a, b)
    return "one is longer"


def check(files, layout, path):
    """The number of channels; raises Wrong."""
    model = files.load(path)
    for step in model["declarations"]:
        if step["struct"]:
            placed = layout.place(step["struct"])
            if (placed["size"], placed["align"]) != (step["struct"]["size"], step["struct"]["align"]):
                raise Wrong("%s: size and alignment %s, %s" % (step["struct"]["name"], placed["size"], placed["align"]))
    for channel in model["channels"]:
        text, lineages = Text(layout, channel).write()
        if text != channel["canonical"]:
            raise Wrong(channel["name"] + ": " + first_difference(text, channel["canonical"]))
        if hashlib.blake2b(text.encode(), digest_size=32).hexdigest() != channel["hash"]:
            raise Wrong(channel["name"] + ": another hash")
        roots = sorted(channel["roots"], key=lambda r: (r["is_zone"], r["wire_name"].encode()))
        if lineages != [m["lineage"] for r in roots for m in r["minors"]]:
            raise Wrong(channel["name"] + ": another lineage")
    return len(model["channels"]), len(model["declarations"])


def main(words):
    dhgen, folders, paths = words[0], [], []
    words = words[1:]
    while words:
        if words[0] == "-I":
            folders.append(words[1])
            words = words[2:]
        else:
            paths.append(words.pop(0))
    files = Files(dhgen, folders)
    layout = Layout(files)
    channels = declarations = bad = 0
    for path in paths:
        files.declared = {}
        try:
            n, m = check(files, layout, path)
            channels, declarations = channels + n, declarations + m
        except Wrong as wrong:
            print("%s: %s" % (path, wrong))
            bad += 1
    print("%d files, %d declarations, %d channels, %d files wrong" % (len(paths), declarations, channels, bad))
    return 1 if bad or channels == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
