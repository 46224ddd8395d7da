/* SPDX-License-Identifier: Apache-2.0
 *
 * observer.h - the inside of an observer.
 */
#ifndef DHI_CLIENT_OBSERVER_H
#define DHI_CLIENT_OBSERVER_H

#include "block/segment.h"

#include <dh/observer.h>

struct dh_observer {
    struct dhi_block *block; /* role OBSERVER or ADMIN */
};

#endif
