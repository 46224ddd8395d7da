#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DHGEN INCLUDE: what dhgen imports from one/ equals expected/, to the byte, with what it says
# on standard error; it is in the style of dhgen fmt, it is a schema, and C compilers take its headers.
# two/ is a later release of the same sources: expected/history.diff is what changed, by dhgen diff.
# UPDATE=1 rewrites expected/ instead; look at the difference before you commit it.
set -eu
dhgen=$1
include=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
mkdir "$work/made" "$work/two" "$work/c"

cd "$here/one"
"$dhgen" import ros --out "$work/made" arm_msgs/msg/*.msg site_msgs/msg/*.msg 2> "$work/made/ros.said" || status=1
"$dhgen" import mavlink --out "$work/made" mavlink/rover.xml 2> "$work/made/mavlink.said" || status=1

cd "$work/made"
"$dhgen" fmt --check ./*.dhs ./*_msgs/*.dhs || { echo "FAILED: not as dhgen fmt has it"; status=1; }
for schema in ./*.dhs ./*_msgs/*.dhs; do
    mkdir -p "$work/c/$(dirname "$schema")"
    "$dhgen" build --werror -I . --out "$work/c/$(dirname "$schema")" "$schema" || status=1
done
for source in "$work"/c/*.c "$work"/c/*/*.c; do
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -I "$include" -I "$work/c" -I "$work/c/arm_msgs" -fsyntax-only \
        "$source" || status=1
done

# All in one run: what several import is made once, and the same whoever asks first
mkdir "$work/c/all"
"$dhgen" build -I . --out "$work/c/all" ./*.dhs ./*_msgs/*.dhs || { echo "FAILED: all in one run"; status=1; }

# The next release
cd "$here/two"
if ! { "$dhgen" import ros --out "$work/two" arm_msgs/msg/*.msg && "$dhgen" import mavlink --out "$work/two" mavlink/rover.xml; } 2> "$work/two/said"; then
    cat "$work/two/said"
    status=1
fi
cd "$work/made"
for schema in rover.dhs arm_msgs/*.dhs; do
    got=0
    "$dhgen" diff --diagnostics short -I . "$schema" "../two/$schema" >> history.diff || got=$?
    [ "$got" -le 1 ] || { echo "FAILED: diff of $schema ends in $got"; status=1; }
done

# Twice is once: the same bytes, and files that are there already keep their dates.
touch -d 2001-01-01 "$work/made/rover.dhs"
cd "$here/one"
"$dhgen" import mavlink --out "$work/made" mavlink/rover.xml 2> /dev/null
[ -z "$(find "$work/made/rover.dhs" -newer "$here/golden.sh")" ] || { echo "FAILED: written again"; status=1; }
"$dhgen" import ros --bound 5 --package a.b --prefix ab --out - arm_msgs/msg/JointState.msg 2> /dev/null |
    grep -qx 'package a.b as ab;' || { echo "FAILED: --package, --prefix"; status=1; }
"$dhgen" import ros --bound 5 --out - arm_msgs/msg/PathPlan.msg 2> /dev/null | grep -q 'string<5>;' ||
    { echo "FAILED: --bound"; status=1; }

if [ "${UPDATE:-}" = 1 ]; then
    rm -rf "$here/expected"
    cp -r "$work/made" "$here/expected"
    echo "rewritten: $here/expected"
    exit "$status"
fi
diff -ru "$here/expected" "$work/made" || {
    echo "The imported files changed. If that is what you meant: UPDATE=1 $0 $dhgen $include" >&2
    status=1
}
exit "$status"
