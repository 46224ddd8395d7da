/* SPDX-License-Identifier: Apache-2.0 */
#include "foreign.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "diag.h"

static const char text_help[] = "text is string<n>, with its greatest length in bytes, or char[n]";
static const char list_help[] = "a list is list<T, n>, with its greatest count";
static const char host_help[] = "its size differs between machines: say i32, u32, i64 or u64";
static const char time_help[] =
    "a time is a number with a unit: u64 @unit(\"ns\") @clock(monotonic)";
static const char map_help[] = "everything has a fixed size: use list<T, n> of a struct of both";
static const char pointer_help[] = "nothing points: use an index, or bytes<n>";

static const struct dhs_foreign types[] = {
    { "float", "f32", NULL },
    { "float32", "f32", NULL },
    { "float32_t", "f32", NULL },
    { "single", "f32", NULL },
    { "double", "f64", NULL },
    { "float64", "f64", NULL },
    { "float64_t", "f64", NULL },
    { "half", "f16", NULL },
    { "float16", "f16", NULL },
    { "int8", "i8", NULL },
    { "int16", "i16", NULL },
    { "int32", "i32", NULL },
    { "int64", "i64", NULL },
    { "uint8", "u8", NULL },
    { "uint16", "u16", NULL },
    { "uint32", "u32", NULL },
    { "uint64", "u64", NULL },
    { "int8_t", "i8", NULL },
    { "int16_t", "i16", NULL },
    { "int32_t", "i32", NULL },
    { "int64_t", "i64", NULL },
    { "uint8_t", "u8", NULL },
    { "uint16_t", "u16", NULL },
    { "uint32_t", "u32", NULL },
    { "uint64_t", "u64", NULL },
    { "Int8", "i8", NULL },
    { "Int16", "i16", NULL },
    { "Int32", "i32", NULL },
    { "Int64", "i64", NULL },
    { "UInt8", "u8", NULL },
    { "UInt16", "u16", NULL },
    { "UInt32", "u32", NULL },
    { "UInt64", "u64", NULL },
    { "Float32", "f32", NULL },
    { "Float64", "f64", NULL },
    { "sint32", "i32", NULL },
    { "sint64", "i64", NULL },
    { "fixed32", "u32", NULL },
    { "fixed64", "u64", NULL },
    { "sfixed32", "i32", NULL },
    { "sfixed64", "i64", NULL },
    { "ubyte", "u8", NULL },
    { "octet", "u8", NULL },
    { "uchar", "u8", NULL },
    { "unsigned char", "u8", NULL },
    { "signed char", "i8", NULL },
    { "byte", NULL, "it is signed in some languages: say u8 or i8" },
    { "int", "i32", NULL },
    { "unsigned", "u32", NULL },
    { "unsigned int", "u32", NULL },
    { "signed int", "i32", NULL },
    { "uint", "u32", NULL },
    { "short", "i16", NULL },
    { "ushort", "u16", NULL },
    { "unsigned short", "u16", NULL },
    { "long long", "i64", NULL },
    { "unsigned long", NULL, host_help },
    { "long", NULL, host_help },
    { "ulong", NULL, host_help },
    { "size_t", NULL, host_help },
    { "ssize_t", NULL, host_help },
    { "usize", NULL, host_help },
    { "isize", NULL, host_help },
    { "intptr_t", NULL, host_help },
    { "uintptr_t", NULL, host_help },
    { "boolean", "bool", NULL },
    { "Boolean", "bool", NULL },
    { "Bool", "bool", NULL },
    { "_Bool", "bool", NULL },
    { "String", NULL, text_help },
    { "str", NULL, text_help },
    { "Text", NULL, text_help },
    { "wstring", NULL, text_help },
    { "char8", NULL, text_help },
    { "wchar", NULL, text_help },
    { "wchar_t", NULL, text_help },
    { "vector", NULL, list_help },
    { "Vec", NULL, list_help },
    { "List", NULL, list_help },
    { "array", NULL, "an array is T[n]" },
    { "sequence", NULL, list_help },
    { "repeated", NULL, list_help },
    { "optional", NULL, "what may be absent is T?" },
    { "Option", NULL, "what may be absent is T?" },
    { "map", NULL, map_help },
    { "Map", NULL, map_help },
    { "Data", NULL, "raw bytes are bytes<n>, with their greatest count" },
    { "blob", NULL, "raw bytes are bytes<n>, with their greatest count" },
    { "time", NULL, time_help },
    { "duration", NULL, time_help },
    { "Timestamp", NULL, time_help },
    { "timespec", NULL, time_help },
    { "void", NULL, "there is no empty type: leave the field out, or an arm of a union untyped" },
    { "any", NULL, "say which types it can be: union Value : u8 { ... }" },
    { "decimal", NULL, "a decimal is an integer with @scale: i64 @scale(0.01)" },
    { "u128", NULL, "the widest integer has 64 bits: use u64[2]" },
    { "i128", NULL, "the widest integer has 64 bits: use u64[2]" },
    { "ptr", NULL, pointer_help },
};

static const struct dhs_foreign keywords[] = {
    { "message", "struct", NULL },  { "table", "struct", NULL },
    { "class", "struct", NULL },    { "record", "struct", NULL },
    { "Struct", "struct", NULL },   { "STRUCT", "struct", NULL },
    { "oneof", "union", NULL },     { "variant", "union", NULL },
    { "bitmask", "flags", NULL },   { "bitflags", "flags", NULL },
    { "bit_flags", "flags", NULL }, { "bitfield", "flags", NULL },
    { "constant", "const", NULL },  { "constexpr", "const", NULL },
    { "using", "alias", NULL },     { "newtype", "alias", NULL },
    { "typealias", "alias", NULL }, { "topic", "channel", NULL },
    { "include", "import", NULL },  { "namespace", "package", NULL },
    { "module", "package", NULL },  { "enumeration", "enum", NULL },
};

static const struct dhs_foreign attributes[] = {
    { "packed", NULL, "nothing is packed: 'dhgen layout' shows the order that wastes least" },
    { "pack", NULL, "nothing is packed: 'dhgen layout' shows the order that wastes least" },
    { "aligned", NULL, "an alignment is @align(16), or @cacheline" },
    { "alignas", NULL, "an alignment is @align(16), or @cacheline" },
    { "default", NULL, "a default stands behind '=': gain: f32 = 1.5;" },
    { "value", NULL, "a default stands behind '=': gain: f32 = 1.5;" },
    { "min", NULL, "bounds are @range(least, greatest), with _ for an open side" },
    { "max", NULL, "bounds are @range(least, greatest), with _ for an open side" },
    { "id", NULL, "fields have no numbers: their order is what is stored" },
    { "key", NULL, "fields have no numbers or keys: their order is what is stored" },
    { "optional", NULL, "what may be absent is T?" },
    { "nullable", NULL, "what may be absent is T?" },
    { "brief", NULL, "documentation stands above, behind '///', or in @doc(\"text\")" },
    { "description", NULL, "documentation stands above, behind '///', or in @doc(\"text\")" },
    { "comment", NULL, "documentation stands above, behind '///', or in @doc(\"text\")" },
    { "title", NULL, "what people are shown is @label(\"text\")" },
    { "name", NULL, "what people are shown is @label(\"text\"); an older name is @was(\"old\")" },
    { "alias", NULL, "an older name is @was(\"old\")" },
    { "renamed", NULL, "an older name is @was(\"old\")" },
    { "rename", NULL, "an older name is @was(\"old\")" },
    { "added", NULL, "the minor version that brought it is @since(1.2)" },
    { "version", NULL, "the minor version that brought it is @since(1.2)" },
    { "minor", NULL, "the minor version that brought it is @since(1.2)" },
    { "offset_bytes", NULL, "@offset(16) asserts where a field lies" },
    { "bits", NULL, "there are no bit fields: use flags, or @scale on an integer" },
    { "big_endian", NULL, "everything is little-endian" },
    { "little_endian", NULL, "everything is little-endian already: leave it out" },
    { "atomic", NULL, "atomic<T> is a type" },
    { "volatile", NULL, "atomic<T>, in a zone, is what several may write" },
    { "const", NULL, "a constant is: const NAME: u32 = 1;" },
    { "factor", NULL, "physical = raw * factor + offset is @scale(factor, offset)" },
    { "resolution", NULL, "physical = raw * factor + offset is @scale(factor, offset)" },
    { "nan", NULL, "a value that means 'none' is @invalid(nan)" },
    { "timestamp", NULL, "a time says its clock: @unit(\"ns\") @clock(monotonic)" },
};

static const struct dhs_foreign *find(const struct dhs_foreign *rows, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].word, word) == 0) return &rows[i];
    return NULL;
}

const struct dhs_foreign *dhs_foreign_type(const char *word)
{
    return find(types, sizeof types / sizeof types[0], word);
}

const char *dhs_foreign_slip(const char *word)
{
    static const char *const own[] = { "string", "bytes", "list", "atomic", "char" };
    enum { N_OWN = sizeof own / sizeof own[0], N_TYPES = sizeof types / sizeof types[0] };
    const char *words[N_OWN + N_TYPES];
    size_t n_words = 0;
    for (size_t i = 0; i < N_OWN; i++)
        words[n_words++] = own[i];
    for (size_t i = 0; i < N_TYPES; i++) /* UInt32 is uint32 once more: two would be a tie */
        if (types[i].ours && !isupper((unsigned char)types[i].word[0]))
            words[n_words++] = types[i].word;
    struct dhs_near near = dhs_find_near(word, words, n_words);
    if (!near.certain) return NULL;
    const struct dhs_foreign *foreign = dhs_foreign_type(near.name);
    return foreign ? foreign->ours : near.name;
}

const char *dhs_foreign_attribute(const char *word)
{
    const struct dhs_foreign *row =
        find(attributes, sizeof attributes / sizeof attributes[0], word);
    return row ? row->help : NULL;
}

const struct dhs_foreign *dhs_foreign_keyword(const char *word)
{
    return find(keywords, sizeof keywords / sizeof keywords[0], word);
}
