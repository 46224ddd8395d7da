/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical text as a tree that values are read and written by. Made once per schema; a consumer
 * keeps its own, and whatever it hands out keeps it, too. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

static PyTypeObject *type;

PyTypeObject *dhp_schema_type(void)
{
    return type;
}

/* ---- the tree ----------------------------------------------------------------------------- */

static void field_free(struct field *field)
{
    for (uint32_t i = 0; i < field->n_children; i++)
        field_free(&field->children[i]);
    free(field->children);
    Py_XDECREF(field->name);
    Py_XDECREF(field->by_name);
    Py_XDECREF(field->values);
    Py_XDECREF(field->names);
    Py_XDECREF(field->dtype);
}

static PyObject *label_value(const struct dhc_node *node, uint64_t value)
{
    if (node->meaning->naming == DHC_FLAGS)
        return PyLong_FromUnsignedLongLong(UINT64_C(1) << value);
    return dhc_is_signed(node->scalar) ? PyLong_FromLongLong((int64_t)value)
                                       : PyLong_FromUnsignedLongLong(value);
}

/* dh._support makes the class, since enum is Python's own. */
static bool make_enum(struct field *field)
{
    const struct dhc_meaning *meaning = field->node->meaning;
    PyObject *labels = PyTuple_New((Py_ssize_t)meaning->n_labels), *module, *made = NULL;

    for (uint32_t i = 0; labels != NULL && i < meaning->n_labels; i++) {
        const struct dhc_label *label = &meaning->labels[i];
        PyObject *pair = Py_BuildValue("(sN)", label->name, label_value(field->node, label->value));

        if (pair == NULL || PyTuple_SetItem(labels, (Py_ssize_t)i, pair) < 0) Py_CLEAR(labels);
        if (meaning->naming == DHC_FLAGS) field->mask |= UINT64_C(1) << label->value;
    }
    module = labels != NULL ? PyImport_ImportModule("dh._support") : NULL;
    if (module != NULL)
        made = PyObject_CallMethod(module, "enumeration", "OiO", field->name,
                                   meaning->naming == DHC_FLAGS, labels);
    Py_XDECREF(module);
    Py_XDECREF(labels);
    if (made == NULL) return false;
    field->names = PyObject_GetAttrString(made, "names");
    field->values = PyObject_GetAttrString(made, "values");
    Py_DECREF(made);
    return field->names != NULL && field->values != NULL;
}

static bool is_child(const struct dhc_node *node)
{
    return node->kind != DHC_RESERVE;
}

static bool field_make(struct field *field, const struct dhc_node *node,
                       const struct field *parent);

static bool make_children(struct field *field)
{
    uint32_t i = 0;

    for (const struct dhc_node *node = field->node->first; node != NULL; node = node->next)
        field->n_children += is_child(node);
    if (field->n_children == 0) return true;
    field->children = calloc(field->n_children, sizeof *field->children);
    if (field->children == NULL) {
        field->n_children = 0;
        PyErr_NoMemory();
        return false;
    }
    for (const struct dhc_node *node = field->node->first; node != NULL; node = node->next)
        if (is_child(node) && !field_make(&field->children[i++], node, field)) return false;
    return true;
}

static bool name_children(struct field *field)
{
    field->by_name = PyDict_New();
    for (uint32_t i = 0; field->by_name != NULL && i < field->n_children; i++) {
        PyObject *index = PyLong_FromUnsignedLong(i);

        if (index == NULL || PyDict_SetItem(field->by_name, field->children[i].name, index) < 0)
            Py_CLEAR(field->by_name);
        Py_XDECREF(index);
    }
    return field->by_name != NULL;
}

static bool field_make(struct field *field, const struct dhc_node *node, const struct field *parent)
{
    bool named = node->kind == DHC_STRUCT || node->kind == DHC_UNION;

    field->node = node;
    field->parent = parent;
    field->name = PyUnicode_InternFromString(node->name);
    if (field->name == NULL || !make_children(field)) return false;
    if (named && !name_children(field)) return false;
    return node->meaning->naming == DHC_UNNAMED || make_enum(field);
}

const struct field *dhp_child(const struct field *field, PyObject *name)
{
    PyObject *index = field->by_name != NULL ? PyDict_GetItemWithError(field->by_name, name) : NULL;

    return index != NULL ? &field->children[PyLong_AsUnsignedLong(index)] : NULL;
}

bool dhp_is_single(const struct field *field)
{
    return dhc_is_leaf(field->node->kind) && field->node->n_dims == 0;
}

/* ---- paths -------------------------------------------------------------------------------- */

/* Append the first `dims` indices that `*shift` chooses of this array or list, and keep what is
 * below them. */
static PyObject *append_index(PyObject *path, const struct dhc_node *node, ptrdiff_t *shift,
                              uint32_t dims)
{
    ptrdiff_t index = node->stride > 0 ? *shift / (ptrdiff_t)node->stride : 0, below = 1;

    *shift -= index * (ptrdiff_t)node->stride;
    if (node->n_dims == 0) return PyUnicode_FromFormat("%U[%zd]", path, index);
    Py_INCREF(path);
    for (uint32_t i = 1; i < node->n_dims; i++)
        below *= (ptrdiff_t)node->dims[i];
    for (uint32_t i = 0; path != NULL && i < node->n_dims && i < dims; i++) {
        PyObject *longer = PyUnicode_FromFormat("%U[%zd]", path, index / below);

        index %= below;
        if (i + 1 < node->n_dims) below /= (ptrdiff_t)node->dims[i + 1];
        Py_DECREF(path);
        path = longer;
    }
    return path;
}

static PyObject *path_to(const struct field *field, ptrdiff_t *shift, uint32_t dims)
{
    const struct dhc_node *node = field->node;
    PyObject *path = field->parent != NULL ? path_to(field->parent, shift, UINT32_MAX)
                                           : PyUnicode_FromString("");
    PyObject *longer = path;

    if (path != NULL && node->name[0] != 0)
        longer = PyUnicode_FromFormat(PyUnicode_GetLength(path) > 0 ? "%U.%s" : "%U%s", path,
                                      node->name);
    if (longer != path) Py_XDECREF(path);
    path = longer;
    if (path == NULL || dims == 0) return path;
    if (node->kind != DHC_ARRAY && node->kind != DHC_LIST && node->n_dims == 0) return path;
    longer = append_index(path, node, shift, dims);
    Py_DECREF(path);
    return longer;
}

PyObject *dhp_path(const struct field *field, ptrdiff_t shift, uint32_t dims)
{
    PyObject *path = path_to(field, &shift, dims);

    if (path == NULL || PyUnicode_GetLength(path) > 0) return path;
    Py_DECREF(path);
    return PyUnicode_FromString("the message");
}

/* ---- the object --------------------------------------------------------------------------- */

static void dealloc(PyObject *object)
{
    struct schema *self = (struct schema *)object;
    PyTypeObject *of = Py_TYPE(object);

    for (uint32_t i = 0; self->roots != NULL && i < self->dh->n_roots; i++)
        field_free(&self->roots[i]);
    free(self->roots);
    dhc_free(self->text);
    dh_schema_free(self->dh);
    Py_XDECREF(self->name);
    PyObject_Free(object);
    Py_DECREF(of);
}

static bool make_tree(struct schema *self)
{
    self->roots = calloc(self->dh->n_roots, sizeof *self->roots);
    self->name = PyUnicode_FromString(self->dh->family);
    if (self->roots == NULL) PyErr_NoMemory();
    if (self->roots == NULL || self->name == NULL) return false;
    for (uint32_t i = 0; i < self->dh->n_roots; i++)
        if (!field_make(&self->roots[i], self->text->roots[i].fields, NULL)) return false;
    return true;
}

struct schema *dhp_schema_new(const char *text, size_t bytes, const struct dh_policy *policy)
{
    struct schema *self = PyObject_New(struct schema, type);
    struct dhc_trouble trouble = { 0 };
    struct dh_why why = { 0 };
    dh_err err = DH_OK;

    if (self == NULL) return NULL;
    self->dh = NULL;
    self->roots = NULL;
    self->name = NULL;
    self->text = dhc_read(text, bytes, &trouble);
    if (self->text == NULL)
        PyErr_Format(dhp_error_class(DH_ECORRUPT),
                     "this is no canonical text, at line %u: %s; `dhgen canon FILE` prints one",
                     trouble.line, trouble.what);
    else
        err = dh_schema_read(&self->dh, text, bytes, policy, &why);
    if (err != DH_OK) dhp_raise(err, "schema", &why);
    if (self->text != NULL && err == DH_OK && make_tree(self)) return self;
    Py_DECREF(self);
    return NULL;
}

static bool choose(const char *given, const char *const *words, const char *what, uint32_t *chosen)
{
    PyObject *known = NULL, *longer;

    for (*chosen = 0; words[*chosen] != NULL; ++*chosen)
        if (strcmp(words[*chosen], given) == 0) return true;
    for (int i = 0; words[i] != NULL && (i == 0 || known != NULL); i++) {
        longer = i == 0 ? PyUnicode_FromString(words[i])
                        : PyUnicode_FromFormat("%U, %s", known, words[i]);
        Py_XDECREF(known);
        known = longer;
    }
    if (known != NULL)
        PyErr_Format(PyExc_ValueError, "%s is '%s'; it is one of %U", what, given, known);
    Py_XDECREF(known);
    return false;
}

static const char *const full_words[] = { "wait", "overwrite", NULL };
static const char *const checksum_words[] = { "none", "manual", "enforced", "fast", NULL };

static PyObject *new (PyTypeObject *of, PyObject *args, PyObject *kwargs)
{
    static char *words[] = { "text", "slots", "full", "checksum", "consumers", NULL };
    struct dh_policy policy = { .n_slots = 256, .n_consumers = 16 };
    const char *text, *full = "wait", *checksum = "none";
    uint32_t chosen_full, chosen_checksum;
    Py_ssize_t bytes;

    (void)of;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s#|$IssI:Schema", words, &text, &bytes,
                                     &policy.n_slots, &full, &checksum, &policy.n_consumers) ||
        !choose(full, full_words, "full", &chosen_full) ||
        !choose(checksum, checksum_words, "checksum", &chosen_checksum))
        return NULL;
    policy.full = (enum dh_full)chosen_full;
    policy.checksum = (enum dh_checksum)chosen_checksum;
    return (PyObject *)dhp_schema_new(text, (size_t)bytes, &policy);
}

static PyObject *get_text(PyObject *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(((struct schema *)self)->dh->text);
}

static PyObject *get_family(PyObject *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(((struct schema *)self)->dh->family);
}

static PyObject *get_channel(PyObject *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(((struct schema *)self)->dh->channel);
}

static PyObject *get_hash(PyObject *self, void *unused)
{
    (void)unused;
    return PyBytes_FromStringAndSize((const char *)((struct schema *)self)->dh->hash,
                                     DH_HASH_BYTES);
}

static PyObject *get_minor(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(((struct schema *)self)->dh->minor);
}

static PyObject *get_policy(PyObject *self, void *unused)
{
    const struct dh_policy *policy = &((struct schema *)self)->dh->policy;

    (void)unused;
    return Py_BuildValue("{s:I,s:s,s:s,s:I}", "slots", policy->n_slots, "full",
                         full_words[policy->full], "checksum", checksum_words[policy->checksum],
                         "consumers", policy->n_consumers);
}

static PyObject *get_zones(PyObject *object, void *unused)
{
    const struct dh_schema *dh = ((struct schema *)object)->dh;
    PyObject *names = PyTuple_New((Py_ssize_t)dh->n_roots - 1);

    (void)unused;
    for (uint32_t i = 1; names != NULL && i < dh->n_roots; i++) {
        PyObject *name = PyUnicode_FromString(dh->roots[i].name);
        if (name == NULL || PyTuple_SetItem(names, (Py_ssize_t)i - 1, name) < 0) Py_CLEAR(names);
    }
    return names;
}

static PyObject *repr(PyObject *self)
{
    return PyUnicode_FromFormat("<dh.Schema %U>", ((struct schema *)self)->name);
}

static PyGetSetDef getset[] = {
    { "text", get_text, NULL, "The canonical text.", NULL },
    { "hash", get_hash, NULL, "Its BLAKE2b-256.", NULL },
    { "family", get_family, NULL, "Package, channel and major: 'lab.imu/imu 1'.", NULL },
    { "channel", get_channel, NULL, "The channel's name, where none is given.", NULL },
    { "minor", get_minor, NULL, "The newest minor version in it.", NULL },
    { "policy", get_policy, NULL, "slots, full, checksum, consumers of a producer.", NULL },
    { "zones", get_zones, NULL, "Names of its zones.", NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static PyType_Slot slots[] = {
    { Py_tp_doc, "Schema(text, *, slots=256, full='wait', checksum='none', consumers=16)\n\n"
                 "A channel's schema from its canonical text." },
    { Py_tp_new, (void *)new },
    { Py_tp_dealloc, (void *)dealloc },
    { Py_tp_repr, (void *)repr },
    { Py_tp_getset, getset },
    { 0, NULL },
};

static PyType_Spec spec = { "dh.Schema", sizeof(struct schema), 0, Py_TPFLAGS_DEFAULT, slots };

bool dhp_schema_open(PyObject *module)
{
    type = dhp_type(module, &spec, true);
    return type != NULL;
}
