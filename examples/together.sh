#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs programs that belong together. Each argument is a command line, and what it offers in front of it: 'demo.weather=station'. All but
# the last run in the background and are found before the next starts; what the last one prints is compared with EXPECTED.
# Then the others are killed, as a power cut would do.
# usage: together.sh BIN EXPECTED 'CHANNEL=PROGRAM ARGUMENT…'… 'PROGRAM ARGUMENT…'          BIN: the folder of programs
set -u
bin=$1 expected=$2
shift 2
work=$(mktemp -d) || exit 73
export DH_BROKER="$work/no-broker" # none is needed
pids=''

clean_up() {
    for pid in $pids; do
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

until_offered() { # at most ten seconds
    for _ in $(seq 200); do
        "$bin/dhadmin" list "$1" --json 2>/dev/null | grep -q '"alive":true' && return 0
        sleep 0.05
    done
    echo "together: nobody offers $1" >&2
    exit 1
}

while [ $# -gt 1 ]; do
    # shellcheck disable=SC2086 # a command line
    "$bin"/${1#*=} >/dev/null &
    pids="$pids $!"
    until_offered "${1%%=*}"
    shift
done
# shellcheck disable=SC2086
timeout 60 "$bin"/$1 | tee "$work/out"
diff "$expected" "$work/out" >&2
