#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each code has a page with an example; the wrong one gives exactly that code, the mended one nothing. docs/reference/diagnostics.md
# is these pages: UPDATE=1 rewrites it.
#   run.sh DHGEN
set -u
dhgen=$1
top=$(cd "$(dirname "$0")/../../.." && pwd)
page=$top/docs/reference/diagnostics.md
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() {
    echo "$*"
    bad=1
}

# What one small text file cannot show: other files, folders, sizes, bytes that are no text, and what is said of outputs and imports.
without='DH0002 DH0003 DH0004 DH0005 DH0006 DH0007 DH0008 DH0105 DH0106 DH0109 DH0204 DH0309 DH0339 DH0406 DH0407 DH0408 DH0409 DH0410'

awk '/^=== / { code = $2; half = "wrong"; next }
     /^--- mended$/ { half = "mended"; next }
     code { print >(code "-" half ".dhs") }' "$top/compiler/examples.txt"
for code in $("$dhgen" explain | cut -d' ' -f1); do
    case " $without " in *" $code "*) [ -e "$code-wrong.dhs" ] && fail "$code has an example after all"; continue ;; esac
    case $code in DH05*) continue ;; esac
    if ! [ -e "$code-wrong.dhs" ] || ! [ -e "$code-mended.dhs" ]; then
        fail "$code has no example in compiler/examples.txt"
        continue
    fi
    said=$("$dhgen" check --diagnostics short "$code-wrong.dhs" 2>&1)
    others=$(echo "$said" | grep -v "\[$code\]$")
    if [ -n "$others" ] || [ -z "$said" ]; then fail "$code: the wrong one says: $said"; fi
    said=$("$dhgen" check --diagnostics short --werror "$code-mended.dhs" 2>&1) || fail "$code: the mended one says: $said"
    "$dhgen" explain "$code" | grep -q "^    example.dhs:.*\[$code\]$" || fail "$code: its page shows no message"
done
for word in dh0412 DH412 412 0412; do
    "$dhgen" explain "$word" 2>/dev/null | grep -q "^DH0412 " || fail "'$word' is not taken for DH0412"
done
for word in DH '' DH9999 DH04120 4I2 DH-412; do
    "$dhgen" explain "$word" >/dev/null 2>&1 && fail "'$word' is taken for a code"
done
for file in DH*-wrong.dhs; do
    "$dhgen" explain "${file%-wrong.dhs}" >/dev/null 2>&1 || fail "${file%-wrong.dhs}: an example of no code"
done

{
    cat <<'HEAD'
# Diagnostics

Made from `idl/diag.def` and `compiler/examples.txt` by `UPDATE=1 tests/golden/explain/run.sh DHGEN`. One page alone: `dhgen explain DH0412`.
The forms in which they are given to programs: [JSON and SARIF](diagnostics-json.md).
HEAD
    for code in $("$dhgen" explain | cut -d' ' -f1); do
        printf '\n## %s\n\n' "$code"
        "$dhgen" explain "$code" | sed "1s/^$code (\(.*\)): \(.*\)/*\1:* \2./"
    done
} >diagnostics.md
[ "${UPDATE:-}" = 1 ] && cp diagnostics.md "$page"
diff -u "$page" diagnostics.md || fail "docs/reference/diagnostics.md is out of date: UPDATE=1 $0 $dhgen"
exit $bad
