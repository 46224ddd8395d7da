/* SPDX-License-Identifier: Apache-2.0
 *
 * symbols.h - what lies at an address: this program's own symbol table, and objdump's list of
 * instructions.
 */
#ifndef TESTS_CRASH_SYMBOLS_H
#define TESTS_CRASH_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read our own ELF file; false (with errno) if it has no symbols. */
bool symbols_load(void);
/* Whether the instruction is one of this program, libdh included, rather than of a library. */
bool symbols_known(uint64_t pc);
/* Whether the instruction is one of libdh. */
bool symbols_in_dh(uint64_t pc);
/* "dhi_join+0x3f" or "libc.so.6: vsnprintf+0x12"; into text[bytes]. */
void symbols_name(uint64_t pc, char *text, size_t bytes);

/* All instructions of libdh's functions that have one of `pcs` in them, by objdump; 0: it is not
 * there. `pcs` is sorted. */
size_t symbols_reachable(const uint64_t *pcs, size_t n_pcs);

#endif
