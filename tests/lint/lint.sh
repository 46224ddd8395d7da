#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What can be seen by reading the tree. usage: lint.sh BUILD_DIR. Each check prints "ok NAME", or "FAILED NAME" and why.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
status=0

# check NAME: what stands on standard input is what is wrong
check() {
    found=$(cat)
    if [ -z "$found" ]; then
        echo "ok $1"
    else
        echo "FAILED $1"
        printf '%s\n' "$found" | head -n 40
        status=1
    fi
}

files() { git ls-files -- "$@" | grep -v '^tests/golden/'; }

files '*.c' '*.h' '*.cpp' '*.hpp' | xargs clang-format-14 --dry-run -Werror 2>&1 | grep 'error:' | check 'layout of C files (./dev format)'

git ls-files -- '*.sh' dev .ci/run 'cmake/packages/*/*' | xargs shellcheck 2>&1 | check 'shell scripts'

files '*.c' '*.h' '*.cpp' '*.hpp' '*.re' '*.y' '*.def' '*.sh' '*.cmake' 'CMakeLists.txt' '*.mustache' dev .ci/run 'cmake/packages/*/*' |
    xargs grep -L 'SPDX-License-Identifier' | check 'a licence line in each source file'

files 'templates/*.mustache' | xargs grep -L 'SPDX-License-Identifier: 0BSD' | check 'templates are 0BSD'

files '*.c' '*.h' '*.cpp' '*.hpp' '*.re' '*.y' '*.cmake' '*.sh' '*.mustache' | grep -v '^tests/lint/' |
    xargs grep -nwE 'TODO|FIXME|XXX|HACK' | check 'no unfinished words'

files | grep -v -e '^tests/lint/' -e '^tests/golden/' | xargs grep -nIE '/(work|home|root)/|/tmp/[A-Za-z]+/[A-Za-z]' |
    check 'no paths of a machine'

# Ordered accesses: only through the wrappers, and each label at both ends and in the table.
files 'runtime/*.c' 'runtime/*.h' | grep -v '^runtime/base/atomic.h$' |
    xargs grep -nE 'memory_order_|__atomic_(load|store|add|fetch|exchange|compare|thread|signal)|_Atomic|stdatomic' |
    check 'atomics only through runtime/base/atomic.h'

label='[a-z]+(→|↔)[a-z]+((→|↔)[a-z]+)*'
table=docs/explain/memory-model.md
{
    files 'runtime/*.c' | xargs grep -ohE "$label" | sort | uniq -c | while read -r count name; do
        [ "$count" -ge 2 ] || echo "label $name stands at one end only"
        grep -q "$name" "$table" || echo "label $name is not in $table"
    done
    grep -ohE "$label" "$table" | sort -u | while read -r name; do
        files 'runtime/*.c' | xargs grep -q "$name" || echo "label $name of $table is not in the code"
    done
} | check 'labels of ordered accesses have their partners'

tests/lint/includes.py 2>&1 | check 'who may include whom'

[ ! -x docs/check-names.sh ] || docs/check-names.sh 2>&1 | check 'names in docs/ARCHITECTURE.md exist'

docs/check-links.py | grep '^FAILED' | check 'links between pages lead somewhere'

# Library and tools; generated and test code is covered by the compilers' warnings.
if [ -f "$build/compile_commands.json" ]; then
    files 'runtime/*.c' 'idl/*.c' 'compiler/*.c' | xargs -P "$(nproc)" -n 8 clang-tidy-14 --quiet -p "$build" 2>/dev/null |
        grep -E 'warning:|error:' | sort -u | check 'clang-tidy'
else
    echo 'there is no build to look at' | check 'clang-tidy'
fi
exit $status
