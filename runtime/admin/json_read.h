/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON text as a tree that knows where each value stood, so that a complaint can point at it.
 * Numbers stay text: a u64 and a long decimal are read by whoever knows the field's type.
 */
#ifndef DHI_ADMIN_JSON_READ_H
#define DHI_ADMIN_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dhi_json_kind {
    DHI_JSON_NULL,
    DHI_JSON_FALSE,
    DHI_JSON_TRUE,
    DHI_JSON_NUMBER, /* text: as it stands */
    DHI_JSON_STRING, /* text: without quotes and escapes */
    DHI_JSON_ARRAY,
    DHI_JSON_OBJECT,
};

struct dhi_json {
    enum dhi_json_kind kind;
    size_t at, end;  /* bytes of the text that it stands in */
    const char *key; /* of a member; zero terminated */
    size_t key_at;
    const char *text;
    size_t text_bytes;
    uint32_t n; /* members */
    struct dhi_json *first, *last, *next;
};

enum { DHI_JSON_DEPTH_MAX = 64 };

struct dhi_json_text {
    struct dhi_json *root; /* NULL: `wrong` at `at` */
    size_t at;
    const char *wrong;
    struct dhi_json_piece *pieces; /* memory of all of it */
};

/* Read all of it. dhi_json_free() in any case. */
void dhi_json_read(struct dhi_json_text *text, const char *bytes, size_t n);
void dhi_json_free(struct dhi_json_text *text);

/* "a list", for complaints. */
const char *dhi_json_kind_text(enum dhi_json_kind kind);

/* The first member of that name; NULL: there is none, or it is no object. */
const struct dhi_json *dhi_json_member(const struct dhi_json *object, const char *key);

#endif
