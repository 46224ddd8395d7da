/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a block: a recipe of changes to a real one, received and used by everybody who would
 * be given it. Refused or used: no crash, no byte outside, no descriptor kept.
 *
 *      input   base, repairs, role, schema of who attaches, then changes of 6 bytes: what, where
 * (2), value (3)
 *
 * Changes alone seldom get past the first check, so that repairs may follow, as a hostile producer
 * would make them: the text's hash, the lineages', the offsets that follow from the counts.
 */
#include "property.h"

#include "block/attach.h"
#include "block/geometry.h"
#include "block/recover.h"
#include "block/schema_text.h"
#include "block/spinlock.h"
#include "block/zone.h"
#include "client/observer.h"
#include "os/memfd.h"
#include "support/block.h"

#include "diagnose.h"

#include <dh/observer.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { N_BASES = 5, HEAD_BYTES = 4, CHANGE_BYTES = 6, ROOM = 1 << 18 };

enum repair { REHASH = 1, PLACE = 2, LINEAGE = 4 };

/* A block that a producer made and used, as bytes. */
struct base {
    struct dhi_header head;
    unsigned char *data, *claims, *zones;
};

/* The one that is being changed. */
struct forged {
    unsigned char *data, *claims, *zones;
    size_t data_bytes, claims_bytes, zones_bytes;
};

static const char text_minors[] =
    "dhs 1\nfamily test/pair 1\norder little\nroot slot align 64\n"
    "minor 0 size 16\n0 u64 n\n8 u64 check\nminor 1 size 24\n16 u64 more\nmeaning\n";

static const struct dh_schema *schema_of(unsigned base)
{
    struct dh_policy checked = policy_overwrite(2, 3);

    checked.checksum = DH_CHECKSUM_FAST;
    switch (base) {
    case 0: return schema_from_text(0, text_pair, policy_wait(4, 2));
    case 1: return schema_from_text(1, text_frame, policy_overwrite(2, 3));
    case 2: return schema_from_text(2, text_zones, policy_wait(3, 4));
    case 3: return schema_from_text(3, text_minors, policy_wait(4, 2));
    default: return schema_from_text(4, text_zones, checked);
    }
}

static unsigned char *copy_of(const unsigned char *bytes, size_t n)
{
    unsigned char *copy = n > 0 ? malloc(n) : NULL;

    if (copy != NULL) memcpy(copy, bytes, n);
    return copy;
}

/* A producer with some messages, and a consumer that holds one: then their memory, copied. */
static void make_base(struct base *base, unsigned number)
{
    struct dhi_block *block = block_make(schema_of(number), NULL);
    struct dhi_block *other = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer, *reader;
    struct dh_slot slot;

    MUST(dhi_slot_rw_open(&writer, block, -1, NULL) == DH_OK);
    MUST(dhi_slot_rw_open(&reader, other, -1, NULL) == DH_OK);
    for (int i = 0; i < 3; i++) {
        MUST(dh_slot_rw_acquire_write(writer, DH_NOW, &slot) == DH_OK);
        memset(slot.data, i + 1, slot.length);
        MUST(dh_slot_rw_commit(writer, slot.length) == DH_OK);
    }
    MUST(dh_slot_rw_acquire_read(reader, DH_NOW, &slot) == DH_OK);
    base->head = block->head;
    base->data = copy_of(block->data, block->head.data_bytes);
    base->claims = copy_of(block->claims, block->head.claims_bytes);
    base->zones = copy_of(block->zones, block->head.zones_bytes);
    dhi_slot_rw_close(reader);
    dhi_block_free(other);
    dhi_slot_rw_close(writer);
    dhi_block_free(block);
}

static const struct base *base_of(unsigned number)
{
    static struct base bases[N_BASES];

    if (bases[number].data == NULL) make_base(&bases[number], number);
    return &bases[number];
}

/* ---- changes ---- */

static struct dhi_header *head_of(struct forged *forged)
{
    return (struct dhi_header *)(void *)forged->data;
}

static const uint64_t telling[] = {
    0,          1,          2,          3,          63,         64,
    4095,       4096,       1 << 20,    INT32_MAX,  INT64_MAX,  UINT32_MAX,
    UINT64_MAX, 1ULL << 31, 1ULL << 32, 1ULL << 62, 1ULL << 36, UINT64_MAX - 4095,
};
enum { N_TELLING = sizeof telling / sizeof telling[0] };

static const char *const lines[] = {
    "minor 1 size 8\n",
    "minor 4294967295 size 4294967295\n",
    "root zone z align 64\n",
    "root zone cal align 64 shared\n",
    "meaning\n",
    "0 u64[4294967295] n\n",
    "root slot align 64\n",
    "spinlocks zone stat . 1024\n",
    "\n",
    "dhs 1\n",
};

/* Bytes put at `at` of the segment's used part, what lies behind it moved on or off. */
static void put_in(unsigned char *text, size_t room, size_t *used, size_t at, const char *with,
                   size_t n, size_t cut)
{
    if (at > *used || cut > *used - at || *used - cut + n > room) return;
    memmove(text + at + n, text + at + cut, *used - at - cut);
    for (size_t i = 0; i < n; i++)
        text[at + i] = (unsigned char)with[i];
    *used += n - cut;
}

static void change_text(struct forged *forged, const struct base *base, size_t where,
                        const uint8_t *value)
{
    struct dhi_header *head = head_of(forged);
    unsigned char *text = forged->data + base->head.text_offset;
    size_t room = base->head.control_offset - base->head.text_offset, used = base->head.text_bytes;
    const char one[] = { (char)value[1] };

    if (head->text_bytes <= room) used = head->text_bytes;
    if (used == 0) return;
    switch (value[0] % 4) {
    case 0: text[where % used] = value[1]; break;
    case 1:
        put_in(text, room, &used, where % (used + 1), lines[value[1] % 10],
               strlen(lines[value[1] % 10]), value[2]);
        break;
    case 2: put_in(text, room, &used, where % (used + 1), "", 0, value[1]); break;
    default: put_in(text, room, &used, where % (used + 1), one, 1, 0);
    }
    head->text_bytes = (uint32_t)used;
}

static void store(unsigned char *bytes, size_t n_bytes, size_t where, uint64_t value, size_t width)
{
    if (bytes == NULL || n_bytes < width) return;
    where %= n_bytes - width + 1;
    memcpy(bytes + where / width * width, &value, width);
}

/* A slot word, or what stands beside it. */
static void change_slot(struct forged *forged, const struct base *base, size_t where,
                        const uint8_t *value)
{
    uint64_t sequence = value[1] < 128 ? value[1] : UINT64_MAX - value[1];
    SlotRWState *state = (SlotRWState *)(void *)(forged->data + base->head.states_offset);

    state += where % base->head.n_states;
    if (value[0] % 3 == 0) state->seq_state = sequence << 2 | (value[2] & 3);
    if (value[0] % 3 == 1) state->buffer = (uint32_t)telling[value[1] % N_TELLING];
    if (value[0] % 3 == 2) state->length = (uint32_t)telling[value[1] % N_TELLING];
}

static void change(struct forged *forged, const struct base *base, const uint8_t *bytes)
{
    size_t where = bytes[1] | (size_t)bytes[2] << 8;
    const uint8_t *value = bytes + 3;
    uint64_t number =
        value[0] < 128 ? telling[value[0] % N_TELLING] : (uint64_t)(value[1] | value[2] << 8);
    size_t described = base->head.control_offset;

    switch (bytes[0] % 10) {
    case 0: store(forged->data, described, where, value[0], 1); break;
    case 1: store(forged->data, sizeof(struct dhi_header), where, number, 4); break;
    case 2: store(forged->data, sizeof(struct dhi_header), where, number, 8); break;
    case 3: change_text(forged, base, where, value); break;
    case 4:
        store(forged->data + base->head.roots_offset,
              base->head.text_offset - base->head.roots_offset, where, number, 4);
        break;
    case 5: change_slot(forged, base, where, value); break;
    case 6: store(forged->claims, forged->claims_bytes, where, number, 8); break;
    case 7: store(forged->zones, forged->zones_bytes, where, number, 4); break;
    case 8: store(forged->data, forged->data_bytes, where, number, 8); break;
    default: head_of(forged)->n_slots = value[0]; break;
    }
}

/* ---- repairs ---- */

static bool text_lies_inside(const struct forged *forged, const struct dhi_header *head)
{
    return head->text_offset <= forged->data_bytes &&
           head->text_bytes <= forged->data_bytes - head->text_offset;
}

/* Roots and lineages as the changed text tells them, where they lie in the base. */
static void follow_text(struct forged *forged, const struct base *base)
{
    static struct dhi_text parts;
    struct dhi_header *head = head_of(forged);
    const char *text = (const char *)forged->data + base->head.text_offset;
    struct dhi_root *roots = (struct dhi_root *)(void *)(forged->data + base->head.roots_offset);
    struct dhi_lineage *entry =
        (struct dhi_lineage *)(void *)(forged->data + base->head.lineage_offset);
    uint32_t n_lineage = 0;

    if (!text_lies_inside(forged, head) ||
        dhi_text_scan(&parts, text, head->text_bytes, NULL) != DH_OK)
        return;
    if (parts.n_roots > base->head.n_roots) return;
    for (uint32_t i = 0; i < parts.n_roots; i++) {
        roots[i].n_minors = parts.roots[i].n_minors;
        roots[i].first_lineage = n_lineage;
        roots[i].size_bytes = parts.roots[i].minors[parts.roots[i].n_minors - 1].size_bytes;
        for (uint32_t k = 0; k < parts.roots[i].n_minors; k++, n_lineage++) {
            if (n_lineage >= base->head.n_lineage) return;
            entry[n_lineage].minor = parts.roots[i].minors[k].number;
            entry[n_lineage].size_bytes = parts.roots[i].minors[k].size_bytes;
            dhi_text_lineage(&parts, &parts.roots[i], k, entry[n_lineage].hash);
        }
    }
    head->n_roots = parts.n_roots;
    head->n_lineage = n_lineage;
    head->minor = parts.newest_minor;
}

/* Offsets and sizes as they follow from the counts; the segments as large as that says. */
static void place_again(struct forged *forged)
{
    struct dhi_header *head = head_of(forged), placed = *head;
    struct dhi_root roots[DH_ROOTS_MAX];
    size_t at = dhi_geometry_roots_offset();

    if (head->n_roots < 1 || head->n_roots > DH_ROOTS_MAX) return;
    memcpy(roots, forged->data + at, head->n_roots * sizeof *roots);
    if (dhi_geometry_place(&placed, roots, NULL) != DH_OK || placed.data_bytes > ROOM ||
        placed.claims_bytes > ROOM || placed.zones_bytes > ROOM)
        return;
    *head = placed;
    memcpy(forged->data + at, roots, head->n_roots * sizeof *roots);
    forged->data_bytes = placed.data_bytes;
    forged->claims_bytes = placed.claims_bytes;
    forged->zones_bytes = placed.zones_bytes;
}

static void repair(struct forged *forged, const struct base *base, unsigned repairs)
{
    struct dhi_header *head = head_of(forged);

    if (repairs & LINEAGE) follow_text(forged, base);
    if (repairs & PLACE) place_again(forged);
    if ((repairs & REHASH) && text_lies_inside(forged, head))
        dhi_hash((const char *)forged->data + head->text_offset, head->text_bytes,
                 head->schema_hash);
}

/* ---- what is done with it ---- */

static int segment(const unsigned char *bytes, size_t n, bool read_only)
{
    int fd = dhi_memfd_create("forged", n > 0 ? n : 1);

    MUST(fd >= 0);
    if (bytes != NULL && n > 0) MUST(pwrite(fd, bytes, n, 0) == (ssize_t)n);
    MUST(dhi_memfd_seal(fd, read_only));
    return fd;
}

static uint64_t sum; /* of all that was read: so that it is read */

static void read_all(const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum += ((const unsigned char *)bytes)[i];
}

static void read_slot(const struct dhi_block *block, const struct dh_slot *slot)
{
    const unsigned char *at = slot->data;

    MUST(at >= block->data && slot->length <= block->head.data_bytes &&
         at + slot->length <= block->data + block->head.data_bytes);
    read_all(at, slot->length);
}

static void use_ring(struct dhi_block *block)
{
    struct dh_slot slots[4];
    dh_slot_rw *rw;
    uint32_t n = 0;

    if (dhi_slot_rw_open(&rw, block, -1, NULL) != DH_OK) return;
    for (int i = 0; i < 6; i++) {
        dh_err err = i % 2 == 0 ? dh_slot_rw_acquire_read(rw, DH_NOW, slots)
                                : dh_slot_rw_acquire_read_many(rw, DH_NOW, slots, 4, &n);

        if (err != DH_OK) continue;
        for (uint32_t k = 0; k < (i % 2 == 0 ? 1 : n); k++)
            read_slot(block, &slots[k]);
        sum += (uint64_t)dh_slot_rw_checksum_verify(rw);
        sum += dh_slot_rw_validate_read(rw);
        dh_slot_rw_release_read(rw);
    }
    for (uint32_t i = 0; i <= block->head.n_states; i++) {
        struct dh_slot_facts facts;

        MUST((dh_slot_rw_inspect(rw, i, &facts) == DH_OK) == (i < block->head.n_states));
    }
    dhi_slot_rw_close(rw);
}

static void use_zones(struct dhi_block *block)
{
    static unsigned char value[ROOM];

    for (uint32_t i = 1; i < block->head.n_roots; i++) {
        struct dh_zone zone;
        const struct dhi_root *root = &block->roots[i];

        if (root->size_bytes > sizeof value ||
            !dhi_zone_find(&zone, block, root->name, root->size_bytes, 2))
            continue;
        read_all(dh_zone_data(&zone), root->size_bytes);
        sum += (uint64_t)dh_zone_read(&zone, DH_NOW, value);
        if (block->role != DHI_CONSUMER || dh_zone_lock(&zone, 0, DH_NOW) != DH_OK) continue;
        dh_zone_unlock(&zone, 0);
    }
}

static void count_flaw(void *context, const struct dh_flaw *flaw)
{
    *(uint64_t *)context += strlen(flaw->text);
}

/* All that recovery looks at. Where something does not hold it looks again, and sleeps between. */
static void look_for_flaws(struct dhi_block *block, const dh_observer *observer)
{
    struct dh_validation result = { .n_flaws = 0 };
    struct dh_slot_report report;
    struct dh_lock_report lock;
    struct dh_holder holders[4];
    struct dh_release release;
    bool torn;

    for (uint32_t i = 0; i <= block->head.n_states; i++)
        sum += (uint64_t)dh_recovery_slot(observer, i, &report, holders, 4);
    for (uint32_t i = 0; i < block->head.n_roots; i++) {
        sum += (uint64_t)dh_recovery_zone_torn(observer, i, &torn);
        for (uint32_t k = 0; k <= dh_recovery_n_locks(observer, i); k++)
            sum += (uint64_t)dh_recovery_lock(observer, i, k, &lock);
    }
    for (uint32_t i = 0; block->records != NULL && i < block->head.n_consumers; i++)
        sum += dhi_report_dead(block, i, &release);
    if (block->head.n_states + block->head.n_consumers <= 8)
        MUST(dhi_validate(block, NULL, count_flaw, &sum, &result) == DH_OK);
}

/* All that dhadmin's info and diagnose do. */
static void look_on(struct dhi_block *block)
{
    static unsigned char payload[ROOM];
    struct dh_observer observer = { block };
    struct dhi_request request = { .slot = -1 };
    struct dhi_snapshot snapshot;
    struct dhi_findings findings;
    struct dh_slot_facts facts;
    struct dhi_look look = {
        .bold = "", .dim = "", .good = "", .bad = "", .plain = "", .columns = 80
    };
    uint64_t sequence = 0;
    FILE *out = fopen("/dev/null", "we");

    MUST(out != NULL &&
         dhi_snapshot_take(&snapshot, &request, &observer, block->role == DHI_ADMIN));
    look_for_flaws(block, &observer);
    dhi_findings_of(&findings, &snapshot);
    dhi_write_diagnosis(out, &look, &snapshot, &findings);
    json_decref(dhi_snapshot_json(&snapshot));
    dhi_findings_free(&findings);
    dhi_snapshot_free(&snapshot);
    fclose(out);
    for (int i = 0; i < 4 && block->roots[0].size_bytes <= sizeof payload; i++, sequence++)
        if (dh_observer_copy(&observer, &sequence, DH_NOW, payload, &facts) == DH_OK)
            read_all(payload, block->roots[0].size_bytes);
    for (uint32_t i = 0; i <= dh_observer_n_zones(&observer); i++)
        if (dh_observer_zone_bytes(&observer, i) <= sizeof payload)
            sum += (uint64_t)dh_observer_zone_copy(&observer, i, DH_NOW, payload);
}

static void use(struct dhi_block *block, const struct dh_schema *schema)
{
    uint32_t minor = UINT32_MAX;
    struct dh_why why = { .text = "" };
    dh_err err =
        dhi_attach_verdict(schema, block->text, block->head.text_bytes, true, &minor, &why);

    MUST(err == DH_OK || why.text[0] != '\0');
    switch (block->role) {
    case DHI_CONSUMER:
        use_ring(block);
        use_zones(block);
        break;
    case DHI_REAPER: sum += dhi_block_reap(block); break;
    default: look_on(block); use_zones(block);
    }
}

/* ---- the target ---- */

static void forge(struct forged *forged, const struct base *base)
{
    static unsigned char data[ROOM], claims[ROOM], zones[ROOM];

    *forged = (struct forged){
        data, claims, zones, base->head.data_bytes, base->head.claims_bytes, base->head.zones_bytes
    };
    memset(data, 0, sizeof data);
    memset(claims, 0, sizeof claims);
    memset(zones, 0, sizeof zones);
    memcpy(data, base->data, forged->data_bytes);
    memcpy(claims, base->claims, forged->claims_bytes);
    if (base->zones != NULL) memcpy(zones, base->zones, forged->zones_bytes);
}

static int next_descriptor(void)
{
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    close(fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dhi_role roles[] = { DHI_CONSUMER, DHI_OBSERVER, DHI_ADMIN, DHI_REAPER };
    const struct base *base;
    struct dhi_block *block;
    struct forged forged;
    struct dhi_fds fds;
    struct dh_why why;
    int before;

    if (size < HEAD_BYTES) return 0;
    base = base_of(data[0] % N_BASES);
    forge(&forged, base);
    for (size_t at = HEAD_BYTES; at + CHANGE_BYTES <= size && at < 64 * CHANGE_BYTES;
         at += CHANGE_BYTES)
        change(&forged, base, data + at);
    repair(&forged, base, data[1]);
    before = next_descriptor();
    fds =
        (struct dhi_fds){ segment(forged.data, forged.data_bytes, true),
                          segment(forged.claims, forged.claims_bytes, false),
                          forged.zones_bytes > 0 ? segment(forged.zones, forged.zones_bytes, false)
                                                 : -1,
                          segment(NULL, DHI_PAGE, false),
                          -1,
                          -1 };
    if (dhi_block_map(&block, fds, roles[data[2] % 4], &why) == DH_OK) {
        use(block, schema_of(data[3] % N_BASES));
        dhi_block_free(block);
    } else {
        MUST(why.text[0] != '\0');
    }
    MUST(next_descriptor() == before);
    return 0;
}
