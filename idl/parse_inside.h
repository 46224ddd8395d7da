/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser's driver share: parse.c feeds, mend.c repairs, unexpected.c reports.
 */
#ifndef DHS_PARSE_INSIDE_H
#define DHS_PARSE_INSIDE_H

#include "ast_build.h"
#include "habits.h"

enum { PARSE_MAX_BRACES = 16 };

enum parse_mode { READING, LOST, SKIPPING };

struct parse {
    struct ast_builder builder;
    void *parser;
    struct dhs_lexer lexer;
    struct dhs_token before; /* the token last fed or dropped */
    struct dhs_token token;
    struct dhs_token ahead;
    struct dhs_window window; /* behind `token`, where more than `ahead` had to be read */
    uint32_t reach;           /* how far tokens were read, though some may have been turned round */
    struct ast_lost *lost;    /* while LOST or SKIPPING: from here */
    enum parse_mode mode;
    unsigned skipped_braces;
    unsigned
        n_scopes;    /* `namespace a {` that were passed over: so many '}' close nothing of ours */
    size_t n_braces; /* as the parser counts them */
    struct dhs_token braces[PARSE_MAX_BRACES]; /* the open ones */
    int recent[3];                             /* the three kinds fed last, the latest first */
    bool quiet; /* nothing has fitted since the last error: this is still the same one */
};

const char *parse_text_of(const struct parse *p, struct dhs_token token);
bool parse_is_text(const struct parse *p, struct dhs_token token, const char *text);

/* Goes on to the next token. */
void parse_advance(struct parse *p);

/* Hands a token to the generated parser; one that is not in the file stands at p->token. */
void parse_feed(struct parse *p, int kind, struct dhs_token token);

/* Right behind what was read: where what is missing should stand. */
struct dhs_span parse_end_of_before(const struct parse *p);
bool parse_on_new_line(const struct parse *p);

/* Reports the token as one that does not fit, with what would. */
void parse_report_unexpected(struct parse *p);

/* The keyword that fits here and is nearest to the token. */
struct dhs_near parse_nearest_keyword(struct parse *p);

/* Rewrites habits of other languages where a member, type or declaration begins. */
void parse_mend_habits(struct parse *p);

/* Whether the token before is a string without its end, which was reported. */
bool parse_is_cut_off(const struct parse *p);
bool parse_is_behind_open_quote(const struct parse *p);

/* Reads `>>` as two brackets where it closes two types. */
void parse_split_shift(struct parse *p);

/* What is certain of other languages' ways, mended as by parse_mend(); what is not, explained
 * behind the report of a token that does not fit. */
bool parse_mend_strange(struct parse *p);

/* `namespace lab {` and the '}' of one: passed over, so that what it holds is read. */
bool parse_pass_namespace(struct parse *p);
void parse_advise(struct parse *p);

/* `[unit = "m"]`, as some write attributes, at its `=`. */
bool parse_is_bracketed_attribute(const struct parse *p);

/* At the name of a struct, union or alias where members stand. */
bool parse_declares_inside(struct parse *p);

/* Repairs a token that does not fit by one that is missing, wrong or too much, where that lets what
 * follows fit: reports it, feeds what was meant, and returns true. */
bool parse_mend(struct parse *p);

#endif
