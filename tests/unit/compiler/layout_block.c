/* SPDX-License-Identifier: Apache-2.0 */
/* What `dhgen layout` says of a block is what the runtime would make of the same channel. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block/geometry.h"
#include "compile_text.h"
#include "layout_facts.h"

/* The runtime's own arithmetic, from what the channel's generated tables would tell it. */
static struct dhi_header place(const struct dhs_channel *channel)
{
    struct dhi_root roots[DH_ROOTS_MAX] = { 0 };
    struct dh_why why;
    struct dhi_header head = { .full = channel->full == DHS_FULL_OVERWRITE ? DH_FULL_OVERWRITE
                                                                           : DH_FULL_WAIT,
                               .checksum = (uint32_t)channel->checksum,
                               .n_slots = channel->n_slots,
                               .n_consumers = channel->max_consumers,
                               .n_roots = (uint32_t)channel->n_roots,
                               .text_bytes = (uint32_t)channel->canonical.length };

    for (size_t i = 0; i < channel->n_roots; i++) {
        roots[i].size_bytes = (uint32_t)channel->roots[i].size;
        roots[i].shared = channel->roots[i].shared;
        roots[i].n_spinlocks = channel->roots[i].spinlocks;
        head.n_lineage += (uint32_t)channel->roots[i].n_minors;
    }
    ck_assert_int_eq(dhi_geometry_place(&head, roots, &why), DH_OK);
    return head;
}

static const char *const CHANNELS[] = {
    "slot: Small; slots: 8; full: wait;",                     /* beside its state */
    "slot: Small; slots: 8; full: wait; checksum: enforced;", /* the checksum takes that place */
    "slot: Small; slots: 8; full: overwrite; consumers: 3;",  /* never beside */
    "slot: none; slots: 1; full: wait;",                      /* a signal */
    "slot: none; slots: 5; full: overwrite;",                 /* a signal that may be lost */
    "slot: Large; slots: 100; full: wait; consumers: 1;",     /* many lines */
    "slot: Page; slots: 7; full: overwrite; consumers: 32;",  /* buffers on pages */
    "slot: Edge; slots: 4; full: wait;",                      /* 33 bytes: just not beside */
    /* zones of both kinds */
    "slot: Large; zone a: Small; zone s: Large shared spinlocks 5; slots: 64; full: wait;",
};

START_TEST(blocks_are_as_large_as_the_runtime_makes_them)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fprintf(out,
            "package t;\nstruct Small { a: u64; b: u64[3]; }\nstruct Edge { a: u8[33]; }\n"
            "struct Large { a: u8; b: u64; c: u8[700]; d: u32 @since(1.1); }\n"
            "struct Page { a: u8[5000]; }\nchannel c version 1 { %s }\n",
            CHANNELS[_i]);
    fclose(out);
    struct compiled c = compile_text(text);
    ck_assert_msg(c.file != NULL, "%s", compiled_report(&c, DHS_FORMAT_SHORT, false));
    const struct dhs_channel *channel = c.file->channels[0];
    struct dhi_header head = place(channel);
    struct layout_block block = layout_block(channel);
    bool beside = (head.flags & DHI_FLAG_INLINE) != 0;

    ck_assert_uint_eq(block.block_bytes,
                      head.data_bytes + head.claims_bytes + head.zones_bytes + DHI_PAGE);
    ck_assert_uint_eq(block.buffers, head.n_buffers);
    ck_assert_int_eq(block.beside, beside);
    ck_assert_uint_eq(block.buffer_stride, beside ? 0 : head.payload_stride);
    compiled_free(&c);
    free(text);
}
END_TEST

START_TEST(payload_is_what_a_full_slot_means_at_any_depth)
{
    struct compiled c = compile_text(
        "package t; struct In { a: u8; b: u32; } union U : u8 { n = 0; x: f64 = 1; y: In = 2; }\n"
        "struct S { i: In[2]; o: u16?; s: string<5>; l: list<In, 3>; u: U; y: bytes<2>; c: "
        "char[7]; }\n"
        "channel c version 1 { slot: S; slots: 1; full: wait; }\n");

    ck_assert_msg(c.file != NULL, "%s", compiled_report(&c, DHS_FORMAT_SHORT, false));
    /* 2 x 5, 2 + 1, 4 + 6, 4 + 3 x 5, 1 + 8, 4 + 2, 7 */
    ck_assert_uint_eq(layout_block(c.file->channels[0]).payload, 10 + 3 + 10 + 19 + 9 + 6 + 7);
    compiled_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout_block");
    TCase *tests = tcase_create("block");

    tcase_add_loop_test(tests, blocks_are_as_large_as_the_runtime_makes_them, 0,
                        sizeof CHANNELS / sizeof CHANNELS[0]);
    tcase_add_test(tests, payload_is_what_a_full_slot_means_at_any_depth);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
