/* SPDX-License-Identifier: 0BSD */
/* plain.dh.h - written by dhgen 0.1.0 from plain.dhs; edit the schema, not this file.
 *
 *   package plain
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef PLAIN_DH_H
#define PLAIN_DH_H

#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "plain.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Pair, 8 bytes, align 4 */
struct plain_pair {
    uint32_t first;  /* 0 */
    uint32_t second; /* 4 */
};

#ifdef __cplusplus
}
#endif
#endif /* PLAIN_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(PLAIN_DH_H_FUNCTIONS)
#define PLAIN_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

DH_STATIC_ASSERT(sizeof(struct plain_pair) == 8, "plain_pair is not as plain.dhs says");

/* All zero, and the schema's defaults. */
static inline void plain_pair_init(struct plain_pair *pair)
{
    memset(pair, 0, sizeof *pair);
}

#ifdef __cplusplus
}
#endif
#endif /* PLAIN_DH_H_FUNCTIONS */
