/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a slot or a zone, told as groups and values by the tree of its canonical text.
 *
 *   dhi_decode(&payload, root->fields, &visitor)
 *        │  group: struct, array, list, union ──▶ visitor.open … visitor.close
 *        └─ value: one leaf, absent, missing  ──▶ visitor.value
 *
 * The bytes may be anything: counts and lengths are bounded by what the text declares, whatever
 * they say, and nothing outside the payload is touched. The tree is dhc_read's and can be relied
 * on.
 */
#ifndef DHI_ADMIN_DECODE_H
#define DHI_ADMIN_DECODE_H

#include "idl/canon_read.h"

struct dhi_payload {
    const unsigned char *bytes;
    size_t n_bytes; /* fewer than the root has: what lies behind is missing */
};

enum dhi_shape {
    DHI_STRUCT,
    DHI_ARRAY, /* one dimension of it; `level` tells which */
    DHI_LIST,
    DHI_UNION, /* one member: the arm that is set */
};

struct dhi_place {
    const struct dhc_node *node;
    const char *name; /* of the field or arm; NULL: an element or item, or the root */
    uint32_t index;   /* of the element or item */
    uint64_t shift;   /* added to the node's offset: which elements it lies in */
    uint32_t level;   /* first dimension that is not chosen yet */
    enum dhi_shape shape;
    uint32_t count;   /* members of the group */
    uint32_t claimed; /* LIST: the count as the bytes say it, which may be over the capacity */
    uint32_t visit;   /* open() may lower it: how many members are to be told */
    const struct dhc_node *arm; /* UNION */
};

enum dhi_value_kind {
    DHI_MISSING, /* the payload ends before it */
    DHI_ABSENT,  /* an optional without a value, a tag that no arm has, an arm without a type */
    DHI_BOOL,
    DHI_SIGNED,
    DHI_UNSIGNED,
    DHI_REAL,
    DHI_TEXT,
    DHI_BLOB,
};

struct dhi_value {
    enum dhi_value_kind kind;
    uint64_t bits;             /* BOOL SIGNED UNSIGNED, sign extended; ABSENT for a tag: the tag */
    double real;               /* REAL; SIGNED and UNSIGNED: the nearest */
    const unsigned char *data; /* TEXT, BLOB: in the payload */
    uint32_t length;           /* bounded by the capacity */
    uint32_t claimed;          /* the length as the bytes say it */
    bool invalid;              /* what @invalid says of this leaf, or of the whole array */
};

/* What is told, in the order of the text. Any of them may be called for a place without name. */
struct dhi_visitor {
    void *context;
    /* A group begins. False: its members are not wanted, and close() is not called. */
    bool (*open)(void *context, struct dhi_place *place);
    void (*close)(void *context, const struct dhi_place *place);
    void (*value)(void *context, const struct dhi_place *place, const struct dhi_value *value);
};

/* Tell everything below `node`, which may be a root's fields or any place below them; `name` is
 * what the place is called, NULL: nothing. */
void dhi_decode(const struct dhi_payload *payload, const struct dhc_node *node, const char *name,
                const struct dhi_visitor *visitor);

/* Tell one place with its elements chosen so far: one of dhi_path, or one that open() was given. */
void dhi_decode_place(const struct dhi_payload *payload, const struct dhi_place *place,
                      const struct dhi_visitor *visitor);

/* The place of a person's path, which may choose elements: "a.b", "px[3][7].r", "best.x",
 * "val.num". Without a payload only its form is checked; with one also that what it goes through is
 * set: the optional, the arm, the item. place->name stays as it is. False: *bad is the part that is
 * wrong. */
bool dhi_path(const struct dhi_payload *payload, const struct dhc_node *root, const char *path,
              struct dhi_place *place, const char **bad);

/* One element or item of a group of that shape, or of a place that may be one. */
struct dhi_place dhi_element(const struct dhi_place *group, uint32_t index);

/* The leaf of `node` that lies `shift` bytes further. */
struct dhi_value dhi_leaf(const struct dhi_payload *payload, const struct dhc_node *node,
                          uint64_t shift);

/* Is the optional there, and which arm is set (NULL: none), how many items has the list. */
bool dhi_is_present(const struct dhi_payload *payload, const struct dhc_node *opt, uint64_t shift);
const struct dhc_node *dhi_arm(const struct dhi_payload *payload, const struct dhc_node *onion,
                               uint64_t shift, uint64_t *tag);

/* The name of an enum's value, or NULL. */
const char *dhi_label(const struct dhc_meaning *meaning, uint64_t bits);

#endif
