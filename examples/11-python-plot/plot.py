#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""plot.py [--save FILE] [--seconds S]: draws a live channel.

Without --save a window follows the channel. With it, one second from a pluck on is drawn and saved, and the program ends.
The schema comes from the channel: names, units, ranges; nothing here was generated.
"""
import argparse
import sys

import dh

try:
    import matplotlib
    import numpy as np
except ImportError as missing:
    print(f"SKIPPED: {missing}; on Debian: apt install python3-matplotlib", file=sys.stderr)
    sys.exit(77)

WANTED = ("low", "high")
COLOURS = {"low": "#2b6cb0", "high": "#c05621"}


def collect(consumer, seconds):
    """Batches from the next pluck on, as one array a string."""
    parts, rate = {name: [] for name in WANTED}, 0
    for s in consumer:
        rate = s.rate
        begins = s.number % (rate / len(s.low)) == 0
        if not begins and not parts["low"]:
            continue
        for name in WANTED:
            parts[name].append(np.array(s[name]))  # to keep: a copy of 50 floats
        if sum(map(len, parts["low"])) >= seconds * rate:
            break
    return rate, {name: np.concatenate(part) for name, part in parts.items()}


def draw(axes, consumer, rate, strings):
    axes.clear()
    for name, values in strings.items():
        axes.plot(np.arange(len(values)) / rate, values, color=COLOURS[name], linewidth=1.2, label=name)
    what = dh.field(consumer.schema, "low[]")
    axes.set(xlabel="s", ylabel=what["unit"], ylim=what["range"], xlim=(0, len(values) / rate), title=consumer.channel)
    axes.grid(alpha=0.3)
    axes.legend(loc="upper right")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channel", nargs="?", default="demo.strings.strings")
    parser.add_argument("--save", metavar="FILE", help="a picture: .svg, .png, .pdf")
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    if options.save:
        matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "dh", "font.size": 9})  # the same picture is the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3), layout="constrained")
    with dh.Consumer(options.channel) as consumer:
        if not options.save:
            pyplot.ion()
        while options.save or pyplot.fignum_exists(figure.number):
            rate, strings = collect(consumer, options.seconds)
            draw(axes, consumer, rate, strings)
            if options.save:
                break
            pyplot.pause(0.001)
    if options.save:
        figure.savefig(options.save, metadata={"Date": None} if options.save.endswith(".svg") else None)
    peaks = ", ".join(f"{name} {np.abs(values).max():.2f} {dh.field(consumer.schema, name + '[]')['unit']}"
                      for name, values in strings.items())
    print(f"{len(strings['low'])} samples at {rate:.0f} Hz; peaks: {peaks}")


if __name__ == "__main__":
    main()
