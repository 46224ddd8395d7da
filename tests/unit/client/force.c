/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose process is ended where nothing but a block says whose it is.
 */
#include "client/force.h"

#include "support/block.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STRANGER = 65534 };

/* A process that waits, as that user; it says who it is when it has become that. */
static pid_t bystander(uid_t uid, struct dhi_identity *identity)
{
    int fds[2];
    pid_t pid;

    ck_assert_int_eq(pipe(fds), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        struct dhi_identity self;

        if (setuid(uid) != 0) _exit(1);
        dhi_identity_self(&self);
        (void)!write(fds[1], &self, sizeof self);
        for (;;)
            pause();
    }
    ck_assert_int_eq(read(fds[0], identity, sizeof *identity), sizeof *identity);
    close(fds[0]);
    close(fds[1]);
    return pid;
}

/* A block of ours, alive, that says it was made by somebody else. */
static dh_err end_as_told(const struct dhi_identity *identity, struct dh_why *why)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 1)), NULL);
    struct dhi_block *look = block_join(block, DHI_REAPER);
    dh_err err;

    look->head.producer = *identity;
    err = dhi_force_end(look, -1, false, why);
    dhi_block_free(look);
    dhi_block_free(block);
    return err;
}

START_TEST(a_block_cannot_have_the_process_of_another_user_ended)
{
    struct dhi_identity identity;
    struct dh_why why = { 0 };
    pid_t pid;

    if (geteuid() != 0) return; /* nobody else to be */
    pid = bystander(STRANGER, &identity);
    ck_assert_int_eq(end_as_told(&identity, &why), DH_ECONFLICT);
    ck_assert_ptr_nonnull(strstr(why.text, "no process that can be seen from here is that one"));
    ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

/* The lease is held on by us: its process was ended, and that is no proof. */
START_TEST(a_process_of_the_same_user_is_ended_and_the_lease_decides)
{
    struct dhi_identity identity;
    struct dh_why why = { 0 };
    pid_t pid = bystander(geteuid(), &identity);
    int status;

    ck_assert_int_eq(end_as_told(&identity, &why), DH_ECONFLICT);
    ck_assert_ptr_nonnull(strstr(why.text, "another one still holds the lease"));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client/force");
    TCase *ends = tcase_create("ends");
    SRunner *runner;
    int failed;

    tcase_add_test(ends, a_block_cannot_have_the_process_of_another_user_ended);
    tcase_add_test(ends, a_process_of_the_same_user_is_ended_and_the_lease_decides);
    tcase_set_timeout(ends, 60);
    suite_add_tcase(suite, ends);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
