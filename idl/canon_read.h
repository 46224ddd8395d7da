/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical text back into a tree: what dhadmin knows of a channel that it has no schema file of.
 *
 *   struct dhc_text *text = dhc_read(bytes, n, &trouble);     NULL: trouble names line and reason
 *   text->roots[0].fields ── first ── next ── next …          the slot
 *   dhc_free(text);                                           all of it at once
 *
 *   e3:  80 opt<16> best      OPT "best" ── inner: STRUCT ── F64 "x", F32 "y"
 *        104 union<u8,24> val UNION "val" ── ARM "num" tag 1 ── inner: F64
 *                                         └─ ARM "text" tag 2 ── inner: STRING
 *
 * The text comes from a block or a broker, so it is input that may be hostile. The reader takes
 * what a writer of canonical text could have written and nothing else: form, order, limits, numbers
 * and spellings are checked, and each offset and size is derived again from the kinds. Whoever has
 * a tree may rely on it: every place lies inside its root, siblings do not overlap (a union's arms
 * aside), no capacity, stride or dimension is zero.
 *
 * Names begin with dhc_, since idl.h and this header have things of the same name (a scalar, a
 * root) and tools may want both. This library knows nothing of the compiler and the runtime.
 */
#ifndef DHC_CANON_READ_H
#define DHC_CANON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    DHC_TEXT_MAX = 1 << 20, /* canon.md, rule 13 */
    DHC_LINES_MAX = 16384,
    DHC_LINE_MAX = 65535,
    DHC_PATH_MAX = 1023,
    DHC_NAME_MAX = 63,
    DHC_ROOTS_MAX = 33,
    DHC_MINORS_MAX = 64,
    DHC_DEPTH_MAX = 32, /* names, [] and ? of one path */
    DHC_TROUBLE_BYTES = 200,
};

enum dhc_scalar {
    DHC_BOOL,
    DHC_I8,
    DHC_I16,
    DHC_I32,
    DHC_I64,
    DHC_U8,
    DHC_U16,
    DHC_U32,
    DHC_U64,
    DHC_F16,
    DHC_F32,
    DHC_F64,
};

enum dhc_kind {
    DHC_STRUCT,  /* no line of its own: children are its fields */
    DHC_SCALAR,  /* leaves from here … */
    DHC_ATOMIC,  /* stored as its scalar */
    DHC_CHAR,    /* char[capacity], zero padded */
    DHC_STRING,  /* u32 length, then text of at most `capacity` */
    DHC_BYTES,   /* u32 length, then at most `capacity` bytes; … to here */
    DHC_ARRAY,   /* dims; its only child is element 0 */
    DHC_LIST,    /* u32 count, at most `capacity` items; its only child is item 0 */
    DHC_OPT,     /* u8 presence at `inner`; its only child is the value */
    DHC_UNION,   /* tag of `scalar` at its offset; children are arms */
    DHC_ARM,     /* of a union: set if the tag is `tag`; its only child is the content, if any */
    DHC_RESERVE, /* `capacity` zero bytes */
};

/* Bytes that need not be a C string: length bytes, and one NUL behind them. */
struct dhc_bytes {
    const char *data; /* NULL: not said */
    size_t length;
};

enum dhc_number_kind {
    DHC_OPEN, /* `_`: no bound */
    DHC_INTEGER,
    DHC_REAL,
};

struct dhc_number {
    enum dhc_number_kind kind;
    bool negative; /* INTEGER: its sign, beside */
    uint64_t magnitude;
    double real; /* of an INTEGER the nearest */
};

enum dhc_invalid {
    DHC_INVALID_NOT_SAID,
    DHC_INVALID_NUMBER,
    DHC_INVALID_NAME, /* an enumerator */
    DHC_INVALID_TEXT,
};

enum dhc_naming {
    DHC_UNNAMED,
    DHC_ENUM_CLOSED,
    DHC_ENUM_OPEN,
    DHC_FLAGS,
};

struct dhc_label {
    const char *name;
    uint64_t value; /* of an enum, sign extended to 64 bits; of flags, the bit's number */
};

/* What the lines after `meaning` say of one place. */
struct dhc_meaning {
    struct dhc_bytes unit, frame;
    const char *clock; /* NULL: not said */
    bool has_range, has_scale, deprecated;
    struct dhc_number low, high; /* of the physical value */
    double factor, shift;        /* physical = raw * factor + shift */
    enum dhc_invalid invalid;
    bool invalid_first; /* the first element speaks for the whole array */
    struct dhc_number invalid_number;
    const char *invalid_name;
    struct dhc_bytes invalid_text;
    enum dhc_naming naming;
    uint32_t n_labels;
    const struct dhc_label *labels; /* by value, then name */
};

struct dhc_node {
    enum dhc_kind kind;
    enum dhc_scalar scalar; /* SCALAR, ATOMIC; UNION: of the tag */
    const char *name;       /* of a field or an arm; "" of elements, items, values and contents */
    uint32_t offset;        /* in the root; inside arrays and lists that of element 0 */
    uint32_t size;          /* with all dimensions and padding at the end */
    uint32_t align;         /* what is known of it: at least the natural one */
    uint32_t capacity;      /* CHAR STRING BYTES LIST RESERVE */
    uint32_t stride;        /* leaf: one of them; ARRAY, LIST: from one to the next */
    uint32_t inner;         /* OPT: presence, UNION: size, as the text says them */
    uint32_t minor;         /* that brought it */
    uint32_t line;          /* in the text, from 1 */
    uint64_t tag;           /* ARM: sign extended */
    uint32_t n_dims;        /* leaf: 0 for a single one; ARRAY: at least 1 */
    const uint32_t *dims;
    const struct dhc_meaning *meaning; /* never NULL */
    struct dhc_node *parent, *first, *last, *next;
};

struct dhc_minor {
    uint32_t number, size;
};

struct dhc_root {
    const char *name; /* of the zone; "" for the slot */
    uint32_t align;
    bool shared;
    uint32_t n_spinlocks;
    bool has_spinlocks; /* a line says so */
    uint32_t n_minors;
    const struct dhc_minor *minors;
    struct dhc_node *fields; /* a STRUCT; without children for a signal */
};

struct dhc_text {
    const char *package, *channel;
    uint32_t major, minor; /* the newest one */
    uint32_t n_roots;
    struct dhc_root *roots;
    uint32_t n_nodes;
};

/* Why a text was refused: a sentence. Line 0: the text as a whole. */
struct dhc_trouble {
    uint32_t line;
    char what[DHC_TROUBLE_BYTES];
};

/* The tree of `length` bytes of text, or NULL: then `trouble` (may be NULL) says why. The bytes are
 * not needed afterwards. Memory stays within some 100 times the text for the worst text that there
 * is, and within 20 times for usual ones. Any thread. */
struct dhc_text *dhc_read(const char *bytes, size_t length, struct dhc_trouble *trouble);
void dhc_free(struct dhc_text *text);

/* The place that `path` ("accel.x", "px[].r", "best?.x") names below `from`; NULL: there is none.
 */
const struct dhc_node *dhc_find(const struct dhc_node *from, const char *path);

/* How many leaves of one kind lie in a row at this place: the product of its dimensions. */
uint32_t dhc_count(const struct dhc_node *node);

bool dhc_is_leaf(enum dhc_kind kind);
bool dhc_is_signed(enum dhc_scalar scalar);
bool dhc_is_real(enum dhc_scalar scalar);
uint32_t dhc_scalar_size(enum dhc_scalar scalar); /* 1, 2, 4 or 8; the alignment too */
const char *dhc_scalar_name(enum dhc_scalar scalar);

/* A floating number as canonical text spells it: "1.6e+02", "0e+00", "nan". Returns its length. */
enum { DHC_REAL_BYTES = 32 };
size_t dhc_spell_real(double value, char spelling[DHC_REAL_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
