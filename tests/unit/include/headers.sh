#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone, silently, as C11 and C++17, with gcc and clang; those of C++ alone as C++17 and C++20. usage: headers.sh INCLUDE_DIR
set -u
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Werror -fsyntax-only'
status=0
for header in "$1"/dh/*.h; do
    for compiler in 'gcc -std=c11 -x c' 'clang -std=c11 -x c' 'g++ -std=c++17 -x c++' 'clang++ -std=c++17 -x c++'; do
        # shellcheck disable=SC2086 # lists of words
        $compiler $warnings -I "$1" -include "$header" /dev/null || { echo "$header does not stand alone: $compiler"; status=1; }
    done
done
for header in "$1"/dh/*.hpp; do
    for compiler in 'g++ -std=c++17' 'clang++ -std=c++20'; do
        # shellcheck disable=SC2086
        $compiler $warnings -x c++ -I "$1" -include "$header" /dev/null || { echo "$header does not stand alone: $compiler"; status=1; }
    done
done
exit $status
