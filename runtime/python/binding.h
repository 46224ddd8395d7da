/* SPDX-License-Identifier: Apache-2.0
 *
 * binding.h - what the files of the Python extension share.
 *
 *      schema.c    canonical text ─▶ tree of fields, once per schema
 *      memory.c    the bytes of one message, zone or copy: who holds them, and until when
 *      view.c      s.accel.x: a struct or union in such bytes
 *      array.c     s.taps[3], memoryview(s.taps): an array, list or bytes in them
 *      read.c      a field as a Python object    write.c, write_array.c, number.c   the other way
 *      side.c      open handles: threads, close, fork, exit
 *      consumer.c, producer.c, zone.c, observer.c, hub.c, recovery.c     the calls of libdh
 *      error.c     each error of error.def as an exception
 *
 * Two rules. Bytes outlive every view of them: a view holds its `memory`, which holds its handle.
 * And what Python may do at any moment (drop a view, close in another thread) is only noted while
 * a handle waits without the interpreter's lock; who waits settles it afterwards.
 *
 * What holds another object of ours is known to the collector of cycles (traverse), because a
 * subclass may keep its own messages and zones. Among ours alone there is no cycle: nobody clears.
 *
 * Everything here is called with that lock, blocks nowhere unless it says so, and on failure
 * returns NULL, false or -1 with a Python exception set.
 */
#ifndef DHP_BINDING_H
#define DHP_BINDING_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "idl/canon_read.h"

#include <dh/dh.h>

#include <stdbool.h>

/* ---- errors ---- */

bool dhp_errors_open(PyObject *module);
/* The exception of `err`: who ("imu"), what error.def says, why's particulars, and as a note what
 * to do. why may be NULL. Always NULL. */
void *dhp_raise(dh_err err, const char *who, const struct dh_why *why);
/* The exception class of `err`; borrowed. */
PyObject *dhp_error_class(dh_err err);
/* ReferenceError: the bytes were given back. Always NULL. */
void *dhp_raise_stale(void);

/* ---- schemas ---- */

/* One place of the canonical text: what dhc_node says of it, and what Python needs of it. */
struct field {
    const struct dhc_node *node;
    const struct field *parent;
    struct field *children; /* of a struct, union, array, list, optional, arm */
    uint32_t n_children;
    PyObject *name;    /* str */
    PyObject *by_name; /* dict: name to index among children; of structs and unions, else NULL */
    PyObject *values;  /* dict: number to member of `names`; of leaves with an enum, else NULL */
    PyObject *names;   /* the enum.IntEnum or IntFlag */
    uint64_t mask;     /* of flags: the bits that have names */
    PyObject *dtype;   /* numpy's, once somebody asked for it */
};

struct schema {
    PyObject_HEAD struct dh_schema *dh;
    struct dhc_text *text;
    struct field *roots; /* as many as dh->n_roots; each a STRUCT */
    PyObject *name;      /* "lab.imu/imu 1" */
};

bool dhp_schema_open(PyObject *module);
/* From canonical text of that policy. New reference. */
struct schema *dhp_schema_new(const char *text, size_t bytes, const struct dh_policy *policy);
PyTypeObject *dhp_schema_type(void);

/* "accel.x", "taps[3]" of a field whose elements are chosen by shift; of the last one, if that is
 * an array, the first `dims` indices, UINT32_MAX all. New reference. */
PyObject *dhp_path(const struct field *field, ptrdiff_t shift, uint32_t dims);
/* One leaf for text and numbers, or a bytes<n>? */
bool dhp_is_single(const struct field *field);

/* ---- sides: open handles ---- */

struct memory;
struct side;

struct side_kind {
    const char *name, *shown;                                 /* "consumer", "Consumer" */
    void (*finish)(struct side *side);                        /* close the handle */
    void (*settle)(struct side *side);                        /* give back what is no longer used */
    void (*forget)(struct side *side, struct memory *memory); /* it is about to be freed */
};

/* What consumer, producer and observer have in common; it stands first in each. */
struct side {
    PyObject_HEAD const struct side_kind *kind;
    PyObject *name; /* the channel's */
    struct schema *schema;
    struct side *next, *previous; /* all that are open, for fork and exit */
    bool busy;                    /* in a call without the interpreter's lock */
    bool closing;                 /* somebody said close() */
    bool closed;                  /* and so it is */
    bool forked;                  /* opened in our parent: never touch what it has mapped */
    size_t n_pins;                /* arrays and memoryviews of all that it handed out */
    dh_err pending; /* found out where nobody could be told: raised by the next call */
};

/* What follows the type's alloc. */
void dhp_side_start(struct side *side, const struct side_kind *kind, struct schema *schema,
                    PyObject *name);
/* May this call go on? Not if closed, forked, or busy in another thread. */
bool dhp_side_usable(struct side *side);
/* What close() does: now, or by who is busy, or when the last array is dropped. */
void dhp_side_close(struct side *side);
const char *dhp_side_who(const struct side *side);
bool dhp_sides_open(PyObject *module);
/* Members of all three: __enter__, close() and __exit__, schema, channel, closed, repr, the end. */
PyObject *dhp_side_enter(PyObject *side, PyObject *unused);
PyObject *dhp_side_leave(PyObject *side, PyObject *unused);
PyObject *dhp_side_schema(PyObject *side, void *unused);
PyObject *dhp_side_channel(PyObject *side, void *unused);
PyObject *dhp_side_is_closed(PyObject *side, void *unused);
PyObject *dhp_side_repr(PyObject *side);
void dhp_side_dealloc(PyObject *side);

/* A wait that ends soon enough for Ctrl-C: `call` is made with DH_NOW, then in slices without the
 * interpreter's lock; between them is settled what others left. Returns what it did; where
 * *interrupted an exception is set. */
typedef dh_err (*dhp_call)(struct side *side, void *context, int64_t deadline_ns);
dh_err dhp_wait(struct side *side, dhp_call call, void *context, int64_t deadline_ns,
                bool *interrupted);
/* None: forever; else seconds from now, 0: do not wait. */
bool dhp_deadline(PyObject *timeout, int64_t *deadline_ns);
/* None or 32 bytes. */
bool dhp_secret(PyObject *given, const void **secret);

/* ---- bytes ---- */

enum memory_kind {
    MEMORY_OWN,     /* a copy: always valid, written by whoever has it */
    MEMORY_MESSAGE, /* a consumer's, read-only, until it is given back */
    MEMORY_LOAN,    /* a producer's, until commit or abort */
    MEMORY_ZONE,    /* a shared zone's: atomics at any time, the rest under a lock */
};

struct memory {
    PyObject_HEAD enum memory_kind kind;
    bool alive; /* views may look into it */
    bool writable;
    unsigned char *data;
    void *block; /* MEMORY_OWN: what is freed */
    size_t size;
    size_t n_exports; /* arrays and memoryviews */
    struct schema *schema;
    struct side *side; /* NULL: MEMORY_OWN */
    dh_zone *zone;     /* MEMORY_ZONE: whose bytes move when a successor takes the channel over */
    uint64_t sequence, commit_ns;
    uint32_t minor;                               /* fields of later ones are absent */
    struct memory *next_pinned, *previous_pinned; /* all with exports, for fork */
};

bool dhp_memory_open(PyObject *module);
struct memory *dhp_memory_new(enum memory_kind kind, struct schema *schema, struct side *side,
                              unsigned char *data, size_t size, bool writable);
/* A zeroed copy of its own. */
struct memory *dhp_memory_own(struct schema *schema, size_t size);
/* Views no longer look into it; arrays still may. */
void dhp_memory_end(struct memory *memory);
bool dhp_memory_is_there(const struct memory *memory); /* may views look into it? no exception */
bool dhp_memory_alive(const struct memory *memory);    /* the same, or ReferenceError */
/* May this field of it be written? In a shared zone without a lock atomics may. */
bool dhp_memory_writable(const struct memory *memory, const struct field *field);
/* Around what runs Python's code amid reading or writing: close() and the next read, by that code
 * or another thread, then wait for the end of it, as they do for arrays. */
void dhp_memory_pin(struct memory *memory);
void dhp_memory_unpin(struct memory *memory);
/* Fill a buffer that is `shape` of items; it pins the memory until it is released. */
struct extent {
    unsigned char *data;
    Py_ssize_t itemsize;
    const char *format; /* of one item */
    int n_dims;
    Py_ssize_t dims[DHC_DEPTH_MAX];
};
int dhp_memory_export(struct memory *memory, PyObject *exporter, const struct extent *extent,
                      Py_buffer *buffer, int flags);
void dhp_memory_release(struct memory *memory, Py_buffer *buffer);
/* All bytes of a place as something that has the buffer protocol. New reference. */
PyObject *dhp_span(struct memory *memory, unsigned char *data, size_t size);
/* What arrays look at, in a child: what it was when it was forked. */
void dhp_memory_fork_before(void);
void dhp_memory_fork_after(bool child);

/* ---- views ---- */

/* A struct or union (view), an array, list or bytes (array): a place in a memory. */
struct place {
    PyObject_HEAD struct memory *memory;
    const struct field *field;
    ptrdiff_t shift; /* added to the field's offset: which elements it lies in */
    uint32_t depth;  /* array: dimensions chosen so far */
};

bool dhp_view_open(PyObject *module);
bool dhp_array_open(PyObject *module);
struct place *dhp_view_new(struct memory *memory, const struct field *field, ptrdiff_t shift);
struct place *dhp_array_new(struct memory *memory, const struct field *field, ptrdiff_t shift,
                            uint32_t depth);
bool dhp_is_view(PyObject *object);
bool dhp_is_array(PyObject *object);
/* Of both: what the collector of cycles asks, and the end. */
int dhp_place_traverse(PyObject *place, visitproc visit, void *context);
void dhp_place_dealloc(PyObject *place);
/* Of both: __array__ for numpy, an array on these very bytes. */
PyObject *dhp_as_array(PyObject *place, PyObject *args, PyObject *kwargs);
/* A view or array, and alive; else TypeError, ReferenceError. */
struct place *dhp_place(PyObject *object);
size_t dhp_place_size(const struct place *place);
bool dhp_array_extent(const struct place *array,
                      struct extent *extent); /* false: not plain numbers */
Py_ssize_t dhp_array_length(const struct place *array);
PyObject *dhp_array_item(const struct place *array, Py_ssize_t index);
int dhp_array_set_item(const struct place *array, Py_ssize_t index, PyObject *value);

static inline unsigned char *dhp_at(const struct memory *memory, const struct field *field,
                                    ptrdiff_t shift)
{
    return memory->data + ((ptrdiff_t)field->node->offset + shift);
}

/* ---- values ---- */

PyObject *dhp_read(struct memory *memory, const struct field *field, ptrdiff_t shift);
/* All elements of an array, or of a row of it; all items of a list. */
int dhp_write_array(const struct place *array, PyObject *value);
int dhp_write_list(const struct place *list, PyObject *value);
bool dhp_is_sequence(PyObject *value); /* not text, not bytes, not a dict */
/* "taps: <text>" with the value, which format has a place for. Both are always -1. */
int dhp_refuse(const struct field *field, ptrdiff_t shift, PyObject *type, const char *format,
               PyObject *value);
/* "taps: 9 items, there is room for 3" */
int dhp_refuse_room(const struct field *field, ptrdiff_t shift, Py_ssize_t n, const char *of);
int dhp_write(struct memory *memory, const struct field *field, ptrdiff_t shift, PyObject *value);
/* One number, text or bytes of a leaf, whatever its dimensions. */
PyObject *dhp_read_leaf(struct memory *memory, const struct field *field, ptrdiff_t shift);
int dhp_write_leaf(struct memory *memory, const struct field *field, ptrdiff_t shift,
                   PyObject *value);
uint32_t dhp_count(const struct memory *memory, const struct field *field, ptrdiff_t shift);
const struct field *dhp_arm(const struct memory *memory, const struct field *field, ptrdiff_t shift,
                            int64_t *tag);
/* Attributes by name, as `s.name = value` does for each of a mapping. */
int dhp_fill(struct memory *memory, const struct field *field, ptrdiff_t shift, PyObject *values);
const struct field *dhp_child(const struct field *field, PyObject *name);
PyObject *dhp_show(struct memory *memory, const struct field *field, ptrdiff_t shift);
/* Plain dicts, lists, numbers, text. */
PyObject *dhp_plain_array(const struct place *array);
PyObject *dhp_plain(struct memory *memory, const struct field *field, ptrdiff_t shift);

/* A number of Python's or numpy's, exactly. */
struct number {
    bool real, negative;
    uint64_t magnitude;
    double value;
};

bool dhp_number(PyObject *value, struct number *number);
/* Write it as the field's scalar, if it fits, is in range, and is a value of its enum. */
int dhp_store(struct memory *memory, const struct field *field, ptrdiff_t shift,
              const struct number *number);
struct number dhp_load(enum dhc_scalar scalar, const unsigned char *at);
PyObject *dhp_number_object(const struct field *field, const struct number *number);
/* The scalar that a buffer's format names; false: none of ours. */
bool dhp_format_scalar(const char *format, Py_ssize_t itemsize, enum dhc_scalar *scalar);
const char *dhp_scalar_format(enum dhc_scalar scalar);
/* Atomics of shared zones. */
struct number dhp_atomic_load(enum dhc_scalar scalar, const unsigned char *at);
void dhp_atomic_store(enum dhc_scalar scalar, unsigned char *at, const unsigned char *value);

/* ---- the rest ---- */

bool dhp_consumer_open_type(PyObject *module);
bool dhp_producer_open_type(PyObject *module);
bool dhp_zone_open_type(PyObject *module);
bool dhp_observer_open_type(PyObject *module);
bool dhp_recovery_open(PyObject *module);
bool dhp_hub_open(PyObject *module);
bool dhp_describe_open(PyObject *module);
/* The root's index of a zone's name, 1 …; 0: there is none, and an exception. */
uint32_t dhp_zone_index(const struct side *side, PyObject *name);
PyObject *dhp_zone_new(struct side *side, dh_zone *zone, uint32_t root, bool may_write,
                       uint32_t minor);
/* A dict's entries as attributes; takes it over. */
PyObject *dhp_record(PyObject *dict);
/* A program's name, whatever bytes it has. */
PyObject *dhp_text(const char *text);
PyObject *dhp_identity(const struct dh_identity *who);
PyObject *dhp_slot_record(uint32_t index, const struct dh_slot_facts *facts);
/* A list's next item; takes it over. */
bool dhp_append(PyObject *list, PyObject *item);
PyObject *dhp_producer_metrics(const struct dh_producer_metrics *metrics);
PyObject *dhp_memory_record(const struct dh_memory *memory);
PyObject *dhp_consumer_metrics(const struct dh_consumer_metrics *metrics);
/* One type by its spec, in the module. */
PyTypeObject *dhp_type(PyObject *module, PyType_Spec *spec, bool shown);

#endif
