/* SPDX-License-Identifier: Apache-2.0 */
#include "client/attend.h"

#include "base/why.h"
#include "block/strict.h"
#include "os/identity.h"
#include "os/memfd.h"
#include "os/process.h"

#include <dh/hub.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static dh_err make_channel(struct dhi_channel *channel, const struct dhi_block *block,
                           const void *secret, struct dh_why *why)
{
    unsigned char key[DHI_KEY_BYTES];
    dh_err err;

    if (secret != NULL) dhi_attach_key(key, secret, block->head.producer.instance);
    err = dhi_channel_make(channel, &block->head, &block->fds, secret != NULL ? key : NULL, why);
    sodium_memzero(key, sizeof key);
    if (err) return err;
    channel->owner_uid = geteuid();
    if (!channel->strict) return DH_OK;
    channel->shown = dhi_memfd_reopen_read_only(dhi_strict_look(block));
    return channel->shown >= 0 ? DH_OK : dhi_why_errno(why, "a lease to show");
}

static void read_program(uint32_t pid, char *program, size_t size)
{
    char path[32];
    FILE *file;

    snprintf(program, size, "process");
    snprintf(path, sizeof path, "/proc/%u/comm", pid);
    file = fopen(path, "re");
    if (file == NULL) return;
    if (fgets(program, (int)size, file) != NULL) program[strcspn(program, "\n")] = 0;
    fclose(file);
}

#define PATIENCE_NS (DH_S / 4)

/* Who has the name, or DH_OK if nobody answers there (any more, or yet). *put_away: nobody does,
 * since its process is ending. */
static dh_err find_holder(const struct dhi_address *address, const char *channel, bool *put_away,
                          struct dh_why *why)
{
    int fd = dhi_socket_connect(address, dh_in(DH_S / 4));
    struct dhi_peer peer;
    char program[32];
    bool known;

    if (fd < 0 && errno != ETIMEDOUT) return DH_OK;
    known = fd >= 0 && dhi_socket_peer(fd, &peer);
    if (fd >= 0) close(fd);
    if (!known)
        return dhi_why(why, DH_ECONFLICT, "'%s' has a producer that does not answer", channel);
    *put_away = dhi_identity_let_go(peer.pid, 0);
    if (*put_away) return DH_OK;
    read_program(peer.pid, program, sizeof program);
    if (peer.uid != geteuid())
        return dhi_why(why, DH_ECONFLICT,
                       "the name of '%s' is taken by %s[%u] of user %u, who is not its producer",
                       channel, program, peer.pid, peer.uid);
    return dhi_why(why, DH_ECONFLICT, "'%s' is produced by %s[%u], which is alive", channel,
                   program, peer.pid);
}

/* The name is the kernel's: only one socket has it, and it is gone with its process. Between
 * another's bind and its listen, and while it is torn down, nobody answers: then look again. Of a
 * process that is ending the kernel puts the memory away first, 0.1 s a gigabyte. */
static dh_err take_name(int *listener, const char *channel, struct dh_why *why)
{
    int64_t began = dh_now();
    struct dhi_address address;
    bool put_away = false;
    dh_err err = DH_OK;
    int fd;

    dhi_direct_address(&address, geteuid(), channel);
    while ((fd = dhi_socket_bind(&address)) < 0 && errno == EADDRINUSE) {
        err = find_holder(&address, channel, &put_away, why);
        if (err) return err;
        if (dh_now() - began > (put_away ? DHI_PUT_AWAY_NS : PATIENCE_NS))
            return dhi_why(why, DH_ECONFLICT, "the name of '%s' is taken, and nobody answers",
                           channel);
        nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL);
    }
    if (fd < 0) return dhi_why_errno(why, "bind");
    if (listen(fd, SOMAXCONN) != 0) {
        err = dhi_why_errno(why, "listen");
        close(fd);
        return err;
    }
    *listener = dhi_fd_goes_first(fd);
    return DH_OK;
}

/* A predecessor's listener: the name has never been free. Who calls learns from now on who we are.
 */
static dh_err take_door(int *listener, int door, struct dh_why *why)
{
    int own = fcntl(door, F_DUPFD_CLOEXEC, 0);

    if (own < 0 || listen(own, SOMAXCONN) != 0) {
        dh_err err = dhi_why_errno(why, "the predecessor's listener");

        if (own >= 0) close(own);
        return err;
    }
    *listener = dhi_fd_goes_first(own);
    return DH_OK;
}

static void free_offer(struct dhi_offer *offer)
{
    if (offer->listener >= 0) close(offer->listener);
    dhi_channel_free(&offer->channel);
    free(offer);
}

dh_err dhi_offer_open(dhi_offer **offer, struct dhi_block *block, struct dhi_bells *bells,
                      const char *broker, const void *secret, int door, struct dh_why *why)
{
    char path[DHI_SOCKET_PATH_BYTES];
    struct dhi_offer *made;
    dh_err err;

    if (sodium_init() < 0) return dhi_why(why, DH_ESYS, "libsodium does not start");
    if (dh_hub_socket_path(broker, path, sizeof path) != DH_OK)
        return dhi_why(why, DH_EINVAL, "the broker's socket path is longer than %d bytes",
                       DHI_SOCKET_PATH_BYTES - 1);
    made = calloc(1, sizeof *made);
    if (made == NULL) return dhi_why_errno(why, "an offer");
    made->listener = -1;
    made->bells = bells;
    made->block = block;
    made->places = DHI_NO_PLACES;
    made->await.process = -1;
    made->channel = DHI_NO_CHANNEL;
    dhi_link_open(&made->link, path);

    err = make_channel(&made->channel, block, secret, why);
    if (!err && door >= 0) err = take_door(&made->listener, door, why);
    if (!err && door < 0) err = take_name(&made->listener, block->head.channel, why);
    if (!err) err = dhi_attend(made, why);
    if (err)
        free_offer(made);
    else
        *offer = made;
    return err;
}

struct dhi_vigil *dhi_offer_vigil(dhi_offer *offer)
{
    return &offer->vigil;
}

void dhi_offer_close(dhi_offer *offer)
{
    if (offer == NULL) return;
    dhi_attend_end(offer);
    free_offer(offer);
}
