#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The words, attributes and limits of docs/reference/language.md are those of the implementation. usage: words.py TOP"""
import os
import re
import sys

# What the page's table of limits says, and where the implementation says it.
LIMITS = {
    "a file": ("idl/source.h", "DHS_SOURCE_MAX_BYTES"),
    "imports deep": ("idl/checker.h", "DHS_MAX_IMPORT_DEPTH"),
    "an expression, nested": ("idl/ast.h", "AST_MAX_EXPRESSION_DEPTH"),
    "a type, nested": ("idl/ast.h", "AST_MAX_TYPE_DEPTH"),
    "a name": ("idl/scope.c", r"length > (\d+)\) return \"is longer"),
    "a package": ("idl/checker.h", "DHS_MAX_PACKAGE_BYTES"),
    "`package.channel`": ("idl/channel.c", "MAX_FULL_NAME"),
    "declarations that each need the next": ("idl/checker.h", "DHS_MAX_CHAIN"),
    "attributes of one declaration": ("idl/attribute.c", "MAX_ATTRIBUTES"),
    "arms of a union": ("idl/resolve.c", "MAX_ARMS"),
    "a type, an offset": ("idl/checker.h", "DHS_MAX_SIZE"),
    "a slot or zone without `@large`": ("idl/checker.h", "DHS_MAX_ROOT_SIZE"),
    "zones of a channel": ("idl/channel.c", "MAX_ZONES"),
    "minors that a root shows": ("idl/channel.c", "MAX_MINORS"),
    "canonical text": ("idl/canon.c", "MAX_TEXT"),
    "its lines": ("idl/canon.c", "MAX_LINES"),
    "one line": ("idl/canon.c", "MAX_LINE"),
    "a path": ("idl/canon.c", "MAX_PATH_BYTES"),
    "parts of a path: names, `[]`, `?`": ("idl/checker.h", "DHS_MAX_DEPTH"),
    "`slots`": ("idl/channel.c", "MAX_SLOTS"),
    "`consumers`": ("idl/channel.c", "MAX_CONSUMERS"),
    "`spinlocks`": ("idl/channel.c", "MAX_SPINLOCKS"),
    "a major or minor number": ("idl/attribute.c", r"numbers\[part\] > (0x\w+)\)"),
    "errors that are shown": ("idl/render.c", "MAX_ERRORS_SHOWN"),
}
UNITS = {"bytes": 1, "MiB": 1 << 20, "GiB": 1 << 30}
PLACES = ["constant", "alias", "enum", "flags", "struct", "union", "channel", "value", "field", "arm", "slot", "zone"]


class Tree:
    def __init__(self, top):
        self.top = top
        self.failed = 0
        self.page = self.read("docs/reference/language.md")

    def read(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as file:
            return file.read()

    def same(self, what, page, code):
        for word in sorted(set(page) - set(code)):
            self.complain(f"{what}: the page has '{word}', the implementation has not")
        for word in sorted(set(code) - set(page)):
            self.complain(f"{what}: the implementation has '{word}', the page has not")

    def complain(self, what):
        print(what, file=sys.stderr)
        self.failed += 1

    def section(self, number):
        return re.search(rf"(?ms)^## {number}\. .*?(?=^## |\Z)", self.page).group(0)

    def rows(self, number):
        return [re.split(r" *(?<!\\)\| *", line)[1:-1] for line in self.section(number).splitlines() if line.startswith("| ")]


def words_between(text, start, end=r"\};"):
    """The strings of a table in C, from where it begins to its end."""
    found = re.search(start + r"(.*?)\n" + end, text, re.S)
    return re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1))


def check_words(tree):
    grammar = re.search(r"```ebnf\n(.*?)```", tree.page, re.S).group(1)
    terminals = re.findall(r'"([^"]+)"', grammar)
    settings = set(re.findall(r'strcmp\(name, "(\w+)"\) == 0 +\? &w->', tree.read("idl/channel.c")))
    keywords = words_between(tree.read("idl/token.c"), r"words\[\] = \{")
    tree.same("keywords", [word for word in terminals if word[0].isalpha()], set(keywords) - {"service"} | {"first"} | settings)
    titles = words_between(tree.read("idl/token.c"), r"titles\[\] = \{")
    marks = {title[1:-1] for title in titles if title[0] == "'" and title != "'first'"}
    tree.same("marks of the grammar", [word for word in terminals if not word[0].isalpha()], marks)
    listed = re.search(r"\| mark \| `(.*?)` and `_` alone", tree.page).group(1).replace("\\|", "|").split()
    tree.same("marks of section 1", listed + ["_"], marks)
    names = re.search(r"(?s)`(bool i8 [^`]*)` may not be names", tree.page).group(1).split()
    scalars = words_between(tree.read("idl/type.c"), r"\} scalars\[\] = \{")
    others = re.search(r"others\[\] = \{([^}]*)\}", tree.read("idl/type.c")).group(1)
    tree.same("built-in types", names, scalars + re.findall(r'"(\w+)"', others))


def check_attributes(tree):
    source = tree.read("idl/attribute.c")
    rows = re.findall(r'\{ "(\w+)",\s*([A-Z_ |]+?),\s*\d+,', source)
    places = {"ON_" + ("ENUMERATOR" if place == "value" else place.upper()): {place} for place in PLACES}
    places["ON_VALUE"] = {"alias", "field", "arm"}
    places["ON_ANY"] = {"anything"}
    code = {name: set().union(*(places[place] for place in where.split(" | "))) for name, where in rows}
    page = {}
    for row in tree.rows(7):
        if row[0].startswith("`@") and "@x." not in row[0]:
            for name in re.findall(r"`@(\w+)", row[0]):
                page[name] = set(row[1].split(", "))
    tree.same("attributes", page, code)
    for name in sorted(set(page) & set(code)):
        tree.same(f"where @{name} stands", page[name], code[name])
    clocks = re.search(r"clocks\[\] = \{([^}]*)\}", source).group(1)
    row = next(row for row in tree.rows(7) if row[0].startswith("`@clock"))
    tree.same("clocks", re.findall(r"`(\w+)`", row[2]), re.findall(r'"(\w+)"', clocks))
    anything = re.search(r"(?m)^Anything is: (.*?);", tree.page).group(1).split(", ")
    tree.same("anything", anything, PLACES)
    units = re.search(r"time_units\[\] = \{(.*?)\};", tree.read("idl/meaning.c"), re.S).group(1)
    listed = re.search(r"(?s)A unit of\s+time is one of `([^`]*)`", tree.page).group(1).split()
    code_units = {unit.encode().decode("unicode_escape").encode("latin1").decode() for unit in re.findall(r'"([^"]*)"', units)}
    tree.same("units of time", listed, code_units - {"\u03bcs"})  # the Greek letter and the micro sign look the same


def check_settings(tree):
    source = tree.read("idl/channel.c")
    known = re.search(r"known\[\] = \{([^}]*)\}", source).group(1)
    page = [re.match(r"`(\w+)", row[0]).group(1) for row in tree.rows(6) if re.match(r"`\w", row[0])]
    tree.same("settings", page, re.findall(r'"(\w+)"', known))
    words = {word for row in tree.rows(6) if row[0] in ("`full`", "`checksum`") for word in re.findall(r"`(\w+)`", row[2])}
    tree.same("values of settings", words, re.findall(r'\{ "(\w+)", DHS_(?:FULL|CHECKSUM)', source))


def check_meanings(tree):
    keys = re.findall(r'\{ "(\w+) ", key_\w+', tree.read("idl/canon_read_meaning.c"))
    page = [row[0].strip("`") for row in tree.rows(13)]
    listed = re.findall(r"(?m)^   \| `(\w+)` \|", tree.section(11))
    tree.same("keys of meaning", listed, keys)
    attach = {word for row in page for word in re.findall(r"\w+", row.split(" closed")[0].split(" against")[0])}
    tree.same("keys of the attach table", attach - {"line", "of", "meaning", "open"}, keys)


def number_of(text):
    text = text.replace("2³¹ − 1", str((1 << 31) - 1))
    found = re.match(r"(\d+)(?: (\w+))?$", text)
    return int(found.group(1)) * UNITS[found.group(2) or "bytes"]


def check_limits(tree):
    rows = {row[0]: row for row in tree.rows(15) if row[0] != "what"}
    tree.same("limits", rows, LIMITS)
    codes = set(re.findall(r"DHS_DIAG\(\s*(\d{4}),", tree.read("idl/diag.def")))
    for row in rows.values():
        if row[2] and row[2][2:] not in codes:
            tree.complain(f"limits: there is no {row[2]}")
    for what, (path, constant) in LIMITS.items():
        pattern = constant if "(" in constant else rf"\b{constant}(?: =)? +([^,}};/\n]+)"
        found = re.search(pattern, tree.read(path))
        if not found:
            tree.complain(f"limits: {path} has no {constant}")
        elif what in rows:
            code = eval(re.sub(r"(?<=\w)u\b", "", found.group(1)))  # a constant expression of C, which Python reads alike
            if number_of(rows[what][1]) != code:
                tree.complain(f"limits: {what}: the page has {rows[what][1]}, {path} has {code}")


def main(top):
    tree = Tree(top)
    for check in (check_words, check_attributes, check_settings, check_meanings, check_limits):
        check(tree)
    return 1 if tree.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
