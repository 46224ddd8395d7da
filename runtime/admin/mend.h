/* SPDX-License-Identifier: Apache-2.0 */
/* What recover, reset and cleanup have in common: they say what is done as it is done. */
#ifndef DHI_ADMIN_MEND_H
#define DHI_ADMIN_MEND_H

#include "command.h"

#include <dh/recovery.h>

struct dh_recovery_options dhi_recovery_options(const struct dhi_request *request);

/* Give back what the dead of one channel held, line by line. *n_released counts them; of a dry run,
 * those that would be. */
enum dhi_exit dhi_release_channel(const struct dhi_request *request, const char *channel,
                                  uint32_t *n_released);

#endif
