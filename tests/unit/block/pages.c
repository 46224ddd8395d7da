/* SPDX-License-Identifier: Apache-2.0
 *
 * Huge pages and NUMA nodes: what can be had is had, what cannot is told, and only who requires it
 * is refused. Where the machine lets us, a pool is set aside and shared memory gets transparent
 * huge pages for as long as the test runs; where it does not, that is said, and the rest is tested.
 */
#include "os/pages.h"
#include "support/block.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define POOL        "/proc/sys/vm/nr_hugepages"
#define TRANSPARENT "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

enum { MIB = 1 << 20, SLOTS = 60000, WANTED_MIB = 80 };

static char pool_before[64], transparent_before[64];

/* ---- the machine, as it was found and as it is made ---- */

static bool read_word(const char *path, char *word, size_t size)
{
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(word, (int)size, file) != NULL;

    if (file != NULL) fclose(file);
    if (read) word[strcspn(word, "\n")] = '\0';
    return read;
}

static bool write_word(const char *path, const char *word)
{
    FILE *file = fopen(path, "we");
    bool written = file != NULL && fputs(word, file) >= 0;

    return file != NULL && fclose(file) == 0 && written;
}

/* The word in brackets. */
static void chosen(char *words)
{
    char *from = strchr(words, '['), *to = strchr(words, ']');

    if (from == NULL || to == NULL) return;
    *to = '\0';
    memmove(words, from + 1, strlen(from + 1) + 1);
}

static void set_aside(void)
{
    uint32_t page = dhi_huge_page(DH_PAGES_POOL);
    char word[64];

    if (!read_word(POOL, pool_before, sizeof pool_before) || page == 0) return;
    snprintf(word, sizeof word, "%llu",
             strtoull(pool_before, NULL, 10) + WANTED_MIB * 1ull * MIB / page);
    (void)write_word(POOL, word);
}

static void restore_pool(void)
{
    if (pool_before[0] != '\0') (void)write_word(POOL, pool_before);
}

static void allow_transparent(void)
{
    if (!read_word(TRANSPARENT, transparent_before, sizeof transparent_before)) return;
    chosen(transparent_before);
    (void)write_word(TRANSPARENT, "advise");
}

static void restore_transparent(void)
{
    if (transparent_before[0] != '\0') (void)write_word(TRANSPARENT, transparent_before);
}

static bool no_pool(void)
{
    if (dhi_huge_pool_free() >= WANTED_MIB * (uint64_t)MIB / 8 * 7) return false;
    printf("SKIPPED: no %d MiB of huge pages could be set aside in " POOL "\n", WANTED_MIB);
    return true;
}

static bool no_transparent(void)
{
    if (dhi_huge_page(DH_PAGES_TRANSPARENT) > 0) return false;
    printf("SKIPPED: " TRANSPARENT " cannot be set to advise\n");
    return true;
}

/* ---- blocks ---- */

/* 64 MiB, of slots of 1 KiB. */
static const struct dh_schema *large_schema(void)
{
    return schema_from_text(0, text_frame, policy_wait(SLOTS, 2));
}

static struct dhi_block *large_block(enum dh_pages pages)
{
    struct dh_producer_options options = { .pages = pages };

    return block_make(large_schema(), &options);
}

static dh_err try_block(const struct dh_producer_options *options, struct dh_why *why)
{
    struct dhi_block *block = NULL;
    dh_err err = dhi_block_create(&block, large_schema(), "test.0", options, why);

    if (err == DH_OK) dhi_block_free(block);
    return err;
}

static long faults(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* First touches of all payloads by a process that has just mapped them; not those of a sanitizer's
 * own memory. */
__attribute__((no_sanitize_address)) static long touch_all(const struct dhi_block *block)
{
    unsigned char *memory = dhi_pages_map(block->fds.data, block->head.data_bytes,
                                          block->head.huge_page_bytes, false, false);
    long before = faults();
    volatile unsigned sum = 0;

    ck_assert_ptr_nonnull(memory);
    for (uint64_t at = 0; at < block->head.data_bytes; at += 4096)
        sum += memory[at];
    before = faults() - before;
    munmap(memory, block->head.data_bytes);
    return before;
}

/* What the block says of itself holds, and a message gets through it. */
static void check_block(struct dhi_block *block)
{
    const struct dhi_header *head = &block->head;
    struct dhi_block *reader = block_join(block, DHI_CONSUMER);
    void *again =
        mmap(NULL, head->data_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, block->fds.data, 0);

    ck_assert_ptr_eq(again, MAP_FAILED); /* sealed like any other */
    ck_assert_int_ne(mprotect(reader->data, head->data_bytes, PROT_READ | PROT_WRITE), 0);
    ck_assert_uint_eq(head->data_bytes % (head->huge_page_bytes > 0 ? head->huge_page_bytes : 4096),
                      0);
    if (head->huge_page_bytes > 0) {
        ck_assert_uint_eq((uintptr_t)reader->data % head->huge_page_bytes, 0);
        ck_assert_uint_eq((uintptr_t)block->data % head->huge_page_bytes, 0);
    }
    memset(block->payload + (SLOTS - 1) * head->payload_stride, 0x5a, 1024);
    ck_assert_uint_eq(reader->payload[SLOTS * head->payload_stride - 1], 0x5a);
    dhi_block_free(reader);
}

/* ---- tests ---- */

START_TEST(huge_pages_that_are_not_required_are_never_an_error)
{
    for (enum dh_pages asked = DH_PAGES_SMALL; asked <= DH_PAGES_POOL; asked++) {
        struct dhi_block *block = large_block(asked);

        ck_assert_uint_eq(block->head.asked_pages, asked);
        ck_assert_uint_ne(block->head.pages, DH_PAGES_HUGE);
        if (block->head.pages == DH_PAGES_SMALL)
            ck_assert_uint_eq(block->head.huge_page_bytes + block->head.huge_bytes, 0);
        check_block(block);
        dhi_block_free(block);
    }
}
END_TEST

START_TEST(what_is_required_and_not_there_is_refused_with_what_to_do)
{
    struct dh_producer_options pool = { .pages = DH_PAGES_POOL, .memory_required = true },
                               huge = { .pages = DH_PAGES_HUGE, .memory_required = true },
                               found = { .pages = DH_PAGES_TRANSPARENT, .memory_required = true };
    struct dh_why why;

    if (dhi_huge_pool_free() < 64 * MIB) {
        ck_assert_int_eq(try_block(&pool, &why), DH_ELIMIT);
        ck_assert_ptr_nonnull(strstr(why.text, "huge pages are required"));
    }
    if (dhi_huge_page(DH_PAGES_TRANSPARENT) == 0) {
        ck_assert_int_eq(try_block(&found, &why), DH_ELIMIT);
        ck_assert_ptr_nonnull(strstr(why.text, "shmem_enabled"));
        if (dhi_huge_pool_free() < 64 * MIB) {
            ck_assert_int_eq(try_block(&huge, &why), DH_ELIMIT);
            if (dhi_huge_page(DH_PAGES_POOL) > 0)
                ck_assert_ptr_nonnull(strstr(why.text, "nr_hugepages"));
        }
    }
}
END_TEST

START_TEST(options_out_of_range_are_refused)
{
    const struct dh_producer_options wrong[] = {
        { .pages = (enum dh_pages)4 },
        { .numa = (enum dh_numa)3 },
        { .numa = DH_NUMA_NODE, .numa_node = DH_NUMA_NODES },
        { .numa = DH_NUMA_INTERLEAVE, .numa_node = 1 },
        { .numa_node = 1 },
    };
    struct dh_why why;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(try_block(&wrong[i], &why) == DH_EINVAL, "options %zu: %s", i, why.text);
}
END_TEST

START_TEST(a_block_takes_its_pages_of_the_pool_and_gives_them_back)
{
    struct dh_producer_options huge = { .pages = DH_PAGES_HUGE, .memory_required = true };
    uint64_t before = dhi_huge_pool_free();
    struct dhi_block *block;
    struct dh_why why;

    if (no_pool()) return;
    block = large_block(DH_PAGES_HUGE);
    ck_assert_uint_eq(block->head.pages, DH_PAGES_POOL);
    ck_assert_uint_eq(block->head.huge_bytes, block->head.data_bytes);
    ck_assert_uint_eq(before - dhi_huge_pool_free(), block->head.data_bytes);
    check_block(block);

    /* A second one has no room there: nothing is taken, and small pages do. */
    before = dhi_huge_pool_free();
    huge.pages = DH_PAGES_POOL;
    ck_assert_int_eq(try_block(&huge, &why), DH_ELIMIT);
    ck_assert_ptr_nonnull(strstr(why.text, "nr_hugepages"));
    huge.memory_required = false;
    ck_assert_int_eq(try_block(&huge, &why), DH_OK);
    ck_assert_uint_eq(dhi_huge_pool_free(), before);
    dhi_block_free(block);
    ck_assert_uint_ge(dhi_huge_pool_free(), WANTED_MIB * (uint64_t)MIB / 8 * 7);
}
END_TEST

START_TEST(transparent_pages_are_counted)
{
    struct dhi_block *block;

    if (no_transparent()) return;
    block = large_block(DH_PAGES_TRANSPARENT);
    if (block->head.pages == DH_PAGES_SMALL)
        printf("SKIPPED: the kernel found no transparent huge page\n");
    else
        ck_assert_uint_ge(block->head.huge_bytes, block->head.huge_page_bytes);
    check_block(block);
    dhi_block_free(block);
}
END_TEST

START_TEST(first_touches_are_fewer_with_huge_pages)
{
    struct dhi_block *small, *huge;
    long n_small, n_huge;

    if (no_pool()) return;
    huge = large_block(DH_PAGES_POOL);
    small = large_block(DH_PAGES_SMALL);
    n_small = touch_all(small);
    n_huge = touch_all(huge);
    printf("first touches of %" PRIu64 " MiB: %ld faults with small pages, %ld with huge ones\n",
           huge->head.data_bytes / MIB, n_small, n_huge);
    ck_assert_int_lt(n_huge, n_small);
    ck_assert_int_le(n_huge, (long)(huge->head.data_bytes / huge->head.huge_page_bytes) + 8);
    dhi_block_free(small);
    dhi_block_free(huge);
}
END_TEST

/* ---- nodes ---- */

static struct dhi_block *placed(enum dh_numa numa, uint32_t node)
{
    struct dh_producer_options options = { .numa = numa, .numa_node = node };

    return block_make(large_schema(), &options);
}

START_TEST(a_node_is_got_or_told)
{
    struct dhi_block *here = placed(DH_NUMA_NODE, 0), *nowhere = placed(DH_NUMA_NODE, 1000),
                     *all = placed(DH_NUMA_INTERLEAVE, 0);
    struct dh_producer_options options = { .numa = DH_NUMA_NODE,
                                           .numa_node = 1000,
                                           .memory_required = true };
    struct dh_why why;
    int node;
    bool knows = syscall(SYS_get_mempolicy, &node, NULL, 0ul, here->data, 3ul) == 0;

    ck_assert_uint_eq(here->head.asked_numa, DH_NUMA_NODE);
    if (!knows) printf("SKIPPED: this kernel tells no nodes: %s\n", strerror(errno));
    if (knows && node == 0) ck_assert_uint_eq(here->head.numa, DH_NUMA_NODE);
    check_block(here);
    ck_assert_uint_eq(nowhere->head.numa, DH_NUMA_ANY);
    ck_assert_uint_eq(nowhere->head.asked_node, 1000);
    check_block(nowhere);
    ck_assert_uint_eq(all->head.asked_numa, DH_NUMA_INTERLEAVE);
    check_block(all);
    ck_assert_int_eq(try_block(&options, &why), DH_ELIMIT);
    ck_assert_ptr_nonnull(strstr(why.text, "memory of node 1000 is required"));
    options.memory_required = false;
    options.pages = DH_PAGES_HUGE;
    ck_assert_int_eq(try_block(&options, &why), DH_OK);
    dhi_block_free(all);
    dhi_block_free(nowhere);
    dhi_block_free(here);
}
END_TEST

/* As container runtimes do. */
static bool forbid_mbind(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mbind, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

START_TEST(a_container_that_forbids_placement_is_told_and_not_fatal)
{
    struct dh_producer_options options = { .numa = DH_NUMA_NODE, .memory_required = true };
    struct dhi_block *block;
    struct dh_why why;

    if (!forbid_mbind()) {
        printf("SKIPPED: no filter for system calls here\n");
        return;
    }
    block = placed(DH_NUMA_NODE, 0);
    ck_assert_uint_eq(block->head.asked_numa, DH_NUMA_NODE);
    ck_assert_uint_eq(block->head.numa, DH_NUMA_ANY);
    check_block(block);
    dhi_block_free(block);
    ck_assert_int_eq(try_block(&options, &why), DH_ELIMIT);
    ck_assert_ptr_nonnull(strstr(why.text, "Function not implemented"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pages");
    TCase *plain = tcase_create("as the machine is"), *pool = tcase_create("with a pool"),
          *transparent = tcase_create("with transparent pages"), *nodes = tcase_create("nodes");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(plain, huge_pages_that_are_not_required_are_never_an_error);
    tcase_add_test(plain, what_is_required_and_not_there_is_refused_with_what_to_do);
    tcase_add_test(plain, options_out_of_range_are_refused);
    /* In the parent, so that what a crashed test changed is put right, too. */
    tcase_add_unchecked_fixture(pool, set_aside, restore_pool);
    tcase_add_test(pool, huge_pages_that_are_not_required_are_never_an_error);
    tcase_add_test(pool, a_block_takes_its_pages_of_the_pool_and_gives_them_back);
    tcase_add_test(pool, first_touches_are_fewer_with_huge_pages);
    tcase_add_unchecked_fixture(transparent, allow_transparent, restore_transparent);
    tcase_add_test(transparent, huge_pages_that_are_not_required_are_never_an_error);
    tcase_add_test(transparent, transparent_pages_are_counted);
    tcase_add_test(nodes, a_node_is_got_or_told);
    tcase_add_test(nodes, a_container_that_forbids_placement_is_told_and_not_fatal);
    suite_add_tcase(suite, plain);
    suite_add_tcase(suite, pool);
    suite_add_tcase(suite, transparent);
    suite_add_tcase(suite, nodes);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
