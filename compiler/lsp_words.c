/* SPDX-License-Identifier: Apache-2.0 */
/* One line on each word of the language that is no attribute: those tell of themselves
 * (idl/attribute.c). A test holds this table to the compiler's own. */
#include <string.h>

#include "lsp_server.h"

static const struct word {
    const char *context;
    const char *word;
    const char *line;
} WORDS[] = {
    { "", "package", "what the file belongs to: `package lab.imu as imu;`, first of all" },
    { "", "as", "the prefix of generated names behind `package`, a local name behind `import`" },
    { "", "import", "makes another file's names visible: `import \"dh/geometry.dhs\";`" },
    { "", "const", "a constant: `const AXES: u32 = 3;`" },
    { "", "alias",
      "another name for a type, perhaps with a meaning: `alias Volts = f64 @unit(\"V\");`" },
    { "", "enum", "named numbers, one of which is stored: `enum Mode : u8 { off = 0, on = 1 }`" },
    { "", "flags", "named bits, any of which are stored: `flags Fault : u16 { gyro = 0 }`" },
    { "", "struct", "fields in declared order, each at its natural alignment" },
    { "", "union", "one of several arms, and a tag that tells which" },
    { "", "channel", "what programs exchange: a ring of slots, and zones beside it" },
    { "", "service", "reserved for a later version" },
    { "", "version", "the major version of a channel; 0 is unstable" },
    { "", "slot", "what each slot of the ring holds: a struct, or `none` for a signal" },
    { "", "zone", "memory beside the ring that keeps one value, by name" },
    { "", "shared", "consumers may write the zone too" },
    { "", "spinlocks", "how many locks a shared zone has" },
    { "setting", "slots", "the length of the ring: 1 latest value, 2 double buffer, N ring" },
    { "setting", "full", "what a producer does when nothing is free: `wait` or `overwrite`" },
    { "setting", "checksum",
      "whether slots carry a checksum: `none`, `manual`, `enforced` or `fast`" },
    { "setting", "consumers", "how many consumers may be attached at once; 16 unless said" },
    { "full", "wait", "the producer waits: lossless, with back-pressure" },
    { "full", "overwrite", "the newest wins, and nobody waits" },
    { "checksum", "none", "no checksum" },
    { "checksum", "manual", "BLAKE2b where a program asks for it" },
    { "checksum", "enforced", "BLAKE2b over every slot, checked at every read" },
    { "checksum", "fast", "XXH3 over every slot: against accidents, not against people" },
    { "slot", "none", "the channel only signals: its slots hold nothing" },
    { "type", "bool", "one byte, 0 or 1" },
    { "type", "i8", "a signed integer of 1 byte" },
    { "type", "i16", "a signed integer of 2 bytes" },
    { "type", "i32", "a signed integer of 4 bytes" },
    { "type", "i64", "a signed integer of 8 bytes" },
    { "type", "u8", "an unsigned integer of 1 byte" },
    { "type", "u16", "an unsigned integer of 2 bytes" },
    { "type", "u32", "an unsigned integer of 4 bytes" },
    { "type", "u64", "an unsigned integer of 8 bytes" },
    { "type", "f16", "a float of 2 bytes, stored as its 16 bits" },
    { "type", "f32", "a float of 4 bytes" },
    { "type", "f64", "a float of 8 bytes" },
    { "type", "char", "`char[n]`: text of n bytes, zero padded, not necessarily terminated" },
    { "type", "string", "`string<n>`: a length and up to n bytes of UTF-8, always terminated" },
    { "type", "bytes", "`bytes<n>`: a length and up to n bytes" },
    { "type", "list", "`list<T, n>`: a count and room for n items" },
    { "type", "atomic",
      "`atomic<T>`: read and written by several programs at once; in zones only" },
    { "value", "true", "the bool 1" },
    { "value", "false", "the bool 0" },
    { "value", "nan", "the float that is no number" },
    { "value", "inf", "the float beyond all others; `-inf` below them" },
    { "clock", "monotonic", "CLOCK_MONOTONIC: since boot, never set, does not count sleep" },
    { "clock", "boottime", "CLOCK_BOOTTIME: since boot, counts sleep" },
    { "clock", "realtime", "CLOCK_REALTIME: UTC since 1970, may jump" },
    { "clock", "tai", "CLOCK_TAI: since 1970 without leap seconds" },
    { "clock", "gps", "GPS time: since 1980-01-06, without leap seconds" },
    { "clock", "device", "the device's own: only differences mean something" },
    { "clock", "user", "`user(\"name\")`: a clock of yours" },
    { "invalid", "first", "`@invalid(first v)`: the first element tells for the whole array" },
};
enum { N_WORDS = sizeof WORDS / sizeof WORDS[0] };

const char *lsp_word(const char *context, const char *word)
{
    for (size_t i = 0; i < N_WORDS; i++)
        if (strcmp(WORDS[i].context, context) == 0 && strcmp(WORDS[i].word, word) == 0)
            return WORDS[i].line;
    return NULL;
}

const char *lsp_word_at(const char *context, size_t index)
{
    for (size_t i = 0; i < N_WORDS; i++)
        if (strcmp(WORDS[i].context, context) == 0 && index-- == 0) return WORDS[i].word;
    return NULL;
}
