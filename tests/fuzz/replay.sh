#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# replay.sh PROGRAM TARGET MUTATIONS: all seeds of a target, and what is made of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/seeds.sh" "$2" | xargs "$1" "$3"
