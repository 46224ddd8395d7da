#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# own.sh DHGEN: templates and folders of the user's: which files come of them, and what is said where they are wrong.
set -eu
dhgen=$1
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
    "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "status $got, not $wanted: $* ($(head -1 err))"
}

says() {
    grep -qF -- "$1" err || fail "'$1' is not said: $(cat err)"
}

made() { # the files of a folder, and those wanted
    [ "$(cd "$1" && find . -type f | sort | tr '\n' ' ')" = "$2" ] || fail "$1 has $(cd "$1" && find . -type f | sort | tr '\n' ' ')"
}

cat >a-b.dhs <<'END'
package lab.ab as ab;
import "dh/geometry.dhs";
struct S { p: dh.Vec3f; }
END
printf 'package lab.c;\nstruct T { x: u8; }\n' >c.dhs

# Several templates, several schemas, shipped imports along with them; the three rules of names
printf '{{schema}}\n' >schema.one.mustache
printf '{{schema}}\n' >schema_two.py.mustache
printf '{{schema}}\n' >three.txt.mustache
mkdir out1
gives 0 "$dhgen" --template schema.one.mustache --template ./schema_two.py.mustache --template "$work/three.txt.mustache" \
    --out out1 --depfile out1/d a-b.dhs c.dhs
made out1 './a-b.one ./a-b.three.txt ./a_b_two.py ./c.one ./c.three.txt ./c_two.py ./d ./dh/geometry.one ./dh/geometry.three.txt ./dh_geometry_two.py '
grep -q 'schema_two.py.mustache' out1/d || fail "the depfile does not know of templates: $(cat out1/d)"

# A folder as a language: parts and other files in it make no file; a '/' more does not matter
mkdir lang out2
cp schema.one.mustache schema_two.py.mustache lang
printf 'no' >lang/schema.one.mustache~
printf 'part' >lang/part.mustache
printf 'part' >lang/schemata.mustache
gives 0 "$dhgen" --lang lang/ --out out2 c.dhs
made out2 './c.one ./c_two.py '
gives 0 "$dhgen" --lang ./lang// --out - c.dhs
[ "$(cat out)" = "$(printf 'c.dhs\nc.dhs')" ] || fail "printed: $(cat out)"

# Words that the language keeps for itself stand beside the templates
printf 'package lab.w;\nstruct S { end: u8; start: u8; }\n' >w.dhs
mkdir words
printf '{{#declarations}}{{#struct}}{{#fields}} {{id}}{{/fields}}{{/struct}}{{/declarations}}' >words/schema.lua.mustache
printf 'end # of a block\n' >words/reserved.txt
gives 0 "$dhgen" --lang words/ --out - w.dhs
[ "$(cat out)" = ' end_ start' ] || fail "words of a folder: $(cat out)"
gives 0 "$dhgen" --template words/schema.lua.mustache --out - w.dhs
[ "$(cat out)" = ' end_ start' ] || fail "words beside a template: $(cat out)"

# What is said
gives 64 "$dhgen" --lang pyton c.dhs
says "there are no templates for the language 'pyton'"
mkdir none empty
gives 1 "$dhgen" --lang no/such/ --out none c.dhs
says "cannot read the folder of templates 'no/such': No such file or directory"
gives 1 "$dhgen" --lang ./empty --out none c.dhs
says "the folder './empty' has no template that makes a file"
says "DH0503"
gives 1 "$dhgen" --template nowhere.txt --out none c.dhs
says "cannot read the template 'nowhere.txt': No such file or directory"
gives 1 "$dhgen" --template lang/nowhere.txt --out none c.dhs
says "cannot read the template 'lang/nowhere.txt'"
gives 1 "$dhgen" --template empty --out none c.dhs
says "cannot read the template 'empty': Is a directory"
printf 'x' >lang/schema.one.mustache
gives 1 "$dhgen" --template schema.one.mustache --template lang/schema.one.mustache --out none c.dhs
says "two of the schemas or templates given would both be written to 'none/c.one'"
printf 'a\n{{>prat}}\n' >lang/schema.one.mustache
gives 1 "$dhgen" --lang lang/ --out none c.dhs
says "lang/schema.one.mustache:2:1: there is no partial 'prat'; did you mean 'part'?"
printf '{{#declarations}}{{#struct}}\n {{>part}}{{/struct}}{{/declarations}}' >lang/schema.one.mustache
printf '{{name}}\n{{#fields}}{{tpye.text}}{{/fields}}' >lang/part.mustache
gives 1 "$dhgen" --lang lang/ --out none c.dhs
says "lang/part.mustache:2:12: nothing is called 'tpye.text' here; did you mean 'type.text'?"
printf '{{#declarations}}' >lang/schema.one.mustache
gives 1 "$dhgen" --lang lang/ --out none c.dhs
says "lang/schema.one.mustache:1:1: the section 'declarations' is never closed"
made none ''

[ "$failures" = 0 ] && echo "all fine"
