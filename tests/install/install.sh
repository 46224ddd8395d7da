#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install into an empty folder, move it elsewhere, and build an example against it as a user does. usage: install.sh BUILD_DIR SOURCE_DIR
set -eu
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/made" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
mv "$work/made" "$work/prefix" # nothing may remember where it was
cp -r "$source/examples/01-machine-pulse" "$work/example"
{
    cmake -S "$work/example" -B "$work/example-build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" &&
        cmake --build "$work/example-build"
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
for file in man/man1/dhgen.1 man/man5/dhs.5 bash-completion/completions/dhgen; do
    [ -s "$work/prefix/share/$file" ] || { echo "share/$file is not installed"; exit 1; }
done
"$work/prefix/bin/dhgen" hash "$work/example/pulse.dhs" --channel pulse >"$work/hash"
grep -Eq '^[0-9a-f]{64}' "$work/hash" || { echo "the installed dhgen gives no hash:"; cat "$work/hash"; exit 1; }
# C++, which needs the header alone
cp -r "$source/examples/09-cpp" "$work/kiln"
{
    cmake -S "$work/kiln" -B "$work/kiln-build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" && cmake --build "$work/kiln-build"
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
DH_BROKER="$work/none" "$work/kiln-build/example-watch" 2>"$work/said" && { echo "it watched a kiln that is not there"; exit 1; }
grep -q "demo.kiln.kiln.*no such channel" "$work/said" || { echo "the C++ example says:"; cat "$work/said"; exit 1; }
"$work/example-build/pulse-producer" --help >"$work/help" || { echo "the example does not run"; exit 1; }

# plain make and Meson find library and dhgen by pkg-config
export PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig" LD_LIBRARY_PATH="$work/prefix/lib" DH_BROKER="$work/none"
cp -r "$source/tests/install/small" "$work/small"
[ "$(pkg-config --modversion dh)" = "$("$work/prefix/bin/dhgen" --version | awk '{ print $2; exit }')" ] || { echo "dh.pc has another version than dhgen"; exit 1; }
make -C "$work/small" thermo >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
[ "$("$work/small/thermo")" = 21.5 ] || { echo "what make built does not run"; exit 1; }
if command -v meson >/dev/null; then
    rm "$work/small"/thermo.dh.*
    { meson setup "$work/meson" "$work/small" && ninja -C "$work/meson"; } >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    [ "$("$work/meson/thermo")" = 21.5 ] || { echo "what Meson built does not run"; exit 1; }
else
    echo "SKIPPED: there is no meson; ./dev setup installs it"
fi

# a component that is not there is told by its name
mkdir "$work/wrong"
printf 'cmake_minimum_required(VERSION 3.25)\nproject(wrong C)\nfind_package(dh REQUIRED COMPONENTS library dhgen fortran)\n' >"$work/wrong/CMakeLists.txt"
cmake -S "$work/wrong" -B "$work/wrong/build" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/log" 2>&1 && { echo "a component that nobody has was found"; exit 1; }
grep -q "no component 'fortran'" "$work/log" || { cat "$work/log"; exit 1; }

# Python, where it is built
if [ -d "$work/prefix/lib/python3" ]; then
    python=/usr/bin/python3
    [ -x "$python" ] || python=python3
    env -u LD_LIBRARY_PATH PYTHONPATH="$work/prefix/lib/python3/dist-packages" "$python" -c 'import dh; print(dh.channels("none.such"))' >"$work/said"
    [ "$(cat "$work/said")" = '[]' ] || { echo "the installed Python package says:"; cat "$work/said"; exit 1; }
fi
