/* SPDX-License-Identifier: Apache-2.0 */
/* Python objects into fields. What does not fit is refused with the field's path; what was written
 * of a struct before that stays written, so a producer's `with` aborts. */
#include "binding.h"

#include <string.h>

int dhp_refuse(const struct field *field, ptrdiff_t shift, PyObject *type, const char *format,
               PyObject *value)
{
    PyObject *path = dhp_path(field, shift, 0), *text = NULL;

    if (path != NULL) text = PyUnicode_FromFormat(format, value);
    if (text != NULL) PyErr_Format(type, "%U: %U", path, text);
    Py_XDECREF(path);
    Py_XDECREF(text);
    return -1;
}

int dhp_refuse_room(const struct field *field, ptrdiff_t shift, Py_ssize_t n, const char *of)
{
    PyObject *path = dhp_path(field, shift, 0);

    if (path != NULL)
        PyErr_Format(PyExc_ValueError, "%U: %zd %s, there is room for %u", path, n, of,
                     field->node->capacity);
    Py_XDECREF(path);
    return -1;
}

/* ---- leaves ------------------------------------------------------------------------------- */

static int write_text(struct memory *memory, const struct field *field, ptrdiff_t shift,
                      PyObject *value)
{
    unsigned char *at = dhp_at(memory, field, shift);
    PyObject *bytes;
    Py_ssize_t n;
    uint32_t length;
    char *text;

    if (!PyUnicode_Check(value))
        return dhp_refuse(field, shift, PyExc_TypeError, "%.100R is no text", value);
    bytes = PyUnicode_AsEncodedString(value, "utf-8", "surrogateescape");
    if (bytes == NULL || PyBytes_AsStringAndSize(bytes, &text, &n) < 0) {
        Py_XDECREF(bytes);
        return -1;
    }
    length = (uint32_t)n;
    if (n > (Py_ssize_t)field->node->capacity) {
        dhp_refuse_room(field, shift, n, "bytes of text");
    } else if (field->node->kind == DHC_STRING) {
        memcpy(at, &length, sizeof length);
        memcpy(at + 4, text, length);
        memset(at + 4 + length, 0, field->node->capacity + 1 - length);
    } else {
        memcpy(at, text, length);
        memset(at + length, 0, field->node->capacity - length);
    }
    Py_DECREF(bytes);
    return n > (Py_ssize_t)field->node->capacity ? -1 : 0;
}

static int write_bytes(struct memory *memory, const struct field *field, ptrdiff_t shift,
                       PyObject *value)
{
    unsigned char *at = dhp_at(memory, field, shift);
    Py_buffer buffer;
    uint32_t length;
    int done = -1;

    if (PyUnicode_Check(value) || !PyObject_CheckBuffer(value))
        return dhp_refuse(field, shift, PyExc_TypeError, "%.100R is no bytes", value);
    if (PyObject_GetBuffer(value, &buffer, PyBUF_SIMPLE) < 0) return -1;
    if (buffer.len > (Py_ssize_t)field->node->capacity) {
        dhp_refuse_room(field, shift, buffer.len, "bytes");
    } else {
        length = (uint32_t)buffer.len;
        memmove(at + 4, buffer.buf, length);
        memcpy(at, &length, sizeof length);
        done = 0;
    }
    PyBuffer_Release(&buffer);
    return done;
}

/* "good" for an enumerator of that name. */
static PyObject *named(const struct field *field, ptrdiff_t shift, PyObject *name)
{
    PyObject *member = PyObject_GetItem(field->names, name), *path, *list;

    if (member != NULL || !PyErr_ExceptionMatches(PyExc_KeyError)) return member;
    PyErr_Clear();
    path = dhp_path(field, shift, UINT32_MAX);
    list = PyObject_CallMethod(field->names, "_dh_nearest", "O", name);
    if (path != NULL && list != NULL)
        PyErr_Format(PyExc_ValueError, "%U: its enum has no %.100R; %U", path, name, list);
    Py_XDECREF(path);
    Py_XDECREF(list);
    return NULL;
}

static int write_number(struct memory *memory, const struct field *field, ptrdiff_t shift,
                        PyObject *value)
{
    struct number number;
    PyObject *member = NULL;
    bool is;

    if (field->names != NULL && PyUnicode_Check(value)) {
        value = member = named(field, shift, value);
        if (member == NULL) return -1;
    }
    is = dhp_number(value, &number);
    if (!is && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        dhp_refuse(field, shift, PyExc_TypeError, "%.100R is no number", value);
    }
    Py_XDECREF(member);
    return is ? dhp_store(memory, field, shift, &number) : -1;
}

int dhp_write_leaf(struct memory *memory, const struct field *field, ptrdiff_t shift,
                   PyObject *value)
{
    switch (field->node->kind) {
    case DHC_CHAR:
    case DHC_STRING: return write_text(memory, field, shift, value);
    case DHC_BYTES: return write_bytes(memory, field, shift, value);
    default: return write_number(memory, field, shift, value);
    }
}

/* ---- structs, unions, optionals ----------------------------------------------------------- */

/* A view of the same place of the same text, by whomever it was read. */
static bool same_place(const struct memory *memory, const struct field *field, PyObject *value)
{
    const struct place *other = (const struct place *)value;
    const struct dhc_node *a = field->node, *b;

    if (!dhp_is_view(value)) return false;
    b = other->field->node;
    return a == b ||
           (a->line == b->line && a->kind == b->kind && a->offset == b->offset &&
            a->size == b->size &&
            memcmp(memory->schema->dh->hash, other->memory->schema->dh->hash, DH_HASH_BYTES) == 0);
}

static int copy_place(struct memory *memory, const struct field *field, ptrdiff_t shift,
                      PyObject *value)
{
    const struct place *from = dhp_place(value);

    if (from == NULL) return -1;
    memmove(dhp_at(memory, field, shift), dhp_at(from->memory, from->field, from->shift),
            field->node->size);
    return 0;
}

static int refuse_name(const struct field *field, ptrdiff_t shift, PyObject *name, PyObject *type)
{
    PyObject *path = dhp_path(field, shift, UINT32_MAX), *text = NULL, *module = NULL;

    if (path != NULL) module = PyImport_ImportModule("dh._support");
    if (module != NULL)
        text = PyObject_CallMethod(module, "no_field", "OOO", path, name, field->by_name);
    if (text != NULL) PyErr_SetObject(type, text);
    Py_XDECREF(text);
    Py_XDECREF(module);
    Py_XDECREF(path);
    return -1;
}

int dhp_fill(struct memory *memory, const struct field *field, ptrdiff_t shift, PyObject *values)
{
    PyObject *name, *value;
    Py_ssize_t at = 0;
    int done;

    while (PyDict_Next(values, &at, &name, &value)) {
        const struct field *child = dhp_child(field, name);

        if (child == NULL && PyErr_Occurred()) return -1;
        if (child == NULL) return refuse_name(field, shift, name, PyExc_ValueError);
        Py_INCREF(value); /* what it runs may change the dict */
        done = dhp_write(memory, child, shift, value);
        Py_DECREF(value);
        if (done < 0) return -1;
    }
    return 0;
}

static int fill_in_order(struct memory *memory, const struct field *field, ptrdiff_t shift,
                         PyObject *values)
{
    Py_ssize_t n = PySequence_Size(values);
    PyObject *path;

    if (n != (Py_ssize_t)field->n_children) {
        path = dhp_path(field, shift, UINT32_MAX);
        if (path != NULL)
            PyErr_Format(PyExc_ValueError, "%U: %zd values, it has %u fields", path, n,
                         field->n_children);
        Py_XDECREF(path);
        return -1;
    }
    for (uint32_t i = 0; i < field->n_children; i++) {
        PyObject *value = PySequence_GetItem(values, (Py_ssize_t)i);
        int done = value != NULL ? dhp_write(memory, &field->children[i], shift, value) : -1;

        Py_XDECREF(value);
        if (done < 0) return -1;
    }
    return 0;
}

/* dhgen calls a field `class_` whose name is a word of Python's. */
static PyObject *attribute(PyObject *object, PyObject *name)
{
    PyObject *value = PyObject_GetAttr(object, name), *longer;

    if (value != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) return value;
    PyErr_Clear();
    longer = PyUnicode_FromFormat("%U_", name);
    value = longer != NULL ? PyObject_GetAttr(object, longer) : NULL;
    Py_XDECREF(longer);
    return value;
}

/* Of an object that has the fields as attributes: a dataclass of dhgen's, a view of another schema.
 */
static int fill_from_attributes(struct memory *memory, const struct field *field, ptrdiff_t shift,
                                PyObject *object)
{
    for (uint32_t i = 0; i < field->n_children; i++) {
        PyObject *value = attribute(object, field->children[i].name);
        int done;

        if (value == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
            return dhp_refuse(
                field, shift, PyExc_TypeError,
                "%.100R has not all fields; a dict, a tuple or an object that has them is "
                "expected",
                object);
        }
        done = value != NULL ? dhp_write(memory, &field->children[i], shift, value) : -1;
        Py_XDECREF(value);
        if (done < 0) return -1;
    }
    return 0;
}

static int write_struct(struct memory *memory, const struct field *field, ptrdiff_t shift,
                        PyObject *value)
{
    PyObject *item;
    int done;

    if (same_place(memory, field, value)) return copy_place(memory, field, shift, value);
    if (PyDict_Check(value)) return dhp_fill(memory, field, shift, value);
    if (!dhp_is_view(value) && PyObject_HasAttrString(value, "dtype") &&
        PyObject_HasAttrString(value, "item")) { /* a structured scalar of numpy's */
        item = PyObject_CallMethod(value, "item", NULL);
        done = item != NULL ? dhp_write(memory, field, shift, item) : -1;
        Py_XDECREF(item);
        return done;
    }
    if (dhp_is_sequence(value)) return fill_in_order(memory, field, shift, value);
    return fill_from_attributes(memory, field, shift, value);
}

static void set_tag(struct memory *memory, const struct field *field, ptrdiff_t shift,
                    const struct field *arm)
{
    memcpy(dhp_at(memory, field, shift), &arm->node->tag, dhc_scalar_size(field->node->scalar));
}

static int write_arm(struct memory *memory, const struct field *arm, ptrdiff_t shift,
                     PyObject *value)
{
    const struct field *onion = arm->parent, *content = arm->children;

    if (content == NULL && value != Py_None)
        return dhp_refuse(arm, shift, PyExc_TypeError, "this arm has no value, %.100R is given",
                          value);
    if (content != NULL) {
        if (dhp_arm(memory, onion, shift, NULL) != arm) /* a struct's other fields are zero */
            memset(dhp_at(memory, content, shift), 0, content->node->size);
        if (dhp_write(memory, content, shift, value) < 0) return -1;
    }
    set_tag(memory, onion, shift, arm);
    return 0;
}

static int write_named_arm(struct memory *memory, const struct field *field, ptrdiff_t shift,
                           PyObject *name, PyObject *value)
{
    const struct field *arm = name != NULL ? dhp_child(field, name) : NULL;

    if (arm != NULL) return write_arm(memory, arm, shift, value);
    return name == NULL || PyErr_Occurred() ? -1
                                            : refuse_name(field, shift, name, PyExc_ValueError);
}

/* From a union of another schema: the arm of that name. */
static int write_other_union(struct memory *memory, const struct field *field, ptrdiff_t shift,
                             const struct place *from)
{
    const struct field *arm = dhp_arm(from->memory, from->field, from->shift, NULL);
    PyObject *value;
    int done;

    if (arm == NULL) {
        memset(dhp_at(memory, field, shift), 0, field->node->size);
        return 0;
    }
    value = dhp_read(from->memory, arm, from->shift);
    done = value != NULL ? write_named_arm(memory, field, shift, arm->name, value) : -1;
    Py_XDECREF(value);
    return done;
}

/* ("num", 3.5), {"num": 3.5}, "none", or what has .arm and .value as dhgen's unions do. */
static int write_union(struct memory *memory, const struct field *field, ptrdiff_t shift,
                       PyObject *value)
{
    PyObject *name, *inner;
    Py_ssize_t at = 0;
    int done = -1;

    if (same_place(memory, field, value)) return copy_place(memory, field, shift, value);
    if (dhp_is_view(value) && ((struct place *)value)->field->node->kind == DHC_UNION)
        return write_other_union(memory, field, shift, (struct place *)value);
    if (PyUnicode_Check(value)) return write_named_arm(memory, field, shift, value, Py_None);
    if (PyDict_Check(value) && PyDict_Size(value) == 1 && PyDict_Next(value, &at, &name, &inner)) {
        Py_INCREF(inner); /* what it runs may change the dict */
        done = write_named_arm(memory, field, shift, name, inner);
        Py_DECREF(inner);
        return done;
    }
    if (PyTuple_Check(value) && PyTuple_Size(value) == 2)
        return write_named_arm(memory, field, shift, PyTuple_GetItem(value, 0),
                               PyTuple_GetItem(value, 1));
    name = PyObject_HasAttrString(value, "arm") ? PyObject_GetAttrString(value, "arm") : NULL;
    inner = name != NULL ? PyObject_GetAttrString(value, "value") : NULL;
    if (inner != NULL)
        done = write_named_arm(memory, field, shift, name, inner);
    else if (!PyErr_Occurred())
        dhp_refuse(field, shift, PyExc_TypeError,
                   "%.100R says not which arm: ('name', value), {'name': value} or 'name' does",
                   value);
    Py_XDECREF(name);
    Py_XDECREF(inner);
    return done;
}

static int write_optional(struct memory *memory, const struct field *field, ptrdiff_t shift,
                          PyObject *value)
{
    unsigned char *presence = dhp_at(memory, field, shift) + field->node->inner;
    const struct field *inner = field->children;

    if (*presence == 0 || value == Py_None)
        memset(dhp_at(memory, inner, shift), 0, inner->node->size);
    if (value != Py_None && dhp_write(memory, inner, shift, value) < 0) return -1;
    *presence = value != Py_None;
    return 0;
}

int dhp_write(struct memory *memory, const struct field *field, ptrdiff_t shift, PyObject *value)
{
    struct place array = { .memory = memory, .field = field, .shift = shift };

    switch (field->node->kind) {
    case DHC_STRUCT: return write_struct(memory, field, shift, value);
    case DHC_UNION: return write_union(memory, field, shift, value);
    case DHC_ARM: return write_arm(memory, field, shift, value);
    case DHC_OPT: return write_optional(memory, field, shift, value);
    case DHC_LIST: return dhp_write_list(&array, value);
    default: break;
    }
    if (dhp_is_single(field)) return dhp_write_leaf(memory, field, shift, value);
    return dhp_write_array(&array, value);
}
