/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static FILE *stream;
static char *written;
static size_t n_written;

FILE *golden_begin(void)
{
    stream = open_memstream(&written, &n_written);
    ck_assert_ptr_nonnull(stream);
    return stream;
}

static void rewrite(const char *path)
{
    FILE *file = fopen(path, "wb");

    ck_assert_msg(file != NULL, "%s can be written", path);
    ck_assert_uint_eq(fwrite(written, 1, n_written, file), n_written);
    ck_assert_int_eq(fclose(file), 0);
}

void golden_end(const char *name)
{
    const char *update = getenv("UPDATE");
    char path[512], *kept = calloc(1, 1 << 20);
    size_t n_kept = 0;
    FILE *file;

    ck_assert_ptr_nonnull(kept);
    fclose(stream);
    snprintf(path, sizeof path, "%s/%s.txt", DH_GOLDEN, name);
    if (update != NULL && strcmp(update, "1") == 0) rewrite(path);
    file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is there; UPDATE=1 makes it", path);
    n_kept = fread(kept, 1, (1 << 20) - 1, file);
    fclose(file);
    ck_assert_msg(n_kept == n_written && memcmp(kept, written, n_kept) == 0,
                  "%s differs (UPDATE=1 rewrites it):\n%s", path, written);
    free(kept);
    free(written);
}
