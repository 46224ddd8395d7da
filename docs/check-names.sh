#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Is docs/ARCHITECTURE.md true? Each path in `backticks` must exist. In a row of a table, each function must be defined in a file that
# the row names, and each other name must stand there, or be a shared word of runtime/block/format.h or include/dh/slot_rw.h.
# Each decision must be in its index. Says nothing and ends with 0 if all is well. usage: check-names.sh [PAGE]
set -u
page=${1:-docs/ARCHITECTURE.md}
case $page in /*) ;; *) page=$PWD/$page ;; esac
cd "$(dirname "$0")/.." || exit 1
[ -r "$page" ] || page=docs/ARCHITECTURE.md
words=$(mktemp) || exit 73
trap 'rm -f "$words"' EXIT
shared='runtime/block/format.h include/dh/slot_rw.h'

# LINE-NUMBER, then what stands in backticks there, one row a line
awk '
    {
        n = split($0, part, "`")
        line = ""
        for (i = 2; i <= n; i += 2) line = line "\t" part[i]
        if (line != "") print NR (/^\|/ ? "\trow" : "\ttext") line
    }
' "$page" >"$words"

is_path() {
    case $1 in
    *' '*) return 1 ;;
    */*) return 0 ;;
    esac
    [ -f "$1" ]
}
is_name() { printf '%s\n' "$1" | grep -qx '[A-Za-z_][A-Za-z0-9_]*'; }

# stands_in NAME FILE…: is called there means that it must also begin there, at the left margin
stands_in() {
    name=$1
    shift
    grep -rqw -- "$name" "$@" || return 1
    ! grep -rqE "\\b$name\(" "$@" || grep -rqE "^[A-Za-z].*\\b$name\(" "$@"
}

status=0
complain() {
    echo "$(basename "$page"):$1: $2"
    status=1
}

tab=$(printf '\t')
while IFS=$tab read -r number kind rest; do
    files=''
    old_ifs=$IFS
    IFS=$tab
    # shellcheck disable=SC2086 # one word for each piece in backticks
    set -- $rest
    IFS=$old_ifs
    for word; do
        is_path "$word" || continue
        if [ -e "$word" ]; then files="$files $word"; else complain "$number" "there is no $word"; fi
    done
    [ "$kind" = row ] || continue
    # shellcheck disable=SC2086 # lists of words
    for word; do
        is_path "$word" && continue
        is_name "$word" || continue
        stands_in "$word" $files $shared || complain "$number" "'$word' is not in${files:- any file of this row}"
    done
done <"$words"
[ -s "$words" ] || complain 0 'no names were found'
for decision in docs/decisions/[0-9]*.md; do
    grep -qF "($(basename "$decision"))" docs/decisions/README.md || complain 0 "$decision is not in docs/decisions/README.md"
done
exit $status
