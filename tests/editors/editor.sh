#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# editor.sh emacs|nvim TREE FOLDER: what docs/editors has for it, on sample.dhs. Exit status 77: that editor is not here.
set -eu
tree=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)
command -v "$1" >/dev/null || {
    echo "NOT TRIED: there is no $1; that its files have the compiler's words was tried (editors/words)"
    exit 77
}
case $1 in
emacs)
    cp "$tree/docs/editors/emacs/dhs-mode.el" "$folder"
    emacs -Q --batch --eval '(setq byte-compile-error-on-warn t)' -f batch-byte-compile "$folder/dhs-mode.el"
    emacs -Q --batch -l "$folder/dhs-mode.elc" -l "$here/emacs.el" "$here/sample.dhs"
    ;;
nvim)
    XDG_STATE_HOME=$folder XDG_DATA_HOME=$folder nvim --headless -n -i NONE -u NONE --cmd "set runtimepath^=$tree/docs/editors/nvim" \
        --cmd 'filetype plugin on' --cmd 'syntax on' "$here/sample.dhs" -S "$here/nvim.vim"
    ;;
esac
