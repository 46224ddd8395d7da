/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer on the reader of canonical text: no crash, and what is taken comes out as it went in.
 */
#include "idl/canon_read.h"
#include "canon_write.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dhc_text *text = dhc_read((const char *)data, size, NULL);
    size_t length;
    char *again;

    if (text == NULL) return 0;
    again = canon_write(text, &length);
    if (length != size || memcmp(again, data, size) != 0) abort();
    free(again);
    dhc_free(text);
    return 0;
}
