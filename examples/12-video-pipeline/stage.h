/* SPDX-License-Identifier: Apache-2.0 */
/* What all stages do alike. */
#ifndef STAGE_H
#define STAGE_H

#include "pipeline.dh.h"

/* Join the channel as soon as somebody offers it, and say so to the sender. Ten seconds; complains.
 */
bool stage_join(pipeline_pictures_consumer *from, const char *channel);

/* Offer the channel, and wait until somebody reads it. Ten seconds; complains. */
bool stage_offer(pipeline_pictures_producer *to, const char *channel);

/* From each picture of a channel make one of the next, right into its slot, until the sender
 * closes. Returns the exit status. */
typedef void (*stage_filter)(const struct pipeline_picture *from, struct pipeline_picture *to);
int stage_run(const char *from, stage_filter filter, const char *to);

#endif
