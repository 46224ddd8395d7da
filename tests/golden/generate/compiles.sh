#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compiles.sh INCLUDE [FLAG...]: the expected files compile without a word in every C from C11 and every
# C++ from C++17 on, with gcc and clang and all warnings of the house. FLAG: for example -m32, where
# offsets must be the same. Exit status 77: nothing could be tried, and why.
set -eu
include=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
warnings="-D_GNU_SOURCE -DDH_PROVE_FIELDS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-align -Wpadded -Wcast-qual -Werror"

# Some of each: what generated code includes, so that a missing 32-bit libc is found here.
printf '#include <stdalign.h>\n#include <stdbool.h>\n#include <string.h>\n#include <time.h>\n' > "$work/try.c"
# What names of a schema may meet: macros, types and variables that are plain words.
printf '#include <%s>\n' endian.h errno.h stdio.h time.h unistd.h > "$work/all.c"
# One program of all, as users may have: an include guard or a static name that two files share fails.
for folder in "$here/expected" "$here/../languages/expected"; do
    for file in "$folder"/*.dh.c "$folder"/*.dh.print.h; do
        printf '#include "%s"\n' "$file" >> "$work/all.c"
    done
done
# Nothing is linked, so that -m32 needs no 32-bit libc: the headers of x86 serve both, but for the list
# of its stubs.
mkdir "$work/gnu"
: > "$work/gnu/stubs-32.h"
multiarch=$(gcc -print-multiarch 2> "$work/why" || true)
status=0
tried=0
for compiler in gcc clang; do
    command -v "$compiler" > /dev/null || { echo "NOT TRIED: there is no $compiler"; continue; }
    for standard in c11 c17 c2x gnu2x c++17 c++20 c++2b; do
        case $standard in
        *++*) flags="$warnings -x c++ -std=$standard $*" ;;
        *) flags="$warnings -std=$standard -Wmissing-prototypes -Wstrict-prototypes $*" ;;
        esac
        # the library's headers are the system's to whom installs them; -Wpadded is about what is generated
        flags="$flags -isystem $include -idirafter $work -idirafter /usr/include/$multiarch"
        # shellcheck disable=SC2086 # flags are words
        if ! "$compiler" $flags -fsyntax-only "$work/try.c" 2> "$work/why"; then
            echo "NOT TRIED: $compiler $* $standard: $(grep -m1 error "$work/why")"
            continue
        fi
        tried=$((tried + 1))
        # shellcheck disable=SC2086
        "$compiler" $flags -c "$work/all.c" -o "$work/out.o" || {
            echo "FAILED: $compiler $flags"
            status=1
        }
    done
done
[ "$tried" -gt 0 ] || exit 77
exit "$status"
