/* SPDX-License-Identifier: Apache-2.0
 *
 * parse.h - from the text of a file of /proc to the fields of a sample.
 *
 * Whatever the text holds, each call ends with a list that is right as far as it goes: what is not
 * understood is passed over and noted in `trouble`, what does not fit is left out and noted too.
 */
#ifndef PULSE_PARSE_H
#define PULSE_PARSE_H

#include "pulse.dh.h"
#include "text.h"

void parse_stat(struct text text, struct pulse_sample *sample);
void parse_memory(struct text text, struct pulse_sample *sample);
void parse_links(struct text text, struct pulse_sample *sample);
void parse_disks(struct text text, struct pulse_sample *sample);

/* When the machine was started, in seconds of the real-time clock, from /proc/stat; 0: not told. */
uint64_t parse_boot_time(struct text text);

#endif
