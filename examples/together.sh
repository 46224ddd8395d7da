#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs programs that belong together. Each argument is a command line, and what it offers in front of it: 'demo.weather=station'. All but
# the last run in the background and are found before the next starts; what the last one prints is compared with EXPECTED.
# One with a plus before it ends by itself, too: what it prints comes before that. Then the others are killed, as a power cut would do.
# usage: together.sh BIN EXPECTED 'CHANNEL=PROGRAM ARGUMENT…'… '+PROGRAM ARGUMENT…'… 'PROGRAM ARGUMENT…'
# BIN: the folder of programs, but for those that are given from / on
set -u
bin=$1 expected=$2
shift 2
work=$(mktemp -d) || exit 73
export DH_BROKER="$work/no-broker" # none is needed
pids='' readers='' n=0

clean_up() {
    for pid in $readers; do
        kill "$pid" 2>/dev/null # timeout passes it on
    done
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

# become COMMAND LINE: this shell is that program from then on
# shellcheck disable=SC2086 # words
become() {
    case $1 in
    /*) exec $limit $1 ;;
    *) exec $limit "$bin"/$1 ;;
    esac
}

while [ $# -gt 1 ]; do
    case $1 in
    +*)
        n=$((n + 1))
        limit='timeout 60'
        become "${1#+}" >"$work/out.$n" &
        readers="$readers $!"
        ;;
    *)
        limit=''
        become "${1#*=}" >/dev/null &
        pids="$pids $!"
        until_offered "${1%%=*}"
        ;;
    esac
    shift
done
limit='timeout 60'
(become "$1") >"$work/out.last" || echo "together: $1: ended with $?" >&2
for pid in $readers; do
    wait "$pid" || echo "together: process $pid ended with $?" >&2
done
readers=''
for i in $(seq "$n") last; do
    cat "$work/out.$i"
done | tee "$work/out"
diff "$expected" "$work/out" >&2
