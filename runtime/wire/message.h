/* SPDX-License-Identifier: Apache-2.0
 *
 * message.h - the packets of idl/std/broker.dhs: started, checked, exchanged.
 *
 * What arrives was written by a stranger: its size, magic, protocol, kind, strings and descriptors
 * are checked here, once, so that nobody behind this page has to.
 */
#ifndef DHI_WIRE_MESSAGE_H
#define DHI_WIRE_MESSAGE_H

#include "broker.dh.h"
#include "os/socket.h"

#include <dh/error.h>

#include <stdbool.h>

#define DHI_WIRE_MAGIC UINT64_C(0x4b4f524245424844) /* "DHBEBROK" as little-endian bytes */
enum { DHI_WIRE_PROTOCOL = 1 };                     /* the major of broker.dhs's channels */

/* Whether `room` bytes hold a channel's name: 1 … DH_CHANNEL_MAX of [A-Za-z0-9_.-], zero
 * terminated. */
bool dhi_channel_name_fits(const char *name, size_t room);

/* Texts of strangers are shown to people, on terminals that obey control characters: those become
 * '?'. False: not zero terminated. */
bool dhi_text_tame(char *text, size_t room);

/* All zero but for the head that every message begins with. */
void dhi_request_start(struct dhi_wire_request *request, enum dhi_wire_kind kind, uint32_t serial);
void dhi_reply_start(struct dhi_wire_reply *reply, const struct dhi_wire_request *request);

/* Whether a packet of `bytes` is a request (a reply to `request`) that may be believed, and as many
 * descriptors came as it says. Control characters in texts become '?'. Returns EPROTOCOL, with the
 * first thing that does not fit. */
dh_err dhi_request_check(struct dhi_wire_request *request, size_t bytes,
                         const struct dhi_cargo *cargo, struct dh_why *why);
dh_err dhi_reply_check(struct dhi_wire_reply *reply, size_t bytes,
                       const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
                       struct dh_why *why);

/* One round trip. On success the caller owns the cargo's descriptors; on failure there are none.
 * Returns EPROTOCOL, ENOMEM, ESYS (sys_errno ETIMEDOUT: no answer until the deadline; ECONNRESET:
 * hung up). */
dh_err dhi_exchange(int fd, const struct dhi_wire_request *request, const struct dhi_cargo *out,
                    struct dhi_wire_reply *reply, struct dhi_cargo *in, int64_t deadline_ns,
                    struct dh_why *why);

/* The two halves of a round trip, for those who do something else meanwhile. `take` returns ESYS
 * with sys_errno EAGAIN if nothing has come. */
dh_err dhi_reply_take(int fd, const struct dhi_wire_request *request, struct dhi_wire_reply *reply,
                      struct dhi_cargo *in, struct dh_why *why);
dh_err dhi_request_send(int fd, const struct dhi_wire_request *request, const struct dhi_cargo *out,
                        struct dh_why *why);

/* From broker to producer, on the connection that registered it: a DISCOVER with the connection on
 * which it came, which is the producer's to answer from then on. `cargo`: what came with it. False
 * with errno: EAGAIN, the producer does not read. */
bool dhi_call_send(int fd, int caller, const struct dhi_wire_request *request,
                   const struct dhi_cargo *cargo);
/* The caller's connection is *caller, and what it brought in *in; as dhi_reply_take otherwise. */
dh_err dhi_call_take(int fd, int *caller, struct dhi_wire_request *request, struct dhi_cargo *in,
                     struct dh_why *why);

/* The error that a caller sees for a status; DH_OK for `ok`. */
dh_err dhi_status_err(uint8_t status);

#endif
