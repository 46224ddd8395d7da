# SPDX-License-Identifier: Apache-2.0
"""PX4's .msg and MAVLink's XML, read once more: by people's eyes rather than dhgen's code. The tests beside this file, and
those of ../cross, hold what dhgen makes against what stands in the sources.

A message is a list of fields in declared order; a field knows its type as the hub spells it, and the comment or the
attributes that came with it. Nothing of dhgen is used here, and nothing of it is imitated but the names it must mend.
"""
import os
import re
import sys
import xml.etree.ElementTree as tree

SCALARS = {"bool": "bool", "byte": "u8", "char": "u8", "int8": "i8", "uint8": "u8", "int16": "i16", "uint16": "u16", "int32": "i32",
           "uint32": "u32", "int64": "i64", "uint64": "u64", "float32": "f32", "float64": "f64",
           "int8_t": "i8", "uint8_t": "u8", "int16_t": "i16", "uint16_t": "u16", "int32_t": "i32", "uint32_t": "u32",
           "int64_t": "i64", "uint64_t": "u64", "float": "f32", "double": "f64", "uint8_t_mavlink_version": "u8"}
SIZES = {"bool": 1, "u8": 1, "i8": 1, "char": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "f32": 4, "u64": 8, "i64": 8, "f64": 8}


class Unreadable(Exception):
    pass


def mended(name):
    """A name without what .dhs does not allow: '_' at an end, two in a row."""
    return re.sub("__+", "_", name).strip("_")


def loose(name):
    """What is left of a name when its spelling is taken away: VEHICLE_STATUS, VehicleStatus and vehicle_status are one."""
    return name.replace("_", "").lower()


class Field:
    def __init__(self, name, scalar, length=0, message=None, minor=0, comment="", attributes=None):
        self.name = name
        self.scalar = scalar  # "f32", "char"; None: a message
        self.length = length  # of an array; 0: none
        self.message = message  # what it contains by value, by name
        self.minor = minor
        self.comment = comment
        self.attributes = attributes or {}


class Message:
    def __init__(self, name, fields, channels, number=None, constants=None):
        self.name = name
        self.fields = fields
        self.channels = channels
        self.number = number  # MAVLink's id
        self.constants = constants or []  # PX4: (name, type, value, comment)


# ---- PX4 ------------------------------------------------------------------------------------------------------------

MSG_LINE = re.compile(r"^([A-Za-z_][\w/]*)(?:\[(\d+)\])?\s+([A-Za-z]\w*)\s*(?:=\s*([^#]*))?(?:#\s*(.*))?$")


def msg_field(match, comment):
    kind, length, name = match.group(1), int(match.group(2) or 0), match.group(3)
    if kind == "char" and length:
        return Field(name, "char", length, comment=comment)
    if kind in SCALARS:
        return Field(name, SCALARS[kind], length, comment=comment)
    return Field(name, None, length, message=kind.split("/")[-1], comment=comment)


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def read_msg(path):
    name = os.path.basename(path)[:-len(".msg")]
    fields, topics, constants = [], [], []
    for text in open(path, encoding="utf-8"):
        text = text.strip()
        if text.startswith("# TOPICS "):
            topics += text.split()[2:]
        if not text or text.startswith("#"):
            continue
        match = MSG_LINE.match(text)
        if not match:
            raise Unreadable("%s: %s" % (path, text))
        comment = (match.group(5) or "").strip()
        if match.group(4) is None:
            fields.append(msg_field(match, comment))
        else:
            constants.append((match.group(3), match.group(1), match.group(4).strip(), comment))
    return Message(name, fields, [mended(topic) for topic in topics] or [snake(name)], constants=constants)


def px4(folder):
    """All messages of a release, by name."""
    found = {}
    for here, _, files in os.walk(folder):
        for file in files:
            if file.endswith(".msg"):
                message = read_msg(os.path.join(here, file))
                found[message.name] = message
    return found


# ---- MAVLink --------------------------------------------------------------------------------------------------------

def mav_field(element, minor):
    kind, _, rest = element.get("type").partition("[")
    length = int(rest[:-1]) if rest else 0
    scalar = "char" if kind == "char" and length else SCALARS[kind]
    return Field(element.get("name"), scalar, length, minor=minor, comment=" ".join("".join(element.itertext()).split()),
                 attributes=dict(element.attrib))


def mav_message(element):
    fields, extended, minor = [], False, 0
    for child in element:
        if child.tag == "extensions":
            extended = True
        if child.tag == "field":
            minor += extended
            fields.append(mav_field(child, minor))
    return Message(element.get("name"), fields, [element.get("name").lower()], int(element.get("id")))


class Dialect:
    def __init__(self):
        self.messages = {}
        self.enums = {}  # name: {entry: value}
        self.bitmasks = set()


def entry_value(text, entries):
    if text is None:
        return max(entries.values(), default=-1) + 1
    if text.startswith("2**"):
        return 2 ** int(text[3:])
    return int(text, 0)


def mavlink(path, into=None, seen=None):
    """A dialect with all that it includes."""
    into, seen = into or Dialect(), seen if seen is not None else set()
    if path in seen:
        return into
    seen.add(path)
    root = tree.parse(path).getroot()
    for include in root.findall("include"):
        mavlink(os.path.join(os.path.dirname(path), include.text.strip()), into, seen)
    for enum in root.iterfind("enums/enum"):
        entries = into.enums.setdefault(enum.get("name"), {})
        if enum.get("bitmask") == "true":
            into.bitmasks.add(enum.get("name"))
        for entry in enum.findall("entry"):
            entries[entry.get("name")] = entry_value(entry.get("value"), entries)
    for element in root.iterfind("messages/message"):
        message = mav_message(element)
        into.messages[message.name] = message
    return into


# ---- where they are -------------------------------------------------------------------------------------------------

def version_key(name):
    return [int(part) for part in re.findall(r"\d+", name)]


def corpora(top):
    """The folder of corpora, or the end of the test, plainly said: 77."""
    folder = os.environ.get("DH_CORPORA") or os.path.join(top, "..", "shared", "corpora")
    if os.path.isdir(os.path.join(folder, "px4_msgs")) and os.path.isdir(os.path.join(folder, "mavlink")):
        return os.path.normpath(folder)
    print("SKIPPED: no corpora in ../shared/corpora, and DH_CORPORA names none")
    sys.exit(77)


def versions(folder):
    """Of px4_msgs or mavlink, oldest first."""
    return sorted((name for name in os.listdir(folder) if re.search(r"\d", name)), key=version_key)


def msg_files(folder):
    return sorted(os.path.join(here, file) for here, _, files in os.walk(folder) for file in files if file.endswith(".msg"))
