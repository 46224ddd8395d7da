/* SPDX-License-Identifier: Apache-2.0
 *
 * meaning.h - does a value mean the same on both sides? The table of canon.md, over the `meaning`
 * lines of two texts.
 */
#ifndef DHI_BLOCK_MEANING_H
#define DHI_BLOCK_MEANING_H

#include "block/schema_text.h"

/* Returns ESCHEMA: "accel.x: block unit "m/s^2", consumer unit "g"". `strict` also refuses a
 * producer whose range is wider than the consumer's. */
dh_err dhi_meaning_verdict(const struct dhi_text *block, const struct dhi_text *consumer,
                           bool strict, struct dh_why *why);

#endif
