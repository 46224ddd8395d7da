/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C side of the C++ test: the same samples by number, written and read by generated C. It is a
 * program (`partner send CHANNEL N`, `partner receive CHANNEL N`), so that the two only share
 * memory. It says 'r' on standard output when it is ready; a sender then waits for a byte to begin.
 */
#ifndef TEST_PARTNER_H
#define TEST_PARTNER_H

enum { PARTNER_RIGHT = 0, PARTNER_WRONG = 1, PARTNER_CANNOT = 2 };

#endif
