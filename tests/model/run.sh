#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the cases of cases.txt and compares each verdict with the expected one.
# usage: run.sh [--quick] [--jobs N] [--dir DIR] [WORD…]      WORD: only the cases whose line has it
# Needs spin and a C compiler. What they write goes to DIR (default: a new directory below $TMPDIR, removed afterwards); with --dir
# the trails stay there: `spin -t -p -g` replays one.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}

# one NUMBER: runs that case in $dir; leaves its row of the table in $dir/NUMBER.row
one() {
    line=$(sed -n "$1p" "$dir/chosen")
    # shellcheck disable=SC2086 # splits at |, then trims
    field() { printf '%s\n' "$line" | cut -d'|' -f"$1" | sed 's/^ *//; s/ *$//'; }
    size=$(field 1) model=$(field 2) flags=$(field 3) expected=$(field 4) why=$(field 5)
    work=$dir/$1
    mkdir -p "$work"
    cd "$work" || exit 1
    optimise=-O0
    [ "$size" != big ] || optimise=-O2
    began=$(date +%s)
    # shellcheck disable=SC2086 # lists of flags
    {
        spin -a $flags "$here/$model.pml" >log 2>&1 &&
            "$cc" $optimise -w -DSAFETY -DCOLLAPSE -DVECTORSZ=8192 -DMEMLIM=5000 -o pan pan.c >>log 2>&1 &&
            ./pan -m100000 -w20 >>log 2>&1
    }
    seconds=$(($(date +%s) - began))
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' log)
    depth=$(sed -n 's/.*depth reached \([0-9]*\), errors.*/\1/p' log)
    verdict=broken found=$(sed -n 's/^pan:1: \(.*\) (at depth.*/\1/p' log)
    if grep -q 'errors: 0$' log && ! grep -qE 'max search depth too small|Search not completed|out of memory|memory limit' log; then
        verdict=ok
    elif grep -q 'errors: [1-9]' log && ! grep -q 'the model:' log; then
        verdict=refuted
    fi
    result=passed
    [ "$verdict" = "$expected" ] || result=FAILED
    [ "$verdict" != broken ] || { found=$(grep -iE 'error|the model:|limit' log | head -n 1); }
    printf '%-6s %-9s %-44s %8s %6s %4ss  %-8s %s\n' "$result" "$model" "$flags" "${states:--}" "${depth:--}" "$seconds" \
        "$verdict" "$([ "$verdict" = ok ] && echo "$why" || echo "$found")" >"$dir/$1.row"
    cat "$dir/$1.row"
    rm -f pan pan.? # the log and the trail stay
}

jobs=2 dir='' quick='' keep=''
while [ $# -gt 0 ]; do
    case $1 in
    --quick) quick=quick ;;
    --jobs) jobs=$2 && shift ;;
    --dir) dir=$2 keep=yes && shift ;;
    --one) dir=$2 && one "$3" && exit ;;
    -*) sed -n 's/^# usage: /usage: /p' "$0" >&2 && exit 2 ;;
    *) break ;;
    esac
    shift
done
command -v spin >/dev/null || { echo 'run.sh: there is no spin here (Debian: apt install spin)' >&2 && exit 2; }
command -v "$cc" >/dev/null || { echo "run.sh: there is no C compiler named $cc; set CC" >&2 && exit 2; }

[ -n "$dir" ] || dir=$(mktemp -d)
mkdir -p "$dir" && dir=$(cd "$dir" && pwd) || exit 2
[ -n "$keep" ] || trap 'rm -rf "$dir"' EXIT
rm -f "$dir"/*.row
grep -E "^(${quick:-quick|full|big}) " "$here/cases.txt" >"$dir/chosen"
for word; do
    grep -F -e "$word" "$dir/chosen" >"$dir/fewer"
    mv "$dir/fewer" "$dir/chosen"
done
[ -s "$dir/chosen" ] || { echo 'run.sh: no case of cases.txt is like that' >&2 && exit 2; }

printf '%-6s %-9s %-44s %8s %6s %5s  %-8s %s\n' '' model flags states depth time verdict 'why, or what was found'
seq "$(wc -l <"$dir/chosen")" | xargs -P "$jobs" -n 1 "$0" --one "$dir"
passed=$(cat "$dir"/*.row | grep -c '^passed')
failed=$(($(wc -l <"$dir/chosen") - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
