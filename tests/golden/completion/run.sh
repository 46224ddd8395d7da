#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh DHGEN TREE: bash completes what dhgen takes, no more and no less than its tables say; asked first through the
# function that `complete` names, then by a person's TAB in a terminal.
set -u
dhgen=$1 tree=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$dhgen" "$work/bin/dhgen"
PATH=$work/bin:$PATH
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# shellcheck source=/dev/null
. "$tree/compiler/dhgen.bash"
complete -p dhgen | grep -q -- '-F _dhgen dhgen' || fail "complete knows no dhgen"

sorted() { echo "$*" | tr ' ' '\n' | sort -u | xargs; }

# offers 'WORD WORD' WORDS-OF-A-LINE...: the last word is being typed
offers() {
    local wanted=$1
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _dhgen
    local got
    got=$(sorted "${COMPREPLY[*]}")
    wanted=$(sorted "$wanted")
    [ "$got" = "$wanted" ] || fail "'${*}' offers '$got', not '$wanted'"
}

printf 'package a;\nstruct S { x: u8; }\nchannel imu version 1 { slot: S; slots: 1; full: wait; }\n  channel ivy version 1 { slot: S; slots: 1; full: wait; }\n' >lab.dhs
touch 'with blank.dhs' other.txt a.msg b.xml old.canon old.dhs.lock
mkdir folder
dhgen help --json >tables.json || fail "no tables"
python3 - tables.json >table <<'TEXT'
import json, sys
verbs = json.load(open(sys.argv[1]))["verbs"]
print("verbs", *(v["name"] for v in verbs))
for v in verbs:
    print("options", v["name"], *(o["name"] for o in v["options"]))
for o in {o["name"]: o for v in verbs for o in v["options"]}.values():
    print("choices" if o["choices"] else "argument" if o["argument"] else "flag", o["name"], *o["choices"])
TEXT
[ "$(wc -l <table)" -gt 25 ] || fail "hardly any table: $(cat table)"
while read -r what name rest; do
    case $what in
    verbs)
        offers "$name $rest" dhgen help ''
        ;;
    options)
        offers "$rest" dhgen "$name" -
        offers "${rest/-I/}" dhgen "$name" --
        ;;
    choices)
        offers "$rest" dhgen build "$name" ''
        offers "$rest" dhgen build "$name" =
        offers "$(echo "$rest" | tr ' ' '\n' | grep "^${rest%% *}" | xargs)" dhgen build "$name" = "${rest%% *}"
        ;;
    argument) _dhgen_value "$name" '' || fail "$name has an argument" ;;
    flag) ! _dhgen_value "$name" '' || fail "$name has no argument" ;;
    esac
done <table

offers 'hash help' dhgen h
COMP_WORDS=(dhgen build '') COMP_CWORD=2
_dhgen
files=$(printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' '|')
[ "$files" = 'bin|folder|lab.dhs|with blank.dhs|' ] || fail "files: $files"
offers 'lab.dhs' dhgen fmt old.dhs la
offers 'lab.dhs layout lock lsp' dhgen l
offers 'lab.dhs layout' dhgen --werror -I folder la
offers 'imu ivy' dhgen canon lab.dhs --channel ''
offers 'imu' dhgen lab.dhs --channel = im
offers 'old.canon old.dhs.lock' dhgen diff o
offers 'ros mavlink' dhgen import ''
offers 'a.msg' dhgen import ros a
offers 'b.xml bin' dhgen import --out folder mavlink b
offers 'folder' dhgen build --out fo
offers '--fix' dhgen fmt --fi
offers '' dhgen lsp x
[ "$(dhgen explain | wc -l)" -gt 80 ] || fail "hardly any diagnostic"
offers 'DH0412' dhgen explain DH0412
offers "$(dhgen explain | cut -d' ' -f1)" dhgen explain ''

# A terminal, and TAB
cat >tab.py <<'TEXT'
import os, pty, select, sys, time
def read(fd, until, seconds=20):
    said, end = b"", time.monotonic() + seconds
    while until not in said and time.monotonic() < end:
        if select.select([fd], [], [], 0.1)[0]:
            said += os.read(fd, 4096)
    return said
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(PS1="ready> ", TERM="dumb", INPUTRC="/dev/null", HISTFILE="/dev/null")
    os.execvp("bash", ["bash", "--noprofile", "--norc", "-i"])
read(fd, b"ready> ")
os.write(fd, b". " + sys.argv[1].encode() + b"; bind 'set enable-bracketed-paste off'\n")
read(fd, b"ready> ")
for typed, wanted in ((b"dhgen expl\t", b"explain "), (b"DH041\t2\t", b"2 "), (b"\x15dhgen canon lab.dhs --channel iv\t", b"ivy "),
                      (b"\x15dhgen build --dump to\t", b"tokens "), (b"\x15dhgen build --lang=js\t", b"json "),
                      (b"\x15dhgen check with\t", b"with\\ blank.dhs ")):
    os.write(fd, typed)
    said = read(fd, wanted)
    if wanted not in said:
        sys.exit("TAB behind %r shows %r" % (typed, said))
os.write(fd, b"\x15exit\n")
os.waitpid(pid, 0)
TEXT
python3 tab.py "$tree/compiler/dhgen.bash" || fail "in a terminal"

exit $((failures != 0))
