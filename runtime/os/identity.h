/* SPDX-License-Identifier: Apache-2.0
 *
 * identity.h - who this process is, for the people who look at a block.
 */
#ifndef DHI_OS_IDENTITY_H
#define DHI_OS_IDENTITY_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* Who a participant is: for people. What proves life is its lease. */
struct dhi_identity {
    uint32_t pid;
    uint32_t uid;
    uint64_t pid_namespace;
    uint64_t process_start;
    unsigned char boot[16];
    unsigned char instance[16];
    char program[48];
    uint64_t reserved[3];
};
static_assert(sizeof(struct dhi_identity) == 128, "two lines");

/* Fill it in, with a new random instance. What /proc does not tell stays 0. */
void dhi_identity_self(struct dhi_identity *identity);

/* What /proc says that process is doing: 'R', 'S', 'D', 'T' … as in proc(5); 0: it is gone, its pid
 * is another's by now, it is in another pid namespace, or /proc does not tell. A start or a
 * namespace of 0 is not compared. */
char dhi_identity_state(uint32_t pid, uint64_t start, uint64_t pid_namespace);

/* Whether that process is ending and no thread of it will ever touch memory again: the kernel lets
 * go of a process's memory first, of its locks and sockets when it has put all of that away, which
 * takes it 0.1 s a gigabyte. What those threads wrote is seen by who is told so. False is no proof
 * of life: it is in another pid namespace, or another user's, has more than 256 threads, or is gone
 * altogether. About 10 µs. */
bool dhi_identity_let_go(uint32_t pid, uint64_t pid_namespace);

#endif
