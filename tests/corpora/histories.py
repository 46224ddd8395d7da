#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""histories.py DHGEN VERDICTS TOP REPORT [PAGE]: the releases of PX4 and of MAVLink, each imported; of every channel that two releases have,
what attaches to what.

VERDICTS (verdicts.c) holds `dhgen diff`, the runtime and tables of offsets to one answer. Here that answer is held against the
sources (oracle.py): nothing attaches that should not, nothing is refused that should attach, and a refusal names the first field
that differs, with its types and places. The table in PAGE, between two marks, must be that of the figures (UPDATE=1 writes it).
77: no corpora here.
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import oracle
import sources


class Check:
    def __init__(self):
        self.failures = 0
        self.pairs = []  # of one corpus

    def fail(self, what, text):
        self.failures += 1
        if self.failures <= 30:
            print("FAILED: %s: %s" % (what, text))


def ask(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit("FAILED: %s\n%s\n%s" % (" ".join(command[:3]), done.stdout[-3000:], done.stderr[-2000:]))
    return done.stdout


def import_all(dhgen, work, names, command_of):
    """A list file for each release."""
    lists = []
    for name in names:
        folder = os.path.join(work, name)
        os.makedirs(folder)
        ask([dhgen] + command_of(name, folder))
        files = sorted(os.path.join(here, file) for here, _, found in os.walk(folder) for file in found if file.endswith(".dhs"))
        with open(os.path.join(work, name + ".list"), "w", encoding="utf-8") as out:
            out.write("".join(file + "\n" for file in files))
        lists.append(out.name)
    return lists


def judged(verdicts, lists):
    """(older, newer, channel, same hash, refusal of readers, refusal of writers, kinds)."""
    for line in ask([verdicts] + lists).splitlines():
        older, newer, channel, same, readers, writers, kinds = line.split("\t")
        yield int(older), int(newer), channel, same == "same", readers, writers, kinds.split(",") if kinds else []


# ---- one direction ----------------------------------------------------------------------------------------------------

def check_refusal(check, where, refusal, path, words):
    if not refusal.startswith(path + ":") or not all(word in refusal for word in words):
        check.fail(where, "the refusal is '%s'; the first that differs is %s: %s" % (refusal, path, words))


def check_direction(check, where, block, consumer, channel, refusal, meaning):
    """"attaches", "layout" or "meaning"."""
    differs = oracle.first_difference(block, consumer, channel)
    if differs:
        if refusal == "-":
            check.fail(where, "a false accept: %s: %s" % differs)
        else:
            check_refusal(check, where, refusal, *differs)
        return "layout"
    return meaning(check, where, block, consumer, channel, refusal)


def mavlink_meaning(check, where, block, consumer, channel, refusal):
    changed = oracle.changed_meaning(block, consumer, channel)
    if not changed:
        if refusal != "-":
            check.fail(where, "a false refusal: " + refusal)
        return "attaches"
    if refusal == "-":
        check.fail(where, "a false accept: the meaning of %s changed" % changed)
    elif not refusal.startswith(changed[0][1] + ":"):
        check.fail(where, "the refusal is '%s'; the first that changed is %s" % (refusal, changed[0]))
    return "meaning"


def comment_of(release, channel, path):
    """The comment of the field at a path, and the message that it stands in."""
    message = release.channels[channel]
    for part in path.split("."):
        field = next((f for f in message.fields if sources.mended(f.name) == part.rstrip("[]")), None) if message else None
        if not field:
            return None, None
        owner, message = message, release.messages.get(field.message)
    return field.comment, owner


VALUE = re.compile(r"^(\S+): block (\w+)=(-?\d+), consumer (\w+)=(-?\d+)$")


def is_value(message, name, value):
    """Whether the source has that constant, as a number or as a bit."""
    return oracle.constant_values(message).get(name) in (value, 1 << value if 0 <= value < 64 else None)


def px4_meaning(check, where, block, consumer, channel, refusal):
    """Comments are prose, so the oracle says what is certain: what it sees as changed is refused, and what is refused did change."""
    if refusal == "-":
        for _, _, _, path in consumer.lines(consumer.channels[channel]):
            if path.endswith("]") or path not in {line[3] for line in block.lines(block.channels[channel])}:
                continue
            theirs, ours = (oracle.unit_tag(comment_of(release, channel, path)[0]) for release in (block, consumer))
            if theirs and ours and theirs != ours:
                check.fail(where, "a false accept: %s was in %s, now in %s" % (path, theirs, ours))
        return "attaches"
    path = refusal.split(":")[0]
    (theirs, their_message), (ours, our_message) = (comment_of(release, channel, path) for release in (block, consumer))
    value = VALUE.match(refusal)
    if theirs is None or ours is None:
        check.fail(where, "the sources do not both have that field: " + refusal)
    elif value:
        their_name, their_value, our_name, our_value = value.group(2), int(value.group(3)), value.group(4), int(value.group(5))
        if not is_value(their_message, their_name, their_value) or not is_value(our_message, our_name, our_value):
            check.fail(where, "the sources have no such constants: " + refusal)
        if (their_name == our_name) == (their_value == our_value):
            check.fail(where, "nothing contradicts: " + refusal)
        known, meant = (oracle.constant_values(message).get(their_name) for message in (our_message, their_message))
        if their_name != our_name and known == meant:
            check.fail(where, "the name is still known: " + refusal)
    elif theirs == ours and oracle.constant_values(their_message) == oracle.constant_values(our_message):
        check.fail(where, "a false refusal: the comment is the same: " + refusal)
    return "meaning"


# ---- a corpus ---------------------------------------------------------------------------------------------------------

class Tally:
    def __init__(self):
        self.counts = collections.Counter()
        self.kinds = collections.Counter()
        self.messages = set()  # whose fields changed, each once for two releases, however many channels carry it

    def add(self, message, readers, writers, same, kinds):
        self.counts["pairs"] += 1
        if "layout" in (readers, writers):
            self.messages.add(message)
        self.counts["changed"] += not same
        self.counts["attach both ways"] += readers == writers == "attaches"
        self.counts["grown"] += "field-added" in kinds and readers == writers == "attaches"
        self.counts["one way"] += (readers == "attaches") != (writers == "attaches")
        self.counts["refused for layout"] += "layout" in (readers, writers)
        self.counts["refused for meaning alone"] += "meaning" in (readers, writers) and "layout" not in (readers, writers)
        self.counts["refused both ways"] += readers != "attaches" and writers != "attaches"
        for verdict in ("layout", "meaning"):
            self.counts["refusals by " + verdict] += (readers, writers).count(verdict)
        self.kinds.update(set(kinds))

    def told(self):
        return {"counts": dict(self.counts), "messages_with_other_fields": len(self.messages), "kinds": dict(sorted(self.kinds.items()))}


def walk(check, name, releases, names, lines, meaning):
    """All pairs of releases; consecutive ones are told apart."""
    consecutive, every, seen = Tally(), Tally(), collections.defaultdict(Tally)
    for older, newer, channel, same, readers, writers, kinds in lines:
        old, new = releases[older], releases[newer]
        where = "%s %s, %s and %s" % (name, channel, names[older], names[newer])
        told = (check_direction(check, where + ", consumer of the newer", old, new, channel, readers, meaning),
                check_direction(check, where + ", consumer of the older", new, old, channel, writers, meaning))
        if same and (told != ("attaches", "attaches")):
            check.fail(where, "one hash, but not one meaning")
        message = (older, newer, old.channels[channel].name)
        every.add(message, *told, same, kinds)
        seen[(older, newer)].add(message, *told, same, kinds)
        if newer == older + 1:
            consecutive.add(message, *told, same, kinds)
    for (older, newer), tally in seen.items():
        n = tally.counts["pairs"]
        wanted = len(set(releases[older].channels) & set(releases[newer].channels))
        if n != wanted:
            check.fail(name, "%d channels of %s and %s compared, not %d" % (n, names[older], names[newer], wanted))
    if len(seen) != len(names) * (len(names) - 1) // 2:
        check.fail(name, "not all pairs of releases were compared")
    steps = {"%s to %s" % (names[i], names[i + 1]): seen[(i, i + 1)].told() for i in range(len(names) - 1)}
    return {"releases": names, "steps": steps, "consecutive": consecutive.told(), "all_pairs": every.told()}


BEGIN, END = "<!-- from build/reports/histories.json -->\n", "<!-- end -->\n"
COLUMNS = ("pairs", "changed", "attach both ways", "grown", "refused for layout", "refused for meaning alone")


def rows_of(told):
    yield "| releases | channels in both | changed | attach | of them grown | refused: layout | refused: meaning |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for name, shown in (("px4", "PX4"), ("mavlink", "MAVLink")):
        rows = list(told[name]["steps"].items()) + [("any two", told[name]["all_pairs"])]
        for step, tally in rows:
            yield "| %s %s | %s |\n" % (shown, step, " | ".join(str(tally["counts"][column]) for column in COLUMNS))


def check_page(check, path, told):
    page = open(path, encoding="utf-8").read()
    before, rest = page.split(BEGIN)
    held, after = rest.split(END)
    table = "".join(rows_of(told))
    if held != table and os.environ.get("UPDATE") == "1":
        with open(path, "w", encoding="utf-8") as out:
            out.write(before + BEGIN + table + END + after)
    elif held != table:
        check.fail(path, "its table is not that of today; if that is meant: UPDATE=1\n" + table)


def show(name, told):
    for which in ("consecutive", "all_pairs"):
        counts = told[which]["counts"]
        print("%s, %s: %s" % (name, which.replace("_", " "), ", ".join("%d %s" % (n, what) for what, n in counts.items())))


def main():
    dhgen, verdicts, top, report = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]), sys.argv[4]
    corpora, check = sources.corpora(top), Check()
    work = tempfile.mkdtemp(prefix="dh-histories-")
    px4, mavlink = os.path.join(corpora, "px4_msgs"), os.path.join(corpora, "mavlink")
    try:
        names = sources.versions(px4)
        lists = import_all(dhgen, work, names, lambda name, out: ["import", "ros", "--package", "px4_msgs", "--out", out] +
                           sources.msg_files(os.path.join(px4, name)))
        told = {"px4": walk(check, "PX4", [oracle.Release(sources.px4(os.path.join(px4, name))) for name in names], names,
                            judged(verdicts, lists), px4_meaning)}
        names = sources.versions(mavlink)
        files = {name: os.path.join(mavlink, name, "common.xml") for name in names}
        lists = import_all(dhgen, work, names, lambda name, out: ["import", "mavlink", "--out", out, files[name]])
        dialects = [sources.mavlink(files[name]) for name in names]
        told["mavlink"] = walk(check, "MAVLink", [oracle.Release(d.messages, d.enums, d.bitmasks) for d in dialects], names,
                               judged(verdicts, lists), mavlink_meaning)
    finally:
        shutil.rmtree(work)
    os.makedirs(os.path.dirname(report), exist_ok=True)
    with open(report, "w", encoding="utf-8") as out:
        json.dump({"v": 1, "failures": check.failures, **told}, out, indent=1)
        out.write("\n")
    show("PX4", told["px4"])
    show("MAVLink", told["mavlink"])
    if told["mavlink"]["consecutive"]["counts"]["grown"] == 0:
        check.fail("MAVLink", "no message has grown by an extension")
    for name in told:  # a history without growth, refusals and unchanged channels would show nothing
        counts = told[name]["all_pairs"]["counts"]
        if min(counts["changed"], counts["attach both ways"], counts["refusals by layout"], counts["refusals by meaning"]) == 0:
            check.fail(name, "the history is one-sided: %s" % counts)
    if len(sys.argv) > 5:
        check_page(check, sys.argv[5], told)
    print("%d failures" % check.failures)
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())
