#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every certain fix of every wrong schema that we have: here, and the planted mistakes.
#   fixes.sh DHS_FIXES
fixes=$1
here=$(cd "$(dirname "$0")" && pwd)
cd "$here" || exit 1
set -- [0-9]*.dhs
cd ../mistakes && for file in [0-9]*.dhs; do set -- "$@" "../mistakes/$file"; done
cd "$here" && exec "$fixes" ../../../idl/std "$@"
