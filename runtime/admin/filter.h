/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A condition on a message: "state == ok and (temp > 30 or faults ~ gyro)".
 *
 *   condition = term { "or" term }         term = factor { "and" factor }
 *   factor    = "not" factor | "(" condition ")" | path [ operator value ]
 *   operator  = == != < <= > >= ~          value = number, name, 'text', true, false
 *
 * Checked against the schema when it is read: each path is a field, each name one of its enum.
 */
#ifndef DHI_ADMIN_FILTER_H
#define DHI_ADMIN_FILTER_H

#include "decode.h"

struct dhi_filter;

enum { DHI_FILTER_WRONG = 200 };

/* NULL: `wrong` says why, `at` where in the text. free() with dhi_filter_free(). */
struct dhi_filter *dhi_filter_read(const char *text, const struct dhc_node *root, size_t *at,
                                   char wrong[DHI_FILTER_WRONG]);
bool dhi_filter_holds(const struct dhi_filter *filter, const struct dhi_payload *payload);
void dhi_filter_free(struct dhi_filter *filter);

#endif
