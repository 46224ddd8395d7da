/* SPDX-License-Identifier: Apache-2.0
 *
 * rounds.h - who is told that a round of libmicrohttpd begins, and with how many connections.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

typedef void rounds_begin(unsigned connections);

#endif
