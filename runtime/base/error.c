/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/error.h>

#include <stddef.h>

struct error_row {
    dh_err err;
    const char *name, *what, *help;
};

static const struct error_row rows[] = {
    { DH_OK, "DH_OK", "no error", "nothing to do" },
#define DH_ERROR(name, number, what, help) { DH_##name, "DH_" #name, what, help },
#include <dh/error.def>
#undef DH_ERROR
};

static const struct error_row unknown = { DH_OK, "DH_E?",
                                          "an error number that this release does not know",
                                          "use the same release on both sides" };

static const struct error_row *row_of(dh_err err)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].err == err) return &rows[i];
    return &unknown;
}

const char *dh_error_text(dh_err err)
{
    return row_of(err)->what;
}

const char *dh_error_help(dh_err err)
{
    return row_of(err)->help;
}

const char *dh_error_name(dh_err err)
{
    return row_of(err)->name;
}
