/* SPDX-License-Identifier: Apache-2.0
 *
 * A consumer that wants to write what the producer wrote: every way that Linux knows from a
 * descriptor or a mapping to writable memory, each in a test with its name. What only needs the
 * right to trace the producer is here too, as what it is: nothing that a library can forbid.
 */
#include "block/format.h"
#include "os/memfd.h"
#include "os/socket.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* What the producer tells of itself, which a thief would find in /proc. */
struct loot {
    int data, claims;
    unsigned char *mapping;
};

struct scene {
    pid_t producer;
    int end; /* closed: the producer ends */
    struct loot loot;
    struct dhi_block *block; /* ours, as a consumer that joined */
    dh_consumer *consumer;
    unsigned char *before; /* the data segment as it was */
};

static struct scene scene;
static char channel[48];

static const struct dh_schema *schema(void)
{
    return schema_from_text(2, text_frame, policy_wait(4, 4));
}

/* The producer's own descriptor and mapping: those of memory called dh:CHANNEL:data. */
static unsigned char *mapping_of(pid_t pid, const char *part)
{
    char path[32], wanted[80], line[512];
    unsigned long from = 0;
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    snprintf(wanted, sizeof wanted, "memfd:dh:%s:%s", channel, part);
    file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, wanted) != NULL && sscanf(line, "%lx", &from) == 1;
    if (file != NULL) fclose(file);
    return found ? (unsigned char *)from : NULL; // NOLINT(performance-no-int-to-ptr): /proc's text
}

static int descriptor_of(pid_t pid, const char *part)
{
    char path[48], wanted[80], target[128];

    snprintf(wanted, sizeof wanted, "memfd:dh:%s:%s", channel, part);
    for (int fd = 0; fd < 256; fd++) {
        ssize_t n;

        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
        n = readlink(path, target, sizeof target - 1);
        if (n < 0) continue;
        target[n] = '\0';
        if (strstr(target, wanted) != NULL) return fd;
    }
    return -1;
}

static _Noreturn void produce(int ready, int end, uid_t uid, bool dumpable)
{
    static const uint64_t frame[128] = { 1, 2, 3 };
    dh_producer *producer;
    struct loot loot = { 0 };
    struct dh_why why;
    char byte;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (uid != 0 && setresuid(uid, uid, uid) != 0) _exit(3);
    if (dh_producer_open(&producer, schema(), channel, NULL, &why) != DH_OK) {
        fprintf(stderr, "producer: %s\n", why.text);
        _exit(1);
    }
    if (dh_producer_send(producer, DH_NOW, frame, sizeof frame) != DH_OK) _exit(2);
    loot.data = descriptor_of(getpid(), "data");
    loot.claims = descriptor_of(getpid(), "claims");
    loot.mapping = mapping_of(getpid(), "data");
    prctl(PR_SET_DUMPABLE, dumpable); /* setresuid() took it */
    if (write(ready, &loot, sizeof loot) != sizeof loot || read(end, &byte, 1) < 0) _exit(4);
    dh_producer_close(producer);
    _exit(0);
}

static void start_producer(uid_t uid, bool dumpable)
{
    int ready[2], end[2];

    snprintf(channel, sizeof channel, "test.writable.%d", (int)getpid());
    ck_assert_int_eq(pipe(ready), 0);
    ck_assert_int_eq(pipe(end), 0);
    scene.producer = fork();
    if (scene.producer == 0) {
        close(end[1]);
        produce(ready[1], end[0], uid, dumpable);
    }
    close(ready[1]);
    close(end[0]);
    scene.end = end[1];
    ck_assert_int_eq(read(ready[0], &scene.loot, sizeof scene.loot), sizeof scene.loot);
    close(ready[0]);
}

static void end_producer(void)
{
    int status;

    close(scene.end);
    ck_assert_int_eq(waitpid(scene.producer, &status, 0), scene.producer);
    ck_assert_int_eq(status, 0);
}

/* A consumer that joined as any does; what it was given is taken from the library's inside, as a
 * hostile program can take it from its own. */
static void set_up(void)
{
    struct dh_why why;

    memset(&scene, 0, sizeof scene);
    start_producer(0, true);
    ck_assert_msg(dh_consumer_open(&scene.consumer, schema(), channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    scene.block = dh_consumer_slot_rw(scene.consumer)->block;
    scene.before = malloc(scene.block->head.data_bytes);
    ck_assert_ptr_nonnull(scene.before);
    memcpy(scene.before, scene.block->data, scene.block->head.data_bytes);
}

static bool untouched(void)
{
    return memcmp(scene.before, scene.block->data, scene.block->head.data_bytes) == 0;
}

static void tear_down(void)
{
    ck_assert_msg(untouched(), "bytes of the data segment have changed");
    dh_consumer_close(scene.consumer);
    free(scene.before);
    end_producer();
}

/* A description of our own, open for writing: the file's mode lets its owner have one. */
static int reopened(int flags)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", scene.block->fds.data);
    return open(path, flags | O_CLOEXEC);
}

static int for_writing(void)
{
    int fd = reopened(O_RDWR);

    ck_assert_msg(fd >= 0, "the file's owner cannot reopen it: %s", strerror(errno));
    return fd;
}

/* No mapping of fd is writable, nor becomes so. */
static void no_writable_mapping(int fd)
{
    static const int kinds[] = { MAP_SHARED, MAP_SHARED_VALIDATE };
    unsigned char *memory;

    for (size_t i = 0; i < 2; i++) {
        memory = mmap(NULL, DHI_PAGE, PROT_READ | PROT_WRITE, kinds[i], fd, 0);
        ck_assert_ptr_eq(memory, MAP_FAILED);
        ck_assert_msg(errno == EACCES || errno == EPERM, "mmap: %s", strerror(errno));
    }
    memory = mmap(NULL, DHI_PAGE, PROT_READ, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    ck_assert_int_ne(mprotect(memory, DHI_PAGE, PROT_READ | PROT_WRITE), 0);
    ck_assert_int_eq(errno, EACCES);
    munmap(memory, DHI_PAGE);
}

/* What failed must have failed for want of the right. */
static void denied(const char *call, long answer)
{
    ck_assert_msg(answer < 0, "%s succeeded", call);
    ck_assert_msg(errno == EPERM || errno == EACCES || errno == EBADF || errno == EROFS, "%s: %s",
                  call, strerror(errno));
}

#define DENIED(call) denied(#call, (long)(call))

/* ---- mappings ---- */

START_TEST(mprotect_of_the_mapping)
{
    DENIED(mprotect(scene.block->data, DHI_PAGE, PROT_READ | PROT_WRITE));
    DENIED(mprotect(scene.block->data, DHI_PAGE, PROT_WRITE));
    DENIED(mprotect(scene.block->data, DHI_PAGE, PROT_READ | PROT_EXEC | PROT_WRITE));
}
END_TEST

START_TEST(pkey_mprotect_of_the_mapping)
{
    DENIED(syscall(SYS_pkey_mprotect, scene.block->data, DHI_PAGE, PROT_READ | PROT_WRITE, -1));
}
END_TEST

START_TEST(a_moved_or_doubled_mapping)
{
    void *doubled = mremap(scene.block->data, 0, DHI_PAGE, MREMAP_MAYMOVE); /* 0: a second one */

    ck_assert_ptr_ne(doubled, MAP_FAILED);
    DENIED(mprotect(doubled, DHI_PAGE, PROT_READ | PROT_WRITE));
    munmap(doubled, DHI_PAGE);
}
END_TEST

START_TEST(mmap_of_the_received_descriptor)
{
    no_writable_mapping(scene.block->fds.data);
}
END_TEST

START_TEST(a_private_mapping_is_a_copy)
{
    unsigned char *copy =
        mmap(NULL, DHI_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, scene.block->fds.data, 0);

    ck_assert_ptr_ne(copy, MAP_FAILED);
    memset(copy, 0xff, DHI_PAGE);
    ck_assert(untouched());
    munmap(copy, DHI_PAGE);
}
END_TEST

START_TEST(our_own_proc_mem)
{
    int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    unsigned char byte = 0xff;
    ssize_t n;

    ck_assert_int_ge(fd, 0);
    n = pwrite(fd, &byte, 1, (off_t)(uintptr_t)scene.block->data);
    ck_assert_msg(n < 0, "/proc/self/mem writes through a read-only mapping");
    close(fd);
}
END_TEST

START_TEST(madvise_that_would_free_or_dirty)
{
    static const int advices[] = { MADV_REMOVE, MADV_FREE, 23 /* MADV_POPULATE_WRITE */ };

    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(madvise(scene.block->data, DHI_PAGE, advices[i]) != 0, "advice %d",
                      advices[i]);
    (void)madvise(scene.block->data, scene.block->head.data_bytes, MADV_DONTNEED); /* no harm */
}
END_TEST

/* A handler of page faults may put pages of its own into memory that is registered with it. */
START_TEST(userfaultfd_on_the_mapping)
{
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    struct uffdio_api api = { .api = UFFD_API };
    struct uffdio_register range = { .range = { (uintptr_t)scene.block->data, DHI_PAGE },
                                     .mode = UFFDIO_REGISTER_MODE_MISSING };

    if (fd < 0 || ioctl(fd, UFFDIO_API, &api) != 0) {
        fprintf(stderr, "skipped: no userfaultfd here: %s\n", strerror(errno));
        if (fd >= 0) close(fd);
        return;
    }
    ck_assert_int_ne(ioctl(fd, UFFDIO_REGISTER, &range), 0);
    close(fd);
}
END_TEST

/* ---- descriptors ---- */

/* So that the refusals below are known to be the seal's: without it, the first trick works. */
START_TEST(without_the_seal_a_read_only_descriptor_is_writable_memory)
{
    int made = dhi_memfd_create("unsealed", DHI_PAGE), given = dhi_memfd_reopen_read_only(made);
    unsigned char *memory;
    char path[32];
    int fd;

    snprintf(path, sizeof path, "/proc/self/fd/%d", given);
    fd = open(path, O_RDWR | O_CLOEXEC);
    memory = mmap(NULL, DHI_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    munmap(memory, DHI_PAGE);
    close(fd);
    close(given);
    close(made);
}
END_TEST

START_TEST(a_duplicate)
{
    int copies[] = { dup(scene.block->fds.data), fcntl(scene.block->fds.data, F_DUPFD, 100),
                     dup3(scene.block->fds.data, 200, O_CLOEXEC) };

    for (size_t i = 0; i < 3; i++) {
        no_writable_mapping(copies[i]);
        close(copies[i]);
    }
}
END_TEST

START_TEST(fcntl_setfl)
{
    (void)fcntl(scene.block->fds.data, F_SETFL, O_RDWR | O_APPEND);
    ck_assert_int_eq(fcntl(scene.block->fds.data, F_GETFL) & O_ACCMODE, O_RDONLY);
    no_writable_mapping(scene.block->fds.data);
}
END_TEST

START_TEST(reopened_through_proc_self_fd)
{
    int fd = for_writing();

    no_writable_mapping(fd);
    close(fd);
}
END_TEST

START_TEST(reopened_through_map_files)
{
    char path[96];
    int fd;

    snprintf(path, sizeof path, "/proc/self/map_files/%lx-%lx", (unsigned long)scene.block->data,
             (unsigned long)(scene.block->data + scene.block->head.data_bytes));
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "skipped: %s: %s\n", path, strerror(errno));
        return;
    }
    no_writable_mapping(fd);
    close(fd);
}
END_TEST

START_TEST(the_producers_own_descriptor)
{
    char path[48];
    int fd;

    ck_assert_int_ge(scene.loot.data, 0);
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)scene.producer, scene.loot.data);
    fd = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno)); /* we are its user */
    no_writable_mapping(fd);
    DENIED(pwrite(fd, "x", 1, 0));
    close(fd);
}
END_TEST

START_TEST(the_producers_own_description_by_pidfd_getfd)
{
    int pidfd = (int)syscall(SYS_pidfd_open, scene.producer, 0);
    int fd = (int)syscall(SYS_pidfd_getfd, pidfd, scene.loot.data, 0);

    ck_assert_msg(fd >= 0, "pidfd_getfd: %s", strerror(errno));
    no_writable_mapping(fd);
    DENIED(pwrite(fd, "x", 1, 0));
    close(fd);
    close(pidfd);
}
END_TEST

START_TEST(opened_with_truncation)
{
    DENIED(reopened(O_RDWR | O_TRUNC));
    DENIED(reopened(O_WRONLY | O_TRUNC));
}
END_TEST

START_TEST(a_second_attach)
{
    dh_consumer *second;
    struct dh_why why;
    struct dhi_block *block;

    ck_assert_msg(dh_consumer_open(&second, schema(), channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    block = dh_consumer_slot_rw(second)->block;
    no_writable_mapping(block->fds.data);
    DENIED(mprotect(block->data, DHI_PAGE, PROT_READ | PROT_WRITE));
    dh_consumer_close(second);
}
END_TEST

/* Through a socket, as the block came to us: the next one gets no more than we have. */
START_TEST(passed_on_to_another_process)
{
    struct dhi_cargo out = { .fds = { scene.block->fds.data }, .n = 1 }, in = { .n = 0 };
    int ends[2], fd = -1;
    char byte;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    ck_assert(dhi_socket_send(ends[0], "x", 1, &out));
    ck_assert_int_eq(dhi_socket_receive(ends[1], &byte, 1, &in), 1);
    fd = in.fds[0];
    no_writable_mapping(fd);
    close(fd);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* ---- seals, size, mode ---- */

START_TEST(taking_seals_away)
{
    int fd = for_writing(), seals = fcntl(fd, F_GET_SEALS);

    DENIED(fcntl(fd, F_ADD_SEALS, 0));
    DENIED(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    ck_assert_int_eq(fcntl(fd, F_GET_SEALS), seals);
    close(fd);
}
END_TEST

START_TEST(another_size)
{
    const struct dhi_fds *fds = &scene.block->fds;
    int all[] = { for_writing(), fds->claims, fds->lease };

    for (size_t i = 0; i < 3; i++) {
        DENIED(ftruncate(all[i], 0));
        DENIED(ftruncate(all[i], 1 << 20));
        DENIED(fallocate(all[i], 0, 0, 1 << 20));
    }
    close(all[0]);
}
END_TEST

START_TEST(holes_in_it)
{
    static const int modes[] = { FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE,
                                 FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE };
    int fd = for_writing();

    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(fallocate(fd, modes[i], 0, DHI_PAGE) != 0, "fallocate mode %d", modes[i]);
    close(fd);
}
END_TEST

START_TEST(made_executable)
{
    int fd = for_writing();
    struct stat status;

    if (fchmod(fd, S_IRUSR | S_IWUSR | S_IXUSR) == 0) /* Linux 6.3 seals this too */
        fprintf(stderr, "note: this kernel lets a memfd become executable\n");
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_uint_eq(status.st_mode & (S_IRWXG | S_IRWXO), 0);
    close(fd);
}
END_TEST

/* ---- writing without a mapping ---- */

START_TEST(write_in_all_its_forms)
{
    static char page[DHI_PAGE];
    struct iovec part = { page, sizeof page };
    int fd = for_writing();

    DENIED(write(fd, page, sizeof page));
    DENIED(pwrite(fd, page, sizeof page, 0));
    DENIED(writev(fd, &part, 1));
    DENIED(pwritev2(fd, &part, 1, 0, 0));
    DENIED(write(scene.block->fds.data, page, sizeof page));
    close(fd);
}
END_TEST

START_TEST(splice_sendfile_and_copy_file_range)
{
    int fd = for_writing(), from = memfd_create("from", MFD_CLOEXEC), ends[2];
    off_t at = 0, to = 0;

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "stolen", 6), 6);
    ck_assert_int_eq(write(from, "stolen", 6), 6);
    DENIED(splice(ends[0], NULL, fd, &to, 6, 0));
    DENIED(sendfile(fd, from, &at, 6));
    at = to = 0;
    DENIED(copy_file_range(from, &at, fd, &to, 6, 0));
    close(ends[0]);
    close(ends[1]);
    close(from);
    close(fd);
}
END_TEST

/* A buffer for devices made of a memfd can be mapped writable, whatever the memfd says, where the
 * kernel does not look for this seal (before Linux 6.13, and where the device may be opened). */
START_TEST(a_dma_buffer_of_it)
{
    int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
    struct udmabuf_create create = { .memfd = (uint32_t)scene.block->fds.data, .size = DHI_PAGE };

    if (device < 0) {
        fprintf(stderr, "skipped: /dev/udmabuf: %s\n", strerror(errno));
        return;
    }
    DENIED(ioctl(device, UDMABUF_CREATE, &create));
    close(device);
}
END_TEST

/* ---- who may trace the producer ---- */

/* Whoever runs as `uid` (and root stays root with 0) tries to write a byte of the producer's own
 * mapping and to open its descriptor. Bits of the exit status: 1: it wrote; 2: it has a writable
 * mapping; 4: it could open the descriptor. */
static int thief(uid_t uid)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        /* the byte is written as it is: what counts is the right to */
        unsigned char byte = 'D';
        struct iovec ours = { &byte, 1 }, theirs = { scene.loot.mapping, 1 };
        char path[48];
        int fd, got = 0;

        if (uid != 0 && setresuid(uid, uid, uid) != 0) _exit(64);
        got |= process_vm_writev(scene.producer, &ours, 1, &theirs, 1, 0) == 1 ? 1 : 0;
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)scene.producer, scene.loot.data);
        fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0) got |= 4;
        if (fd >= 0 &&
            mmap(NULL, DHI_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED)
            got |= 2;
        _exit(got);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status), "the thief was killed: %x", status);
    return WEXITSTATUS(status);
}

static bool is_root(void)
{
    if (geteuid() == 0) return true;
    fprintf(stderr, "skipped: only root can be several users\n");
    return false;
}

/* The limit of what we promise: who may trace a process may write its memory. Should this fail one
 * day, SECURITY.md promises too little. */
START_TEST(a_tracer_can_write_and_no_library_forbids_it)
{
    if (!is_root()) return;
    memset(&scene, 0, sizeof scene);
    start_producer(0, true);
    ck_assert_int_eq(thief(0), 1 | 4); /* but has no writable mapping either */
    end_producer();
}
END_TEST

START_TEST(another_user_cannot)
{
    if (!is_root()) return;
    memset(&scene, 0, sizeof scene);
    start_producer(0, true);
    ck_assert_int_eq(thief(NOBODY), 0);
    end_producer();
}
END_TEST

START_TEST(the_same_user_cannot_where_the_producer_is_not_dumpable)
{
    if (!is_root()) return;
    memset(&scene, 0, sizeof scene);
    start_producer(NOBODY, false);
    ck_assert_int_eq(thief(NOBODY), 0);
    end_producer();
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("writable");
    TCase *tricks = tcase_create("tricks"), *tracers = tcase_create("tracers");

    tcase_add_checked_fixture(tricks, set_up, tear_down);
    tcase_add_test(tricks, mprotect_of_the_mapping);
    tcase_add_test(tricks, pkey_mprotect_of_the_mapping);
    tcase_add_test(tricks, a_moved_or_doubled_mapping);
    tcase_add_test(tricks, mmap_of_the_received_descriptor);
    tcase_add_test(tricks, a_private_mapping_is_a_copy);
    tcase_add_test(tricks, our_own_proc_mem);
    tcase_add_test(tricks, madvise_that_would_free_or_dirty);
    tcase_add_test(tricks, userfaultfd_on_the_mapping);
    tcase_add_test(tricks, without_the_seal_a_read_only_descriptor_is_writable_memory);
    tcase_add_test(tricks, a_duplicate);
    tcase_add_test(tricks, fcntl_setfl);
    tcase_add_test(tricks, reopened_through_proc_self_fd);
    tcase_add_test(tricks, reopened_through_map_files);
    tcase_add_test(tricks, the_producers_own_descriptor);
    tcase_add_test(tricks, the_producers_own_description_by_pidfd_getfd);
    tcase_add_test(tricks, opened_with_truncation);
    tcase_add_test(tricks, a_second_attach);
    tcase_add_test(tricks, passed_on_to_another_process);
    tcase_add_test(tricks, taking_seals_away);
    tcase_add_test(tricks, another_size);
    tcase_add_test(tricks, holes_in_it);
    tcase_add_test(tricks, made_executable);
    tcase_add_test(tricks, write_in_all_its_forms);
    tcase_add_test(tricks, splice_sendfile_and_copy_file_range);
    tcase_add_test(tricks, a_dma_buffer_of_it);
    suite_add_tcase(all, tricks);
    tcase_add_test(tracers, a_tracer_can_write_and_no_library_forbids_it);
    tcase_add_test(tracers, another_user_cannot);
    tcase_add_test(tracers, the_same_user_cannot_where_the_producer_is_not_dumpable);
    suite_add_tcase(all, tracers);
    return all;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
