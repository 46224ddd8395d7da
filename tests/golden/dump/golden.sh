#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DHGEN: what `dhgen build --dump tokens | ast` prints of NAME.in, a schema, is NAME.tokens and NAME.ast; then of every
# wrong schema that we have. UPDATE=1 rewrites.
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

cd "$work"
for given in "$here"/*.in; do
    name=$(basename "$given" .in)
    source=$name.dhs
    cp "$given" "$source"
    for stage in tokens ast; do
        status=0
        "$dhgen" build --dump $stage "$source" >"$name.$stage" 2>err || status=$?
        { echo "status $status"; cat err; } >>"$name.$stage"
        [ -z "${UPDATE:-}" ] || cp "$name.$stage" "$here"
        diff -u "$here/$name.$stage" "$name.$stage" || fail "$name.$stage differs; if that is meant: UPDATE=1 $0 $dhgen"
        "$dhgen" build --dump $stage - <"$source" >again 2>/dev/null || :
        head -n "$(wc -l <again)" "$name.$stage" | cmp - again || fail "$name.$stage of '-' differs"
    done
done

# Each kind of node has its line
for kind in package import const alias enum flags struct union channel parameter enumerator field arm slot zone setting \
    'type named' 'type string' 'type bytes' 'type list' 'type atomic' 'type array' 'type optional' 'type broken' \
    attribute docs integer real string character path call open unary binary broken lost version spinlocks first; do
    cat "$here"/*.ast | grep -qE "^[0-9]+:[0-9]+ +(version |spinlocks |first )?$kind( |\$)" || fail "no case has '$kind'"
done

# A mistake in an import is none of this file's; an unknown file is one
"$dhgen" build --dump ast no-such.dhs >"$work/out" 2>/dev/null && fail "a missing file is no mistake"
[ ! -s "$work/out" ] || fail "something is printed of a missing file"
cd "$here/../mistakes"
for stage in tokens ast; do
    status=0
    "$dhgen" build --dump $stage ./*.dhs ../diagnostics/0[12]*.dhs >"$work/all.$stage" 2>/dev/null || status=$?
    [ $status = 1 ] || fail "$stage of all wrong schemas: status $status"
    [ "$(grep -cE '^[0-9]+:[0-9]+ ' "$work/all.$stage")" -gt 20000 ] || fail "$stage of all: $(wc -l <"$work/all.$stage") lines"
    ! grep -vE '^[0-9]+:[0-9]+ +[a-z]|^a declaration was lost$' "$work/all.$stage" || fail "$stage: a line without a place"
done

# The later stages print nothing of what is wrong
for stage in model layout canon; do
    "$dhgen" build --dump $stage "$work/broken.dhs" >"$work/out" 2>/dev/null && fail "$stage of a wrong schema"
    [ ! -s "$work/out" ] || fail "$stage prints something of a wrong schema"
done
exit $((failures != 0))
