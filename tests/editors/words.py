#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""words.py TREE: are the words in docs/editors those of the compiler? Says which differ, and where."""
import json
import pathlib
import re
import sys

TREE = pathlib.Path(sys.argv[1])


def read(path):
    return (TREE / path).read_text(encoding="utf-8")


def table(path, begin, pattern):
    """The words of one table in a source file."""
    text = read(path)
    at = text.index(begin)
    found = re.findall(pattern, text[at:text.index("};", at)])
    assert found, f"{path} has no table '{begin}' any more"
    return set(found)


def compiler():
    keywords = table("idl/token.c", "struct title words[]", r'TOKEN_\w+, "(\w+)"')
    scalars = table("idl/type.c", "} scalars[]", r'\{ "(\w+)", \d')
    others = table("idl/type.c", "others[]", r'"(\w+)"')
    choices = table("idl/channel.c", '{ { "wait"', r'\{ "(\w+)", DHS_') | table("idl/channel.c", '{ { "none"', r'\{ "(\w+)", DHS_')
    types = scalars | others
    return {
        "attributes": set(re.findall(r'^    \{ "(\w+)",\s*ON_', read("idl/attribute.c"), re.M)),
        "types": types,
        "settings": table("idl/channel.c", "const known[]", r'"(\w+)"'),
        "choices": choices,
        "clocks": table("idl/attribute.c", "const clocks[]", r'"(\w+)"') | {"user"},
        "constants": set(re.findall(r'strcmp\(name, "(\w+)"\) == 0', read("idl/scope.c")[:4000])),
        "modifiers": table("idl/token.c", "struct title words[]", r'"(shared|spinlocks)"') | {"first"},
        "statements": keywords - types - {"slot", "zone", "shared", "spinlocks"},
    }


def textmate():
    """By the scopes that the words get: alternatives in a group are words."""
    grammar = json.loads(read("docs/editors/vscode/syntaxes/dhs.tmLanguage.json"))
    sets = {}

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        if not isinstance(node, dict):
            return
        for key, captures in (("match", "captures"), ("begin", "beginCaptures")):
            if key not in node:
                continue
            groups = re.findall(r"(?<!\\)\(((?:[a-z]\w*)(?:\|[a-z]\w*)*(?:\|x\(\?:[^)]*\)\+)?)(?<!\\)\)", node[key])
            words = [set(re.findall(r"[a-z]\w*", re.sub(r"\|x\(.*", "", g))) for g in groups]
            names = [node.get("name", "")] if not node.get(captures) else [c["name"] for c in node[captures].values()]
            names = [n for n in names if kind_of(n)]
            for name, group in zip(names, words):
                sets.setdefault(kind_of(name), set()).update(group)
        for value in node.values():
            walk(value)

    walk(grammar["patterns"])
    walk(grammar["repository"])
    if r"\b" in grammar["repository"]["service"]["match"] and "service" in grammar["repository"]["service"]["match"]:
        sets["statements"].add("service")
    return sets


KINDS = {
    "entity.other.attribute-name.dhs": "attributes", "support.type.builtin.dhs": "types", "keyword.other.setting.dhs": "settings",
    "constant.language.setting.dhs": "choices", "support.constant.clock.dhs": "clocks", "support.function.clock.dhs": "clocks",
    "constant.language.dhs": "constants", "storage.modifier.dhs": "modifiers", "keyword.other.first.dhs": "modifiers",
    "keyword.control.package.dhs": "statements", "keyword.control.as.dhs": "statements", "keyword.control.import.dhs": "statements",
    "storage.type.dhs": "statements", "keyword.other.version.dhs": "statements",
}


def kind_of(scope):
    return KINDS.get(scope)


def vim():
    text = read("docs/editors/nvim/syntax/dhs.vim")
    groups = {"dhsSetting": "settings", "dhsModifier": "modifiers", "dhsBuiltin": "types", "dhsConstant": "constants",
              "dhsChoice": "choices", "dhsClock": "clocks", "dhsStatement": "statements", "dhsStructure": "statements"}
    sets = {}
    for name, pattern in re.findall(r"^syntax match +(\w+) +(?:contained )?(/.*)$", text, re.M):
        alternatives = re.search(r"\\<\\%\(([a-z0-9\\|]+)\\\)", pattern)
        if name in groups and alternatives:
            sets.setdefault(groups[name], set()).update(alternatives[1].split(r"\|"))
            sets[groups[name]].update(re.findall(r"\\\|\\<(\w+)\\>", pattern))
    attributes = re.search(r"/@\\%\((.*?)\\\|x\\%", text)[1]
    sets["attributes"] = set(attributes.split(r"\|"))
    return sets


def emacs():
    text = read("docs/editors/emacs/dhs-mode.el")
    return {name: set(re.findall(r'"(\w+)"', words)) for name, words in
            re.findall(r"\(defconst dhs-(\w+)\s+'\(([^)]*)\)", text) if name != "font"}


def main():
    wanted, failed = compiler(), 0
    for editor, sets in (("the TextMate grammar", textmate()), ("nvim/syntax/dhs.vim", vim()), ("emacs/dhs-mode.el", emacs())):
        for kind, words in wanted.items():
            assert len(words) > 2 or kind == "modifiers", f"{kind}: {words}"
            got = sets.get(kind, set())
            for word in sorted(words - got):
                print(f"{editor} lacks '{word}', one of the compiler's {kind}")
            for word in sorted(got - words):
                print(f"{editor} has '{word}', which is none of the compiler's {kind}")
            failed += got != words
    print(f"{sum(len(w) for w in wanted.values())} words in three editors, {failed} lists differ")
    return 1 if failed else 0


sys.exit(main())
