#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do links within this tree lead somewhere? Each `[text](target)` of each page that git knows: the file must be there, and behind
`#` a heading of that page. Says what does not, and ends with "N passed, N failed". usage: check-links.py [PAGE...]"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+(?:\([^()]*\))?)\)")
FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)


def pages():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\n")
    return [page for page in listed if page and not page.startswith("tests/golden/")]


def prose(path):
    """A page without its fences and `code`, line breaks kept."""
    with open(path, encoding="utf-8") as file:
        text = FENCE.sub(lambda fence: "\n" * fence.group(0).count("\n"), file.read())
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path):
    """What GitHub and its like make of headings."""
    found = {}
    with open(path, encoding="utf-8") as file:
        text = FENCE.sub("", file.read())
    for title in re.findall(r"^#+ +(.*?) *#*$", text, re.MULTILINE):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
        if found[slug]:
            found[f"{slug}-{found[slug]}"] = 0
    found.update(dict.fromkeys(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text)))
    return found


def wrong_with(page, target):
    """What is wrong with a link, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    path, _, anchor = target.partition("#")
    whole = os.path.normpath(os.path.join(TOP, os.path.dirname(page), path)) if path else os.path.join(TOP, page)
    if not whole.startswith(TOP + os.sep) and whole != TOP:
        return "leads out of the tree"
    if not os.path.exists(whole):
        return "is not there"
    if anchor and whole.endswith(".md") and anchor not in anchors(whole):
        return f"has no heading '#{anchor}'"
    return None


def main():
    passed = failed = 0
    for page in sys.argv[1:] or pages():
        for number, line in enumerate(prose(os.path.join(TOP, page)).split("\n"), 1):
            for target in LINK.findall(line):
                wrong = wrong_with(page, target)
                passed, failed = passed + (not wrong), failed + bool(wrong)
                if wrong:
                    print(f"FAILED: {page}:{number}: {target} {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
