#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/reference/format.md, every shared byte of a block: words and order from runtime/block/format.h and what it includes, offsets and
sizes from the C compiler.

    format.py [CC]      compares the page with what it should be; UPDATE=1 writes it
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

import api

PAGE = "docs/reference/format.md"
ELSEWHERE = [("runtime/block", "spinlock.h"), ("runtime/os", "identity.h"), ("runtime/os", "alarm.h"), ("include/dh", "slot_rw.h"),
             ("include/dh", "memory.h"), ("include/dh", "metrics.h"), ("include/dh", "schema.h")]
OPENING = """# The data block, byte by byte

Made from `runtime/block/format.h` and a C compiler by `UPDATE=1 ctest --preset dev -R docs/format`; the test of that name fails when they part.
For those who write another implementation, read a core dump, or review a change. Programs need none of it:
[how it works](../explain/how-it-works.md) is the page for users, and [the memory model](../explain/memory-model.md) says in which order words are written.

Numbers are little-endian. Offsets and sizes are in bytes, of the struct where nothing else is said. Layout and text of what programs write into
slots and zones is the schema's: [the language](language.md).

"""
MEMBER = re.compile(r"\s*(?:_Alignas\(\d+\)\s*)?((?:const |unsigned |struct |enum )*\w+)\s+([\w\[\], +*-]+);((?:\s*/\*.*?\*/)?)", re.S)


def prose(text):
    """A comment's paragraphs, for a page that is read on GitHub, too."""
    blocks = []
    for block in re.split(r"\n\s*\n", text):
        if any(line.startswith("   ") for line in block.split("\n")):
            blocks.append("```text\n" + block + "\n```")
        elif block.strip():
            blocks.append(code_names(" ".join(block.split())))
    return "\n\n".join(blocks)


def code_names(text):
    text = text.replace("|", "\\|").replace("<", "&lt;")
    return re.sub(r"(?<!`)\b(DHI?_\w+|dhi?_\w+(?:\(\))?|\w+\[\w\])(?!`)", r"`\1`", text)


def members(code):
    """(type, name, array, comment) of each member of a struct."""
    body = code[code.index("{") + 1:code.rindex("}")]
    if re.sub(r"/\*.*?\*/", "", MEMBER.sub("", body), flags=re.S).strip():
        raise ValueError(f"a member that cannot be read in:\n{code}")
    for found in MEMBER.finditer(body):
        comment = " ".join(api.comment_text(found.group(3).strip().split("\n")).split()) if found.group(3).strip() else ""
        for declared in found.group(2).split(","):
            name, _, array = declared.strip().partition("[")
            yield found.group(1), name, array.rstrip("]"), comment


def struct_name(code):
    """As it is written in C, or None if it is none."""
    found = re.match(r"typedef struct (\w+) \{", code) or re.match(r"struct (\w+) \{", code)
    return found and (found.group(1) if code.startswith("typedef") else f"struct {found.group(1)}")


def constants(code):
    """(name, value as written, comment) of each enumerator; None as the value if it follows from the one before."""
    for found in re.finditer(r"(\w+)(?:\s*=\s*([^,/]*?))?\s*(?:,|$)((?:\s*/\*.*?\*/)?)", code[code.index("{") + 1:code.rindex("}")].strip(), re.S):
        comment = " ".join(api.comment_text(found.group(3).strip().split("\n")).split()) if found.group(3).strip() else ""
        yield found.group(1), comment


class Asked:
    """What only the compiler knows."""

    def __init__(self, compiler):
        self.compiler = compiler
        self.questions = []

    def ask(self, expression):
        if expression not in self.questions:
            self.questions.append(expression)

    def answers(self):
        lines = "\n".join(f'    printf("%llu\\n", (unsigned long long)({text}));' for text in self.questions)
        source = '#include "block/format.h"\n#include "block/spinlock.h"\n#include <stdio.h>\nint main(void)\n{\n' + lines + "\n}\n"
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "ask.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(source)
            subprocess.run([self.compiler, "-std=gnu11", f"-I{api.TOP}/include", f"-I{api.TOP}/runtime", "-o", path[:-2], path], check=True)
            said = subprocess.run([path[:-2]], capture_output=True, text=True, check=True).stdout.split()
        return dict(zip(self.questions, map(int, said)))


def questions(asked, code):
    name = struct_name(code)
    if name:
        asked.ask(f"sizeof({name})")
        for _, member, _, _ in members(code):
            asked.ask(f"offsetof({name}, {member})")
            asked.ask(f"sizeof((({name} *)0)->{member})")
    elif code.startswith("enum"):
        for constant, _ in constants(code):
            asked.ask(constant)
    else:
        for constant in re.findall(r"#\s*define (\w+) ", code):
            asked.ask(constant)


def struct_page(name, code, known, links):
    rows, end = [], 0
    for kind, member, array, comment in members(code):
        at, size = known[f"offsetof({name}, {member})"], known[f"sizeof((({name} *)0)->{member})"]
        if at > end:
            rows.append(f"| {end} | {at - end} | | | unused |")
        shown = f"[`{kind}`](#{links[kind]})" if kind in links else f"`{kind}`"
        rows.append(f"| {at} | {size} | `{member}{'[' + array + ']' if array else ''}` | {shown} | {code_names(comment)} |")
        end = at + size
    whole = known[f"sizeof({name})"]
    if whole > end:
        rows.append(f"| {end} | {whole - end} | | | unused |")
    return f"## {name}\n\n", f"{whole} bytes in all.\n\n| offset | size | field | type | |\n|---:|---:|---|---|---|\n" + "\n".join(rows)


def constant_rows(code, known):
    if code.startswith("enum"):
        return [f"| `{name}` | {shown(known[name])} | {code_names(comment)} |" for name, comment in constants(code)]
    found = re.match(r"#\s*define (\w+)\s.*?(?:/\*(.*?)\*/)?\s*$", code, re.S)
    if not found:
        return []  # a function that packs or unpacks a word: the word's comment says what it does
    comment = " ".join((found.group(2) or "").split())
    return [f"| `{found.group(1)}` | {shown(known[found.group(1)])} | {code_names(comment)} |"]


def shown(number):
    return str(number) if number < 65536 else f"{number:#x}"


def wanted(groups):
    """The structs that lie inside of others, wherever they are declared."""
    elsewhere = {struct_name(code): (group, code) for folder, name in ELSEWHERE for group in api.Header(name, folder).groups for code in group.codes
                 if struct_name(code)}
    found, queue = {}, [code for group in groups for code in group.codes if struct_name(code)]
    queue.append(elsewhere["SlotRWState"][1])
    found["SlotRWState"] = elsewhere["SlotRWState"]
    queue.append(elsewhere["struct dh_producer_metrics"][1])
    found["struct dh_producer_metrics"] = elsewhere["struct dh_producer_metrics"]
    while queue:
        for kind, _, _, _ in members(queue.pop(0)):
            if kind in elsewhere and kind not in found:
                found[kind] = elsewhere[kind]
                queue.append(elsewhere[kind][1])
    return found


def group_page(group, known, links):
    out = []
    structs = [code for code in group.codes if struct_name(code)]
    for code in structs:
        heading, table = struct_page(struct_name(code), code, known, links)
        out.append(heading + (prose(group.comment) + "\n\n" if group.comment else "") + table)
    rows = [row for code in group.codes if code.startswith(("enum", "#")) for row in constant_rows(code, known)]
    if rows:
        named = re.match(r"enum (\w+)", group.codes[0])
        out.append((f"## {named.group(0)}\n\n" if named else "") + (prose(group.comment) + "\n\n" if group.comment else "")
                   + "| name | value | |\n|---|---:|---|\n" + "\n".join(rows))
    return out


def loose_comments(header):
    """Comments that stand for themselves, by the line in which they begin."""
    lines, found = header.lines, []
    at = next(number for number, line in enumerate(lines) if line.startswith("#ifndef"))
    while at < len(lines):
        if lines[at].startswith("/*"):
            taken, end = api.take(lines, at, api.comment_ends)
            if end >= len(lines) or not lines[end].strip():
                found.append((at + 1, api.comment_text(taken)))
            at = end
        else:
            at += 1
    return found


def make(compiler):
    header = api.Header("format.h", "runtime/block")
    locks = api.Header("spinlock.h", "runtime/block")
    inside = wanted(header.groups)
    lock_words = [group for group in locks.groups if all(code.startswith("#") for code in group.codes)]
    groups = header.groups + [group for group, _ in inside.values()]
    links = {}
    for group in groups:
        for code in filter(struct_name, group.codes):
            links[struct_name(code)] = struct_name(code).lower().replace(" ", "-")
    asked = Asked(compiler)
    for group in groups + lock_words:
        for code in group.codes:
            questions(asked, code)
    known = asked.answers()
    what, opening = header.title()
    parts = [(group.line, text) for group in header.groups for text in group_page(group, known, links)]
    parts += [(line, prose(text)) for line, text in loose_comments(header)]
    out = [prose(opening)] + [text for _, text in sorted(parts, key=lambda part: part[0])]
    for group, code in inside.values():
        heading, table = struct_page(struct_name(code), code, known, links)
        out.append(heading + (prose(group.comment) + "\n\n" if group.comment else "") + table)
    out.append("## The word of a lock\n\n" + prose(locks.title()[1]))
    for group in lock_words:
        out += group_page(group, known, links)
    return OPENING + "\n\n".join(piece for piece in out if piece) + "\n"


def main(arguments):
    made = make(arguments[0] if arguments else "cc")
    path = os.path.join(api.TOP, PAGE)
    if os.environ.get("UPDATE") == "1":
        with open(path, "w", encoding="utf-8") as file:
            file.write(made)
        return 0
    if api.read(PAGE) == made:
        return 0
    sys.stdout.writelines(difflib.unified_diff(api.read(PAGE).splitlines(True), made.splitlines(True), PAGE, "runtime/block/format.h"))
    print(f"{PAGE} is not what the headers say: UPDATE=1 ctest --preset dev -R docs/format, and read what changed")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
