/* SPDX-License-Identifier: Apache-2.0 */
/* Times, sizes and hashes as people read them. */
#ifndef DHI_ADMIN_QUANTITY_H
#define DHI_ADMIN_QUANTITY_H

#include <dh/schema.h>

enum { DHI_QUANTITY_BYTES = 80 };

/* "380 ns", "2.1 ms", "14 s", "3 min 20 s", "2 h 5 min", "6 d 4 h". */
const char *dhi_duration(uint64_t ns, char text[DHI_QUANTITY_BYTES]);
/* How long before now_ns that was: "2.1 ms ago"; "never" for 0. */
const char *dhi_ago(uint64_t then_ns, uint64_t now_ns, char text[DHI_QUANTITY_BYTES]);
/* "376 B", "1.5 MiB". */
const char *dhi_size(uint64_t bytes, char text[DHI_QUANTITY_BYTES]);
/* A point of CLOCK_REALTIME in this machine's zone: "14:03:22.123456". */
const char *dhi_clock(uint64_t realtime_ns, char text[DHI_QUANTITY_BYTES]);
/* The same as RFC 3339 in UTC, for JSON: "2031-05-06T14:03:22.123456789Z". */
const char *dhi_rfc3339(uint64_t realtime_ns, char text[DHI_QUANTITY_BYTES]);
/* The first n bytes of a hash in hexadecimal. */
const char *dhi_hex(const unsigned char *hash, unsigned n, char text[DHI_QUANTITY_BYTES]);
/* What must be added to CLOCK_MONOTONIC to get CLOCK_REALTIME, at this moment. */
int64_t dhi_realtime_offset(void);

#endif
