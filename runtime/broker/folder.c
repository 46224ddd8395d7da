/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/folder.h"

#include <dh/time.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

int dhi_folder_lock(const char *folder, int64_t patience_ns)
{
    int64_t until = dh_in(patience_ns);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) return -1;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && (errno != EWOULDBLOCK || dh_now() > until)) {
            int saved = errno;

            close(fd);
            errno = saved;
            return -1;
        }
        nanosleep(&(struct timespec){ .tv_nsec = 5 * DH_MS }, NULL);
    }
    return fd;
}
