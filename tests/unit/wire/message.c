/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages are believed only as far as they were checked.
 */
#include "wire/message.h"
#include "wire/answer.h"

#include <dh/schema.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct dhi_cargo none = { .n = 0 };

static struct dhi_wire_request request_for(const char *channel)
{
    struct dhi_wire_request request;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 7);
    strcpy(request.channel, channel);
    return request;
}

struct name {
    const char *text;
    bool fits;
};

static const struct name names[] = {
    { "a", true },
    { "lab.imu-2_left", true },
    { "..", true }, /* no file: a dot is a letter like any other */
    { "", false },
    { "a/b", false },
    { "a b", false },
    { "a\n", false },
    { "gr\xc3\xbc\xc3\x9f", false }, /* ASCII, so that it looks the same everywhere */
};

START_TEST(a_channel_s_name_is_of_these_letters)
{
    ck_assert_int_eq(dhi_channel_name_fits(names[_i].text, 80), names[_i].fits);
}
END_TEST

START_TEST(a_name_that_fills_its_field_has_no_end)
{
    char field[80];

    memset(field, 'a', sizeof field);
    ck_assert(!dhi_channel_name_fits(field, sizeof field));
    field[79] = 0;
    ck_assert(dhi_channel_name_fits(field, sizeof field));
    ck_assert(!dhi_channel_name_fits(field, 10));
}
END_TEST

START_TEST(a_good_request_and_its_reply_pass)
{
    struct dhi_wire_request request = request_for("imu");
    struct dhi_wire_reply reply;

    ck_assert_int_eq(dhi_request_check(&request, sizeof request, &none, NULL), DH_OK);
    dhi_reply_start(&reply, &request);
    ck_assert_int_eq(dhi_reply_check(&reply, sizeof reply, &request, &none, NULL), DH_OK);
}
END_TEST

START_TEST(another_protocol_is_named_whatever_the_size)
{
    struct dhi_wire_request request = request_for("imu");
    struct dh_why why;

    request.protocol = 2;
    ck_assert_int_eq(dhi_request_check(&request, 12, &none, &why), DH_EPROTOCOL);
    ck_assert_str_eq(why.text, "the other side speaks protocol 2, this one 1");
}
END_TEST

struct reply_misfit {
    size_t offset, bytes;
    unsigned char value;
    const char *says;
};

#define FIELD(name) offsetof(struct dhi_wire_reply, name)

static const struct reply_misfit reply_misfits[] = {
    { FIELD(magic), 1, 1, "magic" },
    { FIELD(protocol), 1, 9, "protocol 9" },
    { FIELD(kind), 1, DHI_WIRE_KIND_REGISTER, "not asked" },
    { FIELD(serial), 1, 8, "not asked" },
    { FIELD(status), 1, 200, "unknown status 200" },
    { FIELD(n_entries), 1, 17, "out of bounds" },
    { FIELD(n_entries), 4, 0xff, "out of bounds" },
    { FIELD(text), DHI_WIRE_TEXT_BYTES, 'x', "out of bounds" },
    { FIELD(parts), 1, 3, "0 descriptors came where the message announces 2" },
    { FIELD(n_entries), 1, 1, "names are out of bounds" }, /* an entry without a name */
};

START_TEST(a_reply_that_does_not_fit_is_refused_by_name)
{
    const struct reply_misfit *misfit = &reply_misfits[_i];
    struct dhi_wire_request request = request_for("imu");
    struct dhi_wire_reply reply;
    struct dh_why why;

    dhi_reply_start(&reply, &request);
    memset((char *)&reply + misfit->offset, misfit->value, misfit->bytes);
    ck_assert_int_eq(dhi_reply_check(&reply, sizeof reply, &request, &none, &why), DH_EPROTOCOL);
    ck_assert_msg(strstr(why.text, misfit->says) != NULL, "%s", why.text);
}
END_TEST

/* ---- put through -------------------------------------------------------------------------- */

static int n_open(void)
{
    int n = 0;

    for (int fd = 0; fd < 64; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

START_TEST(a_call_comes_with_the_caller_s_connection_and_what_it_brought)
{
    struct dhi_wire_request request = request_for("a"), got;
    struct dhi_cargo brought = { .fds = { dup(2) }, .n = 1 }, in;
    int line[2], caller, before;
    struct dh_why why;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, line), 0);
    before = n_open();
    request.lookup = DHI_WIRE_LOOKUP_PRODUCER;
    request.role = DHI_WIRE_ROLE_CONSUMER;
    request.parts = DHI_WIRE_PARTS_ROLL;
    ck_assert(dhi_call_send(line[0], 1, &request, &brought));
    ck_assert_int_eq(dhi_call_take(line[1], &caller, &got, &in, &why), DH_OK);
    ck_assert_int_eq(got.parts, DHI_WIRE_PARTS_ROLL);
    ck_assert_str_eq(got.channel, "a");
    ck_assert_uint_eq(in.n, 1);
    ck_assert_int_eq(n_open(), before + 2);
    close(caller);
    dhi_cargo_close(&in);
    dhi_cargo_close(&brought);
    close(line[0]);
    ck_assert_int_eq(dhi_call_take(line[1], &caller, &got, &in, &why), DH_ESYS);
    ck_assert_int_eq(why.sys_errno, ECONNRESET);
    close(line[1]);
}
END_TEST

/* What is no call: nothing of it stays open. */
static const struct {
    uint8_t kind, lookup, role, parts;
    size_t n_fds;
    const char *what;
} no_calls[] = {
    { 2, 3, 1, 0, 0, "without the caller's connection" },
    { 2, 3, 1, 0, 1, "without the caller's connection" },
    { 2, 3, 1, DHI_WIRE_PARTS_DOOR, 0, "without the caller's connection" },
    { 2, 3, 1, DHI_WIRE_PARTS_DOOR, 2, "1 descriptors came where the message announces 0" },
    { 2, 3, 2, DHI_WIRE_PARTS_DOOR | DHI_WIRE_PARTS_ROLL, 2, "descriptors with a discover" },
    { 2, 0, 1, DHI_WIRE_PARTS_DOOR, 1, "asks for no producer" },
    { 1, 3, 1, DHI_WIRE_PARTS_DOOR, 1, "asks for no producer" },
    { 3, 3, 1, DHI_WIRE_PARTS_DOOR, 1, "asks for no producer" },
    { 9, 3, 1, DHI_WIRE_PARTS_DOOR, 1, "unknown kind" },
    { 2, 4, 1, DHI_WIRE_PARTS_DOOR, 1, "unknown kind" },
};

START_TEST(what_is_no_call_is_refused_by_name_and_leaves_nothing_open)
{
    struct dhi_wire_request request = request_for("a"), got;
    struct dhi_cargo cargo = { .fds = { 1, 1, 1 }, .n = no_calls[_i].n_fds }, in;
    int line[2], caller, before;
    struct dh_why why;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, line), 0);
    before = n_open();
    request.kind = no_calls[_i].kind;
    request.lookup = no_calls[_i].lookup;
    request.role = no_calls[_i].role;
    request.parts = no_calls[_i].parts;
    ck_assert(dhi_socket_send(line[0], &request, sizeof request, &cargo));
    ck_assert_int_eq(dhi_call_take(line[1], &caller, &got, &in, &why), DH_EPROTOCOL);
    ck_assert_msg(strcasestr(why.text, no_calls[_i].what) != NULL, "%s", why.text);
    ck_assert_int_eq(n_open(), before);
    close(line[0]);
    close(line[1]);
}
END_TEST

START_TEST(control_characters_of_strangers_reach_no_terminal)
{
    struct dhi_wire_request request = request_for("imu");
    struct dhi_wire_reply reply;

    dhi_reply_start(&reply, &request);
    strcpy(reply.text, "red: \033[31m\r\n");
    reply.n_entries = 1;
    strcpy(reply.entries[0].channel, "imu");
    strcpy(reply.entries[0].program, "\a\x7f");
    ck_assert_int_eq(dhi_reply_check(&reply, sizeof reply, &request, &none, NULL), DH_OK);
    ck_assert_str_eq(reply.text, "red: ?[31m??");
    ck_assert_str_eq(reply.entries[0].program, "??");
}
END_TEST

START_TEST(whatever_passes_the_check_has_terminated_strings)
{
    struct dhi_wire_request request;
    unsigned passed = 0;

    srand(99);
    for (int n = 0; n < 200000; n++) {
        request = request_for("imu");
        for (int i = rand() % 4; i >= 0; i--)
            ((unsigned char *)&request)[12 + rand() % (int)(sizeof request - 12)] =
                (unsigned char)(rand() % 8 ? rand() % 4 : rand());
        if (rand() % 3 == 0) memset(request.channel, '*', sizeof request.channel - (n & 1));
        if (rand() % 9 == 0) memset(request.after, 'z', sizeof request.after - (n >> 1 & 1));
        if (dhi_request_check(&request, sizeof request, &none, NULL) != DH_OK) continue;
        passed++;
        ck_assert_ptr_nonnull(memchr(request.channel, 0, sizeof request.channel));
        if (request.lookup == DHI_WIRE_LOOKUP_PATTERN)
            ck_assert_ptr_nonnull(memchr(request.after, 0, sizeof request.after));
        ck_assert_uint_le(request.kind, DHI_WIRE_KIND_DEREGISTER);
    }
    ck_assert_uint_gt(passed, 10000);
}
END_TEST

START_TEST(each_status_is_an_error_but_ok)
{
    ck_assert_int_eq(dhi_status_err(DHI_WIRE_STATUS_OK), DH_OK);
    for (uint8_t status = 1; status <= DHI_WIRE_STATUS_HANGS; status++)
        ck_assert_int_lt(dhi_status_err(status), 0);
    ck_assert_int_eq(dhi_status_err(200), DH_EPROTOCOL);
}
END_TEST

START_TEST(a_page_says_when_there_is_more)
{
    struct dhi_wire_request request = request_for("imu");
    struct dhi_wire_entry entry = { .channel = "imu" };
    struct dhi_answer answer;

    dhi_answer_start(&answer, &request);
    for (int i = 0; i < DHI_WIRE_PAGE_ENTRIES; i++)
        ck_assert(dhi_answer_add(&answer, &entry));
    ck_assert_uint_eq(answer.reply.more, 0);
    ck_assert(!dhi_answer_add(&answer, &entry));
    ck_assert_uint_eq(answer.reply.more, 1);
    ck_assert_uint_eq(answer.reply.n_entries, DHI_WIRE_PAGE_ENTRIES);
}
END_TEST

START_TEST(the_channel_s_owner_and_root_may)
{
    ck_assert(dhi_peer_may(&(struct dhi_peer){ .uid = 1000 }, 1000));
    ck_assert(dhi_peer_may(&(struct dhi_peer){ .uid = 0 }, 1000));
    ck_assert(!dhi_peer_may(&(struct dhi_peer){ .uid = 1001 }, 1000));
    ck_assert(!dhi_peer_may(&(struct dhi_peer){ .uid = 1000 }, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire/message");
    TCase *all = tcase_create("message");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(all, 60); /* of a busy machine */
    tcase_add_loop_test(all, a_channel_s_name_is_of_these_letters, 0,
                        (int)(sizeof names / sizeof names[0]));
    tcase_add_test(all, a_name_that_fills_its_field_has_no_end);
    tcase_add_test(all, a_good_request_and_its_reply_pass);
    tcase_add_test(all, a_call_comes_with_the_caller_s_connection_and_what_it_brought);
    tcase_add_loop_test(all, what_is_no_call_is_refused_by_name_and_leaves_nothing_open, 0,
                        (int)(sizeof no_calls / sizeof no_calls[0]));
    tcase_add_test(all, another_protocol_is_named_whatever_the_size);
    tcase_add_loop_test(all, a_reply_that_does_not_fit_is_refused_by_name, 0,
                        (int)(sizeof reply_misfits / sizeof reply_misfits[0]));
    tcase_add_test(all, control_characters_of_strangers_reach_no_terminal);
    tcase_add_test(all, whatever_passes_the_check_has_terminated_strings);
    tcase_add_test(all, each_status_is_an_error_but_ok);
    tcase_add_test(all, a_page_says_when_there_is_more);
    tcase_add_test(all, the_channel_s_owner_and_root_may);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
