/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `dhgen layout` knows of a struct, a union and a channel before it is drawn (layout_report.c,
 * layout_map.c) or printed for programs (layout_json.c).
 */
#ifndef DHGEN_LAYOUT_FACTS_H
#define DHGEN_LAYOUT_FACTS_H

#include "arena.h"
#include "model.h"

enum { LINE_BYTES = 64 }; /* of a cache line, on all machines that the hub is for */

enum row_kind { ROW_FIELD, ROW_HOLE, ROW_RESERVE, ROW_TAIL };

/* A stretch of a struct, in order of offset and without gaps. */
struct layout_row {
    enum row_kind kind;
    uint64_t offset;
    uint64_t size;
    const struct dhs_field *field; /* FIELD */
    bool straddles;                /* FIELD: would fit one cache line and touches two */
};

/* Two fields of a zone that lie in one line and are written by different programs. */
struct layout_sharing {
    const char *first; /* "a.count": a path, where structs are nested */
    const char *first_writer;
    const char *second;
    const char *second_writer;
    uint64_t line;
};

struct layout_facts {
    const struct dhs_struct *structure;
    const char *use; /* "slot of channel imu, zone x of channel y"; or "" */
    bool is_zone;
    size_t n_rows;
    const struct layout_row *rows;
    uint64_t lost;     /* bytes between and behind fields that nobody reserved */
    uint64_t reserved; /* bytes that later minors may still use */
    uint64_t lines;
    uint64_t stride; /* of a root; 0 for others */
    size_t n_sharing;
    const struct layout_sharing *sharing;
    size_t n_apart; /* fields that want @cacheline, so that nothing is shared */
    const struct dhs_field *const *apart;
    uint64_t size_apart;            /* with those */
    const struct dhs_field *inside; /* a field that is shared within itself: its struct must part
                                       it; NULL: there is none */
    bool better;                    /* whether another order is smaller: then these two say which */
    const size_t *order;
    uint64_t size_ordered;
};

const struct layout_facts *layout_facts(struct dhs_arena *arena, const struct dhs_file *file,
                                        const struct dhs_struct *structure);

/* A channel's memory: what include/dh promises and runtime/block/geometry.c lays out. */
struct layout_block {
    uint64_t payload; /* of a slot: bytes of fields and items, without padding at any depth */
    bool beside;      /* the payload lies in the line of the slot's state */
    uint64_t buffers;
    uint64_t buffer_stride; /* 0 if beside */
    uint64_t message_lines; /* that a message of one slot moves from cache to cache */
    uint64_t ring_bytes;    /* states and buffers */
    uint64_t block_bytes;   /* all segments */
};

struct layout_block layout_block(const struct dhs_channel *channel);

/* Bytes of a type that mean something when it is full: no padding at any depth. */
uint64_t layout_payload(const struct dhs_type *type);

#endif
