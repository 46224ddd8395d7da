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

enum kind { KIND_TEXT, KIND_LIST, KIND_CHOICE, KIND_FLAG };

/* A choice's words, in the order of its enum's values from 1. */
static const char *const DUMPS[] = { "model", "layout", "canon", NULL };
static const char *const FORMS[] = { "short", "rich", "json", "sarif", NULL };

static const struct row {
    const char *name;
    const char *argument; /* NULL: a flag */
    enum kind kind;
    size_t offset; /* in struct options */
    const char *const *choices;
    const char *help;
} ROWS[] = {
#define AT(member) offsetof(struct options, member)
    { "--out", "DIR", KIND_TEXT, AT(out_dir), NULL,
      "where files go (default: here; '-': printed)" },
    { "--lang", "NAME", KIND_TEXT, AT(language), NULL,
      "language of the files (default: c), or a folder of templates: DIR/" },
    { "--template", "FILE", KIND_LIST, AT(templates), NULL,
      "a template of your own instead; may be repeated" },
    { "-I", "DIR", KIND_LIST, AT(import_dirs), NULL, "look for imports here, too" },
    { "--depfile", "FILE", KIND_TEXT, AT(depfile), NULL,
      "write what the files depend on, for make" },
    { "--channel", "NAME", KIND_TEXT, AT(channel), NULL,
      "which channel, where a file has several" },
    { "--diagnostics", "FORM", KIND_CHOICE, AT(diagnostics), FORMS,
      "short, rich, json or sarif (default: as the terminal is)" },
    { "--force", NULL, KIND_FLAG, AT(force), NULL,
      "lock: write it although released minors changed" },
    { "--json", NULL, KIND_FLAG, AT(json), NULL, "diff, layout: print for programs" },
    { "--werror", NULL, KIND_FLAG, AT(werror), NULL, "warnings are errors" },
    { "--dump", "STAGE", KIND_CHOICE, AT(dump), DUMPS,
      "print a stage instead: model, layout, canon" },
    { "--check", NULL, KIND_FLAG, AT(check), NULL, "fmt: write nothing, name what would change" },
    { "--diff", NULL, KIND_FLAG, AT(diff), NULL, "fmt: write nothing, show what would change" },
    { "--fix", NULL, KIND_FLAG, AT(fix), NULL,
      "fmt: mend what certainly can be, and say what is left" },
    { "--package", "NAME", KIND_TEXT, AT(package), NULL, "import: the package of what is made" },
    { "--prefix", "NAME", KIND_TEXT, AT(prefix), NULL,
      "import: the prefix of its generated names" },
    { "--bound", "N", KIND_TEXT, AT(bound), NULL,
      "import: room of strings and arrays without a bound (default: 64)" },
    { "--stdio", NULL, KIND_FLAG, AT(stdio), NULL, "lsp: as it is anyway; some editors say it" },
    { "--help", NULL, KIND_FLAG, AT(help), NULL, "print this" },
    { "--version", NULL, KIND_FLAG, AT(version), NULL, "print the version" },
#undef AT
};

enum { N_ROWS = sizeof ROWS / sizeof ROWS[0], N_VERBS = sizeof VERBS / sizeof VERBS[0] };

void options_print_help(struct dhs_arena *arena, FILE *out)
{
    const char *const *languages;
    size_t n = emit_languages(arena, &languages);

    fputs("dhgen: from schemas (.dhs) to typed C stubs, and what else is known about a schema\n\n"
          "  dhgen [VERB] [OPTION…] FILE…      '-' is standard input\n\n",
          out);
    for (size_t i = 0; i < N_VERBS; i++)
        fprintf(out, "  %-8s %-13s %s\n", VERBS[i].name, VERBS[i].shown, VERBS[i].help);
    fputc('\n', out);
    for (size_t i = 0; i < N_ROWS; i++)
        fprintf(out, "  %-22s %s\n",
                dhs_printf(arena, "%s %s", ROWS[i].name, ROWS[i].argument ? ROWS[i].argument : ""),
                ROWS[i].help);
    fputs("\nLanguages:", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, " %s", languages[i]);
    fputs(
        "\nImports are looked for beside the file that names them, in the -I folders, and among "
        "the\nshipped schemas ($DH_IDL_STD, or where dhgen is installed).\n"
        "Exit status: 0, 1 (the schema is wrong), 64 (command line), 66 (no such file),\n"
        "73 (cannot create a file), 74 (cannot write it); of diff: 0 (compatible), 1 (breaking),\n"
        "2 (could not compare).\n",
        out);
}

/* ---- parsing ------------------------------------------------------------------------------ */

struct command_line {
    struct dhs_arena *arena;
    char **argv;
    int argc;
    int at;
    struct options *options;
    FILE *errors;
};

static bool complain(struct command_line *line, const char *what, const char *word,
                     const char *nearest)
{
    fprintf(line->errors, "dhgen: %s '%s'", what, word);
    if (nearest) fprintf(line->errors, "; did you mean '%s'?", nearest);
    fputs("\nTry 'dhgen --help'.\n", line->errors);
    return false;
}

static void append(struct command_line *line, struct strings *strings, const char *item)
{
    /* no more of them than there are words on the command line */
    if (!strings->items)
        strings->items = dhs_alloc_array(line->arena, (size_t)line->argc, sizeof *strings->items);
    strings->items[strings->n++] = item;
}

static const char *nearest_option(const char *word)
{
    const char *names[N_ROWS];

    for (size_t i = 0; i < N_ROWS; i++)
        names[i] = ROWS[i].name;
    return dhs_nearest(word, names, N_ROWS);
}

/* The row for "--out", "--out=x" or "-Ix"; *argument is what is joined to it. */
static const struct row *find_row(const char *word, const char **argument)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        size_t n = strlen(ROWS[i].name);
        if (strncmp(word, ROWS[i].name, n) != 0) continue;
        bool is_short = n == 2;
        if (word[n] != '\0' && word[n] != '=' && !is_short) continue;
        *argument = word[n] == '\0' ? NULL : word + n + (word[n] == '=' && !is_short);
        return &ROWS[i];
    }
    return NULL;
}

static bool choose(struct command_line *line, const struct row *row, int *value, const char *word)
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

static bool take_option(struct command_line *line, const char *word)
{
    const char *argument = NULL;
    const struct row *row = find_row(word, &argument);

    if (!row) {
        const char *name = dhs_copy_text(line->arena, word, strcspn(word, "="));
        return complain(line, "there is no option", name, nearest_option(name));
    }
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
    const char *names[N_VERBS];

    for (size_t i = 0; i < N_VERBS; i++) {
        names[i] = VERBS[i].name;
        if (strcmp(word, VERBS[i].name) != 0) continue;
        line->options->verb = &VERBS[i];
        return true;
    }
    if (strpbrk(word, "./") || strcmp(word, "-") == 0) {
        append(line, &line->options->operands, word);
        return true;
    }
    return complain(line, "there is no verb", word, dhs_nearest(word, names, N_VERBS));
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
    return complain(line, "there are no templates for the language", line->options->language,
                    dhs_nearest(line->options->language, languages, n));
}

bool options_parse(struct dhs_arena *arena, int argc, char **argv, struct options *options,
                   FILE *errors)
{
    struct command_line line = { arena, argv, argc, 1, options, errors };

    *options = (struct options){ .verb = &VERBS[0], .out_dir = ".", .language = "c" };
    if (!take_words(&line)) return false;
    if (options->help || options->version || options->verb->operands == ANYTHING) return true;
    if (!check_language(&line)) return false;
    if (options->operands.n == 0) {
        fputs("dhgen: which schema? Give a file, or '-' for standard input.\n"
              "Try 'dhgen --help'.\n",
              errors);
        return false;
    }
    return true;
}
