#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The libraries that the runtime and its tests link, for another processor. Debian 12 has no packages for 64-bit RISC-V,
# and those for ARM ask for a second architecture in dpkg; but it has the sources: apt fetches them and checks their
# signatures, and they are cross-built without their tests.
#
#   tests/cross/libraries.sh PROCESSOR FOLDER     afterwards FOLDER/root has lib, include and lib/pkgconfig
set -eu
[ $# -eq 2 ] || { echo "usage: $0 PROCESSOR FOLDER" >&2; exit 64; }
processor=$1
mkdir -p "$2/lists/partial"
cd "$2"
folder=$(pwd)
root=$folder/root
host=$processor-linux-gnu

# Each step is done once; what was cut short is done again.
step() {
    name=$1
    shift
    [ ! -e "$folder/$name.done" ] || return 0
    "$@" >"$folder/$name.log" 2>&1 || { tail -n 20 "$folder/$name.log"; echo "$processor: $name failed; $folder/$name.log has it all"; exit 1; }
    : >"$folder/$name.done"
}

# A list of sources of its own: the machine's stays as it is.
fetch() {
    echo 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main' >sources.list
    set -- -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$folder/lists" \
        -o Dir::Cache="$folder" -o APT::Sandbox::User=root
    apt-get "$@" update
    apt-get "$@" source --download-only libsodium xxhash check
    for source in *.dsc; do
        package=${source%%_*}
        rm -rf "${package:?}"
        dpkg-source --no-check -x "$source" "$package" # apt has checked
    done
}

sodium() {
    cd "$folder/libsodium"
    autoreconf -fi
    ./configure --host="$host" --prefix="$root" --disable-shared --with-pic
    make -j "$(nproc)"
    make install
}

# Its headers are all that is used of it.
xxhash() { install -D -m 644 -t "$root/include" "$folder/xxhash/xxhash.h"; }

check() {
    cmake -S "$folder/check" -B "$folder/check/made" -G Ninja -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$processor" \
        -DCMAKE_C_COMPILER="$host-gcc" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$root" -DCMAKE_INSTALL_LIBDIR=lib \
        -DCHECK_ENABLE_TESTS=OFF -DBUILD_SHARED_LIBS=OFF
    cmake --build "$folder/check/made" --target install
    sed -i 's/-lcheck_pic/-lcheck/' "$root/lib/pkgconfig/check.pc" # as Debian's other build calls it
}

step fetch fetch
step sodium sodium
step xxhash xxhash
step check check
echo "$processor: the libraries are in $root"
