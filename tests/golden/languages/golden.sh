#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DHGEN LANGUAGE...: what dhgen makes of whole.dhs, parts.dhs and words.dhs in these languages equals
# expected/, to the byte. UPDATE=1 rewrites expected/ instead; look at the difference before you commit it.
set -eu
dhgen=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

status=0
for language; do
    for schema in whole parts words; do
        "$dhgen" build --werror --lang "$language" --out "$work" "$here/$schema.dhs" || status=1
    done
done
if [ "${UPDATE:-}" = 1 ]; then
    rm -rf "$here/expected"
    mkdir "$here/expected"
    cp "$work"/* "$here/expected/"
    echo "rewritten: $here/expected"
    exit "$status"
fi
diff -ru "$here/expected" "$work" || {
    echo "The generated files changed. If that is what you meant: UPDATE=1 $0 $dhgen $*" >&2
    status=1
}
exit "$status"
