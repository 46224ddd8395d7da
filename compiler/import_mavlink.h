/* SPDX-License-Identifier: Apache-2.0 */
/* A MAVLink dialect on its way to a schema. */
#ifndef DHGEN_IMPORT_MAVLINK_H
#define DHGEN_IMPORT_MAVLINK_H

#include "import_xml.h"

/* An enum once for each width that fields store it in: MAVLink leaves that to the field. */
struct mav_variant {
    const char *base; /* "u8" */
    const char *name; /* MavType, MavTypeU32 */
    unsigned uses;
    struct mav_variant *next;
};

struct mav_entry {
    const char *name; /* as the source has it */
    struct import_integer value;
    const struct xml_element *element;
    struct mav_entry *next;
};

struct mav_enum {
    const char *name;                  /* MAV_TYPE */
    const struct xml_element *element; /* where it was seen first */
    bool is_bitmask;
    struct mav_entry *entries, **last_entry;
    struct mav_variant *variants;
    struct mav_enum *next;
};

struct mav_message {
    const struct xml_element *element;
    struct mav_message *next;
};

struct mavlink {
    struct import *import;
    struct strings files; /* read already */
    struct mav_enum *enums, **last_enum;
    struct mav_message *messages, **last_message;
    struct strings taken; /* names of types and constants */
};

/* What a field is, taken apart. */
struct mav_type {
    const char *scalar; /* "u8"; NULL: unknown */
    bool is_char;
    unsigned long length; /* of the array; 0: none */
};
struct mav_type mav_type(struct dhs_arena *arena, const char *text);

struct mav_enum *mav_find_enum(const struct mavlink *mavlink, const char *name);

/* The enum that a field's values are of, if it can be stored as the field is; else NULL. `said`:
 * whether to warn where it cannot. */
struct mav_enum *mav_enum_of(struct mavlink *mavlink, const struct xml_element *field, bool said);

/* The declarations of all enums. */
void mav_write_enums(struct mavlink *mavlink, struct import_item *top);

/* The struct and the channel of a message. */
void mav_write_message(struct mavlink *mavlink, const struct xml_element *message,
                       struct import_item *top);

/* " @deprecated(...)" or "". */
const char *mav_deprecated(struct dhs_arena *arena, const struct xml_element *element);

#endif
