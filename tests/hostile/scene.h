/* SPDX-License-Identifier: Apache-2.0
 *
 * scene.h - a channel with everybody on it, each a process: a producer, two readers, an observer
 * and one who locks, all honest, and a vandal among them. What the honest ones see that they were
 * promised not to see they write on the board, which no vandal can reach.
 */
#ifndef TESTS_HOSTILE_SCENE_H
#define TESTS_HOSTILE_SCENE_H

#include "support/block.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    SLOT_WORDS = 32,
    SMALL_WORDS = 3,
    ZONE_WORDS = 5,
    PLACES = 8, /* consumers that the channel has room for */
};
#define LATE_NS (3 * DH_S) /* so much after its deadline a call counts as hanging */

enum seat_of { PRODUCER, READER, SECOND_READER, OBSERVER, LOCKER, N_SEATS, VANDAL = N_SEATS };

/* One process's part of the board; written by it alone. */
struct seat {
    uint64_t calls; /* that came back */
    uint64_t done;  /* messages that were sent, or read and good */
    uint64_t put_out, lost, full;
    uint64_t latest_ns; /* the longest that a call came back behind its deadline */
    char complaint[160];
};

struct board {
    uint64_t stop;
    uint64_t vandalising; /* 0: the vandal is dead; all must be well again soon */
    struct seat seats[N_SEATS + 1];
};

struct plan {
    const char *name;
    enum dh_full full;
    enum dh_checksum checksum;
    uint32_t n_slots;
    bool small; /* the payload lies beside the slot word */
    bool fences;
    int64_t stall_limit_ns;
};

struct scene {
    const struct plan *plan;
    struct board *board;
    char channel[48];
    uint64_t seed;
    pid_t pids[N_SEATS + 1];
};

/* What is sent: number n in every word, each its own way. */
void fill_words(uint64_t *words, uint64_t n_words, uint64_t n);
bool words_are(const uint64_t *words, uint64_t n_words, uint64_t n);

const struct dh_schema *scene_schema(const struct plan *plan);
uint32_t scene_words(const struct plan *plan);

/* Start one of them; false if it does not come to its channel within some seconds. */
bool scene_start(struct scene *scene, enum seat_of who);

/* In each process: its first complaint counts. */
void complain(struct seat *seat, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A call that had until deadline_ns is back. */
void note_return(struct seat *seat, const char *call, int64_t deadline_ns);

void be_vandal(const struct scene *scene, struct seat *seat);

#endif
