/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure REPORT COMMAND [ARGUMENT…]: runs the command once and writes one line to REPORT: status,
 * wall, user and system time in microseconds, peak memory in KiB, page faults, signal. It is this
 * small because a process's peak counts what its parent had when it was made: from an interpreter,
 * no tool would ever seem to need less than that.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long microseconds(struct timeval time)
{
    return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int argc, char **argv)
{
    struct rusage used;
    pid_t child;
    int status;

    if (argc < 3) {
        fprintf(stderr, "usage: measure REPORT COMMAND [ARGUMENT...]\n");
        return 64;
    }
    long long start = now_us();
    int error = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
    if (error) {
        fprintf(stderr, "measure: cannot start '%s': %s\n", argv[2], strerror(error));
        return 69;
    }
    while (wait4(child, &status, 0, &used) < 0) {
        if (errno != EINTR) return 71;
    }
    long long wall = now_us() - start;
    FILE *report = fopen(argv[1], "w");
    if (!report) {
        fprintf(stderr, "measure: cannot write '%s': %s\n", argv[1], strerror(errno));
        return 73;
    }
    fprintf(report, "%d %lld %lld %lld %ld %ld %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            wall, microseconds(used.ru_utime), microseconds(used.ru_stime), used.ru_maxrss,
            used.ru_minflt, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return fclose(report) == 0 ? EXIT_SUCCESS : 74;
}
