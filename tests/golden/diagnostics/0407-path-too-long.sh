# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Too long to be written by hand.
name=a234567890123456789012345678901234567890123456789012345678901
{
    echo 'package a;'
    echo "struct S0 { $name: u8; }"
    i=0
    while [ $i -lt 17 ]; do
        echo "struct S$((i + 1)) { $name: S$i; }"
        i=$((i + 1))
    done
    echo 'channel c version 1 { slot: S17; slots: 1; full: wait; }'
} > 0407-path-too-long.dhs
