/* SPDX-License-Identifier: Apache-2.0
 *
 * registry.h - canonical texts by their hash. A text never changes: a hash is proof of content.
 *
 * In memory: what is here is gone with the broker, and comes back as producers register again.
 */
#ifndef DHI_BROKER_REGISTRY_H
#define DHI_BROKER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dhi_registry dhi_registry;

enum dhi_recorded {
    DHI_RECORDED_NEW,
    DHI_RECORDED_KNOWN,
    DHI_RECORDED_LIMIT, /* that user has brought too many already */
    DHI_RECORDED_NO_MEMORY,
};

dhi_registry *dhi_registry_open(void); /* NULL: no memory */
void dhi_registry_close(dhi_registry *registry);

/* Keep a copy of a text whose hash was checked; `uid` is whose limits it counts against. */
enum dhi_recorded dhi_registry_record(dhi_registry *registry, const unsigned char hash[32],
                                      const char *text, size_t bytes, uint32_t uid);

/* Borrowed until close; NULL: unknown. */
const char *dhi_registry_text(const dhi_registry *registry, const unsigned char hash[32],
                              size_t *bytes);

#endif
