/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <stddef.h>
#include <string.h>

#include "diag.h"
#include "emit.h"
#include "verb.h"

static const struct verb VERBS[] = {
#define VERB(name, shown, operands, help) { #name, shown, operands, help, verb_##name },
#include "verbs.def"
#undef VERB
};

/* A choice's words, in the order of its enum's values from 1. */
static const char *const DUMPS[] = { "tokens", "ast", "model", "layout", "canon", NULL };
static const char *const FORMS[] = { "short", "rich", "json", "sarif", NULL };

static const struct option OPTIONS[] = {
#define OPTION(name, argument, kind, member, choices, verbs, help) \
    { name, argument, kind, offsetof(struct options, member), choices, verbs, help },
#include "options.def"
#undef OPTION
};

enum { N_OPTIONS = sizeof OPTIONS / sizeof OPTIONS[0] };

const struct option *option_at(size_t index)
{
    return index < N_OPTIONS ? &OPTIONS[index] : NULL;
}

const struct verb *verb_at(size_t index)
{
    return index < N_VERBS ? &VERBS[index] : NULL;
}

const struct verb *verb_find(const char *name, const char **nearest)
{
    const char *names[N_VERBS];

    for (size_t i = 0; i < N_VERBS; i++) {
        names[i] = VERBS[i].name;
        if (strcmp(name, names[i]) == 0) return &VERBS[i];
    }
    *nearest = dhs_nearest(name, names, N_VERBS);
    return NULL;
}

unsigned verb_bit(const struct verb *verb)
{
    return 1u << (verb - VERBS);
}

/* ---- parsing ------------------------------------------------------------------------------ */

struct command_line {
    struct dhs_arena *arena;
    char **argv;
    int argc;
    int at;
    struct options *options;
    FILE *errors;
    const struct option *seen[N_OPTIONS];
    size_t n_seen;
};

/* Says where more can be read; false, for whoever returns it. */
static bool refuse(struct command_line *line)
{
    if (line->options->verb_given)
        fprintf(line->errors, "Try 'dhgen help %s'.\n", line->options->verb->name);
    else
        fputs("Try 'dhgen --help'.\n", line->errors);
    return false;
}

static bool complain(struct command_line *line, const char *what, const char *word,
                     const char *nearest)
{
    fprintf(line->errors, "dhgen: %s '%s'", what, word);
    if (nearest) fprintf(line->errors, "; did you mean '%s'?", nearest);
    fputc('\n', line->errors);
    return refuse(line);
}

static void append(struct command_line *line, struct strings *strings, const char *item)
{
    /* no more of them than there are words on the command line */
    if (!strings->items)
        strings->items = dhs_alloc_array(line->arena, (size_t)line->argc, sizeof *strings->items);
    strings->items[strings->n++] = item;
}

/* Of those that the verb takes, else of all. */
static const char *nearest_option(const struct command_line *line, const char *word)
{
    unsigned verbs = line->options->verb_given ? verb_bit(line->options->verb) : EVERY_VERB;
    const char *own[N_OPTIONS], *all[N_OPTIONS];
    size_t n = 0;

    for (size_t i = 0; i < N_OPTIONS; i++) {
        all[i] = OPTIONS[i].name;
        if (OPTIONS[i].verbs & verbs) own[n++] = OPTIONS[i].name;
    }
    const char *nearest = dhs_nearest(word, own, n);
    return nearest ? nearest : dhs_nearest(word, all, N_OPTIONS);
}

/* The row for "--out", "--out=x" or "-Ix"; *argument is what is joined to it. */
static const struct option *find_row(const char *word, const char **argument)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        size_t n = strlen(OPTIONS[i].name);
        if (strncmp(word, OPTIONS[i].name, n) != 0) continue;
        bool is_short = n == 2;
        if (word[n] != '\0' && word[n] != '=' && !is_short) continue;
        *argument = word[n] == '\0' ? NULL : word + n + (word[n] == '=' && !is_short);
        return &OPTIONS[i];
    }
    return NULL;
}

static bool choose(struct command_line *line, const struct option *row, int *value,
                   const char *word)
{
    size_t n = 0;

    for (; row->choices[n]; n++) {
        if (strcmp(row->choices[n], word) == 0) {
            *value = (int)n + 1;
            return true;
        }
    }
    return complain(line, dhs_printf(line->arena, "%s does not know", row->name), word,
                    dhs_nearest(word, row->choices, n));
}

static void note_option(struct command_line *line, const struct option *row)
{
    for (size_t i = 0; i < line->n_seen; i++)
        if (line->seen[i] == row) return;
    line->seen[line->n_seen++] = row;
}

static bool take_option(struct command_line *line, const char *word)
{
    const char *argument = NULL;
    const struct option *row = find_row(strcmp(word, "-h") == 0 ? "--help" : word, &argument);

    if (!row) {
        const char *name = dhs_copy_text(line->arena, word, strcspn(word, "="));
        return complain(line, "there is no option", name, nearest_option(line, name));
    }
    note_option(line, row);
    char *member = (char *)line->options + row->offset;
    if (row->kind == KIND_FLAG) {
        if (argument) return complain(line, "no value is expected by", row->name, NULL);
        *(bool *)(void *)member = true;
        return true;
    }
    if (!argument && line->at < line->argc) argument = line->argv[line->at++];
    if (!argument || !*argument)
        return complain(line, dhs_printf(line->arena, "%s is missing behind", row->argument),
                        row->name, NULL);
    if (row->kind == KIND_CHOICE) return choose(line, row, (int *)(void *)member, argument);
    if (row->kind == KIND_LIST)
        append(line, (struct strings *)(void *)member, argument);
    else
        *(const char **)(void *)member = argument;
    return true;
}

/* The first word may be a verb; what looks like a file is one. */
static bool take_verb(struct command_line *line, const char *word)
{
    const char *nearest = NULL;
    const struct verb *verb = verb_find(word, &nearest);

    if (verb) {
        line->options->verb = verb;
        line->options->verb_given = true;
        return true;
    }
    if (strpbrk(word, "./") || strcmp(word, "-") == 0) {
        append(line, &line->options->operands, word);
        return true;
    }
    return complain(line, "there is no verb", word, nearest);
}

static bool take_words(struct command_line *line)
{
    bool verb_seen = false;
    bool only_operands = false;

    while (line->at < line->argc) {
        const char *word = line->argv[line->at++];
        bool is_option = !only_operands && word[0] == '-' && word[1] != '\0';
        if (is_option && strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (is_option) {
            if (!take_option(line, word)) return false;
        } else if (!verb_seen && !only_operands) {
            if (!take_verb(line, word)) return false;
            verb_seen = true;
        } else {
            append(line, &line->options->operands, word);
        }
    }
    return true;
}

static bool check_language(struct command_line *line)
{
    const char *const *languages;
    size_t n = emit_languages(line->arena, &languages);

    if (emit_is_folder(line->options->language)) return true;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(languages[i], line->options->language) == 0) return true;
    }
    const char *nearest = dhs_nearest(line->options->language, languages, n);
    if (nearest)
        return complain(line, "there are no templates for the language", line->options->language,
                        nearest);
    fprintf(line->errors, "dhgen: there are no templates for the language '%s', but for ",
            line->options->language);
    for (size_t i = 0; i < n; i++)
        fprintf(line->errors, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", languages[i]);
    fputs("; your own are a folder, with a '/'\n", line->errors);
    return refuse(line);
}

/* Options stand anywhere: only at the end it is known whose they are. */
static bool check_options(struct command_line *line)
{
    const struct verb *verb = line->options->verb;

    for (size_t i = 0; i < line->n_seen; i++) {
        const struct option *row = line->seen[i];
        if (row->verbs & verb_bit(verb)) continue;
        fprintf(line->errors, "dhgen: %s takes no '%s'; that option belongs to", verb->name,
                row->name);
        for (size_t k = 0, n = 0; k < N_VERBS; k++)
            if (row->verbs & verb_bit(&VERBS[k]))
                fprintf(line->errors, "%s %s", n++ > 0 ? "," : "", VERBS[k].name);
        fputc('\n', line->errors);
        return refuse(line);
    }
    return true;
}

bool options_parse(struct dhs_arena *arena, int argc, char **argv, struct options *options,
                   FILE *errors)
{
    struct command_line line = { arena, argv, argc, 1, options, errors, { 0 }, 0 };

    *options = (struct options){ .verb = &VERBS[0], .out_dir = ".", .language = "c" };
    if (!take_words(&line)) return false;
    if (options->help || options->version) return true;
    if (!check_options(&line)) return false;
    if (options->verb->operands == ANYTHING) return true;
    if (!check_language(&line)) return false;
    if (options->against && options->operands.n > 1) {
        fputs("dhgen: --against FILE is what one schema must keep, and several are given.\n",
              errors);
        return refuse(&line);
    }
    if (options->operands.n > 0) return true;
    fputs("dhgen: which schema? Give a file, or '-' for standard input.\n", errors);
    return refuse(&line);
}
