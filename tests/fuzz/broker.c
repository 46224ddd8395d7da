/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What strangers may send to the broker: packets of any bytes and sizes, with any descriptors, on
 * two connections, in any order. A recipe changes requests that would be answered, so that what is
 * behind the first gates is reached:
 *
 *      step    which connection, which request, which descriptors come along, how many bytes of it
 *              are sent, and up to seven changes: offset, value
 *
 * Promises: nothing crashes or hangs, each answer is one that our own clients believe, what is
 * listed is a block of ours, no descriptor is left over, and no key is left in an answer.
 */
#include "property.h"

#include "broker/desk.h"
#include "broker/log.h"
#include "os/memfd.h"
#include "support/block.h"
#include "wire/message.h"

#include <dh/producer.h>

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 2, BLOCKS = 3, STEP_BYTES = 4 + 7 * 3, STEPS_MAX = 32 };

struct line {
    int broker, client;
    struct dhi_session session;
};

static struct dhi_block *blocks[BLOCKS];
static unsigned char secret[DH_SECRET_BYTES] = { 1, 2, 3 };
static dhi_policy *policy;
static FILE *loud, *quiet;

/* What the broker logs need not be read; a broken promise is. */
#define HUSHED(call)    \
    do {                \
        stderr = quiet; \
        call;           \
        stderr = loud;  \
    } while (0)

static int next_descriptor(void)
{
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    close(fd);
    return fd;
}

/* Two channels of plain blocks, and one with a secret. */
static void set_up(void)
{
    static const char *const names[BLOCKS] = { "fuzz.one", "fuzz.two", "fuzz.secret" };
    const struct dh_schema *schema = schema_from_text(0, text_pair, policy_wait(4, 2));
    char text[DHI_POLICY_TEXT_BYTES];

    if (policy != NULL) return;
    loud = stderr;
    quiet = fopen("/dev/null", "we");
    MUST(quiet != NULL);
    policy = dhi_policy_read(NULL, false, text);
    MUST(policy != NULL);
    dhi_policy_set_channels(policy, 2);
    for (int i = 0; i < BLOCKS; i++) {
        struct dh_producer_options options = { .secret = i == 2 ? secret : NULL };

        MUST(dhi_block_create(&blocks[i], schema, names[i], &options, NULL) == DH_OK);
    }
}

/* A request that would be answered with OK, or nearly. */
static void base(struct dhi_wire_request *request, unsigned which)
{
    const struct dhi_block *block = blocks[which % BLOCKS];
    static const enum dhi_wire_kind kinds[] = { DHI_WIRE_KIND_REGISTER, DHI_WIRE_KIND_DISCOVER,
                                                DHI_WIRE_KIND_DEREGISTER, DHI_WIRE_KIND_DISCOVER };

    dhi_request_start(request, kinds[which / BLOCKS % 4], which);
    memcpy(request->channel, block->head.channel, sizeof block->head.channel);
    memcpy(request->instance, block->head.producer.instance, sizeof request->instance);
    memcpy(request->schema_hash, block->head.schema_hash, sizeof request->schema_hash);
    if (request->kind == DHI_WIRE_KIND_REGISTER) {
        request->parts = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;
        if (which % BLOCKS == 2)
            dhi_attach_key(request->key, secret, block->head.producer.instance);
    } else if (request->kind == DHI_WIRE_KIND_DISCOVER) {
        request->role = (uint8_t)(1 + which % 4);
        if (which / BLOCKS % 4 == 3) request->lookup = (uint8_t)(1 + which % 2);
    }
}

static int odd_descriptor(unsigned kind)
{
    int ends[2], fd;

    switch (kind % 4) {
    case 0:
        MUST(pipe2(ends, O_CLOEXEC) == 0);
        close(ends[1]);
        return ends[0];
    case 1: return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    case 2: return dhi_memfd_create("unsealed", 4096);
    default:
        fd = dhi_memfd_create("sealed", 8192);
        MUST(dhi_memfd_seal(fd, kind & 4));
        return fd;
    }
}

/* The block's own descriptors, in their order, or others among them. */
static void load(struct dhi_cargo *cargo, unsigned which, unsigned how)
{
    const struct dhi_block *block = blocks[which % BLOCKS];
    const struct dhi_block *other = blocks[(which + 1) % BLOCKS];

    cargo->n = which / BLOCKS % 4 == 0 ? 3 : 0;
    cargo->fds[0] = fcntl(block->fds.data, F_DUPFD_CLOEXEC, 0);
    cargo->fds[1] = fcntl(block->fds.claims, F_DUPFD_CLOEXEC, 0);
    cargo->fds[2] = fcntl(block->fds.lease, F_DUPFD_CLOEXEC, 0);
    cargo->fds[3] = fcntl(other->fds.data, F_DUPFD_CLOEXEC, 0);
    if (how & 16) cargo->n = how & 3;
    if (how & 32) {
        close(cargo->fds[how & 3]);
        cargo->fds[how & 3] = odd_descriptor(how >> 2);
    }
    if (how & 64) cargo->n = 4;
}

static void send_step(const struct line *line, const uint8_t *step)
{
    unsigned char packet[sizeof(struct dhi_wire_request) + 64] = { 0 };
    struct dhi_wire_request request;
    size_t bytes = sizeof request;
    struct dhi_cargo cargo;

    base(&request, step[1]);
    memcpy(packet, &request, sizeof request);
    for (int i = 0; i < 7; i++) {
        size_t at = step[4 + 3 * i] | (size_t)step[5 + 3 * i] << 8;

        if (at < sizeof request) packet[at] = step[6 + 3 * i];
    }
    if (step[3] & 1) bytes = (size_t)step[3] * 2; /* short, or a little long */
    load(&cargo, step[1], step[2]);
    struct dhi_cargo sent = cargo;
    if (!dhi_socket_send(line->client, packet, bytes < sizeof packet ? bytes : sizeof packet,
                         &sent))
        MUST(bytes > 0);
    cargo.n = 4;
    dhi_cargo_close(&cargo);
}

/* As the broker's own loop does. False: the connection ends. */
static bool hear(struct dhi_desk *desk, struct line *line)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_answer answer;
    struct dhi_cargo cargo, in;
    unsigned char key[DHI_KEY_BYTES];

    switch (dhi_answer_listen(line->broker, &request, &cargo, &answer)) {
    case DHI_HEARD_NOTHING: return true;
    case DHI_HEARD_HANGUP: return false;
    case DHI_HEARD_NONSENSE:
        MUST(answer.reply.text[0] != 0);
        dhi_answer_send(line->broker, &answer);
        return false;
    case DHI_HEARD_REQUEST: break;
    }
    memcpy(key, request.key, sizeof key);
    HUSHED(dhi_desk_handle(desk, &line->session, &request, &cargo, &answer));
    while (dhi_desk_next_robbed(desk) != NULL) {
    }
    /* Half of a key by chance is no leak, and a key of a few bytes is none. */
    MUST(sodium_is_zero(key + 16, 16) ||
         memmem(&answer.reply, sizeof answer.reply, key, sizeof key) == NULL);
    MUST(dhi_answer_send(line->broker, &answer));
    MUST(dhi_reply_take(line->client, &request, &reply, &in, NULL) == DH_OK);
    dhi_cargo_close(&in);
    return true;
}

static void check_listings(const struct dhi_desk *desk)
{
    MUST(desk->directory.n <= 2); /* as many as the policy lets a user have */
    for (size_t i = 0; i < desk->directory.n; i++) {
        const struct dhi_channel *channel = &desk->directory.listings[i]->channel;
        bool ours = false;

        for (int k = 0; k < BLOCKS; k++)
            ours |= strcmp(channel->entry.channel, blocks[k]->head.channel) == 0 &&
                    memcmp(channel->entry.instance, blocks[k]->head.producer.instance, 16) == 0;
        MUST(ours);
    }
}

static void open_line(struct line *line)
{
    int ends[2];

    MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    *line = (struct line){ .broker = ends[0], .client = ends[1] };
    line->session.peer = (struct dhi_peer){ .pid = (uint32_t)getpid(), .uid = geteuid() };
}

static void close_line(struct dhi_desk *desk, struct line *line)
{
    HUSHED(dhi_desk_hangup(desk, &line->session));
    close(line->broker);
    close(line->client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct line lines[CONNECTIONS];
    dhi_registry *registry;
    struct dhi_desk desk;
    int before;

    set_up();
    before = next_descriptor();
    registry = dhi_registry_open(NULL, dhi_policy_keeping(policy));
    MUST(registry != NULL);
    dhi_desk_open(&desk, registry, geteuid(), 0, policy);
    for (int i = 0; i < CONNECTIONS; i++)
        open_line(&lines[i]);
    for (size_t at = 0; at + STEP_BYTES <= size && at < STEPS_MAX * STEP_BYTES; at += STEP_BYTES) {
        struct line *line = &lines[data[at] % CONNECTIONS];

        send_step(line, data + at);
        if (!hear(&desk, line)) {
            close_line(&desk, line);
            open_line(line);
        }
        if (data[at] & 4) HUSHED(dhi_desk_tick(&desk, dh_in(data[at] * DH_MS)));
        check_listings(&desk);
    }
    for (int i = 0; i < CONNECTIONS; i++)
        close_line(&desk, &lines[i]);
    dhi_desk_close(&desk);
    dhi_registry_close(registry);
    MUST(next_descriptor() == before);
    return 0;
}
