/* SPDX-License-Identifier: Apache-2.0 */
/* What may be completed to: the items themselves. Where which of them are offered is the affair of
 * lsp_complete.c. */
#ifndef DHGEN_LSP_OFFER_H
#define DHGEN_LSP_OFFER_H

#include "lsp_server.h"

struct lsp_offer {
    struct lsp_call *call;
    const struct lsp_document *document;
    const struct lsp_analysis *analysis;
    struct dhs_place place;
    uint32_t begin; /* of the word that is being typed */
    uint32_t offset;
    json_t *items;
};

/* The protocol's kinds of items. */
enum lsp_item_kind {
    LSP_ITEM_MODULE = 9,
    LSP_ITEM_PROPERTY = 10,
    LSP_ITEM_VALUE = 12,
    LSP_ITEM_ENUM = 13,
    LSP_ITEM_KEYWORD = 14,
    LSP_ITEM_FILE = 17,
    LSP_ITEM_FOLDER = 19,
    LSP_ITEM_ENUM_MEMBER = 20,
    LSP_ITEM_CONSTANT = 21,
    LSP_ITEM_STRUCT = 22,
    LSP_ITEM_TYPE = 25
};

/* Which types, where types are wanted. */
enum lsp_types { LSP_ANY_TYPE, LSP_ROOT_TYPES, LSP_CONSTANT_TYPES, LSP_BASES, LSP_UNSIGNED_BASES };

struct lsp_item {
    const char *label;
    enum lsp_item_kind kind;
    const char *detail;  /* or NULL */
    const char *docs;    /* or NULL */
    const char *insert;  /* or NULL: the label */
    const char *snippet; /* instead, where the client takes them; or NULL */
    const char *sort;    /* or NULL: the label */
    bool is_deprecated;
};
void lsp_offer_item(struct lsp_offer *offer, struct lsp_item item);

void lsp_offer_words(struct lsp_offer *offer, const char *context, enum lsp_item_kind kind);
void lsp_offer_statements(struct lsp_offer *offer, bool has_package);
void lsp_offer_members(struct lsp_offer *offer, bool in_struct);
void lsp_offer_setting(struct lsp_offer *offer, const char *word);
void lsp_offer_attributes(struct lsp_offer *offer, enum ast_kind place, bool with_at,
                          bool (*is_taken)(void *context, const char *name), void *context);

void lsp_offer_types(struct lsp_offer *offer, enum lsp_types which);
void lsp_offer_constants(struct lsp_offer *offer);

/* Of an enum or flags. */
void lsp_offer_enumerators(struct lsp_offer *offer, const struct dhs_symbol *symbol);

/* What `path.` may be followed by. */
void lsp_offer_inside(struct lsp_offer *offer, const struct ast_path *path, bool types,
                      enum lsp_types which);

/* Files to import: `typed` stands between the quote and the cursor. */
void lsp_offer_files(struct lsp_offer *offer, const char *typed);

#endif
