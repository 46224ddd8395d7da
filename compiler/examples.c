/* SPDX-License-Identifier: Apache-2.0 */
#include "examples.h"

#include <stdio.h>
#include <string.h>

static struct dhs_text text_between(const char *from, const char *to)
{
    struct dhs_text text = { from, (size_t)(to - from) };
    return text;
}

bool example_find(const char *code, struct example *example)
{
    static const char middle[] = "\n--- mended\n";
    char head[32];

    snprintf(head, sizeof head, "\n=== %.16s\n", code);
    const char *at = strstr(EMBEDDED_EXAMPLES, head);
    if (!at) return false;
    const char *wrong = at + strlen(head), *mended = strstr(wrong, middle);
    const char *end = strstr(wrong, "\n=== ");
    if (!end) end = EMBEDDED_EXAMPLES + strlen(EMBEDDED_EXAMPLES) - 1;
    example->wrong = text_between(wrong, mended + 1);
    example->mended = text_between(mended + strlen(middle), end + 1);
    return true;
}
