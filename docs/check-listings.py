#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is what pages show done by a test? Each page with a fence of code must be in the table below: with the test that does what it says, or with the
reason why nobody can. Says what is not, and ends with "N passed, N failed". usage: check-listings.py [BUILD_DIR]"""
import json
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FENCE = re.compile(r"^ *```(\w*)", re.M)
DRAWINGS = {"text"}  # nothing to do with

# A page (or all that begin so), and the test of CTest that takes its listings out of it, or makes them; or a sentence.
DONE = {
    "README.md": "process/readme",
    "docs/tutorial/01-first-schema.md": "tutorial/01-first-schema",
    "docs/tutorial/02-a-newer-version.md": "tutorial/02-a-newer-version",
    "docs/tutorial/03-death.md": "tutorial/03-death",
    "docs/howto/cpp.md": "tutorial/cpp",
    "docs/howto/python.md": "tutorial/python",
    "docs/howto/recovery.md": "howto/recovery",
    "docs/howto/troubleshooting.md": "howto/troubleshooting",
    "docs/howto/import.md": "corpora/howto",
    "docs/howto/templates.md": "golden/model/howto",
    "docs/reference/language.md": "language/examples",
    "docs/reference/diagnostics.md": "golden/explain",
    "docs/reference/format.md": "docs/format",
    "docs/reference/diagnostics-json.md": "golden/diagnostics/forms",
    "docs/howto/editors.md": "settings of programs that need not be here; tests/editors tries the files that they load, where the editors are",
    "docs/explain/handover.md": "the options and the call with which examples/10-handover takes over; that example is run",
    "docs/reference/python.md": "an excerpt of what golden/python does",
}


def tests(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True).stdout
    return {test["name"] for test in json.loads(listed)["tests"]}


def pages():
    listed = subprocess.run(["git", "ls-files", "README.md", "docs/*.md", "examples/*.md"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    return [page for page in listed.split("\n") if page]


def fences(page):
    """How many fences of a page hold something to type, run or compile."""
    with open(os.path.join(TOP, page), encoding="utf-8") as file:
        return len([word for word in FENCE.findall(file.read())[::2] if word not in DRAWINGS])


def main(build):
    known, passed, failed = tests(build), 0, 0
    for page in pages():
        done = DONE.get(page)
        wrong = None
        if done is None and fences(page):
            wrong = "has listings that no test does: let tests/tutorial/follow.py follow it, and add it to docs/check-listings.py"
        elif done is not None and " " not in done and done not in known:
            wrong = f"is done by the test {done}, which ctest does not know"
        passed, failed = passed + (wrong is None), failed + (wrong is not None)
        if wrong:
            print(f"FAILED: {page} {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(TOP, "build/dev")))
