#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# comment_only.sh DHGEN TOP: an edit of a schema that is nothing but comment compiles no program again. The one file
# that cites lines of the schema, imu.dh.c, is made again if lines moved; if none did, nothing is. `///` is documentation, no such comment:
# the header carries it.
# Exit status 77: there is no ninja, and that is said.
set -eu
dhgen=$1
top=$2
command -v ninja > /dev/null || { echo "NOT TRIED: there is no ninja"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cp "$top/tests/golden/generate/plain.dhs" .
cat > CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(comment LANGUAGES C)
include("$top/cmake/DhGenerate.cmake")
add_executable(program program.c other.c)
target_include_directories(program PRIVATE "$top/include")
dh_generate(TARGET program FILES plain.dhs)
END
printf '#include "plain.dh.h"\nint other(void);\nint main(void) { return other(); }\n' > program.c
printf '#include "plain.dh.h"\nint other(void);\nint other(void) { return (int)sizeof(struct plain_pair) - 8; }\n' > other.c
cmake -G Ninja -DDH_DHGEN="$dhgen" -S . -B build > out 2>&1 || { cat out; exit 1; }

compiles() { # what ninja compiles now, by name of source
    ninja -C build -v > out 2>&1 || { cat out; exit 1; }
    grep -o -- '-c [^ ]*' out | sed 's|.*/||' | sort | tr '\n' ' '
}

expect() { # what, the sources wanted
    got=$(compiles)
    [ "$got" = "$2" ] || { echo "FAILED: $1 compiles '$got', not '$2'"; cat out; exit 1; }
}

expect "the first build" "other.c plain.dh.c program.c "
expect "no edit" ""
printf '// at the end\n' >> plain.dhs
expect "a comment that moves no line" ""
sed -i 's/u32;/u32;\/* what this is *\/ /' plain.dhs
expect "a comment between words" ""
sed -i '1i // a line of comment\n' plain.dhs
expect "a comment that moves lines" "plain.dh.c "
sed -i '3i \\n\n' plain.dhs
expect "blank lines" "plain.dh.c "
sed -i 's/^struct Pair/\/\/\/ Documentation, which the header carries.\nstruct Pair/' plain.dhs
expect "documentation" "other.c plain.dh.c program.c "
sed -i 's/first: u32/first: f32/' plain.dhs
expect "another type" "other.c plain.dh.c program.c "

# C++ is a header alone, so it cites no line at all
mkdir before after
"$dhgen" build --lang cpp --out before plain.dhs
sed -i '1i // moves every line' plain.dhs
"$dhgen" build --lang cpp --out after plain.dhs
cmp before/plain.dh.hpp after/plain.dh.hpp || { echo "FAILED: a comment changes generated C++"; exit 1; }
