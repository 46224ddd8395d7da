/* SPDX-License-Identifier: Apache-2.0 */
#include "client/bell.h"

#include "base/why.h"
#include "client/ask.h"
#include "client/call.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* On a connection that has shown that it may attach. */
static dh_err ask_to_be_rung(int fd, const struct dhi_header *head, int64_t deadline_ns,
                             struct dh_why *why)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    dh_err err;

    dhi_request_start(&request, DHI_WIRE_KIND_REGISTER, 9);
    request.role = DHI_WIRE_ROLE_CONSUMER;
    snprintf(request.channel, sizeof request.channel, "%s", head->channel);
    memcpy(request.instance, head->producer.instance, sizeof request.instance);
    err = dhi_exchange(fd, &request, NULL, &reply, &cargo, deadline_ns, why);
    if (err) return err;
    dhi_cargo_close(&cargo);
    err = dhi_status_err(reply.status);
    return err ? dhi_why(why, err, "%s", reply.text) : DH_OK;
}

dh_err dhi_bell_open(int *bell, const struct dhi_block *block, const void *secret,
                     struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    int64_t deadline = dhi_call_deadline(DH_NOW);
    struct dhi_address address;
    struct dhi_fds fds;
    dh_err err;
    int fd;

    dhi_direct_address(&address, head->producer.uid, head->channel);
    err = dhi_call(&fd, &address, head->channel, DH_ENOTFOUND, NULL, deadline, why);
    if (err) return err;
    err = dhi_ask(&fds, fd, head->channel, DHI_CONSUMER, secret, deadline, why);
    if (!err) {
        dhi_fds_close(&fds); /* we have them; this proved the secret */
        err = ask_to_be_rung(fd, head, deadline, why);
    }
    if (err)
        close(fd);
    else
        *bell = fd;
    return err;
}
