#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the check of listings must notice: each page below has one that nothing does, or none. usage: listings_checker.py TREE"""
import contextlib
import importlib.util
import io
import os
import sys

SPEC = importlib.util.spec_from_file_location("check_listings", os.path.join(sys.argv[1], "docs/check-listings.py"))
LISTINGS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(LISTINGS)

KNOWN = {"tutorial/page", "golden/page"}
MARKED = "<!-- file: a.c -->\n```c\nint a;\n```\n"

# The page, its text, what must be said of it ("" if it is right), why it is here.
CASES = [
    ("followed.md", "# A\n\n" + MARKED + "\n```console\n$ true\n```\n\n```text\ndrawn\n```\n", "", "what a page that is followed may have"),
    ("followed.md", MARKED + "\n```c\nint b;\n```\n", "followed.md:6 'int b;' is done by no test", "a fence without a mark is passed over by who follows"),
    ("followed.md", MARKED + "\nSay:\n\n    make all\n", "followed.md:8 'make all' is done by no test", "lines that are set in"),
    ("followed.md", MARKED + "\n- an item\n\n    goes on\n", "", "lines below an item are no listing"),
    ("followed.md", MARKED + "<!-- file: b.c -->\n\nProse.\n\n```c\nint b;\n```\n", "'int b;' is done by no test", "a mark is for what comes next"),
    ("other.md", "```console\n$ true\n```\n", "'$ true' is done by no test", "a console on a page that nobody follows"),
    ("other.md", "```sh\nrm -rf /\n```\n", "'rm -rf /' is done by no test", "a page that no table names"),
    ("whole.md", "```c\nint a;\n```\n\n    int b;\n", "", "a page that is made"),
    ("alone.md", "    sudo this\n\nAnd:\n\n    sudo that\n", "alone.md:5 'sudo that' is done by no test", "a reason is for one listing"),
    ("alone.md", "Nothing.\n", "no listing needs", "a row that has become idle"),
    ("gone.md", "    x\n", "test golden/gone, which ctest does not know", "a test that is gone"),
]


def said_of(page, text):
    LISTINGS.WHOLE = {"whole.md": "golden/page"}
    LISTINGS.FOLLOWED = {"followed.md": "tutorial/page"}
    LISTINGS.ALONE = {("alone.md", "sudo this"): "needs root", ("gone.md", ""): "golden/gone"}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        failed = LISTINGS.check({page: text}, KNOWN)[1]
    return failed, said.getvalue()


def main():
    wrong = 0
    for page, text, expected, reason in CASES:
        failed, said = said_of(page, text)
        if failed != (expected != "") or expected not in said:
            print(f"FAILED: {reason}: expected '{expected}', said:\n{said}")
            wrong += 1
    return 1 if wrong else 0


sys.exit(main())
