/* SPDX-License-Identifier: 0BSD */
/* plain.dh.print.h - written by dhgen 0.1.0 from plain.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef PLAIN_DH_PRINT_H
#define PLAIN_DH_PRINT_H

#include "plain.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pair */
static inline void plain_pair_print_to(struct dh_print *out, const struct plain_pair *value)
{
    dh_print_text(out, "{first: ");
    dh_print_unsigned(out, value->first);
    dh_print_text(out, ", second: ");
    dh_print_unsigned(out, value->second);
    dh_print_text(out, "}");
}

static inline size_t plain_pair_print(const struct plain_pair *value, char *text, size_t size)
{
    struct dh_print out = dh_print_begin(text, size);

    plain_pair_print_to(&out, value);
    return out.length;
}

#ifdef __cplusplus
}
#endif
#endif /* PLAIN_DH_PRINT_H */
