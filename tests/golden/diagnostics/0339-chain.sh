# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Too long to be written by hand.
{
    echo 'package a;'
    i=0
    while [ $i -lt 210 ]; do
        echo "const K$i: u32 = K$((i + 1));"
        i=$((i + 1))
    done
    echo 'const K210: u32 = 1;'
} > 0339-chain.dhs
