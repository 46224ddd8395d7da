/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds what, is it stuck, and give back what the dead held: dh/recovery.h, as methods of
 * dh.Observer and as dh.recovery. */
#include "observer.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned long long big; /* as Py_BuildValue's K takes it */

/* ---- look --------------------------------------------------------------------------------- */

/* record: the consumer's, None for the producer. */
static PyObject *holder_record(const struct dh_holder *h)
{
    PyObject *record = h->record >= 0 ? PyLong_FromLong(h->record) : Py_NewRef(Py_None);

    return dhp_record(
        Py_BuildValue("{s:N,s:s,s:s,s:s,s:N,s:K,s:K}", "record", record, "life",
                      dh_life_name(h->life), "evidence", dh_evidence_text(h->evidence), "motion",
                      dh_motion_name(h->motion), "identity", dhp_identity(&h->identity), "since_ns",
                      (big)h->since_ns, "seen_ns", (big)h->seen_ns));
}

static PyObject *holder_list(const struct dh_holder *holders, uint32_t n)
{
    PyObject *list = PyList_New(0);

    for (uint32_t i = 0; list != NULL && i < n; i++)
        if (!dhp_append(list, holder_record(&holders[i]))) Py_CLEAR(list);
    return list;
}

static PyObject *report_record(const struct dh_slot_report *report, const struct dh_holder *holders,
                               uint32_t n)
{
    return dhp_record(Py_BuildValue("{s:I,s:N,s:K,s:O,s:I,s:N}", "index", report->index, "facts",
                                    dhp_slot_record(report->index, &report->facts), "since_ns",
                                    (big)report->since_ns, "stuck",
                                    report->stuck ? Py_True : Py_False, "n_holders",
                                    report->n_holders, "holders", holder_list(holders, n)));
}

/* slot(index): what it is doing, who has it, and whether it is stuck. */
PyObject *dhp_observer_slot(PyObject *object, PyObject *number)
{
    const struct observer *self = (const struct observer *)object;
    unsigned long index = PyLong_AsUnsignedLong(number);
    struct dh_block_facts facts;
    struct dh_slot_report report;
    struct dh_holder *holders;
    PyObject *record = NULL;
    uint32_t room;
    dh_err err;

    if (PyErr_Occurred() || !dhp_side_usable((struct side *)object)) return NULL;
    dh_observer_block(self->handle, &facts);
    if (index >= facts.n_states)
        return PyErr_Format(PyExc_IndexError, "%U has slots 0 to %u, no %lu", self->side.name,
                            facts.n_states - 1, index);
    room = facts.policy.n_consumers + 1; /* and the producer */
    holders = calloc(room, sizeof *holders);
    if (holders == NULL) return PyErr_NoMemory();
    err = dh_recovery_slot(self->handle, (uint32_t)index, &report, holders, room);
    if (err == DH_OK)
        record = report_record(&report, holders, report.n_holders < room ? report.n_holders : room);
    else
        dhp_raise(err, dhp_side_who((struct side *)object), NULL);
    free(holders);
    return record;
}

static PyObject *lock_record(const struct observer *self, uint32_t zone, uint32_t lock,
                             const struct dh_lock_report *report)
{
    PyObject *holder = report->held ? holder_record(&report->holder) : Py_NewRef(Py_None);

    return dhp_record(Py_BuildValue("{s:s,s:I,s:O,s:O,s:O,s:I,s:N}", "zone",
                                    dh_observer_zone_name(self->handle, zone), "lock", lock, "held",
                                    report->held ? Py_True : Py_False, "owner_died",
                                    report->owner_died ? Py_True : Py_False, "stuck",
                                    report->stuck ? Py_True : Py_False, "depth", report->depth,
                                    "holder", holder));
}

/* locks(): of all shared zones; needs admin=True. */
PyObject *dhp_observer_locks(PyObject *object, PyObject *unused)
{
    const struct observer *self = (const struct observer *)object;
    PyObject *list;

    (void)unused;
    if (!dhp_side_usable((struct side *)object)) return NULL;
    list = PyList_New(0);
    for (uint32_t zone = 0; zone < dh_observer_n_zones(self->handle); zone++)
        for (uint32_t i = 0; list != NULL && i < dh_recovery_n_locks(self->handle, zone); i++) {
            struct dh_lock_report report;
            dh_err err = dh_recovery_lock(self->handle, zone, i, &report);

            if (err != DH_OK) dhp_raise(err, dhp_side_who((struct side *)object), NULL);
            if (err != DH_OK || !dhp_append(list, lock_record(self, zone, i, &report)))
                Py_CLEAR(list);
        }
    return list;
}

/* torn(zone): is a producer's zone in the middle of an update? */
PyObject *dhp_observer_torn(PyObject *object, PyObject *name)
{
    const struct observer *self = (const struct observer *)object;
    bool torn;
    uint32_t index;
    dh_err err;

    if (!dhp_side_usable((struct side *)object)) return NULL;
    index = dhp_zone_index((struct side *)object, name);
    if (index == 0) return NULL;
    err = dh_recovery_zone_torn(self->handle, index - 1, &torn);
    if (err != DH_OK) return dhp_raise(err, dhp_side_who((struct side *)object), NULL);
    return PyBool_FromLong(torn);
}

/* ---- what a call found -------------------------------------------------------------------- */

/* Told without the interpreter's lock, so kept until the call is over. */
struct found {
    size_t item_bytes, n, room;
    char *items;
    bool full; /* memory ran out */
};

static void keep(struct found *found, const void *item)
{
    size_t room = found->room > 0 ? 2 * found->room : 16;
    char *grown;

    if (found->n == found->room) {
        grown = realloc(found->items, room * found->item_bytes);
        found->full = found->full || grown == NULL;
        if (grown == NULL) return;
        found->items = grown;
        found->room = room;
    }
    memcpy(found->items + found->n++ * found->item_bytes, item, found->item_bytes);
}

static void keep_release(void *context, const struct dh_release *release)
{
    keep(context, release);
}

static void keep_flaw(void *context, const struct dh_flaw *flaw)
{
    keep(context, flaw);
}

static PyObject *release_record(const void *item)
{
    const struct dh_release *r = item;
    PyObject *buffer =
        r->held_buffer >= 0 ? PyLong_FromLongLong(r->held_buffer) : Py_NewRef(Py_None);

    return dhp_record(Py_BuildValue("{s:I,s:N,s:K,s:K,s:N,s:I,s:O}", "record", r->record,
                                    "identity", dhp_identity(&r->identity), "position",
                                    (big)r->position, "n_messages", (big)r->n_messages,
                                    "held_buffer", buffer, "n_locks", r->n_locks, "done",
                                    r->done ? Py_True : Py_False));
}

static PyObject *flaw_record(const void *item)
{
    const struct dh_flaw *f = item;
    PyObject *index = f->index >= 0 ? PyLong_FromLongLong(f->index) : Py_NewRef(Py_None);

    return dhp_record(Py_BuildValue("{s:s,s:N,s:N}", "part", dh_part_name(f->part), "index", index,
                                    "text", dhp_text(f->text)));
}

/* The list of them; frees them. */
static PyObject *found_list(struct found *found, PyObject *(*record)(const void *item))
{
    PyObject *list = found->full ? PyErr_NoMemory() : PyList_New(0);

    for (size_t i = 0; list != NULL && i < found->n; i++)
        if (!dhp_append(list, record(found->items + i * found->item_bytes))) Py_CLEAR(list);
    free(found->items);
    return list;
}

/* The exception knows what was done before it. Takes `done` over. */
static void *raise_with(dh_err err, const char *channel, const struct dh_why *why, PyObject *done)
{
    PyObject *type, *error, *trace;

    dhp_raise(err, channel, why);
    PyErr_Fetch(&type, &error, &trace);
    if (error != NULL && done != NULL) (void)PyObject_SetAttrString(error, "released", done);
    PyErr_Restore(type, error, trace);
    Py_XDECREF(done);
    return NULL;
}

/* ---- dh.recovery -------------------------------------------------------------------------- */

/* validate(channel, *, secret=None, broker=None) */
static PyObject *validate(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel", "secret", "broker", NULL };
    struct found found = { .item_bytes = sizeof(struct dh_flaw) };
    struct dh_recovery_options options = { 0 };
    struct dh_validation result = { 0 };
    struct dh_why why = { 0 };
    PyObject *secret = Py_None, *flaws, *checked;
    const char *channel;
    dh_err err;

    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|$Oz:validate", words, &channel, &secret,
                                     &options.broker) ||
        !dhp_secret(secret, &options.secret))
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    err = dh_recovery_validate(channel, &options, keep_flaw, &found, &result, &why);
    Py_END_ALLOW_THREADS;
    flaws = found_list(&found, flaw_record);
    if (flaws == NULL) return NULL;
    if (err != DH_OK) {
        Py_DECREF(flaws);
        return dhp_raise(err, channel, &why);
    }
    checked = PyDict_New();
    for (unsigned i = 0; checked != NULL && i < DH_PARTS; i++) {
        PyObject *n = PyLong_FromUnsignedLongLong(result.checked[i]);
        if (n == NULL || PyDict_SetItemString(checked, dh_part_name((enum dh_part)i), n) < 0)
            Py_CLEAR(checked);
        Py_XDECREF(n);
    }
    return dhp_record(Py_BuildValue("{s:N,s:N,s:K}", "flaws", flaws, "checked", checked, "n_flaws",
                                    (big)result.n_flaws));
}

/* release(channel, *, dry_run=False, secret=None, broker=None) */
static PyObject *release(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel", "dry_run", "secret", "broker", NULL };
    struct found found = { .item_bytes = sizeof(struct dh_release) };
    struct dh_recovery_options options = { 0 };
    struct dh_why why = { 0 };
    PyObject *secret = Py_None, *done;
    const char *channel;
    uint32_t n;
    int dry_run = 0;
    dh_err err;

    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|$pOz:release", words, &channel, &dry_run,
                                     &secret, &options.broker) ||
        !dhp_secret(secret, &options.secret))
        return NULL;
    options.dry_run = dry_run != 0;
    Py_BEGIN_ALLOW_THREADS;
    err = dh_recovery_release(channel, &options, keep_release, &found, &n, &why);
    Py_END_ALLOW_THREADS;
    done = found_list(&found, release_record);
    if (done == NULL || err == DH_OK) return done;
    return raise_with(err, channel, &why, done);
}

/* slot: None is all of them. */
static bool slot_of(PyObject *given, int64_t *slot)
{
    *slot = given == Py_None ? -1 : PyLong_AsLongLong(given);
    if (PyErr_Occurred()) return false;
    if (given != Py_None && *slot < 0)
        PyErr_SetString(PyExc_ValueError, "a slot is 0 or more; None: all of them");
    return given == Py_None || *slot >= 0;
}

/* reset(channel, slot=None, *, force=False, dry_run=False, secret=None, broker=None) */
static PyObject *reset(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel", "slot", "force", "dry_run", "secret", "broker", NULL };
    struct found found = { .item_bytes = sizeof(struct dh_release) };
    struct dh_recovery_options options = { 0 };
    struct dh_why why = { 0 };
    PyObject *secret = Py_None, *given = Py_None, *done;
    const char *channel;
    int dry_run = 0, force = 0;
    int64_t slot;
    uint32_t n;
    dh_err err;

    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|O$ppOz:reset", words, &channel, &given,
                                     &force, &dry_run, &secret, &options.broker) ||
        !dhp_secret(secret, &options.secret) || !slot_of(given, &slot))
        return NULL;
    options.dry_run = dry_run != 0;
    options.force = force != 0;
    Py_BEGIN_ALLOW_THREADS;
    err = force ? dh_recovery_end(channel, &options, NULL, NULL, &why)
                : dh_recovery_reset(channel, slot, &options, keep_release, &found, &n, &why);
    Py_END_ALLOW_THREADS;
    done = found_list(&found, release_record);
    if (done == NULL || err == DH_OK) return done;
    return raise_with(err, channel, &why, done);
}

/* forget(channel, *, secret=None, broker=None) */
static PyObject *forget(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel", "secret", "broker", NULL };
    struct dh_recovery_options options = { 0 };
    struct dh_why why = { 0 };
    PyObject *secret = Py_None;
    const char *channel;
    dh_err err;

    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|$Oz:forget", words, &channel, &secret,
                                     &options.broker) ||
        !dhp_secret(secret, &options.secret))
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    err = dh_recovery_forget(channel, &options, &why);
    Py_END_ALLOW_THREADS;
    if (err != DH_OK) return dhp_raise(err, channel, &why);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    { "validate", (PyCFunction)(void (*)(void))validate, METH_VARARGS | METH_KEYWORDS,
      "validate(channel, *, secret=None, broker=None)\n\nCheck every word of its block." },
    { "release", (PyCFunction)(void (*)(void))release, METH_VARARGS | METH_KEYWORDS,
      "release(channel, *, dry_run=False, secret=None, broker=None)\n\nGive back what the dead "
      "held." },
    { "reset", (PyCFunction)(void (*)(void))reset, METH_VARARGS | METH_KEYWORDS,
      "reset(channel, slot=None, *, force=False, dry_run=False, secret=None, broker=None)\n\nFree "
      "one slot, or all, from whoever is dead. force: make a living producer give way; one that "
      "does "
      "not answer is ended." },
    { "forget", (PyCFunction)(void (*)(void))forget, METH_VARARGS | METH_KEYWORDS,
      "forget(channel, *, secret=None, broker=None)\n\nHave the broker forget a dead channel." },
    { NULL, NULL, 0, NULL },
};

bool dhp_recovery_open(PyObject *module)
{
    return PyModule_AddFunctions(module, methods) == 0;
}
