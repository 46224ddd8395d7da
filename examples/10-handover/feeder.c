/* SPDX-License-Identifier: Apache-2.0 */
/* feeder VERSION - takes the belt over from whoever feeds it, and feeds it until another one does.
 */
#include "belt.dh.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const struct dh_producer_options options = { .takeover = DH_TAKEOVER_HANDOVER };
    uint32_t version = argc > 1 ? (uint32_t)atoi(argv[1]) : 1, n;
    belt_producer producer;
    struct dh_slot slot; /* with its sequence, which goes on from producer to producer */
    struct dh_why why;
    dh_err err;

    if (belt_producer_open(&producer, NULL, &options, &why) != DH_OK) {
        fprintf(stderr, "feeder %u: %s\n", version, why.text);
        return 1;
    }
    do {
        err = dh_producer_loan_many(producer.base, DH_FOREVER, &slot, 1, &n);
        if (err != DH_OK) break;
        *(struct belt_parcel *)slot.data =
            (struct belt_parcel){ .number = slot.sequence,
                                  .feeder = version,
                                  .grams = 1 + (uint32_t)(slot.sequence % 30000) };
        err = dh_producer_commit(producer.base);
    } while (err == DH_OK);
    belt_producer_close(&producer);
    if (err == DH_ESUPERSEDED) return 0; /* the last parcel is on the next one's belt */
    fprintf(stderr, "feeder %u: %s\n", version, dh_error_text(err));
    return 1;
}
