/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "client/call.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], socket_path[96], log_path[96], state[64];

void world_open(void)
{
    snprintf(folder, sizeof folder, "/tmp/dh-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    chmod(folder, 0777);
    snprintf(socket_path, sizeof socket_path, "%s/broker.sock", folder);
    snprintf(log_path, sizeof log_path, "%s/log", folder);
    setenv("DH_BROKER", socket_path, 1);
}

void world_close(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    unlink(socket_path);
    unlink(log_path);
    ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

void world_open_with_state(void)
{
    world_open();
    strcpy(state, "/tmp/dh-state-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(state));
    setenv("DH_STATE", state, 1);
}

void world_close_with_state(void)
{
    char command[96];

    snprintf(command, sizeof command, "rm -rf '%s'", state);
    ck_assert_int_eq(system(command), 0);
    world_close();
}

const char *world_state(void)
{
    return state;
}

static char policy_path[64];

void world_open_with_policy(void)
{
    int fd;

    world_open();
    strcpy(policy_path, "/tmp/dh-conf-XXXXXX");
    fd = mkstemp(policy_path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

void world_close_with_policy(void)
{
    unlink(policy_path);
    world_close();
}

void world_write_policy(const char *lines, const char *channel, const char *more)
{
    FILE *out = fopen(policy_path, "we");

    ck_assert_ptr_nonnull(out);
    if (channel != NULL) fprintf(out, "[channel %.40s*]\n", channel);
    fputs(lines, out);
    fputs(more, out);
    ck_assert_int_eq(fclose(out), 0);
}

char *world_policy(void)
{
    return policy_path;
}

const char *world_socket(void)
{
    return socket_path;
}

const char *world_channel(const char *name)
{
    static char names[4][DH_CHANNEL_MAX + 1];
    static unsigned next;
    char *mine = names[next++ % 4];

    snprintf(mine, sizeof names[0], "test.%d.%s", getpid(), name);
    return mine;
}

const struct dh_schema *world_schema(void)
{
    static const struct dh_schema *schema; /* made once: threads share it */

    if (schema == NULL) schema = schema_from_text(0, text_pair, policy_wait(8, 4));
    return schema;
}

const char *world_log(void)
{
    static char text[65536];
    int fd = open(log_path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (fd >= 0) close(fd);
    text[got < 0 ? 0 : got] = 0;
    return text;
}

/* ---- brokers ----------------------------------------------------------------------------- */

bool broker_answers(void)
{
    int fd, err = dhi_call_broker(&fd, NULL, dh_in(DH_S), NULL);

    if (err) return false;
    close(fd);
    return true;
}

/* Root may knock before the socket's mode opens, which is the last that is done to it; others may
 * not. */
static bool everybody_may_knock(void)
{
    struct stat status;

    return stat(world_socket(), &status) == 0 && (status.st_mode & S_IWOTH) != 0;
}

static void become(uid_t uid)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
    if (uid != 0 && (setgid(uid) != 0 || setuid(uid) != 0)) _exit(126);
    if (uid != 0) unsetenv("HOME");   /* root's is not theirs to read */
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* setuid clears it */
    prctl(PR_SET_DUMPABLE, 1);        /* and hides /proc/self/fd */
}

pid_t broker_start(uid_t uid, const char *option, const char *value)
{
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    pid_t child = fork();

    if (child == 0) {
        become(uid);
        dup2(log, STDERR_FILENO);
        execl(DHBROKER, "dhbroker", "--foreground", "--verbose", option, value, (char *)NULL);
        _exit(127);
    }
    close(log);
    ck_assert_msg(BECOMES(30000, broker_answers() && everybody_may_knock()), "no broker: %s",
                  world_log());
    return child;
}

int broker_run(char *const arguments[], char *text, size_t size)
{
    size_t used = 0;
    ssize_t got = 1;
    int ends[2];
    pid_t child;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
        become(0);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        execv(DHBROKER, arguments);
        _exit(127);
    }
    close(ends[1]);
    for (; got > 0 && used < size - 1; used += (size_t)(got > 0 ? got : 0))
        got = read(ends[0], text + used, size - 1 - used);
    text[used] = 0;
    close(ends[0]);
    return process_wait(child);
}

int process_wait(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void process_kill(pid_t pid, int signal)
{
    int status;

    ck_assert_int_eq(kill(pid, signal), 0);
    status = process_wait(pid);
    /* Asked to end, it ends well: a sanitizer's finding is a failure too. */
    if (signal == SIGTERM) ck_assert_msg(status == 0, "status %d: %s", status, world_log());
}

/* ---- producers --------------------------------------------------------------------------- */

static void make(const char *channel, const void *secret, int orders, int verdicts)
{
    struct dh_producer_options options = { .secret = secret };
    struct dh_why why = { 0 };
    dh_producer *producer;
    char byte;
    dh_err err = dh_producer_open(&producer, world_schema(), channel, &options, &why);

    why.err = err;
    if (write(verdicts, &why, sizeof why) != sizeof why) _exit(2);
    if (err) _exit(1);
    while (read(orders, &byte, 1) < 0 && errno == EINTR) {
    }
    dh_producer_close(producer);
    _exit(0);
}

struct maker maker_start(const char *channel, uid_t uid, const void *secret)
{
    int orders[2], verdicts[2];
    struct maker maker;

    ck_assert_int_eq(pipe2(orders, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(verdicts, O_CLOEXEC), 0);
    maker.pid = fork();
    if (maker.pid == 0) {
        become(uid);
        close(orders[1]);
        make(channel, secret, orders[0], verdicts[1]);
    }
    close(orders[0]);
    close(verdicts[1]);
    maker.orders = orders[1];
    maker.verdicts = verdicts[0];

    struct dh_why why;
    ck_assert_int_eq(read(maker.verdicts, &why, sizeof why), sizeof why);
    ck_assert_msg(why.err == DH_OK, "producer of %s: %s", channel, why.text);
    return maker;
}

void maker_close(struct maker *maker)
{
    /* A word, not a hang-up: makers started later hold this end open too. */
    ck_assert_int_eq(write(maker->orders, "!", 1), 1);
    close(maker->orders);
    ck_assert_int_eq(process_wait(maker->pid), 0);
    close(maker->verdicts);
}

void maker_kill(struct maker *maker)
{
    process_kill(maker->pid, SIGKILL);
    close(maker->orders);
    close(maker->verdicts);
}

int as_user(uid_t uid, int (*act)(const void *), const void *argument)
{
    pid_t child = fork();

    if (child == 0) {
        become(uid);
        _exit(act(argument));
    }
    return process_wait(child);
}

/* ---- looking ----------------------------------------------------------------------------- */

dh_err look_up(const char *channel, const void *secret, struct dh_why *why)
{
    struct dhi_fds fds;
    dh_err err = dhi_discover(&fds, channel, DHI_OBSERVER, NULL, secret, dh_in(20 * DH_S), why);

    if (!err) dhi_fds_close(&fds);
    return err;
}

struct dh_channel_entry listed(const char *channel)
{
    struct dh_channel_entry *entries, found = { 0 };
    struct dh_why why;
    bool answers;
    size_t n;

    ck_assert_int_eq(dh_hub_list(NULL, channel, dh_in(5 * DH_S), &entries, &n, &answers, &why),
                     DH_OK);
    ck_assert_uint_le(n, 1);
    if (n == 1) found = entries[0];
    free(entries);
    return found;
}

int open_descriptors(pid_t pid)
{
    char path[32];
    DIR *list;
    int n = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    list = opendir(path);
    ck_assert_ptr_nonnull(list);
    while (readdir(list) != NULL)
        n++;
    closedir(list);
    return n;
}

/* ---- raw --------------------------------------------------------------------------------- */

static int call_address(const struct dhi_address *address)
{
    int fd = dhi_socket_connect(address, dh_in(DH_S));

    ck_assert_msg(fd >= 0, "connect: %s", strerror(errno));
    return fd;
}

int raw_call(const char *path)
{
    struct dhi_address address;

    ck_assert(dhi_address_file(&address, path));
    return call_address(&address);
}

int raw_call_direct(uint32_t uid, const char *channel)
{
    struct dhi_address address;

    dhi_direct_address(&address, uid, channel);
    return call_address(&address);
}

int raw_ask(int fd, const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
            struct dhi_wire_reply *reply)
{
    struct dhi_cargo in = { .n = 0 };
    dh_err err = dhi_exchange(fd, request, cargo, reply, &in, dh_in(5 * DH_S), NULL);

    dhi_cargo_close(&in);
    return err ? -1 : reply->status;
}
