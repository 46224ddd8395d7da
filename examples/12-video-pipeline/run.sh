#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A film of eight images goes through the pipeline. What comes out must have the sums of expected.txt.
# With PICTURE the sheet of README.md is made there. usage: run.sh BIN [PICTURE]
set -u
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 73
pids=''
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT
export DH_BROKER="$work/no-broker" # none is needed
mkdir "$work/in" "$work/out"

"$bin/example-pipeline-scene" "$work/in" 8 || exit 1
for stage in "writer $work/out" edges soften; do # in any order: each waits for its neighbours
    # shellcheck disable=SC2086 # words
    timeout 60 "$bin"/example-pipeline-$stage >>"$work/said" &
    pids="$pids $!"
done
timeout 60 "$bin/example-pipeline-reader" "$work/in" || exit 1
for pid in $pids; do
    wait "$pid" || exit 1
done
pids=''
{
    cat "$work/said"
    cat "$work"/in/*.ppm | cksum
    cat "$work"/out/*.ppm | cksum
} | tee "$work/all"
diff "$here/expected.txt" "$work/all" >&2 || exit 1

if [ $# -gt 1 ]; then
    python3 "$here/sheet.py" "$2" "$work/in" "$work/out" 0 4 7
    exit
fi
python3 "$here/sheet.py" --check "$here/../../docs/pictures/video-pipeline.png" "$work/in" "$work/out" 0 4 7 || exit 1
