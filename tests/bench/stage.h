/* SPDX-License-Identifier: Apache-2.0
 *
 * stage.h - what the processes of one row share: where they meet, and what they found out.
 *
 *      dh-bench ──fork──▶ role 0   ping, or the producer     ─┐
 *               ──fork──▶ role 1   pong, or a consumer        ├──▶ the stage ──▶ dh-bench
 *               ──fork──▶ role 2 … more consumers            ─┘
 *
 * Each word has one writer: its role.
 */
#ifndef TESTS_BENCH_STAGE_H
#define TESTS_BENCH_STAGE_H

#include "histogram.h"
#include "machine.h"

#include <stdnoreturn.h>

enum { STAGE_ROLES_MAX = 17, STAGE_TEXT_BYTES = 256 };

struct stage_role {
    _Alignas(64) uint32_t arrived; /* how often it came to stage_meet() */
    uint32_t warm;                 /* 1: this consumer measures from now on */
    double value;                  /* what it measured, in the row's unit; 0: nothing */
    uint64_t checked;              /* messages whose number and content it verified */
    char failure[STAGE_TEXT_BYTES];
};

/* A line that one role writes and the other reads. */
struct stage_line {
    _Alignas(64) uint64_t turn;
};

struct stage {
    struct machine machine;
    unsigned n_roles;
    bool alone;      /* nobody waits for this process: failures go to standard error */
    int64_t run_ns;  /* how long to measure, after a warm-up */
    int64_t warm_ns; /* how long to warm up */
    struct stage_role roles[STAGE_ROLES_MAX];
    struct stage_line lines[2]; /* handed there and back before a row begins … */
    double line_ns;     /* … for this: how far its two cores are apart just now; 0: one core */
    double ns_per_unit; /* of the histogram's values */
    struct histogram histogram;
};

/* In a child: this process is `role` from now on. */
void stage_enter(struct stage *stage, unsigned role);

/* Wait until all roles have come here as often as this one. */
void stage_meet(void);

/* A consumer is warm; whether all are (every role but 0). So a producer knows from when on it must
 * go on for the whole time of a row, however late consumers were. */
void stage_warm(void);
bool stage_all_warm(void);

/* Say what went wrong, and end this process; the others are ended by dh-bench. */
noreturn void stage_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What this role found out. */
void stage_value(double value);
void stage_checked(uint64_t messages);

/* A time in ticks. */
uint64_t stage_ticks(int64_t ns);

#endif
