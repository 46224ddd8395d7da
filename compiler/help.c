/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "emit.h"
#include "value.h"

enum { COLUMNS = 80 };

static const struct usage {
    const char *about;
    const char *commands[2];
    const char *what_they_do[2];
} USAGES[N_VERBS] = {
#define USAGE(verb, about, command, does, another, that) \
    [VERB_##verb] = { about, { command, another }, { does, that } },
#define EXIT(status, verbs, when)
#include "usage.def"
#undef USAGE
#undef EXIT
};

static const struct exit_row {
    int status;
    unsigned verbs;
    const char *when;
} EXITS[] = {
#define USAGE(verb, about, command, does, another, that)
#define EXIT(status, verbs, when) { status, verbs, when },
#include "usage.def"
#undef USAGE
#undef EXIT
};

enum { N_EXITS = sizeof EXITS / sizeof EXITS[0] };

/* ---- one verb ----------------------------------------------------------------------------- */

static const char *list_of(struct dhs_arena *arena, const char *const *words, size_t n)
{
    struct text list = text_new(arena);

    for (size_t i = 0; i < n && words[i]; i++)
        text_printf(&list, "%s%s", i > 0 ? ", " : "", words[i]);
    return text_string(&list);
}

/* "form of what is said (default: as the terminal is): short, rich, json, sarif" */
static const char *help_of_option(struct dhs_arena *arena, const struct option *option)
{
    const char *const *languages;
    size_t n_languages = emit_languages(arena, &languages);

    if (option->choices)
        return dhs_printf(arena, "%s: %s", option->help, list_of(arena, option->choices, SIZE_MAX));
    if (strcmp(option->name, "--lang") == 0)
        return dhs_printf(arena, "%s: %s", option->help, list_of(arena, languages, n_languages));
    return option->help;
}

static const char *shown(struct dhs_arena *arena, const struct option *option)
{
    return option->argument ? dhs_printf(arena, "%s %s", option->name, option->argument)
                            : option->name;
}

/* The options that all of these verbs take. */
static void add_options(struct text *text, unsigned verbs)
{
    const struct option *option;
    int width = 0;

    for (size_t i = 0; (option = option_at(i)); i++)
        if ((option->verbs & verbs) == verbs && (int)strlen(shown(text->arena, option)) > width)
            width = (int)strlen(shown(text->arena, option));
    for (size_t i = 0; (option = option_at(i)); i++) {
        if ((option->verbs & verbs) != verbs) continue;
        text_printf(text, "  %-*s  ", width, shown(text->arena, option));
        text_add_wrapped(text, help_of_option(text->arena, option), (size_t)width + 4, COLUMNS);
    }
}

static void add_exits(struct text *text, unsigned verb)
{
    for (size_t i = 0; i < N_EXITS; i++) {
        if (!(EXITS[i].verbs & verb)) continue;
        text_printf(text, "  %2d  ", EXITS[i].status);
        text_add_wrapped(text, EXITS[i].when, 6, COLUMNS);
    }
}

struct text help_of_verb(struct dhs_arena *arena, const struct verb *verb)
{
    const struct usage *usage = &USAGES[verb - verb_at(0)];
    struct text text = text_new(arena);

    text_printf(&text, "dhgen %s: ", verb->name);
    text_add_wrapped(&text, verb->help, 4, COLUMNS);
    text_printf(&text, "\n  dhgen %s [OPTION...]%s%s\n\n", verb->name, *verb->shown ? " " : "",
                verb->shown);
    if (usage->about) text_add_wrapped(&text, usage->about, 0, COLUMNS);
    text_add_string(&text, "\nOptions:\n");
    add_options(&text, verb_bit(verb));
    text_add_string(&text, "\nExamples:\n");
    for (size_t i = 0; usage->about && i < 2; i++)
        text_printf(&text, "  %s\n      %s\n", usage->commands[i], usage->what_they_do[i]);
    text_add_string(&text, "\nExit status:\n");
    add_exits(&text, verb_bit(verb));
    return text;
}

/* ---- all of them -------------------------------------------------------------------------- */

static void add_verbs(struct text *text)
{
    const struct verb *verb;

    for (size_t i = 0; (verb = verb_at(i)); i++) {
        text_printf(text, "  %-8s %-13s ", verb->name, verb->shown);
        text_add_wrapped(text, verb->help, 25, COLUMNS);
    }
}

struct text help_of_all(struct dhs_arena *arena)
{
    const char *const *languages;
    size_t n = emit_languages(arena, &languages);
    struct text text = text_new(arena);

    text_add_string(&text, "dhgen: from schemas (.dhs) to typed C stubs, and what else is known of "
                           "a schema\n\n"
                           "  dhgen [VERB] [OPTION...] FILE...      '-' is standard input\n\n");
    add_verbs(&text);
    text_add_wrapped(&text,
                     "\nOptions of all verbs that compile schemas; each has others, examples and "
                     "its exit status on its own page, as in: dhgen help fmt",
                     0, COLUMNS);
    add_options(&text, MODEL_VERBS);
    text_printf(&text, "\nLanguages: %s\n", list_of(arena, languages, n));
    text_add_wrapped(&text,
                     "Imports are looked for beside the file that names them, in the -I folders, "
                     "and among the shipped schemas ($DH_IDL_STD, or where dhgen is installed).",
                     0, COLUMNS);
    return text;
}

/* ---- for programs ------------------------------------------------------------------------- */

static struct value *words_of(struct dhs_arena *arena, const char *const *words, size_t n)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < n && words && words[i]; i++)
        value_append(list, value_text(arena, words[i]));
    return list;
}

static struct value *choices_of(struct dhs_arena *arena, const struct option *option)
{
    const char *const *languages;
    size_t n = emit_languages(arena, &languages);

    if (strcmp(option->name, "--lang") == 0) return words_of(arena, languages, n);
    return words_of(arena, option->choices, SIZE_MAX);
}

static struct value *options_of(struct dhs_arena *arena, unsigned verb)
{
    struct value *list = value_list(arena);
    const struct option *option;

    for (size_t i = 0; (option = option_at(i)); i++) {
        if (!(option->verbs & verb)) continue;
        struct value *map = value_map(arena);
        value_set_text(map, "name", option->name);
        value_set_text(map, "argument", option->argument);
        value_set_text(map, "help", option->help);
        value_set(map, "choices", choices_of(arena, option));
        value_append(list, map);
    }
    return list;
}

static struct value *exits_of(struct dhs_arena *arena, unsigned verb)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < N_EXITS; i++) {
        if (!(EXITS[i].verbs & verb)) continue;
        struct value *map = value_map(arena);
        value_set_number(map, "status", (uint64_t)EXITS[i].status);
        value_set_text(map, "when", EXITS[i].when);
        value_append(list, map);
    }
    return list;
}

static struct text tables(struct dhs_arena *arena)
{
    struct value *all = value_map(arena), *verbs = value_list(arena);
    struct text text = text_new(arena);
    const struct verb *verb;

    for (size_t i = 0; (verb = verb_at(i)); i++) {
        struct value *map = value_map(arena);
        value_set_text(map, "name", verb->name);
        value_set_text(map, "operands", verb->shown);
        value_set_text(map, "help", verb->help);
        value_set_text(map, "about", USAGES[i].about);
        value_set(map, "examples", words_of(arena, USAGES[i].commands, 2));
        value_set(map, "options", options_of(arena, verb_bit(verb)));
        value_set(map, "exits", exits_of(arena, verb_bit(verb)));
        value_append(verbs, map);
    }
    value_set_text(all, "version", DHGEN_VERSION);
    value_set(all, "verbs", verbs);
    value_print_json(all, &text);
    return text;
}

/* ---- the verb ----------------------------------------------------------------------------- */

static int print(const struct text *text)
{
    bool printed = fwrite(text_string(text), 1, text->length, stdout) == text->length;

    if (fflush(stdout) == 0 && printed) return EX_OK;
    fprintf(stderr, "dhgen: cannot write to standard output: %s\n", strerror(errno));
    return EX_IOERR;
}

int help(struct dhs_arena *arena, const struct verb *verb)
{
    struct text text = verb ? help_of_verb(arena, verb) : help_of_all(arena);

    return print(&text);
}

int verb_help(struct dhs_arena *arena, const struct options *options)
{
    const char *wanted = options->operands.n > 0 ? options->operands.items[0] : NULL;
    const char *nearest = NULL;
    const struct verb *verb = wanted ? verb_find(wanted, &nearest) : NULL;

    if (options->json) {
        struct text text = tables(arena);
        return print(&text);
    }
    if (!wanted || verb) return help(arena, verb);
    fprintf(stderr, "dhgen: there is no verb '%s'", wanted);
    if (nearest) fprintf(stderr, "; did you mean '%s'?", nearest);
    if (strncmp(wanted, "DH", 2) == 0) fprintf(stderr, "; diagnostics: dhgen explain %s", wanted);
    fputs("\nTry 'dhgen help'.\n", stderr);
    return EX_USAGE;
}
