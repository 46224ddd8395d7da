#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The plant's line must be the expected one, and the controller must end by itself when the plant says goodbye. With PICTURE the
# jitter is drawn there; each step must be in it, whatever it took. usage: run.sh BIN [PICTURE]
set -u
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 73
picture=${2:-$work/jitter.svg}
trap 'kill -9 $plant $controller 2>/dev/null; rm -rf "$work"' EXIT
export DH_BROKER="$work/no-broker" # none is needed
plant='' controller=''

"$bin/example-plant" "$work/timings" >"$work/out" &
plant=$!
for _ in $(seq 200); do # at most ten seconds
    "$bin/dhadmin" list demo.loop.state --json 2>/dev/null | grep -q '"alive":true' && break
    sleep 0.05
done
timeout 60 "$bin/example-controller" &
controller=$!
wait "$controller" || { echo "run: the controller ended with $?" >&2; exit 1; }
wait "$plant" || exit 1
plant='' controller=''
diff "$here/expected.txt" "$work/out" >&2 || exit 1

python3 "$here/jitter.py" "$work/timings" >"$picture" || exit 1
for series in late answer; do
    drawn=$(sed -n "s/.*class=\"$series\".*<title>\([0-9]*\) steps.*/\1/p" "$picture" | awk '{ sum += $1 } END { print sum + 0 }')
    [ "$drawn" -eq 2000 ] || { echo "run: the picture has $drawn of 2000 steps ($series)" >&2; exit 1; }
done
