/* SPDX-License-Identifier: Apache-2.0
 *
 * texts.h - canonical texts by their hash. A text never changes: a hash is proof of content.
 *
 * In memory: what this broker saw itself. It answers when the registry on the disk does not, and
 * knows what the disk need not be told again.
 */
#ifndef DHI_BROKER_TEXTS_H
#define DHI_BROKER_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dhi_texts dhi_texts;

enum dhi_recorded {
    DHI_RECORDED_NEW,
    DHI_RECORDED_KNOWN,
    DHI_RECORDED_LIMIT, /* that user has brought too many already */
    DHI_RECORDED_NO_MEMORY,
};

/* `most`: of each user, beside a limit on their bytes. NULL: no memory. */
dhi_texts *dhi_texts_open(uint32_t most);
void dhi_texts_close(dhi_texts *texts);

/* Keep a copy of a text whose hash was checked; `uid` is whose limits it counts against. */
enum dhi_recorded dhi_texts_record(dhi_texts *texts, const unsigned char hash[32], const char *text,
                                   size_t bytes, uint32_t uid);

/* Borrowed until close; NULL: unknown. */
const char *dhi_texts_find(const dhi_texts *texts, const unsigned char hash[32], size_t *bytes);

#endif
