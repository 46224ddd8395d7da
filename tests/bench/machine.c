/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void trim(char *line)
{
    line[strcspn(line, "\n")] = '\0';
}

static void look_at_cpu(struct machine *machine)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];

    snprintf(machine->cpu, sizeof machine->cpu, "unknown processor");
    if (file == NULL) return;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *value = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || value == NULL) continue;
        trim(line);
        snprintf(machine->cpu, sizeof machine->cpu, "%s", value + 2);
        break;
    }
    fclose(file);
}

static void look_at_kernel(struct machine *machine)
{
    struct utsname name;

    if (uname(&name) == 0)
        snprintf(machine->kernel, sizeof machine->kernel, "%s %s %s", name.sysname, name.release,
                 name.machine);
}

/* Of the folder that the program was started in: `./dev bench` starts it in the tree's. */
static void look_at_commit(struct machine *machine)
{
    FILE *git = popen("git describe --always --dirty --tags 2>/dev/null", "r");

    if (git == NULL) return;
    if (fgets(machine->commit, sizeof machine->commit, git) == NULL) machine->commit[0] = '\0';
    trim(machine->commit);
    pclose(git);
}

static void look_at_cores(struct machine *machine)
{
    cpu_set_t set;

    machine->n_online = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return;
    for (unsigned core = 0; core < CPU_SETSIZE && machine->n_cores < MACHINE_CORES_MAX; core++)
        if (CPU_ISSET(core, &set)) machine->cores[machine->n_cores++] = core;
}

static void look_at_clock(struct machine *machine)
{
    enum { READINGS = 100000 };
    int64_t from = dh_now(), to;
    uint64_t first = ticks_now(), last;

    while ((to = dh_now()) < from + 20 * DH_MS)
        ;
    last = ticks_now();
    machine->ns_per_tick = (double)(to - from) / (double)(last - first);
    first = ticks_now();
    for (int i = 0; i < READINGS; i++)
        last = ticks_now();
    machine->ns_per_reading = (double)(last - first) * machine->ns_per_tick / READINGS;
}

void machine_look(struct machine *machine)
{
    *machine = (struct machine){ .n_online = 0 };
    look_at_cpu(machine);
    look_at_kernel(machine);
    look_at_commit(machine);
    look_at_cores(machine);
    look_at_clock(machine);
#if defined __clang__
    snprintf(machine->compiler, sizeof machine->compiler, "clang %d.%d.%d", __clang_major__,
             __clang_minor__, __clang_patchlevel__);
#else
    snprintf(machine->compiler, sizeof machine->compiler, "gcc %d.%d.%d", __GNUC__, __GNUC_MINOR__,
             __GNUC_PATCHLEVEL__);
#endif
}

void machine_pin(const struct machine *machine, unsigned role)
{
    unsigned place;
    cpu_set_t set;

    if (machine->n_cores < 2) return;
    place = role == 0 ? 0 : 1 + (role - 1) % (machine->n_cores - 1);
    CPU_ZERO(&set);
    CPU_SET(machine->cores[place], &set);
    (void)sched_setaffinity(0, sizeof set, &set); /* a cpuset that changed meanwhile: unbound */
}
