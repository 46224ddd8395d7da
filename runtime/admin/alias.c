/* SPDX-License-Identifier: Apache-2.0 */
#include "alias.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct verb {
    const char *old, *verb;
} verbs[] = {
    { "force-reset", "reset" }, /* what --force does now, it never did */
    { "auto-recover", "recover" },
    { "cleanup-heartbeats", "cleanup" },
};

static const struct option {
    const char *old, *name; /* "" : what follows is an argument; NULL: it says nothing any more */
} old_options[] = {
    { "--shm-name", "" },
    { "--slot-index", "--slot" },
    { "--timeout", NULL },
};

static const struct option *old_option(const char *word, size_t *length)
{
    *length = strcspn(word, "=");
    for (size_t i = 0; i < sizeof old_options / sizeof old_options[0]; i++)
        if (strlen(old_options[i].old) == *length && memcmp(old_options[i].old, word, *length) == 0)
            return &old_options[i];
    return NULL;
}

int dhi_alias(int argc, const char *const *argv, const char *words[DHI_WORDS_MAX])
{
    bool old = false;
    int n = 2;

    if (argc < 2 || argc > DHI_WORDS_MAX - 2) return 0;
    words[0] = argv[0];
    words[1] = argv[1];
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].old) != 0) continue;
        words[1] = verbs[i].verb;
        old = true;
    }
    for (int i = 2; i < argc; i++) {
        size_t length;
        const struct option *option = old_option(argv[i], &length);
        bool joined = argv[i][length] == '=';

        if (option == NULL || (!joined && i + 1 == argc)) {
            words[n++] = argv[i];
            continue;
        }
        old = true;
        if (option->name != NULL && option->name[0] != 0) words[n++] = option->name;
        if (option->name != NULL) words[n++] = joined ? argv[i] + length + 1 : argv[i + 1];
        i += !joined;
    }
    return old ? n : 0;
}
