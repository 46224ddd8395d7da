/* SPDX-License-Identifier: Apache-2.0 */
/* The shortest text of a double that reads back as the same, in two spellings. */
#ifndef DHS_REAL_H
#define DHS_REAL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DHS_REAL_BYTES = 32 };

/* As %.Ne would have it, of the least N: "0e+00", "1.5e-07", "inf". NUL-terminated; returns how
 * long it is. */
size_t dhs_put_scientific(char to[DHS_REAL_BYTES], double real);

/* As %.Ng would: "0", "1.5e-07", "0.25", "1e+02". */
size_t dhs_put_general(char to[DHS_REAL_BYTES], double real);

#ifdef __cplusplus
}
#endif
#endif
