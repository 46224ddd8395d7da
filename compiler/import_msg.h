/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a ROS .msg file, and what their comments tell. */
#ifndef DHGEN_IMPORT_MSG_H
#define DHGEN_IMPORT_MSG_H

#include "import.h"
#include "source.h"

enum msg_kind { MSG_BLANK, MSG_COMMENT, MSG_FIELD, MSG_CONSTANT };
enum msg_array { MSG_SINGLE, MSG_FIXED, MSG_BOUNDED, MSG_UNBOUNDED };

struct msg_line {
    enum msg_kind kind;
    struct dhs_span span; /* of the line; of a field or constant: of its name */
    struct dhs_span type_span, value_span;
    bool indented;       /* a comment that continues the one above it */
    const char *type;    /* without dimensions: "float32", "px4_msgs/Event" */
    uint64_t text_bound; /* string<=N; 0: none */
    enum msg_array array;
    uint64_t length; /* of the array: fixed or at most */
    const char *name;
    const char *value;             /* of a constant; of a field its default, or NULL */
    const char *comment;           /* without '#', trimmed; "" if there is none */
    const struct msg_group *group; /* of a constant: where it belongs; of a field: its values */
    struct msg_line *before, *next;
};

/* Constants that name the values of a field: they become an enum, or flags. */
struct msg_group {
    const char *prefix; /* ARMING_STATE */
    const char *name;   /* ArmingState */
    const char *type;   /* uint8 */
    bool is_flags;
    struct msg_group *next;
};

/* The lines, or NULL where the file is no text, which was said; a line that is not understood is
 * said, too, and blank. */
struct msg_line *msg_read(struct import *import, const struct dhs_source *source);

/* Finds groups; sets line->group of constants and fields. */
struct msg_group *msg_group(struct import *import, struct msg_line *lines);

/* "u8" for "uint8", and so on; NULL: no builtin type. */
const char *msg_scalar(const char *type);

/* What a comment says of a field. Texts are literals of the language; NULL: nothing. */
struct comment_facts {
    const char *docs; /* the comment without what is in the other members already */
    const char *unit;
    double scale; /* 0: none */
    const char *low, *high;
    const char *invalid;
    bool invalid_first;
    const char *frame;
};

/* `type`: the scalar at the bottom of the field, "f32"; NULL: no number. */
struct comment_facts comment_read(struct import *import, const char *type, bool is_array,
                                  const char *comment);

/* The name in [@enum NAME], or the prefix in "one of PREFIX_*"; NULL: none. */
const char *comment_enum(struct dhs_arena *arena, const char *comment);

/* A unit as people spell it: what the schema calls it, and by what the number must be multiplied.
 * False: no unit that we know. */
bool units_find(const char *spelled, const char **unit, double *scale);

#endif
