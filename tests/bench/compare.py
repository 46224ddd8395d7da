#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two builds of dh-bench in turn, a round each, and the median of the paired ratios: what a change gained on a machine that is not quiet.

    compare.py OLD NEW [--rounds N] [--ms N] [--filter TEXT]
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile


def one_round(program, args, folder):
    """{row: figure} of a single round."""
    path = os.path.join(folder, "round.json")
    command = [program, "--rounds", "1", "--ms", str(args.ms), "--json", path] + (["--filter", args.filter] if args.filter else [])
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # rows that fail say so in the file
    with open(path, encoding="utf-8") as file:
        return {row["name"]: row["median"] for row in json.load(file)["rows"] if "median" in row}


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--ms", type=int, default=50)
    parser.add_argument("--filter")
    args = parser.parse_args()
    old, new = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            for program, figures in ((args.old, old), (args.new, new)):
                for name, value in one_round(program, args, folder).items():
                    figures.setdefault(name, []).append(value)
    common = [name for name in old if name in new]
    if not common:
        print("compare.py: the two have no row in common that was measured", file=sys.stderr)
        return 1
    print(f"{'row':34} {'old':>12} {'new':>12}  new / old, median of {args.rounds} pairs (smallest, largest)")
    for name in common:
        ratios = [b / a for a, b in zip(old[name], new[name])]
        print(f"{name:34} {statistics.median(old[name]):12.5g} {statistics.median(new[name]):12.5g}  "
              f"{statistics.median(ratios):5.2f}  ({min(ratios):.2f}, {max(ratios):.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
