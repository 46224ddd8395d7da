/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with this machine, this user or this shell for the hub's purposes, each with the
 * command that mends it. One function looks at one thing and says what it found.
 */
#ifndef DHI_ADMIN_DOCTOR_H
#define DHI_ADMIN_DOCTOR_H

#include "command.h"

enum dhi_grade {
    DHI_GRADE_FINE,
    DHI_GRADE_HINT,    /* would be better otherwise */
    DHI_GRADE_PROBLEM, /* something does not work, or far too slowly */
};

struct dhi_doctor {
    const struct dhi_request *request;
    const char *name; /* of the check at work */
    size_t n_problems, n_hints;
    void *rows; /* --json: a json_t array */
};

/* What the check at work found; `fix` is a command as a shell takes it, or NULL. */
void dhi_doctor_say(struct dhi_doctor *doctor, enum dhi_grade grade, const char *fix,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Whether somebody listens at that socket of the file system: 0, else an errno. Does not wait. */
int dhi_socket_try(const char *path);

struct dhi_check {
    const char *name;
    void (*look)(struct dhi_doctor *doctor);
};

/* Limits and scheduling of this process, as its shell gave them; what the kernel has; folders,
 * sockets and variables; the running broker. Each ends with a row without name. */
extern const struct dhi_check dhi_checks_process[], dhi_checks_kernel[], dhi_checks_places[],
    dhi_checks_broker[];

#endif
