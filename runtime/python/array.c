/* SPDX-License-Identifier: Apache-2.0 */
/* An array, a list or bytes<n> where it lies: a sequence, and for plain numbers a buffer, so that
 * numpy and memoryview look at the very slot. */
#include "binding.h"

#include <string.h>

static PyTypeObject *type;

bool dhp_is_array(PyObject *object)
{
    return Py_TYPE(object) == type;
}

struct place *dhp_array_new(struct memory *memory, const struct field *field, ptrdiff_t shift,
                            uint32_t depth)
{
    struct place *self = PyObject_GC_New(struct place, type);

    if (self == NULL) return NULL;
    Py_INCREF((PyObject *)memory);
    self->memory = memory;
    self->field = field;
    self->shift = shift;
    self->depth = depth;
    PyObject_GC_Track((PyObject *)self);
    return self;
}

/* ---- items -------------------------------------------------------------------------------- */

/* A list or a bytes, and not one dimension of an array of such. */
static bool is_counted(const struct place *array)
{
    const struct dhc_node *node = array->field->node;

    return node->kind == DHC_LIST || (node->kind == DHC_BYTES && array->depth == node->n_dims);
}

Py_ssize_t dhp_array_length(const struct place *array)
{
    if (is_counted(array)) return (Py_ssize_t)dhp_count(array->memory, array->field, array->shift);
    return (Py_ssize_t)array->field->node->dims[array->depth];
}

/* Bytes from one element of this dimension to the next. */
static ptrdiff_t step_of(const struct place *array)
{
    const struct dhc_node *node = array->field->node;
    ptrdiff_t step = (ptrdiff_t)node->stride;

    for (uint32_t i = array->depth + 1; i < node->n_dims; i++)
        step *= (ptrdiff_t)node->dims[i];
    return step;
}

PyObject *dhp_array_item(const struct place *array, Py_ssize_t index)
{
    const struct field *field = array->field;
    ptrdiff_t shift = array->shift;

    if (index < 0 || index >= dhp_array_length(array)) {
        PyErr_SetString(PyExc_IndexError, "behind the last element");
        return NULL;
    }
    if (is_counted(array) && field->node->kind == DHC_BYTES)
        return PyLong_FromLong(dhp_at(array->memory, field, shift)[4 + index]);
    shift += index * step_of(array);
    if (array->depth + 1 < field->node->n_dims)
        return (PyObject *)dhp_array_new(array->memory, field, shift, array->depth + 1);
    if (dhc_is_leaf(field->node->kind)) return dhp_read_leaf(array->memory, field, shift);
    return dhp_read(array->memory, field->children, shift);
}

int dhp_array_set_item(const struct place *array, Py_ssize_t index, PyObject *value)
{
    const struct field *field = array->field;
    ptrdiff_t shift = array->shift;
    long byte;

    if (index < 0 || index >= dhp_array_length(array)) {
        PyErr_SetString(PyExc_IndexError, "behind the last element");
        return -1;
    }
    if (is_counted(array) && field->node->kind == DHC_BYTES) {
        byte = PyLong_AsLong(value);
        if (byte == -1 && PyErr_Occurred()) return -1;
        if (byte < 0 || byte > 255)
            PyErr_SetString(PyExc_ValueError, "a byte is 0 … 255");
        else
            dhp_at(array->memory, field, shift)[4 + index] = (unsigned char)byte;
        return byte < 0 || byte > 255 ? -1 : 0;
    }
    shift += index * step_of(array);
    if (array->depth + 1 < field->node->n_dims) {
        PyObject *row = (PyObject *)dhp_array_new(array->memory, field, shift, array->depth + 1);
        int done = row != NULL ? dhp_write_array((struct place *)row, value) : -1;

        Py_XDECREF(row);
        return done;
    }
    if (dhc_is_leaf(field->node->kind)) return dhp_write_leaf(array->memory, field, shift, value);
    return dhp_write(array->memory, field->children, shift, value);
}

/* ---- as a buffer -------------------------------------------------------------------------- */

static void add_dims(struct extent *extent, const struct dhc_node *node, uint32_t from)
{
    for (uint32_t i = from; i < node->n_dims; i++)
        extent->dims[extent->n_dims++] = (Py_ssize_t)node->dims[i];
}

bool dhp_array_extent(const struct place *array, struct extent *extent)
{
    const struct dhc_node *node = array->field->node, *leaf = node;

    *extent = (struct extent){ .data = dhp_at(array->memory, array->field, array->shift) };
    if (is_counted(array)) {
        extent->dims[extent->n_dims++] = dhp_array_length(array);
        extent->data += 4;
        leaf = node->first;
    }
    if (node->kind == DHC_BYTES) {
        extent->format = "B";
        extent->itemsize = 1;
        return is_counted(array);
    }
    if (leaf->kind != DHC_SCALAR || node->kind == DHC_ARRAY) return false;
    if (leaf != node) extent->data = dhp_at(array->memory, array->field->children, array->shift);
    add_dims(extent, leaf, leaf == node ? array->depth : 0);
    extent->format = dhp_scalar_format(leaf->scalar);
    extent->itemsize = (Py_ssize_t)dhc_scalar_size(leaf->scalar);
    return extent->n_dims > 0;
}

static int get_buffer(PyObject *object, Py_buffer *buffer, int flags)
{
    const struct place *self = (const struct place *)object;
    struct extent extent;

    buffer->obj = NULL;
    if (!dhp_memory_alive(self->memory)) {
        PyErr_Clear();
        PyErr_SetString(PyExc_BufferError, "this message was given back");
        return -1;
    }
    if (!dhp_array_extent(self, &extent)) {
        PyErr_SetString(PyExc_BufferError, "not an array of plain numbers: numpy.asarray() makes a "
                                           "structured array of it, dh.memory() gives its bytes");
        return -1;
    }
    return dhp_memory_export(self->memory, object, &extent, buffer, flags);
}

static void release_buffer(PyObject *object, Py_buffer *buffer)
{
    dhp_memory_release(((struct place *)object)->memory, buffer);
}

size_t dhp_place_size(const struct place *place)
{
    const struct dhc_node *node = place->field->node;
    size_t size = node->size;

    for (uint32_t i = 0; i < place->depth && i < node->n_dims; i++)
        size /= node->dims[i];
    return size;
}

/* ---- as a sequence ------------------------------------------------------------------------ */

static Py_ssize_t length(PyObject *object)
{
    const struct place *self = (const struct place *)object;

    return dhp_memory_alive(self->memory) ? dhp_array_length(self) : -1;
}

static PyObject *item(PyObject *object, Py_ssize_t index)
{
    const struct place *self = (const struct place *)object;

    return dhp_memory_alive(self->memory) ? dhp_array_item(self, index) : NULL;
}

static bool may_write(const struct place *self)
{
    if (!dhp_memory_alive(self->memory)) return false;
    if (dhp_memory_writable(self->memory, self->field)) return true;
    PyErr_SetString(PyExc_TypeError, self->memory->kind == MEMORY_ZONE
                                         ? "this is written under a lock: with zone.lock(0) as z"
                                         : "what consumers read is read-only; dh.copy() gives a "
                                           "copy that can be changed");
    return false;
}

/* a[i], a[-1], a[2:5] (a list of values), a[...] */
static PyObject *subscript(PyObject *object, PyObject *key)
{
    const struct place *self = (const struct place *)object;
    PyObject *list, *part;
    Py_ssize_t index;

    if (!dhp_memory_alive(self->memory)) return NULL;
    if (PySlice_Check(key)) {
        list = dhp_plain_array(self);
        part = list != NULL ? PyObject_GetItem(list, key) : NULL;
        Py_XDECREF(list);
        return part;
    }
    if (key == Py_Ellipsis) {
        Py_INCREF(object);
        return object;
    }
    index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) return NULL;
    return dhp_array_item(self, index < 0 ? index + dhp_array_length(self) : index);
}

/* a[2:5] = …: as many as there are; a[...] = and a[:] = …: all of it */
static int set_slice(const struct place *self, PyObject *slice, PyObject *value)
{
    Py_ssize_t start, stop, step, n;

    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) return -1;
    n = PySlice_AdjustIndices(dhp_array_length(self), &start, &stop, step);
    if (PySequence_Size(value) != n) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_ValueError, "%zd places, and not as many values", n);
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *one = PySequence_GetItem(value, i);
        int done = one != NULL ? dhp_array_set_item(self, start + i * step, one) : -1;

        Py_XDECREF(one);
        if (done < 0) return -1;
    }
    return 0;
}

static int set_part(const struct place *self, PyObject *key, PyObject *value)
{
    Py_ssize_t index;

    if (key == Py_Ellipsis && self->depth > 0) return dhp_write_array(self, value);
    if (key == Py_Ellipsis) return dhp_write(self->memory, self->field, self->shift, value);
    if (PySlice_Check(key)) return set_slice(self, key, value);
    index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) return -1;
    return dhp_array_set_item(self, index < 0 ? index + dhp_array_length(self) : index, value);
}

static int set_subscript(PyObject *object, PyObject *key, PyObject *value)
{
    const struct place *self = (const struct place *)object;
    int done;

    if (!may_write(self)) return -1;
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "elements cannot be deleted; resize(n) makes a list shorter");
        return -1;
    }
    dhp_memory_pin(self->memory);
    done = set_part(self, key, value);
    dhp_memory_unpin(self->memory);
    return done;
}

static PyObject *repr(PyObject *object)
{
    const struct place *self = (const struct place *)object;
    PyObject *list, *text;

    if (!dhp_memory_is_there(self->memory))
        return PyUnicode_FromString("<an array that was given back>");
    if (self->depth == 0) return dhp_show(self->memory, self->field, self->shift);
    list = dhp_plain_array(self);
    text = list != NULL ? PyObject_Repr(list) : NULL;
    Py_XDECREF(list);
    return text;
}

/* Equal to a list, a tuple, bytes, or another array with these values. */
static PyObject *compare(PyObject *a, PyObject *b, int op)
{
    PyObject *left, *right, *answer = NULL;

    if (op != Py_EQ && op != Py_NE) Py_RETURN_NOTIMPLEMENTED;
    if (!dhp_is_array(b) && !PyList_Check(b) && !PyTuple_Check(b) && !PyBytes_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (!dhp_memory_alive(((struct place *)a)->memory)) return NULL;
    left = dhp_plain_array((struct place *)a);
    if (left == NULL)
        right = NULL;
    else if (dhp_is_array(b))
        right = dhp_memory_alive(((struct place *)b)->memory) ? dhp_plain_array((struct place *)b)
                                                              : NULL;
    else
        right = PyTuple_Check(b) ? PySequence_List(b) : (Py_INCREF(b), b);
    if (right != NULL) answer = PyObject_RichCompare(left, right, op);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return answer;
}

/* ---- methods ------------------------------------------------------------------------------ */

static PyObject *to_list(PyObject *object, PyObject *unused)
{
    const struct place *self = (const struct place *)object;

    (void)unused;
    return dhp_memory_alive(self->memory) ? dhp_plain_array(self) : NULL;
}

static PyObject *to_bytes(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyBytes_FromObject(object);
}

/* New items of a list are zero; of a bytes they are what was there. */
static bool set_length(const struct place *self, size_t n)
{
    const struct dhc_node *node = self->field->node;
    uint32_t count = (uint32_t)n;
    size_t before;

    if (!may_write(self)) return false;
    if (!is_counted(self)) {
        PyErr_SetString(PyExc_ValueError, "this array has its size from the schema");
        return false;
    }
    if (n > node->capacity)
        return dhp_refuse_room(self->field, self->shift, (Py_ssize_t)n,
                               node->kind == DHC_LIST ? "items" : "bytes") == 0;
    before = dhp_count(self->memory, self->field, self->shift);
    if (node->kind == DHC_LIST && n > before)
        memset(dhp_at(self->memory, self->field->children,
                      self->shift + (ptrdiff_t)(before * node->stride)),
               0, (n - before) * node->stride);
    memcpy(dhp_at(self->memory, self->field, self->shift), &count, sizeof count);
    return true;
}

static PyObject *resize(PyObject *object, PyObject *given)
{
    Py_ssize_t n = PyNumber_AsSsize_t(given, PyExc_ValueError);

    if (n == -1 && PyErr_Occurred()) return NULL;
    if (n < 0)
        PyErr_SetString(PyExc_ValueError, "a length is 0 or more");
    else if (set_length((const struct place *)object, (size_t)n))
        Py_RETURN_NONE;
    return NULL;
}

static PyObject *append(PyObject *object, PyObject *value)
{
    const struct place *self = (const struct place *)object;
    Py_ssize_t n = length(object);
    int done;

    if (n < 0 || !set_length(self, (size_t)n + 1)) return NULL;
    dhp_memory_pin(self->memory);
    done = dhp_array_set_item(self, n, value);
    if (done < 0)
        memcpy(dhp_at(self->memory, self->field, self->shift), &(uint32_t){ (uint32_t)n }, 4);
    dhp_memory_unpin(self->memory);
    if (done < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *get_capacity(PyObject *object, void *unused)
{
    const struct place *self = (const struct place *)object;

    (void)unused;
    if (is_counted(self)) return PyLong_FromUnsignedLong(self->field->node->capacity);
    return PyLong_FromSsize_t(dhp_array_length(self));
}

static PyMethodDef methods[] = {
    { "tolist", to_list, METH_NOARGS, "A list with copies of the values; of bytes, bytes." },
    { "tobytes", to_bytes, METH_NOARGS, "A copy of the bytes of the numbers." },
    { "append", append, METH_O, "One more item of a list." },
    { "resize", resize, METH_O, "Give a list or bytes another length." },
    { "__array__", (PyCFunction)(void (*)(void))dhp_as_array, METH_VARARGS | METH_KEYWORDS, NULL },
    { NULL, NULL, 0, NULL },
};

static PyGetSetDef getset[] = {
    { "capacity", get_capacity, NULL, "How many elements there is room for.", NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static PyType_Slot slots[] = {
    { Py_tp_doc, "An array, list or bytes of a schema, where it lies." },
    { Py_tp_dealloc, (void *)dhp_place_dealloc },
    { Py_tp_traverse, (void *)dhp_place_traverse },
    { Py_sq_length, (void *)length },
    { Py_sq_item, (void *)item },
    { Py_mp_length, (void *)length },
    { Py_mp_subscript, (void *)subscript },
    { Py_mp_ass_subscript, (void *)set_subscript },
    { Py_bf_getbuffer, (void *)get_buffer },
    { Py_bf_releasebuffer, (void *)release_buffer },
    { Py_tp_repr, (void *)repr },
    { Py_tp_richcompare, (void *)compare },
    { Py_tp_hash, (void *)PyObject_HashNotImplemented },
    { Py_tp_methods, methods },
    { Py_tp_getset, getset },
    { 0, NULL },
};

static PyType_Spec spec = { "dh.Array", sizeof(struct place), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                Py_TPFLAGS_DISALLOW_INSTANTIATION,
                            slots };

bool dhp_array_open(PyObject *module)
{
    type = dhp_type(module, &spec, true);
    return type != NULL;
}
