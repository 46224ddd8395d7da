/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/policy_rules.h"

#include "wire/message.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <ini.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PATH_BYTES = 4096,
    LINE_MAX_BYTES = 190,   /* what inih takes of a line, with its own ends, */
    SECTION_MAX_BYTES = 49, /* and of a section's name: it would cut it in silence */
};

/* A file while it is read; the first thing that is wrong with it stays. */
struct reading {
    dhi_policy *policy;
    const char *path;
    FILE *file;
    int line;
    bool wrong;
    char *text;
};

/* Always 0, which tells inih that a line is wrong. */
static int wrong(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int wrong(struct reading *reading, const char *format, ...)
{
    va_list arguments;
    int used;

    if (reading->wrong) return 0;
    reading->wrong = true;
    used =
        snprintf(reading->text, DHI_POLICY_TEXT_BYTES, "%.250s:%d: ", reading->path, reading->line);
    va_start(arguments, format);
    vsnprintf(reading->text + used, (size_t)(DHI_POLICY_TEXT_BYTES - used), format, arguments);
    va_end(arguments);
    return 0;
}

/* ---- names ------------------------------------------------------------------------------- */

static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)*text)) return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == 0 && *number <= most;
}

static bool find_user(const char *name, uint32_t *uid)
{
    uint64_t number;
    const struct passwd *user;

    if (read_number(name, UINT32_MAX - 1, &number)) {
        *uid = (uint32_t)number;
        return true;
    }
    user = getpwnam(name);
    if (user != NULL) *uid = user->pw_uid;
    return user != NULL;
}

static bool find_group(const char *name, uint32_t *gid)
{
    uint64_t number;
    const struct group *group;

    if (read_number(name, UINT32_MAX - 1, &number)) {
        *gid = (uint32_t)number;
        return true;
    }
    group = getgrnam(name);
    if (group != NULL) *gid = group->gr_gid;
    return group != NULL;
}

/* ---- [channel PATTERN] -------------------------------------------------------------------- */

static bool add_rule(struct reading *reading, const char *pattern, enum dhi_grant grant,
                     enum dhi_who who, uint32_t id)
{
    dhi_policy *policy = reading->policy;
    struct dhi_rule *grown = realloc(policy->rules, (policy->n_rules + 1) * sizeof *policy->rules);
    char *copy = strdup(pattern);

    if (grown != NULL) policy->rules = grown;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return wrong(reading, "no memory");
    }
    grown[policy->n_rules++] = (struct dhi_rule){ copy, grant, who, id };
    return true;
}

static int read_name(struct reading *reading, const char *pattern, enum dhi_grant grant,
                     const char *name)
{
    uint32_t id = 0;

    if (strcmp(name, "*") == 0) return add_rule(reading, pattern, grant, DHI_WHO_EVERYBODY, 0);
    if (name[0] == '@') {
        if (!find_group(name + 1, &id))
            return wrong(reading, "no group '%s' on this machine", name + 1);
        return add_rule(reading, pattern, grant, DHI_WHO_GROUP, id);
    }
    if (!find_user(name, &id))
        return wrong(reading, "no user '%s' on this machine (a group is written @%s)", name, name);
    return add_rule(reading, pattern, grant, DHI_WHO_USER, id);
}

static int read_names(struct reading *reading, const char *pattern, enum dhi_grant grant,
                      const char *value)
{
    char names[LINE_MAX_BYTES + 1], *rest = names, *name;

    snprintf(names, sizeof names, "%s", value);
    while ((name = strsep(&rest, ", \t")) != NULL)
        if (*name != 0 && !read_name(reading, pattern, grant, name)) return 0;
    return 1;
}

static bool pattern_fits(const char *pattern)
{
    static const char letters[] = "*?[]!-_.";

    for (const char *c = pattern; *c != 0; c++)
        if (!isalnum((unsigned char)*c) && strchr(letters, *c) == NULL) return false;
    return *pattern != 0 && strlen(pattern) < DHI_WIRE_CHANNEL_BYTES;
}

static int read_channel(struct reading *reading, const char *pattern, const char *key,
                        const char *value)
{
    if (!pattern_fits(pattern))
        return wrong(reading,
                     "'%s' is no pattern of channel names: letters, digits, _ . - and * ? [ ]",
                     pattern);
    for (enum dhi_grant grant = 0; grant < DHI_GRANTS; grant++)
        if (strcmp(key, dhi_grant_name(grant)) == 0)
            return read_names(reading, pattern, grant, value);
    return wrong(reading, "a channel has no '%s': it has producers, observers, consumers, admins",
                 key);
}

/* ---- numbers ------------------------------------------------------------------------------ */

static int read_key(struct reading *reading, void *numbers, const struct dhi_limit_key *keys,
                    size_t n, const char *key, const char *value)
{
    char known[160] = "";
    uint64_t number;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(key, keys[i].name) == 0) {
            if (!read_number(value, keys[i].most, &number) || number < keys[i].least)
                return wrong(reading, "%s wants a number, %" PRIu64 " to %" PRIu64 ", not '%s'",
                             key, keys[i].least, keys[i].most, value);
            dhi_key_set(numbers, &keys[i], number);
            return 1;
        }
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "",
                 keys[i].name);
    }
    return wrong(reading, "nothing is called '%s' here: there is %s", key, known);
}

static struct dhi_user_limits *limits_of(struct reading *reading, uint32_t uid)
{
    dhi_policy *policy = reading->policy;
    struct dhi_user_limits *grown;

    for (size_t i = 0; i < policy->n_users; i++)
        if (policy->users[i].uid == uid) return &policy->users[i];
    grown = realloc(policy->users, (policy->n_users + 1) * sizeof *grown);
    if (grown == NULL) return NULL;
    policy->users = grown;
    grown[policy->n_users] = (struct dhi_user_limits){ .uid = uid, .limits = policy->limits };
    return &grown[policy->n_users++];
}

static int read_limits(struct reading *reading, const char *name, const char *key,
                       const char *value)
{
    bool channels = strcmp(key, "channels") == 0;
    struct dhi_user_limits *mine;
    uint32_t uid;

    if (*name == 0) {
        reading->policy->names_channels |= channels;
        return read_key(reading, &reading->policy->limits, dhi_limit_keys, dhi_n_limit_keys, key,
                        value);
    }
    if (!find_user(name, &uid)) return wrong(reading, "no user '%s' on this machine", name);
    mine = limits_of(reading, uid);
    if (mine == NULL) return wrong(reading, "no memory");
    mine->names_channels |= channels;
    return read_key(reading, &mine->limits, dhi_limit_keys, dhi_n_limit_keys, key, value);
}

/* ---- a file ------------------------------------------------------------------------------- */

/* "channel camera.*": whether it begins so; *rest is what follows. */
static bool begins(const char *section, const char *word, const char **rest)
{
    size_t length = strlen(word);

    if (strncmp(section, word, length) != 0) return false;
    if (section[length] != 0 && section[length] != ' ') return false;
    *rest = section + length + strspn(section + length, " ");
    return true;
}

static int on_key(void *context, const char *section, const char *key, const char *value)
{
    struct reading *reading = context;
    const char *rest;

    if (begins(section, "channel", &rest)) return read_channel(reading, rest, key, value);
    if (begins(section, "limits", &rest)) return read_limits(reading, rest, key, value);
    if (strcmp(section, "registry") == 0)
        return read_key(reading, &reading->policy->keeping, dhi_keeping_keys, dhi_n_keeping_keys,
                        key, value);
    if (*section == 0) return wrong(reading, "'%s' stands before any [section]", key);
    return wrong(reading,
                 "no section is called [%s]: there is [channel PATTERN], [limits],"
                 " [limits USER], [registry]",
                 section);
}

/* inih takes comments from the ends of keys' lines, and not of those that go on with one. */
static void cut_comment(char *line)
{
    for (char *c = line; *c != 0 && c[1] != 0; c++)
        if (isblank((unsigned char)*c) && c[1] == ';') {
            strcpy(c, "\n");
            return;
        }
}

static void check_line(struct reading *reading, const char *line)
{
    const char *begin = line + strspn(line, " \t"), *end = strchr(begin, ']');

    if (strchr(line, '\n') == NULL && !feof(reading->file))
        wrong(reading,
              "a line of more than %d bytes: write the rest on the next one, behind a blank",
              LINE_MAX_BYTES);
    if (*begin == '[' && end != NULL && end - begin - 1 > SECTION_MAX_BYTES)
        wrong(reading, "a section's name of more than %d bytes: shorten the pattern with *",
              SECTION_MAX_BYTES);
}

/* Lines for inih, counted; it would cut a long one in two. */
static char *next_line(char *line, int size, void *context)
{
    struct reading *reading = context;
    char *got = fgets(line, size, reading->file);

    if (got == NULL) return NULL;
    reading->line++;
    check_line(reading, line);
    cut_comment(line);
    return reading->wrong ? NULL : got;
}

static bool is_safe(struct reading *reading)
{
    struct stat status;

    if (fstat(fileno(reading->file), &status) != 0 || !S_ISREG(status.st_mode))
        return wrong(reading, "this is no regular file");
    if ((status.st_mode & S_IWOTH) != 0)
        return wrong(reading, "everybody may write this file: chmod o-w it first");
    return true;
}

static bool read_file(dhi_policy *policy, const char *path, bool must, char *text)
{
    struct reading reading = { .policy = policy, .path = path, .text = text };
    int line;

    reading.file = fopen(path, "re");
    if (reading.file == NULL) {
        if (!must && errno == ENOENT) return true;
        snprintf(text, DHI_POLICY_TEXT_BYTES, "%.400s: %s", path, strerror(errno));
        return false;
    }
    policy->n_files++;
    if (is_safe(&reading)) {
        line = ini_parse_stream(next_line, &reading, on_key, &reading);
        if (line > 0 && line < reading.line) reading.wrong = false; /* inih saw worse before */
        if (line > 0) reading.line = line;
        if (line != 0) wrong(&reading, "neither 'key = value' nor a [section]");
    }
    fclose(reading.file);
    return !reading.wrong;
}

static int is_conf(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return entry->d_name[0] != '.' && dot != NULL && strcmp(dot, ".conf") == 0;
}

static bool read_folder(dhi_policy *policy, const char *path, char *text)
{
    struct dirent **names = NULL;
    char folder[PATH_BYTES], file[PATH_BYTES + 260];
    bool good = true;
    int n;

    snprintf(folder, sizeof folder, "%s.d", path);
    n = scandir(folder, &names, is_conf, alphasort);
    if (n < 0 && errno != ENOENT) { /* what stands in there may be what keeps somebody out */
        snprintf(text, DHI_POLICY_TEXT_BYTES, "%.400s: %s", folder, strerror(errno));
        return false;
    }
    for (int i = 0; i < n; i++) {
        snprintf(file, sizeof file, "%s/%s", folder, names[i]->d_name);
        if (good) good = read_file(policy, file, true, text);
        free(names[i]);
    }
    free(names);
    return good;
}

dhi_policy *dhi_policy_read(const char *path, bool must, char text[DHI_POLICY_TEXT_BYTES])
{
    dhi_policy *policy = calloc(1, sizeof *policy);

    if (policy == NULL) {
        snprintf(text, DHI_POLICY_TEXT_BYTES, "no memory");
        return NULL;
    }
    policy->limits = (struct dhi_limits){ .connections = 256,
                                          .kept_bytes = UINT64_C(1) << 30,
                                          .refusals_per_s = 10 };
    policy->keeping = (struct dhi_keeping){ .schemas = 4096,
                                            .audit_rows = 20000,
                                            .history_rows = 20000,
                                            .waiting_rows = 65536,
                                            .days = 400 };
    if (path == NULL || (read_file(policy, path, must, text) && read_folder(policy, path, text)))
        return policy;
    dhi_policy_free(policy);
    return NULL;
}
