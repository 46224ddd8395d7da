/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences and buffers into arrays and lists: numbers of numpy row by row, or at once where
 * nothing is to be checked. */
#include "binding.h"

#include <string.h>

/* A buffer's items, row by row, into the array's. */
struct copying {
    struct memory *memory;
    const struct field *leaf;
    enum dhc_scalar from;
    Py_buffer buffer;
};

static int copy_rows(const struct copying *c, int dim, const unsigned char *from, ptrdiff_t *shift)
{
    const Py_buffer *buffer = &c->buffer;

    if (dim == buffer->ndim) {
        struct number number = dhp_load(c->from, from);
        int done = dhp_store(c->memory, c->leaf, *shift, &number);

        *shift += (ptrdiff_t)c->leaf->node->stride;
        return done;
    }
    for (Py_ssize_t i = 0; i < buffer->shape[dim]; i++) {
        const unsigned char *row = from + (buffer->strides != NULL ? i * buffer->strides[dim] : i);
        if (copy_rows(c, dim + 1, row, shift) < 0) return -1;
    }
    return 0;
}

static bool is_free(const struct field *leaf)
{
    const struct dhc_meaning *meaning = leaf->node->meaning;

    return leaf->node->kind == DHC_SCALAR && !meaning->has_range &&
           (meaning->naming == DHC_UNNAMED || meaning->naming == DHC_ENUM_OPEN) &&
           leaf->node->scalar != DHC_BOOL;
}

static int copy_numbers(const struct copying *c, const struct extent *extent, ptrdiff_t shift)
{
    if (c->from == c->leaf->node->scalar && is_free(c->leaf) &&
        PyBuffer_IsContiguous(&c->buffer, 'C')) {
        memmove(extent->data, c->buffer.buf, (size_t)c->buffer.len);
        return 0;
    }
    return copy_rows(c, 0, c->buffer.buf, &shift);
}

/* Numbers from numpy, array.array, memoryview …, of the same shape. 1: it is nothing such. */
static int write_buffer(const struct place *array, const struct field *leaf, PyObject *value,
                        struct extent *extent)
{
    struct copying c = { .memory = array->memory, .leaf = leaf };
    bool same;
    int done = 1;

    if (PyUnicode_Check(value) || !PyObject_CheckBuffer(value)) return 1;
    if (PyObject_GetBuffer(value, &c.buffer, PyBUF_RECORDS_RO) < 0) {
        PyErr_Clear();
        return 1;
    }
    same = c.buffer.ndim == extent->n_dims && c.buffer.suboffsets == NULL;
    for (int i = 0; same && i < extent->n_dims; i++)
        same = c.buffer.shape[i] == extent->dims[i];
    if (same && dhp_format_scalar(c.buffer.format, c.buffer.itemsize, &c.from)) {
        ptrdiff_t shift = extent->data - dhp_at(array->memory, leaf, 0);
        done = copy_numbers(&c, extent, shift);
    }
    PyBuffer_Release(&c.buffer);
    return done;
}

/* The leaf of an array of numbers, or NULL. */
static const struct field *leaf_of(const struct place *array)
{
    const struct field *field = array->field;

    return field->node->kind == DHC_LIST ? field->children : field;
}

static int write_items(const struct place *array, PyObject *value, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(value, i);
        int done = item != NULL ? dhp_array_set_item(array, i, item) : -1;

        Py_XDECREF(item);
        if (done < 0) return -1;
    }
    return 0;
}

bool dhp_is_sequence(PyObject *value)
{
    return PySequence_Check(value) && !PyUnicode_Check(value) && !PyDict_Check(value) &&
           !PyBytes_Check(value);
}

/* How many items the value has, or -1 and why it cannot be written here. */
static Py_ssize_t length_of(const struct place *array, PyObject *value)
{
    if (!dhp_is_sequence(value) && !PyBytes_Check(value)) {
        dhp_refuse(array->field, array->shift, PyExc_TypeError, "%.100R is no sequence", value);
        return -1;
    }
    return PySequence_Size(value);
}

int dhp_write_array(const struct place *array, PyObject *value)
{
    Py_ssize_t wanted = dhp_array_length(array), n = length_of(array, value);
    PyObject *path;
    struct extent extent;
    int done = 1;

    if (n < 0) return -1;
    if (n != wanted) {
        path = dhp_path(array->field, array->shift, array->depth);
        if (path != NULL)
            PyErr_Format(PyExc_ValueError, "%U: %zd elements, there must be %zd", path, n, wanted);
        Py_XDECREF(path);
        return -1;
    }
    if (dhp_array_extent(array, &extent)) done = write_buffer(array, array->field, value, &extent);
    return done <= 0 ? done : write_items(array, value, n);
}

/* The count is written first, so that items may be reached; on failure it is 0. */
int dhp_write_list(const struct place *list, PyObject *value)
{
    Py_ssize_t n = length_of(list, value);
    uint32_t count = (uint32_t)n, none = 0;
    unsigned char *at = dhp_at(list->memory, list->field, list->shift);
    struct extent extent;
    int done = 1;

    if (n < 0) return -1;
    if (n > (Py_ssize_t)list->field->node->capacity)
        return dhp_refuse_room(list->field, list->shift, n, "items");
    memcpy(at, &count, sizeof count);
    if (dhp_array_extent(list, &extent)) done = write_buffer(list, leaf_of(list), value, &extent);
    if (done > 0) done = write_items(list, value, n);
    if (done < 0) memcpy(at, &none, sizeof none);
    return done;
}
