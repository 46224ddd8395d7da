/* SPDX-License-Identifier: 0BSD */
/* signal.dh.c - written by dhgen 0.1.0 from signal.dhs; edit the schema, not this file.
 *
 * What the runtime compares when a program attaches to a channel: canonical text, hash, lineage.
 * Before that, the proof that this compiler lays out each struct as the schema says. Padding is
 * named, so that a struct which has the bytes of its members has each of them in its place. Where
 * that fails, -DDH_PROVE_FIELDS tells which is not: it asserts each offset.
 */
#define DH_DECLARATIONS_ONLY 1
#include "signal.dh.h"
#undef DH_DECLARATIONS_ONLY


#ifdef DH_PROVE_FIELDS
#endif

/* What the columns of the tables are stands in <dh/schema.h>. */
DH_STATIC_ASSERT(DH_SCHEMA_ABI == 1, "generate signal.dhs again, with the dhgen of this libdh");
/* clang-format off */

/* ---- channel tick 0.0 ---- */
static const char lab_tick_text[] =
    "dhs 1\n"
    "family lab.tick/tick 0\n"
    "order little\n"
    "root slot align 64\n"
    "minor 0 size 0\n"
    "meaning\n"
    ;
DH_STATIC_ASSERT(sizeof lab_tick_text == 84 + 1, "the canonical text is whole");

/* slot */
static const struct dh_minor lab_tick_minors_0[] = {
    { 0, 0, {
        0x14, 0x8d, 0x98, 0x59, 0xb2, 0xdd, 0x4a, 0x54, 0x42, 0x2e, 0x09, 0x91, 0x7c, 0x0e, 0x78, 0xea,
        0x44, 0xae, 0x6c, 0x35, 0x57, 0xf0, 0x32, 0xe9, 0xac, 0xf8, 0xb1, 0xf2, 0xf5, 0x0d, 0x89, 0x5d,
    } },
};

static const struct dh_root lab_tick_roots[] = {
    { "", 0, 1, lab_tick_minors_0, 0, false },
};

const struct dh_schema lab_tick_schema = {
    DH_SCHEMA_ABI,
    0,
    "lab.tick/tick 0",
    "lab.tick.tick",
    lab_tick_text,
    sizeof lab_tick_text - 1,
    1,
    lab_tick_roots,
    { 4, 16, DH_FULL_WAIT, DH_CHECKSUM_ENFORCED },
    {
        0xca, 0x09, 0x1c, 0x3f, 0x29, 0x77, 0x9a, 0x18, 0x05, 0xa9, 0x96, 0xf3, 0xa7, 0x2a, 0xf3, 0x7e,
        0x28, 0xf4, 0xfe, 0xca, 0xdb, 0x2f, 0x4f, 0x3f, 0xc5, 0xeb, 0xf0, 0x43, 0x6d, 0x4f, 0x04, 0x1d,
    },
};
