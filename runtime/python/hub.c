/* SPDX-License-Identifier: Apache-2.0 */
/* Which channels there are; and records, which are what the library counts and knows. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

/* types.SimpleNamespace(**dict); takes it over. */
PyObject *dhp_record(PyObject *dict)
{
    PyObject *types = dict != NULL ? PyImport_ImportModule("types") : NULL, *class, *none, *made;

    class = types != NULL ? PyObject_GetAttrString(types, "SimpleNamespace") : NULL;
    none = class != NULL ? PyTuple_New(0) : NULL;
    made = none != NULL ? PyObject_Call(class, none, dict) : NULL;
    Py_XDECREF(none);
    Py_XDECREF(class);
    Py_XDECREF(types);
    Py_XDECREF(dict);
    return made;
}

/* What others call themselves is any bytes. */
PyObject *dhp_text(const char *text)
{
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

typedef unsigned long long big; /* as Py_BuildValue's K takes it */

PyObject *dhp_producer_metrics(const struct dh_producer_metrics *m)
{
    return dhp_record(
        Py_BuildValue("{s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:i,s:K,s:K}", "committed",
                      (big)m->committed, "committed_bytes", (big)m->committed_bytes, "aborted",
                      (big)m->aborted, "full_waits", (big)m->full_waits, "full_wait_ns",
                      (big)m->full_wait_ns, "full_timeouts", (big)m->full_timeouts, "wakes",
                      (big)m->wakes, "reaped", (big)m->reaped, "zone_writes", (big)m->zone_writes,
                      "started_ns", (big)m->started_ns, "last_commit_ns", (big)m->last_commit_ns,
                      "last_error", m->last_error, "bad_claims", (big)m->bad_claims, "evicted",
                      (big)m->evicted));
}

PyObject *dhp_consumer_metrics(const struct dh_consumer_metrics *m)
{
    return dhp_record(Py_BuildValue("{s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:i}", "acquired",
                                    (big)m->acquired, "acquired_bytes", (big)m->acquired_bytes,
                                    "lost", (big)m->lost, "sleeps", (big)m->sleeps, "timeouts",
                                    (big)m->timeouts, "checksum_failures",
                                    (big)m->checksum_failures, "last_acquire_ns",
                                    (big)m->last_acquire_ns, "last_error", m->last_error));
}

static PyObject *entry_record(const struct dh_channel_entry *e)
{
    static const char *const via[] = { "", "broker", "direct", "both" };

    return dhp_record(
        Py_BuildValue("{s:s,s:s,s:y#,s:I,s:I,s:N,s:s,s:O,s:O,s:s,s:I}", "channel", e->channel,
                      "family", e->family, "schema_hash", e->schema_hash, (Py_ssize_t)DH_HASH_BYTES,
                      "pid", e->pid, "uid", e->uid, "program", dhp_text(e->program), "via",
                      via[e->via & 3], "alive", e->alive ? Py_True : Py_False, "silent",
                      e->silent ? Py_True : Py_False, "full",
                      e->full == DH_FULL_WAIT ? "wait" : "overwrite", "slots", e->n_slots));
}

/* channels(pattern=None, *, broker=None, timeout=2.0) */
static PyObject *channels(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "pattern", "broker", "timeout", NULL };
    const char *pattern = NULL, *broker = NULL;
    struct dh_channel_entry *entries = NULL;
    struct dh_why why = { 0 };
    PyObject *timeout = NULL;
    int64_t deadline = dh_in(2 * INT64_C(1000000000));
    bool answers;
    size_t n = 0;
    PyObject *list;
    dh_err err;

    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|z$zO:channels", words, &pattern, &broker,
                                     &timeout) ||
        (timeout != NULL && !dhp_deadline(timeout, &deadline)))
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    err = dh_hub_list(broker, pattern, deadline, &entries, &n, &answers, &why);
    Py_END_ALLOW_THREADS;
    if (err != DH_OK) return dhp_raise(err, "channels", &why);
    list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list != NULL && i < n; i++) {
        PyObject *record = entry_record(&entries[i]);
        if (record == NULL || PyList_SetItem(list, (Py_ssize_t)i, record) < 0) Py_CLEAR(list);
    }
    free(entries);
    return list;
}

static PyMethodDef methods[] = {
    { "channels", (PyCFunction)(void (*)(void))channels, METH_VARARGS | METH_KEYWORDS,
      "channels(pattern=None, *, broker=None, timeout=2.0)\n\nWho offers what: a list, by name." },
    { NULL, NULL, 0, NULL },
};

bool dhp_hub_open(PyObject *module)
{
    return PyModule_AddFunctions(module, methods) == 0;
}
