/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/channel.h"

#include "base/why.h"
#include "os/lease.h"
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int reopen(int fd, int flags)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, flags | O_CLOEXEC);
}

/* Anything else than memory could hang whoever opens it: a pipe, a file of a dead server. */
static bool all_memory(const struct dhi_fds *fds)
{
    return dhi_memfd_is(fds->data) && dhi_memfd_is(fds->claims) && dhi_memfd_is(fds->lease) &&
           (fds->zones < 0 || dhi_memfd_is(fds->zones)) &&
           (fds->roll < 0 || dhi_memfd_is(fds->roll));
}

static bool duplicate(struct dhi_channel *channel, const struct dhi_fds *fds)
{
    channel->fds.data = reopen(fds->data, O_RDONLY);
    channel->fds.claims = fcntl(fds->claims, F_DUPFD_CLOEXEC, 0);
    if (fds->zones >= 0) channel->fds.zones = fcntl(fds->zones, F_DUPFD_CLOEXEC, 0);
    if (fds->roll >= 0) channel->fds.roll = fcntl(fds->roll, F_DUPFD_CLOEXEC, 0);
    channel->fds.lease = reopen(fds->lease, O_RDWR);
    return channel->fds.data >= 0 && channel->fds.claims >= 0 && channel->fds.lease >= 0 &&
           (fds->zones < 0 || channel->fds.zones >= 0) && (fds->roll < 0 || channel->fds.roll >= 0);
}

static int take(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

/* As `duplicate`, in few calls: an honest producer sends what serves as it is. A description that
 * carries the lock itself would hide it from us. */
static bool adopt(struct dhi_channel *channel, struct dhi_fds *fds)
{
    int flags = fcntl(fds->data, F_GETFL);
    bool reads = flags >= 0 && (flags & O_ACCMODE) == O_RDONLY;
    bool foreign = dhi_lease_held(fds->lease, DHI_LEASE_PRODUCER);

    channel->fds.data = reads ? take(&fds->data) : reopen(fds->data, O_RDONLY);
    channel->fds.lease = foreign ? take(&fds->lease) : reopen(fds->lease, O_RDWR);
    if (channel->fds.data < 0 || channel->fds.lease < 0) return false;
    channel->fds.claims = take(&fds->claims);
    channel->fds.zones = take(&fds->zones);
    channel->fds.roll = take(&fds->roll);
    return true;
}

static void fill_entry(struct dhi_wire_entry *entry, const struct dhi_header *head)
{
    snprintf(entry->channel, sizeof entry->channel, "%s", head->channel);
    snprintf(entry->family, sizeof entry->family, "%.*s", (int)sizeof head->family - 1,
             head->family);
    snprintf(entry->program, sizeof entry->program, "%.*s", (int)sizeof head->producer.program - 1,
             head->producer.program);
    dhi_text_tame(entry->family, sizeof entry->family);
    dhi_text_tame(entry->program, sizeof entry->program);
    memcpy(entry->instance, head->producer.instance, sizeof entry->instance);
    memcpy(entry->schema_hash, head->schema_hash, sizeof entry->schema_hash);
    entry->pid = head->producer.pid;
    entry->uid = head->producer.uid;
    entry->n_slots = head->n_slots;
    entry->full = (uint8_t)head->full;
    entry->alive = 1;
}

/* All but the descriptors. */
static dh_err describe(struct dhi_channel *channel, const struct dhi_header *head,
                       const unsigned char *key, struct dh_why *why)
{
    *channel = DHI_NO_CHANNEL;
    fill_entry(&channel->entry, head);
    channel->owner_uid = head->producer.uid;
    channel->strict = (head->flags & DHI_FLAG_STRICT) != 0;
    channel->close_offset = head->control_offset + offsetof(struct dhi_control, close);
    if (key == NULL) return DH_OK;
    channel->key = sodium_malloc(DHI_KEY_BYTES);
    if (channel->key == NULL) return dhi_why(why, DH_ENOMEM, "no guarded memory for the key");
    memcpy(channel->key, key, DHI_KEY_BYTES);
    return DH_OK;
}

static dh_err finish(struct dhi_channel *channel, struct dhi_channel *made, bool complete,
                     struct dh_why *why)
{
    dh_err err = complete ? DH_OK : dhi_why_errno(why, "a block's descriptors");

    if (err)
        dhi_channel_free(made);
    else
        *channel = *made;
    return err;
}

dh_err dhi_channel_make(struct dhi_channel *channel, const struct dhi_header *head,
                        const struct dhi_fds *fds, const unsigned char *key, struct dh_why *why)
{
    struct dhi_channel made;
    dh_err err;

    if (!all_memory(fds))
        return dhi_why(why, DH_ESEAL, "data, claims, zones and lease must be memory (memfd)");
    err = describe(&made, head, key, why);
    return err ? err : finish(channel, &made, duplicate(&made, fds), why);
}

dh_err dhi_channel_take(struct dhi_channel *channel, const struct dhi_header *head,
                        struct dhi_fds *fds, const unsigned char *key, struct dh_why *why)
{
    struct dhi_channel made;
    dh_err err = describe(&made, head, key, why);

    return err ? err : finish(channel, &made, adopt(&made, fds), why);
}

void dhi_channel_free(struct dhi_channel *channel)
{
    dhi_fds_close(&channel->fds);
    if (channel->shown >= 0) close(channel->shown);
    sodium_free(channel->key);
    *channel = DHI_NO_CHANNEL;
}

static void load(struct dhi_cargo *cargo, uint8_t *parts, int fd, uint8_t part)
{
    if (fd < 0) return;
    cargo->fds[cargo->n++] = fd;
    *parts |= part;
}

uint8_t dhi_channel_all(const struct dhi_channel *channel, struct dhi_cargo *cargo)
{
    uint8_t parts = 0;

    cargo->n = 0;
    load(cargo, &parts, channel->fds.data, DHI_WIRE_PARTS_DATA);
    load(cargo, &parts, channel->fds.claims, DHI_WIRE_PARTS_CLAIMS);
    load(cargo, &parts, channel->fds.zones, DHI_WIRE_PARTS_ZONES);
    load(cargo, &parts, channel->fds.lease, DHI_WIRE_PARTS_LEASE);
    load(cargo, &parts, channel->fds.roll, DHI_WIRE_PARTS_ROLL);
    return parts;
}

static uint8_t parts_of_strict(const struct dhi_channel *channel, uint8_t role,
                               struct dhi_cargo *cargo)
{
    uint8_t parts = 0;

    load(cargo, &parts, channel->fds.data, DHI_WIRE_PARTS_DATA);
    if (role == DHI_WIRE_ROLE_CONSUMER) return parts;
    if (role != DHI_WIRE_ROLE_OBSERVER)
        load(cargo, &parts, channel->fds.claims, DHI_WIRE_PARTS_CLAIMS);
    load(cargo, &parts, channel->shown, DHI_WIRE_PARTS_LEASE);
    if (role == DHI_WIRE_ROLE_REAPER) load(cargo, &parts, channel->fds.roll, DHI_WIRE_PARTS_ROLL);
    return parts;
}

uint8_t dhi_channel_parts(const struct dhi_channel *channel, uint8_t role, struct dhi_cargo *cargo,
                          int *owned)
{
    uint8_t parts = 0;

    cargo->n = 0;
    *owned = -1;
    if (channel->strict) return parts_of_strict(channel, role, cargo);
    if (role != DHI_WIRE_ROLE_OBSERVER) return dhi_channel_all(channel, cargo);
    *owned = reopen(channel->fds.lease, O_RDONLY);
    if (*owned < 0) return 0;
    load(cargo, &parts, channel->fds.data, DHI_WIRE_PARTS_DATA);
    load(cargo, &parts, *owned, DHI_WIRE_PARTS_LEASE);
    return parts;
}

/* 0 where it cannot be read. */
static uint32_t read_word(int fd, uint64_t offset)
{
    uint32_t word;

    return pread(fd, &word, sizeof word, (off_t)offset) == sizeof word ? word : 0;
}

bool dhi_channel_closes(const struct dhi_channel *channel)
{
    return read_word(channel->fds.data, channel->close_offset) != DHI_CLOSE_OPEN;
}

bool dhi_channel_lives(const struct dhi_channel *channel)
{
    return dhi_lease_held(channel->fds.lease, DHI_LEASE_PRODUCER) &&
           read_word(channel->fds.data, channel->close_offset) != DHI_CLOSE_FINAL;
}

uint32_t dhi_channel_ended_by(const struct dhi_channel *channel)
{
    return read_word(channel->fds.claims, offsetof(struct dhi_claims, ended_by_pid));
}
