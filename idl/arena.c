/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "put.h"

/* Blocks double from the first size to the last, so that a small schema takes little and a large
 * one few calls. */
#if defined(__SANITIZE_ADDRESS__)
#define SEPARATE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SEPARATE 1
#endif
#endif
#ifdef SEPARATE /* each allocation a block: what reads behind it is seen */
enum { FIRST_BLOCK_BYTES = 1, LAST_BLOCK_BYTES = 1 };
#else
enum { FIRST_BLOCK_BYTES = 16 * 1024, LAST_BLOCK_BYTES = 1024 * 1024 };
#endif

/* From this size on what grows has a block of its own, which moves as a whole. */
enum { OWN_BLOCK_BYTES = 16 * 1024 };

struct dhs_arena_block {
    struct dhs_arena_block *older;
    size_t capacity;
    alignas(max_align_t) unsigned char bytes[];
};

/* A block of its own, in a list that can be left anywhere. */
struct dhs_arena_own_block {
    struct dhs_arena_own_block *previous;
    struct dhs_arena_own_block *next;
    alignas(max_align_t) unsigned char bytes[];
};

static _Noreturn void out_of_memory(size_t size_bytes)
{
    fprintf(stderr, "dhs: out of memory (%zu bytes more were wanted)\n", size_bytes);
    exit(EX_OSERR);
}

struct dhs_arena *dhs_arena_new(void)
{
    struct dhs_arena *arena = calloc(1, sizeof *arena);
    if (!arena) out_of_memory(sizeof *arena);
    arena->next_capacity = FIRST_BLOCK_BYTES;
    return arena;
}

static void free_blocks(struct dhs_arena_block *block)
{
    while (block) {
        struct dhs_arena_block *older = block->older;
        free(block);
        block = older;
    }
}

static void free_own_blocks(struct dhs_arena *arena)
{
    for (struct dhs_arena_own_block *own = arena->own; own;) {
        struct dhs_arena_own_block *next = own->next;
        free(own);
        own = next;
    }
    arena->own = NULL;
}

void dhs_arena_free(struct dhs_arena *arena)
{
    if (!arena) return;
    free_blocks(arena->newest);
    free_blocks(arena->spare);
    free_own_blocks(arena);
    free(arena);
}

static void fill_from(struct dhs_arena *arena, struct dhs_arena_block *block)
{
    arena->newest = block;
    arena->free = block->bytes;
    arena->end = block->bytes + block->capacity;
}

/* Puts a list of blocks before another. */
static struct dhs_arena_block *chain(struct dhs_arena_block *first, struct dhs_arena_block *rest)
{
    if (!first) return rest;
    struct dhs_arena_block *last = first;
    while (last->older)
        last = last->older;
    last->older = rest;
    return first;
}

/* Blocks that hold one allocation each are no use to others, and what is reset must not be read. */
static struct dhs_arena_block *spare_of(struct dhs_arena_block *blocks,
                                        struct dhs_arena_block *spare)
{
    if (LAST_BLOCK_BYTES > 1) return chain(blocks, spare);
    free_blocks(blocks);
    return NULL;
}

/* The newest block is among the largest: it comes first. */
void dhs_arena_reset(struct dhs_arena *arena)
{
    struct dhs_arena_block *kept = arena->newest;
    free_own_blocks(arena);
    arena->total = 0;
    if (!kept) return;
    arena->spare = spare_of(kept->older, arena->spare);
    kept->older = NULL;
    fill_from(arena, kept);
    arena->total = sizeof *kept + kept->capacity;
    for (const struct dhs_arena_block *block = arena->spare; block; block = block->older)
        arena->total += sizeof *block + block->capacity;
}

struct dhs_arena_mark dhs_arena_mark(const struct dhs_arena *arena)
{
    struct dhs_arena_mark mark = { arena->newest, arena->free };
    return mark;
}

void dhs_arena_back(struct dhs_arena *arena, struct dhs_arena_mark mark)
{
    while (arena->newest != mark.newest) {
        struct dhs_arena_block *block = arena->newest;
        arena->newest = block->older;
        arena->total -= sizeof *block + block->capacity;
        free(block);
    }
    arena->free = mark.free;
    arena->end = mark.newest ? mark.newest->bytes + mark.newest->capacity : NULL;
}

/* The first spare block becomes the newest, if it is large enough. */
static bool use_spare(struct dhs_arena *arena, size_t size_bytes)
{
    struct dhs_arena_block *block = arena->spare;
    if (!block || block->capacity < size_bytes) return false;
    arena->spare = block->older;
    block->older = arena->newest;
    fill_from(arena, block);
    arena->free += size_bytes;
    return true;
}

/* What would take most of a block gets one of its own size, behind the newest, which goes on. */
unsigned char *dhs_alloc_more(struct dhs_arena *arena, size_t size_bytes)
{
    if (size_bytes > SIZE_MAX / 2) out_of_memory(size_bytes);
    if (use_spare(arena, size_bytes)) return arena->newest->bytes;
    bool apart = arena->newest && size_bytes > arena->next_capacity / 2;
    size_t capacity =
        apart || size_bytes > arena->next_capacity ? size_bytes : arena->next_capacity;
    struct dhs_arena_block *block = malloc(sizeof *block + capacity);
    if (!block) out_of_memory(capacity);
    block->capacity = capacity;
    arena->total += sizeof *block + capacity;
    if (apart) {
        block->older = arena->newest->older;
        arena->newest->older = block;
        return block->bytes;
    }
    block->older = arena->newest;
    fill_from(arena, block);
    arena->free += size_bytes;
    if (arena->next_capacity < LAST_BLOCK_BYTES) arena->next_capacity *= 2;
    return block->bytes;
}

void *dhs_alloc_array(struct dhs_arena *arena, size_t count, size_t size_bytes)
{
    if (size_bytes && count > SIZE_MAX / 2 / size_bytes) out_of_memory(SIZE_MAX);
    return dhs_alloc(arena, count * size_bytes);
}

static struct dhs_arena_own_block *own_block_of(void *memory)
{
    return (struct dhs_arena_own_block *)(void *)((unsigned char *)memory -
                                                  offsetof(struct dhs_arena_own_block, bytes));
}

static void enter(struct dhs_arena *arena, struct dhs_arena_own_block *own)
{
    own->previous = NULL;
    own->next = arena->own;
    if (own->next) own->next->previous = own;
    arena->own = own;
}

static void leave(struct dhs_arena *arena, const struct dhs_arena_own_block *own)
{
    if (own->next) own->next->previous = own->previous;
    if (own->previous)
        own->previous->next = own->next;
    else
        arena->own = own->next;
}

/* Whether what was allocated last has room behind it. */
static bool can_stay(const struct dhs_arena *arena, const unsigned char *old, size_t old_bytes,
                     size_t size_bytes)
{
    return old && old + old_bytes == arena->free &&
           (size_t)(arena->end - arena->free) > size_bytes - old_bytes;
}

void *dhs_grow(struct dhs_arena *arena, void *old, size_t old_bytes, size_t size_bytes)
{
    if (size_bytes > SIZE_MAX / 2) out_of_memory(size_bytes);
    if (size_bytes < OWN_BLOCK_BYTES && can_stay(arena, old, old_bytes, size_bytes)) {
        arena->free += size_bytes - old_bytes;
        return old;
    }
    if (size_bytes < OWN_BLOCK_BYTES) {
        void *memory = dhs_alloc(arena, size_bytes);
        if (old && old_bytes) memcpy(memory, old, old_bytes);
        return memory;
    }
    struct dhs_arena_own_block *own = old_bytes >= OWN_BLOCK_BYTES ? own_block_of(old) : NULL;
    if (own) leave(arena, own);
    struct dhs_arena_own_block *grown = realloc(own, sizeof *own + size_bytes);
    if (!grown) out_of_memory(size_bytes);
    enter(arena, grown);
    arena->total += size_bytes - (own ? old_bytes : 0);
    if (!own && old && old_bytes) memcpy(grown->bytes, old, old_bytes);
    return grown->bytes;
}

char *dhs_copy_text(struct dhs_arena *arena, const char *text, size_t length)
{
    char *copy = dhs_alloc_text(arena, length + 1);
    if (length) memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *dhs_join(struct dhs_arena *arena, const char *const *pieces)
{
    size_t length = 0;
    for (const char *const *piece = pieces; *piece; piece++)
        length += strlen(*piece);
    char *text = dhs_alloc_text(arena, length + 1), *end = text;
    *end = '\0';
    for (; *pieces; pieces++)
        end = stpcpy(end, *pieces);
    return text;
}

char *dhs_vprintf(struct dhs_arena *arena, const char *format, va_list arguments)
{
    size_t room = (size_t)(arena->end - arena->free);
    char *text = (char *)arena->free;
    va_list again;
    va_copy(again, arguments);
    size_t length = dhs_format(text, room, format, arguments); /* most fit, where they will stay */
    bool fits = length + 1 < room;                             /* as dhs_alloc_text() sees it */
    text = dhs_alloc_text(arena, length + 1);
    if (!fits) dhs_format(text, length + 1, format, again);
    va_end(again);
    return text;
}

char *dhs_printf(struct dhs_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = dhs_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

size_t dhs_arena_bytes(const struct dhs_arena *arena)
{
    return arena->total;
}
