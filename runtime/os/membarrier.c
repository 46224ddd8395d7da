/* SPDX-License-Identifier: Apache-2.0 */
#include "os/membarrier.h"

#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

bool dhi_membarrier_register(void)
{
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0) == 0;
}

/* Cannot fail once registered, and going on without the fence would lose what it orders. */
static void barrier(int command)
{
    if (syscall(SYS_membarrier, command, 0, 0) != 0) abort();
}

void dhi_membarrier(void)
{
    barrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED);
}

bool dhi_membarrier_register_own(void)
{
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

void dhi_membarrier_own(void)
{
    barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}
