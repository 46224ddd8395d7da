#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# zero_cost.sh DHGEN INCLUDE: a transaction in C++ is the calls that C makes, and at most two instructions more a message,
# four where it may throw (which asks once more how it went). Counted in what the compiler wrote, on the way where all goes well.
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

# code FILE FUNCTION: its instructions, up to its return, and the calls among them
code() { objdump -dr --no-show-raw-insn -j ".text.$2" "$1" | sed '/\tret/q; /\tjmp/{n;q}'; }
instructions() { code "$@" | grep -cE '^ +[0-9a-f]+:	[a-z]'; }
calls() { code "$@" | sed -n 's/.*R_X86_64_PL[A-Z0-9]*[[:space:]]\(dh_[a-z_]*\).*/\1/p' | tr '\n' ' '; }

status=0
compare() { # NAME-IN-C NAME-IN-CPP MORE
    c=$(instructions "$work/c.o" "$1") cpp=$(instructions "$work/cpp.o" "$2")
    c_calls=$(calls "$work/c.o" "$1") cpp_calls=$(calls "$work/cpp.o" "$2")
    echo "$2: C $c instructions, C++ $cpp; C++ calls $cpp_calls"
    if [ "$c" -le 5 ] || [ "$cpp" -gt $((c + $3)) ] || [ "$c_calls" != "$cpp_calls" ] || [ -z "$c_calls" ]; then
        echo "FAILED: C calls $c_calls"
        code "$work/cpp.o" "$2"
        status=1
    fi
}
compare send_message send_message 2
compare read_message read_message 2
compare send_message send_or_throw 4
compare read_message read_or_throw 4
exit "$status"
