/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of a consumer. One message is current: the next read gives it back, unless an array or
 * memoryview still looks at it. On `full: wait` channels such a message stays claimed while later
 * ones are read, and messages are given back in order; elsewhere one is held at a time. */
#include "consumer.h"

#include <stdlib.h>
#include <string.h>

/* ---- giving back -------------------------------------------------------------------------- */

static bool is_done(const struct memory *memory)
{
    return memory == NULL || (!memory->alive && memory->n_exports == 0);
}

/* Put out, or the like: nothing is held any more. */
static void lose_all(struct consumer *self)
{
    for (uint32_t i = 0; i < self->n_held; i++)
        if (self->held[i] != NULL) self->held[i]->alive = false;
    self->n_held = self->in_hand = 0;
    self->current = NULL;
}

/* All that is held in hand again, as giving back and going on need it. */
static dh_err take_in_hand(struct consumer *self)
{
    uint32_t n = 0;
    dh_err err = DH_OK;

    if (self->in_hand == self->n_held) return DH_OK;
    if (self->in_hand > 0) (void)dh_consumer_release_many(self->handle, 0);
    err = dh_consumer_acquire_many(self->handle, DH_NOW, self->slots, self->n_held, &n);
    self->in_hand = err == DH_OK ? n : 0;
    return err;
}

static void settle(struct side *side)
{
    struct consumer *self = (struct consumer *)side;
    uint32_t n = 0;
    dh_err err;

    if (side->busy || side->forked || self->handle == NULL) return;
    while (n < self->n_held && is_done(self->held[n]))
        n++;
    if (n == 0) return;
    err = take_in_hand(self);
    if (err == DH_OK) err = dh_consumer_release_many(self->handle, n);
    if (err != DH_OK) { /* what was read does not count, and nobody may be here to be told */
        side->pending = err;
        lose_all(self);
        return;
    }
    self->in_hand = 0;
    self->n_held -= n;
    memmove(self->held, self->held + n, self->n_held * sizeof *self->held);
}

static void forget(struct side *side, struct memory *memory)
{
    struct consumer *self = (struct consumer *)side;

    if (self->current == memory) self->current = NULL;
    for (uint32_t i = self->n_held; i-- > 0;)
        if (self->held[i] == memory) {
            self->held[i] = NULL;
            settle(side);
            return;
        }
}

static void finish(struct side *side)
{
    struct consumer *self = (struct consumer *)side;

    lose_all(self);
    dh_consumer_close(self->handle);
    self->handle = NULL;
}

const struct side_kind dhp_consumer_kind = { "consumer", "Consumer", finish, settle, forget };

/* ---- the next message --------------------------------------------------------------------- */

static dh_err acquire(struct side *side, void *context, int64_t deadline_ns)
{
    struct consumer *self = (struct consumer *)side;
    uint32_t n;

    (void)context;
    return dh_consumer_acquire_many(self->handle, deadline_ns, self->slots, 1, &n);
}

static dh_err await_next(struct side *side, void *context, int64_t deadline_ns)
{
    struct consumer *self = (struct consumer *)side;

    (void)context;
    return dh_consumer_await(self->handle, self->n_held + 1, deadline_ns);
}

static bool have_room(struct consumer *self)
{
    uint32_t wanted = self->n_held + 1,
             room = self->n_room * 2 > wanted ? self->n_room * 2 : wanted;
    struct memory **held;
    struct dh_slot *slots;

    if (wanted <= self->n_room) return true;
    held = realloc(self->held, room * sizeof *held);
    if (held != NULL) self->held = held;
    slots = held != NULL ? realloc(self->slots, room * sizeof *slots) : NULL;
    if (slots != NULL) self->slots = slots;
    if (slots == NULL)
        PyErr_NoMemory();
    else
        self->n_room = room;
    return slots != NULL;
}

/* Asked each time: a successor's ring may be larger or smaller. */
static uint32_t most(const struct consumer *self)
{
    return self->one ? 1 : dh_slot_rw_count(dh_consumer_slot_rw(self->handle));
}

static bool say_held(const struct consumer *self)
{
    PyErr_Format(
        PyExc_BufferError,
        self->one ? "%U: an array or memoryview still looks at the message before, and this "
                    "channel holds one at a time (%u): del it, or copy it, before the next read; "
                    "or open with copy=True"
                  : "%U: arrays or memoryviews still look at %u messages, as many as the ring "
                    "has: del or copy them; or open with copy=True",
        self->side.name, self->n_held);
    return false;
}

/* Into *slot, and in hand. DH_OK with an exception set: interrupted. */
static dh_err next_slot(struct consumer *self, int64_t deadline_ns, struct dh_slot *slot)
{
    bool interrupted = false;
    dh_err err;

    if (!have_room(self)) return DH_OK;
    if (self->n_held == 0) {
        err = dhp_wait(&self->side, acquire, NULL, deadline_ns, &interrupted);
        if (interrupted) return DH_OK;
        if (err == DH_OK) self->in_hand = 1;
        *slot = self->slots[0];
        return err;
    }
    if (self->n_held >= most(self) && !say_held(self)) return DH_OK;
    err = dhp_wait(&self->side, await_next, NULL, deadline_ns, &interrupted);
    if (interrupted) return DH_OK;
    if (err != DH_OK) return err;
    if (self->n_held == 0) return next_slot(self, deadline_ns, slot); /* all went while we waited */
    if (self->in_hand > 0) (void)dh_consumer_release_many(self->handle, 0);
    err = dh_consumer_acquire_many(self->handle, DH_NOW, self->slots, self->n_held + 1,
                                   &self->in_hand);
    if (err != DH_OK) {
        lose_all(self);
        return err;
    }
    *slot = self->slots[self->n_held];
    return self->in_hand > self->n_held ? DH_OK
                                        : DH_ECHECKSUM; /* it would be skipped, were it first */
}

/* What the producer's minor does not have is zero in a copy. */
static struct memory *copy_slot(struct consumer *self, const struct dh_slot *slot, size_t size)
{
    struct memory *copy = dhp_memory_own(self->side.schema, size);

    if (copy != NULL) memcpy(copy->data, slot->data, slot->length < size ? slot->length : size);
    return copy;
}

static PyObject *deliver(struct consumer *self, const struct dh_slot *slot)
{
    size_t size = self->side.schema->dh->roots[0].size_bytes;
    bool copies = self->copies || slot->length < size;
    struct memory *made = copies ? copy_slot(self, slot, size)
                                 : dhp_memory_new(MEMORY_MESSAGE, self->side.schema, &self->side,
                                                  slot->data, size, false);
    PyObject *view = NULL;
    dh_err err;

    self->held[self->n_held++] = copies ? NULL : made;
    if (made == NULL) {
        self->held[self->n_held - 1] = NULL;
        settle(&self->side);
        return NULL;
    }
    made->sequence = slot->sequence;
    made->commit_ns = slot->commit_ns;
    made->minor = dh_consumer_minor(self->handle);
    if (copies)
        settle(&self->side);
    else
        self->current = made;
    err = self->side.pending;
    self->side.pending = DH_OK;
    if (err != DH_OK)
        dhp_raise(err, dhp_side_who(&self->side), NULL);
    else
        view = (PyObject *)dhp_view_new(made, &self->side.schema->roots[0], 0);
    Py_DECREF(made);
    return view;
}

PyObject *dhp_consumer_next(struct consumer *self, int64_t deadline_ns, dh_err *err)
{
    struct dh_slot slot = { 0 };
    struct memory *before = self->current;

    *err = DH_OK;
    if (!dhp_side_usable(&self->side)) return NULL;
    if (before != NULL) {
        self->current = NULL;
        dhp_memory_end(before);
    }
    if (self->side.pending != DH_OK) {
        *err = self->side.pending;
        self->side.pending = DH_OK;
        return NULL;
    }
    *err = next_slot(self, deadline_ns, &slot);
    if (*err != DH_OK || slot.data == NULL) return NULL; /* or interrupted */
    return deliver(self, &slot);
}
