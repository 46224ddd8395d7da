/* SPDX-License-Identifier: Apache-2.0
 *
 * trace.h - a process in the tracer's hand: stepped through a call instruction by instruction, and
 * killed where one wants.
 *
 *      fork ─▶ set-up ─▶ marker ─▶ … ─▶ marker ─▶ I0 ─▶ I1 ─▶ … ─▶ In-1 ─▶ leave
 *                        (crash_stop)   (crash_call begins)          (crash_call ends)
 *
 * "Killed at k" means that I0 … Ik-1 were executed and Ik was not; killed at n, the call had
 * returned. A system call is one instruction, and so is a call into the kernel's page
 * of clocks. A system call that sleeps is also a place of its own: killed asleep in it.
 * Where others run in the victim's process and wait for it, instructions of other libraries are
 * passed over, too, but for their system calls: between those they change nothing that others see.
 *
 * To step from the beginning for each k would cost the square of the call's length. So a call is
 * recorded once, and a victim then runs at full speed to a breakpoint near its end: the m-th
 * arrival at that instruction. Clocks and process numbers differ from run to run and so may the
 * path; where the victim was really killed is asked again and told.
 */
#ifndef TESTS_CRASH_TRACE_H
#define TESTS_CRASH_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- in the victim ---- */

/* Stop until the tracer lets go on. */
void crash_stop(void);
/* Stop, call, stop: what lies between is stepped. */
void crash_call(void (*act)(void *), void *context);

/* ---- in the tracer ---- */

struct trace {
    uint64_t *pcs;   /* [n_max] of each instruction, in the order of execution */
    uint32_t *turns; /* [n_max] how often it had been executed before */
    uint8_t *sleeps; /* [n_max] a system call that waits for somebody */
    uint8_t *news;   /* [n_max] to be killed here is something else than to be killed one before:
                        shared memory has changed in between, or there was a system call */
    size_t n;
    size_t n_max;
};

struct tracee {
    pid_t pid;        /* of the thread in hand */
    pid_t process;    /* whose thread that is, where it is not its first; else 0 */
    bool has_threads; /* others run through the same code */
    /* What the others do once the victim sleeps; called once. NULL: it does not sleep. */
    void (*stimulate)(void *);
    /* Whether what the others can see has changed since the last time; for recording. */
    bool (*changed)(void *);
    /* A thread that serves others comes to no end of its own: whether there is nothing left to do
     * for it. NULL: it is no such thread. */
    bool (*served)(void *);
    void *context;
    bool stimulated;
    bool over;     /* it was all served */
    uint64_t back; /* where somebody else's function that it is in returns to; 0: it is in none */
    bool in_call;  /* it was stopped on its way into the kernel */
};

struct point {
    size_t k;
    bool asleep; /* in the system call at k */
    bool other;  /* the survivors go on in another order */
};

enum reached {
    REACHED_POINT, /* exactly there */
    REACHED_OTHER, /* the path was another this time; it stands somewhere in the call */
    REACHED_LEAVE, /* the call returned before */
    REACHED_EXIT,  /* the process ended: its set-up failed */
};

/* Whether a process may trace its child here. */
bool trace_allowed(void);

/* Room for n_max steps, shared with processes forked later. */
bool trace_open(struct trace *trace, size_t n_max);

/* In a child that is to be traced: stop, until the tracer goes on with it. Of that child, in the
 * tracer: false if it ended. */
void tracee_begin(void);
bool tracee_adopt(struct tracee *tracee);
/* A child that runs: stops where it is. */
bool tracee_seize(struct tracee *tracee);
/* One instruction. */
bool tracee_step(struct tracee *tracee);
/* Until it is about to enter a function. */
enum reached tracee_run_to_function(struct tracee *tracee, uint64_t address);
/* It runs on by itself; again, or without one: nothing. */
void tracee_let_go(struct tracee *tracee);
/* Let it run to its next marker; false if it ended instead, and then it is waited for. */
bool tracee_run_to_marker(struct tracee *tracee);
/* From a marker on another thread of that process is in hand; the marker's runs on by itself. */
bool tracee_turn_to_thread(struct tracee *tracee, pid_t thread);
/* From the marker of crash_call, step to its end. REACHED_LEAVE, or what went wrong. */
enum reached tracee_record(struct tracee *tracee, struct trace *trace);
/* From the marker of crash_call to `point`; *pc is where it stands. */
enum reached tracee_run_to(struct tracee *tracee, const struct trace *trace, struct point point,
                           uint64_t *pc);
/* SIGKILL, and wait for it. */
void tracee_kill(struct tracee *tracee);
/* Whether a task ("/proc/…/stat") sleeps in the kernel. */
bool task_sleeps(const char *stat_path);

#endif
