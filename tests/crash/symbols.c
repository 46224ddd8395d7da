/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct function {
    uint64_t begin, end;
    const char *name;
    bool dh;
};

static struct function *functions; /* sorted by begin */
static size_t n_functions;
static uint64_t bias; /* where the program was loaded */

/* The runtime's source files, as CMake knows them: ";claims.c;ring.c;". */
static bool is_dh_file(const char *file)
{
    char wanted[128];

    snprintf(wanted, sizeof wanted, ";%s;", file);
    return strstr(";" DH_SOURCES ";", wanted) != NULL;
}

static int by_begin(const void *a, const void *b)
{
    const struct function *first = a, *second = b;

    return (first->begin > second->begin) - (first->begin < second->begin);
}

/* Local functions stand behind their file's name; global ones are known by their own. */
static void collect(const Elf64_Sym *symbols, size_t n, const char *names)
{
    bool dh_file = false;

    for (size_t i = 0; i < n; i++) {
        const Elf64_Sym *symbol = &symbols[i];
        const char *name = names + symbol->st_name;
        bool local = ELF64_ST_BIND(symbol->st_info) == STB_LOCAL;

        if (ELF64_ST_TYPE(symbol->st_info) == STT_FILE) dh_file = is_dh_file(name);
        if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_size == 0) continue;
        functions[n_functions++] = (struct function){
            .begin = symbol->st_value,
            .end = symbol->st_value + symbol->st_size,
            .name = name,
            .dh =
                strncmp(name, "dh_", 3) == 0 || strncmp(name, "dhi_", 4) == 0 || (local && dh_file),
        };
        if (strcmp(name, "symbols_load") == 0)
            bias = (uint64_t)(uintptr_t)symbols_load - symbol->st_value;
    }
    qsort(functions, n_functions, sizeof *functions, by_begin);
}

bool symbols_load(void)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    const Elf64_Shdr *sections;
    const unsigned char *file;
    const Elf64_Ehdr *head;
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0) return false;
    file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (file == MAP_FAILED) return false;
    head = (const Elf64_Ehdr *)(const void *)file;
    sections = (const Elf64_Shdr *)(const void *)(file + head->e_shoff);
    for (unsigned i = 0; i < head->e_shnum; i++) {
        size_t n = sections[i].sh_size / sizeof(Elf64_Sym);

        if (sections[i].sh_type != SHT_SYMTAB) continue;
        functions = calloc(n, sizeof *functions);
        if (functions == NULL) return false;
        collect((const Elf64_Sym *)(const void *)(file + sections[i].sh_offset), n,
                (const char *)file + sections[sections[i].sh_link].sh_offset);
    }
    return n_functions > 0;
}

static const struct function *function_at(uint64_t pc)
{
    uint64_t address = pc - bias;
    size_t low = 0, high = n_functions;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (functions[middle].begin <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && address < functions[low - 1].end ? &functions[low - 1] : NULL;
}

bool symbols_known(uint64_t pc)
{
    return function_at(pc) != NULL;
}

bool symbols_in_dh(uint64_t pc)
{
    const struct function *function = function_at(pc);

    return function != NULL && function->dh;
}

void symbols_name(uint64_t pc, char *text, size_t bytes)
{
    const struct function *function = function_at(pc);
    const char *file;
    Dl_info info;

    if (function != NULL) {
        snprintf(text, bytes, "%s+0x%" PRIx64, function->name, pc - bias - function->begin);
        return;
    }
    if (dladdr((void *)(uintptr_t)pc, &info) == 0 || info.dli_fname == NULL) {
        snprintf(text, bytes, "0x%" PRIx64, pc);
        return;
    }
    file = strrchr(info.dli_fname, '/');
    snprintf(text, bytes, "%s: %s+0x%" PRIx64, file != NULL ? file + 1 : info.dli_fname,
             info.dli_sname != NULL ? info.dli_sname : "?",
             pc - (uint64_t)(uintptr_t)(info.dli_sname != NULL ? info.dli_saddr : info.dli_fbase));
}

/* Whether one of `pcs` lies in the function. */
static bool entered(const struct function *function, const uint64_t *pcs, size_t n_pcs)
{
    size_t low = 0, high = n_pcs;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (pcs[middle] - bias < function->begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n_pcs && pcs[low] - bias < function->end;
}

/* Where instructions of libdh begin, as objdump tells; asked once. */
static uint64_t *starts;
static size_t n_starts;

static void list_starts(void)
{
    char path[512], command[600], line[512];
    ssize_t got = readlink("/proc/self/exe", path, sizeof path - 1);
    size_t room = 0;
    FILE *listing;

    if (got <= 0) return;
    path[got] = '\0';
    snprintf(command, sizeof command, "objdump -d --no-show-raw-insn '%s' 2>/dev/null", path);
    listing = popen(command, "re");
    while (listing != NULL && fgets(line, sizeof line, listing) != NULL) {
        uint64_t address;
        char colon;

        if (sscanf(line, " %" SCNx64 "%c\t", &address, &colon) != 2 || colon != ':') continue;
        if (!symbols_in_dh(address + bias)) continue;
        if (n_starts == room) {
            uint64_t *more = realloc(starts, (room = room * 2 + 4096) * sizeof *starts);

            if (more == NULL) break;
            starts = more;
        }
        starts[n_starts++] = address;
    }
    if (listing != NULL && pclose(listing) != 0) n_starts = 0;
}

size_t symbols_reachable(const uint64_t *pcs, size_t n_pcs)
{
    static bool listed;
    size_t n = 0;

    if (!listed) list_starts();
    listed = true;
    for (size_t i = 0; i < n_starts; i++)
        n += entered(function_at(starts[i] + bias), pcs, n_pcs);
    return n;
}
