#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DHGEN: what dhgen makes of each schema here equals expected/, to the byte.
# UPDATE=1 rewrites expected/ instead; look at the difference before you commit it.
set -eu
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

status=0
for schema in "$here"/*.dhs; do
    "$dhgen" build --werror --out "$work" "$schema" || status=1
    name=$(basename "$schema" .dhs)
    "$dhgen" layout "$schema" > "$work/$name.layout" || status=1
done
if [ "${UPDATE:-}" = 1 ]; then
    rm -f "$here"/expected/*
    cp "$work"/* "$here/expected/"
    echo "rewritten: $here/expected"
    exit "$status"
fi
diff -ru "$here/expected" "$work" || {
    echo "The generated files changed. If that is what you meant: UPDATE=1 $0 $dhgen" >&2
    status=1
}
exit "$status"
