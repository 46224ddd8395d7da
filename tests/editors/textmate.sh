#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# textmate.sh TREE FOLDER: the TextMate grammar on sample.dhs, by the library of VS Code; compared with sample.scopes (UPDATE=1
# rewrites). Both packages are fetched from npm into FOLDER once. Exit status 77: not tried, and why.
set -eu
tree=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "NOT TRIED: $*; that the grammar has the compiler's words was tried (editors/words)"
    exit 77
}

# fetch NAME VERSION SHA256: the package, unpacked in FOLDER/NAME
fetch() {
    [ ! -f "$folder/$1/package.json" ] || return 0
    (cd "$folder" && timeout 60 npm pack --silent "$1@$2") >"$folder/npm.log" 2>&1 || skip "npm does not give $1"
    echo "$3  $folder/$1-$2.tgz" | sha256sum --check --quiet || { echo "FAILED: $1 $2 is not what it was"; exit 1; }
    mkdir -p "$folder/$1"
    tar xzf "$folder/$1-$2.tgz" -C "$folder/$1" --strip-components=1
}

command -v node >/dev/null || skip 'there is no node'
command -v npm >/dev/null || skip 'there is no npm'
fetch vscode-textmate 9.0.0 1c335d8d8f25aeadf9aafd0f49223e04d5c22b32ad488378395527d2e3165fe5
fetch vscode-oniguruma 1.7.0 830c8de8fd475455d8c161ca3c1f5f3c935fad8327ee548dec38c8985097657f
node "$here/textmate.js" "$folder" "$tree" >"$folder/scopes"
[ -z "${UPDATE:-}" ] || cp "$folder/scopes" "$here/sample.scopes"
diff -u "$here/sample.scopes" "$folder/scopes"
