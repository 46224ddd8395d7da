/* SPDX-License-Identifier: Apache-2.0
 *
 * wish.h - what is said on the connection between a strict block's producer and whoever was given
 * something of the block: a wish, and the same packet back when it is granted.
 *
 *      consumer, about to sleep   WAKE ──▶ attendant: hint = 1 ─▶ StoreLoad ──▶ WAKE   look again
 *      dhadmin                    COPY ──▶ attendant: copies the records     ──▶ COPY
 *
 * A connection carries wishes alone once its descriptors have been sent.
 */
#ifndef DHI_BLOCK_WISH_H
#define DHI_BLOCK_WISH_H

#include <stdbool.h>
#include <stdint.h>

enum dhi_wish {
    DHI_WISH_WAKE = 1, /* wake me at the next commit */
    DHI_WISH_COPY = 2, /* copy the records now */
};

struct dhi_wish_packet {
    uint64_t magic;
    uint32_t wish; /* enum dhi_wish */
    uint32_t serial;
};

/* Wish, and wait until it is granted; *serial is the connection's count. False: the other side hung
 * up, or was not heard until then. A later answer to this wish counts for nothing. */
bool dhi_wish(int talk, enum dhi_wish wish, uint32_t *serial, int64_t until_ns);

enum dhi_wished {
    DHI_WISHED_NOTHING,  /* yet */
    DHI_WISHED,          /* *packet is one */
    DHI_WISHED_NONSENSE, /* or a hang-up: the connection deserves no more */
};

/* The producer's side, without waiting. */
/* Whether the next packet is one, by its size: others may say something else there, too. */
bool dhi_wish_is_next(int fd);
enum dhi_wished dhi_wish_take(int fd, struct dhi_wish_packet *packet);
/* Who does not read its answers goes without. */
void dhi_wish_answer(int fd, const struct dhi_wish_packet *packet);

#endif
