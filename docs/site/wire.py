#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/reference/wire.md, what programs, producers and dhbroker say to each other: written here, with every byte from idl/std/broker.dhs as
dhgen tells it.

    wire.py DHGEN       compares the page with what it should be; UPDATE=1 writes it
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

import api

PAGE = "docs/reference/wire.md"
OPENING = """# The wire: three messages, byte by byte

The second half is made from `idl/std/broker.dhs` by `UPDATE=1 ctest --preset dev -R docs/wire`; the test of that name fails when they part.
For those who write another implementation, or review a change. Programs need none of it, and no data goes this way: messages of channels go through the
[block](format.md), whose descriptors are what these packets carry.

## Where

| who answers | socket | of which kind |
|---|---|---|
| dhbroker | the path of `$DH_BROKER`, else `$XDG_RUNTIME_DIR/dh/broker.sock`, else `/run/dh/broker.sock` | `SOCK_SEQPACKET` |
| a producer, for its channel alone | abstract: `dh/UID/CHANNEL`, with the user id as a decimal number | `SOCK_SEQPACKET` |

Who is asked knows user and process of who asks from the kernel (`SO_PEERCRED`), not from the message.

## How

- A message is one packet of exactly the size of its struct, little-endian. It begins with the magic `DHBEBROK` and the protocol, which is 1; another protocol is refused by name (`EPROTOCOL`).
- A request is answered by one reply with the same `kind` and `serial`. Texts end in a zero; control characters in them are shown as `?`.
- Descriptors come beside the packet (`SCM_RIGHTS`), one for each flag of `parts`, in the order of the flags. More or fewer than announced, and the packet is refused and they are closed.

| request | to | what is in it | the answer |
|---|---|---|---|
| register | broker | `channel`, `instance`, `schema_hash`, `key` where the block has a secret; data, claims, zones if there are any, lease, the roll of a strict block | `ok` when it is on the disk; the connection stays, and its end is taken for the end of the registration once the lease is free, too |
| register, role consumer | producer | `channel`, `instance` | `ok`: the connection is rung with a packet when something comes |
| register, role successor | producer | `channel`, `instance` | `ok` when the block is closed for it, with the door (the listening socket) |
| discover a channel | broker, producer | `channel`, `role` | data and lease; for all but observers also claims, and zones if there are any; a consumer of a strict block gets data, its place, and the roll with its lock, or brings that (`parts`: roll) and gets the place that is kept for it; a reaper of one gets the roll, too |
| discover a pattern | broker, producer | `channel` is a pattern, `after` the last name that was told | entries; `more` says that there are others behind them |
| discover a schema | broker | `schema_hash` | the canonical text as a sealed memfd |
| discover a producer | broker | `channel`, `role` | the producer's, as to discover a channel, on the same connection, which is its from then on: the broker sends it the request, with the connection (`parts`: door) before what came with it ([why](../decisions/0087-the-broker-puts-through.md)) |
| deregister | broker | `channel`, `instance` | `ok`; `not_owner` on a connection that has not registered it |
| deregister, role successor | producer | | the successor stands; the old block is over for good |
| deregister, role reaper | broker | `channel`, and in `after` what was done to it | `ok`: a line for the audit trail |

What `dh.conf` grants decides who is told what: another user without a grant gets `not_found`, as if there were no channel.

## A secret

A block with a secret is discovered in two steps on one connection. The first answer is `challenge`, with a fresh `nonce` and the block's `instance`; the same request then comes again with `proof`. A challenge is good for one try.

- attach key = BLAKE2b-256, keyed with the secret, of `dh attach 1` and the instance
- proof = BLAKE2b-256, keyed with the attach key, of the nonce, the channel (padded with zeros to its 80 bytes) and the role (one byte)

A producer registers the attach key of this one block, and never the secret.

## Statuses

| status | the caller gets |
|---|---|
| `ok` | `DH_OK` |
| `not_found`, `at_producer` | `DH_ENOTFOUND` |
| `full` | `DH_ETABLE` |
| `refused`, `not_owner`, `limit` | `DH_EREFUSED` |
| `conflict`, `hangs` | `DH_ECONFLICT` |
| `bad_schema`, `bad_block` | `DH_ECORRUPT` |
| `challenge`, `bad_proof` | `DH_ESECRET` |
| `failed` | `DH_ENOMEM` |
| `bad_message` | `DH_EPROTOCOL` |

## Wishes

Who was given something of a [strict block](../explain/strict.md) by its producer keeps the connection, on which nothing but wishes follow, packets of 16 bytes that come back when they are granted: the magic `DHBDWISH`,
a `u32` that is 1 (wake me at the next commit) or 2 (copy the records now), a `u32` that counts them.

"""


def made(dhgen):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([dhgen, "build", "--lang", "markdown", "--out", folder, os.path.join(api.TOP, "idl/std/broker.dhs")], check=True)
        with open(os.path.join(folder, "broker_dh.md"), encoding="utf-8") as file:
            text = file.read()
    body = text[text.index("## channel requests"):]
    return OPENING + re.sub(r"^\| declared \| .*\n", "", body, flags=re.M)


def statuses_are_told():
    """Each status of the C, and no other: with the error that it becomes."""
    code = re.search(r"dh_err dhi_status_err\(.*?\n}", api.read("runtime/wire/message.c"), re.S).group(0)
    waiting, pairs = [], set()
    for case, error in re.findall(r"case DHI_WIRE_STATUS_(\w+):|return (DH_\w+);", code):
        if case:
            waiting.append(case.lower())
        else:
            pairs |= {(status, error) for status in waiting or ["bad_message"]}
            waiting = []
    told = {(status, error) for row, error in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| `(DH_\w+)` \|$", OPENING, re.M)
            for status in re.findall(r"`(\w+)`", row)}
    return sorted(pairs ^ told)


def main():
    page, wanted = api.read(PAGE) if os.path.exists(os.path.join(api.TOP, PAGE)) else "", made(sys.argv[1])
    wrong = statuses_are_told()
    if wrong:
        print(f"wire.py: the table of statuses and dhi_status_err() differ: {wrong}")
        return 1
    if os.environ.get("UPDATE"):
        with open(os.path.join(api.TOP, PAGE), "w", encoding="utf-8") as file:
            file.write(wanted)
        return 0
    if page == wanted:
        return 0
    sys.stdout.writelines(difflib.unified_diff(page.splitlines(True), wanted.splitlines(True), PAGE, "what dhgen tells"))
    print(f"{PAGE} is not what idl/std/broker.dhs says: UPDATE=1 ctest --preset dev -R docs/wire, and read what changed")
    return 1


if __name__ == "__main__":
    sys.exit(main())
