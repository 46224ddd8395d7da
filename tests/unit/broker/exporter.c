/* SPDX-License-Identifier: Apache-2.0
 *
 * Who opens connections to the metrics, as many as there may be, and closes them at a moment of
 * his choice, keeps nobody out after that. Between the library and its rounds stands rounds.c.
 */
#include "broker/exporter.h"

#include "rounds.h"

#include <arpa/inet.h>
#include <check.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = DHI_EXPORTER_CONNECTIONS_MAX, ROUNDS = 6, PATIENCE_MS = 10000 };

static uv_loop_t loop;
static struct dhi_exporter *exporter;
static struct sockaddr_in where = { .sin_family = AF_INET };
static rounds_begin **watcher;

/* ---- clients --------------------------------------------------------------------------------- */

static int clients[MOST];
static unsigned wait_for; /* so many rounds that begin with all of them, before they go */

static int connect_one(void)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(client, 0);
    ck_assert_int_eq(connect(client, (const struct sockaddr *)(void *)&where, sizeof where), 0);
    return client;
}

static void all_go(unsigned connections)
{
    if (connections < MOST || wait_for == 0 || --wait_for > 0) return;
    for (size_t i = 0; i < MOST; i++)
        close(clients[i]);
}

/* ---- the exporter's loop --------------------------------------------------------------------- */

static bool over;

static void on_time(uv_timer_t *timer)
{
    over = true;
    uv_timer_stop(timer);
}

/* Whether the loop came to where `done` is true before the time was over. */
static bool runs_until(bool (*done)(void))
{
    uv_timer_t timer;

    over = false;
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, on_time, PATIENCE_MS, 0);
    while (!over && !done())
        uv_run(&loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    return !over;
}

static bool all_gone(void)
{
    return wait_for == 0;
}

static int scraper;
static char said[512];
static size_t said_bytes;

static bool answered(void)
{
    ssize_t got = recv(scraper, said + said_bytes, sizeof said - 1 - said_bytes, MSG_DONTWAIT);

    if (got > 0) said_bytes += (size_t)got;
    return strstr(said, "here they are") != NULL;
}

/* ---- the cases ------------------------------------------------------------------------------- */

static void write_metrics(void *context, FILE *out)
{
    (void)context;
    fputs("here they are\n", out);
}

static void begin(void)
{
    char text[DHI_EXPORTER_TEXT_BYTES], address[16];
    socklen_t bytes = sizeof where;
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = 0;
    ck_assert_int_eq(bind(probe, (const struct sockaddr *)(void *)&where, sizeof where), 0);
    ck_assert_int_eq(getsockname(probe, (struct sockaddr *)(void *)&where, &bytes), 0);
    close(probe);
    snprintf(address, sizeof address, "%u", ntohs(where.sin_port));
    ck_assert_int_eq(uv_loop_init(&loop), 0);
    exporter = dhi_exporter_open(&loop, address, write_metrics, NULL, text);
    ck_assert_msg(exporter != NULL, "%s", text);
    watcher = dlsym(dlopen(DHI_MICROHTTPD, RTLD_NOW | RTLD_NOLOAD), "rounds_watcher");
    ck_assert_ptr_nonnull(watcher);
}

static void end(void)
{
    dhi_exporter_stop(exporter);
    uv_run(&loop, UV_RUN_NOWAIT);
    dhi_exporter_free(exporter);
}

START_TEST(they_go_before_a_round)
{
    wait_for = (unsigned)_i;
    *watcher = all_go;
    for (size_t i = 0; i < MOST; i++)
        clients[i] = connect_one();
    ck_assert_msg(runs_until(all_gone), "no %d rounds began with %d connections", _i, MOST);

    static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
    scraper = connect_one();
    ck_assert_int_eq(send(scraper, request, sizeof request - 1, 0), sizeof request - 1);
    ck_assert_msg(runs_until(answered), "kept out by connections that ended: \"%s\"", said);
    close(scraper);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exporter");
    TCase *rounds = tcase_create("rounds");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(rounds, begin, end);
    tcase_set_timeout(rounds, 60);
    tcase_add_loop_test(rounds, they_go_before_a_round, 1, ROUNDS);
    suite_add_tcase(suite, rounds);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
