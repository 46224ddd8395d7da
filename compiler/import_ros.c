/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen import ros`: each FILE.msg becomes PACKAGE/FILE.dhs with a struct and its channels. A
 * message that it contains is imported with it, from where ROS would have it.
 */
#include <stdlib.h>
#include <string.h>

#include "import_msg.h"
#include "import_struct.h"
#include "names.h"

struct ros {
    struct import *import;
    struct ros_message *first, **last;
};

static struct dhs_span nowhere(void)
{
    struct dhs_span span = { NULL, 0, 0 };
    return span;
}

/* ---- where messages are ------------------------------------------------------------------- */

/* The last part of a path, and the folder before it ("." for none). */
static const char *last_part(struct dhs_arena *arena, const char *path, const char **folder)
{
    const char *slash = strrchr(path, '/');

    *folder = slash ? dhs_copy_text(arena, path, (size_t)(slash - path)) : ".";
    return slash ? slash + 1 : path;
}

/* The folder above msg/, as ROS has it. */
static const char *package_of(struct ros *ros, const char *path)
{
    struct import *import = ros->import;
    const char *folder, *above, *name;

    if (import->package) return import->package;
    last_part(import->arena, path, &folder);
    name = last_part(import->arena, folder, &above);
    if (strcmp(name, "msg") == 0) name = last_part(import->arena, above, &folder);
    if (strcmp(name, import_name(import->arena, name)) == 0 && name[0] != '.') return name;
    dhs_report(import->job->diag, DHS_IMPORT_PACKAGE, nowhere(),
               "the package of '%s' is not known: '%s' is no name for one", path, name);
    dhs_help(import->job->diag, "give --package NAME");
    return NULL;
}

static struct ros_message *find(const struct ros *ros, const char *package, const char *name)
{
    for (struct ros_message *m = ros->first; m; m = m->next)
        if (strcmp(m->package, package) == 0 && strcmp(m->name, name) == 0) return m;
    return NULL;
}

static bool is_msg(struct ros *ros, const char *path)
{
    const char *dot = strrchr(path, '.');
    bool is_service = dot && (strcmp(dot, ".srv") == 0 || strcmp(dot, ".action") == 0);

    if (dot && strcmp(dot, ".msg") == 0) return true;
    dhs_report(ros->import->job->diag, DHS_IMPORT_SERVICE, nowhere(), "'%s' is no .msg file", path);
    dhs_help(ros->import->job->diag, "%s",
             is_service ? "channels carry messages: import the .msg files"
                        : "name the .msg files themselves: PACKAGE/msg/NAME.msg");
    return false;
}

static struct ros_message *load(struct ros *ros, const char *path, const char *package,
                                struct dhs_span wanted)
{
    struct import *import = ros->import;
    struct ros_message *message = dhs_alloc(import->arena, sizeof *message);
    const char *file = last_part(import->arena, path, &message->folder);
    const char *dot = strrchr(file, '.');

    message->package = package;
    message->path = path;
    message->name =
        import_type_name(import->arena, dhs_copy_text(import->arena, file,
                                                      dot ? (size_t)(dot - file) : strlen(file)));
    message->file = names_snake(import->arena, message->name);
    if (find(ros, package, message->name)) {
        dhs_report(import->job->diag, DHS_IMPORT_REPEATED, nowhere(), "'%s' is '%s/%s' once more",
                   path, package, message->name);
        dhs_help(import->job->diag, "name one of the two files");
        return NULL;
    }
    message->source = dhs_source_read(import->arena, import->job->diag, path, wanted);
    if (!message->source) return NULL;
    message->lines = msg_read(import, message->source);
    *ros->last = message;
    ros->last = &message->next;
    return message->lines ? message : NULL;
}

/* ---- messages that others use ------------------------------------------------------------- */

/* What ROS has built in is among the shipped schemas, unless the package is at hand. */
static const char *shipped(const char *package, const char *name)
{
    static const char *const types[][3] = {
        { "builtin_interfaces", "Time", "ros/builtin_interfaces.dhs" },
        { "builtin_interfaces", "Duration", "ros/builtin_interfaces.dhs" },
        { "std_msgs", "Header", "ros/std_msgs.dhs" },
        { "ros1", "Time", "ros/ros1.dhs" },
        { "ros1", "Duration", "ros/ros1.dhs" },
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(package, types[i][0]) == 0 && strcmp(name, types[i][1]) == 0) return types[i][2];
    return NULL;
}

static const char *existing(const char *path)
{
    return dhs_source_exists(path) ? path : NULL;
}

/* Where a message of another package, or of the same, lies on the disk; NULL: nowhere. */
static const char *look_for(struct ros *ros, const struct ros_message *user, const char *package,
                            const char *name)
{
    struct dhs_arena *arena = ros->import->arena;
    const struct strings *dirs = &ros->import->job->options->import_dirs;
    const char *path = NULL;

    if (strcmp(package, user->package) == 0)
        path = existing(dhs_printf(arena, "%s/%s.msg", user->folder, name));
    if (!path)
        path = existing(dhs_printf(arena, "%s/../../%s/msg/%s.msg", user->folder, package, name));
    for (size_t i = 0; !path && i < dirs->n; i++) {
        path = existing(dhs_printf(arena, "%s/%s/msg/%s.msg", dirs->items[i], package, name));
        if (!path)
            path = existing(dhs_printf(arena, "%s/%s/%s.msg", dirs->items[i], package, name));
    }
    return path;
}

/* "geometry_msgs/msg/Pose", "geometry_msgs/Pose", "Pose", and ROS 1's own "Header", "time". */
static void split(struct ros *ros, const struct ros_message *user, const char *type,
                  const char **package, const char **name)
{
    const char *slash = strchr(type, '/'), *last = strrchr(type, '/');

    *package =
        slash ? dhs_copy_text(ros->import->arena, type, (size_t)(slash - type)) : user->package;
    *name = last ? last + 1 : type;
    if (strcmp(type, "time") == 0 || strcmp(type, "duration") == 0) {
        *package = "ros1";
        *name = *type == 't' ? "Time" : "Duration";
    } else if (strcmp(type, "Header") == 0 && !find(ros, *package, type) &&
               !look_for(ros, user, *package, type)) {
        *package = "std_msgs";
    }
}

static bool add_reference(struct ros *ros, struct ros_message *user, const struct msg_line *line)
{
    struct import *import = ros->import;
    struct ros_reference *reference = dhs_alloc(import->arena, sizeof *reference);
    const char *package, *name;

    split(ros, user, line->type, &package, &name);
    *reference = (struct ros_reference){ line->type, package, name, NULL, NULL, user->references };
    user->references = reference;
    reference->message = find(ros, package, name);
    if (reference->message) return true;
    const char *path = look_for(ros, user, package, name);
    reference->shipped = path ? NULL : shipped(package, name);
    if (path) reference->message = load(ros, path, package, line->type_span);
    if (path || reference->shipped) return reference->message || reference->shipped;
    dhs_report(import->job->diag, DHS_IMPORT_REFERENCE, line->type_span,
               "there is no message '%s' in package '%s'", name, package);
    dhs_help(import->job->diag,
             "name its file too, or give -I the folder that has %s/msg/%s.msg in it", package,
             name);
    return false;
}

static bool is_wide(const char *type)
{
    return strcmp(type, "wstring") == 0 || strcmp(type, "wchar") == 0;
}

static void resolve(struct ros *ros, struct ros_message *message)
{
    struct import *import = ros->import;

    for (const struct msg_line *line = message->lines; line; line = line->next) {
        if (line->kind != MSG_FIELD && line->kind != MSG_CONSTANT) continue;
        if (msg_scalar(line->type) || strcmp(line->type, "string") == 0) continue;
        if (is_wide(line->type)) {
            dhs_report(import->job->diag, DHS_IMPORT_TYPE, line->type_span,
                       "'%s' has no counterpart: texts are UTF-8", line->type);
            dhs_help(import->job->diag, "make it a string in the source");
        } else if (line->kind == MSG_CONSTANT) {
            dhs_report(import->job->diag, DHS_IMPORT_TYPE, line->type_span,
                       "a constant of type '%s'", line->type);
            dhs_help(import->job->diag, "constants are numbers, bool or string");
        } else {
            add_reference(ros, message, line);
        }
    }
}

/* ---- recursion ---------------------------------------------------------------------------- */

/* Marks what was seen to be fine; a message that is met again on the way down contains itself. */
static bool contains_itself(struct ros_message *message)
{
    if (message->state != ROS_NEW) return message->state == ROS_OPEN;
    message->state = ROS_OPEN;
    for (struct ros_reference *r = message->references; r; r = r->next)
        if (r->message && contains_itself(r->message)) return true;
    message->state = ROS_DONE;
    return false;
}

static void check_recursion(struct ros *ros)
{
    for (struct ros_message *message = ros->first; message; message = message->next) {
        struct dhs_span span = { message->source, 0, 0 };
        if (!contains_itself(message)) continue;
        dhs_report(ros->import->job->diag, DHS_IMPORT_RECURSION, span,
                   "'%s' contains itself, or what it contains does", message->name);
        dhs_help(ros->import->job->diag, "everything is stored by value: use an index instead");
        return;
    }
}

/* ---- all ---------------------------------------------------------------------------------- */

static void write_message(struct ros *ros, const struct ros_message *message)
{
    struct import *import = ros->import;
    struct import_file file = { .path = dhs_printf(import->arena, "%s.dhs", message->file),
                                .package = message->package };
    const char *folder;

    file.origin = last_part(import->arena, message->path, &folder);
    ros_imports(import, message, &file);
    ros_struct(import, message, &file.top);
    import->counts.messages++;
    import_write(import, &file, message->package);
}

void import_ros(struct import *import, const char *const *paths, size_t n_paths)
{
    struct ros ros = { import, NULL, &ros.first };

    for (size_t i = 0; i < n_paths; i++) {
        const char *package = is_msg(&ros, paths[i]) ? package_of(&ros, paths[i]) : NULL;
        if (package) load(&ros, paths[i], package, nowhere());
    }
    for (struct ros_message *m = ros.first; m; m = m->next) /* grows while it is walked */
        resolve(&ros, m);
    if (dhs_diag_errors(import->job->diag) == 0) check_recursion(&ros);
    if (dhs_diag_errors(import->job->diag) > 0) return;
    for (const struct ros_message *m = ros.first; m; m = m->next)
        write_message(&ros, m);
}
