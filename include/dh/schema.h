/* SPDX-License-Identifier: Apache-2.0
 *
 * schema.h - what a program knows of a channel's schema: made by dhgen, compared on attach.
 *
 *      struct dh_schema ── roots[0]        the slot
 *                       ├─ roots[1…]       the zones, by name, bytewise
 *                       │     └─ minors[]  {number, size, lineage hash}, ascending
 *                       └─ text, hash      the canonical text and its BLAKE2b-256
 *
 * Programs do not fill these in: generated code does, with pointers to static data, or
 * dh_schema_read() from the canonical text.
 */
#ifndef DH_SCHEMA_H
#define DH_SCHEMA_H

#include <dh/error.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define DH_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define DH_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* What generated code proves of its structs: bytes, alignment, and where a member stands. `source`
 * is the line of the schema, which the compiler tells where it finds otherwise. */
#define DH_PROVE_STRUCT(name, size, align, source)                                     \
    DH_STATIC_ASSERT(sizeof(struct name) == (size) && alignof(struct name) == (align), \
                     source ": " #name " has " #size " bytes, aligned to " #align)
#define DH_PROVE_FIELD(name, member, offset, source) \
    DH_STATIC_ASSERT(offsetof(struct name, member) == (offset), source)

/* The bytes of a hash from four numbers, whose first digit is the first byte's. */
#ifdef __cplusplus
#define DH_BYTE_AT(shift, word) static_cast<unsigned char>((word) >> shift & 0xff)
#else
#define DH_BYTE_AT(shift, word) (unsigned char)((word) >> shift & 0xff)
#endif
#define DH_HASH_WORD(word)                                                                  \
    DH_BYTE_AT(56, word), DH_BYTE_AT(48, word), DH_BYTE_AT(40, word), DH_BYTE_AT(32, word), \
        DH_BYTE_AT(24, word), DH_BYTE_AT(16, word), DH_BYTE_AT(8, word), DH_BYTE_AT(0, word)
#define DH_HASH(a, b, c, d)                                                \
    {                                                                      \
        DH_HASH_WORD(a), DH_HASH_WORD(b), DH_HASH_WORD(c), DH_HASH_WORD(d) \
    }

/* What generated code counts with: a struct that has the bytes of its members has no gap. */
DH_STATIC_ASSERT(sizeof(bool) == 1 && sizeof(float) == 4 && sizeof(double) == 8,
                 "types of other sizes");

enum {
    DH_SCHEMA_ABI = 1,  /* version of the structs below */
    DH_HASH_BYTES = 32, /* BLAKE2b-256, never truncated to decide anything */
    DH_ROOT_ALIGN =
        64, /* each slot payload and each zone starts on such a boundary, inline payloads aside */
    DH_NAME_MAX = 63,    /* bytes of a name in a schema */
    DH_CHANNEL_MAX = 79, /* bytes of a channel's name: letters, digits, '_', '-', '.' */
    DH_ROOTS_MAX = 33,   /* one slot, 32 zones */
    DH_MINORS_MAX = 64,  /* of one root */
};

enum dh_full {
    DH_FULL_WAIT = 0,      /* lossless: the producer waits for the slowest consumer */
    DH_FULL_OVERWRITE = 1, /* newest wins: nobody waits, consumers are told what they lost */
};

enum dh_checksum {
    DH_CHECKSUM_NONE = 0,
    DH_CHECKSUM_MANUAL = 1, /* dh_slot_rw_checksum_update() and _verify() are the program's calls */
    DH_CHECKSUM_ENFORCED = 2, /* BLAKE2b-256: commit computes it, acquire verifies it */
    DH_CHECKSUM_FAST = 3,     /* the same with XXH3: against faulty memory, not against malice */
};

struct dh_minor {
    uint32_t minor;      /* number in "1.number" */
    uint32_t size_bytes; /* of the root at that minor, natural size */
    unsigned char
        lineage[DH_HASH_BYTES]; /* hash of head, root line and minor sections up to here */
};

struct dh_root {
    const char *name;    /* the zone's name as on the wire; "" for the slot */
    uint32_t size_bytes; /* at the newest minor; 0 for a signal without payload */
    uint32_t n_minors;   /* 1 … DH_MINORS_MAX */
    const struct dh_minor *minors;
    uint32_t n_spinlocks; /* of a shared zone, else 0 */
    bool shared;          /* consumers may write it */
};

struct dh_policy {
    uint32_t n_slots;     /* ring length, 1 … 2^20 */
    uint32_t n_consumers; /* how many may be attached at once, 1 … 1024 */
    enum dh_full full;
    enum dh_checksum checksum;
};

struct dh_schema {
    uint32_t abi;        /* DH_SCHEMA_ABI */
    uint32_t minor;      /* newest minor that this program knows */
    const char *family;  /* "lab.imu/imu 1": package, channel, major; a lookup key, never a proof */
    const char *channel; /* the channel's name when a program gives none: "lab.imu.imu" */
    const char *text;    /* canonical text, zero terminated */
    uint32_t text_bytes; /* without the zero */
    uint32_t n_roots;    /* 1 … DH_ROOTS_MAX */
    const struct dh_root *roots;
    struct dh_policy policy;
    unsigned char hash[DH_HASH_BYTES]; /* BLAKE2b-256 of text */
};

/* The same from canonical text, for programs that are built without the schema: bridges,
 * recorders, other languages. text  `bytes` of it, copied; `policy` is not in it. The channel's
 * own name is family without its major, '.' for '/'. Returns ECORRUPT (not canonical; why->text
 * names the line), ENOMEM. Never blocks. Any thread. */
DH_API DH_MUST_USE dh_err dh_schema_read(struct dh_schema **schema, const char *text, size_t bytes,
                                         const struct dh_policy *policy, struct dh_why *why);

/* What dh_schema_read() made; producers and consumers that were opened with it do not need it any
 * more. NULL is fine. Never blocks. Any thread. */
DH_API void dh_schema_free(struct dh_schema *schema);

#ifdef __cplusplus
}
#endif
#endif
