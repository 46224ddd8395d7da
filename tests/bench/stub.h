/* SPDX-License-Identifier: Apache-2.0
 *
 * stub.h - what a drill does by raw calls, once more by what dhgen wrote: typed calls, scopes,
 * transactions. A typed handle holds the raw one and nothing else, so that all of them run on the
 * drill's own channel (of 64 bytes) and differ in nothing but the code.
 */
#ifndef TESTS_BENCH_STUB_H
#define TESTS_BENCH_STUB_H

#include "drill.h"

/* Each n times, as drill_commit() … */
void stub_commit(struct drill *drill, uint32_t n);
void stub_commit_scope(struct drill *drill, uint32_t n);
void stub_commit_transaction(struct drill *drill, uint32_t n);
/* … and as drill_take(). */
void stub_take(struct drill *drill, uint32_t n);
void stub_take_scope(struct drill *drill, uint32_t n);
void stub_take_transaction(struct drill *drill, uint32_t n);

#endif
