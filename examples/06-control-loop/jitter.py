#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""jitter.py TIMINGS > jitter.svg: how late the steps of a control loop began, and how long their answers took.

TIMINGS is what `example-plant TIMINGS` writes. Both axes are logarithmic; the mouse tells the numbers. Readable on light and dark.
"""
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 56, 32, 64, 46
SERIES = (("answer", "there and back: state, force", "#2f6fde", 1), ("late", "step began late: the kernel's timer", "#d1495b", 0))
BUCKETS = 10  # to a decade
STYLE = """<style>text{fill:#222}.grid{stroke:#bbb}.ground{fill:#fbfbfd}
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .grid { stroke: #555 } .ground { fill: #20232e }
}
</style>"""


def bucket(ns):
    return math.floor(math.log10(max(ns, 100)) * BUCKETS)


def histogram(values):
    counts = {}
    for value in values:
        counts[bucket(value)] = counts.get(bucket(value), 0) + 1
    return counts


def time_text(ns):
    return f"{ns:.3g} ns" if ns < 1e3 else f"{ns / 1e3:.3g} µs" if ns < 1e6 else f"{ns / 1e6:.3g} ms"


def summary(values):
    ranked = sorted(values)
    return f"median {time_text(ranked[len(ranked) // 2])}, 99 % below {time_text(ranked[len(ranked) * 99 // 100])}, longest {time_text(ranked[-1])}"


def draw(rows):
    counts = {name: histogram(row[column] for row in rows) for name, _, _, column in SERIES}
    first = min(min(one) for one in counts.values()) // BUCKETS * BUCKETS
    last = (max(max(one) for one in counts.values()) // BUCKETS + 1) * BUCKETS
    width, height, most = (WIDTH - LEFT - RIGHT) / (last - first), HEIGHT - TOP - BOTTOM, math.ceil(math.log10(len(rows)))

    def y(count):
        return HEIGHT - BOTTOM - height * math.log10(count * 2) / (most + math.log10(2))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img" '
           f'aria-label="Histogram of {len(rows)} steps">', STYLE, f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="8"/>']
    for place, (_, title, colour, column) in enumerate(SERIES):
        at = 22 + 19 * place
        out.append(f'<rect x="{LEFT}" y="{at - 10}" width="12" height="12" fill="{colour}" opacity="0.75"/>'
                   f'<text x="{LEFT + 18}" y="{at}">{title}; {summary([row[column] for row in rows])}</text>')
    for power in range(most + 1):
        at = y(10 ** power)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke-width="0.5"/>'
                   f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10 ** power}</text>')
    for edge in range(first, last + 1, BUCKETS):
        out.append(f'<text x="{LEFT + (edge - first) * width:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{time_text(10 ** (edge / BUCKETS))}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">time; of {len(rows)} steps at 1 kHz, so many took as long</text>')
    for name, _, colour, _ in SERIES:
        for at, count in sorted(counts[name].items()):
            low, high = time_text(10 ** (at / BUCKETS)), time_text(10 ** ((at + 1) / BUCKETS))
            out.append(f'<rect class="{name}" x="{LEFT + (at - first) * width + 0.5:.1f}" y="{y(count):.1f}" width="{width - 1:.1f}" '
                       f'height="{HEIGHT - BOTTOM - y(count):.1f}" fill="{colour}" opacity="0.75"><title>{count} steps: {low} to {high}</title></rect>')
    return "\n".join(out + ["</svg>", ""])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="ascii") as file:
        rows = [tuple(map(int, line.split())) for line in file]
    sys.stdout.write(draw(rows))


if __name__ == "__main__":
    main()
