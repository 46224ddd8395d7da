/* SPDX-License-Identifier: Apache-2.0
 *
 * attach.h - may a program that knows schema A read a block of schema B?
 *
 * In order: equal schema hash: yes. Else the same family, the same lineage hash of each shared root
 * at the greatest common minor, and nothing in the meaning of the shared fields that would make a
 * value mean something else.
 */
#ifndef DHI_BLOCK_ATTACH_H
#define DHI_BLOCK_ATTACH_H

#include <dh/error.h>
#include <dh/schema.h>

#include <stdbool.h>

/* `text` is the block's canonical text, whose hash was checked. On success *minor is the newest
 * minor both know. Returns ESCHEMA, and in why->text the first field that differs: "accel.x: block
 * f64 @8, consumer f32 @8". */
dh_err dhi_attach_verdict(const struct dh_schema *consumer, const char *text, size_t text_bytes,
                          bool strict, uint32_t *minor, struct dh_why *why);

#endif
