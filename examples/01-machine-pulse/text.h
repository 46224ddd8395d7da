/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h - walking over text that others wrote: lines, words, numbers.
 *
 * Nothing is copied and nothing is changed; a piece of text is where it begins and where it ends.
 * Each call takes something off the front of `text` and says whether it was there.
 */
#ifndef PULSE_TEXT_H
#define PULSE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *at;
    const char *end;
};

/* A line that is complete: the end of a text that was cut off may stop in the middle of a number.
 */
bool text_line(struct text *text, struct text *line);

/* What lies between blanks. */
bool text_word(struct text *text, struct text *word);

/* A word that is a decimal number and fits. Another word is left where it is. */
bool text_number(struct text *text, uint64_t *number);

/* `n` numbers at least `required` of which are there; the others become 0. */
bool text_numbers(struct text *text, uint64_t *numbers, size_t n, size_t required);

/* What stands before the last `mark`, which is taken off too, without blanks around it. */
bool text_before_last(struct text *text, char mark, struct text *before);

bool text_is(struct text text, const char *word);
bool text_starts(struct text text, const char *with);

/* As a C string in `to`, cut off if it has `size` bytes or more. */
void text_copy(struct text text, char *to, size_t size);

#endif
