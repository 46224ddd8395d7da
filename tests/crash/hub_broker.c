/* SPDX-License-Identifier: Apache-2.0
 *
 * hub_broker.c - one dhbroker for all campaigns, in a folder of its own; what it holds before and
 * after.
 */
#include "client/call.h"
#include "hub.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/dh-crash.XXXXXX";
static pid_t broker;
static unsigned n_fds;

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL);
}

static bool answers(void)
{
    int fd;

    if (dhi_call_broker(&fd, NULL, dh_in(DH_S), NULL) != DH_OK) return false;
    close(fd);
    return true;
}

/* Its descriptors whose names have `text` in them; all: "". */
static unsigned count_fds(const char *text)
{
    char path[64], name[512];
    const struct dirent *entry;
    unsigned n = 0;
    DIR *fds;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)broker);
    fds = opendir(path);
    while (fds != NULL && (entry = readdir(fds)) != NULL) {
        ssize_t got = readlinkat(dirfd(fds), entry->d_name, name, sizeof name - 1);

        if (got < 0) continue;
        name[got] = '\0';
        n += strstr(name, text) != NULL;
    }
    if (fds != NULL) closedir(fds);
    return n;
}

unsigned hub_broker_keeps(const char *channel, int64_t patience_ns)
{
    int64_t until = dh_in(patience_ns);
    char name[64];
    unsigned n;

    snprintf(name, sizeof name, "dh:%s:", channel);
    while ((n = count_fds(name)) > 0 && dh_now() < until)
        rest();
    return n;
}

bool hub_start(void)
{
    static char path[sizeof folder + 16];
    int64_t until = dh_in(30 * DH_S);

    if (mkdtemp(folder) == NULL) {
        perror("dh-crash: a folder for the broker");
        return false;
    }
    snprintf(path, sizeof path, "%s/broker.sock", folder);
    setenv("DH_BROKER", path, 1);
    unsetenv("DH_STATE");
    broker = fork();
    if (broker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        execl(DHBROKER, "dhbroker", "--foreground", (char *)NULL);
        perror(DHBROKER);
        _exit(127);
    }
    while (!answers()) {
        if (dh_now() > until || waitpid(broker, NULL, WNOHANG) != 0) {
            fprintf(stderr, "dh-crash: the broker does not answer\n");
            return false;
        }
        rest();
    }
    do { /* its own are all there, and our calls hung up */
        n_fds = count_fds("");
        for (int i = 0; i < 20; i++)
            rest();
    } while (n_fds != count_fds("") && dh_now() < until);
    return true;
}

bool hub_stop(void)
{
    int64_t until = dh_in(5 * DH_S);
    unsigned n;
    int status = -1;

    if (broker == 0) return true;
    while ((n = count_fds("")) > n_fds && dh_now() < until)
        rest();
    if (n > n_fds) printf("the broker has %u descriptors, where it had %u before\n", n, n_fds);
    kill(broker, SIGTERM);
    waitpid(broker, &status, 0);
    broker = 0;
    if (status != 0) printf("the broker ended with status %x\n", (unsigned)status);
    if (rmdir(folder) != 0) printf("files are left behind: %s: %s\n", folder, strerror(errno));
    return n <= n_fds && status == 0 && access(folder, F_OK) != 0;
}
