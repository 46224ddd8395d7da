#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shipped.sh DHGEN TREE: the schemas that are shipped or shown are formatted.
set -eu
cd "$2"
# shellcheck disable=SC2046 # names of ours, without blanks
"$1" fmt --check $(find idl/std examples -name '*.dhs' | sort) || {
    echo "run: dhgen fmt on the files named above"
    exit 1
}
