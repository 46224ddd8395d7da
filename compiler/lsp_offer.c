/* SPDX-License-Identifier: Apache-2.0 */
#include "lsp_offer.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "grammar.h"
#include "source.h"

static struct dhs_arena *arena_of(const struct lsp_offer *offer)
{
    return offer->call->arena;
}

void lsp_offer_item(struct lsp_offer *offer, struct lsp_item item)
{
    enum { PLAIN = 1, SNIPPET = 2 };
    const struct lsp_client *client = &offer->call->server->client;
    bool is_snippet = item.snippet && client->snippets;
    const char *insert = is_snippet ? item.snippet : item.insert ? item.insert : item.label;
    json_t *json =
        json_pack("{s:o, s:i, s:i, s:o}", "label", lsp_string(item.label, strlen(item.label)),
                  "kind", (int)item.kind, "insertTextFormat", is_snippet ? SNIPPET : PLAIN,
                  "textEdit",
                  lsp_edit(&offer->analysis->lines, offer->begin, offer->offset, insert));
    if (item.label[0] == '@') json_object_set_new(json, "filterText", json_string(item.label + 1));
    if (item.detail)
        json_object_set_new(json, "detail", lsp_string(item.detail, strlen(item.detail)));
    if (item.sort) json_object_set_new(json, "sortText", lsp_string(item.sort, strlen(item.sort)));
    if (item.docs && *item.docs) {
        struct text docs = text_new(arena_of(offer));
        text_add_string(&docs, item.docs);
        json_object_set_new(json, "documentation", lsp_markup(client->markdown_docs, &docs));
    }
    if (item.is_deprecated) {
        enum { DEPRECATED = 1 };
        json_object_set_new(json, "tags", json_pack("[i]", DEPRECATED));
    }
    json_array_append_new(offer->items, json);
}

/* ---- words -------------------------------------------------------------------------------- */

void lsp_offer_words(struct lsp_offer *offer, const char *context, enum lsp_item_kind kind)
{
    const char *word;
    for (size_t i = 0; (word = lsp_word_at(context, i)); i++)
        lsp_offer_item(offer, (struct lsp_item){
                                  .label = word, .kind = kind, .docs = lsp_word(context, word) });
}

struct template
{
    const char *word;
    const char *snippet;
};

static void offer_templates(struct lsp_offer *offer, const struct template *templates, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lsp_offer_item(offer, (struct lsp_item){ .label = templates[i].word,
                                                 .kind = LSP_ITEM_KEYWORD,
                                                 .docs = lsp_word("", templates[i].word),
                                                 .snippet = templates[i].snippet });
}

static const struct template CONST_TEMPLATES[] = {
    { "const", "const ${1:NAME}: ${2:u32} = ${3:1};" },
    { "enum", "enum ${1:Name} : ${2:u8} { ${3:none = 0} }" },
    { "flags", "flags ${1:Name} : ${2:u16} { ${3:first = 0} }" },
};
enum { N_CONST_TEMPLATES = sizeof CONST_TEMPLATES / sizeof CONST_TEMPLATES[0] };

void lsp_offer_statements(struct lsp_offer *offer, bool has_package)
{
    static const struct template PACKAGE[] = { { "package", "package ${1:my.project};" } };
    static const struct template OTHERS[] = {
        { "import", "import \"$1\";" },
        { "alias", "alias ${1:Name} = ${2:f64};" },
        { "struct", "struct ${1:Name} {\n\t${2:field}: ${3:u32};\n}" },
        { "union", "union ${1:Name} : ${2:u8} {\n\t${3:none} = 0;\n}" },
        { "channel", "channel ${1:name} version ${2:1} {\n\tslot:  ${3:Type};\n"
                     "\tslots: ${4:1};\n\tfull:  ${5|overwrite,wait|};\n}" },
    };
    if (!has_package) {
        offer_templates(offer, PACKAGE, 1);
        return;
    }
    offer_templates(offer, OTHERS, sizeof OTHERS / sizeof OTHERS[0]);
    offer_templates(offer, CONST_TEMPLATES, N_CONST_TEMPLATES);
}

void lsp_offer_members(struct lsp_offer *offer, bool in_struct)
{
    if (in_struct) offer_templates(offer, CONST_TEMPLATES, N_CONST_TEMPLATES);
}

void lsp_offer_setting(struct lsp_offer *offer, const char *word)
{
    static const struct template SETTINGS[] = {
        { "slot", "slot: ${1:Type};" },
        { "zone", "zone ${1:name}: ${2:Type};" },
        { "slots", "slots: ${1:1};" },
        { "full", "full: ${1|overwrite,wait|};" },
        { "checksum", "checksum: ${1|none,manual,enforced,fast|};" },
        { "consumers", "consumers: ${1:16};" },
    };
    for (size_t i = 0; i < sizeof SETTINGS / sizeof SETTINGS[0]; i++) {
        if (strcmp(SETTINGS[i].word, word) != 0) continue;
        const char *line = lsp_word("setting", word);
        lsp_offer_item(offer, (struct lsp_item){ .label = word,
                                                 .kind = LSP_ITEM_PROPERTY,
                                                 .docs = line ? line : lsp_word("", word),
                                                 .snippet = SETTINGS[i].snippet });
    }
}

/* ---- attributes --------------------------------------------------------------------------- */

/* "@range(-1, 1), or with ..." -> "range(${1:-1}, ${2:1})" */
static const char *snippet_of(struct dhs_arena *arena, const struct dhs_attribute_info *info)
{
    const char *at = strchr(info->usage, '(');
    const char *end = at ? strchr(at, ')') : NULL;
    if (info->most == 0) return NULL;
    if (info->least == 0 || !end) return dhs_printf(arena, "%s$0", info->name);
    struct text text = text_new(arena);
    text_printf(&text, "%s(", info->name);
    int n = 0;
    for (at++; at < end;) {
        size_t length = strcspn(at, ",)");
        bool quoted = *at == '"';
        text_printf(&text, quoted ? "%s\"${%d:%.*s}\"" : "%s${%d:%.*s}", n ? ", " : "", n + 1,
                    (int)length - (quoted ? 2 : 0), at + quoted);
        n++;
        at += length + (at[length] == ',' ? 2 : 0);
    }
    text_add_char(&text, ')');
    return text_string(&text);
}

static const char *clock_snippet(struct dhs_arena *arena)
{
    const char *text = "clock(${1|", *clock;
    for (size_t i = 0; (clock = dhs_clock_at(i)); i++)
        text = dhs_printf(arena, "%s%s%s", text, i ? "," : "", clock);
    return dhs_printf(arena, "%s|})", text);
}

void lsp_offer_attributes(struct lsp_offer *offer, enum ast_kind place, bool with_at,
                          bool (*is_taken)(void *context, const char *name), void *context)
{
    struct dhs_attribute_info info;
    struct dhs_arena *arena = arena_of(offer);
    const char *at = with_at ? "@" : "";
    for (size_t i = 0; dhs_attribute_at(i, &info); i++) {
        if (!dhs_attribute_goes_on(info.name, place) || is_taken(context, info.name)) continue;
        const char *snippet =
            strcmp(info.name, "clock") == 0 ? clock_snippet(arena) : snippet_of(arena, &info);
        lsp_offer_item(offer,
                       (struct lsp_item){
                           .label = dhs_printf(arena, "%s%s", at, info.name),
                           .kind = LSP_ITEM_PROPERTY,
                           .detail = info.usage,
                           .docs = info.summary,
                           .snippet = snippet ? dhs_printf(arena, "%s%s", at, snippet) : NULL });
    }
}

/* ---- names -------------------------------------------------------------------------------- */

static enum lsp_item_kind kind_of(enum ast_kind kind)
{
    switch (kind) {
    case AST_CONSTANT:
    case AST_PARAMETER: return LSP_ITEM_CONSTANT;
    case AST_ENUM:
    case AST_FLAGS: return LSP_ITEM_ENUM;
    case AST_ALIAS: return LSP_ITEM_TYPE;
    default: return LSP_ITEM_STRUCT;
    }
}

static void offer_symbol(struct lsp_offer *offer, const struct dhs_symbol *symbol,
                         const char *qualifier, const char *group)
{
    struct dhs_arena *arena = arena_of(offer);
    const char *name =
        qualifier ? dhs_printf(arena, "%s.%s", qualifier, symbol->name) : symbol->name;
    lsp_offer_item(offer,
                   (struct lsp_item){
                       .label = name,
                       .kind = kind_of(symbol->ast->kind),
                       .detail = lsp_written(arena, offer->analysis, symbol->unit, symbol->ast),
                       .docs = ast_docs(arena, symbol->unit->source, symbol->ast->name),
                       .sort = dhs_printf(arena, "%s%s", group, name),
                       .is_deprecated = lsp_is_deprecated(symbol->unit->source, symbol->ast) });
}

static bool is_value(const struct dhs_symbol *symbol)
{
    return symbol->ast->kind == AST_CONSTANT || symbol->ast->kind == AST_PARAMETER;
}

/* An alias is what it names. */
static bool is_type_of(const struct dhs_symbol *symbol, enum lsp_types which)
{
    enum ast_kind kind = symbol->ast->kind;
    const struct dhs_type *named = kind == AST_ALIAS && symbol->alias ? symbol->alias->type : NULL;
    bool is_root = kind == AST_STRUCT || (named && named->kind == DHS_TYPE_STRUCT);
    bool is_enum = kind == AST_ENUM || kind == AST_FLAGS;
    bool is_scalar = named && (named->kind == DHS_TYPE_SCALAR || named->kind == DHS_TYPE_ENUM ||
                               named->kind == DHS_TYPE_FLAGS);
    if (is_value(symbol)) return false;
    if (which == LSP_ROOT_TYPES) return is_root;
    if (which == LSP_CONSTANT_TYPES) return is_enum || is_scalar;
    return which == LSP_ANY_TYPE;
}

/* Types, or constants and, for E.x, what has enumerators. */
static bool fits(const struct dhs_symbol *symbol, bool types, enum lsp_types which)
{
    if (types) return is_type_of(symbol, which);
    return is_value(symbol);
}

static void offer_names(struct lsp_offer *offer, const struct dhs_unit *unit, const char *qualifier,
                        bool types, enum lsp_types which, const char *group)
{
    for (const struct dhs_symbol *s = unit->symbols; s; s = s->next)
        if (!s->outer && s != offer->place.outer && fits(s, types, which))
            offer_symbol(offer, s, qualifier, group);
}

/* In the order in which they stand: a table has another. */
static void offer_nested(struct lsp_offer *offer, const struct dhs_symbol *outer, bool types,
                         enum lsp_types which)
{
    const struct ast_declaration *lists[] = { outer->ast->parameters, outer->ast->members };
    for (size_t i = 0; i < 2; i++) {
        for (const struct ast_declaration *d = lists[i]; d; d = d->next) {
            bool has_name = d->kind == AST_PARAMETER || d->kind == AST_CONSTANT ||
                            d->kind == AST_ENUM || d->kind == AST_FLAGS;
            const struct dhs_symbol *symbol =
                has_name ? dhs_symbol_of(offer->analysis->check, outer->unit, outer, d) : NULL;
            if (symbol && fits(symbol, types, which)) offer_symbol(offer, symbol, NULL, "0");
        }
    }
}

static void offer_visible(struct lsp_offer *offer, bool types, enum lsp_types which)
{
    const struct dhs_unit *unit = offer->place.unit;
    if (offer->place.outer) offer_nested(offer, offer->place.outer, types, which);
    offer_names(offer, unit, NULL, types, which, "1");
    for (const struct dhs_unit_import *i = unit->imports; i; i = i->next) {
        bool same = strcmp(i->unit->file->package, unit->file->package) == 0;
        const char *qualifier = i->local_name ? i->local_name : i->unit->file->package;
        offer_names(offer, i->unit, same ? NULL : qualifier, types, which, "2");
    }
}

/* ---- types -------------------------------------------------------------------------------- */

static bool is_base(const char *word, bool signed_too)
{
    enum dhs_scalar scalar;
    return dhs_find_scalar(word, &scalar) && dhs_is_integer(scalar) &&
           (signed_too || !dhs_is_signed(scalar));
}

static const char *type_snippet(const char *word)
{
    static const struct template SNIPPETS[] = {
        { "char", "char[${1:16}]" },      { "string", "string<${1:31}>" },
        { "bytes", "bytes<${1:64}>" },    { "list", "list<${1:f32}, ${2:16}>" },
        { "atomic", "atomic<${1:u64}>" },
    };
    for (size_t i = 0; i < sizeof SNIPPETS / sizeof SNIPPETS[0]; i++)
        if (strcmp(SNIPPETS[i].word, word) == 0) return SNIPPETS[i].snippet;
    return NULL;
}

static bool is_wanted(const char *word, enum lsp_types which)
{
    enum dhs_scalar scalar;
    switch (which) {
    case LSP_ANY_TYPE: return true;
    case LSP_ROOT_TYPES: return false;
    case LSP_CONSTANT_TYPES: return dhs_find_scalar(word, &scalar);
    case LSP_BASES: return is_base(word, true);
    case LSP_UNSIGNED_BASES: break;
    }
    return is_base(word, false);
}

void lsp_offer_types(struct lsp_offer *offer, enum lsp_types which)
{
    const char *word;
    offer_visible(offer, true, which);
    for (size_t i = 0; (word = lsp_word_at("type", i)); i++)
        if (is_wanted(word, which))
            lsp_offer_item(offer,
                           (struct lsp_item){ .label = word,
                                              .kind = LSP_ITEM_KEYWORD,
                                              .docs = lsp_word("type", word),
                                              .snippet = type_snippet(word),
                                              .sort = dhs_printf(arena_of(offer), "3%02zu", i) });
}

/* ---- values ------------------------------------------------------------------------------- */

void lsp_offer_constants(struct lsp_offer *offer)
{
    offer_visible(offer, false, LSP_ANY_TYPE);
}

void lsp_offer_enumerators(struct lsp_offer *offer, const struct dhs_symbol *symbol)
{
    struct dhs_arena *arena = arena_of(offer);
    size_t i = 0;
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next, i++)
        lsp_offer_item(offer, (struct lsp_item){
                                  .label = ast_token_text(arena, symbol->unit->source, m->name),
                                  .kind = LSP_ITEM_ENUM_MEMBER,
                                  .detail = lsp_written(arena, offer->analysis, symbol->unit, m),
                                  .docs = ast_docs(arena, symbol->unit->source, m->name),
                                  .sort = dhs_printf(arena, "0%04zu", i),
                                  .is_deprecated = lsp_is_deprecated(symbol->unit->source, m) });
}

void lsp_offer_inside(struct lsp_offer *offer, const struct ast_path *path, bool types,
                      enum lsp_types which)
{
    const struct dhs_unit *unit = offer->place.unit;
    struct dhs_check *check = offer->analysis->check;
    const char *qualifier = ast_path_text(arena_of(offer), unit->source, path);
    if (strcmp(unit->file->package, qualifier) == 0)
        offer_names(offer, unit, NULL, types, which, "1");
    for (const struct dhs_unit_import *i = unit->imports; i; i = i->next)
        if ((i->local_name && strcmp(i->local_name, qualifier) == 0) ||
            strcmp(i->unit->file->package, qualifier) == 0)
            offer_names(offer, i->unit, NULL, types, which, "1");
    const struct dhs_symbol *symbol = dhs_lookup(check, offer->place, path, NULL);
    if (!symbol) return;
    if (symbol->ast->kind == AST_STRUCT) offer_nested(offer, symbol, types, which);
    bool has_values = symbol->ast->kind == AST_ENUM || symbol->ast->kind == AST_FLAGS;
    if (has_values && !types) lsp_offer_enumerators(offer, symbol);
}

/* ---- files -------------------------------------------------------------------------------- */

enum { MAX_ENTRIES = 500 };

static void offer_entry(struct lsp_offer *offer, const char *folder, const char *name)
{
    struct dhs_arena *arena = arena_of(offer);
    const char *path = dhs_printf(arena, "%s/%s", folder, name);
    struct stat status;
    size_t length = strlen(name);
    if (name[0] == '.' || stat(path, &status) != 0) return;
    bool is_schema = length > 4 && strcmp(name + length - 4, ".dhs") == 0;
    if (S_ISDIR(status.st_mode))
        lsp_offer_item(offer, (struct lsp_item){ .label = dhs_printf(arena, "%s/", name),
                                                 .kind = LSP_ITEM_FOLDER });
    else if (is_schema && strcmp(path, offer->document->path) != 0)
        lsp_offer_item(offer, (struct lsp_item){ .label = name, .kind = LSP_ITEM_FILE });
}

static void offer_folder(struct lsp_offer *offer, const char *folder)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (i < MAX_ENTRIES) offer_entry(offer, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

/* In the folders where an import is looked for, and in their order. */
void lsp_offer_files(struct lsp_offer *offer, const char *typed)
{
    struct dhs_arena *arena = arena_of(offer);
    const struct lsp_server *server = offer->call->server;
    const char *slash = strrchr(typed, '/');
    const char *below = slash ? dhs_copy_text(arena, typed, (size_t)(slash - typed)) : "";
    const char *last = strrchr(offer->document->path, '/');
    if (typed[0] == '/') {
        offer_folder(offer, *below ? below : "/");
        return;
    }
    if (last)
        offer_folder(offer, dhs_printf(arena, "%.*s/%s", (int)(last - offer->document->path),
                                       offer->document->path, below));
    for (size_t i = 0; i < server->import_dirs.n; i++)
        offer_folder(offer, dhs_printf(arena, "%s/%s", server->import_dirs.items[i], below));
    if (server->std_dir) offer_folder(offer, dhs_printf(arena, "%s/%s", server->std_dir, below));
}
