/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen layout --json`: what the report says, for programs. */
#include "describe.h"
#include "layout_report.h"
#include "value.h"

static struct value *describe_row(struct dhs_arena *arena, const struct layout_row *row)
{
    static const char *const KINDS[] = {
        [ROW_FIELD] = "field", [ROW_HOLE] = "hole", [ROW_RESERVE] = "reserve", [ROW_TAIL] = "tail"
    };
    struct value *map = value_map(arena);

    value_set_text(map, "kind", KINDS[row->kind]);
    value_set_number(map, "offset", row->offset);
    value_set_number(map, "size", row->size);
    value_set_number(map, "line", row->offset / LINE_BYTES);
    if (!row->field) return map;
    value_set_text(map, "name", row->field->declaration.name);
    value_set_text(map, "type", describe_type_text(arena, row->field->type));
    value_set_number(map, "align", row->field->align);
    value_set_number(map, "since_minor", row->field->since_minor);
    value_set_bool(map, "straddles", row->straddles);
    return map;
}

static struct value *describe_sharing(struct dhs_arena *arena, const struct layout_facts *facts)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < facts->n_sharing; i++) {
        struct value *map = value_map(arena);
        value_set_number(map, "line", facts->sharing[i].line);
        value_set_text(map, "first", facts->sharing[i].first);
        value_set_text(map, "first_writer", facts->sharing[i].first_writer);
        value_set_text(map, "second", facts->sharing[i].second);
        value_set_text(map, "second_writer", facts->sharing[i].second_writer);
        value_append(list, map);
    }
    return list;
}

static struct value *describe_better(struct dhs_arena *arena, const struct layout_facts *facts)
{
    struct value *map = value_map(arena);
    struct value *order = value_list(arena);
    const struct dhs_struct *s = facts->structure;

    if (!facts->better) return value_null(arena);
    for (size_t i = 0; i < s->n_fields; i++)
        value_append(order, value_text(arena, s->fields[facts->order[i]].declaration.name));
    value_set_number(map, "size", facts->size_ordered);
    value_set_number(map, "saves", s->size - facts->size_ordered);
    value_set(map, "order", order);
    return map;
}

static struct value *describe_cacheline(struct dhs_arena *arena, const struct layout_facts *facts)
{
    struct value *map = value_map(arena);
    struct value *fields = value_list(arena);

    if (facts->n_apart == 0) return value_null(arena);
    for (size_t i = 0; i < facts->n_apart; i++)
        value_append(fields, value_text(arena, facts->apart[i]->declaration.name));
    value_set(map, "fields", fields);
    value_set_number(map, "size", facts->size_apart);
    return map;
}

static struct value *describe_facts(struct dhs_arena *arena, const struct layout_facts *facts)
{
    const struct dhs_struct *s = facts->structure;
    struct value *map = value_map(arena);
    struct value *rows = value_list(arena);

    value_set_text(map, "name", s->declaration.name);
    value_set_text(map, "source", describe_source(arena, s->declaration.file, s->declaration.line));
    value_set_text(map, "use", facts->use);
    value_set_number(map, "size", s->size);
    value_set_number(map, "align", s->align);
    value_set_number(map, "stride", facts->stride);
    value_set_number(map, "lines", facts->lines);
    value_set_number(map, "lost", facts->lost);
    value_set_number(map, "reserved", facts->reserved);
    for (size_t i = 0; i < facts->n_rows; i++)
        value_append(rows, describe_row(arena, &facts->rows[i]));
    value_set(map, "rows", rows);
    value_set(map, "false_sharing", describe_sharing(arena, facts));
    value_set(map, "cacheline", describe_cacheline(arena, facts));
    value_set_text(map, "shares_within", facts->inside ? facts->inside->declaration.name : NULL);
    value_set(map, "better", describe_better(arena, facts));
    return map;
}

static struct value *describe_union_facts(struct dhs_arena *arena, const struct dhs_union *onion)
{
    struct value *map = value_map(arena);
    struct value *arms = value_list(arena);

    value_set_text(map, "name", onion->declaration.name);
    value_set_number(map, "size", onion->size);
    value_set_number(map, "align", onion->align);
    value_set_number(map, "arms_offset", onion->arms_offset);
    for (size_t i = 0; i < onion->n_arms; i++) {
        struct value *arm = value_map(arena);
        value_set_text(arm, "name", onion->arms[i].declaration.name);
        value_set_number(arm, "size", onion->arms[i].type ? onion->arms[i].type->size : 0);
        value_append(arms, arm);
    }
    value_set(map, "arms", arms);
    return map;
}

static struct value *describe_block(struct dhs_arena *arena, const struct dhs_channel *channel)
{
    struct layout_block block = layout_block(channel);
    struct value *map = value_map(arena);

    value_set_text(map, "name", channel->declaration.name);
    value_set_number(map, "slot_size", channel->roots[0].size);
    value_set_number(map, "payload", block.payload);
    value_set_number(map, "slots", channel->n_slots);
    value_set_number(map, "buffers", block.buffers);
    value_set_number(map, "buffer_stride", block.buffer_stride);
    value_set_bool(map, "payload_beside_state", block.beside);
    value_set_number(map, "message_lines", block.message_lines);
    value_set_number(map, "ring_bytes", block.ring_bytes);
    value_set_number(map, "block_bytes", block.block_bytes);
    return map;
}

void layout_json(const struct dhs_file *file, struct text *out)
{
    struct dhs_arena *arena = out->arena;
    struct value *map = value_map(arena);
    struct value *structs = value_list(arena);
    struct value *unions = value_list(arena);
    struct value *channels = value_list(arena);

    for (size_t i = 0; i < file->n_structs; i++)
        value_append(structs, describe_facts(arena, layout_facts(arena, file, file->structs[i])));
    for (size_t i = 0; i < file->n_unions; i++)
        value_append(unions, describe_union_facts(arena, file->unions[i]));
    for (size_t i = 0; i < file->n_channels; i++)
        value_append(channels, describe_block(arena, file->channels[i]));
    value_set_text(map, "schema", describe_schema_name(file));
    value_set_text(map, "package", file->package);
    value_set(map, "structs", structs);
    value_set(map, "unions", unions);
    value_set(map, "channels", channels);
    value_print_json(map, out);
}
