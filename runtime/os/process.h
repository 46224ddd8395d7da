/* SPDX-License-Identifier: Apache-2.0
 *
 * process.h - another process by a descriptor (pidfd), so that no later one with its number is ever
 * meant (close it with close()); and this one, among its forks.
 */
#ifndef DHI_OS_PROCESS_H
#define DHI_OS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* -1 with errno: ESRCH (there is none), EINVAL (0). */
int dhi_process_open(uint32_t pid);
/* Who is at the other end of a connection, whatever became of its number meanwhile; -1: it is gone,
 * or the kernel is older than 6.5. */
int dhi_process_of_peer(int connection);
/* Whose the process of that number is, by its real user id; false: it is gone, or /proc does not
 * tell. */
bool dhi_process_user(uint32_t pid, uint32_t *uid);
/* SIGKILL. False with errno: EPERM. One that has ended already is fine. */
bool dhi_process_kill(int process);
/* Wait for its end: of all its threads, and that its descriptors are closed. False: it lives on. */
bool dhi_process_await_end(int process, int64_t deadline_ns);

/* A descriptor that tells others of our death, under another number: of a process that ends the
 * kernel closes the highest first, and takes ten milliseconds and more for some (inotify; memory
 * that nobody else has). Takes fd; where there is no such number, or fd is -1, gives it back. */
int dhi_fd_goes_first(int fd);

/* How many fork()s lie between whoever called this first and this process. What was opened under
 * another number belongs to an ancestor, whose threads, mappings and leases are not here. */
uint32_t dhi_forks(void);

#endif
