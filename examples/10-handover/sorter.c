/* SPDX-License-Identifier: Apache-2.0 */
/* sorter VERSION - takes parcels until a thousand came from the feeder of that version. It has no
 * line about handovers: acquire moves from one to the next. */
#include "belt.dh.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENOUGH = 1000 }; /* of the last one */

int main(int argc, char **argv)
{
    uint32_t last = argc > 1 ? (uint32_t)atoi(argv[1]) : 2, feeder = 0, of_it = 0;
    const struct belt_parcel *parcel;
    belt_consumer consumer;
    uint64_t next = 0, wrong = 0;
    struct dh_why why;

    if (belt_consumer_open(&consumer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "sorter: %s\n", why.text);
        return 1;
    }
    puts("sorting");
    fflush(stdout);
    while (feeder < last || of_it < ENOUGH) {
        dh_err err = belt_acquire(&consumer, dh_in(20 * DH_S), &parcel);

        if (err != DH_OK) {
            fprintf(stderr, "sorter: %s\n", dh_error_text(err));
            return 1;
        }
        if (parcel->feeder != feeder) {
            if (feeder == 0) next = parcel->number; /* where we joined */
            feeder = parcel->feeder;
            of_it = 0;
        }
        wrong += parcel->number != next;
        next = parcel->number + 1;
        of_it++;
        belt_release(&consumer);
    }
    printf("feeder %u has the belt, %" PRIu64 " parcels missing, twice or out of order\n", feeder,
           wrong);
    belt_consumer_close(&consumer);
    return wrong != 0;
}
