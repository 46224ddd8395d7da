#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which mutation shows that each label of docs/explain/memory-model.md is needed: label, cases that must be refuted, rows of `ordered`.

    labels.py TREE [RESULT]     RESULT: what run.sh printed; then each of those cases must have been seen refuted

Exit status 1 if a label has no mutation, or one was not seen.
"""
import os
import re
import sys


def labels_of(tree):
    with open(os.path.join(tree, "docs/explain/memory-model.md"), encoding="utf-8") as page:
        return [line.split("|")[1].strip() for line in page if re.match(r"\| \S+[→↔]", line)]


def cases_of(tree):
    """(model, flags, reason) of what must be refuted."""
    with open(os.path.join(tree, "tests/model/cases.txt"), encoding="utf-8") as file:
        rows = [[field.strip() for field in line.split("|")] for line in file if "|" in line and not line.startswith("#")]
    return [(row[1], row[2], row[4]) for row in rows if row[3] == "refuted"]


def seen_in(path):
    """The cases whose expected refutation was found."""
    seen = set()
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = re.match(r"passed +(\w+) +(-.*?) +\S+ +\S+ +\d+s +refuted", line)
            if row:
                seen.add((row.group(1), row.group(2)))
    return seen


def main(tree, result=None):
    cases, seen = cases_of(tree), seen_in(result) if result else None
    with open(os.path.join(tree, "tests/ordered/ordered.py"), encoding="utf-8") as file:
        ordered = file.read()
    failed = 0
    print(f"{'label':<22} {'refuted without it':<60} seen  machine code")
    for label in labels_of(tree):
        mine = [case for case in cases if label in case[2]]
        missed = [case for case in mine if seen is not None and (case[0], case[1]) not in seen]
        mutations = sorted({f"{model} {word}" for model, flags, _ in mine for word in re.findall(r"MUT_\w+", flags)})
        failed += not mine or bool(missed)
        told = "-" if seen is None else f"{len(mine) - len(missed)}/{len(mine)}"
        lines = [mutations[i:i + 2] for i in range(0, len(mutations), 2)] or [["NONE"]]
        for i, line in enumerate(lines):
            print(f"{label if i == 0 else '':<22} {', '.join(line):<60} {told if i == 0 else '':<5} "
                  f"{('yes' if label in ordered else 'no') if i == 0 else ''}".rstrip())
        for model, flags, reason in missed:
            print(f"FAILED {label}: {model} {flags} was not seen refuted: {reason}")
    print(f"{'every label has a mutation' if failed == 0 else f'{failed} labels are not shown'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
