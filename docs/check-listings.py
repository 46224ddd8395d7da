#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is each listing of the pages run or compiled by a test? A listing is a fence, or lines that are set in by four blanks. It must stand

  - on a page that a test makes or compares as a whole (WHOLE), or
  - behind <!-- file: --> or <!-- edit: -->, or be a `console`, on a page that a test follows (FOLLOWED), or
  - in ALONE: with the test that does it, or a sentence that says why nobody can.

Says what does not, and what stands in the tables for nothing. Ends with "N passed, N failed". usage: check-listings.py [BUILD_DIR]"""
import json
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FENCE = re.compile(r" *```(\w*)$")
MARK = re.compile(r"<!-- (file|edit): \S+ -->$")
DRAWING = "text"  # nothing to do with

WHOLE = {
    "docs/howto/templates.md": "golden/model/howto",
    "docs/reference/language.md": "language/examples",
    "docs/reference/diagnostics.md": "golden/explain",
    "docs/reference/diagnostics-json.md": "golden/diagnostics/forms",
    "docs/reference/dhadmin.md": "golden/admin",
    "docs/reference/format.md": "docs/format",
}

FOLLOWED = {
    "README.md": "install/newcomer",
    "docs/tutorial/01-first-schema.md": "tutorial/01-first-schema",
    "docs/tutorial/02-a-newer-version.md": "tutorial/02-a-newer-version",
    "docs/tutorial/03-death.md": "tutorial/03-death",
    "docs/howto/cpp.md": "tutorial/cpp",
    "docs/howto/python.md": "tutorial/python",
    "docs/howto/recovery.md": "howto/recovery",
    "docs/howto/troubleshooting.md": "howto/troubleshooting",
    "docs/howto/import.md": "corpora/howto",
}

# (page, how the listing begins): a test, or a sentence
ALONE = {
    ("README.md", "./dev demo"): "dev's verbs: what they are made of is what CI runs; examples/pulse/demo is the demo",
    ("README.md", "./dev deb"): "needs root and a machine to change: tests/install/fresh.sh does it on a fresh Debian (./dev deb --fresh)",
    ("CONTRIBUTING.md", "./dev setup"): "dev's verbs: what they are made of is what CI runs",
    ("docs/explain/handover.md", ""): "examples/10-handover",
    ("docs/reference/python.md", ""): "an excerpt of what golden/python does",
    ("docs/howto/deployment.md", "sudo apt"): "needs root and a machine to change: tests/install/fresh.sh does it on a fresh Debian (./dev deb --fresh)",
    ("docs/howto/deployment.md", "cmake --preset"): "needs root; install/example installs into a folder, process/units starts the units where there is systemd",
    ("docs/howto/deployment.md", "sudo cmake"): "needs root; install/example installs into a folder",
    ("docs/howto/deployment.md", "["): "process/broker/others",
    ("docs/howto/deployment.md", "dhbroker --check"): "process/broker/others",
    ("docs/howto/deployment.md", "dhbroker --backup"): "process/broker/state",
    ("docs/howto/deployment.md", "journalctl"): "needs a journal; process/units reads the same fields of what is sent to one",
    ("docs/howto/deployment.md", "sudo systemctl"): "needs systemd as the first process; tests/install/fresh.sh removes what was enabled",
    ("docs/howto/tuning.md", "echo 64"): "needs root and a machine to change; unit/block/pages tries huge pages where there are some",
    ("docs/howto/editors.md", ""): "settings of programs that need not be here; tests/editors tries the files that they load, where the editors are",
    ("docs/howto/monitoring.md", "dhbroker --metrics"): "process/monitoring",
    ("docs/howto/monitoring.md", "[Service]"): "needs systemd as the first process",
    ("docs/howto/monitoring.md", "promtool"): "process/monitoring",
    ("examples/01-machine-pulse/README.md", ""): "examples/pulse/demo",
    ("examples/02-latest-value/README.md", ""): "examples/02-latest-value",
    ("examples/03-video-frames/README.md", ""): "examples/03-video-frames",
    ("examples/04-lossless-queue/README.md", ""): "examples/04-lossless-queue",
    ("examples/05-camera-join/README.md", ""): "examples/05-camera-join",
    ("examples/06-control-loop/README.md", ""): "examples/06-control-loop",
    ("examples/07-sensor-fusion/README.md", ""): "examples/07-sensor-fusion",
    ("examples/08-event-loop/README.md", ""): "examples/08-event-loop",
    ("examples/09-cpp/README.md", ""): "examples/09-cpp",
    ("examples/10-handover/README.md", ""): "examples/10-handover",
    ("examples/11-python-plot/README.md", ""): "examples/11-python-plot",
    ("examples/12-video-pipeline/README.md", ""): "examples/12-video-pipeline",
}


class Listing:
    def __init__(self, line, kind, marked, first):
        self.line = line      # its number, from 1
        self.kind = kind      # of a fence, "" of one without a word, None of lines that are set in
        self.marked = marked  # by <!-- file: --> or <!-- edit: -->
        self.first = first


def in_a_list(lines, at):
    """Lines set in below an item belong to it."""
    while at >= 0 and (not lines[at] or lines[at].startswith(" ")):
        at -= 1
    return at >= 0 and re.match(r"([-*]|\d+\.) ", lines[at]) is not None


def listings(text):
    lines, at, marked, before = text.split("\n"), 0, False, ""
    while at < len(lines):
        line, start = lines[at], at
        fence = FENCE.match(line)
        if fence:
            at = next((end for end in range(at + 1, len(lines)) if lines[end].strip() == "```"), len(lines)) + 1
            yield Listing(start + 1, fence.group(1), marked, lines[start + 1] if start + 1 < len(lines) else "")
            marked = False
        elif line.startswith("    ") and not before and not in_a_list(lines, at - 1):
            while at < len(lines) and lines[at].startswith("    "):
                at += 1
            yield Listing(start + 1, None, False, line.strip())
        else:
            marked = MARK.match(line) is not None or (marked and not line)
            at += 1
        before = lines[at - 1] if at <= len(lines) else ""


def wrong_with(page, listing, known, used):
    """None, or why nothing does it. `known`: the tests; `used`: of which row of a table use was made."""
    done = FOLLOWED.get(page) if listing.marked or listing.kind == "console" else None
    row = page
    if done is None and page in WHOLE:
        done = WHOLE[page]
    if done is None and listing.kind == DRAWING:
        return None
    if done is None:
        row = max((row for row in ALONE if row[0] == page and listing.first.startswith(row[1])), key=lambda row: len(row[1]), default=None)
        done = ALONE.get(row)
    if done is None:
        return ("is done by no test: let tests/tutorial/follow.py follow the page (`console`, <!-- file: NAME -->), "
                "or say in docs/check-listings.py which test does it, or why none can")
    used.add(row)
    if " " not in done and not any(test == done or test.startswith(done + "/") for test in known):
        return f"is done by the test {done}, which ctest does not know"
    return None


def check(pages, known):
    """`pages`: name and text of each. Prints what is wrong; returns how many listings passed, and how many failed."""
    used, passed, failed = set(), 0, 0
    for page, text in pages.items():
        for listing in listings(text):
            wrong = wrong_with(page, listing, known, used)
            passed, failed = passed + (wrong is None), failed + (wrong is not None)
            if wrong:
                print(f"FAILED: {page}:{listing.line} '{listing.first}' {wrong}")
    for row in (set(WHOLE) | set(FOLLOWED) | set(ALONE)) - used:
        if (row if isinstance(row, str) else row[0]) in pages:
            failed += 1
            print(f"FAILED: docs/check-listings.py has a row for {row}, which no listing needs")
    return passed, failed


def tests(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True).stdout
    return {test["name"] for test in json.loads(listed)["tests"]}


def read_pages():
    listed = subprocess.run(["git", "ls-files", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/*.md", "examples/*.md"], cwd=TOP,
                            capture_output=True, text=True, check=True).stdout
    found = {}
    for page in listed.split("\n"):
        if page and os.path.exists(os.path.join(TOP, page)):
            with open(os.path.join(TOP, page), encoding="utf-8") as file:
                found[page] = file.read()
    return found


def main(build):
    passed, failed = check(read_pages(), tests(build))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(TOP, "build/dev")))
