#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh DHGEN INCLUDE: the shipped schemas compile, lie where they always lay, mean what they always
# meant, and can be used from C. UPDATE=1 rewrites expected/: programs out there have these layouts.
set -eu
dhgen=$1 include=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/out" "$work/found"

"$dhgen" build --werror --out "$work/out" "$here/use.dhs"
"$dhgen" layout "$here/use.dhs" >"$work/found/use.layout"
for file in "$here"/../../../idl/std/dh/*.dhs; do
    "$dhgen" check --werror "$file"
    "$dhgen" layout "$file" >"$work/found/$(basename "$file" .dhs).layout"
done
for channel in robot camera thumbs; do
    "$dhgen" canon --channel "$channel" "$here/use.dhs" >"$work/found/$channel.canon"
    printf '%s  %s\n' "$("$dhgen" hash --channel "$channel" "$here/use.dhs")" "$channel"
done >"$work/found/HASHES"
for compiler in gcc clang; do
    command -v "$compiler" >/dev/null || { echo "NOT TRIED: there is no $compiler"; continue; }
    "$compiler" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$include" \
        -I "$work/out" -o "$work/use" "$here/use.c"
    "$work/use" >"$work/found/use.out"
done
if [ "${UPDATE:-}" = 1 ]; then
    rm -f "$here"/expected/*
    cp "$work"/found/* "$here/expected/"
    exit 0
fi
diff -ru "$here/expected" "$work/found" || {
    echo "What is shipped has changed. If that is what you meant: UPDATE=1 $0 $dhgen $include" >&2
    exit 1
}
