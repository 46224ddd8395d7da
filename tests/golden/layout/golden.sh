#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DHGEN: what `dhgen layout` draws equals expected/: plain, as JSON, and on terminals of 80 and of 120 columns.
# UPDATE=1 rewrites expected/ instead; look at the difference before you commit it.
set -eu
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here"

# on_terminal COLUMNS FILE: as a person sees it, in UTF-8 and colour
on_terminal() {
    LC_ALL=C.UTF-8 TERM=xterm script -qec "stty cols $1; exec $dhgen layout $2" /dev/null < /dev/null | tr -d '\r'
}

for schema in *.dhs; do
    name=${schema%.dhs}
    "$dhgen" layout "$schema" > "$work/$name.txt"
    "$dhgen" layout --json "$schema" > "$work/$name.json"
    ! grep -n ' $' "$work/$name.txt" || { echo "FAILED: blanks at line ends"; exit 1; }
    ! grep -n '[^ -~]' "$work/$name.txt" || { echo "FAILED: what is no terminal is told in ASCII"; exit 1; }
done
on_terminal 80 sharing.dhs > "$work/sharing.80.txt"
on_terminal 120 sharing.dhs > "$work/sharing.120.txt"
NO_COLOR=1 on_terminal 80 ../generate/imu.dhs > "$work/imu.80.txt"
if awk '{ gsub(/[\200-\277]/, "") } length > 80 { print FILENAME ": wider than asked: " $0; bad = 1 } END { exit !bad }' "$work/imu.80.txt"; then
    exit 1
fi
# What --dump layout prints is the same
"$dhgen" build --dump layout holes.dhs | cmp - "$work/holes.txt"

if [ "${UPDATE:-}" = 1 ]; then
    rm -f expected/*
    mkdir -p expected
    cp "$work"/* expected/
    echo "rewritten: $here/expected"
    exit 0
fi
diff -ru expected "$work" || {
    echo "What dhgen layout draws changed. If that is what you meant: UPDATE=1 $0 $dhgen" >&2
    exit 1
}
