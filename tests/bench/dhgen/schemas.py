# SPDX-License-Identifier: Apache-2.0
"""The same types in each compiler's own language.

A message is (name, [(field, type, length)]): type is a scalar of .dhs ("u8" … "f64", "bool") or the name of an earlier message;
length is 0 for one value, else a fixed array's. What the others have no word for (units, ranges, docs, versions, channels) only
the .dhs has, so that the others have less to read.
"""
import json
import os
import subprocess

SCALARS = ["f64", "u64", "i64", "f32", "u32", "i32", "u16", "i16", "u8", "i8"]

C = {"u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "u64": "uint64_t", "i8": "int8_t", "i16": "int16_t",
     "i32": "int32_t", "i64": "int64_t", "f16": "uint16_t", "f32": "float", "f64": "double", "bool": "bool"}
FBS = {"u8": "ubyte", "u16": "ushort", "u32": "uint", "u64": "ulong", "i8": "byte", "i16": "short", "i32": "int",
       "i64": "long", "f16": "ushort", "f32": "float", "f64": "double", "bool": "bool"}
PROTO = {"u8": "uint32", "u16": "uint32", "u32": "uint32", "u64": "uint64", "i8": "int32", "i16": "int32",
         "i32": "int32", "i64": "int64", "f16": "uint32", "f32": "float", "f64": "double", "bool": "bool"}
CAPNP = {"u8": "UInt8", "u16": "UInt16", "u32": "UInt32", "u64": "UInt64", "i8": "Int8", "i16": "Int16",
         "i32": "Int32", "i64": "Int64", "f16": "UInt16", "f32": "Float32", "f64": "Float64", "bool": "Bool"}
IDL = {"u8": "octet", "u16": "unsigned short", "u32": "unsigned long", "u64": "unsigned long long", "i8": "octet",
       "i16": "short", "i32": "long", "i64": "long long", "f16": "unsigned short", "f32": "float", "f64": "double",
       "bool": "boolean"}
LCM = {"u8": "byte", "u16": "int16_t", "u32": "int32_t", "u64": "int64_t", "i8": "int8_t", "i16": "int16_t",
       "i32": "int32_t", "i64": "int64_t", "f16": "int16_t", "f32": "float", "f64": "double", "bool": "boolean"}


def grid(structs, fields=20):
    """So many structs of so many fields, largest first: without padding but at the end."""
    return [(f"Item{i:04d}", [(f"field_{j:02d}", SCALARS[j * len(SCALARS) // fields], 0) for j in range(fields)])
            for i in range(structs)]


def pascal(*names):
    return "".join(part[0].upper() + part[1:] for name in names for part in name.replace(".", "_").split("_") if part)


def camel(name):
    whole = pascal(name)
    return whole[0].lower() + whole[1:]


# ---- writers ------------------------------------------------------------------------------------


def write_dhs(messages, path):
    lines = ["package bench;", ""]
    for name, fields in messages:
        lines.append(f"struct {name} {{")
        lines += [f"    {f}: {t}{f'[{n}]' if n else ''};" for f, t, n in fields]
        lines += ["}", ""]
    write(path, lines)


def write_c(messages, path):
    """A plain header: what somebody would write by hand."""
    lines = ["#include <stdbool.h>", "#include <stdint.h>", ""]
    for name, fields in messages:
        lines.append(f"struct {name} {{")
        lines += [f"    {C.get(t, f'struct {t}')} {f}{f'[{n}]' if n else ''};" for f, t, n in fields]
        lines += ["};", ""]
    write(path, lines)


def write_fbs(messages, path):
    lines = ["namespace bench;", ""]
    for name, fields in messages:
        lines.append(f"struct {name} {{")
        lines += [f"  {f}:{f'[{FBS.get(t, t)}:{n}]' if n else FBS.get(t, t)};" for f, t, n in fields]
        lines += ["}", ""]
    write(path, lines)


def write_proto(messages, path):
    lines = ['syntax = "proto3";', "package bench;", ""]
    for name, fields in messages:
        lines.append(f"message {name} {{")
        for number, (f, t, n) in enumerate(fields, 1):
            kind = "bytes" if n and t in ("u8", "i8") else f"{'repeated ' if n else ''}{PROTO.get(t, t)}"
            lines.append(f"  {kind} {f} = {number};")
        lines += ["}", ""]
    write(path, lines)


def write_capnp(messages, path):
    lines = ["@0xbf5147cbbecf40c1;", 'using Cxx = import "/capnp/c++.capnp";', '$Cxx.namespace("bench");', ""]
    for name, fields in messages:
        lines.append(f"struct {name} {{")
        for number, (f, t, n) in enumerate(fields):
            kind = "Data" if n and t in ("u8", "i8") else f"List({CAPNP.get(t, t)})" if n else CAPNP.get(t, t)
            lines.append(f"  {camel(f)} @{number} :{kind};")
        lines += ["}", ""]
    write(path, lines)


def write_idl(messages, path):
    lines = ["module bench {"]
    for name, fields in messages:
        lines.append(f"  @final struct {name} {{")
        lines += [f"    {IDL.get(t, t)} {f}_{f'[{n}]' if n else ''};" for f, t, n in fields]
        lines += ["  };"]
    write(path, lines + ["};"])


def write_lcm(messages, path):
    lines = ["package bench;", ""]
    for name, fields in messages:
        lines.append(f"struct {name} {{")
        lines += [f"    {LCM.get(t, t)} {f}{f'[{n}]' if n else ''};" for f, t, n in fields]
        lines += ["}", ""]
    write(path, lines)


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


# ---- from real schemas ----------------------------------------------------------------------------


def flat(type_, messages, owner, field):
    """(type, length) of what a field is; what is bounded becomes a struct of its own, as it does in C."""
    kind = type_["kind"]
    if kind == "scalar":
        return type_["scalar"], 0
    if kind in ("enum", "flags"):
        return {1: "u8", 2: "u16", 4: "u32", 8: "u64"}[type_["size"]], 0
    if kind == "atomic":
        return type_["scalar"], 0
    if kind == "chars":
        return "i8", type_["length"]
    if kind == "array":
        inner, length = flat(type_["element"], messages, owner, field)
        return inner, type_["length"] * max(length, 1)
    if kind == "struct":
        return pascal(type_["package"] or "", type_["named"]), 0
    name = owner + pascal(field, "box")
    if kind in ("string", "bytes"):
        members = [("length", "u32", 0), ("data", "u8", type_["length"] + (kind == "string"))]
    elif kind == "list":
        inner, length = flat(type_["element"], messages, owner, field + "_item")
        members = [("count", "u32", 0), ("items", inner, type_["length"] * max(length, 1))]
    else:
        inner, length = flat(type_["element"], messages, owner, field + "_value")
        members = [("value", inner, length), ("present", "bool", 0)]
    messages.append((name, members))
    return name, 0


def from_dhs(dhgen, schemas, folder):
    """All structs of these schemas as messages, each behind what it is made of."""
    out = os.path.join(folder, "json")
    os.makedirs(out, exist_ok=True)
    subprocess.run([dhgen, "build", "--lang", "json", "-I", folder, "--out", out, *schemas], check=True)
    known = {}
    for base, _, files in sorted(os.walk(out)):
        for file in sorted(files):
            with open(os.path.join(base, file), encoding="utf-8") as stream:
                tree = json.load(stream)
            for declaration in tree["declarations"]:
                if declaration["struct"]:
                    known[pascal(tree["package"], declaration["struct"]["name"])] = declaration["struct"]
    messages, done = [], set()

    def add(name):
        if name in done or name not in known:
            return
        done.add(name)
        fields = []
        for field in known[name]["fields"]:
            kind, length = flat(field["type"], messages, name, field["name"])
            add(kind)
            fields.append((field["name"], kind, length))
        messages.append((name, fields))

    for name in known:
        add(name)
    return messages
