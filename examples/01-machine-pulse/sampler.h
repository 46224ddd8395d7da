/* SPDX-License-Identifier: Apache-2.0
 *
 * sampler.h - four files of /proc, open all the time, read again for each sample.
 */
#ifndef PULSE_SAMPLER_H
#define PULSE_SAMPLER_H

#include "pulse.dh.h"

enum { SAMPLER_FILES = 4, SAMPLER_BUFFER = 128 * 1024 };

struct sampler {
    int fds[SAMPLER_FILES];
    char buffer[SAMPLER_BUFFER];
};

/* Open what is there; a file that is not is told on standard error and done without. */
void sampler_open(struct sampler *sampler);
void sampler_close(struct sampler *sampler);

/* Read all and fill in everything but check and frame. Does not allocate. */
void sampler_take(struct sampler *sampler, struct pulse_sample *sample);

/* Read each file a few times and write down what the machine is and what reading costs. */
void sampler_describe(struct sampler *sampler, struct pulse_host *host);

#endif
