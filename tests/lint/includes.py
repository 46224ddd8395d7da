#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: docs/ARCHITECTURE.md says it in a line, this is the line as a table. Each #include of ours in the sources is looked up; one that
goes against an arrow is told with the reason. usage: includes.py [TREE]"""
import os
import re
import subprocess
import sys

PUBLIC = "include/dh"
# A folder, whose headers it may include beside its own, and why no more. Generated files belong to whoever includes them.
RULES = {
    "include/dh": ([], "what is installed stands alone: a program has nothing else of this tree"),
    "runtime/base": ([PUBLIC], "base is the lowest: clocks, logs, the six wrappers of atomics. What it needs from above is an argument"),
    "runtime/os": ([PUBLIC, "runtime/base"], "os wraps the system and knows nothing of blocks, so that it can be read and replaced alone"),
    "runtime/block": ([PUBLIC, "runtime/base", "runtime/os"], "a block is memory and its protocol: who finds whom is the business of client and broker"),
    "runtime/wire": ([PUBLIC, "runtime/base", "runtime/os", "runtime/block"],
                     "wire is messages, which client and broker share; it must not know either of them"),
    "runtime/client": ([PUBLIC, "runtime/base", "runtime/os", "runtime/block", "runtime/wire"],
                       "client is the library that programs link: broker and admin are programs beside it"),
    "runtime/broker": ([PUBLIC, "runtime/base", "runtime/os", "runtime/block", "runtime/wire", "runtime/metrics", "runtime/client/hub.h"],
                       "the broker is never on the way of the data: it uses messages and blocks, and of the library's inside only how an "
                       "observer is made of a block that is mapped already, for its metrics"),
    "runtime/admin": ([PUBLIC, "runtime/base", "runtime/os", "runtime/block", "runtime/wire", "runtime/client", "runtime/metrics", "runtime/broker/registry_read.h", "idl/canon_read.h"],
                      "dhadmin looks on with the library, reads a registry with the library for that, and decodes with the reader of canonical text; "
                      "no other file of idl/ belongs in what runs"),
    "runtime/metrics": ([PUBLIC], "figures for monitoring are taken as any observer takes them"),
    "runtime/python": ([PUBLIC, "idl/canon_read.h"],
                       "a binding uses what every program can use, and reads channels by the reader of canonical text, a library of its own; "
                       "what it lacks is lacking in include/dh"),
    "idl": ([], "the language is a library for dhgen, editors and fuzzers: it knows neither what is made of it nor what runs"),
    "compiler": (["idl"], "dhgen turns a model into text: it needs no runtime, and what it writes is templates"),
    "examples": ([PUBLIC], "an example is what a user can write: only what is installed, and what dhgen made of its schema"),
}


def tracked(tree):
    listed = subprocess.run(["git", "ls-files", "runtime", *RULES], cwd=tree, capture_output=True, text=True, check=True).stdout.split("\n")
    return [path for path in listed if path.endswith((".c", ".h", ".cpp", ".hpp", ".re", ".y"))]


def owner(path):
    """The row that a file belongs to: the longest folder that begins its path."""
    return max((folder for folder in RULES if path.startswith(folder + "/")), key=len, default=None)


def resolve(tree, path, included):
    """The file of this tree that an #include means, or None: the system's, or generated."""
    for folder in (os.path.dirname(path), "include", "runtime", "", "idl"):
        candidate = os.path.normpath(os.path.join(folder, included))
        if os.path.isfile(os.path.join(tree, candidate)):
            return candidate
    return None


def wrong_with(path, target):
    home = owner(path)
    allowed, why = RULES[home]
    if target.startswith(home + "/") or any(target == other or target.startswith(other + "/") for other in allowed):
        return None
    return f"includes {target}, and {home} may not: {why}"


def main(arguments):
    tree = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    looked = failed = 0
    for folder in sorted({os.path.dirname(path) for path in tracked(tree) if path.startswith("runtime/")}):
        if folder not in RULES and folder != "runtime":
            print(f"{folder}: has no row in tests/lint/includes.py: say whose headers it may include, and why no more")
            failed += 1
    for path in tracked(tree):
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                found = re.match(r'#\s*include\s*["<]([^">]+)[">]', line)
                target = resolve(tree, path, found.group(1)) if found and owner(path) else None
                if target is None:
                    continue
                looked += 1
                wrong = wrong_with(path, target)
                if wrong:
                    print(f"{path}:{number}: {wrong}")
                    failed += 1
    if looked < 500:
        print(f"only {looked} includes were found: something is wrong with the looking")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
