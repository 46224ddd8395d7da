#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API reference, out of the comments in include/dh; and whether these say all that a caller must know.

    api.py --check LIBDH.SO          is each exported call documented: what it does, its arguments, errors, threads, blocking?
    api.py HEADER                    prints the page of one header

How a header is written, so that this can be read out of it (include/README.md says it for people): it opens with `name.h - what it is`, and
what it says there of threads and blocking holds for all its calls. A comment stands above its declarations, which end at a blank line or
at the next comment. `Returns` begins what comes back, with names of error.def without their DH_.
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADERS = "include/dh"
THREADS = re.compile(r"\b([Aa]ny threads?|[Oo]ne thread at a time)\b")
BLOCKS = re.compile(r"\b([Nn]ever (?:block|wait)s?|[Bb]locks|[Ww]aits|until (?:the )?deadline\w*|its deadline)\b")
FUNCTION = re.compile(r"^(?:DH_API|static inline)\b[^;{=]*?\b(\w+)\(", re.S)
TYPE = re.compile(r"^(?:typedef )?(?:struct|enum|union)\s+(\w+)")
POINTER_TYPE = re.compile(r"^typedef .*\(\*(\w+)\)")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def errors():
    """(name, number, what happened, what to do) of each row of error.def."""
    row = re.compile(r'^DH_ERROR\((\w+),\s*(-\d+),\s*"(.*?)",\s*"(.*?)"\)$', re.M)
    return [(name, int(number), what, help_) for name, number, what, help_ in row.findall(read(HEADERS + "/error.def"))]


class Group:
    """Declarations that share one comment."""

    def __init__(self, comment, line):
        self.comment = comment
        self.line = line
        self.codes = []

    def functions(self):
        return [found.group(1) for found in map(FUNCTION.match, self.codes) if found]

    def names(self):
        found = []
        for code in self.codes:
            for pattern in (FUNCTION, POINTER_TYPE, TYPE):
                match = pattern.match(code)
                if match:
                    found.append(match.group(1))
                    break
        return found


def comment_text(lines):
    """A block comment without its stars; what is indented in it stays so."""
    text = "\n".join(lines)
    text = re.sub(r"^\s*/\*+ ?", "", text)
    text = re.sub(r"\s*\*/\s*$", "", text)
    return "\n".join(re.sub(r"^\s*\* ?", "", line) for line in text.split("\n")).strip("\n")


def take(lines, at, ended):
    """Lines from `at` up to the first one for which `ended` holds, and where to go on."""
    end = at
    while end + 1 < len(lines) and not ended(lines, at, end):
        end += 1
    return lines[at:end + 1], end + 1


def comment_ends(lines, _, end):
    return "*/" in lines[end]


def macro_ends(lines, _, end):
    return not lines[end].endswith("\\")


def declaration_ends(lines, at, end):
    text = re.sub(r"/\*.*?\*/", "", "\n".join(lines[at:end + 1]), flags=re.S)
    if text.count("{") != text.count("}") or text.count("(") != text.count(")") or "/*" in text:
        return False
    last = text.rstrip()
    return last.endswith(";") or last.endswith("}") or re.match(r"DH_\w+\([^;]*\)$", last) is not None


class Header:
    """One header: what it says at its top, and its groups of declarations in order."""

    def __init__(self, name, folder=HEADERS):
        self.name = name
        self.folder = folder
        self.lines = read(f"{folder}/{name}").splitlines()
        opening, at = take(self.lines, 0, comment_ends)
        self.opening = re.sub(r"^SPDX-License-Identifier:.*\n*", "", comment_text(opening)).strip("\n")
        self.groups = []
        if name.endswith(".h"):
            self.scan(at)

    def title(self):
        """(name, what it is) as the opening says it."""
        first = re.match(rf"{re.escape(self.name)} - (.*?)(?:\n\n|\Z)", self.opening, re.S)
        if not first:
            raise ValueError(f"{self.folder}/{self.name} does not open with '{self.name} - what it is'")
        return first.group(1), self.opening[first.end():]

    def scan(self, at):
        comment, group = "", None
        while at < len(self.lines):
            line, start = self.lines[at], at
            if line.startswith("/*"):
                taken, at = take(self.lines, at, comment_ends)
                comment, group = comment_text(taken), None
            elif not line.strip():
                comment, group, at = "", None, at + 1
            elif re.match(r"#\s*define \w+[( ]", line) and not line.startswith("#define DH_STATIC_ASSERT"):
                taken, at = take(self.lines, at, macro_ends)
                group = self.add(group, comment, start, taken)
            elif line.startswith("#") or line.startswith('extern "C"') or line == "}":
                at += 1
            else:
                taken, at = take(self.lines, at, declaration_ends)
                if not taken[0].startswith(("DH_STATIC_ASSERT", "static_assert")):
                    group = self.add(group, comment, start, taken)

    def add(self, group, comment, line, taken):
        if group is None:
            group = Group(comment, line + 1)
            self.groups.append(group)
        group.codes.append("\n".join(taken))
        return group


def headers():
    """The C headers in the order of the tour, then the others."""
    names = sorted(name for name in os.listdir(os.path.join(TOP, HEADERS)) if name.endswith((".h", ".hpp")))
    tour = ["dh.h"] + re.findall(r"\b(\w+\.h)\b(?=  )", read(HEADERS + "/dh.h"))
    return sorted(names, key=lambda name: (name.endswith(".hpp"), tour.index(name) if name in tour else len(tour), name))


# What must be said

def flat(text):
    return " ".join(text.split())


def parameters(code):
    """(type, name) of each parameter of a prototype."""
    inside = code[code.index("(") + 1:code.rindex(")")] if code.startswith("DH_API") else code[code.index("(") + 1:code.index(")")]
    found = []
    for part in flat(inside).split(","):
        match = re.match(r"(.*?)(\w+)(?:\[\w+\])?$", part.strip())
        if match and part.strip() != "void":
            found.append((match.group(1).strip(), match.group(2)))
    return found


def speaks_for_itself(kind, name):
    """A handle, a deadline (time.h), or where the particulars of a failure go (error.h)."""
    handle = re.match(r"(?:const )?(?:struct )?dh_(\w+) \*+$", kind)
    return (handle is not None and name in (handle.group(1), handle.group(1).split("_")[-1], "rw")) or name in ("deadline_ns", "why")


def missing(header, group, code):
    """What the comment of a call leaves out."""
    told, common = flat(group.comment), flat(header.opening)
    if not told:
        yield "says nothing: a first sentence that would do alone"
        return
    for kind, name in parameters(code):
        plain = name[2:] if name.startswith("n_") else name
        if not speaks_for_itself(kind, name) and not re.search(rf"\b({name}|{plain})\b", told + common):
            yield f"does not speak of its argument '{name}': what it is, its unit, its range"
    known = {row[0] for row in errors()}
    if re.search(r"\bdh_err \w+\(", code):
        if not re.search(r"\bReturns?\b", told):
            yield "does not say what it returns: 'Returns EINVAL (when), …', or what the call it stands for returns"
        for name in re.findall(r"\b(E[A-Z]{3,})\b", told):
            if name not in known:
                yield f"speaks of {name}, which is not in error.def"
    if not THREADS.search(told + " " + common):
        yield "does not say which threads may call it: 'Any thread', 'One thread at a time for …'; the header's opening may say it for all"
    if not BLOCKS.search(told + " " + common):
        yield "does not say whether it blocks: 'Never blocks', 'Waits until …', 'Blocks for …'; the header's opening may say it for all"


def exported(library):
    listed = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in listed.splitlines() if re.search(r" [TW] dh_", line)}


def check(library):
    passed = failed = 0
    declared = set()
    for name in headers():
        header = Header(name)
        header.title()
        for group in header.groups:
            for code in group.codes:
                call = FUNCTION.match(code)
                if not call or (name in ("atomic.h", "print.h")):
                    continue
                declared.add(call.group(1))
                wrong = list(missing(header, group, code))
                passed, failed = passed + (not wrong), failed + bool(wrong)
                for text in wrong:
                    print(f"FAILED: {HEADERS}/{name}:{group.line}: {call.group(1)}() {text}")
    for symbol in sorted(exported(library) - declared):
        print(f"FAILED: {symbol}() is exported by {os.path.basename(library)} and declared in no header of {HEADERS}")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed == 0 and passed > 0


# Pages

def defined_in(call):
    """The file of runtime/ that holds it."""
    listed = subprocess.run(["git", "grep", "-lE", rf"^[a-z].*\b{call}\(", "--", "runtime/*.c"], cwd=TOP, capture_output=True, text=True,
                            check=False).stdout.split()
    return listed[0] if listed else None


class Words:
    """Turns the prose of comments into markdown: names become links to where they are explained."""

    def __init__(self):
        self.where = {}
        self.errors = {row[0] for row in errors()}
        for name in headers():
            for group in Header(name).groups:
                for known in group.names():
                    self.where.setdefault(known, f"{name}.md#{known}")

    def word(self, match):
        text = match.group(0)
        bare = text.rstrip("()")
        if bare in self.errors or (bare.startswith("DH_") and bare[3:] in self.errors):
            return f"[`{text}`](../errors.md#{bare.removeprefix('DH_').lower()})"
        if bare in self.where:
            return f"[`{text}`]({self.where[bare]})"
        return f"`{text}`"

    def prose(self, text):
        pieces = re.split(r"(`[^`]*`)", text)
        for at in range(0, len(pieces), 2):
            plain = pieces[at].replace("\\", "\\\\").replace("<", "&lt;")
            pieces[at] = re.sub(r"(?<![\w*])\*+\w+|\b[a-z]\w*(?:->|_)\w+(?:\(\))?|\b_\w+|\bdh_\w+(?:\(\))?|\bDH_\w+|\bE[A-Z]{3,}\b"
                                r"|(?:(?<=^)|(?<=\. ))[a-z]\w*(?=: )", self.word, plain).replace("* ", "&#42; ")
        return "".join(pieces)

    def markdown(self, text):
        """Paragraphs; what is indented is a drawing or code, and stays as it is."""
        out = []
        for block in re.split(r"\n\s*\n", text):
            lines = block.split("\n")
            if any(line.startswith("    ") for line in lines):
                out.append("```text\n" + "\n".join(lines) + "\n```")
            elif lines[0]:
                out.append(self.prose(" ".join(line.strip() for line in lines)))
        return "\n\n".join(out)


def signature(code):
    """As a caller needs it: without what is for the linker and the compiler."""
    if not FUNCTION.match(code):
        return code
    if code.startswith("static inline"):
        code = code[:code.index("{")].rstrip() + ";"
    bare = flat(re.sub(r"^(?:DH_API |static inline )", "", code).replace("DH_MUST_USE ", ""))
    if len(bare) <= 92:
        return bare
    head, inside = bare.split("(", 1)
    return head + "(\n        " + ",\n        ".join(part.strip() for part in inside.split(","))


def facts(header, group, call, words):
    """Threads, blocking and source, as far as the comment itself does not say it already."""
    rows = []
    said = [block for block in re.split(r"\n\s*\n", header.title()[1]) if not re.search(r"^    ", block, re.M)]
    common = re.split(r"(?<=[.;:]) ", flat(" ".join(said)))
    for pattern in (THREADS, BLOCKS):
        if not pattern.search(flat(group.comment)):
            found = [text.rstrip(".;:") for text in common if pattern.search(text)][:1]
            rows += [words.prose(re.sub("^A call that says nothing of waiting n", "N", text)) for text in found]
    source = defined_in(call)
    if source:
        rows.append(f"Source: [`{source}`](../../source/{source}.md)")
    return rows


def group_page(header, group, words):
    out, names, calls = [], group.names(), group.functions()
    if names:
        out.append("### " + ", ".join(f"`{name}`" for name in dict.fromkeys(names)) + f" {{ #{names[0]} }}")
        out += [f'<span id="{name}"></span>' for name in dict.fromkeys(names[1:]) if name != names[0]]
    out.append("```c\n" + "\n".join(signature(code) for code in group.codes) + "\n```")
    if group.comment:
        told, returns = group.comment, ""
        if calls:
            parts = re.split(r"(?=\bReturns? )", group.comment, maxsplit=1)
            told, returns = parts[0], parts[1] if len(parts) > 1 else ""
        out.append(words.markdown(told.strip()))
        if returns:
            out.append("**" + returns.split()[0] + "** " + words.prose(flat(returns)[len(returns.split()[0]):].strip()))
    if calls:
        out.append("<small>" + " · ".join(facts(header, group, calls[0], words)) + "</small>")
    return out


def page(name, words):
    header = Header(name)
    what, opening = header.title()
    out = [f"# {name}", words.prose(flat(what))[:1].upper() + words.prose(flat(what))[1:], f"`#include <dh/{name}>`", words.markdown(opening)]
    if name.endswith(".hpp"):
        body = "\n".join(header.lines)
        out += ["## The header", "```cpp\n" + body[body.index("*/") + 2:].strip() + "\n```"]
    parts = [("Calls", [g for g in header.groups if g.functions()]), ("Types and constants", [g for g in header.groups if not g.functions()])]
    for title, groups in parts:
        if groups:
            out.append(f"## {title}")
            for group in groups:
                out += group_page(header, group, words)
    return "\n\n".join(piece for piece in out if piece) + "\n"


def errors_page(words):
    out = ["# Errors", "Each call that can fail in several ways returns one of these, or `DH_OK`, which is 0. `dh_error_text()` and `dh_error_help()` give "
           "the sentences below, `struct dh_why` the particulars. How calls fail: [error.h](api/error.h.md)."]
    for name, number, what, help_ in errors():
        said = sorted({(header, group.names()[0]) for header in headers() if header.endswith(".h") for group in Header(header).groups
                       if group.functions() and re.search(rf"\b{name}\b", group.comment)})
        out.append(f"## DH_{name} {{ #{name.lower()} }}")
        out.append(f"**{number}** · {what}.")
        out.append(f"What to do: {help_}.")
        if said:
            out.append("From: " + ", ".join(f"[`{call}`](api/{words.where[call]})" for _, call in said) + ".")
    return "\n\n".join(out) + "\n"


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--check":
        return 0 if check(arguments[1]) else 1
    if len(arguments) == 1 and arguments[0] in headers():
        sys.stdout.write(page(arguments[0], Words()))
        return 0
    print(__doc__, file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
