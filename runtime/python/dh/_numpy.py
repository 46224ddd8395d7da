# SPDX-License-Identifier: Apache-2.0
"""numpy on the slot itself. Imported by who asks for an array; nothing else needs numpy."""
from __future__ import annotations

from typing import Any

import numpy

from . import _dh

_SCALARS = {"bool": "?", "i8": "i1", "i16": "<i2", "i32": "<i4", "i64": "<i8", "u8": "u1", "u16": "<u2", "u32": "<u4",
            "u64": "<u8", "f16": "<f2", "f32": "<f4", "f64": "<f8"}


def _layout(size: int, fields: list[tuple[str, Any, int]]) -> numpy.dtype[Any]:
    return numpy.dtype({"names": [name for name, _, _ in fields], "formats": [form for _, form, _ in fields],
                        "offsets": [at for _, _, at in fields], "itemsize": size})


def _leaf(node: dict[str, Any]) -> Any:
    kind, room = node["kind"], node["capacity"]
    if kind == "char":
        return f"S{room}"
    if kind == "string":
        return _layout(node["stride"], [("length", "<u4", 0), ("text", f"S{room + 1}", 4)])
    if kind == "bytes":
        return _layout(node["stride"], [("length", "<u4", 0), ("data", ("u1", (room,)), 4)])
    return _SCALARS[node["scalar"]]


def _element(node: dict[str, Any]) -> Any:
    """One element of an array: its dtype is as long as its stride."""
    form = numpy.dtype(_form(node["children"][0]))
    if form.itemsize == node["stride"]:
        return form
    return _layout(node["stride"], [("value", form, 0)])


def _form(node: dict[str, Any]) -> Any:
    kind, inner = node["kind"], node["children"]
    at = node["offset"]
    if kind in ("struct", "union"):
        fields = [(child["name"], _form(child), child["offset"] - at) for child in inner
                  if kind == "struct" or child["children"]]
        if kind == "union":
            fields.insert(0, ("__tag__", _SCALARS[node["scalar"]], 0))
        return _layout(node["size"], fields)
    if kind == "arm":
        return _form(inner[0])
    if kind == "optional":
        return _layout(node["size"], [("value", _form(inner[0]), 0), ("present", "u1", node["inner"])])
    if kind == "list":
        items = (_element(node), (node["capacity"],))
        return _layout(node["size"], [("count", "<u4", 0), ("items", items, inner[0]["offset"] - at)])
    if kind == "array":
        return (_element(node), node["dims"])
    return (_leaf(node), node["dims"]) if node["dims"] else _leaf(node)


def _made(node: dict[str, Any]) -> numpy.dtype[Any]:
    return numpy.dtype(_form(node))


def dtype(what: Any) -> numpy.dtype[Any]:
    """The numpy.dtype of a schema's slot, or of a view: each field at the schema's offset."""
    form: numpy.dtype[Any] = _dh.dtype(what, _made)[0]
    return form


def array(view: Any, wanted: Any = None, copy: Any = None, *, dtype: Any = None) -> Any:
    """What numpy.asarray(view) is: no copy. A struct is an array of no dimensions; of a list it has the items that are
    there."""
    form, depth = _dh.dtype(view, _made)
    span = numpy.frombuffer(_dh.span(view), "u1")  # keeps the message; ndarray(…, buffer) alone lets go of it
    if depth is None:  # a list
        made = numpy.ndarray((), form, span)["items"][:len(view)]
    else:  # a struct has no shape, of an array's the first `depth` dimensions are chosen
        made = numpy.ndarray(form.shape[depth:], form.base, span)
    form = wanted if wanted is not None else dtype
    if copy:  # numpy 2 asks for it here; older ones make it themselves
        return numpy.array(made, form)
    return made if form is None else made.astype(form, copy=False)
