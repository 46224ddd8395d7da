/* SPDX-License-Identifier: Apache-2.0 */
/* dh.Producer. `with p.write() as s` loans a slot; the end of the block commits it, an exception
 * aborts. While an array or memoryview could still write into a slot nothing is committed: readers
 * would see it change. */
#include "binding.h"

#include <string.h>

struct producer {
    struct side side;
    dh_producer *handle;
    struct memory *loan; /* what is being filled; NULL: nothing */
    struct dh_slot slot;
};

static void settle(struct side *side)
{
    (void)side;
}

static void forget(struct side *side, struct memory *memory)
{
    struct producer *self = (struct producer *)side;

    if (self->loan != memory) return;
    self->loan = NULL;
    if (self->handle != NULL && !side->forked) dh_producer_abort(self->handle);
}

static void finish(struct side *side)
{
    struct producer *self = (struct producer *)side;

    if (self->loan != NULL) self->loan->alive = false;
    self->loan = NULL;
    dh_producer_close(self->handle);
    self->handle = NULL;
}

static const struct side_kind kind = { "producer", "Producer", finish, settle, forget };

/* ---- loan, commit, abort ------------------------------------------------------------------ */

static dh_err loan(struct side *side, void *context, int64_t deadline_ns)
{
    struct producer *self = (struct producer *)side;

    (void)context;
    return dh_slot_rw_acquire_write(dh_producer_slot_rw(self->handle), deadline_ns, &self->slot);
}

static struct memory *loan_slot(struct producer *self, int64_t deadline_ns, bool clear)
{
    bool interrupted;
    dh_err err;

    if (!dhp_side_usable(&self->side)) return NULL;
    err = dhp_wait(&self->side, loan, NULL, deadline_ns, &interrupted);
    if (interrupted) return NULL;
    if (err != DH_OK) return dhp_raise(err, dhp_side_who(&self->side), NULL);
    if (clear) memset(self->slot.data, 0, self->slot.length);
    self->loan = dhp_memory_new(MEMORY_LOAN, self->side.schema, &self->side, self->slot.data,
                                self->slot.length, true);
    if (self->loan == NULL)
        dh_producer_abort(self->handle);
    else
        self->loan->sequence = self->slot.sequence;
    return self->loan;
}

static void abort_loan(struct producer *self, struct memory *loan)
{
    loan->alive = false;
    if (self->loan != loan) return;
    self->loan = NULL;
    if (!self->side.forked) dh_producer_abort(self->handle);
}

static bool commit_loan(struct producer *self, struct memory *loan)
{
    dh_err err;

    if (!dhp_memory_alive(loan) || !dhp_side_usable(&self->side)) return false;
    if (self->side.n_pins > 0) {
        abort_loan(self, loan);
        PyErr_Format(
            PyExc_BufferError,
            "%U: not sent: an array or memoryview of the slot still lives, and could change "
            "what consumers read; del it before the end of the `with`, or assign values: "
            "s.pixels = array",
            self->side.name);
        return false;
    }
    loan->alive = false;
    self->loan = NULL;
    err = dh_producer_commit(self->handle);
    if (err != DH_OK) dhp_raise(err, dhp_side_who(&self->side), NULL);
    return err == DH_OK;
}

/* ---- with p.write() as s ------------------------------------------------------------------ */

struct writing {
    PyObject_HEAD struct producer *producer;
    struct memory *memory; /* NULL before and after */
    PyObject *timeout;
    bool clear;
};

static PyTypeObject *writing_type;

static int writing_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct writing *)object)->producer);
    Py_VISIT(((struct writing *)object)->memory);
    return 0;
}

static void writing_dealloc(PyObject *object)
{
    struct writing *self = (struct writing *)object;
    PyTypeObject *of = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    Py_XDECREF((PyObject *)self->memory); /* nobody committed it: its end aborts */
    Py_DECREF(self->producer);
    Py_DECREF(self->timeout);
    PyObject_GC_Del(object);
    Py_DECREF(of);
}

static PyObject *writing_enter(PyObject *object, PyObject *unused)
{
    struct writing *self = (struct writing *)object;
    int64_t deadline;

    (void)unused;
    if (self->memory != NULL)
        return dhp_raise(DH_EORDER, dhp_side_who((struct side *)self->producer), NULL);
    if (!dhp_deadline(self->timeout, &deadline)) return NULL;
    self->memory = loan_slot(self->producer, deadline, self->clear);
    if (self->memory == NULL) return NULL;
    return (PyObject *)dhp_view_new(self->memory, &self->producer->side.schema->roots[0], 0);
}

static PyObject *writing_exit(PyObject *object, PyObject *args)
{
    struct writing *self = (struct writing *)object;
    struct memory *loan = self->memory;
    PyObject *type = PyTuple_GetItem(args, 0);
    bool done = true;

    if (type == NULL) return NULL;
    if (loan == NULL) Py_RETURN_FALSE;
    self->memory = NULL;
    if (type != Py_None)
        abort_loan(self->producer, loan);
    else
        done = commit_loan(self->producer, loan);
    Py_DECREF(loan);
    return done ? PyBool_FromLong(0) : NULL;
}

static PyMethodDef writing_methods[] = {
    { "__enter__", writing_enter, METH_NOARGS, "Loan a slot." },
    { "__exit__", writing_exit, METH_VARARGS, "Commit it; after an exception abort." },
    { NULL, NULL, 0, NULL },
};

static PyType_Slot writing_slots[] = {
    { Py_tp_dealloc, (void *)writing_dealloc },
    { Py_tp_traverse, (void *)writing_traverse },
    { Py_tp_methods, writing_methods },
    { 0, NULL },
};
static PyType_Spec writing_spec = { "dh._dh.Writing", sizeof(struct writing), 0,
                                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                        Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                    writing_slots };

/* ---- methods ------------------------------------------------------------------------------ */

static PyObject *write_it(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "timeout", "clear", NULL };
    PyObject *timeout = Py_None;
    int64_t deadline;
    int clear = 1;
    struct writing *made;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O$p:write", words, &timeout, &clear) ||
        !dhp_deadline(timeout, &deadline) || !dhp_side_usable((struct side *)object))
        return NULL;
    made = PyObject_GC_New(struct writing, writing_type);
    if (made == NULL) return NULL;
    Py_INCREF(object);
    Py_INCREF(timeout);
    made->producer = (struct producer *)object;
    made->memory = NULL;
    made->timeout = timeout;
    made->clear = clear != 0;
    PyObject_GC_Track((PyObject *)made);
    return (PyObject *)made;
}

/* send(value=None, /, timeout=None, **fields): one message, in one call. */
static PyObject *send_it(PyObject *object, PyObject *args, PyObject *kwargs)
{
    struct producer *self = (struct producer *)object;
    const struct field *root = &self->side.schema->roots[0];
    PyObject *value = NULL, *timeout = NULL, *fields;
    int64_t deadline;
    struct memory *loan;
    bool done;

    if (!PyArg_ParseTuple(args, "|O:send", &value)) return NULL;
    fields = kwargs != NULL ? PyDict_Copy(kwargs) : PyDict_New();
    if (fields == NULL) return NULL;
    if (root->by_name == NULL || PyDict_GetItemString(root->by_name, "timeout") == NULL)
        timeout = PyDict_GetItemString(fields, "timeout"); /* else a field is called so */
    done = dhp_deadline(timeout, &deadline);
    if (done && timeout != NULL) done = PyDict_DelItemString(fields, "timeout") == 0;
    loan = done ? loan_slot(self, deadline, true) : NULL;
    if (loan != NULL) {
        dhp_memory_pin(loan);
        done = (value == NULL || dhp_write(loan, root, 0, value) == 0) &&
               dhp_fill(loan, root, 0, fields) == 0;
        dhp_memory_unpin(loan);
        if (done)
            done = commit_loan(self, loan);
        else
            abort_loan(self, loan);
        Py_DECREF(loan);
    }
    Py_DECREF(fields);
    if (loan == NULL || !done) return NULL;
    Py_RETURN_NONE;
}

static dh_err flush(struct side *side, void *context, int64_t deadline_ns)
{
    (void)context;
    return dh_producer_flush(((struct producer *)side)->handle, deadline_ns);
}

static PyObject *flush_it(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "timeout", NULL };
    struct producer *self = (struct producer *)object;
    PyObject *timeout = Py_None;
    int64_t deadline;
    bool interrupted;
    dh_err err;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:flush", words, &timeout) ||
        !dhp_deadline(timeout, &deadline) || !dhp_side_usable(&self->side))
        return NULL;
    err = dhp_wait(&self->side, flush, NULL, deadline, &interrupted);
    if (interrupted) return NULL;
    if (err != DH_OK) return dhp_raise(err, dhp_side_who(&self->side), NULL);
    Py_RETURN_NONE;
}

static PyObject *zone(PyObject *object, PyObject *name)
{
    struct producer *self = (struct producer *)object;
    uint32_t index;

    if (!dhp_side_usable(&self->side)) return NULL;
    index = dhp_zone_index(&self->side, name);
    if (index == 0) return NULL;
    return dhp_zone_new(&self->side, dh_producer_zone(self->handle, index), index, true,
                        UINT32_MAX);
}

static PyObject *get_metrics(PyObject *object, void *unused)
{
    struct producer *self = (struct producer *)object;
    struct dh_producer_metrics metrics;

    (void)unused;
    if (!dhp_side_usable(&self->side)) return NULL;
    dh_producer_metrics_get(self->handle, &metrics);
    return dhp_producer_metrics(&metrics);
}

static PyObject *get_memory(PyObject *object, void *unused)
{
    struct producer *self = (struct producer *)object;
    struct dh_memory memory;

    (void)unused;
    if (!dhp_side_usable(&self->side)) return NULL;
    dh_producer_memory_get(self->handle, &memory);
    return dhp_memory_record(&memory);
}

/* ---- takeover ----------------------------------------------------------------------------- */

/* takeover="handover", takeover_timeout=2.0 */
static bool set_takeover(struct dh_producer_options *options, const char *takeover, double seconds)
{
    static const char *const names[] = { [DH_TAKEOVER_NEVER] = "never",
                                         [DH_TAKEOVER_DEAD] = "dead",
                                         [DH_TAKEOVER_HANDOVER] = "handover",
                                         [DH_TAKEOVER_FORCE] = "force" };

    if (!(seconds >= 0 && seconds < 9e9)) {
        PyErr_SetString(PyExc_ValueError, "takeover_timeout is in seconds, 0 or more; 0: two");
        return false;
    }
    options->takeover_ns = (int64_t)(seconds * 1e9);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(takeover, names[i]) == 0) {
            options->takeover = (enum dh_takeover)i;
            return true;
        }
    PyErr_Format(
        PyExc_ValueError,
        "takeover is 'never' (begin anew), 'dead' (go on where a dead producer ended), "
        "'handover' (ask a living one for the channel, too) or 'force' (end the process of "
        "one that does not answer), not '%s'",
        takeover);
    return false;
}

/* ---- life --------------------------------------------------------------------------------- */

static dh_err open_it(struct producer *self, const char *channel,
                      const struct dh_producer_options *options, struct dh_why *why)
{
    dh_producer *handle = NULL;
    const struct dh_schema *dh = self->side.schema->dh;
    dh_err err;

    Py_BEGIN_ALLOW_THREADS;
    err = dh_producer_open(&handle, dh, channel, options, why);
    Py_END_ALLOW_THREADS;
    self->handle = handle;
    return err;
}

static bool take_pages(const char *word, enum dh_pages *pages)
{
    for (*pages = DH_PAGES_SMALL; *pages <= DH_PAGES_POOL; ++*pages)
        if (strcmp(word, dh_pages_name(*pages)) == 0) return true;
    PyErr_Format(PyExc_ValueError, "pages is 'small', 'huge', 'transparent' or 'pool', not '%s'",
                 word);
    return false;
}

/* None, "interleave", or the number of a node. */
static bool take_numa(PyObject *given, struct dh_producer_options *options)
{
    long node;

    if (given == Py_None) return true;
    if (PyUnicode_Check(given) && PyUnicode_CompareWithASCIIString(given, "interleave") == 0) {
        options->numa = DH_NUMA_INTERLEAVE;
        return true;
    }
    node = PyLong_Check(given) ? PyLong_AsLong(given) : -1;
    if (node < 0 || node >= DH_NUMA_NODES) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "numa is 'interleave' or a node, 0 to %d, not %R",
                     DH_NUMA_NODES - 1, given);
        return false;
    }
    options->numa = DH_NUMA_NODE;
    options->numa_node = (uint32_t)node;
    return true;
}

static PyObject *new (PyTypeObject *of, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "channel",          "schema",      "slots",  "consumers",
                             "stall_limit",      "secret",      "broker", "takeover",
                             "takeover_timeout", "pages",       "numa",   "memory_required",
                             "strict",           "sum_threads", NULL };
    struct dh_producer_options options = { 0 };
    struct dh_why why = { 0 };
    PyObject *name, *secret = Py_None, *numa = Py_None;
    const char *pages = "small";
    int required = 0, strict = 0;
    struct schema *given;
    const char *takeover = "never";
    double stall_limit = 0, takeover_timeout = 0;
    allocfunc allocate = (allocfunc)PyType_GetSlot(of, Py_tp_alloc);
    const char *channel;
    struct producer *self;
    dh_err err;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO!|$IIdOzsdsOppI:Producer", words, &name,
                                     dhp_schema_type(), &given, &options.n_slots,
                                     &options.n_consumers, &stall_limit, &secret, &options.broker,
                                     &takeover, &takeover_timeout, &pages, &numa, &required,
                                     &strict, &options.sum_threads) ||
        !dhp_secret(secret, &options.secret) ||
        !set_takeover(&options, takeover, takeover_timeout) || !take_pages(pages, &options.pages) ||
        !take_numa(numa, &options))
        return NULL;
    if (!(stall_limit >= 0 && stall_limit < 9e9)) {
        PyErr_SetString(PyExc_ValueError, "stall_limit is in seconds, 0 or more; 0: no limit");
        return NULL;
    }
    options.stall_limit_ns = (int64_t)(stall_limit * 1e9);
    options.memory_required = required != 0;
    options.strict = strict != 0;
    name = name == Py_None ? PyUnicode_FromString(given->dh->channel) : PyObject_Str(name);
    channel = name != NULL ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
    self = channel != NULL ? (struct producer *)allocate(of, 0) : NULL;
    if (self != NULL) {
        dhp_side_start(&self->side, &kind, given, name);
        err = open_it(self, channel, &options, &why);
        if (err != DH_OK) {
            self->side.closing = self->side.closed = true;
            dhp_raise(err, channel, &why);
            Py_CLEAR(self);
        }
    }
    Py_XDECREF(name);
    return (PyObject *)self;
}

static PyMethodDef methods[] = {
    { "write", (PyCFunction)(void (*)(void))write_it, METH_VARARGS | METH_KEYWORDS, NULL },
    { "send", (PyCFunction)(void (*)(void))send_it, METH_VARARGS | METH_KEYWORDS, NULL },
    { "flush", (PyCFunction)(void (*)(void))flush_it, METH_VARARGS | METH_KEYWORDS, NULL },
    { "zone", zone, METH_O, NULL },
    { "close", dhp_side_leave, METH_NOARGS, NULL },
    { "__enter__", dhp_side_enter, METH_NOARGS, NULL },
    { "__exit__", dhp_side_leave, METH_VARARGS, NULL },
    { NULL, NULL, 0, NULL },
};

static PyGetSetDef getset[] = {
    { "metrics", get_metrics, NULL, NULL, NULL },
    { "memory", get_memory, NULL, NULL, NULL },
    { "schema", dhp_side_schema, NULL, NULL, NULL },
    { "channel", dhp_side_channel, NULL, NULL, NULL },
    { "closed", dhp_side_is_closed, NULL, NULL, NULL },
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

static PyType_Spec spec = { "dh._dh.Producer", sizeof(struct producer), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots };

bool dhp_producer_open_type(PyObject *module)
{
    writing_type = dhp_type(module, &writing_spec, false);
    return writing_type != NULL && dhp_type(module, &spec, true) != NULL;
}
