#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Five feeders, each of which takes over from the one before under load; each of those must end by itself and say that all is well.
# usage: run.sh BIN
set -u
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 73
trap 'kill -9 $old $new $sorter 2>/dev/null; rm -rf "$work"' EXIT
export DH_BROKER="$work/no-broker" # none is needed
old='' new='' sorter=''

"$bin/example-feeder" 1 &
old=$!
for _ in $(seq 200); do # at most ten seconds
    "$bin/dhadmin" list demo.belt.belt --json 2>/dev/null | grep -q '"alive":true' && break
    sleep 0.05
done
: >"$work/out"
"$bin/example-sorter" 5 >>"$work/out" &
sorter=$!
for _ in $(seq 200); do
    grep -q sorting "$work/out" && break
    sleep 0.05
done
for version in 2 3 4 5; do
    "$bin/example-feeder" $version &
    new=$!
    wait "$old" || { echo "run: the feeder before $version ended with $?" >&2; exit 1; }
    old=$new new=''
done
wait "$sorter" || exit 1
sorter=''
cat "$work/out"
diff "$here/expected.txt" "$work/out" >&2
