/* SPDX-License-Identifier: Apache-2.0
 *
 * May a consumer of schema A read a block of schema B? One row a case, with the sentence that a
 * refused person reads.
 */
#include "block/attach.h"
#include "support/block.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD  "dhs 1\nfamily lab.imu/imu 1\norder little\n"
#define SLOT  "root slot align 64\n"
#define BASE  HEAD SLOT "minor 0 size 16\n0 u64 time\n8 f32 accel.x\n12 u8 quality\n"
#define GROWN BASE "minor 1 size 24\n16 f32 temp\n"

struct row {
    const char *reason, *block, *consumer;
    dh_err err;
    const char *says;
    uint32_t minor;
    bool strict;
};

static const struct row rows[] = {
    { "equal", BASE "meaning\n", BASE "meaning\n", DH_OK, "", 0, false },
    { "a newer producer: its new field is not seen", GROWN "meaning\n", BASE "meaning\n", DH_OK, "",
      0, false },
    { "a newer consumer: its new field is absent", BASE "meaning\n", GROWN "meaning\n", DH_OK, "",
      0, false },
    { "both newer, different docs aside", GROWN "meaning\nunit slot temp \"degC\"\n",
      GROWN "meaning\n", DH_OK, "", 1, false },
    { "another channel",
      "dhs 1\nfamily lab.gps/gps 1\norder little\n" SLOT "minor 0 size 8\n0 u64 time\nmeaning\n",
      BASE "meaning\n", DH_ESCHEMA, "family: block lab.gps/gps 1, consumer lab.imu/imu 1", 0,
      false },
    { "another type",
      HEAD SLOT "minor 0 size 24\n0 u64 time\n8 f64 accel.x\n16 u8 quality\nmeaning\n",
      BASE "meaning\n", DH_ESCHEMA, "accel.x: block f64 @8, consumer f32 @8", 0, false },
    { "renamed", HEAD SLOT "minor 0 size 16\n0 u64 time\n8 f32 a.x\n12 u8 quality\nmeaning\n",
      BASE "meaning\n", DH_ESCHEMA, "accel.x: block has a.x there (f32 @8), consumer f32 @8", 0,
      false },
    { "appended without a version", BASE "meaning\n",
      HEAD SLOT "minor 0 size 24\n0 u64 time\n8 f32 accel.x\n12 u8 quality\n16 f32 temp\nmeaning\n",
      DH_ESCHEMA, "temp: the block has no such field, consumer f32 @16", 0, false },
    { "removed", BASE "meaning\n",
      HEAD SLOT "minor 0 size 16\n0 u64 time\n8 f32 accel.x\nmeaning\n", DH_ESCHEMA,
      "quality: block u8 @12, the consumer's schema has no such field", 0, false },
    { "same minor number, other field", GROWN "meaning\n",
      BASE "minor 1 size 24\n16 i32 temp\nmeaning\n", DH_ESCHEMA,
      "temp: block f32 @16, consumer i32 @16", 0, false },
    { "a zone that the block lacks", BASE "meaning\n",
      BASE "root zone cal align 64\nminor 0 size 4\n0 f32 gain\nmeaning\n", DH_ESCHEMA,
      "zone cal: the block has no such zone", 0, false },
    { "a zone born later is absent", BASE "meaning\n",
      BASE "root zone cal align 64\nminor 1 size 4\n0 f32 gain\nmeaning\n", DH_OK, "", 0, false },
    { "a zone that only the block has",
      BASE "root zone cal align 64\nminor 0 size 4\n0 f32 gain\nmeaning\n", BASE "meaning\n", DH_OK,
      "", 0, false },
    { "a zone that is shared on one side",
      BASE "root zone cal align 64 shared\nminor 0 size 4\n0 f32 gain\nmeaning\n",
      BASE "root zone cal align 64\nminor 0 size 4\n0 f32 gain\nmeaning\n", DH_ESCHEMA,
      "zone cal: block shared, consumer written by the producer alone", 0, false },
    { "another unit", BASE "meaning\nunit slot accel.x \"g\"\n",
      BASE "meaning\nunit slot accel.x \"m/s^2\"\n", DH_ESCHEMA,
      "accel.x: block unit \"g\", consumer unit \"m/s^2\"", 0, false },
    { "an added unit", BASE "meaning\n", BASE "meaning\nunit slot accel.x \"m/s^2\"\n", DH_OK, "",
      0, false },
    { "another clock", BASE "meaning\nclock slot time tai\n",
      BASE "meaning\nclock slot time monotonic\n", DH_ESCHEMA,
      "time: block clock tai, consumer clock monotonic", 0, false },
    { "another range is only noted", BASE "meaning\nrange slot accel.x -1e+01 1e+01\n",
      BASE "meaning\nrange slot accel.x -2e+00 2e+00\n", DH_OK, "", 0, false },
    { "a wider range, asked strictly", BASE "meaning\nrange slot accel.x -1e+01 1e+01\n",
      BASE "meaning\nrange slot accel.x -2e+00 2e+00\n", DH_ESCHEMA,
      "accel.x: block range -1e+01 1e+01, consumer range -2e+00 2e+00", 0, true },
    { "an open bound is wider", BASE "meaning\nrange slot accel.x 0e+00 _\n",
      BASE "meaning\nrange slot accel.x 0e+00 2e+00\n", DH_ESCHEMA,
      "accel.x: block range 0e+00 _, consumer range 0e+00 2e+00", 0, true },
    { "a narrower range, asked strictly", BASE "meaning\nrange slot accel.x -1e+00 1e+00\n",
      BASE "meaning\nrange slot accel.x -2e+00 2e+00\n", DH_OK, "", 0, true },
    { "an open enum that grew", BASE "meaning\nenum slot quality u8 open bad=1 good=0\n",
      BASE "meaning\nenum slot quality u8 open good=0\n", DH_OK, "", 0, false },
    { "a closed enum that the producer has grown",
      BASE "meaning\nenum slot quality u8 closed good=0 bad=1\n",
      BASE "meaning\nenum slot quality u8 closed good=0\n", DH_ESCHEMA,
      "quality: block has bad=1, which the consumer's closed enum does not know", 0, false },
    { "a closed enum that the consumer has grown",
      BASE "meaning\nenum slot quality u8 closed good=0\n",
      BASE "meaning\nenum slot quality u8 closed good=0 bad=1\n", DH_OK, "", 0, false },
    { "closed on one side is closed", BASE "meaning\nenum slot quality u8 open good=0 bad=1\n",
      BASE "meaning\nenum slot quality u8 closed good=0\n", DH_ESCHEMA,
      "quality: block has bad=1, which the consumer's closed enum does not know", 0, false },
    { "an enumerator with another value", BASE "meaning\nenum slot quality u8 open good=0 bad=1\n",
      BASE "meaning\nenum slot quality u8 open good=0 bad=2\n", DH_ESCHEMA,
      "quality: block bad=1, consumer bad=2", 0, false },
    { "a value with another name", BASE "meaning\nflags slot quality u8 stale=0\n",
      BASE "meaning\nflags slot quality u8 good=0\n", DH_ESCHEMA,
      "quality: block stale=0, consumer good=0", 0, false },
    { "a second name for a value", BASE "meaning\nenum slot quality u8 open good=0 ok=0\n",
      BASE "meaning\nenum slot quality u8 open ok=0\n", DH_OK, "", 0, false },
    { "the same, the other way round", BASE "meaning\nenum slot quality u8 closed ok=0\n",
      BASE "meaning\nenum slot quality u8 closed fine=0 ok=0\n", DH_OK, "", 0, false },
    { "other names only for a value", BASE "meaning\nenum slot quality u8 open good=0 ok=0\n",
      BASE "meaning\nenum slot quality u8 open bad=0 worse=0\n", DH_ESCHEMA,
      "quality: block good=0, consumer bad=0", 0, false },
    { "flags that became an enum", BASE "meaning\nenum slot quality u8 open good=0\n",
      BASE "meaning\nflags slot quality u8 good=0\n", DH_ESCHEMA,
      "quality: block enum u8 open good=0, consumer flags u8 good=0", 0, false },
    { "an enum that became flags", BASE "meaning\nflags slot quality u8 good=0\n",
      BASE "meaning\nenum slot quality u8 open good=0\n", DH_ESCHEMA,
      "quality: block flags u8 good=0, consumer enum u8 open good=0", 0, false },
    { "not canonical", "dhs 2\n", BASE "meaning\n", DH_ECORRUPT,
      "the block's schema text is not canonical at line 1", 0, false },
    { "cut short", BASE, BASE "meaning\n", DH_ECORRUPT,
      "the block's schema text is not canonical at line 8", 0, false },
};

START_TEST(each_pair_of_schemas_gets_its_verdict_and_sentence)
{
    const struct row *row = &rows[_i];
    const struct dh_schema *consumer = schema_from_text(0, row->consumer, policy_wait(4, 1));
    struct dh_why why = { .text = "" };
    uint32_t minor = 99;
    dh_err err =
        dhi_attach_verdict(consumer, row->block, strlen(row->block), row->strict, &minor, &why);

    ck_assert_msg(err == row->err, "%s: %s %s", row->reason, dh_error_name(err), why.text);
    if (err == DH_OK)
        ck_assert_msg(minor == row->minor, "%s: minor %u", row->reason, minor);
    else
        ck_assert_str_eq(why.text, row->says);
}
END_TEST

START_TEST(mutated_texts_never_crash_and_never_attach_unequal_layouts)
{
    static const char text[] = GROWN
        "root zone cal align 64\nminor 0 size 4\n0 f32 gain\nmeaning\nunit slot temp \"degC\"\n";
    const struct dh_schema *consumer = schema_from_text(0, text, policy_wait(4, 1));
    size_t end_of_layout = (size_t)(strstr(text, "meaning") - text);

    srand(7);
    for (int round = 0; round < 200000; round++) {
        char copy[sizeof text];
        struct dh_why why;
        uint32_t minor;
        size_t bytes = sizeof text - 1;

        memcpy(copy, text, sizeof text);
        for (int k = rand() % 3; k >= 0; k--)
            copy[(size_t)rand() % bytes] =
                rand() % 3 ? "\n 0189afz./<>[]"[rand() % 14] : (char)rand();
        if (rand() % 8 == 0) bytes = (size_t)rand() % bytes;
        if (dhi_attach_verdict(consumer, copy, bytes, false, &minor, &why) != DH_OK) continue;
        /* accepted at the full minor: then the layout must be ours to the byte */
        if (minor == consumer->minor)
            ck_assert(bytes >= end_of_layout && memcmp(copy, text, end_of_layout) == 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("attach");
    TCase *tests = tcase_create("attach");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_pair_of_schemas_gets_its_verdict_and_sentence, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(tests, mutated_texts_never_crash_and_never_attach_unequal_layouts);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
