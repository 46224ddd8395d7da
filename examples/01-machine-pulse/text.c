/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

static size_t length(struct text text)
{
    return (size_t)(text.end - text.at);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct text *text)
{
    while (text->at < text->end && is_blank(*text->at))
        text->at++;
}

bool text_line(struct text *text, struct text *line)
{
    const char *feed = length(*text) > 0 ? memchr(text->at, '\n', length(*text)) : NULL;

    if (feed == NULL) return false;
    *line = (struct text){ text->at, feed };
    text->at = feed + 1;
    return true;
}

bool text_word(struct text *text, struct text *word)
{
    skip_blanks(text);
    word->at = text->at;
    while (text->at < text->end && !is_blank(*text->at))
        text->at++;
    word->end = text->at;
    return word->end > word->at;
}

bool text_number(struct text *text, uint64_t *number)
{
    struct text rest = *text, word;
    uint64_t value = 0;

    if (!text_word(&rest, &word)) return false;
    for (; word.at < word.end; word.at++) {
        unsigned digit = (unsigned)(*word.at - '0');

        if (digit > 9 || value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *text = rest;
    *number = value;
    return true;
}

bool text_numbers(struct text *text, uint64_t *numbers, size_t n, size_t required)
{
    size_t there = 0;

    while (there < n && text_number(text, &numbers[there]))
        there++;
    for (size_t i = there; i < n; i++)
        numbers[i] = 0;
    return there >= required;
}

bool text_before_last(struct text *text, char mark, struct text *before)
{
    const char *last = text->end;

    while (last > text->at && last[-1] != mark)
        last--;
    if (last == text->at) return false;
    *before = (struct text){ text->at, last - 1 };
    text->at = last;
    skip_blanks(before);
    while (before->end > before->at && is_blank(before->end[-1]))
        before->end--;
    return true;
}

bool text_is(struct text text, const char *word)
{
    return length(text) == strlen(word) && memcmp(text.at, word, length(text)) == 0;
}

bool text_starts(struct text text, const char *with)
{
    size_t n = strlen(with);

    return length(text) >= n && memcmp(text.at, with, n) == 0;
}

void text_copy(struct text text, char *to, size_t size)
{
    size_t n = length(text) < size ? length(text) : size - 1;

    memcpy(to, text.at, n);
    to[n] = '\0';
}
