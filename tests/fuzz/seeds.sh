#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# seeds.sh TARGET: the files that a target begins with, one a line: what other tests hold already, and corpus/TARGET.
set -eu
cd "$(dirname "$0")/.."
top=$(cd .. && pwd)
case $1 in
schema) find "$top/tests/golden" "$top/idl/std" "$top/examples" -name '*.dhs' -size -16k -type f ;;
template) find "$top/templates" -name '*.mustache' -size -4k ;;
canon) find "$top/tests/golden" "$top/tests/unit/admin" -name '*.canon' ;;
lsp) find "$top/tests/golden/fmt" "$top/idl/std" "$top/tests/golden/mistakes" "$top/tests/golden/lsp" \( -name '*.dhs' -o -name '*.txt' \) -size -8k -type f ;;
block | broker) ;; # recipes: corpus/block, corpus/broker
*) echo "seeds: no target '$1'" >&2; exit 2 ;;
esac | LC_ALL=C sort
find "$top/tests/fuzz/corpus/$1" -type f 2>/dev/null | LC_ALL=C sort
