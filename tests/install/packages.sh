#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Four packages: who needs whom, what is in them, and what they do when they come and go; lintian, where it is. Ends with
# "N passed, N failed". Nothing is installed: fresh.sh does that. usage: packages.sh FOLDER [--without-lintian]
set -u
cd "$1" || exit 64
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# holds WHAT COMMAND…
holds() {
    what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        cat "$work/said"
    fi
}

deb() { echo "$1"_*.deb; }
has() { grep -Eq " \./$2( -> .*)?\$" "$work/$1.files" || { echo "$1 has no $2:"; cat "$work/$1.files"; return 1; }; }
field() { dpkg-deb -f "$(deb "$1")" "$2"; }
needs() { field "$1" Depends | grep -qF "$2" || { echo "$1 depends on: $(field "$1" Depends)"; return 1; }; }
nobody_else_has() { [ "$(cat "$work"/*.files | grep -v '/$' | awk '{ print $6 }' | sort | uniq -d)" = '' ]; }
only_root_owns() { ! awk '$2 != "root/root"' "$work/$1.files" | grep .; }

for package in libdh0 libdh-dev dh-tools python3-dh; do
    holds "there is one package $package" test -f "$(deb $package)"
    dpkg-deb -c "$(deb $package)" >"$work/$package.files" || exit 1
    mkdir "$work/$package.control"
    dpkg-deb -e "$(deb $package)" "$work/$package.control"
    for script in postinst prerm postrm; do
        [ ! -f "$work/$package.control/$script" ] || holds "$package: $script is a script" sh -n "$work/$package.control/$script"
    done
    holds "$package: all is root's" only_root_owns $package
    holds "$package says who may copy it" has $package "usr/share/doc/$package/copyright"
    holds "$package says what changed" has $package "usr/share/doc/$package/changelog.Debian.gz"
done
version=$(field libdh0 Version)
holds 'no file is in two packages' nobody_else_has
holds 'libdh0 has the library under its SONAME' has libdh0 'usr/lib/.*libdh\.so\.0'
holds 'libdh0 tells others which release they need' grep -q '^libdh 0 libdh0 (>= ' "$work/libdh0.control/shlibs"
holds 'libdh-dev needs the same libdh0' needs libdh-dev "libdh0 (= $version)"
holds 'libdh-dev brings dhgen' needs libdh-dev "dh-tools (= $version)"
holds 'python3-dh needs the same libdh0' needs python3-dh "libdh0 (= $version)"
for file in usr/include/dh/dh.h usr/include/dh/dh.hpp 'usr/lib/.*libdh\.a' 'usr/lib/.*libdh\.so' 'usr/lib/.*pkgconfig/dh\.pc' 'usr/lib/.*cmake/dh/dh-config\.cmake' \
    'usr/lib/.*cmake/dh/DhGenerate\.cmake'; do holds "libdh-dev has $file" has libdh-dev "$file"; done
for file in usr/bin/dhgen usr/bin/dhbroker usr/bin/dhadmin 'usr/share/man/man1/dhgen.1(.gz)?' usr/lib/systemd/system/dhbroker.socket usr/lib/sysusers.d/dh.conf \
    usr/lib/tmpfiles.d/dh.conf usr/share/dh/idl/dh/time.dhs; do holds "dh-tools has $file" has dh-tools "$file"; done
for file in postinst prerm postrm; do holds "dh-tools has $file" test -x "$work/dh-tools.control/$file"; done
for file in postinst prerm; do holds "python3-dh has $file" test -x "$work/python3-dh.control/$file"; done
holds 'python3-dh lies where python3 looks' has python3-dh 'usr/lib/python3/dist-packages/dh/__init__\.py'

dpkg-deb -x "$(deb dh-tools)" "$work/tree"
holds 'its dhgen runs and finds its schemas' sh -c "printf 'package a; import \"dh/time.dhs\"; struct S { n: u8; }\n' | '$work/tree/usr/bin/dhgen' check -I '$work/tree/usr/share/dh/idl' -"

if [ "${2:-}" = --without-lintian ]; then
    : # packages of a build that is not for packages
elif command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error -- *.deb >"$work/lintian" 2>&1
    holds 'lintian finds no error' test $? -eq 0
    grep -E '^[EW]:' "$work/lintian"
else
    echo 'SKIPPED: there is no lintian; ./dev deb --check installs it'
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
