/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

const char *const vector_names[] = { "e1", "e2", "e3", "e4a", "e4b", "e5", "e6", "e7a", "e7b" };
const size_t n_vectors = sizeof vector_names / sizeof vector_names[0];

char *vector_text(const char *name, size_t *length)
{
    char path[512], *text = calloc(1, 65536);
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.canon", DH_VECTORS, name);
    file = fopen(path, "rb");
    if (file == NULL || text == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        abort();
    }
    *length = fread(text, 1, 65535, file);
    fclose(file);
    return text;
}
