#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README's programs: taken out of the page, built as it says against an installed tree, and run; what one sends the
# other must print. usage: run.sh README BUILD_DIR    (CFLAGS as the tree was built with)
set -u
page=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 73
export DH_BROKER="$work/no-broker" # direct: the page says that none is needed
sender='' receiver=''

clean_up() {
    for pid in $sender $receiver; do
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

fail() {
    echo "readme: $1" >&2
    for file in "$work/build.log" "$work/out"; do [ ! -s "$file" ] || tail -n 30 "$file" >&2; done
    exit 1
}

# until_true WHAT COMMAND…: within ten seconds
until_true() {
    what=$1 give_up=$(($(date +%s) + 10))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -le "$give_up" ] || fail "$what"
        sleep 0.05
    done
}

# What it has printed lies in its buffer; what it has read lies in shared memory.
has_read() {
    acquired=$("$work/tree/bin/dhadmin" info lab.thermo --json | sed -n 's/.*"acquired":\([0-9]*\).*/\1/p')
    [ "${acquired:-0}" -ge "$1" ]
}
is_offered() { "$work/tree/bin/dhadmin" list lab.thermo --json | grep -q '"alive":true'; }
is_decoded() { "$work/tree/bin/dhadmin" echo thermo --once | grep -q 'place: *"cryostat"'; }

build_page() {
    mkdir "$work/page"
    for name in thermo.dhs send.c receive.c CMakeLists.txt; do
        "$here/../../tutorial/follow.py" --take "$name" "$page" >"$work/page/$name" || return 1
    done
    cmake --install "$build" --prefix "$work/tree" &&
        cmake -S "$work/page" -B "$work/page/build" -DCMAKE_PREFIX_PATH="$work/tree" -DCMAKE_C_FLAGS="${CFLAGS:-} -Wall -Wextra -Werror" &&
        cmake --build "$work/page/build"
}

build_page >"$work/build.log" 2>&1 || fail 'the page does not build'
send=$work/page/build/send receive=$work/page/build/receive

"$receive" && fail 'receive found a channel that nobody offers: is another test running?'

"$send" &
sender=$!
until_true 'the producer was not found' is_offered
"$receive" >"$work/out" &
receiver=$!
until_true 'eight readings did not come' has_read 8
until_true 'dhadmin echo did not decode the channel' is_decoded

kill -9 "$sender"
wait "$sender" 2>/dev/null
sender=''
wait "$receiver" || fail "receive ended with $? when its producer was killed"
receiver=''

# Numbers without a gap, and in each line what was sent with that number.
awk '
    NR == 1 { next_number = $1 + 0 }
    {
        expected = sprintf("%d: cryostat %.2f degC", next_number, 20 + next_number % 8 / 4)
        if ($0 != expected) { print "line " NR ": \"" $0 "\", expected \"" expected "\""; bad = 1 }
        next_number++
    }
    END { exit bad || NR < 8 }
' "$work/out" || fail 'what came is not what was sent'
