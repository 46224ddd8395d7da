/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen explain`: the page of a diagnostic. */
#include <sysexits.h>

#include "diag.h"
#include "text.h"
#include "verb.h"

int verb_explain(struct dhs_arena *arena, const struct options *options)
{
    struct text text = text_new(arena);
    const struct dhs_diag_info *info;

    for (size_t i = 0; i < options->operands.n; i++) {
        info = dhs_diag_info_find(options->operands.items[i]);
        if (!info) {
            fprintf(stderr, "dhgen: there is no diagnostic '%s'; 'dhgen explain' lists them\n",
                    options->operands.items[i]);
            return EX_USAGE;
        }
        text_printf(&text, "%s%s (%s): %s\n\n%s\n", i > 0 ? "\n" : "", info->id,
                    info->severity == DHS_ERROR ? "error" : "warning", info->title,
                    info->explanation);
    }
    for (size_t i = 0; options->operands.n == 0 && (info = dhs_diag_info_at(i)); i++)
        text_printf(&text, "%s  %s\n", info->id, info->title);
    bool printed = fwrite(text_string(&text), 1, text.length, stdout) == text.length;
    return fflush(stdout) == 0 && printed ? EX_OK : EX_IOERR;
}
