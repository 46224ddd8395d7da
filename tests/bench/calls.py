#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""calls.py DH-BENCH [--json FILE]: the instructions of each call of a message's way, counted by callgrind, which a busy machine does
not change. Of the slow way (a full ring is looked for once a ring full) each call bears its part."""
import argparse
import json
import re
import subprocess
import sys
import tempfile

MESSAGES = 20000
CALLS = {"loan": "dh_producer_loan", "commit": "dh_producer_commit", "acquire": "dh_consumer_acquire", "release": "dh_consumer_release"}


def count(bench):
    """{call: instructions a message, with all that it calls}"""
    with tempfile.TemporaryDirectory() as folder:
        out = folder + "/out"
        subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, bench, "--loop", "both-unstamped", str(MESSAGES)],
                       check=True, capture_output=True)
        shown = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out], check=True, capture_output=True,
                               text=True).stdout
    found = {}
    for call, name in CALLS.items():
        line = re.search(r"^ *([\d,]+) .*:" + name + r"\b", shown, flags=re.MULTILINE)
        if line is None:
            sys.exit(f"calls.py: callgrind saw no {name}")
        found[call] = int(line.group(1).replace(",", "")) / MESSAGES
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    calls = count(arguments.bench)
    for call, instructions in calls.items():
        print(f"{call:8} {instructions:6.1f} instructions")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"v": 1, "calls": calls}, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
