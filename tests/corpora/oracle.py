# SPDX-License-Identifier: Apache-2.0
"""Who may attach to whom, told from the sources alone: tables of (minor, offset, kind, path), and what is said of each path.

A second opinion on layout and compatibility, without dhgen, canonical texts and hashes. Kinds are spelled as the runtime's
sentences have them ("f32[3] @12"), so that a refusal can be held against the table to the word.
"""
import re

import sources

# What MAVLink writes as a unit although it is a number format.
FORMATS = {"degE7": ("deg", 1e-7), "degE5": ("deg", 1e-5), "cdeg": ("deg", 0.01), "cs": ("s", 0.01), "ds": ("s", 0.1),
           "cdeg/s": ("deg/s", 0.01), "ddeg/s": ("deg/s", 0.1), "c%": ("%", 0.01), "d%": ("%", 0.1), "cA": ("A", 0.01),
           "cV": ("V", 0.01), "dpix": ("pix", 0.1), "m/s*5": ("m/s", 0.2), "deg/2": ("deg", 2), "cdegC": ("degC", 0.01)}
NAMES = {"m/s/s": "m/s^2", "rad/s/s": "rad/s^2", "bytes": "B", "bytes/s": "B/s", "bits/s": "bit/s", "Kb/s": "kbit/s", "rpm": "rpm"}


def up(value, align):
    return (value + align - 1) // align * align


class Release:
    """The messages of a release, laid out."""

    def __init__(self, messages, enums=None, bitmasks=()):
        self.messages = messages
        self.enums = enums or {}
        self.bitmasks = set(bitmasks)
        self.channels = {channel: message for message in messages.values() for channel in message.channels}
        for message in messages.values():  # display="bitmask" says it, too
            for field in message.fields:
                if field.attributes.get("display") == "bitmask" and field.attributes.get("enum"):
                    self.bitmasks.add(field.attributes["enum"])

    def size_of(self, field):
        if field.scalar:
            return sources.SIZES[field.scalar] * (field.length or 1), sources.SIZES[field.scalar]
        size, align, _ = self.lay_out(self.messages[field.message])
        return size * (field.length or 1), align

    def lay_out(self, message):
        """Size, alignment, offsets. A minor version begins behind all of the one before, its padding too."""
        at, align, minor, offsets = 0, 1, 0, []
        for field in message.fields:
            size, wanted = self.size_of(field)
            if field.minor != minor:
                at, minor = up(at, align), field.minor
            align = max(align, wanted)
            at = up(at, wanted)
            offsets.append(at)
            at += size
        return up(at, align), align, offsets

    def lines(self, message, base=0, prefix="", minor=None):
        found = []
        for field, offset in zip(message.fields, self.lay_out(message)[2]):
            path, at, since = prefix + sources.mended(field.name), base + offset, field.minor if minor is None else minor
            if field.scalar == "char":
                found.append((since, at, "char[%d]" % field.length, path))
            elif field.scalar:
                found.append((since, at, field.scalar + ("[%d]" % field.length if field.length else ""), path))
            else:
                inner = self.messages[field.message]
                if field.length:
                    found.append((since, at, "array<%d>[%d]" % (self.lay_out(inner)[0], field.length), path))
                found += self.lines(inner, at, path + ("[]." if field.length else "."), since)
        return found

    def newest(self, channel):
        return max([field.minor for field in self.channels[channel].fields], default=0)

    # ---- meaning, of MAVLink ----------------------------------------------------------------------------------------

    def named_values(self, field):
        """("flags", {name: bit}) or ("enum", {name: value}) where the field can hold them; else None."""
        name = field.attributes.get("enum")
        entries = self.enums.get(name)
        if not entries or field.scalar in ("f32", "f64"):
            return None
        bits = 8 * sources.SIZES[field.scalar]
        signed = field.scalar[0] == "i"
        low, high = (-2 ** (bits - 1), 2 ** (bits - 1) - 1) if signed else (0, 2 ** bits - 1)
        entries = {entry: value for entry, value in entries.items() if not re.search(r"_RESERVED[_0-9]*$", entry)} or entries
        if (signed and name in self.bitmasks) or not all(low <= value <= high for value in entries.values()):
            return None
        single = {entry: value.bit_length() - 1 for entry, value in entries.items() if value > 0 and value & (value - 1) == 0}
        if name in self.bitmasks and single:
            return "flags", single
        return "enum", entries

    def said(self, channel):
        """{(key, path): what MAVLink's attributes say}; keys as in canonical texts."""
        said = {}
        for field in self.channels[channel].fields:
            path, values, unit = sources.mended(field.name), self.named_values(field), field.attributes.get("units")
            if values:
                said[(values[0], path)] = values[1]
            if field.scalar == "char" or values:
                continue
            invalid = invalid_value(field)
            if invalid is not None:
                said[("invalid", path)] = invalid
            unit, scale = FORMATS.get(unit, (NAMES.get(unit, unit), 1))
            scale *= fraction(field.attributes.get("multiplier"))
            if unit:
                said[("unit", path)] = unit
            if scale != 1:
                said[("scale", path)] = "%.12g" % scale
        return said


def limit_value(text):
    match = re.match(r"^(U?)INT(8|16|32|64)_(MAX|MIN)$", text)
    if not match:
        return None
    bits = int(match.group(2))
    if match.group(1):
        return 2 ** bits - 1 if match.group(3) == "MAX" else None
    return 2 ** (bits - 1) - 1 if match.group(3) == "MAX" else -2 ** (bits - 1)


def invalid_value(field):
    """invalid="UINT16_MAX", "[NaN]", "[NaN:]": as a number and whether it is the first element's; None: nothing that the field can hold."""
    text = field.attributes.get("invalid", "")
    first = text.startswith("[") and text.endswith(":]")
    text = text.strip("[]:")
    if not text:
        return None
    is_float = field.scalar in ("f32", "f64")
    if text.lower() == "nan":
        return ("nan", first) if is_float else None
    value = limit_value(text)
    if value is None and re.match(r"^-?(0x[0-9a-fA-F]+|\d+)$", text):
        value = int(text, 0)
    elif value is None and is_float and re.match(r"^-?[\d.]+(e-?\d+)?$", text):
        value = float(text)
    if value is None:
        return None
    if not is_float:
        bits = 8 * sources.SIZES[field.scalar]
        low = -2 ** (bits - 1) if field.scalar[0] == "i" else 0
        if not low <= value < low + 2 ** bits:
            return None
    return ("%r" % float(value) if is_float else str(value), first)


def fraction(text):
    if not text:
        return 1
    parts = [float(part) for part in text.split("/")]
    return parts[0] / parts[1] if len(parts) == 2 else parts[0]


# ---- two releases ---------------------------------------------------------------------------------------------------

def words_of(theirs, ours):
    """What a refusal must say of two lines that differ; None: that side has none."""
    if theirs and ours and theirs[3] != ours[3]:
        return ["block has %s there (%s @%d)" % (theirs[3], theirs[2], theirs[1]), "consumer %s @%d" % (ours[2], ours[1])]
    sides = (("block", theirs, "the block has no such field"), ("consumer", ours, "the consumer's schema has no such field"))
    return ["%s %s @%d" % (side, line[2], line[1]) if line else without for side, line, without in sides]


def first_difference(block, consumer, channel):
    """None: the layouts fit; else (path, words that a refusal must have)."""
    limit = min(block.newest(channel), consumer.newest(channel))
    theirs = [line for line in block.lines(block.channels[channel]) if line[0] <= limit]
    ours = [line for line in consumer.lines(consumer.channels[channel]) if line[0] <= limit]
    missing = [None] * max(len(theirs), len(ours))
    for a, b in zip(theirs + missing[len(theirs):], ours + missing[len(ours):]):
        if a and b and a[1:] == b[1:]:
            continue
        return (b or a)[3], words_of(a, b)
    if [line[0] for line in theirs] != [line[0] for line in ours]:
        return "slot", ["minor versions are not the same"]
    return None


def changed_values(theirs, ours):
    """The pairs that make one side read a name that the other did not mean. Enums of MAVLink are open."""
    for name, value in theirs.items():
        if name in ours and ours[name] != value:
            yield name
    for value in set(theirs.values()) & set(ours.values()):
        if not {name for name in theirs if theirs[name] == value} & {name for name in ours if ours[name] == value}:
            yield value


def changed_meaning(block, consumer, channel):
    """[(key, path)] of what both say and say differently, in the order of canonical texts."""
    theirs, ours, found = block.said(channel), consumer.said(channel), []
    for key, path in sorted(set(theirs) & set(ours)):
        a, b = theirs[(key, path)], ours[(key, path)]
        differs = any(True for _ in changed_values(a, b)) if key in ("enum", "flags") else a != b
        if differs:
            found.append((key, path))
    for key, path in sorted(theirs):
        other = {"enum": "flags", "flags": "enum"}.get(key)
        if other and (other, path) in ours:
            found.append((key + " against " + other, path))
    return found


# ---- meaning, of PX4: what its comments say for certain -------------------------------------------------------------

def unit_tag(comment):
    """The unit in brackets, [m/s], where it is the only one."""
    tags = re.findall(r"\[([A-Za-z%][\w/^*%.]*)\]", comment)
    return tags[0] if len(set(tags)) == 1 else None


def constant_values(message):
    values = {}
    for name, kind, value, _ in message.constants:
        if kind.startswith(("int", "uint", "byte", "char")):
            values[sources.mended(name)] = int(value, 0)
    return values
