/* SPDX-License-Identifier: Apache-2.0 */
/* Fields as Python objects: numbers and text as they are, the rest as views of the same bytes. */
#include "binding.h"

#include <string.h>

static PyObject *text_object(const unsigned char *data, size_t bytes)
{
    return PyUnicode_DecodeUTF8((const char *)data, (Py_ssize_t)bytes, "surrogateescape");
}

/* What a string, bytes or list says of itself, never more than there is room for. */
uint32_t dhp_count(const struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    uint32_t count;

    memcpy(&count, dhp_at(memory, field, shift), sizeof count);
    return count < field->node->capacity ? count : field->node->capacity;
}

static PyObject *read_number(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    const unsigned char *at = dhp_at(memory, field, shift);
    struct number number = field->node->kind == DHC_ATOMIC && memory->kind == MEMORY_ZONE
                               ? dhp_atomic_load(field->node->scalar, at)
                               : dhp_load(field->node->scalar, at);

    return dhp_number_object(field, &number);
}

PyObject *dhp_read_leaf(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    const unsigned char *at = dhp_at(memory, field, shift);
    size_t length = field->node->capacity;

    switch (field->node->kind) {
    case DHC_CHAR:
        while (length > 0 && at[length - 1] == 0)
            length--;
        return text_object(at, length);
    case DHC_STRING: return text_object(at + 4, dhp_count(memory, field, shift));
    case DHC_BYTES: return (PyObject *)dhp_array_new(memory, field, shift, field->node->n_dims);
    default: return read_number(memory, field, shift);
    }
}

PyObject *dhp_read(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    const struct dhc_node *node = field->node;

    if (node->kind == DHC_STRUCT || node->kind == DHC_UNION)
        return (PyObject *)dhp_view_new(memory, field, shift);
    if (node->kind == DHC_ARM) {
        if (field->n_children == 0) Py_RETURN_NONE;
        return dhp_read(memory, field->children, shift);
    }
    if (node->kind == DHC_OPT) {
        if (dhp_at(memory, field, shift)[node->inner] == 0) Py_RETURN_NONE;
        return dhp_read(memory, field->children, shift);
    }
    if (dhp_is_single(field)) return dhp_read_leaf(memory, field, shift);
    return (PyObject *)dhp_array_new(memory, field, shift, 0);
}

/* The arm that is set, or NULL; its tag. */
const struct field *dhp_arm(const struct memory *memory, const struct field *field, ptrdiff_t shift,
                            int64_t *tag)
{
    struct number number = dhp_load(field->node->scalar, dhp_at(memory, field, shift));
    uint64_t bits = number.negative ? 0 - number.magnitude : number.magnitude;

    if (tag != NULL) *tag = (int64_t)bits;
    for (uint32_t i = 0; i < field->n_children; i++)
        if (field->children[i].node->tag == bits) return &field->children[i];
    return NULL;
}

/* ---- copies in Python's own types --------------------------------------------------------- */

static PyObject *plain_struct(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    PyObject *dict = PyDict_New();

    for (uint32_t i = 0; dict != NULL && i < field->n_children; i++) {
        const struct field *child = &field->children[i];
        PyObject *value = dhp_plain(memory, child, shift);

        if (value == NULL || PyDict_SetItem(dict, child->name, value) < 0) Py_CLEAR(dict);
        Py_XDECREF(value);
    }
    return dict;
}

static PyObject *plain_union(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    const struct field *arm = dhp_arm(memory, field, shift, NULL);
    PyObject *value, *dict;

    if (arm == NULL) Py_RETURN_NONE;
    value = dhp_plain(memory, arm, shift);
    dict = value != NULL ? PyDict_New() : NULL;
    if (dict != NULL && PyDict_SetItem(dict, arm->name, value) < 0) Py_CLEAR(dict);
    Py_XDECREF(value);
    return dict;
}

static PyObject *plain_array(const struct place *array)
{
    const struct field *field = array->field;
    struct extent extent;
    PyObject *list, *item;
    Py_ssize_t n;

    if (field->node->kind == DHC_BYTES && array->depth == field->node->n_dims) {
        if (!dhp_array_extent(array, &extent)) return NULL;
        return PyBytes_FromStringAndSize((char *)extent.data, extent.dims[0]);
    }
    n = dhp_array_length(array);
    list = PyList_New(n);
    for (Py_ssize_t i = 0; list != NULL && i < n; i++) {
        item = dhp_array_item(array, i);
        if (item != NULL && (dhp_is_view(item) || dhp_is_array(item))) {
            struct place *inner = (struct place *)item;
            PyObject *copy = dhp_is_array(item)
                                 ? dhp_plain_array(inner)
                                 : dhp_plain(inner->memory, inner->field, inner->shift);
            Py_DECREF(item);
            item = copy;
        }
        if (item == NULL || PyList_SetItem(list, i, item) < 0) Py_CLEAR(list);
    }
    return list;
}

/* Also what an Array's tolist() and a bytes field give. */
PyObject *dhp_plain_array(const struct place *array)
{
    PyObject *list;

    dhp_memory_pin(array->memory);
    list = plain_array(array);
    dhp_memory_unpin(array->memory);
    return list;
}

static PyObject *plain(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    PyObject *value, *copy;

    if (field->node->kind == DHC_STRUCT) return plain_struct(memory, field, shift);
    if (field->node->kind == DHC_UNION) return plain_union(memory, field, shift);
    if (field->node->kind == DHC_ARM || field->node->kind == DHC_OPT) {
        if (field->n_children == 0) Py_RETURN_NONE;
        if (field->node->kind == DHC_OPT && dhp_at(memory, field, shift)[field->node->inner] == 0)
            Py_RETURN_NONE;
        return dhp_plain(memory, field->children, shift);
    }
    value = dhp_read(memory, field, shift);
    if (value == NULL || !dhp_is_array(value)) return value;
    copy = dhp_plain_array((struct place *)value);
    Py_DECREF(value);
    return copy;
}

PyObject *dhp_plain(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    PyObject *value;

    dhp_memory_pin(memory); /* classes of enums are Python's code */
    value = plain(memory, field, shift);
    dhp_memory_unpin(memory);
    return value;
}
