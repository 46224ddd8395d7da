/* SPDX-License-Identifier: Apache-2.0 */
#include "os/alarm.h"

#include "base/atomic.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static_assert(DHI_ALARM_DIED == FUTEX_OWNER_DIED, "the kernel's bit");
static_assert(sizeof(struct robust_list) <= sizeof(uint64_t), "a link is an address");

enum {
    WALKED = 2048,     /* the kernel's ROBUST_LIST_LIMIT */
    FOR_SINGLES = 512, /* of them: every block has its one, whatever came before it */
};

static struct robust_list_head head;
static uint32_t owner; /* 0: nobody lends */
static uint32_t n_hung;

static struct robust_list *link_of(struct dhi_alarm *alarm)
{
    return (struct robust_list *)(void *)&alarm->next;
}

/* The kernel may walk the list between any two of our stores, so they are made in this order; only
 * the compiler could change it. */
static void set_next(struct robust_list *link, struct robust_list *next)
{
    dhi_fence_compiler();
    dhi_store_relaxed(&link->next, next);
    dhi_fence_compiler();
}

void dhi_alarm_forget(void)
{
    owner = n_hung = 0;
    set_next(&head.list, &head.list);
}

void dhi_alarm_lend(void)
{
    dhi_alarm_forget();
    head.futex_offset = offsetof(struct dhi_alarm, word) - offsetof(struct dhi_alarm, next);
    if (syscall(SYS_set_robust_list, &head, sizeof head) == 0)
        owner = (uint32_t)syscall(SYS_gettid);
}

void dhi_alarm_hang(struct dhi_alarm *alarms, uint32_t n)
{
    if (owner == 0 || n_hung + n > (n > 1 ? WALKED - FOR_SINGLES : WALKED)) return;
    n_hung += n;
    for (uint32_t i = 0; i < n; i++) {
        /* with the bit that somebody waits, so that the kernel always wakes */
        dhi_store_relaxed(&alarms[i].word, owner | FUTEX_WAITERS);
        set_next(link_of(&alarms[i]), head.list.next);
        set_next(&head.list, link_of(&alarms[i]));
    }
}

/* They hang behind one another, the last one first. */
void dhi_alarm_take_down(struct dhi_alarm *alarms, uint32_t n)
{
    struct robust_list *at = &head.list;

    if (owner == 0 || n == 0 || dhi_load_relaxed(&alarms[0].word) == 0) return;
    while (at->next != &head.list && at->next != link_of(&alarms[n - 1]))
        at = at->next;
    if (at->next != &head.list) set_next(at, link_of(&alarms[0])->next);
    n_hung -= n;
    for (uint32_t i = 0; i < n; i++)
        dhi_store_relaxed(&alarms[i].word, 0);
}
