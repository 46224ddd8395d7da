/* SPDX-License-Identifier: Apache-2.0 */
/* What a schema says, as Python's own types: for dtypes, completion, and people who ask. */
#include "binding.h"

#include <string.h>

static const char *const kinds[] = {
    [DHC_STRUCT] = "struct", [DHC_SCALAR] = "scalar", [DHC_ATOMIC] = "atomic",
    [DHC_CHAR] = "char",     [DHC_STRING] = "string", [DHC_BYTES] = "bytes",
    [DHC_ARRAY] = "array",   [DHC_LIST] = "list",     [DHC_OPT] = "optional",
    [DHC_UNION] = "union",   [DHC_ARM] = "arm",       [DHC_RESERVE] = "reserve",
};

/* dict[key] = value; takes it over. */
static bool put(PyObject *dict, const char *key, PyObject *value)
{
    int done = value != NULL ? PyDict_SetItemString(dict, key, value) : -1;

    Py_XDECREF(value);
    return done == 0;
}

static PyObject *number(const struct dhc_number *of)
{
    if (of->kind == DHC_OPEN) Py_RETURN_NONE;
    if (of->kind == DHC_REAL) return PyFloat_FromDouble(of->real);
    return of->negative ? PyLong_FromLongLong((int64_t)(0 - of->magnitude))
                        : PyLong_FromUnsignedLongLong(of->magnitude);
}

static PyObject *bytes_text(const struct dhc_bytes *bytes)
{
    return PyUnicode_DecodeUTF8(bytes->data, (Py_ssize_t)bytes->length, "replace");
}

static bool put_meaning(PyObject *dict, const struct dhc_meaning *m)
{
    return (m->unit.data == NULL || put(dict, "unit", bytes_text(&m->unit))) &&
           (m->frame.data == NULL || put(dict, "frame", bytes_text(&m->frame))) &&
           (m->clock == NULL || put(dict, "clock", PyUnicode_FromString(m->clock))) &&
           (!m->has_range ||
            put(dict, "range", Py_BuildValue("(NN)", number(&m->low), number(&m->high)))) &&
           (!m->has_scale || put(dict, "scale", Py_BuildValue("(dd)", m->factor, m->shift))) &&
           (m->invalid != DHC_INVALID_NUMBER || put(dict, "invalid", number(&m->invalid_number))) &&
           (m->invalid != DHC_INVALID_NAME ||
            put(dict, "invalid", PyUnicode_FromString(m->invalid_name))) &&
           (!m->deprecated || put(dict, "deprecated", PyBool_FromLong(1)));
}

static PyObject *dims(const struct dhc_node *node)
{
    PyObject *all = PyTuple_New((Py_ssize_t)node->n_dims);

    for (uint32_t i = 0; all != NULL && i < node->n_dims; i++) {
        PyObject *one = PyLong_FromUnsignedLong(node->dims[i]);
        if (one == NULL || PyTuple_SetItem(all, (Py_ssize_t)i, one) < 0) Py_CLEAR(all);
    }
    return all;
}

static PyObject *describe(const struct field *field);

static PyObject *children(const struct field *field)
{
    PyObject *all = PyTuple_New((Py_ssize_t)field->n_children);

    for (uint32_t i = 0; all != NULL && i < field->n_children; i++) {
        PyObject *one = describe(&field->children[i]);
        if (one == NULL || PyTuple_SetItem(all, (Py_ssize_t)i, one) < 0) Py_CLEAR(all);
    }
    return all;
}

static PyObject *describe(const struct field *field)
{
    const struct dhc_node *node = field->node;
    bool scalar = node->kind == DHC_SCALAR || node->kind == DHC_ATOMIC || node->kind == DHC_UNION;
    PyObject *dict =
        Py_BuildValue("{s:O,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:L,s:N,s:N}", "name", field->name, "kind",
                      kinds[node->kind], "offset", node->offset, "size", node->size, "stride",
                      node->stride, "capacity", node->capacity, "inner", node->inner, "minor",
                      node->minor, "tag", (long long)node->tag, "dims", dims(node), "children",
                      children(field));

    if (dict == NULL) return NULL;
    if ((!scalar || put(dict, "scalar", PyUnicode_FromString(dhc_scalar_name(node->scalar)))) &&
        (field->names == NULL || PyDict_SetItemString(dict, "enum", field->names) == 0) &&
        put_meaning(dict, node->meaning))
        return dict;
    Py_DECREF(dict);
    return NULL;
}

/* ---- functions of the module -------------------------------------------------------------- */

/* describe(schema, zone=0) or describe(view) */
static PyObject *describe_it(PyObject *module, PyObject *object)
{
    const struct place *place;

    (void)module;
    if (Py_TYPE(object) == dhp_schema_type()) return describe(((struct schema *)object)->roots);
    place = dhp_place(object);
    return place != NULL ? describe(place->field) : NULL;
}

static PyObject *describe_zone(PyObject *module, PyObject *args)
{
    struct schema *schema;
    unsigned zone;

    (void)module;
    if (!PyArg_ParseTuple(args, "O!I:describe_zone", dhp_schema_type(), &schema, &zone))
        return NULL;
    if (zone < schema->dh->n_roots) return describe(&schema->roots[zone]);
    PyErr_SetString(PyExc_IndexError, "no such zone");
    return NULL;
}

struct place *dhp_place(PyObject *object)
{
    if (!dhp_is_view(object) && !dhp_is_array(object)) {
        PyErr_Format(PyExc_TypeError, "%R is no struct, union or array of a message", object);
        return NULL;
    }
    return dhp_memory_alive(((struct place *)object)->memory) ? (struct place *)object : NULL;
}

/* dtype(schema or view, make): (what make(description) made, once per field; the number of
 * dimensions that are chosen, None for a list) */
static PyObject *dtype(PyObject *module, PyObject *args)
{
    PyObject *object, *make, *node;
    struct field *field;
    struct place *at = NULL;

    (void)module;
    if (!PyArg_ParseTuple(args, "OO:dtype", &object, &make)) return NULL;
    if (Py_TYPE(object) != dhp_schema_type() && (at = dhp_place(object)) == NULL) return NULL;
    field = at != NULL ? (struct field *)(uintptr_t)at->field : ((struct schema *)object)->roots;
    if (field->dtype == NULL) {
        node = describe(field);
        field->dtype = node != NULL ? PyObject_CallFunctionObjArgs(make, node, NULL) : NULL;
        Py_XDECREF(node);
    }
    if (field->dtype == NULL) return NULL;
    if (field->node->kind == DHC_LIST) return Py_BuildValue("(OO)", field->dtype, Py_None);
    return Py_BuildValue("(OI)", field->dtype, at != NULL ? at->depth : 0);
}

/* What the exporter of all bytes of a place is; dh._numpy makes arrays on it. */
static PyObject *span(PyObject *module, PyObject *object)
{
    const struct place *place = dhp_place(object);

    (void)module;
    if (place == NULL) return NULL;
    return dhp_span(place->memory, dhp_at(place->memory, place->field, place->shift),
                    dhp_place_size(place));
}

/* dh._numpy.array(place, *args, **kwargs); looked up once, when somebody has numpy. */
PyObject *dhp_as_array(PyObject *place, PyObject *args, PyObject *kwargs)
{
    static PyObject *make;
    PyObject *module = make == NULL ? PyImport_ImportModule("dh._numpy") : NULL, *first, *all;
    PyObject *made = NULL;

    if (module != NULL) make = PyObject_GetAttrString(module, "array");
    Py_XDECREF(module);
    first = make != NULL ? PyTuple_Pack(1, place) : NULL;
    all = first != NULL ? PySequence_Concat(first, args) : NULL;
    if (all != NULL) made = PyObject_Call(make, all, kwargs);
    Py_XDECREF(all);
    Py_XDECREF(first);
    return made;
}

/* The same place in bytes of its own: they begin where the place does, and are addressed as before.
 */
static PyObject *copy(PyObject *module, PyObject *object)
{
    const struct place *from = dhp_place(object);
    size_t size;
    struct memory *made;
    PyObject *copy;

    (void)module;
    if (from == NULL) return NULL;
    size = dhp_place_size(from);
    made = dhp_memory_own(from->memory->schema, size);
    if (made == NULL) return NULL;
    memcpy(made->data, dhp_at(from->memory, from->field, from->shift), size);
    made->data -= (ptrdiff_t)from->field->node->offset + from->shift;
    made->minor = from->memory->minor;
    made->sequence = from->memory->sequence;
    made->commit_ns = from->memory->commit_ns;
    copy = dhp_is_view(object)
               ? (PyObject *)dhp_view_new(made, from->field, from->shift)
               : (PyObject *)dhp_array_new(made, from->field, from->shift, from->depth);
    Py_DECREF(made);
    return copy;
}

static PyObject *plain(PyObject *module, PyObject *object)
{
    const struct place *place = dhp_place(object);

    (void)module;
    if (place == NULL) return NULL;
    return dhp_is_array(object) ? dhp_plain_array(place)
                                : dhp_plain(place->memory, place->field, place->shift);
}

static PyObject *arm(PyObject *module, PyObject *object)
{
    const struct place *place = dhp_place(object);
    const struct field *set;

    (void)module;
    if (place == NULL) return NULL;
    if (place->field->node->kind != DHC_UNION) {
        PyErr_Format(PyExc_TypeError, "%R is no union", object);
        return NULL;
    }
    set = dhp_arm(place->memory, place->field, place->shift, NULL);
    if (set == NULL) Py_RETURN_NONE;
    Py_INCREF(set->name);
    return set->name;
}

static PyObject *info(PyObject *module, PyObject *object)
{
    const struct place *place = dhp_place(object);

    (void)module;
    if (place == NULL) return NULL;
    return dhp_record(Py_BuildValue("{s:K,s:K}", "sequence",
                                    (unsigned long long)place->memory->sequence, "commit_ns",
                                    (unsigned long long)place->memory->commit_ns));
}

/* Does the producer's minor have that field? */
static PyObject *has(PyObject *module, PyObject *args)
{
    const struct field *field;
    const struct place *place;
    PyObject *object, *name;

    (void)module;
    if (!PyArg_ParseTuple(args, "OU:has", &object, &name)) return NULL;
    place = dhp_place(object);
    field = place != NULL ? dhp_child(place->field, name) : NULL;
    if (field == NULL && (place == NULL || PyErr_Occurred())) return NULL;
    return PyBool_FromLong(field != NULL && field->node->minor <= place->memory->minor);
}

static PyMethodDef methods[] = {
    { "describe", describe_it, METH_O, NULL },
    { "describe_zone", describe_zone, METH_VARARGS, NULL },
    { "dtype", dtype, METH_VARARGS, NULL },
    { "span", span, METH_O, NULL },
    { "copy", copy, METH_O,
      "copy(view)\n\nThe same value in memory of its own, to keep and change." },
    { "asdict", plain, METH_O,
      "asdict(view)\n\nDicts, lists, numbers and text; of a union {arm: value}." },
    { "arm", arm, METH_O, "arm(union)\n\nThe name of the arm that is set, or None." },
    { "info", info, METH_O, "info(view)\n\nsequence and commit_ns of the message it is of." },
    { "has", has, METH_VARARGS, "has(view, name)\n\nWhether its producer's minor has that field." },
    { NULL, NULL, 0, NULL },
};

bool dhp_describe_open(PyObject *module)
{
    return PyModule_AddFunctions(module, methods) == 0;
}
