#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# proof.sh INCLUDE: the proofs in generated headers prove something: each change of a layout that
# keeps the text of the proofs must fail to compile.
set -eu
include=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

try() { # what sed-script: does types.dh.c compile with that change?
    cp "$here"/expected/types.dh.h "$here"/expected/types.dh.c "$work"
    [ -z "$2" ] || sed -i "$2" "$work/types.dh.h"
    if [ -n "$2" ] && cmp -s "$work/types.dh.h" "$here/expected/types.dh.h"; then
        echo "FAILED: the change '$1' changed nothing"
        exit 1
    fi
    cc -std=c11 -D_GNU_SOURCE -I "$include" -fsyntax-only "$work/types.dh.c" 2> "$work/said"
}

must_fail() {
    if try "$1" "$2"; then
        echo "FAILED: compiled although $1"
        exit 1
    fi
    grep -q 'types.dhs:[0-9]' "$work/said" || { echo "FAILED: no schema line is cited"; exit 1; }
}

try "nothing changed" ""
must_fail "a member has another width" 's/^    uint16_t id; /    uint32_t id; /'
must_fail "padding is longer" 's/^    uint8_t pad12_\[4\]; /    uint8_t pad12_[8]; /'
must_fail "a text is longer" 's/^    char name\[8\];/    char name[9];/'
must_fail "an alignment is gone" 's/alignas(64) uint8_t apart/uint8_t apart/'
