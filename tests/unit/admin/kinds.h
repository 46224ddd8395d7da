/* SPDX-License-Identifier: Apache-2.0 */
/* One canonical text with every kind and every meaning that a decoder meets, and a payload of it.
 */
#ifndef KINDS_H
#define KINDS_H

#include <stddef.h>
#include <stdint.h>

enum { KINDS_BYTES = 152 };

extern const char kinds_text[];

/* A value of its own in each field. */
void kinds_fill(unsigned char bytes[KINDS_BYTES]);

void kinds_put(unsigned char *bytes, size_t offset, uint64_t value, size_t size);
void kinds_put_f32(unsigned char *bytes, size_t offset, float value);

#endif
