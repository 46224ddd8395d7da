/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dhadmin schema diff: two canonical texts, line by line. Each line of such a text is one fact (a
 * root, a minor, a field, a meaning), and their order is fixed, so what differs are facts. The
 * verdict on versions is dhgen's (dhgen diff), who attaches is the library's.
 */
#include "quantity.h"
#include "schema.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct lines {
    char **all;
    size_t n;
};

/* The lines of a text, in place: newlines become ends. */
static bool cut(struct lines *lines, char *text)
{
    size_t n = 1;

    for (const char *at = text; *at != 0; at++)
        n += *at == '\n';
    lines->all = calloc(n, sizeof *lines->all);
    if (lines->all == NULL) return false;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines->all[lines->n++] = line;
    return true;
}

/* "8 f32 accel.x" is a field; its path. NULL: another kind of line. */
static const char *path_of(const char *line)
{
    const char *second = line[0] >= '0' && line[0] <= '9' ? strchr(line, ' ') : NULL;

    second = second != NULL ? strchr(second + 1, ' ') : NULL;
    return second != NULL ? second + 1 : NULL;
}

static void tell(const struct dhi_request *request, json_t *all, const char *sign, const char *line)
{
    const struct dhi_look *look = &request->look;

    if (all == NULL)
        fprintf(request->out, "%s%s %s%s\n", sign[0] == '-' ? look->bad : look->good, sign, line,
                look->plain);
    else
        json_array_append_new(all, json_pack("{s:s, s:s, s:s?}", "side", sign[0] == '-' ? "a" : "b",
                                             "line", line, "path", path_of(line)));
}

/* Where `line` comes next in the other text, at most so far away; its length: nowhere near. */
static size_t find(const struct lines *lines, size_t from, const char *line)
{
    for (size_t i = from; i < lines->n; i++)
        if (strcmp(lines->all[i], line) == 0) return i;
    return lines->n;
}

static size_t compare(const struct dhi_request *request, const struct lines *a,
                      const struct lines *b, json_t *all)
{
    size_t i = 0, k = 0, n = 0;

    while (i < a->n || k < b->n) {
        if (i < a->n && k < b->n && strcmp(a->all[i], b->all[k]) == 0) {
            i++;
            k++;
        } else if (i < a->n && (k == b->n || find(b, k, a->all[i]) == b->n)) {
            tell(request, all, "-", a->all[i++]);
            n++;
        } else {
            tell(request, all, "+", b->all[k++]);
            n++;
        }
    }
    return n;
}

static enum dhi_exit diff(const struct dhi_request *request, struct dhi_schema *a,
                          struct dhi_schema *b)
{
    json_t *all = request->json ? json_array() : NULL, *json;
    struct lines left = { 0 }, right = { 0 };
    char hash_a[DHI_QUANTITY_BYTES], hash_b[DHI_QUANTITY_BYTES];
    size_t n;

    if (!cut(&left, a->text) || !cut(&right, b->text)) {
        free(left.all);
        json_decref(all);
        return dhi_complain(request, "schema diff", DH_ENOMEM, NULL);
    }
    n = compare(request, &left, &right, all);
    if (all != NULL) {
        json = json_pack("{s:i, s:s, s:s, s:b, s:o}", "v", 1, "a",
                         dhi_hex(a->hash, DH_HASH_BYTES, hash_a), "b",
                         dhi_hex(b->hash, DH_HASH_BYTES, hash_b), "same", (int)(n == 0),
                         "differences", all);
        json_dumpf(json, request->out, JSON_COMPACT);
        fputc('\n', request->out);
        json_decref(json);
    }
    free(left.all);
    free(right.all);
    return n == 0 ? DHI_EXIT_FINE : DHI_EXIT_PROBLEMS;
}

enum dhi_exit dhi_schema_diff(const struct dhi_request *request)
{
    struct dhi_schema a = { .text = NULL }, b = { .text = NULL };
    enum dhi_exit code = dhi_schema_find(request, request->arguments[1], &a);

    if (code == DHI_EXIT_FINE) code = dhi_schema_find(request, request->arguments[2], &b);
    if (code == DHI_EXIT_FINE) code = diff(request, &a, &b);
    free(a.text);
    free(b.text);
    return code;
}
