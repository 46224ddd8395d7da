/* SPDX-License-Identifier: Apache-2.0
 *
 * consumer.h - what consumer.c (messages: who holds which) and consumer_type.c (dh.Consumer) share.
 */
#ifndef DHP_CONSUMER_H
#define DHP_CONSUMER_H

#include "binding.h"

struct consumer {
    struct side side;
    dh_consumer *handle;
    struct memory *current;
    struct memory **held; /* from the oldest on; NULL where nobody has it any more */
    struct dh_slot *slots;
    uint32_t n_held, n_room;
    uint32_t in_hand; /* of them, as libdh counts: the others are claimed all the same */
    bool one;         /* may be held at a time; else as many as the ring has */
    bool copies;
};

extern const struct side_kind dhp_consumer_kind;

/* The message before is given back; then the next one, or NULL and *err, or an exception. */
PyObject *dhp_consumer_next(struct consumer *self, int64_t deadline_ns, dh_err *err);

#endif
