/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of top, on a terminal of any size from 40 by 8: what there is no room for is left out,
 * the least important first.
 *
 *   dhadmin top  14:03:22   2 channels, 1 problem   broker answers        every 1.0 s
 *   CHANNEL               STATE          HZ     BYTES/S READS    LAG  LOST  RING
 *   machine.pulse         alive      1000.0   62.5 KiB/s     2      1     0  ▕█░░░░▏
 *   …
 *   consumers of machine.pulse
 *   …
 *   q quit  ↑↓ choose  s sort: name  p pause  +- interval
 */
#ifndef DHI_ADMIN_TOP_H
#define DHI_ADMIN_TOP_H

#include "watched.h"

enum dhi_sort { DHI_SORT_NAME, DHI_SORT_HZ, DHI_SORT_BYTES, DHI_SORT_LAG, DHI_SORTS };

struct dhi_top {
    const struct dhi_request *request;
    struct dhi_watching watching;
    struct dhi_watched **order; /* as it is sorted */
    enum dhi_sort sort;
    char chosen[DH_CHANNEL_MAX + 1]; /* the channel whose consumers are shown */
    size_t first;                    /* row of the list that stands at the top */
    bool paused, color, wide_chars;
};

/* Draw all of it on ncurses' screen. */
void dhi_top_draw(struct dhi_top *top);

/* What is wrong with a channel at first sight; NULL: nothing. */
const char *dhi_top_problem(const struct dhi_watched *watched);

#endif
