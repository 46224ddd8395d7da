/* SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include "symbols.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* This file is the only one that knows the machine: x86-64. */
enum { INT3 = 0xcc, SYSCALL_0 = 0x0f, SYSCALL_1 = 0x05, NEAR = 400, SHORT_SLEEPS = 2 };

extern const char crash_leave[]; /* the instruction at which crash_call ends */

void crash_stop(void)
{
    __asm__ volatile("int3" ::: "memory");
}

void crash_call(void (*act)(void *), void *context)
{
    __asm__ volatile("int3" ::: "memory");
    act(context);
    __asm__ volatile(".globl crash_leave\ncrash_leave: int3" ::: "memory");
}

static void *shared(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

bool trace_open(struct trace *trace, size_t n_max)
{
    trace->n = 0;
    trace->n_max = n_max;
    trace->pcs = shared(n_max * sizeof *trace->pcs);
    trace->turns = shared(n_max * sizeof *trace->turns);
    trace->sleeps = shared(n_max);
    trace->news = shared(n_max);
    return trace->pcs != NULL && trace->turns != NULL && trace->sleeps != NULL &&
           trace->news != NULL;
}

bool trace_allowed(void)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(1);
        crash_stop();
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child) return false;
    if (!WIFSTOPPED(status)) return false;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return true;
}

/* ---- registers and memory ---- */

static uint64_t get_register(pid_t pid, size_t offset)
{
    return (uint64_t)ptrace(PTRACE_PEEKUSER, pid, (void *)offset, NULL);
}

#define REGISTER(pid, name) get_register(pid, offsetof(struct user_regs_struct, name))

static void set_pc(pid_t pid, uint64_t pc)
{
    ptrace(PTRACE_POKEUSER, pid, (void *)offsetof(struct user_regs_struct, rip), (void *)pc);
}

static uint64_t peek(pid_t pid, uint64_t address)
{
    return (uint64_t)ptrace(PTRACE_PEEKTEXT, pid, (void *)address, NULL);
}

static void poke(pid_t pid, uint64_t address, uint64_t word)
{
    ptrace(PTRACE_POKETEXT, pid, (void *)address, (void *)word);
}

/* Where it stands. Who was stopped on the way into the kernel stands before that. */
static uint64_t place_of(const struct tracee *tracee)
{
    return REGISTER(tracee->pid, rip) - (tracee->in_call ? 2 : 0);
}

static bool stands_before_call(pid_t pid, uint64_t pc)
{
    uint64_t word = peek(pid, pc);

    return (word & 0xff) == SYSCALL_0 && (word >> 8 & 0xff) == SYSCALL_1;
}

/* Of those, one that waits for a word to change, or for somebody to answer. */
static bool call_sleeps(const struct tracee *tracee)
{
    const pid_t pid = tracee->pid;
    uint64_t call = tracee->in_call ? REGISTER(pid, orig_rax) : REGISTER(pid, rax);
    uint64_t operation = REGISTER(pid, rsi) & (uint64_t)FUTEX_CMD_MASK;

    if (call == SYS_poll || call == SYS_ppoll) return true;
    return call == SYS_futex && (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET);
}

/* ---- waiting for it ---- */

bool task_sleeps(const char *stat_path)
{
    FILE *file = fopen(stat_path, "re");
    char line[256] = "";
    const char *at;

    if (file == NULL) return false;
    if (fgets(line, sizeof line, file) == NULL) line[0] = '\0';
    fclose(file);
    at = strrchr(line, ')');
    return at != NULL && strncmp(at, ") S", 3) == 0;
}

static bool tracee_sleeps(const struct tracee *tracee)
{
    char path[48];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)tracee->pid);
    return task_sleeps(path);
}

/* Once: what it waits for. */
static void stimulate(struct tracee *tracee)
{
    if (tracee->stimulate == NULL || tracee->stimulated) return;
    tracee->stimulated = true;
    tracee->stimulate(tracee->context);
}

/* It sleeps: whoever calls is given what it waits for, and a thread that serves others is stopped
 * when there is nothing left for it to do. */
static void look_at_sleeper(struct tracee *tracee)
{
    stimulate(tracee);
    if (tracee->served == NULL || tracee->over || !tracee->served(tracee->context)) return;
    tracee->over = true;
    ptrace(PTRACE_INTERRUPT, tracee->pid, NULL, NULL);
}

/* Until it stops; false if it ended. */
static bool await_stop(struct tracee *tracee)
{
    unsigned looks = 0;
    int status = 0;
    pid_t got;

    do {
        bool watch = (tracee->stimulate != NULL && !tracee->stimulated) ||
                     (tracee->served != NULL && !tracee->over);

        got = waitpid(tracee->pid, &status, __WALL | (watch ? WNOHANG : 0));
        if (got != 0) continue;
        sched_yield();
        if (++looks % 16 == 0 && tracee_sleeps(tracee)) /* most steps end sooner than /proc tells */
            look_at_sleeper(tracee);
    } while (got == 0 || (got < 0 && errno == EINTR));
    if (got == tracee->pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP) return true;
    if (got == tracee->pid && WIFSTOPPED(status)) tracee_kill(tracee); /* it crashed by itself */
    tracee->pid = -1;
    return false;
}

void tracee_begin(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a tracer that ends leaves nobody behind */
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    crash_stop();
}

bool tracee_adopt(struct tracee *tracee)
{
    if (!await_stop(tracee)) return false;
    ptrace(PTRACE_SETOPTIONS, tracee->pid, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL);
    return true;
}

bool tracee_seize(struct tracee *tracee)
{
    return ptrace(PTRACE_SEIZE, tracee->pid, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL) == 0 &&
           ptrace(PTRACE_INTERRUPT, tracee->pid, NULL, NULL) == 0 && await_stop(tracee);
}

void tracee_let_go(struct tracee *tracee)
{
    if (tracee->pid > 0) ptrace(PTRACE_DETACH, tracee->pid, NULL, NULL);
    tracee->pid = 0;
}

bool tracee_run_to_marker(struct tracee *tracee)
{
    return ptrace(PTRACE_CONT, tracee->pid, NULL, NULL) == 0 && await_stop(tracee);
}

/* The processor's own breakpoint, which stops this thread alone: others may run through the same
 * code. 0: none. */
static bool set_breakpoint(pid_t pid, uint64_t address)
{
    const size_t registers = offsetof(struct user, u_debugreg);

    if (ptrace(PTRACE_POKEUSER, pid, (void *)(registers + 7 * sizeof(uint64_t)), NULL) != 0)
        return false;
    if (address == 0) return true;
    return ptrace(PTRACE_POKEUSER, pid, (void *)registers, (void *)address) == 0 &&
           ptrace(PTRACE_POKEUSER, pid, (void *)(registers + 7 * sizeof(uint64_t)), (void *)1) == 0;
}

static enum reached run_beside_threads(struct tracee *tracee, uint64_t address)
{
    uint64_t pc;

    if (!set_breakpoint(tracee->pid, address)) return REACHED_EXIT;
    if (!tracee_run_to_marker(tracee)) return REACHED_EXIT;
    set_breakpoint(tracee->pid, 0);
    pc = REGISTER(tracee->pid, rip);
    if (pc == address) return REACHED_POINT;
    if (pc - 1 == (uint64_t)(uintptr_t)crash_leave) set_pc(tracee->pid, pc - 1);
    return REACHED_LEAVE;
}

/* Run until it stands at `address`, and stand there. */
static enum reached run_to_address(struct tracee *tracee, uint64_t address)
{
    if (tracee->has_threads) return run_beside_threads(tracee, address);

    const uint64_t original = peek(tracee->pid, address);
    uint64_t pc;

    poke(tracee->pid, address, (original & ~UINT64_C(0xff)) | INT3);
    if (!tracee_run_to_marker(tracee)) return REACHED_EXIT;
    pc = REGISTER(tracee->pid, rip) - 1;
    poke(tracee->pid, address, original);
    set_pc(tracee->pid, pc);
    return pc == address ? REACHED_POINT : REACHED_LEAVE;
}

static bool in_vdso(uint64_t pc)
{
    static uint64_t begin, bytes;

    if (bytes == 0) {
        begin = getauxval(AT_SYSINFO_EHDR);
        bytes = 4 * (uint64_t)sysconf(_SC_PAGESIZE);
    }
    return begin != 0 && pc - begin < bytes;
}

static bool single_step(struct tracee *tracee)
{
    return ptrace(PTRACE_SINGLESTEP, tracee->pid, NULL, NULL) == 0 && await_stop(tracee);
}

/* Through somebody else's code, until it comes back to ours or is about to enter the kernel. */
static bool run_through(struct tracee *tracee)
{
    bool stopped = set_breakpoint(tracee->pid, tracee->back);

    for (int stops = tracee->in_call ? 2 : 1; stopped && stops > 0; stops--)
        stopped = ptrace(PTRACE_SYSCALL, tracee->pid, NULL, NULL) == 0 && await_stop(tracee);
    if (!stopped) return false;
    set_breakpoint(tracee->pid, 0);
    tracee->in_call = !tracee->over && REGISTER(tracee->pid, rip) != tracee->back;
    if (!tracee->in_call) tracee->back = 0;
    return true;
}

enum reached tracee_run_to_function(struct tracee *tracee, uint64_t address)
{
    return run_to_address(tracee, address);
}

/* One instruction of ours, which may be a call of somebody else's function: where others run beside
 * it and wait for it, those are not stepped through. */
static bool step_beside_threads(struct tracee *tracee, uint64_t pc)
{
    uint64_t back;

    if (tracee->back != 0) return run_through(tracee);
    if (!single_step(tracee)) return false;
    if (!symbols_known(pc) || symbols_known(REGISTER(tracee->pid, rip))) return true;
    back = peek(tracee->pid, REGISTER(tracee->pid, rsp));
    if (!symbols_known(back)) return true;
    tracee->back = back;
    return run_through(tracee);
}

/* One instruction; it stands at `pc`. What the kernel lends us for reading clocks counts as one,
 * like a system call: it reads again whenever the clock has gone on meanwhile, which for one who is
 * stepped through it is always. */
static bool step(struct tracee *tracee, uint64_t pc)
{
    if (tracee->has_threads) return step_beside_threads(tracee, pc);
    if (in_vdso(pc)) {
        uint64_t back = peek(tracee->pid, REGISTER(tracee->pid, rsp));

        return run_to_address(tracee, back) == REACHED_POINT;
    }
    return single_step(tracee);
}

bool tracee_step(struct tracee *tracee)
{
    return step(tracee, place_of(tracee));
}

void tracee_kill(struct tracee *tracee)
{
    int status;

    if (tracee->pid <= 0 && tracee->process <= 0) return;
    kill(tracee->process > 0 ? tracee->process : tracee->pid, SIGKILL);
    while (tracee->pid > 0 && waitpid(tracee->pid, &status, __WALL) == tracee->pid &&
           WIFSTOPPED(status))
        continue; /* a stop that was on its way */
    while (tracee->process > 0 && waitpid(tracee->process, &status, 0) == tracee->process &&
           WIFSTOPPED(status))
        continue;
    tracee->pid = tracee->process = -1;
}

bool tracee_turn_to_thread(struct tracee *tracee, pid_t thread)
{
    const pid_t process = tracee->pid;
    int status;

    if (thread < 0 || ptrace(PTRACE_SEIZE, thread, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL) != 0)
        return false;
    ptrace(PTRACE_CONT, process, NULL, NULL); /* it waits for its end */
    tracee->pid = thread;
    tracee->process = process;
    if (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) != 0) return false;
    return waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status);
}

/* ---- recording ---- */

/* How often each instruction had been executed before: open addressing, as many cells as fit. */
struct cell {
    uint64_t pc;
    uint32_t count;
};

static uint32_t count_turn(struct cell *cells, size_t n_cells, uint64_t pc)
{
    size_t i = pc * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (n_cells - 1);

    while (cells[i].pc != 0 && cells[i].pc != pc)
        i = (i + 1) & (n_cells - 1);
    cells[i].pc = pc;
    return cells[i].count++;
}

static void count_turns(struct trace *trace)
{
    size_t n_cells = 1, bytes;
    struct cell *cells;

    while (n_cells < 2 * trace->n + 2)
        n_cells *= 2;
    bytes = n_cells * sizeof *cells;
    cells = shared(bytes);
    if (cells == NULL) return;
    for (size_t i = 0; i < trace->n; i++)
        trace->turns[i] = count_turn(cells, n_cells, trace->pcs[i]);
    munmap(cells, bytes);
}

enum reached tracee_record(struct tracee *tracee, struct trace *trace)
{
    const uint64_t leave = (uint64_t)(uintptr_t)crash_leave;
    bool called = true;
    unsigned n_sleeps = 0;
    uint64_t pc;

    trace->n = 0;
    while ((pc = place_of(tracee)) != leave) {
        size_t k = trace->n++;

        if (trace->n == trace->n_max) return REACHED_OTHER;
        trace->pcs[k] = pc;
        trace->news[k] = tracee->changed(tracee->context) || called;
        called = tracee->in_call || (!(tracee->has_threads && symbols_known(pc)) &&
                                     stands_before_call(tracee->pid, pc));
        trace->sleeps[k] = called && call_sleeps(tracee);
        /* short sleeps are over before one who is stepped comes to them */
        if (trace->sleeps[k] && ++n_sleeps > SHORT_SLEEPS) stimulate(tracee);
        if (!step(tracee, pc)) return REACHED_EXIT;
        if (tracee->over) break;
    }
    count_turns(trace);
    return REACHED_LEAVE;
}

/* ---- going to a place ---- */

/* Where to put the breakpoint for k: before it, cheap to reach, cheap to go on from. SIZE_MAX: step
 * from the beginning. */
static size_t breakpoint_before(const struct tracee *tracee, const struct trace *trace, size_t k)
{
    size_t best = SIZE_MAX, best_cost = k;

    for (size_t j = k; j > 0 && k - j < NEAR; j--) {
        size_t cost = k - j + 2 * (size_t)trace->turns[j] + 2;

        if (j == trace->n || cost >= best_cost || in_vdso(trace->pcs[j])) continue;
        if (tracee->has_threads && !symbols_known(trace->pcs[j])) continue;
        best = j;
        best_cost = cost;
    }
    return best;
}

/* Run until it stands at `address` for the time after `turn` others. */
static enum reached run_to_turn(struct tracee *tracee, uint64_t address, uint32_t turn)
{
    enum reached reached = run_to_address(tracee, address);

    while (reached == REACHED_POINT && turn-- > 0) {
        if (!step(tracee, address)) return REACHED_EXIT;
        reached = run_to_address(tracee, address);
    }
    return reached;
}

/* Into the system call at which it stands, until it sleeps there. */
static bool fall_asleep(struct tracee *tracee)
{
    int status;

    if (ptrace(PTRACE_SINGLESTEP, tracee->pid, NULL, NULL) != 0) return false;
    while (!tracee_sleeps(tracee)) {
        if (waitpid(tracee->pid, &status, WNOHANG | __WALL) == tracee->pid) return false;
        sched_yield();
    }
    return true;
}

enum reached tracee_run_to(struct tracee *tracee, const struct trace *trace, struct point point,
                           uint64_t *pc)
{
    const uint64_t leave = (uint64_t)(uintptr_t)crash_leave;
    size_t at = breakpoint_before(tracee, trace, point.k);
    enum reached reached = REACHED_POINT;

    if (at == SIZE_MAX)
        at = 0;
    else
        reached = run_to_turn(tracee, trace->pcs[at], trace->turns[at]);
    if (reached == REACHED_EXIT) return reached;
    *pc = place_of(tracee);
    for (; reached == REACHED_POINT && at < point.k && *pc != leave; at++) {
        if (!step(tracee, *pc)) return REACHED_EXIT;
        *pc = place_of(tracee);
        if (tracee->over) return point.k == trace->n ? REACHED_POINT : REACHED_OTHER;
    }
    if (*pc == leave) return point.k == trace->n ? REACHED_POINT : REACHED_LEAVE;
    if (point.k == trace->n || *pc != trace->pcs[point.k]) return REACHED_OTHER;
    if (point.asleep && !fall_asleep(tracee)) return REACHED_OTHER;
    return REACHED_POINT;
}
