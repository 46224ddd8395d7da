/* SPDX-License-Identifier: Apache-2.0 */
/* The page that info writes. */
#ifndef DHI_ADMIN_INFO_H
#define DHI_ADMIN_INFO_H

#include "snapshot.h"

void dhi_write_info(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *snapshot);

#endif
