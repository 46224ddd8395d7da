#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One wrong schema in all four forms, byte for byte, and in colour; then what programs read of every case here is looked at by
# check_forms.py. UPDATE=1 rewrites forms/. Ends with 77 when all is well but the public SARIF schema is not to be had.
#   forms.sh DHGEN SHOW
set -u
dhgen=$1 show=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/forms" "$work/got" && cp "$here"/forms/*.dhs "$work/forms" && cp -R "$here"/[0-9]*.dhs "$here/parts" "$here/folder.dhs" "$work" &&
    cd "$work" || exit 1
bad=0

expect() {
    if [ "${UPDATE:-}" = 1 ]; then cp "got/$1" "$here/forms/$1"; fi
    diff -u "$here/forms/$1" "got/$1" || { echo "forms/$1: if that is meant: UPDATE=1 $0 $dhgen $show"; bad=1; }
}

for form in short rich json sarif; do
    "$dhgen" check --diagnostics "$form" forms/imu.dhs 2>"got/imu.$form" && { echo "$form: should end with 1"; bad=1; }
    expect "imu.$form"
done
"$show" --colour check forms/imu.dhs >got/imu.colour
expect imu.colour

# Neither the folder, the locale nor the time zone may show; an absolute path below the working folder becomes relative.
LC_ALL=C.UTF-8 TZ=Asia/Tokyo "$dhgen" check --diagnostics sarif forms/imu.dhs 2>got/again.sarif
cmp got/again.sarif got/imu.sarif || bad=1
"$dhgen" check --diagnostics sarif "$work/forms/imu.dhs" 2>got/absolute.sarif
grep '"uri"' got/absolute.sarif | grep -v '"uri": "forms/' && { echo "an URI is not relative"; bad=1; }
"$dhgen" check --diagnostics json --werror 0324-no-zero.dhs 2>got/werror.json
grep -q '"severity": "warning"' got/werror.json && { echo "--werror: still a warning"; bad=1; }

mkdir json sarif
for input in [0-9]*.dhs forms/imu.dhs forms/units.dhs; do
    name=$(basename "$input" .dhs)
    "$dhgen" check --diagnostics json "$input" 2>"json/$name.json"
    "$dhgen" check --diagnostics sarif "$input" 2>"sarif/$name.json"
done
printf 'package fine; struct S { x: u8; }\n' | "$dhgen" check --diagnostics json - 2>json/nothing.json
printf 'package fine; struct S { x: u8; }\n' | "$dhgen" check --diagnostics sarif - 2>sarif/nothing.json
printf 'package bad; struct S { x: u99; }\n' | "$dhgen" check --diagnostics sarif - 2>sarif/stdin.json
schema=${SARIF_SCHEMA:-}
if [ -z "$schema" ] && command -v npm >/dev/null; then
    # no code of this package runs: it only carries the schema
    (cd "$work" && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 && tar xzf microsoft-jest-sarif-*.tgz) >/dev/null 2>&1 &&
        schema=$(find "$work/package" -name 'sarif-2.1.0*.json' | head -n 1)
fi
python3 "$here/check_forms.py" json sarif "$schema"
status=$?
[ $status -eq 0 ] || [ $status -eq 77 ] || bad=1
[ $bad -eq 0 ] && exit $status
exit 1
