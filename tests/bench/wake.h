/* SPDX-License-Identifier: Apache-2.0
 *
 * wake.h - rows about a consumer that sleeps: from the producer's look at the clock before it sends
 * until the consumer's, when it has the message.
 */
#ifndef TESTS_BENCH_WAKE_H
#define TESTS_BENCH_WAKE_H

#include "row.h"

enum wake_by { WAKE_HUB, WAKE_FUTEX, WAKE_EVENTFD, WAKE_PIPE, WAKE_HUB_FD, WAKE_POLL };

bool wake_prepare(struct scene *scene);
void wake_dismiss(struct scene *scene);
void wake_play(struct scene *scene, unsigned role); /* row's variant: enum wake_by */

#endif
