#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same schema gives the same bytes: from any folder, by any path, from standard input, under any locale, time zone and umask,
with memory that holds garbage, by a dhgen of another compiler, by one thread and by several.

usage: same.py DHGEN TOP COMPILE_COMMANDS
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

DHGEN, TOP, COMMANDS = map(os.path.abspath, sys.argv[1:4])
LANGUAGES = subprocess.run([DHGEN, "--help"], capture_output=True, text=True, check=True).stdout.split("Languages:")[1].split("\n")[0].replace(",", " ").split()
failures = 0


def schemas():
    """Every schema of the tree that compiles."""
    found = []
    for folder in ("tests/golden/generate", "tests/golden/languages", "idl/std/dh", "examples"):
        for base, _, files in os.walk(os.path.join(TOP, folder)):
            found += [os.path.join(base, file) for file in files if file.endswith(".dhs")]
    return sorted(f for f in found if subprocess.run([DHGEN, "check", f], capture_output=True, check=False).returncode == 0)


def generate(dhgen, paths, folder, language, cwd=None, environment=None, umask=0o022):
    """{(number, name): bytes}: what dhgen writes, each schema by a run of its own, and what it says."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    # where shipped schemas are is the same for all
    env = {**os.environ, "DH_IDL_STD": os.path.join(TOP, "idl", "std"), **(environment or {})}
    written = {}
    for number, path in enumerate(paths):
        out = os.path.join(folder, "out")
        os.makedirs(out)
        done = subprocess.run([dhgen, "build", "--lang", language, "--out", out, path], cwd=cwd, env=env, capture_output=True, check=False,
                              preexec_fn=lambda: os.umask(umask))
        written[number, "said"] = done.stderr.replace(os.path.dirname(path).encode() + b"/", b"") if os.path.dirname(path) else done.stderr
        for base, _, files in os.walk(out):
            for file in files:
                with open(os.path.join(base, file), "rb") as stream:
                    written[number, os.path.relpath(os.path.join(base, file), out)] = stream.read()
        shutil.rmtree(out)
    return written


def compare(what, wanted, got):
    global failures
    for key in sorted(set(wanted) | set(got)):
        if wanted.get(key) != got.get(key):
            failures += 1
            print(f"FAILED: {what}: {' '.join(map(str, key))} is another")


def make_locale(folder, name):
    """True: the locale is there now. Commas for points, and letters whose case is not ours."""
    source = os.path.join(folder, name)
    done = subprocess.run(["localedef", "-i", name.split(".")[0], "-f", "UTF-8", source], capture_output=True, check=False)
    return done.returncode <= 1 and os.path.isdir(source)


def with_clang(folder):
    """dhgen once more, by clang without optimisation; None: there is no clang."""
    clang = shutil.which("clang-14") or shutil.which("clang")
    if not clang:
        return None
    with open(COMMANDS, encoding="utf-8") as file:
        units = json.load(file)
    sources, flags = [], []
    for unit in units:
        words = unit["command"].split()
        if not any(f"CMakeFiles/{target}.dir/" in unit["command"] for target in ("dhidl", "dhcanon", "dhcompiler", "dhgen")):
            continue
        sources.append(unit["file"])
        flags += [w.replace("\\", "") for w in words if w.startswith(("-D", "-I")) and w.replace("\\", "") not in flags]
    program = os.path.join(folder, "dhgen")
    subprocess.run([clang, "-std=c11", "-O0", "-w", *flags, *dict.fromkeys(sources), "-o", program, "-lsodium", "-lexpat", "-ljansson", "-lm", "-pthread"], check=True)
    return program


def try_all(files, folder):
    here = os.path.join(folder, "a folder with spaces, and ümlauts")
    os.makedirs(here)
    wanted = {language: generate(DHGEN, files, os.path.join(folder, "w"), language) for language in LANGUAGES}
    base = wanted["c"]
    out = os.path.join(folder, "o")
    compare("again", base, generate(DHGEN, files, out, "c"))
    compare("into a folder with spaces", base, generate(DHGEN, files, os.path.join(here, "o"), "c"))
    compare("from the root", base, generate(DHGEN, [os.path.relpath(f, "/") for f in files], out, "c", cwd="/"))
    compare("by a path with dots", base, generate(DHGEN, [f.replace("/idl/", "/idl/../idl/").replace("/tests/", "/./tests/") for f in files], out, "c"))
    copies = []
    for number, file in enumerate(files):
        copies.append(os.path.join(here, str(number), os.path.basename(file)))
        shutil.copytree(os.path.dirname(file), os.path.dirname(copies[-1]))
    compare("from a copy elsewhere", base, generate(DHGEN, copies, out, "c"))
    garbage = {"MALLOC_PERTURB_": "165", "HOME": "/nowhere", "USER": "somebody", "COLUMNS": "20", "TERM": "xterm-256color", "TZ": "Asia/Kathmandu"}
    for language in LANGUAGES:
        compare(f"with garbage in memory, {language}", wanted[language], generate(DHGEN, files, out, language, environment=garbage, umask=0o077))
    for name in ("de_DE.UTF-8", "tr_TR.UTF-8"):
        if make_locale(folder, name):
            compare(name, base, generate(DHGEN, files, out, "c", environment={"LOCPATH": folder, "LC_ALL": name, "TZ": "America/St_Johns"}))
        else:
            print(f"NOT TRIED: {name}: localedef cannot make it")
    compare("in the C locale", base, generate(DHGEN, files, out, "c", environment={"LC_ALL": "C"}))
    other = with_clang(folder)
    if not other:
        print("NOT TRIED: a dhgen by clang: there is none")
        return
    for language in LANGUAGES:
        compare(f"by clang, {language}", wanted[language], generate(other, files, out, language))


def words(text):
    """Without where lines are broken, which depends on how long the schema's name is."""
    return text.replace(b"stdin.dhs", b"stdin").split()


def try_streams(files, folder):
    """What is piped in is called stdin; else it is the same."""
    out = os.path.join(folder, "s")
    for file in files:
        with open(file, "rb") as stream:
            text = stream.read()
        if b"import" in text:
            continue
        os.makedirs(out)
        subprocess.run([DHGEN, "build", "--out", out, "-"], input=text, check=True, capture_output=True)
        shutil.copy(file, os.path.join(out, "stdin.dhs"))
        os.makedirs(os.path.join(out, "named"))
        subprocess.run([DHGEN, "build", "--out", "named", "stdin.dhs"], cwd=out, check=True, capture_output=True)
        for name in os.listdir(os.path.join(out, "named")):
            with open(os.path.join(out, name), "rb") as a, open(os.path.join(out, "named", name), "rb") as b:
                compare("piped in", {(file, name): words(b.read())}, {(file, name): words(a.read())})
        shutil.rmtree(out)


def together(paths, folder, processors, language="c"):
    """What one run makes of many schemas, and says, on so many processors."""
    out = os.path.join(folder, "t")
    os.makedirs(out)
    done = subprocess.run([DHGEN, "build", "--lang", language, "--depfile", os.path.join(out, "all.d"), "--out", out, *paths], capture_output=True, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, processors))
    written = {("said",): done.stderr, ("status",): done.returncode}
    for base, _, names in os.walk(out):
        for name in names:
            with open(os.path.join(base, name), "rb") as stream:
                written[(os.path.relpath(os.path.join(base, name), out),)] = stream.read()
    shutil.rmtree(out)
    return written


def try_threads(folder):
    """Many schemas in one run: files, dependencies and diagnostics are those of one processor."""
    everyone = os.sched_getaffinity(0)
    if len(everyone) < 2:
        print("NOT TRIED: several threads: there is one processor")
        return
    home = os.path.join(folder, "many")
    os.makedirs(home)
    paths = []
    for number in range(100):
        paths.append(os.path.join(home, f"s{number}.dhs"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(f'package s{number};\nimport "dh/geometry.dhs";\n' + "".join(
                f"/// Item {item}\nstruct S{item} {{ a: u64; b: f32[{1 + number}]; at: dh.Posef; }}\n" for item in range(1 + number % 7 * 9)) +
                "channel c version 1 { slot: S0; slots: 4; full: wait; }\n")
    wrong = list(paths)
    for number, text in ((17, "struct A { a: u33; }"), (63, "struct A { a: u8 b: u8; }"), (64, 'import "s63.dhs";')):
        wrong[number] = os.path.join(home, f"wrong{number}.dhs")
        with open(wrong[number], "w", encoding="utf-8") as file:
            file.write(f"package wrong{number};\n{text}\n")
    os.makedirs(os.path.join(home, "again"))
    with open(os.path.join(home, "again", "s5.dhs"), "w", encoding="utf-8") as file:
        file.write("package again;\nstruct A { a: u8; }\n")
    for what, list_ in (("right", paths), ("wrong", wrong), ("the same name twice", paths + [os.path.join(home, "again", "s5.dhs")])):
        wanted = together(list_, folder, {min(everyone)})
        compare(f"many schemas, {what}: how it ended, and how many files there are", {("end",): (what != "right", 3 * 101 + 1 if what == "right" else 0)},
                {("end",): (wanted["status",], len(wanted) - 2)})
        for _ in range(3):
            compare(f"many schemas, {what}, several threads", wanted, together(list_, folder, everyone))


def try_one_after_the_other(folder):
    """What a schema becomes does not depend on those that were built before it in the same memory."""
    home = os.path.join(folder, "row")
    os.makedirs(home)
    paths = []
    kinds = ("u8", "f64[3]", "string<9>", "Mode", "list<u16, 4>", "f32?", "char[7]", "bytes<5>", "Mode[2]", "Set", "i32 @x.tone(1) @x.colour(3)", "bool @x.taste @x.a(2)", "u8 @x.colour(1)", "i8 @x.a(2)")
    for number in range(60):
        paths.append(os.path.join(home, f"r{number}.dhs"))
        fields = "".join(f"{'n' * (1 + number * item % 5)}{item}: {kinds[(number * 7 + item * (1 + number % 3)) % len(kinds)]};\n" for item in range(1 + number % 11))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(f"package r{number};\nenum Mode : u8 {{ off = 0, on = 1 }}\nflags Set : u16 {{ a = 0 }}\nstruct S {{\n{fields}}}\n")
    own = os.path.join(folder, "own", "")
    os.makedirs(own)
    asked = "".join(f"{{{{#user.x.{name}}}}} {name}{{{{/user.x.{name}}}}}" for name in ("tone", "colour", "taste", "a"))
    with open(os.path.join(own, "schema.txt.mustache"), "w", encoding="utf-8") as file:
        file.write(f"{{{{#declarations}}}}{{{{#struct}}}}{{{{#fields}}}}{{{{name}}}}:{asked}\n{{{{/fields}}}}{{{{/struct}}}}{{{{/declarations}}}}")
    for language in ("cpp", "python", own):  # json asks for no name, c for none of these
        row = together(paths, folder, {min(os.sched_getaffinity(0))}, language)
        alone = {}
        for path in paths:
            alone.update(together([path], folder, {min(os.sched_getaffinity(0))}, language))
        for each in (row, alone):
            each.pop(("all.d",), None)
        compare(f"one after the other, {language}", {**alone, ("status",): 0}, row)


def main():
    files = schemas()
    if len(files) < 15:
        print(f"FAILED: only {len(files)} schemas were found")
        return 1
    with tempfile.TemporaryDirectory(prefix="dhgen-same-") as folder:
        try_all(files, folder)
        try_streams(files, folder)
        try_threads(folder)
        try_one_after_the_other(folder)
    print(f"{len(files)} schemas, {len(LANGUAGES)} languages: {failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
