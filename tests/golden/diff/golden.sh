#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DHGEN: compares what `dhgen diff` says of each NAME.old.dhs and NAME.new.dhs, in all three forms, with
# NAME.txt. UPDATE=1 rewrites the texts.
set -u
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp "$here"/*.dhs "$work" && cd "$work" || exit 1
bad=0

for old in *.old.dhs; do
    name=${old%.old.dhs}
    new=$name.new.dhs
    {
        "$dhgen" diff "$old" "$new"
        echo "exit status $?"
        echo
        "$dhgen" diff --diagnostics short "$old" "$new"
        echo
        "$dhgen" diff --json "$old" "$new"
    } > "$name.txt" 2>&1
    if [ "${UPDATE:-}" = 1 ]; then
        cp "$name.txt" "$here/$name.txt"
    elif ! diff -u "$here/$name.txt" "$name.txt"; then
        echo "$name: says something else; if that is meant: UPDATE=1 $0 $dhgen"
        bad=1
    fi
done
exit $bad
