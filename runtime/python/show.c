/* SPDX-License-Identifier: Apache-2.0 */
/* Values for people: {time: 12 ns, accel: {x: 0.1 m/s^2, …}, taps: [1.0, 2.0, … 64]}. */
#include "binding.h"

enum { SHOWN = 8 }; /* of an array */

/* "[" + ", ".join(parts) + "]"; takes parts over. */
static PyObject *joined(PyObject *parts, const char *format)
{
    PyObject *comma = PyUnicode_FromString(", "), *inner = NULL, *text = NULL;

    if (parts != NULL && comma != NULL) inner = PyUnicode_Join(comma, parts);
    if (inner != NULL) text = PyUnicode_FromFormat(format, inner);
    Py_XDECREF(inner);
    Py_XDECREF(comma);
    Py_XDECREF(parts);
    return text;
}

static bool add(PyObject *parts, PyObject *text)
{
    int done = text != NULL ? PyList_Append(parts, text) : -1;

    Py_XDECREF(text);
    return done == 0;
}

static PyObject *named(const struct field *field, PyObject *value)
{
    PyObject *text = value != NULL ? PyUnicode_FromFormat("%U: %U", field->name, value) : NULL;

    Py_XDECREF(value);
    return text;
}

static PyObject *show_struct(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    PyObject *parts = PyList_New(0);

    for (uint32_t i = 0; parts != NULL && i < field->n_children; i++) {
        const struct field *child = &field->children[i];
        if (!add(parts, named(child, dhp_show(memory, child, shift)))) Py_CLEAR(parts);
    }
    return joined(parts, "{%U}");
}

static PyObject *show_array(PyObject *object)
{
    const struct place *array = (const struct place *)object;
    Py_ssize_t n = dhp_array_length(array);
    PyObject *parts, *item;

    if (array->field->node->kind == DHC_BYTES && array->depth == array->field->node->n_dims)
        return PyUnicode_FromFormat("%zd bytes", n);
    parts = PyList_New(0);
    for (Py_ssize_t i = 0; parts != NULL && i < n && i < SHOWN; i++) {
        item = dhp_array_item(array, i);
        if (item == NULL || !add(parts, PyObject_Repr(item))) Py_CLEAR(parts);
        Py_XDECREF(item);
    }
    if (parts != NULL && n > SHOWN && !add(parts, PyUnicode_FromFormat("… %zd", n)))
        Py_CLEAR(parts);
    return joined(parts, "[%U]");
}

/* A number with its unit, an enumerator by its name. */
static PyObject *show_leaf(const struct field *field, PyObject *value)
{
    const struct dhc_meaning *meaning = field->node->meaning;
    const char *unit = meaning->unit.data;
    PyObject *name = NULL, *text;

    if (meaning->has_scale) { /* what it means, as its unit says */
        double raw = PyFloat_AsDouble(value);
        PyObject *physical = PyFloat_FromDouble(raw * meaning->factor + meaning->shift);
        text = physical != NULL ? PyObject_CallMethod(physical, "__format__", "s", ".12g") : NULL;
        Py_XDECREF(physical);
        if (text == NULL || unit == NULL) return text;
        name = PyUnicode_FromFormat("%U %s", text, unit);
        Py_DECREF(text);
        return name;
    }

    if (field->values != NULL && !PyLong_CheckExact(value))
        name = PyObject_GetAttrString(value, "name");
    if (name != NULL && name != Py_None)
        text = PyObject_Str(name);
    else
        text = PyObject_Repr(value);
    PyErr_Clear();
    if (text != NULL && unit != NULL && !PyUnicode_Check(value)) {
        PyObject *longer = PyUnicode_FromFormat("%U %s", text, unit);
        Py_DECREF(text);
        text = longer;
    }
    Py_XDECREF(name);
    return text;
}

static PyObject *show(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    const struct field *arm;
    PyObject *value, *text;

    switch (field->node->kind) {
    case DHC_STRUCT: return show_struct(memory, field, shift);
    case DHC_UNION:
        arm = dhp_arm(memory, field, shift, NULL);
        if (arm == NULL) return PyUnicode_FromString("?");
        if (arm->n_children == 0) return PyObject_Str(arm->name);
        return named(arm, dhp_show(memory, arm->children, shift));
    case DHC_OPT:
        if (dhp_at(memory, field, shift)[field->node->inner] == 0)
            return PyUnicode_FromString("none");
        return dhp_show(memory, field->children, shift);
    default: break;
    }
    value = dhp_read(memory, field, shift);
    if (value == NULL) return NULL;
    text = dhp_is_array(value) ? show_array(value) : show_leaf(field, value);
    Py_DECREF(value);
    return text;
}

PyObject *dhp_show(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    PyObject *text;

    dhp_memory_pin(memory); /* repr of what lies in arrays is Python's code */
    text = show(memory, field, shift);
    dhp_memory_unpin(memory);
    return text;
}
