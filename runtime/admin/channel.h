/* SPDX-License-Identifier: Apache-2.0 */
/* From what a person calls a channel to an observer of it. */
#ifndef DHI_ADMIN_CHANNEL_H
#define DHI_ADMIN_CHANNEL_H

#include "command.h"

#include <dh/hub.h>
#include <dh/observer.h>

/* How long a listing may take. */
#define DHI_LIST_NS (2 * DH_S)

/* Whether `said` names the channel: all of it, or its end behind a dot. */
bool dhi_channel_is_called(const char *channel, const char *said);

/* Open the one channel that is called `said`; name it in `channel`. Several or none: complains,
 * with the candidates. `admin` asks for the consumers too; where only that is refused, *admin says
 * so. */
enum dhi_exit dhi_channel_open(const struct dhi_request *request, const char *said, bool *admin,
                               char channel[DH_CHANNEL_MAX + 1], dh_observer **observer);

/* The name of a user, or the number. */
enum { DHI_USER_BYTES = 64 };
const char *dhi_user(uint32_t uid, char name[DHI_USER_BYTES]);

#endif
