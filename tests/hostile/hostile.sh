#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# hostile.sh BUILD SECONDS: all of tests/hostile in full: a vandal for so long on each channel, stops of a minute, ten thousand rounds of
# killing everything. Figures in build/reports. Ends with "N passed, N failed".
set -u
build=$1 seconds=$2
passed=0 failed=0
export DH_BROKER=/nonexistent/dh.sock

try() {
    echo "── $*"
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

mkdir -p build/reports
try "$build/tests/test_hostile_writable"
DH_ROUNDS=3000 try "$build/tests/test_hostile_attach"
try "$build/bin/dh-vandal" --seconds "$seconds" --seed "$(date +%s)"
try "$build/bin/dh-liveness" --full --json build/reports/liveness.json
try "$build/bin/dh-dying" --trials 500
try "$build/bin/dh-soak" --full
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
