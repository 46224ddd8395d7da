#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An implementation of .dhs that was written from docs/reference/language.md alone: from the schema's text to its canonical text.

    stranger.py DHGEN [-I DIR]... FILE.dhs...      each channel must come out as dhgen has it, to the byte

It takes schemas to be right: what must be refused is tests/language/examples.py's business.
"""
import hashlib
import os
import re
import subprocess
import sys

from grammar import tokens

SIZES = {"bool": 1, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "f16": 2, "i32": 4, "u32": 4, "f32": 4, "i64": 8, "u64": 8, "f64": 8}
REALS = ("f16", "f32", "f64")
LEVELS = [["|"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]]
SPOKEN = ("unit", "frame", "clock", "range", "invalid", "scale")
ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t", "0": b"\0"}


def up(value, align):
    return -(-value // align) * align


class Node:
    def __init__(self, kind, **what):
        self.kind = kind
        self.__dict__.update(what)


def unescape(literal):
    out, at, raw = b"", 1, literal.encode()
    while at < len(raw) - 1:
        if raw[at:at + 1] != b"\\":
            out += raw[at:at + 1]
            at += 1
        elif raw[at + 1:at + 2] == b"x":
            out += bytes([int(raw[at + 2:at + 4], 16)])
            at += 4
        else:
            out += ESCAPES.get(chr(raw[at + 1]), raw[at + 1:at + 2])
            at += 2
    return out


# ---- section 2: syntax ------------------------------------------------------------------------


class Parser:
    def __init__(self, text):
        self.found = tokens(text) + [("end", "", False)] * 4
        self.at = 0

    def peek(self, ahead=0):
        return self.found[self.at + ahead][1]

    def kind(self, ahead=0):
        return self.found[self.at + ahead][0]

    def take(self, text=None):
        word = self.peek()
        assert text is None or word == text, f"'{text}' is expected, not '{word}', behind {[f[1] for f in self.found[self.at - 9:self.at]]}"
        self.at += 1
        return word

    def took(self, text):
        if self.peek() != text or self.kind() not in ("NAME", "mark"):
            return False
        self.at += 1
        return True

    def path(self):
        words = [self.take()]
        while self.took("."):
            words.append(self.take())
        return words

    def file(self):
        self.take("package")
        file = Node("file", package=".".join(self.path()), imports=[], declarations=[])
        if self.took("as"):
            self.take()
        self.take(";")
        while self.kind() != "end":
            if self.took("import"):
                name = unescape(self.take()).decode()
                local = self.take() if self.took("as") else None
                file.imports.append((name, local))
                self.take(";")
            else:
                file.declarations.append(self.declaration())
        return file

    def declaration(self):
        return getattr(self, self.take() + "_")()

    def const_(self):
        node = Node("const", name=self.take())
        self.take(":")
        node.type, node.said = self.type(), self.attributes()
        self.take("=")
        node.value = self.expression()
        node.said.update(self.attributes())
        self.take(";")
        return node

    def alias_(self):
        node = Node("alias", name=self.take())
        self.take("=")
        node.type, node.said = self.type(), self.attributes()
        self.take(";")
        return node

    def enum_(self, kind="enum"):
        node = Node(kind, name=self.take(), values=[])
        self.take(":")
        node.base, node.said = self.type(), self.attributes()
        self.take("{")
        while not self.took("}"):
            name = self.take()
            self.take("=")
            node.values.append((name, self.expression()))
            self.attributes()
            if not self.took(","):
                self.take("}")
                break
        return node

    def flags_(self):
        return self.enum_("flags")

    def struct_(self):
        node = Node("struct", name=self.take(), parameters=[], inside={}, fields=[])
        if self.took("<"):
            node.parameters.append(self.take())
            while self.took(","):
                node.parameters.append(self.take())
            self.take(">")
        node.said = self.attributes()
        self.take("{")
        while not self.took("}"):
            if self.peek() in ("const", "enum", "flags") and self.peek(1) != ":":
                inner = self.declaration()
                inner.outer = node
                node.inside[inner.name] = inner
            else:
                node.fields.append(self.member())
        return node

    def member(self):
        node = Node("member", name=self.take(), type=None, value=None, said={})
        if self.took(":"):
            node.type = self.type()
        node.said.update(self.attributes())
        if self.took("="):
            node.value = self.expression()
            node.said.update(self.attributes())
        self.take(";")
        return node

    def union_(self):
        node = Node("union", name=self.take(), arms=[])
        self.take(":")
        node.base, node.said = self.type(), self.attributes()
        self.take("{")
        while not self.took("}"):
            node.arms.append(self.member())
        return node

    def channel_(self):
        node = Node("channel", name=self.take(), slot=None, zones=[])
        self.take("version")
        node.major = self.expression()
        self.attributes()
        self.take("{")
        while not self.took("}"):
            self.setting(node)
        return node

    def setting(self, channel):
        if self.peek() == "zone" and self.peek(1) != ":":
            self.take()
            zone = Node("zone", name=self.take(), said={}, shared=False, spinlocks=None)
            self.take(":")
            zone.type = self.type()
            while not self.took(";"):
                if self.took("shared"):
                    zone.shared = True
                elif self.took("spinlocks"):
                    zone.spinlocks = self.expression()
                else:
                    zone.said.update(self.attributes())
            channel.zones.append(zone)
            return
        name = self.take()
        self.take(":")
        if name == "slot":
            channel.slot = Node("slot", name="slot", type=self.type(), said=self.attributes(), shared=False, spinlocks=None)
        else:
            self.expression()
            self.attributes()
        self.take(";")

    def type(self):
        kind = self.peek()
        if kind in ("string", "bytes", "list", "atomic"):
            self.take()
            self.take("<")
            inner = self.type() if kind in ("list", "atomic") else None
            if kind == "list":
                self.take(",")
            bound = self.expression() if kind != "atomic" else None
            self.take(">")
            node = Node(kind, inner=inner, bound=bound)
        else:
            node = Node("named", path=self.path(), arguments=[])
            if self.took("<"):
                node.arguments.append(self.expression())
                while self.took(","):
                    node.arguments.append(self.expression())
                self.take(">")
        while self.peek() in ("[", "?"):
            if self.took("?"):
                node = Node("optional", inner=node)
                continue
            self.take()
            bounds = [self.expression()]
            self.take("]")
            while self.took("["):
                bounds.append(self.expression())
                self.take("]")
            node = Node("array", inner=node, bounds=bounds)
        return node

    def attributes(self):
        said = {}
        while self.took("@"):
            name, arguments, first = ".".join(self.path()), [], False
            if self.took("("):
                if self.peek() == "first" and self.peek(1) != ")" and "." not in name:
                    self.take()
                    first = True
                while not self.took(")"):
                    arguments.append(self.expression())
                    self.took(",")
            said[name] = Node("attribute", arguments=arguments, first=first)
        return said

    def expression(self, level=0):
        if level == len(LEVELS):
            return self.unary()
        left = self.expression(level + 1)
        while True:
            operator = self.peek()
            if operator == ">" and self.found[self.at][2] and self.peek(1) == ">" and level == 2:
                operator = ">>"
            if operator not in LEVELS[level] or self.kind() != "mark":
                return left
            self.at += 2 if operator == ">>" else 1
            left = Node("binary", operator=operator, left=left, right=self.expression(level + 1))

    def unary(self):
        if self.kind() == "mark" and self.peek() in "-~":
            return Node("unary", operator=self.take(), inner=self.unary())
        if self.took("("):
            inner = self.expression()
            self.take(")")
            return inner
        kind = self.kind()
        if kind == "NAME":
            node = Node("path", path=self.path(), call=None)
            if self.took("("):
                node.call = self.expression()
                self.take(")")
            return node
        text = self.take()
        plain = text.replace("_", "")
        if kind == "INTEGER":
            base = {"x": 16, "b": 2, "o": 8}.get(plain[1:2], 10)
            return Node("literal", value=int(plain, base) if base != 10 else int(plain))
        if kind == "REAL":
            return Node("literal", value=float(plain), minor=int(text.partition(".")[2]) if text.replace(".", "").isdigit() else None)
        if kind == "TEXT":
            return Node("literal", value=unescape(text))
        return Node("literal", value=unescape(text)[0] if kind == "CHARACTER" else None)


# ---- section 3: files and names ---------------------------------------------------------------


class Scope:
    """Where something is written: its file, the struct around it, and that struct's parameters."""

    def __init__(self, file, outer=None, parameters=None):
        self.file = file
        self.outer = outer
        self.parameters = parameters or {}


class Library:
    def __init__(self, folders):
        self.folders = folders
        self.files = {}

    def load(self, path):
        path = os.path.realpath(path)
        if path not in self.files:
            with open(path, encoding="utf-8") as text:
                file = self.files[path] = Parser(text.read()).file()
            file.names = {node.name: node for node in file.declarations if node.kind != "channel"}
            for node in file.declarations:
                node.scope = Scope(file)
                for inner in getattr(node, "inside", {}).values():
                    inner.scope = Scope(file, node)
            file.seen = [(local, self.load(self.find(name, path))) for name, local in file.imports]
        return self.files[path]

    def find(self, name, path):
        for folder in [os.path.dirname(path)] + self.folders:
            if os.path.exists(os.path.join(folder, name)):
                return os.path.join(folder, name)
        raise FileNotFoundError(name)


def qualified(file, qualifier, name):
    if file.package == qualifier and name in file.names:
        return file.names[name]
    for local, other in file.seen:
        if qualifier in (local, other.package) and name in other.names:
            return other.names[name]
    return None


def lookup(scope, path):
    if len(path) == 1:
        if scope.outer and path[0] in scope.outer.inside:
            return scope.outer.inside[path[0]]
        return qualified(scope.file, scope.file.package, path[0])
    found = qualified(scope.file, ".".join(path[:-1]), path[-1])
    if found:
        return found
    outer = lookup(scope, path[:-1])
    return outer.inside.get(path[-1]) if outer and outer.kind == "struct" else None


# ---- section 8: expressions -------------------------------------------------------------------


class Value:
    """A value of an enum, by name."""

    def __init__(self, name, number):
        self.name = name
        self.number = number


def number(value):
    return value.number if isinstance(value, Value) else value


def value_in(node, name, as_bit=False):
    base = Layout.scalar_of(node)
    value = evaluate(dict(node.values)[name], node.scope, None if node.kind == "flags" else Node("scalar", scalar=base))
    if node.kind == "enum":
        return Value(name, number(value))
    return value if as_bit else 1 << value


def evaluate(node, scope, wanted=None):
    if node.kind == "literal":
        return node.value
    if node.kind == "path":
        return named_value(node, scope, wanted)
    if node.kind == "unary":
        inner = number(evaluate(node.inner, scope, wanted))
        if node.operator == "-":
            return -inner
        bits = 8 * SIZES[wanted.scalar]
        return ~inner if wanted.scalar[0] == "i" else (1 << bits) - 1 - inner
    left, right = (number(evaluate(side, scope, wanted)) for side in (node.left, node.right))
    if node.operator == "/":
        return left / right if isinstance(left, float) or isinstance(right, float) else left // right
    if node.operator == "%":
        return abs(left) % abs(right) * (-1 if left < 0 else 1)
    return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "<<": lambda: left << right,
            ">>": lambda: left >> right, "&": lambda: left & right, "|": lambda: left | right}[node.operator]()


def named_value(node, scope, wanted):
    path = node.path
    if len(path) == 1:
        of_enum = getattr(wanted, "enumeration", None)
        if of_enum and path[0] in dict(of_enum.values):
            return value_in(of_enum, path[0])
        if path[0] in ("nan", "inf", "true", "false"):
            return float(path[0]) if path[0] in ("nan", "inf") else path[0] == "true"
        if path[0] in scope.parameters:
            return scope.parameters[path[0]]
    found = lookup(scope, path)
    if found and found.kind == "const":
        inner = Scope(found.scope.file, found.scope.outer, scope.parameters if found.scope.outer is scope.outer else {})
        return evaluate(found.value, inner, Layout.resolve(found.type, inner))
    return value_in(lookup(scope, path[:-1]), path[-1])


# ---- sections 4 and 9: types and layout -------------------------------------------------------


class Type:
    def __init__(self, kind, size, align, **what):
        self.kind = kind
        self.size = size
        self.align = align
        self.said = []  # what aliases say of it, with the scope that they say it in
        self.__dict__.update(what)

    def is_leaf(self):
        return self.kind in ("scalar", "chars", "string", "bytes", "atomic")

    def is_number(self):
        return self.kind in ("scalar", "atomic") and not self.enumeration and self.scalar != "bool"


class Layout:
    structs = {}

    @staticmethod
    def scalar_of(node):
        return Layout.resolve(node.base, node.scope).scalar

    @staticmethod
    def resolve(node, scope):
        return getattr(Layout, node.kind)(node, scope)

    @staticmethod
    def string(node, scope):
        bound = number(evaluate(node.bound, scope))
        return Type("string", up(4 + bound + 1, 4), 4, bound=bound)

    @staticmethod
    def bytes(node, scope):
        bound = number(evaluate(node.bound, scope))
        return Type("bytes", up(4 + bound, 4), 4, bound=bound)

    @staticmethod
    def list(node, scope):
        inner, bound = Layout.resolve(node.inner, scope), number(evaluate(node.bound, scope))
        align, first = max(4, inner.align), up(4, inner.align)
        return Type("list", up(first + bound * inner.size, align), align, inner=inner, bound=bound, first=first)

    @staticmethod
    def atomic(node, scope):
        inner = Layout.resolve(node.inner, scope)
        made = Type("atomic", inner.size, inner.size, scalar=inner.scalar, enumeration=inner.enumeration)
        made.said = inner.said
        return made

    @staticmethod
    def optional(node, scope):
        inner = Layout.resolve(node.inner, scope)
        return Type("optional", up(inner.size + 1, inner.align), inner.align, inner=inner)

    @staticmethod
    def array(node, scope):
        dims = [number(evaluate(bound, scope)) for bound in node.bounds]
        said = []
        if node.inner.kind == "named" and node.inner.path == ["char"]:
            inner = Type("chars", dims[-1], 1, bound=dims.pop(), enumeration=None)
        else:
            inner = Layout.resolve(node.inner, scope)
        if inner.kind == "array":
            dims, said, inner = dims + inner.dims, inner.said + inner.inner_said, inner.inner
        if not dims:
            return inner
        count = 1
        for dim in dims:
            count *= dim
        return Type("array", count * inner.size, inner.align, inner=inner, dims=dims, inner_said=said)

    @staticmethod
    def named(node, scope):
        if len(node.path) == 1 and node.path[0] in SIZES:
            size = SIZES[node.path[0]]
            return Type("scalar", size, size, scalar=node.path[0], enumeration=None)
        found = lookup(scope, node.path)
        if found.kind == "alias":
            type_ = Layout.resolve(found.type, found.scope)
            made = Type(**{**type_.__dict__})
            made.said = type_.said + [(found.said, found.scope)]
            return made
        if found.kind in ("enum", "flags"):
            if scope.outer and scope.outer.inside.get(found.name) is found:
                found = Node(**{**found.__dict__, "scope": scope})  # its values may depend on the struct's arguments
            scalar = Layout.scalar_of(found)
            return Type("scalar", SIZES[scalar], SIZES[scalar], scalar=scalar, enumeration=found)
        if found.kind == "union":
            return Layout.union(found)
        return Layout.struct(found, [number(evaluate(argument, scope)) for argument in node.arguments])

    @staticmethod
    def union(node):
        tag, arms = SIZES[Layout.scalar_of(node)], []
        for arm in node.arms:
            arms.append((arm, Layout.resolve(arm.type, node.scope) if arm.type else None))
        align = max([type_.align for _, type_ in arms if type_] + [1])
        first = up(tag, align)
        largest = max([type_.size for _, type_ in arms if type_] + [0])
        align = max(align, tag)
        return Type("union", up(first + largest, align), align, node=node, arms=arms, first=first, scope=node.scope)

    @staticmethod
    def struct(node, arguments):
        scope = Scope(node.scope.file, node, dict(zip(node.parameters, arguments)))
        cursor = end = reserve_end = minor = 0
        align, sizes, fields, reserve = boundary(node.said, scope, 1), {}, [], None

        def close():
            nonlocal cursor, end, reserve_end, align, reserve
            if minor == 0 and "reserve" in node.said:
                reserve = (end, evaluate(node.said["reserve"].arguments[0], scope))
                cursor, end = end, end + reserve[1]
                reserve_end, align = end, max(align, 8)
            sizes[minor] = up(end, align)
            if reserve_end == 0:
                cursor = sizes[minor]

        for field in node.fields:
            type_, since = Layout.resolve(field.type, scope), since_of(field.said)
            if since > minor:
                close()
                minor, previous = since, minor
            field_align = boundary(field.said, scope, type_.align)
            offset = up(cursor, field_align)
            if minor > 0 and reserve_end > 0 and offset + type_.size > reserve_end:
                reserve_end, offset = 0, up(sizes[previous], field_align)
            cursor = offset + type_.size
            end, align = max(end, cursor), max(align, field_align)
            fields.append((field, type_, offset, since))
        close()
        return Type("struct", sizes[minor], align, node=node, fields=fields, sizes=sizes, reserve=reserve, scope=scope)


def boundary(said, scope, natural):
    if "cacheline" in said:
        return 64
    return max(natural, number(evaluate(said["align"].arguments[0], scope))) if "align" in said else natural


def since_of(said):
    return said["since"].arguments[0].minor if "since" in said else 0


# ---- section 11: canonical text ---------------------------------------------------------------


def real(value):
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    for digits in range(17):
        text = f"{value or 0.0:.{digits}e}"
        if float(text) == value:
            return text
    raise AssertionError(value)


def quoted(data):
    out = b""
    for byte in data:
        out += b"\\" + bytes([byte]) if byte in b'"\\' else b"\\x%02x" % byte if byte < 0x20 or byte == 0x7f else bytes([byte])
    return '"' + out.decode("utf-8", "surrogateescape") + '"'


class Writer:
    def __init__(self, file, channel):
        self.file = file
        self.channel = channel
        self.lines = []
        self.meaning = []
        self.root = ""

    def text(self):
        major = evaluate(self.channel.major, self.channel.scope)
        self.lines = ["dhs 1", f"family {self.file.package}/{self.channel.name} {major}", "order little"]
        self.write_root(self.channel.slot, "slot")
        for zone in sorted(self.channel.zones, key=wire_name):
            self.write_root(zone, "zone " + wire_name(zone))
        return "\n".join(self.lines + ["meaning"] + sorted(self.meaning, key=lambda line: line.encode("utf-8", "surrogateescape"))) + "\n"

    def write_root(self, root, name):
        self.root = name
        self.lines.append(f"root {name} align 64" + (" shared" if root.shared else ""))
        scope = self.channel.scope
        if "deprecated" in root.said:
            self.meaning.append(f"deprecated {name} .")
        if root.spinlocks:
            self.meaning.append(f"spinlocks {name} . {number(evaluate(root.spinlocks, scope))}")
        if root.type.kind == "named" and root.type.path == ["none"] and name == "slot":
            self.lines.append("minor 0 size 0")
            return
        type_, born = Layout.resolve(root.type, scope), since_of(root.said)
        done = -1
        for minor in sorted({born} | {minor for minor in type_.sizes if minor > born}):
            size = type_.sizes[max(known for known in type_.sizes if known <= minor)]
            self.lines.append(f"minor {minor} size {size}")
            self.write_fields(type_, done, minor)
            done = minor

    def write_fields(self, type_, after, until):
        reserve = type_.reserve if after < 0 else None
        for field, inner, offset, since in type_.fields:
            if not after < since <= until:
                continue
            if reserve and since > 0:
                self.lines.append(f"{reserve[0]} reserve<{reserve[1]}> .")
                reserve = None
            self.part(field, inner, offset, wire_name(field), [], type_.scope)
        if reserve:
            self.lines.append(f"{reserve[0]} reserve<{reserve[1]}> .")

    def part(self, member, type_, offset, path, around, scope):
        if "deprecated" in member.said:
            self.meaning.append(f"deprecated {self.root} {path}")
        if type_:
            self.walk(type_, offset, path, [(member.said, scope)] + around)

    def walk(self, type_, offset, path, said):
        said = type_.said + said
        if type_.is_leaf():
            self.leaf(type_, "", offset, path, said)
        else:
            getattr(self, type_.kind)(type_, offset, path, said)

    def struct(self, type_, offset, path, said):
        for field, inner, at, _ in type_.fields:
            self.part(field, inner, offset + at, path + "." + wire_name(field), said, type_.scope)

    def union(self, type_, offset, path, said):
        scalar = Layout.scalar_of(type_.node)
        self.lines.append(f"{offset} union<{scalar},{type_.size}> {path}")
        tags = [(number(evaluate(arm.value, type_.scope, Node("scalar", scalar=scalar))), arm, inner) for arm, inner in type_.arms]
        for tag, arm, inner in sorted(tags, key=lambda row: row[0]):
            arm_path = path + "." + wire_name(arm)
            self.lines.append(f"{offset + type_.first} case<{tag}> {arm_path}")
            self.part(arm, inner, offset + type_.first, arm_path, said, type_.scope)

    def list(self, type_, offset, path, said):
        self.lines.append(f"{offset} list<{type_.bound},{type_.inner.size}> {path}")
        self.walk(type_.inner, offset + type_.first, path + "[]", said)

    def optional(self, type_, offset, path, said):
        self.lines.append(f"{offset} opt<{type_.inner.size}> {path}")
        self.walk(type_.inner, offset, path + "?", said)

    def array(self, type_, offset, path, said):
        dims = "".join(f"[{dim}]" for dim in type_.dims)
        said = type_.inner_said + said
        if type_.inner.is_leaf():
            self.leaf(type_.inner, dims, offset, path, type_.inner.said + said)
            return
        self.lines.append(f"{offset} array<{type_.inner.size}>{dims} {path}")
        self.walk(type_.inner, offset, path + "[]", said)

    def leaf(self, type_, dims, offset, path, said):
        kind = {"scalar": "{0.scalar}", "atomic": "atomic<{0.scalar}>", "chars": "char[{0.bound}]", "string": "string<{0.bound}>",
                "bytes": "bytes<{0.bound}>"}[type_.kind].format(type_)
        self.lines.append(f"{offset} {kind}{dims} {path}")
        place = f"{self.root} {path}"
        if getattr(type_, "enumeration", None):
            self.enumeration(type_.enumeration, place)
        found = {}
        for attributes, scope in said:
            for key in SPOKEN:
                if key in attributes and key not in found:
                    found[key] = (attributes[key], scope)
        for key, (attribute, scope) in found.items():
            if type_.is_number() or key == "invalid" and type_.kind != "bytes" and getattr(type_, "scalar", "") != "bool":
                arguments = [self.argument(key, argument, type_, scope) for argument in attribute.arguments]
                if key == "scale" and len(arguments) == 1:
                    arguments.append("0e+00")
                self.meaning.append(" ".join([key, place] + ["first"] * attribute.first + arguments))

    def argument(self, key, argument, type_, scope):
        if key == "clock":
            return argument.path[0] if argument.call is None else evaluate(argument.call, scope).decode()
        if argument.kind == "literal" and argument.value is None:
            return "_"
        value = evaluate(argument, scope, type_ if type_.kind in ("scalar", "atomic") and key != "scale" else None)
        if isinstance(value, bytes):
            return quoted(value)
        if isinstance(value, Value):
            return value.name
        if key == "range" and type_.scalar not in REALS and isinstance(value, float):  # of a scaled integer
            return str(int(value)) if value == int(value) and -(2**63) <= value < 2**64 else real(value)
        return real(value) if key == "scale" or type_.scalar in REALS else str(value)

    def enumeration(self, node, place):
        values = [(number(value_in(node, name, True)), name) for name, _ in node.values]
        listed = " ".join(f"{name}={value}" for value, name in sorted(values))
        kind = "" if node.kind == "flags" else " open" if "open" in node.said else " closed"
        self.meaning.append(f"{node.kind} {place} {Layout.scalar_of(node)}{kind} {listed}")


def wire_name(node):
    return evaluate(node.said["was"].arguments[-1], None).decode() if "was" in node.said else node.name


def hashes(text):
    """Section 12: the schema hash, and the lineage hash of each root at each of its minors."""
    def digest(part):
        return hashlib.blake2b(part.encode(), digest_size=32).hexdigest()

    said = ["schema " + digest(text)]
    head, *roots = re.split(r"(?m)^(?=root )", text.partition("\nmeaning\n")[0] + "\n")
    for root in roots:
        begin, *minors = re.split(r"(?m)^(?=minor )", root)
        name = begin.removeprefix("root ").partition(" align ")[0]
        for k, minor in enumerate(minors):
            said.append(f"lineage {name} {minor.split()[1]} {digest(head + begin + ''.join(minors[:k + 1]))}")
    return said


def main(arguments):
    dhgen, folders, paths = arguments[0], [], []
    rest = iter(arguments[1:])
    for argument in rest:
        if argument == "-I":
            folders.append(next(rest))
        else:
            paths.append(argument)
    library, options, failed, n = Library(folders), [word for folder in folders for word in ("-I", folder)], 0, 0
    for path in paths:
        file = library.load(path)
        for channel in file.declarations:
            if channel.kind != "channel":
                continue
            run = subprocess.run([dhgen, "canon", *options, "--channel", channel.name, path], capture_output=True, check=False)
            mine = Writer(file, channel).text().encode("utf-8", "surrogateescape")
            n += 1
            if mine != run.stdout or not mine:
                failed += 1
                differ = [pair for pair in zip(mine.split(b"\n"), run.stdout.split(b"\n")) if pair[0] != pair[1]]
                print(f"{path}: {channel.name}: the page's text is another one, from here on: {differ[:1]}\n{run.stderr.decode()}",
                      file=sys.stderr)
    print(f"{n} channels written from the page, {failed} differ")
    return 1 if failed or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
