#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real C of runtime/block/ under GenMC: all executions that a weak memory model allows, with each ordered access taken out in turn.

    real.py [--models rc11,imm] [--jobs N] [WORD…]     GENMC names the program; exit status 77: there is none
    real.py --native     without it: each program is compiled and run once, and each mutation finds its place in the source

Ends with "N passed, N failed". A case is passed when GenMC's verdict is the one that is written here.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
PATIENCE_S = 300
WEAKER = {"dhi_load_acquire(": "dhi_load_relaxed(", "dhi_store_release(": "dhi_store_relaxed("}
FILES = ["slot_rw.c", "wait.c", "overwrite.c", "sleep.c", "claims.c", "observe.c", "zone.c", "gate.c", "gate.h", "places.c", "quick.h", "segment.c"]
ORDERED = re.compile(r"dhi_load_acquire\(|dhi_store_release\(|dhi_fence_\w+\(\)|dhi_storeload_\w+\([^;]*\)")

# program, flags: no error; perhaps the one model that is asked. Sizes are what fits into seconds, some into a minute.
SOUND = [
    ("ring", "-DN_SLOTS=1 -DN_MESSAGES=2"),
    ("ring", "-DN_SLOTS=2 -DN_MESSAGES=3"),
    ("ring", "-DN_SLOTS=1 -DN_CONSUMERS=2 -DN_MESSAGES=2"),
    ("join", "-DN_SLOTS=1 -DN_MESSAGES=2"),
    ("join", "-DN_SLOTS=2 -DN_MESSAGES=3"),
    ("join", "-DN_SLOTS=1 -DN_MESSAGES=1 -DN_JOINS=2"),
    ("overwrite", "-DN_SLOTS=1 -DN_MESSAGES=3"),
    ("overwrite", "-DN_SLOTS=1 -DN_MESSAGES=4"),
    ("overwrite", "-DN_BEFORE=4 -DN_MESSAGES=2"),
    ("overwrite", "-DN_SLOTS=2 -DN_MESSAGES=4"),
    ("observe", "-DN_SLOTS=1 -DN_MESSAGES=2"),
    ("observe", "-DN_SLOTS=1 -DN_MESSAGES=3 -DOVERWRITE"),
    ("zone", "-DN_VALUES=2"),
    ("close", "-DN_SLOTS=2 -DN_MESSAGES=2"),
    ("evict", "-DN_SLOTS=1 -DN_MESSAGES=2"),
    ("sleep", "-DN_SLOTS=2 -DN_MESSAGES=1"),
    ("room", "-DN_SLOTS=1 -DN_MESSAGES=1"),
    ("holds", "-DN_SLOTS=2"),
    ("reuse", "-DN_SLOTS=1"),
    ("reuse", "-DN_SLOTS=1 -DJOINS=1"),
    ("reuse", "-DN_SLOTS=1 -DJOINS=2 -DNO_REAPER", "rc11"),  # imm takes more than five minutes
    ("reuse", "-DN_SLOTS=1 -DJOINS=1 -DNO_REAPER -DWAITS"),
]

# file, function, which of the function's ordered accesses, and the program that is refuted without its order. Where a model's answer
# is another, it is said why.
MUTATIONS = [
    ("quick.h", "dhi_quick_commit", 0, "ring", ""),
    ("quick.h", "dhi_quick_acquire", 0, "ring", ""),
    ("quick.h", "dhi_pass", 0, "ring", "", {"imm": "ok"}),  # the acquire fence of dhi_wait_holds() stands in, but for RC11
    ("sleep.c", "dhi_smallest_claim", 0, "ring", "", {"imm": "ok"}),  # what it loads decides about the store behind it
    ("sleep.c", "find_room", 0, "join", ""),
    ("claims.c", "claim_head", 1, "join", ""),
    ("slot_rw.c", "publish", 0, "overwrite", ""),
    ("slot_rw.c", "mark_writing", 0, "observe", "-DOVERWRITE -DN_MESSAGES=4"),
    ("quick.h", "dhi_quick_loan", 0, "observe", "-DN_SLOTS=2 -DN_MESSAGES=4 -DWANTED=1"),
    ("observe.c", "dhi_observe", 0, "observe", ""),
    ("observe.c", "dhi_observe", 1, "observe", ""),
    ("quick.h", "dhi_quick_commit", 0, "observe", ""),
    ("zone.c", "dh_zone_write", 0, "zone", ""),
    ("zone.c", "dh_zone_write", 1, "zone", ""),
    ("observe.c", "dhi_observe_guarded", 0, "zone", ""),
    ("observe.c", "dhi_observe_guarded", 1, "zone", ""),
    ("wait.c", "dhi_wait_acquire_write", 0, "evict", ""),
    ("quick.h", "dhi_wait_holds", 0, "evict", ""),
    ("quick.h", "dhi_announce", 0, "sleep", "-DN_SLOTS=2"),
    ("sleep.c", "dhi_hint_raise", 0, "sleep", "-DN_SLOTS=2"),
    ("quick.h", "dhi_pass", 1, "room", ""),
    ("overwrite.c", "collect", 0, "holds", "-DN_SLOTS=2"),
    ("overwrite.c", "collect", 1, "holds", "-DN_SLOTS=2", {"imm": "ok"}),  # what it loads decides about the stores behind it
    ("overwrite.c", "hold_slot", 1, "holds", "-DN_SLOTS=2"),
    ("overwrite.c", "drop_hold", 0, "holds", "-DN_SLOTS=2"),
    ("claims.c", "clear_record", 2, "reuse", "", {"imm": "ok"}),
    ("claims.c", "claim_head", 0, "reuse", "-DJOINS=1 -DNO_REAPER", {"imm": "ok"}),  # the acquire of the dead one's lease orders the claim behind it
    ("gate.h", "dhi_gate_enter", 1, "close", "-DN_SLOTS=2"),
    ("gate.h", "dhi_gate_leave", 0, "close", "-DN_SLOTS=2"),
    ("gate.c", "dhi_gate_close", 0, "close", "-DN_SLOTS=2"),
    ("gate.c", "dhi_gate_is_quiet", 0, "close", "-DN_SLOTS=2"),
    ("gate.c", "decide", 0, "close", "-DN_SLOTS=2"),
]


def functions_of(text):
    """{name: (from, to)} of a C file laid out as this tree's are: a function ends at the first line that is }."""
    found = {}
    for head in re.finditer(r"^[a-z][^\n;=]*?(\w+)\([^;{]*?\)\n\{\n", text, re.M):
        found[head.group(1)] = (head.start(), text.index("\n}\n", head.end() - 1))
    return found


def weaken(text, function, which):
    """The text without the order of ordered access number `which` of a function."""
    start, end = functions_of(text)[function]
    access = list(ORDERED.finditer(text, start, end))[which]
    return text[:access.start()] + WEAKER.get(access.group(), "(void)0") + text[access.end():]


def spell(text):
    """What GenMC cannot follow, in words that it can: assignments of whole structs; one attempt stands for all that repeat it."""
    text = re.sub(r"\*slot = (slot_of\([^;]*\));", r"{ struct dh_slot made = \1; SET_SLOT(slot, made); }", text)
    text = re.sub(r"\*facts = (\(struct dh_slot_facts\)\{[^;]*\});", r"{ struct dh_slot_facts made = \1; SET_FACTS(facts, made); }", text)
    return text.replace("attempt < 64", "attempt < 1")


def prepare(folder, mutation):
    """What stands before runtime/ for a program: the sources, spelled for the checker, one of them perhaps without an order."""
    os.makedirs(os.path.join(folder, "block"))
    for file in FILES:
        with open(os.path.join(TREE, "runtime", "block", file), encoding="utf-8") as source:
            text = source.read()
        if mutation and mutation[0] == file:
            text = weaken(text, *mutation[1:])
        if file == "segment.c":
            start, end = functions_of(text)["dhi_block_head"]
            file, text = "../block_head.c", text[start:end + 3]
        with open(os.path.join(folder, "block", file), "w", encoding="utf-8") as copy:
            copy.write(spell(text))


def includes(folder):
    return [f"-I{path}" for path in (folder, os.path.join(TREE, "runtime"), os.path.join(TREE, "include"))]


def search(genmc, model, program, flags, mutation):
    """What GenMC says: ("ok" or "refuted" or "?", words)."""
    options = ["--check-liveness"] if program in ("sleep", "room") or "-DWAITS" in flags else []
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder, mutation)
        # Its cache of instructions gives a stack variable an address that was freed in another execution (0.10.3): an error that is none.
        command = [genmc, f"--{model}", "--disable-estimation", "--disable-instruction-caching", *options, "--", "-std=gnu11", "-D_GNU_SOURCE", "-w", *includes(folder),
                   *flags.split(), os.path.join(HERE, f"{program}.c")]
        try:
            done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            return "?", f"not done in {PATIENCE_S} s"
    executions = re.search(r"complete executions explored: (\d+)", done.stdout)
    if done.returncode == 0 and "No errors" in done.stdout and executions and int(executions.group(1)) > 0:
        return "ok", f"{executions.group(1)} executions"
    error = re.search(r"^Error: (.*)", done.stdout, re.M)
    if error and "Verification unsuccessful" in done.stdout:
        return "refuted", error.group(1)
    return "?", (done.stdout.strip().splitlines() or ["nothing was said"])[-1]


def run_here(program, flags):
    """What is wrong with a program, compiled and run once; None: nothing. What is called and not there is found by calling it, as GenMC does."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder, None)
        binary = os.path.join(folder, "program")
        compiler = [os.environ.get("CC", "cc"), "-std=gnu11", "-D_GNU_SOURCE", "-w", "-pthread", "-Wl,-z,lazy,-z,undefs,--unresolved-symbols=ignore-all,-E",
                    "-o", binary]
        made = subprocess.run([*compiler, f"-I{os.path.join(HERE, 'native')}", *includes(folder), *flags.split(), os.path.join(HERE, f"{program}.c")],
                              text=True, capture_output=True, check=False)
        if made.returncode != 0:
            return made.stderr
        done = subprocess.run([binary], text=True, capture_output=True, check=False)
        return None if done.returncode == 0 else f"status {done.returncode}: {done.stderr}"


def finds_its_place(mutation):
    with tempfile.TemporaryDirectory() as folder:
        try:
            prepare(folder, mutation)
        except (KeyError, IndexError):
            return "the source has no such ordered access"
    return None


def native():
    """Where there is no GenMC: that its programs fit the sources still."""
    found = [(f"{program} {flags}", run_here(program, flags)) for program, flags, *_ in SOUND]
    found += [("{1}#{2} of {0}".format(*mutation), finds_its_place(mutation[:3])) for mutation in MUTATIONS]
    for name, wrong in found:
        if wrong:
            print("FAILED", name, wrong)
    failed = sum(wrong is not None for _, wrong in found)
    print(f"{len(found) - failed} passed, {failed} failed")
    return 0 if failed == 0 else 1


def case(genmc, model, program, flags, mutation, expected):
    """One line of the table; (passed, line)."""
    verdict, words = search(genmc, model, program, flags, mutation)
    what = "{1}#{2} without order: ".format(*mutation) if mutation else ""
    return verdict == expected, f"{model:5} {program:10} {flags:44} {verdict:8} {what}{words}"


def main():
    words = sys.argv[1:]
    if words == ["--native"]:
        return native()
    models, jobs = ["rc11", "imm"], os.cpu_count() or 1
    while len(words) > 1 and words[0] in ("--models", "--jobs"):
        if words[0] == "--models":
            models = words[1].split(",")
        else:
            jobs = int(words[1])
        words = words[2:]
    genmc = os.environ.get("GENMC", "genmc")
    if not shutil.which(genmc):
        print("NOT TRIED: there is no GenMC here (github.com/MPI-SWS/genmc; set GENMC to its program): the models of spin stand alone")
        return 77
    cases = [(model, program, flags, None, "ok") for program, flags, *asked in SOUND for model in models if model in (asked or models)]
    cases += [(model, program, flags, (file, function, which), (others or [{}])[0].get(model, "refuted"))
              for file, function, which, program, flags, *others in MUTATIONS for model in models]
    cases = [one for one in cases if all(word in " ".join(str(part) for part in one) for word in words)]
    passed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(case, genmc, *one) for one in cases]):
            good, line = done.result()
            passed += good
            print("passed" if good else "FAILED", line, flush=True)
    print(f"{passed} passed, {len(cases) - passed} failed")
    return 0 if passed == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
