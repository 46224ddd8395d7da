/* SPDX-License-Identifier: Apache-2.0 */
#include "csv_read.h"

#include "command.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows --------------------------------------------------------------------------------- */

void dhi_csv_free(struct dhi_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        free(row->cells[i]);
    free(row->cells);
    *row = (struct dhi_csv_row){ .cells = NULL };
}

static void add_cell(struct dhi_csv_row *row, char *text)
{
    if (row->n == row->room) {
        size_t room = row->room * 2 + 16;
        char **grown = realloc(row->cells, room * sizeof *grown);
        if (grown == NULL) abort(); /* a few pointers: nothing else would go on either */
        row->cells = grown;
        row->room = room;
    }
    row->cells[row->n++] = text;
}

/* One cell up to its comma or line end, which is returned. */
static int read_cell(FILE *in, struct dhi_csv_row *row)
{
    char *text = NULL;
    size_t n;
    FILE *cell = open_memstream(&text, &n);
    bool quoted = false;
    int c;

    if (cell == NULL) abort();
    while ((c = getc(in)) != EOF) {
        if (c == '"' && quoted) {
            c = getc(in);
            if (c != '"') {
                quoted = false;
                ungetc(c, in);
                continue;
            }
            fputc('"', cell);
        } else if (c == '"')
            quoted = true;
        else if (!quoted && (c == ',' || c == '\n'))
            break;
        else if (quoted || c != '\r')
            fputc(c, cell);
    }
    fclose(cell);
    add_cell(row, text);
    row->open = quoted;
    return c;
}

bool dhi_csv_read(FILE *in, struct dhi_csv_row *row)
{
    int c;

    dhi_csv_free(row);
    c = getc(in);
    if (c == EOF) return false;
    ungetc(c, in);
    do
        c = read_cell(in, row);
    while (c == ',');
    return true;
}

/* ---- payloads ----------------------------------------------------------------------------- */

struct walk {
    struct dhi_encoder encoder;
    const struct dhi_csv_row *names, *row;
    bool *used; /* of each column */
};

/* The cell of the column that the path is called, or NULL: there is none. */
static const char *cell_of(struct walk *walk)
{
    for (size_t i = 0; i < walk->names->n; i++) {
        if (strcmp(walk->names->cells[i], walk->encoder.path) != 0) continue;
        walk->used[i] = true;
        return i < walk->row->n ? walk->row->cells[i] : "";
    }
    return NULL;
}

/* Whether a column below the path has something in it: an optional is there, an arm is meant. */
static bool is_filled(const struct walk *walk)
{
    size_t length = strlen(walk->encoder.path);

    for (size_t i = 0; i < walk->names->n && i < walk->row->n; i++) {
        const char *name = walk->names->cells[i];
        if (strncmp(name, walk->encoder.path, length) == 0 && walk->row->cells[i][0] != 0 &&
            (name[length] == 0 || name[length] == '.' || name[length] == '['))
            return true;
    }
    return false;
}

static bool fill(struct walk *walk, const struct dhi_place *place);

static bool fill_member(struct walk *walk, const struct dhi_place *member, const char *name)
{
    char *path = walk->encoder.path;
    size_t length = strlen(path);
    bool good;

    snprintf(path + length, sizeof walk->encoder.path - length, "%s%s",
             length > 0 && name[0] != '[' ? "." : "", name);
    good = fill(walk, member);
    if (good) path[length] = 0;
    return good;
}

/* What a person would write in JSON for this cell. */
static struct dhi_json json_of(const struct dhc_node *node, const char *cell)
{
    struct dhi_json json = { .kind = DHI_JSON_STRING, .text = cell, .text_bytes = strlen(cell) };
    char *end;

    if (!dhc_is_leaf(node->kind) || node->kind == DHC_BYTES) return json;
    strtod(cell, &end);
    if (strcmp(cell, "true") == 0)
        json.kind = DHI_JSON_TRUE;
    else if (strcmp(cell, "false") == 0)
        json.kind = DHI_JSON_FALSE;
    else if (*end == 0 && strpbrk(cell, "0123456789") != NULL)
        json.kind = DHI_JSON_NUMBER; /* "nan" and "inf" have no digits: texts, as in JSON */
    return json;
}

/* "gyro | mag": the names of flags, one after the other. */
static bool fill_flags(struct walk *walk, const struct dhc_node *node, size_t at, const char *cell)
{
    struct dhi_json list = { .kind = DHI_JSON_ARRAY }, items[64];
    char words[1024];
    size_t n = 0;

    snprintf(words, sizeof words, "%s", cell);
    for (char *word = strtok(words, "|"); word != NULL && n < 64; word = strtok(NULL, "|")) {
        char *end = word + strlen(word);
        while (*word == ' ')
            word++;
        while (end > word && end[-1] == ' ')
            *--end = 0;
        if (strncmp(word, "bit ", 4) == 0) word += 4;
        if (*word == 0 || strcmp(word, "0") == 0 || strcmp(word, "none") == 0) continue;
        items[n] = (struct dhi_json){ .kind = word[0] >= '0' && word[0] <= '9' ? DHI_JSON_NUMBER
                                                                               : DHI_JSON_STRING,
                                      .text = word,
                                      .text_bytes = strlen(word) };
        if (n > 0) items[n - 1].next = &items[n];
        n++;
    }
    list.first = n > 0 ? items : NULL;
    list.n = (uint32_t)n;
    return dhi_encode_leaf(&walk->encoder, node, at, &list);
}

static int hex_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What echo --csv spells with a backslash, as it was; `text` has room for all of the cell. */
static size_t unescape(char *text, const char *cell)
{
    size_t n = 0;

    for (; *cell != 0; cell++) {
        if (cell[0] == '\\' && cell[1] == 'x' && hex_of(cell[2]) >= 0 && hex_of(cell[3]) >= 0) {
            text[n++] = (char)(hex_of(cell[2]) << 4 | hex_of(cell[3]));
            cell += 3;
        } else if (cell[0] == '\\' && (cell[1] == 'n' || cell[1] == 't' || cell[1] == 'r')) {
            text[n++] = cell[1] == 'n' ? '\n' : cell[1] == 't' ? '\t' : '\r';
            cell++;
        } else if (cell[0] == '\\' && cell[1] == '\\')
            text[n++] = *cell++;
        else
            text[n++] = *cell;
    }
    return n;
}

static bool fill_text(struct walk *walk, const struct dhc_node *node, size_t at, const char *cell)
{
    char *text = malloc(strlen(cell) + 1);
    struct dhi_json json = { .kind = DHI_JSON_STRING, .text = text };
    bool good;

    if (text == NULL) abort();
    json.text_bytes = unescape(text, cell);
    good = dhi_encode_leaf(&walk->encoder, node, at, &json);
    free(text);
    return good;
}

static bool fill_leaf(struct walk *walk, const struct dhi_place *place)
{
    const struct dhc_node *node = place->node;
    const char *cell = cell_of(walk);
    struct dhi_json json;

    if (cell == NULL || (cell[0] == 0 && node->kind != DHC_CHAR && node->kind != DHC_STRING)) {
        json = (struct dhi_json){ .kind = DHI_JSON_NULL };
        if (cell == NULL || node->meaning->invalid == DHC_INVALID_NOT_SAID) return true;
        return dhi_encode_leaf(&walk->encoder, node, node->offset + place->shift, &json);
    }
    if (node->kind == DHC_CHAR || node->kind == DHC_STRING)
        return fill_text(walk, node, node->offset + place->shift, cell);
    if (node->meaning->naming == DHC_FLAGS)
        return fill_flags(walk, node, node->offset + place->shift, cell);
    json = json_of(node, cell);
    return dhi_encode_leaf(&walk->encoder, node, node->offset + place->shift, &json);
}

static bool fill_union(struct walk *walk, const struct dhi_place *place)
{
    const struct dhc_node *node = place->node, *arm;
    struct dhi_json here = { .kind = DHI_JSON_STRING };
    const char *cell = cell_of(walk);

    if (cell == NULL || cell[0] == 0) return true;
    arm = dhi_encode_tag(&walk->encoder, node, node->offset + place->shift, cell, &here);
    if (arm == NULL) return false;
    if (arm->first == NULL) return true;
    return fill_member(walk, &(struct dhi_place){ .node = arm->first, .shift = place->shift },
                       arm->name);
}

static bool fill(struct walk *walk, const struct dhi_place *place)
{
    const struct dhc_node *node = place->node;
    struct dhi_place inner = *place;
    char name[16];

    if (node->kind == DHC_OPT) {
        if (!is_filled(walk)) return true;
        walk->encoder.bytes[node->offset + place->shift + node->inner] = 1;
        inner.node = node->first;
        return fill(walk, &inner);
    }
    if (node->kind == DHC_STRUCT) {
        for (const struct dhc_node *field = node->first; field != NULL; field = field->next)
            if (field->kind != DHC_RESERVE &&
                !fill_member(walk, &(struct dhi_place){ .node = field, .shift = place->shift },
                             field->name))
                return false;
        return true;
    }
    if (node->kind == DHC_UNION) return fill_union(walk, place);
    if (node->kind == DHC_LIST) {
        struct dhi_json here = { .kind = DHI_JSON_STRING };
        return !is_filled(walk) ||
               dhi_encode_fail(&walk->encoder, &here, "use JSON for this channel",
                               "a list is no cell of a table");
    }
    if (place->level >= node->n_dims) return fill_leaf(walk, place);
    for (uint32_t i = 0; i < node->dims[place->level]; i++) {
        struct dhi_place member = dhi_element(place, i);
        snprintf(name, sizeof name, "[%u]", i);
        if (!fill_member(walk, &member, name)) return false;
    }
    return true;
}

static bool is_beside(const char *name)
{
    return strcmp(name, "sequence") == 0 || strcmp(name, "commit_ns") == 0;
}

/* A cell without a column would be lost without a word; so would the end of a text. */
static bool is_whole(struct walk *walk)
{
    struct dhi_json here = { .kind = DHI_JSON_STRING };

    if (walk->row->open)
        return dhi_encode_fail(&walk->encoder, &here, "close the quotes",
                               "the input ends between quotes");
    if (walk->row->n <= walk->names->n) return true;
    return dhi_encode_fail(&walk->encoder, &here, "a text with a comma stands between quotes",
                           "%zu cells, and the first row names %zu columns", walk->row->n,
                           walk->names->n);
}

/* A column that is no field would be lost without a word. */
static bool all_used(struct walk *walk)
{
    for (size_t i = 0; i < walk->names->n; i++) {
        const char *name = walk->names->cells[i];
        struct dhi_json here = { .kind = DHI_JSON_STRING };

        if (walk->used[i] || is_beside(name) || i >= walk->row->n || walk->row->cells[i][0] == 0)
            continue;
        walk->encoder.path[0] = 0;
        return dhi_encode_fail(&walk->encoder, &here,
                               "columns are called as dhadmin echo --csv calls them",
                               "there is no field '%.60s', or another arm is set", name);
    }
    return true;
}

bool dhi_csv_encode(unsigned char *bytes, const struct dhc_node *root,
                    const struct dhi_csv_row *names, const struct dhi_csv_row *row,
                    struct dhi_trouble *trouble)
{
    struct walk walk = { .encoder = { .bytes = bytes, .trouble = trouble },
                         .names = names,
                         .row = row,
                         .used = calloc(names->n + 1, sizeof(bool)) };
    bool good;

    if (walk.used == NULL) abort();
    memset(bytes, 0, root->size);
    good = is_whole(&walk) && fill(&walk, &(struct dhi_place){ .node = root }) && all_used(&walk);
    free(walk.used);
    return good;
}
