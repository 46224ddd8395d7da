#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# dh_generate(… BREAKING_AGAINST …) lets pass what keeps a released schema and stops the build at the field that does not: in a project
# that finds an installed tree, in one that has this tree in it, and in a cross build.
# usage: breaking.sh BUILD_DIR SOURCE_DIR
set -eu
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
cmake --install "$build" --prefix "$work/prefix" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
dhgen=$work/prefix/bin/dhgen
tools=$work/prefix/lib/cmake
export CMAKE_GENERATOR=Ninja

# project NAME [cmake options]: a copy of breaking/, configured
project() {
    at=$work/$1
    shift
    cp -r "$source/tests/install/breaking" "$at"
    "$dhgen" canon -I "$at/shared" "$at/released/robot.dhs" >"$at/released/robot.canon"
    (cd "$at/released" && cp robot.dhs kept.dhs && "$dhgen" lock -I ../shared kept.dhs >/dev/null)
    cmake -S "$at" -B "$at/build" "$@" >"$work/log" 2>&1 || { echo "FAILED: ${at##*/} is not configured:"; cat "$work/log"; exit 1; }
}

# builds WHAT: the project builds
builds() {
    cmake --build "$at/build" --target robot >"$work/log" 2>&1 || { echo "FAILED: ${at##*/}: $1:"; cat "$work/log"; failed=1; }
}

# stops WORDS WHAT: it does not, and this is said
stops() {
    if cmake --build "$at/build" --target robot >"$work/log" 2>&1; then
        echo "FAILED: ${at##*/}: $2: it was built"
        failed=1
    elif ! grep -Eq "$1" "$work/log"; then
        echo "FAILED: ${at##*/}: $2: '$1' was not said:"
        cat "$work/log"
        failed=1
    fi
}

# changed 's/…/…/' FILE: that line; it must be there
changed() {
    cp "$at/$2" "$work/before"
    sed -i "$1" "$at/$2"
    if cmp -s "$work/before" "$at/$2"; then echo "FAILED: '$1' changes nothing"; failed=1; fi
}

# both: one field more passes, a changed one does not, and as it was it passes again
both() {
    builds 'a minor more'
    cp "$at/robot.dhs" "$work/good"
    changed 's/wheels: u32/wheels: u16/' robot.dhs
    stops "robot.dhs:[34]:.*minor 1.0 of channel 'state' was released and changed: slot wheels: released as u32 @0, now u16 @0.*DH0513" 'a field of another type'
    cp "$work/good" "$at/robot.dhs"
    builds 'as it was'
}

# An installed tree, against a schema; what that one imports counts, too, and when it changes, it is looked at again
project installed -DCMAKE_PREFIX_PATH="$work/prefix"
both
changed 's/version 1/version 2/; s/ heading: .*;//' robot.dhs
changed 's/wheels: u32/wheels: u16/' robot.dhs
builds 'a new major'
cp "$work/good" "$at/robot.dhs"
changed 's/wheels: u32/wheels: u16/' released/robot.dhs
stops 'released as u16 @0, now u32 @0' 'another release'
changed 's/struct/strukt/' released/robot.dhs
stops 'released/robot.dhs:.*error' 'a release with a mistake'

# against a canonical text and a lock
for kind in robot.canon kept.dhs.lock; do
    project "$kind" -DCMAKE_PREFIX_PATH="$work/prefix" -DRELEASED="$kind"
    both
done

# this tree in the project: its dhgen would be built first, so the test gives the one that is
project inside -DDH_SOURCE="$source" -DDH_BUILD_TOOLS=OFF -DDH_DHGEN="$dhgen"
both

# for another processor
cross=$(command -v aarch64-linux-gnu-gcc && command -v aarch64-linux-gnu-g++) || cross=''
if [ -n "$cross" ]; then
    printf 'set(CMAKE_SYSTEM_NAME Linux)\nset(CMAKE_SYSTEM_PROCESSOR aarch64)\nset(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)\nset(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)\n' >"$work/arm.cmake"
    project cross -DCMAKE_TOOLCHAIN_FILE="$work/arm.cmake" -Ddh_DIR="$tools/dh" -DDH_DHGEN="$dhgen"
    both
    readelf -h "$at/build/CMakeFiles/robot.dir/robot.c.o" | grep -q AArch64 || { echo 'FAILED: the cross build made something else'; failed=1; }
else
    echo 'SKIPPED: no cross build; there is no aarch64-linux-gnu-g++, ./dev setup installs it'
fi

# refused CALL WORDS: what cannot be meant is told when the project is configured
refused() {
    rm -rf "$work/wrong"
    cp -r "$source/tests/install/breaking" "$work/wrong"
    sed -i "s|^dh_generate.*|dh_generate(TARGET robot $1)|" "$work/wrong/CMakeLists.txt"
    if cmake -S "$work/wrong" -B "$work/wrong/build" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/log" 2>&1; then
        echo "FAILED: $1 was taken"
        failed=1
    fi
    tr -s ' \n' '  ' <"$work/log" | grep -Eq "$2" || { echo "FAILED: $1: '$2' was not said:"; cat "$work/log"; failed=1; }
}
refused 'FILES robot.dhs BREAKING_AGAINST released/robots.dhs' "BREAKING_AGAINST names 'released/robots.dhs', and there is no"
refused 'FILES robot.dhs shared/vector.dhs BREAKING_AGAINST released/robot.dhs' 'FILES are 2, those are 1'
refused "FILES robot.dhs BREAKING_AGAINST \${NOTHING}" 'FILES are 1, those are 0'
exit $failed
