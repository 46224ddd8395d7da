#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The packages as they would be made of a build that is there already, looked into: what lies below /usr/lib/x86_64-linux-gnu in
# those of the deb preset lies in /usr/lib here. usage: packages_here.sh BUILD_DIR
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
cpack -G DEB -B "$work" -D CPACK_PACKAGING_INSTALL_PREFIX=/usr -D CPACK_DEBIAN_COMPRESSION_TYPE=none >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$here/packages.sh" "$work" --without-lintian
