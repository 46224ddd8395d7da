/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each target promises about any input. libFuzzer's own loop calls it
 * (LLVMFuzzerTestOneInput), and so does replay.c, which needs no clang: seeds, and as many
 * mutations of them as are asked for.
 */
#ifndef DH_FUZZ_PROPERTY_H
#define DH_FUZZ_PROPERTY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise: says which, and ends the program where a debugger can look. */
#define MUST(holds)                                                                      \
    do {                                                                                 \
        if (!(holds)) {                                                                  \
            fprintf(stderr, "broken promise: %s (%s:%d)\n", #holds, __FILE__, __LINE__); \
            abort();                                                                     \
        }                                                                                \
    } while (0)

#endif
