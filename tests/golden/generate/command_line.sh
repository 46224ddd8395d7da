#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# command_line.sh DHGEN: exit statuses, what is printed where, and that files are written all or not.
set -eu
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

gives() { # status, then a command; its outputs are in out and err
    wanted=$1
    shift
    got=0
    "$@" > out 2> err || got=$?
    [ "$got" = "$wanted" ] || fail "status $got, not $wanted: $* ($(head -1 err))"
}

says() { # a text that must be in err
    grep -qF -- "$1" err || fail "'$1' is not said: $(cat err)"
}

is_empty() { # a folder
    [ -z "$(ls -A "$1")" ] || fail "$1 should be empty: $(ls -A "$1")"
}

printf 'package a;\nstruct T { x: u8; y: nothing; }\n' > wrong.dhs
cp "$here"/*.dhs .

# Exit statuses
mkdir new
gives 0 "$dhgen" --help
gives 0 "$dhgen" --version
gives 0 "$dhgen" build --out new imu.dhs
gives 1 "$dhgen" build --out new wrong.dhs
says "wrong.dhs:2:22: error:"
gives 64 "$dhgen"
gives 64 "$dhgen" biuld imu.dhs
says "did you mean 'build'?"
gives 64 "$dhgen" --wterror imu.dhs
says "did you mean '--werror'?"
gives 64 "$dhgen" hash types.dhs
says "several channels ('every', 't')"
gives 64 "$dhgen" hash --channel evry types.dhs
says "did you mean 'every'?"
gives 64 "$dhgen" canon plain.dhs
says "has no channel"
gives 66 "$dhgen" missing.dhs
says "missing.dhs"
gives 73 "$dhgen" build --depfile no/such/folder/imu.d imu.dhs
says "DH0502"
says "no/such/folder/imu.d"
says "make it first (mkdir -p 'no/such/folder/'), or give another one with --out" # in the one line of a report, too
gives 74 sh -c "'$dhgen' canon imu.dhs > /dev/full"
says "standard output"
gives 0 "$dhgen" explain DH0501
gives 64 "$dhgen" explain DH9999

# What two files of one run import is wrong once, in any order, and no model is made of it
for name in One Two; do
    printf 'package a;\nimport "wrong.dhs";\nstruct %s { t: T; }\n' $name >$name.dhs
done
for order in 'One.dhs Two.dhs' 'wrong.dhs Two.dhs' 'Two.dhs wrong.dhs One.dhs'; do
    # shellcheck disable=SC2086 # words
    gives 1 "$dhgen" build --out new $order
    [ "$(grep -c error err)" = 1 ] || fail "$order: $(cat err)"
done

# A wrong schema, or a wrong one beside a right one, writes nothing
mkdir none
gives 1 "$dhgen" build --out none imu.dhs wrong.dhs
is_empty none
# A disk that fills up writes nothing: the limit is in blocks of 512 bytes
(ulimit -f 8; gives 74 "$dhgen" build --out none plain.dhs types.dhs; [ "$failures" = 0 ]) ||
    fail "a full disk"
is_empty none

# A folder that is not there is made, with those that it is in, and shows itself whole or not at all
gives 1 "$dhgen" build --out made/of/it imu.dhs wrong.dhs
(ulimit -f 8; gives 74 "$dhgen" build --out made/of/it plain.dhs types.dhs; [ "$failures" = 0 ]) ||
    fail "a full disk and a new folder"
[ -z "$(find . -name 'made*')" ] || fail "left of a new folder: $(find . -name 'made*')"
gives 0 "$dhgen" build --out made/of/it/ --depfile made/of/it/all.d imu.dhs plain.dhs
gives 0 "$dhgen" build --out none imu.dhs plain.dhs
rm made/of/it/all.d
diff -r none made/of/it || fail "a new folder has other files"
[ "$(find . -path './made*' | sort | head -4 | tr '\n' ' ')" = \
    "./made ./made/of ./made/of/it ./made/of/it/imu.dh.c " ] || fail "of a new folder: $(find . -path './made*')"
rm -r none made
mkdir none
# But not through what leads out of it again, nor behind a link into nowhere
ln -s nowhere dangling
for out in made/../../elsewhere dangling dangling/inside; do
    gives 73 "$dhgen" build --out $out imu.dhs
    says "its folder is not there"
done
[ -z "$(find . .. -maxdepth 1 -name 'made*' -o -name nowhere -o -name elsewhere)" ] || fail "a folder was made"

# What is hashed is what is printed
[ "$("$dhgen" canon imu.dhs | b2sum -l 256 | cut -d' ' -f1)" = "$("$dhgen" hash imu.dhs)" ] ||
    fail "hash is not b2sum of canon"
[ "$("$dhgen" canon --channel t types.dhs | b2sum -l 256 | cut -d' ' -f1)" = \
    "$("$dhgen" hash --channel=t types.dhs)" ] || fail "hash is not b2sum of canon, by channel"
[ "$("$dhgen" hash - < signal.dhs)" = "$("$dhgen" hash signal.dhs)" ] || fail "hash of '-'"
"$dhgen" build --out new - < signal.dhs
grep -qF '#include "stdin.dh.h"' new/stdin.dh.c || fail "files made of standard input do not fit"

# The same bytes from another folder, by another path, at another time
mkdir -p deep/er other
(cd deep/er && "$dhgen" build --out ../../other ../../imu.dhs "$work/types.dhs")
"$dhgen" build --out new types.dhs
for file in imu.dh.h imu.dh.c types.dh.h types.dh.c; do
    cmp "new/$file" "other/$file" || fail "$file depends on where dhgen ran"
    ! grep -qF "$work" "new/$file" || fail "$file tells where it was made"
done

# Files that would not change keep their dates; those that would do not
touch -d 2001-01-01 new/imu.dh.h new/types.dh.h
sed -i 's/struct Point { x: f64; y: f32; }/struct Point { x: f64; y: f64; }/' types.dhs
"$dhgen" build --out new imu.dhs types.dhs
[ -z "$(find new/imu.dh.h -newer wrong.dhs)" ] || fail "an unchanged file was written"
[ -n "$(find new/types.dh.h -newer wrong.dhs)" ] || fail "a changed file was not written"

# make is told of imports
"$dhgen" build --out new --depfile new/imu.d imu.dhs
tr -d '\\\n' < new/imu.d | grep -q 'new/imu.dh.h *new/imu.dh.c *new/imu.dh.print.h: *imu.dhs *geometry.dhs' ||
    fail "depfile: $(cat new/imu.d)"

# A template of one's own, with a partial beside it; and what is said when it is wrong
mkdir own
printf '{{#declarations}}{{#struct}}{{>one}}{{/struct}}{{/declarations}}' > own/schema.txt.mustache
printf '{{name}}:{{#fields}} {{name}}{{/fields}}\n' > own/one.mustache
gives 0 "$dhgen" build --template own/schema.txt.mustache --out - plain.dhs
[ "$(cat out)" = "Pair: first second" ] || fail "own template: $(cat out)"
# The words of the author's own language stand beside it, some for one kind of thing only
printf '{{#declarations}}{{#struct}}{{id}}:{{#fields}} {{id}}{{/fields}}{{/struct}}{{/declarations}}' > own/schema.txt.mustache
printf '# taken\nsecond # it is ours\nstruct Pair\nfield Pair\nzone first\n' > own/reserved.txt
gives 0 "$dhgen" build --template own/schema.txt.mustache --out - plain.dhs
[ "$(cat out)" = "Pair_: first second_" ] || fail "reserved words: $(cat out)"
gives 0 "$dhgen" build --template own/schema.txt.mustache --out new --depfile new/words.d plain.dhs
grep -q own/reserved.txt new/words.d || fail "depfile: $(cat new/words.d)"
rm own/reserved.txt
printf 'x\n  {{nmae}}' > own/schema.txt.mustache
gives 1 "$dhgen" build --template own/schema.txt.mustache --out new plain.dhs
says "own/schema.txt.mustache:2:3: nothing is called 'nmae' here"
says "DH0503"
gives 0 "$dhgen" build --lang json --out - imu.dhs
grep -q '"prefix": "imu"' out || fail "--lang json"
gives 0 "$dhgen" --dump model imu.dhs

# Exit statuses of diff: compatible, breaking, could not compare
sed 's/struct Point { x: f64/struct Point { x: f32/' types.dhs > edited.dhs
gives 0 "$dhgen" diff imu.dhs imu.dhs
gives 1 "$dhgen" diff types.dhs edited.dhs
gives 2 "$dhgen" diff imu.dhs
says "DH0511"
gives 2 "$dhgen" diff imu.dhs missing.dhs
gives 2 "$dhgen" diff imu.dhs wrong.dhs
gives 2 "$dhgen" diff imu.dhs plain.dhs
"$dhgen" canon imu.dhs > imu.canon
gives 0 "$dhgen" diff imu.canon imu.dhs
sed 's/^0 /1 /' imu.canon > bad.canon
gives 2 "$dhgen" diff bad.canon imu.dhs
says "DH0510"

# A lock: released minors stay as they are, and a new one may come
lock_of() { # the package, the type of x, and what else the struct holds: a schema locked.dhs
    printf 'package lab.%s;\nstruct S { x: %s; y: u8; %s}\nchannel c version %s { slot: S; slots: 1; full: overwrite; }\n' \
        "$1" "$2" "$3" "$4" > locked.dhs
}
lock_of a f32 'z: u8 @since(1.1); ' 1
gives 0 "$dhgen" lock locked.dhs
cp locked.dhs.lock first.lock
gives 0 "$dhgen" build --out new --depfile new/locked.d locked.dhs
grep -q 'locked\.dhs\.lock' new/locked.d || fail "depfile without the lock: $(cat new/locked.d)"
gives 0 "$dhgen" diff locked.dhs.lock locked.dhs
sed -i 's/ y: u8/ yy: u8/' locked.dhs
gives 1 "$dhgen" check --diagnostics rich locked.dhs
says "with '@was(\"y\")' nothing changes for programs; else undo it"
lock_of a f32 'z: u8 @since(1.1); w: u8 @since(1.2); ' 1
gives 0 "$dhgen" check locked.dhs
gives 0 "$dhgen" lock locked.dhs
grep -q '^channel c 1.2 hash' locked.dhs.lock || fail "a new minor is not locked"
lock_of a f64 'z: u8 @since(1.1); w: u8 @since(1.2); ' 1
for verb in check 'build --out none' lock; do
    # shellcheck disable=SC2086 # words
    gives 1 "$dhgen" $verb locked.dhs
    says "DH0513"
    says "minor 1.0 of channel 'c' was released and changed: slot x: released as f32 @0, now f64 @0"
done
is_empty none
grep -q '^0 f32 x' locked.dhs.lock || fail "a broken promise was locked"
lock_of a f32 '' 1
gives 1 "$dhgen" check locked.dhs
says "DH0514"
says "ends at 1.0 now"
printf 'package lab.a;\nstruct S { x: u8; }\n' > locked.dhs
gives 1 "$dhgen" check locked.dhs
says "no longer has it"
lock_of b f32 'z: u8 @since(1.1); w: u8 @since(1.2); ' 1
gives 1 "$dhgen" check locked.dhs
says "family: lab.a/c 1 -> lab.b/c 1"
lock_of a f64 '' 2
gives 0 "$dhgen" check locked.dhs
gives 0 "$dhgen" lock locked.dhs
lock_of a f32 '' 1
gives 1 "$dhgen" lock locked.dhs
gives 0 "$dhgen" lock --force locked.dhs
# shellcheck disable=SC2016 # a dollar of sed's
for edit in 's/f32/f64/' 's/hash ./hash x/' '/^end/d' '$d' 's/^lineage slot 0 ./&0/' '$a x'; do
    sed "$edit" first.lock > locked.dhs.lock
    gives 1 "$dhgen" check locked.dhs
    says "DH0512"
done
lock_of a f32 '' 0
gives 0 "$dhgen" lock --force locked.dhs
grep -q 'promises nothing' out || fail "version 0: $(cat out)"
! grep -q '^channel' locked.dhs.lock || fail "version 0 was locked"
gives 1 "$dhgen" lock - < locked.dhs

# Names that meet in C are refused with both origins
printf 'package a;\nstruct Sample { label: string<3>; }\nstruct SampleLabel { x: u8; }\n' > meet.dhs
gives 1 "$dhgen" build --out new --diagnostics rich meet.dhs
says "'a_sample_label'"
says "DH0501"
says "2 | struct Sample {"
says "3 | struct SampleLabel {"

# Each diagnostic of the compiler's own is provoked above (the others: tests/golden/diagnostics; those of
# importing, 0530 to 0539: tests/golden/import)
for code in $("$dhgen" explain | grep -o '^DH05[0-9]*' | grep -v '^DH053'); do
    grep -q "^ *says \"$code\"" "$here/command_line.sh" || fail "$code is not provoked"
done

[ "$failures" = 0 ] && echo "all fine"
