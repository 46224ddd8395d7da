/* SPDX-License-Identifier: Apache-2.0
 *
 * genmc.h - GenMC's words for a program of this folder that gcc compiles and this machine runs: one
 * execution of all those that GenMC tries. It proves nothing of orders; it fails when the world no
 * longer fits the sources.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define __VERIFIER_assume(condition)          \
    do {                                      \
        if (!(condition)) pthread_exit(NULL); \
    } while (0)

int program(void);

/* Who waits for somebody whose execution was cut waits on. */
static void cut(int number)
{
    (void)number;
    _exit(0);
}

int main(void)
{
    signal(SIGALRM, cut);
    alarm(1);
    program();
    pthread_exit(NULL);
}
#define main program
