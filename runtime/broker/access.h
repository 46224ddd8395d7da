/* SPDX-License-Identifier: Apache-2.0
 *
 * access.h - who may what at this desk: owners, root, and whom the policy grants it.
 */
#ifndef DHI_BROKER_ACCESS_H
#define DHI_BROKER_ACCESS_H

#include "broker/desk.h"

/* Whether the session may have that of a channel of this name and owner. */
bool dhi_access_granted(const struct dhi_desk *desk, const struct dhi_session *session,
                        const struct dhi_channel *channel, enum dhi_grant grant);
/* Whether it may know that the channel is there: any grant does. */
bool dhi_access_visible(const struct dhi_desk *desk, const struct dhi_session *session,
                        const struct dhi_channel *channel);
/* Whether it may read that schema: who brought it, and who may see a channel that carries it or
 * carried it. */
bool dhi_access_schema(struct dhi_desk *desk, const struct dhi_session *session,
                       const unsigned char hash[32]);
/* What it takes to be given descriptors in that role. */
enum dhi_grant dhi_access_of_role(uint8_t role);

#endif
