/* SPDX-License-Identifier: Apache-2.0
 *
 * Who has let go of its memory: nobody that may still run, whatever else is true of it.
 */
#include "os/identity.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t spawn(void (*run)(void))
{
    int told[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(told), 0);
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)!write(told[1], "r", 1);
        run();
        _exit(0);
    }
    ck_assert_int_eq(read(told[0], &byte, 1), 1);
    close(told[0]);
    close(told[1]);
    return child;
}

static void rest(void)
{
    for (;;)
        pause();
}

static void return_soon(void)
{
    usleep(1000);
}

static void *rest_in_a_thread(void *nothing)
{
    rest();
    return nothing;
}

static void leave_to_a_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, rest_in_a_thread, NULL) != 0) _exit(1);
    pthread_exit(NULL);
}

static bool let_go(pid_t pid)
{
    return dhi_identity_let_go((uint32_t)pid, 0);
}

/* It has ended, and is not buried: all that /proc will ever say is said. */
static void until_ended(pid_t pid)
{
    siginfo_t info;

    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

START_TEST(who_lives_has_not)
{
    pid_t child = spawn(rest);

    ck_assert(!let_go(getpid()));
    ck_assert(!let_go(child));
    kill(child, SIGSTOP);
    ck_assert_int_eq(waitpid(child, NULL, WUNTRACED), child);
    ck_assert(!let_go(child));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}
END_TEST

START_TEST(a_process_whose_first_thread_ended_has_not)
{
    pid_t child = spawn(leave_to_a_thread);
    char state = 0;

    while (state != 'Z') { /* its first thread's */
        state = dhi_identity_state((uint32_t)child, 0, 0);
        ck_assert_int_ne(state, 0);
        usleep(1000);
    }
    ck_assert(!let_go(child));
    kill(child, SIGKILL);
    until_ended(child);
    ck_assert(let_go(child));
    waitpid(child, NULL, 0);
}
END_TEST

START_TEST(who_was_killed_has_and_who_returned)
{
    pid_t killed = spawn(rest), returned = spawn(return_soon);

    kill(killed, SIGKILL);
    until_ended(killed);
    ck_assert(let_go(killed));
    until_ended(returned);
    ck_assert(let_go(returned));
    waitpid(killed, NULL, 0);
    waitpid(returned, NULL, 0);
}
END_TEST

START_TEST(of_who_is_gone_or_elsewhere_nothing_is_said)
{
    struct dhi_identity self;
    pid_t child = spawn(rest);

    dhi_identity_self(&self);
    kill(child, SIGKILL);
    until_ended(child);
    ck_assert(dhi_identity_let_go((uint32_t)child, self.pid_namespace));
    ck_assert(!dhi_identity_let_go((uint32_t)child, self.pid_namespace + 1));
    waitpid(child, NULL, 0);
    ck_assert(!let_go(child));
    ck_assert(!let_go(0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("os/identity");
    TCase *ending = tcase_create("ending");
    SRunner *runner;
    int failed;

    tcase_add_test(ending, who_lives_has_not);
    tcase_add_test(ending, a_process_whose_first_thread_ended_has_not);
    tcase_add_test(ending, who_was_killed_has_and_who_returned);
    tcase_add_test(ending, of_who_is_gone_or_elsewhere_nothing_is_said);
    suite_add_tcase(suite, ending);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
