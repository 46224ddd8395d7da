# SPDX-License-Identifier: 0BSD
"""lab.whole: what whole.dhs says, for Python. Written by dhgen 0.1.0; edit the schema, not this file.

A schema that uses everything: what each language makes of it is in expected/.

Structs and unions are dataclasses: decode(data, offset), encode(data, offset), to_bytes(), str(). What else is known of
one (offsets, units, ranges, its numpy dtype) is its `__dh__`, of the whole the `__dh__` of this module.
"""
from __future__ import annotations

import dataclasses as _dataclasses
import enum as _enum
import importlib as _importlib
import struct as _struct
import typing as _typing

if _typing.TYPE_CHECKING or not __package__:
    import parts_dh as _parts_dh  # noqa: F401
else:
    from . import parts_dh as _parts_dh  # noqa: F401

# ---- how values lie in bytes: the same in every file that dhgen writes ----
# Names here begin with '_', those of a schema never do. Nothing is copied that need not be; numpy is only imported by
# whoever asks for a dtype.

_Readable = _typing.Union[bytes, bytearray, memoryview]
_Writable = _typing.Union[bytearray, memoryview]
_Where = str  # "Sample.points[2].x", for messages

_SCALARS = (("bool", "?"), ("u8", "B"), ("u16", "H"), ("u32", "I"), ("u64", "Q"), ("i8", "b"), ("i16", "h"), ("i32", "i"),
            ("i64", "q"), ("f16", "e"), ("f32", "f"), ("f64", "d"))


class _Codec:
    """How values of one type lie in bytes: `size` of them."""
    size: int

    def decode(self, data: _Readable, at: int) -> _typing.Any:
        raise NotImplementedError

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        raise NotImplementedError

    def zero(self) -> _typing.Any:
        return self.decode(bytes(self.size), 0)

    def initial(self) -> _typing.Any:
        """What a new value begins as; of a struct that is its schema's defaults."""
        return self.zero()

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        """What numpy.dtype() takes."""
        raise NotImplementedError


class _Scalar(_Codec):
    def __init__(self, name: str) -> None:
        self.name = name
        self._format = _struct.Struct("<" + dict(_SCALARS)[name])
        self.size = self._format.size

    def decode(self, data: _Readable, at: int) -> _typing.Any:
        if self.name == "bool":
            return data[at] != 0
        return self._format.unpack_from(data, at)[0]

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        if self.name == "bool" and value not in (False, True):
            raise ValueError(f"{where}: {value!r} is neither true nor false")
        if self.name[0] in "ui" and isinstance(value, float):
            raise TypeError(f"{where}: {value!r} is a float, {self.name} takes whole numbers")
        try:
            self._format.pack_into(data, at, value)
        except (_struct.error, OverflowError):
            if isinstance(value, (int, float)):
                raise ValueError(f"{where}: {value!r} does not fit {self.name}") from None
            raise TypeError(f"{where}: {value!r} is no number") from None

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return "?" if self.name == "bool" else f"<{self.name[0]}{self.size}"


class _Enumeration(_Codec):
    """A value that has no name comes as a plain int: memory may hold any, and an open enum may have grown."""

    def __init__(self, cls: type[_enum.IntEnum] | type[_enum.IntFlag], scalar: str) -> None:
        self.cls = cls
        self._scalar = _Scalar(scalar)
        self.size = self._scalar.size

    def decode(self, data: _Readable, at: int) -> _typing.Any:
        value = self._scalar.decode(data, at)
        try:
            return self.cls(value)
        except ValueError:
            return value

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        self._scalar.encode(data, at, value, where)

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return self._scalar.dtype(numpy)


def _encoded(value: _typing.Any, room: int, where: _Where) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{where}: {value!r} is no text")
    text = value.encode("utf-8", "surrogateescape")
    if len(text) > room:
        raise ValueError(f"{where}: {len(text)} bytes of text, there is room for {room}")
    return text


class _Chars(_Codec):
    """char[n]: padded with zeros, which are not part of the text."""

    def __init__(self, length: int) -> None:
        self.size = length

    def decode(self, data: _Readable, at: int) -> str:
        return bytes(data[at:at + self.size]).rstrip(b"\0").decode("utf-8", "surrogateescape")

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        text = _encoded(value, self.size, where)
        data[at:at + len(text)] = text

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return f"S{self.size}"


class _Counted(_Codec):
    """What begins with how much of it there is: never more is read than there is room for, whatever the memory says."""

    def __init__(self, length: int, size: int) -> None:
        self.length = length
        self.size = size

    def count(self, data: _Readable, at: int) -> int:
        return min(int(_struct.unpack_from("<I", data, at)[0]), self.length)


class _String(_Counted):
    def decode(self, data: _Readable, at: int) -> str:
        return bytes(data[at + 4:at + 4 + self.count(data, at)]).decode("utf-8", "surrogateescape")

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        text = _encoded(value, self.length, where)
        _struct.pack_into("<I", data, at, len(text))
        data[at + 4:at + 4 + len(text)] = text

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return _layout(numpy, self.size, [("length", "<u4", 0), ("text", f"S{self.length + 1}", 4)])


class _Bytes(_Counted):
    def decode(self, data: _Readable, at: int) -> bytes:
        return bytes(data[at + 4:at + 4 + self.count(data, at)])

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise TypeError(f"{where}: {value!r} is no bytes")
        if len(value) > self.length:
            raise ValueError(f"{where}: {len(value)} bytes, there is room for {self.length}")
        _struct.pack_into("<I", data, at, len(value))
        data[at + 4:at + 4 + len(value)] = bytes(value)

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return _layout(numpy, self.size, [("length", "<u4", 0), ("data", ("u1", (self.length,)), 4)])


class _List(_Counted):
    def __init__(self, element: _Codec, length: int, inner: int, size: int) -> None:
        super().__init__(length, size)
        self.element = element
        self.inner = inner

    def decode(self, data: _Readable, at: int) -> list[_typing.Any]:
        step = self.element.size
        return [self.element.decode(data, at + self.inner + i * step) for i in range(self.count(data, at))]

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        if len(value) > self.length:
            raise ValueError(f"{where}: {len(value)} items, there is room for {self.length}")
        _struct.pack_into("<I", data, at, len(value))
        for i, item in enumerate(value):
            self.element.encode(data, at + self.inner + i * self.element.size, item, f"{where}[{i}]")

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        items = (self.element.dtype(numpy), (self.length,))
        return _layout(numpy, self.size, [("count", "<u4", 0), ("items", items, self.inner)])


class _Optional(_Codec):
    def __init__(self, element: _Codec, inner: int, size: int) -> None:
        self.element = element
        self.inner = inner
        self.size = size

    def decode(self, data: _Readable, at: int) -> _typing.Any:
        return self.element.decode(data, at) if data[at + self.inner] else None

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        if value is not None:
            self.element.encode(data, at, value, where)
            data[at + self.inner] = 1

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return _layout(numpy, self.size, [("value", self.element.dtype(numpy), 0), ("present", "u1", self.inner)])


class _Array(_Codec):
    """T[n][m]: lists of lists, outermost first."""

    def __init__(self, element: _Codec, dims: tuple[int, ...], size: int) -> None:
        self.element = element
        self.dims = dims
        self.size = size
        inner = size // dims[0]
        self._row: _Codec = element if len(dims) == 1 else _Array(element, dims[1:], inner)

    def decode(self, data: _Readable, at: int) -> list[_typing.Any]:
        return [self._row.decode(data, at + i * self._row.size) for i in range(self.dims[0])]

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        if len(value) != self.dims[0]:
            raise ValueError(f"{where}: {len(value)} elements, there must be {self.dims[0]}")
        for i, item in enumerate(value):
            self._row.encode(data, at + i * self._row.size, item, f"{where}[{i}]")

    def initial(self) -> list[_typing.Any]:
        return [self._row.initial() for _ in range(self.dims[0])]

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return (self.element.dtype(numpy), self.dims)


class _Structure(_Codec):
    """A struct or a union, by its class."""

    def __init__(self, cls: type[_typing.Any]) -> None:
        self.cls = cls
        self.size = cls.__dh__.size

    def decode(self, data: _Readable, at: int) -> _typing.Any:
        return self.cls.__dh__.decode_at(data, at, None)

    def encode(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        if not isinstance(value, self.cls):
            raise TypeError(f"{where}: {value!r} is no {self.cls.__name__}")
        self.cls.__dh__.encode_at(data, at, value, where)

    def initial(self) -> _typing.Any:
        return self.cls()

    def dtype(self, numpy: _typing.Any) -> _typing.Any:
        return self.cls.__dh__.dtype()


def _layout(numpy: _typing.Any, size: int, fields: list[tuple[str, _typing.Any, int]]) -> _typing.Any:
    names, formats, offsets = [list(column) for column in zip(*fields)] if fields else [[], [], []]
    return numpy.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size, "aligned": True})


def _number(text: str) -> int | float | str:
    """A number as the schema spells it; the name of an enumerator stays one."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


@_dataclasses.dataclass(frozen=True)
class _Field:
    """What the schema says of a field, an arm or an enumerator."""
    name: str
    codec: _Codec | None = None
    offset: int = 0
    size: int = 0
    type: str = ""
    wire_name: str = ""
    docs: tuple[str, ...] = ()
    unit: str | None = None
    frame: str | None = None
    clock: str | None = None
    low: int | float | str | None = None
    high: int | float | str | None = None
    invalid: int | float | str | None = None
    invalid_first: bool = False
    scale: tuple[float, float] | None = None
    label: str | None = None
    deprecated: str | None = None
    writer: str | None = None
    since_minor: int = 0
    tag: int | None = None

    def physical(self, raw: float) -> float:
        """What a stored value means."""
        return raw if self.scale is None else raw * self.scale[0] + self.scale[1]

    def raw(self, physical: float) -> float:
        """What is stored for it; rounded where the field holds whole numbers."""
        if self.scale is None:
            return physical
        value = (physical - self.scale[1]) / self.scale[0]
        return round(value) if isinstance(self.codec, _Scalar) and self.codec.name[0] != "f" else value


class _Type:
    """What `__dh__` of a class is: the layout of a struct or union."""

    def __init__(self, cls: type[_typing.Any], size: int, align: int, source: str, fields: tuple[_Field, ...]) -> None:
        self.cls = cls
        self.name = cls.__name__
        self.size = size
        self.align = align
        self.source = source
        self.fields = fields
        self._dtype: _typing.Any = None

    def field(self, name: str) -> _Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def rows(self, numpy: _typing.Any) -> list[tuple[str, _typing.Any, int]]:
        return [(f.name, f.codec.dtype(numpy), f.offset) for f in self.fields if f.codec]

    def dtype(self) -> _typing.Any:
        """The numpy.dtype: little-endian, aligned, each field at the schema's offset."""
        if self._dtype is None:
            numpy = _importlib.import_module("numpy")
            self._dtype = _layout(numpy, self.size, self.rows(numpy))
        return self._dtype

    def room(self, minor: int | None) -> int:
        """How many bytes a value of that minor has at least; None: of the newest."""
        ends = [f.offset + f.size for f in self.fields if minor is not None and f.since_minor <= minor]
        return max(ends, default=0) if minor is not None else self.size

    def decode_at(self, data: _Readable, at: int, minor: int | None) -> _typing.Any:
        value = object.__new__(self.cls)
        for field in self.fields:
            assert field.codec is not None
            absent = minor is not None and field.since_minor > minor
            setattr(value, field.name, field.codec.zero() if absent else field.codec.decode(data, at + field.offset))
        return value

    def encode_at(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        for field in self.fields:
            assert field.codec is not None
            field.codec.encode(data, at + field.offset, getattr(value, field.name), f"{where}.{field.name}")

    def show(self, value: _typing.Any) -> str:
        return "{" + ", ".join(f"{f.name}: {_shown(f, getattr(value, f.name))}" for f in self.fields) + "}"


class _Tagged(_Type):
    """A union: `fields` are its arms, at the same offset all of them."""

    def __init__(self, cls: type[_typing.Any], size: int, align: int, source: str, tag: str, fields: tuple[_Field, ...]) -> None:
        super().__init__(cls, size, align, source, fields)
        self.tag = _Scalar(tag)

    def arm(self, tag: int) -> _Field | None:
        for field in self.fields:
            if field.tag == tag:
                return field
        return None

    def rows(self, numpy: _typing.Any) -> list[tuple[str, _typing.Any, int]]:
        return [("__tag__", self.tag.dtype(numpy), 0), *super().rows(numpy)]

    def decode_at(self, data: _Readable, at: int, minor: int | None) -> _typing.Any:
        value = object.__new__(self.cls)
        value.tag = self.tag.decode(data, at)
        arm = self.arm(value.tag)
        value.value = arm.codec.decode(data, at + arm.offset) if arm and arm.codec else None
        return value

    def encode_at(self, data: _Writable, at: int, value: _typing.Any, where: _Where) -> None:
        arm = self.arm(value.tag)
        self.tag.encode(data, at, value.tag, where)
        if arm and arm.codec:
            arm.codec.encode(data, at + arm.offset, value.value, f"{where}.{arm.name}")
        elif value.value is not None:
            raise ValueError(f"{where}: tag {value.tag} has no value, {value.value!r} is given")

    def show(self, value: _typing.Any) -> str:
        arm = self.arm(value.tag)
        if arm is None:
            return "?"
        return f"{arm.name}: {_shown(arm, value.value)}" if arm.codec else arm.name


def _shown(field: _Field, value: _typing.Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(field, item) for item in value) + "]"
    if isinstance(value, _enum.Enum):
        text = value.name or str(value.value)
    elif isinstance(value, str):
        text = '"' + value.encode("utf-8", "replace").decode() + '"'
    elif field.scale is not None and isinstance(value, (int, float)):
        text = f"{field.physical(value):g}"
    else:
        text = str(value)
    return f"{text} {field.unit}" if field.unit and isinstance(value, (int, float)) else text


_Self = _typing.TypeVar("_Self", bound="_Base")


class _Base:
    """What all structs and unions can do."""
    __dh__: _typing.ClassVar[_Type]

    @classmethod
    def decode(cls: type[_Self], data: _Readable, offset: int = 0, minor: int | None = None) -> _Self:
        """The value that lies at `offset`. `minor`: what an older producer has; later fields are 0 then."""
        view = memoryview(data).cast("B")
        if offset < 0 or view.nbytes - offset < cls.__dh__.room(minor):
            raise ValueError(f"{cls.__name__}: {view.nbytes - offset} bytes from offset {offset} on, "
                             f"{cls.__dh__.room(minor)} are needed")
        return _typing.cast(_Self, cls.__dh__.decode_at(view, offset, minor))

    def encode(self, data: _Writable, offset: int = 0) -> None:
        """Writes it to `offset`, padding zeroed; where a value does not fit nothing is written, and it is told which."""
        view = memoryview(data).cast("B")
        if offset < 0 or view.nbytes - offset < self.__dh__.size:
            raise ValueError(f"{type(self).__name__}: {view.nbytes - offset} bytes from offset {offset} on, "
                             f"{self.__dh__.size} are needed")
        view[offset:offset + self.__dh__.size] = self.to_bytes()

    def to_bytes(self) -> bytes:
        """The same as bytes of its own."""
        data = bytearray(self.__dh__.size)
        self.__dh__.encode_at(data, 0, self, type(self).__name__)
        return bytes(data)

    def __str__(self) -> str:
        return self.__dh__.show(self)


_Class = _typing.TypeVar("_Class", bound="type[_Base]")


def _described(size: int, align: int, source: str) -> _typing.Callable[[_Class], _Class]:
    """Gives a dataclass its `__dh__`: what each of its fields carries as metadata."""
    def describe(cls: _Class) -> _Class:
        fields = _dataclasses.fields(_typing.cast(_typing.Any, cls))
        cls.__dh__ = _Type(cls, size, align, source, tuple(field.metadata["dh"] for field in fields))
        return cls
    return describe


def _tagged(size: int, align: int, source: str, tag: str, arms: tuple[_Field, ...]) -> _typing.Callable[[_Class], _Class]:
    """The same for a union."""
    def describe(cls: _Class) -> _Class:
        cls.__dh__ = _Tagged(cls, size, align, source, tag, arms)
        return cls
    return describe


def _field(make: _typing.Callable[[], _Field], initial: _typing.Callable[[], _typing.Any] | None = None) -> _typing.Any:
    """`make`: a function, so that a field which is called like a type does not hide the type from those behind it."""
    info = make()
    assert info.codec is not None
    return _dataclasses.field(default_factory=initial or info.codec.initial, metadata=dict(dh=info))


@_dataclasses.dataclass(frozen=True)
class _Minor:
    minor: int
    size: int
    lineage: bytes


@_dataclasses.dataclass(frozen=True)
class _Root:
    """A slot or a zone."""
    name: str
    cls: _typing.Any  # None: a signal
    size: int
    stride: int
    is_zone: bool
    wire_name: str
    shared: bool
    spinlocks: int
    since_minor: int
    minors: tuple[_Minor, ...]
    docs: tuple[str, ...] = ()


@_dataclasses.dataclass(frozen=True)
class _Channel:
    name: str
    family: str
    full_name: str
    major: int
    minor: int
    slots: int
    full: str
    checksum: str
    consumers: int
    hash: bytes
    canonical: bytes
    roots: tuple[_Root, ...]
    docs: tuple[str, ...] = ()

    @property
    def slot(self) -> _Root:
        return self.roots[0]

    def zone(self, name: str) -> _Root:
        for root in self.roots[1:]:
            if root.name == name:
                return root
        raise KeyError(name)


@_dataclasses.dataclass(frozen=True)
class _Module:
    """What `__dh__` of this module is: all that the schema declares, by the names that it has there."""
    schema: str
    package: str
    generator: str
    docs: tuple[str, ...]
    channels: _typing.Mapping[str, _Channel]
    structs: _typing.Mapping[str, type[_typing.Any]]
    unions: _typing.Mapping[str, type[_typing.Any]]
    enums: _typing.Mapping[str, type[_typing.Any]]
    enumerators: _typing.Mapping[str, _typing.Mapping[str, _Field]]
    constants: _typing.Mapping[str, _Field]


# ---- what the schema declares ----


# How many axes there are.
AXES: _typing.Final[int] = 3


LIMIT: _typing.Final[int] = -5000000000


NAME_OF_DAY: _typing.Final[float] = float("0.5")


class Mode(_enum.IntEnum):
    """enum Mode, stored as u8; whole.dhs:12

    What a gripper does.
    """
    idle = 0
    moving = 1
    mode_held = 2
    rest = 0


class Signed(_enum.IntEnum):
    """open enum Signed, stored as i16; whole.dhs:13
    """
    none = 0
    below = -300


class Wide(_enum.IntEnum):
    """enum Wide, stored as u64; whole.dhs:14
    """
    none = 0
    huge = 281474976710655


class Fault(_enum.IntFlag):
    """flags Fault, stored as u16; whole.dhs:15
    """
    hot = 1
    cold = 8
    class_ = 32768


@_tagged(size=32, align=8, source="whole.dhs:19", tag="u8", arms=(
    _Field("nothing", None, offset=8, size=0, type="", wire_name="nothing", tag=0),
    _Field("number", _Scalar("f64"), offset=8, size=8, type="f64", wire_name="number", tag=1, docs=("straight from the sensor",), unit="m"),
    _Field("text", _String(5, 12), offset=8, size=12, type="string<5>", wire_name="text", tag=2),
    _Field("place", _Structure(_parts_dh.Place), offset=8, size=24, type="Place", wire_name="place", tag=7),
    _Field("row", _Array(_Scalar("f32"), (4, ), 16), offset=8, size=16, type="f32[4]", wire_name="row", tag=8),
    _Field("code", _Chars(3), offset=8, size=3, type="char[3]", wire_name="code", tag=9),
    _Field("mode", _Enumeration(Mode, "u8"), offset=8, size=1, type="Mode", wire_name="mode", tag=10),
))
@_dataclasses.dataclass
class Reading(_Base):
    """union Reading, 32 bytes; whole.dhs:19

    One of several, told by its tag.

    `tag` says which arm `value` is of; with a tag that has no arm, or an arm without a value, it is None.
    """
    tag: int = 0
    value: float | str | _parts_dh.Place | list[float] | str | Mode | int | None = None

    @classmethod
    def of(cls, arm: str, value: _typing.Any = None) -> Reading:
        """The arm of that name, set."""
        tag = cls.__dh__.field(arm).tag
        assert tag is not None
        return cls(tag, value)

    @property
    def arm(self) -> str | None:
        """The name of the arm that is set."""
        arm = _typing.cast(_Tagged, self.__dh__).arm(self.tag)
        return arm.name if arm else None


Gripper_FINGERS: _typing.Final[int] = 2


@_described(size=704, align=64, source="whole.dhs:30")
@_dataclasses.dataclass
class Gripper(_Base):
    """struct Gripper, 704 bytes; whole.dhs:30
    """
    # When it was read.
    time: int = _field(lambda: _Field("time", _Scalar("u64"), offset=0, size=8, type="u64", wire_name="time", docs=("When it was read.",), unit="ns", clock="monotonic"))
    stamp: int = _field(lambda: _Field("stamp", _Scalar("u64"), offset=8, size=8, type="u64", wire_name="stamp", unit="ns", clock="plant"))
    mode: Mode | int = _field(lambda: _Field("mode", _Enumeration(Mode, "u8"), offset=16, size=1, type="Mode", wire_name="mode"), lambda: Mode.moving)
    modes: list[Mode | int] = _field(lambda: _Field("modes", _Array(_Enumeration(Mode, "u8"), (2, ), 2), offset=17, size=2, type="Mode[2]", wire_name="modes"))
    signed: Signed | int = _field(lambda: _Field("signed", _Enumeration(Signed, "i16"), offset=20, size=2, type="Signed", wire_name="signed"))
    wide: Wide | int = _field(lambda: _Field("wide", _Enumeration(Wide, "u64"), offset=24, size=8, type="Wide", wire_name="wide"))
    faults: Fault | int = _field(lambda: _Field("faults", _Enumeration(Fault, "u16"), offset=32, size=2, type="Fault", wire_name="faults"))
    ok: bool = _field(lambda: _Field("ok", _Scalar("bool"), offset=34, size=1, type="bool", wire_name="ok"), lambda: True)
    lat: int = _field(lambda: _Field("lat", _Scalar("i32"), offset=36, size=4, type="i32", wire_name="lat", unit="deg", frame="wgs84", low=_number("-90"), high=_number("90"), scale=(1e-07, 0)))
    heat: int = _field(lambda: _Field("heat", _Scalar("u8"), offset=40, size=1, type="u8", wire_name="heat", unit="degC", scale=(0.5, -4e+01)))
    heats: list[int] = _field(lambda: _Field("heats", _Array(_Scalar("i16"), (2, ), 4), offset=42, size=4, type="i16[2]", wire_name="heats", unit="degC", scale=(0.01, 0)))
    volts: float = _field(lambda: _Field("volts", _Scalar("f32"), offset=48, size=4, type="f32", wire_name="volts", unit="V", low=_number("0"), invalid=_number("nan")))
    half: float = _field(lambda: _Field("half", _Scalar("f16"), offset=52, size=2, type="f16", wire_name="half"), lambda: float("1.5"))
    matrix: list[list[float]] = _field(lambda: _Field("matrix", _Array(_Scalar("f64"), (3, 2, ), 48), offset=56, size=48, type="f64[3][2]", wire_name="matrix"))
    name: str = _field(lambda: _Field("name", _Chars(8), offset=104, size=8, type="char[8]", wire_name="name"), lambda: "abc")
    names: list[str] = _field(lambda: _Field("names", _Array(_Chars(4), (3, ), 12), offset=112, size=12, type="char[3][4]", wire_name="names"))
    label: str = _field(lambda: _Field("label", _String(15, 20), offset=124, size=20, type="string<15>", wire_name="label", label="what people call it"), lambda: "none yet")
    labels: list[str] = _field(lambda: _Field("labels", _Array(_String(3, 8), (2, ), 16), offset=144, size=16, type="string<3>[2]", wire_name="labels"))
    raw: bytes = _field(lambda: _Field("raw", _Bytes(6, 12), offset=160, size=12, type="bytes<6>", wire_name="raw"))
    points: list[_parts_dh.Place] = _field(lambda: _Field("points", _List(_Structure(_parts_dh.Place), 4, 8, 104), offset=176, size=104, type="list<Place, 4>", wire_name="points"))
    rows: list[list[float]] = _field(lambda: _Field("rows", _List(_Array(_Scalar("f32"), (3, ), 12), 2, 4, 28), offset=280, size=28, type="list<f32[3], 2>", wire_name="rows"))
    words: list[str] = _field(lambda: _Field("words", _List(_String(3, 8), 2, 4, 20), offset=308, size=20, type="list<string<3>, 2>", wire_name="words"))
    best: _parts_dh.Place | None = _field(lambda: _Field("best", _Optional(_Structure(_parts_dh.Place), 24, 32), offset=328, size=32, type="Place?", wire_name="best"))
    maybe: list[int | None] = _field(lambda: _Field("maybe", _Array(_Optional(_Scalar("u8"), 1, 2), (3, ), 6), offset=360, size=6, type="u8?[3]", wire_name="maybe"))
    trio: list[int] | None = _field(lambda: _Field("trio", _Optional(_Array(_Scalar("u16"), (3, ), 6), 6, 8), offset=366, size=8, type="u16[3]?", wire_name="trio"))
    reading: Reading = _field(lambda: _Field("reading", _Structure(Reading), offset=376, size=32, type="Reading", wire_name="reading"))
    readings: list[Reading] = _field(lambda: _Field("readings", _List(_Structure(Reading), 2, 8, 72), offset=408, size=72, type="list<Reading, 2>", wire_name="readings"))
    old: int = _field(lambda: _Field("old", _Scalar("u32"), offset=480, size=4, type="u32", wire_name="old", deprecated="use time"))
    nearer: float = _field(lambda: _Field("nearer", _Scalar("f32"), offset=512, size=4, type="f32", wire_name="nearer", writer="driver"))
    reserved: int = _field(lambda: _Field("reserved", _Scalar("u8"), offset=516, size=1, type="u8", wire_name="reserved", invalid=_number("255")))
    later: float = _field(lambda: _Field("later", _Scalar("f32"), offset=576, size=4, type="f32", wire_name="later", since_minor=1, unit="m"))
    latest: int = _field(lambda: _Field("latest", _Scalar("u16"), offset=640, size=2, type="u16", wire_name="latest", since_minor=2))
    sags: list[int] = _field(lambda: _Field("sags", _List(_Scalar("u8"), 3, 4, 8), offset=644, size=8, type="list<u8, 3>", wire_name="sags", since_minor=2, unit="mm", scale=(0.25, 1)))
    drift: list[int | None] = _field(lambda: _Field("drift", _Array(_Optional(_Scalar("i16"), 2, 4), (2, ), 8), offset=652, size=8, type="i16?[2]", wire_name="drift", since_minor=2, unit="mm", scale=(0.5, 0)))


@_described(size=128, align=64, source="whole.dhs:69")
@_dataclasses.dataclass
class State(_Base):
    """struct State, 128 bytes; whole.dhs:69
    """
    frames: int = _field(lambda: _Field("frames", _Scalar("u64"), offset=0, size=8, type="atomic<u64>", wire_name="frames", writer="driver"))
    on: bool = _field(lambda: _Field("on", _Scalar("bool"), offset=8, size=1, type="atomic<bool>", wire_name="on"))
    rate: float = _field(lambda: _Field("rate", _Scalar("f32"), offset=64, size=4, type="atomic<f32>", wire_name="rate", unit="Hz", writer="filter"))


@_described(size=24, align=8, source="whole.dhs:70")
@_dataclasses.dataclass
class Setting(_Base):
    """struct Setting, 24 bytes; whole.dhs:70
    """
    gain: float = _field(lambda: _Field("gain", _Scalar("f64"), offset=0, size=8, type="f64", wire_name="gain"), lambda: float("1"))


__dh__: _typing.Final[_Module] = _Module(
    schema="whole.dhs",
    package="lab.whole",
    generator="dhgen 0.1.0",
    docs=("A schema that uses everything: what each language makes of it is in expected/.", ),
    channels={
        "gripper": _Channel(
            name="gripper",
            family="lab.whole/gripper 2",
            full_name="lab.whole.gripper",
            major=2,
            minor=2,
            slots=8,
            full="wait",
            checksum="manual",
            consumers=4,
            hash=bytes.fromhex("fb3f1983fd863ce2ac22574ed203ef0c3b92c3f03b674e7d1c58b213cf19ca6e"),
            canonical=(
                "dhs 1\n"
                "family lab.whole/gripper 2\n"
                "order little\n"
                "root slot align 64\n"
                "minor 0 size 576\n"
                "0 u64 time\n"
                "8 u64 stamp\n"
                "16 u8 mode\n"
                "17 u8[2] modes\n"
                "20 i16 signed\n"
                "24 u64 wide\n"
                "32 u16 faults\n"
                "34 bool ok\n"
                "36 i32 lat\n"
                "40 u8 heat\n"
                "42 i16[2] heats\n"
                "48 f32 volts\n"
                "52 f16 half\n"
                "56 f64[3][2] matrix\n"
                "104 char[8] name\n"
                "112 char[4][3] names\n"
                "124 string<15> label\n"
                "144 string<3>[2] labels\n"
                "160 bytes<6> raw\n"
                "176 list<4,24> points\n"
                "184 f64 points[].x\n"
                "192 f32 points[].y\n"
                "196 string<7> points[].name\n"
                "280 list<2,12> rows\n"
                "284 f32[3] rows[]\n"
                "308 list<2,8> words\n"
                "312 string<3> words[]\n"
                "328 opt<24> best\n"
                "328 f64 best?.x\n"
                "336 f32 best?.y\n"
                "340 string<7> best?.name\n"
                "360 array<2>[3] maybe\n"
                "360 opt<1> maybe[]\n"
                "360 u8 maybe[]?\n"
                "366 opt<6> trio\n"
                "366 u16[3] trio?\n"
                "376 union<u8,32> reading\n"
                "384 case<0> reading.nothing\n"
                "384 case<1> reading.number\n"
                "384 f64 reading.number\n"
                "384 case<2> reading.text\n"
                "384 string<5> reading.text\n"
                "384 case<7> reading.place\n"
                "384 f64 reading.place.x\n"
                "392 f32 reading.place.y\n"
                "396 string<7> reading.place.name\n"
                "384 case<8> reading.row\n"
                "384 f32[4] reading.row\n"
                "384 case<9> reading.code\n"
                "384 char[3] reading.code\n"
                "384 case<10> reading.mode\n"
                "384 u8 reading.mode\n"
                "408 list<2,32> readings\n"
                "416 union<u8,32> readings[]\n"
                "424 case<0> readings[].nothing\n"
                "424 case<1> readings[].number\n"
                "424 f64 readings[].number\n"
                "424 case<2> readings[].text\n"
                "424 string<5> readings[].text\n"
                "424 case<7> readings[].place\n"
                "424 f64 readings[].place.x\n"
                "432 f32 readings[].place.y\n"
                "436 string<7> readings[].place.name\n"
                "424 case<8> readings[].row\n"
                "424 f32[4] readings[].row\n"
                "424 case<9> readings[].code\n"
                "424 char[3] readings[].code\n"
                "424 case<10> readings[].mode\n"
                "424 u8 readings[].mode\n"
                "480 u32 old\n"
                "512 f32 nearer\n"
                "516 u8 reserved\n"
                "minor 1 size 640\n"
                "576 f32 later\n"
                "minor 2 size 704\n"
                "640 u16 latest\n"
                "644 list<3,1> sags\n"
                "648 u8 sags[]\n"
                "652 array<4>[2] drift\n"
                "652 opt<2> drift[]\n"
                "652 i16 drift[]?\n"
                "root zone setting align 64\n"
                "minor 0 size 24\n"
                "0 f64 gain\n"
                "8 reserve<16> .\n"
                "root zone state align 64 shared\n"
                "minor 0 size 128\n"
                "0 atomic<u64> frames\n"
                "8 atomic<bool> on\n"
                "64 atomic<f32> rate\n"
                "meaning\n"
                "clock slot stamp plant\n"
                "clock slot time monotonic\n"
                "deprecated slot old\n"
                "enum slot mode u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
                "enum slot modes u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
                "enum slot reading.mode u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
                "enum slot readings[].mode u8 closed idle=0 rest=0 moving=1 mode_held=2\n"
                "enum slot signed i16 open below=-300 none=0\n"
                "enum slot wide u64 closed none=0 huge=281474976710655\n"
                "flags slot faults u16 hot=0 cold=3 class=15\n"
                "frame slot lat \"wgs84\"\n"
                "invalid slot reserved 255\n"
                "invalid slot volts nan\n"
                "range slot lat -90 90\n"
                "range slot volts 0e+00 _\n"
                "scale slot drift[]? 5e-01 0e+00\n"
                "scale slot heat 5e-01 -4e+01\n"
                "scale slot heats 1e-02 0e+00\n"
                "scale slot lat 1e-07 0e+00\n"
                "scale slot sags[] 2.5e-01 1e+00\n"
                "spinlocks zone state . 2\n"
                "unit slot best?.x \"m\"\n"
                "unit slot drift[]? \"mm\"\n"
                "unit slot heat \"degC\"\n"
                "unit slot heats \"degC\"\n"
                "unit slot lat \"deg\"\n"
                "unit slot later \"m\"\n"
                "unit slot points[].x \"m\"\n"
                "unit slot reading.number \"m\"\n"
                "unit slot reading.place.x \"m\"\n"
                "unit slot readings[].number \"m\"\n"
                "unit slot readings[].place.x \"m\"\n"
                "unit slot sags[] \"mm\"\n"
                "unit slot stamp \"ns\"\n"
                "unit slot time \"ns\"\n"
                "unit slot volts \"V\"\n"
                "unit zone state rate \"Hz\"\n"
            ).encode(),
            roots=(
                _Root(
                    name="slot",
                    cls=Gripper,
                    size=704,
                    stride=704,
                    is_zone=False,
                    wire_name="",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 576, bytes.fromhex("ee60be6a7e108b2a115f42bfdf9ba430445bf91f95b3e000fe4fb25d0b19faf0")),
                        _Minor(1, 640, bytes.fromhex("8c30ec0bf90f6f9d4ac1fbe833d836d0264c8a271167328f5a324fab265c8ca4")),
                        _Minor(2, 704, bytes.fromhex("2f40d60e11c0bb0334131d0f506103f65374513bf7b8f8daaa5d77e2b4c158d9")),
                    ),
                    docs=(),
                ),
                _Root(
                    name="setting",
                    cls=Setting,
                    size=24,
                    stride=64,
                    is_zone=True,
                    wire_name="setting",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 24, bytes.fromhex("ed28a4c2cbc8ae7845c0f7b4e9a21a66679e6fed21c5c3c49608a593dd2c6c31")),
                    ),
                    docs=(),
                ),
                _Root(
                    name="state",
                    cls=State,
                    size=128,
                    stride=128,
                    is_zone=True,
                    wire_name="state",
                    shared=True,
                    spinlocks=2,
                    since_minor=0,
                    minors=(
                        _Minor(0, 128, bytes.fromhex("0ac3ec13b97e937ca7a2bbda72d27478ee631dc94df37be8f9f9b58a189c7c3d")),
                    ),
                    docs=(),
                ),
            ),
            docs=("What the gripper tells.", ),
        ),
        "tick": _Channel(
            name="tick",
            family="lab.whole/tick 0",
            full_name="lab.whole.tick",
            major=0,
            minor=0,
            slots=4,
            full="overwrite",
            checksum="none",
            consumers=16,
            hash=bytes.fromhex("7468304d9ecf0b48c64b6f99f5974a0efd8db61b60608d3c83f80ee3e2843f52"),
            canonical=(
                "dhs 1\n"
                "family lab.whole/tick 0\n"
                "order little\n"
                "root slot align 64\n"
                "minor 0 size 0\n"
                "meaning\n"
            ).encode(),
            roots=(
                _Root(
                    name="slot",
                    cls=None,
                    size=0,
                    stride=0,
                    is_zone=False,
                    wire_name="",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 0, bytes.fromhex("742195b391c5d543999387da29a731f74d426650b1be283d69432c042223b698")),
                    ),
                    docs=(),
                ),
            ),
            docs=(),
        ),
    },
    structs={
        "Gripper": Gripper,
        "State": State,
        "Setting": Setting,
    },
    unions={
        "Reading": Reading,
    },
    enums={
        "Mode": Mode,
        "Signed": Signed,
        "Wide": Wide,
        "Fault": Fault,
    },
    enumerators={
        "Mode": {
            "idle": _Field("idle"),
            "moving": _Field("moving", label="in motion"),
            "mode_held": _Field("mode_held"),
            "rest": _Field("rest"),
        },
        "Signed": {
            "none": _Field("none"),
            "below": _Field("below"),
        },
        "Wide": {
            "none": _Field("none"),
            "huge": _Field("huge"),
        },
        "Fault": {
            "hot": _Field("hot"),
            "cold": _Field("cold"),
            "class_": _Field("class", deprecated="nobody sets it"),
        },
    },
    constants={
        "AXES": _Field("AXES", docs=("How many axes there are.",)),
        "LIMIT": _Field("LIMIT"),
        "NAME_OF_DAY": _Field("NAME_OF_DAY", unit="h", label="half an hour"),
        "Gripper_FINGERS": _Field("FINGERS"),
    },
)
