/* SPDX-License-Identifier: Apache-2.0 */
/* Processes for tests of dhadmin: peers that do as they are told, and runs of dhadmin itself. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct peer {
    pid_t pid;
    int to, from;
};

/* Start `peer` with these arguments (NULL ends them), and read the line that says it is ready. */
void peer_start(struct peer *peer, const char *const *arguments);
/* Say one line and expect one. */
void peer_say(struct peer *peer, const char *line, const char *expected);
/* Kill it with SIGKILL and wait until it is gone. */
void peer_kill(struct peer *peer);
/* Have it close in order. */
void peer_end(struct peer *peer);

/* One run of dhadmin, ended. */
struct run {
    int status; /* of exit; -1: a signal */
    char out[65536], err[8192];
};

void run_admin(struct run *run, const char *const *arguments);
/* The same as another user. */
void run_admin_as(struct run *run, uid_t uid, const char *const *arguments);

/* A run that goes on: started, its standard output read line by line, then ended. */
struct live {
    pid_t pid;
    int from, errors;
};
void live_start(struct live *live, const char *const *arguments);
/* Read until the output so far holds `words`; fails the test when it ends before. */
void live_expect(struct live *live, const char *words);
/* Send a signal (0: none) and wait for the end; standard error in run->err. */
void live_end(struct live *live, int signal, struct run *run);

/* A broker on that socket, which serves when this returns; and its end. */
struct broker {
    pid_t pid;
    int log;
};
void broker_start(struct broker *broker, const char *socket);
void broker_end(struct broker *broker);

#endif
