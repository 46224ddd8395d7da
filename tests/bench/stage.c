/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include "base/atomic.h"
#include "os/futex.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* A child plays one role on one stage. */
static struct stage *stage;
static struct stage_role *self;

void stage_enter(struct stage *entered, unsigned role)
{
    stage = entered;
    self = &stage->roles[role];
}

void stage_meet(void)
{
    uint32_t times = self->arrived + 1;

    dhi_store_release(&self->arrived, times);
    dhi_futex_wake(&self->arrived);
    for (unsigned i = 0; i < stage->n_roles; i++) {
        const uint32_t *other = &stage->roles[i].arrived;
        uint32_t seen;

        while ((seen = dhi_load_acquire(other)) < times)
            dhi_futex_wait(other, seen, dh_in(100 * DH_MS));
    }
}

void stage_warm(void)
{
    dhi_store_release(&self->warm, 1);
}

bool stage_all_warm(void)
{
    for (unsigned role = 1; role < stage->n_roles; role++)
        if (dhi_load_acquire(&stage->roles[role].warm) == 0) return false;
    return true;
}

noreturn void stage_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(self->failure, sizeof self->failure, format, arguments);
    va_end(arguments);
    if (stage->alone) fprintf(stderr, "dh-bench: %s\n", self->failure);
    _exit(1);
}

void stage_value(double value)
{
    self->value = value;
}

void stage_checked(uint64_t messages)
{
    self->checked += messages;
}

uint64_t stage_ticks(int64_t ns)
{
    return (uint64_t)((double)ns / stage->machine.ns_per_tick);
}
