#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cpp_compiles.sh DHGEN INCLUDE: what dhgen --lang cpp makes of every schema here and in ../generate, and of
# those that are shipped, compiles without a word from C++17 on, with gcc and clang and all warnings of the
# house, also without exceptions and RTTI; all in one program.
set -eu
dhgen=$1 include=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-align -Wpadded -Wcast-qual -Wold-style-cast -Werror"

printf '#include <%s>\n' cerrno cmath cstdio ctime unistd.h >"$work/all.cpp" # what has plain words as macros
for schema in "$here"/*.dhs "$here"/../generate/*.dhs; do
    "$dhgen" build --lang cpp --out "$work" "$schema"
    printf '#include "%s.dh.hpp"\n' "$(basename "$schema" .dhs)" >>"$work/all.cpp"
done
printf '%s\n' 'package lab.shipped;' 'import "dh/geometry.dhs";' 'import "dh/image.dhs";' 'import "dh/time.dhs";' \
    'struct All { at: dh.Posef; took: dh.Span; image: dh.Image<64>; matrix: dh.Matrixd<2, 3>; }' \
    'channel all version 1 { slot: All; slots: 1; full: overwrite; }' >"$work/shipped.dhs"
"$dhgen" build --lang cpp --out "$work" "$work/shipped.dhs"
mkdir "$work/c" # no C header of a user's is free of casts of C
"$dhgen" build --lang c --out "$work/c" "$here/whole.dhs" "$here/parts.dhs"
printf '#include "%s/use.cpp"\n' "$here" >>"$work/all.cpp"
printf '%s\n' '#if __cplusplus >= 202002L' 'static_assert(std::is_same_v<dh::span<const int>, std::span<const int>>);' '#endif' >>"$work/all.cpp"

status=0
compile() {
    "$@" -isystem "$include" -isystem "$work/c" -I "$work" || { echo "FAILED: $*"; status=1; }
}
# shellcheck disable=SC2086 # flags are words
for standard in c++17 c++20 c++2b; do
    compile g++ -fsyntax-only -std=$standard $warnings "$work/all.cpp"
    if command -v clang++ >/dev/null; then
        compile clang++ -fsyntax-only -std=$standard $warnings "$work/all.cpp"
    else
        echo "NOT TRIED: there is no clang++"
    fi
done
# shellcheck disable=SC2086
compile g++ -std=c++17 -O2 -c -o "$work/out.o" -fno-exceptions -fno-rtti $warnings "$work/all.cpp"
# shellcheck disable=SC2086
compile g++ -fsyntax-only -std=c++17 $warnings -x c++ "$work/shipped.dh.hpp"

# i386, where offsets must be the same. Nothing is linked, so the headers of x86 serve, but for the list of its stubs.
mkdir "$work/gnu"
: >"$work/gnu/stubs-32.h"
multiarch=/usr/include/$(gcc -print-multiarch)
cpp_headers=$multiarch/c++/$(gcc -dumpversion)
for_i386="-m32 -std=c++17 -isystem $cpp_headers -idirafter $work -idirafter $multiarch"
printf '#include <chrono>\n#include <system_error>\n' >"$work/try.cpp"
# shellcheck disable=SC2086
if g++ $for_i386 -fsyntax-only "$work/try.cpp" 2>"$work/why"; then
    compile g++ -fsyntax-only $for_i386 $warnings "$work/all.cpp"
else
    echo "NOT TRIED: g++ -m32: $(grep -m1 error "$work/why")"
fi
exit "$status"
