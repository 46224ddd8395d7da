#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh DHGEN TREE: the three ways to a verb's page give one page, and each example on it does what it says: it is run.
set -eu
dhgen=$1 tree=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

"$dhgen" help --json >tables.json
verbs=$(python3 -c 'import json; print(*(v["name"] for v in json.load(open("tables.json"))["verbs"]))')
[ "$(echo "$verbs" | wc -w)" -ge 11 ] || fail "hardly any verb: $verbs"
for verb in $verbs; do
    "$dhgen" help "$verb" >page
    "$dhgen" "$verb" --help >second
    "$dhgen" -h "$verb" >third
    cmp page second || fail "$verb --help"
    cmp page third || fail "-h $verb"
done
"$dhgen" --help >page
"$dhgen" help >second
cmp page second || fail "help alone"
status=0
"$dhgen" help ftm 2>said || status=$?
[ $status = 64 ] || fail "help of no verb ends with $status"
grep -q "did you mean 'fmt'?" said || fail "$(cat said)"
for full in "help" "help fmt" "help --json" "--help"; do
    status=0
    # shellcheck disable=SC2086 # words
    "$dhgen" $full >/dev/full 2>said || status=$?
    [ $status = 74 ] || fail "$full on a full disk ends with $status"
done

# ---- examples, where they make sense
mkdir gen schemas bin my_msgs my_msgs/msg
ln -s "$dhgen" bin/dhgen
PATH=$work/bin:$PATH
cat >imu.dhs <<'TEXT'
package lab.imu;
struct Sample { x: f32; y: f32; }
channel imu version 1 { slot: Sample; slots: 8; full: wait; }
TEXT
sed 's/lab.imu/lab.all/; $a channel other version 1 { slot: Sample; slots: 8; full: wait; }' imu.dhs >lab.dhs
dhgen fmt imu.dhs lab.dhs
dhgen lock imu.dhs >/dev/null
printf 'float32 x\n' >my_msgs/msg/A.msg
cp "$tree"/tests/golden/import/one/mavlink/*.xml .
cp rover.xml common.xml
git init -q -b main . && git add imu.dhs && git -c user.name=a -c user.email=a@example.org commit -qm a
python3 - tables.json >examples <<'TEXT'
import json, sys
for verb in json.load(open(sys.argv[1]))["verbs"]:
    for example in verb["examples"]:
        print(example)
TEXT
[ "$(wc -l <examples)" -ge 22 ] || fail "hardly any example"
python3 - >editor <<'TEXT'
for body in ('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}',
             '{"jsonrpc":"2.0","id":2,"method":"shutdown"}', '{"jsonrpc":"2.0","method":"exit"}'):
    print("Content-Length: %d\r\n\r\n%s" % (len(body), body), end="")
TEXT
while read -r example; do
    status=0
    (eval "$example") >out 2>err <editor || status=$?
    [ $status = 0 ] || fail "$example: status $status: $(head -3 err)"
done <examples
for file in gen/imu.dh.h dhgen.sarif schemas/my_msgs/a.dhs schemas/common.dhs; do
    [ -e $file ] || fail "$file is missing: $(ls . gen schemas)"
done

exit $((failures != 0))
