#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the follower of pages must notice: each page below is wrong in one way, and is told so at its line. usage: follower.py BUILD_DIR"""
import os
import signal
import subprocess
import sys
import tempfile

FOLLOW = os.path.join(os.path.dirname(os.path.abspath(__file__)), "follow.py")

# What the page holds, what must be said of it ("" if it is right), and why it is here.
CASES = [
    ("```console\n$ echo one\none\n$ echo two; echo three\ntwo\nthree\n```\n", "", "what is printed is compared"),
    ("```console\n$ echo one\ntwo\n```\n", ":2: 'echo one' prints", "another answer"),
    ("```console\n$ echo one\none\nand more\n```\n", "-and more", "an answer that does not come"),
    ("```console\n$ printf 'no newline'\n```\n", "no newline", "an answer that the page leaves out"),
    ("```console\none\n```\n", "a console begins with", "an answer to nothing"),
    ("<!-- file: a/b.txt -->\n```\none\n```\n\n```console\n$ cat a/b.txt\none\n```\n", "", "files in folders"),
    ("<!-- file: a -->\n```\none\ntwo\none\n```\n<!-- edit: a -->\n```diff\n-one\n+three\n two\n```\n"
     "```console\n$ cat a\nthree\ntwo\none\n```\n", "", "an edit with its surroundings"),
    ("<!-- file: a -->\n```\none\none\n```\n<!-- edit: a -->\n```diff\n-one\n+two\n```\n", "2 times, not once", "an ambiguous edit"),
    ("<!-- file: a -->\n```\none\n```\n<!-- edit: a -->\n```diff\n-two\n+three\n```\n", "0 times, not once",
     "an edit of what is not there"),
    ("<!-- file: a -->\nand then\n```\none\n```\n", "must stand a fence", "a mark without its fence"),
    ("```console\n$ true\n", "never closed", "an open fence"),
    ("```console\n$ x=1\n$ cd /; echo $x $PWD\n1 /\n$ echo one \\\n  two\none two\n```\n", "", "one shell, and commands of two lines"),
    ("```console\n$ sleep 100 &\n$ kill $!\n$ read line; echo \"<$line>\"\n<>\n```\n", "", "children, and nothing to read"),
    ("```console\n$ test -t 1 && test -t 2 && echo a terminal\na terminal\n$ dhgen --version >/dev/null\n```\n", "",
     "a terminal, and dhgen"),
]


def follow(build, paths, **environment):
    run = subprocess.run([FOLLOW, build] + paths, capture_output=True, text=True, check=False, env=dict(os.environ, **environment))
    return run.returncode, run.stderr


def check_cases(build, folder):
    """All pages in one run, in which what is said of a page begins with its path."""
    paths = [os.path.join(folder, f"{number}.md") for number in range(len(CASES))]
    for path, (text, _, _) in zip(paths, CASES):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    _, said = follow(build, paths)
    failed = 0
    for path, (_, expected, why) in zip(paths, CASES):
        of_page = [piece for piece in said.split(folder + os.sep) if piece.startswith(os.path.basename(path) + ":")]
        if bool(of_page) != bool(expected) or expected not in "".join(of_page):
            print(f"{why}: said: {''.join(of_page) or 'nothing'}\nexpected: {expected or 'nothing'}", file=sys.stderr)
            failed += 1
    return failed


def check_update(build, folder):
    path = os.path.join(folder, "update.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write("one\n```console\n$ echo one\ntwo\nthree\n$ true\n```\nfour\n")
    status, said = follow(build, [path], UPDATE="1")
    with open(path, encoding="utf-8") as file:
        page = file.read()
    if status == 0 and page == "one\n```console\n$ echo one\none\n$ true\n```\nfour\n":
        return 0
    print(f"UPDATE=1 made of the page:\n{page}\n{said}", file=sys.stderr)
    return 1


def check_killed(build, folder, number):
    """Nobody whom a page started outlives the follower: reading from the pipe ends when the last one that writes to it is gone."""
    path, pipe = os.path.join(folder, f"killed-{number}.md"), os.path.join(folder, f"pipe-{number}")
    os.mkfifo(pipe)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"```console\n$ {{ echo ready; exec sleep 1000; }} >{pipe} &\n$ sleep 1000\n```\n")
    with subprocess.Popen([FOLLOW, build, path], stderr=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=folder)) as run:
        with open(pipe, encoding="utf-8") as end:
            ready = end.readline() == "ready\n"
            run.send_signal(number)
            end.read()
    return 0 if ready and run.returncode != 0 else 1


def main(build):
    with tempfile.TemporaryDirectory() as folder:
        failed = check_cases(build, folder) + check_update(build, folder)
        failed += check_killed(build, folder, signal.SIGKILL) + check_killed(build, folder, signal.SIGTERM)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
