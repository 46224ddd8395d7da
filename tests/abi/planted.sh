#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# abi.sh finds what breaks programs, and lets pass what does not: tried on a small library, changed in one place each time.
# usage: planted.sh CC
set -eu
cc=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v abidiff >/dev/null || { echo 'SKIPPED: there is no abidiff; ./dev setup installs it (abigail-tools)'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset UPDATE
failed=0

# library NAME 's/what/with/' 's/…/…/'…: the small one with these lines changed
library() {
    folder=$work/$1
    mkdir -p "$folder/include"
    shift
    for edit; do set -- "$@" -e "$edit"; shift; done
    for file in include/small.h small.c small.map; do sed "$@" "$here/small/$(basename $file)" >"$folder/$file"; done
    "$cc" -g -shared -fPIC -fvisibility=hidden -I"$folder/include" -Wl,-soname,libsmall.so.0 -Wl,--version-script="$folder/small.map" \
        -o "$folder/libsmall.so" "$folder/small.c"
}

# expect VERDICT WORDS WHAT 's/…/…/'…: abi.sh says ok or broken, and these words
expect() {
    verdict=$1 words=$2 what=$3
    shift 3
    rm -rf "$work/changed"
    library changed "$@"
    if "$here/abi.sh" "$work/changed/libsmall.so" "$work/changed/include" "$work/baseline" >"$work/said" 2>&1; then came=ok; else came=broken; fi
    if cmp -s "$work/changed/include/small.h" "$work/first/include/small.h" && cmp -s "$work/changed/small.c" "$work/first/small.c" &&
        cmp -s "$work/changed/small.map" "$work/first/small.map"; then
        [ "$what" = nothing ] || { echo "FAILED: $what: the edit changed nothing"; failed=1; }
    fi
    if [ "$came" != "$verdict" ] || { [ -n "$words" ] && ! grep -Eq "$words" "$work/said"; }; then
        echo "FAILED: $what: expected $verdict and '$words', came $came:"
        cat "$work/said"
        failed=1
    fi
}

library first 's/^/&/'
"$here/abi.sh" "$work/first/libsmall.so" "$work/first/include" "$work/baseline" --renew >/dev/null

expect ok '' nothing 's/^/&/'
expect ok 'sm_added' 'a new call' 's|^/\* more calls \*/|SM_API int sm_added(void); int sm_added(void) { return 0; }|'
expect ok '' 'a field of a private struct' 's/^    int inside;/    long inside; int beside;/'
expect ok '' 'a new enumerator' 's/SM_EFULL = -2/SM_EFULL = -2, SM_EDEAD = -3/'
expect broken "removed symbol|Removed function" 'a call is gone' 's/^    sm_text;/    sm_texts;/'
expect broken 'int more' 'a field comes in between' 's/^    int errno_of;/    int more; int errno_of;/'
expect broken 'sm_why' 'a field changes its type' 's/^    int errno_of;/    long errno_of;/'
expect broken 'sm_open' 'an argument changes its type' 's/sm_open(int n_slots/sm_open(long n_slots/'
expect broken 'SM_EFULL' 'an enumerator gets another number' 's/SM_EFULL = -2/SM_EFULL = -3/'
expect broken 'sm_open@@SM_0' 'a call gets another version' 's/^SM_0 {/SM_1 {/'
exit $failed
