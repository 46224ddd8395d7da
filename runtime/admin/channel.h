/* SPDX-License-Identifier: Apache-2.0 */
/* From what a person calls a channel to an observer of it. */
#ifndef DHI_ADMIN_CHANNEL_H
#define DHI_ADMIN_CHANNEL_H

#include "command.h"

#include <dh/hub.h>
#include <dh/observer.h>
#include <dh/recovery.h>

/* How long a listing may take. */
#define DHI_LIST_NS (2 * DH_S)

/* Whether `said` names the channel: all of it, or its end behind a dot. */
bool dhi_channel_is_called(const char *channel, const char *said);

/* Its producer did not answer the listing, and the broker does not know it: nobody can look at it,
 * and its schema and policy were not told. */
bool dhi_channel_is_mute(const struct dh_channel_entry *entry);

/* Open the one channel that is called `said`; name it in `channel`. Several or none: complains,
 * with the candidates. `admin` asks for the consumers too; where only that is refused, *admin says
 * so. */
enum dhi_exit dhi_channel_open(const struct dhi_request *request, const char *said, bool *admin,
                               char channel[DH_CHANNEL_MAX + 1], dh_observer **observer);

/* The channels that the request's PATTERN names, to be freed. Where there are none it says so, to
 * people; NO_CHANNEL: none matches the PATTERN, which is an answer, too. Complains. */
enum dhi_exit dhi_channel_list(const struct dhi_request *request, struct dh_channel_entry **entries,
                               size_t *n, bool *broker);

/* The whole name of the one channel that is called `said`, or `said` itself where none is listed.
 * Several: complains. */
enum dhi_exit dhi_channel_name(const struct dhi_request *request, const char *said,
                               char channel[DH_CHANNEL_MAX + 1]);

/* The name as it stands; too long for one: complains. */
enum dhi_exit dhi_channel_whole(const struct dhi_request *request, const char *name,
                                char channel[DH_CHANNEL_MAX + 1]);

/* Do something to the channel of the request's argument, or to each that is listed; `done` answers
 * with an exit code. Returns the worst: the code of the one channel, or PROBLEMS. */
typedef enum dhi_exit (*dhi_channel_do)(const struct dhi_request *request, const char *channel,
                                        void *context);
enum dhi_exit dhi_channel_each(const struct dhi_request *request, dhi_channel_do done,
                               void *context);

/* The names that are nearest to one which is not there, if any is near: "did you mean …?" */
void dhi_channel_suggest(const struct dhi_request *request, const char *said);

/* The name of a user, or the number. */
enum { DHI_USER_BYTES = 64 };
const char *dhi_user(uint32_t uid, char name[DHI_USER_BYTES]);

#endif
