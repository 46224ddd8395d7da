#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh DHGEN TREE PAGES: the manual pages are well formed and fit a terminal, tell what the tables have, and what they
# show works. PAGES is the folder where the build has them. Ends with 77 if mandoc is not installed and all else is well.
set -eu
dhgen=$1 tree=$2 pages=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0 skipped=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

program=$pages/man1/dhgen.1 language=$pages/man5/dhs.5
if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning "$program" "$language" >said 2>&1 || fail "mandoc: $(cat said)"
    for page in "$program" "$language"; do
        mandoc -T ascii -O width=78 "$page" | sed 's/.\x08//g' | expand >plain
        [ "$(wc -L <plain)" -le 80 ] || fail "$page is $(wc -L <plain) columns wide"
        [ "$(wc -l <plain)" -gt 100 ] || fail "$page has $(wc -l <plain) lines"
        ! grep -n 'Mdocdate' plain || fail "$page has no date"
    done
else
    echo "SKIPPED: mandoc is not installed: nobody looks whether the pages are well formed"
    skipped=77
fi
if command -v man >/dev/null && man --help 2>/dev/null | grep -q -- --warnings; then
    for page in "$program" "$language"; do
        MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l "$page" >/dev/null 2>warned || fail "man cannot show $page"
        [ ! -s warned ] || fail "man warns of $page: $(cat warned)"
    done
fi

"$dhgen" help --json >tables.json
python3 "$here/check.py" tables.json "$tree" "$program" "$language" || fail "the pages are not what the tables say"

# ---- dhs(5): its schema compiles in the one style, and its next version is a minor one
blocks() { sed -n '/^\.Bd -literal/,/^\.Ed/p' "$language"; }
blocks | awk '/^\.Bd/ { n++; next } /^\.Ed/ { next } n == 1' >imu.dhs
blocks | awk '/^\.Bd/ { n++; next } /^\.Ed/ { next } n == 2' >lines
[ "$(wc -l <imu.dhs) $(wc -l <lines)" = "24 2" ] || fail "the examples of dhs(5) are not found: $(wc -l imu.dhs lines)"
mkdir next bin
ln -s "$dhgen" bin/dhgen
PATH=$work/bin:$PATH
dhgen check --werror imu.dhs 2>said || fail "dhs(5): $(cat said)"
dhgen fmt --check imu.dhs >/dev/null || fail "dhs(5): not in the one style"
sed -e '/^ *temp:/{' -e 'r lines' -e 'd' -e '}' imu.dhs >next/imu.dhs
grep -q '1\.2' next/imu.dhs || fail "the next version of dhs(5) is not made"
dhgen diff imu.dhs next/imu.dhs >said 2>&1 || fail "the next version of dhs(5): $(cat said)"
grep -q '1\.1 -> 1\.2' said || fail "the next version of dhs(5) is another one: $(cat said)"

# ---- dhgen(1): its examples, one after the other
mkdir -p my_msgs/msg
printf 'float32 x\n' >my_msgs/msg/A.msg
sed -n 's/^\.Dl \$ //p' "$program" >examples
[ "$(wc -l <examples)" -ge 7 ] || fail "hardly any example in dhgen(1)"
while read -r example; do
    (eval "$example") >out 2>err </dev/null || fail "$example: $(head -3 err)"
done <examples

[ $failures -eq 0 ] || exit 1
exit $skipped
