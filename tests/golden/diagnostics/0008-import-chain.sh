# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Too long to be written by hand.
i=0
while [ $i -lt 70 ]; do
    echo "package chain$i; import \"chain$((i + 1)).dhs\";" > chain$i.dhs
    i=$((i + 1))
done
echo 'package chain;' > chain70.dhs
echo 'package a; import "chain0.dhs";' > 0008-import-chain.dhs
