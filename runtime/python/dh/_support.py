# SPDX-License-Identifier: Apache-2.0
"""What the extension asks Python for: classes of enums, and what to say where a name is wrong."""
from __future__ import annotations

import difflib
import enum
import functools
import types
from collections.abc import Iterable
from typing import Any


def _nearest(name: str, names: Iterable[str]) -> str:
    known = list(names)
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean '{near[0]}'?" if near else f"there is {', '.join(known) or 'none'}"


def no_field(path: str, name: Any, names: Iterable[str]) -> str:
    """name: whatever was asked for, s[0] too."""
    name = str(name)
    return f"{path} has no field '{name}'; {_nearest(name, names)}"


@functools.lru_cache(maxsize=None)
def _make(name: str, flags: bool, labels: tuple[tuple[str, int], ...]) -> types.SimpleNamespace:
    members = [(label + "_" if label == "mro" else label, value) for label, value in labels]
    base: Any = enum.IntFlag if flags else enum.IntEnum
    names = base(name or "values", members, module="dh")
    listed = ", ".join(f"{label} = {value}" for label, value in members)
    names._dh_listed = lambda: listed
    names._dh_nearest = lambda wrong: _nearest(wrong, (label for label, _ in members))
    return types.SimpleNamespace(names=names, values={value: names(value) for _, value in members})


def enumeration(name: str, flags: int, labels: tuple[tuple[str, int], ...]) -> types.SimpleNamespace:
    """The class of an enum's values; the text has no name for it, so the first field's it is."""
    return _make(name, bool(flags), labels)
