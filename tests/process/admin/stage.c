/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Fork and become `program`; what the test leaves behind dies with it. */
static pid_t spawn(const char *program, const char *const *arguments, int in, int out, int err,
                   uid_t uid)
{
    const char *argv[16] = { program };
    pid_t parent = getpid(), pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0) return pid;
    for (size_t i = 0; arguments[i] != NULL && i < 14; i++)
        argv[i + 1] = arguments[i];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(125);
    if (in >= 0) dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    if (uid != 0 && (setgid(uid) != 0 || setuid(uid) != 0)) _exit(126);
    execv(program, (char *const *)(const void *)argv);
    _exit(127);
}

static void pipe_of(int fds[2])
{
    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
}

/* ---- peers -------------------------------------------------------------------------------- */

static void read_line(int fd, char *line, size_t room)
{
    size_t n = 0;

    while (n + 1 < room && read(fd, line + n, 1) == 1 && line[n] != '\n')
        n++;
    line[n] = 0;
}

void peer_start(struct peer *peer, const char *const *arguments)
{
    int to[2], from[2];
    char line[256];

    pipe_of(to);
    pipe_of(from);
    peer->pid = spawn(DHADMIN_PEER, arguments, to[0], from[1], STDERR_FILENO, 0);
    peer->to = to[1];
    peer->from = from[0];
    close(to[0]);
    close(from[1]);
    read_line(peer->from, line, sizeof line);
    ck_assert_str_eq(line, "ready");
}

void peer_say(struct peer *peer, const char *words, const char *expected)
{
    char line[256];
    int n = snprintf(line, sizeof line, "%s\n", words);

    ck_assert_int_eq(write(peer->to, line, (size_t)n), n);
    read_line(peer->from, line, sizeof line);
    ck_assert_str_eq(line, expected);
}

static void peer_gone(struct peer *peer)
{
    ck_assert_int_eq(waitpid(peer->pid, NULL, 0), peer->pid);
    close(peer->to);
    close(peer->from);
}

void peer_kill(struct peer *peer)
{
    kill(peer->pid, SIGKILL);
    peer_gone(peer);
}

void peer_end(struct peer *peer)
{
    peer_say(peer, "end", "ended");
    peer_gone(peer);
}

/* ---- dhadmin ------------------------------------------------------------------------------ */

/* Both outputs to their ends, whichever comes first. */
static void drain(int out, int err, struct run *run)
{
    struct pollfd fds[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
    size_t used[2] = { 0 }, rooms[2] = { sizeof run->out, sizeof run->err };
    char *texts[2] = { run->out, run->err };

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        ck_assert_int_gt(poll(fds, 2, 20000), 0);
        for (int i = 0; i < 2; i++) {
            ssize_t n;
            if (fds[i].fd < 0 || fds[i].revents == 0) continue;
            n = read(fds[i].fd, texts[i] + used[i], rooms[i] - 1 - used[i]);
            if (n > 0)
                used[i] += (size_t)n;
            else
                fds[i].fd = -1;
        }
    }
    run->out[used[0]] = 0;
    run->err[used[1]] = 0;
}

static int status_of(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void run_admin_as(struct run *run, uid_t uid, const char *const *arguments)
{
    int out[2], err[2];
    pid_t pid;

    pipe_of(out);
    pipe_of(err);
    pid = spawn(DHADMIN, arguments, -1, out[1], err[1], uid);
    close(out[1]);
    close(err[1]);
    drain(out[0], err[0], run);
    close(out[0]);
    close(err[0]);
    run->status = status_of(pid);
}

void run_admin(struct run *run, const char *const *arguments)
{
    run_admin_as(run, 0, arguments);
}

void live_start(struct live *live, const char *const *arguments)
{
    int out[2], err[2];

    pipe_of(out);
    pipe_of(err);
    live->pid = spawn(DHADMIN, arguments, -1, out[1], err[1], 0);
    live->from = out[0];
    live->errors = err[0];
    close(out[1]);
    close(err[1]);
}

void live_expect(struct live *live, const char *words)
{
    char text[65536];
    size_t n = 0;

    do {
        ck_assert_msg(n + 1 < sizeof text && read(live->from, text + n, 1) == 1,
                      "'%s' comes before the end of: %.*s", words, (int)n, text);
        text[++n] = 0;
    } while (strstr(text, words) == NULL);
}

void live_end(struct live *live, int number, struct run *run)
{
    if (number != 0) kill(live->pid, number);
    drain(live->from, live->errors, run);
    close(live->from);
    close(live->errors);
    run->status = status_of(live->pid);
}

void broker_start(struct broker *broker, const char *socket)
{
    int log[2];
    char line[1024];

    pipe_of(log);
    broker->pid = spawn(DHBROKER, (const char *const[]){ "--foreground", "--socket", socket, NULL },
                        -1, log[1], log[1], 0);
    broker->log = log[0];
    close(log[1]);
    do {
        read_line(broker->log, line, sizeof line);
        ck_assert_msg(line[0] != 0, "the broker serves");
    } while (strstr(line, "serves") == NULL);
}

void broker_end(struct broker *broker)
{
    kill(broker->pid, SIGTERM);
    ck_assert_int_eq(waitpid(broker->pid, NULL, 0), broker->pid);
    close(broker->log);
}
