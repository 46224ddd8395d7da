#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Shows what the hub promises, on this machine's own pulse, in about fifteen seconds. usage: demo.sh BUILD_DIR
# Exit status 0 only if each promise was observed; what was not is named at the end.
# shellcheck disable=SC2317 # functions that only `observe` calls are called all the same
set -u

if [ $# -ne 1 ] || [ ! -x "$1/bin/pulse-producer" ]; then
    echo 'usage: demo.sh BUILD_DIR    where the tree was built: cmake --preset release && cmake --build build/release' >&2
    exit 64
fi
bin=$(cd "$1/bin" && pwd)
example=$(cd "$(dirname "$0")" && pwd)
PATH=$bin:$PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/dh-demo.XXXXXX") || exit 73
mkdir -m 700 "$work/run"
export DH_BROKER="$work/run/broker.sock" XDG_RUNTIME_DIR="$work/run" LC_ALL="${LC_ALL:-C.UTF-8}"

n_observed=0
refused=0
missing=''
children=''

# ---- saying and observing ----

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') green=$(printf '\033[32m') red=$(printf '\033[31m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' green='' red='' dim='' plain=''
fi

title() { printf '\n%s── %s%s\n' "$bold" "$1" "$plain"; }
say() { printf '%s\n' "$@"; }
shown() { sed "s/^/    /"; }
command_line() { printf '  %s$ %s%s\n' "$dim" "$1" "$plain"; }

# observe WHAT COMMAND…: the one way in which something counts as observed
observe() {
    what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        n_observed=$((n_observed + 1))
        printf '  %sobserved%s      %s\n' "$green" "$plain" "$what"
    else
        missing="$missing
  $what"
        printf '  %sNOT OBSERVED%s  %s\n' "$red" "$plain" "$what"
    fi
}

# eventually COMMAND…: true as soon as it is, false after five seconds
eventually() {
    give_up=$(($(date +%s) + 5))
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -le "$give_up" ] || return 1
        sleep 0.05
    done
}

# ---- processes, and leaving nothing behind ----

# start NAME COMMAND…: in the background, its words in files; its pid in $pid
start() {
    name=$1
    shift
    "$@" >"$work/$name.out" 2>"$work/$name.err" &
    pid=$!
    children="$children $pid"
}

ended() { wait "$1" 2>/dev/null; }

clean_up() {
    trap - EXIT
    trap '' INT TERM HUP
    for child in $children; do
        kill -9 "$child" 2>/dev/null
        wait "$child" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

shared_memory_files() { find /dev/shm -maxdepth 1 -user "$(id -u)" -name '*dh*' 2>/dev/null | sort; }
shared_memory_files >"$work/shm.before"

# ---- asking ----

json() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"; }                     # json KEY: its last value
head_of() { dhadmin info "$channel" --json | sed 's/"zones".*//' | json head; } # messages committed so far
figure() { sed -n "s/.* $2=\([0-9]*\).*/\1/p" "$work/$1.out" | tail -n 1; }     # figure NAME KEY: of its last line
total() { # total KEY NAME…: of several programs
    key=$1 sum=0
    shift
    for name; do
        value=$(figure "$name" "$key")
        sum=$((sum + ${value:-0}))
    done
    echo "$sum"
}

same() { [ -n "$1" ] && [ "$1" = "$2" ]; }
more() { [ -n "$1" ] && [ -n "$2" ] && [ "$1" -gt "$2" ]; }
head_beyond() { more "$(head_of)" "$1"; }
broker_answers() { dhadmin list --json | grep -q '"broker_answers":true'; }
no_broker_answers() { ! broker_answers; }
listed_via() { dhadmin list "$channel" --json | json via | grep -qx "$1"; }
listed_or_ended() { listed_via both || ! all_alive "$producer"; }
both_listed() { dhadmin list "$channel" --json | grep -q '"alive":true' && dhadmin list "$latest" --json | grep -q '"alive":true'; }
joined() { dhadmin info "$channel" --json | grep -q "\"pid\":$1,"; }
all_alive() { kill -0 "$@" 2>/dev/null; }
lost_nothing() { same "$2" 0 && same "$(figure "$1" lost)" 0 && more "$(figure "$1" received)" 100; } # NAME STATUS
none_torn() {
    for name; do same "$(figure "$name" torn)" 0 || return 1; done
}
nothing_left() {
    shared_memory_files | cmp -s - "$work/shm.before" && [ -z "$(ls -A "$work/run")" ] &&
        ! grep -q -e "@dh/$(id -u)/$channel\$" -e "@dh/$(id -u)/$latest\$" /proc/net/unix
}

channel=machine.pulse latest=machine.latest named=no

# run NAME PROGRAM CHANNEL [OPTION…]: starts it, and names the channel only where it is not the schema's
run() {
    name=$1 program=$2 its_channel=$3
    shift 3
    if [ "$named" = yes ]; then set -- --channel "$its_channel" "$@"; fi
    start "$name" "$program" "$@"
}

# ---- the seven scenes ----

scene_schema() {
    title '1  A schema becomes code'
    say 'pulse.dhs says what this machine is asked a thousand times a second. dhgen knows where each' \
        'byte lies before anything runs, and writes C that proves it when it is compiled:'
    command_line 'dhgen layout pulse.dhs'
    dhgen layout "$example/pulse.dhs" | sed -n '/^struct Sample/,/^struct Status/p' | sed '$d' | shown
    command_line 'dhgen hash --channel pulse pulse.dhs'
    hash=$(dhgen hash --channel pulse "$example/pulse.dhs")
    printf '%s\n' "$hash" | shown
    say 'The hash is over one canonical text. Nobody has to believe us: b2sum computes it too.'
    by_hand=$(dhgen canon --channel pulse "$example/pulse.dhs" | b2sum -l 256 | cut -d ' ' -f 1)
    observe 'dhgen canon | b2sum -l 256 is that hash' same "$hash" "$by_hand"
}

scene_programs() {
    title '2  Four programs, none knows another'
    say 'A broker to meet at; a producer; a consumer that must get every sample (the producer would' \
        'wait for it); one that only wants the newest. Samples go through shared memory: no copy, no' \
        'serialisation, and while nobody sleeps no system call.'
    start broker dhbroker --foreground
    broker=$pid
    observe 'the broker answers' eventually broker_answers
    start_producer
    observe 'the producer is found through it' eventually listed_via both
    run rates pulse-rates "$channel"
    rates=$pid
    run newest pulse-latest "$latest"
    newest=$pid
    sleep 1.2
    make_load
    sleep 2
    command_line 'pulse-rates'
    shown <"$work/rates.out"
    command_line 'pulse-latest'
    shown <"$work/newest.out"
    observe 'all four run' all_alive "$broker" "$producer" "$rates" "$newest"
    observe 'the lossless consumer computes rates' grep -q 'Hz$' "$work/rates.out"
}

# A name of our own, should somebody else's machine.pulse be running: a living producer is never replaced.
start_producer() {
    run producer pulse-producer "$channel"
    producer=$pid
    eventually listed_or_ended
    all_alive "$producer" && return
    channel=machine.pulse-$$ latest=machine.pulse-$$-latest named=yes
    run producer pulse-producer "$channel"
    producer=$pid
}

# Something to see: 64 MiB for the disk, and about a second of work for one processor.
make_load() {
    start disk_load dd if=/dev/zero "of=$work/load" bs=1M count=64 conv=fsync
    start cpu_load dd if=/dev/urandom of=/dev/null bs=1M count=300
}

scene_seen() {
    title '3  Everything is visible, and nobody is disturbed'
    say 'dhadmin has no schema file: each channel carries its own description. It claims no slot, so' \
        'nobody waits for it.'
    command_line 'dhadmin list'
    dhadmin list | shown
    command_line "dhadmin echo $channel --once --field memory"
    (cd "$work/run" && dhadmin echo "$channel" --once --field memory) | tee "$work/echo.out" | shown
    kib=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
    observe 'dhadmin lists both channels as alive' both_listed
    observe "echo decodes it: $kib KiB of memory, as the kernel says" grep -q "total: *$kib KiB" "$work/echo.out"
}

scene_refused() {
    title '4  The wrong schema cannot attach'
    say 'Somebody changed the type of one field, u64 to f64: same size, same place, other meaning.' \
        'Such a program must not read a single byte.'
    command_line 'pulse-rates-changed'
    run changed pulse-rates-changed "$channel" --seconds 1
    ended "$pid"
    status=$?
    shown <"$work/changed.err"
    [ "$status" -ne 2 ] || refused=$((refused + 1))
    observe 'it is refused' same "$refused" 1
    observe 'and the field is named' grep -q 'memory.available: block u64 .*, consumer f64' "$work/changed.err"
    say 'A program built last year, before two fields were added in version 1.1, is welcome:'
    command_line 'pulse-rates-older --seconds 2'
    run older pulse-rates-older "$channel" --seconds 2
    ended "$pid"
    status=$?
    shown <"$work/older.out"
    observe 'the older minor version attaches' grep -q 'minor version 1.0' "$work/older.out"
    observe 'and loses nothing' lost_nothing older "$status"
}

scene_killed() {
    title '5  A dead process cannot hurt anyone'
    say 'Another lossless consumer joins; it is killed with SIGKILL while it reads. It cannot say' \
        'goodbye, and the ring of 256 slots would be full a quarter of a second later.'
    run victim pulse-rates "$channel" --quiet
    victim=$pid
    observe 'the consumer has joined' eventually joined "$victim"
    sleep 0.3
    command_line "kill -9 $victim"
    kill -9 "$victim"
    ended "$victim"
    at_death=$(head_of)
    command_line "dhadmin diagnose $channel"
    dhadmin diagnose "$channel" >"$work/diagnose.out"
    shown <"$work/diagnose.out"
    observe 'diagnose names the dead consumer' grep -q "\[$victim\].*\(is dead\|died\)" "$work/diagnose.out"
    observe 'the producer went on, past where the dead would have stopped it' eventually head_beyond $((at_death + 512))
    dhadmin diagnose "$channel" >"$work/mended.out"
    say 'A moment later:'
    sed -n '/remark/,$p' "$work/mended.out" | shown
    observe 'what the dead consumer held was given back' grep -q "\[$victim\].*died and was removed" "$work/mended.out"
    observe 'nothing is wrong any more' grep -q 'verdict *fine' "$work/mended.out"
}

scene_broker() {
    title '6  The broker is not on the way'
    command_line "kill -9 $broker"
    kill -9 "$broker"
    ended "$broker"
    before=$(head_of)
    say 'It is gone. Data still flows, and newcomers find the producer without it:'
    observe 'the broker does not answer' no_broker_answers
    observe 'samples still flow' eventually head_beyond $((before + 1000))
    run newcomer pulse-rates "$channel" --seconds 1 --quiet
    ended "$pid"
    status=$?
    shown <"$work/newcomer.out"
    observe 'a newcomer attaches without a broker, and loses nothing' lost_nothing newcomer "$status"
    say 'Started again, with an empty memory:'
    command_line 'dhbroker'
    start broker2 dhbroker --foreground
    broker=$pid
    observe 'the new broker answers' eventually broker_answers
    observe 'and knows the channel, though nobody was restarted' eventually listed_via both
    dhadmin list | shown
}

scene_end() {
    title '7  The books'
    say 'The producer ends; consumers read what is left, and end too. Every sample has a number and a' \
        'check over all its bytes: the consumers have looked at each.'
    kill -TERM "$producer"
    ended "$producer"
    producer_status=$?
    ended "$rates"
    rates_status=$?
    ended "$newest"
    newest_status=$?
    kill -TERM "$broker"
    ended "$broker"
    broker_status=$?
    for program in producer rates newest; do tail -n 1 "$work/$program.out"; done | shown
    observe 'all four ended in order' \
        [ "$producer_status/$rates_status/$newest_status/$broker_status" = 0/0/0/0 ]
    observe 'the lossless consumer lost nothing' lost_nothing rates "$rates_status"
    observe 'and read to the last sample' same "$(figure rates last)" $(($(total produced producer) - 1))
    observe 'no sample was torn' none_torn rates newest older newcomer
    observe 'the newest-value consumer accounts for every sample it skipped' same "$(figure newest lost)" 0
    observe 'nothing is left: no shared memory, no socket, no file' nothing_left
}

summary() {
    printf '\n%ssummary: produced %s, lossless read %s, newest read %s and skipped %s, older read %s; lost %s, torn %s, refused %s; %s%s\n' \
        "$bold" "$(total produced producer)" "$(total received rates)" "$(total received newest)" \
        "$(total skipped newest)" "$(total received older)" "$(total lost rates newest older newcomer)" \
        "$(total torn rates newest older newcomer)" "$refused" "$1" "$plain"
}

say 'Data Exchange Hub: typed data between the programs of one machine. Three promises, shown on' \
    'this machine: the wrong schema cannot attach; a dead process cannot hurt anyone; everything' \
    'is visible for free.'
scene_schema
scene_programs
if ! all_alive "$producer"; then
    cat "$work/broker.err" "$work/producer.err"
    say 'There is no producer: nothing else can be shown.'
    exit 1
fi
scene_seen
scene_refused
scene_killed
scene_broker
scene_end
if [ -z "$missing" ]; then
    summary "all $n_observed observations made"
    exit 0
fi
summary 'NOT all was observed'
printf '%snot observed:%s%s\n' "$red" "$missing" "$plain"
exit 1
