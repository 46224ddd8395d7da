#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever dhgen is given, it ends by itself: with a diagnostic and the right status, without a half-written file, and with less
memory than ten times the input (or what an empty schema takes, where that is more), or than what stands beside a case that is dense.

usage: hostile.py DHGEN MEASURE
"""
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

DHGEN, MEASURE = map(os.path.abspath, sys.argv[1:3])
SANITIZED = "__asan" in subprocess.run(["nm", "-C", DHGEN], capture_output=True, text=True, check=False).stdout
SMALL_KIB = 10 * 1024  # what a process needs before it has read anything, with room
OK, WRONG, USAGE, NO_INPUT, CANT_CREATE, IO_ERROR = 0, 1, 64, 66, 73, 74
HEAD = "package t;\n"
GOOD = HEAD + "struct A { a: u32; }\nchannel c version 1 { slot: A; slots: 1; full: wait; }\n"
MILLION = 1_000_000
NOBODY = 65534
PATIENCE_S = 60  # on a machine with other work, and with sanitizers; alone none takes a second
failures = []


def fail(name, what):
    failures.append(f"FAILED: {name}: {what}")
    print(failures[-1])


class Result:
    def __init__(self, status, stderr, peak_kib, signalled):
        self.status, self.stderr, self.peak_kib, self.signalled = status, stderr, peak_kib, signalled


def run(*arguments, folder, stdin=None, limit=None, closed=None, stdout=None, programs=(MEASURE, DHGEN)):
    """dhgen, measured; `limit` is called in the child."""
    def prepare():
        if limit:
            limit()
        if closed is not None:
            os.close(closed)

    report = os.path.join(folder, ".measured")
    process = subprocess.Popen([programs[0], report, programs[1], *arguments], cwd=folder, stdin=stdin or subprocess.DEVNULL,
                               stdout=stdout or subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=prepare, start_new_session=True)
    try:
        _, stderr = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Result(-1, f"no end after {PATIENCE_S} s", 0, signal.SIGKILL)
    with open(report, encoding="ascii") as file:
        status, _, _, _, peak, _, number = map(int, file.read().split())
    os.unlink(report)
    return Result(status, stderr.decode("utf-8", "replace"), peak, number)


def judge(name, result, status, says=None, input_bytes=0, times=10):
    if result.signalled:
        fail(name, f"died of signal {result.signalled}: {result.stderr[-500:]}")
    elif result.status != status:
        fail(name, f"status {result.status}, not {status}: {result.stderr[:300]}")
    elif says and says not in result.stderr:
        fail(name, f"does not say '{says}': {result.stderr[:300]}")
    elif not status and result.stderr and not says:
        fail(name, f"says something although all is well: {result.stderr[:300]}")
    most = max(SMALL_KIB, times * input_bytes // 1024)
    if result.peak_kib > most and not SANITIZED:
        fail(name, f"{result.peak_kib} KiB for {input_bytes} bytes, more than {most}")
    if len(result.stderr) > 200_000:
        fail(name, f"{len(result.stderr)} bytes of diagnostics")


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(base, file), folder) for base, _, files in os.walk(folder) for file in files)


# ---- what is in a file ------------------------------------------------------------------------------


def texts():
    """(name, bytes, status, what is said); a fifth: times the input that memory may take, where a byte or two are a token each"""
    for opening in "([{<":
        yield f"a million '{opening}'", HEAD + "const A: u32 = " + opening * MILLION, WRONG, "[DH"
        yield f"a million '{opening}' alone", opening * MILLION, WRONG, "[DH"
    yield "a million arrays", HEAD + "struct A { a: u8" + "[1]" * MILLION + "; }", WRONG, "[DH", 60
    yield "a million optionals", HEAD + "struct A { a: u8" + "?" * MILLION + "; }", WRONG, "[DH", 75
    yield "a million lists", HEAD + "struct A { a: " + "list<" * MILLION + "u8" + ", 1>" * MILLION + "; }", WRONG, "[DH"
    yield "a million minus signs", HEAD + "const A: i32 = " + "-" * MILLION + "1;", WRONG, "[DH"
    yield "a million attributes", HEAD + "struct A { a: u8 " + "@x " * MILLION + "; }", WRONG, "[DH", 32
    yield "a million closing braces", HEAD + "}" * MILLION, WRONG, "[DH", 22
    yield "a million parts of a name", "package " + "a." * MILLION + "b;", WRONG, "DH0301", 25
    yield "a million parts of a type", HEAD + "struct A { a: a" + ".b" * MILLION + "; }", WRONG, "DH0304", 25
    yield "a million semicolons", HEAD + ";" * MILLION, WRONG, "[DH"
    yield "a million quotes", HEAD + '"' * MILLION, WRONG, "[DH"
    yield "a million comment starts", HEAD + "/*" * MILLION, WRONG, "[DH"
    yield "one long name", HEAD + "struct " + "a" * (8 * MILLION) + " { a: u8; }", WRONG, "[DH"
    yield "one long comment", GOOD + "// " + "x" * (8 * MILLION), OK, None
    yield "many comments", GOOD + "// x\n" * (2 * MILLION), OK, None
    yield "only line feeds", GOOD + "\n" * (8 * MILLION), OK, None
    yield "many wrong lines", HEAD + "struct A { a: u8 }\n" * 200_000, WRONG, "[DH", 80
    yield "many unknown types", HEAD + "struct A {\n" + "".join(f"f{i}: T{i};\n" for i in range(100_000)) + "}", WRONG, "[DH", 55
    yield "shortest fields", HEAD + "struct A {\n" + "".join(f"f{i}:u8;" for i in range(20_000)) + "}\n", OK, None, 185
    yield "shortest structs", HEAD + "".join(f"struct S{i} {{ a:u8;b:u8;c:u8;d:u8; }}\n" for i in range(5000)), OK, None, 270
    yield "a NUL", HEAD + "struct A {\0}", WRONG, "DH0005"
    yield "only NULs", "\0" * MILLION, WRONG, "DH0005"
    yield "empty", "", WRONG, "[DH"
    yield "UTF-16 LE", GOOD.encode("utf-16-le"), WRONG, "DH0006"
    yield "UTF-16 BE", GOOD.encode("utf-16-be"), WRONG, "DH0006"
    yield "UTF-16 with its mark", GOOD.encode("utf-16"), WRONG, "DH0006"
    yield "UTF-32", GOOD.encode("utf-32-le"), WRONG, "[DH"
    yield "UTF-8 with a mark", b"\xef\xbb\xbf" + GOOD.encode(), OK, None
    yield "bidirectional controls", HEAD + "// \u202e\u2066 a\u2069\nstruct A { a: u8; }", WRONG, "DH0106"
    yield "every byte there is", bytes(range(1, 256)) * 4096, WRONG, "[DH"
    yield "bytes that are no UTF-8", HEAD.encode() + b"\xff\xfe\xc0\xaf\xed\xa0\x80\xf5" * 100_000, WRONG, "[DH"


def check_texts(folder):
    path = os.path.join(folder, "t.dhs")
    for name, text, status, says, *times in texts():
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        with open(path, "wb") as file:
            file.write(data)
        os.makedirs(os.path.join(folder, "out"), exist_ok=True)
        judge(name, run("build", "--out", "out", "t.dhs", folder=folder), status, says, len(data), *times)
        if status and files_of(os.path.join(folder, "out")):
            fail(name, f"left {files_of(os.path.join(folder, 'out'))}")
        if not status and len(files_of(os.path.join(folder, "out"))) != 3:
            fail(name, f"made {files_of(os.path.join(folder, 'out'))}")
        for file in files_of(os.path.join(folder, "out")):
            os.unlink(os.path.join(folder, "out", file))


def check_sizes(folder):
    """100 MB: refused before they are read."""
    path = os.path.join(folder, "large.dhs")
    for name, byte in (("of comment", b"/"), ("of one name", b"a"), ("of NULs", b"\0"), ("of declarations", b"struct A { a: u8; }\n")):
        with open(path, "wb") as file:
            for _ in range(100):
                file.write(byte * (MILLION // len(byte)))
        judge(f"100 MB {name}", run("check", "large.dhs", folder=folder), WRONG, "DH0004", 100 * MILLION)
    os.unlink(path)


# ---- what a path leads to ---------------------------------------------------------------------------


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def check_paths(folder):
    os.makedirs(os.path.join(folder, "folder.dhs"))
    os.symlink("loop.dhs", os.path.join(folder, "loop.dhs"))
    os.symlink("nothing.dhs", os.path.join(folder, "dangling.dhs"))
    write(folder, "itself.dhs", HEAD + 'import "itself.dhs";\n')
    write(folder, "through.dhs", HEAD + 'import "link.dhs";\n')
    os.symlink("through.dhs", os.path.join(folder, "link.dhs"))
    write(folder, "asks.dhs", HEAD + 'import "loop.dhs";\nimport "folder.dhs";\nimport "/dev/null";\n')
    for number in range(10_000):
        write(folder, f"chain{number}.dhs", f'package p{number};\nimport "chain{number + 1}.dhs";\n')
    for name, status, says in (("folder.dhs", WRONG, "DH0002"), ("loop.dhs", NO_INPUT, "symbolic links"), ("dangling.dhs", NO_INPUT, "No such file"),
                               ("none.dhs", NO_INPUT, "No such file"), ("itself.dhs", WRONG, "DH0007"), ("through.dhs", WRONG, "DH0007"),
                               ("asks.dhs", WRONG, "DH0002"), ("chain0.dhs", WRONG, "DH0008"), ("x" * 5000, NO_INPUT, "too long"),
                               ("/dev/null", WRONG, "DH0205"), ("none/none.dhs", NO_INPUT, "No such file"), ("/proc/self/mem", WRONG, "[DH")):
        judge(name[:20], run("check", name, folder=folder), status, says)


def check_streams(folder):
    """Pipes give what is in them; one that never ends is refused."""
    reader, writer = os.pipe()
    os.write(writer, GOOD.encode())
    os.close(writer)
    judge("a pipe", run("check", "-", folder=folder, stdin=reader), OK)
    os.close(reader)
    os.mkfifo(os.path.join(folder, "fifo.dhs"))
    feeder = subprocess.Popen(["sh", "-c", f"printf '%s' '{GOOD}' > fifo.dhs"], cwd=folder)
    judge("a named pipe", run("check", "fifo.dhs", folder=folder), OK)
    feeder.wait(timeout=10)
    with open("/dev/zero", "rb") as endless:
        judge("a device without end", run("check", "-", folder=folder, stdin=endless), WRONG, "DH0004", 64 * MILLION)
    judge("standard input closed", run("check", "-", folder=folder, closed=0), WRONG, "Bad file descriptor")


# ---- where files go ---------------------------------------------------------------------------------


def check_outputs(folder):
    write(folder, "good.dhs", GOOD)
    old = os.path.join(folder, "old")
    os.makedirs(old)
    run("build", "--out", "old", "good.dhs", folder=folder)
    before = {file: open(os.path.join(old, file), "rb").read() for file in files_of(old)}
    write(folder, "good.dhs", GOOD.replace("u32", "u64"))

    def unchanged(name):
        if {file: open(os.path.join(old, file), "rb").read() for file in files_of(old)} != before:
            fail(name, f"the old files changed, or others were left: {files_of(old)}")

    def small_files(size):
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    for size in (0, 100, 4096):
        name = f"a disk that is full after {size} bytes"
        done = subprocess.run([DHGEN, "build", "--out", "old", "good.dhs"], cwd=folder, stderr=subprocess.PIPE, preexec_fn=small_files(size), check=False)
        if done.returncode != IO_ERROR or b"old/good.dh" not in done.stderr:
            fail(name, f"status {done.returncode}: {done.stderr.decode()}")
        unchanged(name)
    for size in (0, 100, 4096):
        name = f"a new folder on a disk that is full after {size} bytes"
        done = subprocess.run([DHGEN, "build", "--out", "nowhere/new", "good.dhs"], cwd=folder, stderr=subprocess.PIPE, preexec_fn=small_files(size), check=False)
        if done.returncode != IO_ERROR or [entry for entry in os.listdir(folder) if entry.startswith("nowhere")]:
            fail(name, f"status {done.returncode}: {done.stderr.decode()}; {os.listdir(folder)}")
    judge("a folder in a file", run("build", "--out", "good.dhs/new", "good.dhs", folder=folder), CANT_CREATE, "Not a directory")
    judge("a folder of too long a name", run("build", "--out", "n" * 300, "good.dhs", folder=folder), CANT_CREATE, "File name too long")
    judge("an output folder that is a file", run("build", "--out", "good.dhs", "good.dhs", folder=folder), CANT_CREATE, "Not a directory")
    judge("/proc", run("build", "--out", "/proc", "good.dhs", folder=folder), CANT_CREATE, "/proc/good.dh.h")
    os.makedirs(os.path.join(folder, "taken", "good.dh.c"))
    judge("a place taken by a folder", run("build", "--out", "taken", "good.dhs", folder=folder), CANT_CREATE, "Is a directory")
    if files_of(os.path.join(folder, "taken")):
        fail("a place taken by a folder", f"left {files_of(os.path.join(folder, 'taken'))}")
    write(folder, "wrong.dhs", GOOD.replace("u32", "u33"))
    judge("one of two is wrong", run("build", "--out", "old", "good.dhs", "wrong.dhs", folder=folder), WRONG, "[DH")
    unchanged("one of two is wrong")
    judge("--depfile /dev/null", run("check", "good.dhs", folder=folder), OK)
    run("build", "--out", "old", "--depfile", "/dev/null", "good.dhs", folder=folder)
    if not stat.S_ISCHR(os.stat("/dev/null").st_mode):
        fail("--depfile /dev/null", "it is no device any more")


# ---- what comes in between ---------------------------------------------------------------------------

MANY = 300  # schemas


def n_begun(beside):
    """How many files a run has made so far, beside the folder that they will be in."""
    try:
        return len(os.listdir(beside))
    except FileNotFoundError:
        return -1


def check_interruptions(folder):
    """A run that ends before its end leaves nothing, or all; of one that is killed what it began lies beside, and never in the folder."""
    for i in range(MANY):
        write(folder, f"s{i}.dhs", GOOD.replace("package t", f"package t{i}"))
    sources = [f"s{i}.dhs" for i in range(MANY)]
    run("build", "--out", "whole", *sources, folder=folder)
    whole = files_of(os.path.join(folder, "whole"))
    if len(whole) != 3 * MANY:
        fail("many schemas", f"{len(whole)} files")
    for number, is_there in ((signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGHUP, False), (signal.SIGKILL, False), (signal.SIGTERM, True)):
        caught = 0
        for attempt in range(20):
            fresh = f"{'there' if is_there else 'fresh'}-{number}-{attempt}"
            if is_there:
                os.mkdir(os.path.join(folder, fresh))
            process = subprocess.Popen([DHGEN, "build", "--out", fresh, *sources], cwd=folder, stderr=subprocess.PIPE)
            beside = os.path.join(folder, fresh if is_there else f"{fresh}.{process.pid}-0")
            while process.poll() is None and n_begun(beside) < max(is_there, 30 * attempt):
                pass
            process.send_signal(number)
            process.communicate()
            done = files_of(os.path.join(folder, fresh))
            left = [entry for entry in os.listdir(folder) if entry.startswith(f"{fresh}.")]
            if process.returncode not in (0, -number) or (process.returncode == 0 and done != whole):
                fail(f"signal {number}", f"status {process.returncode}, {len(done)} files")
            if done not in ([], whole):
                fail(f"signal {number}", f"a part of the files: {len(done)}")
            if process.returncode and number != signal.SIGKILL and (done or left):
                fail(f"signal {number}", f"left {len(done)} files and {left}")
            caught += process.returncode == -number
        if not caught:
            fail(f"signal {number}", "no run was caught")


def check_two_at_once(folder):
    """Both make the same folder; each schema is in it in the end, and nothing else is left."""
    for name in "ab":
        for i in range(40):
            write(folder, f"{name}{i}.dhs", GOOD.replace("package t", f"package {name}{i}"))
    for attempt in range(10):
        both = [subprocess.Popen([DHGEN, "build", "--out", f"both{attempt}", *[f"{name}{i}.dhs" for i in range(40)]], cwd=folder, stderr=subprocess.PIPE)
                for name in "ab"]
        said = [process.communicate()[1] for process in both]
        if any(process.returncode for process in both):
            fail("two at once", f"{[process.returncode for process in both]}: {said}")
        if len(files_of(os.path.join(folder, f"both{attempt}"))) != 240:
            fail("two at once", f"{len(files_of(os.path.join(folder, f'both{attempt}')))} files of 240")
    if [entry for entry in os.listdir(folder) if entry.startswith("both") and "." in entry]:
        fail("two at once", f"left {os.listdir(folder)}")


# ---- what the user may not ---------------------------------------------------------------------------


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def check_permissions(folder):
    """Root may do everything: run by root, dhgen is tried as nobody, from copies in a folder that is nobody's."""
    home, programs, limit = folder, (MEASURE, DHGEN), None
    write(folder, "good.dhs", GOOD)
    if os.getuid() == 0:
        home = os.path.join(folder, "home")
        os.makedirs(home)
        os.chmod(folder, 0o755)
        programs = tuple(shutil.copy(program, folder) for program in programs)
        write(home, "good.dhs", GOOD)
        limit = become_nobody
    os.makedirs(os.path.join(home, "old"))
    os.makedirs(os.path.join(home, "locked"))
    write(home, "closed.dhs", GOOD)
    write(home, "locked/inside.dhs", HEAD)
    write(home, "asks.dhs", HEAD + 'import "closed.dhs";\n')
    for base, folders, files in os.walk(home):
        for name in [base] + [os.path.join(base, inner) for inner in folders + files]:
            os.chown(name, NOBODY if os.getuid() == 0 else -1, -1)
    os.chmod(os.path.join(home, "closed.dhs"), 0)
    os.chmod(os.path.join(home, "locked"), 0)

    def as_nobody(*arguments):
        return run(*arguments, folder=home, programs=programs, limit=limit)

    try:
        judge("a file that may be read", as_nobody("build", "--out", "old", "good.dhs"), OK)
        before = files_of(os.path.join(home, "old"))
        os.chmod(os.path.join(home, "old"), 0o500)
        judge("a file that may not be read", as_nobody("check", "closed.dhs"), NO_INPUT, "Permission denied")
        judge("an import that may not be read", as_nobody("check", "asks.dhs"), WRONG, "Permission denied")
        judge("a file in a folder that may not be entered", as_nobody("check", "locked/inside.dhs"), NO_INPUT, "Permission denied")
        write(home, "good.dhs", GOOD.replace("u32", "u64"))
        judge("an output folder that may not be written", as_nobody("build", "--out", "old", "good.dhs"), CANT_CREATE, "Permission denied")
        if files_of(os.path.join(home, "old")) != before or len(before) != 3:
            fail("an output folder that may not be written", f"{before} became {files_of(os.path.join(home, 'old'))}")
        judge("a new folder in one that may not be written", as_nobody("build", "--out", "old/new", "good.dhs"), CANT_CREATE, "Permission denied")
    finally:
        os.chmod(os.path.join(home, "old"), 0o700)
        os.chmod(os.path.join(home, "locked"), 0o700)


def check_printing(folder):
    write(folder, "good.dhs", GOOD)
    for verb in (["canon", "good.dhs"], ["layout", "good.dhs"], ["build", "--out", "-", "good.dhs"], ["--help"], ["explain"]):
        with open("/dev/full", "wb") as full:
            judge(f"{verb[0]} to a full device", run(*verb, folder=folder, stdout=full), IO_ERROR, "No space left")
        judge(f"{verb[0]} to a closed output", run(*verb, folder=folder, closed=1), IO_ERROR, "Bad file descriptor")
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run([DHGEN, "explain"], stdout=writer, stderr=subprocess.PIPE, check=False,
                             preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    os.close(writer)
    if process.returncode not in (-signal.SIGPIPE, IO_ERROR):
        fail("a reader that went away", f"status {process.returncode}")


def check_interrupted(folder):
    """A signal that is handled does not cut a read or a write short: a slow pipe, and one signal after the other."""
    writer = subprocess.Popen(["sh", "-c", f"printf '%s' '{GOOD[:20]}'; sleep 0.2; printf '%s' '{GOOD[20:]}'"], stdout=subprocess.PIPE)
    reader = subprocess.Popen([DHGEN, "hash", "-"], stdin=writer.stdout, stdout=subprocess.PIPE, cwd=folder)
    for _ in range(20):
        reader.send_signal(signal.SIGSTOP)
        reader.send_signal(signal.SIGCONT)
    said, _ = reader.communicate(timeout=20)
    writer.wait(timeout=10)
    if reader.returncode != OK or len(said.split()[0]) != 64:
        fail("interrupted while reading", f"status {reader.returncode}: {said}")


def main():
    for check in (check_texts, check_sizes, check_paths, check_streams, check_outputs, check_interruptions, check_two_at_once, check_permissions,
                  check_printing, check_interrupted):
        with tempfile.TemporaryDirectory(prefix="dhgen-hostile-") as folder:
            check(folder)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
