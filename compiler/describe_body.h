/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one shape of everything that is a struct in C: what authors declare, unions, and the structs
 * that bounded types become (a `string<31>` field `label` of Sample is a `struct imu_sample_label`
 * that stands before `struct imu_sample`). Members stand in the order of their offsets, with
 * padding named, so that each is drawn, proven and aligned in the same way.
 */
#ifndef DHGEN_DESCRIBE_BODY_H
#define DHGEN_DESCRIBE_BODY_H

#include "describe.h"

struct member {
    const char *name;
    const char *declaration;
    const char *note;
    const char *docs;
    const char *source; /* what a proof of its place cites */
    uint64_t offset;
    bool is_padding;
    struct member *next;
};

struct body {
    const char *name;   /* "imu_sample_label" */
    const char *about;  /* "string<31> of imu_sample.label"; "" for what the author declared */
    const char *source; /* "imu.dhs:12" */
    uint64_t size;
    uint32_t align;
    uint32_t aligned; /* the most that a member asks for so far: the struct has that, too */
    uint64_t end;     /* of the last member so far */
    uint64_t reserve_offset;
    uint64_t reserve_bytes;
    struct member *first;
    struct member *last;
};

/* Names the bytes up to `offset`: nobody should wonder what lies there. */
void body_pad_to(struct describer *d, struct body *body, uint64_t offset);

/* Adds a member; `composite` names its struct if it is of a bounded type. */
struct member *body_add(struct describer *d, struct body *body, const char *name,
                        const struct dhs_type *type, uint64_t offset, uint32_t align,
                        const char *composite);
struct member *body_add_scalar(struct describer *d, struct body *body, const char *name,
                               enum dhs_scalar scalar, uint64_t offset);

/* Says the struct's alignment at its first member where no member asks for as much. */
void body_align_first(struct describer *d, struct body *body, uint32_t greatest_member_align);

/* Its `c` map: name, about, source, size, align, members. */
struct value *body_describe(struct describer *d, const struct body *body);

/* "imu_sample" + "Label" -> "imu_sample_label"; "" where a member of that type has neither struct
 * nor functions of its own. */
const char *body_composite_name(struct describer *d, const char *owner, const char *member,
                                const struct dhs_type *type);

/* How C gets at the value at `lvalue`: is_array, elements, type, what prints it. `attributes` may
 * be NULL; `composite` names its struct if it is of a bounded type. */
struct value *describe_access(struct describer *d, const struct dhs_type *type,
                              const struct dhs_attributes *attributes, const char *composite,
                              const char *lvalue);

/* Whether its values are stored raw and meant physical, and C can convert them. */
bool describe_is_scaled(const struct dhs_type *type, const struct dhs_attributes *attributes);

/* The same of the numbers inside its arrays, lists and optionals. */
bool describe_has_scaled(const struct dhs_type *type, const struct dhs_attributes *attributes);

/* Conversion of such a field, which is no array. */
struct value *describe_physical(struct describer *d, const struct dhs_field *field);

/* Appends the structs that `type` needs, innermost first, to a list. `name` is the outermost one's,
 * `path` says to people where it stands, `at` is the field that it is for. */
void body_add_composites(struct describer *d, struct value *list, const struct dhs_type *type,
                         const char *name, const char *path, const struct dhs_declaration *at);

#endif
