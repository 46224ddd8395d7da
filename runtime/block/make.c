/* SPDX-License-Identifier: Apache-2.0
 *
 * make.c - one kind of pages after the other is tried, until the block has its memory:
 *
 *      asked HUGE    pool ─▶ transparent ─▶ small      the last one is not tried if memory is
 *                                                      required to be as asked
 *
 * The size of a huge page decides the size of the segment, so each kind is placed anew.
 */
#include "block/make.h"

#include "base/why.h"
#include "block/geometry.h"
#include "os/memfd.h"
#include "os/pages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { KINDS = 4 };

/* What is tried for what was asked, best first; each ends with SMALL, which can always be had. */
static const enum dh_pages ladders[KINDS][3] = {
    [DH_PAGES_SMALL] = { DH_PAGES_SMALL },
    [DH_PAGES_HUGE] = { DH_PAGES_POOL, DH_PAGES_TRANSPARENT, DH_PAGES_SMALL },
    [DH_PAGES_TRANSPARENT] = { DH_PAGES_TRANSPARENT, DH_PAGES_SMALL },
    [DH_PAGES_POOL] = { DH_PAGES_POOL, DH_PAGES_SMALL },
};

static dh_err check_options(const struct dh_producer_options *options, struct dh_why *why)
{
    if ((unsigned)options->pages >= KINDS)
        return dhi_why(why, DH_EINVAL, "pages %d: it is one of enum dh_pages", (int)options->pages);
    if ((unsigned)options->numa > DH_NUMA_INTERLEAVE)
        return dhi_why(why, DH_EINVAL, "numa %d: it is one of enum dh_numa", (int)options->numa);
    if (options->numa_node >= DH_NUMA_NODES ||
        (options->numa_node > 0 && options->numa != DH_NUMA_NODE))
        return dhi_why(why, DH_EINVAL,
                       "numa_node %u: it is 0 to %d, and 0 unless numa is DH_NUMA_NODE",
                       options->numa_node, DH_NUMA_NODES - 1);
    return DH_OK;
}

static void part_name(char *name, size_t size, const struct dhi_block *block, const char *part)
{
    snprintf(name, size, "dh:%s:%s", block->head.channel, part);
}

static dh_err cannot_make(const char *part, uint64_t bytes, struct dh_why *why)
{
    char what[64];

    snprintf(what, sizeof what, "making the %s segment of %" PRIu64 " KiB", part, bytes >> 10);
    return dhi_why_errno(why, what);
}

static dh_err make_segment(struct dhi_block *block, int *fd, const char *part, uint64_t bytes,
                           struct dh_why *why)
{
    char name[DH_CHANNEL_MAX + 16];

    part_name(name, sizeof name, block, part);
    *fd = dhi_memfd_create(name, bytes);
    return *fd >= 0 ? DH_OK : cannot_make(part, bytes, why);
}

/* Looked at before it is asked for: a memfd larger than the machine takes the machine down. */
static dh_err check_room(const struct dhi_header *head, enum dh_pages kind, struct dh_why *why)
{
    uint64_t small = head->claims_bytes + head->zones_bytes, available = dhi_memory_available(),
             pool = dhi_huge_pool_free();

    if (kind != DH_PAGES_POOL) small += head->data_bytes;
    if (small > available / 10 * 9)
        return dhi_why(why, DH_ELIMIT,
                       "the block would take %" PRIu64 " MiB; the machine has %" PRIu64 " MiB left",
                       small >> 20, available >> 20);
    if (kind == DH_PAGES_POOL && head->data_bytes > pool)
        return dhi_why(why, DH_ELIMIT,
                       "huge pages are required: the block takes %" PRIu64
                       " MiB of them, the pool has %" PRIu64
                       " MiB left; an administrator can raise /proc/sys/vm/nr_hugepages",
                       head->data_bytes >> 20, pool >> 20);
    return DH_OK;
}

static void note_pages(struct dhi_header *head, const struct dhi_pages *got)
{
    head->pages = got->kind;
    head->huge_bytes = got->huge_bytes;
    head->numa = got->numa;
    head->node = got->numa == DH_NUMA_NODE ? got->node : 0;
}

/* What was required, and not got. */
static dh_err check_got(const struct dhi_block *block, const struct dh_producer_options *options,
                        int numa_error, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    uint64_t huge_mib = head->huge_bytes >> 20, all_mib = head->data_bytes >> 20;

    if (!options->memory_required) return DH_OK;
    if (options->pages != DH_PAGES_SMALL && head->huge_bytes < head->data_bytes)
        return dhi_why(why, DH_ELIMIT,
                       "huge pages are required, and the kernel found them for %" PRIu64
                       " of %" PRIu64 " MiB",
                       huge_mib, all_mib);
    if (options->numa == DH_NUMA_NODE && numa_error != 0)
        return dhi_why(why, DH_ELIMIT, "memory of node %u is required, and was not to be had: %s",
                       options->numa_node,
                       numa_error == ENOSPC ? "the node is full" : strerror(numa_error));
    if (options->numa == DH_NUMA_INTERLEAVE && numa_error != 0)
        return dhi_why(why, DH_ELIMIT, "memory of several nodes is required: %s",
                       numa_error == ENODEV ? "it all lies on one node" : strerror(numa_error));
    return DH_OK;
}

static dh_err make_data(struct dhi_block *block, enum dh_pages kind,
                        const struct dh_producer_options *options, struct dh_why *why)
{
    struct dhi_header *head = &block->head;
    char name[DH_CHANNEL_MAX + 16];
    struct dhi_pages pages = { .kind = kind,
                               .huge_page_bytes = head->huge_page_bytes,
                               .numa = options->numa,
                               .node = options->numa_node };

    part_name(name, sizeof name, block, "data");
    block->fds.data = dhi_pages_create(name, head->data_bytes, &pages);
    if (block->fds.data < 0) return cannot_make("data", head->data_bytes, why);
    note_pages(head, &pages);
    return check_got(block, options, pages.numa_error, why);
}

static dh_err try_kind(struct dhi_block *block, enum dh_pages kind,
                       const struct dh_producer_options *options, struct dh_why *why)
{
    struct dhi_header *head = &block->head;
    dh_err err;

    head->huge_page_bytes = kind == DH_PAGES_SMALL ? 0 : dhi_huge_page(kind);
    if (kind != DH_PAGES_SMALL && head->huge_page_bytes == 0)
        return dhi_why(why, DH_ELIMIT,
                       kind == DH_PAGES_POOL
                           ? "huge pages are required, and this machine has none of at most 32 MiB"
                           : "huge pages are required, and shared memory gets none: see "
                             "/sys/kernel/mm/transparent_hugepage/shmem_enabled");
    err = dhi_geometry_place(head, block->roots, why);
    if (err == DH_OK) err = check_room(head, kind, why);
    if (err == DH_OK) err = make_data(block, kind, options, why);
    return err;
}

/* Whether the ladder goes on: nothing was got, or other pages than were tried. */
static bool missed(const struct dhi_block *block, enum dh_pages kind, dh_err err)
{
    return kind != DH_PAGES_SMALL && (err != DH_OK || block->head.pages != kind);
}

static dh_err make_data_of_some_kind(struct dhi_block *block,
                                     const struct dh_producer_options *options, struct dh_why *why)
{
    const enum dh_pages *ladder = ladders[options->pages];
    bool small_will_do = options->pages == DH_PAGES_SMALL || !options->memory_required;
    dh_err err;

    for (unsigned i = 0;; i++) {
        /* Who requires huge pages is told of the first kind, which an administrator can provide. */
        err = try_kind(block, ladder[i], options, i > 0 && !small_will_do ? NULL : why);
        if (!missed(block, ladder[i], err)) return err;
        if (ladder[i + 1] == DH_PAGES_SMALL && !small_will_do) return err;
        if (block->fds.data >= 0) dhi_fds_close(&block->fds);
    }
}

dh_err dhi_block_make(struct dhi_block *block, const struct dh_producer_options *options,
                      struct dh_why *why)
{
    struct dhi_header *head = &block->head;
    struct dhi_fds *fds = &block->fds;
    dh_err err = check_options(options, why);

    if (err != DH_OK) return err;
    head->asked_pages = options->pages;
    head->asked_numa = options->numa;
    head->asked_node = options->numa_node;
    err = make_data_of_some_kind(block, options, why);
    if (err == DH_OK) err = make_segment(block, &fds->claims, "claims", head->claims_bytes, why);
    if (err == DH_OK && head->zones_bytes > 0)
        err = make_segment(block, &fds->zones, "zones", head->zones_bytes, why);
    if (err == DH_OK) err = make_segment(block, &fds->lease, "lease", DHI_PAGE, why);
    if (err == DH_OK && dhi_block_is_strict(block))
        err = make_segment(block, &fds->roll, "roll", DHI_PAGE, why);
    return err;
}
