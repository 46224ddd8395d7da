#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# second.sh DHGEN TOP tree|corpora: two more implementations and dhgen agree on every schema of this tree (second.py begins at the types of
# the JSON model, ../language/stranger.py at the text of the schema), or on the newest PX4 and MAVLink definitions, imported by dhgen,
# in ../shared/corpora or $DH_CORPORA (77: they are not there).
set -eu
dhgen=$1
top=$(cd "$2" && pwd)
second=$top/tests/versions/second.py
stranger=$top/tests/language/stranger.py
list=$(mktemp)
trap 'rm -f "$list"' EXIT

if [ "$3" = tree ]; then
    cd "$top"
    # Wrong on purpose: diagnostics, mistakes, parts of fmt. numbers.dhs: a text with a NUL, which the JSON model cuts there.
    find examples idl/std tests -name '*.dhs' ! -path '*/diagnostics/*' ! -path '*/mistakes/*' ! -path '*/fmt/*' \
        ! -path '*/tutorial/*' ! -name numbers.dhs | sort > "$list"
    xargs python3 "$second" "$dhgen" -I idl/std -I tests/golden/import/expected -I tests/install/breaking/shared < "$list"
    xargs python3 "$stranger" "$dhgen" -I idl/std -I tests/golden/import/expected -I tests/install/breaking/shared < "$list"
    exit
fi

corpora=${DH_CORPORA:-$top/../shared/corpora}
if [ ! -d "$corpora/px4_msgs" ] || [ ! -d "$corpora/mavlink" ]; then
    echo "SKIPPED: no corpora in ../shared/corpora, and DH_CORPORA names none; tests/golden/import/expected is compared always"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work" "$list"' EXIT
cd "$work"
find "$corpora/px4_msgs/v1.16.0" -name '*.msg' | sort | xargs "$dhgen" import ros --package px4_msgs --out . 2> said ||
    { tail said; exit 1; }
common=$(find "$corpora/mavlink/2024" -name common.xml | head -n 1)
"$dhgen" import mavlink --out . "$common" 2> said || { tail said; exit 1; }
find . -name '*.dhs' | sort > "$list"
xargs python3 "$second" "$dhgen" -I . -I "$top/idl/std" < "$list"
xargs python3 "$stranger" "$dhgen" -I . -I "$top/idl/std" < "$list"
