/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin help: the tables as people and programs read them. */
#include "command.h"

#include <jansson.h>
#include <string.h>

static const char *const group_titles[] = {
    [DHI_GROUP_SEE] = "See",
    [DHI_GROUP_READ] = "Read and write",
    [DHI_GROUP_MEND] = "Mend",
    [DHI_GROUP_OTHER] = "Beside",
};

static const struct {
    enum dhi_exit code;
    const char *when;
} exits[] = {
    { DHI_EXIT_FINE, "fine" },
    { DHI_EXIT_PROBLEMS, "problems were found, or are left" },
    { DHI_EXIT_USAGE, "the command line makes no sense" },
    { DHI_EXIT_DATA, "what was read is damaged, or of another release" },
    { DHI_EXIT_NO_CHANNEL, "no such channel or schema" },
    { DHI_EXIT_NO_BROKER, "no broker" },
    { DHI_EXIT_TRY_AGAIN, "try again: memory, descriptors, a deadline" },
    { DHI_EXIT_NOT_ALLOWED, "not allowed" },
};

static void write_option(FILE *out, const struct dhi_option_row *option)
{
    char left[40];

    snprintf(left, sizeof left, "%s%s%s", option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    fprintf(out, "  %-20s %s\n", left, option->summary);
}

void dhi_write_verb_help(FILE *out, const struct dhi_command *command)
{
    size_t n;
    const struct dhi_option_row *options = dhi_option_rows(&n);

    fprintf(out, "usage: dhadmin %s%s%s [OPTIONS]\n\n%s\n", command->verb,
            command->arguments[0] != 0 ? " " : "", command->arguments, command->details);
    for (size_t i = 0; i < n; i++)
        if ((command->options & options[i].bit) != 0) write_option(out, &options[i]);
}

void dhi_write_help(FILE *out)
{
    size_t n;
    const struct dhi_command *commands = dhi_commands(&n);
    char left[40];

    fprintf(out, "usage: dhadmin VERB [ARGUMENT] [OPTIONS]\n\n"
                 "See every channel of this machine without disturbing it, and mend what the\n"
                 "dead left behind. When something is stuck, begin with: dhadmin diagnose\n");
    for (int group = DHI_GROUP_SEE; group <= DHI_GROUP_OTHER; group++) {
        fprintf(out, "\n%s\n", group_titles[group]);
        for (size_t i = 0; i < n; i++) {
            if ((int)commands[i].group != group) continue;
            snprintf(left, sizeof left, "%s %s", commands[i].verb, commands[i].arguments);
            fprintf(out, "  %-21s %s\n", left, commands[i].summary);
        }
    }
    fprintf(out, "\nA channel may be named by its end: 'echo pulse' finds 'machine.pulse'.\n"
                 "dhadmin VERB --help tells more.\n\n"
                 "exit status: 0 fine, 1 problems found, 64 usage, 65 bad data, 66 no such\n"
                 "channel, 69 no broker, 75 try again, 77 not allowed\n");
}

static json_t *options_json(uint32_t bits)
{
    json_t *all = json_array();
    size_t n;
    const struct dhi_option_row *options = dhi_option_rows(&n);

    for (size_t i = 0; i < n; i++)
        if ((bits & options[i].bit) != 0)
            json_array_append_new(all,
                                  json_pack("{s:s, s:s?, s:s}", "name", options[i].name, "argument",
                                            options[i].value, "help", options[i].summary));
    return all;
}

static void write_tables(FILE *out)
{
    json_t *verbs = json_array(), *statuses = json_array(), *all;
    size_t n;
    const struct dhi_command *commands = dhi_commands(&n);

    for (size_t i = 0; i < n; i++)
        json_array_append_new(verbs, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "name",
                                               commands[i].verb, "arguments", commands[i].arguments,
                                               "group", group_titles[commands[i].group], "summary",
                                               commands[i].summary, "details", commands[i].details,
                                               "options", options_json(commands[i].options)));
    for (size_t i = 0; i < sizeof exits / sizeof exits[0]; i++)
        json_array_append_new(statuses, json_pack("{s:i, s:s}", "status", (int)exits[i].code,
                                                  "when", exits[i].when));
    all = json_pack("{s:i, s:o, s:o}", "v", 1, "verbs", verbs, "exits", statuses);
    json_dumpf(all, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(all);
}

enum dhi_exit dhi_run_help(const struct dhi_request *request)
{
    size_t n;
    const struct dhi_command *commands = dhi_commands(&n);
    const char *line[] = { "dhadmin", request->argument, "--help" };
    struct dhi_request again = *request;

    if (request->json) {
        write_tables(request->out);
        return DHI_EXIT_FINE;
    }
    if (request->argument == NULL) {
        dhi_write_help(request->out);
        return DHI_EXIT_FINE;
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(commands[i].verb, request->argument) == 0) {
            dhi_write_verb_help(request->out, &commands[i]);
            return DHI_EXIT_FINE;
        }
    again.command = NULL;
    return (enum dhi_exit)dhi_parse(3, line, &again); /* complains, with what was probably meant */
}
