/* SPDX-License-Identifier: Apache-2.0
 *
 * Strangers: messages that do not fit, descriptors that are something else, peers that are slow,
 * silent or too many. Nobody is held up, nothing leaks, and the answer names what does not fit.
 */
#include "world.h"

#include "os/memfd.h"
#include "wire/proof.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test meets both who answers: a producer directly (0) and a broker (1). */
struct scene {
    pid_t broker;
    struct maker maker;
    char channel[DH_CHANNEL_MAX + 1];
};

static struct scene scene_open(int with_broker)
{
    struct scene scene = { 0 };

    if (with_broker) scene.broker = broker_start(0, NULL, NULL);
    strcpy(scene.channel, world_channel("victim"));
    scene.maker = maker_start(scene.channel, 0, NULL);
    return scene;
}

static void scene_close(struct scene *scene)
{
    struct dh_why why;

    ck_assert_int_eq(look_up(scene->channel, NULL, &why), DH_OK); /* whatever happened before */
    maker_close(&scene->maker);
    if (scene->broker != 0) process_kill(scene->broker, SIGTERM);
}

static int scene_call(const struct scene *scene)
{
    return scene->broker != 0 ? raw_call(world_socket()) : raw_call_direct(0, scene->channel);
}

static pid_t scene_answerer(const struct scene *scene)
{
    return scene->broker != 0 ? scene->broker : scene->maker.pid;
}

static void good_request(struct dhi_wire_request *request, const struct scene *scene)
{
    dhi_request_start(request, DHI_WIRE_KIND_DISCOVER, 1);
    request->role = DHI_WIRE_ROLE_OBSERVER;
    strcpy(request->channel, scene->channel);
}

/* The sentence that came back, "" after a hang-up without one. */
static const char *complaint(int fd)
{
    static struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    ssize_t got;

    ck_assert(dhi_socket_wait(fd, POLLIN, dh_in(5 * DH_S)));
    got = dhi_socket_receive(fd, &reply, sizeof reply, &cargo);
    dhi_cargo_close(&cargo);
    if (got <= 0) return "";
    ck_assert_int_eq(got, sizeof reply);
    ck_assert_int_eq(reply.status, DHI_WIRE_STATUS_BAD_MESSAGE);
    return reply.text;
}

static bool hung_up(int fd)
{
    struct dhi_cargo cargo;
    char byte;

    return dhi_socket_wait(fd, POLLIN, dh_in(5 * DH_S)) &&
           dhi_socket_receive(fd, &byte, 1, &cargo) <= 0;
}

/* ---- messages ----------------------------------------------------------------------------- */

struct misfit {
    size_t offset; /* what is overwritten in a good request */
    size_t bytes;  /* with so many 0xff */
    const char *says;
};

#define FIELD(name) offsetof(struct dhi_wire_request, name)

static const struct misfit misfits[] = {
    { FIELD(magic), 8, "our magic" },
    { FIELD(protocol), 4, "speaks protocol 4294967295, this one 1" },
    { FIELD(kind), 1, "unknown kind 255" },
    { FIELD(lookup), 1, "unknown kind 255" },
    { FIELD(role), 1, "unknown role 255" },
    { FIELD(parts), 1, "descriptors with a discover" },
    { FIELD(channel), 80, "channel's name" },
    { FIELD(channel), 1, "channel's name" },
};

START_TEST(a_field_that_does_not_fit_is_refused_by_name)
{
    struct scene scene = scene_open(_i & 1);
    const struct misfit *misfit = &misfits[_i / 2];
    struct dhi_wire_request request;
    int fd = scene_call(&scene);

    good_request(&request, &scene);
    memset((char *)&request + misfit->offset, 0xff, misfit->bytes);
    ck_assert(dhi_socket_send(fd, &request, sizeof request, NULL));
    const char *said = complaint(fd);
    ck_assert_msg(strstr(said, misfit->says) != NULL, "%s", said);
    ck_assert(hung_up(fd));
    close(fd);
    scene_close(&scene);
}
END_TEST

START_TEST(packets_of_any_wrong_size_are_refused)
{
    static unsigned char packet[65536];
    static const size_t sizes[] = { 1,
                                    11,
                                    12,
                                    20,
                                    sizeof(struct dhi_wire_request) - 1,
                                    sizeof(struct dhi_wire_request) + 1,
                                    4096,
                                    sizeof packet };
    struct scene scene = scene_open(_i);
    struct dhi_wire_request request;

    good_request(&request, &scene);
    memcpy(packet, &request, sizeof request);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int fd = scene_call(&scene);

        ck_assert(dhi_socket_send(fd, packet, sizes[i], NULL));
        const char *said = complaint(fd);
        ck_assert_msg(strstr(said, "packet of") != NULL, "%zu bytes: %s", sizes[i], said);
        close(fd);
    }
    scene_close(&scene);
}
END_TEST

START_TEST(random_bytes_hurt_nobody)
{
    struct scene scene = scene_open(_i);
    int before;

    look_up(scene.channel, NULL, NULL);
    before = open_descriptors(scene_answerer(&scene));
    srand(4711);
    for (int n = 0; n < 400; n++) {
        unsigned char packet[2 * sizeof(struct dhi_wire_request)];
        size_t size = n % 2 ? sizeof(struct dhi_wire_request) : (size_t)rand() % sizeof packet + 1;
        int fd = scene_call(&scene);

        for (size_t i = 0; i < size; i++)
            packet[i] = (unsigned char)rand();
        if (n % 4 == 1) { /* past the first gates */
            dhi_request_start((struct dhi_wire_request *)(void *)packet,
                              (enum dhi_wire_kind)(n / 4 % 4), 1);
            for (size_t i = 13; i < size; i++)
                packet[i] = (unsigned char)(rand() % 4);
        }
        ck_assert(dhi_socket_send(fd, packet, size, NULL));
        close(fd);
    }
    ck_assert_int_eq(look_up(scene.channel, NULL, NULL), DH_OK);
    ck_assert(BECOMES(10000, open_descriptors(scene_answerer(&scene)) <= before));
    scene_close(&scene);
}
END_TEST

/* ---- descriptors --------------------------------------------------------------------------- */

static int some_descriptor(int kind)
{
    int ends[2];

    switch (kind) {
    case 0:
        ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
        close(ends[1]);
        return ends[0];
    case 1: return open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    case 2: return open("/dev/zero", O_RDWR | O_CLOEXEC);
    case 3: return dhi_memfd_create("unsealed", 65536);
    case 4: return open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    default: return raw_call(world_socket());
    }
}

enum { KINDS_OF_DESCRIPTORS = 6 };

static int register_with(const struct dhi_cargo *cargo, uint8_t parts,
                         struct dhi_wire_request *request, struct dhi_wire_reply *reply)
{
    int fd = raw_call(world_socket()), status;

    request->parts = parts;
    status = raw_ask(fd, request, cargo, reply);
    close(fd);
    return status;
}

static void block_request(struct dhi_wire_request *request, const struct dhi_block *block)
{
    dhi_request_start(request, DHI_WIRE_KIND_REGISTER, 1);
    strcpy(request->channel, block->head.channel);
    memcpy(request->instance, block->head.producer.instance, sizeof request->instance);
    memcpy(request->schema_hash, block->head.schema_hash, sizeof request->schema_hash);
}

static const uint8_t three = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;

static struct dhi_cargo cargo_of(const struct dhi_block *block)
{
    return (struct dhi_cargo){ .fds = { block->fds.data, block->fds.claims, block->fds.lease },
                               .n = 3 };
}

START_TEST(descriptors_of_every_wrong_kind_in_every_place_are_refused)
{
    pid_t broker = broker_start(0, NULL, NULL);
    struct dhi_block *block = block_make(world_schema(), NULL);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    int before;

    block_request(&request, block);
    struct dhi_cargo good = cargo_of(block);
    ck_assert_int_eq(register_with(&good, three, &request, &reply), DHI_WIRE_STATUS_OK);
    ck_assert(BECOMES(10000, listed(block->head.channel).via == DH_VIA_BROKER));
    before = open_descriptors(broker);
    for (int place = 0; place < 3; place++)
        for (int kind = 0; kind < KINDS_OF_DESCRIPTORS; kind++) {
            struct dhi_cargo cargo = good;
            int wrong = some_descriptor(kind), status;

            ck_assert_int_ge(wrong, 0);
            cargo.fds[place] = wrong;
            status = register_with(&cargo, three, &request, &reply);
            /* An unsealed memfd as the lease is memory whose lock nobody holds. */
            ck_assert_msg(status == DHI_WIRE_STATUS_BAD_BLOCK, "kind %d at %d: %s %s", kind, place,
                          dhi_wire_status_name(reply.status), reply.text);
            ck_assert_uint_gt(strlen(reply.text), 10);
            close(wrong);
        }
    ck_assert(BECOMES(10000, open_descriptors(broker) <= before));
    process_kill(broker, SIGTERM);
    dhi_block_free(block);
}
END_TEST

struct forgery {
    const char *what;
    int status;
};

static const struct forgery forgeries[] = {
    { "another schema hash", DHI_WIRE_STATUS_BAD_SCHEMA },
    { "another channel", DHI_WIRE_STATUS_BAD_BLOCK },
    { "another instance", DHI_WIRE_STATUS_BAD_BLOCK },
    { "a key without a secret", DHI_WIRE_STATUS_BAD_BLOCK },
    { "no lease", DHI_WIRE_STATUS_BAD_BLOCK },
    { "zones too many", DHI_WIRE_STATUS_BAD_BLOCK },
    { "a text's descriptor", DHI_WIRE_STATUS_BAD_BLOCK },
};

START_TEST(claims_that_the_block_does_not_bear_out_are_refused)
{
    pid_t broker = broker_start(0, NULL, NULL);
    struct dhi_block *block = block_make(world_schema(), NULL);
    struct dhi_cargo cargo = cargo_of(block);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    uint8_t parts = three;

    block_request(&request, block);
    switch (_i) {
    case 0: request.schema_hash[0] ^= 1; break;
    case 1: request.channel[0] ^= 1; break;
    case 2: request.instance[0] ^= 1; break;
    case 3: request.key[0] = 1; break;
    case 4:
        cargo.n = 2;
        parts = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS;
        break;
    case 5:
        cargo = (struct dhi_cargo){ .fds = { block->fds.data, block->fds.claims, block->fds.claims,
                                             block->fds.lease },
                                    .n = 4 };
        parts |= DHI_WIRE_PARTS_ZONES;
        break;
    case 6: parts = three ^ DHI_WIRE_PARTS_LEASE ^ DHI_WIRE_PARTS_TEXT; break;
    }
    int status = register_with(&cargo, parts, &request, &reply);
    ck_assert_msg(status == forgeries[_i].status, "%s: %s", forgeries[_i].what, reply.text);
    ck_assert_int_eq(listed(block->head.channel).via, 0);
    dhi_block_free(block);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(more_or_fewer_descriptors_than_announced_are_refused)
{
    struct scene scene = scene_open(_i);
    struct dhi_cargo cargo = { .fds = { 0, 1, 2, 0 }, .n = 4 };
    struct dhi_wire_request request;
    int before = open_descriptors(scene_answerer(&scene));

    for (size_t n = 1; n <= 4; n++) {
        int fd = scene_call(&scene);

        good_request(&request, &scene);
        cargo.n = n;
        ck_assert(dhi_socket_send(fd, &request, sizeof request, &cargo));
        ck_assert_ptr_nonnull(strstr(complaint(fd), "descriptors came"));
        close(fd);
    }
    ck_assert(BECOMES(10000, open_descriptors(scene_answerer(&scene)) <= before));
    scene_close(&scene);
}
END_TEST

START_TEST(two_hundred_descriptors_in_one_packet_are_refused_and_closed)
{
    struct scene scene = scene_open(_i);
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(200 * sizeof(int))];
    } control = { 0 };
    struct dhi_wire_request request;
    struct iovec part = { .iov_base = &request, .iov_len = sizeof request };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int before = open_descriptors(scene_answerer(&scene)), fd = scene_call(&scene);

    good_request(&request, &scene);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(200 * sizeof(int)); /* all of them standard input */
    ck_assert_int_eq(sendmsg(fd, &message, 0), sizeof request);
    ck_assert_ptr_nonnull(strstr(complaint(fd), "cannot be received"));
    close(fd);
    ck_assert(BECOMES(10000, open_descriptors(scene_answerer(&scene)) <= before));
    scene_close(&scene);
}
END_TEST

/* ---- requests out of place ------------------------------------------------------------------ */

START_TEST(a_connection_registers_one_channel_and_another_s_is_not_its_to_deregister)
{
    pid_t broker = broker_start(0, NULL, NULL);
    struct dhi_block *block = block_make(world_schema(), NULL);
    struct dhi_cargo cargo = cargo_of(block);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    int owner = raw_call(world_socket()), other = raw_call(world_socket());

    block_request(&request, block);
    request.parts = three;
    ck_assert_int_eq(raw_ask(owner, &request, &cargo, &reply), DHI_WIRE_STATUS_OK);
    ck_assert_int_eq(raw_ask(owner, &request, &cargo, &reply), DHI_WIRE_STATUS_BAD_MESSAGE);
    request.kind = DHI_WIRE_KIND_DEREGISTER;
    request.parts = 0;
    ck_assert_int_eq(raw_ask(other, &request, NULL, &reply), DHI_WIRE_STATUS_NOT_OWNER);
    request.instance[3] ^= 1;
    ck_assert_int_eq(raw_ask(owner, &request, NULL, &reply), DHI_WIRE_STATUS_NOT_FOUND);
    request.instance[3] ^= 1;
    ck_assert_int_eq(raw_ask(owner, &request, NULL, &reply), DHI_WIRE_STATUS_OK);
    ck_assert_int_eq(listed(block->head.channel).via, 0);
    close(owner);
    close(other);
    dhi_block_free(block);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_producer_is_no_broker)
{
    struct scene scene = scene_open(0);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    int fd = scene_call(&scene);

    good_request(&request, &scene);
    request.kind = DHI_WIRE_KIND_DEREGISTER;
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_BAD_MESSAGE);
    ck_assert_str_eq(reply.text, "this is a producer, not a broker");
    good_request(&request, &scene);
    request.channel[0] ^= 1;
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_NOT_FOUND);
    good_request(&request, &scene);
    request.role = DHI_WIRE_ROLE_NONE;
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_BAD_MESSAGE);
    close(fd);
    scene_close(&scene);
}
END_TEST

/* ---- peers that are slow, or many ------------------------------------------------------------ */

START_TEST(who_says_nothing_is_shown_out)
{
    struct scene scene = scene_open(_i);
    int fd = scene_call(&scene);
    int64_t begin = dh_now();

    ck_assert(hung_up(fd));
    ck_assert_int_gt(dh_now() - begin, DH_S);
    close(fd);
    scene_close(&scene);
}
END_TEST

START_TEST(who_asks_and_does_not_read_is_shown_out)
{
    struct scene scene = scene_open(_i);
    struct dhi_wire_request request;
    int fd = scene_call(&scene), n = 0;

    good_request(&request, &scene);
    request.lookup = DHI_WIRE_LOOKUP_PATTERN;
    while (n < 100000 && dhi_socket_wait(fd, POLLOUT, dh_in(DH_S)) &&
           dhi_socket_send(fd, &request, sizeof request, NULL))
        n++;
    ck_assert_int_lt(n, 100000);
    ck_assert(errno == EPIPE || errno == ECONNRESET);
    close(fd);
    scene_close(&scene);
}
END_TEST

START_TEST(hundreds_of_silent_connections_keep_nobody_out)
{
    enum { LORISES = 400 };
    struct scene scene = scene_open(_i);
    int before = open_descriptors(scene_answerer(&scene)), lorises[LORISES];

    for (int i = 0; i < LORISES; i++)
        lorises[i] = scene_call(&scene);
    ck_assert_int_eq(look_up(scene.channel, NULL, NULL), DH_OK);
    ck_assert_int_lt(open_descriptors(scene_answerer(&scene)), before + 300);
    for (int i = 0; i < LORISES; i++)
        close(lorises[i]);
    ck_assert(BECOMES(10000, open_descriptors(scene_answerer(&scene)) <= before));
    scene_close(&scene);
}
END_TEST

static int stay_connected(const void *argument)
{
    const struct scene *scene = argument;
    int fds[64];

    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        fds[i] = scene_call(scene);
    for (size_t i = 0; i < 16; i++) /* all but a few were shown out at once */
        if (!hung_up(fds[i])) return 1;
    return 0;
}

START_TEST(strangers_have_few_places_and_take_none_from_others)
{
    struct scene scene = scene_open(0);

    ck_assert_int_eq(as_user(STRANGER, stay_connected, &scene), 0);
    scene_close(&scene);
}
END_TEST

START_TEST(a_hundred_clients_at_once_are_all_served_and_nothing_leaks)
{
    enum { CLIENTS = 100, ROUNDS = 5 };
    struct scene scene = scene_open(_i);
    int before, failed = 0, status;

    look_up(scene.channel, NULL, NULL);
    before = open_descriptors(scene_answerer(&scene));
    for (int i = 0; i < CLIENTS; i++) {
        if (fork() != 0) continue;
        for (int round = 0; round < ROUNDS; round++)
            if (look_up(scene.channel, NULL, NULL) != DH_OK) _exit(1);
        _exit(0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        ck_assert_int_gt(wait(&status), 0);
        failed += status != 0;
    }
    ck_assert_int_eq(failed, 0);
    ck_assert(BECOMES(10000, open_descriptors(scene_answerer(&scene)) <= before));
    scene_close(&scene);
}
END_TEST

/* ---- brokers that lie ----------------------------------------------------------------------- */

static const char *const lies[] = {
    "descriptors came than the role needs", /* OK, and none */
    "speaks protocol 2",
    "where a message has",
    "not asked",
    "hung up",
};

static void tell(int lie, int fd, const struct dhi_wire_request *request)
{
    struct dhi_wire_reply reply;

    dhi_reply_start(&reply, request);
    if (lie == 1) reply.protocol = 2;
    if (lie == 3) reply.serial++;
    if (lie != 4) dhi_socket_send(fd, &reply, lie == 2 ? 100 : sizeof reply, NULL);
}

static void lie_to_all(int lie)
{
    struct dhi_address address;
    int listener;

    dhi_address_file(&address, world_socket());
    listener = dhi_socket_bind(&address);
    if (listener < 0 || listen(listener, 8) != 0) _exit(1);
    while (dhi_socket_wait(listener, POLLIN, DH_FOREVER)) {
        int fd = dhi_socket_accept(listener);
        struct dhi_wire_request request;
        struct dhi_cargo cargo = { .n = 0 };

        if (fd < 0) continue;
        if (dhi_socket_wait(fd, POLLIN, dh_in(DH_S)) &&
            dhi_socket_receive(fd, &request, sizeof request, &cargo) == sizeof request)
            tell(lie, fd, &request);
        dhi_cargo_close(&cargo);
        close(fd);
    }
}

START_TEST(a_broker_that_lies_is_not_believed_and_stands_in_nobody_s_way)
{
    const char *channel = world_channel("truth");
    dh_producer *producer;
    struct dh_why why;
    dh_err expected = _i == 4 ? DH_ENOTFOUND : DH_EPROTOCOL;
    pid_t liar = fork();

    if (liar == 0) lie_to_all(_i);
    ck_assert(BECOMES(10000, broker_answers()));
    ck_assert_int_eq(look_up(channel, NULL, &why), expected);
    ck_assert_msg(strstr(why.text, lies[_i]) != NULL, "%s", why.text);
    /* A liar's OK is a registration all the same; whatever it says, direct look-ups go on. */
    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, &why), DH_OK);
    ck_assert_int_eq(look_up(channel, NULL, &why), DH_OK);
    dh_producer_close(producer);
    process_kill(liar, SIGKILL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostile");
    TCase *all = tcase_create("strangers");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(all, world_open, world_close);
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, a_field_that_does_not_fit_is_refused_by_name, 0,
                        (int)(2 * sizeof misfits / sizeof misfits[0]));
    tcase_add_loop_test(all, packets_of_any_wrong_size_are_refused, 0, 2);
    tcase_add_loop_test(all, random_bytes_hurt_nobody, 0, 2);
    tcase_add_test(all, descriptors_of_every_wrong_kind_in_every_place_are_refused);
    tcase_add_loop_test(all, claims_that_the_block_does_not_bear_out_are_refused, 0,
                        (int)(sizeof forgeries / sizeof forgeries[0]));
    tcase_add_loop_test(all, more_or_fewer_descriptors_than_announced_are_refused, 0, 2);
    tcase_add_loop_test(all, two_hundred_descriptors_in_one_packet_are_refused_and_closed, 0, 2);
    tcase_add_test(all, a_connection_registers_one_channel_and_another_s_is_not_its_to_deregister);
    tcase_add_test(all, a_producer_is_no_broker);
    tcase_add_loop_test(all, who_says_nothing_is_shown_out, 0, 2);
    tcase_add_loop_test(all, who_asks_and_does_not_read_is_shown_out, 0, 2);
    tcase_add_loop_test(all, hundreds_of_silent_connections_keep_nobody_out, 0, 2);
    if (geteuid() == 0)
        tcase_add_test(all, strangers_have_few_places_and_take_none_from_others);
    else
        fprintf(stderr, "SKIPPED: tests with other users need root\n");
    tcase_add_loop_test(all, a_hundred_clients_at_once_are_all_served_and_nothing_leaks, 0, 2);
    tcase_add_loop_test(all, a_broker_that_lies_is_not_believed_and_stands_in_nobody_s_way, 0,
                        (int)(sizeof lies / sizeof lies[0]));
    suite_add_tcase(suite, all);

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
