/* SPDX-License-Identifier: Apache-2.0 */
/* A struct or union where it lies: its fields are attributes, and nothing else is, so that no name
 * of a schema is in the way. What else can be asked of one are functions: dh.copy(s), dh.arm(u) …
 */
#include "binding.h"

#include <string.h>

static PyTypeObject *type;

bool dhp_is_view(PyObject *object)
{
    return Py_TYPE(object) == type;
}

struct place *dhp_view_new(struct memory *memory, const struct field *field, ptrdiff_t shift)
{
    struct place *self = PyObject_GC_New(struct place, type);

    if (self == NULL) return NULL;
    Py_INCREF((PyObject *)memory);
    self->memory = memory;
    self->field = field;
    self->shift = shift;
    self->depth = 0;
    PyObject_GC_Track((PyObject *)self);
    return self;
}

int dhp_place_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct place *)object)->memory);
    return 0;
}

void dhp_place_dealloc(PyObject *object)
{
    struct memory *memory = ((struct place *)object)->memory;
    PyTypeObject *of = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    PyObject_GC_Del(object);
    Py_DECREF(of);
    Py_DECREF(memory);
}

/* ---- attributes --------------------------------------------------------------------------- */

static PyObject *say_no_field(const struct place *self, PyObject *name)
{
    PyObject *module = PyImport_ImportModule("dh._support"), *text = NULL, *path;

    path = module != NULL ? dhp_path(self->field, self->shift, UINT32_MAX) : NULL;
    if (path != NULL)
        text = PyObject_CallMethod(module, "no_field", "OOO", path, name, self->field->by_name);
    if (text != NULL) PyErr_SetObject(PyExc_AttributeError, text);
    Py_XDECREF(text);
    Py_XDECREF(path);
    Py_XDECREF(module);
    return NULL;
}

/* val.num while val.text is set */
static PyObject *say_other_arm(const struct place *self, PyObject *name, const struct field *set)
{
    PyObject *path = dhp_path(self->field, self->shift, UINT32_MAX);

    if (path != NULL && set != NULL)
        PyErr_Format(PyExc_AttributeError, "%U: '%U' is set, not '%U'; dh.arm() tells which", path,
                     set->name, name);
    else if (path != NULL)
        PyErr_Format(PyExc_AttributeError, "%U: nothing is set, so not '%U' either", path, name);
    Py_XDECREF(path);
    return NULL;
}

/* A shared zone without a lock: atomics, and what they lie in. */
static bool needs_lock(const struct place *self, const struct field *child)
{
    enum dhc_kind kind = child->node->kind;

    if (self->memory->kind != MEMORY_ZONE || self->memory->writable) return false;
    return kind != DHC_ATOMIC && kind != DHC_STRUCT && kind != DHC_ARRAY;
}

static PyObject *get(const struct place *self, const struct field *child)
{
    const struct field *arm;

    if (!dhp_memory_alive(self->memory)) return NULL;
    if (needs_lock(self, child)) {
        PyErr_Format(PyExc_TypeError,
                     "%U is no atomic: it is read under a lock, with zone.lock(0) as z",
                     child->name);
        return NULL;
    }
    if (child->node->kind == DHC_ARM) {
        arm = dhp_arm(self->memory, self->field, self->shift, NULL);
        if (arm != child) return say_other_arm(self, child->name, arm);
    }
    return dhp_read(self->memory, child, self->shift);
}

static PyObject *getattro(PyObject *object, PyObject *name)
{
    const struct place *self = (const struct place *)object;
    const struct field *child = dhp_child(self->field, name);
    PyObject *other;

    if (child != NULL) return get(self, child);
    if (PyErr_Occurred()) return NULL;
    other = PyObject_GenericGetAttr(object, name);
    if (other != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) return other;
    if (PyUnicode_GetLength(name) > 0 && PyUnicode_ReadChar(name, 0) == '_') return NULL;
    PyErr_Clear();
    return say_no_field(self, name);
}

static int set(const struct place *self, PyObject *name, PyObject *value)
{
    const struct field *child = dhp_child(self->field, name);
    int done;

    if (child == NULL && !PyErr_Occurred()) say_no_field(self, name);
    if (child == NULL || !dhp_memory_alive(self->memory)) return -1;
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "a field cannot be deleted; an optional one is set to None");
        return -1;
    }
    if (!dhp_memory_writable(self->memory, child)) {
        PyErr_Format(PyExc_TypeError,
                     self->memory->kind == MEMORY_ZONE
                         ? "%U: this is written under a lock: with zone.lock(0) as z"
                         : "%U: what consumers read is read-only; dh.copy() gives a "
                           "copy that can be changed",
                     name);
        return -1;
    }
    dhp_memory_pin(self->memory);
    done = dhp_write(self->memory, child, self->shift, value);
    dhp_memory_unpin(self->memory);
    return done;
}

static int setattro(PyObject *object, PyObject *name, PyObject *value)
{
    return set((const struct place *)object, name, value);
}

/* s["class"]: names that are Python's own */
static PyObject *subscript(PyObject *object, PyObject *name)
{
    const struct place *self = (const struct place *)object;
    const struct field *child = dhp_child(self->field, name);

    if (child != NULL) return get(self, child);
    return PyErr_Occurred() ? NULL : say_no_field(self, name);
}

static int set_subscript(PyObject *object, PyObject *name, PyObject *value)
{
    return set((const struct place *)object, name, value);
}

static PyObject *directory(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyDict_Keys(((struct place *)object)->field->by_name);
}

/* ---- the rest ----------------------------------------------------------------------------- */

static PyObject *repr(PyObject *object)
{
    const struct place *self = (const struct place *)object;

    if (!dhp_memory_is_there(self->memory))
        return PyUnicode_FromString("<a message that was given back>");
    return dhp_show(self->memory, self->field, self->shift);
}

/* Equal are views of one layout whose values are. */
static PyObject *compare(PyObject *a, PyObject *b, int op)
{
    PyObject *plain_a, *plain_b = NULL, *answer = NULL;
    const struct place *left = (const struct place *)a, *right = (const struct place *)b;

    if ((op != Py_EQ && op != Py_NE) || !dhp_is_view(b)) Py_RETURN_NOTIMPLEMENTED;
    if (!dhp_memory_alive(left->memory) || !dhp_memory_alive(right->memory)) return NULL;
    plain_a = dhp_plain(left->memory, left->field, left->shift);
    if (plain_a != NULL && dhp_memory_alive(right->memory))
        plain_b = dhp_plain(right->memory, right->field, right->shift);
    if (plain_b != NULL) answer = PyObject_RichCompare(plain_a, plain_b, op);
    Py_XDECREF(plain_a);
    Py_XDECREF(plain_b);
    return answer;
}

static PyObject *enter(PyObject *object, PyObject *unused)
{
    (void)unused;
    if (!dhp_memory_alive(((struct place *)object)->memory)) return NULL;
    Py_INCREF(object);
    return object;
}

static PyObject *leave(PyObject *object, PyObject *args)
{
    struct side *side = ((struct place *)object)->memory->side;

    (void)args;
    if (((struct place *)object)->memory->kind == MEMORY_MESSAGE) {
        dhp_memory_end(((struct place *)object)->memory);
        if (side->pending != DH_OK) {
            dh_err err = side->pending;
            side->pending = DH_OK;
            return dhp_raise(err, dhp_side_who(side), NULL);
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    { "__dir__", directory, METH_NOARGS, NULL },
    { "__enter__", enter, METH_NOARGS, NULL },
    { "__exit__", leave, METH_VARARGS, "The message is given back." },
    { "__array__", (PyCFunction)(void (*)(void))dhp_as_array, METH_VARARGS | METH_KEYWORDS, NULL },
    { NULL, NULL, 0, NULL },
};

static PyType_Slot slots[] = {
    { Py_tp_doc, "A struct or union of a schema, where it lies. Its fields are attributes." },
    { Py_tp_dealloc, (void *)dhp_place_dealloc },
    { Py_tp_traverse, (void *)dhp_place_traverse },
    { Py_tp_getattro, (void *)getattro },
    { Py_tp_setattro, (void *)setattro },
    { Py_mp_subscript, (void *)subscript },
    { Py_mp_ass_subscript, (void *)set_subscript },
    { Py_tp_repr, (void *)repr },
    { Py_tp_richcompare, (void *)compare },
    { Py_tp_hash, (void *)PyObject_HashNotImplemented },
    { Py_tp_methods, methods },
    { 0, NULL },
};

static PyType_Spec spec = { "dh.Struct", sizeof(struct place), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                Py_TPFLAGS_DISALLOW_INSTANTIATION,
                            slots };

bool dhp_view_open(PyObject *module)
{
    type = dhp_type(module, &spec, true);
    return type != NULL;
}
