#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what README.md tells a newcomer of each language, from the page alone, and says how long it took.

    newcomer.py BUILD_DIR README [LANGUAGE...]         here: a built tree is installed into a folder, in place of the page's packages
    newcomer.py --machine ROOT README [LANGUAGE...]    on the fresh Debian in the folder ROOT, in which the tree lies in /srv/dh (fresh.sh
                                                       makes both): everything, the page's `sh` fence behind <!-- install --> first

LANGUAGE: C, C++, Python; all of them unless said. Numbers in what is printed differ from run to run and are not compared, and a line that
differs from the one before it in numbers alone may come more often, but not less often, than the page shows it. Time never decides.
"""
import os
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tutorial"))
import follow  # noqa: E402 # pylint: disable=wrong-import-position

LANGUAGES = ["C", "C++", "Python"]
INSTALL = "<!-- install -->"


def path_of(lines, language):
    """What somebody reads who looks for one language: the page up to the first 'In LANGUAGE', and that section."""
    sections = [at for at, line in enumerate(lines) if line.startswith("### In ")]
    mine = [at for at in sections if lines[at] == f"### In {language}"]
    if not mine:
        raise follow.Wrong(f"the page has no section '### In {language}'")
    end = next((at for at in range(mine[0] + 1, len(lines)) if lines[at].startswith(("## ", "### "))), len(lines))
    return lines[:sections[0]] + lines[mine[0]:end]


def install_commands(lines):
    """Of the fence behind <!-- install -->; root needs no sudo, and nobody answers apt."""
    start = lines.index(INSTALL) + 2
    commands = [line.partition("#")[0].strip() for line in lines[start:lines.index("```", start)]]
    return [re.sub(r"^sudo apt install", "apt-get install -y -qq", command) for command in commands if command]


def shape(lines):
    """Each line without its numbers, and how often it follows itself."""
    found = []
    for line in lines:
        plain = re.sub(r"\d+(\.\d+)?", "N", line)
        if found and found[-1][0] == plain:
            found[-1][1] += 1
        else:
            found.append([plain, 1])
    return found


def compare(command, said, printed):
    wanted, came = shape(said), shape(printed)
    if [line for line, _ in wanted] != [line for line, _ in came] or any(a[1] < w[1] for w, a in zip(wanted, came)):
        raise follow.Wrong(f"'{command}' prints something else:\n" + follow.difference(said, printed))


def walk(lines, write, shell):
    """Files are written by `write`, commands typed; what they print must be as the page shows it. Returns how many programs printed."""
    exchanged = 0
    for step in follow.steps(lines):
        if step.kind == "file":
            write(step.name, follow.text_of(step.lines))
            continue
        for command, said in follow.commands(step.lines):
            typed = "\n".join(command)[2:]
            compare(typed, said, shell.run(typed))
            exchanged += bool(said)
    if not exchanged:
        raise follow.Wrong("the page shows no exchange")


def written(folder):
    def write(name, text):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return write


def timed(language, walked):
    begun = time.monotonic()
    try:
        walked()
    except follow.Wrong as wrong:
        print(f"FAILED: {language}: {wrong}")
        return 1
    print(f"ok {language}: a typed exchange after {time.monotonic() - begun:.0f} s")
    return 0


def here(build, page, languages):
    work = tempfile.mkdtemp(prefix="newcomer-")
    try:
        environment = follow.installed(build, os.path.join(work, "installed"))

        def walked(language):
            folder = os.path.join(work, language)
            os.mkdir(folder)
            shell = follow.Shell(folder, environment)
            try:
                walk(path_of(page, language), written(folder), shell)
            finally:
                shell.close()
        return sum(timed(language, lambda: walked(language)) for language in languages)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def machine(root, page, languages):
    """One language after the other on one machine: who comes first installs."""
    follow.LONGEST_COMMAND_S = 1800
    inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
              'mount -t proc proc "$0/proc" && mount -t devpts devpts "$0/dev/pts" && exec chroot "$0" sh -s', root]
    environment = dict(HOME="/root", PATH="/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C.UTF-8", TERM="dumb", DEBIAN_FRONTEND="noninteractive",
                       DEBEMAIL=os.environ.get("DEBEMAIL", ""), DEBFULLNAME=os.environ.get("DEBFULLNAME", ""))
    failed = 0
    shell = follow.Shell(root, {name: value for name, value in environment.items() if value}, inside)
    try:
        def install():
            for command in install_commands(page):
                said = shell.run(f"cd /srv/dh && {command} && echo it-is-done")
                if said[-1:] != ["it-is-done"]:
                    raise follow.Wrong(f"'{command}' failed:\n" + "\n".join(said[-40:]))

        def walked(language):
            folder = f"/srv/{language}"
            shell.run(f"mkdir -p {folder} && cd {folder}")
            try:
                walk(path_of(page, language), written(root + folder), shell)
            finally:
                shell.run("kill $! 2>/dev/null; wait")
        begun = time.monotonic()
        install()
        print(f"ok the page's installation: {time.monotonic() - begun:.0f} s")
        for language in languages:
            failed += timed(language, lambda: walked(language))
            print(f"   from the first command on: {time.monotonic() - begun:.0f} s")
    finally:
        shell.close()
    return failed


def main(arguments):
    if len(arguments) < 2 or (arguments[0] == "--machine" and len(arguments) < 3):
        print(__doc__, file=sys.stderr)
        return 64
    way, place = (machine, arguments[1]) if arguments[0] == "--machine" else (here, arguments[0])
    rest = arguments[2:] if arguments[0] == "--machine" else arguments[1:]
    with open(rest[0], encoding="utf-8") as file:
        page = file.read().splitlines()
    try:
        failed = way(place, page, rest[1:] or LANGUAGES)
    except follow.Wrong as wrong:
        print(f"FAILED: {wrong}")
        failed = 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
