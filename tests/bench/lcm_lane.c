/* SPDX-License-Identifier: Apache-2.0
 *
 * lcm_lane.c - LCM, over UDP multicast as it is made. In a network of our own, with nothing in it
 * but a loopback: no packet leaves the machine. Publishing copies; a thread of the library's reads
 * packets, and lcm_handle() sleeps until one came. It loses what comes too fast, so that there are
 * round trips and no streams.
 */
#include "loops.h"

#include <lcm/lcm.h>

#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct lcm_lane {
    struct lane lane;
    lcm_t *lcm;
    uint64_t *message; /* what is published is copied from here */
    uint64_t received;
    bool has_arrived;
    int outside; /* the network that dh-bench came from */
};

static struct lcm_lane *lcm_of(struct lane *lane)
{
    return (struct lcm_lane *)(void *)lane;
}

static inline void lcm_lane_send(struct lane *lane, uint64_t n)
{
    struct lcm_lane *mine = lcm_of(lane);

    payload_write(mine->message, lane->words, n);
    if (lcm_publish(mine->lcm, lane->name, mine->message, (unsigned)lane->size) != 0)
        stage_fail("lcm_publish: it cannot send %zu bytes", lane->size);
}

static inline uint64_t lcm_lane_receive(struct lane *lane)
{
    struct lcm_lane *mine = lcm_of(lane);

    mine->has_arrived = false;
    while (!mine->has_arrived) /* it may have handled what was not for us */
        if (lcm_handle(mine->lcm) != 0) stage_fail("lcm_handle: nothing more can be received");
    return mine->received;
}

static void arrived(const lcm_recv_buf_t *buffer, const char *channel, void *user)
{
    struct lane *lane = user;

    (void)channel;
    lcm_of(lane)->has_arrived = true;
    lcm_of(lane)->received =
        buffer->data_size == lane->size ? payload_read(buffer->data, lane->words) : PAYLOAD_TORN;
}

/* ---- a network of our own ---- */

static bool raise_loopback(void)
{
    struct ifreq lo = { .ifr_name = "lo" };
    struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = lo.ifr_name };
    struct sockaddr_in group = { .sin_family = AF_INET }, mask = group;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok;

    group.sin_addr.s_addr = htonl(0xe0000000); /* 224.0.0.0/4 */
    mask.sin_addr.s_addr = htonl(0xf0000000);
    memcpy(&route.rt_dst, &group, sizeof group);
    memcpy(&route.rt_genmask, &mask, sizeof mask);
    lo.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK | IFF_MULTICAST;
    ok = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0 && ioctl(fd, SIOCADDRT, &route) == 0;
    if (fd >= 0) close(fd);
    return ok;
}

static void leave_network(const struct lcm_lane *mine)
{
    (void)setns(mine->outside, CLONE_NEWNET);
    close(mine->outside);
}

/* Both lanes of a row are in the first one's. */
static bool lcm_prepare(struct lane *lane)
{
    struct lcm_lane *mine = lcm_of(lane);

    mine->outside = -1;
    if (lane->name[0] == 'b') return true;
    mine->outside = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (mine->outside < 0) return false;
    if (unshare(CLONE_NEWNET) == 0) {
        if (raise_loopback()) return true;
        leave_network(mine);
    } else {
        close(mine->outside);
    }
    mine->outside = -1;
    return false;
}

static void lcm_dismiss(struct lane *lane)
{
    if (lcm_of(lane)->outside >= 0) leave_network(lcm_of(lane));
}

/* ---- */

static void lcm_open(struct lane *lane)
{
    struct lcm_lane *mine = lcm_of(lane);

    mine->lcm = lcm_create("udpm://239.255.76.67:7667?ttl=0&recv_buf_size=2097152");
    if (mine->lcm == NULL) stage_fail("lcm_create: no multicast on a loopback of our own");
}

static void lcm_open_sender(struct lane *lane)
{
    lcm_open(lane);
    lcm_of(lane)->message = calloc(lane->words, sizeof(uint64_t));
    if (lcm_of(lane)->message == NULL) stage_fail("no memory for a message");
}

static void lcm_open_receiver(struct lane *lane)
{
    lcm_open(lane);
    if (lcm_subscribe(lcm_of(lane)->lcm, lane->name, arrived, lane) == NULL)
        stage_fail("lcm_subscribe");
}

static void lcm_close(struct lane *lane)
{
    if (lcm_of(lane)->lcm != NULL) lcm_destroy(lcm_of(lane)->lcm);
    free(lcm_of(lane)->message);
}

static void lcm_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, lcm_lane_send, lcm_lane_receive);
}

static void lcm_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, lcm_lane_send, lcm_lane_receive);
}

const struct transport lcm_transport = { .subject = "lcm",
                                         .title = "LCM, blocking",
                                         .lane_bytes = sizeof(struct lcm_lane),
                                         .prepare = lcm_prepare,
                                         .dismiss = lcm_dismiss,
                                         .open_sender = lcm_open_sender,
                                         .open_receiver = lcm_open_receiver,
                                         .close = lcm_close,
                                         .ping = lcm_ping,
                                         .pong = lcm_pong };
