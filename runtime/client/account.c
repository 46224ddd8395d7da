/* SPDX-License-Identifier: Apache-2.0 */
#include "client/account.h"

#include "client/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void dhi_account(const char *broker, const char *channel, const char *format, ...)
{
    int64_t deadline = dh_in(DH_S / 2);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    va_list arguments;
    int fd;

    if (dhi_call_broker(&fd, broker, deadline, NULL) != DH_OK) return;
    dhi_request_start(&request, DHI_WIRE_KIND_DEREGISTER, 1);
    request.role = DHI_WIRE_ROLE_REAPER;
    snprintf(request.channel, sizeof request.channel, "%s", channel);
    va_start(arguments, format);
    vsnprintf(request.after, sizeof request.after, format, arguments);
    va_end(arguments);
    if (dhi_exchange(fd, &request, NULL, &reply, &cargo, deadline, NULL) == DH_OK)
        dhi_cargo_close(&cargo);
    close(fd);
}
