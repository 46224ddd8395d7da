# SPDX-License-Identifier: 0BSD
"""lab.parts: what parts.dhs says, for Python. Written by dhgen 0.1.0; edit the schema, not this file.

What several packages share.

Structs and unions are dataclasses: decode(data, offset), encode(data, offset), to_bytes(), str(). What else is known of
one (offsets, units, ranges, its numpy dtype) is its `__dh__`, of the whole the `__dh__` of this module.
"""
from __future__ import annotations

import dataclasses as _dataclasses
import enum as _enum
import importlib as _importlib
import struct as _struct
import typing as _typing

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


@_described(size=24, align=8, source="parts.dhs:5")
@_dataclasses.dataclass
class Place(_Base):
    """struct Place, 24 bytes; parts.dhs:5

    A point with a name.
    """
    x: float = _field(lambda: _Field("x", _Scalar("f64"), offset=0, size=8, type="f64", wire_name="x", unit="m"))
    y: float = _field(lambda: _Field("y", _Scalar("f32"), offset=8, size=4, type="f32", wire_name="y"))
    name: str = _field(lambda: _Field("name", _String(7, 12), offset=12, size=12, type="string<7>", wire_name="name"))


__dh__: _typing.Final[_Module] = _Module(
    schema="parts.dhs",
    package="lab.parts",
    generator="dhgen 0.1.0",
    docs=("What several packages share.", ),
    channels={
    },
    structs={
        "Place": Place,
    },
    unions={
    },
    enums={
    },
    enumerators={
    },
    constants={
    },
)
