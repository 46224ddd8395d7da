/* SPDX-License-Identifier: Apache-2.0
 *
 * answer.h - how DISCOVER is answered: the same in the broker and in a producer that is found
 * directly.
 */
#ifndef DHI_WIRE_ANSWER_H
#define DHI_WIRE_ANSWER_H

#include "wire/channel.h"

/* A reply on its way, with what goes beside it. */
struct dhi_answer {
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo; /* borrowed */
    int owned;              /* a descriptor of the cargo that is closed after sending; -1: none */
};

void dhi_answer_start(struct dhi_answer *answer, const struct dhi_wire_request *request);
/* Say `status`, and why. */
void dhi_answer_say(struct dhi_answer *answer, enum dhi_wire_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Policy: the channel's owner and root. */
bool dhi_peer_may(const struct dhi_peer *peer, uint32_t owner_uid);

/* Answer a look-up of that one channel: policy, role, secret, descriptors. */
void dhi_answer_channel(struct dhi_answer *answer, const struct dhi_wire_request *request,
                        const struct dhi_peer *peer, struct dhi_challenge *challenge,
                        const struct dhi_channel *channel);
/* The same for somebody who may, however that is known. */
void dhi_answer_granted(struct dhi_answer *answer, const struct dhi_wire_request *request,
                        const struct dhi_peer *peer, struct dhi_challenge *challenge,
                        const struct dhi_channel *channel);

/* Whether it fits a listing's pattern, and comes after where the last page ended. */
bool dhi_answer_lists(const struct dhi_wire_request *request, const struct dhi_channel *channel);
/* Add it to the page; false, and `more` is set, if the page is full. */
bool dhi_answer_add(struct dhi_answer *answer, const struct dhi_wire_entry *entry);

enum dhi_heard {
    DHI_HEARD_NOTHING, /* yet */
    DHI_HEARD_REQUEST,
    DHI_HEARD_NONSENSE, /* the answer says what does not fit; the connection deserves no more */
    DHI_HEARD_HANGUP,
};

/* Take the next request from a connection and begin its answer. The cargo's descriptors are the
 * caller's to close, on DHI_HEARD_REQUEST alone. */
enum dhi_heard dhi_answer_listen(int fd, struct dhi_wire_request *request, struct dhi_cargo *cargo,
                                 struct dhi_answer *answer);

/* Send it without waiting, and close what it owns. False with errno. */
bool dhi_answer_send(int fd, struct dhi_answer *answer);

#endif
