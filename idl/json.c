/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <inttypes.h>
#include <string.h>

#include "utf8.h"

static void put_character(FILE *out, const char *text, struct dhs_character c)
{
    if (c.value == '"' || c.value == '\\')
        fprintf(out, "\\%c", (int)c.value);
    else if (c.value == '\n')
        fputs("\\n", out);
    else if (c.value == '\t' || dhs_is_unprintable(c.value))
        fprintf(out, "\\u%04" PRIx32, c.value);
    else
        fwrite(text, 1, c.length, out);
}

static void put_text(FILE *out, const char *text)
{
    size_t length = strlen(text);
    fputc('"', out);
    for (size_t i = 0; i < length;) {
        struct dhs_character c = dhs_utf8_first(text + i, length - i);
        put_character(out, text + i, c);
        i += c.length;
    }
    fputc('"', out);
}

static void begin_item(struct dhs_json *json, const char *name)
{
    if (json->filled) fputc(',', json->out);
    if (json->depth > 0) fprintf(json->out, "\n%*s", 2 * json->depth, "");
    json->filled = true;
    if (!name) return;
    put_text(json->out, name);
    fputs(": ", json->out);
}

void dhs_json_open(struct dhs_json *json, const char *name, char bracket)
{
    begin_item(json, name);
    fputc(bracket, json->out);
    json->depth++;
    json->filled = false;
}

void dhs_json_close(struct dhs_json *json, char bracket)
{
    json->depth--;
    if (json->filled) fprintf(json->out, "\n%*s", 2 * json->depth, "");
    fputc(bracket, json->out);
    if (json->depth == 0) fputc('\n', json->out);
    json->filled = true;
}

void dhs_json_text(struct dhs_json *json, const char *name, const char *text)
{
    begin_item(json, name);
    put_text(json->out, text);
}

void dhs_json_number(struct dhs_json *json, const char *name, uint64_t number)
{
    begin_item(json, name);
    fprintf(json->out, "%" PRIu64, number);
}

void dhs_json_bool(struct dhs_json *json, const char *name, bool boolean)
{
    begin_item(json, name);
    fputs(boolean ? "true" : "false", json->out);
}
