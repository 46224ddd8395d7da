/* SPDX-License-Identifier: Apache-2.0 */
#include "roudi.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t roudi;
static int its_talk; /* stays open: it goes on to talk */

/* In the child: the daemon says on its output when it is ready. */
static void become_roudi(int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execlp("iox-roudi", "iox-roudi", "-m", "off", (char *)NULL);
    _exit(127);
}

/* Read on until it says so; false: it ended. */
static bool is_ready(int in)
{
    char text[4096];
    size_t have = 0;
    ssize_t got;

    while ((got = read(in, text + have, sizeof text - 1 - have)) > 0) {
        have += (size_t)got;
        text[have] = '\0';
        if (strstr(text, "RouDi is ready for clients") != NULL) return true;
        if (have > sizeof text / 2) {
            memmove(text, text + have / 2, have - have / 2);
            have -= have / 2;
        }
    }
    return false;
}

/* Ask it to end; false: it ended badly. */
static bool stop(void)
{
    int status = -1;

    kill(roudi, SIGTERM);
    waitpid(roudi, &status, 0);
    close(its_talk);
    roudi = 0;
    return status == 0;
}

bool roudi_start(void)
{
    sigset_t none;
    int out[2];

    if (roudi != 0) return roudi > 0;
    if (pipe2(out, O_CLOEXEC) != 0) return false;
    its_talk = out[0];
    roudi = fork();
    if (roudi == 0) {
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        become_roudi(out[1]);
    }
    close(out[1]);
    if (roudi > 0 && is_ready(its_talk)) return true;
    if (roudi > 0)
        (void)stop();
    else
        close(its_talk);
    roudi = -1;
    errno = ENOENT;
    return false;
}

void roudi_end(void)
{
    /* Over a client that was killed it aborts, and leaves its memory behind: the next one takes
     * that over, and puts it away when it ends. */
    if (roudi > 0 && !stop() && roudi_start()) (void)stop();
}

void roudi_hush(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}
