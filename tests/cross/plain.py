# SPDX-License-Identifier: Apache-2.0
"""Messages as a C programmer would write them down: plain members, no padding of ours, no alignment said. What a compiler
makes of it is the oracle of layouts.py.

What a minor version appends stands in a struct around the one before (`struct s1 { struct s f_before; uint16_t f_more; }`):
that old peers copy all of their struct, padding too, is then the compiler's own rule. Members are called f_NAME, so that none
is a keyword; `struct align_s { char f_c; struct s f_s; }` shows the alignment as an offset.
"""
C_TYPES = {"bool": "_Bool", "char": "char", "u8": "uint8_t", "i8": "int8_t", "u16": "uint16_t", "i16": "int16_t", "u32": "uint32_t",
           "i32": "int32_t", "f32": "float", "u64": "wide_u64", "i64": "wide_i64", "f64": "wide_f64"}
# WIDE: on i386 a compiler aligns what has eight bytes to four inside of structs, and the hub to eight: then it is said.
HEAD = """#include <stdint.h>
#ifdef WIDE
#define WIDTH __attribute__((aligned(8)))
#else
#define WIDTH
#endif
typedef uint64_t wide_u64 WIDTH;
typedef int64_t wide_i64 WIDTH;
typedef double wide_f64 WIDTH;
"""


def member(field, names):
    kind = C_TYPES[field.scalar] if field.scalar else "struct " + names[field.message]
    return "    %s f_%s%s;\n" % (kind, field.name, "[%d]" % field.length if field.length else "")


def minors(message):
    return sorted({field.minor for field in message.fields} | {0})


def struct_name(name, minor):
    return "%s__%d" % (name, minor) if minor else name


def struct(message, name, names):
    """One struct a minor version; the last is the message."""
    text, before = "", None
    for minor in minors(message):
        inner = "    struct %s f_before;\n" % before if before else ""
        inner += "".join(member(field, names) for field in message.fields if field.minor == minor)
        before = struct_name(name, minor)
        text += "struct %s {\n%s};\n" % (before, inner)
    return text + "struct align_%s { char f_c; struct %s f_s; } at_%s;\n" % (name, before, name)


def in_order(messages):
    """Those that are contained first."""
    done = {}

    def visit(message):
        if message.name not in done:
            for field in message.fields:
                if field.message:
                    visit(messages[field.message])
            done[message.name] = message
    for name in sorted(messages):
        visit(messages[name])
    return list(done.values())


def source(corpora):
    """`corpora`: {prefix: messages by name}. One C file; a message is struct PREFIX_NAME."""
    text = HEAD
    for prefix, messages in corpora.items():
        names = {name: prefix + "_" + name for name in messages}
        text += "".join(struct(message, names[message.name], names) for message in in_order(messages) if message.fields)
    return text
