/* SPDX-License-Identifier: Apache-2.0
 *
 * error.h - how calls say that they failed.
 *
 * A call that can fail in several ways returns a dh_err: 0, or a negative number of error.def. Its
 * outputs are then untouched. Calls that open things also take a `struct dh_why *` (NULL if you do
 * not care) and leave in it one sentence with the particulars: which field, which file, which peer.
 */
#ifndef DH_ERROR_H
#define DH_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum dh_err {
    DH_OK = 0,
#define DH_ERROR(name, number, what, help) DH_##name = number,
#include <dh/error.def>
#undef DH_ERROR
};
typedef enum dh_err dh_err;

/* The compiler warns where a dh_err is thrown away. */
#define DH_MUST_USE __attribute__((warn_unused_result))

/* What is visible outside libdh.so; all else is hidden. */
#define DH_API __attribute__((visibility("default")))

enum { DH_WHY_BYTES = 512 };

/* The particulars of a failure, for people: a sentence without line break, zero terminated. */
struct dh_why {
    dh_err err;
    int sys_errno;           /* of the system call that failed, else 0 */
    char text[DH_WHY_BYTES]; /* "accel.x: block f64 @8, consumer f32 @8" */
};

/* What err means, and what to do about it; of a number that is no error, that it is none. Static
 * texts, never NULL. Never blocks. Any thread; signal-safe. */
DH_API const char *dh_error_text(dh_err err);
DH_API const char *dh_error_help(dh_err err);

/* The name of err as it stands in code: "DH_EFULL". Static text, never NULL. Never blocks. Any
 * thread; signal-safe. */
DH_API const char *dh_error_name(dh_err err);

#ifdef __cplusplus
}
#endif
#endif
