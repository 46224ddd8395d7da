#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""dhgen beside its peers, in one run and interleaved: time, memory, and what compiling the result costs.

Each run is a new process that writes to a new folder, which it makes itself if it can; the page cache is warm, as in a build. What is compared are medians
within this run. `./dev bench dhgen`; README.md says how to read it.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import schemas

HERE = os.path.dirname(os.path.abspath(__file__))
MEASURE, DHGEN, INCLUDE = "", "", ""


class Run:
    """One command, measured; see measure.c."""

    def __init__(self, line):
        self.status, self.wall, self.user, self.system, self.peak, self.faults, self.signal = map(int, line.split())

    @property
    def cpu(self):
        return self.user + self.system


def measure(command, folder):
    report = os.path.join(folder, ".measured")
    done = subprocess.run([MEASURE, report, *command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    with open(report, encoding="ascii") as file:
        run = Run(file.read())
    if done.returncode or run.status or run.signal:
        raise SystemExit(f"bench: {' '.join(command)[:200]} ended with {run.status}, signal {run.signal}: {done.stderr.decode()[-2000:]}")
    return run


def spread(values, unit):
    """Of microseconds or KiB: what is told."""
    values = sorted(values)
    return {"unit": unit, "median": statistics.median(values), "least": values[0], "most": values[-1], "rounds": values}


# ---- the tools ------------------------------------------------------------------------------------


class Tool:
    """How a compiler is called: `command(source files, where outputs go)`, and who writes its language."""

    def __init__(self, name, program, package, suffix, write, command, version=("--version",)):
        self.name, self.program, self.package, self.suffix = name, program, package, suffix
        self.write, self.command, self.version = write, command, version

    def path(self):
        return shutil.which(self.program)

    def tell_version(self):
        done = subprocess.run([self.path(), *self.version], capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip().split("\n")[0]


def peers():
    return [
        Tool("flatc", "flatc", "flatbuffers-compiler", "fbs", schemas.write_fbs, lambda src, out: ["flatc", "--cpp", "-o", out, *src]),
        Tool("protoc", "protoc", "protobuf-compiler", "proto", schemas.write_proto,
             lambda src, out: ["protoc", f"--cpp_out={out}", "--proto_path", os.path.dirname(src[0]), *src]),
        Tool("capnp", "capnp", "capnproto", "capnp", schemas.write_capnp,
             lambda src, out: ["capnp", "compile", f"-oc++:{out}", f"--src-prefix={os.path.dirname(src[0])}", *src]),
        Tool("idlc", "idlc", "cyclonedds-tools", "idl", schemas.write_idl, lambda src, out: ["idlc", "-o", out, *src], ("-v",)),
        Tool("lcm-gen", "lcm-gen", "liblcm-bin", "lcm", schemas.write_lcm,
             lambda src, out: ["lcm-gen", "-c", "--c-cpath", out, "--c-hpath", out, *src]),
    ]


def dhgen_command(src, out):
    return [DHGEN, "build", "-I", os.path.dirname(src[0]), "--out", out, *src]


# ---- generating -----------------------------------------------------------------------------------


MAKE_THEIR_FOLDER = ("dhgen", "flatc")


def tree_size(folder):
    sizes = [os.path.getsize(os.path.join(base, file)) for base, _, files in os.walk(folder) for file in files]
    return len(sizes), sum(sizes)


def prepare(tool, messages, folder):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"bench.{tool.suffix}")
    tool.write(messages, path)
    return [path]


def race(case, entries, rounds, folder):
    """entries: (tool name, command maker, sources). Interleaved, and each round begins with another of them.

    What was written stays until all is measured: ext4 does not use a removed file's inode again for some minutes, and who
    makes a file meanwhile looks at each of them in turn, which took several times what the tools do.
    """
    runs = {name: [] for name, _, _ in entries}
    rows = []
    outs = os.path.join(folder, "outs")
    for turn in range(rounds):
        for at in range(len(entries)):
            name, command, sources = entries[(at + turn) % len(entries)]
            out = os.path.join(outs, f"{turn}-{name}")
            os.makedirs(outs if name in MAKE_THEIR_FOLDER else out, exist_ok=True)
            runs[name].append((measure(command(sources, out), folder), tree_size(out)))
    for name, _, sources in entries:
        done = [run for run, _ in runs[name]]
        n_files, n_bytes = runs[name][0][1]
        rows.append({
            "kind": "generate", "case": case, "tool": name, "files_in": len(sources), "bytes_in": sum(map(os.path.getsize, sources)),
            "files_out": n_files, "bytes_out": n_bytes, "wall": spread([r.wall for r in done], "us"),
            "cpu": spread([r.cpu for r in done], "us"), "user": spread([r.user for r in done], "us"),
            "peak": spread([r.peak for r in done], "KiB"), "faults": done[0].faults})
    shutil.rmtree(outs)
    return rows


def race_tools(case, messages, tools, rounds, folder, dhs=None):
    home = os.path.join(folder, case)
    if not dhs:
        dhs = [os.path.join(home, "dhs", "bench.dhs")]
        os.makedirs(os.path.dirname(dhs[0]), exist_ok=True)
        schemas.write_dhs(messages, dhs[0])
    entries = [("dhgen", dhgen_command, dhs)]
    entries += [(tool.name, tool.command, prepare(tool, messages, os.path.join(home, tool.name))) for tool in tools]
    entries.append(("true", lambda src, out: ["true"], []))
    print(f"bench: {case}: {len(entries)} commands, {rounds} rounds", file=sys.stderr)
    return race(case, entries, rounds, home)


def import_real(corpora, folder):
    """PX4 and MAVLink as .dhs; None where they are not."""
    px4, mavlink = os.path.join(corpora, "px4_msgs", "v1.16.0", "msg"), os.path.join(corpora, "mavlink", "2024", "common.xml")
    if not os.path.isdir(px4) or not os.path.exists(mavlink):
        return None
    os.makedirs(folder)
    messages = sorted(os.path.join(px4, name) for name in os.listdir(px4) if name.endswith(".msg"))
    for command in (["ros", "--package", "px4_msgs", "--out", folder, *messages], ["mavlink", "--out", folder, mavlink]):
        subprocess.run([DHGEN, "import", *command], check=True, stderr=subprocess.DEVNULL)
    return sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names if name.endswith(".dhs"))


def instructions(command, folder):
    """What no other process on the machine changes. None: there is no valgrind."""
    if not shutil.which("valgrind"):
        return None
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], cwd=folder,
                          capture_output=True, text=True, check=True)
    return int([line for line in done.stderr.split("\n") if "Collected" in line][0].split(":")[1])


# ---- compiling what was generated -----------------------------------------------------------------


def compile_rows(structs, rounds, folder):
    home = os.path.join(folder, "compile")
    messages = schemas.grid(structs)
    os.makedirs(home)
    schemas.write_dhs(messages, os.path.join(home, "bench.dhs"))
    schemas.write_c(messages, os.path.join(home, "plain.h"))
    subprocess.run([DHGEN, "build", "--out", home, os.path.join(home, "bench.dhs")], check=True)
    sources = {
        "plain header": '#include "plain.h"\n',
        "declarations": '#define DH_DECLARATIONS_ONLY 1\n#include "bench.dh.h"\n',
        "declarations and proofs: .dh.c": '#include "bench.dh.c"\n',
        "each offset, as well": '#define DH_PROVE_FIELDS\n#include "bench.dh.c"\n',
        "the .dh.h, functions too": '#include "bench.dh.h"\n',
        "the .dh.print.h": '#include "bench.dh.print.h"\n',
        "no struct": "#include <dh/schema.h>\n",
    }
    runs = {}
    for number, text in enumerate(sources.values()):
        schemas.write(os.path.join(home, f"{number}.c"), [text])
    compilers = [c for c in ("gcc", "clang") if shutil.which(c)]
    print(f"bench: compile: {len(sources)} sources, {rounds} rounds, {' and '.join(compilers)}", file=sys.stderr)
    for _ in range(rounds):
        for compiler in compilers:
            for number, what in enumerate(sources):
                command = [compiler, "-std=c11", "-O2", "-D_GNU_SOURCE", "-I", INCLUDE, "-c", f"{number}.c", "-o", "out.o"]
                runs.setdefault((compiler, what), []).append(measure(command, home))
    rows = []
    for (compiler, what), done in runs.items():
        ratios = [run.cpu / base.cpu for run, base in zip(done, runs[(compiler, "plain header")])]
        rows.append({"kind": "compile", "case": f"{structs} structs", "tool": compiler, "what": what,
                     "cpu": spread([r.cpu for r in done], "us"), "peak": spread([r.peak for r in done], "KiB"),
                     "to_plain": spread(ratios, "ratio")})
    return rows


# ---- telling --------------------------------------------------------------------------------------


def tell_generate(rows):
    last = None
    for row in rows:
        if row["case"] != last:
            last = row["case"]
            print(f"\n{last}\n  {'':10} {'wall ms':>9} {'least':>8} {'most':>8} {'CPU ms':>8} {'peak MiB':>9} {'files':>6} {'out MiB':>8}")
        print(f"  {row['tool']:10} {row['wall']['median'] / 1e3:9.2f} {row['wall']['least'] / 1e3:8.2f} {row['wall']['most'] / 1e3:8.2f}"
              f" {row['cpu']['median'] / 1e3:8.2f} {row['peak']['median'] / 1024:9.1f} {row['files_out']:6} {row['bytes_out'] / 2**20:8.2f}")


def tell_linear(rows):
    mine = [row for row in rows if row["tool"] == "dhgen" and row["case"].startswith("grid-")]
    if len(mine) > 1:
        print("\ndhgen, per struct of 20 fields")
    for row in mine:
        structs = int(row["case"][5:])
        count = f", {row['instructions'] / structs:.0f} instructions" if row.get("instructions") else ""
        print(f"  {structs:5} structs: {row['cpu']['least'] / structs:7.2f} us of processor at least{count}")


def tell_compile(rows):
    if rows:
        print(f"\ncompiling {rows[0]['case']} of 20 fields\n  {'':36} {'CPU ms':>8} {'to plain':>9} {'least':>7}")
    for row in rows:
        print(f"  {row['tool']:6} {row['what']:29} {row['cpu']['median'] / 1e3:8.1f} {row['to_plain']['median']:9.2f} {row['to_plain']['least']:7.2f}")


def machine(folder):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        cpu = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=False).stdout.strip()
    return {"cpu": cpu[0] if cpu else platform.machine(), "processors": os.cpu_count(), "kernel": platform.release(),
            "load": os.getloadavg(), "file_system": kind}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dhgen", required=True)
    parser.add_argument("--measure", required=True)
    parser.add_argument("--include", required=True, help="where dh/schema.h is")
    parser.add_argument("--corpora", default=os.path.join(HERE, "..", "..", "..", "..", "shared", "corpora"))
    parser.add_argument("--json", help="write the figures here, too")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--sizes", default="250,500,1000,2000,4000", help="numbers of structs")
    parser.add_argument("--only", default="start,small,real,grid,compile", help="some of these parts")
    parser.add_argument("--no-instructions", action="store_true", help="do not count them with valgrind")
    return parser.parse_args()


def main():
    global MEASURE, DHGEN, INCLUDE
    options = arguments()
    MEASURE, DHGEN, INCLUDE = map(os.path.abspath, (options.measure, options.dhgen, options.include))
    parts, rows, notes = options.only.split(","), [], []
    tools = [tool for tool in peers() if tool.path()]
    for tool in peers():
        if not tool.path():
            notes.append(f"{tool.program} is not installed ({tool.package}): its rows are missing")
    notes.append("flatcc is not in Debian 12: flatc is measured, which writes C++")
    with tempfile.TemporaryDirectory(prefix="dhgen-bench-") as folder:
        about = machine(folder)
        if "start" in parts:
            entries = [("dhgen", lambda src, out: [DHGEN, "--version"], [])]
            entries += [(tool.name, lambda src, out, t=tool: [t.program, *t.version], []) for tool in tools if tool.name not in ("idlc",)]
            entries.append(("true", lambda src, out: ["true"], []))
            os.makedirs(os.path.join(folder, "start"))
            rows += race("start", entries, options.rounds, os.path.join(folder, "start"))
        if "small" in parts:
            rows += race_tools("small", schemas.grid(1, 6), tools, options.rounds, folder)
        if "real" in parts:
            dhs = import_real(options.corpora, os.path.join(folder, "imported"))
            if dhs:
                messages = schemas.from_dhs(DHGEN, dhs, os.path.join(folder, "imported"))
                rows += race_tools("px4+mavlink", messages, tools, options.rounds, folder, dhs)
                notes.append("px4+mavlink: dhgen reads one file a message of PX4, with units, docs and channels; the others one file of types")
            else:
                notes.append(f"NOT MEASURED: px4+mavlink: {options.corpora} is not there")
        if "grid" in parts:
            for structs in map(int, options.sizes.split(",")):
                rows += race_tools(f"grid-{structs}", schemas.grid(structs), tools if structs == 2000 else [], max(3, options.rounds // 2), folder)
        for row in rows:
            if row["tool"] == "dhgen" and row["case"] != "start" and not options.no_instructions:
                home = os.path.join(folder, row["case"])
                source = dhs if row["case"] == "px4+mavlink" else [os.path.join(home, "dhs", "bench.dhs")]
                with tempfile.TemporaryDirectory(dir=home) as out:
                    row["instructions"] = instructions(dhgen_command(source, out), home)
        compiled = compile_rows(2000, max(3, options.rounds // 2), folder) if "compile" in parts else []
    tell_generate(rows)
    tell_linear(rows)
    tell_compile(compiled)
    print()
    for note in notes:
        print(f"bench: {note}")
    print(f"bench: {about['cpu']}, {about['processors']} processors, load {about['load'][0]:.1f}, outputs on {about['file_system']}")
    if options.json:
        versions = {tool.name: tool.tell_version() for tool in tools}
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"v": 1, "machine": about, "versions": versions, "notes": notes, "rows": rows + compiled}, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
