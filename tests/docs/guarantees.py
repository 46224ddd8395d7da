#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do the tests that docs/explain/guarantees.md names exist? Each row has a promise and, in its last cell, `names`: tests that CTest knows (those
with a slash must be), the others are cases in the sources of the tests of that row. usage: guarantees.py TREE BUILD_DIR [PAGE]"""
import glob
import json
import os
import re
import subprocess
import sys


def known(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True).stdout
    return {test["name"] for test in json.loads(listed)["tests"]}


def sources(tree, test):
    """Sources that belong to a test: those called like it, else all in its folder."""
    named = os.path.join(tree, "tests", test)
    return glob.glob(named + ".*") or glob.glob(os.path.join(os.path.dirname(named), "*.c*"))


def cases(tree, tests):
    found = set()
    for path in {path for test in tests for path in sources(tree, test)}:
        with open(path, encoding="utf-8") as file:
            found.update(re.findall(r"\bSTART_TEST\((\w+)\)", file.read()))
    return found


def rows(page):
    """(line number, promise, tests) of each row."""
    with open(page, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            if line.startswith("| ") and len(cells) == 2 and cells[1] != "tests":
                yield number, cells[0], re.findall(r"`([^`]+)`", cells[1])


def wrong_with(tree, tests, promise, names):
    named = [name for name in names if name in tests or re.fullmatch(r"[\w.-]+(/[\w.-]+)+", name)]
    if not named:
        yield "names no test of ctest"
    if not promise.endswith("."):
        yield "is no sentence"
    for name in named:
        if name not in tests:
            yield f"names the test {name}, which ctest does not know"
    inside = cases(tree, named)
    for name in names:
        if re.fullmatch(r"\w+", name) and name not in tests and name not in inside:
            yield f"names the case {name}, which is in none of the tests of its row"


def main(tree, build, page=None):
    page = page or os.path.join(tree, "docs/explain/guarantees.md")
    tests, failed, n_rows = known(build), 0, 0
    for number, promise, names in rows(page):
        n_rows += 1
        for wrong in wrong_with(tree, tests, promise, names):
            print(f"{os.path.relpath(page, tree)}:{number}: {wrong}")
            failed += 1
    if n_rows < 20:
        print(f"only {n_rows} promises were found")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
