/* SPDX-License-Identifier: Apache-2.0 */
#include "base/why.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

dh_err dhi_why(struct dh_why *why, dh_err err, const char *format, ...)
{
    va_list arguments;

    if (why == NULL) return err;
    why->err = err;
    why->sys_errno = 0;
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    return err;
}

dh_err dhi_why_errno(struct dh_why *why, const char *what)
{
    int number = errno;
    bool resources = number == ENOMEM || number == EMFILE || number == ENFILE || number == ENOSPC;
    char reason[128];

    dhi_why(why, resources ? DH_ENOMEM : DH_ESYS, "%s: %s", what,
            strerror_r(number, reason, sizeof reason));
    if (why != NULL) why->sys_errno = number;
    return resources ? DH_ENOMEM : DH_ESYS;
}
