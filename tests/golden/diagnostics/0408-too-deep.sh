# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Too long to be written by hand.
{
    echo 'package a;'
    echo 'struct S0 { x: u8; }'
    i=0
    while [ $i -lt 32 ]; do
        echo "struct S$((i + 1)) { x: S$i; }"
        i=$((i + 1))
    done
    echo 'channel fine version 1 { slot: S31; slots: 1; full: wait; }'
    echo 'channel deep version 1 { slot: S32; slots: 1; full: wait; }'
} > 0408-too-deep.dhs
