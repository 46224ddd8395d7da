/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/door.h"

#include "broker/folder.h"
#include "os/socket.h"

#include <dh/time.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static int say(char *text, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int say(char *text, int status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, DHI_DOOR_TEXT_BYTES, format, arguments);
    va_end(arguments);
    return status;
}

static void folder_of(const char *path, char *folder, size_t size)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        snprintf(folder, size, ".");
    else
        snprintf(folder, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

/* Two brokers that start at once must not both find the stale file: who looks, removes and binds
 * holds the folder's lock. */
static int lock_folder(const char *folder)
{
    return dhi_folder_lock(folder, 2 * DH_S);
}

/* Whether the path is free now: what is there is no socket of a living broker. */
static int clear_path(const char *path, const struct dhi_address *address, char *text)
{
    struct dhi_peer peer = { 0 };
    struct stat status;
    int fd;

    if (lstat(path, &status) != 0)
        return errno == ENOENT ? 0 : say(text, EX_CANTCREAT, "%s: %s", path, strerror(errno));
    if (!S_ISSOCK(status.st_mode))
        return say(text, EX_CANTCREAT, "%s is there and no socket; give another path", path);
    fd = dhi_socket_connect(address, dh_in(DH_S));
    if (fd >= 0) {
        bool known = dhi_socket_peer(fd, &peer);

        close(fd);
        return say(text, EX_TEMPFAIL, "another dhbroker (pid %u) serves %s", known ? peer.pid : 0,
                   path);
    }
    if (errno != ECONNREFUSED)
        return say(text, EX_TEMPFAIL, "%s is held by somebody who does not answer: %s", path,
                   strerror(errno));
    if (unlink(path) != 0 && errno != ENOENT)
        return say(text, EX_CANTCREAT, "the stale %s cannot be removed: %s", path, strerror(errno));
    return 0;
}

/* The mode opens last: producers that watch the folder see that as "it listens now". Everybody may
 * knock, since the folder decides who comes near and each message is checked against who sent it.
 */
static int bind_path(struct dhi_door *door, const struct dhi_address *address, char *text)
{
    mode_t before = umask(0777);
    struct stat status;
    int fd = dhi_socket_bind(address);

    umask(before);
    if (fd < 0) return say(text, EX_CANTCREAT, "%s: bind: %s", door->path, strerror(errno));
    if (listen(fd, SOMAXCONN) != 0 || lstat(door->path, &status) != 0 ||
        chmod(door->path, 0666) != 0) {
        say(text, EX_CANTCREAT, "%s: %s", door->path, strerror(errno));
        unlink(door->path);
        close(fd);
        return EX_CANTCREAT;
    }
    door->listener = fd;
    door->device = status.st_dev;
    door->inode = status.st_ino;
    return 0;
}

int dhi_door_open(struct dhi_door *door, const char *path, char text[DHI_DOOR_TEXT_BYTES])
{
    struct dhi_address address;
    char folder[sizeof door->path];
    int lock, status;

    *door = (struct dhi_door){ .listener = -1 };
    if (!dhi_address_file(&address, path))
        return say(text, EX_USAGE, "the socket's path is longer than 107 bytes");
    snprintf(door->path, sizeof door->path, "%s", path);
    folder_of(path, folder, sizeof folder);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return say(text, EX_CANTCREAT, "the folder %s cannot be made: %s", folder, strerror(errno));
    lock = lock_folder(folder);
    if (lock < 0 && errno == EWOULDBLOCK)
        return say(text, EX_TEMPFAIL, "another dhbroker is starting in %s", folder);
    if (lock < 0) return say(text, EX_CANTCREAT, "%s: %s", folder, strerror(errno));
    status = clear_path(path, &address, text);
    if (status == 0) status = bind_path(door, &address, text);
    close(lock);
    return status;
}

void dhi_door_inherit(struct dhi_door *door, int listener)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    socklen_t size = sizeof address;

    *door = (struct dhi_door){ .listener = listener, .inherited = true };
    if (getsockname(listener, (struct sockaddr *)&address, &size) == 0)
        snprintf(door->path, sizeof door->path, "%s", address.sun_path);
}

uint32_t dhi_door_owner(const struct dhi_door *door)
{
    struct dhi_peer peer;

    return dhi_socket_peer(door->listener, &peer) ? peer.uid : geteuid();
}

void dhi_door_close(struct dhi_door *door)
{
    char folder[sizeof door->path];
    struct stat status;
    int lock;

    if (door->listener < 0) return;
    if (door->inherited) {
        close(door->listener);
        door->listener = -1;
        return;
    }
    folder_of(door->path, folder, sizeof folder);
    lock = lock_folder(folder);
    if (lstat(door->path, &status) == 0 && status.st_dev == door->device &&
        status.st_ino == door->inode)
        unlink(door->path);
    if (lock >= 0) close(lock);
    close(door->listener);
    door->listener = -1;
}
