/* SPDX-License-Identifier: 0BSD */
/* signal.dh.print.h - written by dhgen 0.1.0 from signal.dhs; edit the schema, not this file.
 *
 * For debugging: each struct, union and enum as text on one line, with units, names of values, and no
 * more of a list or text than there can be, whatever the memory says. As snprintf() does, a …_print()
 * fills at most `size` bytes, terminates them, and returns how many there are to print.
 */
#ifndef LAB_TICK_SIGNAL_DH_PRINT_H
#define LAB_TICK_SIGNAL_DH_PRINT_H

#include "signal.dh.h"

#include <dh/print.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
}
#endif
#endif /* LAB_TICK_SIGNAL_DH_PRINT_H */
