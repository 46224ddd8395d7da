/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the C program of partner.c and talks with it. */
#ifndef TEST_PARTNER_HPP
#define TEST_PARTNER_HPP

#include "partner.h"

#include <check.h>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* It runs as long as this lives; its standard input and output are `line`. */
struct Partner {
    inline static const char *program = ""; /* its path */
    int line = -1;
    pid_t pid = -1;

    Partner(const char *what, const char *channel, const char *n)
    {
        int ends[2];
        posix_spawn_file_actions_t actions;
        std::string words[] = { program, what, channel, n };
        char *argv[] = { words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                         nullptr };

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        ck_assert_int_eq(posix_spawn_file_actions_init(&actions), 0);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        ck_assert_int_eq(posix_spawn(&pid, program, &actions, nullptr, argv, environ), 0);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        line = ends[0];
    }
    Partner(const Partner &) = delete;
    Partner &operator=(const Partner &) = delete;
    ~Partner() { close(line); }

    void wait_until_ready() const
    {
        char byte = 0;
        ck_assert_int_eq(read(line, &byte, 1), 1);
        ck_assert_int_eq(byte, 'r');
    }
    void begin() const { ck_assert_int_eq(write(line, "b", 1), 1); }
    void check_end() const
    {
        int status = 0;
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert(WIFEXITED(status));
        ck_assert_int_eq(WEXITSTATUS(status), PARTNER_RIGHT);
    }
};

#endif
