/* SPDX-License-Identifier: Apache-2.0
 *
 * pulse-rates - reads every sample, once, in order; prints a line a second of what the machine did.
 *
 * It uses no field that came after version 1.0, so the same source is also built with an older and
 * with an incompatible schema: see older/ and changed/.
 */
#include "options.h"
#include "tally.h"

#include <stdio.h>
#include <string.h>

struct run {
    struct options options;
    struct tally tally;
    pulse_consumer consumer;
    struct pulse_sample before; /* a second ago: what rates are computed against */
};

/* ---- rates ---- */

/* Counters only grow; one that shrank was reset, and tells nothing this time. */
static double grown(uint64_t now, uint64_t before)
{
    return now > before ? (double)(now - before) : 0;
}

static double cpu_busy(const struct pulse_cpu *now, const struct pulse_cpu *before)
{
    double idle = grown(now->idle, before->idle) + grown(now->iowait, before->iowait);
    double busy = grown(now->user, before->user) + grown(now->nice, before->nice) +
                  grown(now->system, before->system) + grown(now->irq, before->irq) +
                  grown(now->steal, before->steal);

    return idle + busy > 0 ? 100 * busy / (idle + busy) : 0;
}

static void print_cpus(const struct pulse_sample *now, const struct pulse_sample *before)
{
    uint32_t n = pulse_sample_cpus_count(&now->cpus), n_same = 0;
    double sum = 0, most = 0;

    for (uint32_t i = 0; i < n && i < pulse_sample_cpus_count(&before->cpus); i++) {
        const struct pulse_cpu *cpu = &now->cpus.items[i];
        double busy = cpu_busy(cpu, &before->cpus.items[i]);

        if (cpu->number != before->cpus.items[i].number) continue; /* one was switched on or off */
        sum += busy;
        n_same++;
        if (busy > most) most = busy;
    }
    printf("cpu %5.1f %% (busiest %5.1f)", n_same > 0 ? sum / n_same : 0, most);
}

static void print_links(const struct pulse_sample *now, const struct pulse_sample *before,
                        double seconds)
{
    double received = 0, sent = 0;

    for (uint32_t i = 0; i < pulse_sample_links_count(&now->links); i++)
        for (uint32_t k = 0; k < pulse_sample_links_count(&before->links); k++) {
            const struct pulse_link *a = &now->links.items[i], *b = &before->links.items[k];

            if (strcmp(a->name.text, b->name.text) != 0) continue;
            received += grown(a->rx_bytes, b->rx_bytes);
            sent += grown(a->tx_bytes, b->tx_bytes);
        }
    printf("  net %.0f in %.0f out kB/s", received / seconds / 1e3, sent / seconds / 1e3);
}

static void print_disks(const struct pulse_sample *now, const struct pulse_sample *before,
                        double seconds)
{
    double read = 0, written = 0;

    for (uint32_t i = 0; i < pulse_sample_disks_count(&now->disks); i++)
        for (uint32_t k = 0; k < pulse_sample_disks_count(&before->disks); k++) {
            const struct pulse_disk *a = &now->disks.items[i], *b = &before->disks.items[k];

            if (strcmp(a->name.text, b->name.text) != 0) continue;
            read += 512 * grown(a->read, b->read);
            written += 512 * grown(a->written, b->written);
        }
    printf("  disk %.1f in %.1f out MB/s", read / seconds / 1e6, written / seconds / 1e6);
}

/* Once a second of the samples' own time. */
static void print_rates(struct run *run, const struct pulse_sample *now)
{
    const struct pulse_sample *before = &run->before;
    double seconds = (double)(now->time - before->time) / 1e9;

    if (before->time != 0 && seconds < 1) return;
    if (before->time != 0 && !run->options.quiet) {
        print_cpus(now, before);
        printf("  mem %4.1f %%", (double)now->memory.used);
        print_links(now, before, seconds);
        print_disks(now, before, seconds);
        printf("  %.0f Hz\n", (double)(now->frame - before->frame) / seconds);
    }
    run->before = *now;
}

/* ---- zones: what is not in every sample ---- */

static void print_host(struct run *run)
{
    struct pulse_host host;

    if (run->options.quiet || pulse_consumer_host_read(&run->consumer, dh_in(DH_S), &host) != DH_OK)
        return;
    printf("%s: Linux %s, %u processors, a sample each %.1f ms, minor version 1.%u\n",
           run->options.program, host.kernel.text, host.cpus, (double)host.period / 1e6,
           pulse_consumer_minor(&run->consumer));
}

static void print_status(struct run *run)
{
    const struct pulse_status *status = pulse_consumer_status(&run->consumer);

    if (run->options.quiet || status == NULL) return;
    printf("%s: the producer runs at %.1f Hz; its slowest sample took %.0f us\n",
           run->options.program, (double)dh_atomic_f32_load(&status->rate),
           (double)dh_atomic_u64_load(&status->worst) / 1e3);
}

/* ---- the loop ---- */

/* Until told to stop or until nothing more will come. */
static dh_err consume(struct run *run)
{
    const struct pulse_sample *sample;

    while (!options_time_is_up(&run->options)) {
        dh_err err = pulse_acquire(&run->consumer, dh_in(100 * DH_MS), &sample);

        if (err == DH_EEMPTY) continue;
        if (err != DH_OK) return err;
        tally_add(&run->tally, sample);
        print_rates(run, sample);
        err = pulse_release(&run->consumer);
        if (err != DH_OK) return err;
    }
    return DH_OK;
}

int main(int argc, char **argv)
{
    static struct run run;
    struct dh_why why = { .err = DH_OK };
    int status = 0;
    dh_err err;

    if (!options_parse(argc, argv, "reads every sample and prints what the machine did",
                       &run.options, &status))
        return status;
    why.err = pulse_consumer_open(&run.consumer, run.options.channel, NULL, &why);
    if (why.err != DH_OK) return options_complain(&run.options, &why);
    print_host(&run);
    err = consume(&run);
    print_status(&run);
    pulse_consumer_close(&run.consumer);
    if (err != DH_OK) fprintf(stderr, "%s: %s\n", run.options.program, dh_error_text(err));
    status = tally_finish(&run.tally, 0, &run.options);
    return err == DH_OK || err == DH_ECLOSED ? status : STATUS_BAD;
}
