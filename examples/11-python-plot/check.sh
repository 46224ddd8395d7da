#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What plot.py prints and draws; with PICTURE that is left there, else compared. Status 77 and a word where matplotlib is not installed.
# usage: check.sh BIN PYTHON_FOLDER [PICTURE]
set -eu
here=$(dirname "$0")
work=$(mktemp -d)
export PYTHONPATH="$2" MPLCONFIGDIR="$work" PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3 # it has what ./dev installs
[ -x "$python" ] || python=python3
if ! "$python" -c 'import matplotlib, numpy' 2>/dev/null; then
    echo "SKIPPED: there is no matplotlib; on Debian: apt install python3-matplotlib"
    rm -rf "$work"
    exit 77
fi
status=0
ln -s "$1"/* "$work/"
printf '#!/bin/sh\nexec %s %s --save %s/plot.svg\n' "$python" "$here/plot.py" "$work" >"$work/plot"
chmod +x "$work/plot"
"$here/../together.sh" "$work" "$here/expected.txt" 'demo.strings.strings=example-card' plot || status=1
if [ $# -gt 2 ]; then
    cp "$work/plot.svg" "$3"
else
    cmp "$work/plot.svg" "$here/../../docs/pictures/python-plot.svg" || {
        echo "the docs show another picture: README.md says how it is remade"
        status=1
    }
fi
rm -rf "$work"
exit $status
