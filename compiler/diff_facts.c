/* SPDX-License-Identifier: Apache-2.0 */
/* What a schema says beside its canonical text: settings, which are facts of each block, and names
 * behind @was, which only programs see. And where an author wrote what a path names. */
#include <string.h>

#include "diff.h"

static void setting(struct diff *diff, const char *name, const char *old, const char *new)
{
    if (strcmp(old, new) != 0)
        diff_add(diff, DIFF_SETTING, NULL, NULL, "%s: %s -> %s", name, old, new);
}

static const char *number(struct diff *diff, uint32_t value)
{
    return dhs_printf(diff->arena, "%u", value);
}

static void compare_settings(struct diff *diff)
{
    static const char *const full[] = { "wait", "overwrite" };
    static const char *const checksum[] = { "none", "manual", "enforced", "fast" };
    const struct dhs_channel *old = diff->old->model, *new = diff->new->model;

    setting(diff, "slots", number(diff, old->n_slots), number(diff, new->n_slots));
    setting(diff, "full", full[old->full], full[new->full]);
    setting(diff, "checksum", checksum[old->checksum], checksum[new->checksum]);
    setting(diff, "consumers", number(diff, old->max_consumers), number(diff, new->max_consumers));
}

static const struct dhs_root *root_of(const struct dhs_channel *channel, const char *name)
{
    for (size_t i = 0; i < channel->n_roots; i++) {
        const struct dhs_root *root = &channel->roots[i];
        if (strcmp(root->is_zone ? root->wire_name : "", name) == 0) return root;
    }
    return NULL;
}

/* ---- names behind @was -------------------------------------------------------------------- */

static const struct dhs_field *field_named(const struct dhs_struct *structure, const char *wire,
                                           size_t length)
{
    for (size_t i = 0; structure && i < structure->n_fields; i++) {
        const char *name = structure->fields[i].wire_name;
        if (strlen(name) == length && memcmp(name, wire, length) == 0) return &structure->fields[i];
    }
    return NULL;
}

static void compare_name(struct diff *diff, const char *root, const char *path, const char *old,
                         const char *new)
{
    if (strcmp(old, new) != 0)
        diff_add(diff, DIFF_NAME, root, path, "%s -> %s in programs; the same in data", old, new);
}

/* What lies behind arrays, lists and optionals. */
static const struct dhs_type *innermost(const struct dhs_type *type)
{
    while (type && (type->kind == DHS_TYPE_ARRAY || type->kind == DHS_TYPE_LIST ||
                    type->kind == DHS_TYPE_OPTIONAL))
        type = type->element;
    return type;
}

static const char *join(struct diff *diff, const char *path, const char *name)
{
    return dhs_printf(diff->arena, "%s%s%s", path, *path ? "." : "", name);
}

static void compare_type_names(struct diff *diff, const char *root, const char *path,
                               const struct dhs_type *old, const struct dhs_type *new);

static void compare_struct_names(struct diff *diff, const char *root, const char *path,
                                 const struct dhs_struct *old, const struct dhs_struct *new)
{
    for (size_t i = 0; old && new &&i < new->n_fields; i++) {
        const struct dhs_field *field = &new->fields[i];
        const struct dhs_field *was = field_named(old, field->wire_name, strlen(field->wire_name));
        if (!was) continue;
        const char *inner = join(diff, path, field->wire_name);
        compare_name(diff, root, inner, was->declaration.name, field->declaration.name);
        compare_type_names(diff, root, inner, was->type, field->type);
    }
}

static void compare_union_names(struct diff *diff, const char *root, const char *path,
                                const struct dhs_union *old, const struct dhs_union *new)
{
    for (size_t i = 0; i < new->n_arms; i++)
        for (size_t k = 0; k < old->n_arms; k++) {
            const struct dhs_arm *arm = &new->arms[i], *was = &old->arms[k];
            if (strcmp(arm->wire_name, was->wire_name) != 0) continue;
            const char *inner = join(diff, path, arm->wire_name);
            compare_name(diff, root, inner, was->declaration.name, arm->declaration.name);
            compare_type_names(diff, root, inner, was->type, arm->type);
        }
}

static void compare_type_names(struct diff *diff, const char *root, const char *path,
                               const struct dhs_type *old, const struct dhs_type *new)
{
    old = innermost(old);
    new = innermost(new);
    if (!old || !new || old->kind != new->kind) return;
    if (new->kind == DHS_TYPE_STRUCT)
        compare_struct_names(diff, root, path, old->structure, new->structure);
    else if (new->kind == DHS_TYPE_UNION)
        compare_union_names(diff, root, path, old->onion, new->onion);
}

static void compare_names(struct diff *diff)
{
    for (size_t i = 0; i < diff->new->model->n_roots; i++) {
        const struct dhs_root *new = &diff->new->model->roots[i];
        const char *name = new->is_zone ? new->wire_name : "";
        const struct dhs_root *old = root_of(diff->old->model, name);
        if (!old) continue;
        compare_name(diff, name, NULL, old->declaration.name, new->declaration.name);
        compare_struct_names(diff, name, "", old->structure, new->structure);
    }
}

void diff_facts(struct diff *diff)
{
    compare_names(diff);
    compare_settings(diff);
}

/* ---- where it is written ------------------------------------------------------------------ */

static const struct dhs_arm *arm_named(const struct dhs_union *onion, const char *wire,
                                       size_t length)
{
    for (size_t i = 0; i < onion->n_arms; i++)
        if (strlen(onion->arms[i].wire_name) == length &&
            memcmp(onion->arms[i].wire_name, wire, length) == 0)
            return &onion->arms[i];
    return NULL;
}

/* Along "a.b[].c?.d", a name at a time, as far as names are known. */
static struct dhs_span locate_in(const struct dhs_struct *structure, const char *path,
                                 struct dhs_span span)
{
    const struct dhs_union *onion = NULL;

    while (path && *path && (structure || onion)) {
        size_t length = strcspn(path, ".[?");
        const struct dhs_field *field = structure ? field_named(structure, path, length) : NULL;
        const struct dhs_arm *arm = onion ? arm_named(onion, path, length) : NULL;
        const struct dhs_type *type;
        if (!field && !arm) break;
        span = field ? field->declaration.span : arm->declaration.span;
        type = innermost(field ? field->type : arm->type);
        structure = type && type->kind == DHS_TYPE_STRUCT ? type->structure : NULL;
        onion = type && type->kind == DHS_TYPE_UNION ? type->onion : NULL;
        path += length;
        path += strspn(path, ".[]?");
    }
    return span;
}

struct dhs_span diff_locate(const struct dhs_channel *channel, const char *root, const char *path)
{
    const struct dhs_root *found = root ? root_of(channel, root) : NULL;

    if (!found) return channel->declaration.span;
    if (!path && !*root) return channel->declaration.span;
    return locate_in(found->structure, path, found->declaration.span);
}
