/* SPDX-License-Identifier: Apache-2.0
 *
 * world.h - a broker of one's own, and processes that can be told to stop, be killed, or be another
 * user. Everything lives in a temporary folder and under channel names with this process's number.
 */
#ifndef TESTS_PROCESS_BROKER_WORLD_H
#define TESTS_PROCESS_BROKER_WORLD_H

#include "client/hub.h"
#include "support/block.h"
#include "wire/message.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <check.h>
#include <sys/types.h>
#include <time.h>

enum { STRANGER = 65534, OTHER_STRANGER = 65533 };

/* A temporary folder, $DH_BROKER in it, no broker yet. Everybody may look into the folder. */
void world_open(void);
/* Fails if the folder holds more than the socket and the log. */
void world_close(void);
/* The same, and a folder for the broker's registry, $DH_STATE. */
void world_open_with_state(void);
void world_close_with_state(void);
const char *world_state(void);
/* The same, and a file for the broker's policy: lines of the section for channels that begin with
 * `channel` (NULL: of none). */
void world_open_with_policy(void);
void world_close_with_policy(void);
void world_write_policy(const char *lines, const char *channel, const char *more);
char *world_policy(void);
const char *world_socket(void);
/* "name" with this process's number: no two tests meet. Static, four at a time. */
const char *world_channel(const char *name);
const struct dh_schema *world_schema(void);
/* What the broker logged so far. Static. */
const char *world_log(void);

/* Start dhbroker --foreground as user `uid`, with one more argument pair or NULL, and wait until it
 * answers. */
pid_t broker_start(uid_t uid, const char *option, const char *value);
/* Run dhbroker until it ends; its exit status. `text` gets its standard error. */
int broker_run(char *const arguments[], char *text, size_t size);
/* SIGTERM must end it with status 0. */
void process_kill(pid_t pid, int signal);
/* Wait for its end; its exit status, or minus the signal. */
int process_wait(pid_t pid);

/* A process that opens `channel` as a producer and keeps it until told. */
struct maker {
    pid_t pid;
    int orders;   /* a byte: close the producer in order */
    int verdicts; /* what dh_producer_open said */
};
struct maker maker_start(const char *channel, uid_t uid, const void *secret);
void maker_close(struct maker *maker);
void maker_kill(struct maker *maker);

/* Run `act` in a child of user `uid`; what it returns. */
int as_user(uid_t uid, int (*act)(const void *), const void *argument);

/* Look again each millisecond until it is so, for at most `ms`; whether it became so. */
#define BECOMES(ms, condition)                                       \
    __extension__({                                                  \
        int64_t until_ = dh_in((ms)*DH_MS);                          \
        bool is_so_;                                                 \
        while (!(is_so_ = (condition)) && dh_now() < until_)         \
            nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL); \
        is_so_;                                                      \
    })

/* Look a channel up as an observer and close what came. Fills `why`. */
dh_err look_up(const char *channel, const void *secret, struct dh_why *why);
/* The channel's entry in the list; via 0: not listed. */
struct dh_channel_entry listed(const char *channel);
bool broker_answers(void);
int open_descriptors(pid_t pid);

/* A raw connection, and a raw request on it; the status that came back, -1 after a hang-up. */
int raw_call(const char *path);
int raw_call_direct(uint32_t uid, const char *channel);
int raw_ask(int fd, const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
            struct dhi_wire_reply *reply);

#endif
