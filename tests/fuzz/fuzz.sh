#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh BUILD SECONDS [TARGET…]: libFuzzer on each target for so long; what it finds is in BUILD/found. What it has learnt is kept
# in BUILD/learnt and used again. Ends with "N passed, N failed".
set -eu
build=$1 seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
passed=0 failed=0
[ $# -gt 0 ] || set -- schema template canon lsp block broker

dictionary_of() { case $1 in schema | lsp) echo "$here/dhs.dict" ;; block | broker) ;; *) echo "$here/$1.dict" ;; esac; }

for target; do
    mkdir -p "$build/learnt/$target" "$build/found" "$build/seeds/$target"
    "$here/seeds.sh" "$target" | while read -r seed; do
        cp "$seed" "$build/seeds/$target/$(echo "$seed" | cksum | cut -d' ' -f1)"
    done
    dictionary=$(dictionary_of "$target")
    if "$build/bin/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=8192 \
        ${dictionary:+-dict="$dictionary"} -artifact_prefix="$build/found/$target-" -print_final_stats=1 \
        "$build/learnt/$target" "$build/seeds/$target" > "$build/fuzz-$target.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 30 "$build/fuzz-$target.log"
        echo "fuzz: $target broke; the input is in $build/found, all of it in $build/fuzz-$target.log"
    fi
    sed -n "s/^stat::number_of_executed_units: */fuzz: $target, inputs tried: /p" "$build/fuzz-$target.log"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
