/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of one message, loan, zone or copy, and who looks at them. Views look as long as it is
 * alive; arrays and memoryviews pin the bytes, and only when the last of those is gone may what is
 * no longer alive be given back. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static PyTypeObject *type, *span_type;
static struct memory *pinned; /* all with exports */

struct memory *dhp_memory_new(enum memory_kind kind, struct schema *schema, struct side *side,
                              unsigned char *data, size_t size, bool writable)
{
    struct memory *self = PyObject_GC_New(struct memory, type);

    if (self == NULL) return NULL;
    Py_INCREF((PyObject *)schema);
    Py_XINCREF((PyObject *)side);
    self->kind = kind;
    self->alive = true;
    self->writable = writable;
    self->data = data;
    self->block = NULL;
    self->size = size;
    self->n_exports = 0;
    self->schema = schema;
    self->side = side;
    self->zone = NULL;
    self->sequence = self->commit_ns = 0;
    self->minor = UINT32_MAX;
    self->next_pinned = self->previous_pinned = NULL;
    PyObject_GC_Track((PyObject *)self);
    return self;
}

struct memory *dhp_memory_own(struct schema *schema, size_t size)
{
    unsigned char *block = aligned_alloc(DH_ROOT_ALIGN, (size / DH_ROOT_ALIGN + 1) * DH_ROOT_ALIGN);
    struct memory *self;

    if (block == NULL) return (struct memory *)PyErr_NoMemory();
    memset(block, 0, size);
    self = dhp_memory_new(MEMORY_OWN, schema, NULL, block, size, true);
    if (self != NULL)
        self->block = block;
    else
        free(block);
    return self;
}

void dhp_memory_end(struct memory *memory)
{
    memory->alive = false;
    if (memory->side != NULL) memory->side->kind->settle(memory->side);
}

bool dhp_memory_is_there(const struct memory *memory)
{
    const struct side *side = memory->side;

    if (!memory->alive || (side != NULL && (side->forked || side->closed))) return false;
    return memory->zone == NULL || dh_zone_mutable(memory->zone) == (void *)memory->data;
}

bool dhp_memory_alive(const struct memory *memory)
{
    if (dhp_memory_is_there(memory)) return true;
    if (memory->side != NULL && memory->side->forked)
        dhp_side_usable(memory->side);
    else
        dhp_raise_stale();
    return false;
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct memory *)object)->side);
    return 0;
}

static void dealloc(PyObject *object)
{
    struct memory *self = (struct memory *)object;
    PyTypeObject *of = Py_TYPE(object);
    struct side *side = self->side;

    PyObject_GC_UnTrack(object);
    if (side != NULL) {
        side->kind->forget(side, self);
        Py_DECREF(side);
    }
    free(self->block);
    Py_DECREF(self->schema);
    PyObject_GC_Del(object);
    Py_DECREF(of);
}

bool dhp_memory_writable(const struct memory *memory, const struct field *field)
{
    return memory->writable || (memory->kind == MEMORY_ZONE && field->node->kind == DHC_ATOMIC);
}

/* ---- pins --------------------------------------------------------------------------------- */

void dhp_memory_pin(struct memory *self)
{
    if (self->side != NULL) self->side->n_pins++;
    if (self->n_exports++ > 0) return;
    self->next_pinned = pinned;
    self->previous_pinned = NULL;
    if (pinned != NULL) pinned->previous_pinned = self;
    pinned = self;
}

void dhp_memory_unpin(struct memory *self)
{
    struct side *side = self->side;

    if (side != NULL) side->n_pins--;
    if (--self->n_exports > 0) return;
    if (self->next_pinned != NULL) self->next_pinned->previous_pinned = self->previous_pinned;
    if (self->previous_pinned != NULL)
        self->previous_pinned->next_pinned = self->next_pinned;
    else
        pinned = self->next_pinned;
    if (side == NULL) return;
    if (!self->alive) side->kind->settle(side);
    if (side->closing) dhp_side_close(side);
}

int dhp_memory_export(struct memory *memory, PyObject *exporter, const struct extent *extent,
                      Py_buffer *buffer, int flags)
{
    Py_ssize_t *numbers, step = extent->itemsize;

    if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && !memory->writable) {
        PyErr_SetString(PyExc_BufferError, "what consumers read is read-only");
        return -1;
    }
    numbers = PyMem_Malloc(2 * DHC_DEPTH_MAX * sizeof *numbers);
    if (numbers == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = extent->n_dims - 1; i >= 0; i--) {
        numbers[i] = extent->dims[i];
        numbers[DHC_DEPTH_MAX + i] = step;
        step *= extent->dims[i];
    }
    buffer->buf = extent->data;
    buffer->len = step;
    buffer->itemsize = extent->itemsize;
    buffer->readonly = !memory->writable;
    buffer->ndim = extent->n_dims;
    buffer->format = (flags & PyBUF_FORMAT) != 0 ? (char *)(uintptr_t)extent->format : NULL;
    buffer->shape = (flags & PyBUF_ND) != 0 ? numbers : NULL;
    buffer->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? numbers + DHC_DEPTH_MAX : NULL;
    buffer->suboffsets = NULL;
    buffer->internal = numbers;
    Py_INCREF(exporter);
    buffer->obj = exporter;
    dhp_memory_pin(memory);
    return 0;
}

void dhp_memory_release(struct memory *memory, Py_buffer *buffer)
{
    PyMem_Free(buffer->internal);
    dhp_memory_unpin(memory);
}

/* ---- all bytes of a place ----------------------------------------------------------------- */

struct span {
    PyObject_HEAD struct memory *memory;
    unsigned char *data;
    size_t size;
};

PyObject *dhp_span(struct memory *memory, unsigned char *data, size_t size)
{
    struct span *self = PyObject_GC_New(struct span, span_type);

    if (self == NULL) return NULL;
    Py_INCREF((PyObject *)memory);
    self->memory = memory;
    self->data = data;
    self->size = size;
    PyObject_GC_Track((PyObject *)self);
    return (PyObject *)self;
}

static int span_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct span *)object)->memory);
    return 0;
}

static void span_dealloc(PyObject *object)
{
    struct memory *memory = ((struct span *)object)->memory;
    PyTypeObject *of = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    PyObject_GC_Del(object);
    Py_DECREF(of);
    Py_DECREF(memory);
}

static int span_get(PyObject *object, Py_buffer *buffer, int flags)
{
    const struct span *self = (const struct span *)object;
    struct extent extent = { .data = self->data, .itemsize = 1, .format = "B", .n_dims = 1 };

    buffer->obj = NULL;
    if (!dhp_memory_alive(self->memory)) return -1;
    extent.dims[0] = (Py_ssize_t)self->size;
    return dhp_memory_export(self->memory, object, &extent, buffer, flags);
}

static void span_release(PyObject *object, Py_buffer *buffer)
{
    dhp_memory_release(((struct span *)object)->memory, buffer);
}

/* ---- fork --------------------------------------------------------------------------------- */

/* The mappings of a block are not there in a child (MADV_DONTFORK). What is pinned is copied before
 * and put at its address in the child, so that an array there has the values it had. */
struct keepsake {
    struct keepsake *next;
    unsigned char *at;
    size_t size;
    unsigned char bytes[];
};
static struct keepsake *keepsakes;

void dhp_memory_fork_before(void)
{
    for (const struct memory *m = pinned; m != NULL; m = m->next_pinned) {
        struct keepsake *kept = m->side != NULL ? malloc(sizeof *kept + m->size) : NULL;

        if (kept == NULL) continue;
        kept->at = m->data;
        kept->size = m->size;
        memcpy(kept->bytes, m->data, m->size);
        kept->next = keepsakes;
        keepsakes = kept;
    }
}

/* Pages that two messages share are mapped once: the second time they are there already. */
static void put(const struct keepsake *kept)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)kept->at / page * page;

    for (; from < (uintptr_t)kept->at + kept->size; from += page)
        (void)mmap((void *)from, page, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    memcpy(kept->at, kept->bytes, kept->size);
}

void dhp_memory_fork_after(bool child)
{
    while (keepsakes != NULL) {
        struct keepsake *kept = keepsakes;

        keepsakes = kept->next;
        if (child) put(kept);
        free(kept);
    }
}

/* ---- types -------------------------------------------------------------------------------- */

static PyType_Slot slots[] = {
    { Py_tp_dealloc, (void *)dealloc },
    { Py_tp_traverse, (void *)traverse },
    { 0, NULL },
};
static PyType_Spec spec = { "dh._dh.Memory", sizeof(struct memory), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                Py_TPFLAGS_DISALLOW_INSTANTIATION,
                            slots };

static PyType_Slot span_slots[] = {
    { Py_tp_dealloc, (void *)span_dealloc },
    { Py_tp_traverse, (void *)span_traverse },
    { Py_bf_getbuffer, (void *)span_get },
    { Py_bf_releasebuffer, (void *)span_release },
    { 0, NULL },
};
static PyType_Spec span_spec = { "dh._dh.Span", sizeof(struct span), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                     Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                 span_slots };

bool dhp_memory_open(PyObject *module)
{
    type = dhp_type(module, &spec, false);
    span_type = dhp_type(module, &span_spec, false);
    return type != NULL && span_type != NULL;
}
