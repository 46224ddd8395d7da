/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as canonical text: no crash, and what is taken comes out as it went in. */
#include "idl/canon_read.h"

#include <string.h>

#include "canon_write.h"
#include "property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dhc_text *text = dhc_read((const char *)data, size, NULL);
    size_t length;

    if (!text) return 0;
    char *again = canon_write(text, &length);
    MUST(length == size && memcmp(again, data, size) == 0);
    free(again);
    dhc_free(text);
    return 0;
}
