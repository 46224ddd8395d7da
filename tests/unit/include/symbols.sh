#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# libdh.so shows exactly the calls of the public headers. usage: symbols.sh libdh.so INCLUDE_DIR
set -u
shown=$(nm -D --defined-only "$1" | sed 's/@.*//' | awk '$2 ~ /[TDBR]/ { print $3 }' | grep -v '^DH_0$' | sort)
# a declaration with DH_API; the call's name is the first word before a parenthesis in what follows
declared=$(cat "$2"/dh/*.h | grep -v '^#define DH_API' | tr '\n' ' ' | grep -o 'DH_API [^;(]*(' | sed 's/($//; s/.*[ *]//' | sort)
[ "$shown" = "$declared" ] && exit 0
echo "$shown" >shown.txt
echo "$declared" >declared.txt
echo "only in the library (<) or only in the headers (>):"
diff shown.txt declared.txt
exit 1
