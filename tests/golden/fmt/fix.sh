#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fix.sh DHGEN: `fmt --fix` makes NAME.expected of fix/NAME.dhs and says NAME.said; and what it does with files, with
# --check, --diff and to programs. UPDATE=1 rewrites.
set -eu
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)/fix
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

gives() { # status, then a command; its outputs are in out and err
    wanted=$1
    shift
    got=0
    "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "status $got, not $wanted: $* ($(head -1 err))"
}

same() { # a golden file, and what there is
    [ -z "${UPDATE:-}" ] || cp "$2" "$here/$1"
    diff -u "$here/$1" "$2" || fail "$1 differs; if that is meant: UPDATE=1 $0 $dhgen"
}

cd "$work"
for source in "$here"/*.dhs; do
    name=$(basename "$source" .dhs)
    cp "$here"/parts.dhs .
    [ "$name" = parts ] || cp "$source" .
    status=0
    "$dhgen" fmt --fix "$name.dhs" >"$name.said" 2>&1 || status=$?
    echo "exit status $status" >>"$name.said"
    same "$name.expected" "$name.dhs"
    same "$name.said" "$name.said"
    "$dhgen" check "$name.dhs" >left 2>&1 || :
    grep -v "^$name.dhs: [0-9]* mended\|^exit status" "$name.said" | cmp - left || fail "$name: places are not those of the file"
    cp "$name.dhs" once.dhs
    "$dhgen" fmt --fix "$name.dhs" >/dev/null 2>&1 || :
    cmp "$name.dhs" once.dhs || fail "$name: mended again is something else"
    cp "$source" stdin.dhs
    "$dhgen" fmt --fix - <"$source" >stdin.out 2>/dev/null || :
    cmp stdin.out once.dhs || fail "$name: '-' gives something else"
done

# Files that import each other are mended together, whatever their order
for order in 'whole.dhs parts.dhs' 'parts.dhs whole.dhs'; do
    cp "$here"/whole.dhs "$here"/parts.dhs .
    # shellcheck disable=SC2086 # two words
    gives 0 "$dhgen" fmt --fix $order
    grep -q 'x: f32; y: f32;' parts.dhs || fail "$order: parts.dhs is not mended"
    grep -q 'Point\[4\];' whole.dhs || fail "$order: whole.dhs is not mended"
    gives 0 "$dhgen" check whole.dhs
done

# An import that nobody named is not written, and its mistakes are told
cp "$here"/whole.dhs "$here"/parts.dhs .
gives 1 "$dhgen" fmt --fix whole.dhs
cmp parts.dhs "$here/parts.dhs" || fail "a file was written that nobody named"
grep -q '^parts.dhs:2:19: error' err || fail "an import's mistake is not told: $(cat err)"
grep -q '^whole.dhs: 1 mended, 0 left' err || fail "$(cat err)"

# --check and --diff write nothing
cp "$here"/half.dhs "$here"/habits.dhs .
gives 1 "$dhgen" fmt --fix --check half.dhs habits.dhs
[ "$(cat out)" = "half.dhs
habits.dhs" ] || fail "--check names: $(cat out)"
grep -q '^half.dhs: 3 can be mended, 2 left' err || fail "--check counts: $(cat err)"
gives 1 "$dhgen" fmt --fix --diff half.dhs
gives 0 "$dhgen" fmt --fix --diff habits.dhs
for name in half.dhs habits.dhs; do
    cmp $name "$here/$name" || fail "--check or --diff writes $name"
done
patch -s -o patched.dhs habits.dhs out || fail "patch does not take the difference"
cmp patched.dhs "$here/habits.expected" || fail "the difference is another one"

# What cannot be read keeps everybody's file as it was
gives 66 "$dhgen" fmt --fix habits.dhs no-such.dhs
cmp habits.dhs "$here/habits.dhs" || fail "written beside a missing file"

# Programs read JSON and nothing else
gives 1 "$dhgen" fmt --fix --diagnostics json half.dhs
python3 -c 'import json, sys; d = json.load(open("err")); sys.exit(d["errors"] != 2)' || fail "JSON: $(cat err)"
exit $((failures != 0))
