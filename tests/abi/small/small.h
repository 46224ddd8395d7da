/* SPDX-License-Identifier: Apache-2.0 */
/* What planted.sh changes, one line at a time, to see that abi.sh notices. */
#ifndef SMALL_H
#define SMALL_H

#define SM_API __attribute__((visibility("default")))

enum sm_err { SM_OK = 0, SM_EFULL = -2 };

struct sm_why {
    enum sm_err err;
    int errno_of;
    char text[64];
};

struct sm_thing;

SM_API enum sm_err sm_open(int n_slots, struct sm_thing **thing, struct sm_why *why);
SM_API const char *sm_text(enum sm_err err);

#endif
