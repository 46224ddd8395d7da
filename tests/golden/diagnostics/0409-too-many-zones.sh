# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Too long to be written by hand.
{
    echo 'package a;'
    echo 'struct S { x: u8; }'
    echo 'channel c version 1 { slot: S; slots: 1; full: wait;'
    i=0
    while [ $i -lt 33 ]; do
        echo "    zone z$i: S;"
        i=$((i + 1))
    done
    echo '}'
} > 0409-too-many-zones.dhs
