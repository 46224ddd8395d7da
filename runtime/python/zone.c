/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: structs beside the ring. What the producer writes is read as a copy, all old or all new; a
 * shared one is written under a lock, its atomics at any time. */
#include "binding.h"

#include <string.h>

struct zone {
    PyObject_HEAD struct side *side;
    dh_zone *zone;
    uint32_t root;
    uint32_t minor;
    bool may_write; /* a producer's own zone */
};

/* What zone.write() and zone.lock() give: a `with` block. */
struct session {
    PyObject_HEAD struct zone *zone;
    struct memory *memory;
    PyObject *timeout;
    bool locks, mend, died;
    unsigned lock;
};

static PyTypeObject *type, *session_type;

uint32_t dhp_zone_index(const struct side *side, PyObject *name)
{
    const struct dh_schema *dh = side->schema->dh;
    const char *text = PyUnicode_Check(name) ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;

    if (!PyUnicode_Check(name)) PyErr_Format(PyExc_TypeError, "a zone has a name, not %R", name);
    for (uint32_t i = 1; text != NULL && i < dh->n_roots; i++)
        if (strcmp(dh->roots[i].name, text) == 0) return i;
    if (text != NULL) PyErr_Format(PyExc_KeyError, "%U has no zone %R", side->name, name);
    return 0;
}

PyObject *dhp_zone_new(struct side *side, dh_zone *handle, uint32_t root, bool may_write,
                       uint32_t minor)
{
    struct zone *self = PyObject_GC_New(struct zone, type);

    if (self == NULL) return NULL;
    Py_INCREF((PyObject *)side);
    self->side = side;
    self->zone = handle;
    self->root = root;
    self->minor = minor;
    self->may_write = may_write;
    PyObject_GC_Track((PyObject *)self);
    return (PyObject *)self;
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct zone *)object)->side);
    return 0;
}

static void dealloc(PyObject *object)
{
    struct side *side = ((struct zone *)object)->side;
    PyTypeObject *of = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    PyObject_GC_Del(object);
    Py_DECREF(of);
    Py_DECREF(side);
}

static const struct dh_root *root_of(const struct zone *self)
{
    return &self->side->schema->dh->roots[self->root];
}

static void *say(const struct zone *self, dh_err err)
{
    PyObject *who = PyUnicode_FromFormat("%U, zone %s", self->side->name, root_of(self)->name);
    const char *text = who != NULL ? PyUnicode_AsUTF8AndSize(who, NULL) : NULL;

    if (text != NULL) dhp_raise(err, text, NULL);
    Py_XDECREF(who);
    return NULL;
}

static PyObject *view_of(const struct zone *self, struct memory *memory)
{
    return (PyObject *)dhp_view_new(memory, &self->side->schema->roots[self->root], 0);
}

/* ---- the producer's ----------------------------------------------------------------------- */

struct copying {
    struct zone *zone;
    unsigned char *data;
};

static dh_err read_value(struct side *side, void *context, int64_t deadline_ns)
{
    const struct copying *copying = context;

    (void)side;
    return dh_zone_read(copying->zone->zone, deadline_ns, copying->data);
}

static struct memory *copy_value(struct zone *self, int64_t deadline_ns)
{
    struct memory *copy = dhp_memory_own(self->side->schema, root_of(self)->size_bytes);
    struct copying copying = { self, copy != NULL ? copy->data : NULL };
    bool interrupted = false;
    dh_err err = DH_OK;

    if (copy == NULL) return NULL;
    copy->minor = self->minor;
    err = dhp_wait(self->side, read_value, &copying, deadline_ns, &interrupted);
    if (err != DH_OK && !interrupted) say(self, err);
    if (err != DH_OK || interrupted) Py_CLEAR(copy);
    return copy;
}

static PyObject *read_it(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "timeout", NULL };
    PyObject *timeout = Py_None, *view;
    int64_t deadline;
    struct memory *copy;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:read", words, &timeout) ||
        !dhp_deadline(timeout, &deadline) || !dhp_side_usable(((struct zone *)object)->side))
        return NULL;
    copy = copy_value((struct zone *)object, deadline);
    if (copy == NULL) return NULL;
    view = view_of((struct zone *)object, copy);
    Py_DECREF(copy);
    return view;
}

/* ---- with blocks -------------------------------------------------------------------------- */

static PyObject *session_new(struct zone *zone, bool locks, unsigned lock, PyObject *timeout,
                             bool mend)
{
    struct session *made = PyObject_GC_New(struct session, session_type);

    if (made == NULL) return NULL;
    Py_INCREF((PyObject *)zone);
    Py_INCREF(timeout);
    made->zone = zone;
    made->memory = NULL;
    made->timeout = timeout;
    made->locks = locks;
    made->mend = mend;
    made->died = false;
    made->lock = lock;
    PyObject_GC_Track((PyObject *)made);
    return (PyObject *)made;
}

static void unlock(struct session *self)
{
    self->memory->alive = false;
    if (self->locks && !self->zone->side->forked && !self->zone->side->closed)
        (void)dh_zone_unlock(self->zone->zone, self->lock);
    Py_CLEAR(self->memory);
}

static int session_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct session *)object)->zone);
    Py_VISIT(((struct session *)object)->memory);
    return 0;
}

static void session_dealloc(PyObject *object)
{
    struct session *self = (struct session *)object;
    PyTypeObject *of = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    if (self->memory != NULL) unlock(self);
    Py_DECREF(self->zone);
    Py_DECREF(self->timeout);
    PyObject_GC_Del(object);
    Py_DECREF(of);
}

static dh_err take_lock(struct side *side, void *context, int64_t deadline_ns)
{
    const struct session *self = context;

    (void)side;
    return dh_zone_lock(self->zone->zone, self->lock, deadline_ns);
}

/* A shared zone where it lies. */
static struct memory *shared_value(const struct zone *self, bool writable)
{
    unsigned char *data = dh_zone_mutable(self->zone);
    struct memory *made;

    if (data == NULL) return dhp_raise_stale(); /* a successor does not have it */
    made = dhp_memory_new(MEMORY_ZONE, self->side->schema, self->side, data,
                          root_of(self)->size_bytes, writable);
    if (made != NULL) made->zone = self->zone;
    return made;
}

static struct memory *lock_value(struct session *self, int64_t deadline_ns)
{
    struct zone *zone = self->zone;
    bool interrupted;
    dh_err err = dhp_wait(zone->side, take_lock, self, deadline_ns, &interrupted);

    if (interrupted) return NULL;
    self->died = err == DH_EOWNERDEAD;
    if (self->died && self->mend) err = DH_OK;
    if (err == DH_EOWNERDEAD) (void)dh_zone_unlock(zone->zone, self->lock); /* pass the answer on */
    if (err != DH_OK) return say(zone, err);
    return shared_value(zone, true);
}

static PyObject *session_enter(PyObject *object, PyObject *unused)
{
    struct session *self = (struct session *)object;
    int64_t deadline;

    (void)unused;
    if (self->memory != NULL) return say(self->zone, DH_EORDER);
    if (!dhp_side_usable(self->zone->side) || !dhp_deadline(self->timeout, &deadline)) return NULL;
    self->memory = self->locks ? lock_value(self, deadline) : copy_value(self->zone, deadline);
    return self->memory != NULL ? view_of(self->zone, self->memory) : NULL;
}

static PyObject *session_exit(PyObject *object, PyObject *args)
{
    struct session *self = (struct session *)object;
    PyObject *raised = PyTuple_GetItem(args, 0);
    bool fine = raised == Py_None, arrays;
    dh_err err = DH_OK;

    if (raised == NULL) return NULL;
    if (self->memory == NULL) Py_RETURN_FALSE;
    arrays = self->locks && self->memory->n_exports > 0;
    if (fine && !dhp_side_usable(self->zone->side)) return NULL;
    if (fine && !self->locks) err = dh_zone_write(self->zone->zone, self->memory->data);
    if (fine && self->died) err = dh_zone_consistent(self->zone->zone, self->lock);
    unlock(self);
    if (err != DH_OK) return say(self->zone, err);
    if (fine && arrays) {
        PyErr_SetString(PyExc_BufferError,
                        "an array or memoryview of the zone outlives its lock, and "
                        "could change what others write; del it before the end "
                        "of the `with`");
        return NULL;
    }
    Py_RETURN_FALSE;
}

static PyObject *write_it(PyObject *object, PyObject *unused)
{
    struct zone *self = (struct zone *)object;

    (void)unused;
    if (!self->may_write || root_of(self)->shared) return say(self, DH_EREFUSED);
    return session_new(self, false, 0, Py_None, false);
}

static PyObject *lock(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "lock", "timeout", "mend", NULL };
    PyObject *timeout = Py_None;
    unsigned lock = 0;
    int mend = 0;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|IO$p:lock", words, &lock, &timeout, &mend))
        return NULL;
    if (!root_of((struct zone *)object)->shared) return say((struct zone *)object, DH_EREFUSED);
    return session_new((struct zone *)object, true, lock, timeout, mend != 0);
}

/* ---- atomics ------------------------------------------------------------------------------ */

static PyObject *get_atomics(PyObject *object, void *unused)
{
    struct zone *self = (struct zone *)object;
    struct memory *memory;
    PyObject *view;

    (void)unused;
    if (!dhp_side_usable(self->side)) return NULL;
    if (!root_of(self)->shared) return say(self, DH_EREFUSED);
    memory = shared_value(self, false);
    if (memory == NULL) return NULL;
    view = view_of(self, memory);
    Py_DECREF(memory);
    return view;
}

static PyObject *wrapped(enum dhc_scalar scalar, void *at, uint64_t by)
{
    switch (scalar) {
    case DHC_U64: return PyLong_FromUnsignedLongLong(dh_atomic_u64_add(at, by));
    case DHC_I64: return PyLong_FromLongLong(dh_atomic_i64_add(at, (int64_t)by));
    case DHC_U32: return PyLong_FromUnsignedLong(dh_atomic_u32_add(at, (uint32_t)by));
    case DHC_I32: return PyLong_FromLong(dh_atomic_i32_add(at, (int32_t)by));
    default: PyErr_SetString(PyExc_TypeError, "only whole numbers are added to"); return NULL;
    }
}

/* add("frames", 1): in one step for everybody; the value before */
static PyObject *add(PyObject *object, PyObject *args)
{
    struct zone *self = (struct zone *)object;
    const struct field *field;
    unsigned char *at;
    PyObject *name;
    long long by;

    if (!PyArg_ParseTuple(args, "UL:add", &name, &by) || !dhp_side_usable(self->side)) return NULL;
    field = dhp_child(&self->side->schema->roots[self->root], name);
    if (field == NULL || field->node->kind != DHC_ATOMIC || field->node->n_dims > 0) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_ValueError, "zone %s has no atomic %R", root_of(self)->name, name);
        return NULL;
    }
    at = dh_zone_mutable(self->zone);
    if (at == NULL) return root_of(self)->shared ? dhp_raise_stale() : say(self, DH_EREFUSED);
    return wrapped(field->node->scalar, at + field->node->offset, (uint64_t)by);
}

static PyObject *repr(PyObject *object)
{
    const struct zone *self = (const struct zone *)object;

    return PyUnicode_FromFormat("<dh.Zone %s of %R>", root_of(self)->name, self->side->name);
}

static PyMethodDef methods[] = {
    { "read", (PyCFunction)(void (*)(void))read_it, METH_VARARGS | METH_KEYWORDS,
      "read(timeout=None): a copy of the producer's value, all of it old or all of it new." },
    { "write", write_it, METH_NOARGS,
      "with zone.write() as z: change a copy; the end of the block publishes it." },
    { "lock", (PyCFunction)(void (*)(void))lock, METH_VARARGS | METH_KEYWORDS,
      "with zone.lock(0, timeout=None) as z: a shared zone in place, under one of its locks." },
    { "add", add, METH_VARARGS, "add(name, n): add to an atomic; the value before." },
    { NULL, NULL, 0, NULL },
};

static PyGetSetDef getset[] = {
    { "atomics", get_atomics, NULL, "The atomics of a shared zone, as attributes.", NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static PyType_Slot slots[] = {
    { Py_tp_dealloc, (void *)dealloc }, { Py_tp_traverse, (void *)traverse },
    { Py_tp_repr, (void *)repr },       { Py_tp_methods, methods },
    { Py_tp_getset, getset },           { 0, NULL },
};
static PyType_Spec spec = { "dh.Zone", sizeof(struct zone), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                Py_TPFLAGS_DISALLOW_INSTANTIATION,
                            slots };

static PyMethodDef session_methods[] = {
    { "__enter__", session_enter, METH_NOARGS, NULL },
    { "__exit__", session_exit, METH_VARARGS, NULL },
    { NULL, NULL, 0, NULL },
};
static PyType_Slot session_slots[] = {
    { Py_tp_dealloc, (void *)session_dealloc },
    { Py_tp_traverse, (void *)session_traverse },
    { Py_tp_methods, session_methods },
    { 0, NULL },
};
static PyType_Spec session_spec = { "dh._dh.Session", sizeof(struct session), 0,
                                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                        Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                    session_slots };

bool dhp_zone_open_type(PyObject *module)
{
    session_type = dhp_type(module, &session_spec, false);
    type = session_type != NULL ? dhp_type(module, &spec, true) : NULL;
    return type != NULL;
}
