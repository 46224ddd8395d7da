/* SPDX-License-Identifier: Apache-2.0 */
#include "block/meaning.h"

#include "base/why.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "unit zone status rate "Hz"" in two parts: what it is said of, and what is said.
 * The subject is key, root and path: "unit zone status rate"; the argument is the rest. */
struct meaning {
    struct dhi_line key, path, subject, argument;
};

static struct dhi_line word(struct dhi_line *rest)
{
    const char *space = memchr(rest->text, ' ', rest->bytes);
    struct dhi_line found = { rest->text,
                              space != NULL ? (size_t)(space - rest->text) : rest->bytes };

    rest->text += found.bytes + (space != NULL);
    rest->bytes -= found.bytes + (space != NULL);
    return found;
}

static bool is(struct dhi_line line, const char *text)
{
    return line.bytes == strlen(text) && memcmp(line.text, text, line.bytes) == 0;
}

static struct meaning split(struct dhi_line line)
{
    struct dhi_line rest = line;
    struct meaning meaning = { .key = word(&rest) };

    if (is(word(&rest), "zone")) word(&rest);
    meaning.path = word(&rest);
    meaning.subject = (struct dhi_line){ line.text, (size_t)(meaning.path.text +
                                                             meaning.path.bytes - line.text) };
    meaning.argument = rest;
    return meaning;
}

static int compare(struct dhi_line a, struct dhi_line b)
{
    int order = memcmp(a.text, b.text, a.bytes < b.bytes ? a.bytes : b.bytes);

    return order != 0 ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

#define SHOWN(line) (int)((line).bytes < 100 ? (line).bytes : 100), (line).text

static dh_err refuse(const struct meaning *block, const struct meaning *consumer,
                     struct dh_why *why)
{
    return dhi_why(why, DH_ESCHEMA, "%.*s: block %.*s %.*s, consumer %.*s %.*s",
                   SHOWN(consumer->path), SHOWN(block->key), SHOWN(block->argument),
                   SHOWN(consumer->key), SHOWN(consumer->argument));
}

static struct dhi_line value_of(struct dhi_line pair)
{
    const char *equals = memchr(pair.text, '=', pair.bytes);

    if (equals == NULL) return (struct dhi_line){ pair.text + pair.bytes, 0 };
    return (struct dhi_line){ equals + 1, (size_t)(pair.text + pair.bytes - equals - 1) };
}

static struct dhi_line name_of(struct dhi_line pair)
{
    const char *equals = memchr(pair.text, '=', pair.bytes);

    return (struct dhi_line){ pair.text,
                              equals != NULL ? (size_t)(equals - pair.text) : pair.bytes };
}

static bool lists(struct dhi_line list, struct dhi_line pair)
{
    while (list.bytes > 0)
        if (compare(word(&list), pair) == 0) return true;
    return false;
}

static dh_err refuse_pair(struct dhi_line block, struct dhi_line consumer,
                          const struct meaning *meaning, struct dh_why *why)
{
    return dhi_why(why, DH_ESCHEMA, "%.*s: block %.*s, consumer %.*s", SHOWN(meaning->path),
                   SHOWN(block), SHOWN(consumer));
}

/* One enumerator of the block against all of the consumer's: its name must not stand for another
 * value; where the enum is closed, the consumer must know its value. */
static dh_err check_enumerator(struct dhi_line pair, struct dhi_line list, bool closed,
                               const struct meaning *consumer, struct dh_why *why)
{
    bool known = !closed;

    while (list.bytes > 0) {
        struct dhi_line other = word(&list);
        bool same_value = compare(value_of(pair), value_of(other)) == 0;

        if (!same_value && compare(name_of(pair), name_of(other)) == 0)
            return refuse_pair(pair, other, consumer, why);
        known = known || same_value;
    }
    if (known) return DH_OK;
    return dhi_why(why, DH_ESCHEMA,
                   "%.*s: block has %.*s, which the consumer's closed enum does not know",
                   SHOWN(consumer->path), SHOWN(pair));
}

/* A value that both name has a name that both give it; more names on one side are synonyms. `pair`
 * is the consumer's first for that value. Each name of the block is looked up once in all, so that
 * a hostile list costs no more than its length times ours. */
static dh_err check_value(struct dhi_line pair, struct dhi_line theirs, struct dhi_line ours,
                          const struct meaning *consumer, struct dh_why *why)
{
    struct dhi_line first = { NULL, 0 };

    while (theirs.bytes > 0) {
        struct dhi_line other = word(&theirs);

        if (compare(value_of(other), value_of(pair)) != 0) continue;
        if (lists(ours, other)) return DH_OK;
        if (first.text == NULL) first = other;
    }
    return first.text != NULL ? refuse_pair(first, pair, consumer, why) : DH_OK;
}

/* Arguments: "u8 open good=0 clipped=1" (enum), "u16 gyro=0" (flags). Closed if either side says
 * so. */
static dh_err check_enum(const struct meaning *block, const struct meaning *consumer,
                         struct dh_why *why)
{
    struct dhi_line ours = consumer->argument, theirs = block->argument;
    bool closed = false;
    dh_err err = DH_OK;

    if (compare(word(&ours), word(&theirs)) != 0) return refuse(block, consumer, why);
    if (is(consumer->key, "enum")) {
        struct dhi_line a = word(&ours), b = word(&theirs);
        closed = is(a, "closed") || is(b, "closed");
    }
    for (struct dhi_line list = theirs; err == DH_OK && list.bytes > 0;)
        err = check_enumerator(word(&list), ours, closed, consumer, why);
    for (struct dhi_line list = ours, before = { "", 0 }; err == DH_OK && list.bytes > 0;) {
        struct dhi_line pair = word(&list);

        if (compare(value_of(pair), before) != 0)
            err = check_value(pair, theirs, ours, consumer, why);
        before = value_of(pair);
    }
    return err;
}

/* A bound as a number; an open one is infinite. Texts longer than any number we write are NaN:
 * never wider. */
static double bound(struct dhi_line number, double open)
{
    char copy[64];

    if (is(number, "_")) return open;
    if (number.bytes >= sizeof copy) return (double)0 / (double)0;
    memcpy(copy, number.text, number.bytes);
    copy[number.bytes] = '\0';
    return strtod(copy, NULL);
}

static bool wider(const struct meaning *block, const struct meaning *consumer)
{
    struct dhi_line theirs = block->argument, ours = consumer->argument;
    double low = bound(word(&ours), -(double)INFINITY),
           block_low = bound(word(&theirs), -(double)INFINITY);
    double high = bound(word(&ours), (double)INFINITY),
           block_high = bound(word(&theirs), (double)INFINITY);

    return block_low < low || block_high > high;
}

/* Both speak of the same subject and say different things. */
static dh_err check_changed(const struct meaning *block, const struct meaning *consumer,
                            bool strict, struct dh_why *why)
{
    struct dhi_line key = consumer->key;

    if (is(key, "enum") || is(key, "flags")) return check_enum(block, consumer, why);
    if (is(key, "range"))
        return strict && wider(block, consumer) ? refuse(block, consumer, why) : DH_OK;
    if (is(key, "spinlocks") || is(key, "deprecated")) return DH_OK;
    return refuse(block, consumer,
                  why); /* unit, frame, clock, scale, invalid, and what later versions add */
}

/* The next line of that key, "enum" or "flags"; false: there is none any more. */
static bool next_of(const struct dhi_text *parts, const char *key, size_t *at,
                    struct meaning *meaning)
{
    struct dhi_line line;

    while (dhi_line_next(parts->text, parts->bytes, at, &line)) {
        *meaning = split(line);
        if (is(meaning->key, key)) return true;
    }
    return false;
}

/* An enum for one side must not be flags for the other: 3 would be two bits here and a name there.
 * Their lines begin with different words, so the merge does not meet them. */
static dh_err check_naming(const struct dhi_text *block, const char *theirs_key,
                           const struct dhi_text *consumer, const char *ours_key,
                           struct dh_why *why)
{
    size_t our_at = consumer->meaning, their_at = block->meaning;
    struct meaning ours, theirs;
    bool ours_left = next_of(consumer, ours_key, &our_at, &ours);
    bool theirs_left = next_of(block, theirs_key, &their_at, &theirs);

    while (ours_left && theirs_left) {
        size_t our_word = ours.key.bytes, their_word = theirs.key.bytes;
        struct dhi_line a = { ours.subject.text + our_word, ours.subject.bytes - our_word };
        struct dhi_line b = { theirs.subject.text + their_word, theirs.subject.bytes - their_word };
        int order = compare(a, b);

        if (order == 0) return refuse(&theirs, &ours, why);
        if (order < 0)
            ours_left = next_of(consumer, ours_key, &our_at, &ours);
        else
            theirs_left = next_of(block, theirs_key, &their_at, &theirs);
    }
    return DH_OK;
}

dh_err dhi_meaning_verdict(const struct dhi_text *block, const struct dhi_text *consumer,
                           bool strict, struct dh_why *why)
{
    size_t our_at = consumer->meaning, their_at = block->meaning;
    struct dhi_line our_line, their_line;
    bool ours_left = dhi_line_next(consumer->text, consumer->bytes, &our_at, &our_line);
    bool theirs_left = dhi_line_next(block->text, block->bytes, &their_at, &their_line);
    dh_err err = DH_OK;

    while (err == DH_OK && ours_left &&
           theirs_left) { /* both are sorted: one merge meets each common subject */
        struct meaning ours = split(our_line), theirs = split(their_line);
        int order = compare(ours.subject, theirs.subject);

        if (order == 0 && compare(ours.argument, theirs.argument) != 0)
            err = check_changed(&theirs, &ours, strict, why);
        if (order <= 0)
            ours_left = dhi_line_next(consumer->text, consumer->bytes, &our_at, &our_line);
        if (order >= 0)
            theirs_left = dhi_line_next(block->text, block->bytes, &their_at, &their_line);
    }
    if (err == DH_OK) err = check_naming(block, "flags", consumer, "enum", why);
    if (err == DH_OK) err = check_naming(block, "enum", consumer, "flags", why);
    return err;
}
