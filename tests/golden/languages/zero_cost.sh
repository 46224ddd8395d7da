#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# zero_cost.sh DHGEN INCLUDE: generated calls, scopes and transactions in C, and transactions in C++, are the calls that one would write by
# hand, and at most four instructions more. Counted in what the compiler wrote; what throws lies in a section of its own.
set -eu
dhgen=$1 include=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v objdump >/dev/null || { echo "NOT TRIED: there is no objdump"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "NOT TRIED: instructions are counted on x86_64"; exit 77; }

for language in c cpp; do
    "$dhgen" build --lang $language --out "$work" "$here/whole.dhs"
    "$dhgen" build --lang $language --out "$work" "$here/parts.dhs"
done
gcc -O2 -std=c11 -fcf-protection=none -ffunction-sections -isystem "$include" -I "$work" -c "$here/cost/send.c" -o "$work/c.o"
g++ -O2 -std=c++17 -fcf-protection=none -ffunction-sections -isystem "$include" -I "$work" -c "$here/cost/send.cpp" -o "$work/cpp.o"

# code FILE FUNCTION: its instructions, without the padding behind them, and the calls among them
code() { objdump -dr --no-show-raw-insn -j ".text.$2" "$1" | grep -vE '\t(nop|xchg +%ax,%ax|data16|cs nop)'; }
instructions() { code "$@" | grep -cE '^ +[0-9a-f]+:	[a-z]'; }
calls() { code "$@" | sed -n 's/.*R_X86_64_PL[A-Z0-9]*[[:space:]]\(dh_[a-z_]*\).*/\1/p' | tr '\n' ' '; }

status=0
# compare FILE NAME WITH-FILE WITH-NAME MORE: the same calls, and at most MORE instructions more
compare() {
    base=$(instructions "$work/$3" "$4") found=$(instructions "$work/$1" "$2")
    base_calls=$(calls "$work/$3" "$4") found_calls=$(calls "$work/$1" "$2")
    echo "$1 $2: $found instructions; $3 $4: $base; calls $found_calls"
    if [ "$base" -le 5 ] || [ "$found" -gt $((base + $5)) ] || [ "$base_calls" != "$found_calls" ] || [ -z "$base_calls" ]; then
        echo "FAILED: $4 calls $base_calls"
        code "$work/$1" "$2"
        status=1
    fi
}
for way in message scoped in_transaction; do # four are a second way out
    compare c.o send_$way c.o send_raw 4
    compare c.o read_$way c.o read_raw 4
done
compare cpp.o send_message c.o send_raw 2
compare cpp.o read_message c.o read_raw 2
compare cpp.o send_or_throw c.o send_raw 4
compare cpp.o read_or_throw c.o read_raw 4
exit "$status"
