/* SPDX-License-Identifier: Apache-2.0 */
/* One channel's line of figures, as JSON: for stat, and for top where there is no terminal. */
#ifndef DHI_ADMIN_STAT_H
#define DHI_ADMIN_STAT_H

#include "watched.h"

void dhi_write_stat_json(FILE *out, const struct dhi_watched *watched);

#endif
