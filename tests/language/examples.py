#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles each schema of a page, and expects exactly the diagnostics that are written beside its lines.

    examples.py DHGEN PAGE...

    ```dhs                       a schema; without a package it is given one
    x: u8?[0];    // DH0316      this line gets these codes, and no other line gets any
    <!-- in a struct -->         in front of a fence: it holds fields
    <!-- file: a/b.dhs -->       in front of a fence: it is that file, which later ones import
    ```canon                     the canonical text of the schema above: all of it, or lines of it in their order. The implementation that
                                 was written from the page (stranger.py) must come to the same text.
    ```hashes                    its hashes, all of them
"""
import os
import re
import subprocess
import sys
import tempfile

from stranger import Library, Writer, hashes

FENCE = re.compile(r"```(\w*)$")
MARK = re.compile(r"<!-- (.*) -->$")
SAID = re.compile(r"([^:]*):(\d+):\d+: \w+: .* \[(DH\d{4})\]$")
EXPECTED = re.compile(r"// ((?:DH\d{4} ?)+)$")
IN_STRUCT = "struct S { "
CHANNEL = "channel c version 1 { slot: S; slots: 1; full: wait; }"


def fences(path):
    """(language, the mark in front of it or "", number of its first line, its lines)"""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    mark, at = "", 0
    while at < len(lines):
        fence = FENCE.match(lines[at].strip())
        if not fence:
            found = MARK.match(lines[at])
            mark = found.group(1) if found else mark if not lines[at] else ""
            at += 1
            continue
        first = at + 1
        while lines[at + 1].strip() != "```":
            at += 1
        yield fence.group(1), mark, first + 1, lines[first:at + 1]
        mark, at = "", at + 2


class Page:
    def __init__(self, dhgen, path, folder):
        self.dhgen = dhgen
        self.path = path
        self.folder = folder
        self.schema = ""  # the path of the last one
        self.n_examples = 0
        self.failed = 0

    def complain(self, number, what):
        print(f"{self.path}:{number}: {what}", file=sys.stderr)
        self.failed += 1

    def check(self):
        for language, mark, number, lines in fences(self.path):
            if language == "dhs":
                self.compile(mark, number, lines)
            elif language == "canon":
                self.compare(number, lines)
            elif language == "hashes":
                self.hash(number, lines)

    def run(self, verb, *options):
        command = [self.dhgen, verb, "--diagnostics", "short", *options, os.path.relpath(self.schema, self.folder)]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def compile(self, mark, number, lines):
        text = "\n".join(lines) + "\n"
        if mark == "in a struct":
            text = IN_STRUCT + text + "}\n" + ("" if "// DH" in text else CHANNEL)
        if not re.search(r"(?m)^package ", text):
            text = "package a; " + text
        name = mark.partition("file: ")[2] or f"example-{number}.dhs"
        self.schema = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(self.schema), exist_ok=True)
        with open(self.schema, "w", encoding="utf-8") as file:
            file.write(text)
        expected = []
        for at, line in enumerate(lines):
            codes = EXPECTED.search(line)
            expected += [(number + at, code) for code in codes.group(1).split()] if codes else []
        run = self.run("check")
        said = []
        for line in run.stderr.splitlines():
            found = SAID.match(line)
            if found and found.group(1) == name:
                said.append((number + int(found.group(2)) - 1, found.group(3)))
        self.n_examples += 1
        for at, code in sorted(set(expected + said)):
            if expected.count((at, code)) != said.count((at, code)):
                self.complain(at, f"{code} is expected {expected.count((at, code))} times and comes {said.count((at, code))} times\n"
                              + run.stderr)
        if run.returncode not in (0, 1) or (not said and run.returncode != 0):
            self.complain(number, f"dhgen ended with {run.returncode}\n{run.stderr}")

    def compare(self, number, lines):
        run = self.run("canon")
        text = run.stdout.splitlines()
        self.n_examples += 1
        file = Library([]).load(self.schema)
        channels = [node for node in file.declarations if node.kind == "channel"]
        if Writer(file, channels[0]).text() != run.stdout:
            self.complain(number, "stranger.py comes to another text\n" + Writer(file, channels[0]).text())
        if run.returncode != 0:
            self.complain(number, f"there is no canonical text\n{run.stderr}")
        elif lines[0] == "dhs 1" and lines != text:
            self.complain(number, "the text is another one\n" + run.stdout)
        else:
            rest = iter(text)
            missing = [line for line in lines if line not in rest]
            if missing:
                self.complain(number, f"'{missing[0]}' is not there, or not in this place\n{run.stdout}")

    def hash(self, number, lines):
        self.n_examples += 1
        if lines != hashes(self.run("canon").stdout):
            self.complain(number, "stranger.py comes to other hashes\n" + "\n".join(hashes(self.run("canon").stdout)))
        locked = [f"schema {self.run('hash').stdout.strip()}"]
        self.run("lock")
        with open(self.schema + ".lock", encoding="utf-8") as file:
            locked += [line for line in file.read().splitlines() if line.startswith("lineage ")]
        os.remove(self.schema + ".lock")
        if lines != locked:
            self.complain(number, "dhgen has other hashes\n" + "\n".join(locked))


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 64
    failed = 0
    for path in arguments[1:]:
        with tempfile.TemporaryDirectory() as folder:
            page = Page(os.path.abspath(arguments[0]), path, folder)
            page.check()
        if page.n_examples == 0:
            page.complain(1, "there are no examples")
        failed += page.failed
        print(f"{path}: {page.n_examples} examples, {page.failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
