#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures of docs/explain/how-it-works.md and handover.md: `draw.py` writes NAME.svg for each beside itself, `draw.py --check` says which differ.
One set of colours for light, one for dark; a picture has a ground of its own, so it is readable on any page. Look at what you drew."""
import os
import sys
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
STYLE = """
  <style>
    .ground {{ fill: #fbfbfd }} .ink {{ fill: #1d2433 }} .faint {{ fill: #5a6477 }} .line {{ stroke: #3b4660; fill: none; stroke-width: 1.5 }}
    .head {{ fill: #3b4660 }} .producer {{ fill: #e3f2e1; stroke: #3f7d3a }} .consumer {{ fill: #e2ecfb; stroke: #3a63a8 }}
    .shared {{ fill: #fff4d6; stroke: #a07d1c }} .kernel {{ fill: #ececf1; stroke: #6b7080 }} .dead {{ fill: #fbe1de; stroke: #b03a2e }}
    .empty {{ fill: #ffffff; stroke: #b9bfcc }} .dash {{ stroke-dasharray: 5 4 }} .rule {{ stroke: #d5d9e2; stroke-width: 1 }}
    .on {{ fill: #ffffff }} .bold {{ font-weight: bold }} .small {{ font-size: 12px }} .mono {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 12.5px }}
    @media (prefers-color-scheme: dark) {{
      .ground {{ fill: #20232e }} .ink {{ fill: #e6e9f2 }} .faint {{ fill: #a7aec0 }} .line {{ stroke: #aab4cc }} .head {{ fill: #aab4cc }}
      .producer {{ fill: #24392a; stroke: #7cc274 }} .consumer {{ fill: #22324f; stroke: #7fa8ee }} .shared {{ fill: #3d351d; stroke: #d8b453 }}
      .kernel {{ fill: #32353f; stroke: #9aa0b0 }} .dead {{ fill: #482725; stroke: #ee8478 }} .empty {{ fill: #272b38; stroke: #555d70 }} .rule {{ stroke: #3d4354 }} .on {{ fill: #20232e }}
    }}
  </style>
"""


class Picture:
    """Boxes, words and arrows on a ground of width x height."""

    def __init__(self, width, height, label):
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
                      f'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="13.5" role="img" aria-label="{escape(label)}">',
                      "  <!-- SPDX-License-Identifier: Apache-2.0; made by draw.py -->" + STYLE.format(),
                      f'  <rect class="ground" width="{width}" height="{height}" rx="8"/>']

    def box(self, x, y, width, height, kind, *lines, dash=False):
        """A box; each line is text, or (classes, text)."""
        self.parts.append(f'  <rect class="{kind}{" dash" if dash else ""}" x="{x}" y="{y}" width="{width}" height="{height}" rx="5" stroke-width="1.4"/>')
        step = 17
        top = y + height / 2 - (len(lines) - 1) * step / 2 + 4.5
        for number, line in enumerate(lines):
            classes, text = line if isinstance(line, tuple) else ("ink", line)
            self.text(x + width / 2, top + number * step, text, classes, "middle")

    def text(self, x, y, text, classes="ink", anchor="start"):
        self.parts.append(f'  <text x="{x:g}" y="{y:g}" class="{classes}" text-anchor="{anchor}">{escape(text)}</text>')

    def words(self, x, y, *lines, classes="ink", step=18, anchor="start"):
        for number, line in enumerate(lines):
            self.text(x, y + number * step, line, classes, anchor)

    def line(self, *points, dash=False, kind="line"):
        path = " ".join(f"{'M' if number == 0 else 'L'}{x:g} {y:g}" for number, (x, y) in enumerate(points))
        self.parts.append(f'  <path class="{kind}{" dash" if dash else ""}" d="{path}"/>')

    def arrow(self, *points, dash=False):
        (x0, y0), (x1, y1) = points[-2], points[-1]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        bx, by = x1 - 9 * ux, y1 - 9 * uy
        self.line(*points[:-1], (bx, by), dash=dash)
        self.parts.append(f'  <path class="head" d="M{x1:g} {y1:g} L{bx - 4.5 * uy:g} {by + 4.5 * ux:g} L{bx + 4.5 * uy:g} {by - 4.5 * ux:g} z"/>')

    def number(self, x, y, text):
        self.parts.append(f'  <circle class="head" cx="{x:g}" cy="{y:g}" r="10"/>')
        self.parts.append(f'  <text x="{x:g}" y="{y + 4.5:g}" text-anchor="middle" class="on small bold">{text}</text>')

    def svg(self):
        return "\n".join(self.parts + ["</svg>"]) + "\n"


def block():
    """What a block is made of, and who may write what."""
    p = Picture(880, 432, "A data block has four segments. The producer writes data; consumers only read it. Each consumer writes its own record in claims.")
    columns = ((590, "producer"), (690, "consumer"), (790, "observer"))
    p.text(24, 40, "one data block: four pieces of memory without a name", "ink bold")
    for x, name in columns:
        p.text(x + 35, 40, name, "ink bold", "middle")
    rows = (
        (60, 120, "data", "what is said: messages, and what they mean", ("writes", "reads", "reads")),
        (196, 66, "claims", "who reads where", ("reads", "writes own", "admin reads")),
        (278, 66, "zones", "shared structs, with locks", ("writes", "writes", "admin reads")),
        (360, 54, "lease", "no data: locks that the kernel frees at a death", ("locks byte 0", "locks its byte", "looks")),
    )
    for y, height, name, what, rights in rows:
        p.box(24, y, 540, height, "shared")
        p.text(36, y + 21, name, "ink bold")
        p.text(94, y + 21, what, "faint small")
        for (x, _), right in zip(columns, rights):
            kind = "producer" if right in ("writes", "locks byte 0") and x == 590 else "consumer" if right in ("writes own", "writes", "locks its byte") else "empty"
            p.box(x - 8, y + height / 2 - 17, 88, 34, kind, ("ink small", right))
    strip = ((36, 64, "header"), (104, 92, "schema text"), (200, 70, "metrics"), (274, 132, "slot words 0 1 2 …"), (410, 142, "payloads 0 1 2 …"))
    for x, width, name in strip:
        p.box(x, 96, width, 36, "empty", ("ink small", name))
    p.words(36, 152, "sealed by the kernel: nobody but the producer can make it writable,", "and nobody can make it smaller", classes="faint small", step=17)
    for number in range(5):
        p.box(36 + number * 104, 228, 96, 26, "empty", ("ink small", ("hint", "consumer 0", "consumer 1", "consumer 2", "…")[number]))
    for number in range(3):
        p.box(36 + number * 174, 310, 166, 26, "empty", ("ink small", ("locks │ struct", "locks │ struct", "…")[number]))
    p.words(36, 402, "held by the open file, not by a number: no pid can be mistaken", classes="faint small")
    return p


def message():
    """A commit and an acquire, step by step."""
    p = Picture(880, 430, "The producer loans a slot, fills it, and commits by one store; the consumer sees that store, reads in place, and moves its claim by one store.")
    p.box(24, 24, 190, 36, "producer", ("ink bold", "producer"))
    p.box(345, 24, 190, 36, "shared", ("ink bold", "slot 5 of the ring"))
    p.box(666, 24, 190, 36, "consumer", ("ink bold", "consumer"))
    p.line((36, 60), (36, 390), kind="rule")
    p.line((592, 84), (592, 390), kind="rule")
    steps = (
        (88, "1", "loan", "is there room? its own cached answer", None, ("empty", "FREE, or an earlier turn")),
        (146, "2", "fill in place", "plain stores; nobody looks yet", (214, 345), ("dead", "5 · WRITING")),
        (204, "3", "commit", "one store, with release", (214, 345), ("producer", "5 · COMMITTED")),
    )
    for y, number, what, how, arrow, (kind, state) in steps:
        p.number(36, y + 14, number)
        p.text(54, y + 12, what, "ink bold")
        p.text(54, y + 29, how, "faint small")
        p.box(345, y - 4, 190, 36, kind, ("ink mono", state))
        if arrow:
            p.arrow((290, y + 14), (343, y + 14))
    readers = (
        (232, "4", "acquire", "one load, with acquire", 218),
        (290, "5", "read in place", "mapped read-only, no copy", 308),
        (348, "6", "release", "one store: claim = 6", 366),
    )
    for y, number, what, how, _ in readers:
        p.number(592, y + 14, number)
        p.text(610, y + 12, what, "ink bold")
        p.text(610, y + 29, how, "faint small")
    p.arrow((537, 222), (580, 240))
    p.box(345, 290, 190, 36, "producer", ("ink mono", "payload 5"))
    p.arrow((537, 308), (580, 306))
    p.box(345, 348, 190, 36, "consumer", ("ink mono", "claim of consumer 1: 6"))
    p.arrow((580, 364), (537, 366))
    p.arrow((343, 366), (228, 366))
    p.words(54, 354, "seen when the ring is used up:", "the slowest claim is how far", "the producer may go", classes="faint small", step=17)
    p.text(440, 416, "no system call, no lock, no copy; a sleeper is woken by a futex, only if somebody sleeps", "faint small", "middle")
    return p


def ring(p, x, y, cells, marks):
    """Eight cells side by side, and arrows that point at some: (cell, text, above?)."""
    for number, (kind, text) in enumerate(cells):
        p.box(x + number * 46, y, 42, 36, kind, ("ink mono", text))
    for cell, text, above, kind in marks:
        at = x + cell * 46 + 21
        if above:
            p.arrow((at, y - 26), (at, y - 3))
            p.text(at, y - 32, text, kind, "middle")
        else:
            p.arrow((at, y + 62), (at, y + 39))
            p.text(at, y + 77, text, kind, "middle")


def policies():
    """full: wait beside full: overwrite."""
    p = Picture(880, 330, "On a wait channel the producer stops where the slowest consumer is. On an overwrite channel it goes on, and a slow consumer is told how many it lost.")
    p.line((440, 24), (440, 306), kind="rule")
    p.text(32, 42, "full: wait", "ink bold mono")
    p.text(130, 42, "lossless: every consumer gets every message", "faint small")
    cells = [("producer", str(n)) for n in (16, 17, 18, 11, 12, 13, 14, 15)]
    ring(p, 32, 108, cells, ((3, "producer wants 19", True, "ink small"), (3, "slow: still at 11", False, "ink small"), (7, "quick: at 15", False, "ink small")))
    p.words(32, 226, "The ring is full: slot 11 was not read by all.", "The producer waits until its deadline and is told DH_EFULL.",
            "If the slow one is dead, its claim is given back at once;", "if it stands still and you said stall_limit_ns, it is put out.", classes="ink small", step=20)
    p.text(472, 42, "full: overwrite", "ink bold mono")
    p.text(612, 42, "newest wins: the producer never waits", "faint small")
    cells = [("producer", str(n)) for n in (16, 17, 18)] + [("dead", "19")] + [("producer", str(n)) for n in (12, 13, 14, 15)]
    ring(p, 472, 108, cells, ((3, "producer fills 19", True, "ink small"), (4, "slow: wants 11", False, "ink small"), (7, "quick: holds 15", False, "ink small")))
    p.words(472, 226, "11 is gone. The slow consumer gets 12 and is told: lost 1.", "What a consumer holds is never filled again under it:",
            "there is a spare buffer for each of them.", "slots: 1 is the latest value, slots: 2 the double buffer.", classes="ink small", step=20)
    return p


def joining():
    """From a name to the first message."""
    p = Picture(880, 482, "A consumer asks for a channel by name, gets descriptors, checks everything, proves its schema, locks its lease byte and joins at the head.")
    lanes = ((150, "consumer", "consumer"), (440, "dhbroker, or the producer itself", "kernel"), (730, "data block", "shared"))
    for x, name, kind in lanes:
        p.box(x - 126, 22, 252, 36, kind, ("ink bold", name))
        p.line((x, 58), (x, 464), kind="rule")

    def note(y, number, x, *lines):
        p.number(x - 14, y - 5, number)
        p.parts.append(f'  <rect class="ground" x="{x + 1}" y="{y - 14}" width="{max(map(len, lines)) * 6.7:.0f}" height="38"/>')
        p.words(x + 4, y, *lines, classes="ink small", step=17)

    p.arrow((150, 96), (438, 96))
    p.text(295, 88, "which block is lab.tank?", "ink small", "middle")
    note(128, "1", 455, "who asks? the kernel tells the user;", "a secret, if there is one, is proven")
    p.arrow((438, 172), (152, 172))
    p.text(295, 164, "descriptors of the four pieces", "ink small", "middle")
    p.arrow((150, 214), (728, 214))
    p.text(295, 206, "map: data read-only", "ink small", "middle")
    note(248, "2", 170, "size and seals right? header, offsets and counts are", "what this library would have written? else refused")
    note(304, "3", 170, "schema hash equal, or the older one's bytes are a proven", "beginning of the newer one's? else refused, with the field")
    p.arrow((150, 364), (728, 364))
    p.text(295, 356, "lock my byte of the lease", "ink small", "middle")
    p.arrow((150, 402), (728, 402))
    p.text(295, 394, "claim = head, then look again at head", "ink small", "middle")
    note(436, "4", 170, "joined: the next message is the first. From here on neither", "broker nor anyone else is on the way of the data.")
    return p


def death():
    """What happens at a SIGKILL."""
    p = Picture(880, 440, "A killed consumer's lease byte is freed by the kernel; who waits for it gives back what it held. A killed producer's consumers drain the ring and are told.")
    p.text(24, 40, "a consumer is killed", "ink bold")
    p.text(24, 250, "the producer is killed", "ink bold")
    p.line((24, 218), (856, 218), kind="rule")

    def chain(y, boxes):
        x = 24
        for number, (width, kind, *lines) in enumerate(boxes):
            p.box(x, y, width, 66, kind, *[("ink small", line) for line in lines])
            if number + 1 < len(boxes):
                p.arrow((x + width + 2, y + 33), (x + width + 26, y + 33))
            x += width + 28
    chain(62, ((142, "dead", "SIGKILL", "anywhere, also in", "the middle of a call"), (140, "kernel", "the kernel frees", "its lease byte, and", "that is the proof"),
               (170, "producer", "producer, in its way:", "locks that byte,", "nobody else can now"), (150, "producer", "undoes the dead one's", "own words: hold,", "then claim = free"),
               (118, "consumer", "all others", "go on")))
    p.words(24, 158, "Each word has one owner, so what a dead process held is known exactly. A reaper killed midway is reaped the same way.",
            "No heartbeat decides anything: a stopped process (SIGSTOP, a debugger) is not dead and loses nothing by it.", classes="faint small", step=19)
    chain(272, ((142, "dead", "SIGKILL", "a slot may be", "half filled"), (140, "kernel", "the kernel marks", "the alarm and wakes", "who sleeps there"),
                (170, "consumer", "consumers look:", "lease byte 0 is free,", "so the producer is gone"), (150, "consumer", "drain: all that was", "committed is", "delivered"),
                (118, "consumer", "then DH_EDEAD;", "open again when", "one is back")))
    p.words(24, 368, "The half-filled slot was never committed: nobody ever sees it. Memory has no name in any file system, so it vanishes",
            "with the last process that maps it. The broker hears of it by the hang-up of a socket, and lists the channel as dead.", classes="faint small", step=19)
    p.text(24, 424, "Noticed within about a millisecond when someone waits.", "faint small")
    return p


def handover():
    """Who says what to whom while one producer follows another."""
    p = Picture(880, 470, "A successor asks the old producer to end its block, begins its own where that ended, and confirms; readers drain and move.")
    lanes = ((70, "producer", "successor"), (330, "dead", "old producer's attendant"), (620, "consumer", "a reader"))
    for x, kind, name in lanes:
        p.box(x - 50 if x < 100 else x - 90, 20, 150 if x < 100 else 200, 30, kind, ("ink bold", name))
    axis = (95, 340, 630)
    for x in axis:
        p.line((x, 50), (x, 440), kind="rule")

    def say(y, number, start, end, text):
        p.arrow((axis[start], y), (axis[end], y))
        p.number(axis[start], y, str(number))
        p.text((axis[start] + axis[end]) / 2, y - 6, text, "ink small", "middle")
    say(84, 1, 0, 1, "attach: same user, the secret")
    say(128, 2, 0, 1, "end your block for me")
    p.box(352, 112, 250, 44, "shared", ("ink small", "close = CLOSING; waits for the"), ("ink small", "commit that is under way"))
    say(186, 3, 1, 0, "it stands still; here is the door")
    p.box(112, 204, 206, 62, "shared", ("ink small", "start = where it ended,"), ("ink small", "zones, a kept place"), ("ink small", "for each reader"))
    say(302, 4, 0, 1, "my block stands")
    p.box(352, 286, 250, 44, "shared", ("ink small", "close = FINAL; wakes all;"), ("ink small", "its commits: DH_ESUPERSEDED"))
    p.box(646, 286, 212, 44, "shared", ("ink small", "drains the old block,"), ("ink small", "sees FINAL"))
    say(372, 5, 2, 0, "where is the channel?  new descriptors, schema proven")
    p.box(646, 386, 212, 44, "shared", ("ink small", "locks and claims its place,"), ("ink small", "then lets the old one go"))
    p.words(24, 460, "Until 4 a successor that dies is a hang-up, and the old producer goes on. If the old producer dies, its block stands still anyway.", classes="faint small")
    return p


PICTURES = {"block": block, "message": message, "policies": policies, "joining": joining, "death": death, "handover": handover}


def main(arguments):
    stale = []
    for name, draw in PICTURES.items():
        path, text = os.path.join(HERE, f"{name}.svg"), draw().svg()
        if arguments == ["--check"]:
            with open(path, encoding="utf-8") as file:
                stale += [name] if file.read() != text else []
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    for name in stale:
        print(f"docs/pictures/{name}.svg is not what draw.py draws: run docs/pictures/draw.py, and look at it")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
