#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The picture of a run of dh-bench: latency over message size, one line for each way, both axes logarithmic.

    plot.py FIGURES.json… > latency.svg        readable on light and dark pages
"""
import json
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 440, 70, 190, 46, 48
COLOURS = ["#888888", "#d1495b", "#2f6fde", "#b0722a", "#2a9d8f", "#8a5cd1", "#c4559f", "#5f8f2f", "#4f9fc4", "#b59a00"]
SHOWN = [("ring", "bare ring"), ("hub", "hub"), ("hub-unstamped", "hub, unstamped"), ("pipe", "pipe"), ("unix", "Unix socket"),
         ("iceoryx", "iceoryx 2.0"), ("zmq", "ZeroMQ"), ("nng", "NNG"), ("cyclone", "Cyclone DDS"), ("lcm", "LCM")]


def size_text(size):
    return f"{size} B" if size < 1024 else f"{size >> 10} KiB" if size < 1 << 20 else f"{size >> 20} MiB"


def time_text(value):
    return f"{value:g} ns" if value < 1e3 else f"{value / 1e3:g} µs" if value < 1e6 else f"{value / 1e6:g} ms"


def read(paths):
    """{subject: [(size, ns)]}, and what the run says of its machine."""
    lines, machine = {}, {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            run = json.load(file)
        machine = run["machine"]
        for row in run["rows"]:
            if row["group"] == "latency" and "median" in row:
                lines.setdefault(row["subject"], []).append((row["size"], row["median"]))
    return lines, machine


def draw(lines, machine):
    points = [point for line in lines.values() for point in line]
    sizes = sorted({size for size, _ in points})
    low, high = math.floor(math.log10(min(v for _, v in points))), math.ceil(math.log10(max(v for _, v in points)))

    def x(size):
        return LEFT + (math.log2(size) - math.log2(sizes[0])) / max(1.0, math.log2(sizes[-1]) - math.log2(sizes[0])) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           "<style>", "text { fill: #222 } .grid { stroke: #bbb }",
           "@media (prefers-color-scheme: dark) {", "  text { fill: #ddd } .grid { stroke: #555 }", "}", "</style>",
           f'<text x="{LEFT}" y="18" font-size="15">One message, one way, median</text>',
           f'<text x="{LEFT}" y="35">{machine["cpu"]}, {machine["cores"]} cores, {machine["kernel"].split("-")[0]}; written and read whole; who waits: ZeroMQ, NNG, Cyclone DDS, LCM</text>']
    for power in range(low, high + 1):
        at = y(10 ** power)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke-width="0.5"/>'
                   f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{time_text(10 ** power)}</text>')
    for size in sizes:
        out.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{size_text(size)}</text>')
    ends = []
    for (subject, title), colour in zip(SHOWN, COLOURS):
        if subject not in lines:
            continue
        line = sorted(lines[subject])
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in line)
        dash = ' stroke-dasharray="5 3"' if subject == "ring" else ""
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="{3 if subject == "hub" else 1.6}"{dash} points="{path}"/>')
        out += [f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="2.4" fill="{colour}"/>' for size, value in line]
        ends.append((y(line[0][1]), title, colour))
    for place, (_, title, colour) in enumerate(sorted(ends)):  # the key, in the order of the lines' beginnings
        at = TOP + 20 + place * 20
        out.append(f'<line x1="{WIDTH - RIGHT + 16}" x2="{WIDTH - RIGHT + 40}" y1="{at}" y2="{at}" stroke="{colour}" stroke-width="3"/>'
                   f'<text x="{WIDTH - RIGHT + 46}" y="{at + 4}">{title}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 64
    lines, machine = read(sys.argv[1:])
    if not lines:
        print("plot.py: these figures have no latencies", file=sys.stderr)
        return 1
    sys.stdout.write(draw(lines, machine))
    return 0


if __name__ == "__main__":
    sys.exit(main())
