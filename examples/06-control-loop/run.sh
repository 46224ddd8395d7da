#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The plant's line must be the expected one, and the controller must end by itself when the plant says goodbye. usage: run.sh BIN
set -u
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 73
trap 'kill -9 $plant $controller 2>/dev/null; rm -rf "$work"' EXIT
export DH_BROKER="$work/no-broker" # none is needed
plant='' controller=''

"$bin/example-plant" >"$work/out" &
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
diff "$here/expected.txt" "$work/out" >&2
