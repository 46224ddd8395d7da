#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# smoke.sh PYTHON TOP DHGEN MEASURE: every part of the bench is measured and told, in JSON that parses; what is not there is said.
set -eu
python=$1 top=$2 dhgen=$3 measure=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" "$top/tests/bench/dhgen/bench.py" --dhgen "$dhgen" --measure "$measure" --include "$top/include" --corpora "$work/nowhere" \
    --rounds 2 --sizes 3,6 --only start,small,real,grid --no-instructions --json "$work/told.json" > "$work/said" 2> "$work/err" ||
    { cat "$work/said" "$work/err"; exit 1; }
grep -q 'NOT MEASURED: px4+mavlink' "$work/said" || { echo "FAILED: that a corpus is missing is not said"; cat "$work/said"; exit 1; }
"$python" - "$work/told.json" <<'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    told = json.load(file)
mine = [row for row in told["rows"] if row["tool"] == "dhgen"]
assert [row["case"] for row in mine] == ["start", "small", "grid-3", "grid-6"], [row["case"] for row in mine]
for row in told["rows"]:
    assert row["tool"] == "true" or row["cpu"]["median"] > 0, row
    assert row["wall"]["least"] <= row["wall"]["median"] <= row["wall"]["most"], row
    assert len(row["wall"]["rounds"]) >= 2 and row["peak"]["least"] > 0, row
    assert row["case"] == "start" or row["tool"] == "true" or row["bytes_out"] > 0, f"{row['tool']} wrote nothing for {row['case']}"
assert [row["files_out"] for row in mine] == [0, 3, 3, 3], mine
PYTHON
