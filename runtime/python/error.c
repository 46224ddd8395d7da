/* SPDX-License-Identifier: Apache-2.0 */
/* Each error of error.def as an exception: `except dh.NotFoundError`, or its base dh.Error, or the
 * builtin that people expect (TimeoutError, PermissionError …). */
#include "binding.h"

static const struct {
    dh_err err;
    const char *name;
    PyObject **builtin; /* caught by this, too; NULL: by dh.Error alone */
} rows[] = {
    { DH_EINVAL, "ArgumentError", &PyExc_ValueError },
    { DH_EORDER, "OrderError", &PyExc_RuntimeError },
    { DH_EFULL, "FullError", &PyExc_TimeoutError },
    { DH_EEMPTY, "EmptyError", &PyExc_TimeoutError },
    { DH_ECLOSED, "ClosedError", NULL },
    { DH_EDEAD, "ProducerDiedError", NULL },
    { DH_ESCHEMA, "SchemaError", NULL },
    { DH_EFORMAT, "FormatError", NULL },
    { DH_ECORRUPT, "CorruptError", NULL },
    { DH_ESEAL, "SealError", NULL },
    { DH_ESECRET, "SecretError", &PyExc_PermissionError },
    { DH_EREFUSED, "RefusedError", &PyExc_PermissionError },
    { DH_ENOTFOUND, "NotFoundError", &PyExc_LookupError },
    { DH_ECONFLICT, "ConflictError", NULL },
    { DH_ENOBROKER, "NoBrokerError", NULL },
    { DH_EPROTOCOL, "ProtocolError", NULL },
    { DH_ETABLE, "TableFullError", NULL },
    { DH_ECHECKSUM, "ChecksumError", NULL },
    { DH_EOWNERDEAD, "OwnerDiedError", NULL },
    { DH_EBUSY, "BusyError", &PyExc_TimeoutError },
    { DH_ELIMIT, "LimitError", &PyExc_ValueError },
    { DH_ENOMEM, "ResourceError", &PyExc_MemoryError },
    { DH_ESYS, "SystemCallError", &PyExc_OSError },
    { DH_EEVICTED, "EvictedError", NULL },
    { DH_EALIVE, "AliveError", NULL },
    { DH_ESUPERSEDED, "SupersededError", NULL },
    { DH_ESILENT, "SilentError", &PyExc_TimeoutError },
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

static PyObject *base, *stale, *classes[N_ROWS];

/* One class more in the module: "dh.EmptyError", made of what `bases` says. */
static PyObject *make_class(PyObject *module, const char *name, const char *doc, PyObject *bases)
{
    PyObject *made, *full = PyUnicode_FromFormat("dh.%s", name);
    const char *text = full != NULL ? PyUnicode_AsUTF8AndSize(full, NULL) : NULL;

    made = text != NULL ? PyErr_NewExceptionWithDoc(text, doc, bases, NULL) : NULL;
    Py_XDECREF(full);
    if (made != NULL && PyModule_AddObjectRef(module, name, made) < 0) Py_CLEAR(made);
    return made;
}

static bool make_row(PyObject *module, size_t i)
{
    PyObject *bases =
        rows[i].builtin != NULL ? PyTuple_Pack(2, base, *rows[i].builtin) : PyTuple_Pack(1, base);
    PyObject *code = PyLong_FromLong(rows[i].err);

    if (bases != NULL && code != NULL)
        classes[i] = make_class(module, rows[i].name, dh_error_text(rows[i].err), bases);
    if (classes[i] != NULL && PyObject_SetAttrString(classes[i], "code", code) < 0)
        Py_CLEAR(classes[i]);
    Py_XDECREF(bases);
    Py_XDECREF(code);
    return classes[i] != NULL;
}

bool dhp_errors_open(PyObject *module)
{
    base = make_class(module, "Error", "Something that a call of the hub says went wrong.", NULL);
    stale = make_class(module, "StaleError",
                       "A message, loan or zone was looked at after it was given back.",
                       PyExc_ReferenceError);
    for (size_t i = 0; base != NULL && i < N_ROWS; i++)
        if (!make_row(module, i)) return false;
    return base != NULL && stale != NULL;
}

PyObject *dhp_error_class(dh_err err)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].err == err) return classes[i];
    return base;
}

static bool say(PyObject *error, const char *attribute, const char *text)
{
    PyObject *value = PyUnicode_FromString(text);
    int set = value != NULL ? PyObject_SetAttrString(error, attribute, value) : -1;

    Py_XDECREF(value);
    return set == 0;
}

/* As traceback prints it behind the message: PEP 678. */
static bool note(PyObject *error, const char *help)
{
    PyObject *done =
        PyObject_CallMethod(error, "add_note", "N", PyUnicode_FromFormat("help: %s", help));

    Py_XDECREF(done);
    return done != NULL;
}

void *dhp_raise(dh_err err, const char *who, const struct dh_why *why)
{
    PyObject *class = dhp_error_class(err), *error = NULL;
    bool detail = why != NULL && why->err == err && why->text[0] != 0;
    PyObject *text = PyUnicode_FromFormat("%s: %s%s%s", who, dh_error_text(err),
                                          detail ? "\n  " : "", detail ? why->text : "");

    if (text != NULL) error = PyObject_CallFunctionObjArgs(class, text, NULL);
    Py_XDECREF(text);
    if (error != NULL && say(error, "name", dh_error_name(err)) &&
        say(error, "help", dh_error_help(err)) && say(error, "detail", detail ? why->text : "") &&
        note(error, dh_error_help(err)))
        PyErr_SetObject(class, error);
    Py_XDECREF(error);
    return NULL;
}

void *dhp_raise_stale(void)
{
    PyErr_SetString(stale, "this message was given back: by the next read, by the end of its "
                           "`with`, or by close(); what is to stay is copied before, by "
                           "dh.copy(s), or comes as a copy: dh.Consumer(…, copy=True)");
    return NULL;
}
