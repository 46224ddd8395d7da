/* SPDX-License-Identifier: Apache-2.0
 *
 * What is received is untrusted: wrong, truncated, unsealed and hostile blocks are refused with a
 * reason, and nothing of them stays open.
 */
#include "block/geometry.h"
#include "os/lease.h"
#include "os/memfd.h"
#include "support/block.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A copy of the block's data segment that can still be changed, and the other descriptors. */
static struct dhi_fds forge(const struct dhi_block *block, unsigned char **bytes)
{
    struct dhi_fds fds = fds_of(block);

    close(fds.data);
    fds.data = dhi_memfd_create("forged", block->head.data_bytes);
    *bytes = dhi_memfd_map(fds.data, block->head.data_bytes, true, true);
    ck_assert_ptr_nonnull(*bytes);
    memcpy(*bytes, block->data, block->head.data_bytes);
    return fds;
}

static dh_err map_forged(const struct dhi_block *block, struct dhi_fds fds, unsigned char *bytes,
                         struct dh_why *why)
{
    struct dhi_block *mapped;
    dh_err err;

    munmap(bytes, block->head.data_bytes);
    ck_assert(dhi_memfd_seal(fds.data, true));
    err = dhi_block_map(&mapped, fds, DHI_CONSUMER, why);
    if (err == DH_OK) dhi_block_free(mapped);
    return err;
}

static struct dhi_block *zones_block(void)
{
    return block_make(schema_from_text(0, text_zones, policy_wait(8, 4)), NULL);
}

START_TEST(a_forged_copy_of_a_right_block_is_accepted)
{
    struct dhi_block *block = zones_block();
    unsigned char *bytes;
    struct dhi_fds fds = forge(block, &bytes);
    struct dh_why why;

    ck_assert_int_eq(map_forged(block, fds, bytes, &why),
                     DH_OK); /* so that the refusals below are for the change alone */
    dhi_block_free(block);
}
END_TEST

struct change {
    size_t offset;
    unsigned char flip;
    dh_err err;
    const char *says;
};

#define IN_HEADER(member) offsetof(struct dhi_header, member)

static const struct change changes[] = {
    { IN_HEADER(magic), 1, DH_ECORRUPT, "does not begin like a block" },
    { IN_HEADER(format), 1, DH_EFORMAT, "format 9, this libdh reads format 8" },
    { IN_HEADER(byte_order), 5, DH_EFORMAT, "another byte order" },
    { IN_HEADER(n_slots), 1, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(n_slots) + 3, 0x7f, DH_ECORRUPT, "slots; a ring has 1 to" },
    { IN_HEADER(n_consumers) + 2, 1, DH_ECORRUPT, "consumers; a channel has room for" },
    { IN_HEADER(payload_offset) + 5, 0xff, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(payload_stride), 64, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(evicted_offset), 64, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(alarms_offset), 64, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(refills_offset), 64, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(stall_limit_ns) + 7, 0x80, DH_ECORRUPT, "a stall limit of" },
    { IN_HEADER(states_offset), 1, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(text_offset) + 4, 1, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(text_bytes) + 3, 1, DH_ECORRUPT, "is over the limits" },
    { IN_HEADER(n_roots), 0x80, DH_ECORRUPT, "counts 131 roots" },
    { IN_HEADER(full), 2, DH_ECORRUPT, "is not known" },
    { IN_HEADER(huge_page_bytes), 1, DH_ECORRUPT, "huge pages of 1 bytes" },
    { IN_HEADER(huge_page_bytes) + 1, 0x30, DH_ECORRUPT, "huge pages of 12288 bytes" },
    { IN_HEADER(huge_page_bytes) + 3, 0x80, DH_ECORRUPT, "they are powers of two up to" },
    { IN_HEADER(huge_page_bytes) + 2, 0x20, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(pages), 1, DH_ECORRUPT, "speaks of memory that there is not" },
    { IN_HEADER(asked_numa), 3, DH_ECORRUPT, "speaks of memory that there is not" },
    { IN_HEADER(huge_bytes) + 7, 1, DH_ECORRUPT, "speaks of memory that there is not" },
    { IN_HEADER(data_bytes) + 2, 1, DH_ECORRUPT, "do not follow from its counts" },
    { IN_HEADER(schema_hash), 1, DH_ECORRUPT, "is not the hash of its schema text" },
    { IN_HEADER(minor), 1, DH_ECORRUPT, "do not speak of the same channel" },
};

START_TEST(each_wrong_byte_of_a_header_is_refused_with_a_reason)
{
    struct dhi_block *block = zones_block();
    unsigned before = open_fds();

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct dh_why why = { .text = "" };
        unsigned char *bytes;
        struct dhi_fds fds = forge(block, &bytes);

        bytes[changes[i].offset] ^= changes[i].flip;
        ck_assert_msg(map_forged(block, fds, bytes, &why) == changes[i].err, "change %zu: %s", i,
                      why.text);
        ck_assert_msg(strstr(why.text, changes[i].says) != NULL, "change %zu: %s", i, why.text);
    }
    ck_assert_uint_eq(open_fds(), before);
    dhi_block_free(block);
}
END_TEST

START_TEST(text_roots_and_lineages_must_agree)
{
    struct dhi_block *block = zones_block();
    const size_t offsets[] = { block->head.text_offset + 20, block->head.lineage_offset + 12,
                               block->head.roots_offset + offsetof(struct dhi_root, size_bytes) };

    for (size_t i = 0; i < 3; i++) {
        struct dh_why why;
        unsigned char *bytes;
        struct dhi_fds fds = forge(block, &bytes);

        bytes[offsets[i]] ^= 1;
        ck_assert_int_eq(map_forged(block, fds, bytes, &why), DH_ECORRUPT);
    }
    dhi_block_free(block);
}
END_TEST

START_TEST(random_bytes_anywhere_in_the_description_never_crash_and_do_not_all_pass)
{
    struct dhi_block *block = zones_block();
    unsigned passed = 0;

    srand(20);
    for (int round = 0; round < 3000; round++) {
        struct dh_why why;
        unsigned char *bytes;
        struct dhi_fds fds = forge(block, &bytes);

        for (int k = rand() % 4; k >= 0; k--)
            bytes[(size_t)rand() % block->head.control_offset] = (unsigned char)rand();
        passed += map_forged(block, fds, bytes, &why) == DH_OK;
    }
    ck_assert_uint_lt(passed, 3000); /* what people read, and padding, may be anything */
    dhi_block_free(block);
}
END_TEST

START_TEST(descriptors_that_are_no_sealed_memory_are_refused)
{
    struct dhi_block *block = zones_block(), *mapped;
    unsigned before = open_fds();
    struct dh_why why;

    for (int kind = 0; kind < 6; kind++) {
        struct dhi_fds fds = fds_of(block);
        unsigned char *bytes;
        int ends[2];

        if (kind == 0) { /* not sealed */
            dhi_fds_close(&fds);
            fds = forge(block, &bytes);
            munmap(bytes, block->head.data_bytes);
        } else if (kind == 1) { /* a pipe */
            close(fds.data);
            ck_assert_int_eq(pipe(ends), 0);
            fds.data = ends[0];
            close(ends[1]);
        } else if (kind == 2) { /* a folder */
            close(fds.data);
            fds.data = open("/", O_RDONLY | O_CLOEXEC);
        } else if (kind == 3) { /* too small */
            close(fds.claims);
            fds.claims = dhi_memfd_create("small", 64);
            dhi_memfd_seal(fds.claims, false);
        } else if (kind == 4) { /* missing */
            close(fds.zones);
            fds.zones = -1;
        } else { /* the lease is no memory */
            close(fds.lease);
            fds.lease = open("/dev/null", O_RDWR | O_CLOEXEC);
        }
        ck_assert_msg(dhi_block_map(&mapped, fds, DHI_CONSUMER, &why) == DH_ESEAL, "kind %d: %s",
                      kind, why.text);
    }
    ck_assert_uint_eq(open_fds(), before);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_truncated_block_is_refused)
{
    struct dhi_block *block = zones_block(), *mapped;
    struct dhi_fds fds = fds_of(block);
    struct dh_why why;
    unsigned char half[300];

    close(fds.data);
    fds.data = dhi_memfd_create("short", sizeof half);
    memcpy(half, block->data, sizeof half);
    ck_assert_int_eq(write(fds.data, half, sizeof half), sizeof half);
    ck_assert(dhi_memfd_seal(fds.data, true));
    ck_assert_int_eq(dhi_block_map(&mapped, fds, DHI_CONSUMER, &why), DH_ESEAL);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_consumer_gets_no_writable_view_of_what_the_producer_wrote)
{
    struct dhi_block *block = zones_block();
    struct dhi_fds fds = fds_of(block);
    char path[40];
    int again, copy;
    void *memory =
        mmap(NULL, block->head.data_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fds.data, 0);

    ck_assert_ptr_eq(memory, MAP_FAILED);
    memory = mmap(NULL, block->head.data_bytes, PROT_READ, MAP_SHARED, fds.data, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    ck_assert_int_eq(mprotect(memory, block->head.data_bytes, PROT_READ | PROT_WRITE), -1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fds.data);
    again = open(path, O_RDWR | O_CLOEXEC);
    if (again >= 0) {
        ck_assert_ptr_eq(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0),
                         MAP_FAILED);
        ck_assert_int_eq(pwrite(again, "x", 1, 0), -1);
        ck_assert_int_eq(ftruncate(again, 0), -1);
        close(again);
    }
    copy = dup(fds.data);
    ck_assert_ptr_eq(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, copy, 0), MAP_FAILED);
    close(copy);
    munmap(memory, block->head.data_bytes);
    dhi_fds_close(&fds);
    dhi_block_free(block);
}
END_TEST

START_TEST(options_and_names_out_of_range_are_refused)
{
    const struct dh_schema *schema = schema_from_text(0, text_pair, policy_wait(8, 4));
    struct dh_producer_options huge = { .n_slots = UINT32_MAX }, crowd = { .n_consumers = 2000 },
                               none = { 0 };
    char long_name[DH_CHANNEL_MAX + 2];
    struct dhi_block *block;
    struct dh_why why;

    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    ck_assert_int_eq(dhi_block_create(&block, schema, "a b", &none, &why), DH_EINVAL);
    ck_assert_str_eq(why.text,
                     "'a b' is no channel name: 1 to 79 of letters, digits, '_', '-', '.'");
    ck_assert_int_eq(dhi_block_create(&block, schema, "", &none, &why), DH_EINVAL);
    ck_assert_int_eq(dhi_block_create(&block, schema, long_name, &none, &why), DH_EINVAL);
    ck_assert_int_eq(dhi_block_create(&block, schema, "x", &huge, &why), DH_ELIMIT);
    ck_assert_int_eq(dhi_block_create(&block, schema, "x", &crowd, &why), DH_ELIMIT);
    ck_assert_str_eq(why.text, "2000 consumers; a channel has room for 1 to 1024");
}
END_TEST

/* What @large allows: the size of a schema's root is no limit of the runtime, memory is. */
START_TEST(the_largest_root_of_a_schema_has_a_place)
{
    struct dhi_header head = { .n_slots = 2, .n_consumers = 1, .n_roots = 2, .n_lineage = 2 };
    struct dhi_root roots[2] = { { .size_bytes = INT32_MAX }, { .size_bytes = INT32_MAX } };
    struct dh_why why;

    ck_assert_int_eq(dhi_geometry_place(&head, roots, &why), DH_OK);
    ck_assert_uint_eq(head.payload_stride, UINT64_C(1) << 31);
    ck_assert_uint_ge(roots[1].value_offset, head.payload_offset + 2 * head.payload_stride);
    ck_assert_uint_ge(head.data_bytes, roots[1].value_offset + INT32_MAX);
    roots[1].size_bytes = (uint32_t)INT32_MAX + 1;
    ck_assert_int_eq(dhi_geometry_place(&head, roots, &why), DH_ELIMIT);
}
END_TEST

START_TEST(a_block_larger_than_the_machine_is_refused_before_it_is_asked_for)
{
    static const char text[] = "dhs 1\nfamily test/huge 1\norder little\nroot slot align 64\nminor "
                               "0 size 1000000000\n0 u8[1000000000] a\nmeaning\n";
    struct dh_producer_options none = { 0 };
    struct dhi_block *block;
    struct dh_why why;

    ck_assert_int_eq(dhi_block_create(&block, schema_from_text(0, text, policy_wait(60, 1)), "x",
                                      &none, &why),
                     DH_ELIMIT);
    ck_assert_ptr_nonnull(strstr(why.text, "MiB"));
}
END_TEST

START_TEST(a_lease_is_gone_with_its_process_and_not_inherited_by_its_children)
{
    struct dhi_block *block = zones_block();
    struct dhi_fds fds = fds_of(block);
    int go[2], end[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(go), 0);
    ck_assert_int_eq(pipe(end), 0);
    child = fork();
    if (child == 0) {
        int lease = dhi_lease_open(fds.lease);

        close(end[1]);
        if (!dhi_lease_lock(lease, DHI_LEASE_CONSUMER)) _exit(1);
        /* The grandchild outlives the child, until we close `end`. It says that it runs, and has
         * closed what it must not keep: a lease is shared until then, some microseconds. */
        if (fork() == 0) _exit(write(go[1], "x", 1) != 1 || read(end[0], &byte, 1) != 0);
        pause();
    }
    close(end[0]);
    ck_assert_int_eq(read(go[0], &byte, 1), 1);
    ck_assert(dhi_lease_held(fds.lease, DHI_LEASE_CONSUMER));
    ck_assert(!dhi_lease_held(fds.lease, DHI_LEASE_CONSUMER + 1));
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert(!dhi_lease_held(fds.lease, DHI_LEASE_CONSUMER));
    close(end[1]);
    dhi_fds_close(&fds);
    dhi_block_free(block);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment");
    TCase *tests = tcase_create("segment");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_forged_copy_of_a_right_block_is_accepted);
    tcase_add_test(tests, each_wrong_byte_of_a_header_is_refused_with_a_reason);
    tcase_add_test(tests, text_roots_and_lineages_must_agree);
    tcase_add_test(tests, random_bytes_anywhere_in_the_description_never_crash_and_do_not_all_pass);
    tcase_add_test(tests, descriptors_that_are_no_sealed_memory_are_refused);
    tcase_add_test(tests, a_truncated_block_is_refused);
    tcase_add_test(tests, a_consumer_gets_no_writable_view_of_what_the_producer_wrote);
    tcase_add_test(tests, options_and_names_out_of_range_are_refused);
    tcase_add_test(tests, the_largest_root_of_a_schema_has_a_place);
    tcase_add_test(tests, a_block_larger_than_the_machine_is_refused_before_it_is_asked_for);
    tcase_add_test(tests, a_lease_is_gone_with_its_process_and_not_inherited_by_its_children);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
