/* SPDX-License-Identifier: Apache-2.0 */
/* The module dh._dh; programs import dh, which is this and a few lines of Python. */
#include "binding.h"

#include <string.h>

PyTypeObject *dhp_type(PyObject *module, PyType_Spec *spec, bool shown)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    const char *dot = strrchr(spec->name, '.');

    if (type != NULL && shown && PyModule_AddObjectRef(module, dot + 1, type) < 0) Py_CLEAR(type);
    return (PyTypeObject *)type;
}

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dh._dh",
    .m_doc = "The Data Exchange Hub.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__dh(void);

PyMODINIT_FUNC PyInit__dh(void)
{
    PyObject *module = PyModule_Create(&definition);

    if (module != NULL && dhp_errors_open(module) && dhp_schema_open(module) &&
        dhp_memory_open(module) && dhp_view_open(module) && dhp_array_open(module) &&
        dhp_consumer_open_type(module) && dhp_producer_open_type(module) &&
        dhp_zone_open_type(module) && dhp_observer_open_type(module) && dhp_recovery_open(module) &&
        dhp_sides_open(module) && dhp_describe_open(module) && dhp_hub_open(module))
        return module;
    Py_XDECREF(module);
    return NULL;
}
