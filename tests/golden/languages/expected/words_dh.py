# SPDX-License-Identifier: 0BSD
"""lab.std.class: what words.dhs says, for Python. Written by dhgen 0.1.0; edit the schema, not this file.

Names that some language has other plans for: each escapes those that it must, and no others.

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


@_described(size=1, align=1, source="words.dhs:5")
@_dataclasses.dataclass
class Producer(_Base):
    """struct Producer, 1 bytes; words.dhs:5

    A struct called as what stands beside it in C++.
    """
    value: int = _field(lambda: _Field("value", _Scalar("u8"), offset=0, size=1, type="u8", wire_name="value"))


class new(_enum.IntEnum):
    """enum new, stored as u8; words.dhs:6
    """
    delete = 0
    throw = 1
    none = 2
    True_ = 3


class operator(_enum.IntFlag):
    """flags operator, stored as u8; words.dhs:7
    """
    and_ = 1
    or_ = 2
    not_ = 4


@_tagged(size=24, align=8, source="words.dhs:9", tag="u8", arms=(
    _Field("void", None, offset=8, size=0, type="", wire_name="void", tag=0),
    _Field("this", _Scalar("u16"), offset=8, size=2, type="u16", wire_name="this", tag=1),
    _Field("lambda", _String(4, 12), offset=8, size=12, type="string<4>", wire_name="lambda", tag=2),
    _Field("tag", _Scalar("f64"), offset=8, size=8, type="f64", wire_name="tag", tag=3, unit="m", scale=(0.1, 0)),
    _Field("list", _List(_Scalar("i16"), 2, 4, 8), offset=8, size=8, type="list<i16, 2>", wire_name="list", tag=4, scale=(0.5, 0)),
))
@_dataclasses.dataclass
class virtual(_Base):
    """union virtual, 24 bytes; words.dhs:9

    `tag` says which arm `value` is of; with a tag that has no arm, or an arm without a value, it is None.
    """
    tag: int = 0
    value: int | str | float | list[int] | None = None

    @classmethod
    def of(cls, arm: str, value: _typing.Any = None) -> virtual:
        """The arm of that name, set."""
        tag = cls.__dh__.field(arm).tag
        assert tag is not None
        return cls(tag, value)

    @property
    def arm(self) -> str | None:
        """The name of the arm that is set."""
        arm = _typing.cast(_Tagged, self.__dh__).arm(self.tag)
        return arm.name if arm else None


class Words_Mode(_enum.IntEnum):
    """enum Mode, stored as u8; words.dhs:12
    """
    on = 0
    off = 1


Words_NULL: _typing.Final[int] = 7


Words_count: _typing.Final[int] = -1


class Order(_enum.IntEnum):
    """enum Order, stored as u32; words.dhs:47

    Macros of headers that everybody includes.
    """
    BIG_ENDIAN = 0
    LITTLE_ENDIAN = 1
    ENOENT = 2
    INFINITY = 3


@_described(size=2, align=2, source="words.dhs:54")
@_dataclasses.dataclass
class dh_err(_Base):
    """struct dh_err, 2 bytes; words.dhs:54
    """
    x: int = _field(lambda: _Field("x", _Scalar("i16"), offset=0, size=2, type="i16", wire_name="x", scale=(0.5, 0)))


@_described(size=8, align=2, source="words.dhs:50")
@_dataclasses.dataclass
class size_t(_Base):
    """struct size_t, 8 bytes; words.dhs:50

    Types, variables and functions of the C library, which functions that are given such a struct must not hide.
    """
    dh_err: list[dh_err] = _field(lambda: _Field("dh_err", _Array(_Structure(dh_err), (2, ), 4), offset=0, size=4, type="dh_err[2]", wire_name="dh_err"))
    text: str = _field(lambda: _Field("text", _Chars(3), offset=4, size=3, type="char[3]", wire_name="text"), lambda: "abc")
    BIG_ENDIAN: int = _field(lambda: _Field("BIG_ENDIAN", _Scalar("u8"), offset=7, size=1, type="u8", wire_name="BIG_ENDIAN"))


@_described(size=4, align=1, source="words.dhs:53")
@_dataclasses.dataclass
class strlen(_Base):
    """struct strlen, 4 bytes; words.dhs:53
    """
    memcpy: str = _field(lambda: _Field("memcpy", _Chars(4), offset=0, size=4, type="char[4]", wire_name="memcpy"), lambda: "x")


@_described(size=6, align=2, source="words.dhs:52")
@_dataclasses.dataclass
class memset(_Base):
    """struct memset, 6 bytes; words.dhs:52
    """
    strlen: strlen = _field(lambda: _Field("strlen", _Structure(strlen), offset=0, size=4, type="strlen", wire_name="strlen"))
    errno: float = _field(lambda: _Field("errno", _Scalar("f16"), offset=4, size=2, type="f16", wire_name="errno", scale=(2, 0)))


@_described(size=14, align=2, source="words.dhs:51")
@_dataclasses.dataclass
class timezone(_Base):
    """struct timezone, 14 bytes; words.dhs:51
    """
    size_t: size_t = _field(lambda: _Field("size_t", _Structure(size_t), offset=0, size=8, type="size_t", wire_name="size_t"))
    memset: memset = _field(lambda: _Field("memset", _Structure(memset), offset=8, size=6, type="memset", wire_name="memset"))


@_described(size=120, align=8, source="words.dhs:11")
@_dataclasses.dataclass
class Words(_Base):
    """struct Words, 120 bytes; words.dhs:11
    """
    class_: int = _field(lambda: _Field("class_", _Scalar("u32"), offset=0, size=4, type="u32", wire_name="class"))
    mutable: float | None = _field(lambda: _Field("mutable", _Optional(_Scalar("f32"), 4, 8), offset=4, size=8, type="f32?", wire_name="mutable"))
    private: Words_Mode | int = _field(lambda: _Field("private", _Enumeration(Words_Mode, "u8"), offset=12, size=1, type="Mode", wire_name="private"), lambda: Words_Mode.off)
    import_: new | int = _field(lambda: _Field("import_", _Enumeration(new, "u8"), offset=13, size=1, type="new", wire_name="import"), lambda: new.throw)
    and_: operator | int = _field(lambda: _Field("and_", _Enumeration(operator, "u8"), offset=14, size=1, type="operator", wire_name="and"))
    template: str = _field(lambda: _Field("template", _Chars(4), offset=15, size=4, type="char[4]", wire_name="template"), lambda: "abc")
    minor: virtual = _field(lambda: _Field("minor", _Structure(virtual), offset=24, size=24, type="virtual", wire_name="minor"))
    EOF: bool = _field(lambda: _Field("EOF", _Scalar("bool"), offset=48, size=1, type="bool", wire_name="EOF"))
    from_: int = _field(lambda: _Field("from_", _Scalar("u8"), offset=49, size=1, type="u8", wire_name="from"))
    def_: list[int] = _field(lambda: _Field("def_", _Array(_Scalar("u8"), (3, ), 3), offset=50, size=3, type="u8[3]", wire_name="def"))
    Producer: Producer = _field(lambda: _Field("Producer", _Structure(Producer), offset=53, size=1, type="Producer", wire_name="Producer"))
    Mode: list[Words_Mode | int] = _field(lambda: _Field("Mode", _Array(_Enumeration(Words_Mode, "u8"), (2, ), 2), offset=54, size=2, type="Mode[2]", wire_name="Mode"))
    std: str = _field(lambda: _Field("std", _String(7, 12), offset=56, size=12, type="string<7>", wire_name="std"), lambda: "std")
    dh: int = _field(lambda: _Field("dh", _Scalar("i32"), offset=68, size=4, type="i32", wire_name="dh", unit="m", scale=(0.001, 0)))
    depths: list[int] = _field(lambda: _Field("depths", _List(_Scalar("i16"), 4, 4, 12), offset=72, size=12, type="list<i16, 4>", wire_name="depths", scale=(0.25, 1e+02)))
    half: float = _field(lambda: _Field("half", _Scalar("f16"), offset=84, size=2, type="f16", wire_name="half"))
    halves: list[float] = _field(lambda: _Field("halves", _Array(_Scalar("f16"), (2, ), 4), offset=86, size=4, type="f16[2]", wire_name="halves"))
    order: Order | int = _field(lambda: _Field("order", _Enumeration(Order, "u32"), offset=92, size=4, type="Order", wire_name="order"), lambda: Order.LITTLE_ENDIAN)
    mask: operator | int = _field(lambda: _Field("mask", _Enumeration(operator, "u8"), offset=96, size=1, type="operator", wire_name="mask"), lambda: operator(5))
    zones: timezone = _field(lambda: _Field("zones", _Structure(timezone), offset=98, size=14, type="timezone", wire_name="zones"))
    last: int = _field(lambda: _Field("last", _Scalar("u8"), offset=112, size=1, type="u8", wire_name="last", since_minor=1))


@_described(size=40, align=8, source="words.dhs:37")
@_dataclasses.dataclass
class Zone(_Base):
    """struct Zone, 40 bytes; words.dhs:37
    """
    gain: float = _field(lambda: _Field("gain", _Scalar("f64"), offset=0, size=8, type="f64", wire_name="gain"), lambda: float("0.5"))
    ready: bool = _field(lambda: _Field("ready", _Scalar("bool"), offset=8, size=1, type="atomic<bool>", wire_name="ready"), lambda: True)
    mode: int = _field(lambda: _Field("mode", _Scalar("u32"), offset=12, size=4, type="atomic<u32>", wire_name="mode"), lambda: 7)
    order: Order | int = _field(lambda: _Field("order", _Enumeration(Order, "u32"), offset=16, size=4, type="atomic<Order>", wire_name="order"), lambda: Order.ENOENT)
    rate: float = _field(lambda: _Field("rate", _Scalar("f64"), offset=24, size=8, type="atomic<f64>", wire_name="rate"), lambda: float("-inf"))
    last: int = _field(lambda: _Field("last", _Scalar("u8"), offset=32, size=1, type="u8", wire_name="last", since_minor=1))


@_described(size=1, align=1, source="words.dhs:57")
@_dataclasses.dataclass
class Slot(_Base):
    """struct Slot, 1 bytes; words.dhs:57

    A struct called as what its channel has of it.
    """
    slot: int = _field(lambda: _Field("slot", _Scalar("u8"), offset=0, size=1, type="u8", wire_name="slot"))


__dh__: _typing.Final[_Module] = _Module(
    schema="words.dhs",
    package="lab.std.class",
    generator="dhgen 0.1.0",
    docs=("Names that some language has other plans for: each escapes those that it must, and no others.", ),
    channels={
        "words": _Channel(
            name="words",
            family="lab.std.class/words 1",
            full_name="lab.std.class.words",
            major=1,
            minor=1,
            slots=4,
            full="wait",
            checksum="none",
            consumers=16,
            hash=bytes.fromhex("c8c0160367274611ee265846d7e6e40949e88239658b697fe7f1d0ae3cb713b5"),
            canonical=(
                "dhs 1\n"
                "family lab.std.class/words 1\n"
                "order little\n"
                "root slot align 64\n"
                "minor 0 size 112\n"
                "0 u32 class\n"
                "4 opt<4> mutable\n"
                "4 f32 mutable?\n"
                "12 u8 private\n"
                "13 u8 import\n"
                "14 u8 and\n"
                "15 char[4] template\n"
                "24 union<u8,24> minor\n"
                "32 case<0> minor.void\n"
                "32 case<1> minor.this\n"
                "32 u16 minor.this\n"
                "32 case<2> minor.lambda\n"
                "32 string<4> minor.lambda\n"
                "32 case<3> minor.tag\n"
                "32 f64 minor.tag\n"
                "32 case<4> minor.list\n"
                "32 list<2,2> minor.list\n"
                "36 i16 minor.list[]\n"
                "48 bool EOF\n"
                "49 u8 from\n"
                "50 u8[3] def\n"
                "53 u8 Producer.value\n"
                "54 u8[2] Mode\n"
                "56 string<7> std\n"
                "68 i32 dh\n"
                "72 list<4,2> depths\n"
                "76 i16 depths[]\n"
                "84 f16 half\n"
                "86 f16[2] halves\n"
                "92 u32 order\n"
                "96 u8 mask\n"
                "98 array<2>[2] zones.size_t.dh_err\n"
                "98 i16 zones.size_t.dh_err[].x\n"
                "102 char[3] zones.size_t.text\n"
                "105 u8 zones.size_t.BIG_ENDIAN\n"
                "106 char[4] zones.memset.strlen.memcpy\n"
                "110 f16 zones.memset.errno\n"
                "minor 1 size 120\n"
                "112 u8 last\n"
                "root zone Words align 64\n"
                "minor 0 size 32\n"
                "0 f64 gain\n"
                "8 atomic<bool> ready\n"
                "12 atomic<u32> mode\n"
                "16 atomic<u32> order\n"
                "24 atomic<f64> rate\n"
                "minor 1 size 40\n"
                "32 u8 last\n"
                "root zone delete align 64 shared\n"
                "minor 0 size 32\n"
                "0 f64 gain\n"
                "8 atomic<bool> ready\n"
                "12 atomic<u32> mode\n"
                "16 atomic<u32> order\n"
                "24 atomic<f64> rate\n"
                "minor 1 size 40\n"
                "32 u8 last\n"
                "root zone loan align 64\n"
                "minor 0 size 32\n"
                "0 f64 gain\n"
                "8 atomic<bool> ready\n"
                "12 atomic<u32> mode\n"
                "16 atomic<u32> order\n"
                "24 atomic<f64> rate\n"
                "minor 1 size 40\n"
                "32 u8 last\n"
                "meaning\n"
                "enum slot Mode u8 closed on=0 off=1\n"
                "enum slot import u8 closed delete=0 throw=1 none=2 True=3\n"
                "enum slot order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
                "enum slot private u8 closed on=0 off=1\n"
                "enum zone Words order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
                "enum zone delete order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
                "enum zone loan order u32 closed BIG_ENDIAN=0 LITTLE_ENDIAN=1 ENOENT=2 INFINITY=3\n"
                "flags slot and u8 and=0 or=1 not=2\n"
                "flags slot mask u8 and=0 or=1 not=2\n"
                "scale slot depths[] 2.5e-01 1e+02\n"
                "scale slot dh 1e-03 0e+00\n"
                "scale slot minor.list[] 5e-01 0e+00\n"
                "scale slot minor.tag 1e-01 0e+00\n"
                "scale slot zones.memset.errno 2e+00 0e+00\n"
                "scale slot zones.size_t.dh_err[].x 5e-01 0e+00\n"
                "spinlocks zone delete . 1\n"
                "unit slot dh \"m\"\n"
                "unit slot minor.tag \"m\"\n"
            ).encode(),
            roots=(
                _Root(
                    name="slot",
                    cls=Words,
                    size=120,
                    stride=128,
                    is_zone=False,
                    wire_name="",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 112, bytes.fromhex("a6b9b9cf8b87a032d7f7ac90e7ef90b66020c03ab83339a2c0d9d0aea587fff7")),
                        _Minor(1, 120, bytes.fromhex("55afd93667549736fc1602af6ab11767a8a025e971814bc4bbd511abd8e5c152")),
                    ),
                    docs=(),
                ),
                _Root(
                    name="Words",
                    cls=Zone,
                    size=40,
                    stride=64,
                    is_zone=True,
                    wire_name="Words",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 32, bytes.fromhex("ea5c9a2624fad81028ff041e32dee1578b8c816bfbffddb7c96540008b2a3d0d")),
                        _Minor(1, 40, bytes.fromhex("163179b42632ba0e9ae3673810c58f498ded9f16a63eb2ac27e73d7176906bce")),
                    ),
                    docs=(),
                ),
                _Root(
                    name="delete",
                    cls=Zone,
                    size=40,
                    stride=64,
                    is_zone=True,
                    wire_name="delete",
                    shared=True,
                    spinlocks=1,
                    since_minor=0,
                    minors=(
                        _Minor(0, 32, bytes.fromhex("5704fbcd2de8487078f5822b1f1cabc1226c10cb12c2fe89e5750f91eb0e313e")),
                        _Minor(1, 40, bytes.fromhex("04a0f9cba183af1b7f9c4f0d791e6bc9702f359edf8137f47584fe5f63055859")),
                    ),
                    docs=(),
                ),
                _Root(
                    name="loan",
                    cls=Zone,
                    size=40,
                    stride=64,
                    is_zone=True,
                    wire_name="loan",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 32, bytes.fromhex("291963513d6c2a521b2fe8f3e10bb06b5564ac567fe7db01582abf83713f8f84")),
                        _Minor(1, 40, bytes.fromhex("d31e573dd0cf48f29670ca07a3da10e1fdb4477fdb32fb6eb123d5bc3e125788")),
                    ),
                    docs=(),
                ),
            ),
            docs=(),
        ),
        "class": _Channel(
            name="class",
            family="lab.std.class/class 1",
            full_name="lab.std.class.class",
            major=1,
            minor=0,
            slots=2,
            full="overwrite",
            checksum="enforced",
            consumers=16,
            hash=bytes.fromhex("9eeb7b90440059a0d6476e6db64cec4c187ecbd786598fc20eb6055e932e59b8"),
            canonical=(
                "dhs 1\n"
                "family lab.std.class/class 1\n"
                "order little\n"
                "root slot align 64\n"
                "minor 0 size 1\n"
                "0 u8 value\n"
                "meaning\n"
            ).encode(),
            roots=(
                _Root(
                    name="slot",
                    cls=Producer,
                    size=1,
                    stride=64,
                    is_zone=False,
                    wire_name="",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 1, bytes.fromhex("683ac4a44aee6c5add0f63d8e63ffb9a5ea2c34eaef256c3baf975d9f137a373")),
                    ),
                    docs=(),
                ),
            ),
            docs=(),
        ),
        "slots": _Channel(
            name="slots",
            family="lab.std.class/slots 1",
            full_name="lab.std.class.slots",
            major=1,
            minor=0,
            slots=1,
            full="overwrite",
            checksum="none",
            consumers=16,
            hash=bytes.fromhex("40330121dd22117326f7bc0be5c7baae94fc846f72d8ef4b1b957de1ae3a01b8"),
            canonical=(
                "dhs 1\n"
                "family lab.std.class/slots 1\n"
                "order little\n"
                "root slot align 64\n"
                "minor 0 size 1\n"
                "0 u8 slot\n"
                "meaning\n"
            ).encode(),
            roots=(
                _Root(
                    name="slot",
                    cls=Slot,
                    size=1,
                    stride=64,
                    is_zone=False,
                    wire_name="",
                    shared=False,
                    spinlocks=0,
                    since_minor=0,
                    minors=(
                        _Minor(0, 1, bytes.fromhex("116ddfc6dea38eef1a0b6a511e7ff96b96596335f14f17dca71ecda47c3b219c")),
                    ),
                    docs=(),
                ),
            ),
            docs=(),
        ),
    },
    structs={
        "Producer": Producer,
        "dh_err": dh_err,
        "size_t": size_t,
        "strlen": strlen,
        "memset": memset,
        "timezone": timezone,
        "Words": Words,
        "Zone": Zone,
        "Slot": Slot,
    },
    unions={
        "virtual": virtual,
    },
    enums={
        "new": new,
        "operator": operator,
        "Words_Mode": Words_Mode,
        "Order": Order,
    },
    enumerators={
        "new": {
            "delete": _Field("delete"),
            "throw": _Field("throw"),
            "none": _Field("none"),
            "True_": _Field("True"),
        },
        "operator": {
            "and_": _Field("and"),
            "or_": _Field("or"),
            "not_": _Field("not"),
        },
        "Words_Mode": {
            "on": _Field("on"),
            "off": _Field("off"),
        },
        "Order": {
            "BIG_ENDIAN": _Field("BIG_ENDIAN"),
            "LITTLE_ENDIAN": _Field("LITTLE_ENDIAN"),
            "ENOENT": _Field("ENOENT"),
            "INFINITY": _Field("INFINITY"),
        },
    },
    constants={
        "Words_NULL": _Field("NULL"),
        "Words_count": _Field("count"),
    },
)
