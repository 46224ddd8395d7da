/* SPDX-License-Identifier: Apache-2.0
 *
 * why.h - fill in the particulars of a failure.
 */
#ifndef DHI_BASE_WHY_H
#define DHI_BASE_WHY_H

#include <dh/error.h>

#include <stdbool.h>

/* Each returns `err`, so that `return dhi_why(why, DH_EINVAL, "…")` is one line. `why` may be NULL.
 */
dh_err dhi_why(struct dh_why *why, dh_err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* DH_ESYS (or DH_ENOMEM for ENOMEM, EMFILE, ENFILE, ENOSPC) with errno's text: "memfd_create: Too
 * many open files". */
dh_err dhi_why_errno(struct dh_why *why, const char *what);

#endif
