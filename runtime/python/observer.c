/* SPDX-License-Identifier: Apache-2.0 */
/* dh.Observer: look at any channel without disturbing it. What it gives are copies. */
#include "observer.h"

#include <string.h>

static void settle(struct side *side)
{
    (void)side;
}

static void forget(struct side *side, struct memory *memory)
{
    (void)side;
    (void)memory;
}

static void finish(struct side *side)
{
    dh_observer_close(((struct observer *)side)->handle);
    ((struct observer *)side)->handle = NULL;
}

static const struct side_kind kind = { "observer", "Observer", finish, settle, forget };

/* ---- messages and zones ------------------------------------------------------------------- */

struct copying {
    uint64_t sequence;
    struct dh_slot_facts facts;
    struct memory *into;
    uint32_t zone;
};

static dh_err copy_message(struct side *side, void *context, int64_t deadline_ns)
{
    struct copying *c = context;

    return dh_observer_copy(((struct observer *)side)->handle, &c->sequence, deadline_ns,
                            c->into->data, &c->facts);
}

static dh_err copy_zone(struct side *side, void *context, int64_t deadline_ns)
{
    struct copying *c = context;

    return dh_observer_zone_copy(((struct observer *)side)->handle, c->zone - 1, deadline_ns,
                                 c->into->data);
}

/* Into a memory of its own, seen as the root's struct. */
static PyObject *copied(struct observer *self, struct copying *c, dhp_call call, PyObject *timeout)
{
    const struct dh_root *root = &self->side.schema->dh->roots[c->zone];
    bool interrupted = false;
    PyObject *view = NULL;
    int64_t deadline;
    dh_err err;

    if (!dhp_side_usable(&self->side) || !dhp_deadline(timeout, &deadline)) return NULL;
    c->into = dhp_memory_own(self->side.schema, root->size_bytes);
    if (c->into == NULL) return NULL;
    err = dhp_wait(&self->side, call, c, deadline, &interrupted);
    if (err != DH_OK && !interrupted) dhp_raise(err, dhp_side_who(&self->side), NULL);
    if (err == DH_OK && !interrupted) {
        c->into->sequence = c->sequence;
        c->into->commit_ns = c->facts.commit_ns;
        view = (PyObject *)dhp_view_new(c->into, &self->side.schema->roots[c->zone], 0);
    }
    Py_DECREF(c->into);
    return view;
}

static PyObject *copy(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "sequence", "timeout", NULL };
    struct copying c = { 0 };
    PyObject *timeout = Py_None;
    unsigned long long sequence;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "K|O:copy", words, &sequence, &timeout))
        return NULL;
    c.sequence = sequence;
    return copied((struct observer *)object, &c, copy_message, timeout);
}

static PyObject *zone(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "name", "timeout", NULL };
    struct copying c = { 0 };
    PyObject *timeout = Py_None, *name;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|O:zone", words, &name, &timeout)) return NULL;
    c.zone = dhp_zone_index((struct side *)object, name);
    return c.zone != 0 ? copied((struct observer *)object, &c, copy_zone, timeout) : NULL;
}

/* ---- facts -------------------------------------------------------------------------------- */

PyObject *dhp_identity(const struct dh_identity *who)
{
    return dhp_record(Py_BuildValue("{s:I,s:I,s:N}", "pid", who->pid, "uid", who->uid, "program",
                                    dhp_text(who->program)));
}

PyObject *dhp_memory_record(const struct dh_memory *m)
{
    return dhp_record(Py_BuildValue("{s:s,s:s,s:I,s:K,s:s,s:s,s:I,s:I}", "asked_pages",
                                    dh_pages_name(m->asked_pages), "pages", dh_pages_name(m->pages),
                                    "huge_page_bytes", m->huge_page_bytes, "huge_bytes",
                                    (unsigned long long)m->huge_bytes, "asked_numa",
                                    dh_numa_name(m->asked_numa), "numa", dh_numa_name(m->numa),
                                    "asked_node", m->asked_node, "node", m->node));
}

static PyObject *block_record(const struct dh_block_facts *f)
{
    return dhp_record(
        Py_BuildValue("{s:s,s:s,s:y#,s:I,s:s,s:I,s:I,s:I,s:I,s:K,s:K,s:O,s:O,s:s,s:N,s:O,s:O,s:N}",
                      "channel", f->channel, "family", f->family, "schema_hash", f->schema_hash,
                      (Py_ssize_t)DH_HASH_BYTES, "slots", f->policy.n_slots, "full",
                      f->policy.full == DH_FULL_WAIT ? "wait" : "overwrite", "consumers",
                      f->policy.n_consumers, "format", f->format, "payload_bytes", f->payload_bytes,
                      "minor", f->minor, "head", (unsigned long long)f->head, "created_ns",
                      (unsigned long long)f->created_ns, "secret", f->secret ? Py_True : Py_False,
                      "waits_for_room", f->waits_for_room ? Py_True : Py_False, "producer_life",
                      dh_life_name(f->producer_life), "producer", dhp_identity(&f->producer),
                      "membarrier", f->membarrier ? Py_True : Py_False, "strict",
                      f->strict ? Py_True : Py_False, "memory", dhp_memory_record(&f->memory)));
}

static PyObject *consumer_record(uint32_t index, const struct dh_consumer_facts *f)
{
    return dhp_record(Py_BuildValue(
        "{s:I,s:s,s:N,s:K,s:K,s:L,s:K,s:K,s:N}", "index", index, "life", dh_life_name(f->life),
        "identity", dhp_identity(&f->identity), "position", (unsigned long long)f->position, "lag",
        (unsigned long long)f->lag, "held_buffer", (long long)f->held_buffer, "heartbeat_ns",
        (unsigned long long)f->heartbeat_ns, "joined_ns", (unsigned long long)f->joined_ns,
        "metrics", dhp_consumer_metrics(&f->metrics)));
}

PyObject *dhp_slot_record(uint32_t index, const struct dh_slot_facts *f)
{
    return dhp_record(Py_BuildValue("{s:I,s:s,s:K,s:K,s:I,s:I}", "index", index, "state",
                                    dh_slot_state_name(f->state), "sequence",
                                    (unsigned long long)f->sequence, "commit_ns",
                                    (unsigned long long)f->commit_ns, "length", f->length,
                                    "readers", f->n_readers));
}

bool dhp_append(PyObject *list, PyObject *record)
{
    int done = record != NULL ? PyList_Append(list, record) : -1;

    Py_XDECREF(record);
    return done == 0;
}

static PyObject *get_facts(PyObject *object, void *unused)
{
    struct dh_block_facts facts;

    (void)unused;
    if (!dhp_side_usable((struct side *)object)) return NULL;
    dh_observer_block(((struct observer *)object)->handle, &facts);
    return block_record(&facts);
}

static PyObject *get_metrics(PyObject *object, void *unused)
{
    struct dh_producer_metrics metrics;

    (void)unused;
    if (!dhp_side_usable((struct side *)object)) return NULL;
    dh_observer_metrics_get(((struct observer *)object)->handle, &metrics);
    return dhp_producer_metrics(&metrics);
}

/* Those that are or were attached. */
static PyObject *consumers(PyObject *object, PyObject *unused)
{
    const struct observer *self = (const struct observer *)object;
    struct dh_consumer_facts facts;
    PyObject *list;
    dh_err err = DH_OK;

    (void)unused;
    if (!dhp_side_usable((struct side *)object)) return NULL;
    list = PyList_New(0);
    for (uint32_t i = 0; list != NULL; i++) {
        err = dh_observer_consumer(self->handle, i, &facts);
        if (err != DH_OK) break;
        if (facts.life != DH_LIFE_NONE && !dhp_append(list, consumer_record(i, &facts)))
            Py_CLEAR(list);
    }
    if (list == NULL || err == DH_EINVAL) return list; /* behind the last one */
    Py_DECREF(list);
    return dhp_raise(err, dhp_side_who((struct side *)object), NULL);
}

static PyObject *slot_list(PyObject *object, PyObject *unused)
{
    const struct observer *self = (const struct observer *)object;
    struct dh_slot_facts facts;
    PyObject *list;

    (void)unused;
    if (!dhp_side_usable((struct side *)object)) return NULL;
    list = PyList_New(0);
    for (uint32_t i = 0; list != NULL && dh_observer_slot(self->handle, i, &facts) == DH_OK; i++)
        if (!dhp_append(list, dhp_slot_record(i, &facts))) Py_CLEAR(list);
    return list;
}

/* ---- life --------------------------------------------------------------------------------- */

static struct schema *schema_of(dh_observer *handle)
{
    struct dh_block_facts facts;
    size_t bytes;
    const char *text = dh_observer_text(handle, &bytes);

    dh_observer_block(handle, &facts);
    return dhp_schema_new(text, bytes, &facts.policy);
}

static PyObject *new (PyTypeObject *of, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel", "admin", "secret", "broker", NULL };
    allocfunc allocate = (allocfunc)PyType_GetSlot(of, Py_tp_alloc);
    PyObject *name, *given = Py_None;
    const char *channel, *broker = NULL;
    const void *secret;
    struct dh_why why = { 0 };
    dh_observer *handle = NULL;
    struct schema *schema;
    struct observer *self = NULL;
    int admin = 0;
    dh_err err;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|$pOz:Observer", words, &name, &admin, &given,
                                     &broker) ||
        !dhp_secret(given, &secret))
        return NULL;
    channel = PyUnicode_AsUTF8AndSize(name, NULL);
    if (channel == NULL) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    err = dh_observer_open(&handle, channel, admin != 0, broker, secret, &why);
    Py_END_ALLOW_THREADS;
    if (err != DH_OK) return dhp_raise(err, channel, &why);
    schema = schema_of(handle);
    if (schema != NULL) self = (struct observer *)allocate(of, 0);
    if (self == NULL) {
        dh_observer_close(handle);
    } else {
        dhp_side_start(&self->side, &kind, schema, name);
        self->handle = handle;
    }
    Py_XDECREF((PyObject *)schema);
    return (PyObject *)self;
}

static PyMethodDef methods[] = {
    { "copy", (PyCFunction)(void (*)(void))copy, METH_VARARGS | METH_KEYWORDS, NULL },
    { "zone", (PyCFunction)(void (*)(void))zone, METH_VARARGS | METH_KEYWORDS, NULL },
    { "consumers", consumers, METH_NOARGS, NULL },
    { "slots", slot_list, METH_NOARGS, NULL },
    { "slot", dhp_observer_slot, METH_O, NULL },
    { "locks", dhp_observer_locks, METH_NOARGS, NULL },
    { "torn", dhp_observer_torn, METH_O, NULL },
    { "close", dhp_side_leave, METH_NOARGS, NULL },
    { "__enter__", dhp_side_enter, METH_NOARGS, NULL },
    { "__exit__", dhp_side_leave, METH_VARARGS, NULL },
    { NULL, NULL, 0, NULL },
};

static PyGetSetDef getset[] = {
    { "facts", get_facts, NULL, NULL, NULL },
    { "metrics", get_metrics, NULL, NULL, NULL },
    { "schema", dhp_side_schema, NULL, NULL, NULL },
    { "channel", dhp_side_channel, NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static PyType_Slot slots[] = {
    { Py_tp_new, (void *)new },
    { Py_tp_dealloc, (void *)dhp_side_dealloc },
    { Py_tp_repr, (void *)dhp_side_repr },
    { Py_tp_methods, methods },
    { Py_tp_getset, getset },
    { 0, NULL },
};
static PyType_Spec spec = { "dh._dh.Observer", sizeof(struct observer), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots };

bool dhp_observer_open_type(PyObject *module)
{
    return dhp_type(module, &spec, true) != NULL;
}
