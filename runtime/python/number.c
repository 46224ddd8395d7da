/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers between Python and bytes: exactly, or refused with the field, the value and what fits. */
#include "binding.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- half floats: 1 sign, 5 exponent, 10 fraction; ties to even --------------------------- */

static double half_load(uint16_t half)
{
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double value;

    if (exponent == 31)
        value = fraction != 0 ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        value = ldexp(fraction, -24);
    else
        value = ldexp(1024 + fraction, exponent - 25);
    return (half & 0x8000) != 0 ? -value : value;
}

static uint16_t half_store(double value)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    double size = fabs(value), fraction;
    int exponent;

    if (isnan(value)) return sign | 0x7e00;
    if (size >= 65520) return sign | 0x7c00;
    exponent = size < 0x1p-14 ? -14 : ilogb(size);
    fraction = rint(ldexp(size, 10 - exponent)); /* 0 … 2048: a carry goes into the exponent */
    return (uint16_t)(sign | (uint16_t)(fraction + (exponent + 14) * 1024));
}

/* ---- bytes to numbers --------------------------------------------------------------------- */

static struct number whole(int64_t value)
{
    return (struct number){ .negative = value < 0,
                            .magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value };
}

static struct number natural(uint64_t value)
{
    return (struct number){ .magnitude = value };
}

static struct number real(double value)
{
    return (struct number){ .real = true, .value = value };
}

#define LOAD(type, make)                    \
    do {                                    \
        type loaded;                        \
        memcpy(&loaded, at, sizeof loaded); \
        return make(loaded);                \
    } while (0)

struct number dhp_load(enum dhc_scalar scalar, const unsigned char *at)
{
    uint16_t half;

    switch (scalar) {
    case DHC_BOOL: return natural(*at != 0);
    case DHC_I8: LOAD(int8_t, whole);
    case DHC_I16: LOAD(int16_t, whole);
    case DHC_I32: LOAD(int32_t, whole);
    case DHC_I64: LOAD(int64_t, whole);
    case DHC_U8: LOAD(uint8_t, natural);
    case DHC_U16: LOAD(uint16_t, natural);
    case DHC_U32: LOAD(uint32_t, natural);
    case DHC_U64: LOAD(uint64_t, natural);
    case DHC_F16: memcpy(&half, at, sizeof half); return real(half_load(half));
    case DHC_F32: LOAD(float, real);
    case DHC_F64: LOAD(double, real);
    }
    return natural(0);
}

struct number dhp_atomic_load(enum dhc_scalar scalar, const unsigned char *at)
{
    unsigned char copy[8];
    uint64_t eight;
    uint32_t four;
    bool one;

    switch (dhc_scalar_size(scalar)) {
    case 8:
        eight = dh_atomic_u64_load((const dh_atomic_u64 *)(const void *)at);
        memcpy(copy, &eight, 8);
        break;
    case 4:
        four = dh_atomic_u32_load((const dh_atomic_u32 *)(const void *)at);
        memcpy(copy, &four, 4);
        break;
    default: one = dh_atomic_bool_load((const dh_atomic_bool *)(const void *)at); copy[0] = one;
    }
    return dhp_load(scalar, copy);
}

void dhp_atomic_store(enum dhc_scalar scalar, unsigned char *at, const unsigned char *value)
{
    uint64_t eight;
    uint32_t four;

    switch (dhc_scalar_size(scalar)) {
    case 8:
        memcpy(&eight, value, 8);
        dh_atomic_u64_store((dh_atomic_u64 *)(void *)at, eight);
        break;
    case 4:
        memcpy(&four, value, 4);
        dh_atomic_u32_store((dh_atomic_u32 *)(void *)at, four);
        break;
    default: dh_atomic_bool_store((dh_atomic_bool *)(void *)at, value[0] != 0);
    }
}

static PyObject *integer_object(const struct number *number)
{
    if (!number->negative) return PyLong_FromUnsignedLongLong(number->magnitude);
    return PyLong_FromLongLong((int64_t)(0 - number->magnitude));
}

PyObject *dhp_number_object(const struct field *field, const struct number *number)
{
    PyObject *raw, *member;

    if (number->real) return PyFloat_FromDouble(number->value);
    if (field->node->scalar == DHC_BOOL) return PyBool_FromLong(number->magnitude != 0);
    raw = integer_object(number);
    if (field->values == NULL || raw == NULL) return raw;
    if (field->node->meaning->naming == DHC_FLAGS) {
        if ((number->magnitude & ~field->mask) != 0) return raw; /* bits without names */
        member = PyObject_CallFunctionObjArgs(field->names, raw, NULL);
    } else {
        member = PyDict_GetItemWithError(field->values, raw);
        if (member == NULL) return raw; /* memory may hold any, and an open enum may have grown */
        Py_INCREF(member);
    }
    Py_DECREF(raw);
    return member;
}

/* ---- Python's numbers --------------------------------------------------------------------- */

static bool from_long(PyObject *value, struct number *number)
{
    int overflow;
    long long small = PyLong_AsLongLongAndOverflow(value, &overflow);

    if (overflow == 0) {
        *number = whole(small);
        return true;
    }
    *number = natural(overflow > 0 ? PyLong_AsUnsignedLongLong(value) : 0);
    if (overflow < 0 || PyErr_Occurred()) { /* fits nothing */
        PyErr_Clear();
        *number =
            (struct number){ .negative = overflow < 0, .magnitude = UINT64_MAX, .value = INFINITY };
    }
    return true;
}

bool dhp_number(PyObject *value, struct number *number)
{
    bool has_float = PyType_GetSlot(Py_TYPE(value), Py_nb_float) != NULL;
    PyObject *plain;

    if (PyLong_Check(value)) return from_long(value, number);
    if (PyFloat_Check(value)) {
        *number = real(PyFloat_AsDouble(value));
        return true;
    }
    if (PyIndex_Check(value)) { /* numpy's integers */
        plain = PyNumber_Index(value);
        if (plain != NULL) {
            from_long(plain, number);
            Py_DECREF(plain);
            return true;
        }
        PyErr_Clear(); /* an array of floats has the slot as well */
    }
    if (has_float) {
        *number = real(PyFloat_AsDouble(value));
        return !PyErr_Occurred();
    }
    PyErr_SetNone(PyExc_TypeError);
    return false;
}

/* ---- what fits ---------------------------------------------------------------------------- */

static PyObject *object_of(const struct number *number)
{
    if (number->real) return PyFloat_FromDouble(number->value);
    if (number->value != 0) return PyUnicode_FromString("so large a number");
    return integer_object(number);
}

/* "accel.x: 200.0 <text>" as ValueError. */
static int refuse(const struct field *field, ptrdiff_t shift, const struct number *number,
                  PyObject *type, const char *text)
{
    PyObject *path = dhp_path(field, shift, UINT32_MAX), *value = object_of(number);

    if (path != NULL && value != NULL) PyErr_Format(type, "%U: %S %s", path, value, text);
    Py_XDECREF(path);
    Py_XDECREF(value);
    return -1;
}

static int refuse_size(const struct field *field, ptrdiff_t shift, const struct number *number)
{
    static const char *const texts[] = {
        [DHC_BOOL] = "is neither true nor false",
        [DHC_I8] = "does not fit i8, -128 … 127",
        [DHC_I16] = "does not fit i16, -32768 … 32767",
        [DHC_I32] = "does not fit i32, -2147483648 … 2147483647",
        [DHC_I64] = "does not fit i64, -2^63 … 2^63 - 1",
        [DHC_U8] = "does not fit u8, 0 … 255",
        [DHC_U16] = "does not fit u16, 0 … 65535",
        [DHC_U32] = "does not fit u32, 0 … 4294967295",
        [DHC_U64] = "does not fit u64, 0 … 2^64 - 1",
        [DHC_F16] = "does not fit f16, -65504 … 65504",
        [DHC_F32] = "does not fit f32, -3.4e38 … 3.4e38",
        [DHC_F64] = "does not fit f64",
    };

    return refuse(field, shift, number, PyExc_ValueError, texts[field->node->scalar]);
}

static double as_double(const struct number *number)
{
    if (number->real) return number->value;
    return number->negative ? -(double)number->magnitude : (double)number->magnitude;
}

/* Does the raw number fit the scalar? Then its bytes are in `bytes`. */
static bool encode(enum dhc_scalar scalar, const struct number *number, unsigned char bytes[8])
{
    unsigned size = dhc_scalar_size(scalar), bits = size * 8;
    double value = as_double(number);
    uint64_t integer = number->negative ? 0 - number->magnitude : number->magnitude, most;
    uint16_t half;
    float single;

    if (!number->real && number->value != 0) return false;
    switch (scalar) {
    case DHC_BOOL: bytes[0] = value != 0; return value == 0 || value == 1;
    case DHC_F16:
        half = half_store(value);
        memcpy(bytes, &half, sizeof half);
        return isinf(value) || (half & 0x7fff) != 0x7c00;
    case DHC_F32:
        if (!isinf(value) && fabs(value) > (double)FLT_MAX) return false;
        single = (float)value;
        memcpy(bytes, &single, sizeof single);
        return true;
    case DHC_F64: memcpy(bytes, &value, sizeof value); return true;
    default: break;
    }
    most = dhc_is_signed(scalar) ? (UINT64_C(1) << (bits - 1)) - !number->negative
           : number->negative    ? 0
                                 : UINT64_MAX >> (64 - bits);
    memcpy(bytes, &integer, size); /* little-endian: its low bytes */
    return number->magnitude <= most;
}

/* -1, 0, 1; a NaN is below everything. */
static int compare(const struct number *number, double physical, bool scaled,
                   const struct dhc_number *bound)
{
    if (number->real || scaled || bound->kind == DHC_REAL) {
        double other = bound->kind == DHC_REAL ? bound->real
                       : bound->negative       ? -(double)bound->magnitude
                                               : (double)bound->magnitude;
        return physical == other ? 0 : physical > other ? 1 : -1;
    }
    if (number->negative != bound->negative) return number->negative ? -1 : 1;
    if (number->magnitude == bound->magnitude) return 0;
    return (number->magnitude > bound->magnitude) != number->negative ? 1 : -1;
}

static bool is_invalid_marker(const struct dhc_meaning *meaning, const struct number *number)
{
    const struct dhc_number *marker = &meaning->invalid_number;

    if (meaning->invalid != DHC_INVALID_NUMBER) return false;
    if (marker->kind == DHC_REAL && isnan(marker->real))
        return number->real && isnan(number->value);
    return compare(number, as_double(number), false, marker) == 0;
}

static PyObject *bound_text(const struct dhc_number *bound)
{
    struct number number = { .real = bound->kind == DHC_REAL,
                             .negative = bound->negative,
                             .magnitude = bound->magnitude };

    if (bound->kind == DHC_OPEN) return PyUnicode_FromString("_");
    if (!number.real) return integer_object(&number);
    return PyFloat_FromDouble(bound->real);
}

/* "lat: 95.0 is outside @range(-90, 90) deg" */
static int refuse_range(const struct field *field, ptrdiff_t shift, const struct number *number,
                        double physical)
{
    const struct dhc_meaning *meaning = field->node->meaning;
    PyObject *path = dhp_path(field, shift, UINT32_MAX), *low = bound_text(&meaning->low),
             *high = bound_text(&meaning->high), *value = object_of(number),
             *meant = PyFloat_FromDouble(physical);
    const char *unit = meaning->unit.data != NULL ? meaning->unit.data : "";
    const char *space = *unit != 0 ? " " : "";

    if (path == NULL || low == NULL || high == NULL || value == NULL || meant == NULL)
        ;
    else if (meaning->has_scale)
        PyErr_Format(PyExc_ValueError, "%U: %S, which means %S%s%s, is outside @range(%S, %S)%s%s",
                     path, value, meant, space, unit, low, high, space, unit);
    else
        PyErr_Format(PyExc_ValueError, "%U: %S is outside @range(%S, %S)%s%s", path, value, low,
                     high, space, unit);
    Py_XDECREF(path);
    Py_XDECREF(low);
    Py_XDECREF(high);
    Py_XDECREF(value);
    Py_XDECREF(meant);
    return -1;
}

static int check_range(const struct field *field, ptrdiff_t shift, const struct number *number)
{
    const struct dhc_meaning *meaning = field->node->meaning;
    double physical = as_double(number);

    if (!meaning->has_range || is_invalid_marker(meaning, number)) return 0;
    if (meaning->has_scale) physical = physical * meaning->factor + meaning->shift;
    if ((meaning->low.kind == DHC_OPEN ||
         compare(number, physical, meaning->has_scale, &meaning->low) >= 0) &&
        (meaning->high.kind == DHC_OPEN ||
         compare(number, physical, meaning->has_scale, &meaning->high) <= 0) &&
        !isnan(physical))
        return 0;
    return refuse_range(field, shift, number, physical);
}

/* Of a closed enum only its values, of flags only bits with names. */
static int check_names(const struct field *field, ptrdiff_t shift, const struct number *number)
{
    PyObject *raw, *path, *list;
    int known;

    if (field->values == NULL || field->node->meaning->naming == DHC_ENUM_OPEN) return 0;
    if (field->node->meaning->naming == DHC_FLAGS)
        return (number->magnitude & ~field->mask) == 0 && !number->negative
                   ? 0
                   : refuse(field, shift, number, PyExc_ValueError,
                            "has bits that have no name; those are reserved, and zero");
    raw = integer_object(number);
    known = raw != NULL ? PyDict_Contains(field->values, raw) : -1;
    if (known == 0) {
        path = dhp_path(field, shift, UINT32_MAX);
        list = path != NULL ? PyObject_CallMethod(field->names, "_dh_listed", NULL) : NULL;
        if (list != NULL)
            PyErr_Format(PyExc_ValueError, "%U: %S is no value of its enum: %U", path, raw, list);
        Py_XDECREF(path);
        Py_XDECREF(list);
    }
    Py_XDECREF(raw);
    return known > 0 ? 0 : -1;
}

int dhp_store(struct memory *memory, const struct field *field, ptrdiff_t shift,
              const struct number *number)
{
    const struct dhc_node *node = field->node;
    unsigned char bytes[8], *at = dhp_at(memory, field, shift);
    enum dhc_scalar scalar = node->scalar;

    if (number->real && !dhc_is_real(scalar) && scalar != DHC_BOOL)
        return refuse(field, shift, number, PyExc_TypeError,
                      "is a float; this field takes whole numbers");
    if (!encode(scalar, number, bytes)) return refuse_size(field, shift, number);
    if (check_range(field, shift, number) < 0 || check_names(field, shift, number) < 0) return -1;
    if (node->kind == DHC_ATOMIC)
        dhp_atomic_store(scalar, at, bytes);
    else
        memcpy(at, bytes, dhc_scalar_size(scalar));
    return 0;
}

/* ---- formats of buffers ------------------------------------------------------------------- */

static const char *const formats[] = {
    [DHC_BOOL] = "?", [DHC_I8] = "b",  [DHC_I16] = "h", [DHC_I32] = "i",
    [DHC_I64] = "q",  [DHC_U8] = "B",  [DHC_U16] = "H", [DHC_U32] = "I",
    [DHC_U64] = "Q",  [DHC_F16] = "e", [DHC_F32] = "f", [DHC_F64] = "d",
};

const char *dhp_scalar_format(enum dhc_scalar scalar)
{
    return formats[scalar];
}

bool dhp_format_scalar(const char *format, Py_ssize_t itemsize, enum dhc_scalar *scalar)
{
    char of = format != NULL ? format[0] : 'B';

    if (of == '<' || of == '=' || of == '@') of = *++format;
    if (format != NULL && (of == 0 || format[1] != 0)) return false;
    if (of == 'l') of = itemsize == 8 ? 'q' : 'i';
    if (of == 'L') of = itemsize == 8 ? 'Q' : 'I';
    for (int i = DHC_BOOL; i <= DHC_F64; i++)
        if (formats[i][0] == of && dhc_scalar_size((enum dhc_scalar)i) == (uint32_t)itemsize) {
            *scalar = (enum dhc_scalar)i;
            return true;
        }
    return false;
}
