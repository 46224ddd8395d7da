/* SPDX-License-Identifier: Apache-2.0 */
/* Chance that is the same on every machine: xorshift64*, one state a program. */
#ifndef VERSIONS_CHANCE_H
#define VERSIONS_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

void chance_seed(uint64_t seed);
uint32_t any(uint32_t below); /* 0 ... below - 1 */
bool one_in(uint32_t n);

#endif
