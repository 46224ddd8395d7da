/* SPDX-License-Identifier: Apache-2.0
 *
 * account.h - who mended a channel says so, for the broker's audit trail.
 */
#ifndef DHI_CLIENT_ACCOUNT_H
#define DHI_CLIENT_ACCOUNT_H

/* "recover: 1 dead removed": the broker adds when and who; 79 bytes are kept. What was done is
 * done, so it is no error if nobody writes it down: without a broker there is no trail, and one
 * that does not answer at once holds nobody up for more than half a second. */
void dhi_account(const char *broker, const char *channel, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
