/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of large payloads: piece by piece while they are written.
 */
#include "support/block.h"

#include <check.h>
#include <stdlib.h>

static dh_slot_rw *open_side(struct dhi_block *block)
{
    struct dh_why why;
    dh_slot_rw *rw;

    ck_assert_int_eq(dhi_slot_rw_open(&rw, block, -1, &why), DH_OK);
    return rw;
}

enum { LARGE_BYTES = 70000 };

static const struct dh_schema *large_schema(enum dh_full full, enum dh_checksum checksum)
{
    struct dh_policy policy = {
        .n_slots = 4, .n_consumers = 1, .full = full, .checksum = checksum
    };

    return schema_from_text(0,
                            "dhs 1\nfamily test/large 1\norder little\nroot slot align 64\n"
                            "minor 0 size 70000\n0 u8[70000] bytes\nmeaning\n",
                            policy);
}

/* A message in pieces of `piece` bytes, each told when it is written; `spoil`, if it is not
 * negative, is a byte that is written once more after it was told. */
static void send_in_pieces(dh_slot_rw *writer, uint32_t piece, int spoil)
{
    struct dh_slot slot;
    unsigned char *bytes;
    int refused = 0;

    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
    bytes = slot.data;
    for (uint32_t at = 0; at < LARGE_BYTES;) {
        uint32_t end = at + piece < LARGE_BYTES ? at + piece : LARGE_BYTES;

        for (; at < end; at++)
            bytes[at] = (unsigned char)(at * 7 + slot.sequence);
        if (end < LARGE_BYTES) refused += dh_slot_rw_filled(writer, end) != DH_OK;
    }
    ck_assert_int_eq(refused, 0);
    if (spoil >= 0) bytes[spoil] ^= 1;
    ck_assert_int_eq(dh_slot_rw_commit(writer, LARGE_BYTES), DH_OK);
}

static dh_err receive_large(dh_slot_rw *reader)
{
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_read(reader, DH_NOW, &slot);

    return err == DH_OK ? dh_slot_rw_release_read(reader) : err;
}

/* Pieces of all sizes: a byte, less than a block of either function, odd ones, all at once. The
 * reader sums the whole at once, so what it accepts is equal. */
static void exchange_in_pieces(enum dh_full full, enum dh_checksum checksum, const void *secret)
{
    static const uint32_t pieces[] = { 1, 63, 128, 4097, 16384, LARGE_BYTES - 1, LARGE_BYTES };
    struct dhi_block *block = block_make(large_schema(full, checksum), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;

    ck_assert_int_eq(dhi_slot_rw_key(writer, secret, NULL), DH_OK);
    ck_assert_int_eq(dhi_slot_rw_key(reader, secret, NULL), DH_OK);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        send_in_pieces(writer, pieces[i], -1);
        ck_assert_int_eq(receive_large(reader), DH_OK);
        /* What an aborted loan was told is in no later sum. */
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
        ck_assert_int_eq(dh_slot_rw_filled(writer, 1000), DH_OK);
        ck_assert_int_eq(dh_slot_rw_release_write(writer), DH_OK);
        send_in_pieces(writer, LARGE_BYTES, -1);
        ck_assert_int_eq(receive_large(reader), DH_OK);
    }
    send_in_pieces(writer, 16384, 5);
    ck_assert_int_eq(receive_large(reader), DH_ECHECKSUM);
    send_in_pieces(writer, 16384, 4 * 16384); /* behind what was told: commit sums it */
    ck_assert_int_eq(receive_large(reader), DH_OK);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}

START_TEST(a_sum_in_pieces_is_the_sum_and_what_changes_after_it_was_told_is_damage)
{
    static const unsigned char secret[DH_SECRET_BYTES] = { 1 };

    exchange_in_pieces(DH_FULL_WAIT, DH_CHECKSUM_ENFORCED, NULL);
    exchange_in_pieces(DH_FULL_WAIT, DH_CHECKSUM_ENFORCED, secret);
    exchange_in_pieces(DH_FULL_WAIT, DH_CHECKSUM_FAST, NULL);
    exchange_in_pieces(DH_FULL_OVERWRITE, DH_CHECKSUM_ENFORCED, NULL);
    exchange_in_pieces(DH_FULL_OVERWRITE, DH_CHECKSUM_FAST, secret);
}
END_TEST

START_TEST(filled_tells_of_one_loan_and_never_less_than_before)
{
    static const enum dh_checksum none[] = { DH_CHECKSUM_NONE, DH_CHECKSUM_MANUAL };
    struct dhi_block *block = block_make(large_schema(DH_FULL_WAIT, DH_CHECKSUM_ENFORCED), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slots[2];
    uint32_t n;

    ck_assert_int_eq(dh_slot_rw_filled(writer, 0), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 2, &n), DH_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(dh_slot_rw_filled(writer, 8), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_release_write(writer), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, slots), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(writer, 0), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(writer, 8), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(writer, 8), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(writer, 7), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_filled(writer, LARGE_BYTES + 1), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_commit(writer, LARGE_BYTES),
                     DH_OK); /* the refused changed nothing */
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, slots), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(reader, 8), DH_EINVAL);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
    for (int i = 0; i < 2; i++) { /* where commit makes no sum there is nothing to do */
        block = block_make(large_schema(DH_FULL_WAIT, none[i]), NULL);
        writer = open_side(block);
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, slots), DH_OK);
        ck_assert_int_eq(dh_slot_rw_filled(writer, 100), DH_OK);
        ck_assert_int_eq(dh_slot_rw_filled(writer, LARGE_BYTES + 1), DH_EINVAL);
        ck_assert_int_eq(dh_slot_rw_commit(writer, LARGE_BYTES), DH_OK);
        dhi_slot_rw_close(writer);
        dhi_block_free(block);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sums");
    TCase *tests = tcase_create("sums");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_sum_in_pieces_is_the_sum_and_what_changes_after_it_was_told_is_damage);
    tcase_add_test(tests, filled_tells_of_one_loan_and_never_less_than_before);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
