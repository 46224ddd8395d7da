/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several hands for work that falls into items which know nothing of each other: who takes which
 * depends on chance, so that what comes out of an item must not.
 */
#ifndef DHGEN_CREW_H
#define DHGEN_CREW_H

#include <stddef.h>

enum { CREW_MAX = 8 }; /* behind these, what all share (the folder of the files) sets the pace */

/* Does one item; `hand` is below the size of the crew, and no two items run with the same hand at
 * the same time: what must not be shared belongs to a hand. */
typedef void (*crew_work)(void *context, size_t hand, size_t item);

/* How many hands are worth their making: one for each `items_each`, at least one, and no more than
 * there are processors for this process, or CREW_MAX. */
size_t crew_size(size_t n_items, size_t items_each);

/* Does all items, each once, in ascending order for each hand; returns when all are done. The
 * caller is one of the hands: with a size of 1 no thread is made, and where the system makes none
 * the others do it all. */
void crew_run(size_t size, size_t n_items, crew_work work, void *context);

#endif
