/* SPDX-License-Identifier: Apache-2.0 */
/* What generated headers use of <string.h>, for compilers whose target has no C library here:
 * nothing is linked. */
#ifndef CROSS_STRING_H
#define CROSS_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
void *memchr(const void *from, int value, size_t bytes);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);

#endif
