/* SPDX-License-Identifier: Apache-2.0
 *
 * dh.h - the Data Exchange Hub's C API: the tour.
 *
 *      schema file ──dhgen──▶ imu.dh.h, imu.dh.c
 *
 *      producer.h   open, loan, commit          the side that writes
 *      consumer.h   open, acquire, release      the side that reads
 *      zone.h       structs updated in place, beside the ring
 *      slot_rw.h    the coordinator under both: slots with sequence and state
 *      memory.h     huge pages, NUMA nodes: asked for and got
 *      metrics.h    what each side counts
 *      observer.h   look at any channel without disturbing it
 *      recovery.h   who holds what, is it stuck; what the dead held given back
 *      hub.h        which channels are there
 *      error.h      how calls fail;  time.h  deadlines;  schema.h  what dhgen makes
 *      atomic.h     atomic<T>;  print.h  for generated …_print() functions
 *
 * Generated code includes what it needs: a program includes `imu.dh.h` and no more.
 *
 * What is open belongs to the process that opened it. A child of fork() has none of its memory and
 * may do one thing with it: close it, which nobody else notices. It opens its own. */
#ifndef DH_H
#define DH_H

#include <dh/atomic.h>
#include <dh/consumer.h>
#include <dh/error.h>
#include <dh/hub.h>
#include <dh/memory.h>
#include <dh/metrics.h>
#include <dh/observer.h>
#include <dh/producer.h>
#include <dh/recovery.h>
#include <dh/schema.h>
#include <dh/slot_rw.h>
#include <dh/time.h>
#include <dh/zone.h>

#endif
