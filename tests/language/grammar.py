#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The grammar of docs/reference/language.md and that of the implementation accept the same texts.

    grammar.py DHGEN TOP [N [SEED]]

The page's grammar is read from the page, and its tokens from a scanner that was written by the page alone. It must accept every schema of
the tree that has no syntax error. Then N texts (default 400) that are derived from it by chance must parse, and N that
are spoilt in one token must be refused by both or by neither.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"""
    (?P<space>[ \t\n\f\v]+ | \r\n | //[^\n]* | /\*.*?\*/)
  | (?P<TEXT>"(?:[^"\\\n\r]|\\.)*")
  | (?P<CHARACTER>'(?:[^'\\\n\r]|\\x[0-9a-fA-F]{2}|\\.)')
  | (?P<REAL>[0-9]+(?:_[0-9]+)*\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+)? | [0-9]+(?:_[0-9]+)*[eE][+-]?[0-9]+)
  | (?P<INTEGER>0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)* | 0b[01]+(?:_[01]+)* | 0o[0-7]+(?:_[0-7]+)* | [0-9]+(?:_[0-9]+)*)
  | (?P<NAME>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark><<|[][{}()<>;:,.@=?+\-*/%&|~])
""", re.X | re.S)
# Syntax, except where the page says that something well-formed means nothing: DH0204 nesting, DH0207 service.
SYNTAX = re.compile(r"DH01..|DH02..")
NOT_SYNTAX = {"DH0204", "DH0207"}
SETTING = "DH0331"  # the page has the four settings in its grammar
DEEP = 24  # rules, in texts by chance
TYPE_WORDS = ("list", "string", "bytes", "atomic")


def tokens(text):
    """(kind, text, touches the next one), or None where no token begins."""
    found, at = [], 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        token = TOKEN.match(text, at)
        if not token or (token.lastgroup in ("INTEGER", "REAL") and re.match(r"[A-Za-z0-9_.]", text[token.end():token.end() + 1])):
            return None
        at = token.end()
        if token.lastgroup != "space":
            kind = "mark" if token.group() == "_" else token.lastgroup
            found.append((kind, token.group(), text[at:at + 1] == ">"))
    return found


class Grammar:
    """Rules as trees: ("seq", …), ("or", …), ("opt", x), ("many", x), ("rule", name), ("token", KIND), ("word", text)."""

    def __init__(self, page):
        source = re.search(r"```ebnf\n(.*?)```", page, re.S).group(1)
        self.words = re.findall(r'"[^"]+"|\w+|[][{}()|=;]', source)
        self.rules = {}
        while self.words:
            name = self.words.pop(0)
            self.take("=")
            self.rules[name] = self.alternatives()
            self.take(";")

    def take(self, word):
        assert self.words.pop(0) == word, f"'{word}' is expected in the page's grammar, before {self.words[:5]}"

    def alternatives(self):
        all_of = [self.sequence()]
        while self.words[0] == "|":
            self.words.pop(0)
            all_of.append(self.sequence())
        return ("or", *all_of) if len(all_of) > 1 else all_of[0]

    def sequence(self):
        parts = []
        while self.words[0] not in ("|", ")", "]", "}", ";"):
            parts.append(self.part())
        return ("seq", *parts)

    def part(self):
        word = self.words.pop(0)
        for opening, closing, kind in (("[", "]", "opt"), ("{", "}", "many"), ("(", ")", "seq")):
            if word == opening:
                inside = self.alternatives()
                self.take(closing)
                return (kind, inside)
        if word[0] == '"':
            return ("word", word[1:-1])
        return ("token" if word.isupper() else "rule", word)


class Recogniser:
    """Where each part of the grammar can end, from each place: all ways at once."""

    def __init__(self, grammar, found):
        self.rules = grammar.rules
        self.found = found
        self.known = {}

    def accepts(self):
        return len(self.found) in self.ends(("rule", "file"), 0)

    def ends(self, node, at):
        key = (id(node) if node[0] != "rule" else node[1], at)
        if key not in self.known:
            self.known[key] = frozenset(getattr(self, node[0] + "_ends")(node, at))
        return self.known[key]

    def word_ends(self, node, at):
        kind, text, touches = self.found[at] if at < len(self.found) else ("", "", False)
        if node[1] == ">>":
            return [at + 2] if text == ">" and touches and self.found[at + 1:at + 2] and self.found[at + 1][1] == ">" else []
        return [at + 1] if text == node[1] and kind in ("NAME", "mark") else []

    def token_ends(self, node, at):
        return [at + 1] if at < len(self.found) and self.found[at][0] == node[1] and not self.is_first(at) else []

    def is_first(self, at):
        """`first` directly behind `@NAME(`, without a `)` behind it"""
        around = [text for _, text, _ in self.found[max(0, at - 3):at + 2]]
        return len(around) == 5 and around[0] == "@" and around[2:4] == ["(", "first"] and around[4] != ")"

    def rule_ends(self, node, at):
        if node[1] == "basic" and at < len(self.found) and self.found[at][1] in TYPE_WORDS:
            return set().union(*(self.ends(way, at) for way in self.rules["basic"][1:] if way[1][0] == "word"))
        return self.ends(self.rules[node[1]], at)

    def seq_ends(self, node, at):
        places = {at}
        for part in node[1:]:
            places = set().union(*(self.ends(part, place) for place in places))
        return places

    def or_ends(self, node, at):
        return set().union(*(self.ends(way, at) for way in node[1:]))

    def opt_ends(self, node, at):
        return self.ends(node[1], at) | {at}

    def many_ends(self, node, at):
        places, new = {at}, {at}
        while new:
            new = set().union(*(self.ends(node[1], place) for place in new)) - places
            places |= new
        return places


class Poet:
    """Texts that the grammar allows, by chance."""

    def __init__(self, grammar, chance):
        self.rules = grammar.rules
        self.chance = chance
        self.keywords = [word for word in re.findall(r"'word', '(\w+)'", repr(grammar.rules)) if word not in ("first", "_")]
        self.out = []

    def text(self):
        self.out = []
        self.rule(("rule", "file"), 0)
        return " ".join(self.out)

    def write(self, node, depth):
        getattr(self, node[0])(node, depth)

    def seq(self, node, depth):
        for part in node[1:]:
            self.write(part, depth)

    def opt(self, node, depth):
        if depth < DEEP and self.chance.random() < 0.3:
            self.write(node[1], depth)

    def many(self, node, depth):
        while depth < DEEP and self.chance.random() < (0.7 if depth < 4 else 0.15):
            self.write(node[1], depth)

    def rule(self, node, depth):
        self.write(self.rules[node[1]], depth + 1)

    def word(self, node, _):
        self.out.append(node[1])

    def token(self, node, _):
        self.out.append({"NAME": self.name, "INTEGER": lambda: self.chance.choice(["0", "7", "0x1f", "1_000"]),
                         "REAL": lambda: self.chance.choice(["1.5", "2e-3"]), "TEXT": lambda: '"a\\n"',
                         "CHARACTER": lambda: "'c'"}[node[1]]())

    def name(self):
        name = self.chance.choice(self.keywords + ["first", "u8", "f32", "none"] + list("abcdefgh") * 3)
        no_name = name in TYPE_WORDS and self.out[-1] in (":", "=", "<") or name == "first" and self.out[-1] == "("
        return "a" if no_name else name

    def bounded(self, node, depth):
        """When it gets deep, the shortest way out."""
        return min(node[1:], key=self.height) if depth >= DEEP else self.chance.choice(node[1:])

    def height(self, node, seen=()):
        """How many rules deep the shortest text of a part is."""
        if node[0] == "rule":
            return 1000 if node[1] in seen else 1 + self.height(self.rules[node[1]], seen + (node[1],))
        if node[0] in ("seq", "or"):
            return (max if node[0] == "seq" else min)((self.height(part, seen) for part in node[1:]), default=0)
        return 0


setattr(Poet, "or", lambda self, node, depth: self.write(self.bounded(node, depth), depth))


def syntax_errors(dhgen, folder, names):
    """By file: the codes of its syntax errors."""
    codes = {name: set() for name in names}
    for at in range(0, len(names), 20):
        run = subprocess.run([dhgen, "check", "--diagnostics", "json", *names[at:at + 20]], cwd=folder, capture_output=True, check=False)
        if run.returncode not in (0, 1):
            raise SystemExit(f"dhgen ended with {run.returncode}: {run.stderr.decode()}")
        for report in objects(run.stdout.decode() + run.stderr.decode()):
            if report["not_listed"]:
                raise SystemExit("not all diagnostics are listed: fewer files a run")
            for said in report["diagnostics"]:
                if (SYNTAX.match(said["code"]) and said["code"] not in NOT_SYNTAX) or said["code"] == SETTING:
                    codes[os.path.basename(said["file"])].add(said["code"])
    return codes


def objects(text):
    """One JSON object after the other."""
    at = text.find("{")
    while at >= 0:
        found, length = json.JSONDecoder().raw_decode(text[at:])
        yield found
        at = text.find("{", at + length)


def spoil(text, chance):
    """One token less, twice, or two in the other order."""
    words = text.split(" ")
    at = chance.randrange(len(words) - 1)
    way = chance.randrange(3)
    if way == 0:
        del words[at]
    elif way == 1:
        words.insert(at, words[at])
    else:
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def schemas_of(top):
    """All of the tree that are not wrong on purpose."""
    for folder, _, names in sorted(os.walk(top)):
        parts = os.path.relpath(folder, top).split(os.sep)
        if parts[0] in ("build", ".git") or "diagnostics" in parts or "mistakes" in parts or "fixes" in parts:
            continue
        for name in sorted(names):
            if name.endswith(".dhs"):
                yield os.path.join(folder, name)


def check_tree(grammar, dhgen, top):
    failed = n = 0
    for path in schemas_of(top):
        with open(path, encoding="utf-8") as file:
            found = tokens(file.read())
        accepted = found is not None and Recogniser(grammar, found).accepts()
        n += 1
        if not accepted and not syntax_errors(dhgen, os.path.dirname(path), [os.path.basename(path)])[os.path.basename(path)]:
            print(f"the page's grammar does not accept {path}", file=sys.stderr)
            failed += 1
    if n < 20:
        print(f"only {n} schemas were found in {top}", file=sys.stderr)
        failed += 1
    return failed, n


def check_texts(grammar, dhgen, texts):
    failed = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{number}.dhs" for number in range(len(texts))]
        for name, text in zip(names, texts):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text + "\n")
        codes = syntax_errors(dhgen, folder, names)
        for name, text in zip(names, texts):
            found = tokens(text)
            accepted = found is not None and Recogniser(grammar, found).accepts()
            refused += not accepted
            if accepted == bool(codes[name]):
                verdict = "accepts" if accepted else "refuses"
                print(f"the page {verdict} this, dhgen says {sorted(codes[name])}:\n    {text}", file=sys.stderr)
                failed += 1
    return failed, refused


def main(dhgen, top, n=400, seed=1):
    with open(os.path.join(top, "docs/reference/language.md"), encoding="utf-8") as file:
        grammar = Grammar(file.read())
    dhgen, chance = os.path.abspath(dhgen), random.Random(seed)
    poet = Poet(grammar, chance)
    derived = [poet.text() for _ in range(n)]
    spoilt = [spoil(chance.choice(derived), chance) for _ in range(n)]
    failed, n_files = check_tree(grammar, dhgen, top)
    failed_derived, refused = check_texts(grammar, dhgen, derived)
    failed_spoilt, refused_spoilt = check_texts(grammar, dhgen, spoilt)
    failed += failed_derived + failed_spoilt + refused
    print(f"{n_files} schemas, {n} derived texts, {n} spoilt ones ({refused_spoilt} refused): {failed} disagreements")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], *map(int, sys.argv[3:])))
