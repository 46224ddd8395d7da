#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layouts.py DHGEN TOP REPORT [--full]: every message of PX4 and MAVLink, imported and built, has the layout that compilers give it,
on five targets.

    generated C   each compiler takes it for each target: its _Static_asserts prove offsets, sizes and alignments there
    plain C       the same messages from the same sources by plain.py, compiled with debug information; what pahole reads
                  there is what dhgen says: every offset, size and alignment
    big-endian    the generated C refuses the target in so many words; told that it is none, its asserts hold there, too

--full: the other releases too, and each generated file on its own. 77: no corpora here.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpora"))
import plain  # noqa: E402
import sources  # noqa: E402

TARGETS = {
    "x86-64": [["gcc"], ["clang", "--target=x86_64-linux-gnu"]],
    "i386": [["gcc", "-m32"], ["clang", "--target=i386-linux-gnu"]],
    "aarch64": [["aarch64-linux-gnu-gcc"], ["clang", "--target=aarch64-linux-gnu"]],
    "riscv64": [["riscv64-linux-gnu-gcc"], ["clang", "--target=riscv64-linux-gnu"]],
    "s390x": [["s390x-linux-gnu-gcc"], ["clang", "--target=s390x-linux-gnu"]],
}
BIG_ENDIAN = "s390x"
NARROW = "i386"
# The check of the byte order, defined away: only the layout is asked for.
AS_LITTLE = ["-U__BYTE_ORDER__", "-D__BYTE_ORDER__=__ORDER_LITTLE_ENDIAN__", "-Wno-builtin-macro-redefined"]
FULL = "--full" in sys.argv
HERE = os.path.dirname(os.path.abspath(__file__))


class Failures:
    def __init__(self):
        self.n = 0

    def add(self, text):
        self.n += 1
        if self.n <= 20:
            print("FAILED: " + text)


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


# ---- what dhgen makes -----------------------------------------------------------------------------------------------

class Made:
    """One release: imported, built, and its model."""

    def __init__(self, dhgen, work, prefix, messages, command, operands):
        self.prefix = prefix
        self.messages = {name: message for name, message in messages.items() if message.fields}
        self.folder = os.path.join(work, prefix)
        self.c_folder = os.path.join(self.folder, "c")
        os.makedirs(self.c_folder)
        self.ask([dhgen, "import"] + command + ["--out", self.folder] + operands)
        found = sorted(os.path.join(here, file) for here, _, files in os.walk(self.folder) for file in files if file.endswith(".dhs"))
        self.ask([dhgen, "build", "--werror", "-I", self.folder, "--out", self.c_folder] + found)
        self.ask([dhgen, "build", "--werror", "-I", self.folder, "--lang", "json", "--out", self.c_folder] + found)
        self.c_files = sorted(os.path.join(self.c_folder, file) for file in os.listdir(self.c_folder) if file.endswith(".dh.c"))

    @staticmethod
    def ask(command):
        done = run(command)
        if done.returncode != 0:
            sys.exit("FAILED: %s\n%s" % (" ".join(command[:4]), done.stderr[-2000:]))

    def structs(self):
        """(MAVLink's id or the loose name): the model of the struct."""
        found = {}
        for file in sorted(os.listdir(self.c_folder)):
            if not file.endswith(".json"):
                continue
            model = json.load(open(os.path.join(self.c_folder, file), encoding="utf-8"))
            for step in model["declarations"]:
                if step["struct"]:
                    number = step["struct"]["user"].get("x", {}).get("mavlink_id")
                    found[number[0] if number else sources.loose(step["struct"]["name"])] = step["struct"]
        return found

    def said(self):
        """What dhgen says of each message: its size and alignment, and each field's offset and size."""
        structs, said = self.structs(), {}
        for name, message in self.messages.items():
            struct = structs[str(message.number) if message.number is not None else sources.loose(name)]
            fields = {field["label"] or field["name"]: (field["offset"], field["size"]) for field in struct["fields"]}
            said[self.prefix + "_" + name] = (struct["size"], struct["align"], fields)
        return said


def make(dhgen, work, corpora, px4, mavlink):
    folder = os.path.join(corpora, "px4_msgs", px4)
    dialect = os.path.join(corpora, "mavlink", mavlink, "common.xml")
    return [Made(dhgen, work, "px4", sources.px4(folder), ["ros", "--package", "px4_msgs"], sources.msg_files(folder)),
            Made(dhgen, work, "mav", sources.mavlink(dialect).messages, ["mavlink"], [dialect])]


# ---- what compilers say ---------------------------------------------------------------------------------------------

MEMBER = re.compile(r"^\t\S.*?\bf_(\w+)(?:\[\d+\])*(?: __attribute__\(\(.*\)\))?;\s*/\*\s*(\d+)\s+(\d+)\s*\*/")


def read_pahole(text):
    """struct: (size, {member: (offset, size)})."""
    structs, name, members = {}, None, {}
    for line in text.splitlines():
        if line.startswith("struct "):
            name, members = line.split()[1], {}
        match = MEMBER.match(line)
        if match:
            members[match.group(1)] = (int(match.group(2)), int(match.group(3)))
        size = re.match(r"^\t/\* size: (\d+)", line)
        if size:
            structs[name] = (int(size.group(1)), members)
    return structs


def shown(structs, message, name):
    """The message's size, alignment and fields, minors within minors taken out of each other."""
    fields = {}
    names = [plain.struct_name(name, minor) for minor in plain.minors(message)]
    for each in names:
        fields.update({member: place for member, place in structs[each][1].items() if member != "before"})
    return (structs[names[-1]][0], structs["align_" + name][1]["s"][0], fields)


def compiled(work, compiler, options, source, key):
    out = os.path.join(work, key + ".o")
    done = run(compiler + ["-std=gnu11", "-ffreestanding", "-g", "-c", "-o", out] + options + [source])
    if done.returncode != 0:
        sys.exit("FAILED: %s cannot take the plain structs:\n%s" % (key, done.stderr[:2000]))
    read = run(["pahole", out])
    if read.returncode != 0:
        sys.exit("FAILED: pahole on %s: %s" % (key, read.stderr[:500]))
    return read_pahole(read.stdout)


def compare(made, said, structs, failures, key):
    """Messages whose layout is another than dhgen's; where a difference is a failure, it is told."""
    other = set()
    for each in made:
        for name, message in each.messages.items():
            full = each.prefix + "_" + name
            theirs = shown(structs, message, full)
            if theirs == said[full]:
                continue
            other.add(full)
            if failures:
                failures.add("%s: %s: dhgen says %s, the compiler %s" % (key, full, said[full], theirs))
    return other


def has_wide(messages, message):
    return any(field.scalar in ("u64", "i64", "f64") or (field.message and has_wide(messages, messages[field.message]))
               for field in message.fields)


def check_narrow(made, said, structs, failures, key):
    """i386, nothing said of alignment: what differs must have a member of eight bytes, and some must."""
    other = compare(made, said, structs, None, key)
    wide = {each.prefix + "_" + name for each in made for name, message in each.messages.items() if has_wide(each.messages, message)}
    if not other:
        failures.add(key + ": no layout differs where eight bytes are aligned to four: nothing was compared")
    for name in sorted(other - wide):
        failures.add("%s: %s differs, and has nothing of eight bytes" % (key, name))
    return len(other)


def check_plain(work, made, said, failures):
    """The oracle on each target; how many messages i386 would lay out otherwise."""
    source = os.path.join(work, "plain.c")
    with open(source, "w", encoding="utf-8") as out:
        out.write(plain.source({each.prefix: each.messages for each in made}))
    jobs = [(target, compiler) for target, compilers in TARGETS.items() for compiler in compilers]
    narrow = {}
    with ThreadPoolExecutor(2) as pool:
        def one(job):
            target, compiler = job
            key = "%s, %s" % (target, compiler[0])
            wide = compiled(work, compiler, ["-DWIDE"] if target == NARROW else [], source, key.replace(", ", "-"))
            return key, target, wide, compiled(work, compiler, [], source, "narrow-" + compiler[0]) if target == NARROW else None
        for key, target, structs, unsaid in pool.map(one, jobs):
            compare(made, said, structs, failures, key)
            if target == NARROW:
                narrow[key] = check_narrow(made, said, unsaid, failures, key)
    # The comparison itself: a field that lies elsewhere must be noticed.
    full = made[0].prefix + "_" + sorted(made[0].messages)[0]
    size, align, fields = said[full]
    moved = dict(said, **{full: (size, align, {name: (offset + 1, bytes) for name, (offset, bytes) in fields.items()})})
    if compare(made, moved, structs, None, "control") != {full}:
        failures.add("control: fields that were moved by a byte were not noticed")
    return narrow


# ---- generated C ----------------------------------------------------------------------------------------------------

def one_unit(work, made):
    path = os.path.join(work, "generated.c")
    with open(path, "w", encoding="utf-8") as out:
        for each in made:
            out.writelines('#include "%s"\n' % file for file in each.c_files)
    return path


def syntax(top, made, compiler, options, source):
    # gcc's warnings take four times as long as all else it does here; clang's are free
    warnings = ["-Wall", "-Wextra", "-Werror"] if compiler[0] == "clang" or FULL else ["-Werror"]
    command = compiler + ["-std=c11", "-ffreestanding", "-fsyntax-only", "-DDH_PROVE_FIELDS", "-I", os.path.join(top, "include"),
                          "-isystem", os.path.join(HERE, "libc")] + warnings
    for each in made:
        command += ["-I", each.c_folder]
    return run(command + options + [source])


def check_generated(top, work, made, failures):
    unit = one_unit(work, made)
    jobs = [(target, compiler, AS_LITTLE if target == BIG_ENDIAN else [])
            for target, compilers in TARGETS.items() for compiler in compilers]
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda job: syntax(top, made, job[1], job[2], unit), jobs)
        for (target, compiler, _), done in zip(jobs, results):
            if done.returncode != 0:
                failures.add("%s, %s: the generated C is refused:\n%s" % (target, compiler[0], done.stderr[:1500]))


def check_refusal(top, made, failures):
    """Without the trick, a big-endian target is refused in words that name the schema."""
    for each in made:
        file = each.c_files[0]
        schema = os.path.basename(file)[:-len(".dh.c")] + ".dhs"
        for compiler in TARGETS[BIG_ENDIAN]:
            done = syntax(top, made, compiler, [], file)
            wanted = schema + ": data of the hub is little-endian; this target is not"
            if done.returncode == 0 or wanted not in done.stderr:
                failures.add("%s, %s: '%s' is not said: %s" % (BIG_ENDIAN, compiler[0], wanted, done.stderr[:300]))


def check_asserts(made, failures):
    """Each field has its assert, and a wrong one is an error: else the compilers' silence would mean nothing."""
    n_asserts, n_fields = 0, sum(len(message.fields) for each in made for message in each.messages.values())
    for each in made:
        for file in each.c_files:
            n_asserts += open(file, encoding="utf-8").read().count("DH_PROVE_FIELD(")
    if n_asserts != n_fields:
        failures.add("%d fields, but %d asserts of offsets" % (n_fields, n_asserts))
    return n_fields, n_asserts


def check_control(top, work, made, failures):
    file = made[0].c_files[0]
    text = open(file, encoding="utf-8").read()
    wrong = os.path.join(work, "wrong.c")
    with open(wrong, "w", encoding="utf-8") as out:
        out.write(re.sub(r"(DH_PROVE_FIELD\(\w+, \w+, )(\d+)",
                         lambda match: "%s%d" % (match.group(1), int(match.group(2)) + 1), text, count=1))
    for target in ("x86-64", "aarch64"):
        done = syntax(top, made, TARGETS[target][0], [], wrong)
        if done.returncode == 0 or ".dhs:" not in done.stderr:
            failures.add("%s: an assert with another offset is not refused with the schema's line" % target)


# ---- all ------------------------------------------------------------------------------------------------------------

def check(dhgen, top, corpora, px4, mavlink, failures):
    work = tempfile.mkdtemp(prefix="dh-cross-")
    try:
        made = make(dhgen, work, corpora, px4, mavlink)
        said = {}
        for each in made:
            said.update(each.said())
        narrow = check_plain(work, made, said, failures)
        check_generated(top, work, made, failures)
        check_refusal(top, made, failures)
        check_control(top, work, made, failures)
        n_fields, n_asserts = check_asserts(made, failures)
        for file in [file for each in made for file in each.c_files] if FULL else []:
            done = syntax(top, made, TARGETS["x86-64"][0], [], file)
            if done.returncode != 0:
                failures.add("%s on its own: %s" % (file, done.stderr[:500]))
        return {"px4": px4, "mavlink": mavlink, "messages": sum(len(each.messages) for each in made), "fields": n_fields,
                "asserts": n_asserts, "targets": sorted(TARGETS), "compilers": ["gcc", "clang"],
                "layouts_compared": len(said) * 2 * len(TARGETS), "i386_unsaid_differ": narrow}
    finally:
        shutil.rmtree(work)


def main():
    dhgen, top, report = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
    corpora, failures = sources.corpora(top), Failures()
    missing = [tool for tool in ("pahole", "clang", "gcc") + tuple(c[0][0] for c in TARGETS.values()) if not shutil.which(tool)]
    if missing:
        sys.exit("FAILED: not installed: %s; ./dev setup installs them" % ", ".join(sorted(set(missing))))
    px4, mavlink = (sources.versions(os.path.join(corpora, name)) for name in ("px4_msgs", "mavlink"))
    pairs = [(px4[-1], mavlink[-1])]
    if FULL:
        pairs += [(old, mavlink[min(i, len(mavlink) - 2)]) for i, old in enumerate(px4[:-1])] + [(px4[0], mavlink[-2])]
    runs = [check(dhgen, top, corpora, px4, mavlink, failures) for px4, mavlink in pairs]
    os.makedirs(os.path.dirname(report), exist_ok=True)
    with open(report, "w", encoding="utf-8") as out:
        json.dump({"v": 1, "mismatches": failures.n, "runs": runs}, out, indent=1)
        out.write("\n")
    for each in runs:
        print("PX4 %(px4)s and MAVLink %(mavlink)s: %(messages)d messages, %(fields)d fields, %(asserts)d asserts of offsets; "
              "%(layouts_compared)d layouts compared with compilers'" % each)
        print("  on i386, where nothing is said of alignment, compilers lay out otherwise: %s" % each["i386_unsaid_differ"])
    print("%d mismatches" % failures.n)
    return 1 if failures.n else 0


if __name__ == "__main__":
    sys.exit(main())
