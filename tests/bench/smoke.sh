#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# dh-bench measures a row and tells it in JSON that parses; what it refuses, it refuses with a word.
# usage: smoke.sh DH_BENCH PYTHON FOLDER
set -eu
bench=$1 python=$2 json=$3/smoke.json

rm -f "$json"
"$bench" --quick --filter latency/hub/64 --json "$json"

"$python" - "$json" <<'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    told = json.load(file)
assert told["v"] == 1, told["v"]
assert told["machine"]["cpu"] and told["machine"]["kernel"]
assert [row["name"] for row in told["rows"]] == ["latency/hub/64"], told["rows"]
row = told["rows"][0]
assert "failure" not in row, row["failure"]
assert len(row["rounds"]) == 2 and min(row["rounds"]) > 0, row["rounds"]
assert min(row["rounds"]) <= row["median"] <= max(row["rounds"])
assert sum(count for _, count in row["histogram"]) == row["values"] > 0
assert row["checked"] >= row["values"], "a value was taken of a message that nobody verified"
PYTHON

status=0
"$bench" --filter no-such-row 2>"$3/smoke.txt" || status=$?
[ "$status" -eq 64 ] || { echo "a filter that fits no row ended with $status"; exit 1; }
grep -q 'no-such-row' "$3/smoke.txt"

# The rows that are made of more than lanes: in bulk, asleep in an event loop, killed.
for row in bulk/hub/64 wake/hub-fd cost/recover-consumer fan/hub/x4; do
    "$bench" --quick --filter "$row" >"$3/smoke.txt" || { cat "$3/smoke.txt"; exit 1; }
done

# Two builds side by side, and the picture, of the figures above.
here=$(dirname "$0")
"$python" "$here/compare.py" "$bench" "$bench" --rounds 1 --ms 20 --filter latency/hub/64 | grep -q 'latency/hub/64 .*(.*,.*)'
"$python" "$here/plot.py" "$json" >"$3/smoke.svg"
"$python" -c 'import sys, xml.dom.minidom as m; assert m.parse(sys.argv[1]).getElementsByTagName("polyline")' "$3/smoke.svg"

# The page's tables know where their figures go: another run's are another page; what this run has not stays.
rm -rf "$3/pages"
mkdir -p "$3/pages/explain" "$3/pages/howto"
cp "$here/../../docs/explain/performance.md" "$3/pages/explain"
cp "$here/../../docs/howto/tuning.md" "$3/pages/howto"
"$python" "$here/pages.py" "$3/pages" "$json" 2>"$3/smoke.txt"
grep -q 'not measured.*wake/hub' "$3/smoke.txt"
grep -q '^Medians of 2 rounds of 30 ms' "$3/pages/explain/performance.md"
grep -q '^| waking a sleeper | 1.15 of a bare futex | .*the kernel |$' "$3/pages/explain/performance.md"
