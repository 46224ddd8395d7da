# SPDX-License-Identifier: Apache-2.0
"""The Data Exchange Hub: typed data between programs of one machine, in shared memory.

    import dh

    with dh.Consumer("lab.imu") as imu:
        for s in imu:
            print(s.accel.x, s.quality)

    with dh.Producer("lab.imu", dh.schema("imu.dhs")) as imu:
        with imu.write(timeout=1) as s:
            s.accel = (0.1, 0.2, 9.8)

A message lies where the producer wrote it. `s` looks at it until the next one is read; numpy.asarray(s) and
memoryview(s.taps) keep it for as long as they live. dh.copy(s) and dh.asdict(s) are yours for good.
"""
from __future__ import annotations

import asyncio
import atexit
import os
from typing import Any

from . import _dh, recovery
from ._dh import (AliveError, ArgumentError, Array, BusyError, ChecksumError, ClosedError, ConflictError, CorruptError,
                  EmptyError, Error, EvictedError, FormatError, FullError, LimitError, NoBrokerError, NotFoundError, OrderError,
                  OwnerDiedError, ProducerDiedError, ProtocolError, RefusedError, ResourceError, Schema, SchemaError, SealError,
                  SecretError, SilentError, StaleError, Struct, SupersededError, SystemCallError, TableFullError, Zone, arm,
                  asdict, channels, copy, has, info)
from ._schema import schema
from ._support import no_field

__all__ = [
    "AliveError", "ArgumentError", "Array", "BusyError", "ChecksumError", "ClosedError", "ConflictError", "Consumer",
    "CorruptError", "EmptyError", "Error", "EvictedError", "FormatError", "FullError", "LimitError", "NoBrokerError",
    "NotFoundError", "Observer", "OrderError", "OwnerDiedError", "Producer", "ProducerDiedError", "ProtocolError",
    "RefusedError", "ResourceError", "Schema", "SchemaError", "SealError", "SecretError", "SilentError", "StaleError", "Struct",
    "SupersededError", "SystemCallError", "TableFullError", "Zone", "arm", "asdict", "channels", "copy", "dtype", "field",
    "has", "info", "memory", "recovery", "schema",
]


class Consumer(_dh.Consumer):
    """Consumer(channel, schema=None, *, copy=False, event_fd=False, secret=None, broker=None, strict=False, sum_threads=0)

    Reads a channel. Without a schema the channel's own is used; with one (see dh.schema) it is proven first that both
    fit, and what is read looks like ours. copy=True: messages come as copies, to keep. event_fd=True: for event loops.
    """

    def __new__(cls, channel: str, schema: Any = None, **options: Any) -> Any:
        return super().__new__(cls, channel, _schema_of(schema), **options)

    def latest(self, timeout: float | None = None) -> Any:
        """A copy of the newest message that was not read yet; those before it are skipped."""
        message = copy(self.read(timeout))
        try:
            while (newer := self.poll()) is not None:
                message = copy(newer)
        except (ClosedError, ProducerDiedError):
            pass  # this was the last one: the next call says so
        return message

    def __aiter__(self) -> Consumer:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self.aread()
        except ClosedError:
            raise StopAsyncIteration from None

    async def aread(self) -> Any:
        """The next message, without holding up the event loop."""
        while (message := self.poll()) is None:
            await _readable(self.fileno())
        return message


def _arrived(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def _readable(fd: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(fd, _arrived, ready)
    try:
        await ready
    finally:
        loop.remove_reader(fd)


class Producer(_dh.Producer):
    """Producer(channel, schema, *, slots=0, consumers=0, stall_limit=0.0, secret=None, broker=None, takeover="never",
    takeover_timeout=0.0, pages="small", numa=None, memory_required=False, strict=False, sum_threads=0)

    Writes a channel; channel None is the name that the schema gives. slots and consumers: instead of the schema's.
    stall_limit: seconds after which a consumer that stands still is put out, 0 never. takeover: "dead", go on where a dead
    producer ended; "handover", ask a living one for the channel, too; "force", end the process of one that does not answer.
    pages: "huge" (of the pool, else transparent, else small), "pool", "transparent"; numa: a node, or "interleave";
    memory tells what was got, and memory_required makes it an error if it is less. strict: each consumer can write its own
    record alone, which this process gives it; not with shared zones or takeover. sum_threads: threads that make the
    checksums of large slots; flush() waits until all that was sent is seen.
    """

    def __new__(cls, channel: str | None, schema: Any, **options: Any) -> Any:
        return super().__new__(cls, channel, _schema_of(schema), **options)


class Observer(_dh.Observer):
    """Observer(channel, *, admin=False, secret=None, broker=None)

    Looks at a channel and disturbs nobody: what it gives are copies. admin=True also shows the consumers.
    """

    def latest(self, timeout: float | None = None) -> Any:
        """A copy of the newest message; waits for the first one."""
        return self.copy(max(self.facts.head - 1, 0), timeout)

    @property
    def zones(self) -> tuple[str, ...]:
        return self.schema.zones


def _schema_of(given: Any) -> Any:
    return given if given is None or isinstance(given, Schema) else schema(given)


def dtype(what: Schema | Struct | Array) -> Any:
    """The numpy.dtype of a schema's slot, or of what a view looks at."""
    from . import _numpy
    return _numpy.dtype(what)


def memory(view: Struct | Array) -> memoryview:
    """The bytes of a view, in place: they keep the message for as long as they live."""
    return memoryview(_dh.span(view))


def field(what: Schema | Struct, path: str) -> dict[str, Any]:
    """What the schema says of a field: offset, unit, range, scale, enum … of "accel.x"; of "taps[]" what it says of an item."""
    node = _dh.describe(what)
    for name in path.split("."):
        while node["kind"] in ("array", "list", "optional", "arm") and node["children"]:
            node = node["children"][0]
        found = [child for child in node["children"] if child["name"] == name.removesuffix("[]")]
        if not found:
            raise KeyError(no_field(node["name"] or "the message", name, [child["name"] for child in node["children"]]))
        node = found[0]
        if name.endswith("[]") and node["kind"] in ("array", "list"):
            node = node["children"][0]
    return node


# Who forks: the child must open its own. Who ends: consumers are told that this was no death.
os.register_at_fork(before=_dh.fork_before, after_in_parent=_dh.fork_in_parent, after_in_child=_dh.fork_in_child)
atexit.register(_dh.close_all)
