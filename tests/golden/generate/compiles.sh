#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compiles.sh INCLUDE [FLAG...]: the expected files compile without a word as C11 and C++17, with gcc
# and clang and all warnings of the house. FLAG: for example -m32, where offsets must be the same.
# Exit status 77: nothing could be tried, and why.
set -eu
include=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
warnings="-D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Werror"

# Some of each: what generated code includes, so that a missing 32-bit libc is found here.
printf '#include <stdalign.h>\n#include <stdbool.h>\n#include <string.h>\n#include <time.h>\n' > "$work/try.c"
# Nothing is linked, so that -m32 needs no 32-bit libc: the headers of x86 serve both, but for the list
# of its stubs.
mkdir "$work/gnu"
: > "$work/gnu/stubs-32.h"
multiarch=$(gcc -print-multiarch 2> "$work/why" || true)
status=0
tried=0
for compiler in gcc clang; do
    command -v "$compiler" > /dev/null || { echo "NOT TRIED: there is no $compiler"; continue; }
    for language in c cpp; do
        case $language in
        c) flags="$warnings -std=c11 -Wmissing-prototypes -Wstrict-prototypes $*" ;;
        *) flags="$warnings -x c++ -std=c++17 $*" ;;
        esac
        flags="$flags -idirafter $work -idirafter /usr/include/$multiarch"
        # shellcheck disable=SC2086 # flags are words
        if ! "$compiler" $flags -fsyntax-only "$work/try.c" 2> "$work/why"; then
            echo "NOT TRIED: $compiler $* $language: $(grep -m1 error "$work/why")"
            continue
        fi
        tried=$((tried + 1))
        for source in "$here"/expected/*.dh.c; do
            # shellcheck disable=SC2086
            "$compiler" $flags -I "$include" -c "$source" -o "$work/out.o" || {
                echo "FAILED: $compiler $flags $source"
                status=1
            }
        done
    done
done
[ "$tried" -gt 0 ] || exit 77
exit "$status"
