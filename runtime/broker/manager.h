/* SPDX-License-Identifier: Apache-2.0
 *
 * manager.h - what systemd and a service say to each other: the socket that it holds for us,
 * "ready", "alive". Without it all of this is silent.
 */
#ifndef DHI_BROKER_MANAGER_H
#define DHI_BROKER_MANAGER_H

#include <stdint.h>

/* The listening socket that was handed over (LISTEN_FDS); -1: none, -2: something else was. */
int dhi_manager_listener(void);

/* One datagram to $NOTIFY_SOCKET: "READY=1\nSTATUS=…". */
void dhi_manager_tell(const char *state);
/* Begin to read the configuration again; then "READY=1". */
void dhi_manager_tell_reloading(void);

/* How often "WATCHDOG=1" is wanted: half of $WATCHDOG_USEC; 0: not at all. */
uint64_t dhi_manager_watchdog_ms(void);

#endif
