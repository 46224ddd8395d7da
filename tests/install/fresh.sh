#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On a fresh Debian 12 in a folder of its own: what README tells a newcomer, timed from its first command on (newcomer.py); then the four
# packages of FOLDER on a second one that never saw this tree: install, a demo of programs built with them, remove, purge, and nothing is
# left. Needs root and the network: by hand, `./dev deb --fresh`. Ends with "N passed, N failed". usage: fresh.sh FOLDER ROOT [--packages]
set -u
debs=$(cd "$1" && pwd) root=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
passed=0 failed=0
[ "$(id -u)" -eq 0 ] || { echo 'FAILED: a fresh Debian is made by root'; echo '0 passed, 1 failed'; exit 1; }
mkdir -p "$root"
root=$(cd "$root" && pwd)
ok() { passed=$((passed + 1)); echo "ok $1"; }
bad() { failed=$((failed + 1)); echo "FAILED: $1"; [ ! -s "$root/log" ] || tail -n 30 "$root/log"; }

# made: a Debian of the smallest kind, once; each machine is a copy
if [ ! -d "$root/base/etc" ]; then
    echo "── a fresh Debian in $root/base"
    debootstrap --variant=minbase bookworm "$root/base.new" http://deb.debian.org/debian >"$root/log" 2>&1 || { bad debootstrap; echo "$passed passed, $failed failed"; exit 1; }
    mv "$root/base.new" "$root/base"
fi

# inside MACHINE COMMAND: in it, alone with its processes
# shellcheck disable=SC2016 # the shell inside knows them
inside() {
    unshare --mount --pid --fork --kill-child sh -c \
        'mount -t proc proc "$0/proc" && exec chroot "$0" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh -ec "$1"' \
        "$1" "$2" >"$root/log" 2>&1
}

# step WHAT MACHINE COMMAND
step() { if inside "$2" "$3"; then ok "$1"; else bad "$1"; fi; }

fresh() {
    rm -rf "$1"
    cp -a "$root/base" "$1"
}

if [ "${3:-}" != --packages ]; then
    echo '── a newcomer'
    fresh "$root/newcomer"
    mkdir "$root/newcomer/srv/dh"
    git -C "$source" archive HEAD | tar -x -C "$root/newcomer/srv/dh"
    if "$source/tests/install/newcomer.py" --machine "$root/newcomer" "$source/README.md"; then ok 'C, C++ and Python, by README alone'; else bad 'README does not lead there'; fi
fi

echo '── the packages'
machine=$root/packages
fresh "$machine"
mkdir "$machine/debs" "$machine/demo"
cp "$debs"/*.deb "$machine/debs"
cp -r "$source/examples/01-machine-pulse" "$machine/demo/pulse"
needed=$(for deb in "$debs"/*.deb; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' | sed 's/^ *//' | grep -Ev '^(libdh0|dh-tools) ' | sort -u | paste -sd,)
step 'what they need is there' "$machine" "apt-get update -qq && apt-get satisfy -y -qq --no-install-recommends '$needed, gcc, g++, cmake, ninja-build, pkg-config, procps'"
# what is left of them is seen by what was there before: all files, and the users
left() { inside "$machine" "find / -xdev ! -path '/proc/*' ! -path '/debs/*' ! -path '/demo/*' ! -path '/var/lib/dpkg/*' ! -path '/var/log/*' ! -path '/var/cache/*' ! -path '/var/backups/*' ! -path '/etc/*-' ! -path '/etc/.pwd.lock' ! -path '/tmp/*' >/demo/$1.list; cat /etc/passwd /etc/group >>/demo/$1.list"; }
left before
step 'they install' "$machine" 'apt-get install -y -qq --no-install-recommends /debs/*.deb'
step 'the library is known to the loader, and each tool runs' "$machine" \
    'ldconfig -p | grep -q "libdh.so.0 " && dhgen --version && dhadmin --version && dhbroker --version && python3 -c "import dh; dh.channels()"'
step 'an exchange between programs built with them: the demo' "$machine" \
    'cd /demo && cmake -S pulse -B build -G Ninja -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/demo/build/bin && cmake --build build && sh pulse/demo.sh build'
step 'they install over themselves, as an upgrade does' "$machine" 'dpkg -i /debs/*.deb'
step 'a service that is started by systemd has its user' "$machine" \
    'apt-get install -y -qq --no-install-recommends systemd >/dev/null && dpkg-reconfigure dh-tools && getent passwd dh && test -f /etc/dh/dh.conf && test -d /var/lib/dh && systemctl --quiet enable dhbroker.socket && : >/var/lib/dh/registry.db'
step 'removed, the registry and the policy stay' "$machine" 'apt-get remove -y -qq libdh0 libdh-dev dh-tools python3-dh && test -f /var/lib/dh/registry.db && test -f /etc/dh/dh.conf && ! test -e /usr/bin/dhgen && ! test -e /etc/systemd/system/sockets.target.wants/dhbroker.socket'
step 'they are purged' "$machine" 'dpkg --purge libdh0 libdh-dev dh-tools python3-dh && ! getent passwd dh && ! getent group dh'
step 'and systemd with them' "$machine" 'apt-get purge -y -qq systemd >/dev/null && apt-get autoremove --purge -y -qq >/dev/null; true'
left after
for list in before after; do LC_ALL=C sort -o "$machine/demo/$list.list" "$machine/demo/$list.list"; done
LC_ALL=C comm -13 "$machine/demo/before.list" "$machine/demo/after.list" | grep -E '(^|/)(dh|libdh|dhgen|dhadmin|dhbroker|datablock|thermo)|^dh:|/dh[./-]|python3-dh' >"$root/log"
if [ -s "$root/log" ]; then bad 'this is left of them:'; else ok 'nothing is left of them'; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
