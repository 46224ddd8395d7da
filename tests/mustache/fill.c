/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The template engine for programs that compare it with others: each line of standard input is a
 * case in JSON, each line of standard output what came of it.
 *
 *   {"template": "…", "data": …, "partials": {"name": "…"}}   ->   {"text": "…"} or {"error": "…"}
 *
 * As the public specification has it: texts are escaped as HTML, and a missing name is no mistake.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "template.h"

static struct value *value_of(struct dhs_arena *arena, json_t *json)
{
    struct value *value;
    const char *name;
    json_t *item;
    size_t index;

    switch (json_typeof(json)) {
    case JSON_OBJECT:
        value = value_map(arena);
        json_object_foreach(json, name, item)
            value_set(value, dhs_copy_text(arena, name, strlen(name)), value_of(arena, item));
        return value;
    case JSON_ARRAY:
        value = value_list(arena);
        json_array_foreach(json, index, item) value_append(value, value_of(arena, item));
        return value;
    case JSON_STRING: return value_text(arena, json_string_value(json));
    case JSON_INTEGER:
        return value_number(arena,
                            dhs_printf(arena, "%" PRId64, (int64_t)json_integer_value(json)));
    case JSON_REAL: return value_number(arena, describe_real(arena, json_real_value(json)));
    case JSON_TRUE: return value_bool(arena, true);
    case JSON_FALSE: return value_bool(arena, false);
    default: return value_null(arena);
    }
}

struct case_context {
    struct dhs_arena *arena;
    json_t *partials; /* or NULL */
};

static const struct template *load(void *context, const char *name, struct template_error *error)
{
    const struct case_context *c = context;
    const char *text = json_string_value(json_object_get(c->partials, name));

    if (!text) return NULL;
    return template_parse(c->arena, dhs_copy_text(c->arena, name, strlen(name)), text, strlen(text),
                          error);
}

static json_t *fill(struct dhs_arena *arena, json_t *input)
{
    struct case_context context = { arena, json_object_get(input, "partials") };
    struct template_options options = {
        .load = load, .load_context = &context, .escape = escape_html, .strict = false
    };
    struct template_error error = { NULL, 0, 0, NULL };
    struct text out = text_new(arena);
    const char *text = json_string_value(json_object_get(input, "template"));
    json_t *data = json_object_get(input, "data");

    if (!text || !data) return json_pack("{s:s}", "error", "a case has a template and data");
    const struct template *template = template_parse(arena, "t", text, strlen(text), &error);
    if (template && template_render(template, value_of(arena, data), &options, &out, &error))
        return json_pack("{s:s}", "text", text_string(&out));
    return json_pack("{s:o}", "error",
                     json_sprintf("%s:%u:%u: %s", error.file, error.line, error.column,
                                  error.message));
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;

    while (getline(&line, &capacity, stdin) > 0) {
        struct dhs_arena *arena = dhs_arena_new();
        json_error_t error;
        json_t *input = json_loads(line, 0, &error);
        json_t *output = input ? fill(arena, input) : json_pack("{s:s}", "error", error.text);
        json_dumpf(output, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(output);
        json_decref(input);
        dhs_arena_free(arena);
    }
    free(line);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
