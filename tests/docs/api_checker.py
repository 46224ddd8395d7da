#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the reader of headers must notice: each call below leaves one thing out, and is told which. usage: api_checker.py TREE"""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "docs/site"))
import api  # noqa: E402 pylint: disable=wrong-import-position

OPENING = "/* SPDX-License-Identifier: Apache-2.0\n *\n * case.h - a case.\n{}*/\n#ifndef CASE_H\n#define CASE_H\n{}\n#endif\n"

# What the header's opening says for all calls, the call with its comment, what must be said of it ("" if it is right), why it is here.
CASES = [
    ("", "/* Do it with n things, 1 … 9. Never blocks. Any thread. Returns EINVAL (n). */\nDH_API dh_err dh_do(unsigned n);", "", "all is said"),
    (" * Any thread. Nothing here that says nothing of waiting ever blocks: it never blocks.\n",
     "/* Do it with n things. Returns EINVAL. */\nDH_API dh_err dh_do(unsigned n);", "", "the opening says it for all"),
    (" * Any thread. Never blocks.\n", "DH_API dh_err dh_do(unsigned n);", "says nothing", "no comment"),
    (" * Any thread. Never blocks.\n", "/* Of another. */\nDH_API void dh_other(void);\n\nDH_API dh_err dh_do(unsigned n);", "says nothing",
     "a blank line ends what a comment is for"),
    (" * Any thread. Never blocks.\n", "/* Both, with n. Returns EINVAL. */\nDH_API dh_err dh_else(unsigned n);\nDH_API dh_err dh_do(unsigned n);", "",
     "one comment for two calls"),
    (" * Any thread. Never blocks.\n", "/* Do it. Returns EINVAL. */\nDH_API dh_err dh_do(unsigned count);", "argument 'count'", "an argument"),
    (" * Any thread. Never blocks.\n", "/* Do it to this case. Returns EINVAL. */\nDH_API dh_err dh_do(dh_case *thing);", "argument 'thing'",
     "a handle under another name than its type's"),
    (" * Any thread. Never blocks.\n", "/* Do it. Returns EINVAL. */\nDH_API dh_err dh_do(dh_case *case, int64_t deadline_ns, struct dh_why *why);", "",
     "what explains itself"),
    (" * Any thread. Never blocks.\n", "/* Do it. */\nDH_API dh_err dh_do(void);", "what it returns", "errors"),
    (" * Any thread. Never blocks.\n", "/* Do it. Returns EWRONG (never). */\nDH_API dh_err dh_do(void);", "EWRONG, which is not", "an error that is none"),
    (" * Any thread.\n", "/* Do it. */\nDH_API void dh_do(void);", "whether it blocks", "blocking"),
    (" * Never blocks.\n", "/* Do it. */\nDH_API void dh_do(void);", "which threads", "threads"),
    (" * Any thread. Never blocks.\n", "/* Do it. */\nDH_API void\ndh_do(unsigned n,\n      unsigned m); /* long */", "argument 'm'", "several lines"),
]


def told(opening, call):
    with tempfile.TemporaryDirectory() as folder:
        api.TOP, kept = folder, api.TOP
        try:
            os.makedirs(os.path.join(folder, api.HEADERS))
            with open(os.path.join(folder, api.HEADERS, "case.h"), "w", encoding="utf-8") as file:
                file.write(OPENING.format(opening, call))
            with open(os.path.join(folder, api.HEADERS, "error.def"), "w", encoding="utf-8") as file:
                file.write('DH_ERROR(EINVAL, -1, "an argument is wrong", "give another")\n')
            header = api.Header("case.h")
            return [text for group in header.groups for code in group.codes if api.FUNCTION.match(code).group(1) == "dh_do"
                    for text in api.missing(header, group, code)]
        finally:
            api.TOP = kept


def main():
    failed = 0
    for opening, call, expected, why in CASES:
        said = told(opening, call)
        if bool(said) != bool(expected) or expected not in "".join(said):
            print(f"{why}: said: {said}, expected: {expected or 'nothing'}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
