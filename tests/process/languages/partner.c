/* SPDX-License-Identifier: Apache-2.0 */
#include "partner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "typed.dh.h"

static void fill(struct typed_sample *s, uint64_t number)
{
    static const uint8_t raw[] = { 1, 2, 3, 4, 5, 6 };

    typed_sample_init(s);
    s->number = number;
    s->mode = number % 2 ? TYPED_MODE_CLASS : TYPED_MODE_MOVING;
    s->faults = TYPED_FAULT_COLD;
    typed_sample_label_set(&s->label, number % 2 ? "odd" : "a fresh message");
    typed_sample_code_set(s, "code");
    typed_sample_raw_set(&s->raw, raw, number % 7);
    for (uint64_t i = 0; i < number % 4; i++) {
        struct typed_place place = { .x = (double)i };
        typed_place_name_set(&place.name, "there");
        typed_sample_points_append(&s->points, &place);
    }
    if (number % 3 == 0) typed_sample_best_set(&s->best, 0.5f);
    if (number % 3 == 1) typed_sample_row_set(&s->row, (const uint16_t[]){ 7, 8, 9 });
    switch (number % 4) {
    case 0: typed_reading_set_nothing(&s->reading); break;
    case 1: *typed_reading_set_number(&s->reading) = 1.5; break;
    case 2: typed_reading_text_set(typed_reading_set_text(&s->reading), "text"); break;
    default: typed_reading_set_place(&s->reading)->x = 2.5;
    }
    typed_sample_lat_set(s, -52.25);
    s->half = 0x3e00; /* 1.5 */
    s->matrix[1][2] = (float)number;
}

/* Padding is zero on both sides: equal samples are equal bytes. */
static bool is_right(const struct typed_sample *s, uint64_t number)
{
    struct typed_sample right;

    fill(&right, number);
    if (memcmp(s, &right, sizeof right) == 0) return true;
    for (size_t i = 0; i < sizeof right; i++) {
        const unsigned char *is = (const unsigned char *)s, *should = (const unsigned char *)&right;
        if (is[i] != should[i])
            fprintf(stderr, "message %d: byte %zu is %u, not %u\n", (int)number, i, is[i],
                    should[i]);
    }
    return false;
}

static int ready(void)
{
    return write(STDOUT_FILENO, "r", 1) == 1 ? PARTNER_RIGHT : PARTNER_CANNOT;
}

static int send_all(const char *channel, uint64_t n)
{
    typed_producer producer;
    struct typed_setting setting;
    struct typed_sample *slot;
    char byte;

    if (typed_producer_open(&producer, channel, NULL, NULL) != DH_OK) return PARTNER_CANNOT;
    typed_setting_init(&setting);
    setting.gain = 2.5;
    typed_setting_name_set(&setting.name, "by C");
    if (typed_producer_setting_write(&producer, &setting) != DH_OK) return PARTNER_CANNOT;
    if (ready() != PARTNER_RIGHT || read(STDIN_FILENO, &byte, 1) != 1) return PARTNER_CANNOT;
    for (uint64_t i = 0; i < n; i++) {
        if (typed_loan(&producer, dh_in(10 * DH_S), &slot) != DH_OK) return PARTNER_CANNOT;
        fill(slot, i);
        typed_commit(&producer);
        dh_atomic_u64_add(&typed_producer_state(&producer)->frames, 1);
    }
    typed_producer_close(&producer);
    return PARTNER_RIGHT;
}

static int receive_all(const char *channel, uint64_t n)
{
    typed_consumer consumer;
    struct typed_sample sample;
    struct typed_setting setting;

    if (typed_consumer_open(&consumer, channel, NULL, NULL) != DH_OK) return PARTNER_CANNOT;
    if (ready() != PARTNER_RIGHT) return PARTNER_CANNOT;
    for (uint64_t i = 0; i < n; i++) {
        if (typed_receive(&consumer, dh_in(10 * DH_S), &sample) != DH_OK) return PARTNER_CANNOT;
        if (!is_right(&sample, i)) return PARTNER_WRONG;
    }
    if (typed_consumer_setting_read(&consumer, dh_in(DH_S), &setting) != DH_OK ||
        strcmp(setting.name.text, "by C++") != 0 || setting.gain != 2.5)
        return PARTNER_WRONG;
    typed_consumer_close(&consumer);
    return PARTNER_RIGHT;
}

int main(int argc, char **argv)
{
    if (argc != 4) return PARTNER_CANNOT;
    uint64_t n = strtoull(argv[3], NULL, 10);
    return strcmp(argv[1], "send") == 0 ? send_all(argv[2], n) : receive_all(argv[2], n);
}
