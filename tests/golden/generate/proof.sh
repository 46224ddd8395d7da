#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# proof.sh INCLUDE: the proofs in generated files prove something: each change of a layout that keeps the text of the proofs must
# fail to compile, and with -DDH_PROVE_FIELDS the first field that is out of its place is told.
set -eu
include=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

try() { # what sed-script flag...: does types.dh.c compile with that change?
    what=$1 script=$2
    shift 2
    cp "$here"/expected/types.dh.h "$here"/expected/types.dh.c "$work"
    [ -z "$script" ] || sed -i "$script" "$work/types.dh.h"
    if [ -n "$script" ] && cmp -s "$work/types.dh.h" "$here/expected/types.dh.h"; then
        echo "FAILED: the change '$what' changed nothing"
        exit 1
    fi
    cc -std=c11 -D_GNU_SOURCE "$@" -I "$include" -fsyntax-only "$work/types.dh.c" 2> "$work/said"
}

must_fail() { # what sed-script line: the struct's line is cited, and if asked the field's
    for flags in -UDH_PROVE_FIELDS -DDH_PROVE_FIELDS; do
        if try "$1" "$2" "$flags"; then
            echo "FAILED: compiled although $1"
            exit 1
        fi
        grep -q 'types.dhs:[0-9]*: t_' "$work/said" || { echo "FAILED: $1: no struct's line is cited"; exit 1; }
    done
    [ -z "$3" ] || grep -q "\"types.dhs:$3\"" "$work/said" || { echo "FAILED: $1: line $3 is not cited"; cat "$work/said"; exit 1; }
}

try "nothing changed" ""
must_fail "a member has another width" 's/^    uint16_t id; /    uint32_t id; /' 44
must_fail "padding is longer" 's/^    uint8_t pad12_\[4\]; /    uint8_t pad12_[8]; /' 50
must_fail "a text is longer" 's/^    char name\[8\];/    char name[9];/' 45
must_fail "an alignment is gone" 's/alignas(64) uint8_t apart/uint8_t apart/' ''
