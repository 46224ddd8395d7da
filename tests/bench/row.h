/* SPDX-License-Identifier: Apache-2.0
 *
 * row.h - a row of the table: what is measured, by how many processes, in which unit.
 */
#ifndef TESTS_BENCH_ROW_H
#define TESTS_BENCH_ROW_H

#include "lane.h"

enum group {
    GROUP_LIMITS,
    GROUP_LATENCY,
    GROUP_STREAM,
    GROUP_BULK,
    GROUP_FANOUT,
    GROUP_WAKE,
    GROUP_COST,
    GROUP_FAN,
    GROUP_IDLE,
    GROUP_MEMORY,
    N_GROUPS
};

enum unit {
    UNIT_NS,         /* a time */
    UNIT_PER_SECOND, /* messages */
    UNIT_BYTES_PER_SECOND,
    UNIT_BYTES,
    UNIT_COUNT,
};

struct row;

/* One row being measured, as each of its processes sees it. */
struct scene {
    const struct row *row;
    struct stage *stage;   /* shared */
    struct lane *lanes[2]; /* there, and back; private copies after the fork */
    void *shared;          /* for a row's own use */
    int fds[2];            /* likewise; -1: none */
};

struct row {
    char name[64];       /* "latency/hub/64": what --filter looks at */
    const char *subject; /* "hub": rows of one group and size are compared by it */
    const char *title;   /* "hub, latest value" */
    enum group group;
    enum unit unit;
    uint32_t size; /* of a message, bytes; 0: it has none */
    uint32_t n_readers;
    unsigned n_roles;
    const struct transport *transport; /* NULL: no lanes */
    int variant;                       /* for the row's own use */
    bool (*prepare)(struct scene *scene);
    void (*dismiss)(struct scene *scene);
    void (*play)(struct scene *scene, unsigned role);
};

enum { ROWS_MAX = 352 };

/* All rows, in the order in which they are measured and shown: those that are compared follow each
 * other. Returns how many. */
unsigned rows_make(struct row rows[ROWS_MAX]);

/* Peers that could not be built, as a sentence, or NULL. */
const char *rows_missing(void);

const char *group_name(enum group group);

#endif
