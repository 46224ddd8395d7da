/* SPDX-License-Identifier: Apache-2.0 */
#include "support/block.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD(channel) "dhs 1\nfamily test/" channel " 1\norder little\n"

const char text_pair[] =
    HEAD("pair") "root slot align 64\nminor 0 size 16\n0 u64 n\n8 u64 check\nmeaning\n";
const char text_frame[] =
    HEAD("frame") "root slot align 64\nminor 0 size 1024\n0 u64 n\n8 u64[127] body\nmeaning\n";
const char text_zones[] = HEAD("zones") "root slot align 64\nminor 0 size 8\n0 u64 n\n"
                                        "root zone cal align 64\nminor 0 size 100\n0 u32[25] gain\n"
                                        "root zone stat align 64 shared\nminor 0 size 16\n0 "
                                        "atomic<u64> frames\n8 u32 a\n12 u32 b\n"
                                        "meaning\nspinlocks zone stat . 2\n";

const struct dh_schema *schema_from_text(unsigned number, const char *text, struct dh_policy policy)
{
    static struct dh_schema *schemas[8];
    static char channels[8][64];
    struct dh_why why;

    dh_schema_free(schemas[number]);
    if (dh_schema_read(&schemas[number], text, strlen(text), &policy, &why) != DH_OK) {
        fprintf(stderr, "test schema: %s\n", why.text);
        abort();
    }
    snprintf(channels[number], sizeof channels[number], "test.%u", number);
    schemas[number]->channel = channels[number];
    return schemas[number];
}

struct dh_policy policy_wait(uint32_t n_slots, uint32_t n_consumers)
{
    return (
        struct dh_policy){ .n_slots = n_slots, .n_consumers = n_consumers, .full = DH_FULL_WAIT };
}

struct dh_policy policy_overwrite(uint32_t n_slots, uint32_t n_consumers)
{
    return (struct dh_policy){ .n_slots = n_slots,
                               .n_consumers = n_consumers,
                               .full = DH_FULL_OVERWRITE };
}

static int duplicate(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

struct dhi_fds fds_of(const struct dhi_block *block)
{
    return (struct dhi_fds){ .data = duplicate(block->fds.data),
                             .claims = duplicate(block->fds.claims),
                             .zones = duplicate(block->fds.zones),
                             .lease = duplicate(block->fds.lease),
                             .talk = -1,
                             .roll = duplicate(block->fds.roll) };
}

struct dhi_block *block_make(const struct dh_schema *schema,
                             const struct dh_producer_options *options)
{
    static const struct dh_producer_options defaults;
    struct dhi_block *block;
    struct dh_why why;

    if (dhi_block_create(&block, schema, schema->channel, options != NULL ? options : &defaults,
                         &why) == DH_OK)
        return block;
    fprintf(stderr, "test block: %s\n", why.text);
    abort();
}

struct dhi_block *block_join(const struct dhi_block *block, enum dhi_role role)
{
    struct dhi_block *mapped;
    struct dh_why why;

    if (dhi_block_map(&mapped, fds_of(block), role, &why) == DH_OK) return mapped;
    fprintf(stderr, "test block: %s\n", why.text);
    abort();
}

unsigned open_fds(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned n = 0;

    while (folder != NULL && readdir(folder) != NULL)
        n++;
    if (folder != NULL) closedir(folder);
    return n;
}
