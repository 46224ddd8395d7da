/* SPDX-License-Identifier: Apache-2.0
 *
 * observer.h - what observer.c (dh.Observer) and recovery.c (who holds what in its block) share.
 */
#ifndef DHP_OBSERVER_H
#define DHP_OBSERVER_H

#include "binding.h"

struct observer {
    struct side side;
    dh_observer *handle;
};

/* slot(index), locks(), torn(zone): methods of dh.Observer. */
PyObject *dhp_observer_slot(PyObject *observer, PyObject *index);
PyObject *dhp_observer_locks(PyObject *observer, PyObject *unused);
PyObject *dhp_observer_torn(PyObject *observer, PyObject *zone);

#endif
