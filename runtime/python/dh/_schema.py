# SPDX-License-Identifier: Apache-2.0
"""Schemas from where people have them: a .dhs file, a module of dhgen's, a text, a channel that is there."""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
from typing import Any

from ._dh import Schema


def schema(source: Any, channel: str | None = None) -> Schema:
    """The schema of a channel, from

    - a path: a .dhs file, compiled by dhgen (from $DH_DHGEN, else from $PATH);
    - a module that `dhgen --lang python` made, or a class of one that is a slot;
    - a canonical text, as `dhgen canon` prints it.

    channel: which one, where there are several.
    """
    if isinstance(source, Schema):
        return source
    if isinstance(source, (str, bytes)) and b"\n" in (source.encode() if isinstance(source, str) else source):
        return Schema(source if isinstance(source, str) else source.decode())
    if isinstance(source, (str, os.PathLike)):
        return _from_file(pathlib.Path(source), channel)
    if hasattr(source, "canonical") and hasattr(source, "slots"):
        return _from_module_channel(source)
    if isinstance(source, type):
        module = sys.modules[source.__module__].__dict__.get("__dh__")
        fitting = [one for one in module.channels.values() if one.roots[0].cls is source] if module else []
        return _from_module_channel(_the_one(fitting, channel, f"a slot of {source.__name__}"))
    module = getattr(source, "__dh__", None)
    if module is not None and hasattr(module, "channels"):
        return _from_module_channel(_the_one(list(module.channels.values()), channel, module.schema))
    raise TypeError(f"{source!r} is no schema: a path of a .dhs file, a module that dhgen --lang python made, a class of "
                    f"one, or a canonical text is")


def _the_one(channels: list[Any], name: str | None, where: str) -> Any:
    found = [one for one in channels if name is None or name in (one.name, one.full_name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in channels) or "none"
    raise ValueError(f"{where}: which channel? There is {names}; say channel=…")


def _from_module_channel(channel: Any) -> Schema:
    return Schema(channel.canonical.decode(), slots=channel.slots, full=channel.full, checksum=channel.checksum,
                  consumers=channel.consumers)


def _from_file(path: pathlib.Path, name: str | None) -> Schema:
    dhgen = os.environ.get("DH_DHGEN") or shutil.which("dhgen")
    if not dhgen:
        raise FileNotFoundError(f"{path} is compiled by dhgen, which is not in $PATH; $DH_DHGEN may name it")
    done = subprocess.run([dhgen, "build", "--dump", "model", str(path)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"{path}: dhgen says\n{done.stderr.rstrip()}")
    channels = [one for one in json.loads(done.stdout)["channels"] if name in (None, one["name"], one["full_name"])]
    if len(channels) != 1:
        raise ValueError(f"{path}: which channel? There is {', '.join(one['name'] for one in channels) or 'none such'}; "
                         f"say channel=…")
    one = channels[0]
    text = "".join(line["text"] + "\n" for line in one["canonical_lines"])
    return Schema(text, slots=one["slots"], full=one["full"], checksum=one["checksum"], consumers=one["consumers"])
