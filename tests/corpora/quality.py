#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""quality.py DHGEN LAYOUTS TOP REPORT: what importing keeps of PX4's and MAVLink's sources.

    every release      `dhgen check --werror` is silent about what was imported, `dhgen fmt --check` too; random layouts of each
                       schema (LAYOUTS, ../golden/fmt) come back to one text, with the same tokens, comments and hash
    MAVLink            attributes are exact: each unit, scale, range, invalid marker, enum and text of the source is in the schema,
                       or the importer said that it is not
    PX4                comments are prose: units.py reads them by a grammar. dhgen never says another unit, and misses few; each word of each
                       comment, each constant and its value is kept

77: no corpora here.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import oracle
import sources
import units

MISSED = 0.02  # of the units that units.py reads, at most


class Check:
    def __init__(self):
        self.failures = 0

    def fail(self, what, text):
        self.failures += 1
        if self.failures <= 40:
            print("FAILED: %s: %s" % (what, text))


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def schemas(folder):
    return sorted(glob.glob(os.path.join(folder, "**", "*.dhs"), recursive=True))


def import_one(check, dhgen, folder, command):
    """What dhgen said while it imported; the result is silent and in the one style."""
    os.makedirs(folder)
    done = run([dhgen, "import", command[0], "--out", folder] + command[1:])
    if done.returncode != 0:
        check.fail(folder, done.stderr[:500])
    for verb in (["check", "--werror", "-I", folder], ["fmt", "--check"]):
        silent = run([dhgen] + verb + schemas(folder))
        if silent.returncode != 0 or silent.stdout or silent.stderr:
            check.fail("%s %s" % (verb[0], os.path.basename(folder)), (silent.stdout + silent.stderr)[:600])
    return done.stderr


def structs(dhgen, folder):
    """The model's structs, by MAVLink's id or loose name."""
    out = os.path.join(folder, "json")
    os.makedirs(out)
    run([dhgen, "build", "--lang", "json", "-I", folder, "--out", out] + schemas(folder))
    found = {}
    for file in glob.glob(os.path.join(out, "*.json")):
        for step in json.load(open(file, encoding="utf-8"))["declarations"]:
            if step["struct"]:
                number = step["struct"]["user"].get("x", {}).get("mavlink_id")
                found[number[0] if number else sources.loose(step["struct"]["name"])] = step["struct"]
    return found


def text_of(declaration):
    return " ".join(line["text"] for line in declaration["docs"])


def words(text):
    return " ".join(text.split())


# ---- MAVLink ----------------------------------------------------------------------------------------------------------

def same_number(a, b):
    return float(a) == float(b) or (a == "nan" and b == "nan")


def scale_of(model):
    return float(model["scale"]["factor"]) if model["scale"] else 1.0


def check_mav_field(check, release, counts, where, field, model, said):
    values, attributes = release.named_values(field), field.attributes
    if words(field.comment) not in words(text_of(model)):
        check.fail(where, "the description is not kept: " + field.comment)
    if values:
        counts["enums"] += 1
        if model["type"]["kind"] not in ("enum", "flags", "array"):
            check.fail(where, "is no enum: " + model["type"]["text"])
        return
    if attributes.get("enum"):
        counts["said lost"] += 1
        if "that '%s' is of" % field.name not in said:
            check.fail(where, "its enum is lost, and nothing was said")
    if field.scalar == "char":
        return
    unit, scale = oracle.FORMATS.get(attributes.get("units"), (oracle.NAMES.get(attributes.get("units"), attributes.get("units")), 1))
    scale *= oracle.fraction(attributes.get("multiplier"))
    counts["units"] += unit is not None
    if model["unit"] != unit or abs(scale_of(model) - scale) > 1e-12:
        check.fail(where, "unit %s scale %s, but %s %s" % (unit, scale, model["unit"], model["scale"]))
    invalid = oracle.invalid_value(field)
    if invalid:
        counts["invalids"] += 1
        if model["invalid"] is None or model["invalid_first"] != invalid[1] or not same_number(model["invalid"], invalid[0]):
            check.fail(where, "invalid %s, but %s" % (invalid, model["invalid"]))
    elif attributes.get("invalid") and "of '%s'" % field.name not in said:
        check.fail(where, "invalid=\"%s\" is lost, and nothing was said" % attributes["invalid"])
    low, high = attributes.get("minValue"), attributes.get("maxValue")
    if low or high:
        counts["ranges"] += 1
        there = model["range"]
        if not there or (low and float(there["low"]) != float(low)) or (high and float(there["high"]) != float(high)):
            check.fail(where, "range %s to %s, but %s" % (low, high, model["range"]))


def check_mavlink(check, release, found, said):
    counts = dict.fromkeys(("fields", "units", "invalids", "ranges", "enums", "said lost"), 0)
    for message in release.messages.values():
        model = found.get(str(message.number))
        for field in message.fields:
            here = [f for f in model["fields"] if (f["label"] or f["name"]) == field.name] if model else []
            counts["fields"] += 1
            if len(here) != 1 or here[0]["since_minor"] != field.minor:
                check.fail(message.name + "." + field.name, "is not there once, with minor %d" % field.minor)
            else:
                check_mav_field(check, release, counts, message.name + "." + field.name, field, here[0], said)
    return counts


# ---- PX4 --------------------------------------------------------------------------------------------------------------

def kept(comment, schema):
    """Each word of a comment, but for what has become an attribute, stands in the schema's text."""
    comment = re.sub(r"\[[^\]]*\]", " ", comment)
    return all(word in schema for word in re.findall(r"[A-Za-z]{4,}", comment))


RANGE = re.compile(r"\[\s*([-+]?[\d.]+)\s*(?:,|\.\.)\s*([-+]?[\d.]+)\s*\](?! to )")
MARKER = re.compile(r"\b(NaN|NAN|nan|U?INT\d+_M(?:AX|IN))(?: if|:| =) (?:field not|not |un|invalid)")


def check_px4_numbers(check, counts, where, field, model):
    """Ranges in brackets, and markers that can be nothing else."""
    ranges, marker = RANGE.findall(field.comment), MARKER.search(field.comment)
    if len(ranges) == 1:
        counts["ranges"] += 1
        there = model["range"] or {"low": "nan", "high": "nan"}
        if [float(there["low"]), float(there["high"])] != [float(bound) for bound in ranges[0]]:
            check.fail(where, "range %s, but %s" % (ranges[0], model["range"]))
    if marker:
        counts["invalids"] += 1
        wanted = "nan" if marker.group(1).lower() == "nan" else str(oracle.limit_value(marker.group(1)))
        if model["invalid"] is None or not same_number(model["invalid"], wanted):
            check.fail(where, "invalid %s, but %s" % (wanted, model["invalid"]))


def check_px4_field(check, counts, where, field, model):
    if field.scalar not in (None, "bool", "char"):
        check_px4_numbers(check, counts, where, field, model)
    unit = units.of_comment(field.comment) if field.scalar not in (None, "bool", "char") else None
    theirs = units.parse(model["unit"]) if model["unit"] else None
    if unit and model["type"]["kind"] not in ("enum", "flags") and "alias" in model["type"]:
        counts["units"] += 1
        if theirs is None:
            counts["missed"].append("%s: %s" % (where, field.comment))
        elif theirs != unit:
            check.fail(where, "'%s' is %s for dhgen and %s for the grammar" % (field.comment, model["unit"], unit))
    elif model["unit"]:
        counts["units of dhgen alone"].append("%s [%s]: %s" % (where, model["unit"], field.comment))


CONSTANT = re.compile(r"^ *(?:const )?(\w+)(?:: *\w+)? *= *(-?\w+)", re.M)


def check_constants(check, counts, message, schema):
    """As a constant with that value, or as a value of an enum or a bit of flags."""
    there = {}
    for name, value in CONSTANT.findall(schema):
        there.setdefault(name, []).append(value)
    for name, kind, value, _ in message.constants:
        counts["constants"] += 1
        if not kind.startswith(("int", "uint", "byte", "char")):
            continue
        number = int(value, 0)
        wanted = {str(number), str(number.bit_length() - 1)}
        if not wanted & set(there.get(sources.mended(name), [])):
            check.fail(message.name, "the constant %s = %s is not there: %s" % (name, value, there.get(name)))


def check_px4(check, folder, messages, found):
    counts = {"fields": 0, "units": 0, "ranges": 0, "invalids": 0, "constants": 0, "missed": [], "units of dhgen alone": []}
    texts = {sources.loose(os.path.basename(path)[:-4]): open(path, encoding="utf-8").read() for path in schemas(folder)}
    for message in messages.values():
        model, schema = found.get(sources.loose(message.name)), texts[sources.loose(message.name)]
        check_constants(check, counts, message, schema)
        for field in message.fields:
            counts["fields"] += 1
            here = [f for f in model["fields"] if (f["label"] or f["name"]) == field.name]
            if len(here) != 1:
                check.fail(message.name + "." + field.name, "is not there once")
                continue
            check_px4_field(check, counts, message.name + "." + field.name, field, here[0])
            if not kept(field.comment, schema):
                check.fail(message.name + "." + field.name, "the comment is not kept: " + field.comment)
    if counts["units"] < counts["fields"] // 4 or not counts["ranges"] or not counts["invalids"]:
        check.fail("PX4", "the comments are hardly read: %s" % counts)
    if len(counts["missed"]) > MISSED * counts["units"]:
        check.fail("PX4", "%d of %d units are missed: %s" % (len(counts["missed"]), counts["units"], counts["missed"][:20]))
    return counts


# ---- all --------------------------------------------------------------------------------------------------------------

def check_all(check, dhgen, layouts, corpora, work):
    told = {}
    px4, mavlink = os.path.join(corpora, "px4_msgs"), os.path.join(corpora, "mavlink")
    for name in sources.versions(px4):
        folder = os.path.join(work, name)
        import_one(check, dhgen, folder, ["ros", "--package", "px4_msgs"] + sources.msg_files(os.path.join(px4, name)))
        told[name] = check_px4(check, folder, sources.px4(os.path.join(px4, name)), structs(dhgen, folder))
    for name in sources.versions(mavlink):
        folder, path = os.path.join(work, name), os.path.join(mavlink, name, "common.xml")
        said = import_one(check, dhgen, folder, ["mavlink", path])
        dialect = sources.mavlink(path)
        told[name] = check_mavlink(check, oracle.Release(dialect.messages, dialect.enums, dialect.bitmasks), structs(dhgen, folder), said)
    done = run([layouts, work], env=dict(os.environ, DH_LAYOUTS="1"))
    if done.returncode != 0 or "0 Failures" not in done.stdout.replace("Failures: 0", "0 Failures"):
        check.fail("layouts", done.stdout[-800:])
    return told


def main():
    dhgen, layouts, top, report = (os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]), sys.argv[4])
    corpora, check = sources.corpora(top), Check()
    work = tempfile.mkdtemp(prefix="dh-quality-")
    try:
        told = check_all(check, dhgen, layouts, corpora, work)
    finally:
        shutil.rmtree(work)
    os.makedirs(os.path.dirname(report), exist_ok=True)
    with open(report, "w", encoding="utf-8") as out:
        json.dump({"v": 1, "failures": check.failures, "releases": told}, out, indent=1)
        out.write("\n")
    for name, counts in told.items():
        print("%s: %s" % (name, ", ".join("%s %s" % (len(n) if isinstance(n, list) else n, what) for what, n in counts.items())))
    print("%d failures" % check.failures)
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())
