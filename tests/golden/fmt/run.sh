#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh DHGEN: NAME.dhs is laid out as NAME.expected says, that as itself; and what the verb does with files.
set -eu
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

gives() { # status, then a command; its outputs are in $work/out and $work/err
    wanted=$1
    shift
    got=0
    "$@" >"$work/out" 2>"$work/err" || got=$?
    [ "$got" = "$wanted" ] || fail "status $got, not $wanted: $* ($(head -1 "$work/err"))"
}

# ---- the style
for source in "$here"/*.dhs; do
    name=$(basename "$source" .dhs)
    "$dhgen" fmt - <"$source" >"$work/$name.dhs" || fail "$name is refused"
    [ -z "${UPDATE:-}" ] || cp "$work/$name.dhs" "$here/$name.expected"
    diff -u "$here/$name.expected" "$work/$name.dhs" || fail "$name is laid out differently"
    gives 0 "$dhgen" fmt --check "$work/$name.dhs"
done

# ---- the verb
cd "$work"
printf 'package a;\nstruct T{x:u8;}\n' >ugly.dhs
printf 'package a;\nstruct T { x: u8; }\n' >fine.dhs
printf 'package a;\nstruct T { x u8; }\n' >wrong.dhs
cp ugly.dhs original.dhs

gives 1 "$dhgen" fmt --check fine.dhs ugly.dhs
[ "$(cat out)" = ugly.dhs ] || fail "--check names what would change: $(cat out)"
cmp -s ugly.dhs original.dhs || fail "--check writes"

gives 0 "$dhgen" fmt --diff ugly.dhs
cmp -s ugly.dhs original.dhs || fail "--diff writes"
cp out ugly.patch
gives 1 "$dhgen" fmt --check --diff ugly.dhs
patch -s -o patched.dhs ugly.dhs ugly.patch || fail "patch does not take the difference"
cmp -s patched.dhs fine.dhs || fail "what patch made of the difference is not the file in the one style"

# What has a mistake is left alone, and so is what is given together with it
gives 1 "$dhgen" fmt ugly.dhs wrong.dhs
grep -q 'wrong.dhs:2:13: error' err || fail "where it is wrong: $(cat err)"
cmp -s ugly.dhs original.dhs || fail "a file beside a wrong one is written"
gives 66 "$dhgen" fmt no-such.dhs

# A mistake that is none of the syntax does not keep anyone from a tidy file
printf 'package a;\nstruct T{x:Unknown;}\n' >unknown.dhs
gives 0 "$dhgen" fmt unknown.dhs
grep -q 'struct T { x: Unknown; }' unknown.dhs || fail "an unknown type is in the way"

# In place: the mode stays, a link stays one, a formatted file is not touched
chmod 600 ugly.dhs
ln -s ugly.dhs link.dhs
gives 0 "$dhgen" fmt link.dhs
[ -L link.dhs ] || fail "a link was replaced"
cmp -s ugly.dhs fine.dhs || fail "ugly.dhs is not written through the link"
[ "$(stat -c %a ugly.dhs)" = 600 ] || fail "mode $(stat -c %a ugly.dhs), was 600"
touch -d 2001-01-01 fine.dhs
gives 0 "$dhgen" fmt fine.dhs
[ "$(date -r fine.dhs +%Y)" = 2001 ] || fail "what is formatted already is written again"
[ "$(find . -name '*.dhs.*')" = "" ] || fail "temporary files stay: $(ls)"

exit $((failures != 0))
