#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mistakes.sh DHGEN: each input that cannot be imported gets its diagnostic, at its line and column, and
# nothing is written.
set -eu
dhgen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p p/msg out
failures=0

says() { # CODE PLACE TEXT...: "$@" after -- was run; its first error is this
    code=$1 place=$2 text=$3
    if ! grep -qF -- "$place: error: $text" err || ! grep -qF "[$code]" err; then
        echo "FAILED: '$place: error: $text [$code]' is not said: $(cat err)"
        failures=$((failures + 1))
    fi
    [ -z "$(ls -A out)" ] || { echo "FAILED: something was written: $(ls out)"; failures=$((failures + 1)); }
}

ros() { # the text of a message; A.msg
    printf '%b' "$1" > p/msg/A.msg
    if "$dhgen" import ros --out out p/msg/A.msg 2> err; then
        echo "FAILED: accepted: $1"
        failures=$((failures + 1))
    fi
}

mavlink() {
    printf '%b' "$1" > a.xml
    if "$dhgen" import mavlink --out out a.xml 2> err; then
        echo "FAILED: accepted: $1"
        failures=$((failures + 1))
    fi
}

ros 'uint8 x\n*what is this\n';            says DH0530 p/msg/A.msg:2:1 "this is no line of a ROS message"
ros 'uint8\n';                             says DH0530 p/msg/A.msg:1:1 "a name is missing behind the type"
ros 'uint8 3x\n';                          says DH0530 p/msg/A.msg:1:7 "a name is missing behind the type"
ros 'uint8[3 x\n';                         says DH0530 p/msg/A.msg:1:6 "']' is missing"
ros 'uint8 X=\n';                          says DH0530 p/msg/A.msg:1:7 "a constant without its value"
ros 'uint8 a\n---\nuint8 b\n';             says DH0531 p/msg/A.msg:2:1 "three dashes"
ros 'uint8 a\n  Nowhere b\n';              says DH0532 p/msg/A.msg:2:3 "there is no message 'Nowhere' in package 'p'"
ros 'geometry/msg/Pose b\n';               says DH0532 p/msg/A.msg:1:1 "there is no message 'Pose' in package 'geometry'"
ros 'wstring<=3 text\n';                   says DH0534 p/msg/A.msg:1:1 "'wstring' has no counterpart"
ros 'Header X=3\n';                        says DH0534 p/msg/A.msg:1:1 "a constant of type 'Header'"
ros 'A[2] next\n';                         says DH0536 p/msg/A.msg:1:1 "'A' contains itself"
ros 'uint8 a\nuint8 X=256\n';              says DH0539 p/msg/A.msg:2:9 "'256' is no value of type uint8"
ros 'uint8 a b\n';                         says DH0539 p/msg/A.msg:1:9 "'b' is no value of type uint8"
ros 'string<=3 a "four"\n';                says DH0539 p/msg/A.msg:1:13 "the default of 'a' has 4 bytes, and there is room for 3"
ros 'int32[<=0] a\n';                       says DH0539 p/msg/A.msg:1:9 "a positive number is wanted here"
ros 'int32[-1] a\n';                        says DH0539 p/msg/A.msg:1:7 "a positive number is wanted here"
ros 'int32[N] a\n';                         says DH0539 p/msg/A.msg:1:7 "a positive number is wanted here"
ros 'wchar a\n';                            says DH0534 p/msg/A.msg:1:1 "'wchar' has no counterpart"
ros 'uint8 a\nfloat128 b\n';                says DH0532 p/msg/A.msg:2:1 "there is no message 'float128' in package 'p'"
ros 'float32[0] a\n';                      says DH0539 p/msg/A.msg:1:9 "a positive number is wanted here"
ros 'uint8 a # \303(\n';                   says DH0105 p/msg/A.msg:1:11 "this is not UTF-8"
ros 'uint8 a # \342\200\256\n';            says DH0106 p/msg/A.msg:1:11 "an invisible control"
ros 'float32[900000000] a\n';              says DH0401 out/p/a.dhs:6:8 "this type is larger than 2 GiB"
printf 'uint8 a\n' > p/msg/A.msg
mkdir -p q/msg && cp p/msg/A.msg q/msg/A.msg && mkdir 'r-1' && cp p/msg/A.msg r-1/A.msg
"$dhgen" import ros --out out --package p p/msg/A.msg q/msg/A.msg 2> err || true
says DH0538 dhgen "'q/msg/A.msg' is 'p/A' once more"
"$dhgen" import ros --out out r-1/A.msg 2> err || true
says DH0537 dhgen "the package of 'r-1/A.msg' is not known"
"$dhgen" import ros --out out p/msg/B.msg 2> err || true
says DH0001 dhgen "cannot open 'p/msg/B.msg'"
cp p/msg/A.msg p/msg/A.srv
"$dhgen" import ros --out out p/msg/A.srv 2> err || true
says DH0531 dhgen "'p/msg/A.srv' is no .msg file"
"$dhgen" import ros --out out p 2> err || true
says DH0531 dhgen "'p' is no .msg file"
"$dhgen" import ros --out out p/msg/A.idl 2> err || true
says DH0531 dhgen "'p/msg/A.idl' is no .msg file"

mavlink '<mavlink>\n  <messages>\n';       says DH0533 a.xml:3:1 "this is no XML: no element found"
mavlink '<mavlink>\n <a></b>\n';           says DH0533 a.xml:2:7 "this is no XML: mismatched tag"
mavlink 'not XML';                         says DH0533 a.xml:1:1 "this is no XML"
mavlink '<html/>';                         says DH0533 a.xml:1:1 "<html> is not <mavlink>"
mavlink "$(printf '<mavlink>%0100d' 0 | sed 's/0/<a>/g')"
says DH0533 a.xml:1:202 "this is no XML: elements nest too deep"
m='<mavlink><messages>\n<message id="1" name="A">'
mavlink "$m\n<field name=\"a\">x</field></message></messages></mavlink>"
says DH0533 a.xml:3:1 "<field> has no type"
mavlink "$m\n<field name=\"a\" type=\"int\">x</field></message></messages></mavlink>"
says DH0534 a.xml:3:1 "'int' is no type of MAVLink"
mavlink "$m</message>\n<message id=\"1\" name=\"B\"/></messages></mavlink>"
says DH0538 a.xml:3:1 "message 'B' has the name or the id (1) of another"
mavlink '<mavlink><include>b.xml</include></mavlink>'
says DH0001 a.xml:1:10 "cannot open 'b.xml'"
mavlink '<mavlink><enums><enum name="E">\n<entry name="A" value="few"/></enum></enums></mavlink>'
says DH0539 a.xml:2:1 "'few' is no value for 'A'"

# One run says all
ros 'uint8\nwstring a\nint32[0] b\nTwist c\n'
for place in 1:1 2:1 3:7 4:1; do
    grep -q "^p/msg/A.msg:$place: error: " err || { echo "FAILED: nothing is said of $place: $(cat err)"; failures=$((failures + 1)); }
done

# A warning is an error where that is wanted
printf 'string NAME="x"\nuint8 a\n' > p/msg/A.msg
"$dhgen" import ros --werror --out out p/msg/A.msg 2> err || true
says DH0535 p/msg/A.msg:1:13 "not kept: the constant 'NAME' of type string"

# The command line
for words in '' 'ros' 'rosss p/msg/A.msg' 'ros --bound 0 p/msg/A.msg' 'ros --package 3 p/msg/A.msg' \
    'ros --prefix a.b p/msg/A.msg'; do
    got=0
    # shellcheck disable=SC2086 # words
    "$dhgen" import $words 2> err || got=$?
    if [ "$got" != 64 ] || ! grep -q 'dhgen import ros FILE.msg' err; then
        echo "FAILED: 'import $words' ended in $got: $(cat err)"
        failures=$((failures + 1))
    fi
done

# Each diagnostic of importing is provoked
for code in $("$dhgen" explain | grep -o '^DH053[0-9]'); do
    grep -q "says $code" "$here/mistakes.sh" || { echo "FAILED: $code is not provoked"; failures=$((failures + 1)); }
done
[ "$failures" = 0 ] && echo "all fine"
