/* SPDX-License-Identifier: Apache-2.0
 *
 * The broker's desk without its sockets: limits, retention, paging, and a long random sequence of
 * requests after which the directory must still be what a simple model says.
 */
#include "broker/desk.h"
#include "world.h"

#include "os/memfd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct dhi_desk desk;
static dhi_registry *registry;
static dhi_policy *policy;

static void open_desk(void)
{
    /* Refusals are this test's daily bread: they need not be read. */
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(null, STDERR_FILENO);
    close(null);
    char text[DHI_POLICY_TEXT_BYTES];

    policy = dhi_policy_read(NULL, false, text);
    ck_assert_ptr_nonnull(policy);
    dhi_policy_set_channels(policy, 8);
    registry = dhi_registry_open(NULL, dhi_policy_keeping(policy));
    ck_assert_ptr_nonnull(registry);
    dhi_desk_open(&desk, registry, geteuid(), 5 * DH_S, policy);
}

static void close_desk(void)
{
    dhi_desk_close(&desk);
    dhi_registry_close(registry);
    dhi_policy_free(policy);
}

static struct dhi_session session_of(uint32_t uid)
{
    return (struct dhi_session){ .peer = { .pid = (uint32_t)getpid(), .uid = uid } };
}

static struct dhi_block *make_block(const char *channel, const void *secret)
{
    struct dh_producer_options options = { .secret = secret };
    struct dhi_block *block;

    ck_assert_int_eq(dhi_block_create(&block, world_schema(), channel, &options, NULL), DH_OK);
    return block;
}

static int duplicate(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static void registration(struct dhi_wire_request *request, struct dhi_cargo *cargo,
                         const struct dhi_block *block)
{
    dhi_request_start(request, DHI_WIRE_KIND_REGISTER, 1);
    strcpy(request->channel, block->head.channel);
    memcpy(request->instance, block->head.producer.instance, sizeof request->instance);
    memcpy(request->schema_hash, block->head.schema_hash, sizeof request->schema_hash);
    request->parts = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;
    *cargo = (struct dhi_cargo){ .fds = { duplicate(block->fds.data), duplicate(block->fds.claims),
                                          duplicate(block->fds.lease) },
                                 .n = 3 };
}

static enum dhi_wire_status ask(struct dhi_session *session, const struct dhi_wire_request *request,
                                struct dhi_cargo *cargo, struct dhi_answer *answer)
{
    struct dhi_cargo none = { .n = 0 };

    dhi_answer_start(answer, request);
    dhi_desk_handle(&desk, session, request, cargo != NULL ? cargo : &none, answer);
    if (answer->owned >= 0) close(answer->owned);
    return (enum dhi_wire_status)answer->reply.status;
}

static enum dhi_wire_status enrol(struct dhi_session *session, const struct dhi_block *block)
{
    struct dhi_wire_request request;
    struct dhi_answer answer;
    struct dhi_cargo cargo;

    registration(&request, &cargo, block);
    return ask(session, &request, &cargo, &answer);
}

static enum dhi_wire_status ask_simply(struct dhi_session *session, enum dhi_wire_kind kind,
                                       const char *channel, const struct dhi_block *block)
{
    struct dhi_wire_request request;
    struct dhi_answer answer;

    dhi_request_start(&request, kind, 1);
    request.role = kind == DHI_WIRE_KIND_DISCOVER ? DHI_WIRE_ROLE_OBSERVER : DHI_WIRE_ROLE_NONE;
    strcpy(request.channel, channel);
    if (block != NULL)
        memcpy(request.instance, block->head.producer.instance, sizeof request.instance);
    return ask(session, &request, NULL, &answer);
}

START_TEST(a_user_s_channels_are_limited_and_another_user_s_are_not_touched_by_it)
{
    struct dhi_session sessions[10];
    struct dhi_block *blocks[10];
    char name[32];

    desk.uid = 0; /* the system's broker serves everybody */
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "limit.%d", i);
        blocks[i] = make_block(name, NULL);
        sessions[i] = session_of(i == 9 ? STRANGER : 0);
        ck_assert_int_eq(enrol(&sessions[i], blocks[i]),
                         i == 8 ? DHI_WIRE_STATUS_LIMIT : DHI_WIRE_STATUS_OK);
    }
    for (int i = 0; i < 10; i++)
        dhi_block_free(blocks[i]);
}
END_TEST

START_TEST(an_orphan_dies_when_its_lease_is_free_and_is_forgotten_later)
{
    struct dhi_block *block = make_block("orphan", NULL);
    struct dhi_session session = session_of(geteuid());
    int64_t now = dh_now(), due;

    ck_assert_int_eq(enrol(&session, block), DHI_WIRE_STATUS_OK);
    ck_assert(dhi_desk_tick(&desk, now) == DH_FOREVER);
    dhi_desk_hangup(&desk, &session); /* it lives all the same: the kernel says so */
    due = dhi_desk_tick(&desk, now);
    ck_assert_int_lt(due, now + DH_S);
    ck_assert_int_eq(ask_simply(&session, DHI_WIRE_KIND_DISCOVER, "orphan", NULL),
                     DHI_WIRE_STATUS_OK);
    dhi_block_free(block);
    due = dhi_desk_tick(&desk, due);
    ck_assert_int_gt(due, now + 4 * DH_S); /* dead, and kept */
    ck_assert_int_eq(ask_simply(&session, DHI_WIRE_KIND_DISCOVER, "orphan", NULL),
                     DHI_WIRE_STATUS_OK);
    ck_assert(dhi_desk_tick(&desk, due) == DH_FOREVER);
    ck_assert_int_eq(ask_simply(&session, DHI_WIRE_KIND_DISCOVER, "orphan", NULL),
                     DHI_WIRE_STATUS_NOT_FOUND);
}
END_TEST

START_TEST(a_producer_that_comes_back_is_the_same_one)
{
    struct dhi_block *block = make_block("back", NULL);
    struct dhi_session first = session_of(geteuid()), second = first;

    ck_assert_int_eq(enrol(&first, block), DHI_WIRE_STATUS_OK);
    ck_assert_int_eq(enrol(&second, block), DHI_WIRE_STATUS_OK);
    ck_assert_ptr_null(first.listing);
    dhi_desk_hangup(&desk, &first);
    ck_assert(dhi_desk_tick(&desk, dh_now()) == DH_FOREVER);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_block_whose_producer_is_dead_already_is_not_registered)
{
    struct dhi_block *block = make_block("late", NULL);
    struct dhi_session session = session_of(geteuid());
    struct dhi_wire_request request;
    struct dhi_answer answer;
    struct dhi_cargo cargo;

    registration(&request, &cargo, block);
    close(cargo.fds[2]); /* it shares the producer's lock; one of its own does not */
    cargo.fds[2] = dhi_memfd_reopen_read_only(block->fds.lease);
    dhi_block_free(block);
    ck_assert_int_eq(ask(&session, &request, &cargo, &answer), DHI_WIRE_STATUS_BAD_BLOCK);
    ck_assert_str_eq(answer.reply.text, "nobody holds the producer's lease");
}
END_TEST

START_TEST(the_dead_s_name_is_their_owner_s)
{
    struct dhi_block *block = make_block("grave", NULL), *heir = make_block("grave", NULL);
    struct dhi_session owner = session_of(STRANGER), robber = session_of(OTHER_STRANGER);

    desk.uid = 0;
    ck_assert_int_eq(enrol(&owner, block), DHI_WIRE_STATUS_OK);
    ck_assert_int_eq(enrol(&robber, heir), DHI_WIRE_STATUS_CONFLICT);
    dhi_block_free(block);
    dhi_desk_hangup(&desk, &owner);
    ck_assert_int_eq(enrol(&robber, heir), DHI_WIRE_STATUS_REFUSED);
    ck_assert_int_eq(ask_simply(&robber, DHI_WIRE_KIND_DEREGISTER, "grave", heir),
                     DHI_WIRE_STATUS_NOT_FOUND);
    owner = session_of(STRANGER);
    ck_assert_int_eq(enrol(&owner, heir), DHI_WIRE_STATUS_OK);
    dhi_block_free(heir);
}
END_TEST

START_TEST(a_user_s_desk_serves_no_other_user)
{
    struct dhi_session session = session_of(STRANGER);

    desk.uid = OTHER_STRANGER;
    ck_assert_int_eq(ask_simply(&session, DHI_WIRE_KIND_DISCOVER, "any", NULL),
                     DHI_WIRE_STATUS_REFUSED);
    session.peer.uid = 0;
    ck_assert_int_eq(ask_simply(&session, DHI_WIRE_KIND_DISCOVER, "any", NULL),
                     DHI_WIRE_STATUS_NOT_FOUND);
}
END_TEST

START_TEST(a_listing_shows_each_user_their_own)
{
    struct dhi_block *block = make_block("private", NULL);
    struct dhi_session owner = session_of(STRANGER), other = session_of(OTHER_STRANGER);
    struct dhi_wire_request request;
    struct dhi_answer answer;

    desk.uid = 0;
    ck_assert_int_eq(enrol(&owner, block), DHI_WIRE_STATUS_OK);
    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.lookup = DHI_WIRE_LOOKUP_PATTERN;
    ck_assert_int_eq(ask(&owner, &request, NULL, &answer), DHI_WIRE_STATUS_OK);
    ck_assert_uint_eq(answer.reply.n_entries, 1);
    ck_assert_int_eq(ask(&other, &request, NULL, &answer), DHI_WIRE_STATUS_OK);
    ck_assert_uint_eq(answer.reply.n_entries, 0);
    dhi_block_free(block);
}
END_TEST

START_TEST(schemas_are_immutable_and_limited_per_user)
{
    dhi_texts *texts = dhi_texts_open(4096);
    unsigned char hash[32] = { 0 };
    enum dhi_recorded recorded = DHI_RECORDED_NEW;
    unsigned n = 0;
    size_t bytes;

    ck_assert_int_eq(dhi_texts_record(texts, hash, "one", 3, 1), DHI_RECORDED_NEW);
    ck_assert_int_eq(dhi_texts_record(texts, hash, "two", 3, 1), DHI_RECORDED_KNOWN);
    ck_assert_str_eq(dhi_texts_find(texts, hash, &bytes), "one");
    ck_assert_uint_eq(bytes, 3);
    while (recorded == DHI_RECORDED_NEW && ++n < 10000) {
        hash[0] = (unsigned char)n;
        hash[1] = (unsigned char)(n >> 8);
        recorded = dhi_texts_record(texts, hash, "text", 4, 1);
    }
    ck_assert_int_eq(recorded, DHI_RECORDED_LIMIT);
    ck_assert_int_eq(dhi_texts_record(texts, hash, "text", 4, 2), DHI_RECORDED_NEW);
    dhi_texts_close(texts);
}
END_TEST

/* ---- a long random life ------------------------------------------------------------------- */

enum { NAMES = 6, SESSIONS = 12, STEPS = 20000 };

/* What a simple mind expects: for each name the block that is registered and by which session. */
struct expected {
    struct dhi_block *block; /* NULL: no producer runs */
    unsigned char listed[16];
    bool is_listed;
    int session; /* -1: hung up */
};

struct life {
    struct expected names[NAMES];
    struct dhi_session sessions[SESSIONS];
    unsigned n_ok, n_conflicts, n_deaths, n_found;
};

static void random_bytes(void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)rand();
}

static const char *name_of(int name)
{
    static char text[32];

    snprintf(text, sizeof text, "life.%d", name);
    return text;
}

static void step_register(struct life *life, int name, int session)
{
    struct expected *e = &life->names[name];
    struct dhi_block *block = e->block != NULL ? e->block : make_block(name_of(name), NULL);
    bool had = life->sessions[session].listing != NULL;
    enum dhi_wire_status status = enrol(&life->sessions[session], block);

    ck_assert_int_eq(status, had ? DHI_WIRE_STATUS_BAD_MESSAGE : DHI_WIRE_STATUS_OK);
    e->block = block;
    if (status != DHI_WIRE_STATUS_OK) return;
    memcpy(e->listed, block->head.producer.instance, sizeof e->listed);
    e->is_listed = true;
    e->session = session;
    life->n_ok++;
}

static void step_rival(struct life *life, int name, int session)
{
    struct expected *e = &life->names[name];
    struct dhi_block *rival;

    if (e->block == NULL || !e->is_listed || life->sessions[session].listing != NULL ||
        memcmp(e->listed, e->block->head.producer.instance, 16) != 0)
        return;
    rival = make_block(name_of(name), NULL);
    ck_assert_int_eq(enrol(&life->sessions[session], rival), DHI_WIRE_STATUS_CONFLICT);
    dhi_block_free(rival);
    life->n_conflicts++;
}

static void step_die(struct life *life, int name)
{
    struct expected *e = &life->names[name];

    if (e->block == NULL) return;
    dhi_block_free(e->block);
    e->block = NULL;
    life->n_deaths++;
}

static void step_hangup(struct life *life, int session)
{
    dhi_desk_hangup(&desk, &life->sessions[session]);
    life->sessions[session] = session_of(geteuid());
    for (int i = 0; i < NAMES; i++)
        if (life->names[i].session == session) life->names[i].session = -1;
}

static void step_nonsense(struct life *life, int session)
{
    struct dhi_cargo cargo = { .n = 0 };
    struct dhi_wire_request request;
    struct dhi_answer answer;

    random_bytes(&request, sizeof request);
    request.magic = DHI_WIRE_MAGIC;
    request.protocol = DHI_WIRE_PROTOCOL;
    request.kind = (uint8_t)(1 + rand() % 3);
    request.lookup = (uint8_t)(rand() % 3);
    request.role = (uint8_t)(rand() % 5);
    if (request.kind == DHI_WIRE_KIND_REGISTER)
        request.parts = (uint8_t)(rand() % 32);
    else
        request.parts = 0;
    strcpy(request.channel, rand() % 4 ? name_of(rand() % NAMES) : "?[");
    request.after[79] = 0;
    for (int i = __builtin_popcount(request.parts); i > 0 && cargo.n < DHI_SOCKET_FDS; i--)
        cargo.fds[cargo.n++] = rand() % 2 ? dhi_memfd_create("noise", 4096) : duplicate(0);
    if (dhi_request_check(&request, sizeof request, &cargo, NULL) != DH_OK) {
        dhi_cargo_close(&cargo);
        return;
    }
    ask(&life->sessions[session], &request, &cargo, &answer);
}

static void check_name(struct life *life, int name)
{
    struct dhi_session looker = session_of(geteuid());
    bool found =
        ask_simply(&looker, DHI_WIRE_KIND_DISCOVER, name_of(name), NULL) == DHI_WIRE_STATUS_OK;

    ck_assert_int_eq(found, life->names[name].is_listed);
    life->n_found += found;
}

static void step_deregister(struct life *life, int name, int session)
{
    struct expected *e = &life->names[name];
    bool lives = e->block != NULL && e->is_listed &&
                 memcmp(e->listed, e->block->head.producer.instance, 16) == 0;
    struct dhi_wire_request request;
    struct dhi_answer answer;
    enum dhi_wire_status status;

    dhi_request_start(&request, DHI_WIRE_KIND_DEREGISTER, 1);
    strcpy(request.channel, name_of(name));
    memcpy(request.instance, e->listed, sizeof request.instance);
    status = ask(&life->sessions[session], &request, NULL, &answer);
    if (!e->is_listed) {
        ck_assert_int_eq(status, DHI_WIRE_STATUS_NOT_FOUND);
    } else if (lives && e->session != session) {
        ck_assert_int_eq(status, DHI_WIRE_STATUS_NOT_OWNER);
    } else {
        ck_assert_int_eq(status, DHI_WIRE_STATUS_OK);
        e->is_listed = false;
        e->session = -1;
    }
}

static void step(struct life *life)
{
    int name = rand() % NAMES, session = rand() % SESSIONS;

    switch (rand() % 8) {
    case 0: step_register(life, name, session); break;
    case 1: step_rival(life, name, session); break;
    case 2: step_die(life, name); break;
    case 3: step_hangup(life, session); break;
    case 4: step_deregister(life, name, session); break;
    case 5: step_nonsense(life, session); break;
    case 6: check_name(life, name); break;
    case 7: dhi_desk_tick(&desk, dh_now()); break;
    }
}

START_TEST(after_any_sequence_the_desk_knows_what_a_simple_model_knows)
{
    struct life life = { 0 };
    int before = open_descriptors(getpid());

    desk.keep_ns = DH_S * 3600; /* nothing is forgotten by time: the model has no clock */
    srand((unsigned)_i + 1);
    for (int i = 0; i < SESSIONS; i++)
        life.sessions[i] = session_of(geteuid());
    for (int i = 0; i < NAMES; i++)
        life.names[i].session = -1;
    for (int i = 0; i < STEPS; i++)
        step(&life);
    ck_assert_uint_gt(life.n_ok, 100);
    ck_assert_uint_gt(life.n_conflicts, 100);
    ck_assert_uint_gt(life.n_deaths, 100);
    ck_assert_uint_gt(life.n_found, 100);
    for (int i = 0; i < NAMES; i++)
        step_die(&life, i);
    dhi_directory_clear(&desk.directory);
    ck_assert_int_eq(open_descriptors(getpid()), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk");
    TCase *all = tcase_create("desk");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(all, open_desk, close_desk);
    tcase_set_timeout(all, 120);
    tcase_add_test(all, a_user_s_channels_are_limited_and_another_user_s_are_not_touched_by_it);
    tcase_add_test(all, an_orphan_dies_when_its_lease_is_free_and_is_forgotten_later);
    tcase_add_test(all, a_producer_that_comes_back_is_the_same_one);
    tcase_add_test(all, a_block_whose_producer_is_dead_already_is_not_registered);
    tcase_add_test(all, the_dead_s_name_is_their_owner_s);
    tcase_add_test(all, a_user_s_desk_serves_no_other_user);
    tcase_add_test(all, a_listing_shows_each_user_their_own);
    tcase_add_test(all, schemas_are_immutable_and_limited_per_user);
    tcase_add_loop_test(all, after_any_sequence_the_desk_knows_what_a_simple_model_knows, 0, 4);
    suite_add_tcase(suite, all);

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
