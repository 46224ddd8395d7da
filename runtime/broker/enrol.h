/* SPDX-License-Identifier: Apache-2.0
 *
 * enrol.h - REGISTER: is what a producer brings a block of ours, and is the name free for it?
 */
#ifndef DHI_BROKER_ENROL_H
#define DHI_BROKER_ENROL_H

#include "broker/desk.h"

/* Answers the request. The cargo's descriptors are the channel's, or closed. */
void dhi_enrol(struct dhi_desk *desk, struct dhi_session *session,
               const struct dhi_wire_request *request, struct dhi_cargo *cargo,
               struct dhi_answer *answer);

/* The row that says so; NULL: no memory. */
struct dhi_row *dhi_enrol_row(const struct dhi_listing *listing);

#endif
