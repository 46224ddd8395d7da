# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Too long to be written by hand.
{
    echo 'package a;'
    echo 'struct S { x: u8;'
    i=1
    while [ $i -lt 65 ]; do
        echo "    x$i: u8 @since(1.$i);"
        i=$((i + 1))
    done
    echo '}'
    echo 'channel c version 1 { slot: S; slots: 1; full: wait; }'
} > 0410-too-many-minors.dhs
