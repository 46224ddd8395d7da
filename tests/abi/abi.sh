#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Does a program that was linked with the baseline's library run with this one? Calls with their symbol versions, and the types that
# public headers spell out, are compared by abidiff. What is new is told and passes; what is gone or changed is told and fails.
# usage: abi.sh LIBRARY INCLUDE_DIR BASELINE [--renew]    --renew, or UPDATE=1: write the baseline instead
set -eu
library=$1 headers=$2 baseline=$3
renew=${UPDATE:-0}
[ "${4:-}" != --renew ] || renew=1
skip() {
    echo "SKIPPED: $1"
    exit 77 # ctest says so
}
command -v abidiff >/dev/null || skip 'there is no abidiff; ./dev setup installs it (abigail-tools)'
readelf -S "$library" | grep -q '\.debug_info' || skip "$library is built without -g, so its types cannot be seen; the dev preset has them"
[ "$(readelf -h "$library" | sed -n 's/^ *Class: *//p')" = ELF64 ] || skip 'the baseline is that of 64-bit processors'

now=$(mktemp)
trap 'rm -f "$now" "$now.said"' EXIT
# types by their names, and no word of where or from which file they were built: the same on all machines
abidw --headers-dir "$headers" --drop-private-types --exported-interfaces-only --no-corpus-path --no-comp-dir-path --no-show-locs \
    --no-elf-needed --no-architecture --no-parameter-names --type-id-style hash "$library" |
    sed "s|path='[^']*/runtime/|path='runtime/|" >"$now"

if [ "$renew" = 1 ]; then
    cp "$now" "$baseline"
    echo "the baseline is now what this library has; look at it: git diff $baseline"
    exit 0
fi
rc=0
abidiff --leaf-changes-only --impacted-interfaces --no-show-locs "$baseline" "$now" >"$now.said" || rc=$?
[ "$rc" -ne 0 ] || exit 0
cat "$now.said"
if [ $((rc & 3)) -ne 0 ]; then
    echo "FAILED: abidiff could not compare $baseline"
    exit 1
fi
if abidiff --leaf-changes-only --no-added-syms "$baseline" "$now" >"$now.said"; then
    echo 'These are new; programs that know nothing of them go on. A release takes them into the baseline: ./dev abi --renew'
    exit 0
fi
cat <<TEXT
FAILED: a program that was linked with an older $(basename "$library") would call what is gone, or take bytes for other ones.
  Not meant? Leave the old call or struct as it is, and add a new one beside it.
  Meant, and a release has the old one? docs/explain/versioning.md says what it costs: a new version node in runtime/dh.map, or a new SONAME.
  Then, or if no release has it: ./dev abi --renew, and commit the new baseline with the change.
TEXT
exit 1
