#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The figures that pages show, put in place from a run of dh-bench, of the Python bench, and of what counts instructions.

    pages.py DOCS FIGURES.json…

Tables are known by their first line. What limits a row, and what a user can do, stays as it was written. A figure that the
run has not leaves its row as it is, and is told.
"""
import json
import math
import os
import re
import sys

PEERS = {"pipe": "a pipe", "unix": "a Unix socket", "zmq": "ZeroMQ", "nng": "NNG", "lcm": "LCM", "iceoryx": "iceoryx",
         "cyclone": "Cyclone DDS", "cyclone-shm": "Cyclone DDS, shm"}
SIZES = {8: "8 B", 64: "64 B", 1024: "1 KiB", 4096: "4 KiB", 65536: "64 KiB", 1 << 20: "1 MiB", 8 << 20: "8 MiB"}
LESS, MORE = -1, 1


class Missing(Exception):
    pass


class Run:
    def __init__(self, run):
        self.machine, self.rounds, self.ms = run["machine"], run["n_rounds"], run["row_ms"]
        self.rows = {row["name"]: row for row in run["rows"]}

    def __getitem__(self, key):
        """"latency/hub/64" is its median, "latency/hub/64 of_line" another of its figures."""
        name, _, figure = key.partition(" ")
        try:
            return self.rows[name][figure or "median"]
        except KeyError:
            raise Missing(key) from None

    def ratio(self, key, other):
        return self[key] / self[other]


def short(value, digits=2):
    if value == 0:
        return "0"
    return f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"


def ns(value):
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if value < limit:
            return f"{short(value / (limit / 1e3), 3 if value >= 100 * limit / 1e3 else 2)} {unit}"
    return f"{value / 1e9:.2f} s"


def rate(value):
    return f"{short(value / 1e6, 3)} M/s" if value >= 1e6 else f"{short(value / 1e3, 3)} k/s" if value >= 1e3 else f"{value:.0f} /s"


def stream(run, size, target):
    hub = f"stream/hub/{size}"
    text = f"{run[hub + ' of_ring']:.2f} of the bare ring; unstamped {run[f'stream/hub-unstamped/{size} of_ring']:.2f}"
    if size <= 64:
        text += f"; a bare ring that stamps, too, {run[f'stream/ring-stamped/{size} of_ring']:.2f} of itself"
    text += f" ({rate(run[hub])}, {ns(1e9 / run[hub])} a message"
    if size <= 64:  # the producer's calls where no line moves
        text += f"; loan and commit alone on a core {ns(run['cost/commit/64'])}, unstamped {ns(run['cost/commit-unstamped/64'])}"
    return run[hub + " of_ring"], MORE, target, text + ")"


def latency(run, size):
    hub = f"latency/hub/{size}"
    return run[hub + " of_ring"], LESS, 1 / 0.95, f"{run[hub + ' of_ring']:.2f} times the bare ring ({ns(run[hub])})"


def lines(run, size, target):
    hub = run[f"latency/hub/{size} of_line"]
    text = (f"{hub:.2f} lines; unstamped {run[f'latency/hub-unstamped/{size} of_line']:.2f}; "
            f"a bare ring {run[f'latency/ring/{size} of_line']:.2f}")
    if size == 64:  # what is not lines: the same calls where none moves
        text += f"; the four calls on one core, where no line moves, {ns(run['cost/commit/64'] + run['cost/acquire/64'])}"
    return hub, LESS, target, text


def held_up(run, row, limit_ns=20e3):
    """How often a second it took so long: what the machine does to whoever runs, at whatever rate."""
    return sum(count for value, count in run[row + " histogram"] if value > limit_ns) / (run.rounds * run.ms / 1e3)


def tail(run):
    hub, ring = run["latency/hub/64 p99_99"], run["latency/ring/64 p99_99"]
    per_second = {row: run[row + " values"] / (run.rounds * run.ms / 1e3) for row in ("latency/ring/64", "latency/hub/64")}
    each = [f"{name} {held_up(run, row):.0f}" + (f" of {rate(per_second[row])}" if row in per_second else "")
            for name, row in (("a bare line", "limits/line"), ("the ring", "latency/ring/64"), ("the hub", "latency/hub/64"))]
    return hub / ring, LESS, 3, (f"{hub / ring:.2f} times the bare ring's: {ns(hub)}, {ns(ring)}; held up for more than 20 µs a second: "
                                 + ", ".join(each))


def bulk(run):
    ratio = run["bulk/hub/64 of_ring"]
    return ratio, MORE, 0.9, f"{ratio:.2f} of the bare ring ({rate(run['bulk/hub/64'])})"


def bulk_others(run):
    each = {size: run[f"bulk/hub/{size} of_ring"] for size in (8, 1024, 4096)}
    return None, MORE, None, ", ".join(f"{ratio:.2f} at {SIZES[size]}" for size, ratio in each.items())


def fan_out(run):
    texts = []
    for n in (2, 4, 16):
        texts.append(f"to {n}: {rate(run[f'fanout/hub/64x{n}'])}, {run[f'fanout/hub/64x{n} of_ring']:.2f} of the bare ring; "
                     f"a pipe to each passes {run[f'fanout/pipe/64x{n} of_hub']:.2f} times as many")
    return None, MORE, None, ". ".join(texts)


def wake(run, hub, other, target):
    ratio = run.ratio(f"wake/{hub}", f"wake/{other}")
    return ratio, LESS, target, f"{ratio:.2f} times ({ns(run[f'wake/{hub}'])})"


def cost(run, row, target_ns):
    return run[row], LESS, target_ns, ns(run[row])


def same(run):
    base = run["cost/commit/64"]
    return None, LESS, None, "raw {}, generated {}, scope {}, transaction {}".format(
        *(ns(value) for value in (base, run["cost/commit-stub/64"], run["cost/commit-scope/64"], run["cost/commit-transaction/64"])))


def attached(run):
    ratio = run.ratio("fan/hub/x64", "fan/hub/x1")
    return ratio, LESS, 1.3, f"{ratio:.2f} of the producer's cost with one"


def idle(run):
    blocked, polled = run["idle/blocked/1000"], run["idle/polled/1000"]
    return max(blocked, polled), LESS, 0.5, f"in acquire {blocked:.0f} a second of all together, in an event loop {polled:.0f}"


def killed(run):
    return None, LESS, None, (f"room for the producer after {ns(run['cost/recover-consumer'])}, EDEAD for a consumer after "
                              f"{ns(run['cost/recover-producer'])}")


# label: (target as it is said, measurement)
TARGETS = {
    "one way, 8 B": ("", lambda run: lines(run, 8, None)),
    "one way, 64 B": ("1.2 lines", lambda run: lines(run, 64, 1.2)),
    "one way, 64 B, 99.99 %": ("3 times the bare ring's", tail),
    "one way, 4 KiB": ("1.05 of the bare ring", lambda run: latency(run, 4096)),
    "one way, 1 MiB": ("1.05 of the bare ring", lambda run: latency(run, 1 << 20)),
    "stream one by one, 8 B": ("", lambda run: stream(run, 8, None)),
    "stream one by one, 64 B": ("0.9 of the bare ring", lambda run: stream(run, 64, 0.9)),
    "stream one by one, 4 KiB": ("0.95", lambda run: stream(run, 4096, 0.95)),
    "stream one by one, 1 MiB": ("0.95", lambda run: stream(run, 1 << 20, 0.95)),
    "in bulk, 64 at a time, 64 B": ("0.9 of the bare ring in bulk", bulk),
    "in bulk, other sizes": ("", bulk_others),
    "to 2, 4 and 16 consumers, on two cores": ("", fan_out),
    "64 consumers attached": ("1.3", attached),
    "waking a sleeper": ("1.15 of a bare futex", lambda run: wake(run, "hub", "futex", 1.15)),
    "waking an event loop": ("1.25 of an eventfd that is polled and read", lambda run: wake(run, "hub-fd", "poll", 1.25)),
    "1000 idle consumers": ("no wake-up", idle),
    "generated calls, scopes, transactions": ("equal instructions", same),
    "attaching by dhbroker": ("1 ms", lambda run: cost(run, "cost/attach-broker", 1e6)),
    "attaching directly": ("0.5 ms", lambda run: cost(run, "cost/attach", 5e5)),
    "attaching to a block of 1 GiB": ("without touching its pages", lambda run: cost(run, "cost/attach-1GiB", None)),
    "opening a producer": ("", lambda run: cost(run, "cost/open", None)),
    "after a kill": ("", killed),
}


def targets(run, old, missing):
    """`old`: the table's lines; a row that is new has nothing to say yet."""
    said = {cells[0]: cells for cells in (split(line) for line in old)}
    out = []
    for label, (target, measure) in TARGETS.items():
        before = said.get(label, [label, "", "", ""])
        try:
            value, better, limit, text = measure(run)
        except Missing as error:
            missing.append(str(error))
            out.append(before)
            continue
        if limit is not None:
            text += ", met" if better * value >= better * limit else ", **not met**"
        out.append([label, target, text, before[3]])
    return out


def by_size(old, sizes, measure, missing):
    """A row for each size; who was not measured stays."""
    rows = {cells[0]: cells for cells in (split(line) for line in old)}
    for size in sizes:
        try:
            rows[SIZES[size]] = [SIZES[size]] + measure(size)
        except Missing as error:
            missing.append(str(error))
    return [rows[name] for name in SIZES.values() if name in rows]


def beside(run, group, old, missing):
    """The hub and its peers: how many times as long, or as few, theirs take."""
    def measure(size):
        ours = run[f"{group}/hub/{size}"]
        theirs = sorted((ratio if group == "latency" else 1 / ratio, title) for subject, title in PEERS.items()
                        for ratio in [run.rows.get(f"{group}/{subject}/{size}", {}).get("of_hub", 0)] if ratio > 0)
        return [ns(ours) if group == "latency" else rate(ours), ", ".join(f"{title} {short(ratio)}" for ratio, title in theirs)]
    return by_size(old, SIZES, measure, missing)


def checksums(run, old, missing):
    def measure(size):
        return [ns(run[f"cost/{call}{kind}/{size}"]) for call in ("send", "take") for kind in ("", "-fast", "-checked", "-keyed")]
    return by_size(old, (64, 4096, 65536, 1 << 20), measure, missing)


def aside(run, old, missing):
    """Sums that are made elsewhere, beside those that are not; of the last cell only the figure."""
    measured = {
        "from the last 64 KiB to a message that is seen": ("last", "last-fast", "last-checked", "last-pieces"),
        "loan, fill, commit": ("send", "send-fast", "send-checked", "send-helped"),
        "the same, without a pause": ("send", "send-fast", "send-checked", "send-two"),
        "acquire, read, release": ("take", "take-fast", "take-checked", "take-helped"),
    }
    rows = [split(line) for line in old]
    for row in rows:
        try:
            row[1:5] = [ns(run[f"cost/{name}/{1 << 20}"]) for name in measured[row[0]]]
            if "XXH3" in row[5]:
                row[5] = re.sub(r"[\d.]+ [nµm]s", ns(run[f"cost/last-fast-pieces/{1 << 20}"]), row[5])
        except Missing as error:
            missing.append(str(error))
    return rows


def python(run, old, missing):
    out = []
    for size in sorted({row["bytes"] for row in run["rows"]}):
        rows = {row["way"]: row for row in run["rows"] if row["bytes"] == size}
        ways = [rows[way] for way in ("dh", "dh copy", "shm+queue", "pipe")]
        out.append([SIZES.get(size, f"{size} B")] + [f"{way['messages_per_s']:,}" for way in ways] +
                   [ns(1e3 * way["round_trip_us"]) for way in ways])
    return out


def both(run, one, other):
    return f"{ns(run[one])} instead of {ns(run[other])}"


def near_far(run):
    """How far apart the cores were, over all rows: said only if the host moved them."""
    lines = sorted(row["line"] for row in run.rows.values() if row.get("line", 0) > 0)
    if not lines:
        raise Missing("limit/line")
    near, far = lines[len(lines) // 20], lines[-1 - len(lines) // 20]
    return f"a line crosses in {ns(near)}" + (f" instead of {ns(far)}" if far > 1.5 * near else "; the host did not move the cores in this run")


def many(run):
    ratios = ((size, run[f"bulk/hub/{size}"] / run[f"stream/hub/{size}"]) for size in (8, 64))
    return ", ".join(f"{ratio:.1f} times the rate at {SIZES[size]}" for size, ratio in ratios)


# By what one does; the rest of the table is not of dh-bench.
TUNING = {
    "the lowest latency": near_far,
    "to be awake when it comes": lambda run: both(run, "latency/hub/64", "wake/hub"),
    "no processor used while nothing comes": lambda run: f"{run['idle/polled/1000']:.0f} wake-ups of 1000 idle consumers",
    "many small messages": many,
    "the last nanoseconds of a commit": lambda run: both(run, "cost/commit-unstamped/64", "cost/commit/64"),
    "only the newest value": lambda run: both(run, "cost/commit-latest/64", "cost/commit/64") + " for loan and commit",
    "large blocks": lambda run: f"attaching to 1 GiB takes {ns(run['cost/attach-1GiB'])}; why: "
                                "[0069](../decisions/0069-who-uses-a-large-block-touches-it.md)",
    "large blocks without first touches":
        lambda run: f"1 GiB present at once: {ns(run['cost/attach-1GiB-huge'])} to attach, 512 pages instead of 262144",
    "large slots with `checksum: enforced`": lambda run: f"{both(run, f'cost/send-helped/{1 << 20}', f'cost/send-checked/{1 << 20}')} of the producer's thread for 1 MiB",
    "to notice damaged payloads": lambda run: both(run, "cost/send-fast/64", "cost/send-checked/64") + " for loan, fill, commit of 64 B",
}


def tuning(run, old, missing):
    rows = [split(line) for line in old]
    for row in rows:
        try:
            if row[0] in TUNING:
                row[2] = TUNING[row[0]](run)
        except Missing as error:
            missing.append(str(error))
    return rows


def spread(run, key):
    """From the least to the largest of the rounds."""
    rounds = run[key + " rounds"]
    return f"{ns(min(rounds))} to {ns(max(rounds))}"


PAGE_SIZES = {
    "page faults of a reader that attaches to a ring of 64 MiB and runs through it once":
        lambda run, kind: f"{run['cost/touch' + kind + '/4096']:.0f}",
    "attaching to 1 GiB": lambda run, kind: ns(run["cost/attach-1GiB" + kind]),
    "4 KiB messages, written and read whole through a ring of 64 MiB": lambda run, kind: spread(run, f"cost/turn{kind}/4096"),
}


def page_sizes(run, old, missing):
    rows = [split(line) for line in old]
    for row in rows:
        for column, kind in ((1, ""), (2, "-huge")):
            try:
                row[column] = PAGE_SIZES[row[0]](run, kind)
            except Missing as error:
                missing.append(str(error))
    return rows


def instructions(run, old, missing):
    """In hundreds; what a row says besides stays."""
    ways = {"dh": "dh", "dh, `copy=True`": "dh copy", "`multiprocessing.Pipe`": "pipe",
            "`multiprocessing.shared_memory` and `multiprocessing.Queue`": "shm+queue"}
    rows = [split(line) for line in old]
    for row in rows:
        row[1] = re.sub(r"^[\d,]+\d", f"{round(run['instructions'][ways[row[0]]], -2):,}", row[1])
    return rows


def calls(run, old, missing):
    rows = [split(line) for line in old]
    for row in rows:
        row[1] = re.sub(r"^\d+", f"{run['calls'][row[0]]:.0f}", row[1])
    return rows


def split(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def machine(run):
    m = run.machine
    return (f"Medians of {run.rounds} rounds of {run.ms} ms a row, on {m['cpu']}, {m['cores']} cores, "
            f"{' '.join(m['kernel'].split('-')[:1])}, {m['compiler']}; a clock reading took {m['ns_per_clock_reading']:.0f} ns.")


def replace_table(page, first_line, make):
    """The table that begins with this line; its rows are made from the old ones."""
    found = re.search(re.escape(first_line) + r"\n(\|[-| ]+\|\n)((?:\|.*\n)*)", page)
    if found is None:
        sys.exit(f"pages.py: no table begins with {first_line}")
    rows = make(found.group(2).splitlines())
    text = "".join("| " + " | ".join(row).replace("|  |", "| |") + " |\n" for row in rows)
    return page[:found.start(2)] + text + page[found.end(2):]


# page, first line of the table, its maker from a run, the old lines, and a list of what was missed
TABLES = [
    ("explain/performance.md", "| row | target | measured | what limits it |", targets),
    ("explain/performance.md", "| one way | hub | the others take so many times as long |",
     lambda run, old, missing: beside(run, "latency", old, missing)),
    ("explain/performance.md", "| stream | hub | it passes so many times as many as |",
     lambda run, old, missing: beside(run, "stream", old, missing)),
    ("explain/performance.md",
     "| payload | commit, none | XXH3 (`fast`) | BLAKE2b (`enforced`) | keyed | acquire, none | XXH3 | BLAKE2b | keyed |", checksums),
    ("explain/performance.md", "| the caller's thread | none | XXH3 | BLAKE2b | BLAKE2b, elsewhere | |", aside),
    ("howto/tuning.md", "| you want | do | what it gave here |", tuning),
    ("howto/tuning.md", "| | small pages | huge pages |", page_sizes),
]
PYTHON = [
    ("explain/performance.md", "| payload | dh, messages a second | copy | shared memory and queue | pipe "
     "| dh, there and back | copy | shared memory and queue | pipe |", python),
]
INSTRUCTIONS = [("explain/performance.md", "| way | instructions a message |", instructions)]
CALLS = [("explain/performance.md", "| call | instructions | what it touches |", calls)]


def tables_of(figures):
    if "calls" in figures:
        return CALLS
    if "python" not in figures:
        return TABLES
    return INSTRUCTIONS if "instructions" in figures else PYTHON


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    missing = []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            figures = json.load(file)
        tables = tables_of(figures)
        run = Run(figures) if tables is TABLES else figures
        for place, first_line, make in tables:
            place = os.path.join(sys.argv[1], place)
            with open(place, encoding="utf-8") as file:
                page = file.read()
            if run is not figures:
                page = re.sub(r"^Medians of .* took .* ns\.$", lambda _: machine(run), page, flags=re.MULTILINE)
            page = replace_table(page, first_line, lambda old: make(run, old, missing))
            with open(place, "w", encoding="utf-8") as file:
                file.write(page)
    if missing:
        print(f"pages.py: these rows were not measured, and stay as they were: {', '.join(missing)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
