/* SPDX-License-Identifier: Apache-2.0 */
/* Open handles, and what happens to them that libdh does not know: other threads, close() while
 * arrays live, fork, the interpreter's end. */
#include "binding.h"

#include <string.h>

enum { SLICE_NS = 100 * 1000 * 1000 }; /* how long Ctrl-C may take */

static struct side *first;

void dhp_side_start(struct side *side, const struct side_kind *kind, struct schema *schema,
                    PyObject *name)
{
    side->kind = kind;
    side->schema = schema;
    side->name = name;
    Py_XINCREF((PyObject *)schema);
    Py_INCREF(name);
    side->busy = side->closing = side->closed = side->forked = false;
    side->n_pins = 0;
    side->pending = DH_OK;
    side->previous = NULL;
    side->next = first;
    if (first != NULL) first->previous = side;
    first = side;
}

void dhp_side_dealloc(PyObject *object)
{
    struct side *side = (struct side *)object;
    PyTypeObject *of = Py_TYPE(object);
    freefunc release = (freefunc)PyType_GetSlot(of, Py_tp_free);

    if (side->next != NULL) side->next->previous = side->previous;
    if (side->previous != NULL)
        side->previous->next = side->next;
    else if (first == side)
        first = side->next;
    if (!side->closed && !side->forked) side->kind->finish(side);
    Py_XDECREF((PyObject *)side->schema);
    Py_XDECREF(side->name);
    release(object);
    Py_DECREF(of);
}

const char *dhp_side_who(const struct side *side)
{
    const char *name = PyUnicode_AsUTF8AndSize(side->name, NULL);

    return name != NULL ? name : "?";
}

bool dhp_side_usable(struct side *side)
{
    if (side->forked)
        PyErr_Format(
            dhp_error_class(DH_EORDER),
            "%U: this %s was opened before fork(), by the parent; open one in this process",
            side->name, side->kind->name);
    else if (side->closing || side->closed)
        PyErr_Format(PyExc_ValueError, "%U: this %s is closed", side->name, side->kind->name);
    else if (side->busy)
        PyErr_Format(dhp_error_class(DH_EORDER),
                     "%U: another thread is in a call of this %s; a %s serves one thread at a time",
                     side->name, side->kind->name, side->kind->name);
    else
        return true;
    return false;
}

void dhp_side_close(struct side *side)
{
    side->closing = true;
    if (side->closed || side->forked || side->busy) return; /* who is busy sees it */
    side->kind->settle(side);
    if (side->n_pins > 0) return; /* the last array's end comes here again */
    side->closed = true;
    side->kind->finish(side);
}

/* ---- members of all three ----------------------------------------------------------------- */

PyObject *dhp_side_enter(PyObject *object, PyObject *unused)
{
    (void)unused;
    if (!dhp_side_usable((struct side *)object)) return NULL;
    Py_INCREF(object);
    return object;
}

PyObject *dhp_side_leave(PyObject *object, PyObject *unused)
{
    (void)unused;
    dhp_side_close((struct side *)object);
    Py_RETURN_NONE;
}

PyObject *dhp_side_schema(PyObject *object, void *unused)
{
    PyObject *schema = (PyObject *)((struct side *)object)->schema;

    (void)unused;
    Py_INCREF(schema);
    return schema;
}

PyObject *dhp_side_channel(PyObject *object, void *unused)
{
    PyObject *name = ((struct side *)object)->name;

    (void)unused;
    Py_INCREF(name);
    return name;
}

PyObject *dhp_side_is_closed(PyObject *object, void *unused)
{
    const struct side *side = (const struct side *)object;

    (void)unused;
    return PyBool_FromLong(side->closing || side->closed);
}

/* <dh.Consumer 'lab.imu', lab/imu 1> */
PyObject *dhp_side_repr(PyObject *object)
{
    const struct side *side = (const struct side *)object;

    return PyUnicode_FromFormat("<dh.%s %R, %s%U>", side->kind->shown, side->name,
                                side->closing ? "closed, " : "", side->schema->name);
}

/* ---- waiting ------------------------------------------------------------------------------ */

static bool is_timeout(dh_err err)
{
    return err == DH_EEMPTY || err == DH_EFULL || err == DH_EBUSY;
}

static bool go_on(struct side *side)
{
    side->kind->settle(side);
    if (side->closing) {
        dhp_side_close(side);
        dhp_side_usable(side);
        return false;
    }
    return PyErr_CheckSignals() == 0;
}

dh_err dhp_wait(struct side *side, dhp_call call, void *context, int64_t deadline_ns,
                bool *interrupted)
{
    dh_err err = call(side, context, DH_NOW);

    *interrupted = false;
    if (deadline_ns == DH_NOW || !is_timeout(err)) return err;
    for (bool last = false; !last && is_timeout(err);) {
        int64_t until = dh_in(SLICE_NS);

        last = until >= deadline_ns;
        if (last) until = deadline_ns;
        side->busy = true;
        Py_BEGIN_ALLOW_THREADS;
        err = call(side, context, until);
        Py_END_ALLOW_THREADS;
        side->busy = false;
        if (is_timeout(err) || side->closing) *interrupted = !go_on(side);
        if (*interrupted) return err;
    }
    return err;
}

bool dhp_deadline(PyObject *timeout, int64_t *deadline_ns)
{
    double seconds;

    *deadline_ns = DH_FOREVER;
    if (timeout == NULL || timeout == Py_None) return true;
    seconds = PyFloat_AsDouble(timeout);
    if (seconds == -1 && PyErr_Occurred()) return false;
    if (!(seconds >= 0)) {
        PyErr_SetString(PyExc_ValueError,
                        "a timeout is in seconds, 0 or more; None waits for ever");
        return false;
    }
    if (seconds == 0)
        *deadline_ns = DH_NOW;
    else if (seconds < 9e9)
        *deadline_ns = dh_in((int64_t)(seconds * 1e9));
    return true;
}

bool dhp_secret(PyObject *given, const void **secret)
{
    char *bytes;
    Py_ssize_t n;

    *secret = NULL;
    if (given == NULL || given == Py_None) return true;
    if (PyBytes_AsStringAndSize(given, &bytes, &n) < 0) return false;
    if (n != DH_SECRET_BYTES)
        PyErr_Format(PyExc_ValueError, "a secret has %d bytes, this one %zd", DH_SECRET_BYTES, n);
    *secret = bytes;
    return n == DH_SECRET_BYTES;
}

/* ---- fork and exit ------------------------------------------------------------------------ */

static PyObject *fork_before(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    dhp_memory_fork_before();
    Py_RETURN_NONE;
}

static PyObject *fork_in_parent(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    dhp_memory_fork_after(false);
    Py_RETURN_NONE;
}

static PyObject *fork_in_child(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    for (struct side *side = first; side != NULL; side = side->next)
        side->forked = true;
    dhp_memory_fork_after(true);
    Py_RETURN_NONE;
}

/* At exit: producers say goodbye, so that nobody takes them for dead. */
static PyObject *close_all(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    for (struct side *side = first, *next; side != NULL; side = next) {
        next = side->next;
        if (!side->closing) dhp_side_close(side);
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    { "fork_before", fork_before, METH_NOARGS, NULL },
    { "fork_in_parent", fork_in_parent, METH_NOARGS, NULL },
    { "fork_in_child", fork_in_child, METH_NOARGS, NULL },
    { "close_all", close_all, METH_NOARGS, NULL },
    { NULL, NULL, 0, NULL },
};

bool dhp_sides_open(PyObject *module)
{
    return PyModule_AddFunctions(module, methods) == 0;
}
