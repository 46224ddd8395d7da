/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs made of fill/ share: values by chance, told on standard output as literals of Python. */
#ifndef CHANCE_H
#define CHANCE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TURNS = 12 };

static uint64_t chance_state = 88172645463325252u;

static inline uint64_t chance(void) /* xorshift */
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return chance_state >> 3;
}

/* How many of at most `n`: all sizes come up, and texts of a megabyte do not. */
static inline uint32_t few(uint64_t n)
{
    uint64_t most = n < 40 ? n : 40;

    return chance() % 4 == 0 ? (uint32_t)most : (uint32_t)(chance() % (most + 1));
}

#define tell(text) fputs(text, stdout)
#define TELL_INTEGER(x)                                                                                \
    ((__typeof__(x))-1 < 0 ? printf("%lld,", (long long)(x)) : printf("%llu,", (unsigned long long)(x)))

/* Small, large, and the limits */
#define FILL_INTEGER(x)                                                                                        \
    do {                                                                                                       \
        uint64_t bits = chance() << (chance() % 40) >> (chance() % 40);                                        \
        (x) = (__typeof__(x))(chance() % 6 == 0 ? ~UINT64_C(0) : chance() % 6 == 0 ? bits | (bits << 32) : bits); \
        TELL_INTEGER(x);                                                                                       \
    } while (0)

static inline void tell_real(double value)
{
    printf("'%a',", value);
}

static inline double fill_real(void)
{
    return chance() % 8 == 0 ? -INFINITY : ldexp((double)(int32_t)chance(), (int)(chance() % 60) - 40);
}

/* Any half but those that are no number: of them there are many, and Python knows one. */
static inline uint16_t fill_half(void)
{
    uint16_t bits = (uint16_t)chance();

    return (bits & 0x7c00) == 0x7c00 ? bits & 0x83ff : bits;
}

static inline void tell_bytes(const void *bytes, size_t n)
{
    putchar('\'');
    for (size_t i = 0; i < n; i++)
        printf("%02x", ((const unsigned char *)bytes)[i]);
    printf("',");
}

static inline void fill_letters(char *text, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        text[i] = (char)('!' + chance() % 94);
    tell_bytes(text, n);
}

static inline void fill_bytes(uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)chance();
    tell_bytes(bytes, n);
}

#endif
