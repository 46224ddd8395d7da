/* SPDX-License-Identifier: Apache-2.0 */
#include "client/call.h"

#include "base/why.h"

#include <dh/hub.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t dhi_call_deadline(int64_t deadline_ns)
{
    return deadline_ns == 0 ? dh_in(2 * DH_S) : deadline_ns;
}

int64_t dhi_call_half(int64_t deadline_ns)
{
    int64_t now = dh_now(), half = now + (deadline_ns - now) / 2, most = now + 2 * DH_S;

    return half < most ? half : most;
}

dh_err dh_hub_socket_path(const char *broker, char *path, size_t size)
{
    const char *folder = secure_getenv("XDG_RUNTIME_DIR");
    const char *chosen = broker != NULL ? broker : secure_getenv("DH_BROKER");
    int length;

    if (chosen != NULL && *chosen != 0)
        length = snprintf(path, size, "%s", chosen);
    else if (folder != NULL && *folder != 0)
        length = snprintf(path, size, "%s/dh/broker.sock", folder);
    else
        length = snprintf(path, size, "/run/dh/broker.sock");
    return length >= 0 && (size_t)length < size ? DH_OK : DH_EINVAL;
}

void dhi_direct_address(struct dhi_address *address, uint32_t uid, const char *channel)
{
    char name[DHI_WIRE_CHANNEL_BYTES + 16];

    snprintf(name, sizeof name, "dh/%" PRIu32 "/%.79s", uid, channel);
    if (!dhi_address_abstract(address, name)) abort(); /* 95 bytes fit into 107 */
}

/* One line of /proc/net/unix: "0000000000000000: 00000002 00000000 00010000 0005 01 12345 @dh/0/x";
 * the fourth word says whether it listens. */
static bool parse_line(const char *line, struct dhi_direct_name *name)
{
    unsigned listens;
    char channel[DHI_WIRE_CHANNEL_BYTES + 1];

    if (sscanf(line, "%*s %*s %*s %x %*s %*s %*s @dh/%" SCNu32 "/%80s", &listens, &name->uid,
               channel) != 3)
        return false;
    if ((listens & 0x10000) == 0 || !dhi_channel_name_fits(channel, sizeof name->channel))
        return false;
    strcpy(name->channel, channel);
    return true;
}

static bool append(struct dhi_direct_name **names, size_t *n, const struct dhi_direct_name *name)
{
    struct dhi_direct_name *grown = *names;

    if ((*n & (*n - 1)) == 0) { /* full at each power of two */
        grown = realloc(grown, (*n == 0 ? 1 : *n * 2) * sizeof *grown);
        if (grown == NULL) return false;
    }
    grown[(*n)++] = *name;
    *names = grown;
    return true;
}

dh_err dhi_direct_scan(struct dhi_direct_name **names, size_t *n_names, struct dh_why *why)
{
    FILE *table = fopen("/proc/net/unix", "re");
    struct dhi_direct_name name, *found = NULL;
    uint32_t me = geteuid();
    size_t n = 0;
    char line[256];
    dh_err err = DH_OK;

    if (table == NULL) return dhi_why_errno(why, "/proc/net/unix");
    while (!err && fgets(line, sizeof line, table) != NULL)
        if (parse_line(line, &name) && (me == 0 || name.uid == me) && !append(&found, &n, &name))
            err = dhi_why_errno(why, "the list of channels");
    fclose(table);
    if (err) {
        free(found);
        return err;
    }
    *names = found;
    *n_names = n;
    return DH_OK;
}

dh_err dhi_call(int *fd, const struct dhi_address *address, const char *name, dh_err absent,
                struct dhi_peer *peer, int64_t deadline_ns, struct dh_why *why)
{
    int called = dhi_socket_connect(address, deadline_ns);
    struct dhi_peer other;
    dh_err err = DH_OK;

    if (called < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS))
        return dhi_why_errno(why, "a socket");
    if (called < 0) return dhi_why(why, absent, "%s: %s", name, strerror(errno));
    if (!dhi_socket_peer(called, &other)) {
        err = dhi_why_errno(why, "SO_PEERCRED");
    } else if (geteuid() != 0 && other.uid != 0 && other.uid != geteuid()) {
        err = dhi_why(why, DH_EREFUSED, "%s is held by process %u of user %u, who is not trusted",
                      name, other.pid, other.uid);
    }
    if (err) {
        close(called);
        return err;
    }
    if (peer != NULL) *peer = other;
    *fd = called;
    return DH_OK;
}

dh_err dhi_call_broker(int *fd, const char *broker, int64_t deadline_ns, struct dh_why *why)
{
    char path[DHI_SOCKET_PATH_BYTES];
    struct dhi_address address;
    dh_err err;

    if (dh_hub_socket_path(broker, path, sizeof path) != DH_OK)
        return dhi_why(why, DH_EINVAL, "the broker's socket path is longer than %d bytes",
                       DHI_SOCKET_PATH_BYTES - 1);
    if (!dhi_address_file(&address, path)) return dhi_why_errno(why, path);
    err = dhi_call(fd, &address, path, DH_ENOBROKER, NULL, deadline_ns, why);
    if (err == DH_EREFUSED && why != NULL) why->err = DH_ENOBROKER;
    return err == DH_EREFUSED ? DH_ENOBROKER : err;
}
