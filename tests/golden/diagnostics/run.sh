#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares what the language says of each NNNN-name.dhs with NNNN-name.txt; a NNNN-name.sh makes its
# .dhs first. Fails when a code of the table has no case. UPDATE=1 rewrites the texts.
#   run.sh SHOW        SHOW: the program made from show.c
set -u
show=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp -R "$here"/. "$work" && cd "$work" || exit 1
LC_ALL=C
export LC_ALL
bad=0

for maker in [0-9]*.sh; do
    [ -e "$maker" ] && { sh "./$maker" || exit 1; }
done

for input in [0-9]*.dhs; do
    name=${input%.dhs}
    timeout 20 "$show" --std std check "$input" > "$name.got" 2> "$name.err"
    status=$?
    if [ -s "$name.err" ] || [ $status -gt 1 ]; then
        echo "$input: ended with status $status"
        cat "$name.err"
        bad=1
    elif [ "${UPDATE:-}" = 1 ]; then
        cp "$name.got" "$here/$name.txt"
    elif ! diff -u "$here/$name.txt" "$name.got"; then
        echo "$input: says something else than $name.txt; if that is meant: UPDATE=1 $0 $show"
        bad=1
    fi
    code=DH$(echo "$name" | cut -c1-4)
    if ! grep -qE ":[0-9]+:[0-9]+: (error|warning): .*\[$code\]" "$name.got"; then
        echo "$input: does not provoke $code, at a line and column"
        bad=1
    fi
done

# 05xx are the compiler's own, and tested with it.
for code in $("$show" codes | grep -v '^DH05'); do
    grep -q "\[$code\]" ./*.got || { echo "$code of diag.def has no case here"; bad=1; }
done
exit $bad
