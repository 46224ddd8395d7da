/* SPDX-License-Identifier: Apache-2.0 */
/* dh.Consumer as Python sees it: its methods, and how one is opened. */
#include "consumer.h"

#include <stdlib.h>

/* ---- methods ------------------------------------------------------------------------------ */

static PyObject *read_it(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "timeout", NULL };
    PyObject *timeout = Py_None, *view;
    int64_t deadline;
    dh_err err;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:read", words, &timeout) ||
        !dhp_deadline(timeout, &deadline))
        return NULL;
    view = dhp_consumer_next((struct consumer *)object, deadline, &err);
    if (err != DH_OK) return dhp_raise(err, dhp_side_who((struct side *)object), NULL);
    return view;
}

static PyObject *poll(PyObject *object, PyObject *unused)
{
    dh_err err;
    PyObject *view = dhp_consumer_next((struct consumer *)object, DH_NOW, &err);

    (void)unused;
    if (err == DH_EEMPTY) Py_RETURN_NONE;
    if (err != DH_OK) return dhp_raise(err, dhp_side_who((struct side *)object), NULL);
    return view;
}

static PyObject *iterate(PyObject *object)
{
    dh_err err;
    PyObject *view = dhp_consumer_next((struct consumer *)object, DH_FOREVER, &err);

    if (err == DH_ECLOSED) return NULL; /* the end */
    if (err != DH_OK) return dhp_raise(err, dhp_side_who((struct side *)object), NULL);
    return view;
}

static PyObject *itself(PyObject *object)
{
    Py_INCREF(object);
    return object;
}

static PyObject *leave(PyObject *object, PyObject *args)
{
    struct consumer *self = (struct consumer *)object;

    if (self->current != NULL) dhp_memory_end(self->current);
    return dhp_side_leave(object, args);
}

static PyObject *fileno_of(PyObject *object, PyObject *unused)
{
    struct consumer *self = (struct consumer *)object;

    (void)unused;
    if (!dhp_side_usable(&self->side)) return NULL;
    if (dh_consumer_fd(self->handle) >= 0) return PyLong_FromLong(dh_consumer_fd(self->handle));
    PyErr_Format(dhp_error_class(DH_EORDER),
                 "%U: event loops need a consumer that was opened with event_fd=True",
                 self->side.name);
    return NULL;
}

static PyObject *zone(PyObject *object, PyObject *name)
{
    struct consumer *self = (struct consumer *)object;
    uint32_t index;
    dh_zone *zone;

    if (!dhp_side_usable(&self->side)) return NULL;
    index = dhp_zone_index(&self->side, name);
    if (index == 0) return NULL;
    zone = dh_consumer_zone(self->handle, index);
    if (zone == NULL) Py_RETURN_NONE;
    return dhp_zone_new(&self->side, zone, index, false, dh_consumer_minor(self->handle));
}

static PyObject *get_metrics(PyObject *object, void *unused)
{
    struct consumer *self = (struct consumer *)object;
    struct dh_consumer_metrics metrics;

    (void)unused;
    if (!dhp_side_usable(&self->side)) return NULL;
    dh_consumer_metrics_get(self->handle, &metrics);
    return dhp_consumer_metrics(&metrics);
}

static PyObject *get_lost(PyObject *object, void *unused)
{
    struct consumer *self = (struct consumer *)object;

    (void)unused;
    if (!dhp_side_usable(&self->side)) return NULL;
    return PyLong_FromUnsignedLongLong(dh_consumer_lost(self->handle));
}

static PyObject *get_minor(PyObject *object, void *unused)
{
    struct consumer *self = (struct consumer *)object;

    (void)unused;
    if (!dhp_side_usable(&self->side)) return NULL;
    return PyLong_FromUnsignedLong(dh_consumer_minor(self->handle));
}

/* ---- life --------------------------------------------------------------------------------- */

/* Open, with the schema of the channel itself where none is given. If the producer changes in
 * between, its schema is refused, and asked for once more. */
struct opening {
    const char *channel, *broker;
    const void *secret;
    struct dh_consumer_options options;
    struct schema *schema;
    dh_consumer *handle;
    struct dh_block_facts facts;
    struct dh_why why;
};

static dh_err look(struct opening *opening)
{
    dh_observer *observer;
    const char *text;
    size_t bytes;
    dh_err err;

    Py_BEGIN_ALLOW_THREADS;
    err = dh_observer_open(&observer, opening->channel, false, opening->broker, opening->secret,
                           &opening->why);
    Py_END_ALLOW_THREADS;
    if (err != DH_OK) return err;
    dh_observer_block(observer, &opening->facts);
    text = dh_observer_text(observer, &bytes);
    if (opening->schema == NULL)
        opening->schema = dhp_schema_new(text, bytes, &opening->facts.policy);
    dh_observer_close(observer);
    return DH_OK;
}

static dh_err open_once(struct opening *opening)
{
    dh_err err = look(opening);

    if (err != DH_OK || opening->schema == NULL) return err;
    Py_BEGIN_ALLOW_THREADS;
    err = dh_consumer_open(&opening->handle, opening->schema->dh, opening->channel,
                           &opening->options, &opening->why);
    Py_END_ALLOW_THREADS;
    return err;
}

static bool open_it(struct opening *opening, struct schema *given)
{
    dh_err err = DH_OK;

    for (int attempt = 0; attempt < 2; attempt++) {
        opening->schema = given;
        Py_XINCREF((PyObject *)given);
        err = open_once(opening);
        if (err == DH_OK && opening->handle != NULL) return true;
        Py_CLEAR(opening->schema);
        if (err != DH_ESCHEMA || given != NULL) break;
    }
    if (err != DH_OK) dhp_raise(err, opening->channel, &opening->why);
    return false;
}

static PyObject *new (PyTypeObject *of, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel", "schema", "copy",        "event_fd", "secret",
                             "broker",  "strict", "sum_threads", NULL };
    struct opening opening = { 0 };
    PyObject *name, *given = Py_None, *secret = Py_None;
    int copies = 0, event_fd = 0, strict = 0;
    unsigned sum_threads = 0;
    allocfunc allocate = (allocfunc)PyType_GetSlot(of, Py_tp_alloc);
    struct consumer *self;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|O$ppOzpI:Consumer", words, &name, &given,
                                     &copies, &event_fd, &secret, &opening.broker, &strict,
                                     &sum_threads) ||
        !dhp_secret(secret, &opening.secret))
        return NULL;
    if (given != Py_None && Py_TYPE(given) != dhp_schema_type()) {
        PyErr_SetString(PyExc_TypeError, "schema is a dh.Schema, see dh.schema()");
        return NULL;
    }
    opening.channel = PyUnicode_AsUTF8AndSize(name, NULL);
    opening.options = (struct dh_consumer_options){ .secret = opening.secret,
                                                    .broker = opening.broker,
                                                    .strict = strict != 0,
                                                    .sum_threads = sum_threads,
                                                    .event_fd = event_fd != 0 };
    if (opening.channel == NULL ||
        !open_it(&opening, given != Py_None ? (struct schema *)given : NULL))
        return NULL;
    self = (struct consumer *)allocate(of, 0);
    if (self == NULL) {
        dh_consumer_close(opening.handle);
        Py_DECREF(opening.schema);
        return NULL;
    }
    dhp_side_start(&self->side, &dhp_consumer_kind, opening.schema, name);
    Py_DECREF(opening.schema);
    self->handle = opening.handle;
    self->copies = copies != 0;
    self->one = opening.facts.policy.full == DH_FULL_OVERWRITE ||
                opening.facts.policy.checksum == DH_CHECKSUM_MANUAL;
    return (PyObject *)self;
}

static void dealloc(PyObject *object)
{
    struct memory **held = ((struct consumer *)object)->held;
    struct dh_slot *slots = ((struct consumer *)object)->slots;

    dhp_side_dealloc(object);
    free(held);
    free(slots);
}

static PyMethodDef methods[] = {
    { "read", (PyCFunction)(void (*)(void))read_it, METH_VARARGS | METH_KEYWORDS, NULL },
    { "poll", poll, METH_NOARGS, NULL },
    { "zone", zone, METH_O, NULL },
    { "fileno", fileno_of, METH_NOARGS, NULL },
    { "close", leave, METH_NOARGS, NULL },
    { "__enter__", dhp_side_enter, METH_NOARGS, NULL },
    { "__exit__", leave, METH_VARARGS, NULL },
    { NULL, NULL, 0, NULL },
};

static PyGetSetDef getset[] = {
    { "metrics", get_metrics, NULL, NULL, NULL },
    { "lost", get_lost, NULL, NULL, NULL },
    { "minor", get_minor, NULL, NULL, NULL },
    { "schema", dhp_side_schema, NULL, NULL, NULL },
    { "channel", dhp_side_channel, NULL, NULL, NULL },
    { "closed", dhp_side_is_closed, NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static PyType_Slot slots[] = {
    { Py_tp_new, (void *)new },
    { Py_tp_dealloc, (void *)dealloc },
    { Py_tp_iter, (void *)itself },
    { Py_tp_iternext, (void *)iterate },
    { Py_tp_repr, (void *)dhp_side_repr },
    { Py_tp_methods, methods },
    { Py_tp_getset, getset },
    { 0, NULL },
};

static PyType_Spec spec = { "dh._dh.Consumer", sizeof(struct consumer), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots };

bool dhp_consumer_open_type(PyObject *module)
{
    return dhp_type(module, &spec, true) != NULL;
}
