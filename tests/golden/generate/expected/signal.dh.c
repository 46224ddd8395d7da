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
    { 0, 0, DH_HASH(0x148d9859b2dd4a54, 0x422e09917c0e78ea, 0x44ae6c3557f032e9,
                    0xacf8b1f2f50d895d) },
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
    DH_HASH(0xca091c3f29779a18, 0x05a996f3a72af37e, 0x28f4fecadb2f4f3f, 0xc5ebf0436d4f041d),
};
