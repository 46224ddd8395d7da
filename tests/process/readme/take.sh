#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Takes a code block out of a page: the one behind the line <!-- file: NAME -->. usage: take.sh PAGE NAME >FILE
set -eu
awk -v mark="<!-- file: $2 -->" '
    $0 == mark { marked = 1; next }
    marked && /^```/ { inside = 1; marked = 0; next }
    inside && /^```/ { found = 1; exit }
    inside { print }
    END { exit !found }
' "$1" || {
    echo "take.sh: $1 has no whole block behind <!-- file: $2 -->" >&2
    exit 1
}
