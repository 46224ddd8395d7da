/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: folders, sockets and the variables that name them. */
#include "doctor.h"

#include <dh/hub.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIX = 400 };

/* ---- the runtime folder ------------------------------------------------------------------- */

/* What a shell can do about a runtime folder that is of no use. */
static void another_folder(char fix[FIX])
{
    char path[64];

    snprintf(path, sizeof path, "/run/user/%u", geteuid());
    if (access(path, W_OK | X_OK) == 0)
        snprintf(fix, FIX, "export XDG_RUNTIME_DIR=%s", path);
    else
        snprintf(fix, FIX, "export XDG_RUNTIME_DIR=\"$(mktemp -d)\"");
}

static void check_folder(struct dhi_doctor *doctor, const char *path)
{
    struct stat status;
    char fix[FIX];

    if (stat(path, &status) != 0) {
        snprintf(fix, sizeof fix, "mkdir -p -m 700 '%.300s'", path);
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix, "XDG_RUNTIME_DIR: %.200s: %s", path,
                       strerror(errno));
    } else if (!S_ISDIR(status.st_mode)) {
        another_folder(fix);
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix, "XDG_RUNTIME_DIR: %.200s is no folder",
                       path);
    } else if (status.st_uid != geteuid()) {
        another_folder(fix);
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix,
                       "XDG_RUNTIME_DIR: %.200s belongs to user %u: a broker there is not trusted",
                       path, status.st_uid);
    } else if ((status.st_mode & 022) != 0) {
        snprintf(fix, sizeof fix, "chmod 700 '%.300s'", path);
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix,
                       "XDG_RUNTIME_DIR: others may write in %.200s, and put a socket there", path);
    } else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%.200s", path);
}

static void runtime_folder(struct dhi_doctor *doctor)
{
    const char *path = getenv("XDG_RUNTIME_DIR");
    char fix[FIX];

    another_folder(fix);
    if (path != NULL && path[0] == '/')
        check_folder(doctor, path);
    else if (path != NULL && path[0] != 0)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix, "XDG_RUNTIME_DIR is not absolute: %.100s",
                       path);
    else if (geteuid() == 0)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "XDG_RUNTIME_DIR is not set: /run/dh is used");
    else
        dhi_doctor_say(doctor, DHI_GRADE_HINT, fix,
                       "XDG_RUNTIME_DIR is not set: a broker of your own has no place");
}

/* ---- the broker --------------------------------------------------------------------------- */

int dhi_socket_try(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), failed;

    if (fd < 0) return errno;
    memcpy(address.sun_path, path, strlen(path) + 1);
    failed = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(fd);
    return failed == EAGAIN ? 0 : failed; /* its queue is full: it is there */
}

/* Whether DH_BROKER chose the path. */
static bool variable_counts(const struct dhi_request *request)
{
    const char *variable = getenv("DH_BROKER");

    return request->broker == NULL && variable != NULL && variable[0] != 0;
}

/* A path that somebody chose, and where no broker answers. */
static void no_broker(struct dhi_doctor *doctor, const char *path, int failed)
{
    char fix[FIX + DHI_REACH_BYTES], reach[DHI_REACH_BYTES], folder[200];
    const char *unset = variable_counts(doctor->request) ? "unset DH_BROKER" : NULL;
    struct stat status;

    snprintf(folder, sizeof folder, "%s", path);
    if (failed == ECONNREFUSED && lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        snprintf(fix, sizeof fix, "dhadmin cleanup%s", dhi_reach(doctor->request, reach));
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix,
                       "%s was left behind: no broker listens there", path);
    } else if (failed == EACCES) {
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, unset, "%s: you may not go there", path);
    } else if (lstat(path, &status) == 0) {
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, unset, "%s is no broker's socket", path);
    } else if (access(dirname(folder), F_OK) != 0) {
        snprintf(fix, sizeof fix, "mkdir -p -m 700 '%.150s'", folder);
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix, "the folder of %s is not there", path);
    } else if (unset != NULL) {
        dhi_doctor_say(doctor, DHI_GRADE_HINT, unset,
                       "DH_BROKER is set, and no broker answers at %s", path);
    } else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL,
                       "none: producers of one user are found directly");
}

static void broker(struct dhi_doctor *doctor)
{
    const struct dhi_request *request = doctor->request;
    bool variable = variable_counts(request);
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    int failed;

    if (dh_hub_socket_path(request->broker, path, sizeof path) != DH_OK) {
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM,
                       request->broker != NULL ? NULL
                       : variable              ? "unset DH_BROKER"
                                               : "export XDG_RUNTIME_DIR=\"$(mktemp -d)\"",
                       "the broker's path is longer than the %zu bytes of a socket's name",
                       sizeof path - 1);
        return;
    }
    failed = dhi_socket_try(path);
    if (failed == 0)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "answers at %s", path);
    else if (failed == ENOENT && !variable && request->broker == NULL)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL,
                       "none: producers of one user are found directly");
    else
        no_broker(doctor, path, failed);
}

/* ---- what dhadmin keeps ------------------------------------------------------------------- */

static void state_folder(struct dhi_doctor *doctor)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state != NULL && state[0] != 0 && state[0] != '/')
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, "unset XDG_STATE_HOME",
                       "XDG_STATE_HOME is not absolute: %.100s", state);
    else if ((state == NULL || state[0] == 0) && (home == NULL || home[0] != '/'))
        dhi_doctor_say(doctor, DHI_GRADE_HINT, "export XDG_STATE_HOME=\"$(mktemp -d)\"",
                       "neither HOME nor XDG_STATE_HOME is set: metrics --reset has no place");
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%.200s",
                       state != NULL && state[0] != 0 ? state : home);
}

const struct dhi_check dhi_checks_places[] = {
    { "runtime", runtime_folder },
    { "broker", broker },
    { "state", state_folder },
    { NULL, NULL },
};
