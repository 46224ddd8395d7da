/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay MUTATIONS FILE…: a target without libFuzzer. Each file as it is, then so many inputs made
 * of them: bytes changed, cut, doubled, spliced. The same on every machine; DH_FUZZ_ROUNDS asks for
 * more.
 */
#include "property.h"

#include <string.h>

enum { MAX_BYTES = 1 << 16 };

struct input {
    uint8_t *bytes;
    size_t size;
};

static uint32_t state = 2463534242;

static uint32_t any(size_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return below ? state % (uint32_t)below : 0;
}

static struct input read_file(const char *path)
{
    struct input in = { malloc(MAX_BYTES), 0 };
    FILE *file = fopen(path, "rb");

    if (!file || !in.bytes) {
        perror(path);
        exit(2);
    }
    in.size = fread(in.bytes, 1, MAX_BYTES, file);
    fclose(file);
    return in;
}

/* A copy of just the input's size: a read behind its end is seen. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);

    if (!exact) exit(2);
    if (size) memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void splice(uint8_t *bytes, size_t *size, const struct input *other)
{
    size_t at = any(*size + 1), from = any(other->size + 1);
    size_t n = any(other->size - from + 1) % 200;

    if (*size + n > MAX_BYTES) return;
    memmove(bytes + at + n, bytes + at, *size - at);
    memcpy(bytes + at, other->bytes + from, n);
    *size += n;
}

static void mutate(uint8_t *bytes, size_t *size, const struct input *all, size_t n)
{
    static const char PUNCTUATION[] = "{}()<>[];:,.@?=\"'/*-+~0129aZ_\n\x80\xff#^!&";
    size_t at = any(*size), length = any(20);

    if (*size == 0) return;
    switch (any(5)) {
    case 0: bytes[at] = (uint8_t)any(256); break;
    case 1: bytes[at] = (uint8_t)PUNCTUATION[any(sizeof PUNCTUATION - 1)]; break;
    case 2:
        if (at + length > *size) length = *size - at;
        memmove(bytes + at, bytes + at + length, *size - at - length);
        *size -= length;
        break;
    case 3: bytes[at] ^= (uint8_t)(1U << any(8)); break;
    default: splice(bytes, size, &all[any(n)]); break;
    }
}

int main(int argc, char **argv)
{
    static uint8_t bytes[MAX_BYTES];
    const char *wanted = getenv("DH_FUZZ_ROUNDS");
    long rounds = argc > 1 ? atol(wanted ? wanted : argv[1]) : 0;
    size_t n = argc > 2 ? (size_t)argc - 2 : 0;
    struct input *all = calloc(n + 1, sizeof *all);

    if (n == 0 || !all) {
        fputs("usage: replay MUTATIONS FILE...\n", stderr);
        free(all);
        return 2;
    }
    for (size_t i = 0; i < n; i++) {
        all[i] = read_file(argv[2 + i]);
        run(all[i].bytes, all[i].size);
    }
    for (long round = 0; round < rounds; round++) {
        const struct input *seed = &all[any(n)];
        size_t size = seed->size;
        memcpy(bytes, seed->bytes, size);
        for (uint32_t k = any(6) + 1; k > 0; k--)
            mutate(bytes, &size, all, n);
        run(bytes, size);
    }
    printf("%zu inputs and %ld made of them: every promise held\n", n, rounds);
    for (size_t i = 0; i < n; i++)
        free(all[i].bytes);
    free(all);
    return 0;
}
