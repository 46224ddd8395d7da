/* SPDX-License-Identifier: Apache-2.0
 *
 * limits.c - what the hardware allows: a line that two cores hand each other, and memory copied.
 */
#include "limits.h"

#include "base/atomic.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Two lines, each with one writer, as in a ring: the cheapest way of telling a core something. */

bool limits_prepare_line(struct scene *scene)
{
    void *memory = mmap(NULL, 2 * sizeof(struct stage_line), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    if (memory == MAP_FAILED) return false;
    scene->shared = memory;
    return true;
}

void limits_dismiss_line(struct scene *scene)
{
    munmap(scene->shared, 2 * sizeof(struct stage_line));
}

/* The next turn. Looking without pause takes the line away from its writer; never giving way keeps
 * the writer from running where something else has its core. */
static inline uint64_t await(const struct stage_line *line, uint64_t seen)
{
    uint64_t turn;

    for (unsigned looks = 1; (turn = dhi_load_acquire(&line->turn)) == seen; looks++) {
        dhi_pause();
        if (looks % 65536 == 0) sched_yield();
    }
    return turn;
}

static inline uint64_t cross_and_back(struct stage_line *lines, uint64_t turn)
{
    uint64_t start = ticks_now(), seen = lines[1].turn;

    dhi_store_release(&lines[0].turn, turn);
    if (await(&lines[1], seen) != turn) stage_fail("a turn of the line was lost");
    return ticks_now() - start;
}

static void begin_turns(struct stage *stage, struct stage_line *lines)
{
    uint64_t turn = 0, end = ticks_now() + stage_ticks(stage->warm_ns);

    do
        (void)cross_and_back(lines, ++turn);
    while (ticks_now() < end);
    end = ticks_now() + stage_ticks(stage->run_ns);
    do
        histogram_add(&stage->histogram, cross_and_back(lines, ++turn));
    while (ticks_now() < end);
    (void)cross_and_back(lines, UINT64_MAX);
    stage->ns_per_unit = stage->machine.ns_per_tick / 2;
    stage_checked(turn);
}

static void return_turns(struct stage_line *lines)
{
    uint64_t seen = 0, turn;

    while (seen != UINT64_MAX) {
        turn = await(&lines[0], seen);
        if (turn != seen + 1 && turn != UINT64_MAX) stage_fail("a turn of the line was lost");
        seen = turn;
        dhi_store_release(&lines[1].turn, seen);
    }
}

void limits_play_line(struct scene *scene, unsigned role)
{
    struct stage_line *lines = scene->shared;

    stage_meet();
    if (role == 0)
        begin_turns(scene->stage, lines);
    else
        return_turns(lines);
}

/* The median of a few: who is interrupted meanwhile does not count. */
void limits_probe(struct stage *stage, unsigned role)
{
    enum { TURNS = 401 };
    static struct histogram histogram;

    for (uint64_t turn = 1; turn <= TURNS; turn++) {
        if (role == 0) {
            histogram_add(&histogram, cross_and_back(stage->lines, turn));
        } else {
            (void)await(&stage->lines[0], turn - 1);
            dhi_store_release(&stage->lines[1].turn, turn);
        }
    }
    if (role == 0)
        stage->line_ns = histogram_quantile(&histogram, 0.5) * stage->machine.ns_per_tick / 2;
}

static unsigned char *buffer_of(size_t size)
{
    unsigned char *buffer = aligned_alloc(4096, (size + 4095) / 4096 * 4096);

    if (buffer == NULL) stage_fail("no memory for %zu bytes", size);
    return buffer;
}

/* There and back between two buffers, so that no copy can be left out. */
void limits_play_memcpy(struct scene *scene, unsigned role)
{
    size_t size = scene->row->size, words = size / sizeof(uint64_t);
    unsigned char *one = buffer_of(size), *other = buffer_of(size);
    uint64_t copies = 0, start = 0, end, warm = ticks_now() + stage_ticks(scene->stage->warm_ns);

    (void)role;
    payload_write(one, words, 1);
    end = warm + stage_ticks(scene->stage->run_ns);
    while (start == 0 || ticks_now() < end) {
        if (start == 0 && ticks_now() >= warm) start = ticks_now(), copies = 0;
        for (int i = 0; i < 16; i++, copies += 2) {
            memcpy(other, one, size);
            __asm__ volatile("" ::: "memory");
            memcpy(one, other, size);
            __asm__ volatile("" ::: "memory");
        }
    }
    stage_value((double)copies * (double)size * 1e9 /
                ((double)(ticks_now() - start) * scene->stage->machine.ns_per_tick));
    if (payload_read(one, words) != 1 || payload_read(other, words) != 1)
        stage_fail("memcpy did not copy");
    stage_checked(copies);
    free(one);
    free(other);
}
