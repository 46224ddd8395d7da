#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What compilers make of the ordered accesses, for processors that we do not have: the machine code of each function that carries a label is
looked at for the instructions that order memory. Each row is also tried with all orders taken out of runtime/base/atomic.h, and must then fail.

    ordered.py TREE       exit status 77: there is no cross compiler
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

# How each order looks. Where an architecture has several, any of them.
TARGETS = {
    "aarch64-linux-gnu": {
        "load-acquire": r"ldar|ldapr|ldap",
        "store-release": r"stlr",
        "fence-acquire": r"dmb\s+ishld",
        "fence-release": r"dmb\s+ish$",
        "fence-full": r"dmb\s+ish$",
        "swap-acquire": r"ldaxr|casal?\b|.*__aarch64_cas\d+_acq",
        "swap-release": r"stlxr|casa?l\b|.*__aarch64_cas\d+_(acq_)?rel\b",
    },
    "riscv64-linux-gnu": {
        # a bare `fence` orders everything; gcc 12 writes little else, later ones what is needed
        "load-acquire": r"fence$|fence\s+r,rw",
        "store-release": r"fence$|fence\s+(rw,w|iorw,ow)",
        "fence-acquire": r"fence$|fence\s+r,rw",
        "fence-release": r"fence$|fence\s+(rw,w|iorw,ow)",
        "fence-full": r"fence$|fence\s+(rw,rw|iorw,iorw)",
        "swap-acquire": r"lr\.w\.aq",
        "swap-release": r"sc\.w\.(rl|aqrl)|fence$|fence\s+(rw,w|iorw,ow)",
    },
}

# file, the function or what it was inlined into, what must be in it, and for which label
ROWS = [
    ("slot_rw", "publish dh_slot_rw_commit", ["store-release"], "payload→commit"),
    ("slot_rw", "publish_many dh_slot_rw_commit_many", ["store-release"], "payload→commit"),
    ("slot_rw", "dh_slot_rw_commit", ["fence-full"], "sleep↔commit, without membarrier"),
    ("slot_rw", "dhi_publish_summed", ["store-release", "fence-full"], "payload→commit, commit→quiet; close↔commit, sleep↔commit, without membarrier"),
    ("behind", "dhi_behind_acquire_write", ["fence-release"], "mark→payload, read→recheck"),
    ("ahead", "pick help", ["load-acquire"], "payload→commit"),
    ("ahead", "scout idle help", ["load-acquire"], "sleep↔commit"),
    ("slot_rw", "dh_slot_rw_validate_read", ["fence-acquire"], "read→recheck"),
    ("client/producer", "dh_producer_loan", ["fence-release"], "mark→payload, read→recheck"),
    ("client/producer", "dh_producer_commit", ["store-release", "fence-full"], "payload→commit, sleep↔commit"),
    ("client/consumer", "dh_consumer_acquire", ["load-acquire"], "payload→commit"),
    ("client/consumer", "dh_consumer_release", ["fence-acquire", "store-release", "fence-full"],
     "read→recheck, read→claim→overwrite, room↔claim"),
    ("slot_rw", "dh_slot_rw_acquire_read_many", ["load-acquire"], "payload→commit"),
    ("slot_rw", "dhi_slot_rw_close", ["store-release"], "end→drain"),
    ("slot_rw", "dh_slot_rw_commit", ["fence-full", "store-release"], "close↔commit, without membarrier; commit→quiet"),
    ("gate", "dhi_gate_close", ["fence-full"], "close↔commit"),
    ("gate", "dhi_gate_is_quiet", ["load-acquire"], "commit→quiet"),
    ("gate", "decide dhi_gate_end", ["store-release"], "final→drain"),
    ("gate", "dhi_gate_wait", ["store-release", "fence-full"], "commit→quiet, close↔commit"),
    ("places", "keep_places dhi_block_inherit", ["load-acquire"], "join↔rescan"),
    ("claims", "dhi_move", ["store-release"], "lease→words"),
    ("wait", "dhi_wait_acquire_write", ["fence-release"], "mark→payload"),
    ("wait", "dhi_wait_acquire_read", ["load-acquire"], "payload→commit"),
    ("wait", "dhi_quick_await", ["load-acquire"], "payload→commit"),
    ("wait", "dhi_wait_release_read", ["fence-acquire", "store-release", "fence-full"],
     "read→recheck, read→claim→overwrite, room↔claim"),
    ("overwrite", "dhi_overwrite_acquire_write", ["fence-full", "load-acquire"], "hold↔reclaim, read→hold→overwrite"),
    ("overwrite", "dhi_overwrite_holds", ["fence-acquire"], "read→recheck"),
    ("overwrite", "dhi_overwrite_acquire_read", ["load-acquire", "store-release", "fence-full"], "payload→commit, hold↔reclaim"),
    ("overwrite", "dhi_overwrite_release_read", ["store-release"], "read→hold→overwrite"),
    ("sleep", "dhi_smallest_claim", ["load-acquire"], "read→claim→overwrite, lease→words"),
    ("sleep", "dhi_wake_consumers", ["store-release"], "sleep↔commit"),
    ("sleep", "dhi_sleep_until_commit", ["load-acquire"], "sleep↔commit, end→drain, final→drain"),
    ("sleep", "dhi_storeload_rare", ["fence-full"], "sleep↔commit, room↔claim"),
    ("sleep", "dhi_sleep_until_room", ["fence-full"], "join↔rescan, room↔claim"),
    ("sleep", "dhi_tell_room", ["fence-full"], "room↔claim"),
    ("claims", "claim_head dhi_join", ["store-release", "fence-full"], "join↔rescan, lease→words, room↔claim"),
    ("claims", "clear_record dhi_reap", ["store-release"], "read→claim→overwrite"),
    ("observe", "dhi_observe", ["load-acquire", "fence-acquire"], "payload→commit, mark→payload"),
    ("observe", "stamped_as dhi_newest", ["load-acquire", "fence-acquire"], "payload→commit, mark→payload"),
    ("observe", "dhi_observe_guarded", ["load-acquire", "fence-acquire"], "value→even, odd→value"),
    ("zone", "dh_zone_write", ["fence-release", "store-release"], "odd→value, value→even"),
    ("spinlock", "dhi_lock_take", ["swap-acquire"], "lock→value→unlock"),
    ("spinlock", "keep_bits dhi_lock_give", ["swap-release"], "lock→value→unlock"),
    ("spinlock", "dhi_locks_settle", ["swap-release"], "lock→value→unlock"),
]


def compile_and_list(tree, target, name, atomic_folder, scratch):
    """{function: [instruction…]} of runtime/block/NAME.c, or runtime/NAME.c where it names a folder."""
    made = os.path.join(scratch, f"{os.path.basename(name)}.o")
    source = os.path.join(tree, "runtime", *([] if "/" in name else ["block"]), f"{name}.c")
    folders = [atomic_folder, os.path.join(tree, "runtime"), os.path.join(tree, "include")]
    subprocess.run([f"{target}-gcc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-c", source, "-o", made,
                    "-idirafter", "/usr/include"] + [f"-I{folder}" for folder in folders], check=True)
    listing = subprocess.run([f"{target}-objdump", "-dr", "--no-show-raw-insn", made], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    functions, current = {}, None
    for line in listing.splitlines():
        head = re.match(r"[0-9a-f]+ <([\w.]+)>:", line)
        if head and not head.group(1).startswith("."):  # a part that was moved away (f.cold) belongs to its function
            current = functions.setdefault(head.group(1).split(".")[0], [])
        elif current is not None and "\t" in line:
            current.append(" ".join(line.split("\t")[1:]).strip())
    return functions


def check(tree, target, atomic_folder, scratch):
    """The rows that do not hold."""
    bad, listed = [], {}
    for name, function, orders, label in ROWS:
        if name not in listed:
            listed[name] = compile_and_list(tree, target, name, atomic_folder, scratch)
        code = next((listed[name][f] for f in function.split() if f in listed[name]), None)
        missing = orders if code is None else [order for order in orders
                                               if not any(re.match(TARGETS[target][order], line) for line in code)]
        if missing:
            bad.append((function, label, missing))
    return bad


def without_orders(tree, scratch):
    """A folder in front of runtime/, whose base/atomic.h orders nothing."""
    folder = os.path.join(scratch, "relaxed")
    os.makedirs(os.path.join(folder, "base"), exist_ok=True)
    with open(os.path.join(tree, "runtime", "base", "atomic.h"), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"__ATOMIC_(ACQUIRE|RELEASE|ACQ_REL|SEQ_CST)", "__ATOMIC_RELAXED", text)
    with open(os.path.join(folder, "base", "atomic.h"), "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def main():
    tree = os.path.abspath(sys.argv[1])
    tried = failed = 0
    for target in TARGETS:
        if not shutil.which(f"{target}-gcc") or not shutil.which(f"{target}-objdump"):
            print(f"NOT TRIED: there is no {target}-gcc")
            continue
        tried += 1
        with tempfile.TemporaryDirectory() as scratch:
            bad = check(tree, target, os.path.join(tree, "runtime"), scratch)
            for function, label, missing in bad:
                print(f"FAILED {target}: {function} ({label}) has no {', '.join(missing)}")
            blind = {(f, l) for _, f, _, l in ROWS} - {(f, l) for f, l, _ in check(tree, target, without_orders(tree, scratch), scratch)}
            for function, label in sorted(blind):
                print(f"FAILED {target}: {function} ({label}) passes without any order: this row tests nothing")
            failed += len(bad) + len(blind)
            print(f"{target}: {len(ROWS) - len(bad)} of {len(ROWS)} ordered accesses found")
    if not tried:
        return 77
    return 1 if failed else 0


sys.exit(main())
