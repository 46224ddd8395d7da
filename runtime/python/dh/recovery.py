# SPDX-License-Identifier: Apache-2.0
"""When something is stuck, or has died: look, prove, mend. The living are never touched.

    for one in dh.recovery.diagnose("lab.imu"):    # in the words of `dhadmin diagnose`
        print(one.problem, one.text, one.command)
    dh.recovery.release("lab.imu")                 # what the dead held is given back

Programs need none of this to go on: whoever waits for the dead returns what they held by itself.
Who holds what: dh.Observer(name, admin=True), its slot(index), locks() and torn(zone).
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import types

from . import _dh
from ._dh import forget, release, reset, validate

__all__ = ["diagnose", "forget", "release", "reset", "validate"]


def diagnose(channel: str, *, secret: bytes | None = None, broker: str | None = None) -> list[types.SimpleNamespace]:
    """What is wrong with a channel, and what happened to it: text, help, command (None where there is none), and `problem`,
    False for a mere remark. It is asked of dhadmin ($DH_DHADMIN, else in $PATH), so that both say the same."""
    dhadmin = os.environ.get("DH_DHADMIN") or shutil.which("dhadmin")
    if not dhadmin:
        raise FileNotFoundError("diagnose asks dhadmin, which is not in $PATH; $DH_DHADMIN may name it")
    command = [dhadmin, "diagnose", channel, "--json"] + (["--broker", broker] if broker else [])
    done = _run(command) if secret is None else _run_with(command, secret)
    if not done.stdout:
        _dh.Observer(channel, admin=True, secret=secret, broker=broker).close()  # says it by an exception
        raise RuntimeError(done.stderr.rstrip())
    found = json.loads(done.stdout)["channels"][0]
    return [types.SimpleNamespace(problem=kind == "problems", **one) for kind in ("problems", "remarks") for one in found[kind]]


def _run(command: list[str], fds: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, pass_fds=fds)


def _run_with(command: list[str], secret: bytes) -> subprocess.CompletedProcess[str]:
    """The secret in a file that has no name and no other reader."""
    fd = os.memfd_create("secret")
    try:
        os.write(fd, secret)
        return _run([*command, "--secret-file", f"/proc/self/fd/{fd}"], (fd,))
    finally:
        os.close(fd)
