/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena: all memory of one compilation, released at once. Nothing that the compiler makes
 * (source texts, syntax trees, model, diagnostics) is freed on its own, so nothing can dangle.
 */
#ifndef DHS_ARENA_H
#define DHS_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first two are all that most allocations look at. */
struct dhs_arena {
    unsigned char *free; /* the rest of the newest block */
    unsigned char *end;
    struct dhs_arena_block *newest;
    struct dhs_arena_block *spare; /* empty ones, kept for later */
    struct dhs_arena_own_block *own;
    size_t next_capacity;
    size_t total;
};

/* Makes an empty arena; the process ends with a message if there is no memory for it. */
struct dhs_arena *dhs_arena_new(void);

/* Releases everything that was allocated from `arena`; NULL is accepted. */
void dhs_arena_free(struct dhs_arena *arena);

/* Releases everything as dhs_arena_free() does, and leaves the arena ready: memory that the system
 * gave already, and that is in the caches, is used again. */
void dhs_arena_reset(struct dhs_arena *arena);

/* How far an arena is filled, so that what is tried and fails takes no memory: dhs_arena_back()
 * releases what was allocated since, but for what dhs_grow() moved and for large single pieces. */
struct dhs_arena_mark {
    struct dhs_arena_block *newest;
    unsigned char *free;
};
struct dhs_arena_mark dhs_arena_mark(const struct dhs_arena *arena);
void dhs_arena_back(struct dhs_arena *arena, struct dhs_arena_mark mark);

/* Enough for pointers, 64-bit numbers and doubles. */
#define DHS_ARENA_ALIGN ((size_t)8)

/* What the newest block has no room for: aligned, not zeroed. */
unsigned char *dhs_alloc_more(struct dhs_arena *arena, size_t size_bytes);

/* Allocates `size_bytes` zeroed bytes, aligned for pointers, 64-bit numbers and doubles; never
 * returns NULL: a compiler that runs out of memory says so and ends with EX_OSERR (71), since there
 * is nothing to save. */
static inline void *dhs_alloc(struct dhs_arena *arena, size_t size_bytes)
{
    size_t gap = (size_t) - (uintptr_t)arena->free % DHS_ARENA_ALIGN;
    size_t room = (size_t)(arena->end - arena->free);

    if (room < gap || room - gap <= size_bytes)
        return memset(dhs_alloc_more(arena, size_bytes), 0, size_bytes);
    unsigned char *memory = arena->free + gap;
    arena->free = memory + size_bytes;
    return memset(memory, 0, size_bytes);
}

/* Allocates `count` zeroed elements of `size_bytes` each; an overflow counts as out of memory. */
void *dhs_alloc_array(struct dhs_arena *arena, size_t count, size_t size_bytes);

/* Room for the bytes of a text: neither aligned, to which half of a short one would be lost, nor
 * zeroed. */
static inline char *dhs_alloc_text(struct dhs_arena *arena, size_t size_bytes)
{
    if ((size_t)(arena->end - arena->free) <= size_bytes)
        return (char *)dhs_alloc_more(arena, size_bytes);
    char *text = (char *)arena->free;
    arena->free += size_bytes;
    return text;
}

/* Makes room for a text that grows: what dhs_grow() gave before (NULL at first) and its size, and
 * the size that is wanted. What is new is not zeroed. Large ones move without a second copy. */
void *dhs_grow(struct dhs_arena *arena, void *old, size_t old_bytes, size_t size_bytes);

/* Gives back the end of what was allocated, or all of it, if nothing was behind it. */
static inline void dhs_shrink(struct dhs_arena *arena, void *memory, size_t old_bytes,
                              size_t size_bytes)
{
    if ((unsigned char *)memory + old_bytes == arena->free) arena->free -= old_bytes - size_bytes;
}

/* Copies `length` bytes and adds a NUL. */
char *dhs_copy_text(struct dhs_arena *arena, const char *text, size_t length);

/* Puts texts together; NULL ends them. */
char *dhs_join(struct dhs_arena *arena, const char *const *pieces);

/* Formats as printf does, into the arena. */
char *dhs_printf(struct dhs_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *dhs_vprintf(struct dhs_arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* How many bytes the arena took from the system. */
size_t dhs_arena_bytes(const struct dhs_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
