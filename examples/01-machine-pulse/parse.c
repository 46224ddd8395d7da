/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

static void note(struct pulse_sample *sample, enum pulse_trouble trouble)
{
    sample->trouble = (uint16_t)(sample->trouble | trouble);
}

/* ---- /proc/stat ---- */

/* cpu1 USER NICE SYSTEM IDLE [IOWAIT IRQ SOFTIRQ STEAL …]: later kernels tell more. */
static bool parse_cpu(struct text line, struct pulse_cpu *cpu)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, N };
    struct text name;
    uint64_t number, ticks[N];

    if (!text_word(&line, &name)) return false;
    name.at += strlen("cpu");
    if (!text_number(&name, &number) || number > UINT32_MAX) return false;
    if (!text_numbers(&line, ticks, N, IDLE + 1)) return false;
    *cpu = (struct pulse_cpu){ .user = ticks[USER],
                               .nice = ticks[NICE],
                               .system = ticks[SYSTEM],
                               .idle = ticks[IDLE],
                               .iowait = ticks[IOWAIT],
                               .irq = ticks[IRQ] + ticks[SOFTIRQ],
                               .steal = ticks[STEAL],
                               .number = (uint32_t)number };
    return true;
}

static void add_cpu(struct text line, struct pulse_sample *sample)
{
    if (sample->cpus.count == PULSE_MAX_CPUS)
        note(sample, PULSE_TROUBLE_CUT);
    else if (parse_cpu(line, &sample->cpus.items[sample->cpus.count]))
        sample->cpus.count++;
    else
        note(sample, PULSE_TROUBLE_ODD);
}

/* "procs_running 3": the number, if it fits its field. */
static void take_count(struct text *line, struct pulse_sample *sample, uint32_t *count)
{
    uint64_t number;

    if (text_number(line, &number) && number <= UINT32_MAX)
        *count = (uint32_t)number;
    else
        note(sample, PULSE_TROUBLE_ODD);
}

void parse_stat(struct text text, struct pulse_sample *sample)
{
    struct text line, rest, key;

    sample->cpus.count = 0;
    while (text_line(&text, &line)) {
        rest = line;
        if (!text_word(&rest, &key) || text_is(key, "cpu")) continue; /* "cpu": the sum of all */
        if (text_starts(key, "cpu")) {
            add_cpu(line, sample);
        } else if (text_is(key, "ctxt")) {
            if (!text_number(&rest, &sample->switches)) note(sample, PULSE_TROUBLE_ODD);
        } else if (text_is(key, "processes")) {
            if (!text_number(&rest, &sample->forks)) note(sample, PULSE_TROUBLE_ODD);
        } else if (text_is(key, "procs_running")) {
            take_count(&rest, sample, &sample->running);
        } else if (text_is(key, "procs_blocked")) {
            take_count(&rest, sample, &sample->blocked);
        }
    }
    if (sample->cpus.count == 0) note(sample, PULSE_TROUBLE_NO_STAT);
}

uint64_t parse_boot_time(struct text text)
{
    struct text line, key;
    uint64_t seconds = 0;

    while (text_line(&text, &line))
        if (text_word(&line, &key) && text_is(key, "btime") && text_number(&line, &seconds)) break;
    return seconds;
}

/* ---- /proc/meminfo ---- */

void parse_memory(struct text text, struct pulse_sample *sample)
{
    struct pulse_memory *memory = &sample->memory;
    const struct {
        const char *key;
        uint64_t *kib;
    } wanted[] = { { "MemTotal:", &memory->total },
                   { "MemFree:", &memory->free },
                   { "MemAvailable:", &memory->available },
                   { "Cached:", &memory->cached } };
    struct text line, key;
    bool has_available = false;

    while (text_line(&text, &line)) {
        if (!text_word(&line, &key)) continue;
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
            if (!text_is(key, wanted[i].key)) continue;
            if (!text_number(&line, wanted[i].kib))
                note(sample, PULSE_TROUBLE_ODD);
            else if (wanted[i].kib == &memory->available)
                has_available = true;
        }
    }
    if (!has_available) memory->available = memory->free; /* kernels before 3.14 */
    if (memory->total == 0 || memory->available > memory->total) {
        note(sample, memory->total == 0 ? PULSE_TROUBLE_NO_MEMORY : PULSE_TROUBLE_ODD);
        return;
    }
    memory->used = 100.0F * (float)(memory->total - memory->available) / (float)memory->total;
}

/* ---- /proc/net/dev ---- */

static enum pulse_medium medium_of(struct text name)
{
    static const struct {
        const char *start;
        enum pulse_medium medium;
    } KNOWN[] = { { "eth", PULSE_MEDIUM_WIRED },      { "en", PULSE_MEDIUM_WIRED },
                  { "wl", PULSE_MEDIUM_WIRELESS },    { "wwan", PULSE_MEDIUM_WIRELESS },
                  { "br", PULSE_MEDIUM_SOFTWARE },    { "veth", PULSE_MEDIUM_SOFTWARE },
                  { "virbr", PULSE_MEDIUM_SOFTWARE }, { "docker", PULSE_MEDIUM_SOFTWARE },
                  { "tun", PULSE_MEDIUM_SOFTWARE },   { "tap", PULSE_MEDIUM_SOFTWARE },
                  { "bond", PULSE_MEDIUM_SOFTWARE },  { "dummy", PULSE_MEDIUM_SOFTWARE },
                  { "ifb", PULSE_MEDIUM_SOFTWARE } };

    if (text_is(name, "lo")) return PULSE_MEDIUM_LOOPBACK;
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++)
        if (text_starts(name, KNOWN[i].start)) return KNOWN[i].medium;
    return PULSE_MEDIUM_UNKNOWN;
}

/* eth0: BYTES PACKETS ERRORS DROPPED … and from the ninth number on the same for sending. The first
 * number may follow the colon without a blank. */
static bool parse_link(struct text line, struct pulse_link *link)
{
    enum {
        RX_BYTES = 0,
        RX_PACKETS = 1,
        RX_DROPPED = 3,
        TX_BYTES = 8,
        TX_PACKETS = 9,
        TX_DROPPED = 11,
        N
    };
    struct text name;
    uint64_t numbers[N];
    char copy[64];

    if (!text_before_last(&line, ':', &name) || name.at == name.end) return false;
    if (!text_numbers(&line, numbers, N, N)) return false;
    memset(link, 0, sizeof *link);
    text_copy(name, copy, sizeof copy);
    pulse_link_name_set(&link->name, copy);
    link->medium = (uint8_t)medium_of(name);
    link->rx_bytes = numbers[RX_BYTES];
    link->rx_packets = numbers[RX_PACKETS];
    link->rx_dropped = numbers[RX_DROPPED];
    link->tx_bytes = numbers[TX_BYTES];
    link->tx_packets = numbers[TX_PACKETS];
    link->tx_dropped = numbers[TX_DROPPED];
    return true;
}

static void add_link(struct text line, struct pulse_sample *sample)
{
    if (sample->links.count == PULSE_MAX_LINKS)
        note(sample, PULSE_TROUBLE_CUT);
    else if (parse_link(line, &sample->links.items[sample->links.count]))
        sample->links.count++;
    else
        note(sample, PULSE_TROUBLE_ODD);
}

void parse_links(struct text text, struct pulse_sample *sample)
{
    struct text line, heading;

    sample->links.count = 0;
    if (!text_line(&text, &heading) || !text_line(&text, &heading)) {
        note(sample, PULSE_TROUBLE_NO_LINKS);
        return;
    }
    while (text_line(&text, &line))
        add_link(line, sample);
}

/* ---- /proc/diskstats ---- */

/* sda1 of sda, nvme0n1p2 of nvme0n1: digits, behind a 'p' where the disk's name ends in one. */
static bool is_partition(struct text name, const char *disk)
{
    size_t n = strlen(disk);

    if (n == 0 || !text_starts(name, disk)) return false;
    name.at += n;
    if (disk[n - 1] >= '0' && disk[n - 1] <= '9') {
        if (!text_starts(name, "p")) return false;
        name.at++;
    }
    for (const char *c = name.at; c < name.end; c++)
        if (*c < '0' || *c > '9') return false;
    return name.at < name.end;
}

enum { READS = 0, SECTORS_READ = 2, WRITES = 4, SECTORS_WRITTEN = 6, BUSY_MS = 9, N_OF_DISK };

/* MAJOR MINOR name, and at least ten counts behind it. */
static bool parse_disk(struct text line, struct text *name, uint64_t counts[N_OF_DISK])
{
    uint64_t device[2];

    return text_numbers(&line, device, 2, 2) && text_word(&line, name) &&
           text_numbers(&line, counts, N_OF_DISK, N_OF_DISK);
}

static void add_disk(struct pulse_sample *sample, const char *name, const uint64_t *counts)
{
    struct pulse_disk *disk;

    if (sample->disks.count == PULSE_MAX_DISKS) {
        note(sample, PULSE_TROUBLE_CUT);
        return;
    }
    disk = &sample->disks.items[sample->disks.count++];
    memset(disk, 0, sizeof *disk);
    pulse_disk_name_set(&disk->name, name);
    disk->busy = (uint32_t)counts[BUSY_MS]; /* the kernel's own counter wraps at 32 bits */
    disk->reads = counts[READS];
    disk->writes = counts[WRITES];
    disk->read = counts[SECTORS_READ];
    disk->written = counts[SECTORS_WRITTEN];
}

void parse_disks(struct text text, struct pulse_sample *sample)
{
    struct text line, name;
    uint64_t counts[N_OF_DISK];
    char disk[64] = "";

    sample->disks.count = 0;
    while (text_line(&text, &line)) {
        if (!parse_disk(line, &name, counts)) {
            note(sample, PULSE_TROUBLE_ODD);
            continue;
        }
        if (is_partition(name, disk)) continue;
        text_copy(name, disk, sizeof disk);
        if (counts[READS] + counts[WRITES] > 0)
            add_disk(sample, disk, counts); /* loops never used */
    }
}
