#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what a page says, in an empty folder, and compares what is printed, to the letter.

    follow.py BUILD_DIR PAGE...      BUILD_DIR: a built tree; it is installed into a folder of its own first
    follow.py --take NAME PAGE       prints the file NAME as the page gives it, and does nothing

UPDATE=1 writes what was printed into the page instead of comparing it. A page is read from the top; these fences mean something:

    <!-- file: NAME -->              the fence below is the content of NAME
    <!-- edit: NAME -->              the fence below holds lines of NAME: `-` goes, `+` comes, ` ` stays. They must be there, once.
    ```console                       `$ COMMAND` is run by one shell that lives as long as the page; below it stands what it prints.
                                     A command goes on in the next line behind a `\\`.

Its programs have a terminal (100 columns, no colours), so programs print as they do for a person. Children that a page starts with `&`
are gone when it ends, and when this program is killed. What is installed is found as from /usr/local: by PATH, by the compiler, by CMake.
"""
import difflib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

LONGEST_COMMAND_S = 120
MARK = re.compile(r"<!-- (file|edit): (\S+) -->$")
FENCE = re.compile(r"```(\w*)$")


class Wrong(Exception):
    pass


class Step:
    """One fence that means something: what to do with it, and where its lines stand in the page."""

    def __init__(self, kind, name, start, lines):
        self.kind = kind
        self.name = name
        self.start = start
        self.lines = lines


def steps(lines):
    """The fences of a page that mean something, in order."""
    mark, at = None, 0
    while at < len(lines):
        line = lines[at]
        fence = FENCE.match(line)
        if not fence:
            if MARK.match(line):
                mark = MARK.match(line)
            elif line and mark:
                raise Wrong(f"behind the line {mark.group(0)} must stand a fence, not '{line}'")
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end] != "```":
            end += 1
        if end == len(lines):
            raise Wrong(f"the fence of line {at + 1} is never closed")
        body = lines[at + 1:end]
        if mark:
            yield Step(mark.group(1), mark.group(2), at + 1, body)
        elif fence.group(1) == "console":
            yield Step("console", "", at + 1, body)
        mark, at = None, end + 1


def text_of(lines):
    return "".join(line + "\n" for line in lines)


def alone():
    """Where channels are looked for directly is the network namespace: with one of its own, a page meets no other test's channels."""
    for way in (["unshare", "--net"], ["unshare", "--user", "--map-current-user", "--net"]):
        try:
            if subprocess.run(way + ["true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
                return way
        except FileNotFoundError:
            break
    return []


class Shell:
    """One shell whose programs print on a terminal. Behind each command it prints a line that no program prints."""

    def __init__(self, folder, environment, inside=None):
        """`inside`: the command that becomes the shell, where that is not one of this machine."""
        self.end = f"end-of-command-{os.getpid()}"
        self.terminal, theirs = pty.openpty()
        mode = termios.tcgetattr(theirs)
        mode[1] &= ~termios.OPOST
        termios.tcsetattr(theirs, termios.TCSANOW, mode)
        termios.tcsetwinsize(theirs, (50, 100))
        self.shell = subprocess.Popen(inside or alone() + ["sh", "-s"], cwd=folder, env=environment, stdin=subprocess.PIPE,
                                      stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.guard = self.watch(self.shell.pid)

    @staticmethod
    def watch(group):
        """Ends the shell and all that it started when this process is gone, however it went: then its end of the pipe is closed."""
        return subprocess.Popen(["sh", "-c", f"read -r line; kill -KILL -{group}"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                start_new_session=True)

    def run(self, command):
        self.shell.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '%s\\n' {self.end}\n".encode())
        self.shell.stdin.flush()
        said, give_up = b"", time.monotonic() + LONGEST_COMMAND_S
        end = f"{self.end}\n".encode()
        while not said.endswith(end):
            if not select.select([self.terminal], [], [], max(0, give_up - time.monotonic()))[0]:
                raise Wrong(f"'{command}' has not ended after {LONGEST_COMMAND_S} s; it printed:\n{said.decode()}")
            said += os.read(self.terminal, 65536)
        return said[:-len(end)].decode().splitlines()

    def close(self):
        try:
            os.killpg(self.shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.guard.kill()  # before the group's number is free
        self.guard.wait()
        self.guard.stdin.close()
        self.shell.wait()
        self.shell.stdin.close()
        os.close(self.terminal)


def commands(lines):
    """Of a console fence: each command (its lines) and what the page says that it prints."""
    at = 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            raise Wrong(f"a console begins with '$ COMMAND', not with '{lines[at]}'")
        first = at
        while lines[at].endswith("\\") and at + 1 < len(lines):
            at += 1
        command = lines[first:at + 1]
        at += 1
        first = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        yield command, lines[first:at]


def edit(path, step):
    """Replaces the lines that the page shows with `-` and ` ` by those with `+` and ` `."""
    old = [line[1:] for line in step.lines if line[:1] != "+"]
    new = [line[1:] for line in step.lines if line[:1] != "-"]
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    found = [at for at in range(len(lines)) if lines[at:at + len(old)] == old]
    if len(found) != 1:
        raise Wrong(f"{step.name} has the lines to change {len(found)} times, not once:\n" + text_of(old))
    lines[found[0]:found[0] + len(old)] = new
    with open(path, "w", encoding="utf-8") as file:
        file.write(text_of(lines))


class Page:
    def __init__(self, path):
        self.path = path
        self.update = os.environ.get("UPDATE") == "1"
        self.at = 0  # the line of what is being done
        self.printed = {}  # number of the fence's first line: what it must hold
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().splitlines()

    def follow(self, folder, environment):
        shell = Shell(folder, environment)
        try:
            for step in steps(self.lines):
                self.at = step.start
                self.do(step, folder, shell)
        except Wrong as wrong:
            raise Wrong(f"{self.path}:{self.at + 1}: {wrong}") from None
        finally:
            shell.close()
        if self.update:
            self.write()

    def do(self, step, folder, shell):
        path = os.path.join(folder, step.name)
        if step.kind == "file":
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text_of(step.lines))
        elif step.kind == "edit":
            edit(path, step)
        else:
            self.type(step, shell)

    def type(self, step, shell):
        held = []
        for command, said in commands(step.lines):
            typed = "\n".join(command)[2:]
            printed = shell.run(typed)
            held += command + printed
            if printed != said and not self.update:
                raise Wrong(f"'{typed}' prints something else; if that is meant: UPDATE=1\n" + difference(said, printed))
        self.printed[step.start] = (len(step.lines), held)

    def write(self):
        lines = list(self.lines)
        for start in sorted(self.printed, reverse=True):
            length, held = self.printed[start]
            lines[start:start + length] = held
        if lines != self.lines:
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(text_of(lines))


def difference(said, printed):
    return "\n".join(difflib.unified_diff(said, printed, "the page", "printed", lineterm=""))


def installed(build, folder):
    """Installs the tree; where a person's programs, compiler and CMake look, so do those that the page starts."""
    done = subprocess.run(["cmake", "--install", build, "--prefix", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise Wrong(done.stdout.decode())
    environment = dict(os.environ, LC_ALL="C.UTF-8", TERM="dumb", NO_COLOR="1", HOME=folder, CMAKE_PREFIX_PATH=folder,
                       C_INCLUDE_PATH=f"{folder}/include", CPLUS_INCLUDE_PATH=f"{folder}/include", LIBRARY_PATH=f"{folder}/lib",
                       LD_LIBRARY_PATH=f"{folder}/lib", PYTHONPATH=f"{folder}/lib/python3/dist-packages",
                       DH_BROKER=f"{folder}/no-broker", PATH=f"{folder}/bin:{os.environ['PATH']}")
    for name in ("UPDATE", "DH_IDL_STD", "MAKEFLAGS"):
        environment.pop(name, None)
    return environment


def take(name, path):
    with open(path, encoding="utf-8") as file:
        for step in steps(file.read().splitlines()):
            if step.kind == "file" and step.name == name:
                return text_of(step.lines)
    raise Wrong(f"{path} has no fence behind <!-- file: {name} -->")


def follow_pages(build, pages):
    work = tempfile.mkdtemp(prefix="follow-")
    failed = 0
    try:
        environment = installed(build, os.path.join(work, "installed"))
        for number, path in enumerate(pages):
            folder = os.path.join(work, f"page-{number}")
            os.mkdir(folder)
            try:
                Page(path).follow(folder, environment)
            except Wrong as wrong:
                print(wrong, file=sys.stderr)
                failed += 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return failed


def main(arguments):
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # as an exception, behind which is tidied up
    try:
        if len(arguments) == 3 and arguments[0] == "--take":
            sys.stdout.write(take(arguments[1], arguments[2]))
            return 0
        if len(arguments) < 2:
            print(__doc__, file=sys.stderr)
            return 64
        return 1 if follow_pages(arguments[0], arguments[1:]) else 0
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
