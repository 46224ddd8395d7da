/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Sorted: looked up by bisection. Keywords of C23 and C++20, and the macros that common system
 * headers define as plain words (sys/sysmacros.h, errno.h, stdio.h, complex.h, old compilers); the
 * types that members have here, which C++ lets none of them be called. */
static const char *const RESERVED[] = {
    "BIG_ENDIAN",
    "BUFSIZ",
    "BYTE_ORDER",
    "CLOCKS_PER_SEC",
    "EOF",
    "EXIT_FAILURE",
    "EXIT_SUCCESS",
    "FALSE",
    "HUGE_VAL",
    "I",
    "INFINITY",
    "LITTLE_ENDIAN",
    "MAXFLOAT",
    "NAN",
    "NULL",
    "PDP_ENDIAN",
    "RAND_MAX",
    "SEEK_CUR",
    "SEEK_END",
    "SEEK_SET",
    "TRUE",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "assert",
    "atomic_cancel",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "complex",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "i386",
    "if",
    "imaginary",
    "inline",
    "int",
    "int16_t",
    "int32_t",
    "int64_t",
    "int8_t",
    "linux",
    "long",
    "major",
    "makedev",
    "minor",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "noreturn",
    "not",
    "not_eq",
    "nullptr",
    "offsetof",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "uint8_t",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
};

/* Names are ASCII: no locale is asked. */
static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool word_starts(const char *name, size_t i)
{
    if (i == 0 || !is_upper(name[i]) || name[i - 1] == '_') return false;
    return !is_upper(name[i - 1]) || is_lower(name[i + 1]);
}

const char *names_snake(struct dhs_arena *arena, const char *name)
{
    char *snake = dhs_alloc_text(arena, 2 * strlen(name) + 1);
    char *to = snake;

    for (size_t i = 0; name[i]; i++) {
        if (word_starts(name, i)) *to++ = '_';
        *to++ = is_upper(name[i]) ? (char)(name[i] - 'A' + 'a') : name[i];
    }
    *to = '\0';
    return snake;
}

const char *names_upper(struct dhs_arena *arena, const char *name)
{
    char *upper = dhs_alloc_text(arena, 2 * strlen(name) + 1);
    char *to = upper;

    for (size_t i = 0; name[i]; i++) {
        if (word_starts(name, i)) *to++ = '_';
        *to++ = is_lower(name[i]) ? (char)(name[i] - 'a' + 'A') : name[i];
    }
    *to = '\0';
    return upper;
}

const char *names_identifier(struct dhs_arena *arena, const char *path)
{
    char *name = dhs_printf(arena, "%s%s", isdigit((unsigned char)path[0]) ? "_" : "", path);

    for (char *p = name; *p; p++) {
        if (!isalnum((unsigned char)*p)) *p = '_';
    }
    return name;
}

static int compare_words(const void *a, const void *b)
{
    const char *name = a;
    const char *word = *(const char *const *)b;

    return name[0] == word[0] ? strcmp(name, word) : (unsigned char)name[0] - word[0];
}

const char *names_for_c(struct dhs_arena *arena, const char *name)
{
    bool reserved = bsearch(name, RESERVED, sizeof RESERVED / sizeof RESERVED[0],
                            sizeof RESERVED[0], compare_words) != NULL;

    return reserved ? dhs_printf(arena, "%s_", name) : name;
}

/* What names are made of: those of one channel or struct stand one after the other, and share it.
 */
struct root {
    const char *stem;
    const char *what;
    struct dhs_span origin;
};

/* A name is kept as it was given: in one piece, or as a stem and the rest behind a '_'. */
struct named {
    const struct root *root;
    const char *rest; /* NULL: the stem is all */
    struct named *next;
    uint32_t hash;
};

enum { FIRST_BUCKETS = 64 };

struct names {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    struct named **buckets; /* as many as there are names, or up to twice: a power of two */
    size_t n_buckets;
    size_t n;
    const struct root *last;
    struct dhs_span said; /* what the last report was about, and the one it collides with */
    struct dhs_span said_of;
};

struct names *names_new(struct dhs_arena *arena, struct dhs_diag *diag, size_t n_likely)
{
    struct names *names = dhs_alloc(arena, sizeof *names);

    names->arena = arena;
    names->diag = diag;
    names->n_buckets = FIRST_BUCKETS;
    while (names->n_buckets < n_likely)
        names->n_buckets *= 2;
    names->buckets = dhs_alloc_array(arena, names->n_buckets, sizeof(struct named *));
    return names;
}

static const uint32_t NO_HASH = 2166136261u;

/* FNV-1a: goes on where it ended, so that a stem is read once. */
static uint32_t hash_on(uint32_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static struct named **bucket_of(const struct names *names, uint32_t hash)
{
    return &names->buckets[hash & (names->n_buckets - 1)];
}

static void grow(struct names *names)
{
    struct named **old = names->buckets;
    size_t n_old = names->n_buckets;

    names->n_buckets *= 2;
    names->buckets = dhs_alloc_array(names->arena, names->n_buckets, sizeof *old);
    for (size_t i = 0; i < n_old; i++) {
        for (struct named *named = old[i], *next; named; named = next) {
            struct named **bucket = bucket_of(names, named->hash);
            next = named->next;
            named->next = *bucket;
            *bucket = named;
        }
    }
}

static const char *whole(const struct names *names, const struct named *named)
{
    const char *stem = named->root->stem;

    return named->rest ? dhs_printf(names->arena, "%s_%s", stem, named->rest) : stem;
}

static bool same_place(struct dhs_span a, struct dhs_span b)
{
    return a.source && a.source == b.source && a.offset == b.offset;
}

/* Two types that collide do so in each function that is made for them: that is said once. */
static bool was_said(struct names *names, struct dhs_span origin, struct dhs_span other)
{
    bool again = same_place(names->said, origin) && same_place(names->said_of, other);

    names->said = origin;
    names->said_of = other;
    return again;
}

static bool report(struct names *names, const struct named *named, const struct named *other)
{
    const struct root *root = named->root;
    const struct root *first = other->root;

    if (was_said(names, root->origin, first->origin)) return false;
    dhs_report(names->diag, DHS_OUTPUT_NAMES_COLLIDE, root->origin,
               "the generated name '%s' (%s) is taken already", whole(names, named), root->what);
    dhs_note(names->diag, first->origin, "it is the name of the %s made for this", first->what);
    dhs_help(names->diag, "rename one of the two; names are joined from prefix, type and "
                          "member, all in lower case");
    return false;
}

static const struct root *root_of(struct names *names, struct root root)
{
    const struct root *last = names->last;

    if (last && last->stem == root.stem && last->what == root.what &&
        same_place(last->origin, root.origin))
        return last;
    struct root *made = dhs_alloc(names->arena, sizeof *made);
    *made = root;
    names->last = made;
    return made;
}

static bool add(struct names *names, struct named named)
{
    if (names->n++ == names->n_buckets) grow(names);
    struct named **bucket = bucket_of(names, named.hash);

    for (const struct named *other = *bucket; other; other = other->next) {
        if (other->hash == named.hash && strcmp(whole(names, other), whole(names, &named)) == 0)
            return report(names, &named, other);
    }
    struct named *entry = dhs_alloc(names->arena, sizeof *entry);
    *entry = named;
    entry->next = *bucket;
    *bucket = entry;
    return true;
}

bool names_add(struct names *names, const char *name, const char *what, struct dhs_span origin)
{
    return names_add_to(names, (struct names_stem){ name, hash_on(NO_HASH, name) }, NULL, what,
                        origin);
}

struct names_stem names_stem_of(const char *text)
{
    return (struct names_stem){ text, hash_on(hash_on(NO_HASH, text), "_") };
}

bool names_add_to(struct names *names, struct names_stem stem, const char *rest, const char *what,
                  struct dhs_span origin)
{
    return add(names,
               (struct named){ .root = root_of(names, (struct root){ stem.text, what, origin }),
                               .rest = rest,
                               .hash = rest ? hash_on(stem.hash, rest) : stem.hash });
}
