/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/exporter.h"

#include "metrics/prometheus.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_S = 5, AGAIN_MS = 100, HOST_BYTES = 64 };

struct dhi_exporter {
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer;
    dhi_exporter_write *write;
    void *context;
};

/* ---- the library --------------------------------------------------------------------------- */

#define MHD_CALLS(CALL)               \
    CALL(create_response_from_buffer) \
    CALL(add_response_header)         \
    CALL(queue_response)              \
    CALL(destroy_response)            \
    CALL(get_daemon_info)             \
    CALL(get_timeout)                 \
    CALL(start_daemon)                \
    CALL(stop_daemon)                 \
    CALL(run)

/* It brings ten libraries along, TLS among them, and to load them is most of what it takes to
 * start: so whoever wants metrics waits for that, and nobody else. */
static struct {
#define CALL(name) __typeof__(&MHD_##name) name;
    MHD_CALLS(CALL)
#undef CALL
} mhd;

/* NULL, or why it cannot be had. */
static const char *load_library(void)
{
    void *library = dlopen(DHI_MICROHTTPD, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL) return dlerror();
#define CALL(name)                                      \
    *(void **)&mhd.name = dlsym(library, "MHD_" #name); \
    if (mhd.name == NULL) return DHI_MICROHTTPD " lacks MHD_" #name;
    MHD_CALLS(CALL)
#undef CALL
    return NULL;
}

/* ---- answers ----------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, char *text,
                              size_t bytes, enum MHD_ResponseMemoryMode mode)
{
    const char *type = status == MHD_HTTP_OK ? DHI_PROMETHEUS_TYPE : "text/plain; charset=utf-8";
    struct MHD_Response *response = mhd.create_response_from_buffer(bytes, text, mode);
    enum MHD_Result queued;

    if (response == NULL) return MHD_NO;
    mhd.add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        mhd.add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    queued = mhd.queue_response(connection, status, response);
    mhd.destroy_response(response);
    return queued;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, char *text)
{
    return answer(connection, status, text, strlen(text), MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result give_metrics(struct dhi_exporter *exporter,
                                    struct MHD_Connection *connection)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    if (out == NULL) return MHD_NO;
    exporter->write(exporter->context, out);
    if (fclose(out) != 0) {
        free(text);
        return MHD_NO;
    }
    return answer(connection, MHD_HTTP_OK, text, bytes, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *body,
                                  size_t *body_bytes, void **state)
{
    static char elsewhere[] = "The metrics are at /metrics.\n", no_method[] = "GET /metrics.\n";
    static int begun;

    (void)version;
    (void)body;
    if (*state == NULL) { /* the head alone has come */
        *state = &begun;
        return MHD_YES;
    }
    if (*body_bytes > 0) { /* whatever it is */
        *body_bytes = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, no_method);
    if (strcmp(url, "/metrics") != 0) return refuse(connection, MHD_HTTP_NOT_FOUND, elsewhere);
    return give_metrics(context, connection);
}

/* ---- the loop ---------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer);

static unsigned connections(const struct dhi_exporter *exporter)
{
    return mhd.get_daemon_info(exporter->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
        ->num_connections;
}

/* A round that begins with as many connections as there may be listens for no others, though all of
 * them end in it, and nothing would ring again: so rounds go on while connections end, and a timer
 * brings the next one while any is left. */
static void run(struct dhi_exporter *exporter)
{
    unsigned before, left = connections(exporter);
    MHD_UNSIGNED_LONG_LONG due_ms;

    do {
        before = left;
        mhd.run(exporter->daemon);
        left = connections(exporter);
    } while (left < before);
    if (mhd.get_timeout(exporter->daemon, &due_ms) != MHD_YES || due_ms > AGAIN_MS)
        due_ms = AGAIN_MS;
    if (left > 0)
        uv_timer_start(&exporter->timer, on_timer, due_ms, 0);
    else
        uv_timer_stop(&exporter->timer);
}

static void on_timer(uv_timer_t *timer)
{
    run(timer->data);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    run(poll->data);
}

/* ---- addresses --------------------------------------------------------------------------- */

/* PORT, :PORT, HOST:PORT, [HOST]:PORT; an unbracketed host has no colon. */
static bool split(const char *text, char host[HOST_BYTES], const char **port)
{
    const char *colon = strrchr(text, ':'), *begin = text, *end = colon;

    *port = colon == NULL ? text : colon + 1;
    host[0] = 0;
    if (colon == NULL || colon == text) return true;
    if (*text == '[') {
        begin++;
        end--;
        if (end <= begin || *end != ']') return false;
    } else if (memchr(text, ':', (size_t)(colon - text)) != NULL) {
        return false;
    }
    if (end - begin >= HOST_BYTES) return false;
    memcpy(host, begin, (size_t)(end - begin));
    host[end - begin] = 0;
    return true;
}

static bool parse(const char *text, struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)address;
    char host[HOST_BYTES], *end;
    const char *port;
    long number;

    memset(address, 0, sizeof *address);
    if (!split(text, host, &port)) return false;
    number = strtol(port, &end, 10);
    if (*port < '0' || *port > '9' || *end != 0 || number > 65535) return false;
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)number);
        return true;
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)number);
    return inet_pton(AF_INET, host[0] != 0 ? host : "127.0.0.1", &v4->sin_addr) == 1;
}

/* ---- beginning and end ------------------------------------------------------------------- */

static struct MHD_Daemon *listen_on(struct dhi_exporter *exporter, struct sockaddr_storage *address)
{
    unsigned flags = MHD_USE_EPOLL | (address->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0U);

    return mhd.start_daemon(flags, 0, NULL, NULL, on_request, exporter, MHD_OPTION_SOCK_ADDR,
                            (struct sockaddr *)address, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)DHI_EXPORTER_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_S, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
                            MHD_OPTION_END);
}

bool dhi_exporter_understands(const char *address)
{
    struct sockaddr_storage where;

    return parse(address, &where);
}

struct dhi_exporter *dhi_exporter_open(uv_loop_t *loop, const char *address,
                                       dhi_exporter_write *write, void *context,
                                       char text[DHI_EXPORTER_TEXT_BYTES])
{
    const char *flaw = load_library();
    struct dhi_exporter *made = flaw == NULL ? calloc(1, sizeof *made) : NULL;
    const union MHD_DaemonInfo *info;
    struct sockaddr_storage where;

    if (made != NULL && parse(address, &where)) {
        made->write = write;
        made->context = context;
        made->daemon = listen_on(made, &where);
    }
    if (made == NULL || made->daemon == NULL) {
        snprintf(text, DHI_EXPORTER_TEXT_BYTES, "the metrics cannot be offered on %.100s: %s",
                 address, flaw != NULL ? flaw : strerror(errno));
        free(made);
        return NULL;
    }
    info = mhd.get_daemon_info(made->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    uv_timer_init(loop, &made->timer);
    uv_poll_init(loop, &made->poll, info->epoll_fd);
    made->timer.data = made->poll.data = made;
    uv_poll_start(&made->poll, UV_READABLE, on_ready);
    return made;
}

void dhi_exporter_stop(struct dhi_exporter *exporter)
{
    if (exporter == NULL) return;
    uv_poll_stop(&exporter->poll);
    uv_timer_stop(&exporter->timer);
    mhd.stop_daemon(exporter->daemon);
}

void dhi_exporter_free(struct dhi_exporter *exporter)
{
    free(exporter);
}
